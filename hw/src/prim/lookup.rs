//! A constant table in logic: what a small function of a layer's number is made of.
//!
//! ```text
//!  address A  +-Lookup-+  D  data
//!  +--------->+        +------->
//!             +--------+
//! ```
//!
//! # Timing
//! Combinational.

use super::literal;
use rust_hdl::prelude::*;

/// See the module's documentation. An address past the end reads the last word, so that a table of
/// one word costs nothing.
#[derive(Clone, Debug, LogicBlock)]
pub struct Lookup<const A: usize, const D: usize> {
    /// Which word.
    pub address: Signal<In, Bits<A>>,
    /// The word.
    pub data: Signal<Out, Bits<D>>,
    _words: Vec<u64>,
}

impl<const A: usize, const D: usize> Lookup<A, D> {
    /// A table of these words.
    pub fn new(words: Vec<u64>) -> Self {
        assert!(!words.is_empty() && words.len() <= 1 << A);
        Self { address: Signal::default(), data: Signal::default(), _words: words }
    }
}

impl<const A: usize, const D: usize> Logic for Lookup<A, D> {
    fn update(&mut self) {
        let at = self.address.val().index().min(self._words.len() - 1);
        self.data.next = Bits::<D>::from(self._words[at]);
    }

    fn connect(&mut self) {
        self.data.connect();
    }

    fn hdl(&self) -> Verilog {
        let last = self._words.len() - 1;
        let arm = |(i, &w): (usize, &u64)| {
            format!("   {}: data = {};\n", literal(A, i as u128), literal(D, w.into()))
        };
        let arms: String = self._words[..last].iter().enumerate().map(arm).collect();
        let default = literal(D, self._words[last].into());
        // Always a case, even of one word: an `always @(*)` that reads nothing never runs.
        Verilog::Custom(format!(
            "always @(*) case (address)\n{arms}   default: data = {default};\nendcase\n"
        ))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_behind_the_last_word_give_the_last() {
        let mut table = Lookup::<3, 8>::new(vec![5, 7, 11]);
        table.connect_all();
        for (address, word) in [(0, 5), (1, 7), (2, 11), (3, 11), (7, 11)] {
            table.address.next = Bits::from(address);
            assert!(rust_hdl::core::simulate::simulate(&mut table, 20));
            assert_eq!(table.data.val().index(), word);
        }
    }
}
