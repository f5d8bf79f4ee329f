//! The step of a described neuron, and a layer of such neurons.

use super::{Cell, Error};
use crate::neuron::arithmetic::Range;
use crate::neuron::equations::State;
use crate::neuron::program::{Program, Room};
use crate::neuron::{Drive, State as Kept};

/// Bits of all words that are kept of a neuron beside its membrane.
const MOST_BITS: u32 = 64;

/// Bits of the count of the steps without input.
const REST_BITS: u32 = 4;

/// A word that is kept of a neuron from step to step.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Word {
    /// What the equations call it.
    pub name: String,
    /// Its bits.
    pub bits: u32,
    /// All values that it can have; those of a count are never negative.
    pub range: Range,
    /// What it begins with.
    pub initial: i64,
}

impl Word {
    /// The value of its range that is nearest to a number.
    pub fn nearest(&self, number: i32) -> i32 {
        i64::from(number).clamp(self.range.low, self.range.high) as i32
    }
}

/// A step in integers: a program that is given what is kept and the inputs, and gives what is kept and whether the
/// neuron fired.
#[derive(Clone, Debug)]
pub struct Step {
    program: Program,
    /// The same with the margin of the threshold behind all other results.
    with_margin: Program,
    /// The states, the membrane first, and then the count of steps without input, if there is one.
    states: Vec<Word>,
    input: Range,
    /// That of a second synapse, where there is one.
    inhibition: Option<Range>,
    /// Where the input is among what is given; that of a second synapse follows it.
    input_at: usize,
    fraction: u32,
}

impl Step {
    pub(super) fn new(cell: &Cell) -> Result<Self, Error> {
        cell.check()?;
        let neuron = cell.equations()?;
        let compiled =
            neuron.compile_for_network(cell.format(), cell.table_bits).map_err(Error::Words)?;
        let count = neuron.states.len();
        let given: Vec<Range> = {
            let nodes = compiled.program.nodes();
            compiled.program.given().map(|place| nodes[place].range).collect()
        };
        let kept = compiled.initial(&neuron);
        let each = neuron.states.iter().zip(&kept.states).zip(&given);
        let word = |(index, ((state, &initial), &range)): (usize, ((&State, &i64), &Range))| {
            let own = range.bits() - u32::from(range.low >= 0);
            // The membrane keeps the sign that other layers' membranes have.
            let bits = if index == 0 { cell.bits } else { own.max(1) };
            let initial = initial.clamp(range.low, range.high);
            Word { name: state.name.clone(), bits, range, initial }
        };
        let mut states: Vec<Word> = each.enumerate().map(word).collect();
        if neuron.refractory > 0 {
            let range = Range::unsigned(REST_BITS);
            states.push(Word { name: "rest".into(), bits: REST_BITS, range, initial: 0 });
        }
        let bits = states[1..].iter().map(|word| word.bits).sum();
        if bits > MOST_BITS {
            return Err(Error::States { bits, most: MOST_BITS });
        }
        Ok(Self {
            program: compiled.program.first(states.len() + 1).pruned(),
            with_margin: compiled.program.pruned(),
            input: given[count],
            inhibition: neuron.inhibition.map(|_| given[count + 1]),
            input_at: count,
            states,
            fraction: cell.fraction,
        })
    }

    /// The program: given are the states, the inputs, and the steps left without them where there are such; results
    /// are the same without the inputs, and whether the neuron fired.
    pub fn program(&self) -> &Program {
        &self.program
    }

    /// The program with one result more, by how much the neuron fired or failed to, in words of the format.
    pub fn with_margin(&self) -> &Program {
        &self.with_margin
    }

    /// The program as text; what is kept at the beginning; of the input its place among what is given, its ends and
    /// the word of 1; and of a second synapse, where there is one, place and ends. By this text a network's identity
    /// knows its neurons.
    pub fn listing(&self) -> String {
        let begin: Vec<String> = self.states.iter().map(|word| word.initial.to_string()).collect();
        let Range { low, high } = self.input;
        let (begin, at, one) = (begin.join(" "), self.input_at, 1_i64 << self.fraction);
        let second = self.inhibition.map(|Range { low, high }| {
            let at = at + 1;
            format!("inhibition {at} {low} {high}\n")
        });
        let second = second.unwrap_or_default();
        format!("{}begin {begin}\ninput {at} {low} {high} {one}\n{second}", self.program)
    }

    /// What is kept, the membrane first.
    pub fn states(&self) -> &[Word] {
        &self.states
    }

    /// All values of the input.
    pub fn input(&self) -> Range {
        self.input
    }

    /// All values of a second synapse's current, where there is one.
    pub fn inhibition(&self) -> Option<Range> {
        self.inhibition
    }

    /// How many words are given before the input; a second synapse's and a count of steps without them come behind.
    pub fn input_at(&self) -> usize {
        self.input_at
    }

    /// How many inputs there are.
    fn inputs(&self) -> usize {
        1 + usize::from(self.inhibition.is_some())
    }

    /// Bits behind the point.
    pub fn fraction(&self) -> u32 {
        self.fraction
    }
}

/// The neurons of one layer.
#[derive(Clone, Debug)]
pub struct Cells {
    step: Step,
    /// A step of a weight is `1 << shift` in the words of the input.
    shift: u32,
}

impl Cells {
    /// Those of a described neuron, to which `threshold` steps of a weight are an input of 1.
    ///
    /// # Errors
    /// What [`Cell::step`] refuses; a threshold that is no power of two, or above `2^fraction`.
    pub fn new(cell: &Cell, threshold: i32) -> Result<Self, Error> {
        let step = cell.step()?;
        let power = u32::try_from(threshold).ok().filter(|power| power.is_power_of_two());
        let power = power.map(u32::ilog2).filter(|power| *power <= step.fraction);
        let (field, value) = ("threshold", threshold.into());
        let range = "1, 2, 4, ..., 2^fraction of its neuron";
        let power = power.ok_or(Error::Range { field, value, range })?;
        Ok(Self { shift: step.fraction - power, step })
    }

    /// The step of each.
    pub fn step(&self) -> &Step {
        &self.step
    }

    /// By how many bits a sum of weights is shifted to be an input.
    pub fn shift(&self) -> u32 {
        self.shift
    }

    /// What a neuron begins with.
    pub fn begin(&self) -> Kept {
        let states = &self.step.states;
        let mut state = Kept { membrane: states[0].initial as i32, others: 0 };
        pack(&states[1..], states[1..].iter().map(|word| word.initial), &mut state.others);
        state
    }

    /// What a drive gives a neuron: its input, and the current of a second synapse, 0 where there is none.
    pub fn inputs(&self, drive: Drive) -> [i64; 2] {
        let Drive { current, inhibition, bias, noise } = drive;
        let [current, inhibition, bias, noise] = [current, inhibition, bias, noise].map(i64::from);
        let (range, rest) = (self.step.input, bias + noise);
        let input = |current: i64| ((current << self.shift) + rest).clamp(range.low, range.high);
        match self.step.inhibition {
            None => [input(current), 0],
            Some(Range { low, high }) => {
                [input(current + inhibition), (inhibition << self.shift).clamp(low, high)]
            }
        }
    }

    /// One time step of a neuron with these inputs. Returns whether it fired.
    pub fn update(&self, at: &mut Workplace, state: &mut Kept, inputs: [i64; 2]) -> bool {
        let words = &self.step.states;
        at.given.clear();
        at.given.push(state.membrane.into());
        let mut low = 0;
        for word in &words[1..] {
            at.given.push(unpacked(word, state.others >> low));
            low += word.bits;
        }
        let (behind, inputs) = (self.step.input_at, &inputs[..self.step.inputs()]);
        at.given.splice(behind..behind, inputs.iter().copied());
        self.step.program.evaluate_in(&mut at.room, &at.given, &mut at.results);
        state.membrane = at.results[0] as i32;
        pack(&words[1..], at.results[1..words.len()].iter().copied(), &mut state.others);
        at.results[words.len()] != 0
    }

    /// Whether a membrane is at an end of its range.
    pub fn saturated(&self, membrane: i32) -> bool {
        let range = self.step.states[0].range;
        [range.low, range.high].contains(&membrane.into())
    }
}

/// Where updates are computed, so that none asks for memory.
#[derive(Clone, Debug, Default)]
pub struct Workplace {
    room: Room,
    given: Vec<i64>,
    results: Vec<i64>,
}

/// Words one behind the other, the first in the lowest bits.
fn pack(words: &[Word], values: impl Iterator<Item = i64>, into: &mut u64) {
    *into = 0;
    let mut low = 0;
    for (word, value) in words.iter().zip(values) {
        *into |= (value as u64 & ((1 << word.bits) - 1)) << low;
        low += word.bits;
    }
}

/// The word in the lowest bits.
fn unpacked(word: &Word, packed: u64) -> i64 {
    let unused = u64::BITS - word.bits;
    match word.range.low < 0 {
        true => (packed << unused) as i64 >> unused,
        false => (packed << unused >> unused) as i64,
    }
}
