//! What each kind changes, and nothing else.

use super::*;
use crate::sc::faults::engines::{self, ENGINES};
use crate::spec::{Generator, example};

const BITS: u32 = 4;
const NEURONS: usize = 3;

fn weights() -> Vec<i8> {
    (0..60).map(|at| ((at * 7) % 31) as i8 - 15).collect()
}

/// Sums of the 20 inputs of three neurons, of which every other one spikes, before and after `strike`.
fn struck(engine: &'static dyn Engine, lanes: usize, stuck: &[Stuck], rate: f64) -> Vec<i32> {
    let words: Vec<u16> = weights().iter().map(|q| (engine.memory().encode)(*q, BITS)).collect();
    let spikes: Vec<u8> = (0..20).map(|input| u8::from(input % 2 == 0)).collect();
    let stream = Stream::full(BITS, Generator::Counter);
    let (words, stream, spikes) = (&words[..], &stream, &spikes[..]);
    let of = Products { engine, stream, spikes, words, lanes, stuck };
    let mut sums = vec![0; NEURONS];
    let kind = named(if stuck.is_empty() { "products" } else { "lanes" }).unwrap();
    kind.strike_products(&of, &mut Hits::new(1, 0, rate), &mut sums);
    sums
}

/// With all bits hit, each product becomes what its bits leave out.
#[test]
fn a_flipped_product_is_the_rest_of_its_bits() {
    for engine in ENGINES {
        let stream = Stream::full(BITS, Generator::Counter);
        let expected = |neuron: usize| {
            let of = |input: usize| {
                let word = (engine.memory().encode)(weights()[20 * neuron + input], BITS);
                let all = (0..engine.bits(&stream)).map(|bit| engine.bit(&stream, word, bit));
                let ones = all.clone().filter(|bit| bit.is_one && input.is_multiple_of(2));
                all.map(|bit| bit.worth).sum::<i32>() - 2 * ones.map(|bit| bit.worth).sum::<i32>()
            };
            (0..20).map(of).sum()
        };
        let expected: Vec<i32> = (0..NEURONS).map(expected).collect();
        assert_eq!(struck(engine, 16, &[], 1.0), expected, "{}", engine.name());
    }
}

/// By hand: of 20 inputs on 16 lanes, lane 13 has inputs 13 and 17; lane 3 has input 3, and none of the last four.
#[test]
fn a_stuck_lane_counts_always_or_never() {
    let planes = engines::named("planes").unwrap();
    let stuck = |lane, at| [Stuck { lane, wire: 0, at }];
    // Inputs 13 and 17 do not spike: stuck at 0 nothing is lost, at 1 each counts 15 by its sign.
    assert_eq!(struck(planes, 16, &stuck(13, false), 0.0), [0; 3]);
    let sign =
        |neuron: usize, input: usize| if weights()[20 * neuron + input] < 0 { -15 } else { 15 };
    let both: Vec<i32> = (0..3).map(|neuron| sign(neuron, 13) + sign(neuron, 17)).collect();
    assert_eq!(struck(planes, 16, &stuck(13, true), 0.0), both);
    let one: Vec<i32> = (0..3).map(|neuron| sign(neuron, 3) + 15).collect();
    assert_eq!(struck(planes, 16, &stuck(3, true), 0.0), one);
    // Inputs 12 and 16 spike, and their weights are lost.
    let lost = |neuron: usize| -> i32 { -i32::from(weights()[20 * neuron + 12]) };
    let lost: Vec<i32> = (0..3).map(lost).collect();
    let other: Vec<i32> = (0..3).map(|neuron| -i32::from(weights()[20 * neuron + 16])).collect();
    let lane_12 = struck(planes, 16, &stuck(12, false), 0.0);
    assert_eq!(lane_12, lost.iter().zip(&other).map(|(a, b)| a + b).collect::<Vec<_>>());
    // One wire of a binary lane is one bit of its word.
    let binary = engines::named("binary").unwrap();
    let sign = [Stuck { lane: 3, wire: BITS, at: true }];
    assert_eq!(struck(binary, 16, &sign, 0.0), [-32; 3]);
}

#[test]
fn as_many_lanes_are_stuck_as_asked_each_at_a_wire_that_it_has() {
    let lanes = named("lanes").unwrap();
    let stuck = lanes.stuck(16, 5, &mut Hits::new(1, 0, 1.0));
    let mut all: Vec<usize> = stuck.iter().map(|one| one.lane).collect();
    all.sort_unstable();
    assert!(all.into_iter().eq(0..16));
    assert!(stuck.iter().all(|one| one.wire < 5));
    let at = stuck.iter().filter(|one| one.at).count();
    assert!((1..16).contains(&at), "{stuck:?}");
    let count = |rate| lanes.stuck(16, 1, &mut Hits::new(1, 0, rate)).len();
    assert_eq!([0.0, 0.0625, 0.125, 0.5].map(count), [0, 1, 2, 8]);
}

#[test]
fn membranes_and_words_lose_the_bits_that_are_hit() {
    let neurons = Neurons::of(&example(&[2, 1]).spec, 0);
    let mut states = vec![State { membrane: 5, others: 3 }; 2];
    let struck = named("membranes").unwrap().strike_membranes(
        &neurons,
        &mut states,
        &mut Hits::new(1, 0, 1.0),
    );
    assert_eq!((struck, states), (32, vec![State { membrane: -6, others: 3 }; 2]));
    let mut words = vec![0b10101, 0];
    let struck = named("weights").unwrap().strike_words(&mut words, 5, &mut Hits::new(1, 0, 1.0));
    assert_eq!((struck, words), (10, vec![0b01010, 0b11111]));
}
