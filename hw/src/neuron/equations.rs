//! A step of a neuron that is given as equations, a new one each cycle.
//!
//! ```text
//!  state   256  +-Equations-+ 256  state_next
//!  current  32  |  program  +------------------>
//!  enable       |  of words | 1    fired, ready
//!  +----------->+-----------+------------------>
//! ```
//!
//! A state is all that a neuron keeps, one word behind the other from bit 0 ([`Packing`]); the bits behind them
//! are 0. `current` is in the lowest bits, two's complement. Both must be within the ranges of the equations.
//!
//! The simulation evaluates the program, and the Verilog is its text.
//!
//! # Timing
//! The outputs follow the inputs by as many cycles as the program has stages ([`Equations::latency`]). They mean
//! something in the cycles with `ready`; those are the ones whose inputs came with `enable`.

use super::verilog::verilog;
use crate::error::Error;
use crate::prim::range;
use rust_hdl::prelude::*;
use spikestream::hardware::MOST_STATE_BITS;
use spikestream::neuron::equations::{Compiled, Kept};
use spikestream::neuron::program::{Multipliers, Plan};
use std::collections::VecDeque;
use std::fmt::Write;

/// Where the words of a state lie.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Packing {
    /// Bits of each state.
    pub bits: usize,
    /// States.
    pub states: usize,
    /// Bits of the count of steps without input, behind the states; 0 where nothing rests.
    pub rest_bits: usize,
}

impl Packing {
    /// That of a compiled neuron.
    pub fn of(compiled: &Compiled) -> Self {
        let (bits, states) = (compiled.format.bits as usize, compiled.errors.len());
        // Behind the states and the input comes the count, if there is one.
        let rest = compiled.program.given().nth(states + 1);
        let rest_bits = rest.map_or(0, |rest| compiled.program.nodes()[rest].bits() as usize);
        Self { bits, states, rest_bits }
    }

    /// Words, the count among them.
    pub fn words(&self) -> usize {
        self.states + usize::from(self.rest_bits > 0)
    }

    /// Where a word begins, and its bits.
    pub fn word(&self, index: usize) -> (usize, usize) {
        let bits = if index < self.states { self.bits } else { self.rest_bits };
        (index * self.bits, bits)
    }

    /// Bits of all words.
    pub fn all_bits(&self) -> usize {
        self.states * self.bits + self.rest_bits
    }

    /// A state as one word, its lowest 64 bits first.
    pub fn pack(&self, kept: &Kept<i64>) -> [u64; MOST_STATE_BITS / 64] {
        let mut packed = [0; MOST_STATE_BITS / 64];
        let words = kept.states.iter().copied().chain([i64::from(kept.resting)]);
        for (index, word) in words.take(self.words()).enumerate() {
            let (low, bits) = self.word(index);
            for bit in (0..bits).filter(|bit| word >> bit & 1 == 1) {
                packed[(low + bit) / 64] |= 1 << ((low + bit) % 64);
            }
        }
        packed
    }

    /// The state of one word.
    pub fn unpack(&self, packed: &[u64]) -> Kept<i64> {
        let bit = |at: usize| (packed[at / 64] >> (at % 64) & 1) as i64;
        let word = |index: usize| {
            let (low, bits) = self.word(index);
            (0..bits).fold(0, |word, at| word | bit(low + at) << at)
        };
        let unused = i64::BITS - self.bits as u32;
        let states = (0..self.states).map(|index| word(index) << unused >> unused).collect();
        let resting = if self.rest_bits > 0 { word(self.states) as u32 } else { 0 };
        Kept { states, resting }
    }
}

/// See the module's documentation.
#[derive(Clone, Debug, LogicBlock)]
pub struct Equations {
    /// What the neuron keeps.
    pub state: Signal<In, Bits<256>>,
    /// I.
    pub current: Signal<In, Bits<32>>,
    /// Whether there is a step this cycle.
    pub enable: Signal<In, Bit>,
    /// What it keeps after the step.
    pub state_next: Signal<Out, Bits<256>>,
    /// Whether it fired.
    pub fired: Signal<Out, Bit>,
    /// Whether the outputs are a step's.
    pub ready: Signal<Out, Bit>,
    /// Clock.
    pub clock: Signal<In, Clock>,
    _plan: Plan,
    _packing: Packing,
    /// What is on its way to the outputs, where there is a step.
    _inside: VecDeque<Option<(Bits<256>, bool)>>,
}

impl Equations {
    /// The step of a compiled neuron on a part with some multipliers.
    ///
    /// # Errors
    /// [`Error::States`] for more bits of states than a word has.
    pub fn new(compiled: &Compiled, multipliers: Multipliers) -> Result<Self, Error> {
        let packing = Packing::of(compiled);
        if packing.all_bits() > MOST_STATE_BITS {
            return Err(Error::States { bits: packing.all_bits() });
        }
        let plan = Plan::of(&compiled.program.nameless(), multipliers);
        Ok(Self {
            state: Signal::default(),
            current: Signal::default(),
            enable: Signal::default(),
            state_next: Signal::default(),
            fired: Signal::default(),
            ready: Signal::default(),
            clock: Signal::default(),
            _inside: vec![None; plan.stages.latency() - 1].into(),
            _plan: plan,
            _packing: packing,
        })
    }

    /// Cycles from the inputs to the outputs.
    pub fn latency(&self) -> usize {
        self._plan.stages.latency()
    }

    /// How many multipliers with registers inside its text has.
    pub fn registered(&self) -> usize {
        self._plan.registered()
    }

    /// How its states are packed.
    pub fn packing(&self) -> &Packing {
        &self._packing
    }

    /// The step of what is at the inputs.
    fn step(&self) -> (Bits<256>, bool) {
        let packing = &self._packing;
        let state = self.state.val();
        let mut words = [0; MOST_STATE_BITS / 64];
        for bit in (0..packing.all_bits()).filter(|&bit| state.get_bit(bit)) {
            words[bit / 64] |= 1 << (bit % 64);
        }
        let kept = packing.unpack(&words);
        let mut given = kept.states;
        let unused = i64::BITS - packing.bits as u32;
        given.push((self.current.val().to_u64() as i64) << unused >> unused);
        given.extend((packing.rest_bits > 0).then_some(i64::from(kept.resting)));
        let after = self._plan.program.evaluate(&given);
        let resting = if packing.rest_bits > 0 { after[packing.states] as u32 } else { 0 };
        let kept = Kept { states: after[..packing.states].to_vec(), resting };
        let words = packing.pack(&kept);
        let set = (0..packing.all_bits()).filter(|bit| words[bit / 64] >> (bit % 64) & 1 == 1);
        let state = set.fold(Bits::default(), |state: Bits<256>, bit| state.replace_bit(bit, true));
        (state, after[after.len() - 1] != 0)
    }

    /// The words that the program is given, as slices of the ports; and its results, as the outputs.
    fn ports(&self) -> String {
        let (packing, nodes) = (&self._packing, self._plan.program.nodes());
        let needed = self._plan.program.needed();
        let mut text = String::new();
        for (index, place) in self._plan.program.given().enumerate().filter(|(_, at)| needed[*at]) {
            // The input comes between the states and the count.
            let (port, low) = match index.cmp(&packing.states) {
                std::cmp::Ordering::Less => ("state", packing.word(index).0),
                std::cmp::Ordering::Equal => ("current", 0),
                std::cmp::Ordering::Greater => ("state", packing.word(packing.states).0),
            };
            let bits = nodes[place].bits() as usize;
            let r = range(bits);
            let _ = writeln!(text, "wire {r} word_{place} = {port}[{}:{low}];", low + bits - 1);
        }
        for (index, &bits) in self.result_bits().iter().enumerate() {
            let _ = writeln!(text, "reg {} result_{index};", range(bits));
        }
        // The highest bits come first.
        let unused = MOST_STATE_BITS - packing.all_bits();
        let unused = (unused > 0).then(|| format!("{unused}'d0"));
        let words = (0..packing.words()).rev().map(|index| format!("result_{index}"));
        let all: Vec<String> = unused.into_iter().chain(words).collect();
        let _ = writeln!(text, "always @(*) state_next = {{{}}};", all.join(", "));
        let _ = writeln!(text, "always @(*) fired = result_{};", packing.words());
        text
    }

    /// The bits in which each result leaves.
    fn result_bits(&self) -> Vec<usize> {
        (0..self._packing.words()).map(|index| self._packing.word(index).1).chain([1]).collect()
    }
}

impl Logic for Equations {
    fn update(&mut self) {
        if self.clock.pos_edge() {
            // What comes without a step may be outside of the ranges.
            let step = self.enable.val().then(|| self.step());
            self._inside.push_back(step);
            let after = self._inside.pop_front().flatten();
            let (state, fired) = after.unwrap_or_default();
            self.state_next.next = state;
            self.fired.next = fired;
            self.ready.next = after.is_some();
        }
    }

    fn connect(&mut self) {
        self.state_next.connect();
        self.fired.connect();
        self.ready.connect();
    }

    fn hdl(&self) -> Verilog {
        let bits = self.result_bits();
        let text = verilog(&self._plan, &bits);
        Verilog::Custom(self.ports() + &text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use spikestream::neuron::equations::{Equations as Neuron, Format};

    /// Names that Verilog has for itself, or that registers behind others would have.
    const TEXT: &str = r#"
        dt = 1
        threshold = "reg > 3 and wire > 1"
        refractory = 3
        [states]
        reg = { initial = 0, range = [-8, 7] }
        reg_1 = { initial = 0, range = [0, 4] }
        wire = { initial = 0, range = [-1, 4] }
        [equations]
        "reg'" = "reg + I"
        "reg_1'" = "reg_1 * 0.5 + 0.25"
        "wire'" = "wire * reg_1"
        [reset]
        reg = "0"
        [input]
        range = [-2, 2]
    "#;

    fn compiled(bits: u32) -> Compiled {
        Neuron::from_toml(TEXT).unwrap().compile(Format { bits, fraction: 4 }, 4).unwrap()
    }

    #[test]
    fn a_state_is_packed_and_unpacked() {
        let packing = Packing::of(&compiled(12));
        assert_eq!(packing, Packing { bits: 12, states: 3, rest_bits: 4 });
        let kept = Kept { states: vec![-128, 64, -1], resting: 9 };
        let packed = packing.pack(&kept);
        assert_eq!(packed, [0x09 << 36 | 0xfff << 24 | 64 << 12 | 0xf80, 0, 0, 0]);
        assert_eq!(packing.unpack(&packed), kept);
    }

    #[test]
    fn no_name_of_the_equations_is_one_of_the_text() {
        let mut block = Equations::new(&compiled(12), Multipliers::NONE).unwrap();
        block.connect_all();
        let text = crate::emit::verilog(&block, "neuron").unwrap();
        assert!(!text.contains("wire wire") && !text.contains(" reg_1"), "{text}");
        assert!(text.contains("= state[39:36];") && text.contains("= current[11:0];"), "{text}");
    }

    #[test]
    fn states_of_too_many_bits_are_refused() {
        let mut wide = compiled(12);
        wide.format.bits = 90;
        let error = Equations::new(&wide, Multipliers::NONE).unwrap_err();
        assert_eq!(error.code(), "hw::neuron::states");
        assert!(error.to_string().contains("274 bits"), "{error}");
    }
}
