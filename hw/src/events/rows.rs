//! Rows of weights: in block RAM, where a design has them from the start, or in a large memory that is loaded.
//!
//! ```text
//!  read_addr  16  +-Rows-+ 128  read_data   zero-extended
//!  +------------->+      +-------------->
//!  write_*        |      |
//!  +------------->+------+
//! ```
//!
//! # Timing
//! `read_data` is the row at the address of the cycle before. The large memory has one port: a cycle that writes reads
//! nothing. It holds nothing at first, and is an instance of the module [`SPRAM`], in whose place a family has its own.

use crate::prim::{index_bits, range, word};
use rust_hdl::prelude::*;
use spikestream::hardware::layout::Weights;
use spikestream::hardware::{LOADED_BITS, LOADED_WORDS};

/// What the large memory does, as Verilog; synthesis takes the family's module of the same name.
pub const SPRAM: &str = include_str!("spram.v");

/// See the module's documentation.
#[derive(Clone, Debug, LogicBlock)]
pub struct Rows {
    /// Which row to read.
    pub read_addr: Signal<In, Bits<16>>,
    /// That row, one cycle later.
    pub read_data: Signal<Out, Bits<128>>,
    /// Whether to write; block RAM is not written.
    pub write: Signal<In, Bit>,
    /// Which row.
    pub write_addr: Signal<In, Bits<16>>,
    /// The row.
    pub write_data: Signal<In, Bits<64>>,
    /// Clock.
    pub clock: Signal<In, Clock>,
    _width: usize,
    _initial: Vec<u128>,
    _content: Vec<u128>,
    _loaded: bool,
}

impl Rows {
    /// The rows of a memory, loaded or there from the start.
    pub fn new(rows: &Weights, loaded: bool) -> Self {
        assert!(!loaded || rows.width <= LOADED_BITS && rows.words.len() <= LOADED_WORDS);
        Self {
            read_addr: Signal::default(),
            read_data: Signal::default(),
            write: Signal::default(),
            write_addr: Signal::default(),
            write_data: Signal::default(),
            clock: Signal::default(),
            _width: rows.width,
            _content: if loaded { vec![0; LOADED_WORDS] } else { rows.words.clone() },
            _initial: rows.words.clone(),
            _loaded: loaded,
        }
    }

    fn index(&self, address: Bits<16>) -> usize {
        let bits = index_bits(if self._loaded { LOADED_WORDS } else { self._initial.len() });
        address.index() & ((1 << bits) - 1)
    }

    fn block(&self) -> String {
        format!(
            "(* ram_style = \"block\" *)\nreg {r} memory [0:{last}];\nreg {r} word;\ninitial begin\n{initial}end\n\
             always @(posedge clock) word <= memory[read_addr{a}];\n",
            r = range(self._width),
            last = self._initial.len() - 1,
            initial = crate::prim::initial_words(self._width, &self._initial),
            a = range(index_bits(self._initial.len())),
        )
    }

    fn large(&self) -> String {
        let a = range(index_bits(LOADED_WORDS));
        let unread = LOADED_BITS - self._width;
        let parts = if unread > 0 { "{unread, word}" } else { "word" };
        let rest =
            if unread > 0 { format!("wire {} unread;\n", range(unread)) } else { String::new() };
        format!(
            "wire {r} word;\n{rest}wire {a} at;\nassign at = write ? write_addr{a} : read_addr{a};\n\
             spram store(.clock(clock), .write(write), .address(at), .word(write_data), .data({parts}));\n",
            r = range(self._width),
        )
    }
}

impl Logic for Rows {
    fn update(&mut self) {
        if self.clock.pos_edge() {
            if self._loaded && self.write.val() {
                let at = self.index(self.write_addr.val());
                self._content[at] = self.write_data.val().to_u64().into();
            } else {
                let row = self._content.get(self.index(self.read_addr.val())).copied();
                let kept = u128::MAX >> (128 - self._width);
                self.read_data.next = word(row.unwrap_or_default() & kept);
            }
        }
    }

    fn connect(&mut self) {
        self.read_data.connect();
    }

    fn hdl(&self) -> Verilog {
        let w = self._width;
        let text = if self._loaded { self.large() } else { self.block() };
        let wide = if w == 128 { "word".into() } else { format!("{{{}'d0, word}}", 128 - w) };
        Verilog::Custom(format!("{text}always @(*) read_data = {wide};\n"))
    }
}
