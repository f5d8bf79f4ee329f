//! What training makes of a layer's connections before there are weights.

use super::ways::{Ways, matrix};
use spikestream::layer::kinds::Relay;
use spikestream::spec::{Connection, NetSpec, Wired};
use spikestream::{Error, layer::kinds::Volume};
use std::sync::Arc;

/// A layer as it is run.
#[derive(Clone, Debug)]
pub(crate) struct Plan {
    /// Its shape.
    pub(crate) volume: Volume,
    /// What it passes on; none if it has neurons.
    pub(crate) relay: Option<Relay>,
    /// Its connections, the first before the others.
    pub(crate) wires: Vec<Wire>,
}

/// A connection as it is run.
#[derive(Clone, Debug)]
pub(crate) struct Wire {
    /// The name of its kind.
    pub(crate) kind: String,
    /// What is heard: 0 is the network's input, `l + 1` layer `l`.
    pub(crate) source: usize,
    /// Whether it is the layer itself, a step before.
    pub(crate) is_own: bool,
    /// Bits by which its sum is shifted right, with floor.
    pub(super) shift: u32,
    /// The shape of its tensor of weights in files.
    pub(crate) shape: Vec<usize>,
    pub(crate) ways: Arc<Ways>,
}

impl Plan {
    /// Those of all layers.
    ///
    /// # Errors
    /// Layers that do not go with each other.
    pub(crate) fn of_all(spec: &NetSpec) -> Result<Vec<Self>, Error> {
        Ok(spec.wiring()?.iter().map(Self::of).collect())
    }

    fn of(wired: &Wired) -> Self {
        let units = wired.volume.units();
        let wire = |of: &Connection| Wire {
            kind: of.kind.clone(),
            source: of.source,
            is_own: of.lag > 0,
            shift: of.shift,
            shape: of.weights.clone(),
            ways: Arc::new(Ways::new(of, units)),
        };
        let wires = wired.connections.iter().map(wire).collect();
        Self { volume: wired.volume, relay: wired.relay, wires }
    }
}

impl Wire {
    /// Its weights as a matrix, `[inputs of a channel, channels]`.
    pub(crate) fn matrix(&self) -> [usize; 2] {
        matrix(&self.shape)
    }

    /// The longest delay of a synapse, if they have delays.
    pub(crate) fn longest(&self) -> Option<u32> {
        self.ways.longest()
    }
}
