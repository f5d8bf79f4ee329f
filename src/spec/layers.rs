//! A layer in `net.toml`: its neurons, and the connections that they hear.

use crate::layer::kinds::{Described, Kind};
use serde::{Deserialize, Serialize};

/// A layer, and the first of its connections: the one from the layer before.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct LayerSpec {
    /// The kind of the first connection; a fully connected one where the file has none.
    #[serde(flatten)]
    pub first: Described,
    /// Units of the layer before.
    pub inputs: usize,
    /// Units of this one: its neurons, if it has any.
    pub outputs: usize,
    /// Theta, the threshold in units of one weight step; the layer's scale is folded into it. 0 is none: a layer
    /// without neurons has no threshold.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub threshold: i32,
    /// The name of the layer's neuron among [`super::NetSpec::neurons`]; none is [`super::NetSpec::neuron`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub neuron: Option<String>,
    /// Bits of the noise that the layer has of that drawn, 0 (off)..=[`super::Neuron::noise_bits`]; none is all of them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub noise_bits: Option<u32>,
    /// Whether its neurons draw no noise, as those do that only pass spikes on in hardware. No file holds it.
    #[serde(skip)]
    pub undrawn: bool,
    /// The connections beside the first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub connections: Vec<ConnectionSpec>,
}

/// A connection beside a layer's first.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ConnectionSpec {
    /// Its kind.
    #[serde(flatten)]
    pub of: Described,
    /// The layer that is heard; none is the one before, or the network's input.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<usize>,
}

impl ConnectionSpec {
    /// One of this kind from the layer before, or from the layer itself.
    pub fn of<K: Kind>(kind: &K) -> Self {
        Self { of: Described::of(kind), from: None }
    }
}

// By reference, as serde calls it.
#[allow(clippy::trivially_copy_pass_by_ref)]
fn is_zero(threshold: &i32) -> bool {
    *threshold == 0
}

impl LayerSpec {
    /// A fully connected layer of the neuron that all layers have.
    pub fn new(inputs: usize, outputs: usize, threshold: i32) -> Self {
        Self {
            first: Described::default(),
            inputs,
            outputs,
            threshold,
            neuron: None,
            noise_bits: None,
            undrawn: false,
            connections: Vec::new(),
        }
    }

    /// The same layer with a first connection of this kind.
    pub fn of<K: Kind>(self, kind: &K) -> Self {
        Self { first: Described::of(kind), ..self }
    }

    /// The same layer with one connection more, from an earlier layer or from the one before.
    pub fn with<K: Kind>(mut self, kind: &K, from: Option<usize>) -> Self {
        self.connections.push(ConnectionSpec { of: Described::of(kind), from });
        self
    }

    /// What is described of each connection, the first before the others.
    pub fn described(&self) -> impl Iterator<Item = &Described> {
        std::iter::once(&self.first).chain(self.connections.iter().map(|further| &further.of))
    }
}

/// Where a layer, or a connection beside its first, stands in `net.toml`.
pub(crate) fn place(layer: usize, connection: usize) -> String {
    match connection {
        0 => format!("layers[{layer}]"),
        _ => format!("layers[{layer}].connections[{}]", connection - 1),
    }
}
