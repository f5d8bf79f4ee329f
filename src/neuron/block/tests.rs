//! The block against the golden model's neurons, and its widths and stages.

use super::*;
use crate::neuron::cell::Cell;
use crate::neuron::equations::Format;
use crate::neuron::kinds::KINDS;
use crate::neuron::program::Operation;
use crate::neuron::{Drive, Neurons, State, Workplace};
use crate::random::Random;
use crate::spec::{Reset, example, example_of};

/// Bits of the dot product in these tests.
const CURRENT_BITS: u32 = 12;

/// Networks of one neuron each in two layers, with the corners of the neuron's parameters.
fn lif() -> impl Iterator<Item = NetSpec> {
    let rows = [
        (16, 4, 4, Reset::Subtract, 0),
        (16, 8, 1, Reset::Zero, 15),
        (10, 2, 1, Reset::Zero, 3),
        (8, 6, 0, Reset::Subtract, 3),
        (12, 0, 15, Reset::Subtract, 1),
    ];
    let noises = [8, 0, 8, 4, 8];
    rows.into_iter().zip(noises).map(|(row, noise_bits)| {
        let (membrane_bits, fraction_bits, leak, reset, refractory) = row;
        let mut spec = example(&[2, 2, 2]).spec;
        spec.neuron =
            Neuron { membrane_bits, fraction_bits, leak, reset, refractory, ..spec.neuron.clone() };
        spec.layers.iter_mut().for_each(|layer| layer.threshold = 1);
        spec.neuron.noise_bits = noise_bits;
        spec
    })
}

/// A network whose layers name these neurons, or none.
fn named(layers: &[Option<(&str, u32, u32)>]) -> NetSpec {
    let cell = |layer: &Option<(&str, u32, u32)>| {
        layer.map(|(kind, bits, fraction)| Cell::new(kind, Format { bits, fraction }))
    };
    let cells: Vec<Option<Cell>> = layers.iter().map(cell).collect();
    example_of(&vec![2; layers.len() + 1], &cells).spec
}

/// Each of the cells behind LIF and before it, and two of them beside each other.
fn mixed() -> Vec<NetSpec> {
    let mut all: Vec<NetSpec> = KINDS
        .iter()
        .filter(|kind| Cell::new(kind.name, Format { bits: 16, fraction: 12 }).step().is_ok())
        .map(|kind| named(&[Some((kind.name, 16, 12)), None]))
        .collect();
    assert!(all.len() >= 8, "{}", all.len());
    all.push(named(&[None, Some(("alif", 12, 8))]));
    all.push(named(&[Some(("adex", 16, 12)), Some(("alif", 14, 10)), None]));
    for layers in
        [[Some(("alpha", 16, 12)); 3], [Some(("alif", 12, 8)), None, Some(("alif", 12, 8))]]
    {
        let mut thresholds = named(&layers);
        for (layer, threshold) in thresholds.layers.iter_mut().zip([4, 16, 64]) {
            layer.threshold = threshold;
        }
        all.push(thresholds);
    }
    all[0].neuron.refractory = 3;
    // Layers with all of the noise, with some of it, and with none.
    for spec in all.iter_mut().skip(1).step_by(2) {
        spec.neuron.noise_bits = NOISE_BITS;
        let own = [None, Some(3), Some(0)];
        spec.layers.iter_mut().zip(own).for_each(|(layer, own)| layer.noise_bits = own);
    }
    all
}

/// A number of so many bits, as two's complement.
fn signed(random: &mut Random, bits: u32) -> i64 {
    let value = random.corner_value(bits) as i64;
    if value >> (bits - 1) == 1 { value - (1 << bits) } else { value }
}

/// Limits of every word, resting and fresh steps among them: the results, and those of the golden model's neurons.
#[test]
fn the_block_is_the_neurons_of_the_golden_model() {
    let mut random = Random::new(11);
    let mut at = Workplace::default();
    for spec in lif().chain(mixed()) {
        let block = Block::of(&spec, CURRENT_BITS);
        let (mut fired, mut quiet) = (0, 0);
        let own: Vec<Neurons> = (0..spec.layers.len()).map(|l| Neurons::of(&spec, l)).collect();
        for step in 0..2000 {
            let layer = step % spec.layers.len();
            let neurons = match own[layer].clone() {
                // The threshold is any positive number of the membrane's.
                Neurons::Lif(_) => {
                    let bits = spec.neuron.membrane_bits - 1 - spec.neuron.fraction_bits;
                    let threshold = random.corner_value(bits).max(1) as i32;
                    Neurons::with_threshold(&spec, layer, threshold)
                }
                cells @ Neurons::Cells(_) => cells,
            };
            let mut one = Step::random(&spec, layer, &neurons, &mut random);
            let given: Vec<i64> = block
                .program
                .given()
                .zip(&block.ports)
                .map(|(at, port)| one.of(&block, at, *port))
                .collect();
            let seen = block.program.evaluate(&given);
            let noise = Share::of(&spec, layer).take(one.drive.noise);
            let drive = Drive { noise, ..one.drive };
            let spike = neurons.update(&mut at, &mut one.state, drive);
            let others = block.others.len();
            assert_eq!(seen[0], i64::from(one.state.membrane), "{given:?} of {:?}", spec.layers);
            for (slot, word) in unpacked(&spec, &neurons, one.state.others).into_iter().enumerate()
            {
                let mask = (1 << block.others[slot]) - 1;
                assert_eq!(seen[1 + slot] & mask, word & mask, "{given:?} of {:?}", spec.layers);
            }
            assert_eq!(seen[1 + others] != 0, spike);
            *(if spike { &mut fired } else { &mut quiet }) += 1;
        }
        assert!(fired > 50 && quiet > 50, "{fired} of {:?}", spec.neurons);
    }
}

/// What a neuron is given in one step.
struct Step {
    layer: usize,
    state: State,
    before: State,
    words: Vec<i64>,
    drive: Drive,
    threshold: i64,
    fresh: bool,
}

impl Step {
    fn random(spec: &NetSpec, layer: usize, neurons: &Neurons, random: &mut Random) -> Self {
        let bits = spec.membrane_bits(layer);
        let fresh = random.below(8) == 0;
        let (kept, threshold) = match neurons {
            Neurons::Lif(lif) => {
                let rest = u64::from(spec.neuron.refractory).min(random.below(4) * random.below(2));
                let membrane = signed(random, bits) as i32;
                (State { membrane, others: rest }, lif.threshold().into())
            }
            Neurons::Cells(cells) => {
                let mut state = State { membrane: 0, others: 0 };
                let mut low = 0;
                for (index, word) in cells.step().states().iter().enumerate() {
                    let value = signed(random, word.bits).clamp(word.range.low, word.range.high);
                    if index == 0 {
                        state.membrane = value as i32;
                    } else {
                        state.others |= (value as u64 & ((1 << word.bits) - 1)) << low;
                        low += word.bits;
                    }
                }
                (state, 0)
            }
        };
        // Most membranes are near the threshold, which is far below what a current can be.
        let current =
            (signed(random, CURRENT_BITS) >> random.below(u64::from(CURRENT_BITS))) as i32;
        let noise = signed(random, NOISE_BITS) as i32;
        // No sum of negative weights is further below 0 than all of them.
        let most = (1 << (CURRENT_BITS - 1)) - 1;
        let least = (-current).clamp(0, most);
        let inhibition = least + random.below((most - least.max(current) + 1) as u64) as i32;
        Self {
            layer,
            state: if fresh { neurons.begin() } else { kept },
            before: kept,
            words: unpacked(spec, neurons, kept.others),
            drive: Drive {
                current,
                inhibition,
                bias: (signed(random, bits) >> random.below(u64::from(bits))) as i32,
                noise,
            },
            threshold,
            fresh,
        }
    }

    /// What the port of a node has; words that are not of the layer's own neurons hold what fits them.
    fn of(&self, block: &Block, at: usize, port: Port) -> i64 {
        let node = &block.program.nodes()[at];
        let fitting = |value: i64| {
            let unused = i64::BITS - node.bits();
            let low = (value << unused) >> unused;
            let low = if node.is_signed() { low } else { value & ((1 << node.bits()) - 1) };
            low.clamp(node.range.low, node.range.high)
        };
        match port {
            Port::Current => self.drive.current.into(),
            Port::Inhibition => self.drive.inhibition.into(),
            Port::Membrane => fitting(self.before.membrane.into()),
            Port::Bias => fitting(self.drive.bias.into()),
            Port::Noise => self.drive.noise.into(),
            Port::Threshold => self.threshold,
            Port::Others(low) => {
                let slots = (0..block.others.len()).map(|i| block.others[..i].iter().sum::<u32>());
                let slot = slots.into_iter().position(|own| own == low).unwrap();
                fitting(self.words.get(slot).copied().unwrap_or_default())
            }
            Port::Fresh => self.fresh.into(),
            Port::Layer => self.layer as i64,
        }
    }
}

/// The words beside the membrane.
fn unpacked(spec: &NetSpec, neurons: &Neurons, others: u64) -> Vec<i64> {
    match neurons {
        Neurons::Lif(_) if spec.neuron.refractory == 0 => vec![],
        Neurons::Lif(_) => vec![others as i64],
        Neurons::Cells(cells) => {
            let mut low = 0;
            let words = cells.step().states()[1..].iter().map(|word| {
                let unused = u64::BITS - word.bits;
                let high = others >> low << unused;
                low += word.bits;
                if word.range.low < 0 { high as i64 >> unused } else { (high >> unused) as i64 }
            });
            words.collect()
        }
    }
}

/// What is written into the memories fits them, and is in the range in which it is read.
#[test]
fn widths_follow_from_ranges() {
    for spec in lif() {
        let program = Block::of(&spec, CURRENT_BITS).program;
        let ranges = program.results().iter().map(|(_, place)| program.nodes()[*place].range);
        let ranges: Vec<Range> = ranges.collect();
        assert!(ranges[0].is_within(Range::signed(spec.neuron.membrane_bits)), "{ranges:?}");
        if spec.neuron.refractory > 0 {
            assert!(ranges[1].is_within(Range::unsigned(REST_BITS)));
        }
        let widest = program.nodes().iter().map(|node| node.bits()).max().unwrap();
        let neuron = &spec.neuron;
        let most = (CURRENT_BITS + neuron.fraction_bits).max(neuron.membrane_bits) + 2;
        assert!(widest <= most, "{widest}");
    }
    for spec in mixed() {
        for layer in 0..spec.layers.len() {
            let Neurons::Cells(cells) = Neurons::of(&spec, layer) else { continue };
            let program = cells.step().program();
            for (word, (_, place)) in cells.step().states().iter().zip(program.results()) {
                let range = program.nodes()[*place].range;
                assert!(range.is_within(word.range), "{}: {range:?}", word.name);
                assert!((word.range.low..=word.range.high).contains(&word.initial));
            }
        }
    }
}

/// Leak and drive; sum and saturation; comparison and reset.
#[test]
fn the_shipped_neurons_take_three_stages() {
    let mut spec = lif().next().unwrap();
    let block = Block::of(&spec, CURRENT_BITS);
    let stages = Stages::of(&block.program);
    let stage = |of: fn(&Operation) -> bool| {
        let found = block.program.nodes().iter().position(|node| of(&node.operation));
        stages.stage(found.unwrap())
    };
    assert_eq!(block.latency(), 3);
    assert_eq!(stage(|op| matches!(op, Operation::Decay(..))), 0);
    assert_eq!(stage(|op| matches!(op, Operation::Saturate(..))), 1);
    assert_eq!(stage(|op| matches!(op, Operation::Subtract(..))), 2);
    assert_eq!(stage(|op| matches!(op, Operation::IsPositive(_))), 2);
    assert_eq!(Block::of(&spec, 8).latency(), 3);
    spec.neuron.fraction_bits = 8;
    let latency = Block::of(&spec, 24).latency();
    assert_eq!(latency, 4, "a sum of 34 bits takes a stage, and its saturation one");
}

/// A layer's number is read where layers differ, and only there.
#[test]
fn the_layer_chooses_where_neurons_differ() {
    let reads_layer = |spec: &NetSpec| {
        let block = Block::of(spec, CURRENT_BITS);
        let place = block.ports.iter().position(|port| *port == Port::Layer).unwrap();
        let layer = block.program.given().nth(place).unwrap();
        block.program.needed()[layer]
    };
    assert!(!reads_layer(&named(&[None, None])));
    assert!(!reads_layer(&named(&[Some(("alif", 16, 12)), Some(("alif", 16, 12))])));
    assert!(reads_layer(&named(&[Some(("alif", 16, 12)), None])));
}

/// Layers of one neuron share its operations, whatever their thresholds and their noise.
#[test]
fn layers_of_one_neuron_share_its_operations() {
    let alif = Some(("alif", 16, 12));
    let tables = |spec: &NetSpec| Block::of(spec, CURRENT_BITS).program.tables();
    let mut spec = named(&[alif, alif, alif]);
    let shared = tables(&spec);
    (spec.layers[1].threshold, spec.neuron.noise_bits) = (64, 4);
    spec.layers[2].noise_bits = Some(1);
    let chosen = tables(&spec);
    let other = named(&[alif, Some(("alif", 16, 11)), alif]);
    assert!(shared < chosen && chosen < shared + 120, "{shared}, {chosen}");
    assert!(tables(&other) > shared + 200, "{shared}, {}", tables(&other));
}

/// Registers are called after words, so no two words may have one name; and what is kept is known by it.
#[test]
fn each_word_has_a_name_of_its_own() {
    let names = |spec: &NetSpec| {
        let program = Block::of(spec, CURRENT_BITS).program;
        let given: Vec<String> = program.given().map(|place| program.called(place)).collect();
        let given = given.into_iter().skip(7).collect::<Vec<_>>();
        (given, program.results().iter().map(|(name, _)| name.clone()).collect::<Vec<_>>())
    };
    let (given, results) = names(&named(&[Some(("alif", 16, 12)), Some(("alif", 16, 12))]));
    assert_eq!(given, ["other_0"]);
    assert_eq!(results, ["membrane_next", "other_next_0", "fired"]);
    let mut mixed = named(&[Some(("alif", 16, 12)), Some(("synaptic", 12, 8)), None]);
    mixed.neuron.refractory = 1;
    let (given, results) = names(&mixed);
    assert_eq!(given, ["other2", "bias3", "membrane4", "other5", "other6"]);
    assert_eq!(results, ["membrane_next", "other_next_0", "fired"]);
    let mut loud = named(&[None, None, None]);
    (loud.neuron.noise_bits, loud.layers[1].noise_bits) = (4, Some(2));
    let program = Block::of(&loud, CURRENT_BITS).program;
    let mut all: Vec<String> =
        (0..program.nodes().len()).map(|place| program.called(place)).collect();
    all.sort();
    assert!(all.contains(&"sum".to_owned()));
    assert!(all.windows(2).all(|pair| pair[0] != pair[1]), "{all:?}");
}

/// A threshold of narrow neurons beside wide ones is a positive number of the narrow ones'.
#[test]
fn a_threshold_is_of_its_own_neurons() {
    let mut spec = named(&[Some(("if", 16, 12)), None]);
    spec.neuron.membrane_bits = 12;
    let program = Block::of(&spec, CURRENT_BITS).program;
    let threshold = program.given().nth(4).unwrap();
    assert_eq!(program.nodes()[threshold].range, Range::unsigned(15));
    let known =
        program.nodes().iter().find(|n| n.operation == Operation::Known(threshold)).unwrap();
    assert_eq!(known.range, Range::unsigned(11));
}
