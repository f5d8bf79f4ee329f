//! The network as integers: the contract that trainer, golden model and hardware obey.
//!
//! The equations stand in one place, `docs/contract.md`: files, encoder, streams, dot product, neuron,
//! noise, readout and identity, with all limits. The types here are its symbols, [`Net::check`] its ranges,
//! and [`crate::sc`] runs it. `nets/vectors` holds numbers to compare with.

mod arbitrary;
mod file;
mod identity;
mod inputs;
mod integers;
mod layers;
#[cfg(test)]
mod limits;
mod net;
#[cfg(test)]
mod refusals;
mod stream;
mod weights;
mod wiring;

#[cfg(test)]
pub(crate) use arbitrary::filled;
pub use arbitrary::{arbitrary, arbitrary_in_hardware, smallest, with_every_kind, with_relays};
pub use inputs::Inputs;
pub use integers::Numbers;
pub(crate) use layers::place;
pub use layers::{ConnectionSpec, LayerSpec};
pub use net::{Layer, Net};
pub use stream::{Phase, Stream};
pub use wiring::{Connection, Wired};

use crate::layer::kinds::Volume;
use crate::neuron::cell::Cell;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The version of `net.toml` of networks whose neurons are all that of `[neuron]`.
pub const FORMAT: u32 = 1;

/// The version of networks whose layers may name their neurons, and may be of any kind.
pub const FORMAT_OF_NAMED: u32 = 2;

/// Everything about a network but its weights: the content of `net.toml`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NetSpec {
    /// Version of the file format, [`FORMAT`] or [`FORMAT_OF_NAMED`].
    pub format: u32,
    /// Name, of ASCII letters, digits, `-` and `_`: it becomes a folder.
    pub name: String,
    /// Time.
    pub time: Time,
    /// Weight bitstreams.
    pub stream: Stream,
    /// Input spikes.
    pub encoder: Encoder,
    /// The shape of an image; none is a channel for each pixel.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub input: Option<Volume>,
    /// The neuron of all layers that name none, the same in each but for its threshold; and the noise.
    pub neuron: Neuron,
    /// The neurons that layers name.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub neurons: BTreeMap<String, Cell>,
    /// How a class is read off.
    pub readout: Readout,
    /// The file that holds the weights.
    pub weights: WeightsFile,
    /// The file that says which columns of a table the inputs are, where there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub inputs: Option<InputsFile>,
    /// Layers, input side first.
    pub layers: Vec<LayerSpec>,
    /// Where the network comes from.
    pub provenance: Provenance,
}

/// Time steps.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Time {
    /// T, a power of two in 1..=256.
    pub steps: u32,
}

/// Input spikes.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Encoder {
    /// The generator of `r_t`.
    pub generator: Generator,
}

/// The stochastic leaky integrate-and-fire neuron.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Neuron {
    /// W, the bits of a membrane, 8..=24.
    pub membrane_bits: u32,
    /// F, the fraction bits of a membrane, 0..=8, and at most W - 2.
    pub fraction_bits: u32,
    /// a: each step the membrane loses `V >> a`; 0 is no leak, otherwise 1..=15.
    pub leak: u32,
    /// What a spike does to the membrane.
    pub reset: Reset,
    /// R, the steps after a spike in which the neuron only leaks, 0..=15.
    pub refractory: u32,
    /// Bits of the signed noise added to each membrane each step, 0 (off)..=8.
    pub noise_bits: u32,
    /// Start of the noise's 16-bit LFSR, not 0.
    pub noise_seed: u16,
}

/// What a spike does to the membrane.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Reset {
    /// `V <- V - Theta_F`.
    Subtract,
    /// `V <- 0`.
    Zero,
}

/// The number sequence behind a bitstream.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Generator {
    /// Bit `B-1-ctz(k+1)` of the value: one bit plane a cycle, no comparator.
    Ruler,
    /// Compare with the bit-reversed counter (van der Corput 1935).
    VanDerCorput,
    /// Compare with a maximal linear-feedback shift register.
    Lfsr,
    /// Compare with a counter (a ramp).
    Counter,
    /// Compare with the second Sobol dimension.
    Sobol,
}

impl Generator {
    /// All of them.
    pub const ALL: [Self; 5] =
        [Self::Ruler, Self::VanDerCorput, Self::Lfsr, Self::Counter, Self::Sobol];

    /// Its name in `net.toml`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Ruler => "ruler",
            Self::VanDerCorput => "van-der-corput",
            Self::Lfsr => "lfsr",
            Self::Counter => "counter",
            Self::Sobol => "sobol",
        }
    }
}

/// How a class is read off the last layer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Readout {
    /// Largest spike count, then largest final membrane, then lowest index.
    CountThenMembrane,
}

/// The file that holds the weights, and its hash.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WeightsFile {
    /// File name beside `net.toml`.
    pub file: String,
    /// SHA-256 of that file, 64 hexadecimal digits.
    pub sha256: String,
}

/// The file that holds the [`Inputs`], and its hash.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct InputsFile {
    /// File name beside `net.toml`.
    pub file: String,
    /// SHA-256 of that file, 64 hexadecimal digits.
    pub sha256: String,
}

/// Where a network comes from.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Provenance {
    /// The command that made it.
    pub command: String,
    /// The seed.
    pub seed: u64,
    /// The data set.
    pub data: String,
    /// Epochs trained.
    pub epochs: usize,
    /// Accuracy on the training images, 0..=1.
    pub train_accuracy: f64,
    /// Accuracy on the test images, 0..=1; nothing was chosen by it.
    pub accuracy: f64,
    /// The program's version.
    pub version: String,
}

impl NetSpec {
    /// Inputs of the first layer.
    pub fn inputs(&self) -> usize {
        self.layers[0].inputs
    }

    /// Neurons of the last layer.
    pub fn classes(&self) -> usize {
        self.layers[self.layers.len() - 1].outputs
    }

    /// The neuron that a layer names; none where it has that of all layers.
    pub fn cell(&self, layer: usize) -> Option<&Cell> {
        self.neurons.get(self.layers.get(layer)?.neuron.as_deref()?)
    }

    /// Bits of a layer's membranes and of its biases.
    pub fn membrane_bits(&self, layer: usize) -> u32 {
        self.cell(layer).map_or(self.neuron.membrane_bits, |cell| cell.bits)
    }

    /// The largest magnitude of a weight, `2^B - 1`.
    pub fn max_weight(&self) -> i32 {
        (1 << self.stream.bits) - 1
    }
}

/// A small valid network with pseudo-random integers, for tests and documentation.
///
/// `sizes` are the layer widths, inputs first; the weights use all of `B = 4` bits, so corners
/// such as saturation are reached.
pub fn example(sizes: &[usize]) -> Net {
    let mut state = 0x9e37_79b9_u32;
    let mut next = move || {
        // xorshift32 (Marsaglia 2003): enough for test patterns.
        state ^= state << 13;
        state ^= state >> 17;
        state ^= state << 5;
        state
    };
    let specs: Vec<_> = sizes.windows(2).map(|w| LayerSpec::new(w[0], w[1], 20)).collect();
    let layers = specs
        .iter()
        .map(|s| Layer {
            weights: (0..s.inputs * s.outputs).map(|_| (next() % 31) as i8 - 15).collect(),
            biases: (0..s.outputs).map(|_| (next() % 64) as i32 - 32).collect(),
            delays: Vec::new(),
        })
        .collect();
    Net { spec: example_spec(specs), layers, inputs: None }
}

/// [`example`], of whose layers some name a neuron: 16 steps of a weight are an input of 1 to it.
///
/// # Panics
/// If a neuron is none.
pub fn example_of(sizes: &[usize], neurons: &[Option<Cell>]) -> Net {
    let mut net = example(sizes);
    net.spec.format = FORMAT_OF_NAMED;
    for (index, (layer, cell)) in net.spec.layers.iter_mut().zip(neurons).enumerate() {
        if let Some(cell) = cell {
            let name = format!("layer-{index}");
            net.spec.neurons.insert(name.clone(), cell.clone());
            (layer.neuron, layer.threshold) = (Some(name), 16);
        }
    }
    net.check().unwrap_or_else(|e| panic!("{e}"));
    net
}

fn example_spec(layers: Vec<LayerSpec>) -> NetSpec {
    NetSpec {
        format: FORMAT,
        name: "example".into(),
        time: Time { steps: 16 },
        stream: Stream::full(4, Generator::Ruler),
        encoder: Encoder { generator: Generator::VanDerCorput },
        input: None,
        neuron: Neuron {
            membrane_bits: 16,
            fraction_bits: 4,
            leak: 4,
            reset: Reset::Subtract,
            refractory: 0,
            noise_bits: 0,
            noise_seed: 1,
        },
        neurons: BTreeMap::new(),
        readout: Readout::CountThenMembrane,
        weights: WeightsFile { file: "weights.safetensors".into(), sha256: String::new() },
        inputs: None,
        layers,
        provenance: Provenance::default(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::path::Path;

    #[test]
    fn a_generator_is_called_as_net_toml_has_it() {
        use Generator::{Counter, Lfsr, Ruler, Sobol, VanDerCorput};
        for (generator, name) in [
            (Ruler, "ruler"),
            (VanDerCorput, "van-der-corput"),
            (Lfsr, "lfsr"),
            (Counter, "counter"),
            (Sobol, "sobol"),
        ] {
            assert_eq!(generator.name(), name);
            assert_eq!(toml::Value::try_from(generator).unwrap(), name.into());
            assert_eq!(Generator::ALL.iter().filter(|one| one.name() == name).count(), 1);
        }
    }

    /// By hand from xorshift32: other tests hold for whatever integers there are.
    #[test]
    fn the_example_is_always_the_same() {
        let net = example(&[3, 2]);
        assert_eq!(net.layers[0].weights, [-1, 1, -9, -10, -11, -5]);
        assert_eq!(net.layers[0].biases, [-16, 31]);
    }

    /// By these eight bytes boards answer. Nothing changes them but a network that is trained anew.
    #[test]
    fn the_networks_that_ship_keep_their_identities() {
        for (name, hash) in [
            ("digits", "322d3f987db91a1bed246801b7b42f14ddd54225e3e1603f78da3b05d751a260"),
            ("digits-tiny", "0458e2997e39407a84411f51fb3da1f2c41fbf18fa098751537daa002df115ae"),
            ("digits-delay", "d09d60a35baf6880b0dfbbffaa2886fa453feb3e51e006815102c7186b764ac3"),
            (
                "digits-recurrent",
                "0b4c04adedbc5b6c1d82113709c5982b901e7585eea72f992494342a744fc8d5",
            ),
            ("mnist", "99471df6ff4993fc88fb9661be31c2024bb0ab8ffd1c1799696c292a3187a3eb"),
            ("mnist-conv-sc", "9ea6fa6f9bac47421fcbd042f860a5f917d2061b92a61e0535d1b2aeadfdd1d6"),
        ] {
            let net =
                Net::load(&Path::new(env!("CARGO_MANIFEST_DIR")).join("nets").join(name)).unwrap();
            assert_eq!(net.hash_text(), hash, "{name}");
            assert_eq!(crate::hex::of(&net.short_hash()), hash[..16], "{name}");
        }
    }
}
