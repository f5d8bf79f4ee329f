//! The stochastic leaky integrate-and-fire neuron, one step at a time, exact to the bit.

mod convert;
pub mod words;

pub use convert::{bias, kept, leak_shift, threshold};

use crate::spec::{NetSpec, Neuron, Reset};

/// What a neuron remembers from step to step.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct State {
    /// V, in membrane units.
    pub membrane: i32,
    /// Steps left in which the neuron only leaks.
    pub refractory: u32,
}

/// The neurons of one layer.
#[derive(Clone, Debug)]
pub struct Lif {
    neuron: Neuron,
    /// `Theta << F`, the threshold in membrane units.
    threshold: i32,
}

impl Lif {
    /// Those of layer `layer` of a network.
    ///
    /// # Panics
    /// If there is no such layer.
    pub fn of(spec: &NetSpec, layer: usize) -> Self {
        Self::new(&spec.neuron, spec.layers[layer].threshold)
    }

    /// Those that fire above `theta`, in units of one weight step.
    pub fn new(neuron: &Neuron, theta: i32) -> Self {
        Self { neuron: neuron.clone(), threshold: theta << neuron.fraction_bits }
    }

    /// One time step of a neuron whose dot product is `current`; `bias` and `noise` are in membrane units.
    /// Returns whether it fired.
    pub fn update(&self, state: &mut State, current: i32, bias: i32, noise: i32) -> bool {
        let drive = (current << self.neuron.fraction_bits) + bias + noise;
        step(&self.neuron, self.threshold, state, drive)
    }

    /// Whether a membrane was at an end of its range before what a spike took off it; one that a spike then
    /// set to 0 has lost nothing.
    pub fn saturated(&self, membrane: i32, fired: bool) -> bool {
        let taken = match self.neuron.reset {
            Reset::Subtract if fired => self.threshold,
            Reset::Subtract | Reset::Zero => 0,
        };
        let limit = 1 << (self.neuron.membrane_bits - 1);
        let before = membrane + taken;
        before == limit - 1 || before == -limit
    }

    /// Whether a neuron without inputs fires within `steps` time steps, by its bias against its leak.
    pub fn fires_alone(&self, bias: i32, steps: u32) -> bool {
        let mut state = State::default();
        (0..steps).any(|_| self.update(&mut state, 0, bias, 0))
    }
}

/// Clamps to a signed number of `bits` bits.
pub fn saturate(bits: u32, value: i32) -> i32 {
    let limit = 1 << (bits - 1);
    value.clamp(-limit, limit - 1)
}

/// One time step: leak, integrate, fire, reset, refractory. Returns whether the neuron fired.
///
/// `drive` is `(C << F) + bias + noise`, and `threshold` is `Theta << F`, both in membrane units.
/// The sum is taken exactly and saturated once.
pub fn step(neuron: &Neuron, threshold: i32, state: &mut State, drive: i32) -> bool {
    let leaked = leak(neuron.leak, state.membrane);
    if state.refractory > 0 {
        state.membrane = leaked;
        state.refractory -= 1;
        return false;
    }
    let integrated = saturate(neuron.membrane_bits, leaked.saturating_add(drive));
    let fired = integrated > threshold;
    state.membrane = match (fired, neuron.reset) {
        (false, _) => integrated,
        (true, Reset::Subtract) => integrated - threshold,
        (true, Reset::Zero) => 0,
    };
    if fired {
        state.refractory = neuron.refractory;
    }
    fired
}

/// `V - (V >> a)`, the shift arithmetic (floor); `a = 0` is no leak.
pub fn leak(shift: u32, membrane: i32) -> i32 {
    if shift == 0 { membrane } else { membrane - (membrane >> shift) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::spec::example;

    fn neuron() -> Neuron {
        example(&[1, 1]).spec.neuron
    }

    fn run(neuron: &Neuron, membrane: i32, drive: i32) -> (bool, i32) {
        let mut state = State { membrane, refractory: 0 };
        let fired = step(neuron, 320, &mut state, drive);
        (fired, state.membrane)
    }

    #[test]
    fn a_drive_is_in_membrane_units() {
        let spec = example(&[3, 2]).spec; // F = 4, Theta = 20
        let (lif, mut state) = (Lif::of(&spec, 0), State::default());
        assert!(!lif.update(&mut state, 19, 17, -1));
        assert_eq!(state.membrane, 320);
        assert!(lif.update(&mut state, 0, 0, 21), "320 leaks 20");
        assert_eq!(state.membrane, 1);
    }

    /// What a spike took off counts, in either way of taking it.
    #[test]
    fn a_membrane_at_an_end_is_saturated() {
        let subtracts = Lif::new(&neuron(), 20);
        let clears = Lif::new(&Neuron { reset: Reset::Zero, ..neuron() }, 20);
        for (membrane, fired, expected) in [
            (32767, false, [true, true]),
            (-32768, false, [true, true]),
            (32766, false, [false, false]),
            (-32767, false, [false, false]),
            (32767 - 320, true, [true, false]),
            (32767 - 320, false, [false, false]),
            (0, true, [false, false]),
        ] {
            let seen = [&subtracts, &clears].map(|lif| lif.saturated(membrane, fired));
            assert_eq!(seen, expected, "{membrane}, {fired}");
        }
    }

    #[test]
    fn a_bias_fires_alone_where_it_outruns_the_leak() {
        let lif = Lif::new(&neuron(), 20);
        assert!(lif.fires_alone(321, 1) && !lif.fires_alone(320, 1));
        assert!(lif.fires_alone(200, 2) && !lif.fires_alone(200, 1));
        // A membrane of 320 leaks 20, which a bias of 20 only makes up for.
        assert!(!lif.fires_alone(20, 256) && lif.fires_alone(21, 256));
        assert!(!lif.fires_alone(-400, 256));
    }

    #[test]
    fn the_threshold_is_strict() {
        assert_eq!(run(&neuron(), 0, 320), (false, 320));
        assert_eq!(run(&neuron(), 0, 321), (true, 1));
    }

    #[test]
    fn the_leak_floors_towards_minus_infinity() {
        assert_eq!(leak(4, 15), 15);
        assert_eq!(leak(4, 16), 15);
        assert_eq!(leak(4, -1), 0); // -1 >> 4 is -1
        assert_eq!(leak(4, -16), -15);
        assert_eq!(leak(4, -17), -15);
        assert_eq!(leak(0, -17), -17);
    }

    #[test]
    fn both_ends_saturate() {
        assert_eq!(run(&neuron(), 32767, 32767), (true, 32767 - 320));
        assert_eq!(run(&neuron(), -32768, -32768), (false, -32768));
        assert_eq!(saturate(16, 40000), 32767);
        assert_eq!(saturate(16, -40000), -32768);
        assert_eq!(saturate(8, 128), 127);
    }

    #[test]
    fn zero_reset_forgets_the_rest() {
        let neuron = Neuron { reset: Reset::Zero, ..neuron() };
        assert_eq!(run(&neuron, 0, 9999), (true, 0));
    }

    #[test]
    fn a_refractory_neuron_only_leaks() {
        let neuron = Neuron { refractory: 2, ..neuron() };
        let mut state = State::default();
        let mut spikes = Vec::new();
        for _ in 0..7 {
            spikes.push(step(&neuron, 320, &mut state, 400));
        }
        assert_eq!(spikes, [true, false, false, true, false, false, true]);
        let mut state = State { membrane: 32, refractory: 1 };
        assert!(!step(&neuron, 320, &mut state, 400));
        assert_eq!(state, State { membrane: 30, refractory: 0 });
    }
}
