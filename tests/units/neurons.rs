//! The neurons of all layers against `spikestream::neuron::Neurons`: LIF, the cells that ship, and layers of both.

use std::collections::VecDeque;

use spikestream::neuron::cell::Cell;
use spikestream::neuron::equations::Format;
use spikestream::neuron::lif;
use spikestream::neuron::{Drive, Neurons as Golden, Share, State, Workplace};
use spikestream::random::Random;
use spikestream::spec::{NetSpec, Neuron, Reset, example, example_of};
use spikestream_hw::neuron::{MULTIPLIER, Multipliers, Neurons};
use spikestream_sim::dut::sign_extend;

use super::{CYCLES, Case, check, clocked, seed_of};

/// Cycles for which a layer stands.
const LAYER: usize = 40;

/// Ports that the neurons read.
const INPUTS: usize = 10;

#[test]
fn neurons_are_their_twins() {
    check(cases());
}

pub(super) fn cases() -> Vec<Case> {
    let neuron = |membrane_bits, fraction_bits, leak, reset, refractory| Neuron {
        membrane_bits,
        fraction_bits,
        leak,
        reset,
        refractory,
        noise_bits: 8,
        ..example(&[1, 1]).spec.neuron
    };
    let mut cases = vec![
        case("lif_16", lif(neuron(16, 4, 4, Reset::Subtract, 0)), 13),
        case("lif_16_zero", lif(neuron(16, 0, 0, Reset::Zero, 2)), 24),
        // As wide as the membrane, as in the shipped network: the sum needs two bits more than either.
        case("lif_16_fits", lif(neuron(16, 4, 4, Reset::Subtract, 0)), 12),
        case("lif_16_silent", silent(neuron(16, 4, 4, Reset::Subtract, 0)), 12),
        case("lif_16_fits_no_leak", lif(neuron(16, 4, 0, Reset::Subtract, 0)), 12),
        case("lif_10", lif(neuron(10, 4, 4, Reset::Zero, 0)), 12),
        case("lif_10_rest", lif(neuron(10, 2, 1, Reset::Subtract, 15)), 9),
        case("lif_8", lif(neuron(8, 8, 15, Reset::Subtract, 3)), 20),
        case("lif_15_no_leak", lif(neuron(15, 1, 0, Reset::Subtract, 1)), 15),
    ];
    let format = Format { bits: 16, fraction: 12 };
    for kind in
        ["if", "lif", "lapicque", "exp-if", "synaptic", "second-order-lif", "alif", "adex", "alpha"]
    {
        let spec = named(&[Some(Cell::new(kind, format))], neuron(16, 4, 4, Reset::Subtract, 0));
        cases.push(case(&format!("cell_{}", kind.replace('-', "_")), spec, 12));
    }
    // Products of a part's multipliers: of all, of those that three are enough for, and with registers inside.
    for (name, multipliers) in [
        ("cell_multiplied", Multipliers { bits: 18, ..Multipliers::ENOUGH }),
        ("cell_partly_multiplied", Multipliers { count: 3, bits: 18, ..Multipliers::NONE }),
        ("cell_registered", Multipliers::registered(8)),
    ] {
        let layers = [Some(Cell::new("adex", format)), Some(Cell::new("synaptic", format))];
        let spec = named(&layers, neuron(16, 4, 4, Reset::Subtract, 0));
        cases.push(case_with(name, spec, 12, multipliers));
    }
    let resting = Cell {
        refractory: Some(5),
        parameters: [("clear".to_owned(), 1.0)].into(),
        ..Cell::new("alif", Format { bits: 12, fraction: 8 })
    };
    let layers = [Some(Cell::new("adex", format)), Some(resting), None];
    cases.push(case("cells_mixed", named(&layers, neuron(14, 3, 2, Reset::Zero, 9)), 11));
    let two = Cell { refractory: Some(2), ..Cell::new("alpha", Format { bits: 14, fraction: 10 }) };
    let layers = [Some(two), None, None, Some(Cell::new("synaptic", format))];
    let mut spec = named(&layers, neuron(12, 4, 4, Reset::Zero, 0));
    for (layer, bits) in spec.layers.iter_mut().zip([Some(5), None, Some(1), Some(0)]) {
        layer.noise_bits = bits;
    }
    cases.push(case("cells_two_synapses", spec, 13));
    cases
}

/// A network of this neuron.
pub(crate) fn lif(neuron: Neuron) -> NetSpec {
    NetSpec { neuron, ..example(&[1, 1]).spec }
}

/// A network of this neuron without noise.
fn silent(neuron: Neuron) -> NetSpec {
    lif(Neuron { noise_bits: 0, ..neuron })
}

/// A network whose layers have these neurons, or this one.
fn named(layers: &[Option<Cell>], neuron: Neuron) -> NetSpec {
    NetSpec { neuron, ..example_of(&vec![1; layers.len() + 1], layers).spec }
}

/// The neurons of a network whose dot products have so many bits.
pub(crate) fn case(name: &str, spec: NetSpec, current_bits: usize) -> Case {
    case_with(name, spec, current_bits, Multipliers::NONE)
}

/// The same of a part that multiplies.
fn case_with(name: &str, spec: NetSpec, current_bits: usize, multipliers: Multipliers) -> Case {
    let block = Neurons::new(&spec, current_bits, multipliers);
    let twin = Twin::new(&spec, current_bits as u32, block.latency());
    let rows = rows(&twin, seed_of(name));
    let below = if multipliers.are_registered { MULTIPLIER } else { "" };
    let mut case = clocked(name, block, |b| &mut b.clock)
        .input("current", |b| &mut b.current)
        .input("inhibition", |b| &mut b.inhibition)
        .input("membrane", |b| &mut b.membrane)
        .input("bias", |b| &mut b.bias)
        .input("noise", |b| &mut b.noise)
        .input("threshold", |b| &mut b.threshold)
        .input("others", |b| &mut b.others)
        .input("layer", |b| &mut b.layer)
        .input("fresh", |b| &mut b.fresh)
        .input("enable", |b| &mut b.enable)
        .output("membrane_next", |b| &b.membrane_next)
        .output("others_next", |b| &b.others_next)
        .output("fired", |b| &b.fired)
        .output("ready", |b| &b.ready)
        .rows(rows, twin)
        .valid("ready");
    case.verilog += below;
    case
}

/// Currents small and at their ends, sums at the threshold and beside it, both saturations, states at their ends.
fn rows(twin: &Twin, seed: u64) -> Vec<u64> {
    let mut random = Random::new(seed);
    let mut rows = Vec::new();
    let (mut threshold, mut layer) = (0, 0);
    for cycle in 0..CYCLES {
        if cycle % LAYER == 0 {
            // A threshold is positive and fits the membrane, as `NetSpec::check` sees to.
            threshold = random.corner_value(twin.spec.neuron.membrane_bits - 1).max(1);
            layer = random.below(twin.layers.len() as u64) as usize;
        }
        // The last of a layer leaves before another comes.
        if cycle % LAYER >= LAYER - twin.before.len() {
            rows.extend([0, 0, twin.unread(layer), 0, 0, threshold, 0, layer as u64, 1, 0]);
            continue;
        }
        let w = twin.spec.membrane_bits(layer);
        let current = sign_extend(random.corner_value(twin.current_bits), twin.current_bits);
        // Most are small, so that not every membrane saturates.
        let current = current >> random.below(u64::from(twin.current_bits));
        let most = twin.current_bits - 1;
        let inhibition = random.corner_value(most) >> random.below(most.into());
        let noise = random.corner_value(8);
        let (membrane, others, beside) = twin.kept(&mut random, layer);
        let mut bias =
            (sign_extend(random.corner_value(w), w) >> random.below(u64::from(w))) as u64;
        if let Some(beside) = beside.filter(|_| random.below(4) == 0) {
            let drive = current << twin.spec.neuron.fraction_bits;
            let at = threshold as i64 + random.below(3) as i64 - 1;
            let noise = Share::of(&twin.spec, layer).take(sign_extend(noise, 8) as i32);
            bias = (at - beside - drive - i64::from(noise)) as u64;
        }
        let [fresh, enable] = [random.below(8) == 0, random.below(8) != 0].map(u64::from);
        let current = current as u64 & 0xff_ffff;
        let layer = layer as u64;
        rows.extend([
            current,
            inhibition,
            membrane,
            bias & 0xffff,
            noise,
            threshold,
            others,
            layer,
            fresh,
            enable,
        ]);
    }
    rows
}

/// The outputs are those of the neuron that came in a latency ago.
struct Twin {
    spec: NetSpec,
    current_bits: u32,
    layers: Vec<Golden>,
    /// Bits of each word beside the membrane, whichever layer's it is.
    slots: Vec<u32>,
    at: Workplace,
    before: VecDeque<[u64; INPUTS]>,
}

/// Bits and least value of a word beside the membrane.
type Word = (u32, i64, i64);

impl Twin {
    fn new(spec: &NetSpec, current_bits: u32, latency: usize) -> Self {
        let layers: Vec<Golden> =
            (0..spec.layers.len()).map(|layer| Golden::of(spec, layer)).collect();
        let words: Vec<Vec<Word>> = layers.iter().map(|layer| words(spec, layer)).collect();
        let count = words.iter().map(Vec::len).max().unwrap();
        let slot = |i: usize| words.iter().filter_map(|own| own.get(i)).map(|w| w.0).max().unwrap();
        Self {
            spec: spec.clone(),
            current_bits,
            slots: (0..count).map(slot).collect(),
            layers,
            at: Workplace::default(),
            before: vec![[0; INPUTS]; latency].into(),
        }
    }

    /// A membrane for when there is no neuron, within every range.
    fn unread(&self, layer: usize) -> u64 {
        self.layers[layer].begin().membrane as u64 & 0xffff
    }

    /// A membrane, the other words, and what the leak of a LIF neuron leaves.
    fn kept(&self, random: &mut Random, layer: usize) -> (u64, u64, Option<i64>) {
        let (mut others, mut low) = (0, 0);
        for (slot, (bits, least, most)) in words(&self.spec, &self.layers[layer]).iter().enumerate()
        {
            let value = sign_extend(random.corner_value(*bits), *bits);
            let value = if *least < 0 { value } else { value & ((1 << bits) - 1) };
            let resting = matches!(self.layers[layer], Golden::Lif(_)) && random.below(2) == 0;
            let value = if resting { 0 } else { value.clamp(*least, *most) };
            others |= (value as u64 & ((1 << bits) - 1)) << low;
            low += self.slots[slot];
        }
        let w = self.spec.membrane_bits(layer);
        match &self.layers[layer] {
            Golden::Lif(_) => {
                let membrane = random.corner_value(16);
                let own = sign_extend(membrane, w);
                let leak = self.spec.neuron.leak;
                let leaked = if leak == 0 { own } else { own - (own >> leak) };
                (membrane, others, Some(leaked))
            }
            Golden::Cells(cells) => {
                let range = cells.step().states()[0].range;
                let value = sign_extend(random.corner_value(w), w) >> random.below(u64::from(w));
                let membrane = value.clamp(range.low, range.high) as u64 & 0xffff;
                (membrane, others, None)
            }
        }
    }

    /// The golden model's state of what is kept.
    fn state(&self, layer: usize, membrane: u64, others: u64) -> State {
        let w = self.spec.membrane_bits(layer);
        let mut state = State { membrane: sign_extend(membrane, w) as i32, others: 0 };
        let (mut from, mut to) = (0, 0);
        for ((bits, ..), slot) in words(&self.spec, &self.layers[layer]).iter().zip(&self.slots) {
            state.others |= (others >> from & ((1 << bits) - 1)) << to;
            (from, to) = (from + slot, to + bits);
        }
        state
    }

    /// The other words as the hardware keeps them.
    fn others(&self, layer: usize, state: State) -> u64 {
        let (mut from, mut to, mut all) = (0, 0, 0);
        for ((bits, least, _), slot) in
            words(&self.spec, &self.layers[layer]).iter().zip(&self.slots)
        {
            let word = state.others >> from & ((1 << bits) - 1);
            let word = if *least < 0 { sign_extend(word, *bits) as u64 } else { word };
            all |= (word & ((1 << slot) - 1)) << to;
            (from, to) = (from + bits, to + slot);
        }
        all
    }
}

/// The words that a layer's neurons keep beside the membrane.
fn words(spec: &NetSpec, neurons: &Golden) -> Vec<Word> {
    match neurons {
        Golden::Lif(_) if spec.neuron.refractory == 0 => vec![],
        Golden::Lif(_) => vec![(4, 0, 15)],
        Golden::Cells(cells) => {
            let words = cells.step().states()[1..].iter();
            words.map(|word| (word.bits, word.range.low, word.range.high)).collect()
        }
    }
}

impl spikestream_sim::lockstep::Twin for Twin {
    fn cycle(&mut self, row: &[u64], out: &mut [u64]) {
        let [current, inhibition, membrane, bias, noise, threshold, others, layer, fresh, enable] =
            self.before[0];
        let layer = layer as usize;
        let mut state = match fresh {
            1 => self.layers[layer].begin(),
            _ => self.state(layer, membrane, others),
        };
        let w = self.spec.membrane_bits(layer);
        let current = sign_extend(current, self.current_bits) as i32;
        let [bias, noise] = [sign_extend(bias, w), sign_extend(noise, 8)].map(|x| x as i32);
        let noise = Share::of(&self.spec, layer).take(noise);
        let fired = match &self.layers[layer] {
            // The threshold is the row's; it is no whole number of weight steps.
            Golden::Lif(_) => {
                let neuron = &self.spec.neuron;
                let mut own =
                    lif::State { membrane: state.membrane, refractory: state.others as u32 };
                let [current, bias, noise] = [current, bias, noise].map(i64::from);
                let drive = (current << neuron.fraction_bits) + bias + noise;
                let fired = lif::step(neuron, threshold as i32, &mut own, drive);
                state = State { membrane: own.membrane, others: own.refractory.into() };
                fired
            }
            neurons @ Golden::Cells(_) => {
                let inhibition = inhibition as i32;
                let drive = Drive { current, inhibition, bias, noise };
                neurons.update(&mut self.at, &mut state, drive)
            }
        };
        out[0] = state.membrane as u64 & 0xffff;
        out[1..].copy_from_slice(&[self.others(layer, state), fired.into(), enable]);
        self.before.rotate_left(1);
        if let Some(last) = self.before.back_mut() {
            last.copy_from_slice(row);
        }
    }
}
