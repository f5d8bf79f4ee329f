//! The sum of a neuron's negative synapses, which neurons with a second synapse take.
//!
//! # Timing
//! As the counter of the whole dot product: `total` is there one cycle after a word's flags, which come one cycle
//! after its count of down steps.

use crate::prim::{literal, range};
use rust_hdl::prelude::*;

/// Bits of the port of a sum.
const SUM: usize = 24;

/// Bits of the port of a count.
const COUNT: usize = 9;

/// See the module's documentation.
#[derive(Clone, Debug, LogicBlock)]
pub struct Negative {
    /// Down steps of the word, one cycle before its flags.
    pub ones: Signal<In, Bits<9>>,
    /// Whether to add.
    pub enable: Signal<In, Bit>,
    /// Start from 0.
    pub first: Signal<In, Bit>,
    /// Start from twice the present value.
    pub double: Signal<In, Bit>,
    /// The present value; 0 where no neuron takes it.
    pub total: Signal<Out, Bits<24>>,
    /// Clock.
    pub clock: Signal<In, Clock>,
    /// Bits of a sum, if any neuron takes it.
    _bits: Option<usize>,
    _count: u64,
    _sum: u64,
}

impl Negative {
    /// A sum that fits `width` bits with a sign; without one it is nothing and costs nothing.
    pub fn new(width: Option<usize>) -> Self {
        assert!(width.is_none_or(|width| (2..=SUM).contains(&width)));
        Self {
            ones: Signal::default(),
            enable: Signal::default(),
            first: Signal::default(),
            double: Signal::default(),
            total: Signal::default(),
            clock: Signal::default(),
            _bits: width.map(|width| width - 1),
            _count: 0,
            _sum: 0,
        }
    }
}

impl Logic for Negative {
    fn update(&mut self) {
        let Some(bits) = self._bits else {
            self.total.next = Bits::from(0_u64);
            return;
        };
        if self.clock.pos_edge() {
            let before = match (self.first.val(), self.double.val()) {
                (true, _) => 0,
                (false, true) => self._sum << 1,
                (false, false) => self._sum,
            };
            if self.enable.val() {
                self._sum = (before + self._count) & ((1 << bits) - 1);
            }
            self._count = self.ones.val().to_u64();
            self.total.next = Bits::from(self._sum);
        }
    }

    fn connect(&mut self) {
        self.total.connect();
    }

    fn hdl(&self) -> Verilog {
        let Some(bits) = self._bits else {
            // It reads its inputs, because an `always @(*)` that reads nothing never runs.
            let (pad, zero) = (literal(SUM - COUNT - 4, 0), literal(SUM, 0));
            return Verilog::Custom(format!(
                "always @(*) total = {{{pad}, clock, enable, first, double, ones}} & {zero};\n"
            ));
        };
        let own = COUNT.min(bits);
        let (zero, none) = (literal(bits, 0), literal(own, 0));
        let widened = match bits - own {
            0 => "count".to_owned(),
            more => format!("{{{}, count}}", literal(more, 0)),
        };
        let total = match SUM - bits {
            0 => "sum".to_owned(),
            more => format!("{{{}, sum}}", literal(more, 0)),
        };
        Verilog::Custom(format!(
            "reg {count} count;\nreg {word} sum;\n\
             wire {word} previous = first ? {zero} : double ? (sum << 1) : sum;\n\
             initial begin\n   count = {none};\n   sum = {zero};\nend\n\
             always @(posedge clock) begin\n   count <= ones[{last}:0];\n\
             \x20  if (enable) sum <= previous + {widened};\nend\n\
             always @(*) total = {total};\n",
            count = range(own),
            last = own - 1,
            word = range(bits),
        ))
    }
}
