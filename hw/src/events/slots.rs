//! Which copy of a word of sums is meant: by the time step that it is for, and by the bank.
//!
//! ```text
//!  step, late  9  +-Slots-+ 16  own
//!  bank        2  |       | 16  heard
//!  lag, ...       |       | 1   over
//!  +------------->+       +---------->
//! ```
//!
//! `own` is where the sums of the present step lie, `heard` where a spike that is added is heard, `over` says that it would be
//! heard after the last step.
//!
//! # Timing
//! Combinational. The golden twins are `sc::generator` and `hardware::events::Region`.

use crate::generator::VanDerCorput;
use rust_hdl::prelude::*;
use spikestream::hardware::events::Events;

/// See the module's documentation.
#[derive(Clone, Debug, LogicBlock)]
pub struct Slots {
    /// The time step.
    pub step: Signal<In, Bits<9>>,
    /// The delay that is walked.
    pub late: Signal<In, Bits<4>>,
    /// The spike is heard a step later.
    pub lag: Signal<In, Bit>,
    /// It is heard at another step than the present one.
    pub waits: Signal<In, Bit>,
    /// The bits of a step's number that say which slot is its own.
    pub mask: Signal<In, Bits<9>>,
    /// The sums are those of the first population.
    pub is_first: Signal<In, Bit>,
    /// The population that is run is the first.
    pub runs_first: Signal<In, Bit>,
    /// The bank, as far as it counts.
    pub bank: Signal<In, Bits<2>>,
    /// The slot of the present step.
    pub own: Signal<Out, Bits<16>>,
    /// The slot and bank of a spike that is added.
    pub heard: Signal<Out, Bits<16>>,
    /// It is for no step of the image.
    pub over: Signal<Out, Bit>,
    numbers: VanDerCorput,
    numbers_ahead: VanDerCorput,
    ahead: Signal<Local, Bits<9>>,
    turned: Constant<Bits<16>>,
    bank_bits: Constant<Bits<16>>,
    steps: Constant<Bits<9>>,
}

impl Slots {
    /// Those of a walk.
    pub fn new(walk: &Events) -> Self {
        Self {
            step: Signal::default(),
            late: Signal::default(),
            lag: Signal::default(),
            waits: Signal::default(),
            mask: Signal::default(),
            is_first: Signal::default(),
            runs_first: Signal::default(),
            bank: Signal::default(),
            own: Signal::default(),
            heard: Signal::default(),
            over: Signal::default(),
            numbers: VanDerCorput::new(walk.steps as u32),
            numbers_ahead: VanDerCorput::new(walk.steps as u32),
            ahead: Signal::default(),
            turned: Constant::new(Bits::from(8 - u64::from(walk.steps.trailing_zeros()))),
            bank_bits: Constant::new(Bits::from(u64::from(walk.regions[0].banks.trailing_zeros()))),
            steps: Constant::new(Bits::from(walk.steps as u64 - 1)),
        }
    }
}

impl Logic for Slots {
    #[hdl_gen]
    fn update(&mut self) {
        self.numbers.turn.next = self.step.val();
        // Of the first population, the sums of this step's inputs; of others the step's slot.
        self.own.next = bit_cast::<16, 9>(self.step.val() & self.mask.val());
        if self.runs_first.val() {
            self.own.next = (bit_cast::<16, 8>(self.numbers.value.val()) >> self.turned.val())
                << self.bank_bits.val();
        }
        self.ahead.next = self.step.val() + bit_cast::<9, 4>(self.late.val());
        if self.lag.val() {
            self.ahead.next = self.step.val() + 1;
        }
        self.numbers_ahead.turn.next = self.ahead.val();
        self.heard.next = bit_cast::<16, 9>(self.ahead.val() & self.mask.val())
            | bit_cast::<16, 2>(self.bank.val());
        if self.is_first.val() {
            self.heard.next = (bit_cast::<16, 8>(self.numbers_ahead.value.val())
                >> self.turned.val())
                << self.bank_bits.val();
        }
        self.over.next = self.waits.val() && (self.ahead.val() > self.steps.val());
    }
}
