//! Neurons of equations, which have no float form: one that ships, or equations of one's own, and what training needs
//! to know of their units.

use super::{Cell, IfConfig, positive};
use crate::{Surrogate, TrainError};
use burn::tensor::Device;
use serde::{Deserialize, Serialize};
use spikestream::Error;
use spikestream::neuron::cell::{self, EQUATIONS};
use spikestream::neuron::equations::Format;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// What configs call such neurons.
pub(super) const KIND: &str = EQUATIONS;

/// Configuration of neurons of equations, for SC-aware training alone.
///
/// A float weight w is an input of `scale w` in the unit of the equations, and a spike has the slope of the surrogate
/// at `x = m / margin`, where m is how far the neuron is above its threshold, in the unit of what the threshold
/// compares.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct EquationsConfig {
    /// A neuron that ships, by its name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub neuron: Option<String>,
    /// A file of equations, from the folder of the config; [`Self::read`] turns it into [`Self::text`].
    #[serde(skip_serializing_if = "Option::is_none")]
    pub file: Option<PathBuf>,
    /// Equations, as a file has them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
    /// Bits of each state, 4..=24; left out, those of `[sc]`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub state_bits: Option<u32>,
    /// Those behind the point, fewer than all; left out, those of `[sc]`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub state_fraction: Option<u32>,
    /// A table of a smooth function has `2^table_bits` knots, 1..=12.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub table_bits: Option<u32>,
    /// Steps after a spike without input, 0..=15; left out, those of the equations.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub refractory: Option<u32>,
    /// The input that a float weight of 1 is, above 0, in the unit of the equations.
    pub scale: f32,
    /// How far from the threshold the surrogate's x is 1, above 0, in the unit of what the threshold compares.
    pub margin: f32,
    /// What stands for the derivative of a spike.
    pub surrogate: Surrogate,
    /// Parameters that are not those of the equations.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub parameters: BTreeMap<String, f64>,
}

impl Default for EquationsConfig {
    fn default() -> Self {
        Self {
            neuron: None,
            file: None,
            text: None,
            state_bits: None,
            state_fraction: None,
            table_bits: None,
            refractory: None,
            scale: 1.0,
            margin: 1.0,
            surrogate: Surrogate::default(),
            parameters: BTreeMap::new(),
        }
    }
}

impl EquationsConfig {
    /// A neuron that ships.
    pub fn named(neuron: &str) -> Self {
        Self { neuron: Some(neuron.into()), ..Self::default() }
    }

    /// One with a key of each sort, for those who look for what there is.
    pub(crate) fn example() -> Self {
        let default = Self::named("adaptive-threshold");
        Self {
            state_bits: Some(16),
            state_fraction: Some(12),
            table_bits: Some(6),
            refractory: Some(2),
            parameters: [("tau".into(), 8.0)].into(),
            ..default
        }
    }

    /// The equations of [`Self::file`], which is meant from a folder, in the file's place; without one nothing happens.
    /// Gives the file that was read.
    ///
    /// # Errors
    /// A file that cannot be read.
    pub fn read(&mut self, folder: &Path) -> Result<Option<PathBuf>, Error> {
        let Some(file) = self.file.take() else { return Ok(None) };
        let path = folder.join(file);
        self.text = Some(spikestream::text::read(&path)?);
        Ok(Some(path))
    }

    /// Checks what is no part of the equations.
    ///
    /// # Errors
    /// Not exactly one of neuron and equations; equations in a file that was not read; a scale or a margin that is not
    /// above 0.
    pub fn check(&self) -> Result<(), TrainError> {
        self.ensure_one()?;
        if let Some(file) = &self.file {
            let allowed =
                "a file that was read: TrainConfig::load does, or give its text as `text`";
            return Err(wrong("cell.file", file.display().to_string(), allowed));
        }
        positive(KIND, "scale", self.scale)?;
        positive(KIND, "margin", self.margin)
    }

    /// Refuses not exactly one of neuron, file and text.
    pub(crate) fn ensure_one(&self) -> Result<(), TrainError> {
        let given = [
            ("neuron", self.neuron.is_some()),
            ("file", self.file.is_some()),
            ("text", self.text.is_some()),
        ];
        let given: Vec<&str> = given.iter().filter(|one| one.1).map(|one| one.0).collect();
        let what = match given.as_slice() {
            [_] => return Ok(()),
            [] => "of equations without any".to_owned(),
            several => format!("of {} at once", several.join(" and ")),
        };
        let allowed = "exactly one of neuron, the name of one that ships, file and text";
        Err(wrong("cell", what, allowed))
    }

    /// The neuron as a network's file describes it, its states in words of a format unless it has its own.
    pub(super) fn described(&self, format: Format) -> cell::Cell {
        let kind = self.neuron.as_deref().unwrap_or(EQUATIONS);
        let own = cell::Cell::new(kind, format);
        cell::Cell {
            bits: self.state_bits.unwrap_or(own.bits),
            fraction: self.state_fraction.unwrap_or(own.fraction),
            table_bits: self.table_bits.unwrap_or(own.table_bits),
            refractory: self.refractory,
            equations: self.text.clone(),
            parameters: self.parameters.clone(),
            ..own
        }
    }

    /// What a layer in integers holds of these neurons: how many, and their surrogate, as the simplest cell has both.
    pub(super) fn held(&self, neurons: usize, device: &Device) -> Result<Cell, TrainError> {
        self.check()?;
        let config = IfConfig { surrogate: self.surrogate, ..Default::default() };
        Ok(Cell::If(config.init(neurons, device)?))
    }
}

fn wrong(field: &str, value: String, allowed: &str) -> TrainError {
    TrainError::Value { field: field.into(), value, allowed: allowed.into() }
}
