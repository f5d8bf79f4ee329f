//! The membranes' noise: the low bits of an LFSR as a signed number.
//!
//! # Timing
//! `value` belongs to the present neuron; `advance` steps to the next one. The golden twin is
//! `spikestream::neuron::Noise`.

use crate::generator::Lfsr;
use rust_hdl::prelude::*;
use spikestream::spec::NetSpec;

/// See the module's documentation.
#[derive(Clone, Debug, LogicBlock)]
pub struct Noise {
    /// Begin an image.
    pub restart: Signal<In, Bit>,
    /// A neuron has taken its value.
    pub advance: Signal<In, Bit>,
    /// Two's complement.
    pub value: Signal<Out, Bits<8>>,
    /// Clock.
    pub clock: Signal<In, Clock>,
    register: Lfsr,
    tap: Tap,
}

impl Noise {
    /// That of a network's neurons.
    pub fn of(spec: &NetSpec) -> Self {
        Self::new(spec.neuron.noise_bits, spec.neuron.noise_seed)
    }

    /// Noise of `bits` bits from `seed`; 0 bits is silence and costs nothing.
    pub fn new(bits: u32, seed: u16) -> Self {
        Self {
            restart: Signal::default(),
            advance: Signal::default(),
            value: Signal::default(),
            clock: Signal::default(),
            register: Lfsr::new(16, seed),
            tap: Tap { state: Signal::default(), value: Signal::default(), _bits: bits as usize },
        }
    }
}

impl Logic for Noise {
    #[hdl_gen]
    fn update(&mut self) {
        self.register.clock.next = self.clock.val();
        self.register.restart.next = self.restart.val();
        self.register.advance.next = self.advance.val();
        self.tap.state.next = self.register.state.val();
        self.value.next = self.tap.value.val();
    }
}

/// The lowest bits, sign-extended.
#[derive(Clone, Debug, LogicBlock)]
pub(super) struct Tap {
    /// The register's state.
    pub state: Signal<In, Bits<16>>,
    /// Its low bits.
    pub value: Signal<Out, Bits<8>>,
    _bits: usize,
}

impl Logic for Tap {
    fn update(&mut self) {
        let low = self.state.val().index() as u64 & ((1 << self._bits) - 1);
        let negative = self._bits > 0 && low >> (self._bits - 1) == 1;
        let extension = if negative { 0xff << self._bits & 0xff } else { 0 };
        self.value.next = Bits::from(low | extension);
    }

    fn connect(&mut self) {
        self.value.connect();
    }

    fn hdl(&self) -> Verilog {
        Verilog::Custom(match self._bits {
            // It reads the state, because an `always @(*)` that reads nothing never runs.
            0 => "always @(*) value = state[7:0] & 8'd0;\n".into(),
            8 => "always @(*) value = state[7:0];\n".into(),
            b => format!(
                "always @(*) value = {{{{{}{{state[{}]}}}}, state[{}:0]}};\n",
                8 - b,
                b - 1,
                b - 1
            ),
        })
    }
}
