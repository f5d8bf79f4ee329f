//! The top of a board: serial line, button, LEDs, and the engine behind the frame protocol.
//!
//! ```text
//!  clk, uart_rx  +-----------Top------------+ uart_tx
//!  +------------>+ receiver -+-> protocol   +---------->
//!  button, hold  |           |   ^ |  engine| led_status   lit: ready for a frame
//!  +------------>+ synchroniser  | v        | led_pass     lit: the self-test passed
//!                | transmitter <-+          | led_fail     lit: the self-test failed
//!                +--------------------------+---------->
//! ```
//!
//! # Timing
//! `hold` ends whatever is being done, and all that came before is forgotten ([`crate::reset`]).
//! All outputs come from registers or follow them directly. Every input is synchronised.

use crate::engine::Engine;
use crate::events::EventEngine;
use crate::loader::{Loader, Source};
use crate::prim::{logic, wires};
use crate::protocol::{Protocol, Sizes};
use crate::solo::Solo;
use crate::uart::{Receiver, Transmitter};
use rust_hdl::prelude::*;
use spikestream::hardware::layout::Layout;
use spikestream::{sc::network::Schedule, spec::NetSpec};

/// What a board decides about the top.
#[derive(Clone, Copy, Debug)]
pub struct Wiring {
    /// Clock cycles a bit of the serial line.
    pub cycles_per_bit: u32,
    /// `2^gap_bits` cycles of silence drop a half frame.
    pub gap_bits: usize,
    /// LEDs light when their pin is low.
    pub led_active_low: bool,
    /// The button pulls its pin low.
    pub button_active_low: bool,
}

/// A top with an engine of some kind: rust-hdl makes Verilog of the fields of a type that it knows.
macro_rules! top {
    ($(#[$doc:meta])* $name:ident, [$($generics:tt)*], [$($applied:tt)*], $engine:ty,
     pins { $($(#[$pin_doc:meta])* $pin:ident: $pin_type:ty,)* },
     parts { $($part:ident: $part_type:ty,)* },
     zeros { $($zero_block:ident.$zero:ident: $zero_bits:literal,)* },
     wires { $($to_block:ident.$to:ident = $from_block:ident.$from:ident,)* },
     inputs { $($in_block:ident.$in_port:ident = $in_pin:ident,)* },
     outputs { $($out_pin:ident = $out_block:ident.$out_port:ident,)* }) => {
        $(#[$doc])*
        #[derive(Clone, Debug, LogicBlock)]
        pub struct $name $($generics)* {
            /// The board's clock.
            pub clk: Signal<In, Clock>,
            /// The clock is not steady yet: do nothing.
            pub hold: Signal<In, Bit>,
            /// From the host.
            pub uart_rx: Signal<In, Bit>,
            /// To the host.
            pub uart_tx: Signal<Out, Bit>,
            /// The button.
            pub button: Signal<In, Bit>,
            /// Ready.
            pub led_status: Signal<Out, Bit>,
            /// Self-test passed.
            pub led_pass: Signal<Out, Bit>,
            /// Self-test failed.
            pub led_fail: Signal<Out, Bit>,
            $($(#[$pin_doc])* pub $pin: $pin_type,)*
            $($part: $part_type,)*
            receiver: Receiver,
            transmitter: Transmitter,
            protocol: Protocol,
            engine: $engine,
            button_1: DFF<Bit>,
            button_2: DFF<Bit>,
            hold_1: DFF<Bit>,
            hold_2: DFF<Bit>,
            led_low: Constant<Bit>,
            button_low: Constant<Bit>,
        }

        impl $($generics)* $name $($applied)* {
            /// The top of an engine on a board.
            pub fn with(engine: $engine, $($part: $part_type,)* sizes: Sizes, wiring: Wiring) -> Self {
                Self {
                    clk: Signal::default(),
                    hold: Signal::default(),
                    uart_rx: Signal::default(),
                    uart_tx: Signal::default(),
                    button: Signal::default(),
                    led_status: Signal::default(),
                    led_pass: Signal::default(),
                    led_fail: Signal::default(),
                    $($pin: Signal::default(),)*
                    $($part,)*
                    receiver: Receiver::new(wiring.cycles_per_bit),
                    transmitter: Transmitter::new(wiring.cycles_per_bit),
                    protocol: Protocol::new(sizes, wiring.gap_bits),
                    engine,
                    button_1: DFF::default(),
                    button_2: DFF::default(),
                    hold_1: DFF::default(),
                    hold_2: DFF::default(),
                    led_low: Constant::new(wiring.led_active_low),
                    button_low: Constant::new(wiring.button_active_low),
                }
            }
        }

        logic!(
            [$($generics)*] $name $($applied)*,
            |top| top.protocol.steps.lacks(&["protocol$steps", "engine$steps"])
        );

        impl $($generics)* wires::Wires for $name $($applied)* {
            #[hdl_gen]
            fn update(&mut self) {
                dff_setup!(self, clk, button_1, button_2, hold_1, hold_2);
                clock!(self, clk, receiver, transmitter, protocol, engine);
                self.button_1.d.next = self.button.val() ^ self.button_low.val();
                self.button_2.d.next = self.button_1.q.val();
                self.hold_1.d.next = self.hold.val();
                self.hold_2.d.next = self.hold_1.q.val();
                self.protocol.hold.next = self.hold_2.q.val();
                self.transmitter.reset.next = self.protocol.reset.val();
                self.receiver.reset.next = self.protocol.reset.val();
                self.engine.reset.next = self.protocol.reset.val();
                self.receiver.rx.next = self.uart_rx.val();
                self.uart_tx.next = self.transmitter.tx.val();
                self.transmitter.send.next = self.protocol.tx_send.val();
                self.transmitter.data.next = self.protocol.tx_data.val();
                self.protocol.tx_ready.next = self.transmitter.ready.val();
                self.protocol.received.next = self.receiver.valid.val();
                self.protocol.rx_data.next = self.receiver.data.val();
                self.protocol.pressed.next = self.button_2.q.val();
                self.led_status.next = self.protocol.ready.val() ^ self.led_low.val();
                self.led_pass.next = self.protocol.pass.val() ^ self.led_low.val();
                self.led_fail.next = self.protocol.fail.val() ^ self.led_low.val();
                self.engine.start.next = self.protocol.start.val();
                self.engine.page.next = self.protocol.page.val();
                self.engine.pixel_write.next = self.protocol.pixel_write.val();
                self.engine.pixel_addr.next = self.protocol.place.val();
                self.engine.pixel_data.next = self.protocol.pixel_data.val();
                self.engine.info_addr.next = self.protocol.info_addr.val();
                self.protocol.info_data.next = self.engine.info_data.val();
                self.engine.result_addr.next = self.protocol.result_addr.val();
                self.protocol.result_count.next = self.engine.result_count.val();
                self.protocol.result_membrane.next = self.engine.result_membrane.val();
                self.protocol.finish.next = self.engine.finish.val();
                self.protocol.winner.next = self.engine.winner.val();
                self.protocol.cycles.next = self.engine.cycles.val();
                $(clock!(self, clk, $part);)*
                $(self.$zero_block.$zero.next = bits::<$zero_bits>(0);)*
                $(self.$to_block.$to.next = self.$from_block.$from.val();)*
                $(self.$in_block.$in_port.next = self.$in_pin.val();)*
                $(self.$out_pin.next = self.$out_block.$out_port.val();)*
            }
        }
    };
}

top!(
    /// The top of a network.
    Top, [<const P: usize>], [<P>], Engine<P>,
    pins {}, parts {}, zeros { protocol.missing: 3, }, wires { protocol.steps = engine.steps, },
    inputs {}, outputs {}
);

top!(
    /// The top of a network on schedule `events`.
    TopOfEvents, [], [], EventEngine,
    pins {}, parts {},
    zeros { protocol.missing: 3, engine.load: 2, engine.load_addr: 16, engine.load_word: 64, },
    wires { protocol.steps = engine.steps, }, inputs {}, outputs {}
);

top!(
    /// The top of a network on schedule `events` that is loaded from the board's flash.
    TopOfLoaded, [], [], EventEngine,
    pins {
        /// From the flash.
        flash_miso: Signal<In, Bit>,
        /// From the flash, on the wire of `flash_mosi` while that is not driven.
        flash_mosi_in: Signal<In, Bit>,
        /// To the flash: it is chosen while this is low.
        flash_cs: Signal<Out, Bit>,
        /// Its clock.
        flash_sck: Signal<Out, Bit>,
        /// To the flash.
        flash_mosi: Signal<Out, Bit>,
        /// Drive `flash_mosi`.
        flash_mosi_drive: Signal<Out, Bit>,
    },
    parts { loader: Loader, },
    zeros {},
    wires {
        protocol.steps = engine.steps,
        loader.reset = protocol.reset,
        protocol.missing = loader.missing,
        engine.load = loader.target,
        engine.load_addr = loader.address,
        engine.load_word = loader.word,
    },
    inputs { loader.miso = flash_miso, loader.mosi_in = flash_mosi_in, },
    outputs {
        flash_cs = loader.cs,
        flash_sck = loader.sck,
        flash_mosi = loader.mosi,
        flash_mosi_drive = loader.drive,
    }
);

top!(
    /// The top of a neuron alone.
    TopOfSolo, [], [], Solo,
    pins {}, parts {}, zeros { protocol.missing: 3, }, wires {}, inputs {}, outputs {}
);

impl<const P: usize> Top<P> {
    /// The top of a network on a board.
    pub fn new(spec: &NetSpec, layout: &Layout, schedule: Schedule, wiring: Wiring) -> Self {
        Self::with(Engine::new(spec, layout, schedule), Sizes::of(spec, layout), wiring)
    }
}

impl TopOfEvents {
    /// The top of a network on a board.
    pub fn new(spec: &NetSpec, layout: &Layout, wiring: Wiring) -> Self {
        Self::with(EventEngine::new(spec, layout), Sizes::of(spec, layout), wiring)
    }
}

impl TopOfLoaded {
    /// The top of a network on a board that has it in its flash.
    pub fn new(spec: &NetSpec, layout: &Layout, source: Source, wiring: Wiring) -> Self {
        let (engine, loader) = (EventEngine::new(spec, layout), Loader::new(layout, source));
        Self::with(engine, loader, Sizes::of(spec, layout), wiring)
    }
}
