//! A program as SMT-LIB: each word a constant, and what it is a formula of those before it.
//!
//! All words have as many bits as the widest needs, so that nothing wraps as long as each is in its range. That is a
//! claim of its own: of a product it is one over the integers ([`Formulas::integers`]), since words of twice the bits
//! make it hard.

use super::{Operation, Place, Program};
use crate::neuron::arithmetic::Range;

/// A program's formulas.
#[derive(Clone, Copy, Debug)]
pub struct Formulas<'a> {
    program: &'a Program,
    /// Bits of all words.
    bits: u32,
}

impl<'a> Formulas<'a> {
    /// Those of a program.
    pub fn of(program: &'a Program) -> Self {
        let bits = program.nodes.iter().map(|node| node.range.bits().max(node.bits()) + 1).max();
        Self { program, bits: bits.unwrap_or(1) }
    }

    /// Bits of all words.
    pub fn bits(&self) -> u32 {
        self.bits
    }

    /// The constant that stands for a node's value.
    pub fn symbol(&self, place: Place) -> String {
        format!("n{place}")
    }

    /// Declares it.
    pub fn declaration(&self, place: Place) -> String {
        let sort = match self.program.nodes[place].is_flag() {
            true => "Bool".to_owned(),
            false => format!("(_ BitVec {})", self.bits),
        };
        format!("(declare-const {} {sort})\n", self.symbol(place))
    }

    /// A number as a word.
    pub fn number(&self, value: i64) -> String {
        format!("(_ bv{} {})", value as u128 & (u128::MAX >> (128 - self.bits)), self.bits)
    }

    /// A node's value in its lowest `bits` bits; a truth is one bit.
    pub fn lowest(&self, place: Place, bits: u32) -> String {
        let symbol = self.symbol(place);
        match self.program.nodes[place].is_flag() {
            true => self.extended(&format!("(ite {symbol} #b1 #b0)"), 1, bits, false),
            false if bits <= self.bits => format!("((_ extract {} 0) {symbol})", bits - 1),
            false => self.extended(&symbol, self.bits, bits, true),
        }
    }

    /// A word of `own` bits in `bits` bits, which are more or as many.
    pub fn extended(&self, term: &str, own: u32, bits: u32, is_signed: bool) -> String {
        let way = if is_signed { "sign_extend" } else { "zero_extend" };
        if own == bits { term.to_owned() } else { format!("((_ {way} {}) {term})", bits - own) }
    }

    /// That a node's value is in a range.
    pub fn within(&self, place: Place, Range { low, high }: Range) -> String {
        let (symbol, low, high) = (self.symbol(place), self.number(low), self.number(high));
        match self.program.nodes[place].is_flag() {
            true => "true".to_owned(),
            false => format!("(and (bvsle {low} {symbol}) (bvsle {symbol} {high}))"),
        }
    }

    /// That a node's value is what its operation makes of its operands; of one that is given, nothing.
    pub fn definition(&self, place: Place) -> Option<String> {
        let symbol = self.symbol(place);
        let value = self.value(place, self.program.nodes[place].operation)?;
        Some(format!("(= {symbol} {value})"))
    }

    fn value(&self, place: Place, operation: Operation) -> Option<String> {
        let of = |place| self.symbol(place);
        let shifted = |a, by: u32| format!("(bvashr {} {})", of(a), self.number(by.into()));
        Some(match operation {
            Operation::Given(_) | Operation::GivenFlag => return None,
            Operation::Number(value) => self.number(value),
            Operation::Add(a, b) => format!("(bvadd {} {})", of(a), of(b)),
            Operation::Subtract(a, b) => format!("(bvsub {} {})", of(a), of(b)),
            Operation::Multiply(a, b) => {
                // As many bits as the product needs: those above are its sign.
                let bits = self.program.nodes[place].range.bits();
                let product = self.product(a, b, bits);
                self.extended(&product, bits, self.bits, true)
            }
            Operation::Scale(a, by) => format!("(bvshl {} {})", of(a), self.number(by.into())),
            Operation::Floor(a, by) => shifted(a, by),
            Operation::Rest(a, by) => {
                format!("(bvand {} {})", of(a), self.number((1 << by) - 1))
            }
            Operation::LookUp(index, list) => self.chosen(index, 0, &self.program.lists[list]),
            Operation::Decay(a, by) => format!("(bvsub {} {})", of(a), shifted(a, by)),
            Operation::Saturate(a, bits) => {
                let Range { low, high } = Range::signed(bits);
                let (a, low, high) = (of(a), self.number(low), self.number(high));
                format!("(ite (bvslt {a} {low}) {low} (ite (bvsgt {a} {high}) {high} {a}))")
            }
            Operation::CountDown(a) => {
                let (a, zero, one) = (of(a), self.number(0), self.number(1));
                format!("(ite (bvsgt {a} {zero}) (bvsub {a} {one}) {zero})")
            }
            Operation::Known(a) => of(a),
            Operation::IsPositive(a) => format!("(bvsgt {} {})", of(a), self.number(0)),
            Operation::Not(a) => format!("(not {})", of(a)),
            Operation::Both(a, b) => format!("(and {} {})", of(a), of(b)),
            Operation::Either(a, b) => format!("(or {} {})", of(a), of(b)),
            Operation::Select(condition, a, b) => {
                format!("(ite {} {} {})", of(condition), of(a), of(b))
            }
        })
    }

    /// The lowest bits of a product, which are those of its factors' lowest bits.
    pub fn product(&self, a: Place, b: Place, bits: u32) -> String {
        format!("(bvmul {} {})", self.lowest(a, bits), self.lowest(b, bits))
    }

    /// The value at a place of a list, by halves; `first` is the place of its first.
    fn chosen(&self, index: Place, first: usize, values: &[i64]) -> String {
        match values {
            [] => self.number(0),
            [value] => self.number(*value),
            _ => {
                let half = values.len() / 2;
                let (low, high) = values.split_at(half);
                format!(
                    "(ite (bvslt {} {}) {} {})",
                    self.symbol(index),
                    self.number((first + half) as i64),
                    self.chosen(index, first, low),
                    self.chosen(index, first + half, high)
                )
            }
        }
    }

    /// Over the integers, what is given and what follows: that a product of factors in their ranges is in its own.
    /// None of what is no product.
    pub fn integers(&self, place: Place) -> Option<(String, String)> {
        let node = &self.program.nodes[place];
        let Operation::Multiply(a, b) = node.operation else { return None };
        let between = |Range { low, high }: Range, term: &str| {
            format!("(<= {} {term} {})", integer(low), integer(high))
        };
        let mut given = String::new();
        for (factor, name) in [(a, "x"), (b, "y")] {
            let within = between(self.program.nodes[factor].range, name);
            given += &format!("(declare-const {name} Int)\n(assert {within})\n");
        }
        if a == b {
            given += "(assert (= x y))\n";
        }
        Some((given, between(node.range, "(* x y)")))
    }

    /// Over the integers, what is given and what follows: that a node is the product of two nodes before it, whatever
    /// these are. None of what is made of others, or of more than what products are divided into.
    pub fn is_product(&self, place: Place, factors: [Place; 2]) -> Option<(String, String)> {
        let mut given = String::new();
        let leaf = |(place, name): (Place, &str)| match self.program.nodes[place].operation {
            Operation::Number(value) => (place, integer(value)),
            _ => {
                given += &format!("(declare-const {name} Int)\n");
                (place, name.to_owned())
            }
        };
        let [a, b] = factors;
        let leaves: Vec<(Place, String)> = [(a, "x"), (b, "y")].into_iter().map(leaf).collect();
        let sum = self.over_integers(place, &leaves)?;
        Some((given, format!("(= (* {} {}) {sum})", leaves[0].1, leaves[1].1)))
    }

    fn over_integers(&self, place: Place, leaves: &[(Place, String)]) -> Option<String> {
        if let Some((_, name)) = leaves.iter().find(|(leaf, _)| *leaf == place) {
            return Some(name.clone());
        }
        let of = |place| self.over_integers(place, leaves);
        Some(match self.program.nodes[place].operation {
            Operation::Number(value) => integer(value),
            Operation::Known(a) => of(a)?,
            Operation::Add(a, b) => format!("(+ {} {})", of(a)?, of(b)?),
            Operation::Multiply(a, b) => format!("(* {} {})", of(a)?, of(b)?),
            Operation::Scale(a, by) => format!("(* {} {})", 1_u64 << by, of(a)?),
            Operation::Floor(a, by) => format!("(div {} {})", of(a)?, 1_u64 << by),
            Operation::Rest(a, by) => format!("(mod {} {})", of(a)?, 1_u64 << by),
            _ => return None,
        })
    }
}

fn integer(value: i64) -> String {
    if value < 0 { format!("(- {})", value.unsigned_abs()) } else { value.to_string() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::neuron::arithmetic::Arithmetic;
    use crate::neuron::program::Recorder;

    #[test]
    fn every_word_has_a_constant_and_what_is_computed_a_formula() {
        let mut on = Recorder::default();
        let (a, b) = (on.given("a", 4), on.given_of("b", 4, Range::unsigned(3)));
        let product = on.multiply(&a, &b);
        let (above, _) = on.excess(&product, &a);
        let chosen = on.select(&above, &a, &b);
        let found = on.look_up(&b, &[3, -1, 4, 1, 5, 9, 2, 6]);
        on.result("chosen", chosen);
        on.result("found", found);
        let program = on.program();
        let formulas = Formulas::of(&program);
        // The product less the first word is from -63 to 57; one bit more.
        assert_eq!(formulas.bits(), 8);
        assert_eq!(formulas.declaration(0), "(declare-const n0 (_ BitVec 8))\n");
        assert_eq!(formulas.definition(0), None);
        let text = |place| formulas.definition(place).unwrap();
        assert_eq!(
            text(2),
            "(= n2 ((_ sign_extend 1) (bvmul ((_ extract 6 0) n0) ((_ extract 6 0) n1))))"
        );
        assert_eq!(text(4), "(= n4 (bvsgt n3 (_ bv0 8)))");
        assert_eq!(text(6), "(= n6 (ite n4 n0 n1))");
        assert!(text(7).starts_with("(= n7 (ite (bvslt n1 (_ bv4 8)) (ite (bvslt n1 (_ bv2 8))"));
        let (given, holds) = formulas.integers(2).unwrap();
        assert!(given.contains("(assert (<= (- 8) x 7))"), "{given}");
        assert_eq!(holds, "(<= (- 56) (* x y) 49)");
        assert_eq!(formulas.integers(3), None);
    }
}
