//! UART transmitter: start bit, eight data bits, stop bit.
//!
//! ```text
//!  data  8  +-Transmitter-+ 1  tx
//!  send  1  |             +------->
//!  reset    |             | 1  ready   a byte can be taken
//!           +-------------+------->
//! ```
//!
//! # Timing
//! A byte is taken in a cycle with `send` and `ready`; `ready` falls in the next and returns after ten
//! bits. `reset` leaves the byte that is being sent: the line is idle in the next cycle.

use crate::prim::Register;
use rust_hdl::prelude::*;

/// See the module's documentation.
#[derive(Clone, Debug, LogicBlock)]
pub struct Transmitter {
    /// Leave the byte that is being sent.
    pub reset: Signal<In, Bit>,
    /// The byte to send.
    pub data: Signal<In, Bits<8>>,
    /// Send it.
    pub send: Signal<In, Bit>,
    /// A byte can be taken.
    pub ready: Signal<Out, Bit>,
    /// The line, idle high.
    pub tx: Signal<Out, Bit>,
    /// Clock.
    pub clock: Signal<In, Clock>,
    // Bits still to send, inverted, so that flip-flops that start from 0 idle high.
    shift: DFF<Bits<9>>,
    left: Register<4>,
    timer: Register<16>,
    whole: Constant<Bits<16>>,
    start: Constant<Bits<9>>,
}

impl Transmitter {
    /// A transmitter with `cycles` clock cycles a bit.
    pub fn new(cycles: u32) -> Self {
        Self {
            reset: Signal::default(),
            data: Signal::default(),
            send: Signal::default(),
            ready: Signal::default(),
            tx: Signal::default(),
            clock: Signal::default(),
            shift: DFF::default(),
            left: Register::new(4),
            timer: Register::counting(cycles as usize),
            whole: Constant::new(Bits::from(u64::from(cycles - 1))),
            start: Constant::new(Bits::from(1_u64)),
        }
    }
}

impl Logic for Transmitter {
    #[hdl_gen]
    fn update(&mut self) {
        dff_setup!(self, clock, shift, left, timer);
        self.ready.next = !self.left.q.val().any();
        self.tx.next = !self.shift.q.val().get_bit(0);
        if self.left.q.val().any() {
            self.timer.d.next = self.timer.q.val() + 1;
            if self.timer.q.val() == self.whole.val() {
                self.timer.d.next = bits::<16>(0);
                self.left.d.next = self.left.q.val() - 1;
                self.shift.d.next = self.shift.q.val() >> 1;
            }
        } else if self.send.val() {
            self.shift.d.next = (bit_cast::<9, 8>(!self.data.val()) << 1) | self.start.val();
            self.left.d.next = bits::<4>(10);
        }
        if self.reset.val() {
            self.shift.d.next = bits::<9>(0);
            self.left.d.next = bits::<4>(0);
            self.timer.d.next = bits::<16>(0);
        }
    }
}
