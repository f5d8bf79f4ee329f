//! UART receiver: finds a start bit, then samples each bit in its middle.
//!
//! ```text
//!  rx  +-Receiver-+ 8  data    the last byte
//!  +-->+          +-------->
//!  reset          | 1  valid   for one cycle
//!      +----------+-------->
//! ```
//!
//! # Timing
//! `rx` passes two synchronising flip-flops. A byte begins where the line falls; a start bit that is gone
//! in its middle is noise, and a byte without a stop bit is dropped. A line that stays low is a break:
//! the next byte begins after it, however soon. `reset` leaves the byte that is being received.

use crate::prim::Register;
use rust_hdl::prelude::*;

/// See the module's documentation.
#[derive(Clone, Debug, LogicBlock)]
pub struct Receiver {
    /// Leave the byte that is being received.
    pub reset: Signal<In, Bit>,
    /// The line, idle high.
    pub rx: Signal<In, Bit>,
    /// The last byte received.
    pub data: Signal<Out, Bits<8>>,
    /// A byte has just been received.
    pub valid: Signal<Out, Bit>,
    /// Clock.
    pub clock: Signal<In, Clock>,
    // The line is held inverted: flip-flops start from 0, which must mean idle.
    low_1: DFF<Bit>,
    low: DFF<Bit>,
    was_low: DFF<Bit>,
    active: DFF<Bit>,
    timer: Register<16>,
    place: Register<4>,
    shift: DFF<Bits<8>>,
    arrived: DFF<Bit>,
    half: Constant<Bits<16>>,
    whole: Constant<Bits<16>>,
    top: Constant<Bits<8>>,
}

impl Receiver {
    /// A receiver for `cycles` clock cycles a bit.
    pub fn new(cycles: u32) -> Self {
        Self {
            reset: Signal::default(),
            rx: Signal::default(),
            data: Signal::default(),
            valid: Signal::default(),
            clock: Signal::default(),
            low_1: DFF::default(),
            low: DFF::default(),
            was_low: DFF::default(),
            active: DFF::default(),
            timer: Register::counting(cycles as usize),
            place: Register::new(4),
            shift: DFF::default(),
            arrived: DFF::default(),
            half: Constant::new(Bits::from(u64::from(cycles / 2))),
            whole: Constant::new(Bits::from(u64::from(cycles - 1))),
            top: Constant::new(Bits::from(0x80_u64)),
        }
    }
}

impl Logic for Receiver {
    #[hdl_gen]
    fn update(&mut self) {
        dff_setup!(self, clock, low_1, low, was_low, active, timer, place, shift, arrived);
        self.low_1.d.next = !self.rx.val();
        self.low.d.next = self.low_1.q.val();
        self.was_low.d.next = self.low.q.val();
        self.arrived.d.next = false;
        if self.active.q.val() {
            self.timer.d.next = self.timer.q.val() + 1;
            if self.timer.q.val() == self.whole.val() {
                self.timer.d.next = bits::<16>(0);
                self.place.d.next = self.place.q.val() + 1;
            }
            if self.timer.q.val() == self.half.val() {
                if self.place.q.val() == bits::<4>(0) {
                    // The start bit must still be there.
                    self.active.d.next = self.low.q.val();
                } else if self.place.q.val() == bits::<4>(9) {
                    self.active.d.next = false;
                    self.arrived.d.next = !self.low.q.val();
                } else {
                    self.shift.d.next = self.shift.q.val() >> 1;
                    if !self.low.q.val() {
                        self.shift.d.next = (self.shift.q.val() >> 1) | self.top.val();
                    }
                }
            }
        } else {
            self.timer.d.next = bits::<16>(0);
            self.place.d.next = bits::<4>(0);
            // A line that has stayed low since the last byte is a break, and no start bit.
            self.active.d.next = self.low.q.val() && !self.was_low.q.val();
        }
        if self.reset.val() {
            self.active.d.next = false;
        }
        self.data.next = self.shift.q.val();
        self.valid.next = self.arrived.q.val();
    }
}
