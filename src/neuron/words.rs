//! What the engine keeps from step to step for each neuron, and what it reads.

use super::block::Block;
use super::lif::Lif;
use crate::spec::{Net, NetSpec};

/// Bits of the word that is kept of a neuron's membrane, as wide as the widest layer's; the parameters are as wide.
pub fn state_bits(spec: &NetSpec) -> u32 {
    (0..spec.layers.len()).map(|layer| spec.membrane_bits(layer)).max().unwrap_or(1)
}

/// Bits of the word beside it that holds all else that any layer's neurons keep; none is kept where that is 0.
pub fn other_bits(spec: &NetSpec) -> u32 {
    Block::of(spec, 1).others.iter().sum()
}

/// How many parameters there are for neurons in layers: a bias for each neuron, a threshold for each layer.
pub fn parameter_count(neurons: usize, layers: usize) -> usize {
    neurons + layers
}

/// The parameters, in the order of [`parameter_count`]: biases in two's complement, then `Theta << F`, which is 0
/// for layers of named neurons, whose threshold is their equations'. Layers without neurons have none.
pub fn parameters(net: &Net) -> Vec<u128> {
    let own = net.spec.populated();
    let mask = (1_u128 << state_bits(&own)) - 1;
    // A bias is a channel's, and the channels of a place follow each other.
    let biases = net.layers.iter().zip(net.spec.populations()).flat_map(|(layer, neurons)| {
        layer.biases.iter().cycle().take(neurons).map(|&b| b as u128 & mask)
    });
    let thresholds = own.layers.iter().enumerate().map(|(layer, of)| {
        let is_named = own.cell(layer).is_some();
        if is_named { 0 } else { Lif::new(&own.neuron, of.threshold).threshold() as u128 }
    });
    biases.chain(thresholds).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::neuron::block::REST_BITS;
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
        assert_eq!(state_bits(&net.spec), 12);
    }

    #[test]
    fn only_a_neuron_that_rests_keeps_for_how_long() {
        let mut spec = example(&[1, 1]).spec;
        assert_eq!(other_bits(&spec), 0);
        spec.neuron.refractory = 15; // the most that a net may have
        assert!(other_bits(&spec) == REST_BITS && spec.neuron.refractory < 1 << REST_BITS);
    }
}
