//! Settings of one layer, and of the integers that a network is trained in.

use super::DelayConfig;
use crate::cell::CellConfig;
use crate::integer::Chosen;
use serde::{Deserialize, Serialize};
use spikestream::Error;
use spikestream::layer::kinds::{Described, Role, Volume};
use spikestream::neuron::equations::Format;
use spikestream::spec::{
    ConnectionSpec, Encoder, FORMAT, FORMAT_OF_NAMED, Generator, LayerSpec, NetSpec, Phase,
    Provenance, Readout, Stream, Time, WeightsFile,
};

/// A layer of neurons: fully connected to the one before, unless it says otherwise.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "Written", into = "Written")]
pub struct LayerConfig {
    /// Neurons; 0 where their number follows from the first connection, as that of a convolution does.
    pub neurons: usize,
    /// Whether a bias is added to each step's currents.
    pub bias: bool,
    /// The neurons.
    pub cell: CellConfig,
    /// Delays of the synapses into this layer, if they have any; in float, in networks of dense layers.
    pub delay: Option<DelayConfig>,
    /// Whether currents are normalised by batches, each neuron for itself; in float, in networks of dense layers, folded
    /// at export.
    pub norm: bool,
    /// The connection from the layer before, as `net.toml` has it; none is `dense`.
    pub first: Option<Described>,
    /// Those beside it, as `net.toml` has them.
    pub connections: Vec<ConnectionSpec>,
}

/// The same as files have it: what a layer without neurons has not is left out.
#[derive(Clone, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct Written {
    #[serde(skip_serializing_if = "Option::is_none")]
    neurons: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    bias: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    cell: Option<CellConfig>,
    #[serde(skip_serializing_if = "Option::is_none")]
    delay: Option<DelayConfig>,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    norm: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    first: Option<Described>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    connections: Vec<ConnectionSpec>,
}

impl TryFrom<Written> for LayerConfig {
    type Error = String;

    fn try_from(written: Written) -> Result<Self, String> {
        let Written { neurons, bias, cell, delay, norm, first, connections } = written;
        let has_own = neurons.is_some() || bias.is_some() || cell.is_some();
        let default = Self::default();
        let follows = first.is_some();
        let layer = Self {
            neurons: neurons.unwrap_or(if follows { 0 } else { default.neurons }),
            bias: bias.unwrap_or(default.bias),
            cell: cell.unwrap_or(default.cell),
            delay,
            norm,
            first,
            connections,
        };
        match layer.first.as_ref().filter(|_| layer.is_relay() && has_own) {
            None => Ok(layer),
            Some(first) => {
                let kind = first.name();
                Err(format!(
                    "a layer of kind `{kind}` has no neurons: leave out neurons, bias and cell"
                ))
            }
        }
    }
}

impl From<LayerConfig> for Written {
    fn from(layer: LayerConfig) -> Self {
        let has_neurons = !layer.is_relay();
        let LayerConfig { neurons, bias, cell, delay, norm, first, connections } = layer;
        Self {
            neurons: (neurons > 0).then_some(neurons),
            bias: has_neurons.then_some(bias),
            cell: has_neurons.then_some(cell),
            delay,
            norm,
            first,
            connections,
        }
    }
}

impl Default for LayerConfig {
    fn default() -> Self {
        Self {
            neurons: 128,
            bias: true,
            cell: CellConfig::default(),
            delay: None,
            norm: false,
            first: None,
            connections: Vec::new(),
        }
    }
}

impl LayerConfig {
    /// Whether it hears anything but one dense connection.
    pub fn is_wired(&self) -> bool {
        self.first.is_some() || !self.connections.is_empty()
    }

    /// Whether it has no neurons, and passes on what it hears.
    pub fn is_relay(&self) -> bool {
        let kind = self.first.as_ref().and_then(|first| first.kind("").ok());
        kind.is_some_and(|kind| matches!(kind.role(), Role::Relay(_)))
    }

    /// What `net.toml` has of it, behind a layer of that shape, and its own shape.
    fn spec(&self, from: Volume, neuron: Option<String>) -> (LayerSpec, Volume) {
        let first = self.first.clone().unwrap_or_default();
        let reached =
            first.kind("").ok().and_then(|kind| kind.reach(from, Volume::flat(self.neurons)).ok());
        // What does not go with the source is refused with all layers.
        let to = reached.unwrap_or(Volume::flat(self.neurons.max(1)));
        let outputs = if self.neurons == 0 { to.units() } else { self.neurons };
        let threshold = i32::from(!self.is_relay());
        let connections = self.connections.clone();
        let layer = LayerSpec::new(from.units(), outputs, threshold);
        (LayerSpec { first, neuron, connections, ..layer }, to)
    }
}

/// SC-aware training: the integers that a network is trained in, as `net.toml` has them.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ScConfig {
    /// B, the bits of a weight's magnitude, 1..=7.
    pub bits: u32,
    /// L, the cycles of a bitstream that a step runs, 1..=2^B; 0 is all of them.
    pub length: u32,
    /// Whether each step begins the stream anew or goes on where the step before stopped.
    pub phase: Phase,
    /// The generator of weight streams.
    pub generator: Generator,
    /// The generator of the encoder's numbers.
    pub encoder: Generator,
    /// W, the bits of a membrane, 8..=24.
    pub membrane_bits: u32,
    /// F, the fraction bits of a membrane, 0..=8.
    pub fraction_bits: u32,
    /// Bits of each state of a neuron that has a name, 4..=24.
    pub state_bits: u32,
    /// Those behind the point, fewer than `state_bits`.
    pub state_fraction: u32,
}

impl Default for ScConfig {
    fn default() -> Self {
        Self {
            bits: 4,
            length: 0,
            phase: Phase::Restart,
            generator: Generator::Ruler,
            encoder: Generator::VanDerCorput,
            membrane_bits: 16,
            fraction_bits: 4,
            state_bits: 16,
            state_fraction: 12,
        }
    }
}

impl ScConfig {
    /// L.
    pub fn length(&self) -> u32 {
        let all = 1_u32.checked_shl(self.bits).unwrap_or_default();
        if self.length == 0 { all } else { self.length }
    }

    /// The format of the states of neurons that have names.
    pub(crate) fn format(&self) -> Format {
        Format { bits: self.state_bits, fraction: self.state_fraction }
    }

    /// The spec of a network of these layers before it has weights; `sizes` are their widths, inputs
    /// first.
    ///
    /// Layers of the cells `lif` and `if` whose leak is a shift have the neuron of format 1 if they are
    /// like most of them; other layers have a neuron with a name, and the spec is of format 2.
    ///
    /// # Errors
    /// Layers that have no integer form: a cell that [`CellConfig::has_integers`] denies, delays, learnt
    /// constants; a field outside its range.
    pub fn skeleton(
        &self,
        name: &str,
        sizes: &[usize],
        steps: usize,
        layers: &[LayerConfig],
    ) -> Result<NetSpec, Error> {
        self.check_format()?; // before neurons are written in it
        self.spec(name, sizes, steps, &Chosen::of_configs(layers, self.format())?)
    }

    pub(crate) fn check_format(&self) -> Result<(), Error> {
        let Format { bits, fraction } = self.format();
        let range = |field: &str, value: u32, range: &str, holds| match holds {
            true => Ok(()),
            false => {
                let (field, value) = (field.to_owned(), value.to_string());
                Err(Error::Range { field, value, range: range.into() })
            }
        };
        range("neuron.state_bits", bits, "4..=24", (4..=24).contains(&bits))?;
        range("neuron.state_fraction", fraction, "0..=state_bits - 1", fraction < bits)
    }

    /// The spec of a network of these neurons, before it has weights.
    pub(crate) fn spec(
        &self,
        name: &str,
        sizes: &[usize],
        steps: usize,
        neurons: &Chosen,
    ) -> Result<NetSpec, Error> {
        let layer = |(w, neuron): (&[usize], Option<String>)| LayerSpec {
            neuron,
            ..LayerSpec::new(w[0], w[1], 1)
        };
        let layers = sizes.windows(2).zip(neurons.names()).map(layer).collect();
        self.around(name, steps, neurons, layers, None)
    }

    /// The spec of a network of layers with any connections, before it has weights. Images of more than one row are
    /// told by their shape.
    ///
    /// # Errors
    /// As [`Self::skeleton`]; layers that do not go with each other.
    pub fn wired(
        &self,
        name: &str,
        input: Volume,
        steps: usize,
        layers: &[LayerConfig],
    ) -> Result<NetSpec, Error> {
        self.check_format()?; // before neurons are written in it
        let neurons = Chosen::of_configs(&populated(layers), self.format())?;
        self.heard(name, input, steps, (layers, &neurons))
    }

    /// What says what layers hear, whatever their neurons are.
    pub(crate) fn shapes(&self, input: Volume, layers: &[LayerConfig]) -> Result<NetSpec, Error> {
        let neurons = Chosen::any(populated(layers).len());
        self.heard("net", input, 1, (layers, &neurons))
    }

    /// The spec of layers with any connections, with neurons of those that have some.
    pub(crate) fn heard(
        &self,
        name: &str,
        input: Volume,
        steps: usize,
        (layers, neurons): (&[LayerConfig], &Chosen),
    ) -> Result<NetSpec, Error> {
        let mut names = neurons.names().into_iter();
        let (mut from, mut specs) = (input, Vec::new());
        for layer in layers {
            let neuron = if layer.is_relay() { None } else { names.next().flatten() };
            let (spec, to) = layer.spec(from, neuron);
            specs.push(spec);
            from = to;
        }
        let shaped = (input != Volume::flat(input.units())).then_some(input);
        self.around(name, steps, neurons, specs, shaped)
    }

    /// A spec around its layers.
    fn around(
        &self,
        name: &str,
        steps: usize,
        neurons: &Chosen,
        layers: Vec<LayerSpec>,
        input: Option<Volume>,
    ) -> Result<NetSpec, Error> {
        self.check_format()?;
        let stream = Stream {
            bits: self.bits,
            length: self.length(),
            generator: self.generator,
            phase: self.phase,
            scale: 0,
        };
        let named = neurons.neurons();
        let plain = |of: &LayerSpec| *of == LayerSpec::new(of.inputs, of.outputs, of.threshold);
        let is_first = named.is_empty() && input.is_none() && layers.iter().all(plain);
        let spec = NetSpec {
            format: if is_first { FORMAT } else { FORMAT_OF_NAMED },
            name: name.into(),
            time: Time { steps: u32::try_from(steps).unwrap_or(u32::MAX) },
            stream,
            encoder: Encoder { generator: self.encoder },
            input,
            neuron: neurons.shared.neuron(self.membrane_bits, self.fraction_bits),
            neurons: named,
            readout: Readout::CountThenMembrane,
            weights: WeightsFile { file: "weights.safetensors".into(), sha256: String::new() },
            inputs: None,
            layers,
            provenance: Provenance::default(),
        };
        spec.check()?;
        Ok(spec)
    }
}

/// The layers that have neurons.
pub(crate) fn populated(layers: &[LayerConfig]) -> Vec<LayerConfig> {
    layers.iter().filter(|layer| !layer.is_relay()).cloned().collect()
}
