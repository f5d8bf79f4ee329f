//! The stochastic leaky integrate-and-fire neuron, one update a cycle.
//!
//! ```text
//!  current    24  +---Lif---+ 16  membrane_next
//!  membrane   16  |  leak   +------------------>
//!  bias       16  |  add    | 4   refractory_next
//!  noise       8  | saturate+------------------>
//!  threshold  16  | compare | 1   fired, ready
//!  refractory  4  |  reset  +------------------>
//!  fresh, enable  |         |
//!  +------------->+---------+
//! ```
//!
//! All numbers are two's complement but `threshold` and `refractory`. `fresh` takes membrane and
//! refractory count as 0: the first step of an image. A disabled cycle is never ready.
//!
//! What it computes is the program of [`program`], which is `neuron::lif::advance` written down: the
//! simulation evaluates it, and the Verilog is its text.
//!
//! # Timing
//! The outputs follow the inputs by as many cycles as the program has stages ([`Lif::latency`]); `threshold` is a
//! layer's and must hold still while one of its neurons is inside.

use super::{Multipliers, Noise, verilog::verilog};
use crate::prim::Ram;
use rust_hdl::prelude::*;
use spikestream::neuron::lif::{block::program, words};
use spikestream::neuron::program::{Program, Stages};
use spikestream::spec::Neuron;
use std::collections::VecDeque;

/// See the module's documentation.
#[derive(Clone, Debug, LogicBlock)]
pub struct Lif {
    /// C.
    pub current: Signal<In, Bits<24>>,
    /// V.
    pub membrane: Signal<In, Bits<16>>,
    /// Bias, in membrane units.
    pub bias: Signal<In, Bits<16>>,
    /// Noise, in membrane units.
    pub noise: Signal<In, Bits<8>>,
    /// Theta_F.
    pub threshold: Signal<In, Bits<16>>,
    /// Steps left in which the neuron only leaks.
    pub refractory: Signal<In, Bits<4>>,
    /// First step of an image.
    pub fresh: Signal<In, Bit>,
    /// Whether there is a neuron this cycle.
    pub enable: Signal<In, Bit>,
    /// V after the reset.
    pub membrane_next: Signal<Out, Bits<16>>,
    /// The refractory count after this step.
    pub refractory_next: Signal<Out, Bits<4>>,
    /// Whether the neuron fired.
    pub fired: Signal<Out, Bit>,
    /// Whether the outputs are a neuron's.
    pub ready: Signal<Out, Bit>,
    /// Clock.
    pub clock: Signal<In, Clock>,
    _program: Program,
    _stages: Stages,
    /// Bits of `current` and of `membrane`.
    _bits: [usize; 2],
    /// What is on its way to the outputs.
    _inside: VecDeque<After>,
}

/// What a step leaves.
#[derive(Clone, Copy, Debug, Default)]
struct After {
    membrane: i64,
    refractory: i64,
    fired: bool,
    enable: bool,
}

impl Lif {
    /// The neuron of this spec; `current` fits `current_bits` bits, signed.
    pub fn new(neuron: &Neuron, current_bits: usize) -> Self {
        assert!(neuron.membrane_bits <= 16 && current_bits <= 24);
        let program = program(neuron, current_bits as u32);
        let stages = Stages::of(&program);
        Self {
            current: Signal::default(),
            membrane: Signal::default(),
            bias: Signal::default(),
            noise: Signal::default(),
            threshold: Signal::default(),
            refractory: Signal::default(),
            fresh: Signal::default(),
            enable: Signal::default(),
            membrane_next: Signal::default(),
            refractory_next: Signal::default(),
            fired: Signal::default(),
            ready: Signal::default(),
            clock: Signal::default(),
            _inside: vec![After::default(); stages.latency() - 1].into(),
            _program: program,
            _stages: stages,
            _bits: [current_bits, neuron.membrane_bits as usize],
        }
    }

    /// Cycles from the inputs to the outputs.
    pub fn latency(&self) -> usize {
        self._stages.latency()
    }

    /// What adds noise to a network's neurons.
    pub fn noise(neuron: &Neuron) -> Noise {
        Noise::new(neuron.noise_bits, neuron.noise_seed)
    }

    /// The memory of how long each neuron still rests; one that is never read where none does.
    pub fn rests(neuron: &Neuron, neurons: usize) -> Ram<4> {
        match words::rests(neuron) {
            true => Ram::zeroed(words::REST_BITS, neurons),
            false => Ram::unread(words::REST_BITS),
        }
    }

    /// The step of what is at the inputs, in the order of [`program`].
    fn step(&self) -> After {
        let [current_bits, bits] = self._bits;
        let given = [
            signed(self.current.val(), current_bits),
            signed(self.membrane.val(), bits),
            signed(self.bias.val(), bits),
            signed(self.noise.val(), 8),
            (self.threshold.val().index() & ((1 << (bits - 1)) - 1)) as i64,
            self.refractory.val().index() as i64,
            self.fresh.val().into(),
        ];
        let after = self._program.evaluate(&given);
        After {
            membrane: after[0],
            refractory: after[1],
            fired: after[2] != 0,
            enable: self.enable.val(),
        }
    }
}

/// The lowest `width` bits as a two's complement number.
fn signed<const N: usize>(bits: Bits<N>, width: usize) -> i64 {
    let unused = 64 - width as u32;
    (bits.index() as i64) << unused >> unused
}

impl Logic for Lif {
    fn update(&mut self) {
        if self.clock.pos_edge() {
            self._inside.push_back(self.step());
            let after = self._inside.pop_front().unwrap_or_default();
            self.membrane_next.next = Bits::from(after.membrane as u64 & 0xffff);
            self.refractory_next.next = Bits::from(after.refractory as u64);
            self.fired.next = after.fired;
            self.ready.next = after.enable;
        }
    }

    fn connect(&mut self) {
        self.membrane_next.connect();
        self.refractory_next.connect();
        self.fired.connect();
        self.ready.connect();
    }

    fn hdl(&self) -> Verilog {
        Verilog::Custom(verilog(&self._program, &self._stages, &[16, 4, 1], Multipliers::NONE))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use spikestream::neuron::lif::{State, step};
    use spikestream::random::Random;
    use spikestream::spec::{Reset, example};

    fn cycle(lif: &mut Lif) {
        for high in [true, false] {
            lif.clock.next = high.into();
            assert!(rust_hdl::core::simulate::simulate(lif, 20));
        }
    }

    /// Where sums meet the ends of the membrane and the threshold.
    #[test]
    fn a_step_is_the_golden_models() {
        let base = example(&[1, 1]).spec.neuron;
        let neuron = |membrane_bits, fraction_bits, leak, reset, refractory| Neuron {
            membrane_bits,
            fraction_bits,
            leak,
            reset,
            refractory,
            ..base.clone()
        };
        let mut random = Random::new(11);
        for neuron in [
            neuron(16, 4, 4, Reset::Subtract, 0),
            neuron(10, 2, 1, Reset::Zero, 15),
            neuron(8, 8, 0, Reset::Subtract, 3),
        ] {
            let w = neuron.membrane_bits;
            let mut lif = Lif::new(&neuron, 12);
            lif.connect_all();
            for _ in 0..200 {
                let threshold = random.corner_value(w - 1).max(1);
                let [current, membrane] = [12, w].map(|bits| random.corner_value(bits));
                let [bias, noise] = [w, 8].map(|bits| random.corner_value(bits));
                let resting = random.below(4) * random.below(2);
                let fresh = random.below(8) == 0;
                let mut state = State::default();
                if !fresh {
                    state.membrane = signed::<16>(Bits::from(membrane), w as usize) as i32;
                    state.refractory = if neuron.refractory > 0 { resting as u32 } else { 0 };
                }
                let drive = (signed::<24>(Bits::from(current), 12) << neuron.fraction_bits)
                    + signed::<16>(Bits::from(bias), w as usize)
                    + signed::<8>(Bits::from(noise), 8);
                let fired = step(&neuron, threshold as i32, &mut state, drive);
                lif.current.next = Bits::from(current);
                lif.membrane.next = Bits::from(membrane);
                lif.bias.next = Bits::from(bias);
                lif.noise.next = Bits::from(noise);
                lif.threshold.next = Bits::from(threshold);
                lif.refractory.next = Bits::from(resting);
                lif.fresh.next = fresh;
                lif.enable.next = true;
                (0..lif.latency()).for_each(|_| cycle(&mut lif));
                let got = signed::<16>(lif.membrane_next.val(), 16) as i32;
                let rest = lif.refractory_next.val().index() as u32;
                let seen = (got, rest, lif.fired.val());
                assert_eq!(seen, (state.membrane, state.refractory, fired), "{neuron:?}");
            }
        }
    }
}
