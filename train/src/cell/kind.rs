//! Any cell: the config that names its kind, and the layer that holds one.

use super::*;
use burn::module::Module;
use serde::{Deserialize, Serialize};

/// Which cell, and its constants.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum CellConfig {
    /// [`Lif`].
    Lif(LifConfig),
    /// [`IntegrateFire`].
    If(IfConfig),
    /// [`Synaptic`].
    Synaptic(SynapticConfig),
    /// [`Alif`].
    Alif(AlifConfig),
    /// [`ExpIf`].
    ExpIf(ExpIfConfig),
    /// [`AdEx`].
    #[serde(rename = "adex")]
    AdEx(AdExConfig),
    /// [`Lapicque`].
    Lapicque(LapicqueConfig),
    /// [`Alpha`].
    Alpha(AlphaConfig),
    /// [`SecondOrderLif`].
    SecondOrderLif(SecondOrderLifConfig),
    /// [`RecurrentLif`].
    RecurrentLif(RecurrentLifConfig),
}

/// Does the same with the cell of each kind.
macro_rules! each {
    ($of:expr, $kind:ident, $cell:ident => $do:expr) => {
        match $of {
            $kind::Lif($cell) => $do,
            $kind::If($cell) => $do,
            $kind::Synaptic($cell) => $do,
            $kind::Alif($cell) => $do,
            $kind::ExpIf($cell) => $do,
            $kind::AdEx($cell) => $do,
            $kind::Lapicque($cell) => $do,
            $kind::Alpha($cell) => $do,
            $kind::SecondOrderLif($cell) => $do,
            $kind::RecurrentLif($cell) => $do,
        }
    };
}

impl Default for CellConfig {
    fn default() -> Self {
        Self::Lif(LifConfig::default())
    }
}

/// The names of the kinds in configs.
pub(crate) const KINDS: [&str; 10] = [
    "lif",
    "if",
    "synaptic",
    "alif",
    "exp-if",
    "adex",
    "lapicque",
    "alpha",
    "second-order-lif",
    "recurrent-lif",
];

/// The name of a config's or a layer's kind.
macro_rules! named {
    ($kind:ident) => {
        impl $kind {
            /// The kind's name in configs.
            pub fn name(&self) -> &'static str {
                match self {
                    Self::Lif(_) => KINDS[0],
                    Self::If(_) => KINDS[1],
                    Self::Synaptic(_) => KINDS[2],
                    Self::Alif(_) => KINDS[3],
                    Self::ExpIf(_) => KINDS[4],
                    Self::AdEx(_) => KINDS[5],
                    Self::Lapicque(_) => KINDS[6],
                    Self::Alpha(_) => KINDS[7],
                    Self::SecondOrderLif(_) => KINDS[8],
                    Self::RecurrentLif(_) => KINDS[9],
                }
            }
        }
    };
}
named!(CellConfig);
named!(Cell);

impl CellConfig {
    /// One of each kind with its defaults.
    pub fn all() -> [Self; 10] {
        [
            Self::Lif(Default::default()),
            Self::If(Default::default()),
            Self::Synaptic(Default::default()),
            Self::Alif(Default::default()),
            Self::ExpIf(Default::default()),
            Self::AdEx(Default::default()),
            Self::Lapicque(Default::default()),
            Self::Alpha(Default::default()),
            Self::SecondOrderLif(Default::default()),
            Self::RecurrentLif(Default::default()),
        ]
    }

    /// Whether the hardware has such neurons.
    pub fn has_integers(&self) -> bool {
        matches!(self, Self::Lif(_) | Self::If(_))
    }

    /// Checks the constants.
    ///
    /// # Errors
    /// The first that is outside its range.
    pub fn check(&self) -> Result<(), TrainError> {
        each!(self, Self, config => config.check())
    }

    /// A layer of `neurons`; parameters of its own (recurrent weights) follow from the seed.
    ///
    /// # Errors
    /// A constant outside its range.
    pub fn init(&self, neurons: usize, seed: u64, device: &Device) -> Result<Cell, TrainError> {
        Ok(match self {
            Self::Lif(config) => Cell::Lif(config.init(neurons, device)?),
            Self::If(config) => Cell::If(config.init(neurons, device)?),
            Self::Synaptic(config) => Cell::Synaptic(config.init(neurons, device)?),
            Self::Alif(config) => Cell::Alif(config.init(neurons, device)?),
            Self::ExpIf(config) => Cell::ExpIf(config.init(neurons, device)?),
            Self::AdEx(config) => Cell::AdEx(config.init(neurons, device)?),
            Self::Lapicque(config) => Cell::Lapicque(config.init(neurons, device)?),
            Self::Alpha(config) => Cell::Alpha(config.init(neurons, device)?),
            Self::SecondOrderLif(config) => Cell::SecondOrderLif(config.init(neurons, device)?),
            Self::RecurrentLif(config) => Cell::RecurrentLif(config.init(neurons, seed, device)?),
        })
    }

    /// What a spike does to the membrane.
    pub fn reset(&self) -> spikestream::spec::Reset {
        each!(self, Self, config => config.reset)
    }

    /// The same cell with another reset.
    pub fn with_reset(mut self, reset: spikestream::spec::Reset) -> Self {
        each!(&mut self, Self, config => config.reset = reset);
        self
    }

    /// The same cell with another surrogate.
    pub fn with_surrogate(mut self, surrogate: crate::Surrogate) -> Self {
        each!(&mut self, Self, config => config.surrogate = surrogate);
        self
    }
}

/// A layer of neurons of any kind.
#[derive(Module, Debug)]
pub enum Cell {
    /// [`Lif`].
    Lif(Lif),
    /// [`IntegrateFire`].
    If(IntegrateFire),
    /// [`Synaptic`].
    Synaptic(Synaptic),
    /// [`Alif`].
    Alif(Alif),
    /// [`ExpIf`].
    ExpIf(ExpIf),
    /// [`AdEx`].
    AdEx(AdEx),
    /// [`Lapicque`].
    Lapicque(Lapicque),
    /// [`Alpha`].
    Alpha(Alpha),
    /// [`SecondOrderLif`].
    SecondOrderLif(SecondOrderLif),
    /// [`RecurrentLif`].
    RecurrentLif(RecurrentLif),
}

impl Cell {
    /// All time steps at once, or the drive back: recurrent cells and some backends go step by step.
    pub(crate) fn fused(
        &self,
        drive: Drive,
        steps: usize,
        out: Output,
    ) -> Result<Tensor<3>, Drive> {
        match self {
            Self::Lif(cell) => cell.fused(drive, steps, out),
            Self::If(cell) => cell.fused(drive, steps, out),
            Self::Synaptic(cell) => cell.fused(drive, steps, out),
            Self::Alif(cell) => cell.fused(drive, steps, out),
            Self::ExpIf(cell) => cell.fused(drive, steps, out),
            Self::AdEx(cell) => cell.fused(drive, steps, out),
            Self::Lapicque(cell) => cell.fused(drive, steps, out),
            Self::Alpha(cell) => cell.fused(drive, steps, out),
            Self::SecondOrderLif(cell) => cell.fused(drive, steps, out),
            Self::RecurrentLif(_) => Err(drive),
        }
    }

    /// The membrane's constants.
    pub(crate) fn membrane(&self) -> &Membrane {
        each!(self, Self, cell => cell.membrane())
    }

    /// The same cell with another membrane.
    pub(crate) fn map_membrane(self, change: impl FnOnce(Membrane) -> Membrane) -> Self {
        match self {
            Self::Lif(cell) => Self::Lif(cell.map_membrane(change)),
            Self::If(cell) => Self::If(cell.map_membrane(change)),
            Self::Synaptic(cell) => Self::Synaptic(cell.map_membrane(change)),
            Self::Alif(cell) => Self::Alif(cell.map_membrane(change)),
            Self::ExpIf(cell) => Self::ExpIf(cell.map_membrane(change)),
            Self::AdEx(cell) => Self::AdEx(cell.map_membrane(change)),
            Self::Lapicque(cell) => Self::Lapicque(cell.map_membrane(change)),
            Self::Alpha(cell) => Self::Alpha(cell.map_membrane(change)),
            Self::SecondOrderLif(cell) => Self::SecondOrderLif(cell.map_membrane(change)),
            Self::RecurrentLif(cell) => Self::RecurrentLif(cell.map_membrane(change)),
        }
    }
}

impl Neurons for Cell {
    fn neurons(&self) -> usize {
        each!(self, Self, cell => cell.neurons())
    }

    fn currents(&self) -> usize {
        each!(self, Self, cell => cell.currents())
    }

    fn begin(&self, batch: usize, device: &Device) -> State {
        each!(self, Self, cell => cell.begin(batch, device))
    }

    fn step(&self, current: Tensor<2>, state: State) -> (Tensor<2>, State) {
        each!(self, Self, cell => cell.step(current, state))
    }
}
