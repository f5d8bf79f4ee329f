//! What a `net.toml` says, as a page shows it: the sizes by name, and everything else as it stands.

use std::path::Path;

use toml::{Table, Value};

use spikestream_flows::FlowError;
use spikestream_flows::base::files;
use spikestream_flows::estimate::{self, Schedule, Shape};

/// A network, as a page shows it.
#[derive(Debug)]
pub(crate) struct Network {
    /// Its sizes.
    pub(crate) shape: Shape,
    /// The share of the test images that training got right, if the file says so.
    pub(crate) accuracy: Option<f64>,
    /// Every value of the file, by its dotted name.
    pub(crate) values: Vec<(String, String)>,
}

impl Network {
    /// Reads the `net.toml` of a folder.
    ///
    /// # Errors
    /// As [`estimate::read`], and [`FlowError::Unreadable`].
    pub(crate) fn read(folder: &Path, schedule: &str) -> Result<Self, FlowError> {
        let schedule = Schedule::named(schedule).unwrap_or(Schedule::Planes);
        let shape = estimate::read(folder, schedule)?;
        let path = folder.join("net.toml");
        let text = files::read_text(&path)?;
        let table: Table = text.parse().map_err(|e: toml::de::Error| FlowError::Unreadable {
            path,
            reason: e.message().to_owned(),
        })?;
        let accuracy = table.get("provenance").and_then(|p| p.get("accuracy")?.as_float());
        let mut values = Vec::new();
        list("", &Value::Table(table), &mut values);
        Ok(Self { shape, accuracy, values })
    }

    /// Weights, of all layers.
    pub(crate) fn weights(&self) -> u64 {
        self.shape.weights()
    }
}

fn list(name: &str, value: &Value, into: &mut Vec<(String, String)>) {
    let inner = |part: &str| match name {
        "" => part.to_owned(),
        _ => format!("{name}.{part}"),
    };
    match value {
        Value::Table(table) => table.iter().for_each(|(key, value)| list(&inner(key), value, into)),
        Value::Array(values) => {
            values.iter().enumerate().for_each(|(at, v)| list(&inner(&at.to_string()), v, into));
        }
        Value::String(text) => into.push((name.to_owned(), text.clone())),
        other => into.push((name.to_owned(), other.to_string())),
    }
}
