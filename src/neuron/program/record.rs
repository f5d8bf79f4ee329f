//! The arithmetic that writes down what is asked of it.

use super::{Node, Operation, Place, Program};
use crate::neuron::arithmetic::{Arithmetic, Intervals, Range};

/// A word of a program.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Word(Place);

/// A truth of a program.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Flag(Place);

/// What a truth can be.
const EITHER: Range = Range { low: 0, high: 1 };

/// Writes a program.
///
/// # Example
/// ```
/// use spikestream::neuron::arithmetic::Arithmetic;
/// use spikestream::neuron::program::Recorder;
///
/// let mut on = Recorder::default();
/// let a = on.given("a", 8);
/// let b = on.given("b", 8);
/// let sum = on.add(&a, &b);
/// let sum = on.saturate(&sum, 8);
/// on.result("sum", sum);
/// let program = on.program();
/// assert_eq!(program.evaluate(&[100, 50]), [127]);
/// ```
#[derive(Clone, Debug, Default)]
pub struct Recorder {
    program: Program,
}

impl Recorder {
    /// A two's complement word of `bits` bits that the program is given.
    pub fn given(&mut self, name: &str, bits: u32) -> Word {
        self.given_of(name, bits, Range::signed(bits))
    }

    /// A word of `bits` bits of which more is known.
    pub fn given_of(&mut self, name: &str, bits: u32, range: Range) -> Word {
        let word = Word(self.push(Operation::Given(bits), range));
        self.name(&word, name);
        word
    }

    /// Says that a word stays the same while a step is under way.
    pub fn hold(&mut self, word: &Word) {
        self.program.nodes[word.0].held = true;
    }

    /// Says that a truth stays the same while a step is under way.
    pub fn hold_flag(&mut self, flag: &Flag) {
        self.program.nodes[flag.0].held = true;
    }

    /// A truth that the program is given.
    pub fn given_flag(&mut self, name: &str) -> Flag {
        let place = self.push(Operation::GivenFlag, EITHER);
        self.program.nodes[place].name = Some(name.to_owned());
        Flag(place)
    }

    /// A word that the program gives.
    pub fn result(&mut self, name: &str, word: Word) {
        self.program.results.push((name.to_owned(), word.0));
    }

    /// A truth that the program gives.
    pub fn result_flag(&mut self, name: &str, flag: Flag) {
        self.program.results.push((name.to_owned(), flag.0));
    }

    /// What was written.
    pub fn program(self) -> Program {
        self.program
    }

    fn push(&mut self, operation: Operation, range: Range) -> Place {
        let held = matches!(operation, Operation::Number(_));
        self.program.nodes.push(Node { operation, range, name: None, held });
        self.program.nodes.len() - 1
    }

    /// All values that a word can have.
    pub fn range(&self, word: &Word) -> Range {
        self.program.nodes[word.0].range
    }
}

impl Arithmetic for Recorder {
    type Word = Word;
    type Truth = Flag;

    fn number(&mut self, value: i64) -> Word {
        Word(self.push(Operation::Number(value), Intervals.number(value)))
    }

    fn add(&mut self, a: &Word, b: &Word) -> Word {
        let range = Intervals.add(&self.range(a), &self.range(b));
        Word(self.push(Operation::Add(a.0, b.0), range))
    }

    fn subtract(&mut self, a: &Word, b: &Word) -> Word {
        let range = Intervals.subtract(&self.range(a), &self.range(b));
        Word(self.push(Operation::Subtract(a.0, b.0), range))
    }

    /// A square is never negative.
    fn multiply(&mut self, a: &Word, b: &Word) -> Word {
        let mut range = Intervals.multiply(&self.range(a), &self.range(b));
        if a == b {
            range.low = range.low.max(0);
        }
        Word(self.push(Operation::Multiply(a.0, b.0), range))
    }

    fn floor(&mut self, a: &Word, bits: u32) -> Word {
        let range = Intervals.floor(&self.range(a), bits);
        if bits == 0 { *a } else { Word(self.push(Operation::Floor(a.0, bits), range)) }
    }

    fn split(&mut self, a: &Word, bits: u32) -> (Word, Word) {
        let (_, range) = Intervals.split(&self.range(a), bits);
        let low = Word(self.push(Operation::Rest(a.0, bits), range));
        (self.floor(a, bits), low)
    }

    fn look_up(&mut self, index: &Word, values: &[i64]) -> Word {
        let range = Intervals.look_up(&self.range(index), values);
        let lists = &mut self.program.lists;
        let list = lists.iter().position(|list| list == values).unwrap_or_else(|| {
            lists.push(values.to_vec());
            lists.len() - 1
        });
        Word(self.push(Operation::LookUp(index.0, list), range))
    }

    fn known(&mut self, a: &Word, range: Range) -> Word {
        let range = Intervals.known(&self.range(a), range);
        if range == self.range(a) { *a } else { Word(self.push(Operation::Known(a.0), range)) }
    }

    fn scale(&mut self, a: &Word, bits: u32) -> Word {
        let range = Intervals.scale(&self.range(a), bits);
        Word(self.push(Operation::Scale(a.0, bits), range))
    }

    fn decay(&mut self, a: &Word, shift: u32) -> Word {
        let range = Intervals.decay(&self.range(a), shift);
        if shift == 0 { *a } else { Word(self.push(Operation::Decay(a.0, shift), range)) }
    }

    fn saturate(&mut self, a: &Word, bits: u32) -> Word {
        let before = self.range(a);
        let range = Intervals.saturate(&before, bits);
        if before == range { *a } else { Word(self.push(Operation::Saturate(a.0, bits), range)) }
    }

    /// The difference serves both as the comparison and as the number.
    fn excess(&mut self, a: &Word, b: &Word) -> (Flag, Word) {
        let zero = self.program.nodes[b.0].operation == Operation::Number(0);
        let difference = if zero { *a } else { self.subtract(a, b) };
        let ((), range) = Intervals.excess(&self.range(a), &self.range(b));
        let more = self.push(Operation::IsPositive(difference.0), EITHER);
        (Flag(more), Word(self.push(Operation::Known(difference.0), range)))
    }

    fn not(&mut self, a: &Flag) -> Flag {
        Flag(self.push(Operation::Not(a.0), EITHER))
    }

    fn both(&mut self, a: &Flag, b: &Flag) -> Flag {
        Flag(self.push(Operation::Both(a.0, b.0), EITHER))
    }

    fn either(&mut self, a: &Flag, b: &Flag) -> Flag {
        Flag(self.push(Operation::Either(a.0, b.0), EITHER))
    }

    fn select(&mut self, condition: &Flag, a: &Word, b: &Word) -> Word {
        let range = Intervals.select(&(), &self.range(a), &self.range(b));
        Word(self.push(Operation::Select(condition.0, a.0, b.0), range))
    }

    /// No end is compared with that the word cannot pass. Where the ends are those of a word, it saturates, which
    /// takes less than a comparison.
    fn clip(&mut self, a: &Word, range: Range) -> Word {
        let own = self.range(a);
        if own.low < 0 && !own.is_within(range) && range == Range::signed(range.bits()) {
            return self.saturate(a, range.bits());
        }
        let mut word = *a;
        if own.low < range.low {
            let low = self.number(range.low);
            let (under, _) = self.excess(&low, &word);
            word = self.select(&under, &low, &word);
        }
        if own.high > range.high {
            let high = self.number(range.high);
            let (over, _) = self.excess(&word, &high);
            word = self.select(&over, &high, &word);
        }
        self.known(&word, range)
    }

    /// # Panics
    /// If `a` can be negative.
    fn count_down(&mut self, a: &Word) -> Word {
        let before = self.range(a);
        assert!(before.low >= 0, "a count is never negative");
        Word(self.push(Operation::CountDown(a.0), Intervals.count_down(&before)))
    }

    /// The first word of a name has it; the second of two like layers goes by its number.
    fn name(&mut self, word: &Word, name: &str) {
        let taken = self.program.nodes.iter().any(|node| node.name.as_deref() == Some(name));
        if !taken {
            self.program.nodes[word.0].name.get_or_insert_with(|| name.to_owned());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_changes_nothing_is_not_written() {
        let mut on = Recorder::default();
        let a = on.given("a", 8);
        assert_eq!(on.decay(&a, 0), a);
        assert_eq!(on.saturate(&a, 8), a);
        assert_ne!(on.saturate(&a, 7), a);
        let zero = on.number(0);
        let (_, more) = on.excess(&a, &zero);
        let program = on.program();
        assert_eq!(program.nodes()[more.0].operation, Operation::Known(a.0));
        assert_eq!(program.nodes()[more.0].range, Range { low: 1, high: 127 });
    }

    #[test]
    fn a_word_keeps_its_first_name_and_its_bits() {
        let mut on = Recorder::default();
        let a = on.given_of("a", 8, Range { low: 0, high: 3 });
        on.name(&a, "other");
        on.hold(&a);
        let flag = on.given_flag("flag");
        let b = on.given("b", 4);
        let chosen = on.select(&flag, &a, &b);
        on.result("chosen", chosen);
        on.result_flag("flag", flag);
        let program = on.program();
        let node = &program.nodes()[a.0];
        assert_eq!(
            (node.name.as_deref(), node.bits(), node.is_signed(), node.held),
            (Some("a"), 8, false, true)
        );
        assert_eq!(program.nodes()[chosen.0].range, Range { low: -8, high: 7 });
        assert_eq!(program.given().collect::<Vec<_>>(), [a.0, flag.0, b.0]);
        let results = [("chosen".to_owned(), chosen.0), ("flag".to_owned(), flag.0)];
        assert_eq!(program.results(), results);
        assert!(program.nodes()[flag.0].is_flag() && !node.is_flag());
        assert_eq!(program.evaluate(&[3, 1, -8]), [3, 1]);
        assert_eq!(program.evaluate(&[3, 0, -8]), [-8, 0]);
    }

    #[test]
    fn ranges_are_those_of_intervals() {
        let mut on = Recorder::default();
        let (a, b) = (on.given("a", 4), on.given_of("b", 4, Range::unsigned(4)));
        let words = [
            (on.add(&a, &b), (-8, 22), 6),
            (on.subtract(&a, &b), (-23, 7), 6),
            (on.scale(&a, 2), (-32, 28), 6),
            (on.decay(&a, 1), (-4, 4), 4),
            (on.count_down(&b), (0, 14), 4),
            (on.number(-3), (-3, -3), 3),
            (on.number(0), (0, 0), 1),
        ];
        let program = on.program();
        for (word, (low, high), bits) in words {
            let node = &program.nodes()[word.0];
            assert_eq!((node.range, node.bits()), (Range { low, high }, bits), "{node:?}");
        }
    }

    #[test]
    #[should_panic(expected = "never negative")]
    fn a_count_that_may_be_negative_is_refused() {
        let mut on = Recorder::default();
        let a = on.given("a", 4);
        on.count_down(&a);
    }
}
