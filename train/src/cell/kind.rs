//! Any cell: the config that names its kind, and the layer that holds one. A kind is a line of [`kinds!`].

use super::*;
use burn::module::Module;
use serde::{Deserialize, Serialize};

/// Makes a layer of a config; weights that a cell has itself follow from the seed.
macro_rules! init {
    ($config:ident, $neurons:ident, $seed:ident, $device:ident,) => {
        $config.init($neurons, $device)
    };
    ($config:ident, $neurons:ident, $seed:ident, $device:ident, seeded) => {
        $config.init($neurons, $seed, $device)
    };
}

/// The kinds: for each its config and its layer, what configs call it, and whether it has weights of its own.
macro_rules! kinds {
    // The dollar is for a macro that this one makes.
    ($dollar:tt $($kind:ident($config:ident, $cell:ident) = $name:literal $($seeded:ident)?;)*) => {
        /// Which cell, and its constants.
        #[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
        #[serde(tag = "kind")]
        pub enum CellConfig {
            $(
                #[doc = concat!("[`", stringify!($cell), "`].")]
                #[serde(rename = $name)]
                $kind($config),
            )*
            /// Any neuron, as equations; in integers alone.
            #[serde(rename = "equations")]
            Equations(EquationsConfig),
        }

        /// A layer of neurons of any kind.
        #[derive(Module, Debug)]
        pub enum Cell {
            $(
                #[doc = concat!("[`", stringify!($cell), "`].")]
                $kind($cell),
            )*
        }

        /// How many kinds there are.
        const COUNT: usize = [$($name),*].len();

        /// The names of the kinds in configs.
        #[cfg(test)]
        pub(crate) const KINDS: [&str; COUNT] = [$($name),*];

        impl CellConfig {
            /// One of each kind that has a float form, with its defaults.
            pub fn all() -> [Self; COUNT] {
                [$(Self::$kind(Default::default())),*]
            }

            /// The kind's name in configs.
            pub fn name(&self) -> &'static str {
                match self {
                    $(Self::$kind(_) => $name,)*
                    Self::Equations(_) => equations::KIND,
                }
            }

            /// A layer of `neurons`; parameters of its own (recurrent weights) follow from the seed.
            ///
            /// # Errors
            /// A constant outside its range; neurons of equations, which have no float form.
            pub fn init(
                &self,
                neurons: usize,
                seed: u64,
                device: &Device,
            ) -> Result<Cell, TrainError> {
                Ok(match self {
                    $(Self::$kind(config) => {
                        Cell::$kind(init!(config, neurons, seed, device, $($seeded)?)?)
                    })*
                    Self::Equations(_) => return Err(no_float("cell")),
                })
            }
        }

        impl Cell {
            /// The kind's name in configs.
            pub fn name(&self) -> &'static str {
                match self {
                    $(Self::$kind(_) => $name,)*
                }
            }

            /// The same cell with another membrane.
            pub(crate) fn map_membrane(self, change: impl FnOnce(Membrane) -> Membrane) -> Self {
                match self {
                    $(Self::$kind(cell) => Self::$kind(cell.map_membrane(change)),)*
                }
            }
        }

        /// Does the same with the cell of each kind.
        macro_rules! each {
            ($dollar of:expr, $dollar enum:ident, $dollar one:ident => $dollar do:expr) => {
                match $dollar of {
                    $($dollar enum::$kind($dollar one) => $dollar do,)*
                }
            };
        }

        /// Does the same with the config of each kind; of equations something else, if that is said.
        macro_rules! each_config {
            ($dollar of:expr, $dollar one:ident => $dollar do:expr) => {
                each_config!($dollar of, $dollar one => $dollar do, $dollar one => $dollar do)
            };
            ($dollar of:expr, $dollar one:ident => $dollar do:expr,
             $dollar own:pat => $dollar otherwise:expr) => {
                match $dollar of {
                    $(CellConfig::$kind($dollar one) => $dollar do,)*
                    CellConfig::Equations($dollar own) => $dollar otherwise,
                }
            };
        }
    };
}

kinds! {
    $
    Lif(LifConfig, Lif) = "lif";
    If(IfConfig, IntegrateFire) = "if";
    Synaptic(SynapticConfig, Synaptic) = "synaptic";
    Alif(AlifConfig, Alif) = "alif";
    ExpIf(ExpIfConfig, ExpIf) = "exp-if";
    AdEx(AdExConfig, AdEx) = "adex";
    Lapicque(LapicqueConfig, Lapicque) = "lapicque";
    Alpha(AlphaConfig, Alpha) = "alpha";
    SecondOrderLif(SecondOrderLifConfig, SecondOrderLif) = "second-order-lif";
    RecurrentLif(RecurrentLifConfig, RecurrentLif) = "recurrent-lif" seeded;
}

/// The error of neurons of equations where floats are trained.
pub(crate) fn no_float(field: &str) -> TrainError {
    TrainError::NoFloat { field: field.into() }
}

impl Default for CellConfig {
    fn default() -> Self {
        Self::Lif(LifConfig::default())
    }
}

impl CellConfig {
    /// Checks the constants.
    ///
    /// # Errors
    /// The first that is outside its range.
    pub fn check(&self) -> Result<(), TrainError> {
        each_config!(self, config => config.check())
    }

    /// What a spike does to the membrane; none where equations say it.
    pub fn reset(&self) -> Option<spikestream::spec::Reset> {
        each_config!(self, config => Some(config.reset), _ => None)
    }

    /// The same cell with another reset; neurons of equations keep theirs.
    pub fn with_reset(mut self, reset: spikestream::spec::Reset) -> Self {
        each_config!(&mut self, config => config.reset = reset, _ => ());
        self
    }

    /// The input that a float weight of 1 is to a neuron in integers, in the unit of its equations.
    pub(crate) fn scale(&self) -> f32 {
        each_config!(self, _config => 1.0, own => own.scale)
    }

    /// How far from its threshold a neuron in integers is where the surrogate's x is 1, in the unit of its equations.
    pub(crate) fn margin(&self) -> f64 {
        described::of(each_config!(self, config => config.threshold, own => own.margin))
    }

    /// Whether it can be trained in float.
    pub fn has_float(&self) -> bool {
        !matches!(self, Self::Equations(_))
    }

    /// What a layer that runs in integers holds of its neurons: of equations their number and surrogate alone, since
    /// what steps them is the contract.
    pub(crate) fn held(
        &self,
        neurons: usize,
        seed: u64,
        device: &Device,
    ) -> Result<Cell, TrainError> {
        match self {
            Self::Equations(config) => config.held(neurons, device),
            float => float.init(neurons, seed, device),
        }
    }

    /// The same cell with another surrogate.
    pub fn with_surrogate(mut self, surrogate: crate::Surrogate) -> Self {
        each_config!(&mut self, config => config.surrogate = surrogate);
        self
    }
}

impl Cell {
    /// All time steps at once, or the drive back: recurrent cells and some backends go step by step.
    pub(crate) fn fused(
        &self,
        drive: Drive,
        steps: usize,
        out: Output,
    ) -> Result<Tensor<3>, Drive> {
        each!(self, Self, cell => cell.fused(drive, steps, out))
    }

    /// The membrane's constants.
    pub(crate) fn membrane(&self) -> &Membrane {
        each!(self, Self, cell => cell.membrane())
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
