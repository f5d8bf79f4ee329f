//! The order of things on schedule `events`: inputs, sums, neurons, the list of their spikes.
//!
//! An image begins with the rows of its inputs. Then each time step takes the neurons of each layer, and adds the rows
//! of those that fired to the sums of those who hear them, link by link. Where a neuron has several sums, they are summed
//! before it is run.
//!
//! # Timing
//! Addresses are for synchronous memories; what is asked of the sums leaves in the same cycle as their address.
//! `hardware::events` has the count of cycles. After `reset`, which leaves an image, all sums are set to 0 before the
//! next one begins.

mod sizes;

use super::phase::Phase;
use super::reach::Reach;
use super::scan::Scan;
use super::slots::Slots;
use super::walks::Walks;
use crate::prim::Register;
use rust_hdl::prelude::*;

/// See the module's documentation.
#[derive(Clone, Debug, LogicBlock)]
pub struct Walker {
    /// Leave the image that is being run.
    pub reset: Signal<In, Bit>,
    /// Begin an image.
    pub start: Signal<In, Bit>,
    /// Use the self-test image.
    pub page: Signal<In, Bit>,
    /// The pixel that was read.
    pub pixel: Signal<In, Bits<8>>,
    /// The entry that was read from the list.
    pub entry: Signal<In, Bits<64>>,
    /// Entries in the list.
    pub listed: Signal<In, Bits<16>>,
    /// An entry is put into the list.
    pub lists: Signal<In, Bit>,
    /// An image is being run.
    pub busy: Signal<Out, Bit>,
    /// The image's last cycle.
    pub finish: Signal<Out, Bit>,
    /// Time step.
    pub turn: Signal<Out, Bits<9>>,
    /// The layer's number.
    pub layer: Signal<Out, Bits<3>>,
    /// The layer is the last one.
    pub output_layer: Signal<Out, Bit>,
    /// The layer's spikes are heard.
    pub sends: Signal<Out, Bit>,
    /// An image begins.
    pub begins: Signal<Out, Bit>,
    /// A time step begins.
    pub restart: Signal<Out, Bit>,
    /// The pixel to read.
    pub pixel_addr: Signal<Out, Bits<16>>,
    /// The layer's threshold is read.
    pub load: Signal<Out, Bit>,
    /// Forget the list.
    pub forget: Signal<Out, Bit>,
    /// The place in the list to read.
    pub list_addr: Signal<Out, Bits<16>>,
    /// The row of weights to read.
    pub row: Signal<Out, Bits<16>>,
    /// The word of sums.
    pub address: Signal<Out, Bits<16>>,
    /// The lane whose sum is taken.
    pub lane: Signal<Out, Bits<8>>,
    /// Put the sum back.
    pub write: Signal<Out, Bit>,
    /// It is 0.
    pub zero: Signal<Out, Bit>,
    /// Add what the cycle before made.
    pub chain: Signal<Out, Bit>,
    /// But begin.
    pub first: Signal<Out, Bit>,
    /// Take the lane's sum.
    pub take: Signal<Out, Bit>,
    /// The delay of the weights that are added.
    pub late: Signal<Out, Bits<4>>,
    /// Clock.
    pub clock: Signal<In, Clock>,

    phase: DFF<Phase>,
    pending: DFF<Bit>,
    summed: DFF<Bit>,
    step_number: Register<9>,
    layer_number: Register<3>,
    walk: Register<5>,
    corner: Register<16>,
    group: Register<12>,
    place: Register<12>,
    lane_number: Register<8>,
    sub: Register<16>,
    sub_first: DFF<Bit>,
    sub_ends: DFF<Bit>,
    bank: Register<2>,
    next_event: Register<16>,
    more: DFF<Bit>,
    entered: DFF<Bit>,
    wait_count: Register<8>,
    wait_ends: DFF<Bit>,
    last_layer: DFF<Bit>,
    last_step: DFF<Bit>,
    bin: Register<16>,
    scan: Scan,
    reach: Reach,
    slots: Slots,
    of: Walks,
    group_end: Signal<Local, Bit>,
    region_end: Signal<Local, Bit>,
    lane_end: Signal<Local, Bit>,
    leaves: Signal<Local, Bit>,
    slot: Signal<Local, Bits<16>>,
    is_dense: Constant<Bit>,
    input_walk: Constant<Bits<5>>,
    bank_bits: Constant<Bits<16>>,
    last_lane: Constant<Bits<8>>,
    layers: Constant<Bits<3>>,
    steps: Constant<Bits<9>>,
    last_but_one: Constant<Bits<16>>,
    drain: Constant<Bits<8>>,
}

impl Logic for Walker {
    #[hdl_gen]
    fn update(&mut self) {
        dff_setup!(self, clock, phase, pending, summed, step_number, layer_number, walk, corner);
        dff_setup!(self, clock, group, place, lane_number, sub, sub_first, sub_ends, bank);
        dff_setup!(self, clock, next_event, more, entered, wait_count, wait_ends, last_layer);
        dff_setup!(self, clock, last_step, bin);
        clock!(self, clock, scan, reach);
        self.of.walk.next = self.walk.q.val();
        self.of.layer.next = self.layer_number.q.val();

        self.busy.next =
            (self.phase.q.val() != Phase::Idle) && (self.phase.q.val() != Phase::Sweep);
        self.finish.next = false;
        self.begins.next = false;
        self.restart.next = false;
        self.load.next = false;
        self.forget.next = false;
        self.turn.next = self.step_number.q.val();
        self.layer.next = self.layer_number.q.val();
        self.output_layer.next = self.last_layer.q.val();
        self.sends.next = self.of.sends.val();
        self.leaves.next = false;

        self.group_end.next = self.group.q.val() == self.of.last_group.val();
        self.region_end.next =
            self.group_end.val() && (self.place.q.val() == self.of.last_place.val());
        self.lane_end.next = (self.lane_number.q.val() == self.last_lane.val())
            || (self.group_end.val() && (self.lane_number.q.val() == self.of.last_lane.val()));
        self.reach.walk.next = self.walk.q.val();
        self.reach.scanning.next = self.phase.q.val() == Phase::Scan;
        self.reach.scanned.next = self.scan.entry.val();
        self.reach.listed.next = self.entry.val();
        self.reach.level.next = self.scan.level.val();
        self.reach.offered.next = ((self.phase.q.val() == Phase::Scan) && self.scan.held.val())
            || ((self.phase.q.val() == Phase::Add) && self.more.q.val());
        self.reach.clear.next = self.begins.val() || self.reset.val();
        self.reach.corner.next = self.corner.q.val();
        self.reach.group.next = self.group.q.val();
        self.reach.group_end.next = self.group_end.val();

        // What a counter reaches is known a cycle before it does, and what a layer or a step is one after: the comparisons
        // are many levels of logic.
        self.last_layer.d.next = self.layer_number.q.val() == self.layers.val();
        self.last_step.d.next = self.step_number.q.val() == self.steps.val();
        self.wait_ends.d.next = self.wait_count.q.val() == self.drain.val();
        self.sub_first.d.next = (self.phase.q.val() != Phase::Sum) || self.sub_ends.q.val();
        self.sub_ends.d.next =
            (self.phase.q.val() == Phase::Sum) && (self.sub.q.val() == bits::<16>(1));
        self.slots.step.next = self.step_number.q.val();
        self.slots.late.next = self.reach.late.val();
        self.slots.lag.next = self.of.lag.val();
        self.slots.waits.next = self.of.waits.val();
        self.slots.mask.next = self.of.slots.val();
        self.slots.is_first.next = self.of.is_first.val();
        self.slots.runs_first.next = !self.layer_number.q.val().any();
        self.slots.bank.next = self.bank.q.val() & self.of.mask.val();
        self.bin.d.next = self.slots.own.val();
        self.slot.next = self.sub.q.val();
        self.write.next = false;
        self.zero.next = false;
        self.chain.next = false;
        self.first.next = false;
        self.take.next = false;
        self.lane.next = self.lane_number.q.val();

        self.scan.enable.next = self.phase.q.val() == Phase::Scan;
        self.scan.page.next = self.page.val();
        self.scan.pixel.next = self.pixel.val();
        self.scan.taken.next = (self.phase.q.val() == Phase::Scan) && self.reach.takes.val();

        if self.reach.adding.val() {
            self.write.next = true;
            if self.is_dense.val() {
                self.group.d.next = self.group.q.val() + 1;
                self.corner.d.next = self.corner.q.val() + self.of.stride.val();
                if self.group_end.val() {
                    self.group.d.next = bits::<12>(0);
                    self.corner.d.next = self.of.base.val();
                }
            }
        }
        if self.reach.ends.val() {
            self.bank.d.next = self.bank.q.val() + 1;
        }

        match self.phase.q.val() {
            Phase::Sweep => {
                self.write.next = true;
                self.zero.next = true;
                self.sub.d.next = self.sub.q.val() + 1;
                self.sub_ends.d.next = self.sub.q.val() == self.last_but_one.val();
                if self.sub_ends.q.val() {
                    self.phase.d.next = Phase::Idle;
                }
                if self.start.val() {
                    self.pending.d.next = true;
                }
            }
            Phase::Idle => {
                self.step_number.d.next = bits::<9>(0);
                if self.start.val() || self.pending.q.val() {
                    self.pending.d.next = false;
                    self.begins.next = true;
                    self.restart.next = true;
                    self.phase.d.next = Phase::Scan;
                }
            }
            Phase::Scan => {
                self.slot.next = (bit_cast::<16, 9>(self.reach.bin.val()) << self.bank_bits.val())
                    | bit_cast::<16, 2>(self.bank.q.val() & self.of.mask.val());
                if self.scan.scanned.val() && self.reach.left.val() {
                    self.walk.d.next = bits::<5>(0);
                    self.phase.d.next = Phase::Settle;
                }
            }
            Phase::Settle => {
                self.load.next = !self.wait_count.q.val().get_bit(0);
                self.corner.d.next = self.of.base.val();
                self.wait_count.d.next = self.wait_count.q.val() + 1;
                self.sub.d.next = self.of.stride.val() - 1;
                if self.wait_count.q.val().get_bit(0) {
                    self.wait_count.d.next = bits::<8>(0);
                    self.phase.d.next = Phase::Take;
                    if !self.summed.q.val() && self.of.many.val() {
                        self.phase.d.next = Phase::Sum;
                    }
                }
            }
            Phase::Sum => {
                self.write.next = true;
                self.chain.next = true;
                self.first.next = self.sub_first.q.val();
                self.sub.d.next = self.sub.q.val() - 1;
                if self.sub_ends.q.val() {
                    self.sub.d.next = self.of.stride.val() - 1;
                    self.group.d.next = self.group.q.val() + 1;
                    self.corner.d.next = self.corner.q.val() + self.of.stride.val();
                    if self.group_end.val() {
                        self.group.d.next = bits::<12>(0);
                        self.place.d.next = self.place.q.val() + 1;
                    }
                    if self.region_end.val() {
                        self.place.d.next = bits::<12>(0);
                        self.summed.d.next = true;
                        self.phase.d.next = Phase::Settle;
                    }
                }
            }
            Phase::Take => {
                self.slot.next = self.bin.q.val();
                self.take.next = true;
                self.zero.next = true;
                self.write.next = self.lane_end.val();
                self.lane_number.d.next = self.lane_number.q.val() + 1;
                if self.lane_end.val() {
                    self.lane_number.d.next = bits::<8>(0);
                    self.group.d.next = self.group.q.val() + 1;
                    self.corner.d.next = self.corner.q.val() + self.of.stride.val();
                    if self.group_end.val() {
                        self.group.d.next = bits::<12>(0);
                        self.place.d.next = self.place.q.val() + 1;
                    }
                    if self.region_end.val() {
                        self.place.d.next = bits::<12>(0);
                        self.corner.d.next = self.of.base.val();
                        self.phase.d.next = Phase::Drain;
                    }
                }
            }
            Phase::Drain => {
                // The other banks are set to 0 as well: four of one group, or two of each of two.
                self.slot.next = self.bin.q.val()
                    + bit_cast::<16, 2>(
                        self.wait_count.q.val().get_bits::<2>(0) & self.of.mask.val(),
                    );
                self.zero.next = true;
                self.write.next =
                    (self.wait_count.q.val() < bits::<8>(4)) && self.of.mask.val().any();
                if (self.wait_count.q.val() == bits::<8>(1)) && !self.of.mask.val().get_bit(1) {
                    self.corner.d.next = self.corner.q.val() + self.of.stride.val();
                }
                self.wait_count.d.next = self.wait_count.q.val() + 1;
                if self.wait_ends.q.val() {
                    self.wait_count.d.next = bits::<8>(0);
                    self.walk.d.next = self.of.first.val();
                    self.corner.d.next = self.of.next_base.val();
                    self.summed.d.next = false;
                    self.phase.d.next = Phase::Add;
                    self.leaves.next = !self.of.sends.val();
                }
            }
            Phase::Add => {
                self.slot.next = self.slots.heard.val();
                // What would be heard after the last step is not.
                if self.slots.over.val() {
                    self.write.next = false;
                }
                // An entry is on its way for a cycle.
                self.entered.d.next = true;
                if (self.entered.q.val() || self.is_dense.val()) && !self.reach.busy.val() {
                    self.walk.d.next = self.walk.q.val() + 1;
                    self.entered.d.next = false;
                    self.next_event.d.next = bits::<16>(0);
                    self.more.d.next = self.listed.val().any();
                    self.leaves.next = self.of.last.val();
                }
            }
        }
        if self.leaves.val() {
            self.forget.next = true;
            self.layer_number.d.next = self.layer_number.q.val() + 1;
            self.walk.d.next = bit_cast::<5, 3>(self.layer_number.q.val() + 1);
            self.phase.d.next = Phase::Settle;
            if self.last_layer.q.val() {
                self.layer_number.d.next = bits::<3>(0);
                self.walk.d.next = bits::<5>(0);
                self.restart.next = true;
                self.step_number.d.next = self.step_number.q.val() + 1;
                self.summed.d.next = true;
                if self.last_step.q.val() {
                    self.finish.next = true;
                }
            }
            if self.last_layer.q.val() && self.last_step.q.val() {
                self.phase.d.next = Phase::Idle;
            }
        }
        if self.lists.val() {
            self.more.d.next = true;
        }
        if self.reach.takes.val() && (self.phase.q.val() == Phase::Add) {
            self.next_event.d.next = self.next_event.q.val() + 1;
            self.more.d.next = (self.next_event.q.val() + 1) != self.listed.val();
        }
        self.scan.restart.next = self.begins.val();
        if self.begins.val() {
            self.summed.d.next = false;
            // Already 0 but after an image that was left.
            self.layer_number.d.next = bits::<3>(0);
            self.walk.d.next = self.input_walk.val();
            self.corner.d.next = bits::<16>(0);
            self.group.d.next = bits::<12>(0);
            self.place.d.next = bits::<12>(0);
            self.lane_number.d.next = bits::<8>(0);
            self.bank.d.next = bits::<2>(0);
            self.wait_count.d.next = bits::<8>(0);
        }
        if self.begins.val() || self.forget.val() {
            self.next_event.d.next = bits::<16>(0);
            self.more.d.next = false;
            self.forget.next = true;
        }
        if self.reset.val() {
            self.phase.d.next = Phase::Sweep;
            self.pending.d.next = false;
            self.sub.d.next = bits::<16>(0);
            self.sub_ends.d.next = false;
            self.corner.d.next = bits::<16>(0);
        }
        self.pixel_addr.next = self.scan.pixel_addr.val();
        // Read one cycle ahead.
        self.list_addr.next = self.next_event.d.val();
        self.row.next = self.reach.row.val();
        self.late.next = self.reach.late.val();
        self.address.next = self.corner.q.val() + self.slot.val();
        if self.reach.adding.val() {
            self.address.next = self.reach.word.val() + self.slot.val();
        }
    }
}
