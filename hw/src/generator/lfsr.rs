//! A maximal Galois LFSR of 1 to 16 bits that can be restarted.
//!
//! ```text
//!  restart  +--Lfsr--+ 16  state
//!  +------->+        +------->
//!  advance  |        |
//!  +------->+--------+
//! ```
//!
//! # Timing
//! `state` holds the seed from the cycle after `restart`, and the next state the cycle after
//! `advance`. The golden twin is `sc::generator::lfsr_next`; the masks are its table.

use crate::prim::Register;
use rust_hdl::prelude::*;
use spikestream::sc::generator::LFSR_MASKS;

/// See the module's documentation.
#[derive(Clone, Debug, LogicBlock)]
pub struct Lfsr {
    /// Load the seed; wins over `advance`.
    pub restart: Signal<In, Bit>,
    /// Take one step.
    pub advance: Signal<In, Bit>,
    /// The state, 0 until the first restart.
    pub state: Signal<Out, Bits<16>>,
    /// Clock.
    pub clock: Signal<In, Clock>,
    present: Register<16>,
    seed: Constant<Bits<16>>,
    mask: Constant<Bits<16>>,
}

impl Lfsr {
    /// A register of `width` bits that restarts from `seed`.
    pub fn new(width: usize, seed: u16) -> Self {
        Self {
            restart: Signal::default(),
            advance: Signal::default(),
            state: Signal::default(),
            clock: Signal::default(),
            present: Register::new(width),
            seed: Constant::new(Bits::from(u64::from(seed))),
            mask: Constant::new(Bits::from(u64::from(LFSR_MASKS[width]))),
        }
    }
}

impl Logic for Lfsr {
    #[hdl_gen]
    fn update(&mut self) {
        dff_setup!(self, clock, present);
        self.state.next = self.present.q.val();
        if self.advance.val() {
            self.present.d.next = self.present.q.val() >> 1;
            if self.present.q.val().get_bit(0) {
                self.present.d.next = (self.present.q.val() >> 1) ^ self.mask.val();
            }
        }
        if self.restart.val() {
            self.present.d.next = self.seed.val();
        }
    }
}
