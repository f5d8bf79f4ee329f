//! Sobol's sequence in many dimensions: one for each operand.

use super::{Generator, Place};
use std::sync::OnceLock;

/// Dimensions that there are numbers for.
pub(super) const DIMENSIONS: usize = 256;

/// Element k of a dimension of Sobol's sequence (Sobol 1967), by the direction numbers of Joe and Kuo (2008).
///
/// Input i has an even dimension, all weights at input i the odd one behind it, so that the two that meet have no
/// other's. From 128 inputs on dimensions come again.
#[derive(Debug)]
pub(super) struct Sobol;

const NUMBERS: &str = include_str!("joe-kuo.txt");

/// `v_1` to `v_32` of each dimension: direction numbers with the point before bit 31.
fn directions() -> &'static Vec<[u32; 32]> {
    static DIRECTIONS: OnceLock<Vec<[u32; 32]>> = OnceLock::new();
    DIRECTIONS.get_or_init(|| {
        let first = std::array::from_fn(|bit| 1 << (31 - bit));
        let lines = NUMBERS.lines().filter(|line| !line.starts_with('#'));
        std::iter::once(first).chain(lines.map(of_line)).collect()
    })
}

/// The recurrence of a primitive polynomial of degree s with inner coefficients a:
/// `v_k = v_(k-s) ^ v_(k-s) >> s ^ a_1 v_(k-1) ^ ... ^ a_(s-1) v_(k-s+1)`.
fn of_line(line: &str) -> [u32; 32] {
    let mut numbers = line.split(' ').map(|number| number.parse().unwrap_or(0_u32));
    let inner = numbers.next().unwrap_or(0);
    let initial: Vec<u32> = numbers.collect();
    let degree = initial.len();
    let mut all = [0; 32];
    for k in 0..32 {
        all[k] = match initial.get(k) {
            Some(m) => m << (31 - k),
            None => {
                let taps = (1..degree).filter(|tap| inner >> (degree - 1 - tap) & 1 == 1);
                let before = all[k - degree];
                taps.fold(before ^ before >> degree, |sum, tap| sum ^ all[k - tap])
            }
        };
    }
    all
}

impl Generator for Sobol {
    fn name(&self) -> &'static str {
        "sobol"
    }

    fn about(&self) -> &'static str {
        "a dimension of Sobol's sequence for each input, and one for its weights"
    }

    fn sequence(&self, of: Place, _: u32) -> u64 {
        (2 * of.input % DIMENSIONS) as u64 + u64::from(of.neuron.is_some())
    }

    fn numbers(&self, bits: u32, dimension: u64, numbers: &mut [u32]) {
        let directions = &directions()[dimension as usize];
        for (k, r) in numbers.iter_mut().enumerate() {
            let set = (0..bits as usize).filter(|bit| k >> bit & 1 == 1);
            *r = set.fold(0, |value, bit| value ^ directions[bit]) >> (32 - bits);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sc::generator::{bit_reverse, sobol2};

    #[test]
    fn there_is_a_line_for_each_dimension() {
        assert_eq!(directions().len(), DIMENSIONS);
        // m_k is odd and below 2^k, so that v_k has its lowest bit at 32 - k: each dimension is a permutation.
        for (dimension, all) in directions().iter().enumerate() {
            for (k, v) in all.iter().enumerate() {
                assert_eq!(v.trailing_zeros(), 31 - k as u32, "dimension {dimension}, {k}");
            }
        }
    }

    fn numbers(dimension: u64, bits: u32) -> Vec<u32> {
        let mut numbers = vec![0; 1 << bits];
        Sobol.numbers(bits, dimension, &mut numbers);
        numbers
    }

    #[test]
    fn the_first_two_dimensions_are_those_of_the_contract() {
        for bits in 1..=10 {
            let all = 0..1 << bits;
            assert_eq!(
                numbers(0, bits),
                all.clone().map(|k| bit_reverse(bits, k)).collect::<Vec<_>>()
            );
            assert_eq!(numbers(1, bits), all.map(|k| sobol2(bits, k)).collect::<Vec<_>>());
        }
    }

    /// The third dimension in eighths as it is published (there in the order of Gray's code: 0 4 2 6 5 1 7 3), and two
    /// more in sixteenths, worked out from the polynomials by another formula.
    #[test]
    fn further_dimensions_are_the_published_points() {
        assert_eq!(numbers(2, 3), [0, 4, 6, 2, 3, 7, 5, 1]);
        assert_eq!(numbers(3, 4), [0, 8, 12, 4, 2, 10, 14, 6, 5, 13, 9, 1, 7, 15, 11, 3]);
        assert_eq!(numbers(255, 4), [0, 8, 4, 12, 2, 10, 6, 14, 5, 13, 1, 9, 7, 15, 3, 11]);
    }

    #[test]
    fn an_input_and_its_weights_have_two_dimensions() {
        let of = |input, neuron| Sobol.sequence(Place { inputs: 784, input, neuron }, 8);
        assert_eq!([of(0, None), of(0, Some(0)), of(0, Some(9)), of(1, None)], [0, 1, 1, 2]);
        assert_eq!([of(127, Some(3)), of(128, None), of(129, Some(1))], [255, 0, 3]);
    }
}
