//! About how much logic a program takes, in tables of four inputs, each with a carry.

use super::{Node, Operation, Place, Program};

impl Program {
    /// The tables of all operations that a result is made of; registers are taken to lie behind them.
    pub fn tables(&self) -> u64 {
        let needed = (0..self.nodes.len()).zip(self.needed()).filter(|(_, needed)| *needed);
        needed.map(|(place, _)| self.cost(&self.nodes[place])).sum()
    }

    pub(super) fn cost(&self, node: &Node) -> u64 {
        let bits = |place: Place| u64::from(self.nodes[place].bits());
        let own = u64::from(node.bits());
        match node.operation {
            Operation::Given(_) | Operation::GivenFlag | Operation::Number(_) => 0,
            Operation::Scale(..) | Operation::Floor(..) | Operation::Rest(..) => 0,
            Operation::Known(_) | Operation::Not(_) => 0,
            Operation::Both(..) | Operation::Either(..) => 1,
            Operation::Add(..) | Operation::Subtract(..) | Operation::Decay(..) => own,
            Operation::Select(..) | Operation::CountDown(_) | Operation::Saturate(..) => own,
            // Three bits and what is joined so far.
            Operation::IsPositive(a) => bits(a).div_ceil(3),
            // A table for each sixteen entries of a bit, and half as many to choose among them.
            Operation::LookUp(_, list) => {
                let tables = (self.lists[list].len() as u64).div_ceil(16);
                own * (tables + tables / 2)
            }
            Operation::Multiply(a, b) => self.cost_of_product(own, a, b),
        }
    }
}

/// A number as powers of two, each added or taken away, of which no two are neighbours: its canonical signed digits
/// (Reitwiesner 1960). `true` is taken away.
pub fn digits(number: i64) -> Vec<(u32, bool)> {
    let mut left = i128::from(number);
    let mut digits = Vec::new();
    for power in 0.. {
        if left == 0 {
            break;
        }
        if left & 1 == 1 {
            let is_negative = left & 3 == 3;
            digits.push((power, is_negative));
            left += if is_negative { 1 } else { -1 };
        }
        left >>= 1;
    }
    digits
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::neuron::arithmetic::Arithmetic;
    use crate::neuron::program::Recorder;

    #[test]
    fn digits_are_the_fewest_powers() {
        for (number, expected) in [
            (0, vec![]),
            (1, vec![(0, false)]),
            (7, vec![(0, true), (3, false)]),
            (-6, vec![(1, false), (3, true)]),
            (11, vec![(0, true), (2, true), (4, false)]),
        ] {
            assert_eq!(digits(number), expected, "{number}");
        }
        for number in (-300..300).chain([i64::MAX, i64::MIN, 0x5555_5555, -0x7fff_ffff]) {
            let digits = digits(number);
            let value = |&(power, is_negative): &(u32, bool)| {
                if is_negative { -(1_i128 << power) } else { 1 << power }
            };
            assert_eq!(digits.iter().map(value).sum::<i128>(), number.into());
            assert!(digits.windows(2).all(|pair| pair[1].0 > pair[0].0 + 1), "{digits:?}");
        }
    }

    #[test]
    fn each_operation_takes_its_tables() {
        let mut on = Recorder::default();
        let [a, b] = ["a", "b"].map(|name| on.given(name, 8));
        let sum = on.add(&a, &b); // 9
        let seven = on.number(7);
        let product = on.multiply(&sum, &seven); // one sum of 12 bits
        let unused = on.multiply(&a, &b);
        let (above, _) = on.excess(&product, &a); // a difference of 12 bits, and four tables
        let chosen = on.select(&above, &a, &b); // 8
        on.result("chosen", chosen);
        assert_eq!(on.program().tables(), 9 + 12 + 12 + 4 + 8, "{unused:?}");
    }
}
