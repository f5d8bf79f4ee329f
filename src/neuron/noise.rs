//! The noise of the membranes, one register for a whole network.

use crate::sc::generator::lfsr_next;
use crate::spec::{NetSpec, Neuron};

/// Signed noise from a 16-bit LFSR that steps once a neuron update and restarts with each image.
#[derive(Clone, Debug)]
pub struct Noise {
    bits: u32,
    state: u16,
}

impl Noise {
    /// That of a network's neurons.
    pub fn of(neuron: &Neuron) -> Self {
        Self::new(neuron.noise_bits, neuron.noise_seed)
    }

    /// Noise of `bits` bits (0 is off) from `seed`, which must not be 0.
    pub fn new(bits: u32, seed: u16) -> Self {
        Self { bits, state: seed }
    }

    /// Bits of a value; 0 is off.
    pub fn bits(&self) -> u32 {
        self.bits
    }

    /// What the register holds: the seed, until the first draw.
    pub fn state(&self) -> u16 {
        self.state
    }

    /// The lowest `bits` bits of the state as a signed number; then the register steps.
    pub fn draw(&mut self) -> i32 {
        if self.bits == 0 {
            return 0;
        }
        let unused = 32 - self.bits;
        let value = (i32::from(self.state) << unused) >> unused;
        self.state = lfsr_next(16, self.state);
        value
    }
}

/// What a layer takes of the noise that is drawn for its neurons.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Share {
    /// Nothing.
    Silence,
    /// What is left behind a division by `2^n`, rounded down.
    Floor(u32),
}

impl Share {
    /// That of layer `layer` of a network: the upper bits of what is drawn, as many as the layer has.
    ///
    /// # Panics
    /// If there is no such layer, or it has more bits than are drawn, which [`NetSpec::check`] refuses.
    pub fn of(spec: &NetSpec, layer: usize) -> Self {
        let drawn = spec.neuron.noise_bits;
        match spec.layers[layer].noise_bits.unwrap_or(drawn) {
            0 => Self::Silence,
            own => Self::Floor(drawn - own),
        }
    }

    /// The share of a number that was drawn.
    pub fn take(self, drawn: i32) -> i32 {
        match self {
            Self::Silence => 0,
            Self::Floor(bits) => drawn >> bits,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn noise_is_signed_and_covers_its_range() {
        let mut noise = Noise::new(3, 1);
        let draws: Vec<i32> = (0..1000).map(|_| noise.draw()).collect();
        assert_eq!(draws.iter().min(), Some(&-4));
        assert_eq!(draws.iter().max(), Some(&3));
        assert_eq!(Noise::new(0, 1).draw(), 0);
    }

    #[test]
    fn a_layer_takes_the_upper_bits_of_what_is_drawn() {
        let mut spec = crate::spec::example(&[1, 1, 1, 1]).spec;
        spec.neuron.noise_bits = 6;
        (spec.layers[1].noise_bits, spec.layers[2].noise_bits) = (Some(2), Some(0));
        let shares = [0, 1, 2].map(|layer| Share::of(&spec, layer));
        assert_eq!(shares, [Share::Floor(0), Share::Floor(4), Share::Silence]);
        let taken = |drawn: i32| shares.map(|share| share.take(drawn));
        assert_eq!(taken(31), [31, 1, 0]);
        assert_eq!(taken(-32), [-32, -2, 0]);
        assert_eq!(taken(-1), [-1, -1, 0]);
    }

    #[test]
    fn a_register_shows_what_it_holds() {
        let mut neuron = crate::spec::example(&[1, 1]).spec.neuron;
        (neuron.noise_bits, neuron.noise_seed) = (5, 0xace1);
        let mut noise = Noise::of(&neuron);
        assert_eq!((noise.bits(), noise.state()), (5, 0xace1));
        assert_eq!(noise.draw(), 1, "the lowest five bits");
        assert_eq!(noise.state(), lfsr_next(16, 0xace1));
    }
}
