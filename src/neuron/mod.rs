//! Neurons: their steps in integers, what the engine keeps and reads for them, and how floats become their
//! parameters.
//!
//! Two things can be the neuron of a layer: [`lif`], the neuron of format 1, whose leak is a shift; and [`cell`], any
//! neuron of [`equations`] that a network names. [`Neurons`] is either of them; what runs a network asks there.
//! [`stochastic`] has the neuron of bitstream layers in real numbers, which no network that ships has.
//!
//! # Example
//! ```
//! use spikestream::neuron::{Drive, Neurons, Workplace};
//! use spikestream::spec::example;
//!
//! let spec = example(&[2, 1]).spec; // F = 4, a = 4, Theta = 20, a spike subtracts
//! let neurons = Neurons::of(&spec, 0);
//! let (mut state, mut at) = (neurons.begin(), Workplace::default());
//! // Twelve steps of a weight are 192 in membrane units; a threshold is 320.
//! let drive = Drive { current: 12, ..Drive::default() };
//! let fired = [drive; 3].map(|drive| neurons.update(&mut at, &mut state, drive));
//! assert_eq!(fired, [false, true, false]);
//! // 192; 180 + 192 - 320; 49 + 192
//! assert_eq!(state.membrane, 241);
//! ```

pub mod arithmetic;
pub mod block;
pub mod cell;
mod convert;
pub mod equations;
pub mod kinds;
pub mod lif;
mod noise;
pub mod program;
pub mod stochastic;
pub mod words;

pub use cell::{Cells, Workplace};
pub use convert::{bias, threshold, unit};
pub use lif::Lif;
pub use noise::{Noise, Share};

use crate::spec::NetSpec;

/// What a neuron remembers from step to step.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct State {
    /// V, in membrane units.
    pub membrane: i32,
    /// All else, one word behind the other from bit 0; of LIF, the steps that are left of its rest.
    pub others: u64,
}

/// What drives a neuron in a time step.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Drive {
    /// C, the sum of the weights whose inputs spike.
    pub current: i32,
    /// The negative ones of them, without their sign; only neurons with a second synapse see it.
    pub inhibition: i32,
    /// The bias, in membrane units.
    pub bias: i32,
    /// The noise, in membrane units.
    pub noise: i32,
}

/// The neurons of one layer.
#[derive(Clone, Debug)]
pub enum Neurons {
    /// The leaky neuron of format 1.
    Lif(Lif),
    /// A neuron that the network names.
    Cells(Box<Cells>),
}

impl Neurons {
    /// Those of layer `layer` of a network.
    ///
    /// # Panics
    /// If there is no such layer, or the network is not one that [`NetSpec::check`] takes.
    pub fn of(spec: &NetSpec, layer: usize) -> Self {
        Self::with_threshold(spec, layer, spec.layers[layer].threshold)
    }

    /// Those of layer `layer`, were `threshold` its threshold.
    ///
    /// # Panics
    /// As [`Self::of`].
    pub fn with_threshold(spec: &NetSpec, layer: usize, threshold: i32) -> Self {
        match spec.cell(layer) {
            None => Self::Lif(Lif::new(&spec.neuron, threshold)),
            Some(cell) => {
                let cells = Cells::new(cell, threshold);
                Self::Cells(Box::new(cells.unwrap_or_else(|e| panic!("layer {layer}: {e}"))))
            }
        }
    }

    /// What a neuron begins with.
    pub fn begin(&self) -> State {
        match self {
            Self::Lif(_) => State::default(),
            Self::Cells(cells) => cells.begin(),
        }
    }

    /// Whether they have a second synapse.
    pub fn have_inhibition(&self) -> bool {
        matches!(self, Self::Cells(cells) if cells.step().inhibition().is_some())
    }

    /// One time step of a neuron. Returns whether it fired.
    #[inline]
    pub fn update(&self, at: &mut Workplace, state: &mut State, drive: Drive) -> bool {
        match self {
            Self::Lif(lif) => {
                let Drive { current, bias, noise, .. } = drive;
                let refractory = state.others as u32;
                let mut own = lif::State { membrane: state.membrane, refractory };
                let fired = lif.update(&mut own, current, bias, noise);
                *state = State { membrane: own.membrane, others: own.refractory.into() };
                fired
            }
            Self::Cells(cells) => {
                let inputs = cells.inputs(drive);
                cells.update(at, state, inputs)
            }
        }
    }

    /// Whether a membrane was at an end of its range before what a spike took off it; one that a spike then
    /// set to 0 has lost nothing.
    pub fn saturated(&self, membrane: i32, fired: bool) -> bool {
        match self {
            Self::Lif(lif) => lif.saturated(membrane, fired),
            Self::Cells(cells) => cells.saturated(membrane),
        }
    }

    /// Bits of a membrane's word, two's complement.
    pub fn word_bits(&self) -> u32 {
        match self {
            Self::Lif(lif) => lif.membrane_bits(),
            Self::Cells(cells) => cells.step().states()[0].bits,
        }
    }

    /// Flips a bit of a membrane's word. Where the neuron's own range is narrower than its word, the membrane ends there.
    ///
    /// # Example
    /// ```
    /// use spikestream::neuron::{Neurons, State};
    /// use spikestream::spec::example;
    ///
    /// let neurons = Neurons::of(&example(&[2, 1]).spec, 0); // membranes of 16 bits
    /// let mut state = State { membrane: 5, others: 0 };
    /// neurons.flip(&mut state, 15);
    /// assert_eq!(state.membrane, 5 - 32768);
    /// ```
    ///
    /// # Panics
    /// If there is no such bit.
    pub fn flip(&self, state: &mut State, bit: u32) {
        let bits = self.word_bits();
        assert!(bit < bits, "bit {bit} of {bits}");
        let word = (state.membrane ^ 1 << bit) << (32 - bits) >> (32 - bits);
        state.membrane = match self {
            Self::Lif(_) => word,
            Self::Cells(cells) => cells.step().states()[0].nearest(word),
        };
    }

    /// Whether a neuron without inputs fires within `steps` time steps, by its bias against its leak.
    pub fn fires_alone(&self, bias: i32, steps: u32) -> bool {
        let drive = Drive { bias, ..Drive::default() };
        self.fires_on((0..steps).map(|_| drive))
    }

    /// Whether a neuron that begins anew fires on these drives, one a time step.
    pub fn fires_on(&self, drives: impl IntoIterator<Item = Drive>) -> bool {
        let (mut state, mut at) = (self.begin(), Workplace::default());
        drives.into_iter().any(|drive| self.update(&mut at, &mut state, drive))
    }

    /// The most spikes that a neuron in this state can have in so many further time steps, whatever drives it.
    pub fn most_spikes(&self, state: &State, steps: u32) -> u32 {
        match self {
            Self::Lif(lif) => lif.most_spikes(state.others as u32, steps),
            Self::Cells(_) => steps,
        }
    }

    /// The steps behind a spike in which it cannot fire, whatever drives it.
    pub fn rest(&self) -> u32 {
        match self {
            Self::Lif(lif) => lif.rest(),
            Self::Cells(_) => 0,
        }
    }

    /// Whether more drive never keeps a neuron from firing that has not fired yet: its membrane before the
    /// first spike rises with each drive.
    ///
    /// Leak, sum and saturation of LIF rise with the membrane and with the drive; reset and rest come with the
    /// first spike. Of a neuron that a network names nothing is known.
    pub fn rise_with_drive(&self) -> bool {
        matches!(self, Self::Lif(_))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::spec::example;

    #[test]
    fn a_bias_fires_alone_where_it_outruns_the_leak() {
        let lif = Neurons::of(&example(&[1, 1]).spec, 0); // Theta = 20, F = 4, a leak of a sixteenth
        assert!(lif.fires_alone(321, 1) && !lif.fires_alone(320, 1));
        assert!(lif.fires_alone(200, 2) && !lif.fires_alone(200, 1));
        // A membrane of 320 leaks 20, which a bias of 20 only makes up for.
        assert!(!lif.fires_alone(20, 256) && lif.fires_alone(21, 256));
        assert!(!lif.fires_alone(-400, 256));
    }
}
