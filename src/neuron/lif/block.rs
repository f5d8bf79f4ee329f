//! The neuron as word operations: what the engine's block computes in a step.

use super::words::REST_BITS;
use super::{Kept, advance, drive};
use crate::neuron::arithmetic::{Arithmetic, Range};
use crate::neuron::program::{Program, Recorder, Stages};
use crate::spec::Neuron;

/// Bits of the noise's word.
const NOISE_BITS: u32 = 8;

/// The step of neurons whose dot products fit `current_bits` bits.
///
/// It is given `current`, `membrane`, `bias`, `noise`, `threshold`, `refractory`, and whether the step is
/// `fresh`, an image's first, for which all that is kept is 0. It gives `membrane_next`, `refractory_next` and
/// `fired`. Where a neuron never rests, `refractory` is not read.
pub fn program(neuron: &Neuron, current_bits: u32) -> Program {
    let bits = neuron.membrane_bits;
    let mut on = Recorder::default();
    let current = on.given("current", current_bits);
    let membrane = on.given("membrane", bits);
    let bias = on.given("bias", bits);
    let noise = on.given("noise", NOISE_BITS);
    // A threshold is a positive number of the membrane's.
    let threshold = on.given_of("threshold", bits, Range::unsigned(bits - 1));
    on.hold(&threshold);
    let rest_bits = REST_BITS as u32;
    let refractory = on.given_of("refractory", rest_bits, Range::unsigned(rest_bits));
    let fresh = on.given_flag("fresh");
    let zero = on.number(0);
    let begin = |on: &mut Recorder, kept| on.select(&fresh, &zero, kept);
    let membrane = begin(&mut on, &membrane);
    let rest = (neuron.refractory > 0).then(|| begin(&mut on, &refractory));
    let drive = drive(neuron, &mut on, &current, &bias, &noise);
    let kept = Kept { membrane, rest };
    let (after, fired) = advance(neuron, &mut on, &threshold, &kept, &drive);
    on.result("membrane_next", after.membrane);
    on.result("refractory_next", after.rest.unwrap_or(zero));
    on.result_flag("fired", fired);
    on.program()
}

/// Clock cycles from a block's inputs to its results.
pub fn latency(neuron: &Neuron, current_bits: u32) -> usize {
    Stages::of(&program(neuron, current_bits)).latency()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::neuron::lif::{State, step};
    use crate::neuron::program::Operation;
    use crate::random::Random;
    use crate::spec::{Reset, example};

    fn neurons() -> impl Iterator<Item = Neuron> {
        let base = example(&[1, 1]).spec.neuron;
        [
            (16, 4, 4, Reset::Subtract, 0),
            (16, 8, 1, Reset::Zero, 15),
            (10, 2, 1, Reset::Zero, 3),
            (8, 8, 0, Reset::Subtract, 3),
            (12, 0, 15, Reset::Subtract, 1),
        ]
        .into_iter()
        .map(move |(membrane_bits, fraction_bits, leak, reset, refractory)| Neuron {
            membrane_bits,
            fraction_bits,
            leak,
            reset,
            refractory,
            ..base.clone()
        })
    }

    /// A number of so many bits, as two's complement.
    fn signed(random: &mut Random, bits: u32) -> i64 {
        let value = random.corner_value(bits) as i64;
        if value >> (bits - 1) == 1 { value - (1 << bits) } else { value }
    }

    /// Limits of every word, resting and fresh steps among them.
    #[test]
    fn the_block_is_the_neuron_of_the_golden_model() {
        let mut random = Random::new(11);
        for neuron in neurons() {
            let (w, c) = (neuron.membrane_bits, 12);
            let program = program(&neuron, c);
            for _ in 0..2000 {
                let threshold = random.corner_value(w - 1).max(1) as i64;
                let [current, membrane] = [c, w].map(|bits| signed(&mut random, bits));
                let [bias, noise] = [w, 8].map(|bits| signed(&mut random, bits));
                let rest =
                    i64::from(neuron.refractory).min((random.below(4) * random.below(2)) as i64);
                let fresh = random.below(8) == 0;
                let given = [current, membrane, bias, noise, threshold, rest, fresh.into()];
                let kept = if fresh { (0, 0) } else { (membrane, rest) };
                let mut state = State { membrane: kept.0 as i32, refractory: kept.1 as u32 };
                let drive = (current << neuron.fraction_bits) + bias + noise;
                let fired = step(&neuron, threshold as i32, &mut state, drive);
                let expected: [i64; 3] =
                    [state.membrane.into(), state.refractory.into(), fired.into()];
                assert_eq!(program.evaluate(&given), expected, "{given:?} of {neuron:?}");
            }
        }
    }

    /// What is written into the memories fits them, and no word is wider than the sum needs.
    #[test]
    fn widths_follow_from_ranges() {
        for neuron in neurons() {
            let program = program(&neuron, 12);
            let ranges = program.results().iter().map(|(_, place)| program.nodes()[*place].range);
            let ranges: Vec<Range> = ranges.collect();
            assert!(ranges[0].is_within(Range::signed(neuron.membrane_bits)), "{ranges:?}");
            assert!(ranges[1].is_within(Range::unsigned(REST_BITS as u32)));
            let threshold = program.given().nth(4).unwrap();
            let positive = Range::unsigned(neuron.membrane_bits - 1);
            assert_eq!(program.nodes()[threshold].range, positive);
            let widest = program.nodes().iter().map(|node| node.bits()).max().unwrap();
            assert!(
                widest <= (12 + neuron.fraction_bits).max(neuron.membrane_bits) + 2,
                "{widest}"
            );
        }
    }

    /// Leak and drive; sum and saturation; comparison and reset.
    #[test]
    fn the_shipped_neurons_take_three_stages() {
        let neuron = neurons().next().unwrap();
        let program = program(&neuron, 12);
        let stages = Stages::of(&program);
        let stage = |of: fn(&Operation) -> bool| {
            let found = program.nodes().iter().position(|node| of(&node.operation));
            stages.stage(found.unwrap())
        };
        assert_eq!(stages.latency(), 3);
        assert_eq!(stage(|op| matches!(op, Operation::Decay(..))), 0);
        assert_eq!(stage(|op| matches!(op, Operation::Saturate(..))), 1);
        assert_eq!(stage(|op| matches!(op, Operation::Subtract(..))), 2);
        assert_eq!(stage(|op| matches!(op, Operation::IsPositive(_))), 2);
        assert_eq!(latency(&neuron, 8), 3);
        let wide = Neuron { fraction_bits: 8, ..neuron };
        assert_eq!(latency(&wide, 24), 4, "a sum of 34 bits takes a stage, and its saturation one");
    }
}
