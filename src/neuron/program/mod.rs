//! A step as a list of word operations, each with the range of its value: what hardware is made of.

mod cost;
mod divided;
mod listing;
mod plan;
mod products;
mod record;
mod replay;
mod smt;
mod stages;

pub use cost::digits;
pub use plan::Plan;
pub use products::{FACTOR_BITS, Multipliers, Product, multiplied};
pub use record::{Flag, Recorder, Word};
pub use replay::{Room, Value};
pub use smt::Formulas;
pub use stages::{Own, Stages, TARGET};

use super::arithmetic::Range;

/// The place of a node in its program.
pub type Place = usize;

/// What a node computes, from nodes before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Operation {
    /// A word of so many bits that is given, whatever is known of its range.
    Given(u32),
    /// A truth that is given.
    GivenFlag,
    /// A constant.
    Number(i64),
    /// `a + b`.
    Add(Place, Place),
    /// `a - b`.
    Subtract(Place, Place),
    /// `a b`.
    Multiply(Place, Place),
    /// `a 2^bits`.
    Scale(Place, u32),
    /// `floor(a / 2^bits)`.
    Floor(Place, u32),
    /// What [`Operation::Floor`] leaves: the lowest bits.
    Rest(Place, u32),
    /// The value at a place of one of the program's lists.
    LookUp(Place, usize),
    /// `a - floor(a / 2^shift)`.
    Decay(Place, u32),
    /// `a` within a two's complement word of so many bits.
    Saturate(Place, u32),
    /// `a - 1`, or 0 where `a` is 0; `a` is never negative.
    CountDown(Place),
    /// The same number, of which it is known that it lies in the range of this node where it is used.
    Known(Place),
    /// Whether `a > 0`.
    IsPositive(Place),
    /// Not `a`.
    Not(Place),
    /// `a` and `b`.
    Both(Place, Place),
    /// `a` or `b`.
    Either(Place, Place),
    /// The second where the first is true, else the third.
    Select(Place, Place, Place),
}

impl Operation {
    /// The nodes that it needs.
    pub fn operands(self) -> Vec<Place> {
        match self {
            Self::Given(_) | Self::GivenFlag | Self::Number(_) => vec![],
            Self::Scale(a, _)
            | Self::Floor(a, _)
            | Self::Rest(a, _)
            | Self::LookUp(a, _)
            | Self::Decay(a, _)
            | Self::Saturate(a, _)
            | Self::CountDown(a)
            | Self::Known(a)
            | Self::IsPositive(a)
            | Self::Not(a) => vec![a],
            Self::Add(a, b)
            | Self::Subtract(a, b)
            | Self::Multiply(a, b)
            | Self::Both(a, b)
            | Self::Either(a, b) => vec![a, b],
            Self::Select(condition, a, b) => vec![condition, a, b],
        }
    }

    /// The same of other nodes.
    pub fn map(self, of: impl Fn(Place) -> Place) -> Self {
        match self {
            Self::Given(_) | Self::GivenFlag | Self::Number(_) => self,
            Self::Add(a, b) => Self::Add(of(a), of(b)),
            Self::Subtract(a, b) => Self::Subtract(of(a), of(b)),
            Self::Multiply(a, b) => Self::Multiply(of(a), of(b)),
            Self::Scale(a, bits) => Self::Scale(of(a), bits),
            Self::Floor(a, bits) => Self::Floor(of(a), bits),
            Self::Rest(a, bits) => Self::Rest(of(a), bits),
            Self::LookUp(a, list) => Self::LookUp(of(a), list),
            Self::Decay(a, shift) => Self::Decay(of(a), shift),
            Self::Saturate(a, bits) => Self::Saturate(of(a), bits),
            Self::CountDown(a) => Self::CountDown(of(a)),
            Self::Known(a) => Self::Known(of(a)),
            Self::IsPositive(a) => Self::IsPositive(of(a)),
            Self::Not(a) => Self::Not(of(a)),
            Self::Both(a, b) => Self::Both(of(a), of(b)),
            Self::Either(a, b) => Self::Either(of(a), of(b)),
            Self::Select(condition, a, b) => Self::Select(of(condition), of(a), of(b)),
        }
    }
}

/// One operation and what is known of its value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Node {
    /// What is computed.
    pub operation: Operation,
    /// All values that a word can have; a truth is 0 or 1.
    pub range: Range,
    /// What the value is called.
    pub name: Option<String>,
    /// Whether it stays the same while a step is under way, so that no register need hold it.
    pub held: bool,
}

impl Node {
    /// Whether it is a truth.
    pub fn is_flag(&self) -> bool {
        use Operation::{Both, Either, GivenFlag, IsPositive, Not};
        matches!(self.operation, GivenFlag | IsPositive(_) | Not(_) | Both(..) | Either(..))
    }

    /// Whether the value's highest bit is a sign.
    pub fn is_signed(&self) -> bool {
        self.range.low < 0
    }

    /// Bits of the value: those that a word has, or that its range needs.
    pub fn bits(&self) -> u32 {
        match self.operation {
            Operation::Given(bits) => bits,
            _ if self.is_signed() => self.range.bits(),
            _ => (self.range.bits() - 1).max(1),
        }
    }
}

/// A step: nodes in an order in which each needs only those before it, and the results.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Program {
    nodes: Vec<Node>,
    lists: Vec<Vec<i64>>,
    results: Vec<(String, Place)>,
}

impl Program {
    /// The nodes.
    pub fn nodes(&self) -> &[Node] {
        &self.nodes
    }

    /// What a node is called: what it is given or named as, or a word and its place.
    pub fn called(&self, place: Place) -> String {
        self.nodes[place].name.clone().unwrap_or_else(|| format!("word_{place}"))
    }

    /// The lists that are looked up.
    pub fn lists(&self) -> &[Vec<i64>] {
        &self.lists
    }

    /// The results and their names, in the order in which they were given.
    pub fn results(&self) -> &[(String, Place)] {
        &self.results
    }

    /// The same with no names of its own: results are `result_0` and so on. It is for texts in which names that
    /// people chose could be anything, also words of the language.
    pub fn nameless(&self) -> Self {
        let mut program = self.clone();
        program.nodes.iter_mut().for_each(|node| node.name = None);
        for (i, (name, _)) in program.results.iter_mut().enumerate() {
            *name = format!("result_{i}");
        }
        program
    }

    /// Whether each node has a part in a result.
    pub fn needed(&self) -> Vec<bool> {
        let mut needed = vec![false; self.nodes.len()];
        self.results.iter().for_each(|(_, place)| needed[*place] = true);
        for place in (0..needed.len()).rev() {
            if needed[place] {
                self.nodes[place].operation.operands().into_iter().for_each(|of| needed[of] = true);
            }
        }
        needed
    }

    /// The same with the first `count` of its results.
    pub fn first(&self, count: usize) -> Self {
        Self { results: self.results[..count].to_vec(), ..self.clone() }
    }

    /// The same without what no result is made of, but for what is given.
    pub fn pruned(&self) -> Self {
        let mut needed = self.needed();
        self.given().for_each(|place| needed[place] = true);
        let mut places = vec![0; self.nodes.len()];
        let mut pruned = Self { lists: self.lists.clone(), ..Self::default() };
        for (place, node) in self.nodes.iter().enumerate().filter(|(place, _)| needed[*place]) {
            places[place] = pruned.nodes.len();
            let operation = node.operation.map(|of| places[of]);
            pruned.nodes.push(Node { operation, ..node.clone() });
        }
        let moved = |(name, place): &(String, Place)| (name.clone(), places[*place]);
        pruned.results = self.results.iter().map(moved).collect();
        pruned
    }

    /// Where the words and truths are that it is given, in their order.
    pub fn given(&self) -> impl Iterator<Item = Place> + '_ {
        let is_given =
            |node: &Node| matches!(node.operation, Operation::Given(_) | Operation::GivenFlag);
        (0..self.nodes.len()).filter(move |&place| is_given(&self.nodes[place]))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::neuron::arithmetic::Arithmetic;

    #[test]
    fn what_no_result_is_made_of_is_not_needed_and_names_go() {
        let mut on = Recorder::default();
        let [a, b] = ["a", "b"].map(|name| on.given(name, 4));
        let sum = on.add(&a, &b);
        let unused = on.subtract(&a, &b);
        let (above, _) = on.excess(&sum, &b);
        let chosen = on.select(&above, &a, &sum);
        on.result("chosen", chosen);
        let program = on.program();
        let needed = program.needed();
        let is_needed = |place: &Place| needed[*place];
        let unneeded: Vec<Place> = (0..needed.len()).filter(|place| !is_needed(place)).collect();
        // The difference that nothing reads, and what the comparison says of its own.
        let operations = unneeded.iter().map(|place| program.nodes()[*place].operation);
        let known =
            |operation| matches!(operation, Operation::Known(_) | Operation::Subtract(0, 1));
        assert!(operations.clone().count() == 2 && operations.clone().all(known), "{unused:?}");
        let nameless = program.nameless();
        assert!(nameless.nodes().iter().all(|node| node.name.is_none()));
        assert_eq!(nameless.results(), [("result_0".to_owned(), program.results()[0].1)]);
        assert_eq!(nameless.evaluate(&[3, -1]), program.evaluate(&[3, -1]));
    }
}
