//! The readout: spike counts of the output neurons, and the neuron that leads.
//!
//! ```text
//!  update    +-Readout-+ 16 count    of result_addr while idle
//!  fired     |         +--------->
//!  membrane  |         | 8  winner   largest (count, membrane), lowest index on a tie
//!  +-------->+---------+--------->
//! ```
//!
//! # Timing
//! `update` brings the next output neuron of this time step; it leads from two cycles later on, if it does. Counts live
//! in block RAM; a time step's leader is found afresh, so the last step's is the image's. The golden twin is
//! `sc::network::classify`.

use super::Lead;
use crate::prim::{Maybe, Ram, Register, index_bits, logic, wires};
use rust_hdl::prelude::*;
use spikestream::spec::NetSpec;

/// See the module's documentation.
#[derive(Clone, Debug, LogicBlock)]
pub struct Readout {
    /// A time step begins.
    pub restart: Signal<In, Bit>,
    /// An output neuron has been updated.
    pub update: Signal<In, Bit>,
    /// It fired.
    pub fired: Signal<In, Bit>,
    /// Its membrane.
    pub membrane: Signal<In, Bits<16>>,
    /// The image's first time step.
    pub fresh: Signal<In, Bit>,
    /// An image is being run.
    pub busy: Signal<In, Bit>,
    /// Which count to read while idle.
    pub result_addr: Signal<In, Bits<16>>,
    /// That count.
    pub count: Signal<Out, Bits<16>>,
    /// The leader.
    pub winner: Signal<Out, Bits<8>>,
    /// An image begins; where it may end early.
    pub begins: Maybe<Signal<In, Bit>>,
    /// The class cannot change any more; where it may end early.
    pub stop: Maybe<Signal<Out, Bit>>,
    /// Time steps that were run; where it may end early.
    pub steps: Maybe<Signal<Out, Bits<16>>>,
    /// Clock.
    pub clock: Signal<In, Clock>,
    counts: Ram<16>,
    neuron: Register<16>,
    held: DFF<Bit>,
    place: Register<16>,
    key: Register<32>,
    best: Register<32>,
    leader: Register<8>,
    lead: Maybe<Lead>,
    counted: Signal<Local, Bits<16>>,
    offset: Constant<Bits<16>>,
}

impl Readout {
    /// The readout of a network, which ends a run as soon as its class cannot change if that is to be `early`.
    pub fn new(spec: &NetSpec, early: bool) -> Self {
        let count_bits = index_bits(spec.time.steps as usize + 1);
        Self {
            restart: Signal::default(),
            update: Signal::default(),
            fired: Signal::default(),
            membrane: Signal::default(),
            fresh: Signal::default(),
            busy: Signal::default(),
            result_addr: Signal::default(),
            count: Signal::default(),
            winner: Signal::default(),
            begins: Maybe::new(Signal::default(), early),
            stop: Maybe::new(Signal::default(), early),
            steps: Maybe::new(Signal::default(), early),
            clock: Signal::default(),
            counts: Ram::zeroed(count_bits, spec.classes()),
            neuron: Register::counting(spec.classes() + 1),
            held: DFF::default(),
            place: Register::counting(spec.classes() + 1),
            key: Register::new(16 + count_bits),
            best: Register::new(16 + count_bits),
            leader: Register::counting(spec.classes()),
            lead: Maybe::new(Lead::new(spec), early),
            counted: Signal::default(),
            offset: Constant::new(Bits::from(0x8000_u64)),
        }
    }
}

logic!([] Readout, |readout| readout.lead.lacks(&["lead", "begins", "stop", "steps"]));

impl wires::Wires for Readout {
    #[hdl_gen]
    fn update(&mut self) {
        dff_setup!(self, clock, neuron, held, place, key, best, leader);
        self.counts.clock.next = self.clock.val();
        self.count.next = self.counts.read_data.val();
        self.counted.next = self.counts.read_data.val();
        if self.fresh.val() {
            self.counted.next = bits::<16>(0);
        }
        self.counts.write.next = self.update.val();
        self.counts.write_addr.next = self.neuron.q.val();
        self.counts.write_data.next = self.counted.val();
        if self.fired.val() {
            self.counts.write_data.next = self.counted.val() + 1;
        }
        // Offset binary: flipping the sign bit orders two's complement numbers as unsigned ones.
        self.key.d.next = (bit_cast::<32, 16>(self.counts.write_data.val()) << 16)
            | bit_cast::<32, 16>(self.membrane.val() ^ self.offset.val());
        self.held.d.next = self.update.val();
        self.place.d.next = self.neuron.q.val();
        if self.update.val() {
            self.neuron.d.next = self.neuron.q.val() + 1;
        }
        if self.held.q.val()
            && (!self.place.q.val().any() || (self.key.q.val() > self.best.q.val()))
        {
            self.best.d.next = self.key.q.val();
            self.leader.d.next = bit_cast::<8, 16>(self.place.q.val());
        }
        if self.restart.val() {
            self.neuron.d.next = bits::<16>(0);
        }
        // Read one cycle ahead, at the counter's next value: after its last assignment, because the
        // emitted text is read from top to bottom.
        self.counts.read_addr.next = self.neuron.d.val();
        if !self.busy.val() {
            self.counts.read_addr.next = self.result_addr.val();
        }
        self.winner.next = self.leader.q.val();
        self.lead.clock.next = self.clock.val();
        self.lead.begins.next = self.begins.val();
        self.lead.restart.next = self.restart.val();
        self.lead.busy.next = self.busy.val();
        self.lead.held.next = self.held.q.val();
        self.lead.first.next = !self.place.q.val().any();
        self.lead.ahead.next = self.key.q.val() > self.best.q.val();
        self.lead.count.next = self.key.q.val().get_bits::<16>(16);
        self.lead.best.next = self.best.q.val().get_bits::<16>(16);
        self.stop.next = self.lead.stop.val();
        self.steps.next = self.lead.steps.val();
    }
}
