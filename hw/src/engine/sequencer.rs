//! The engine's order of things: time steps, encoding, layers, neurons, passes, chunks.
//!
//! A time step encodes every pixel, then runs the layers by the tables of their [`Walk`]. A neuron takes `passes x chunks` words, one
//! a cycle: a pass is a bit plane (schedule `planes`) or a cycle of the ruler stream (`stream`). Short streams have
//! passes of their own ([`Passes`]).
//! After a layer the pipeline drains, so that the next one reads finished spikes.
//!
//! # Timing
//! Addresses are for synchronous memories; the flags that go with a word leave in the same cycle as
//! its address. [`super::cycles`] has the count of cycles. `reset` leaves an image; the counters that it
//! leaves standing are set by the next one's start.

use super::Passes;
use crate::generator::Ruler;
use crate::layer::Walk;
use crate::prim::{Lookup, Maybe, Register, logic, wires};
use rust_hdl::prelude::*;
use spikestream::hardware::layout::Layout;
use spikestream::hardware::shape::Shape;
use spikestream::sc::network::Schedule;

/// What the engine is doing.
#[derive(Copy, Clone, Debug, PartialEq, Eq, LogicState)]
pub enum Phase {
    /// Nothing.
    Idle,
    /// Comparing pixels.
    Encode,
    /// Writing the last input spikes.
    Settle,
    /// Running a layer.
    Run,
    /// Emptying the pipeline.
    Drain,
}

/// See the module's documentation.
#[derive(Clone, Debug, LogicBlock)]
pub struct Sequencer {
    /// Leave the image that is being run.
    pub reset: Signal<In, Bit>,
    /// Begin an image.
    pub start: Signal<In, Bit>,
    /// Use the self-test image.
    pub page: Signal<In, Bit>,
    /// An image is being run.
    pub busy: Signal<Out, Bit>,
    /// The image's last cycle.
    pub finish: Signal<Out, Bit>,
    /// Time step.
    pub turn: Signal<Out, Bits<9>>,
    /// The layer is the last one.
    pub output_layer: Signal<Out, Bit>,
    /// A time step begins.
    pub restart: Signal<Out, Bit>,
    /// A pixel is read.
    pub encode: Signal<Out, Bit>,
    /// Its address.
    pub pixel_addr: Signal<Out, Bits<16>>,
    /// The layer's threshold is read.
    pub load: Signal<Out, Bit>,
    /// The layer whose threshold is read.
    pub load_layer: Signal<Out, Bits<3>>,
    /// Write the spikes of a word that is not full.
    pub flush: Signal<Out, Bit>,
    /// A word of weights is read.
    pub enable: Signal<Out, Bit>,
    /// It is a neuron's first.
    pub first: Signal<Out, Bit>,
    /// It begins a lower bit plane.
    pub double: Signal<Out, Bit>,
    /// It counts nothing.
    pub mute: Signal<Out, Bit>,
    /// It is a neuron's last.
    pub last: Signal<Out, Bit>,
    /// Address of the bit plane.
    pub plane_addr: Signal<Out, Bits<16>>,
    /// Address of the signs.
    pub sign_addr: Signal<Out, Bits<16>>,
    /// Address of the spikes.
    pub spike_addr: Signal<Out, Bits<16>>,
    /// Clock.
    pub clock: Signal<In, Clock>,

    phase: DFF<Phase>,
    step_number: Register<9>,
    layer_number: Register<3>,
    neuron: Register<12>,
    pass: Register<8>,
    chunk: Register<8>,
    wait_count: Register<8>,
    pixel: Register<16>,
    plane: Register<16>,
    sign: Register<16>,
    sign_base: Register<16>,
    spike: Register<16>,
    spike_base: Register<16>,
    last_chunks: Lookup<3, 8>,
    last_neurons: Lookup<3, 12>,
    strides: Lookup<3, 16>,
    offsets: Lookup<7, 16>,
    ruler: Ruler,
    short: Maybe<Passes>,
    is_short: Maybe<Constant<Bit>>,
    chunk_end: Signal<Local, Bit>,
    pass_end: Signal<Local, Bit>,
    neuron_end: Signal<Local, Bit>,
    sign_next: Signal<Local, Bits<16>>,
    spike_next: Signal<Local, Bits<16>>,
    streaming: Constant<Bit>,
    last_pass: Constant<Bits<8>>,
    last_layer: Constant<Bits<3>>,
    last_step: Constant<Bits<9>>,
    last_input: Constant<Bits<12>>,
    test_page: Constant<Bits<16>>,
    drain: Constant<Bits<8>>,
}

impl Sequencer {
    /// The sequencer of a shape that is laid out.
    pub fn new(shape: &Shape, layout: &Layout) -> Self {
        let walk = Walk::new(shape, layout);
        let (passes, inputs) = (shape.passes(), shape.widths[0]);
        let layers = walk.last_neurons.len();
        // Its planes are no run of words, as the whole stream's are not.
        let short = !shape.stream.is_full();
        Self {
            reset: Signal::default(),
            start: Signal::default(),
            page: Signal::default(),
            busy: Signal::default(),
            finish: Signal::default(),
            turn: Signal::default(),
            output_layer: Signal::default(),
            restart: Signal::default(),
            encode: Signal::default(),
            pixel_addr: Signal::default(),
            load: Signal::default(),
            load_layer: Signal::default(),
            flush: Signal::default(),
            enable: Signal::default(),
            first: Signal::default(),
            double: Signal::default(),
            mute: Signal::default(),
            last: Signal::default(),
            plane_addr: Signal::default(),
            sign_addr: Signal::default(),
            spike_addr: Signal::default(),
            clock: Signal::default(),
            phase: DFF::default(),
            step_number: Register::counting(shape.steps as usize),
            layer_number: Register::counting(layers),
            neuron: Register::counting(walk.widest),
            pass: Register::counting(passes as usize),
            chunk: Register::counting(walk.deepest),
            wait_count: Register::counting(shape.drain()),
            pixel: Register::counting(2 * inputs as usize),
            plane: Register::counting(layout.words("planes").len()),
            sign: Register::counting(layout.words("signs").len()),
            sign_base: Register::counting(layout.words("signs").len()),
            spike: Register::counting(layout.spike_words),
            spike_base: Register::counting(layout.spike_words),
            last_chunks: Lookup::new(walk.last_chunks),
            last_neurons: Lookup::new(walk.last_neurons),
            strides: Lookup::new(walk.strides),
            offsets: Lookup::new(walk.offsets),
            ruler: Ruler::new(shape.weight_bits),
            short: Maybe::new(Passes::new(shape), short),
            is_short: Maybe::new(Constant::new(short), short),
            chunk_end: Signal::default(),
            pass_end: Signal::default(),
            neuron_end: Signal::default(),
            sign_next: Signal::default(),
            spike_next: Signal::default(),
            streaming: Constant::new(short || shape.schedule == Schedule::Stream),
            last_pass: Constant::new(Bits::from(passes - 1)),
            last_layer: Constant::new(Bits::from(layers as u64 - 1)),
            last_step: Constant::new(Bits::from(shape.steps - 1)),
            last_input: Constant::new(Bits::from(inputs - 1)),
            test_page: Constant::new(Bits::from(inputs)),
            drain: Constant::new(Bits::from(shape.drain() as u64 - 1)),
        }
    }
}

logic!([] Sequencer, |sequencer| sequencer.short.lacks(&["short", "is_short"]));

impl wires::Wires for Sequencer {
    #[hdl_gen]
    fn update(&mut self) {
        dff_setup!(self, clock, phase, step_number, layer_number, neuron, pass, chunk);
        dff_setup!(self, clock, wait_count, pixel, plane, sign, sign_base, spike, spike_base);
        self.last_chunks.address.next = self.layer_number.q.val();
        self.last_neurons.address.next = self.layer_number.q.val();
        self.strides.address.next = self.layer_number.q.val();
        self.short.pass.next = self.pass.q.val();
        self.short.turn.next = self.step_number.q.val();
        self.ruler.k.next = self.pass.q.val();
        if self.is_short.val() {
            self.ruler.k.next = self.short.k.val();
        }
        self.offsets.address.next = (bit_cast::<7, 3>(self.layer_number.q.val()) << 4)
            | bit_cast::<7, 4>(self.ruler.offset.val());

        self.busy.next = self.phase.q.val() != Phase::Idle;
        self.finish.next = false;
        self.turn.next = self.step_number.q.val();
        self.output_layer.next = self.layer_number.q.val() == self.last_layer.val();
        self.restart.next = false;
        self.encode.next = false;
        self.pixel_addr.next = self.pixel.q.val();
        self.load.next = false;
        self.load_layer.next = bits::<3>(0);
        self.flush.next = false;
        self.enable.next = false;

        self.chunk_end.next = self.chunk.q.val() == self.last_chunks.data.val();
        self.pass_end.next = self.chunk_end.val() && (self.pass.q.val() == self.last_pass.val());
        self.neuron_end.next =
            self.pass_end.val() && (self.neuron.q.val() == self.last_neurons.data.val());
        self.sign_next.next = self.sign.q.val() + 1;
        self.spike_next.next = self.spike.q.val() + 1;

        self.first.next = !self.chunk.q.val().any() && !self.pass.q.val().any();
        self.double.next =
            !self.streaming.val() && !self.chunk.q.val().any() && self.pass.q.val().any();
        if self.is_short.val() {
            self.double.next =
                self.short.double.val() && !self.chunk.q.val().any() && self.pass.q.val().any();
        }
        self.mute.next = self.streaming.val() && self.ruler.mute.val();
        self.last.next = self.pass_end.val();
        self.sign_addr.next = self.sign.q.val();
        self.spike_addr.next = self.spike.q.val();
        self.plane_addr.next = self.plane.q.val();
        if self.streaming.val() {
            self.plane_addr.next = self.plane.q.val()
                + self.offsets.data.val()
                + bit_cast::<16, 8>(self.chunk.q.val());
        }

        match self.phase.q.val() {
            Phase::Idle => {
                self.step_number.d.next = bits::<9>(0);
                if self.start.val() {
                    self.phase.d.next = Phase::Encode;
                    self.restart.next = true;
                }
            }
            Phase::Encode => {
                self.encode.next = true;
                self.pixel.d.next = self.pixel.q.val() + 1;
                self.neuron.d.next = self.neuron.q.val() + 1;
                if self.neuron.q.val() == self.last_input.val() {
                    self.neuron.d.next = bits::<12>(0);
                    self.phase.d.next = Phase::Settle;
                }
            }
            Phase::Settle => {
                self.wait_count.d.next = self.wait_count.q.val() + 1;
                if self.wait_count.q.val().get_bit(0) {
                    self.wait_count.d.next = bits::<8>(0);
                    self.flush.next = true;
                    self.load.next = true;
                    self.phase.d.next = Phase::Run;
                }
            }
            Phase::Run => {
                self.enable.next = true;
                self.chunk.d.next = self.chunk.q.val() + 1;
                self.spike.d.next = self.spike_next.val();
                self.sign.d.next = self.sign_next.val();
                if !self.streaming.val() {
                    self.plane.d.next = self.plane.q.val() + 1;
                }
                if self.chunk_end.val() {
                    self.chunk.d.next = bits::<8>(0);
                    self.pass.d.next = self.pass.q.val() + 1;
                    self.spike.d.next = self.spike_base.q.val();
                    self.sign.d.next = self.sign_base.q.val();
                }
                if self.pass_end.val() {
                    self.pass.d.next = bits::<8>(0);
                    self.neuron.d.next = self.neuron.q.val() + 1;
                    self.sign.d.next = self.sign_next.val();
                    self.sign_base.d.next = self.sign_next.val();
                    if self.streaming.val() {
                        self.plane.d.next = self.plane.q.val() + self.strides.data.val();
                    }
                }
                if self.neuron_end.val() {
                    self.neuron.d.next = bits::<12>(0);
                    self.spike.d.next = self.spike_next.val();
                    self.spike_base.d.next = self.spike_next.val();
                    self.phase.d.next = Phase::Drain;
                }
            }
            Phase::Drain => {
                self.wait_count.d.next = self.wait_count.q.val() + 1;
                if self.wait_count.q.val() == self.drain.val() {
                    self.wait_count.d.next = bits::<8>(0);
                    self.flush.next = true;
                    self.load.next = true;
                    self.load_layer.next = self.layer_number.q.val() + 1;
                    self.layer_number.d.next = self.layer_number.q.val() + 1;
                    self.phase.d.next = Phase::Run;
                    if self.layer_number.q.val() == self.last_layer.val() {
                        self.layer_number.d.next = bits::<3>(0);
                        self.restart.next = true;
                        self.step_number.d.next = self.step_number.q.val() + 1;
                        self.phase.d.next = Phase::Encode;
                        if self.step_number.q.val() == self.last_step.val() {
                            self.finish.next = true;
                            self.phase.d.next = Phase::Idle;
                        }
                    }
                }
            }
        }
        if self.restart.val() {
            self.pixel.d.next = bits::<16>(0);
            if self.page.val() {
                self.pixel.d.next = self.test_page.val();
            }
            self.plane.d.next = bits::<16>(0);
            self.sign.d.next = bits::<16>(0);
            self.sign_base.d.next = bits::<16>(0);
            self.spike.d.next = bits::<16>(0);
            self.spike_base.d.next = bits::<16>(0);
            // Already 0 but after an image that was left.
            self.neuron.d.next = bits::<12>(0);
            self.pass.d.next = bits::<8>(0);
            self.chunk.d.next = bits::<8>(0);
            self.wait_count.d.next = bits::<8>(0);
            self.layer_number.d.next = bits::<3>(0);
        }
        if self.reset.val() {
            self.phase.d.next = Phase::Idle;
        }
    }
}
