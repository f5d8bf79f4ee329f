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

/// Where the values of a program lie while it is evaluated, so that no evaluation but the first asks for memory.
#[derive(Clone, Debug, Default)]
pub struct Room(Vec<Value<i64, bool>>);

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
        let mut values = Vec::with_capacity(self.nodes.len());
        self.replay_in(&mut values, on, |_| given.next().expect("one for each"));
        values
    }

    /// The same, of which `given` has each word and truth that is given by whether it is a truth.
    fn replay_in<A: Arithmetic>(
        &self,
        room: &mut Vec<Value<A::Word, A::Truth>>,
        on: &mut A,
        mut given: impl FnMut(bool) -> Value<A::Word, A::Truth>,
    ) {
        room.clear();
        let mut values = Values::<A>(std::mem::take(room));
        for node in &self.nodes {
            let value = match node.operation {
                Operation::Given(_) => given(false),
                Operation::GivenFlag => given(true),
                Operation::IsPositive(a) => Value::Truth(on.is_positive(values.word(a))),
                Operation::Not(a) => Value::Truth(on.not(values.truth(a))),
                Operation::Both(a, b) => Value::Truth(on.both(values.truth(a), values.truth(b))),
                Operation::Either(a, b) => {
                    Value::Truth(on.either(values.truth(a), values.truth(b)))
                }
                Operation::LookUp(index, list) => {
                    Value::Word(on.look_up(values.word(index), &self.lists[list]))
                }
                Operation::Known(a) => Value::Word(on.known(values.word(a), node.range)),
                operation => Value::Word(word(operation, on, &values)),
            };
            values.0.push(value);
        }
        *room = values.0;
    }

    /// The results as integers, truths as 0 and 1, given those in their order.
    ///
    /// # Panics
    /// If fewer are given.
    pub fn evaluate(&self, given: &[i64]) -> Vec<i64> {
        let mut results = Vec::with_capacity(self.results.len());
        self.evaluate_in(&mut Room::default(), given, &mut results);
        results
    }

    /// [`Self::evaluate`] where there is room, into what is replaced.
    ///
    /// # Panics
    /// If fewer are given.
    pub fn evaluate_in(&self, room: &mut Room, given: &[i64], results: &mut Vec<i64>) {
        let mut given = given.iter();
        self.replay_in(&mut room.0, &mut Integers, |is_flag| {
            let value = *given.next().expect("one for each");
            if is_flag { Value::Truth(value != 0) } else { Value::Word(value) }
        });
        results.clear();
        results.extend(self.results.iter().map(|(_, place)| match room.0[*place] {
            Value::Word(word) => word,
            Value::Truth(truth) => truth.into(),
        }));
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
        Operation::Select(condition, a, b) => on.select(values.truth(condition), word(a), word(b)),
        Operation::Given(_)
        | Operation::GivenFlag
        | Operation::LookUp(..)
        | Operation::Known(_)
        | Operation::IsPositive(_)
        | Operation::Not(_)
        | Operation::Both(..)
        | Operation::Either(..) => unreachable!("not a word that is computed"),
    }
}
