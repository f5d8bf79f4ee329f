//! A program over any arithmetic.

use super::{Operation, Place, Program};
use crate::neuron::arithmetic::{Arithmetic, Integers};

/// A value of a node.
#[derive(Clone, Debug)]
pub enum Value<W, T> {
    /// A word.
    Word(W),
    /// A truth.
    Truth(T),
}

/// The values of a program's nodes so far.
struct Values<A: Arithmetic>(Vec<Value<A::Word, A::Truth>>);

impl<A: Arithmetic> Values<A> {
    fn word(&self, place: Place) -> &A::Word {
        match &self.0[place] {
            Value::Word(word) => word,
            Value::Truth(_) => unreachable!("a recorder tells words from truths"),
        }
    }

    fn truth(&self, place: Place) -> &A::Truth {
        match &self.0[place] {
            Value::Truth(truth) => truth,
            Value::Word(_) => unreachable!("a recorder tells words from truths"),
        }
    }
}

impl Program {
    /// The values of all nodes, given the words and truths in their order.
    ///
    /// # Panics
    /// If fewer are given, or a word in a truth's place.
    pub fn replay<A: Arithmetic>(
        &self,
        on: &mut A,
        given: &[Value<A::Word, A::Truth>],
    ) -> Vec<Value<A::Word, A::Truth>> {
        let mut given = given.iter().cloned();
        let mut values = Values::<A>(Vec::with_capacity(self.nodes.len()));
        for node in &self.nodes {
            let value = match node.operation {
                Operation::Given(_) | Operation::GivenFlag => given.next().expect("one for each"),
                Operation::IsPositive(a) => Value::Truth(on.is_positive(values.word(a))),
                Operation::Not(a) => Value::Truth(on.not(values.truth(a))),
                Operation::Both(a, b) => Value::Truth(on.both(values.truth(a), values.truth(b))),
                Operation::LookUp(index, list) => {
                    Value::Word(on.look_up(values.word(index), &self.lists[list]))
                }
                operation => Value::Word(word(operation, on, &values)),
            };
            values.0.push(value);
        }
        values.0
    }

    /// The results as integers, truths as 0 and 1, given those in their order.
    ///
    /// # Panics
    /// If fewer are given.
    pub fn evaluate(&self, given: &[i64]) -> Vec<i64> {
        let kinds = self.given().map(|place| self.nodes[place].is_flag()).zip(given);
        let given = kinds.map(|(is_flag, &value)| match is_flag {
            true => Value::Truth(value != 0),
            false => Value::Word(value),
        });
        let values = self.replay(&mut Integers, &given.collect::<Vec<_>>());
        let number = |(_, place): &(String, Place)| match values[*place] {
            Value::Word(word) => word,
            Value::Truth(truth) => truth.into(),
        };
        self.results.iter().map(number).collect()
    }
}

/// The value of a node that is a word and not given.
fn word<A: Arithmetic>(operation: Operation, on: &mut A, values: &Values<A>) -> A::Word {
    let word = |place| values.word(place);
    match operation {
        Operation::Number(value) => on.number(value),
        Operation::Add(a, b) => on.add(word(a), word(b)),
        Operation::Subtract(a, b) => on.subtract(word(a), word(b)),
        Operation::Multiply(a, b) => on.multiply(word(a), word(b)),
        Operation::Floor(a, bits) => on.floor(word(a), bits),
        Operation::Rest(a, bits) => on.split(word(a), bits).1,
        Operation::Scale(a, bits) => on.scale(word(a), bits),
        Operation::Decay(a, shift) => on.decay(word(a), shift),
        Operation::Saturate(a, bits) => on.saturate(word(a), bits),
        Operation::CountDown(a) => on.count_down(word(a)),
        Operation::Known(a) => word(a).clone(),
        Operation::Select(condition, a, b) => on.select(values.truth(condition), word(a), word(b)),
        Operation::Given(_)
        | Operation::GivenFlag
        | Operation::LookUp(..)
        | Operation::IsPositive(_)
        | Operation::Not(_)
        | Operation::Both(..) => unreachable!("not a word that is computed"),
    }
}
