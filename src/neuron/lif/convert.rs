//! From floats to the parameters of the neuron: a threshold of each neuron folded into its weights, the one
//! of the layer from its scale, leak by a shift.

use crate::Error;
use crate::export::error::ExportError;
use crate::layer::FloatLayer;
use crate::spec::Neuron;

/// The largest leak of the contract, a in `V - (V >> a)`.
const MOST_SHIFT: u32 = 15;

impl FloatLayer {
    /// The same layer with threshold 1, from one whose neuron `j` fires above `thresholds[j]`:
    /// weights `w_j / theta_j`, biases `b_j / theta_j`.
    ///
    /// Leak, sum and both resets are linear in the membrane, so `V_j / theta_j` obeys the same
    /// equations and every spike is the same, but for the rounding of the quotients to f32; it is
    /// exact for powers of two.
    ///
    /// # Errors
    /// What [`FloatLayer::check`] finds; not one threshold a neuron; a threshold that is no finite
    /// number above 0, or so small that a quotient overflows.
    pub fn fold_thresholds(&self, thresholds: &[f32]) -> Result<Self, Error> {
        self.check(0)?;
        if thresholds.len() != self.biases.len() {
            return Err(Error::Shape {
                what: "a layer".into(),
                found: format!("{} thresholds", thresholds.len()),
                expected: format!("{}, one a neuron", self.biases.len()),
            });
        }
        let unfit = |theta: &f32| !theta.is_finite() || *theta <= 0.0;
        if let Some(neuron) = thresholds.iter().position(unfit) {
            return Err(ExportError::Threshold { neuron, value: thresholds[neuron] }.into());
        }
        let rows = self.rows().zip(thresholds);
        let weights = rows.flat_map(|(row, theta)| row.iter().map(move |w| w / theta)).collect();
        let biases = self.biases.iter().zip(thresholds).map(|(b, theta)| b / theta).collect();
        let folded = Self { inputs: self.inputs, weights, biases };
        folded.check(0)?;
        Ok(folded)
    }
}

/// Theta for a scale, the integers that a float threshold of 1 is: the nearest whole number of weight steps
/// within 1 and what a membrane of W bits with F fraction bits holds.
pub fn threshold(neuron: &Neuron, scale: f64) -> i32 {
    let most = ((1 << (neuron.membrane_bits - 1)) - 1) >> neuron.fraction_bits;
    scale.round().clamp(1.0, f64::from(most)) as i32
}

/// The shift `a` whose leak `V - (V >> a)` is nearest to `beta V`, and how far off it is.
///
/// A shift keeps `1 - 2^-a` of the membrane, `a` in `1..=15`; `a = 0` is no leak and keeps all of it.
/// The second number is what is kept less `beta`: positive if the membrane that ships leaks less. Of
/// two that are equally near the smaller shift is taken, which leaks more.
///
/// # Errors
/// A factor that is not within 0..=1.
pub fn leak_shift(beta: f64) -> Result<(u32, f64), Error> {
    if !(0.0..=1.0).contains(&beta) {
        return Err(ExportError::Leak { beta }.into());
    }
    let errors = (1..=MOST_SHIFT).chain([0]).map(|shift| (shift, kept(shift) - beta));
    let nearest = errors.min_by(|a, b| a.1.abs().total_cmp(&b.1.abs())); // the first of equals
    Ok(nearest.unwrap_or_default())
}

/// The share of a membrane that the shift `a` leaves: `1 - 2^-a`, or all of it if `a = 0`.
pub fn kept(shift: u32) -> f64 {
    if shift == 0 { 1.0 } else { 1.0 - 0.5_f64.powi(shift as i32) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Spikes of one leaky neuron in f64, subtracting or clearing at `theta`.
    fn spikes(
        row: &[f32],
        bias: f32,
        theta: f32,
        subtract: bool,
        inputs: &[Vec<bool>],
    ) -> Vec<bool> {
        let mut v = 0.0;
        let step = |spikes: &Vec<bool>| {
            let on = row.iter().zip(spikes).filter(|(_, s)| **s);
            v = 0.9375 * v + on.map(|(w, _)| f64::from(*w)).sum::<f64>() + f64::from(bias);
            let fired = v > f64::from(theta);
            if fired {
                v = if subtract { v - f64::from(theta) } else { 0.0 };
            }
            fired
        };
        inputs.iter().map(step).collect()
    }

    fn layer(weights: &[f32], biases: &[f32]) -> FloatLayer {
        let inputs = weights.len() / biases.len();
        FloatLayer { inputs, weights: weights.to_vec(), biases: biases.to_vec() }
    }

    proptest! {
        /// Quotients by powers of two are exact, so no spike may move.
        #[test]
        fn folded_neurons_spike_alike(
            weights in proptest::collection::vec(-2.0_f32..2.0, 8),
            biases in proptest::collection::vec(-0.5_f32..0.5, 2),
            exponents in proptest::collection::vec(-3_i32..=3, 2),
            inputs in proptest::collection::vec(proptest::collection::vec(any::<bool>(), 4), 30),
            subtract: bool,
        ) {
            let layer = layer(&weights, &biases);
            let thetas: Vec<f32> = exponents.iter().map(|e| 2_f32.powi(*e)).collect();
            let folded = layer.fold_thresholds(&thetas).unwrap();
            for (j, (own, other)) in layer.rows().zip(folded.rows()).enumerate() {
                let expected = spikes(own, layer.biases[j], thetas[j], subtract, &inputs);
                prop_assert_eq!(spikes(other, folded.biases[j], 1.0, subtract, &inputs), expected);
            }
        }
    }

    #[test]
    fn each_neuron_is_divided_by_its_own_threshold() {
        let folded =
            layer(&[1.0, 2.0, 3.0, -4.0], &[0.5, 1.5]).fold_thresholds(&[0.5, 3.0]).unwrap();
        assert_eq!(folded.weights, [2.0, 4.0, 1.0, -4.0 / 3.0]);
        assert_eq!(folded.biases, [1.0, 0.5]);
    }

    #[test]
    fn thresholds_that_none_can_have_are_refused() {
        let fold = |thetas: &[f32]| {
            let result = layer(&[1.0, 2.0], &[0.5, 1.5]).fold_thresholds(thetas);
            result.map_or_else(|e| e.code(), |_| "ok")
        };
        assert_eq!(fold(&[1.0, 2.0]), "ok");
        for bad in [0.0, -1.0, f32::NAN, f32::INFINITY] {
            assert_eq!(fold(&[1.0, bad]), "spikestream::export::threshold");
        }
        assert_eq!(fold(&[1.0]), "spikestream::net::shape");
        assert_eq!(fold(&[1.0, 1e-45]), "spikestream::export::not-finite");
    }

    #[test]
    fn the_nearest_shift_is_taken_and_its_error_told() {
        for (beta, shift, kept) in [
            (1.0, 0, 1.0),
            (0.9375, 4, 0.9375),
            (0.9, 3, 0.875),
            (0.95, 4, 0.9375),
            (0.5, 1, 0.5),
            (0.0, 1, 0.5),
            (0.625, 1, 0.5), // as near to 0.75
            (0.999_96, 15, 1.0 - 1.0 / 32_768.0),
            (0.999_99, 0, 1.0),
        ] {
            let (found, error) = leak_shift(beta).unwrap();
            assert!((error - (kept - beta)).abs() < 1e-15, "{beta}: {error}");
            assert_eq!(found, shift, "{beta}");
        }
    }

    #[test]
    fn no_factor_is_nearer_than_the_one_that_is_taken() {
        for step in 0..=10_000 {
            let beta = f64::from(step) / 10_000.0;
            let (_, error) = leak_shift(beta).unwrap();
            for shift in 1..=15 {
                assert!(error.abs() <= (1.0 - 0.5_f64.powi(shift) - beta).abs());
            }
            assert!(error.abs() <= 1.0 - beta);
        }
    }

    #[test]
    fn what_is_no_leak_is_refused() {
        for bad in [-0.1, 1.0001, f64::NAN, f64::INFINITY] {
            assert_eq!(leak_shift(bad).unwrap_err().code(), "spikestream::export::leak");
        }
    }
}
