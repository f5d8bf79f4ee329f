//! The frame protocol in hardware, and the button's self-test: the engine's only client.
//!
//! [`spikestream::protocol::frame`] describes the bytes. The states below go once around for a frame: from `Seek` through
//! a request, the engine's run and the reply. Every wrong byte leads back to `Seek`.
//!
//! # Timing
//! After configuration and `hold` nothing happens for 256 cycles, because iCE40 block RAM reads 0 at
//! first. `reset` is high meanwhile, and every pipeline runs empty ([`crate::reset`]). A byte of the line takes at least
//! 80 cycles: memories have long answered when their byte is sent, and a byte is acted on the cycle after it came.

mod checksum;
mod heard;
mod pace;
mod parts;
mod reply;
mod sizes;
mod state;

pub use {
    checksum::Checksum, heard::Heard, pace::Pace, reply::Reply, sizes::REFUSAL_BITS, sizes::Sizes,
    state::State,
};

use crate::prim::{Maybe, Register, logic, wires};
use rust_hdl::prelude::*;

/// See the module's documentation.
#[derive(Clone, Debug, LogicBlock)]
pub struct Protocol {
    /// Stay as after configuration: the clock is not steady yet.
    pub hold: Signal<In, Bit>,
    /// All that is running is to be left, for 256 cycles at least.
    pub reset: Signal<Out, Bit>,
    /// A byte has been received.
    pub received: Signal<In, Bit>,
    /// That byte.
    pub rx_data: Signal<In, Bits<8>>,
    /// The transmitter can take a byte.
    pub tx_ready: Signal<In, Bit>,
    /// Send a byte.
    pub tx_send: Signal<Out, Bit>,
    /// That byte.
    pub tx_data: Signal<Out, Bits<8>>,
    /// Why there is no network, as a refusal's reason; 0 if there is one.
    pub missing: Signal<In, Bits<3>>,
    /// The button is pressed.
    pub pressed: Signal<In, Bit>,
    /// Ready for a frame.
    pub ready: Signal<Out, Bit>,
    /// The last self-test passed.
    pub pass: Signal<Out, Bit>,
    /// The last self-test failed, or a network was looked for and not found.
    pub fail: Signal<Out, Bit>,
    /// Engine: begin.
    pub start: Signal<Out, Bit>,
    /// Engine: the self-test image.
    pub page: Signal<Out, Bit>,
    /// Engine: write a pixel.
    pub pixel_write: Signal<Out, Bit>,
    /// Engine: its number; also the byte of the reply.
    pub place: Signal<Out, Bits<16>>,
    /// Engine: its value.
    pub pixel_data: Signal<Out, Bits<8>>,
    /// Engine: byte of the page to read.
    pub info_addr: Signal<Out, Bits<16>>,
    /// Engine: that byte.
    pub info_data: Signal<In, Bits<8>>,
    /// Engine: result to read.
    pub result_addr: Signal<Out, Bits<16>>,
    /// Engine: its spikes.
    pub result_count: Signal<In, Bits<16>>,
    /// Engine: its membrane.
    pub result_membrane: Signal<In, Bits<16>>,
    /// Engine: last busy cycle.
    pub finish: Signal<In, Bit>,
    /// Engine: the class.
    pub winner: Signal<In, Bits<8>>,
    /// Engine: busy cycles.
    pub cycles: Signal<In, Bits<32>>,
    /// Engine: time steps; where a run may end early.
    pub steps: Maybe<Signal<In, Bits<16>>>,
    /// Clock.
    pub clock: Signal<In, Clock>,

    state: DFF<State>,
    pace: Pace,
    index: Register<16>,
    last: DFF<Bit>,
    command: DFF<Bits<8>>,
    spoilt: DFF<Bit>,
    outgoing: DFF<Bits<8>>,
    refusal: Register<3>,
    finished: DFF<Bit>,
    passed: DFF<Bit>,
    failed: DFF<Bit>,
    checksum: Checksum,
    heard: Heard,
    reply: Reply,
    header: Signal<Local, Bit>,
    sends: Signal<Local, Bit>,
    replies: Signal<Local, Bit>,
    sync: Constant<Bits<8>>,
    inputs: Constant<Bits<16>>,
    last_input: Constant<Bits<16>>,
    expected_at: Constant<Bits<16>>,
    identity_at: Constant<Bits<16>>,
    reply_bit: Constant<Bits<8>>,
}

logic!([] Protocol, |protocol| protocol.steps.lacks(&["steps", "reply$steps"]));

impl wires::Wires for Protocol {
    #[hdl_gen]
    fn update(&mut self) {
        dff_setup!(self, clock, state, index, last, command, spoilt, outgoing, refusal, finished);
        dff_setup!(self, clock, passed, failed);
        clock!(self, clock, heard, checksum, pace);
        self.ready.next = (self.state.q.val() == State::Seek) && !self.missing.val().any();
        self.reset.next = self.state.q.val() == State::Boot;
        self.pass.next = self.passed.q.val();
        self.fail.next = self.failed.q.val() || self.missing.val().get_bits::<2>(0).any();
        self.page.next = (self.state.q.val() == State::Test) || (self.state.q.val() == State::Seek);
        self.start.next = false;
        self.pixel_write.next = false;
        self.pixel_data.next = self.rx_data.val();
        self.place.next = self.index.q.val();
        self.result_addr.next = (self.index.q.val() >> 2) - 2;
        self.tx_data.next = self.outgoing.q.val();
        self.outgoing.d.next = self.sync.val();
        self.finished.d.next = self.finish.val();
        self.heard.received.next = self.received.val();
        self.heard.rx_data.next = self.rx_data.val();
        self.heard.command.next = self.command.q.val();
        self.heard.expected.next = bits::<8>(0);
        self.pace.received.next = self.heard.came.val();
        self.pace.hold.next = self.hold.val();
        self.pace.pressed.next = self.pressed.val();
        self.pace.looking.next = self.state.q.val() == State::Seek;
        self.info_addr.next = self.identity_at.val() + self.index.q.val();
        self.reply.index.next = self.index.q.val();
        self.reply.is_infer.next = self.heard.is_infer.val();
        self.reply.refusal.next = self.refusal.q.val();
        self.reply.winner.next = self.winner.val();
        self.reply.cycles.next = self.cycles.val();
        self.reply.steps.next = self.steps.val();
        self.reply.count.next = self.result_count.val();
        self.reply.membrane.next = self.result_membrane.val();
        self.reply.info.next = self.info_data.val();
        self.last.d.next = self.index.q.val() == self.reply.last.val();
        match self.state.q.val() {
            State::Boot => {
                self.passed.d.next = false;
                self.failed.d.next = false;
                if self.pace.settled.val() {
                    self.state.d.next = State::Seek;
                }
            }
            State::Seek => {
                self.index.d.next = bits::<16>(0);
                self.refusal.d.next = bits::<3>(0);
                if self.heard.came.val() {
                    if self.heard.is_sync.val() {
                        self.state.d.next = State::Command;
                    }
                } else if self.pace.pushed.val() {
                    self.passed.d.next = false;
                    self.failed.d.next = false;
                    if !self.missing.val().any() {
                        self.start.next = true;
                        self.state.d.next = State::Test;
                    }
                }
            }
            State::Command => {
                if self.heard.came.val() {
                    self.command.d.next = self.rx_data.val();
                    self.state.d.next = State::LengthLow;
                }
            }
            State::LengthLow => {
                if self.heard.is_infer.val() {
                    self.heard.expected.next = self.inputs.val().get_bits::<8>(0);
                }
                if self.heard.came.val() {
                    self.spoilt.d.next = !self.heard.is_expected.val();
                    self.state.d.next = State::LengthHigh;
                }
            }
            State::LengthHigh => {
                if self.heard.is_infer.val() {
                    self.heard.expected.next = self.inputs.val().get_bits::<8>(8);
                }
                if self.heard.came.val() {
                    self.state.d.next = State::CheckHigh;
                    if self.heard.is_infer.val() {
                        self.state.d.next = State::Payload;
                    }
                    if self.missing.val().any() {
                        self.refusal.d.next = self.missing.val();
                        self.state.d.next = State::SendSync;
                    }
                    if self.spoilt.q.val() || !self.heard.is_expected.val() {
                        self.refusal.d.next = bits::<3>(3);
                        self.state.d.next = State::SendSync;
                    }
                    if !self.heard.is_known.val() {
                        self.refusal.d.next = bits::<3>(2);
                        self.state.d.next = State::SendSync;
                    }
                }
            }
            State::Payload => {
                self.last.d.next = self.index.q.val() == self.last_input.val();
                self.pixel_write.next = self.heard.came.val();
                if self.heard.came.val() {
                    self.index.d.next = self.index.q.val() + 1;
                    if self.last.q.val() {
                        self.state.d.next = State::CheckHigh;
                    }
                }
            }
            State::CheckHigh => {
                self.heard.expected.next = self.checksum.sum.val().get_bits::<8>(8);
                if self.heard.came.val() {
                    self.spoilt.d.next = !self.heard.is_expected.val();
                    self.state.d.next = State::CheckLow;
                }
            }
            State::CheckLow => {
                self.heard.expected.next = self.checksum.sum.val().get_bits::<8>(0);
                self.index.d.next = bits::<16>(0);
                if self.heard.came.val() {
                    self.state.d.next = State::SendSync;
                    if self.spoilt.q.val() || !self.heard.is_expected.val() {
                        self.refusal.d.next = bits::<3>(1);
                    } else if self.heard.is_infer.val() {
                        self.start.next = true;
                        self.state.d.next = State::Infer;
                    }
                }
            }
            State::Infer => {
                if self.finished.q.val() {
                    self.state.d.next = State::SendSync;
                }
            }
            State::Test => {
                self.info_addr.next = self.expected_at.val();
                if self.finished.q.val() {
                    self.state.d.next = State::Lookup;
                }
            }
            State::Lookup => {
                self.info_addr.next = self.expected_at.val();
                self.state.d.next = State::Judge;
            }
            State::Judge => {
                self.passed.d.next = self.info_data.val() == self.winner.val();
                self.failed.d.next = self.info_data.val() != self.winner.val();
                self.state.d.next = State::Seek;
            }
            State::SendSync => {
                self.index.d.next = bits::<16>(0);
                if self.tx_ready.val() {
                    self.state.d.next = State::SendCommand;
                }
            }
            State::SendCommand => {
                self.outgoing.d.next = self.command.q.val() | self.reply_bit.val();
                if self.refusal.q.val().any() {
                    self.outgoing.d.next = bits::<8>(0xff);
                }
                if self.tx_ready.val() {
                    self.state.d.next = State::SendLengthLow;
                }
            }
            State::SendLengthLow => {
                self.outgoing.d.next = self.reply.length.val().get_bits::<8>(0);
                if self.tx_ready.val() {
                    self.state.d.next = State::SendLengthHigh;
                }
            }
            State::SendLengthHigh => {
                self.outgoing.d.next = self.reply.length.val().get_bits::<8>(8);
                if self.tx_ready.val() {
                    self.state.d.next = State::SendPayload;
                }
            }
            State::SendPayload => {
                self.outgoing.d.next = self.reply.payload.val();
                if self.tx_ready.val() {
                    self.index.d.next = self.index.q.val() + 1;
                    if self.last.q.val() {
                        self.state.d.next = State::SendCheckHigh;
                    }
                }
            }
            State::SendCheckHigh => {
                self.outgoing.d.next = self.checksum.sum.val().get_bits::<8>(8);
                if self.tx_ready.val() {
                    self.state.d.next = State::SendCheckLow;
                }
            }
            State::SendCheckLow => {
                self.outgoing.d.next = self.checksum.sum.val().get_bits::<8>(0);
                if self.tx_ready.val() {
                    self.state.d.next = State::Seek;
                }
            }
        }
        // The checksum covers what lies between the sync byte and itself, both ways.
        self.header.next = (self.state.q.val() == State::Command)
            || (self.state.q.val() == State::LengthLow)
            || (self.state.q.val() == State::LengthHigh)
            || (self.state.q.val() == State::Payload);
        self.replies.next = (self.state.q.val() == State::SendCommand)
            || (self.state.q.val() == State::SendLengthLow)
            || (self.state.q.val() == State::SendLengthHigh)
            || (self.state.q.val() == State::SendPayload);
        self.sends.next = self.replies.val()
            || (self.state.q.val() == State::SendSync)
            || (self.state.q.val() == State::SendCheckHigh)
            || (self.state.q.val() == State::SendCheckLow);
        self.tx_send.next = self.sends.val() && self.tx_ready.val();
        self.checksum.restart.next =
            (self.state.q.val() == State::Seek) || (self.state.q.val() == State::SendSync);
        self.checksum.came.next = self.header.val() && self.heard.came.val();
        self.checksum.sent.next = self.replies.val() && self.tx_ready.val();
        self.checksum.sends.next = self.sends.val();
        self.checksum.rx_data.next = self.rx_data.val();
        self.checksum.tx_data.next = self.outgoing.q.val();
        // Silence inside a request drops it.
        if self.pace.silent.val()
            && (self.header.val()
                || (self.state.q.val() == State::CheckHigh)
                || (self.state.q.val() == State::CheckLow))
        {
            self.state.d.next = State::Seek;
        }
        if self.hold.val() {
            self.state.d.next = State::Boot;
        }
    }
}
