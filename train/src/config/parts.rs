//! The tables of a training config.

use crate::{CellConfig, ConvConfig, DelayConfig, LayerConfig, LifConfig};
use serde::{Deserialize, Serialize};
use spikestream::layer::kinds::Described;
use spikestream::spec::ConnectionSpec;

/// From pixels in `[0, 1]` to what the network takes.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case", deny_unknown_fields)]
pub enum EncoderConfig {
    /// The hardware's encoder, [`crate::generator_encode`] with the generator of `[sc]` (or
    /// `[export]`).
    Hardware {
        /// T, a power of two up to 256.
        steps: usize,
    },
    /// The same numbers as currents at every step.
    Direct {
        /// T.
        steps: usize,
    },
    /// [`crate::rate_encode`], drawn anew for each epoch and batch.
    Rate {
        /// T.
        steps: usize,
    },
    /// [`crate::latency_encode`].
    Latency {
        /// T.
        steps: usize,
        /// Steps between the strongest and the weakest input.
        #[serde(default = "tau")]
        tau: f32,
    },
}

fn tau() -> f32 {
    5.0
}

impl EncoderConfig {
    /// The hardware's encoder, of the nearest T from `steps` on that it has.
    pub fn hardware(steps: usize) -> Self {
        Self::Hardware { steps: steps.clamp(1, 256).next_power_of_two() }
    }

    /// One of each kind, of T steps where it can.
    pub fn all(steps: usize) -> [Self; 4] {
        let latency = Self::Latency { steps, tau: tau() };
        [Self::hardware(steps), Self::Direct { steps }, Self::Rate { steps }, latency]
    }

    /// The kind's name in configs.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Hardware { .. } => "hardware",
            Self::Direct { .. } => "direct",
            Self::Rate { .. } => "rate",
            Self::Latency { .. } => "latency",
        }
    }

    /// T.
    pub fn steps(&self) -> usize {
        match self {
            Self::Hardware { steps }
            | Self::Direct { steps }
            | Self::Rate { steps }
            | Self::Latency { steps, .. } => *steps,
        }
    }

    /// The same with another T.
    pub fn with_steps(mut self, to: usize) -> Self {
        match &mut self {
            Self::Hardware { steps }
            | Self::Direct { steps }
            | Self::Rate { steps }
            | Self::Latency { steps, .. } => *steps = to,
        }
        self
    }
}

/// Layers: convolutional blocks if there are any, hidden layers, and the output layer, which has a
/// neuron for each class of the data.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct NetworkConfig {
    /// Convolutional blocks, input side first; none makes a fully connected network.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub blocks: Vec<ConvConfig>,
    /// Hidden layers, input side first.
    pub hidden: Vec<LayerConfig>,
    /// The output layer.
    pub output: OutputConfig,
}

/// The output layer.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct OutputConfig {
    /// Whether a bias is added to each step's currents.
    pub bias: bool,
    /// The neurons.
    pub cell: CellConfig,
    /// Delays of the synapses, if they have any; in float.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub delay: Option<DelayConfig>,
    /// As [`LayerConfig::first`].
    #[serde(skip_serializing_if = "Option::is_none")]
    pub first: Option<Described>,
    /// As [`LayerConfig::connections`].
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub connections: Vec<ConnectionSpec>,
}

impl Default for OutputConfig {
    fn default() -> Self {
        let (cell, connections) = (CellConfig::default(), Vec::new());
        Self { bias: true, cell, delay: None, first: None, connections }
    }
}

impl Default for NetworkConfig {
    fn default() -> Self {
        let hidden = vec![LayerConfig::default()];
        Self { blocks: Vec::new(), hidden, output: OutputConfig::default() }
    }
}

impl NetworkConfig {
    /// Hidden layers of these widths, all of the same cell.
    pub fn of(widths: &[usize], cell: &CellConfig) -> Self {
        let layer = |&neurons| LayerConfig { neurons, cell: cell.clone(), ..Default::default() };
        Self {
            blocks: Vec::new(),
            hidden: widths.iter().map(layer).collect(),
            output: OutputConfig { cell: cell.clone(), ..Default::default() },
        }
    }

    /// Hidden layers of LIF neurons that leak `V >> 4`, as the shipped network has them.
    pub fn sc_aware(widths: &[usize]) -> Self {
        Self::of(widths, &CellConfig::Lif(LifConfig { beta: 0.9375, ..Default::default() }))
    }

    /// Every fully connected layer, the output layer last.
    pub fn layers(&self, classes: usize) -> Vec<LayerConfig> {
        let OutputConfig { bias, cell, delay, first, connections } = self.output.clone();
        let mut layers = self.hidden.clone();
        layers.push(LayerConfig {
            neurons: classes,
            bias,
            cell,
            delay,
            norm: false,
            first,
            connections,
        });
        layers
    }

    /// Whether a layer hears anything but one dense connection.
    pub fn is_wired(&self) -> bool {
        self.layers(1).iter().any(LayerConfig::is_wired)
    }
}

/// The optimiser: Adam (Kingma and Ba 2015) with decoupled weight decay (Loshchilov and Hutter 2019).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct OptimizerConfig {
    /// The first learning rate, above 0 and at most 1.
    pub learning_rate: f64,
    /// How the rate changes.
    pub schedule: ScheduleConfig,
    /// The largest norm of all gradients together; larger ones are scaled down. 0 is no limit.
    pub clip: f64,
    /// Weight decay: a step at learning rate `r` takes the share `r * weight_decay` of each weight away, but
    /// nothing of biases, delays and the constants of neurons. At most 1 over the first learning rate.
    ///
    /// In integers a layer's scale is its largest weight, so weights that grow make all others coarse.
    pub weight_decay: f64,
}

impl Default for OptimizerConfig {
    fn default() -> Self {
        let schedule = ScheduleConfig::Cosine { end: 0.0 };
        Self { learning_rate: 5e-3, schedule, clip: 0.0, weight_decay: 0.3 }
    }
}

/// How the learning rate changes.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case", deny_unknown_fields)]
pub enum ScheduleConfig {
    /// It does not.
    Constant,
    /// Half a cosine over the whole run, step by step, to `end` times the first rate (Loshchilov and
    /// Hutter 2017).
    Cosine {
        /// The share of the first rate that is left.
        #[serde(default)]
        end: f64,
    },
    /// Times `factor` every `epochs` epochs.
    Step {
        /// Epochs between changes.
        epochs: usize,
        /// What the rate is multiplied by.
        factor: f64,
    },
    /// Times `factor` every epoch.
    Exponential {
        /// What the rate is multiplied by.
        factor: f64,
    },
}

impl ScheduleConfig {
    /// One of each kind.
    pub fn all() -> [Self; 4] {
        let (step, each) =
            (Self::Step { epochs: 10, factor: 0.5 }, Self::Exponential { factor: 0.95 });
        [Self::Constant, Self::Cosine { end: 0.0 }, step, each]
    }

    /// The kind's name in configs.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Constant => "constant",
            Self::Cosine { .. } => "cosine",
            Self::Step { .. } => "step",
            Self::Exponential { .. } => "exponential",
        }
    }

    /// Whether the rates of epochs that are done depend on how many there will be.
    pub fn plans_ahead(&self) -> bool {
        matches!(self, Self::Cosine { .. })
    }

    /// The share of the first rate at a step; `per_epoch` steps are an epoch, `epochs` the run.
    pub fn share(&self, step: usize, per_epoch: usize, epochs: usize) -> f64 {
        let epoch = step / per_epoch.max(1);
        match *self {
            Self::Constant => 1.0,
            Self::Cosine { end } => {
                let done = step as f64 / (per_epoch * epochs).max(1) as f64;
                end + (1.0 - end) * 0.5 * (1.0 + (std::f64::consts::PI * done).cos())
            }
            Self::Step { epochs, factor } => factor.powi((epoch / epochs.max(1)) as i32),
            Self::Exponential { factor } => factor.powi(epoch as i32),
        }
    }
}
