//! Every generator against what it says of itself.

use super::*;
use crate::sc::bitstream::Bitstream;

fn place(input: usize, neuron: Option<usize>) -> Place {
    Place { inputs: 784, input, neuron }
}

fn stream(generator: &dyn Generator, of: Place, length: usize, value: u32) -> Bitstream {
    let bits = generator.bits(length);
    let mut numbers = vec![0; length];
    generator.numbers(bits, generator.sequence(of, bits), &mut numbers);
    let mut words = Vec::new();
    generator.pack(bits, value, &numbers, &mut words);
    Bitstream::from_words(words, length)
}

#[test]
fn a_name_is_one_generators() {
    for generator in GENERATORS {
        assert_eq!(find(generator.name()).unwrap().about(), generator.about());
    }
    assert_eq!(Pair::all().len(), GENERATORS.len() + GOOD.len());
    for pair in Pair::all() {
        assert_eq!(Pair::named(&pair.to_string()).unwrap().to_string(), pair.to_string());
    }
    for (weights, inputs) in GOOD {
        assert!(Pair::all().iter().any(|p| p.to_string() == format!("{weights}/{inputs}")));
    }
    let error = Pair::named("sobel").unwrap_err();
    assert_eq!(error.code(), "spikestream::sc::unknown");
    assert!(error.remedy().starts_with("did you mean `sobol`?"), "{}", error.remedy());
    assert!(Pair::named("sobol/x").is_err() && Pair::named("sobol/").is_err());
}

/// Of a whole period a value has as many ones as it says, but for the registers' 1, which is a cycle short.
#[test]
fn periodic_generators_are_exact() {
    for generator in GENERATORS.into_iter().filter(|one| one.is_periodic()) {
        for length in [2, 16, 64, 256] {
            let whole = generator.whole(generator.bits(length));
            assert_eq!(whole as usize, length, "{}", generator.name());
            for value in 0..=whole {
                for of in [place(0, None), place(77, Some(12))] {
                    let ones = stream(generator, of, length, value).ones();
                    let short = generator.name() == "lfsr" && value == whole;
                    assert_eq!(ones, value - u32::from(short), "{}", generator.name());
                }
            }
        }
    }
}

/// The others are right in the mean, within five deviations.
#[test]
fn generators_of_long_period_are_right_in_the_mean() {
    for generator in GENERATORS.into_iter().filter(|one| !one.is_periodic()) {
        let whole = generator.whole(generator.bits(4096));
        for share in [0.1, 0.5, 0.9] {
            let value = (share * f64::from(whole)).round() as u32;
            let ones = f64::from(stream(generator, place(5, Some(3)), 4096, value).ones());
            let deviation = (4096.0_f64 * share * (1.0 - share)).sqrt();
            assert!((ones - 4096.0 * share).abs() < 5.0 * deviation, "{}", generator.name());
        }
    }
}

/// One sequence for both operands is fully correlated, and what is told apart is not.
#[test]
fn correlation_is_as_each_says() {
    let scc = |pair: &str| {
        let pair = Pair::named(pair).unwrap();
        let half = |generator: &dyn Generator| generator.whole(generator.bits(256)) / 2;
        let x = stream(pair.inputs, place(3, None), 256, half(pair.inputs));
        stream(pair.weights, place(3, Some(1)), 256, half(pair.weights)).scc(&x)
    };
    for same in ["counter", "van-der-corput", "ruler"] {
        assert!((scc(same) - 1.0).abs() < 1e-9, "{same}: {}", scc(same));
    }
    for apart in ["van-der-corput/counter", "sobol"] {
        assert!(scc(apart).abs() < 0.05, "{apart}: {}", scc(apart));
    }
    for chance in ["random", "page-lfsr", "lfsr"] {
        assert!(scc(chance).abs() < 0.4, "{chance}: {}", scc(chance));
    }
}

/// The register of the page, its seeds, and where they meet.
#[test]
fn the_pages_registers_wrap_around() {
    let register = find("page-lfsr").unwrap();
    let mut numbers = [0; 3];
    register.numbers(16, 0xace1, &mut numbers);
    // 1010110011100001: bits 15, 13, 12 and 10 are 1, 1, 0, 1.
    assert_eq!(numbers, [0xace1, 0x59c3, 0xb387]);
    let seed = |input, neuron| register.sequence(place(input, neuron), 16);
    assert_eq!([seed(0, None), seed(2, None)], [0xace1, 0xace1 + 14]);
    assert_eq!([seed(0, Some(0)), seed(1, Some(1))], [0xbeef, (0xbeef + 13 * 785) & 0xffff]);
    // As many as were counted of 784 inputs and 128 neurons.
    let mut seeds = vec![0; 1 << 16];
    let weights = (0..128).flat_map(|j| (0..784).map(move |i| (i, Some(j))));
    weights.for_each(|(i, j)| seeds[seed(i, j) as usize] += 1);
    let again: usize = seeds.iter().map(|n: &usize| n.saturating_sub(1)).sum();
    assert_eq!((again, seeds[0]), (34_816, 2));
    // A register of zeros stands still.
    register.numbers(16, 0, &mut numbers);
    assert_eq!(numbers, [0; 3]);
    let mut all = vec![0; 65_535];
    register.numbers(16, 1, &mut all);
    all.sort_unstable();
    assert!(all.into_iter().eq(1..=65_535), "the period is whole");
}

#[test]
fn registers_of_log_length_bits_have_a_seed_of_each_place() {
    let register = find("lfsr").unwrap();
    let seeds: Vec<u64> = (0..784).map(|i| register.sequence(place(i, None), 12)).collect();
    let mut apart = seeds.clone();
    apart.sort_unstable();
    apart.dedup();
    assert_eq!(apart.len(), 784);
    assert!(seeds.iter().all(|seed| (1..4096).contains(seed)));
}
