//! Export: float weights to the integers of the contract, and what that cost.
//!
//! A layer is trained with a float threshold of 1. Its integer threshold comes first, because the
//! layer's scale is folded into it, so that the hardware multiplies nothing:
//!
//! ```text
//! Theta  = round((2^B - 1) * L / 2^B / max|w|)     within 1 ..= (2^(W-1) - 1) >> F
//! q_ij   = clamp(round(w_ij * Theta * 2^B / L))    within -(2^B - 1) ..= 2^B - 1
//! bias_j = round(b_j * Theta * 2^F)                refused if W bits do not hold it
//! ```
//!
//! where `L / 2^B`, the share of a bitstream that a time step runs, is 1 unless streams are cut
//! short; then a dot product is about that share of the full one, and so is its threshold.
//!
//! Rounding: `round` is to the nearest integer, **ties away from zero** ([`f64::round`]). The
//! products are taken in f64, where an f32 times an integer of 24 bits is exact, so nothing is
//! rounded twice; the quotient by an `L` that is no power of two is rounded by less than its distance
//! from a tie that it is not. A layer of zeros has no scale; it gets the largest Theta.

pub mod calibrate;
pub(crate) mod error;
pub mod prune;
pub mod report;
pub mod unipolar;
mod wired;

pub use crate::layer::FloatLayer;
pub use calibrate::{Calibrated, calibrated};
pub use error::ExportError;
pub use report::LayerReport;
pub use wired::{FloatNumbers, rounded, wired};

use crate::Error;
use crate::layer::Dense;
use crate::neuron;
use crate::spec::{Layer, LayerSpec, Net, NetSpec};

/// A layer in integers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IntLayer {
    /// Theta.
    pub threshold: i32,
    /// `q` and the biases.
    pub layer: Layer,
}

/// Turns float layers into a network.
///
/// `skeleton` gives everything but the layers, of which it gives the names of their neurons: the rest of `layers` and
/// the hash are replaced.
///
/// # Example
/// ```
/// use spikestream::export::{self, FloatLayer};
/// use spikestream::spec::example;
///
/// let skeleton = example(&[1, 1]).spec; // B = 4 bits a weight, F = 4 fraction bits a membrane
/// let weights = vec![0.5, -0.25, 0.1, 0.0];
/// let layer = FloatLayer { inputs: 2, weights, biases: vec![0.125, -1.0] };
/// let (net, reports) = export::net(&skeleton, &[layer])?;
/// // The largest weight becomes 15, so a threshold of 1 becomes 30.
/// assert_eq!(net.spec.layers[0].threshold, 30);
/// assert_eq!(net.layers[0].weights, [15, -8, 3, 0]);
/// assert_eq!(net.layers[0].biases, [60, -480]);
/// assert!(reports[0].max_error <= 0.5 / 30.0);
/// # Ok::<(), spikestream::Error>(())
/// ```
///
/// # Errors
/// Not `inputs` weights a neuron; a weight or bias that is not a number; a bias that the membrane does
/// not hold; whatever [`Net::check`] finds.
pub fn net(skeleton: &NetSpec, floats: &[FloatLayer]) -> Result<(Net, Vec<LayerReport>), Error> {
    let mut spec = NetSpec { layers: Vec::new(), ..skeleton.clone() };
    skeleton.check_names()?;
    let (mut layers, mut reports) = (Vec::new(), Vec::new());
    for (index, float) in floats.iter().enumerate() {
        let int = layer(skeleton, index, float)?;
        reports.push(report::of_layer(skeleton, index, float, &int));
        let Dense { inputs, outputs } = float.sizes();
        let neuron = skeleton.layers.get(index).and_then(|layer| layer.neuron.clone());
        spec.layers.push(LayerSpec { neuron, ..LayerSpec::new(inputs, outputs, int.threshold) });
        layers.push(int.layer);
    }
    Ok((Net::new(spec, layers)?, reports))
}

/// Turns one layer into integers; `index` says which layer of the spec it is, for its neuron and for messages.
///
/// # Errors
/// Not `inputs` weights a neuron; a weight or bias that is not a number; a bias that the membrane does
/// not hold.
pub fn layer(spec: &NetSpec, index: usize, float: &FloatLayer) -> Result<IntLayer, Error> {
    float.check(index)?;
    numbers(spec, index, &float.weights, &float.biases)
}

/// Turns the numbers of one layer into integers, whatever its connections are: one scale for the weights of all of
/// them. Numbers must be finite. No weight depends on its place.
///
/// # Errors
/// A bias that the membrane does not hold.
pub fn numbers(
    spec: &NetSpec,
    index: usize,
    weights: &[f32],
    biases: &[f32],
) -> Result<IntLayer, Error> {
    let most = f64::from(spec.max_weight()) * spec.stream.share();
    numbers_at(
        spec,
        index,
        neuron::threshold(spec, index, most / largest(weights)),
        weights,
        biases,
    )
}

/// The same by a threshold that is known.
fn numbers_at(
    spec: &NetSpec,
    index: usize,
    threshold: i32,
    weights: &[f32],
    biases: &[f32],
) -> Result<IntLayer, Error> {
    let max = f64::from(spec.max_weight());
    let weight = |w: &f32| steps(spec, *w, threshold).clamp(-max, max) as i8;
    let weights = weights.iter().map(weight).collect();
    let bias = |(neuron, b): (usize, &f32)| {
        neuron::bias(spec, (index, neuron), threshold, scaled(*b, threshold))
    };
    let biases = biases.iter().enumerate().map(bias).collect::<Result<_, _>>()?;
    Ok(IntLayer { threshold, layer: Layer { weights, biases, delays: Vec::new() } })
}

fn largest(weights: &[f32]) -> f64 {
    f64::from(weights.iter().fold(0.0, |max: f32, w| max.max(w.abs())))
}

/// A weight in whole steps, not yet clamped.
fn steps(spec: &NetSpec, w: f32, threshold: i32) -> f64 {
    (scaled(w, threshold) / spec.stream.share()).round()
}

fn scaled(w: f32, threshold: i32) -> f64 {
    f64::from(w) * f64::from(threshold)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::spec::example;

    fn skeleton() -> NetSpec {
        example(&[2, 2]).spec // B = 4, W = 16, F = 4
    }

    fn float(weights: &[f32], biases: &[f32]) -> FloatLayer {
        let inputs = weights.len() / biases.len();
        FloatLayer { inputs, weights: weights.to_vec(), biases: biases.to_vec() }
    }

    fn ints(weights: &[f32], biases: &[f32]) -> IntLayer {
        layer(&skeleton(), 0, &float(weights, biases)).unwrap()
    }

    fn code(weights: &[f32], biases: &[f32]) -> &'static str {
        layer(&skeleton(), 0, &float(weights, biases)).map_or_else(|e| e.code(), |_| "ok")
    }

    #[test]
    fn the_largest_weight_uses_all_bits() {
        let int = ints(&[0.5, -0.25, 0.1, 0.0], &[0.125, -1.0]);
        assert_eq!(int.threshold, 30);
        assert_eq!(int.layer.weights, [15, -8, 3, 0]); // -7.5 goes away from zero
        assert_eq!(int.layer.biases, [60, -480]); // in steps of 1 / (30 * 16)
    }

    #[test]
    fn ties_go_away_from_zero() {
        // Theta = round(15 / 1) = 15; 0.1 * 15 in f32 would be a tie, in f64 it is above 1.5.
        assert_eq!(ints(&[1.0, 0.5], &[0.0]).layer.weights, [15, 8]);
        assert_eq!(ints(&[-1.0, -0.5], &[0.0]).layer.weights, [-15, -8]);
        // Theta itself: 15 / 6 = 2.5 becomes 3, so that 6 * 3 = 18 is clamped.
        let int = ints(&[6.0, 1.0], &[0.0]);
        assert_eq!((int.threshold, int.layer.weights), (3, vec![15, 3]));
    }

    #[test]
    fn short_streams_scale_the_threshold_and_keep_the_integers() {
        let mut spec = skeleton();
        spec.stream.length = 4; // a quarter
        let int = layer(&spec, 0, &float(&[0.5, -0.25, 0.1, 0.0], &[0.125, -1.0])).unwrap();
        assert_eq!(int.threshold, 8); // 15 / 4 / 0.5 = 7.5, away from zero
        assert_eq!(int.layer.weights, [15, -8, 3, 0]); // 16 is clamped
        assert_eq!(int.layer.biases, [16, -128]); // in steps of 1 / (8 * 16)
        let (_, reports) = net(&spec, &[float(&[0.5, -0.25, 0.1, 0.0], &[0.125, -1.0])]).unwrap();
        assert_eq!(reports[0].clamped, 1);
        assert_eq!(reports[0].max_error, 0.5 - 15.0 / 4.0 / 8.0);
        spec.stream.length = 1;
        assert_eq!(layer(&spec, 0, &float(&[100.0], &[0.0])).unwrap().threshold, 1);
    }

    #[test]
    fn theta_stays_within_one_and_the_membrane() {
        assert_eq!(ints(&[1000.0, 1.0], &[0.0]).threshold, 1);
        assert_eq!(ints(&[1e-9, 0.0], &[0.0]).threshold, 2047); // 32767 >> 4
        assert_eq!(ints(&[1e-9, 0.0], &[0.0]).layer.weights, [0, 0]);
    }

    #[test]
    fn a_layer_of_zeros_is_allowed_and_silent() {
        let (net, reports) = net(&skeleton(), &[float(&[0.0; 4], &[0.0, 0.0])]).unwrap();
        assert_eq!(net.spec.layers[0].threshold, 2047);
        assert_eq!((reports[0].zeros, reports[0].silent, reports[0].max_error), (4, 2, 0.0));
    }

    #[test]
    fn what_is_no_number_is_refused() {
        for bad in [f32::NAN, f32::INFINITY, f32::NEG_INFINITY] {
            assert_eq!(code(&[1.0, bad], &[0.0]), "spikestream::export::not-finite");
            assert_eq!(code(&[1.0, 1.0], &[bad]), "spikestream::export::not-finite");
        }
    }

    #[test]
    fn a_layer_of_another_shape_is_refused() {
        for (inputs, weights) in [(2, 3), (2, 5), (0, 4), (3, 0)] {
            let odd = FloatLayer { inputs, weights: vec![1.0; weights], biases: vec![0.0; 2] };
            let error = net(&skeleton(), &[odd]).unwrap_err();
            assert_eq!(error.code(), "spikestream::net::shape", "{error}");
        }
    }

    #[test]
    fn a_bias_must_fit_the_membrane() {
        // Theta = 15, F = 4: a unit of bias is 240.
        assert_eq!(code(&[1.0, 0.0], &[136.0]), "ok"); // 32640
        assert_eq!(code(&[1.0, 0.0], &[137.0]), "spikestream::net::bias-range");
        assert_eq!(code(&[1.0, 0.0], &[-136.5333]), "ok"); // -32768
        assert_eq!(code(&[1.0, 0.0], &[-137.0]), "spikestream::net::bias-range");
    }

    /// The nearest integer to `numerator / denominator`, ties away from zero.
    fn rounded(numerator: i128, denominator: i128) -> i128 {
        (2 * numerator.abs() + denominator) / (2 * denominator) * numerator.signum()
    }

    proptest::proptest! {
        /// `round(w * Theta * 2^B / L)` in whole numbers, without any rounding before it.
        #[test]
        fn no_length_rounds_a_weight_twice(
            mantissa in -(1_i128 << 24)..1 << 24, exponent in 20_i32..40,
            theta in 1_i128..1 << 23, bits in 1_u32..=7, length in 0_u32..128,
        ) {
            let mut spec = skeleton();
            (spec.stream.bits, spec.stream.length) = (bits, 1 + length % (1 << bits));
            let w = mantissa as f32 * 0.5_f32.powi(exponent);
            let numerator = (mantissa * theta) << bits;
            let expected = rounded(numerator, i128::from(spec.stream.length) << exponent);
            proptest::prop_assert_eq!(steps(&spec, w, theta as i32), expected as f64);
        }

        #[test]
        fn an_error_is_at_most_half_a_step_unless_clamped(
            weights in proptest::collection::vec(-4.0_f32..4.0, 1..40)
        ) {
            let (_, reports) = net(&skeleton(), &[float(&weights, &[0.0])]).unwrap();
            let half = 0.5 / f64::from(reports[0].threshold);
            proptest::prop_assert!(reports[0].clamped > 0 || reports[0].max_error <= half + 1e-12);
        }
    }
}
