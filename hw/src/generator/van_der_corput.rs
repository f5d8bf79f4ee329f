//! The van der Corput sequence as the encoder draws it: the time step's bits in reverse, centred.
//!
//! ```text
//!  turn 9  +-VanDerCorput-+ 8  value   (bitrev_n(turn) << (8-n)) + (1 << (7-n))
//!  +------>+              +------->
//!          +--------------+
//! ```
//!
//! # Timing
//! Combinational, and nothing but wires.

use rust_hdl::prelude::*;

/// See the module's documentation.
#[derive(Clone, Debug, LogicBlock)]
pub struct VanDerCorput {
    /// Time step, `0..2^n`.
    pub turn: Signal<In, Bits<9>>,
    /// The number of 0..=255.
    pub value: Signal<Out, Bits<8>>,
    _log2_steps: u32,
}

impl VanDerCorput {
    /// The sequence of `steps = 2^n` numbers.
    pub fn new(steps: u32) -> Self {
        assert!(steps.is_power_of_two() && steps <= 256);
        let _log2_steps = steps.trailing_zeros();
        Self { turn: Signal::default(), value: Signal::default(), _log2_steps }
    }
}

impl Logic for VanDerCorput {
    fn update(&mut self) {
        let turn = self.turn.val().index() as u32 & ((1 << self._log2_steps) - 1);
        let reversed = spikestream::sc::generator::bit_reverse(self._log2_steps, turn);
        let unused = 8 - self._log2_steps;
        self.value.next = Bits::from(u64::from((reversed << unused) | ((1 << unused) >> 1)));
    }

    fn connect(&mut self) {
        self.value.connect();
    }

    fn hdl(&self) -> Verilog {
        if self._log2_steps == 0 {
            // It reads the step, because an `always @(*)` that reads nothing never runs.
            return Verilog::Custom("always @(*) value = {~(turn[0] & 1'b0), 7'd0};\n".into());
        }
        let turn = (0..self._log2_steps).map(|bit| format!("turn[{bit}]"));
        let unused = (8 - self._log2_steps) as usize;
        let centre = (unused > 0).then(|| super::super::prim::literal(unused, (1 << unused) >> 1));
        let parts: Vec<String> = turn.chain(centre).collect();
        Verilog::Custom(format!("always @(*) value = {{{}}};\n", parts.join(", ")))
    }
}
