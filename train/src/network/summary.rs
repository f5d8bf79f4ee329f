//! A network at a glance: layers, neurons, parameters.

use super::connection::Connection;
use super::{ConvSpikingNet, SpikingNet, WiredNet};
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
    pub(super) fn of(net: &SpikingNet) -> Self {
        let layers = net.layers().iter().zip(net.cells()).map(|(layer, config)| {
            let [inputs, outputs] = layer.connection.linear().dims();
            let delays = match &layer.connection {
                Connection::Linear(_) => "",
                Connection::Delay(_) => " with delays",
            };
            LayerSummary {
                connection: format!("linear {inputs} -> {outputs}{delays}"),
                cell: config.name(),
                neurons: layer.cell.neurons(),
                parameters: layer.num_params(),
            }
        });
        Self { layers: layers.collect(), parameters: net.num_params() }
    }

    pub(super) fn of_conv(net: &ConvSpikingNet) -> Self {
        let blocks = net.blocks().iter().map(|block| LayerSummary {
            connection: block.describe(),
            cell: block.cell().name(),
            neurons: block.cell().neurons(),
            parameters: block.num_params(),
        });
        let dense = Self::of(net.dense()).layers;
        Self { layers: blocks.chain(dense).collect(), parameters: net.num_params() }
    }
}

impl Summary {
    /// Layers without neurons are left out.
    pub(super) fn of_wired(net: &WiredNet) -> Self {
        let layers = net.layers().zip(net.configs()).filter(|((_, layer), _)| layer.has_neurons());
        let layers = layers.map(|((plan, layer), config)| {
            let kinds: Vec<&str> = plan.wires.iter().map(|wire| wire.kind.as_str()).collect();
            LayerSummary {
                connection: format!("{} -> {}", kinds.join(" + "), plan.volume),
                cell: config.cell.name(),
                neurons: plan.volume.units(),
                parameters: layer.num_params(),
            }
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
