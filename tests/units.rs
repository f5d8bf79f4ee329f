//! Lock-step of every hardware unit, three ways equal in every cycle: a golden twin, the rust-hdl
//! simulator, and the emitted Verilog under Verilator.
//!
//! A twin is made of `spikestream::sc` where that has one, and is otherwise written here from the
//! unit's description; it never calls the unit. All units are instances of one Verilog module, so
//! that the C++ compiler runs once and not forty times.

mod dot;
mod generators;
mod memories;
pub(crate) mod neurons;
mod serial;
mod spikes;

use std::path::Path;
use std::sync::OnceLock;

use rust_hdl::prelude::{Block, Clock, In, Out, Signal};
use spikestream::random::Random;
use spikestream_hw::emit;
use spikestream_sim::SimError;
use spikestream_sim::build::{Builder, Source};
use spikestream_sim::dut::{Direction, Dut, Port};
use spikestream_sim::hdl::{HdlDut, Value};
use spikestream_sim::lockstep::{self, Twin, Unit};

/// Cycles of stimulus, at least.
pub(crate) const CYCLES: usize = 10_000;

/// The module around all units.
const TOP: &str = "units";

/// A unit with its twin and its stimulus.
pub(crate) struct Case {
    name: String,
    dut: Box<dyn Dut>,
    verilog: String,
    clocked: bool,
    rows: Vec<u64>,
    twin: Box<dyn Twin>,
    /// The output without which the others mean nothing.
    valid: Option<String>,
}

/// A unit whose ports are being named.
pub(crate) struct Draft<B: Block> {
    name: String,
    dut: HdlDut<B>,
    verilog: String,
    clocked: bool,
}

/// A unit with a clock.
pub(crate) fn clocked<B: Block + Clone + 'static>(
    name: &str,
    block: B,
    clock: fn(&mut B) -> &mut Signal<In, Clock>,
) -> Draft<B> {
    let verilog = text(name, block.clone());
    let dut = HdlDut::new(name, block, clock).unwrap();
    Draft { name: name.into(), dut, verilog, clocked: true }
}

/// A unit of logic alone.
pub(crate) fn unclocked<B: Block + Clone + 'static>(name: &str, block: B) -> Draft<B> {
    let verilog = text(name, block.clone());
    let dut = HdlDut::combinational(name, block).unwrap();
    Draft { name: name.into(), dut, verilog, clocked: false }
}

fn text(name: &str, mut block: impl Block) -> String {
    block.connect_all();
    emit::verilog(&block, name).unwrap()
}

impl<B: Block + 'static> Draft<B> {
    /// Names an input.
    pub(crate) fn input<T: Value + 'static>(
        self,
        port: &str,
        signal: fn(&mut B) -> &mut Signal<In, T>,
    ) -> Self {
        let dut = self.dut.input(&format!("{}_{port}", self.name), signal);
        Self { dut, ..self }
    }

    /// Names an output.
    pub(crate) fn output<T: Value + 'static>(
        self,
        port: &str,
        signal: fn(&B) -> &Signal<Out, T>,
    ) -> Self {
        let dut = self.dut.output(&format!("{}_{port}", self.name), signal);
        Self { dut, ..self }
    }

    /// A twin and random stimulus, `shape` keeping each row to what the unit promises to take.
    pub(crate) fn random(
        self,
        mut shape: impl FnMut(&mut Random, &mut [u64]),
        twin: impl Twin + 'static,
    ) -> Case {
        let inputs = names(&self.dut, Direction::In);
        let inputs: Vec<&str> = inputs.iter().map(String::as_str).collect();
        let seed = seed_of(&self.name);
        let (name, cycles) = (&self.name, CYCLES);
        let unit = Unit { name, inputs: &inputs, outputs: &[], cycles, valid: None, seed };
        let mut rows = lockstep::stimulus(&unit, &self.dut).unwrap();
        let mut random = Random::new(!seed);
        let width = rows.len() / CYCLES;
        rows.chunks_exact_mut(width).for_each(|row| shape(&mut random, row));
        self.rows(rows, twin)
    }

    /// A twin and rows of stimulus.
    pub(crate) fn rows(self, rows: Vec<u64>, twin: impl Twin + 'static) -> Case {
        let Self { name, dut, verilog, clocked } = self;
        Case { name, dut: Box::new(dut), verilog, clocked, rows, twin: Box::new(twin), valid: None }
    }
}

impl Case {
    /// The same, whose outputs are compared in the cycles in which this one is set.
    pub(crate) fn valid(self, output: &str) -> Self {
        let valid = Some(format!("{}_{output}", self.name));
        Self { valid, ..self }
    }
}

/// Every unit has its own stimulus, the same in every run.
pub(crate) fn seed_of(name: &str) -> u64 {
    name.bytes().fold(1, |seed, byte| seed * 31 % 1_000_003 + u64::from(byte))
}

fn names(dut: &dyn Dut, direction: Direction) -> Vec<String> {
    let ports = dut.ports().iter().filter(|port| port.direction == direction);
    ports.map(|port| port.name.clone()).collect()
}

/// Runs the cases and reports every unit that differs.
pub(crate) fn check(cases: Vec<Case>) {
    let differences = cases.into_iter().filter_map(|case| match compare(case, bundle()) {
        Ok(()) => None,
        Err(error @ SimError::Mismatch(_)) => Some(error.render()),
        Err(error) => panic!("{}", error.render()), // the same for every unit
    });
    let differences: Vec<String> = differences.collect();
    assert!(differences.is_empty(), "{}", differences.join("\n"));
}

/// A case in lock-step with its instance in a text of [`module`].
pub(crate) fn compare(mut case: Case, verilog: &str) -> Result<(), SimError> {
    let dut = case.dut.as_mut();
    let (inputs, outputs) = (names(dut, Direction::In), names(dut, Direction::Out));
    let inputs: Vec<&str> = inputs.iter().map(String::as_str).collect();
    let outputs: Vec<&str> = outputs.iter().map(String::as_str).collect();
    let words = |port: &Port| if port.direction == Direction::In { port.words() } else { 0 };
    let cycles = case.rows.len() / dut.ports().iter().map(words).sum::<usize>();
    assert!(cycles >= CYCLES, "{}: {cycles} cycles", case.name);
    let valid = case.valid.as_deref();
    let unit =
        Unit { name: &case.name, inputs: &inputs, outputs: &outputs, cycles, valid, seed: 0 };
    let source = Source { verilog, top: TOP, clock: Some("clock"), waivers: Some(emit::WAIVERS) };
    lockstep::run(&unit, &case.rows, case.twin.as_mut(), dut, &source, &builder())
}

/// The tools, found once; models are kept in the target folder.
pub(crate) fn builder() -> Builder {
    static BUILDER: OnceLock<Builder> = OnceLock::new();
    let locate = || Builder::locate(Path::new(env!("CARGO_TARGET_TMPDIR"))).unwrap();
    BUILDER.get_or_init(locate).clone()
}

/// All units.
fn bundle() -> &'static str {
    static BUNDLE: OnceLock<String> = OnceLock::new();
    BUNDLE.get_or_init(|| {
        let families = [
            dot::cases,
            generators::cases,
            neurons::cases,
            memories::cases,
            serial::cases,
            spikes::cases,
        ];
        let cases: Vec<Case> = families.into_iter().flat_map(|cases| cases()).collect();
        module(&cases)
    })
}

/// Units as instances of one module, their ports brought out.
pub(crate) fn module(cases: &[Case]) -> String {
    let modules: String = cases.iter().map(|case| case.verilog.as_str()).collect();
    let ports: String = cases.iter().flat_map(|case| case.dut.ports()).map(declaration).collect();
    let instances: String = cases.iter().map(instance).collect();
    format!("{modules}module {TOP}(input wire clock{ports});\n{instances}endmodule\n")
}

fn declaration(port: &Port) -> String {
    let direction = if port.direction == Direction::In { "input" } else { "output" };
    let range = if port.width > 1 { format!("[{}:0] ", port.width - 1) } else { String::new() };
    format!(",\n{direction} wire {range}{}", port.name)
}

fn instance(case: &Case) -> String {
    let inner = |port: &Port| port.name[case.name.len() + 1..].to_owned();
    let clock = case.clocked.then(|| ".clock(clock)".to_owned());
    let ports = case.dut.ports().iter().map(|port| format!(".{}({})", inner(port), port.name));
    let ports: Vec<String> = clock.into_iter().chain(ports).collect();
    format!("{name} unit_{name}({ports});\n", name = case.name, ports = ports.join(", "))
}
