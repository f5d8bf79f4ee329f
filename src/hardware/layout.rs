//! Where a network's numbers lie in the engine's memories: pure integers, no hardware.
//!
//! | memory | word | order |
//! |---|---|---|
//! | planes | P bits | layer, neuron, bit plane from the most significant, chunk |
//! | signs | P bits | layer, neuron, chunk |
//! | parameters | W bits | a bias for each neuron of all layers, then a threshold for each layer |
//! | spikes | P bits | the chunks of each layer's inputs, then those of the last layer's spikes |
//! | page | 8 bits | host image, self-test image, its class, the identity |
//!
//! A chunk is up to `P` inputs. Spikes are shifted in from the most significant lane, so that a chunk
//! of `k < P` inputs lies in the lanes `P-k..P`; the lanes below hold what was there before and meet
//! weights of 0.

use super::{FEWEST_WORDS, Unsupported, ensure_buildable_on, index_bits};
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
    /// Biases, then thresholds.
    pub parameters: Vec<u128>,
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
        let chunks: Vec<usize> = spec.layers.iter().map(|l| l.inputs.div_ceil(lanes)).collect();
        let widest = spec.layers.iter().map(|l| l.inputs).max().unwrap_or(1);
        let largest = widest * spec.max_weight() as usize;
        let mut layout = Self {
            lanes,
            spike_words: chunks.iter().sum::<usize>() + spec.classes().div_ceil(lanes),
            chunks,
            planes: Vec::new(),
            signs: Vec::new(),
            parameters: parameters(net),
            neurons: spec.layers.iter().map(|l| l.outputs).sum(),
            current_bits: 1 + index_bits(largest + 1),
            page: page(net, test),
        };
        for layer in 0..spec.layers.len() {
            for neuron in 0..spec.layers[layer].outputs {
                layout.push_neuron(net.row(layer, neuron), spec.stream.bits);
            }
        }
        // A single neuron of one chunk fills no memory's smallest size.
        for words in [&mut layout.planes, &mut layout.signs] {
            words.resize(words.len().max(FEWEST_WORDS), 0);
        }
        Ok(layout)
    }

    fn push_neuron(&mut self, row: &[i8], bits: u32) {
        for plane in (0..bits).rev() {
            let set = |q: i8| q.unsigned_abs() >> plane & 1 == 1;
            self.planes.extend(words(row, self.lanes, set));
        }
        self.signs.extend(words(row, self.lanes, |q| q < 0));
    }

    /// Where the identity starts in the page.
    pub fn identity_start(inputs: usize) -> usize {
        2 * inputs + 1
    }
}

fn words(row: &[i8], lanes: usize, set: impl Fn(i8) -> bool) -> Vec<u128> {
    let chunk = |chunk: &[i8]| {
        let first = lanes - chunk.len();
        let bits = chunk.iter().enumerate().filter(|(_, q)| set(**q));
        bits.fold(0, |word, (i, _)| word | 1_u128 << (first + i))
    };
    row.chunks(lanes).map(chunk).collect()
}

fn parameters(net: &Net) -> Vec<u128> {
    let mask = (1_u128 << net.spec.neuron.membrane_bits) - 1;
    let biases = net.layers.iter().flat_map(|l| &l.biases).map(|&b| b as u128 & mask);
    let thresholds = (0..net.layers.len()).map(|l| net.spec.threshold_membrane(l) as u128);
    biases.chain(thresholds).collect()
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
    fn every_weight_is_found_where_the_table_says() {
        let net = example(&[70, 3, 2]);
        let layout = layout(&[70, 3, 2], 32);
        assert_eq!(layout.chunks, [3, 1]);
        assert_eq!((layout.planes.len(), layout.signs.len()), (3 * 4 * 3 + 2 * 4, 3 * 3 + 2));
        for neuron in 0..3 {
            for (input, &q) in net.row(0, neuron).iter().enumerate() {
                let (chunk, offset) = (input / 32, input % 32);
                let lane = offset + if chunk == 2 { 32 - 6 } else { 0 };
                let bit = |plane| layout.planes[(neuron * 4 + plane) * 3 + chunk] >> lane & 1;
                let magnitude = (0..4).fold(0, |m, plane| 2 * m + bit(plane) as u8);
                assert_eq!(magnitude, q.unsigned_abs());
                assert_eq!(layout.signs[neuron * 3 + chunk] >> lane & 1 == 1, q < 0);
            }
        }
    }

    #[test]
    fn lanes_without_an_input_weigh_nothing() {
        let layout = layout(&[70, 3, 2], 32);
        assert!(layout.planes[2].trailing_zeros() >= 32 - 6);
        assert!(layout.planes[36].trailing_zeros() >= 32 - 3);
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
