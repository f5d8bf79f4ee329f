//! The spike encoder: one pixel a cycle against the time step's number.
//!
//! ```text
//!  pixel 8  +-Encoder-+ 1  spike   pixel > r_turn
//!  turn  9  |         +-------->
//!  +------->+---------+
//! ```
//!
//! # Timing
//! Combinational. The golden twin is `sc::encoder::encode`.

use crate::generator::VanDerCorput;
use rust_hdl::prelude::*;

/// See the module's documentation.
#[derive(Clone, Debug, LogicBlock)]
pub struct Encoder {
    /// A pixel, 0..=255.
    pub pixel: Signal<In, Bits<8>>,
    /// The time step.
    pub turn: Signal<In, Bits<9>>,
    /// Whether the input spikes.
    pub spike: Signal<Out, Bit>,
    numbers: VanDerCorput,
}

impl Encoder {
    /// The encoder of a network of `steps` time steps.
    pub fn new(steps: u32) -> Self {
        Self {
            pixel: Signal::default(),
            turn: Signal::default(),
            spike: Signal::default(),
            numbers: VanDerCorput::new(steps),
        }
    }
}

impl Logic for Encoder {
    #[hdl_gen]
    fn update(&mut self) {
        self.numbers.turn.next = self.turn.val();
        self.spike.next = self.pixel.val() > self.numbers.value.val();
    }
}
