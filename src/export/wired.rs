//! Export of layers with any connections.

use super::error::ExportError;
use super::{IntLayer, LayerReport, numbers, numbers_at, report};
use crate::Error;
use crate::spec::{Layer, LayerSpec, Net, NetSpec, Wired};

/// A layer in floats as [`Layer`] has it in integers: the weights of each of its connections behind each other, in
/// units of its threshold, a bias a channel, and delays.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct FloatNumbers {
    /// `w`, connection by connection, each in the shape of its tensor.
    pub weights: Vec<f32>,
    /// `b`.
    pub biases: Vec<f32>,
    /// Delays, which are whole from the start.
    pub delays: Vec<u8>,
}

/// Turns float layers with any connections into a network. The skeleton gives everything but thresholds and numbers;
/// a layer without neurons has none of either.
///
/// # Example
/// ```
/// use spikestream::export::{self, FloatNumbers};
/// use spikestream::layer::kinds::{Pattern, Recurrent};
/// use spikestream::spec::{FORMAT_OF_NAMED, LayerSpec, example};
///
/// let mut skeleton = example(&[1, 1]).spec; // B = 4 bits a weight
/// skeleton.format = FORMAT_OF_NAMED;
/// let own = Recurrent { pattern: Pattern::OneToOne };
/// skeleton.layers = vec![LayerSpec::new(2, 1, 1).with(&own, None)];
/// // Two weights of the inputs, and the one by which the neuron hears itself.
/// let layer = FloatNumbers { weights: vec![0.25, 0.1, -0.5], biases: vec![0.0], delays: vec![] };
/// let (net, _) = export::wired(&skeleton, &[layer])?;
/// assert_eq!((net.spec.layers[0].threshold, &net.layers[0].weights[..]), (30, &[8, 3, -15][..]));
/// # Ok::<(), spikestream::Error>(())
/// ```
///
/// # Errors
/// Layers that do not go with each other; a weight or bias that is not a number; a bias that the membrane does not
/// hold; whatever [`Net::check`] finds.
pub fn wired(
    skeleton: &NetSpec,
    floats: &[FloatNumbers],
) -> Result<(Net, Vec<LayerReport>), Error> {
    in_integers(skeleton, floats, None)
}

/// The same with the thresholds that the network has already, so that the same integers come of floats that were made of
/// integers.
///
/// # Errors
/// As [`wired`].
pub fn rounded(spec: &NetSpec, floats: &[FloatNumbers]) -> Result<(Net, Vec<LayerReport>), Error> {
    let own: Vec<i32> = spec.layers.iter().map(|layer| layer.threshold).collect();
    with_thresholds(spec, floats, &own)
}

/// The same with a threshold for each layer.
///
/// # Errors
/// As [`wired`].
pub(super) fn with_thresholds(
    skeleton: &NetSpec,
    floats: &[FloatNumbers],
    thresholds: &[i32],
) -> Result<(Net, Vec<LayerReport>), Error> {
    in_integers(skeleton, floats, Some(thresholds))
}

fn in_integers(
    skeleton: &NetSpec,
    floats: &[FloatNumbers],
    thresholds: Option<&[i32]>,
) -> Result<(Net, Vec<LayerReport>), Error> {
    let mut spec = skeleton.clone();
    let (mut layers, mut reports) = (Vec::new(), Vec::new());
    for (index, (wired, float)) in skeleton.wiring()?.iter().zip(floats).enumerate() {
        let threshold = thresholds.map(|all| all[index]);
        let int = of_layer(skeleton, index, wired, float, threshold)?;
        reports.push(report::of_wired(skeleton, index, wired, &float.weights, &int));
        spec.layers[index] =
            LayerSpec { threshold: int.threshold, ..skeleton.layers[index].clone() };
        layers.push(int.layer);
    }
    Ok((Net::new(spec, layers)?, reports))
}

fn of_layer(
    spec: &NetSpec,
    index: usize,
    wired: &Wired,
    float: &FloatNumbers,
    threshold: Option<i32>,
) -> Result<IntLayer, Error> {
    let FloatNumbers { weights, biases, delays } = float;
    for (what, found, expected) in
        [("weights", weights.len(), wired.weight_count()), ("biases", biases.len(), wired.biases())]
    {
        if found != expected {
            let (what, found) = (format!("layer {index}"), format!("{found} {what}"));
            return Err(Error::Shape { what, found, expected: expected.to_string() });
        }
    }
    for (what, values) in [("weight", weights), ("bias", biases)] {
        if let Some(at) = values.iter().position(|value| !value.is_finite()) {
            let value = values[at];
            return Err(ExportError::NotFinite { layer: index, what, at, value }.into());
        }
    }
    if wired.relay.is_some() {
        let layer = Layer { weights: Vec::new(), biases: Vec::new(), delays: Vec::new() };
        return Ok(IntLayer { threshold: 0, layer });
    }
    let mut int = match threshold {
        Some(threshold) => numbers_at(spec, index, threshold, weights, biases)?,
        None => numbers(spec, index, weights, biases)?,
    };
    int.layer.delays = delays.clone();
    Ok(int)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::spec::with_every_kind;

    /// The integers of a network, over each layer's scale, are floats that give just them again.
    #[test]
    fn integers_are_found_again_from_what_they_stand_for() {
        let mut net = with_every_kind();
        let most = net.spec.max_weight();
        for (of, layer) in net.spec.layers.iter_mut().zip(&mut net.layers) {
            // The largest weight, which sets the scale, is one of 2^B - 1.
            if let Some(first) = layer.weights.first_mut() {
                (*first, of.threshold) = (most as i8, 2 * most);
            }
        }
        let unit = f64::from(1 << net.spec.neuron.fraction_bits);
        let float = |(layer, of): (&Layer, &LayerSpec)| {
            let theta = f64::from(of.threshold.max(1));
            FloatNumbers {
                weights: layer.weights.iter().map(|q| (f64::from(*q) / theta) as f32).collect(),
                biases: layer
                    .biases
                    .iter()
                    .map(|b| (f64::from(*b) / theta / unit) as f32)
                    .collect(),
                delays: layer.delays.clone(),
            }
        };
        net.spec.stream.length = net.spec.stream.period();
        let floats: Vec<FloatNumbers> =
            net.layers.iter().zip(&net.spec.layers).map(float).collect();
        let (found, reports) = wired(&net.spec, &floats).unwrap();
        assert_eq!(found, net);
        assert!(reports.iter().all(|report| report.max_error < 1e-6));
        let mut wrong = floats.clone();
        wrong[0].weights.pop();
        assert_eq!(wired(&net.spec, &wrong).unwrap_err().code(), "spikestream::net::shape");
        let mut wrong = floats;
        wrong[0].biases[0] = f32::NAN;
        let code = wired(&net.spec, &wrong).unwrap_err().code();
        assert_eq!(code, "spikestream::export::not-finite");
    }
}
