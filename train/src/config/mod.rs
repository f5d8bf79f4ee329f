//! The training config: everything that shapes a run, typed, versioned and printed beside its result.
//!
//! A config says only what differs from the defaults, which train the digits in float, 64-128-10. A
//! table `[sc]` makes training SC-aware. An unknown key is refused, and the error names the nearest.

mod check;
mod choices;
mod difference;
mod file;
mod layers;
mod parts;
mod prune;
mod run;

pub use difference::Difference;
pub use parts::{EncoderConfig, NetworkConfig, OptimizerConfig, OutputConfig, ScheduleConfig};
pub use prune::{PruneConfig, Silent};
pub use run::{Epochs, RunConfig};

use super::{AugmentConfig, LossConfig, Regulariser, Results, ScConfig};
use serde::{Deserialize, Serialize};
use spikestream::data::{Dataset, Source};

/// The version of training configs that this program writes and reads.
pub const CONFIG_FORMAT: u32 = 1;

/// A training config.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct TrainConfig {
    /// Version, [`CONFIG_FORMAT`].
    pub format: u32,
    /// The network's name; that of the data if empty.
    pub name: String,
    /// The data set.
    pub data: Source,
    /// How training samples are changed at random, before the encoder.
    #[serde(skip_serializing_if = "AugmentConfig::is_off")]
    pub augment: AugmentConfig,
    /// From pixels to what the network takes.
    pub encoder: EncoderConfig,
    /// Layers.
    pub network: NetworkConfig,
    /// The one switch for SC-aware training: with it the forward pass is in the integers that ship.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sc: Option<ScConfig>,
    /// For a network trained in float: the integers that it is exported to afterwards.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub export: Option<ScConfig>,
    /// What training makes small.
    pub loss: LossConfig,
    /// What firing costs.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub regularisers: Vec<Regulariser>,
    /// The optimiser.
    pub optimizer: OptimizerConfig,
    /// What is taken out of the network.
    #[serde(skip_serializing_if = "PruneConfig::is_default")]
    pub prune: PruneConfig,
    /// Seed, epochs, batches, and what is held out.
    pub run: RunConfig,
    /// In the folder of a run's results, the files beside it; a run is not shaped by it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub results: Option<Results>,
}

impl Default for TrainConfig {
    fn default() -> Self {
        Self {
            format: CONFIG_FORMAT,
            name: String::new(),
            data: Source::new("digits"),
            augment: AugmentConfig::default(),
            encoder: EncoderConfig::Direct { steps: 25 },
            network: NetworkConfig::default(),
            sc: None,
            export: None,
            loss: LossConfig::default(),
            regularisers: Vec::new(),
            optimizer: OptimizerConfig::default(),
            prune: PruneConfig::default(),
            run: RunConfig::default(),
            results: None,
        }
    }
}

impl TrainConfig {
    /// The run that made the shipped network: digits, 64-128-10, SC-aware, B = 4 and L = 16 by the
    /// ruler, T = 16.
    pub fn shipped() -> Self {
        Self {
            encoder: EncoderConfig::Hardware { steps: 16 },
            network: NetworkConfig::sc_aware(&[128]),
            sc: Some(ScConfig::default()),
            // A logit is a whole spike, so a loss that asks for certainty asks for ever more spikes.
            loss: LossConfig::SpikeCount { smoothing: 0.1 },
            // Of its hidden neurons almost half have no say; boards know the network with them.
            prune: PruneConfig { silent: Silent::Keep, share: 0.0 },
            // What training images that were held out chose, on the digits and on small tables.
            augment: AugmentConfig { noise: 0.05, ..AugmentConfig::default() },
            ..Self::default()
        }
    }

    /// The same with another weight of its floors of firing rates, or with that of [`Regulariser::waking`] where it
    /// has none; 0 takes them away.
    #[must_use]
    pub fn with_floor(mut self, weight: f32) -> Self {
        let floors = self.regularisers.iter_mut().filter(|r| r.floor > 0.0);
        let had = floors.map(|r| r.floor = weight).count();
        if had == 0 {
            self.regularisers.push(Regulariser::waking(weight));
        }
        self.regularisers.retain(|r| r.floor > 0.0 || r.needs_spikes());
        self
    }

    /// The same with its epochs as a number, on these data.
    #[must_use]
    pub fn settled(&self, data: &Dataset) -> Self {
        Self { run: self.run.settled(data.train.images.len()), ..self.clone() }
    }

    /// Whether what an epoch does follows from how many there are to be.
    pub fn plans_ahead(&self) -> bool {
        self.optimizer.schedule.plans_ahead() || self.prune.share > 0.0
    }

    /// The network's name: its own, or that of the data.
    pub fn net_name(&self) -> String {
        if self.name.is_empty() { self.data.name() } else { self.name.clone() }
    }
}
