//! A step of each neuron that ships as equations, three ways equal: `Compiled::step`, the rust-hdl simulator,
//! and the emitted Verilog under Verilator, which gets a million steps of each.
//!
//! All neurons are instances of one Verilog module and run side by side. Half of the steps begin from states
//! drawn from their ranges, ends included; the others go on from what the same neuron gave a latency before.

use std::collections::VecDeque;
use std::path::Path;
use std::thread;

use spikestream::neuron::equations::{Compiled, Equations, Format, Kept};
use spikestream::random::Random;
use spikestream_hw::emit;
use spikestream_hw::neuron::{Equations as Block, MULTIPLIER, Multipliers, Packing};
use spikestream_sim::build::Source;
use spikestream_sim::dut::{Dut, PortId};
use spikestream_sim::hdl::HdlDut;

use super::units::{builder, seed_of};
use rust_hdl::prelude::Block as _;

/// Steps of each neuron under Verilator, and of those the ones that rust-hdl's simulator gets.
const STEPS: usize = 1_000_000;
const BLOCK_STEPS: usize = 2000;

/// Steps that are made at once.
const CHUNK: usize = 20_000;

/// Words of a row of inputs: state, current, enable, free; and of one of outputs: state, fired, ready.
const IN: usize = 7;
const OUT: usize = 6;
const STATE: usize = 4;

/// A way of making products, and what its module's name ends in.
type Way = (&'static str, Multipliers);

/// Products for multipliers and as sums, in the same stages.
const PLAIN: &[Way] = &[("_products", Multipliers::ENOUGH), ("_sums", Multipliers::NONE)];

/// Products of multipliers with registers inside, which cost stages.
const REGISTERED: &[Way] =
    &[("_registered", Multipliers { are_registered: true, ..Multipliers::ENOUGH })];

/// Every function and operation that those which ship leave out, a state that is never negative beside one
/// without a reset, and the longest rest.
const ALL: &str = r#"
    dt = 0.125
    threshold = "abs(x) > 3 or not (y < 2) and 1 > 0"
    refractory = 15
    [states]
    x = { initial = 0, range = [-4, 4] }
    y = { initial = 1, range = [0.5, 3] }
    [equations]
    "dx/dt" = "sin(x) * cos(y) + I - tanh(x) / y + max(x, log(y))"
    "dy/dt" = "sqrt(y) * sigmoid(-x) - exp(-y) + min(x, clip(I, -1, 0.5)) * x^3 / 64"
    [reset]
    x = "x > 0 ? -x / 2 : 1"
    [input]
    range = [-2, 2]
"#;

/// A neuron, what it does next, and what it did.
struct Lane {
    name: String,
    ways: &'static [Way],
    neuron: Equations,
    compiled: Compiled,
    packing: Packing,
    random: Random,
    /// The steps on their way, as they will come out.
    inside: VecDeque<Option<(Kept<i64>, bool)>>,
}

impl Lane {
    /// In the words that `neuron run` takes, or in those of a format; its products in ways that take as long.
    fn new(name: &str, text: &str, format: Option<Format>, ways: &'static [Way]) -> Self {
        let neuron = Equations::from_toml(text).unwrap();
        let compiled = match format {
            None => neuron.compile_within(0.0001, 7).unwrap(),
            Some(format) => neuron.compile(format, 5).unwrap(),
        };
        let latency = Block::new(&compiled, ways[0].1).unwrap().latency();
        let packing = Packing::of(&compiled);
        let (random, inside) = (Random::new(seed_of(name)), vec![None; latency].into());
        Self { name: name.replace('-', "_"), ways, neuron, compiled, packing, random, inside }
    }

    /// A word from its bounds: an end in one of four cases, or one near to it.
    fn draw(&mut self, low: f64, high: f64) -> i64 {
        let [low, high] = [low, high].map(|end| self.compiled.word(end));
        let width = low.abs_diff(high);
        let from_end = match self.random.below(4) {
            0 => self.random.below(3).min(width),
            _ => self.random.below(width + 1),
        };
        if self.random.below(2) == 0 { low + from_end as i64 } else { high - from_end as i64 }
    }

    /// The rows of the next steps, and those that must come of them.
    fn steps(&mut self, count: usize) -> (Vec<u64>, Vec<u64>) {
        let (mut rows, mut expected) = (Vec::new(), Vec::new());
        for _ in 0..count {
            let out = self.inside.pop_front().unwrap();
            let (words, fired) = match &out {
                Some((kept, fired)) => (self.packing.pack(kept), *fired),
                None => Default::default(),
            };
            expected.extend(words);
            expected.extend([u64::from(fired), out.is_some().into()]);
            self.row(out, &mut rows);
        }
        (rows, expected)
    }

    fn row(&mut self, out: Option<(Kept<i64>, bool)>, rows: &mut Vec<u64>) {
        let bounds: Vec<_> = self.neuron.states.iter().map(|state| state.bounds).collect();
        let states = bounds.iter().map(|b| self.draw(b.low, b.high)).collect();
        let resting = match self.neuron.refractory {
            0 => 0,
            _ => self.random.below(2) as u32 * self.random.below(16) as u32,
        };
        let drawn = Kept { states, resting };
        let (low, high) = (self.neuron.input.low, self.neuron.input.high);
        let current = self.draw(low, high);
        let enable = self.random.below(8) != 0;
        let free = out.is_some() && self.random.below(4) != 0;
        rows.extend(self.packing.pack(&drawn));
        rows.extend([current as u64 & 0xffff_ffff, enable.into(), free.into()]);
        let mut kept = out.filter(|_| free).map_or(drawn, |(kept, _)| kept);
        self.inside.push_back(enable.then(|| {
            let fired = self.compiled.step(&self.neuron, &mut kept, current);
            (kept, fired)
        }));
    }

    /// A module for each way, their instances in the one around all, and the ports of that.
    fn text(&self) -> [String; 3] {
        let n = format!("{}{}", self.name, self.ways.len());
        let mut modules = String::new();
        let mut ports = format!(
            ",\ninput [255:0] {n}_state, input [31:0] {n}_current, input {n}_enable, input {n}_free"
        );
        let mut instances = String::new();
        for (way, multipliers) in self.ways {
            let mut block = Block::new(&self.compiled, *multipliers).unwrap();
            block.connect_all();
            modules += &emit::verilog(&block, &format!("{n}{way}")).unwrap();
            let m = format!("{n}{way}");
            ports +=
                &format!(",\noutput [255:0] {m}_state_next, output {m}_fired, output {m}_ready");
            instances += &format!(
                "{m} unit_{m}(.clock(clock), .state({n}_free ? {m}_state_next : {n}_state), \
                 .current({n}_current), .enable({n}_enable), .state_next({m}_state_next), \
                 .fired({m}_fired), .ready({m}_ready));\n"
            );
        }
        [modules, instances, ports]
    }
}

fn lanes() -> Vec<Lane> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../neurons");
    let mut files: Vec<_> =
        std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    let mut neurons: Vec<(String, String, Option<Format>)> = Vec::new();
    for path in files {
        let name = path.file_stem().unwrap().to_string_lossy().into_owned();
        neurons.push((name, std::fs::read_to_string(path).unwrap(), None));
    }
    let format = Format { bits: 16, fraction: 12 };
    neurons.push(("all_operations".into(), ALL.into(), Some(format)));
    let lanes = |ways: &'static [Way]| {
        let lane = move |(name, text, format): &(String, String, Option<Format>)| {
            Lane::new(name, text, *format, ways)
        };
        neurons.iter().map(lane).collect::<Vec<Lane>>()
    };
    let mut registered = lanes(REGISTERED);
    registered.retain(|lane| Block::new(&lane.compiled, lane.ways[0].1).unwrap().registered() > 0);
    assert!(registered.len() > 5, "they pay for some");
    lanes(PLAIN).into_iter().chain(registered).collect()
}

/// The first step of a lane that did not come out as it must, outputs without a step aside. The lane's outputs begin
/// at word `at` of rows of `width` words.
fn difference(lane: &Lane, who: &str, expected: &[u64], seen: &[u64], at: usize, width: usize) {
    for (cycle, expected) in expected.chunks_exact(OUT).enumerate() {
        let seen = &seen[cycle * width + at..][..OUT];
        let same = if expected[OUT - 1] == 1 { expected == seen } else { seen[OUT - 1] == 0 };
        assert!(same, "{} under {who}, cycle {cycle}: {seen:x?}, not {expected:x?}", lane.name);
    }
}

/// The block in rust-hdl's simulator, which goes on from its own outputs where a row says so.
fn simulate(lane: &Lane, rows: &[u64]) -> Vec<u64> {
    let block = Block::new(&lane.compiled, lane.ways[0].1).unwrap();
    let mut dut = HdlDut::new(&lane.name, block, |b| &mut b.clock)
        .unwrap()
        .input("state", |b| &mut b.state)
        .input("current", |b| &mut b.current)
        .input("enable", |b| &mut b.enable)
        .output("state_next", |b| &b.state_next)
        .output("fired", |b| &b.fired)
        .output("ready", |b| &b.ready);
    let [state, current, enable] = ["state", "current", "enable"].map(|n| dut.port(n).unwrap());
    let outputs = ["state_next", "fired", "ready"].map(|n| dut.port(n).unwrap());
    let mut seen = Vec::new();
    for row in rows.chunks_exact(IN) {
        let mut from = [0; STATE];
        from.copy_from_slice(&row[..STATE]);
        if row[IN - 1] == 1 {
            dut.peek(outputs[0], &mut from).unwrap();
        }
        dut.poke(state, &from).unwrap();
        dut.poke(current, &row[STATE..=STATE]).unwrap();
        dut.poke(enable, &row[STATE + 1..STATE + 2]).unwrap();
        dut.low().unwrap();
        for (port, words) in outputs.into_iter().zip([STATE, 1, 1]) {
            let mut value = vec![0; words];
            dut.peek(port, &mut value).unwrap();
            seen.extend(value);
        }
        dut.high().unwrap();
    }
    seen
}

/// Rows of all lanes as rows of the module.
fn side_by_side(lanes: &[&[u64]]) -> Vec<u64> {
    let mut all = Vec::with_capacity(CHUNK * lanes.len() * IN);
    for step in 0..CHUNK {
        lanes.iter().for_each(|rows| all.extend_from_slice(&rows[step * IN..][..IN]));
    }
    all
}

/// The next steps of all lanes, on two cores.
fn steps(lanes: &mut [Lane]) -> Vec<(Vec<u64>, Vec<u64>)> {
    let half = lanes.len().div_ceil(2);
    thread::scope(|scope| {
        let make =
            |lanes: &mut [Lane]| lanes.iter_mut().map(|l| l.steps(CHUNK)).collect::<Vec<_>>();
        let halves = lanes.chunks_mut(half).map(|half| scope.spawn(move || make(half)));
        let halves: Vec<_> = halves.collect();
        halves.into_iter().flat_map(|half| half.join().unwrap()).collect()
    })
}

#[test]
fn a_million_steps_of_each_neuron_are_the_golden_models() {
    let mut lanes = lanes();
    assert!(lanes.len() > 10, "no neuron is left out");
    let texts: Vec<_> = lanes.iter().map(Lane::text).collect();
    let all = |part: usize| texts.iter().map(|text| text[part].as_str()).collect::<String>();
    let verilog = format!(
        "{MULTIPLIER}{}module neurons(input clock{});\n{}endmodule\n",
        all(0),
        all(2),
        all(1)
    );
    let source = Source {
        verilog: &verilog,
        top: "neurons",
        clock: Some("clock"),
        waivers: Some(emit::WAIVERS),
    };
    let mut model = builder().model(&source, false).unwrap_or_else(|e| panic!("{}", e.render()));
    let port = |name: String| model.port(&name).unwrap();
    let (mut inputs, mut outputs): (Vec<PortId>, Vec<PortId>) = (Vec::new(), Vec::new());
    for lane in &lanes {
        let n = format!("{}{}", lane.name, lane.ways.len());
        let names = ["state", "current", "enable", "free"];
        inputs.extend(names.map(|name| port(format!("{n}_{name}"))));
        for (way, _) in lane.ways {
            let names = ["state_next", "fired", "ready"];
            outputs.extend(names.map(|name| port(format!("{n}{way}_{name}"))));
        }
    }
    for from in (0..STEPS).step_by(CHUNK) {
        let made = steps(&mut lanes);
        let rows: Vec<&[u64]> = made.iter().map(|(rows, _)| rows.as_slice()).collect();
        let seen = model.play(&inputs, &outputs, CHUNK, &side_by_side(&rows)).unwrap();
        let width = lanes.iter().map(|lane| lane.ways.len() * OUT).sum();
        let mut at = 0;
        for (lane, (rows, expected)) in lanes.iter().zip(&made) {
            for (way, _) in lane.ways {
                let who = format!("verilator, {way}");
                difference(lane, &who, expected, &seen, at, width);
                at += OUT;
            }
            if from == 0 {
                let seen = simulate(lane, &rows[..BLOCK_STEPS * IN]);
                difference(lane, "rust-hdl", &expected[..BLOCK_STEPS * OUT], &seen, 0, OUT);
            }
        }
    }
}
