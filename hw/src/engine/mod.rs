//! The folded engine: a whole network on `P` lanes, one word of `P` synapses a cycle.
//!
//! ```text
//!  start, page  +------------Engine-------------+ busy, finish
//!  +----------->+ sequencer                     +--------------->
//!  pixel_*      |   | pixels -> encoder ---+    | winner, cycles
//!  +----------->+   | planes -+            |    +--------------->
//!  info_addr    |   | signs  -+-> dot      |    | info_data
//!  result_addr  |   | spikes <----- collect+    | result_count, result_membrane
//!  +----------->+   |   membranes <-> lif -+    +--------------->
//!               +-------------------------------+ seen_*
//! ```
//!
//! All that a network of the same shape changes (weights, the parameters of its neurons, the self-test image,
//! the identity) lies in block RAM.
//!
//! # Timing
//! A pixel or a word of weights enters every cycle. A neuron's result leaves five cycles and the stages of the
//! neuron's block after its last word's address; the `seen_*` outputs show it for one cycle. `page` must hold
//! still while `busy`. `info_data`, `result_count` and `result_membrane` follow their address by one cycle while
//! the engine is idle. The golden twin is `sc::network::Golden`.

mod collect;
mod lead;
mod passes;
mod readout;
mod sequencer;

pub use collect::Collect;
pub use lead::Lead;
pub use passes::Passes;
pub use readout::Readout;
pub use sequencer::{Phase, Sequencer};

use crate::dot::Dot;
use crate::encoder::Encoder;
use crate::neuron::{Neurons, Noise};
use crate::prim::{Delay, Maybe, Ram, Register, Rom, logic, wires};
use rust_hdl::prelude::*;
use spikestream::hardware::layout::Layout;
use spikestream::hardware::shape::Shape;
use spikestream::{sc::network::Schedule, spec::NetSpec};

pub use spikestream::hardware::LANES;

/// Cycles from `start` to `finish`, both included in the count of the busy cycles, where products are sums.
pub fn cycles(spec: &NetSpec, lanes: usize, schedule: Schedule) -> u64 {
    Shape::of(spec, schedule).cycles(lanes as u64)
}

/// What an engine lacks that runs every image to its end.
pub(crate) const EARLY: [&str; 4] = ["readout$begins", "readout$stop", "readout$steps", "steps"];

/// See the module's documentation.
#[derive(Clone, Debug, LogicBlock)]
pub struct Engine<const P: usize> {
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

    sequencer: Sequencer,
    pixels: Ram<8>,
    planes: Rom<P>,
    signs: Rom<P>,
    spikes: Ram<P>,
    parameters: Rom<16>,
    membranes: Ram<16>,
    others: Ram<48>,
    encoder: Encoder,
    collect: Collect<P>,
    dot: Dot<P>,
    neurons: Neurons,
    noise: Noise,
    readout: Readout,
    word: DFF<Bit>,
    word_first: DFF<Bit>,
    word_double: DFF<Bit>,
    word_mute: DFF<Bit>,
    word_last: DFF<Bit>,
    encoding: DFF<Bit>,
    loading: DFF<Bit>,
    threshold: Register<16>,
    layer: Register<3>,
    reader: Register<16>,
    writer: Register<16>,
    elapsed: Register<32>,
    current: Delay<24>,
    scale: Maybe<Constant<Bits<24>>>,
    fresh: Signal<Local, Bit>,
    neuron_count: Constant<Bits<16>>,
    first_output: Constant<Bits<16>>,
}

impl<const P: usize> Engine<P> {
    /// The engine of a network laid out for `P` lanes.
    pub fn new(spec: &NetSpec, layout: &Layout, schedule: Schedule) -> Self {
        assert_eq!(layout.lanes, P, "the layout is for as many lanes as the engine has");
        let spec = &*layout.shortcuts.spec(spec);
        let scale = Constant::new(Bits::from(u64::from(spec.stream.scale)));
        let width = layout.state_bits;
        let page = layout.page.iter().map(|&b| b.into()).collect();
        let shape = Shape::of(spec, schedule).made_with(layout.multipliers);
        let neurons = Neurons::new(spec, layout.current_bits, layout.multipliers);
        let current = Delay::signed(layout.current_bits, neurons.latency());
        let busy_cycles = shape.cycles(P as u64) as usize;
        Self {
            reset: Signal::default(),
            start: Signal::default(),
            page: Signal::default(),
            pixel_write: Signal::default(),
            pixel_addr: Signal::default(),
            pixel_data: Signal::default(),
            info_addr: Signal::default(),
            info_data: Signal::default(),
            result_addr: Signal::default(),
            result_count: Signal::default(),
            result_membrane: Signal::default(),
            busy: Signal::default(),
            finish: Signal::default(),
            winner: Signal::default(),
            cycles: Signal::default(),
            steps: Maybe::new(Signal::default(), layout.shortcuts.early),
            seen: Signal::default(),
            seen_step: Signal::default(),
            seen_neuron: Signal::default(),
            seen_current: Signal::default(),
            seen_membrane: Signal::default(),
            seen_fired: Signal::default(),
            clock: Signal::default(),
            sequencer: Sequencer::new(&shape, layout),
            pixels: Ram::new(8, page),
            planes: Rom::new(P, layout.words("planes").to_vec()),
            signs: Rom::new(P, layout.words("signs").to_vec()),
            spikes: Ram::zeroed(P, layout.spike_words),
            parameters: Rom::new(width, layout.parameters.clone()),
            membranes: Ram::signed(width, layout.neurons),
            others: Neurons::others(layout.other_bits, layout.neurons),
            encoder: Encoder::new(spec.time.steps),
            collect: Collect::new(layout.spike_words),
            dot: Dot::new(layout.current_bits, neurons.take_inhibition()),
            neurons,
            noise: Noise::of(spec),
            readout: Readout::new(spec, layout.shortcuts.early),
            word: DFF::default(),
            word_first: DFF::default(),
            word_double: DFF::default(),
            word_mute: DFF::default(),
            word_last: DFF::default(),
            encoding: DFF::default(),
            loading: DFF::default(),
            threshold: Register::new(width),
            layer: Register::counting(spec.layers.len()),
            reader: Register::counting(layout.neurons + 1),
            writer: Register::counting(layout.neurons + 1),
            elapsed: Register::counting(busy_cycles + 1),
            current,
            scale: Maybe::new(scale, spec.stream.scale > 0),
            fresh: Signal::default(),
            neuron_count: Constant::new(Bits::from(layout.neurons as u64)),
            first_output: Constant::new(Bits::from((layout.neurons - spec.classes()) as u64)),
        }
    }
}

logic!([<const P: usize>] Engine<P>, |engine| {
    [engine.steps.lacks(&EARLY), engine.scale.lacks(&["scale"])].concat()
});

impl<const P: usize> wires::Wires for Engine<P> {
    #[hdl_gen]
    fn update(&mut self) {
        dff_setup!(self, clock, word, word_first, word_double, word_mute, word_last, encoding);
        dff_setup!(self, clock, loading, threshold, layer, reader, writer, elapsed);
        clock!(self, clock, sequencer, pixels, planes, signs, spikes, parameters, membranes);
        clock!(self, clock, others, collect, dot, neurons, current, noise, readout);
        self.sequencer.reset.next = self.reset.val();
        self.sequencer.start.next = self.start.val();
        self.sequencer.page.next = self.page.val();
        self.busy.next = self.sequencer.busy.val();
        self.finish.next = self.sequencer.finish.val();
        self.fresh.next = !self.sequencer.turn.val().any();
        if self.sequencer.busy.val() {
            self.elapsed.d.next = self.elapsed.q.val() + 1;
        } else if self.start.val() {
            self.elapsed.d.next = bits::<32>(0);
        }
        self.cycles.next = self.elapsed.q.val();

        // Pixels become spikes; both encoder and neurons push into the spike memory.
        self.pixels.write.next = self.pixel_write.val();
        self.pixels.write_addr.next = self.pixel_addr.val();
        self.pixels.write_data.next = self.pixel_data.val();
        self.pixels.read_addr.next = self.info_addr.val();
        if self.sequencer.busy.val() {
            self.pixels.read_addr.next = self.sequencer.pixel_addr.val();
        }
        self.info_data.next = self.pixels.read_data.val();
        self.encoding.d.next = self.sequencer.encode.val();
        self.encoder.pixel.next = self.pixels.read_data.val();
        self.encoder.turn.next = self.sequencer.turn.val();
        self.collect.spike.next = self.neurons.fired.val();
        if self.encoding.q.val() {
            self.collect.spike.next = self.encoder.spike.val();
        }
        self.collect.push.next = self.encoding.q.val() || self.neurons.ready.val();
        self.collect.flush.next = self.sequencer.flush.val();
        self.collect.restart.next = self.sequencer.restart.val();
        self.spikes.write.next = self.collect.write.val();
        self.spikes.write_addr.next = self.collect.address.val();
        self.spikes.write_data.next = self.collect.word.val();

        // A word of synapses: its flags wait for the memories.
        self.planes.read_addr.next = self.sequencer.plane_addr.val();
        self.signs.read_addr.next = self.sequencer.sign_addr.val();
        self.spikes.read_addr.next = self.sequencer.spike_addr.val();
        self.word.d.next = self.sequencer.enable.val();
        self.word_first.d.next = self.sequencer.first.val();
        self.word_double.d.next = self.sequencer.double.val();
        self.word_mute.d.next = self.sequencer.mute.val();
        self.word_last.d.next = self.sequencer.last.val();
        self.dot.spikes.next = self.spikes.read_data.val();
        self.dot.weights.next = self.planes.read_data.val();
        self.dot.signs.next = self.signs.read_data.val();
        self.dot.enable.next = self.word.q.val();
        self.dot.first.next = self.word_first.q.val();
        self.dot.double.next = self.word_double.q.val();
        self.dot.mute.next = self.word_mute.q.val();
        self.dot.last.next = self.word_last.q.val();

        // The neuron: its memories are read one cycle ahead, at the counter's next value.
        if self.dot.ready.val() {
            self.reader.d.next = self.reader.q.val() + 1;
        }
        if self.neurons.ready.val() {
            self.writer.d.next = self.writer.q.val() + 1;
        }
        if self.sequencer.restart.val() {
            self.reader.d.next = bits::<16>(0);
            self.writer.d.next = bits::<16>(0);
        }
        self.parameters.read_addr.next = self.reader.d.val();
        if self.sequencer.load.val() {
            self.parameters.read_addr.next =
                self.neuron_count.val() + bit_cast::<16, 3>(self.sequencer.load_layer.val());
            self.layer.d.next = self.sequencer.load_layer.val();
        }
        self.loading.d.next = self.sequencer.load.val();
        if self.loading.q.val() {
            self.threshold.d.next = self.parameters.read_data.val();
        }
        self.membranes.read_addr.next = self.reader.d.val();
        if !self.sequencer.busy.val() {
            self.membranes.read_addr.next = self.first_output.val() + self.result_addr.val();
        }
        self.others.read_addr.next = self.reader.d.val();
        self.noise.restart.next = self.start.val() && !self.sequencer.busy.val();
        self.noise.advance.next = self.dot.ready.val();
        self.neurons.current.next = self.dot.total.val();
        self.neurons.inhibition.next = self.dot.negative.val();
        self.neurons.current.next = self.dot.total.val() << self.scale.val();
        self.neurons.inhibition.next = self.dot.negative.val() << self.scale.val();
        self.neurons.membrane.next = self.membranes.read_data.val();
        self.neurons.bias.next = self.parameters.read_data.val();
        self.neurons.noise.next = self.noise.value.val();
        self.neurons.threshold.next = self.threshold.q.val();
        self.neurons.others.next = self.others.read_data.val();
        self.neurons.layer.next = self.layer.q.val();
        self.neurons.fresh.next = self.fresh.val();
        self.neurons.enable.next = self.dot.ready.val();
        self.membranes.write.next = self.neurons.ready.val();
        self.membranes.write_addr.next = self.writer.q.val();
        self.membranes.write_data.next = self.neurons.membrane_next.val();
        self.others.write.next = self.neurons.ready.val();
        self.others.write_addr.next = self.writer.q.val();
        self.others.write_data.next = self.neurons.others_next.val();

        self.readout.restart.next = self.sequencer.restart.val();
        self.readout.update.next = self.neurons.ready.val() && self.sequencer.output_layer.val();
        self.readout.fired.next = self.neurons.fired.val();
        self.readout.membrane.next = self.neurons.membrane_next.val();
        self.readout.fresh.next = self.fresh.val();
        self.readout.busy.next = self.sequencer.busy.val();
        self.readout.result_addr.next = self.result_addr.val();
        self.result_count.next = self.readout.count.val();
        self.result_membrane.next = self.membranes.read_data.val();
        self.winner.next = self.readout.winner.val();

        // A run that ends early is left as by `reset`.
        self.readout.begins.next = self.start.val() && !self.sequencer.busy.val();
        if self.readout.stop.val() {
            self.sequencer.reset.next = true;
            self.finish.next = true;
        }
        self.steps.next = self.readout.steps.val();

        self.current.d.next = self.dot.total.val();
        self.current.d.next = self.dot.total.val() << self.scale.val();
        self.seen.next = self.neurons.ready.val();
        self.seen_step.next = self.sequencer.turn.val();
        self.seen_neuron.next = self.writer.q.val();
        self.seen_current.next = self.current.q.val();
        self.seen_membrane.next = self.neurons.membrane_next.val();
        self.seen_fired.next = self.neurons.fired.val();
    }
}

#[cfg(test)]
mod tests;
