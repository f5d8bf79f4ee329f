//! The membranes' noise: the low bits of an LFSR as a signed number.
//!
//! # Timing
//! `value` belongs to the present neuron; `advance` steps to the next one. Neurons that draw no noise are passed over: where
//! there are such, the neurons of a time step are counted. The golden twin is `spikestream::neuron::Noise`.

use crate::generator::Lfsr;
use crate::prim::{index_bits, literal, range};
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
    /// Which neurons of a time step draw, in runs that take turns, the first of those that do; nothing where all do.
    _runs: Vec<usize>,
    _place: usize,
    _next_place: usize,
}

impl Noise {
    /// That of a network's neurons.
    pub fn of(spec: &NetSpec) -> Self {
        let mut runs = vec![0];
        for (layer, neurons) in spec.layers.iter().zip(spec.populations()) {
            // An odd number of runs ends with one of neurons that draw.
            if layer.undrawn == (runs.len() % 2 == 1) && neurons > 0 {
                runs.push(0);
            }
            *runs.last_mut().unwrap_or(&mut 0) += neurons;
        }
        Self::in_runs(spec.neuron.noise_bits, spec.neuron.noise_seed, runs)
    }

    /// Noise of `bits` bits from `seed`; 0 bits is silence and costs nothing.
    pub fn new(bits: u32, seed: u16) -> Self {
        Self::in_runs(bits, seed, Vec::new())
    }

    /// The same where of the neurons of a time step the first `runs[0]` draw, the next `runs[1]` do not, and so on.
    pub fn in_runs(bits: u32, seed: u16, runs: Vec<usize>) -> Self {
        let all_draw = bits == 0 || runs.len() < 2;
        Self {
            restart: Signal::default(),
            advance: Signal::default(),
            value: Signal::default(),
            clock: Signal::default(),
            register: Lfsr::new(16, seed),
            tap: Tap { state: Signal::default(), value: Signal::default(), _bits: bits as usize },
            _runs: if all_draw { Vec::new() } else { runs },
            _place: 0,
            _next_place: 0,
        }
    }

    /// The runs that do not draw: the first neuron of each, and the first behind it.
    fn passed_over(&self) -> Vec<(usize, usize)> {
        let mut first = 0;
        let ends = self._runs.iter().map(|run| {
            first += run;
            (first - run, first)
        });
        ends.skip(1).step_by(2).collect()
    }

    /// Whether the present neuron draws.
    fn draws(&self) -> bool {
        !self.passed_over().iter().any(|run| (run.0..run.1).contains(&self._place))
    }

    /// The neurons of a time step.
    fn neurons(&self) -> usize {
        self._runs.iter().sum()
    }
}

/// A block's wires where nothing is added to them by hand. A module, since its names are those of [`Logic`].
mod wires {
    pub(super) trait Wires {
        fn update(&mut self);
        fn connect(&mut self);
        fn hdl(&self) -> super::Verilog;
    }
}

impl wires::Wires for Noise {
    #[hdl_gen]
    fn update(&mut self) {
        self.register.clock.next = self.clock.val();
        self.register.restart.next = self.restart.val();
        self.register.advance.next = self.advance.val();
        self.tap.state.next = self.register.state.val();
        self.value.next = self.tap.value.val();
    }
}

impl Logic for Noise {
    fn update(&mut self) {
        wires::Wires::update(self);
        if self._runs.is_empty() {
            return;
        }
        if self.clock.pos_edge() {
            let next = (self._place + 1) % self.neurons();
            self._next_place = match (self.restart.val(), self.advance.val()) {
                (true, _) => 0,
                (false, true) => next,
                (false, false) => self._place,
            };
        }
        // What it gives changes behind the edge, which the register below sees later.
        if self.clock.neg_edge() {
            self._place = self._next_place;
        }
        self.register.advance.next = self.advance.val() && self.draws();
    }

    fn connect(&mut self) {
        wires::Wires::connect(self);
    }

    fn hdl(&self) -> Verilog {
        if self._runs.is_empty() {
            return wires::Wires::hdl(self);
        }
        let bits = index_bits(self.neurons());
        let number = |value: usize| literal(bits, value as u128);
        let (r, zero, last) = (range(bits), number(0), number(self.neurons() - 1));
        let within = |(first, end): (usize, usize)| match first {
            0 => format!("place <= {}", number(end - 1)),
            _ => format!("place >= {} && place <= {}", number(first), number(end - 1)),
        };
        let passed: Vec<String> = self.passed_over().into_iter().map(within).collect();
        Verilog::Custom(format!(
            "reg {r} place;\n\
             initial place = {zero};\n\
             wire passed_over = {};\n\
             always @(posedge clock) if (restart) place <= {zero};\n\
             else if (advance) place <= place == {last} ? {zero} : place + {};\n\
             always @(*) begin\n    \
             register$clock = clock;\n    \
             register$restart = restart;\n    \
             register$advance = advance && !passed_over;\n    \
             tap$state = register$state;\n    \
             value = tap$value;\n\
             end\n",
            passed.join(" || "),
            number(1),
        ))
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
