//! Leaf blocks whose widths and contents are known only at run time.
//!
//! rust-hdl fixes a signal's width by its type. These leaves take a generous type outside and write
//! the exact width into their Verilog, so that synthesis sees the unused bits as constants and
//! drops all logic behind them. Their `update` masks to the same width, so both agree bit for bit.

mod delay;
mod lookup;
mod maybe;
mod ram;
mod register;
mod rom;

pub use delay::Delay;
pub use lookup::Lookup;
pub use maybe::Maybe;
pub(crate) use maybe::{logic, wires, without};
pub use ram::Ram;
pub use register::Register;
pub use rom::Rom;
pub use spikestream::hardware::{FEWEST_WORDS, index_bits};

use rust_hdl::prelude::{Bits, ToBits};

/// `value` as a sized Verilog literal.
pub(crate) fn literal(bits: usize, value: u128) -> String {
    format!("{bits}'h{value:x}")
}

/// The Verilog range of a vector of `bits` bits.
pub(crate) fn range(bits: usize) -> String {
    format!("[{}:0]", bits - 1)
}

/// The lowest `N` bits of a word.
pub(crate) fn word<const N: usize>(value: u128) -> Bits<N> {
    let kept = if N >= 128 { value } else { value & ((1 << N) - 1) };
    kept.to_bits()
}

/// The assignments that fill a memory.
pub(crate) fn initial_words(width: usize, words: &[u128]) -> String {
    let words = words.iter().enumerate();
    words.map(|(i, &x)| format!("   memory[{i}] = {};\n", literal(width, x))).collect()
}
