//! Lanes that are stuck: a wire of theirs no longer moves.

use super::{Engine, Hits, Kind, Products, Stuck};

/// Of P lanes the nearest number to `rate P` is stuck, chosen at random, each at 0 or at 1 by a coin; of one that has several
/// wires, one of them.
///
/// Input i is in lane `i mod P`. Of a last, shorter word the lowest lanes have no input: their words are 0, as in the engine, and
/// a lane that is stuck at 1 counts there as well.
#[derive(Debug)]
pub(super) struct Lanes;

impl Kind for Lanes {
    fn name(&self) -> &'static str {
        "lanes"
    }

    fn about(&self) -> &'static str {
        "lanes have a wire that is stuck at 0 or 1"
    }

    fn rates(&self) -> &'static [f64] {
        &[0.0625, 0.125, 0.25, 0.5, 1.0]
    }

    fn spoils(&self, engine: &dyn Engine) -> &'static str {
        engine.name()
    }

    fn stuck(&self, lanes: usize, wires: u32, hits: &mut Hits) -> Vec<Stuck> {
        let mut all: Vec<usize> = (0..lanes).collect();
        let count = (hits.rate() * lanes as f64).round() as usize;
        for chosen in 0..count {
            all.swap(chosen, chosen + hits.below((lanes - chosen) as u32) as usize);
        }
        let one = |&lane: &usize| Stuck { lane, wire: hits.below(wires), at: hits.below(2) == 1 };
        all[..count].iter().map(one).collect()
    }

    fn strike_products(&self, of: &Products<'_>, _: &mut Hits, sums: &mut [i32]) -> u64 {
        let inputs = of.spikes.len();
        for stuck in of.stuck {
            let rows = of.words.chunks_exact(inputs).zip(&mut *sums);
            for (row, sum) in rows {
                for chunk in 0..inputs.div_ceil(of.lanes) {
                    let input = in_lane(inputs, of.lanes, chunk, stuck.lane);
                    let word = input.map_or(0, |input| row[input]);
                    let spikes = input.is_some_and(|input| of.spikes[input] == 1);
                    *sum += change(of, *stuck, word, spikes);
                }
            }
        }
        // They were hit once, not in each step.
        0
    }
}

/// The input that a lane has in a word of inputs; none where the word has no more.
fn in_lane(inputs: usize, lanes: usize, chunk: usize, lane: usize) -> Option<usize> {
    let first = chunk * lanes;
    let missing = lanes - lanes.min(inputs - first);
    lane.checked_sub(missing).map(|at| first + at)
}

/// What a product changes by.
fn change(of: &Products<'_>, stuck: Stuck, word: u16, spikes: bool) -> i32 {
    let own = (0..of.engine.bits(of.stream)).filter(|bit| of.engine.wire(*bit) == stuck.wire);
    own.map(|bit| of.engine.bit(of.stream, word, bit))
        .map(|bit| (i32::from(stuck.at) - i32::from(bit.is_one && spikes)) * bit.worth)
        .sum()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::layer::Dense;

    /// The words of the engine's memory say where an input is.
    #[test]
    fn an_input_is_in_the_lane_that_its_weight_is_in() {
        for (inputs, lanes) in [(70, 32), (64, 16), (5, 16)] {
            let layer = Dense { inputs, outputs: 1 };
            for input in 0..inputs {
                let mut weights = vec![0; inputs];
                weights[input] = 1;
                for (chunk, word) in layer.planes(&weights, 1, lanes).into_iter().enumerate() {
                    for lane in 0..lanes {
                        let here = in_lane(inputs, lanes, chunk, lane) == Some(input);
                        assert_eq!(here, word >> lane & 1 == 1, "{inputs} {input} {chunk} {lane}");
                    }
                }
            }
        }
    }
}
