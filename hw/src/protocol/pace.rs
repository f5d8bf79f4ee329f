//! The silence timer: it drops half frames, paces the button, and waits after configuration.
//!
//! ```text
//!  received  +--Pace--+ 1  silent   a gap's worth of cycles without a byte; then once every gap
//!  hold      |        +--------->
//!  pressed   |        | 1  settled  256 cycles have passed since `hold`
//!  looking   |        +--------->
//!  +-------->+        | 1  pushed   the button has gone down
//!            +--------+--------->
//! ```
//!
//! # Timing
//! `silent` and `pushed` last one cycle. The button is looked at while `looking`, once every gap, which
//! settles its bounce.

use crate::prim::Register;
use rust_hdl::prelude::*;

/// See the module's documentation.
#[derive(Clone, Debug, LogicBlock)]
pub struct Pace {
    /// A byte has been received.
    pub received: Signal<In, Bit>,
    /// Start from 0.
    pub hold: Signal<In, Bit>,
    /// The button is pressed.
    pub pressed: Signal<In, Bit>,
    /// The button matters now.
    pub looking: Signal<In, Bit>,
    /// A gap has passed.
    pub silent: Signal<Out, Bit>,
    /// Block RAM answers.
    pub settled: Signal<Out, Bit>,
    /// The button has gone down.
    pub pushed: Signal<Out, Bit>,
    /// Clock.
    pub clock: Signal<In, Clock>,
    timer: Register<24>,
    round: DFF<Bit>,
    full: Constant<Bits<24>>,
    was_pressed: DFF<Bit>,
}

impl Pace {
    /// A timer whose gap is `2^gap_bits` cycles.
    pub fn new(gap_bits: usize) -> Self {
        Self {
            received: Signal::default(),
            hold: Signal::default(),
            pressed: Signal::default(),
            looking: Signal::default(),
            silent: Signal::default(),
            settled: Signal::default(),
            pushed: Signal::default(),
            clock: Signal::default(),
            timer: Register::new(gap_bits),
            round: DFF::default(),
            full: Constant::new(Bits::from((1 << gap_bits) - 1_u64)),
            was_pressed: DFF::default(),
        }
    }
}

impl Logic for Pace {
    #[hdl_gen]
    fn update(&mut self) {
        dff_setup!(self, clock, timer, round, was_pressed);
        self.timer.d.next = self.timer.q.val() + 1;
        self.settled.next = self.timer.q.val().get_bit(8);
        // Looked for a cycle before the timer is round: its bits are many.
        self.round.d.next = self.timer.q.val() == self.full.val();
        self.silent.next = self.round.q.val() && !self.received.val();
        self.pushed.next = false;
        if self.silent.val() && self.looking.val() {
            self.was_pressed.d.next = self.pressed.val();
            self.pushed.next = self.pressed.val() && !self.was_pressed.q.val();
        }
        if self.received.val() {
            self.timer.d.next = bits::<24>(1);
            self.round.d.next = false;
        }
        if self.hold.val() {
            self.round.d.next = false;
            self.was_pressed.d.next = false;
            self.timer.d.next = bits::<24>(0);
        }
    }
}
