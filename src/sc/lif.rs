//! The stochastic leaky integrate-and-fire neuron, one step at a time, exact to the bit.

use crate::spec::{Neuron, Reset};

/// What a neuron remembers from step to step.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct State {
    /// V, in membrane units.
    pub membrane: i32,
    /// Steps left in which the neuron only leaks.
    pub refractory: u32,
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
