//! A D flip-flop of `N` bits outside and exactly `width` bits inside.
//!
//! ```text
//!          +-Register-+
//!    d  N  |          | N   q   zero- or sign-extended
//!  +------>+  width   +------>
//!  clock   |  bits    |
//!  +------>+----------+
//! ```
//!
//! # Timing
//! `q` takes `d` at the rising edge; it starts from 0 after configuration.

use super::range;
use rust_hdl::prelude::*;

/// See the module's documentation.
#[derive(Clone, Debug, LogicBlock)]
pub struct Register<const N: usize> {
    /// Next value.
    pub d: Signal<In, Bits<N>>,
    /// Present value.
    pub q: Signal<Out, Bits<N>>,
    /// Clock.
    pub clock: Signal<In, Clock>,
    _width: usize,
    _signed: bool,
}

impl<const N: usize> Register<N> {
    /// A register that keeps the lowest `width` bits.
    pub fn new(width: usize) -> Self {
        assert!((1..=N).contains(&width), "a register of {width} bits behind {N}");
        Self {
            d: Signal::default(),
            q: Signal::default(),
            clock: Signal::default(),
            _width: width,
            _signed: false,
        }
    }

    /// A register that keeps the lowest `width` bits and shows them sign-extended.
    pub fn signed(width: usize) -> Self {
        Self { _signed: true, ..Self::new(width) }
    }

    /// A register wide enough for the numbers `0..count`.
    pub fn counting(count: usize) -> Self {
        Self::new(super::index_bits(count))
    }
}

impl<const N: usize> Logic for Register<N> {
    fn update(&mut self) {
        if self.clock.pos_edge() {
            let kept = super::word(u128::MAX >> (128 - self._width));
            let low = self.d.val() & kept;
            let negative = self._signed && low.get_bit(self._width - 1);
            self.q.next = if negative { low | !kept } else { low };
        }
    }

    fn connect(&mut self) {
        self.q.connect();
    }

    fn hdl(&self) -> Verilog {
        let (w, r) = (self._width, range(self._width));
        let slice = if N == 1 { String::new() } else { r.clone() };
        let extension = if self._signed { format!("state[{}]", w - 1) } else { "1'b0".into() };
        let q = if w == N {
            "state".to_string()
        } else {
            format!("{{{{{}{{{extension}}}}}, state}}", N - w)
        };
        Verilog::Custom(format!(
            "reg {r} state;\ninitial state = {w}'d0;\nalways @(posedge clock) state <= d{slice};\n\
             always @(*) q = {q};\n"
        ))
    }
}
