//! Settings of one layer, and of the integers that a network is trained in.

use super::DelayConfig;
use crate::cell::CellConfig;
use crate::integer::lif;
use serde::{Deserialize, Serialize};
use spikestream::Error;
use spikestream::spec::{
    Encoder, FORMAT, Generator, LayerSpec, NetSpec, Phase, Provenance, Readout, Stream, Time,
    WeightsFile,
};
use std::collections::BTreeMap;

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
        }
    }
}

impl ScConfig {
    /// L.
    pub fn length(&self) -> u32 {
        let all = 1_u32.checked_shl(self.bits).unwrap_or_default();
        if self.length == 0 { all } else { self.length }
    }

    /// The spec of a network of these layers before it has weights; `sizes` are their widths, inputs
    /// first.
    ///
    /// # Errors
    /// Layers that have no integer form: other cells than LIF and IF, delays, learnt constants, a
    /// leak that is no shift, leaks or resets that differ; a field outside its range.
    pub fn skeleton(
        &self,
        name: &str,
        sizes: &[usize],
        steps: usize,
        layers: &[LayerConfig],
    ) -> Result<NetSpec, Error> {
        self.spec(name, sizes, steps, lif::of_configs(layers)?)
    }

    /// The spec of a network of these neurons, before it has weights.
    pub(crate) fn spec(
        &self,
        name: &str,
        sizes: &[usize],
        steps: usize,
        neurons: lif::Shared,
    ) -> Result<NetSpec, Error> {
        let stream = Stream {
            bits: self.bits,
            length: self.length(),
            generator: self.generator,
            phase: self.phase,
        };
        let layer = |w: &[usize]| LayerSpec::new(w[0], w[1], 1);
        let spec = NetSpec {
            format: FORMAT,
            name: name.into(),
            time: Time { steps: u32::try_from(steps).unwrap_or(u32::MAX) },
            stream,
            encoder: Encoder { generator: self.encoder },
            neuron: neurons.neuron(self.membrane_bits, self.fraction_bits),
            neurons: BTreeMap::new(),
            readout: Readout::CountThenMembrane,
            weights: WeightsFile { file: "weights.safetensors".into(), sha256: String::new() },
            inputs: None,
            layers: sizes.windows(2).map(layer).collect(),
            provenance: Provenance::default(),
        };
        spec.check()?;
        Ok(spec)
    }
}
