//! Block ROM: words of `width` bits.
//!
//! ```text
//!  read_addr  +-Rom-+ N  read_data  zero-extended
//!  +--------->+     +------------>
//!             +-----+
//! ```
//!
//! # Timing
//! `read_data` is the word at the address of the cycle before.

use super::{FEWEST_WORDS, index_bits, initial_words, range, word};
use rust_hdl::prelude::*;

/// See the module's documentation.
#[derive(Clone, Debug, LogicBlock)]
pub struct Rom<const N: usize> {
    /// Address to read.
    pub read_addr: Signal<In, Bits<16>>,
    /// The word read, one cycle later.
    pub read_data: Signal<Out, Bits<N>>,
    /// Clock.
    pub clock: Signal<In, Clock>,
    _width: usize,
    _initial: Vec<u128>,
    _content: Vec<Bits<N>>,
}

impl<const N: usize> Rom<N> {
    /// A memory with these words of `width` bits, at least [`FEWEST_WORDS`].
    pub fn new(width: usize, words: Vec<u128>) -> Self {
        assert!((FEWEST_WORDS..=1 << 16).contains(&words.len()), "{} words", words.len());
        assert!((1..=N).contains(&width));
        Self {
            read_addr: Signal::default(),
            read_data: Signal::default(),
            clock: Signal::default(),
            _width: width,
            _content: words.iter().map(|&w| word(w)).collect(),
            _initial: words,
        }
    }
}

impl<const N: usize> Logic for Rom<N> {
    fn update(&mut self) {
        if self.clock.pos_edge() {
            let at = self.read_addr.val().index() & ((1 << index_bits(self._initial.len())) - 1);
            self.read_data.next = self._content.get(at).copied().unwrap_or_default();
        }
    }

    fn connect(&mut self) {
        self.read_data.connect();
    }

    fn hdl(&self) -> Verilog {
        let w = self._width;
        let wide = if w == N { "word".into() } else { format!("{{{}'d0, word}}", N - w) };
        Verilog::Custom(format!(
            "(* ram_style = \"block\" *)\nreg {r} memory [0:{last}];\nreg {r} word;\ninitial begin\n{initial}end\n\
             always @(posedge clock) word <= memory[read_addr{a}];\n\
             always @(*) read_data = {wide};\n",
            r = range(w),
            last = self._initial.len() - 1,
            initial = initial_words(w, &self._initial),
            a = range(index_bits(self._initial.len())),
        ))
    }
}
