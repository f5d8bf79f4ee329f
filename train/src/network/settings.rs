//! Settings of one layer, and of the integers that a network is trained in.

use super::DelayConfig;
use crate::cell::CellConfig;
use crate::integer::Chosen;
use serde::{Deserialize, Serialize};
use spikestream::Error;
use spikestream::neuron::equations::Format;
use spikestream::spec::{
    Encoder, FORMAT, FORMAT_OF_NAMED, Generator, LayerSpec, NetSpec, Phase, Provenance, Readout,
    Stream, Time, WeightsFile,
};

/// A fully connected layer of neurons.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct LayerConfig {
    /// Neurons.
    pub neurons: usize,
    /// Whether a bias is added to each step's currents.
    pub bias: bool,
    /// The neurons.
    pub cell: CellConfig,
    /// Delays of the synapses into this layer, if they have any.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub delay: Option<DelayConfig>,
}

impl Default for LayerConfig {
    fn default() -> Self {
        Self { neurons: 128, bias: true, cell: CellConfig::default(), delay: None }
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
        self.check_format()?;
        let stream = Stream {
            bits: self.bits,
            length: self.length(),
            generator: self.generator,
            phase: self.phase,
        };
        let layer = |(w, neuron): (&[usize], Option<String>)| LayerSpec {
            neuron,
            ..LayerSpec::new(w[0], w[1], 1)
        };
        let named = neurons.neurons();
        let spec = NetSpec {
            format: if named.is_empty() { FORMAT } else { FORMAT_OF_NAMED },
            name: name.into(),
            time: Time { steps: u32::try_from(steps).unwrap_or(u32::MAX) },
            stream,
            encoder: Encoder { generator: self.encoder },
            input: None,
            neuron: neurons.shared.neuron(self.membrane_bits, self.fraction_bits),
            neurons: named,
            readout: Readout::CountThenMembrane,
            weights: WeightsFile { file: "weights.safetensors".into(), sha256: String::new() },
            inputs: None,
            layers: sizes.windows(2).zip(neurons.names()).map(layer).collect(),
            provenance: Provenance::default(),
        };
        spec.check()?;
        Ok(spec)
    }
}
