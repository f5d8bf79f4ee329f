//! Settings of one layer, and of the integers that a network is trained in.

use super::DelayConfig;
use crate::TrainError;
use crate::cell::CellConfig;
use serde::{Deserialize, Serialize};
use spikestream::Error;
use spikestream::spec::{
    Encoder, FORMAT, Generator, LayerSpec, NetSpec, Neuron, Phase, Provenance, Readout, Reset,
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
        self.spec(name, sizes, steps, leak_and_reset(layers)?)
    }

    /// The spec of a network whose neurons have this leak and reset, before it has weights.
    pub(crate) fn spec(
        &self,
        name: &str,
        sizes: &[usize],
        steps: usize,
        (leak, reset): (u32, Reset),
    ) -> Result<NetSpec, Error> {
        let stream = Stream {
            bits: self.bits,
            length: self.length(),
            generator: self.generator,
            phase: self.phase,
        };
        let neuron = Neuron {
            membrane_bits: self.membrane_bits,
            fraction_bits: self.fraction_bits,
            leak,
            reset,
            refractory: 0,
            noise_bits: 0,
            noise_seed: 1,
        };
        let layer = |w: &[usize]| LayerSpec { inputs: w[0], outputs: w[1], threshold: 1 };
        let spec = NetSpec {
            format: FORMAT,
            name: name.into(),
            time: Time { steps: u32::try_from(steps).unwrap_or(u32::MAX) },
            stream,
            encoder: Encoder { generator: self.encoder },
            neuron,
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

/// The shift of the leak and the reset that all layers have.
fn leak_and_reset(layers: &[LayerConfig]) -> Result<(u32, Reset), TrainError> {
    let mut found = None;
    for (index, layer) in layers.iter().enumerate() {
        let own = of_layer(index, layer)?;
        if *found.get_or_insert(own) != own {
            let why = format!("layer {index} has another leak or reset than layer 0");
            return Err(refused(why, "give all layers the same beta and reset"));
        }
    }
    found.ok_or_else(|| refused("it has no layers".into(), "add a layer"))
}

fn of_layer(index: usize, layer: &LayerConfig) -> Result<(u32, Reset), TrainError> {
    let (beta, learnt) = match &layer.cell {
        CellConfig::Lif(c) => (c.beta, c.learn_beta || c.learn_threshold),
        CellConfig::If(c) => (1.0, c.learn_threshold),
        other => {
            let why = format!("layer {index} is of {} neurons", other.name());
            return Err(refused(why, "use the cells lif or if, or train in float, without [sc]"));
        }
    };
    if layer.delay.is_some() {
        return Err(refused(format!("layer {index} has delays"), "leave out its delay"));
    }
    if learnt {
        // A threshold is folded into the weights, which are learnt anyway; a leak is a shift.
        let why = format!("layer {index} learns a constant");
        return Err(refused(why, "set learn_beta and learn_threshold to false"));
    }
    let shift = (0..=15).find(|a| beta == shifted(*a)).ok_or_else(|| nearest(index, beta))?;
    Ok((shift, layer.cell.reset()))
}

/// The beta of a leak `V - (V >> a)`; without one it is 1.
fn shifted(a: u32) -> f32 {
    if a == 0 { 1.0 } else { 1.0 - (-(a as f32)).exp2() }
}

fn nearest(index: usize, beta: f32) -> TrainError {
    let mut betas: Vec<f32> = (0..=15).map(shifted).collect();
    betas.sort_by(|a, b| (a - beta).abs().total_cmp(&(b - beta).abs()));
    refused(
        format!("layer {index} has beta = {beta}, which is no 1 - 2^-a"),
        &format!("set beta to {} or {}, the nearest that a shift makes", betas[0], betas[1]),
    )
}

fn refused(why: String, remedy: &str) -> TrainError {
    TrainError::NoIntegers { why, remedy: remedy.into() }
}
