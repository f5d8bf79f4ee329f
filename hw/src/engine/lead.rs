//! Whether the class that leads can still be caught in the time steps that remain.
//!
//! ```text
//!  begins, restart  +-Lead-+ 1   stop    the class cannot change any more
//!  held, first      |      +---------->
//!  ahead            |      | 16  steps   time steps that were run
//!  count, best      |      |
//!  +--------------->+------+---------->
//! ```
//!
//! Beside the largest count of a step, which the readout has, it keeps the largest of all others, `second`. With `left`
//! steps to go no count grows by more than that, so the class stays as soon as `best > second + left`. What could still
//! be level is not enough: then membranes would decide, which are known at the end alone.
//!
//! # Timing
//! The last neuron of a step is compared in the cycle of the next step's `restart` at the latest; `stop` follows that by
//! two cycles, for one. The first `restart` of an image, with `begins` or a while behind it, ends no step. The golden twin
//! is `Golden::infer_early`.

use crate::prim::Register;
use rust_hdl::prelude::*;
use spikestream::spec::NetSpec;

/// See the module's documentation.
#[derive(Clone, Debug, LogicBlock)]
pub struct Lead {
    /// An image begins.
    pub begins: Signal<In, Bit>,
    /// A time step begins, or the last one has ended.
    pub restart: Signal<In, Bit>,
    /// An image is being run.
    pub busy: Signal<In, Bit>,
    /// A neuron is compared with the best so far.
    pub held: Signal<In, Bit>,
    /// It is the first of the step.
    pub first: Signal<In, Bit>,
    /// It leads.
    pub ahead: Signal<In, Bit>,
    /// Its count.
    pub count: Signal<In, Bits<16>>,
    /// The best so far.
    pub best: Signal<In, Bits<16>>,
    /// The class cannot change any more.
    pub stop: Signal<Out, Bit>,
    /// Time steps that were run.
    pub steps: Signal<Out, Bits<16>>,
    /// Clock.
    pub clock: Signal<In, Clock>,
    second: Register<16>,
    left: Register<16>,
    taken: Register<16>,
    opened: DFF<Bit>,
    judging: DFF<Bit>,
    decided: DFF<Bit>,
    alone: Constant<Bit>,
    all: Constant<Bits<16>>,
}

impl Lead {
    /// That of a network.
    pub fn new(spec: &NetSpec) -> Self {
        let steps = spec.time.steps as usize;
        Self {
            begins: Signal::default(),
            restart: Signal::default(),
            busy: Signal::default(),
            held: Signal::default(),
            first: Signal::default(),
            ahead: Signal::default(),
            count: Signal::default(),
            best: Signal::default(),
            stop: Signal::default(),
            steps: Signal::default(),
            clock: Signal::default(),
            second: Register::counting(steps + 1),
            left: Register::counting(steps + 1),
            taken: Register::counting(steps + 1),
            opened: DFF::default(),
            judging: DFF::default(),
            decided: DFF::default(),
            alone: Constant::new(spec.classes() == 1),
            all: Constant::new(Bits::from(steps as u64)),
        }
    }
}

impl Logic for Lead {
    #[hdl_gen]
    fn update(&mut self) {
        dff_setup!(self, clock, second, left, taken, opened, judging, decided);
        if self.held.val() {
            if self.first.val() {
                self.second.d.next = bits::<16>(0);
            } else if self.ahead.val() {
                self.second.d.next = self.best.val();
            } else if self.count.val() > self.second.q.val() {
                self.second.d.next = self.count.val();
            }
        }
        self.judging.d.next = self.restart.val() && self.opened.q.val();
        if self.restart.val() {
            self.opened.d.next = true;
            if self.opened.q.val() {
                self.left.d.next = self.left.q.val() - 1;
                self.taken.d.next = self.taken.q.val() + 1;
            }
        }
        if self.begins.val() {
            self.judging.d.next = false;
            self.opened.d.next = self.restart.val();
            self.left.d.next = self.all.val();
            self.taken.d.next = bits::<16>(0);
        }
        self.decided.d.next = self.judging.q.val()
            && self.busy.val()
            && (self.alone.val() || (self.best.val() > (self.second.q.val() + self.left.q.val())));
        self.stop.next = self.decided.q.val();
        self.steps.next = self.taken.q.val();
    }
}
