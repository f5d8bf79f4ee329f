//! A word, and the same word some cycles later.
//!
//! ```text
//!          +--Delay---+
//!    d  N  |          | N   q   sign-extended
//!  +------>+  width   +------>
//!  clock   |  bits    |
//!  +------>+----------+
//! ```
//!
//! # Timing
//! `q` is what `d` was as many rising edges ago as the block was made for; it starts from 0.

use super::{range, word};
use rust_hdl::prelude::*;
use std::collections::VecDeque;

/// See the module's documentation.
#[derive(Clone, Debug, LogicBlock)]
pub struct Delay<const N: usize> {
    /// The word, two's complement.
    pub d: Signal<In, Bits<N>>,
    /// What it was.
    pub q: Signal<Out, Bits<N>>,
    /// Clock.
    pub clock: Signal<In, Clock>,
    _width: usize,
    _held: VecDeque<Bits<N>>,
}

impl<const N: usize> Delay<N> {
    /// Of the lowest `width` bits, by `cycles` cycles.
    pub fn signed(width: usize, cycles: usize) -> Self {
        assert!((1..=N).contains(&width), "a delay of {width} bits behind {N}");
        assert!(cycles > 0, "a delay of nothing");
        Self {
            d: Signal::default(),
            q: Signal::default(),
            clock: Signal::default(),
            _width: width,
            _held: vec![word(0); cycles - 1].into(),
        }
    }
}

impl<const N: usize> Logic for Delay<N> {
    fn update(&mut self) {
        if self.clock.pos_edge() {
            let kept = word(u128::MAX >> (128 - self._width));
            let low = self.d.val() & kept;
            let negative = low.get_bit(self._width - 1);
            self._held.push_back(if negative { low | !kept } else { low });
            self.q.next = self._held.pop_front().unwrap_or_else(|| word(0));
        }
    }

    fn connect(&mut self) {
        self.q.connect();
    }

    fn hdl(&self) -> Verilog {
        let (w, r, cycles) = (self._width, range(self._width), self._held.len() + 1);
        let names: Vec<String> = (1..=cycles).map(|i| format!("held_{i}")).collect();
        let declared = names.iter().map(|name| format!("reg {r} {name};\ninitial {name} = 0;\n"));
        let declared: String = declared.collect();
        let before = std::iter::once(format!("d{r}")).chain(names.iter().cloned());
        let moves = names.iter().zip(before).map(|(name, from)| format!("   {name} <= {from};\n"));
        let moves: String = moves.collect();
        let last = &names[cycles - 1];
        let q = match N - w {
            0 => last.clone(),
            unused => format!("{{{{{unused}{{{last}[{}]}}}}, {last}}}", w - 1),
        };
        Verilog::Custom(format!(
            "{declared}always @(posedge clock) begin\n{moves}end\nalways @(*) q = {q};\n"
        ))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_comes_out_after_its_cycles() {
        let mut delay = Delay::<8>::signed(4, 3);
        delay.connect_all();
        let mut seen = Vec::new();
        for word in [5_u64, 0xff, 8, 1, 2, 3] {
            delay.d.next = Bits::from(word);
            for high in [true, false] {
                delay.clock.next = high.into();
                assert!(rust_hdl::core::simulate::simulate(&mut delay, 20));
            }
            seen.push(delay.q.val().index());
        }
        assert_eq!(seen, [0, 0, 5, 0xff, 0xf8, 1]);
    }
}
