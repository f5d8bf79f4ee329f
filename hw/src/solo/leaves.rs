//! What a neuron alone needs beside its step: its input within its range, and its words one by one.

use crate::neuron::Packing;
use crate::prim::literal;
use rust_hdl::prelude::*;
use spikestream::neuron::arithmetic::Range;
use std::fmt::Write;

/// A number, or the nearest end of a range that it is outside of.
///
/// # Timing
/// Combinational.
#[derive(Clone, Debug, LogicBlock)]
pub struct Clamp {
    /// Two's complement.
    pub d: Signal<In, Bits<32>>,
    /// What is within the range.
    pub q: Signal<Out, Bits<32>>,
    _range: Range,
}

impl Clamp {
    /// Into a range, whose ends have at most 32 bits.
    pub fn new(range: Range) -> Self {
        assert!(range.is_within(Range::signed(32)));
        Self { d: Signal::default(), q: Signal::default(), _range: range }
    }
}

/// The lowest 32 bits.
fn low(value: i64) -> u64 {
    value as u64 & 0xffff_ffff
}

impl Logic for Clamp {
    fn update(&mut self) {
        let value = i64::from(self.d.val().to_u64() as u32 as i32);
        self.q.next = Bits::from(low(value.clamp(self._range.low, self._range.high)));
    }

    fn connect(&mut self) {
        self.q.connect();
    }

    fn hdl(&self) -> Verilog {
        let [least, most] =
            [self._range.low, self._range.high].map(|end| literal(32, low(end).into()));
        Verilog::Custom(format!(
            "always @(*) q = $signed(d) < $signed({least}) ? {least} :\n   \
             $signed(d) > $signed({most}) ? {most} : d;\n"
        ))
    }
}

/// One word of a state, in 32 bits: a state with its sign, or the count of steps without input.
///
/// # Timing
/// Combinational.
#[derive(Clone, Debug, LogicBlock)]
pub struct Words {
    /// All words.
    pub state: Signal<In, Bits<256>>,
    /// Which one; behind the last it is the last.
    pub place: Signal<In, Bits<16>>,
    /// It.
    pub word: Signal<Out, Bits<32>>,
    _packing: Packing,
}

impl Words {
    /// The words of states that are packed so.
    pub fn new(packing: &Packing) -> Self {
        Self {
            state: Signal::default(),
            place: Signal::default(),
            word: Signal::default(),
            _packing: packing.clone(),
        }
    }

    fn is_signed(&self, index: usize) -> bool {
        index < self._packing.states
    }
}

impl Logic for Words {
    fn update(&mut self) {
        let index = self.place.val().index().min(self._packing.words() - 1);
        let (begin, bits) = self._packing.word(index);
        let state = self.state.val();
        let set = (0..bits).filter(|bit| state.get_bit(begin + bit));
        let word = set.fold(0_u64, |word, bit| word | 1 << bit);
        let negative = self.is_signed(index) && word >> (bits - 1) == 1;
        self.word.next =
            Bits::from(if negative { low((word | u64::MAX << bits) as i64) } else { word });
    }

    fn connect(&mut self) {
        self.word.connect();
    }

    fn hdl(&self) -> Verilog {
        let last = self._packing.words() - 1;
        let mut arms = String::new();
        for index in 0..=last {
            let (begin, bits) = self._packing.word(index);
            let high = begin + bits - 1;
            let sign = if self.is_signed(index) { format!("state[{high}]") } else { "1'b0".into() };
            let own = format!("state[{high}:{begin}]");
            let word = match 32 - bits {
                0 => own,
                unused => format!("{{{{{unused}{{{sign}}}}}, {own}}}"),
            };
            let arm = if index == last { "default".into() } else { literal(16, index as u128) };
            let _ = writeln!(arms, "   {arm}: word = {word};");
        }
        Verilog::Custom(format!("always @(*) case (place)\n{arms}endcase\n"))
    }
}
