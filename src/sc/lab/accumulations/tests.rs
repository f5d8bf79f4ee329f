//! Every accumulation against single bits, of all codings and generators.

use super::*;
use crate::random::Random;
use crate::random::philox::Philox;
use crate::sc::coding::Gate;
use crate::sc::lab::codings::{CODINGS, Coding, Facts};
use crate::sc::lab::generators::Pair;
use crate::sc::lab::streams::Making;
use crate::spec::example;

const FACTS: Facts = Facts { whole: 16, minimum: -15, maximum: 15, threshold: 20, inputs: 70 };
const VALUES: [f64; 4] = [0.0, 0.25, 0.7, 1.0];

fn streams(coding: &'static dyn Coding, generators: Pair, length: usize) -> Streams {
    let making = Making { coding, generators, length, values: &VALUES };
    Streams::new(&example(&[70, 9]), 0, &FACTS, making)
}

fn bit(words: &[u64], k: usize) -> bool {
    words[k / 64] >> (k % 64) & 1 == 1
}

/// The product bit of an input and a neuron in a cycle, with its sign.
fn product(streams: &Streams, symbols: &[u8], input: usize, neuron: usize, k: usize) -> i32 {
    let (rows, negative) = streams.row(input);
    let w = bit(&rows[neuron * streams.words()..], k);
    let x = bit(streams.of(input, usize::from(symbols[input])), k);
    let product = match streams.gate {
        Gate::And => x && w,
        Gate::Xnor => x == w,
    };
    if negative[neuron] { -i32::from(product) } else { i32::from(product) }
}

/// Counts by the definitions, one bit at a time.
fn by_hand(name: &str, streams: &Streams, symbols: &[u8], neuron: usize) -> i32 {
    let mut draws = Philox::new(42).stream(u64::MAX);
    let cycle = |k| {
        let all = (0..70).map(|input| product(streams, symbols, input, neuron, k));
        match name {
            "exact" => all.sum(),
            "or" => {
                let all: Vec<i32> = all.collect();
                i32::from(all.contains(&1)) - i32::from(all.contains(&-1))
            }
            _ => {
                let input = ((u64::from(draws.word()) * 70) >> 32) as usize;
                product(streams, symbols, input, neuron, k)
            }
        }
    };
    (0..streams.length).map(cycle).sum()
}

#[test]
fn counts_are_those_of_single_bits() {
    let mut random = Random::new(4);
    let lengths = [16, 128];
    for coding in CODINGS {
        for pair in ["page-lfsr", "van-der-corput/counter", "ruler", "random"] {
            for length in lengths {
                for accumulation in ACCUMULATIONS {
                    if coding.gate() == Gate::Xnor && !accumulation.is_sum() {
                        continue;
                    }
                    let pair = Pair::named(pair).unwrap();
                    let counter = accumulation.counter(streams(coding, pair, length));
                    let symbols: Vec<u8> = (0..70).map(|_| random.below(4) as u8).collect();
                    let mut counts = [99; 9];
                    counter.count(&symbols, &mut Bench::default(), &mut counts);
                    let streams = streams(coding, pair, length);
                    for (neuron, count) in counts.into_iter().enumerate() {
                        let expected = by_hand(accumulation.name(), &streams, &symbols, neuron);
                        let at = (coding.name(), pair.to_string(), length, accumulation.name());
                        assert_eq!(count, expected, "{at:?}, neuron {neuron}");
                    }
                }
            }
        }
    }
}

/// The count of the inputs is theirs: whole streams, their gate, or those that were chosen.
#[test]
fn inputs_are_counted_beside_the_products() {
    let pair = Pair::named("van-der-corput/counter").unwrap();
    let symbols: Vec<u8> = (0..70).map(|input| (input % 4) as u8).collect();
    for coding in CODINGS.into_iter().filter(|coding| coding.name().contains("polar")) {
        // 18 inputs of 0 and of 0.25, 17 of 0.7 and of 1, as so many ones of 64.
        let ones = match coding.gate() {
            Gate::And => [0, 16, 45, 64],
            Gate::Xnor => [32, 40, 54, 64],
        };
        let all = 18 * ones[0] + 18 * ones[1] + 17 * ones[2] + 17 * ones[3];
        for accumulation in ACCUMULATIONS {
            if coding.needs_sums().is_some() && !accumulation.is_sum() {
                continue;
            }
            let counter = accumulation.counter(streams(coding, pair, 64));
            let mut counts = [0; 9];
            let heard = counter.count(&symbols, &mut Bench::default(), &mut counts);
            match accumulation.name() {
                "exact" => assert_eq!(heard, all, "{}", coding.name()),
                "or" => assert_eq!(heard, 64),
                _ => {
                    let shown = f64::from(heard) * counter.scale();
                    assert!((shown - f64::from(all) / 64.0).abs() < 20.0, "{shown}");
                }
            }
        }
    }
}

#[test]
fn a_name_is_one_accumulations() {
    for accumulation in ACCUMULATIONS {
        assert_eq!(named(accumulation.name()).unwrap().about(), accumulation.about());
    }
    assert_eq!(named("sum").unwrap_err().code(), "spikestream::sc::unknown");
}
