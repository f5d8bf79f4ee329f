//! Products with a factor that is wider than a multiplier's, as sums of narrower products.

use super::{Node, Operation, Place, Program};
use crate::neuron::arithmetic::{Arithmetic, Intervals, Range};

impl Program {
    /// The same function, in which factors of more than `bits` bits, with their signs, are cut: of `a` into a signed
    /// upper part and a lower one that is never negative, `a b = (floor(a / 2^l) b) 2^l + (a mod 2^l) b` with
    /// `l = bits - 1`. Also where each node of this program is in that one.
    pub fn divided(&self, bits: u32) -> (Self, Vec<Place>) {
        let mut divider =
            Divider { bits, made: Self { lists: self.lists.clone(), ..Self::default() } };
        let mut places = Vec::with_capacity(self.nodes.len());
        for node in &self.nodes {
            let operation = node.operation.map(|of| places[of]);
            places.push(divider.add(Node { operation, ..node.clone() }));
        }
        let moved = |(name, place): &(String, Place)| (name.clone(), places[*place]);
        divider.made.results = self.results.iter().map(moved).collect();
        (divider.made, places)
    }
}

/// A program on its way to one with narrower products.
struct Divider {
    bits: u32,
    made: Program,
}

impl Divider {
    /// Adds a node, or what is in its place.
    fn add(&mut self, node: Node) -> Place {
        let (Operation::Multiply(a, b), true) = (node.operation, self.is_wide(&node)) else {
            self.made.nodes.push(node);
            return self.made.nodes.len() - 1;
        };
        let sum = self.product(a, b);
        // Of the product more is known than follows from the ranges of the sum's parts.
        let known = self.push(Operation::Known(sum), node.range);
        self.made.nodes[known].name = node.name;
        known
    }

    /// Whether a node is a product with a factor that does not fit.
    fn is_wide(&self, node: &Node) -> bool {
        let factors = node.operation.operands();
        factors.into_iter().any(|of| self.made.signed_bits(of) > self.bits)
    }

    /// A product of factors that fit.
    fn product(&mut self, a: Place, b: Place) -> Place {
        if [a, b].into_iter().any(|of| self.is_zero(of)) {
            return self.number(0);
        }
        let is_wide = |of: Place| self.made.signed_bits(of) > self.bits;
        let (wide, other) = match (is_wide(a), is_wide(b)) {
            (false, false) => {
                return self.push(
                    Operation::Multiply(a, b),
                    Intervals.multiply(&self.range(a), &self.range(b)),
                );
            }
            (true, _) => (a, b),
            (false, true) => (b, a),
        };
        let low = self.bits - 1;
        let [upper, lower] = match self.made.nodes[wide].operation {
            Operation::Number(value) => {
                [value >> low, value & ((1 << low) - 1)].map(|part| self.number(part))
            }
            _ => {
                let range = self.range(wide);
                let (floor, rest) = Intervals.split(&range, low);
                [
                    self.push(Operation::Floor(wide, low), floor),
                    self.push(Operation::Rest(wide, low), rest),
                ]
            }
        };
        let [upper, lower] = [upper, lower].map(|part| self.product(part, other));
        // A constant may end in zeros, of which nothing is made.
        if self.is_zero(upper) {
            return lower;
        }
        let range = Intervals.scale(&self.range(upper), low);
        let upper = self.push(Operation::Scale(upper, low), range);
        if self.is_zero(lower) {
            return upper;
        }
        let range = Intervals.add(&self.range(upper), &self.range(lower));
        self.push(Operation::Add(upper, lower), range)
    }

    fn is_zero(&self, place: Place) -> bool {
        self.range(place) == Range { low: 0, high: 0 }
    }

    fn number(&mut self, value: i64) -> Place {
        let place = self.push(Operation::Number(value), Intervals.number(value));
        self.made.nodes[place].held = true;
        place
    }

    fn range(&self, place: Place) -> Range {
        self.made.nodes[place].range
    }

    fn push(&mut self, operation: Operation, range: Range) -> Place {
        self.made.nodes.push(Node { operation, range, name: None, held: false });
        self.made.nodes.len() - 1
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::neuron::program::{FACTOR_BITS, Recorder};
    use crate::random::Random;

    /// Of a wide word and a narrow one, of two wide ones, of wide constants, of which one ends in zeros, and of what is
    /// narrow.
    #[test]
    fn wide_factors_are_cut_and_the_function_is_the_same() {
        let mut on = Recorder::default();
        let wide = on.given("wide", 24);
        let [rest, other] = [("rest", 10), ("other", 20)]
            .map(|(name, bits)| on.given_of(name, bits, Range { low: 0, high: (1 << bits) - 1 }));
        let signed = on.given("signed", 10);
        let [constant, even] = [-123_457, 1 << 20].map(|value| on.number(value));
        let products = [
            on.multiply(&wide, &rest),
            on.multiply(&other, &wide),
            on.multiply(&rest, &constant),
            on.multiply(&rest, &even),
            on.multiply(&wide, &signed),
            on.multiply(&signed, &rest),
        ];
        for (i, product) in products.into_iter().enumerate() {
            on.result(&format!("product_{i}"), product);
        }
        let whole = on.program();
        let (cut, _) = whole.divided(FACTOR_BITS);
        let tiles = |program: &Program| {
            let products = program.products();
            products.iter().map(|product| product.tiles(FACTOR_BITS)).collect::<Vec<_>>()
        };
        assert_eq!(tiles(&whole), [2, 4, 2, 2, 2, 1]);
        assert_eq!(tiles(&cut), [1; 12]);
        let mut random = Random::new(3);
        for _ in 0..2000 {
            let given: Vec<i64> = whole
                .given()
                .map(|place| {
                    let Range { low, high } = whole.nodes()[place].range;
                    match random.below(4) {
                        0 => low,
                        1 => high,
                        _ => low + random.below((high - low) as u64 + 1) as i64,
                    }
                })
                .collect();
            assert_eq!(cut.evaluate(&given), whole.evaluate(&given), "{given:?}");
        }
        assert_eq!(cut.divided(FACTOR_BITS).0, cut, "it is cut once");
    }
}
