//! Where a network's numbers lie in the engine's memories: pure integers, no hardware.
//!
//! | memory | word | order |
//! |---|---|---|
//! | planes | P bits | layer, neuron, bit plane from the most significant, chunk |
//! | signs | P bits | layer, neuron, chunk |
//! | rows | P weights of B + 1 bits, and of their delays | [link by link](super::events::Link) |
//! | parameters | W bits | [what neurons read](crate::neuron::words::parameters) |
//! | spikes | P bits | the chunks of each layer's inputs, then those of the last layer's spikes |
//! | page | 8 bits | host image, self-test image, its class, the identity |
//!
//! Schedule `events` has rows, and no planes, signs and spikes. A chunk is up to `P` inputs. A layer's kind says how its weights lie in words
//! ([dense](crate::layer::Dense::planes)): the lanes of a chunk without an input hold spikes that were there
//! before, which meet weights of 0.

use super::events::{Events, lowered_net};
use super::{FEWEST_WORDS, On, Shortcuts, Unsupported, current_bits, ensure_buildable_on};
use crate::layer::Dense;
use crate::neuron::program::Multipliers;
use crate::neuron::words;
use crate::protocol::identity;
use crate::sc::schedule::Schedule;
use crate::spec::Net;

/// The memory images of one network for one number of lanes.
#[derive(Clone, Debug)]
pub struct Layout {
    /// P.
    pub lanes: usize,
    /// Chunks of each layer's inputs.
    pub chunks: Vec<usize>,
    /// The memories of weights.
    pub weights: Vec<Weights>,
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
    /// What makes the neurons' products.
    pub multipliers: Multipliers,
    /// Whether the network is loaded at start, and no part of the design.
    pub loaded: bool,
    /// What is left out of a run.
    pub shortcuts: Shortcuts,
}

/// The words of a memory of weights.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Weights {
    /// The memory's name in the engine.
    pub name: &'static str,
    /// Bits of a word.
    pub width: usize,
    /// The words.
    pub words: Vec<u128>,
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
    /// Lays a network out for an engine.
    ///
    /// # Errors
    /// What [`super`] says that the engine does not take.
    pub fn new(net: &Net, on: On, test: &SelfTest) -> Result<Self, Unsupported> {
        let lanes = on.lanes;
        ensure_buildable_on(&net.spec, on)?;
        // By its identity a board answers for the network itself.
        let page = page(net, test);
        let net = on.shortcuts.net(net);
        let net = &*lowered_net(&net);
        let (spec, own) = (&net.spec, net.spec.populated());
        // Schedule `events` has none.
        let layers = spec.layers.iter().filter(|_| on.schedule != Schedule::Events);
        let chunks: Vec<usize> = layers.map(|layer| Dense::of(layer).chunks(lanes)).collect();
        Ok(Self {
            lanes,
            spike_words: chunks.iter().sum::<usize>() + spec.classes().div_ceil(lanes),
            chunks,
            weights: weights(net, on),
            parameters: words::parameters(net),
            state_bits: words::state_bits(&own) as usize,
            other_bits: words::other_bits(&own) as usize,
            neurons: spec.populations().iter().sum(),
            current_bits: current_bits(spec),
            page,
            multipliers: on.multipliers,
            loaded: false,
            shortcuts: on.shortcuts,
        })
    }

    /// The words of one of its memories of weights.
    ///
    /// # Panics
    /// If its schedule has no memory of that name.
    pub fn words(&self, name: &str) -> &[u128] {
        let found = self.weights.iter().find(|weights| weights.name == name);
        &found.unwrap_or_else(|| panic!("a memory of weights named {name}")).words
    }

    /// Where the identity starts in the page.
    pub fn identity_start(inputs: usize) -> usize {
        2 * inputs + 1
    }
}

/// The memories of weights that a schedule has.
fn weights(net: &Net, on: On) -> Vec<Weights> {
    let On { lanes, schedule, .. } = on;
    let bits = net.spec.stream.bits;
    let memory = |name, width, words: &dyn Fn(Dense, &[i8]) -> Vec<u128>| {
        let layers = net.spec.layers.iter().map(Dense::of).zip(&net.layers);
        filled(name, width, layers.flat_map(|(layer, of)| words(layer, &of.weights)).collect())
    };
    match schedule {
        Schedule::Planes | Schedule::Stream => vec![
            memory("planes", lanes, &|layer, of| layer.planes(of, bits, lanes)),
            memory("signs", lanes, &|layer, of| layer.signs(of, lanes)),
        ],
        Schedule::Events => {
            // It was made sure that there is one.
            let walk = super::walk(&net.spec, on).into_iter();
            let rows = |walk: Events| {
                let width = lanes * (bits as usize + 1 + walk.fan.delay_bits());
                filled("rows", width, walk.contents(net))
            };
            walk.map(rows).collect()
        }
    }
}

/// A memory of these words: a single neuron of one chunk fills no memory's smallest size.
fn filled(name: &'static str, width: usize, mut words: Vec<u128>) -> Weights {
    words.resize(words.len().max(FEWEST_WORDS), 0);
    Weights { name, width, words }
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
        Layout::new(&net, On::planes(lanes), &SelfTest { image: vec![7; sizes[0]], class: 1 })
            .unwrap()
    }

    #[test]
    fn one_layer_lies_behind_the_other() {
        let net = example(&[70, 3, 2]);
        let layout = layout(&[70, 3, 2], 32);
        assert_eq!((&*layout.chunks, layout.spike_words, layout.neurons), (&[3, 1][..], 5, 5));
        let parts = net.layers.iter().zip(net.spec.layers.iter().map(Dense::of));
        let planes = parts.clone().flat_map(|(of, sizes)| sizes.planes(&of.weights, 4, 32));
        assert_eq!(layout.words("planes"), planes.collect::<Vec<_>>());
        assert_eq!(layout.words("planes").len(), 3 * 4 * 3 + 2 * 4);
        let signs = parts.flat_map(|(of, sizes)| sizes.signs(&of.weights, 32));
        assert_eq!(layout.words("signs"), signs.collect::<Vec<_>>());
        // 70 inputs of weights up to 15, and a sign.
        assert_eq!((layout.current_bits, layout.state_bits), (12, 16));
    }

    #[test]
    fn no_memory_has_a_single_word() {
        let mut net = example(&[5, 1]);
        (net.spec.stream.bits, net.spec.stream.length) = (1, 2);
        net.layers[0].weights.fill(-1);
        let layout =
            Layout::new(&net, On::planes(16), &SelfTest { image: vec![7; 5], class: 0 }).unwrap();
        assert_eq!(layout.words("planes"), [0xf800, 0]);
        assert_eq!(layout.words("signs"), [0xf800, 0]);
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
        assert!(
            Layout::new(&net, On::planes(64), &test).is_ok(),
            "1,024 neurons of 16 chunks of 4 planes"
        );
        let error = Layout::new(&net, On::planes(32), &test).unwrap_err();
        assert_eq!(error.all[0].field, "layers", "as many words again");
        assert_eq!(error.code(), "spikestream::hardware::unsupported");
    }
}
