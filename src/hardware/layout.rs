//! Where a network's numbers lie in the engine's memories: pure integers, no hardware.
//!
//! | memory | word | order |
//! |---|---|---|
//! | planes | P bits | layer, neuron, bit plane from the most significant, chunk |
//! | signs | P bits | layer, neuron, chunk |
//! | parameters | W bits | [what neurons read](crate::neuron::words::parameters) |
//! | spikes | P bits | the chunks of each layer's inputs, then those of the last layer's spikes |
//! | page | 8 bits | host image, self-test image, its class, the identity |
//!
//! A chunk is up to `P` inputs. A layer's kind says how its weights lie in words
//! ([dense](crate::layer::Dense::planes)): the lanes of a chunk without an input hold spikes that were there
//! before, which meet weights of 0.

use super::{FEWEST_WORDS, Unsupported, current_bits, ensure_buildable_on};
use crate::layer::Dense;
use crate::neuron::words;
use crate::protocol::identity;
use crate::spec::Net;

/// The memory images of one network for one number of lanes.
#[derive(Clone, Debug)]
pub struct Layout {
    /// P.
    pub lanes: usize,
    /// Chunks of each layer's inputs.
    pub chunks: Vec<usize>,
    /// Bit planes of the weights.
    pub planes: Vec<u128>,
    /// Signs of the weights.
    pub signs: Vec<u128>,
    /// Parameters of the neurons.
    pub parameters: Vec<u128>,
    /// W, the bits of the word that is kept of each neuron, and of a parameter.
    pub state_bits: usize,
    /// Bits of the word that is kept of each neuron beside that one; 0 where there is none.
    pub other_bits: usize,
    /// Words of the spike memory.
    pub spike_words: usize,
    /// Neurons of all layers.
    pub neurons: usize,
    /// Bits of a dot product, signed.
    pub current_bits: usize,
    /// Host image (zeros), self-test image, its class, the identity.
    pub page: Vec<u8>,
}

/// What the button runs: an image and the class that the golden model gives it.
#[derive(Clone, Debug)]
pub struct SelfTest {
    /// Pixels.
    pub image: Vec<u8>,
    /// Class.
    pub class: u8,
}

impl Layout {
    /// Lays a network out for `lanes` lanes.
    ///
    /// # Errors
    /// What [`super`] says that the engine does not take.
    pub fn new(net: &Net, lanes: usize, test: &SelfTest) -> Result<Self, Unsupported> {
        let spec = &net.spec;
        ensure_buildable_on(spec, lanes)?;
        let layers: Vec<Dense> = spec.layers.iter().map(Dense::of).collect();
        let chunks: Vec<usize> = layers.iter().map(|layer| layer.chunks(lanes)).collect();
        let mut layout = Self {
            lanes,
            spike_words: chunks.iter().sum::<usize>() + spec.classes().div_ceil(lanes),
            chunks,
            planes: Vec::new(),
            signs: Vec::new(),
            parameters: words::parameters(net),
            state_bits: words::state_bits(spec) as usize,
            other_bits: words::other_bits(spec) as usize,
            neurons: layers.iter().map(|layer| layer.outputs).sum(),
            current_bits: current_bits(spec),
            page: page(net, test),
        };
        for (layer, of) in layers.iter().zip(&net.layers) {
            layout.planes.extend(layer.planes(&of.weights, spec.stream.bits, lanes));
            layout.signs.extend(layer.signs(&of.weights, lanes));
        }
        // A single neuron of one chunk fills no memory's smallest size.
        for memory in [&mut layout.planes, &mut layout.signs] {
            memory.resize(memory.len().max(FEWEST_WORDS), 0);
        }
        Ok(layout)
    }

    /// Where the identity starts in the page.
    pub fn identity_start(inputs: usize) -> usize {
        2 * inputs + 1
    }
}

fn page(net: &Net, test: &SelfTest) -> Vec<u8> {
    let mut page = vec![0; net.spec.inputs()];
    page.extend(&test.image);
    page.push(test.class);
    page.extend(identity(net));
    page
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::spec::example;

    fn layout(sizes: &[usize], lanes: usize) -> Layout {
        let net = example(sizes);
        Layout::new(&net, lanes, &SelfTest { image: vec![7; sizes[0]], class: 1 }).unwrap()
    }

    #[test]
    fn one_layer_lies_behind_the_other() {
        let net = example(&[70, 3, 2]);
        let layout = layout(&[70, 3, 2], 32);
        assert_eq!((&*layout.chunks, layout.spike_words, layout.neurons), (&[3, 1][..], 5, 5));
        let parts = net.layers.iter().zip(net.spec.layers.iter().map(Dense::of));
        let planes = parts.clone().flat_map(|(of, sizes)| sizes.planes(&of.weights, 4, 32));
        assert_eq!(layout.planes, planes.collect::<Vec<_>>());
        assert_eq!(layout.planes.len(), 3 * 4 * 3 + 2 * 4);
        let signs = parts.flat_map(|(of, sizes)| sizes.signs(&of.weights, 32));
        assert_eq!(layout.signs, signs.collect::<Vec<_>>());
        // 70 inputs of weights up to 15, and a sign.
        assert_eq!((layout.current_bits, layout.state_bits), (12, 16));
    }

    #[test]
    fn no_memory_has_a_single_word() {
        let mut net = example(&[5, 1]);
        (net.spec.stream.bits, net.spec.stream.length) = (1, 2);
        net.layers[0].weights.fill(-1);
        let layout = Layout::new(&net, 16, &SelfTest { image: vec![7; 5], class: 0 }).unwrap();
        assert_eq!(layout.planes, [0xf800, 0]);
        assert_eq!(layout.signs, [0xf800, 0]);
        assert_eq!((layout.parameters.len(), layout.spike_words), (2, 2));
    }

    #[test]
    fn the_page_and_the_parameters_follow_the_table() {
        let net = example(&[5, 3, 2]);
        let layout = layout(&[5, 3, 2], 8);
        assert_eq!(layout.page[5..11], [7, 7, 7, 7, 7, 1]);
        assert_eq!(layout.page[Layout::identity_start(5)..], identity(&net));
        assert_eq!(layout.parameters.len(), 5 + 2);
        assert_eq!(layout.parameters[5], 20 << 4);
        assert_eq!(layout.parameters[0] as u16 as i16, net.layers[0].biases[0] as i16);
    }

    #[test]
    fn what_the_engine_does_not_take_is_refused() {
        let net = example(&[1024, 1024]);
        let test = SelfTest { image: vec![0; 1024], class: 0 };
        assert!(Layout::new(&net, 64, &test).is_ok(), "1,024 neurons of 16 chunks of 4 planes");
        let error = Layout::new(&net, 32, &test).unwrap_err();
        assert_eq!(error.all[0].field, "layers", "as many words again");
        assert_eq!(error.code(), "spikestream::hardware::unsupported");
    }
}
