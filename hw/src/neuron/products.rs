//! Which products of a program an FPGA's multipliers make, and the others as sums.
//!
//! Synthesis would make other products of rows that it compresses three to two, in two tables a bit; sums of two
//! have a carry chain, in one. So a constant factor is a sum of as few powers of two as there can be (its canonical
//! signed digits), and another factor one of a row for each of its bits, added two by two.

use spikestream::neuron::program::{Operation, Place, Program, digits};

/// What a part multiplies with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Multipliers {
    /// How many it has.
    pub count: u64,
    /// Bits of a factor, with its sign.
    pub bits: u32,
}

impl Multipliers {
    /// As many as it takes.
    pub const ENOUGH: Self = Self { count: u64::MAX, bits: 16 };

    /// None: all products are sums.
    pub const NONE: Self = Self { count: 0, bits: 16 };
}

/// One part of a sum.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Term {
    /// The text of its value.
    pub(super) text: String,
    /// Whether it is taken away.
    pub(super) is_negative: bool,
}

/// For each node whether it is a product that is written as a sum. Multipliers go where a sum would cost most.
pub(super) fn sums(program: &Program, multipliers: Multipliers) -> Vec<bool> {
    let needed = program.needed();
    let products = (0..needed.len()).filter(|&place| needed[place]);
    let mut products: Vec<(Place, u64, u64)> = products
        .filter_map(|place| match program.nodes()[place].operation {
            Operation::Multiply(a, b) => {
                Some((place, cost(program, place, a, b), tiles(program, a, b, multipliers.bits)))
            }
            _ => None,
        })
        .collect();
    // The cells that each multiplier saves.
    products.sort_by_key(|&(place, cost, tiles)| (std::cmp::Reverse(cost / tiles), place));
    let mut left = multipliers.count;
    let mut as_sum = vec![false; needed.len()];
    for (place, _, tiles) in products {
        as_sum[place] = tiles > left;
        left -= if tiles > left { 0 } else { tiles };
    }
    as_sum
}

/// Bits of a factor, with a sign.
fn width(program: &Program, place: Place) -> u32 {
    let node = &program.nodes()[place];
    node.bits() + u32::from(!node.is_signed())
}

fn constant(program: &Program, place: Place) -> Option<i64> {
    match program.nodes()[place].operation {
        Operation::Number(value) => Some(value),
        _ => None,
    }
}

/// Multipliers that a product takes.
fn tiles(program: &Program, a: Place, b: Place, bits: u32) -> u64 {
    [a, b].map(|place| u64::from(width(program, place).div_ceil(bits))).iter().product()
}

/// Logic cells that a product takes as a sum, about.
fn cost(program: &Program, product: Place, a: Place, b: Place) -> u64 {
    let bits = u64::from(program.nodes()[product].bits());
    match constant(program, a).or(constant(program, b)) {
        Some(factor) => bits * (digits(factor).len() as u64).saturating_sub(1),
        None => 2 * u64::from(width(program, a)) * u64::from(width(program, b)),
    }
}

/// Terms added two by two, each sum a wire of `bits` bits that synthesis keeps as it is; and the value of the last.
pub(super) fn added(mut terms: Vec<Term>, bits: usize, name: &str) -> (String, String) {
    let mut wires = String::new();
    let mut count = 0;
    while terms.len() > 1 {
        let pairs: Vec<Vec<Term>> = terms.chunks(2).map(<[Term]>::to_vec).collect();
        terms = pairs
            .into_iter()
            .map(|pair| match &pair[..] {
                [a, b] => {
                    let wire = format!("{name}_sum_{count}");
                    count += 1;
                    let (text, is_negative) = match (a.is_negative, b.is_negative) {
                        (true, false) => (format!("{} - {}", b.text, a.text), false),
                        (false, true) => (format!("{} - {}", a.text, b.text), false),
                        (both, _) => (format!("{} + {}", a.text, b.text), both),
                    };
                    let range = crate::prim::range(bits);
                    wires += &format!("(* keep *) wire {range} {wire} = {text};\n");
                    Term { text: wire, is_negative }
                }
                _ => pair[0].clone(),
            })
            .collect();
    }
    let last = terms.pop().map(|term| match term.is_negative {
        true => format!("{} - {}", crate::prim::literal(bits, 0), term.text),
        false => term.text,
    });
    (wires, last.unwrap_or_else(|| crate::prim::literal(bits, 0)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use spikestream::neuron::arithmetic::Arithmetic;
    use spikestream::neuron::program::Recorder;

    /// Three products: of 20 bits by 20, of 8 by 8, and of 20 bits by a constant of two digits.
    #[test]
    fn multipliers_go_where_they_save_most() {
        let mut on = Recorder::default();
        let [wide, narrow] = [("wide", 20), ("narrow", 8)].map(|(name, bits)| on.given(name, bits));
        let products = [on.multiply(&wide, &wide), on.multiply(&narrow, &narrow), {
            let factor = on.number(5);
            on.multiply(&wide, &factor)
        }];
        for (i, product) in products.into_iter().enumerate() {
            on.result(&format!("product_{i}"), product);
        }
        let program = on.program();
        let of = |count| {
            let sums = sums(&program, Multipliers { count, ..Multipliers::NONE });
            program.results().iter().map(|(_, place)| !sums[*place]).collect::<Vec<_>>()
        };
        // 200 cells a multiplier of four, 128 of the one, and about 10 of each of two.
        assert_eq!(of(0), [false, false, false]);
        assert_eq!(of(3), [false, true, true]);
        assert_eq!(of(4), [true, false, false]);
        assert_eq!(of(5), [true, true, false]);
        assert_eq!(of(7), [true, true, true]);
    }
}
