//! From floats to the integers of a layer's neurons: thresholds and biases, whichever neurons they are.

use super::lif;
use crate::Error;
use crate::spec::NetSpec;

/// Theta of a layer for a scale, the steps of a weight that a float threshold of 1 is: the nearest whole number that
/// a membrane holds, or of a named neuron, whose inputs are shifted, the next power of two below.
pub fn threshold(spec: &NetSpec, layer: usize, scale: f64) -> i32 {
    match spec.cell(layer) {
        None => lif::threshold(&spec.neuron, scale),
        Some(cell) => 1 << scale.log2().floor().clamp(0.0, cell.fraction.into()) as u32,
    }
}

/// A step of a weight in the units of a layer's membranes, whose threshold is `theta`.
pub fn unit(spec: &NetSpec, layer: usize, theta: i32) -> f64 {
    match spec.cell(layer) {
        None => f64::from(1 << spec.neuron.fraction_bits),
        Some(cell) => 2_f64.powi(cell.fraction as i32) / f64::from(theta),
    }
}

/// A bias in membrane units, from one in steps of a weight; the place, layer and neuron, is for messages too.
///
/// # Errors
/// One that the membrane's bits do not hold.
pub fn bias(
    spec: &NetSpec,
    (layer, neuron): (usize, usize),
    theta: i32,
    steps: f64,
) -> Result<i32, Error> {
    let bits = spec.membrane_bits(layer);
    let value = (steps * unit(spec, layer, theta)).round();
    let limit = f64::from(1 << (bits - 1));
    if (-limit..limit).contains(&value) {
        return Ok(value as i32);
    }
    Err(Error::Bias { layer, at: neuron, value: value as i32, bits })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::neuron::cell::Cell;
    use crate::neuron::equations::Format;
    use crate::spec::example_of;

    /// Of a named neuron, an input of 1 is a power of two of weight steps; of LIF any number of them is a threshold.
    #[test]
    fn thresholds_and_units_are_those_of_the_layers_neurons() {
        let cell = Cell::new("lif", Format { bits: 16, fraction: 12 });
        let spec = example_of(&[2, 2, 2], &[Some(cell), None]).spec; // F = 4
        let of = |scale| [0, 1].map(|layer| threshold(&spec, layer, scale));
        assert_eq!([20.4, 16.0, 0.3].map(of), [[16, 20], [16, 16], [1, 1]]);
        assert_eq!(of(1e9), [4096, 2047]);
        assert_eq!([16, 1, 4096].map(|theta| unit(&spec, 0, theta)), [256.0, 4096.0, 1.0]);
        assert_eq!(unit(&spec, 1, 16), 16.0);
        let bias = |layer, steps| bias(&spec, (layer, 3), 16, steps).map_err(|e| e.to_string());
        assert_eq!((bias(0, 1.5), bias(1, 1.5)), (Ok(384), Ok(24)));
        assert_eq!((bias(0, -128.0), bias(0, 127.99)), (Ok(-32768), Ok(32765)));
        assert!(bias(0, 128.0).unwrap_err().contains("layer 0: bias 3 "));
    }
}
