//! The walk over a fully connected layer, as tables by layer: for each neuron every pass over all chunks of the
//! inputs, a word a cycle.

use spikestream::hardware::layout::Layout;
use spikestream::hardware::shape::Shape;

/// Entries of a layer's part of the table of offsets.
const OFFSETS: u64 = 16;

/// What the sequencer's counters count to, and what they add to an address.
#[derive(Clone, Debug)]
pub struct Walk {
    /// The most neurons of a layer, or inputs of the network.
    pub widest: usize,
    /// The most chunks of a layer.
    pub deepest: usize,
    /// The last chunk of each layer.
    pub last_chunks: Vec<u64>,
    /// The last neuron of each layer.
    pub last_neurons: Vec<u64>,
    /// Words of bit planes of a neuron of each layer.
    pub strides: Vec<u64>,
    /// Where the words of bit plane `o` of a neuron of each layer begin, 16 a layer.
    pub offsets: Vec<u64>,
}

impl Walk {
    /// The walk over the layers of a shape that is laid out.
    pub fn new(shape: &Shape, layout: &Layout) -> Self {
        let chunks = || layout.chunks.iter().map(|&chunks| chunks as u64);
        Self {
            widest: shape.widths.iter().map(|&width| width as usize).max().unwrap_or(1),
            deepest: layout.chunks.iter().copied().max().unwrap_or(1),
            last_chunks: chunks().map(|chunks| chunks - 1).collect(),
            last_neurons: shape.layers().map(|layer| layer.outputs as u64 - 1).collect(),
            strides: chunks().map(|chunks| chunks * u64::from(shape.weight_bits)).collect(),
            offsets: chunks().flat_map(|c| (0..OFFSETS).map(move |o| c * o)).collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use spikestream::hardware::On;
    use spikestream::hardware::layout::SelfTest;
    use spikestream::sc::schedule::Schedule;
    use spikestream::spec::example;

    #[test]
    fn every_neuron_is_walked_over_all_its_chunks() {
        let net = example(&[70, 90, 2]);
        let test = SelfTest { image: vec![0; 70], class: 0 };
        let layout = Layout::new(&net, On::planes(32), &test).unwrap();
        let walk = Walk::new(&Shape::of(&net.spec, Schedule::Planes), &layout);
        assert_eq!((walk.widest, walk.deepest), (90, 3));
        assert_eq!((walk.last_chunks, walk.last_neurons), (vec![2, 2], vec![89, 1]));
        // Four planes of three words.
        assert_eq!(walk.strides, [12, 12]);
        assert_eq!((walk.offsets.len(), &walk.offsets[..4]), (32, &[0, 3, 6, 9][..]));
    }
}
