//! Packs spikes, one a cycle, into words of the spike memory.
//!
//! ```text
//!  spike     +-Collect-+ P  word     shifted in from the most significant lane
//!  push      |         +--------->
//!  flush     |         | 16 address
//!  restart   |         +--------->
//!  +-------->+         | 1  write
//!            +---------+--------->
//! ```
//!
//! # Timing
//! A full word is written the cycle after its last spike; `flush`, at the earliest that cycle too,
//! writes a word that is not full. `restart` returns to address 0 and forgets a word that was left.

use crate::prim::Register;
use rust_hdl::prelude::*;

/// See the module's documentation.
#[derive(Clone, Debug, LogicBlock)]
pub struct Collect<const P: usize> {
    /// The spike.
    pub spike: Signal<In, Bit>,
    /// Take it.
    pub push: Signal<In, Bit>,
    /// Write the word as it is, if it holds anything.
    pub flush: Signal<In, Bit>,
    /// Begin a time step.
    pub restart: Signal<In, Bit>,
    /// The word to write.
    pub word: Signal<Out, Bits<P>>,
    /// Its address.
    pub address: Signal<Out, Bits<16>>,
    /// Whether to write it.
    pub write: Signal<Out, Bit>,
    /// Clock.
    pub clock: Signal<In, Clock>,
    spikes: DFF<Bits<P>>,
    fill: Register<8>,
    full: DFF<Bit>,
    next: Register<16>,
    writing: Signal<Local, Bit>,
    top: Constant<Bits<P>>,
    last: Constant<Bits<8>>,
}

impl<const P: usize> Collect<P> {
    /// Into a memory of `words` words.
    pub fn new(words: usize) -> Self {
        Self {
            spike: Signal::default(),
            push: Signal::default(),
            flush: Signal::default(),
            restart: Signal::default(),
            word: Signal::default(),
            address: Signal::default(),
            write: Signal::default(),
            clock: Signal::default(),
            spikes: DFF::default(),
            fill: Register::counting(P),
            full: DFF::default(),
            next: Register::counting(words),
            writing: Signal::default(),
            top: Constant::new(crate::prim::word(1 << (P - 1))),
            last: Constant::new(Bits::from(P as u64 - 1)),
        }
    }
}

impl<const P: usize> Logic for Collect<P> {
    #[hdl_gen]
    fn update(&mut self) {
        dff_setup!(self, clock, spikes, fill, full, next);
        self.full.d.next = false;
        self.writing.next = self.full.q.val() || (self.flush.val() && self.fill.q.val().any());
        if self.push.val() {
            self.spikes.d.next = self.spikes.q.val() >> 1;
            if self.spike.val() {
                self.spikes.d.next = (self.spikes.q.val() >> 1) | self.top.val();
            }
            // The count wraps to 0 by its width.
            self.fill.d.next = self.fill.q.val() + 1;
            self.full.d.next = self.fill.q.val() == self.last.val();
        }
        if self.writing.val() {
            self.next.d.next = self.next.q.val() + 1;
        }
        if self.flush.val() {
            self.fill.d.next = bits::<8>(0);
        }
        if self.restart.val() {
            self.fill.d.next = bits::<8>(0);
            self.next.d.next = bits::<16>(0);
        }
        self.word.next = self.spikes.q.val();
        self.address.next = self.next.q.val();
        self.write.next = self.writing.val();
    }
}
