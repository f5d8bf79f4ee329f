//! Averages: a sum divided by a power of two that is its layer's, with floor.
//!
//! ```text
//!  value    24  +-Floor-+ 24  floored
//!  negative 24  |       | 24  floored_negative
//!  layer     3  |       |
//!  +----------->+       +------------------->
//! ```
//!
//! # Timing
//! Combinational; nothing but wires where no layer averages.

use super::text::table;
use crate::prim::{index_bits, word};
use rust_hdl::prelude::*;
use spikestream::hardware::events::Events;

/// See the module's documentation.
#[derive(Clone, Debug, LogicBlock)]
pub struct Floor {
    /// The sum, two's complement.
    pub value: Signal<In, Bits<24>>,
    /// What negative weights take off it, without its sign.
    pub negative: Signal<In, Bits<24>>,
    /// The layer's number.
    pub layer: Signal<In, Bits<3>>,
    /// The quotient, two's complement.
    pub floored: Signal<Out, Bits<24>>,
    /// The negative part, divided on its own.
    pub floored_negative: Signal<Out, Bits<24>>,
    _shifts: Vec<usize>,
}

impl Floor {
    /// Those of the layers of a walk.
    pub fn new(walk: &Events) -> Self {
        let shift = |population: usize| {
            let own = walk.fan.paths.iter().find(|path| path.target == population);
            own.map_or(0, |path| path.shift as usize)
        };
        Self {
            value: Signal::default(),
            negative: Signal::default(),
            layer: Signal::default(),
            floored: Signal::default(),
            floored_negative: Signal::default(),
            _shifts: (0..walk.regions.len()).map(shift).collect(),
        }
    }
}

impl Logic for Floor {
    fn update(&mut self) {
        let layer = self.layer.val().index().min(self._shifts.len() - 1);
        let value = (self.value.val().to_u64() << 40) as i64 >> 40;
        self.floored.next = word((value >> self._shifts[layer]) as u128);
        self.floored_negative.next = word(self.negative.val().to_u128() >> self._shifts[layer]);
    }

    fn connect(&mut self) {
        self.floored.connect();
        self.floored_negative.connect();
    }

    fn hdl(&self) -> Verilog {
        let most = self._shifts.iter().copied().max().unwrap_or(0);
        if most == 0 {
            let wires = "always @(*) floored = value;\nalways @(*) floored_negative = negative;\n";
            return Verilog::Custom(wires.into());
        }
        let shifts = table("shift", index_bits(most + 1), "layer", &self._shifts);
        Verilog::Custom(format!(
            "{shifts}always @(*) floored = $signed(value) >>> shift;\n\
             always @(*) floored_negative = negative >> shift;\n"
        ))
    }
}
