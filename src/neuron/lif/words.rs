//! What the engine keeps from step to step for each neuron, what it reads, and how long an update takes.

use crate::spec::{Net, Neuron};

/// Bits of the count of the steps that a neuron still rests.
pub const REST_BITS: usize = 4;

/// Bits of the word that is kept of a neuron, its membrane; the parameters are as wide.
pub fn state_bits(neuron: &Neuron) -> usize {
    neuron.membrane_bits as usize
}

/// Whether a second word of [`REST_BITS`] is kept.
pub fn rests(neuron: &Neuron) -> bool {
    neuron.refractory > 0
}

/// How many parameters there are for neurons in layers: a bias for each neuron, a threshold for each layer.
pub fn parameter_count(neurons: usize, layers: usize) -> usize {
    neurons + layers
}

/// The parameters, in the order of [`parameter_count`]: biases in two's complement, then `Theta << F`.
pub fn parameters(net: &Net) -> Vec<u128> {
    let mask = (1_u128 << state_bits(&net.spec.neuron)) - 1;
    let biases = net.layers.iter().flat_map(|l| &l.biases).map(|&b| b as u128 & mask);
    let fraction = net.spec.neuron.fraction_bits;
    let thresholds = net.spec.layers.iter().map(|layer| (layer.threshold as u128) << fraction);
    biases.chain(thresholds).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::spec::example;

    #[test]
    fn biases_lie_before_thresholds_in_as_many_bits_as_a_membrane() {
        let mut net = example(&[2, 3, 2]);
        (net.spec.neuron.membrane_bits, net.spec.neuron.fraction_bits) = (12, 3);
        (net.layers[0].biases, net.layers[1].biases) = (vec![5, -1, -2048], vec![2047, 0]);
        net.spec.layers[1].threshold = 7;
        let words = parameters(&net);
        assert_eq!(words, [5, 0xfff, 0x800, 0x7ff, 0, 160, 56]);
        assert_eq!(words.len(), parameter_count(5, 2));
        assert_eq!(state_bits(&net.spec.neuron), 12);
    }

    #[test]
    fn only_a_neuron_that_rests_keeps_for_how_long() {
        let mut neuron = example(&[1, 1]).spec.neuron;
        assert!(!rests(&neuron));
        neuron.refractory = 15; // the most that a net may have
        assert!(rests(&neuron) && neuron.refractory < 1 << REST_BITS);
    }
}
