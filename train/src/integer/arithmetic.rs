//! The arithmetics of training: a neuron's integers in f32, exact below 2^24, with the slopes that gradients take.
//!
//! Floors and saturations are passed straight through: their slope is taken for 1 (Bengio et al. 2013).

use burn::tensor::{Device, Tensor};
use spikestream::neuron::arithmetic::Arithmetic;

/// `2^-shift`.
fn part(shift: u32) -> f32 {
    f32::from_bits((127 - shift) << 23)
}

/// The ends of a two's complement word.
fn ends(bits: u32) -> (f32, f32) {
    let limit = (1_u32 << (bits - 1)) as f32;
    (-limit, limit - 1.0)
}

/// A number, and how fast it changes with each of `N` others.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Tangent<const N: usize> {
    pub(crate) value: f32,
    pub(crate) slopes: [f32; N],
}

impl<const N: usize> Tangent<N> {
    /// A number that nothing changes.
    #[inline(always)]
    pub(crate) fn of(value: f32) -> Self {
        Self { value, slopes: [0.0; N] }
    }

    /// The number with whose change others are compared at place `i`.
    #[inline(always)]
    pub(crate) fn variable(value: f32, i: usize) -> Self {
        let mut slopes = [0.0; N];
        slopes[i] = 1.0;
        Self { value, slopes }
    }

    #[inline(always)]
    fn join(self, other: Self, each: impl Fn(f32, f32) -> f32) -> Self {
        let slopes = std::array::from_fn(|i| each(self.slopes[i], other.slopes[i]));
        Self { value: each(self.value, other.value), slopes }
    }

    #[inline(always)]
    fn times(self, by: f32) -> Self {
        Self { value: self.value * by, slopes: self.slopes.map(|slope| slope * by) }
    }
}

/// Numbers with tangents; without any, the forward pass.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Tangents<const N: usize>;

impl<const N: usize> Arithmetic for Tangents<N> {
    type Word = Tangent<N>;
    type Truth = bool;

    #[inline(always)]
    fn number(&mut self, value: i64) -> Tangent<N> {
        Tangent::of(value as f32)
    }

    #[inline(always)]
    fn add(&mut self, a: &Tangent<N>, b: &Tangent<N>) -> Tangent<N> {
        a.join(*b, |a, b| a + b)
    }

    #[inline(always)]
    fn subtract(&mut self, a: &Tangent<N>, b: &Tangent<N>) -> Tangent<N> {
        a.join(*b, |a, b| a - b)
    }

    #[inline(always)]
    fn multiply(&mut self, a: &Tangent<N>, b: &Tangent<N>) -> Tangent<N> {
        let slopes = std::array::from_fn(|i| a.slopes[i] * b.value + a.value * b.slopes[i]);
        Tangent { value: a.value * b.value, slopes }
    }

    #[inline(always)]
    fn floor(&mut self, a: &Tangent<N>, bits: u32) -> Tangent<N> {
        let part = a.times(part(bits));
        Tangent { value: part.value.floor(), ..part }
    }

    /// The place on a table stands still where the way from it moves.
    #[inline(always)]
    fn split(&mut self, a: &Tangent<N>, bits: u32) -> (Tangent<N>, Tangent<N>) {
        let high = (a.value * part(bits)).floor();
        let low = a.value - high * (1_u32 << bits) as f32;
        (Tangent::of(high), Tangent { value: low, ..*a })
    }

    #[inline(always)]
    fn look_up(&mut self, index: &Tangent<N>, values: &[i64]) -> Tangent<N> {
        Tangent::of(values[index.value as usize] as f32)
    }

    #[inline(always)]
    fn scale(&mut self, a: &Tangent<N>, bits: u32) -> Tangent<N> {
        a.times((1_u32 << bits) as f32)
    }

    #[inline(always)]
    fn decay(&mut self, a: &Tangent<N>, shift: u32) -> Tangent<N> {
        if shift == 0 {
            return *a;
        }
        let lost = a.times(part(shift));
        a.join(Tangent { value: lost.value.floor(), ..lost }, |a, lost| a - lost)
    }

    #[inline(always)]
    fn saturate(&mut self, a: &Tangent<N>, bits: u32) -> Tangent<N> {
        let (least, most) = ends(bits);
        Tangent { value: a.value.max(least).min(most), ..*a }
    }

    #[inline(always)]
    fn excess(&mut self, a: &Tangent<N>, b: &Tangent<N>) -> (bool, Tangent<N>) {
        (a.value > b.value, self.subtract(a, b))
    }

    #[inline(always)]
    fn not(&mut self, a: &bool) -> bool {
        !a
    }

    #[inline(always)]
    fn both(&mut self, a: &bool, b: &bool) -> bool {
        *a && *b
    }

    #[inline(always)]
    fn select(&mut self, condition: &bool, a: &Tangent<N>, b: &Tangent<N>) -> Tangent<N> {
        if *condition { *a } else { *b }
    }
}

/// The same numbers for a whole batch, on a device, without tangents; a truth is 1 or 0.
#[derive(Clone, Debug)]
pub(crate) struct Tensors(pub(crate) Device);

impl Arithmetic for Tensors {
    type Word = Tensor<2>;
    type Truth = Tensor<2>;

    fn number(&mut self, value: i64) -> Tensor<2> {
        Tensor::full([1, 1], value as f32, &self.0)
    }

    fn add(&mut self, a: &Tensor<2>, b: &Tensor<2>) -> Tensor<2> {
        a.clone() + b.clone()
    }

    fn subtract(&mut self, a: &Tensor<2>, b: &Tensor<2>) -> Tensor<2> {
        a.clone() - b.clone()
    }

    fn multiply(&mut self, a: &Tensor<2>, b: &Tensor<2>) -> Tensor<2> {
        a.clone() * b.clone()
    }

    fn floor(&mut self, a: &Tensor<2>, bits: u32) -> Tensor<2> {
        a.clone().mul_scalar(part(bits)).floor()
    }

    fn split(&mut self, a: &Tensor<2>, bits: u32) -> (Tensor<2>, Tensor<2>) {
        let high = self.floor(a, bits);
        let low = a.clone() - high.clone().mul_scalar((1_u32 << bits) as f32);
        (high, low)
    }

    /// A chosen row for each number.
    fn look_up(&mut self, index: &Tensor<2>, values: &[i64]) -> Tensor<2> {
        let list: Vec<f32> = values.iter().map(|&value| value as f32).collect();
        let list = Tensor::<1>::from_floats(list.as_slice(), &self.0);
        let [rows, columns] = index.dims();
        list.select(0, index.clone().reshape([rows * columns]).int()).reshape([rows, columns])
    }

    fn scale(&mut self, a: &Tensor<2>, bits: u32) -> Tensor<2> {
        a.clone().mul_scalar((1_u32 << bits) as f32)
    }

    fn decay(&mut self, a: &Tensor<2>, shift: u32) -> Tensor<2> {
        match shift {
            0 => a.clone(),
            _ => a.clone() - a.clone().mul_scalar(part(shift)).floor(),
        }
    }

    fn saturate(&mut self, a: &Tensor<2>, bits: u32) -> Tensor<2> {
        let (least, most) = ends(bits);
        a.clone().clamp(least, most)
    }

    fn excess(&mut self, a: &Tensor<2>, b: &Tensor<2>) -> (Tensor<2>, Tensor<2>) {
        let difference = self.subtract(a, b);
        (difference.clone().greater_elem(0.0).float(), difference)
    }

    fn not(&mut self, a: &Tensor<2>) -> Tensor<2> {
        a.clone().neg().add_scalar(1.0)
    }

    fn both(&mut self, a: &Tensor<2>, b: &Tensor<2>) -> Tensor<2> {
        a.clone() * b.clone()
    }

    fn select(&mut self, condition: &Tensor<2>, a: &Tensor<2>, b: &Tensor<2>) -> Tensor<2> {
        let otherwise = self.not(condition);
        condition.clone() * a.clone() + otherwise * b.clone()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::device;
    use spikestream::neuron::arithmetic::Integers;
    use spikestream::neuron::lif::{Kept, advance};
    use spikestream::random::Random;
    use spikestream::spec::{Neuron, Reset, example};

    /// A neuron with every part: a leak, both resets, a rest.
    fn neurons() -> [Neuron; 2] {
        let base = example(&[1, 1]).spec.neuron;
        let resting = Neuron { refractory: 2, reset: Reset::Zero, leak: 3, ..base.clone() };
        [base, resting]
    }

    /// What a step leaves over some arithmetic: membrane, rest, and whether it fired.
    fn step<A: Arithmetic>(
        neuron: &Neuron,
        on: &mut A,
        [membrane, rest, drive]: [A::Word; 3],
    ) -> (A::Word, A::Word, A::Truth) {
        let threshold = on.number(320);
        let rests = neuron.refractory > 0;
        let kept = Kept { membrane, rest: rests.then(|| rest.clone()) };
        let (after, fired) = advance(neuron, on, &threshold, &kept, &drive);
        (after.membrane, after.rest.unwrap_or(rest), fired)
    }

    #[test]
    fn training_takes_the_step_of_the_golden_model() {
        let mut random = Random::new(5);
        let mut on = Tensors(device());
        for neuron in neurons() {
            for _ in 0..50 {
                let signed = |value: u64| i64::from(value as u16 as i16);
                let rest = random.below(3) as i64 * i64::from(neuron.refractory > 0);
                let given =
                    [signed(random.corner_value(16)), rest, signed(random.corner_value(16))];
                let (membrane, rest, fired) = step(&neuron, &mut Integers, given);
                let tangents = given.map(|value| Tangent::<0>::of(value as f32));
                let (v, left, spike) = step(&neuron, &mut Tangents, tangents);
                assert_eq!((v.value, left.value, spike), (membrane as f32, rest as f32, fired));
                let tensors = given.map(|value| on.number(value));
                let (v, left, spike) = step(&neuron, &mut on, tensors);
                let seen = [v, left, spike].map(|tensor| tensor.into_scalar::<f32>());
                assert_eq!(seen, [membrane as f32, rest as f32, f32::from(fired)]);
            }
        }
    }

    /// A floor and an end take nothing from a gradient; a reset takes what it takes from the membrane.
    #[test]
    fn slopes_go_straight_through() {
        let [subtracts, clears] = neurons();
        let slopes = |neuron: &Neuron, membrane: f32, rest: f32| {
            let given =
                [Tangent::<2>::variable(membrane, 0), Tangent::of(rest), Tangent::variable(7.0, 1)];
            step(neuron, &mut Tangents, given).0.slopes
        };
        assert_eq!(slopes(&subtracts, 10.0, 0.0), [0.9375, 1.0]);
        assert_eq!(slopes(&subtracts, 32_767.0, 0.0), [0.9375, 1.0], "fired");
        assert_eq!(slopes(&clears, 10.0, 0.0), [0.875, 1.0]);
        assert_eq!(slopes(&clears, 1000.0, 0.0), [0.0, 0.0], "cleared");
        assert_eq!(slopes(&clears, 1000.0, 1.0), [0.875, 0.0], "resting");
    }
}
