//! Block RAM with one read and one write port: `depth` words of `width` bits, with initial contents.
//!
//! ```text
//!             +---Ram----+
//!  read_addr  |          | N  read_data  zero- or sign-extended
//!  +--------->+ depth x  +------------>
//!  write_addr | width    |
//!  write_data |          |
//!  write      |          |
//!  +--------->+----------+
//! ```
//!
//! # Timing
//! `read_data` is the word at the address of the cycle before. A read of the word being written
//! gives the old word in simulation and anything in block RAM (`no_rw_check`: without it Yosys adds a
//! register and a multiplexer for every bit), so no block uses such a word.

use super::{FEWEST_WORDS, range, word};
use rust_hdl::prelude::*;

/// See the module's documentation.
#[derive(Clone, Debug, LogicBlock)]
pub struct Ram<const N: usize> {
    /// Address to read.
    pub read_addr: Signal<In, Bits<16>>,
    /// The word read, one cycle later.
    pub read_data: Signal<Out, Bits<N>>,
    /// Address to write.
    pub write_addr: Signal<In, Bits<16>>,
    /// The word to write.
    pub write_data: Signal<In, Bits<N>>,
    /// Whether to write.
    pub write: Signal<In, Bit>,
    /// Clock.
    pub clock: Signal<In, Clock>,
    _width: usize,
    _initial: Vec<u128>,
    _content: Vec<Bits<N>>,
    _signed: bool,
}

impl<const N: usize> Ram<N> {
    /// A memory with these words of `width` bits, at least [`FEWEST_WORDS`].
    pub fn new(width: usize, initial: Vec<u128>) -> Self {
        assert!((FEWEST_WORDS..=1 << 16).contains(&initial.len()), "{} words", initial.len());
        Self::of_words(width, initial)
    }

    fn of_words(width: usize, initial: Vec<u128>) -> Self {
        assert!((1..=N).contains(&width));
        let content = initial.iter().map(|&w| word(w)).collect();
        Self {
            read_addr: Signal::default(),
            read_data: Signal::default(),
            write_addr: Signal::default(),
            write_data: Signal::default(),
            write: Signal::default(),
            clock: Signal::default(),
            _width: width,
            _initial: initial,
            _content: content,
            _signed: false,
        }
    }

    /// A memory of zeros, at least [`FEWEST_WORDS`] deep.
    pub fn zeroed(width: usize, depth: usize) -> Self {
        Self::new(width, vec![0; depth.max(FEWEST_WORDS)])
    }

    /// What stands in the place of a memory that nothing reads: one word, which synthesis drops.
    pub fn unread(width: usize) -> Self {
        Self::of_words(width, vec![0])
    }

    /// A memory of zeros whose words are read sign-extended.
    pub fn signed(width: usize, depth: usize) -> Self {
        Self { _signed: true, ..Self::zeroed(width, depth) }
    }

    fn address_bits(&self) -> usize {
        super::index_bits(self._initial.len())
    }

    fn index(&self, address: Bits<16>) -> usize {
        address.index() & ((1 << self.address_bits()) - 1)
    }
}

impl<const N: usize> Logic for Ram<N> {
    fn update(&mut self) {
        if self.clock.pos_edge() {
            let at = self.index(self.read_addr.val());
            let read = self._content.get(at).copied().unwrap_or_default();
            let negative = self._signed && read.get_bit(self._width - 1);
            let kept = word(u128::MAX >> (128 - self._width));
            self.read_data.next = if negative { read | !kept } else { read };
            let at = self.index(self.write_addr.val());
            if self.write.val() && at < self._content.len() {
                self._content[at] = self.write_data.val() & kept;
            }
        }
    }

    fn connect(&mut self) {
        self.read_data.connect();
    }

    fn hdl(&self) -> Verilog {
        let (w, a) = (self._width, range(self.address_bits()));
        let initial = super::initial_words(w, &self._initial);
        let low = if N == 1 { String::new() } else { range(w) };
        let write = format!("   if (write) memory[write_addr{a}] <= write_data{low};\n");
        let top = if self._signed { format!("word[{}]", w - 1) } else { "1'b0".into() };
        let wide =
            if w == N { "word".to_string() } else { format!("{{{{{}{{{top}}}}}, word}}", N - w) };
        Verilog::Custom(format!(
            "(* ram_style = \"block\", no_rw_check *)\nreg {r} memory [0:{last}];\nreg {r} word;\ninitial begin\n{initial}end\n\
             always @(posedge clock) begin\n   word <= memory[read_addr{a}];\n{write}end\n\
             always @(*) read_data = {wide};\n",
            r = range(w),
            last = self._initial.len() - 1,
        ))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Writes a word, and what is read of it a cycle later.
    fn written(mut ram: Ram<16>, value: u64) -> usize {
        ram.connect_all();
        ram.write_addr.next = Bits::from(1);
        ram.read_addr.next = Bits::from(1);
        ram.write_data.next = Bits::from(value);
        for write in [true, false] {
            ram.write.next = write;
            for high in [true, false] {
                ram.clock.next = high.into();
                assert!(rust_hdl::core::simulate::simulate(&mut ram, 20));
            }
        }
        ram.read_data.val().index()
    }

    #[test]
    fn a_word_has_its_width_and_its_sign_where_it_has_one() {
        for value in [0, 0x1ff, 0x200, 0x3ff, 0xfdff, 0xffff] {
            let kept = value & 0x3ff;
            assert_eq!(written(Ram::zeroed(10, 4), value), kept as usize, "{value:#x}");
            let negative = kept & 0x200 != 0;
            let extended = if negative { kept | 0xfc00 } else { kept };
            assert_eq!(written(Ram::signed(10, 4), value), extended as usize, "{value:#x}");
        }
        assert_eq!(written(Ram::signed(16, 4), 0x8001), 0x8001);
    }
}
