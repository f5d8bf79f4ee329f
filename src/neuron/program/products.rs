//! The products of a program, and which of them an FPGA's multipliers make.

use super::{Operation, Place, Program, digits};
use std::cmp::Reverse;

/// Bits of the factors of a multiplier with registers inside, with their signs.
pub const FACTOR_BITS: u32 = 16;

/// What a part multiplies with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Multipliers {
    /// How many it has.
    pub count: u64,
    /// Bits of a factor, with its sign.
    pub bits: u32,
    /// Whether each has registers inside, before and behind the product.
    pub are_registered: bool,
}

impl Multipliers {
    /// As many as it takes.
    pub const ENOUGH: Self = Self { count: u64::MAX, bits: 16, are_registered: false };

    /// None: all products are sums.
    pub const NONE: Self = Self { count: 0, bits: 16, are_registered: false };

    /// So many with registers inside.
    pub const fn registered(count: u64) -> Self {
        Self { count, bits: FACTOR_BITS, are_registered: true }
    }
}

/// A product that some result is made of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Product {
    /// Its node.
    pub place: Place,
    /// What it is the product of.
    pub factors: [Place; 2],
    /// Bits of each factor, with a sign.
    pub bits: [u32; 2],
    /// Logic cells that it takes as a sum, about.
    pub cost: u64,
}

impl Product {
    /// How many multipliers for factors of so many bits, signed, it takes. A wider factor is cut into pieces without a
    /// sign, which are a bit shorter.
    pub fn tiles(&self, bits: u32) -> u64 {
        let pieces = |&of: &u32| if of <= bits { 1 } else { of.div_ceil(bits - 1) };
        self.bits.iter().map(|of| u64::from(pieces(of))).product()
    }
}

impl Program {
    /// All products that a result is made of.
    pub fn products(&self) -> Vec<Product> {
        let needed = self.needed();
        let nodes = self.nodes.iter().enumerate().filter(|&(place, _)| needed[place]);
        let products = nodes.filter_map(|(place, node)| match node.operation {
            Operation::Multiply(a, b) => Some(Product {
                place,
                factors: [a, b],
                bits: [a, b].map(|factor| self.signed_bits(factor)),
                cost: self.cost(node),
            }),
            _ => None,
        });
        products.collect()
    }

    /// Bits of a node, with a sign.
    pub(super) fn signed_bits(&self, place: Place) -> u32 {
        let node = &self.nodes[place];
        node.bits() + u32::from(!node.is_signed())
    }

    /// Logic cells of a product as a sum: of a constant's digits, or of a row for each bit of a factor.
    pub(super) fn cost_of_product(&self, own: u64, a: Place, b: Place) -> u64 {
        match self.constant(a).or(self.constant(b)) {
            Some(factor) => own * (digits(factor).len() as u64).saturating_sub(1),
            None => 2 * [a, b].map(|of| u64::from(self.signed_bits(of))).iter().product::<u64>(),
        }
    }

    fn constant(&self, place: Place) -> Option<i64> {
        match self.nodes[place].operation {
            Operation::Number(value) => Some(value),
            _ => None,
        }
    }
}

/// The products that multipliers make: those that would cost most as sums, for each multiplier. One with registers
/// inside makes no part of a product.
pub fn multiplied(products: &[Product], multipliers: Multipliers) -> Vec<&Product> {
    let mut left = multipliers.count;
    let mut order: Vec<_> = products.iter().map(|of| (of, of.tiles(multipliers.bits))).collect();
    order.sort_by_key(|(product, tiles)| (Reverse(product.cost / tiles), product.place));
    let fit = order.into_iter().filter(|&(_, tiles)| {
        let fits = tiles <= left && !(multipliers.are_registered && tiles > 1);
        left -= if fits { tiles } else { 0 };
        fits
    });
    fit.map(|(product, _)| product).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::neuron::arithmetic::Arithmetic;
    use crate::neuron::program::Recorder;

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
        let products = program.products();
        let of = |count| {
            let made = multiplied(&products, Multipliers { count, ..Multipliers::NONE });
            let is_made = |place| made.iter().any(|product| product.place == place);
            program.results().iter().map(|(_, place)| is_made(*place)).collect::<Vec<_>>()
        };
        // 200 cells a multiplier of four, 128 of the one, and about 10 of each of two.
        assert_eq!(of(0), [false, false, false]);
        assert_eq!(of(3), [false, true, true]);
        assert_eq!(of(4), [true, false, false]);
        assert_eq!(of(5), [true, true, false]);
        assert_eq!(of(7), [true, true, true]);
    }
}
