//! A network at a glance: layers, neurons, parameters.

use super::SpikingNet;
use crate::cell::Neurons;
use burn::module::Module;
use std::fmt;

/// One layer of a [`Summary`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LayerSummary {
    /// What it is, such as `linear 64 -> 128`.
    pub connection: String,
    /// The kind of its neurons.
    pub cell: &'static str,
    /// Neurons.
    pub neurons: usize,
    /// Parameters.
    pub parameters: usize,
}

/// A network at a glance; displayed as a table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Summary {
    /// Layers, input side first.
    pub layers: Vec<LayerSummary>,
    /// Parameters in all.
    pub parameters: usize,
}

impl Summary {
    /// Layers without neurons are left out.
    pub(super) fn of(net: &SpikingNet) -> Self {
        let blocks = net.config().blocks.iter().map(|block| &block.cell);
        let cells = blocks.chain(net.configs().iter().map(|layer| &layer.cell));
        let layers = net.layers().iter().zip(net.descriptions()).zip(cells);
        let layers = layers.filter_map(|((layer, connection), config)| {
            Some(LayerSummary {
                connection,
                cell: config.name(),
                neurons: layer.cell()?.neurons(),
                parameters: layer.num_params(),
            })
        });
        Self { layers: layers.collect(), parameters: net.num_params() }
    }
}

impl fmt::Display for Summary {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let width = self.layers.iter().map(|l| l.connection.len()).max().unwrap_or(0).max(10);
        let connection = "connection";
        writeln!(f, "layer  {connection:<width$}  cell              neurons  parameters")?;
        for (index, l) in self.layers.iter().enumerate() {
            let LayerSummary { connection, cell, neurons, parameters } = l;
            writeln!(
                f,
                "{index:<5}  {connection:<width$}  {cell:<16}  {neurons:>7}  {parameters:>10}"
            )?;
        }
        write!(f, "{:<w$}{:>10}", "in all", self.parameters, w = width + 34)
    }
}
