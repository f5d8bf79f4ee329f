//! The engine of schedule `events`: work follows the spikes.
//!
//! ```text
//!  start, page  +---------EventEngine---------+ busy, finish
//!  +----------->+ walker: inputs, sums, neurons+--------------->
//!  pixel_*,     |   | pixels -> level ---+     | winner, cycles
//!  load_*  +--->+   | rows ------> sums  |     +--------------->
//!  info_addr    |   | list <-+ |   |     |     | info_data
//!  result_addr  |   |        | v   v     |     | result_count, result_membrane
//!  +----------->+   | membranes <-> neurons    +--------------->
//!               +------------------------------+ seen_*
//! ```
//!
//! The ports are those of [`crate::engine::Engine`], and so are the values on `seen_*`.
//!
//! # Timing
//! An image takes as many cycles as its spikes make it ([`spikestream::hardware::events`]). A neuron's result leaves
//! three cycles and the stages of the neuron's block after its sum's address. `page` must hold still while `busy`.
//! `info_data`, `result_count` and `result_membrane` follow their address by one cycle while the engine is idle. The
//! golden twin is `sc::network::Golden`.

mod entries;
mod floor;
mod parts;
mod phase;
mod reach;
mod rows;
mod scan;
mod slots;
mod sums;
mod text;
mod walker;
mod walks;

pub use entries::Entries;
pub use floor::Floor;
pub use phase::Phase;
pub use reach::Reach;
pub use rows::{Rows, SPRAM};
pub use scan::Scan;
pub use slots::Slots;
pub use sums::{Sizes, Sums};
pub use walker::Walker;
pub use walks::Walks;

use crate::engine::{EARLY, Readout};
use crate::neuron::{Neurons, Noise};
use crate::prim::{Delay, Maybe, Ram, Register, logic, wires};
use rust_hdl::prelude::*;

/// See the module's documentation.
#[derive(Clone, Debug, LogicBlock)]
pub struct EventEngine {
    /// Leave the image that is being run; at least for as long as the pipeline is deep.
    pub reset: Signal<In, Bit>,
    /// Begin an image; ignored while busy.
    pub start: Signal<In, Bit>,
    /// Which image: the host's (0) or the self-test's (1).
    pub page: Signal<In, Bit>,
    /// Write a pixel of the host's image.
    pub pixel_write: Signal<In, Bit>,
    /// Which pixel.
    pub pixel_addr: Signal<In, Bits<16>>,
    /// Its value.
    pub pixel_data: Signal<In, Bits<8>>,
    /// Write what is loaded: 1 a row of weights, 2 a parameter, 3 a byte of the page; 0 nothing. Only while idle.
    pub load: Signal<In, Bits<2>>,
    /// Which of them.
    pub load_addr: Signal<In, Bits<16>>,
    /// It, in the lowest bits.
    pub load_word: Signal<In, Bits<64>>,
    /// Which byte of the page to read.
    pub info_addr: Signal<In, Bits<16>>,
    /// That byte.
    pub info_data: Signal<Out, Bits<8>>,
    /// Which output neuron to read.
    pub result_addr: Signal<In, Bits<16>>,
    /// Its spikes.
    pub result_count: Signal<Out, Bits<16>>,
    /// Its membrane, two's complement.
    pub result_membrane: Signal<Out, Bits<16>>,
    /// An image is being run.
    pub busy: Signal<Out, Bit>,
    /// The last busy cycle.
    pub finish: Signal<Out, Bit>,
    /// The class, once idle again.
    pub winner: Signal<Out, Bits<8>>,
    /// Busy cycles of the last image.
    pub cycles: Signal<Out, Bits<32>>,
    /// Time steps of the last image; where a run may end early.
    pub steps: Maybe<Signal<Out, Bits<16>>>,
    /// A neuron has been updated.
    pub seen: Signal<Out, Bit>,
    /// Its time step.
    pub seen_step: Signal<Out, Bits<9>>,
    /// Its number, counted over all layers.
    pub seen_neuron: Signal<Out, Bits<16>>,
    /// C, two's complement.
    pub seen_current: Signal<Out, Bits<24>>,
    /// V after the reset, two's complement.
    pub seen_membrane: Signal<Out, Bits<16>>,
    /// Whether it fired.
    pub seen_fired: Signal<Out, Bit>,
    /// Clock.
    pub clock: Signal<In, Clock>,

    walker: Walker,
    pixels: Ram<8>,
    rows: Rows,
    sums: Sums,
    late: Register<4>,
    floor: Floor,
    list: Ram<64>,
    parameters: Ram<16>,
    membranes: Ram<16>,
    others: Ram<48>,
    neurons: Neurons,
    noise: Noise,
    readout: Readout,
    starting: DFF<Bit>,
    restarting: DFF<Bit>,
    row: Register<16>,
    word: Register<16>,
    lane: Register<8>,
    writing: DFF<Bit>,
    zeroing: DFF<Bit>,
    chaining: DFF<Bit>,
    chain_first: DFF<Bit>,
    taking: DFF<Bit>,
    loading: DFF<Bit>,
    threshold: Register<16>,
    layer: Register<3>,
    reader: Register<16>,
    writer: Register<16>,
    listed: Register<16>,
    next: Entries,
    elapsed: Register<32>,
    current: Delay<24>,
    fresh: DFF<Bit>,
    last_layer: DFF<Bit>,
    sends: DFF<Bit>,
    fires_on: Signal<Local, Bit>,
    neuron_count: Constant<Bits<16>>,
    first_output: Constant<Bits<16>>,
}

logic!([] EventEngine, |engine| engine.steps.lacks(&EARLY));

impl wires::Wires for EventEngine {
    #[hdl_gen]
    fn update(&mut self) {
        dff_setup!(self, clock, loading, threshold, layer, reader, writer, listed, sends, late);
        dff_setup!(self, clock, elapsed, fresh, last_layer, starting, restarting);
        dff_setup!(self, clock, row, word, lane, writing, zeroing, chaining, chain_first, taking);
        clock!(self, clock, walker, pixels, rows, sums, list, parameters, membranes, others);
        clock!(self, clock, neurons, current, noise, readout, next);
        self.walker.reset.next = self.reset.val();
        self.starting.d.next = self.start.val();
        self.walker.start.next = self.starting.q.val();
        self.walker.page.next = self.page.val();
        self.busy.next = self.walker.busy.val();
        self.finish.next = self.walker.finish.val();
        // All hold for long before the first neuron that they are for.
        self.restarting.d.next = self.walker.restart.val();
        self.fresh.d.next = !self.walker.turn.val().any();
        self.last_layer.d.next = self.walker.output_layer.val();
        self.sends.d.next = self.walker.sends.val();
        if self.walker.busy.val() {
            self.elapsed.d.next = self.elapsed.q.val() + 1;
        }
        if self.walker.begins.val() {
            self.elapsed.d.next = bits::<32>(0);
        }
        self.cycles.next = self.elapsed.q.val();

        self.pixels.write.next = self.pixel_write.val();
        self.pixels.write_addr.next = self.pixel_addr.val();
        self.pixels.write_data.next = self.pixel_data.val();
        if self.load.val() == bits::<2>(3) {
            self.pixels.write.next = true;
            self.pixels.write_addr.next = self.load_addr.val();
            self.pixels.write_data.next = self.load_word.val().get_bits::<8>(0);
        }
        self.rows.write.next = self.load.val() == bits::<2>(1);
        self.rows.write_addr.next = self.load_addr.val();
        self.rows.write_data.next = self.load_word.val();
        self.parameters.write.next = self.load.val() == bits::<2>(2);
        self.parameters.write_addr.next = self.load_addr.val();
        self.parameters.write_data.next = self.load_word.val().get_bits::<16>(0);
        self.pixels.read_addr.next = self.info_addr.val();
        if self.walker.busy.val() {
            self.pixels.read_addr.next = self.walker.pixel_addr.val();
        }
        self.info_data.next = self.pixels.read_data.val();
        self.walker.pixel.next = self.pixels.read_data.val();

        self.row.d.next = self.walker.row.val();
        self.word.d.next = self.walker.address.val();
        self.lane.d.next = self.walker.lane.val();
        self.writing.d.next = self.walker.write.val();
        self.zeroing.d.next = self.walker.zero.val();
        self.chaining.d.next = self.walker.chain.val();
        self.chain_first.d.next = self.walker.first.val();
        self.taking.d.next = self.walker.take.val();
        self.rows.read_addr.next = self.row.q.val();
        self.sums.weights.next = self.rows.read_data.val();
        self.sums.address.next = self.word.q.val();
        self.sums.lane.next = self.lane.q.val();
        self.sums.write.next = self.writing.q.val();
        self.sums.zero.next = self.zeroing.q.val();
        self.sums.chain.next = self.chaining.q.val();
        self.sums.first.next = self.chain_first.q.val();
        self.sums.take.next = self.taking.q.val();
        self.late.d.next = self.walker.late.val();
        self.sums.late.next = self.late.q.val();

        // The neuron: its memories are read one cycle ahead, at the counter's next value.
        if self.sums.ready.val() {
            self.reader.d.next = self.reader.q.val() + 1;
        }
        if self.neurons.ready.val() {
            self.writer.d.next = self.writer.q.val() + 1;
        }
        if self.restarting.q.val() {
            self.reader.d.next = bits::<16>(0);
            self.writer.d.next = bits::<16>(0);
        }
        self.parameters.read_addr.next = self.reader.d.val();
        if self.walker.load.val() {
            self.parameters.read_addr.next =
                self.neuron_count.val() + bit_cast::<16, 3>(self.walker.layer.val());
            self.layer.d.next = self.walker.layer.val();
        }
        self.loading.d.next = self.walker.load.val();
        if self.loading.q.val() {
            self.threshold.d.next = self.parameters.read_data.val();
        }
        self.membranes.read_addr.next = self.reader.d.val();
        if !self.walker.busy.val() {
            self.membranes.read_addr.next = self.first_output.val() + self.result_addr.val();
        }
        self.others.read_addr.next = self.reader.d.val();
        self.noise.restart.next = self.walker.begins.val();
        self.noise.advance.next = self.sums.ready.val();
        self.floor.value.next = self.sums.current.val();
        self.floor.layer.next = self.layer.q.val();
        self.floor.negative.next = self.sums.negative.val();
        self.neurons.current.next = self.floor.floored.val();
        self.neurons.inhibition.next = self.floor.floored_negative.val();
        self.neurons.membrane.next = self.membranes.read_data.val();
        self.neurons.bias.next = self.parameters.read_data.val();
        self.neurons.noise.next = self.noise.value.val();
        self.neurons.threshold.next = self.threshold.q.val();
        self.neurons.others.next = self.others.read_data.val();
        self.neurons.layer.next = self.layer.q.val();
        self.neurons.fresh.next = self.fresh.q.val();
        self.neurons.enable.next = self.sums.ready.val();
        self.membranes.write.next = self.neurons.ready.val();
        self.membranes.write_addr.next = self.writer.q.val();
        self.membranes.write_data.next = self.neurons.membrane_next.val();
        self.others.write.next = self.neurons.ready.val();
        self.others.write_addr.next = self.writer.q.val();
        self.others.write_data.next = self.neurons.others_next.val();

        // The list of the neurons that fired.
        self.next.layer.next = self.walker.layer.val();
        self.next.advance.next = self.neurons.ready.val();
        self.next.restart.next = self.restarting.q.val();
        self.fires_on.next =
            self.neurons.ready.val() && self.neurons.fired.val() && self.sends.q.val();
        if self.fires_on.val() {
            self.listed.d.next = self.listed.q.val() + 1;
        }
        if self.walker.forget.val() {
            self.listed.d.next = bits::<16>(0);
        }
        self.list.write.next = self.fires_on.val();
        self.list.write_addr.next = self.listed.q.val();
        self.list.write_data.next = self.next.entry.val();
        self.list.read_addr.next = self.walker.list_addr.val();
        self.walker.lists.next = self.fires_on.val();
        self.walker.listed.next = self.listed.q.val();
        self.walker.entry.next = self.list.read_data.val();

        self.readout.restart.next = self.restarting.q.val();
        self.readout.update.next = self.neurons.ready.val() && self.last_layer.q.val();
        self.readout.fired.next = self.neurons.fired.val();
        self.readout.membrane.next = self.neurons.membrane_next.val();
        self.readout.fresh.next = self.fresh.q.val();
        self.readout.busy.next = self.walker.busy.val();
        self.readout.result_addr.next = self.result_addr.val();
        self.result_count.next = self.readout.count.val();
        self.result_membrane.next = self.membranes.read_data.val();
        self.winner.next = self.readout.winner.val();

        // A run that ends early is left as by `reset`; what the next step has begun to take is not taken.
        self.readout.begins.next = self.walker.begins.val();
        if self.readout.stop.val() {
            self.walker.reset.next = true;
            self.finish.next = true;
            self.taking.d.next = false;
        }
        self.steps.next = self.readout.steps.val();

        self.current.d.next = self.floor.floored.val();
        self.seen.next = self.neurons.ready.val();
        self.seen_step.next = self.walker.turn.val();
        self.seen_neuron.next = self.writer.q.val();
        self.seen_current.next = self.current.q.val();
        self.seen_membrane.next = self.neurons.membrane_next.val();
        self.seen_fired.next = self.neurons.fired.val();
    }
}
