//! Encoders: from numbers in `[0, 1]` to spikes, `(T, ..)`.
//!
//! | encoder | a spike at step t |
//! |---|---|
//! | [`rate_encode`] | with probability `x`, each step on its own (Bernoulli) |
//! | [`generator_encode`] | `x > r_t`, with `r_t` of a generator that the hardware has |
//! | [`latency_encode`] | once, at `t = trunc(tau (1 - x))`: strong inputs first |
//! | [`delta_encode`] | when the input has changed by more than a threshold |
//!
//! Direct current needs no encoder: [`super::Input::Still`] gives the same numbers at every step.

use super::TrainError;
use super::rng::Rng;
use burn::tensor::{Tensor, TensorData};
use spikestream::spec::Generator;

/// Bernoulli spikes with probability `x`, clamped to `[0, 1]`, from the seed alone.
///
/// # Shapes
/// - `x`: `[batch, features]`
/// - result: `[T, batch, features]`
///
/// # Errors
/// `steps` of 0; a number of `x` that is none.
pub fn rate_encode(x: &Tensor<2>, steps: usize, seed: u64) -> Result<Tensor<3>, TrainError> {
    let values = checked(x, steps)?;
    let mut rng = Rng::new(seed, 7);
    let draw = |_| values.iter().map(|x| rng.unit() < *x).collect::<Vec<bool>>();
    Ok(spikes((0..steps).flat_map(draw), steps, x))
}

/// Spikes of the hardware's encoder: `x 255 > r_t`, one `r_t` for all inputs at a step.
///
/// # Shapes
/// - `x`: `[batch, features]`, rounded to 8 bits as the hardware has them
/// - result: `[T, batch, features]`
///
/// # Errors
/// T that is no power of two in `1..=256`; a number of `x` that is none.
pub fn generator_encode(
    x: &Tensor<2>,
    steps: usize,
    generator: Generator,
) -> Result<Tensor<3>, TrainError> {
    if !steps.is_power_of_two() || steps > 256 {
        let allowed = "1, 2, 4, ..., 256 for the hardware's encoder".into();
        return Err(TrainError::Value { field: "T".into(), value: steps.to_string(), allowed });
    }
    let values = checked(x, steps)?;
    let pixels: Vec<u8> = values.iter().map(|x| (x * 255.0).round() as u8).collect();
    let pixels = &pixels;
    let compare = |t: usize| {
        let threshold = generator.threshold(steps as u32, t as u32);
        pixels.iter().map(move |p| *p > threshold)
    };
    Ok(spikes((0..steps).flat_map(compare), steps, x))
}

/// One spike of each input, the earlier the larger it is: at `min(trunc(tau (1 - x)), T - 1)`.
/// Inputs of 0 are silent if `silent_zeros`; otherwise they spike last.
///
/// # Shapes
/// - `x`: `[batch, features]`, clamped to `[0, 1]`
/// - result: `[T, batch, features]`
///
/// # Errors
/// `steps` of 0; `tau` that is not above 0; a number of `x` that is none.
pub fn latency_encode(
    x: &Tensor<2>,
    steps: usize,
    tau: f32,
    silent_zeros: bool,
) -> Result<Tensor<3>, TrainError> {
    if !(tau > 0.0 && tau.is_finite()) {
        let allowed = "a number of steps above 0".into();
        return Err(TrainError::Value { field: "tau".into(), value: tau.to_string(), allowed });
    }
    let values = checked(x, steps)?;
    let values = &values;
    let at = move |x: f32| ((tau * (1.0 - x)) as usize).min(steps - 1);
    let fires = move |x: f32| !silent_zeros || x > 0.0;
    let fire = |t| values.iter().map(move |x| fires(*x) && at(*x) == t);
    Ok(spikes((0..steps).flat_map(fire), steps, x))
}

/// What a change of the input is turned into.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Polarity {
    /// 1 for a change in either direction, `[T, batch, features]`.
    #[default]
    Either,
    /// Rises, then falls: `[T, batch, 2 features]`.
    Both,
}

/// A spike where the input differs from that of the step before by more than `threshold`; none at
/// the first step.
///
/// # Shapes
/// - `x`: `[T, batch, features]`
/// - result: `[T, batch, features]`, or twice the features with [`Polarity::Both`]
///
/// # Errors
/// T of 0; a threshold below 0 or none; a number of `x` that is none.
pub fn delta_encode(
    x: &Tensor<3>,
    threshold: f32,
    polarity: Polarity,
) -> Result<Tensor<3>, TrainError> {
    if !(threshold >= 0.0 && threshold.is_finite()) {
        let allowed = "a number of at least 0".into();
        let value = threshold.to_string();
        return Err(TrainError::Value { field: "threshold".into(), value, allowed });
    }
    let [steps, batch, features] = x.dims();
    let values = finite(x, steps)?;
    let frame = batch * features;
    let change = |k: usize| if k < frame { 0.0 } else { values[k] - values[k - frame] };
    let mut fired = Vec::with_capacity(2 * values.len());
    for row in 0..steps * batch {
        let row = row * features..(row + 1) * features;
        match polarity {
            Polarity::Either => fired.extend(row.map(|k| change(k).abs() > threshold)),
            Polarity::Both => {
                fired.extend(row.clone().map(|k| change(k) > threshold));
                fired.extend(row.map(|k| change(k) < -threshold));
            }
        }
    }
    let width = match polarity {
        Polarity::Either => features,
        Polarity::Both => 2 * features,
    };
    let numbers: Vec<f32> = fired.into_iter().map(number).collect();
    Ok(Tensor::from_data(TensorData::new(numbers, [steps, batch, width]), &x.device()))
}

fn number(fired: bool) -> f32 {
    if fired { 1.0 } else { 0.0 }
}

/// The numbers of an input, or the first that is none.
fn finite<const D: usize>(x: &Tensor<D>, steps: usize) -> Result<Vec<f32>, TrainError> {
    if steps == 0 {
        let allowed = "at least 1".into();
        return Err(TrainError::Value { field: "T".into(), value: "0".into(), allowed });
    }
    let values = super::network::to_vec(x.clone());
    match values.iter().position(|x| !x.is_finite()) {
        Some(at) => Err(TrainError::NotFinite { what: "the input".into(), at, value: values[at] }),
        None => Ok(values),
    }
}

/// The same, clamped to `[0, 1]`.
fn checked(x: &Tensor<2>, steps: usize) -> Result<Vec<f32>, TrainError> {
    Ok(finite(x, steps)?.into_iter().map(|x| x.clamp(0.0, 1.0)).collect())
}

fn spikes(fired: impl Iterator<Item = bool>, steps: usize, like: &Tensor<2>) -> Tensor<3> {
    let [batch, features] = like.dims();
    let numbers: Vec<f32> = fired.map(number).collect();
    Tensor::from_data(TensorData::new(numbers, [steps, batch, features]), &like.device())
}

#[cfg(test)]
mod tests {
    use super::super::{device, network::to_vec};
    use super::*;
    use spikestream::data;
    use spikestream::spec::example;

    fn x(values: &[f32]) -> Tensor<2> {
        Tensor::<1>::from_floats(values, &device()).unsqueeze()
    }

    #[test]
    fn rates_are_probabilities_and_follow_the_seed() {
        let input = x(&[0.0, 0.25, 0.9, 1.0, -3.0, 7.0]);
        let spikes = to_vec(rate_encode(&input, 4000, 1).unwrap());
        let rate = |i: usize| spikes.iter().skip(i).step_by(6).sum::<f32>() / 4000.0;
        assert_eq!([rate(0), rate(3), rate(4), rate(5)], [0.0, 1.0, 0.0, 1.0]);
        // Four standard deviations of a mean of 4000.
        assert!((rate(1) - 0.25).abs() < 0.0274 && (rate(2) - 0.9).abs() < 0.019);
        assert_eq!(spikes, to_vec(rate_encode(&input, 4000, 1).unwrap()));
        assert_ne!(spikes, to_vec(rate_encode(&input, 4000, 2).unwrap()));
        // No input follows another one.
        let spikes = to_vec(rate_encode(&x(&[0.5, 0.5]), 4000, 3).unwrap());
        let same = spikes.chunks(2).filter(|p| p[0] == p[1]).count() as f32 / 4000.0;
        assert!((same - 0.5).abs() < 0.032, "{same}");
    }

    #[test]
    fn the_generator_gives_the_spikes_of_the_golden_model() {
        let image = &data::digits().test.images[3];
        let values: Vec<f32> = image.iter().map(|p| f32::from(*p) / 255.0).collect();
        let mut spec = example(&[64, 2]).spec;
        for generator in [Generator::VanDerCorput, Generator::Lfsr, Generator::Counter] {
            spec.encoder.generator = generator;
            let spikes = to_vec(generator_encode(&x(&values), 16, generator).unwrap());
            for t in 0..16 {
                let mut words = Vec::new();
                spikestream::sc::encoder::encode(&spec, image, t, &mut words);
                let own = &spikes[t as usize * 64..][..64];
                assert!((0..64).all(|i| (own[i] == 1.0) == ((words[0] >> i) & 1 == 1)), "step {t}");
            }
        }
        let error = generator_encode(&x(&[0.5]), 12, Generator::Ruler).unwrap_err();
        assert_eq!(error.code(), "spikestream::train::option");
    }

    #[test]
    fn strong_inputs_spike_first_and_once() {
        let input = x(&[1.0, 0.79, 0.5, 0.01, 0.0]);
        let spikes = to_vec(latency_encode(&input, 8, 5.0, true).unwrap());
        let times = |i: usize| (0..8).filter(|t| spikes[t * 5 + i] == 1.0).collect::<Vec<_>>();
        assert_eq!([times(0), times(1), times(2), times(3)], [[0], [1], [2], [4]]);
        assert!(times(4).is_empty());
        let spikes = to_vec(latency_encode(&input, 3, 5.0, false).unwrap());
        assert_eq!(spikes[10..], [0.0, 0.0, 1.0, 1.0, 1.0]); // all that is late, at the end
    }

    #[test]
    fn changes_spike_with_their_sign_if_asked() {
        let input = vec![0.0, 1.0, 0.05, 0.5, 0.05, 0.9]; // three steps of two
        let input = Tensor::<3>::from_data(TensorData::new(input, [3, 1, 2]), &device());
        let spikes = to_vec(delta_encode(&input, 0.1, Polarity::Either).unwrap());
        assert_eq!(spikes, [0.0, 0.0, 0.0, 1.0, 0.0, 1.0]);
        let both = delta_encode(&input, 0.1, Polarity::Both).unwrap();
        assert_eq!(both.dims(), [3, 1, 4]);
        let falls = [0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 1.0, 0.0, 1.0, 0.0, 0.0];
        assert_eq!(to_vec(both), falls);
    }

    #[test]
    fn what_cannot_be_encoded_is_refused() {
        let nan = x(&[0.1, f32::NAN]);
        assert_eq!(rate_encode(&nan, 3, 1).unwrap_err().code(), "spikestream::train::not-finite");
        let none = Tensor::zeros([2, 1, 1], &device());
        for error in [
            rate_encode(&x(&[0.1]), 0, 1).unwrap_err(),
            latency_encode(&x(&[0.1]), 0, 5.0, true).unwrap_err(),
            latency_encode(&x(&[0.1]), 5, 0.0, true).unwrap_err(),
            delta_encode(&none, f32::NAN, Polarity::Either).unwrap_err(),
        ] {
            assert_eq!(error.code(), "spikestream::train::option");
        }
    }
}
