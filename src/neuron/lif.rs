//! The stochastic leaky integrate-and-fire neuron, one step at a time, exact to the bit.

mod convert;

pub use convert::{kept, leak_shift, threshold};

use super::arithmetic::{Arithmetic, Integers};
use crate::spec::{Neuron, Reset};

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
    /// Those that fire above `theta`, in units of one weight step.
    pub fn new(neuron: &Neuron, theta: i32) -> Self {
        Self { neuron: neuron.clone(), threshold: theta << neuron.fraction_bits }
    }

    /// `Theta << F`.
    pub fn threshold(&self) -> i32 {
        self.threshold
    }

    /// Bits of a membrane.
    pub fn membrane_bits(&self) -> u32 {
        self.neuron.membrane_bits
    }

    /// One time step of a neuron whose dot product is `current`; `bias` and `noise` are in membrane units.
    /// Returns whether it fired.
    pub fn update(&self, state: &mut State, current: i32, bias: i32, noise: i32) -> bool {
        let [current, bias, noise] = [current, bias, noise].map(i64::from);
        let drive = drive(&self.neuron, &mut Integers, &current, &bias, Some(&noise));
        step(&self.neuron, self.threshold, state, drive)
    }

    /// The most spikes in so many further steps, of which the first `resting` are rest: after each spike it rests again.
    pub fn most_spikes(&self, resting: u32, steps: u32) -> u32 {
        steps.saturating_sub(resting).div_ceil(1 + self.neuron.refractory)
    }

    /// R, the steps behind a spike in which it only leaks.
    pub fn rest(&self) -> u32 {
        self.neuron.refractory
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
}

/// What is kept of a neuron, over any arithmetic.
#[derive(Clone, Debug)]
pub struct Kept<W> {
    /// V.
    pub membrane: W,
    /// Steps left in which the neuron only leaks; none is kept of one that never rests.
    pub rest: Option<W>,
}

/// What drives a membrane, `(C << F) + bias + noise`, in its units; the noise only where there is some.
#[inline(always)]
pub fn drive<A: Arithmetic>(
    neuron: &Neuron,
    on: &mut A,
    current: &A::Word,
    bias: &A::Word,
    noise: Option<&A::Word>,
) -> A::Word {
    let scaled = on.scale(current, neuron.fraction_bits);
    let biased = on.add(&scaled, bias);
    let drive = noise.map_or(biased.clone(), |noise| on.add(&biased, noise));
    on.name(&drive, "drive");
    drive
}

/// A membrane that only leaks, `V - (V >> a)`, and one that is driven as well, `sat_W(V - (V >> a) + drive)`,
/// where `a` is `leak` and `W` is `bits`. The sum is taken exactly and saturated once.
#[inline(always)]
pub fn charge<A: Arithmetic>(
    on: &mut A,
    (leak, bits): (u32, u32),
    membrane: &A::Word,
    drive: &A::Word,
) -> (A::Word, A::Word) {
    let leaked = on.decay(membrane, leak);
    on.name(&leaked, "leaked");
    let sum = on.add(&leaked, drive);
    on.name(&sum, "sum");
    let driven = on.saturate(&sum, bits);
    (leaked, driven)
}

/// One time step: leak, integrate, fire, reset, refractory. Also says whether the neuron fired.
///
/// `drive` and `threshold`, `Theta << F`, are in membrane units. This is the one description of the neuron: the
/// golden model, the trainer and the hardware are this function over their arithmetics.
#[inline(always)]
pub fn advance<A: Arithmetic>(
    neuron: &Neuron,
    on: &mut A,
    threshold: &A::Word,
    kept: &Kept<A::Word>,
    drive: &A::Word,
) -> (Kept<A::Word>, A::Truth) {
    let rules = (neuron.leak, neuron.membrane_bits);
    let (leaked, driven) = charge(on, rules, &kept.membrane, drive);
    let resting = kept.rest.as_ref().map(|rest| on.is_positive(rest));
    let integrated = match &resting {
        Some(resting) => on.select(resting, &leaked, &driven),
        None => driven,
    };
    on.name(&integrated, "integrated");
    let (over, above) = on.excess(&integrated, threshold);
    let fired = match &resting {
        Some(resting) => {
            let awake = on.not(resting);
            on.both(&awake, &over)
        }
        None => over,
    };
    let reset = match neuron.reset {
        Reset::Subtract => above,
        Reset::Zero => on.number(0),
    };
    let membrane = on.select(&fired, &reset, &integrated);
    let rest = kept.rest.as_ref().map(|rest| {
        let less = on.count_down(rest);
        let whole = on.number(neuron.refractory.into());
        on.select(&fired, &whole, &less)
    });
    (Kept { membrane, rest }, fired)
}

/// [`advance`] in integers. Returns whether the neuron fired.
pub fn step(neuron: &Neuron, threshold: i32, state: &mut State, drive: i64) -> bool {
    let rest = (neuron.refractory > 0).then_some(state.refractory.into());
    let kept = Kept { membrane: state.membrane.into(), rest };
    let (after, fired) = advance(neuron, &mut Integers, &threshold.into(), &kept, &drive);
    // Both fit: one is saturated or less, the other counts down from a number of this type.
    state.membrane = after.membrane as i32;
    state.refractory = after.rest.unwrap_or(0) as u32;
    fired
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::neuron::arithmetic::Reals;
    use crate::spec::example;

    fn neuron() -> Neuron {
        example(&[1, 1]).spec.neuron
    }

    fn run(neuron: &Neuron, membrane: i32, drive: i64) -> (bool, i32) {
        let mut state = State { membrane, refractory: 0 };
        let fired = step(neuron, 320, &mut state, drive);
        (fired, state.membrane)
    }

    #[test]
    fn a_drive_is_in_membrane_units() {
        let spec = example(&[3, 2]).spec; // F = 4, Theta = 20
        let (lif, mut state) = (Lif::new(&spec.neuron, 20), State::default());
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
    fn the_threshold_is_strict() {
        assert_eq!(run(&neuron(), 0, 320), (false, 320));
        assert_eq!(run(&neuron(), 0, 321), (true, 1));
    }

    #[test]
    fn both_ends_saturate() {
        assert_eq!(run(&neuron(), 32767, 32767), (true, 32767 - 320));
        assert_eq!(run(&neuron(), -32768, -32768), (false, -32768));
    }

    /// A leak that floors leaves less than a unit more than the share that it stands for.
    #[test]
    fn integers_are_within_a_unit_of_the_real_neuron() {
        let mut random = crate::random::Random::new(3);
        for leak in 0..16 {
            for _ in 0..100 {
                let [v, drive] = [0; 2].map(|_| i64::from(random.corner_value(15) as i16 >> 1));
                let (_, integer) = charge(&mut Integers, (leak, 16), &v, &drive);
                let (_, real) = charge(&mut Reals, (leak, 16), &(v as f64), &(drive as f64));
                let apart = integer as f64 - real;
                assert!((0.0..1.0).contains(&apart), "{v}, {drive}, leak {leak}: {apart}");
            }
        }
    }

    /// Far from every rounding, the real neuron does what the integers do.
    #[test]
    fn the_real_neuron_fires_resets_and_rests_alike() {
        let neuron = Neuron { leak: 0, refractory: 1, ..neuron() };
        let mut state = State::default();
        let mut kept = Kept { membrane: 0.0, rest: Some(0.0) };
        let mut seen = Vec::new();
        for drive in [150, 200, 40, 500, 0, -900, 330] {
            let fired = step(&neuron, 320, &mut state, drive);
            let (after, real) = advance(&neuron, &mut Reals, &320.0, &kept, &(drive as f64));
            assert_eq!((after.membrane, real), (f64::from(state.membrane), fired));
            assert_eq!(after.rest, Some(f64::from(state.refractory)));
            kept = after;
            seen.push(fired);
        }
        assert_eq!(seen, [false, true, false, true, false, false, false]);
    }

    /// As many as a drive that fires always makes of it, and no fewer.
    #[test]
    fn the_most_spikes_are_those_of_the_largest_drive() {
        for refractory in 0..4 {
            let neuron = Neuron { refractory, reset: Reset::Zero, ..neuron() };
            let lif = Lif::new(&neuron, 20);
            for (resting, steps) in (0..=refractory).flat_map(|r| (0..12).map(move |s| (r, s))) {
                let mut state = State { membrane: 0, refractory: resting };
                let fired = (0..steps).filter(|_| step(&neuron, 320, &mut state, 9999)).count();
                assert_eq!(lif.most_spikes(resting, steps) as usize, fired, "{refractory}");
            }
        }
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
