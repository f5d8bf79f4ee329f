//! Which neurons a network in integers has: those of format 1 where its layers agree on them, others by name.

use super::lif::{self, Shared};
use super::refused;
use crate::cell::{Cell as Neurons, CellConfig};
use crate::network::{LayerConfig, to_vec};
use crate::{TrainError, device};
use spikestream::Error;
use spikestream::neuron::cell::Cell;
use spikestream::neuron::equations::Format;
use std::collections::BTreeMap;

/// The neurons of every layer.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Chosen {
    /// What the layers share whose neurons have no name.
    pub(crate) shared: Shared,
    /// One a layer: its neuron, if it has a name.
    pub(crate) cells: Vec<Option<Cell>>,
}

impl Chosen {
    /// Some that every network may have, where only its other fields are judged.
    pub(crate) fn any(layers: usize) -> Self {
        Self { shared: Shared::any(), cells: vec![None; layers] }
    }

    /// What configs ask for. Layers of the leaky neuron of format 1 have it as long as they are like most of
    /// them, or among as many like the last; all others have a neuron of their own, with states of a format.
    ///
    /// # Errors
    /// No layers; delays, learnt constants, a cell that has no integers.
    pub(crate) fn of_configs(layers: &[LayerConfig], format: Format) -> Result<Self, TrainError> {
        if layers.is_empty() {
            return Err(refused("it has no layers".into(), "add a layer"));
        }
        layers.iter().enumerate().try_for_each(|(index, layer)| check(index, layer))?;
        Self::of_cells(layers.iter().map(|layer| &layer.cell), format)
    }

    /// The same for cells that were checked.
    ///
    /// # Errors
    /// A cell that has no integers.
    pub(crate) fn of_cells<'a>(
        configs: impl Iterator<Item = &'a CellConfig> + Clone,
        format: Format,
    ) -> Result<Self, TrainError> {
        let own: Vec<_> = configs.clone().map(lif::exact).collect();
        let shared = most(&own);
        let cells = configs.zip(own).enumerate().map(|(index, (config, own))| {
            if own.is_some() && own == shared {
                return Ok(None);
            }
            let cell = config.described(format);
            cell.map(Some).map_err(|error| of_layer(index, error))
        });
        let cells = cells.collect::<Result<_, TrainError>>()?;
        Ok(Self { shared: shared.unwrap_or(Shared::any()), cells })
    }

    /// Those nearest to what was trained in float: the neuron of format 1 in layers of the cells `lif` and `if`, in
    /// others one of their own, with the constants that were trained.
    ///
    /// # Errors
    /// As [`lif::of_layers`]; a cell that has no integers, a constant of each neuron.
    pub(crate) fn of_layers<'a>(
        layers: impl Iterator<Item = (&'a Neurons, &'a CellConfig)>,
        format: Format,
    ) -> Result<Self, Error> {
        let layers: Vec<_> = layers.enumerate().collect();
        let of = |(index, (neurons, config)): &(usize, (&Neurons, &CellConfig))| match config {
            CellConfig::Lif(_) | CellConfig::If(_) => Ok(None),
            _ => trained(*index, neurons, config, format).map(Some),
        };
        let cells = layers.iter().map(of).collect::<Result<Vec<_>, TrainError>>()?;
        let plain = layers.iter().filter(|(index, _)| cells[*index].is_none());
        let plain = plain.map(|(index, (neurons, _))| (*index, *neurons));
        let shared = lif::of_layers(plain)?.unwrap_or(Shared::any());
        Ok(Self { shared, cells })
    }

    /// What each layer's neuron is called: by its kind, or where there are several of that by its layer.
    pub(crate) fn names(&self) -> Vec<Option<String>> {
        let name = |(layer, cell): (usize, &Option<Cell>)| {
            let cell = cell.as_ref()?;
            let mut alike = self.cells.iter().flatten().filter(|other| other.kind == cell.kind);
            let first = self.cells.iter().position(|other| other.as_ref() == Some(cell));
            Some(match alike.all(|other| other == cell) {
                true => cell.kind.clone(),
                false => format!("layer-{}", first.unwrap_or(layer)),
            })
        };
        self.cells.iter().enumerate().map(name).collect()
    }

    /// The neurons by their names.
    pub(crate) fn neurons(&self) -> BTreeMap<String, Cell> {
        let names = self.names().into_iter();
        names.zip(&self.cells).filter_map(|(name, cell)| Some((name?, cell.clone()?))).collect()
    }
}

/// The neuron that most layers have, the last of those that as many have.
fn most(own: &[Option<Shared>]) -> Option<Shared> {
    let count = |one: &Shared| own.iter().filter(|other| other.as_ref() == Some(one)).count();
    own.iter().flatten().max_by_key(|one| count(one)).copied()
}

fn check(index: usize, layer: &LayerConfig) -> Result<(), TrainError> {
    if layer.delay.is_some() {
        let remedy = "leave out its delay; in integers delays are a connection: first = { kind = \"delay\", longest = 7 }";
        return Err(refused(format!("layer {index} has delays"), remedy));
    }
    if layer.cell.learns() {
        // Weights are learnt anyway, against a threshold that stands; a leak is the hardware's.
        let why = format!("layer {index} learns a constant");
        return Err(refused(why, "set learn_beta and learn_threshold to false"));
    }
    Ok(())
}

/// A cell with the constants that its layer was trained to.
fn trained(
    index: usize,
    neurons: &Neurons,
    config: &CellConfig,
    format: Format,
) -> Result<Cell, TrainError> {
    let (membrane, device) = (neurons.membrane(), device());
    let one = |name: &str, values: Vec<f32>| match values.iter().all(|value| *value == values[0]) {
        true => Ok(values[0]),
        false => {
            let why = format!("layer {index} has a {name} of each neuron");
            Err(refused(why, "train it with per_neuron = false"))
        }
    };
    let beta = one("beta", to_vec(membrane.beta(&device)))?;
    let threshold = one("threshold", to_vec(membrane.threshold(&device)))?;
    let cell = config.clone().with_constants(beta, threshold).described(format);
    cell.map_err(|error| of_layer(index, error))
}

/// The same error with the layer that it is about.
fn of_layer(index: usize, error: TrainError) -> TrainError {
    match error {
        TrainError::NoIntegers { why, remedy } => {
            TrainError::NoIntegers { why: format!("of layer {index}, {why}"), remedy }
        }
        other => other,
    }
}
