//! Errors of NIR files: each with a stable code, a sentence that names the node, and a remedy.

use crate::Error;
use crate::error::Told;
use crate::layer::kinds::Misfit;
use crate::nearest::did_you_mean;
use std::path::Path;

/// What is wrong with a NIR file, or with a network that is to become one.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum NirError {
    /// It is no HDF5 file, or not a whole one.
    #[error("it is no whole HDF5 file: {message}")]
    File {
        /// What the reader says.
        message: String,
    },
    /// It is HDF5 and holds no graph.
    #[error("it holds no graph of NIR: {what}")]
    Graph {
        /// What is missing or too much.
        what: String,
    },
    /// A node of a type that is not read.
    #[error("node `{node}` is of type `{kind}`, which this program does not know")]
    Kind {
        /// The node.
        node: String,
        /// Its type.
        kind: String,
        /// The types that are known.
        legal: Vec<&'static str>,
    },
    /// A field of a node that is missing or not as it must be.
    #[error("node `{node}`: {field} {what}")]
    Field {
        /// The node.
        node: String,
        /// The field.
        field: String,
        /// What is wrong with it.
        what: String,
    },
    /// A number that no node can have.
    #[error("node `{node}`: {field} is {value} at {at}, which is outside {range}")]
    Value {
        /// The node.
        node: String,
        /// The field.
        field: String,
        /// Its place in the array, row-major.
        at: usize,
        /// The number.
        value: f64,
        /// What is allowed.
        range: &'static str,
    },
    /// An edge that names a node that is not there, or stands twice.
    #[error("the edge from `{from}` to `{to}`{within} {what}")]
    Edge {
        /// Where it begins.
        from: String,
        /// Where it ends.
        to: String,
        /// " of subgraph `NAME`", or nothing.
        within: String,
        /// What is wrong with it.
        what: String,
    },
    /// Nodes in a circle, of which none is a neuron, so that no step could be computed.
    #[error("nodes {nodes} hear each other in a circle without a neuron")]
    Cycle {
        /// The nodes, each in quotation marks.
        nodes: String,
    },
    /// Shapes that do not go with each other.
    #[error("node `{node}` {what}")]
    Shape {
        /// The node.
        node: String,
        /// What it takes and what it gets.
        what: String,
    },
    /// What the chip cannot have.
    #[error("node `{node}`: {why}")]
    Unsupported {
        /// The node.
        node: String,
        /// Why not.
        why: String,
        /// What to do.
        remedy: String,
    },
    /// A time step that is none.
    #[error("a time step of {dt} s {what}")]
    Step {
        /// The time step.
        dt: f64,
        /// What is wrong with it.
        what: String,
    },
    /// Nobody says what a spike does to a membrane.
    #[error("nobody says what a spike does to a membrane: `v_reset` is 0 also where nets subtract")]
    Reset,
    /// What NIR has no node for.
    #[error("NIR has no node for layer {layer}: {why}")]
    Export {
        /// The layer, from 0.
        layer: usize,
        /// What it is.
        why: String,
    },
}

impl NirError {
    /// What the chip cannot have.
    pub(super) fn unsupported(
        node: &str,
        why: impl Into<String>,
        remedy: impl Into<String>,
    ) -> Self {
        Self::Unsupported { node: node.into(), why: why.into(), remedy: remedy.into() }
    }

    /// A field that a kind of connection does not take.
    pub(super) fn misfit(node: &str, misfit: &Misfit) -> Self {
        let Misfit { field, value, takes } = misfit;
        let why = format!("the {field} is {value}, and the chip takes {takes}");
        Self::unsupported(node, why, "train the network with one that the chip takes")
    }

    /// A field that is not as it must be.
    pub(super) fn field(node: &str, field: &str, what: impl Into<String>) -> Self {
        Self::Field { node: node.into(), field: field.into(), what: what.into() }
    }

    /// Shapes that do not go with each other.
    pub(super) fn shape(node: &str, what: impl Into<String>) -> Self {
        Self::Shape { node: node.into(), what: what.into() }
    }
}

impl Told for NirError {
    fn code(&self) -> &'static str {
        match self {
            Self::File { .. } => "spikestream::nir::file",
            Self::Graph { .. } => "spikestream::nir::graph",
            Self::Kind { .. } => "spikestream::nir::kind",
            Self::Field { .. } => "spikestream::nir::field",
            Self::Value { .. } => "spikestream::nir::value",
            Self::Edge { .. } => "spikestream::nir::edge",
            Self::Cycle { .. } => "spikestream::nir::cycle",
            Self::Shape { .. } => "spikestream::nir::shape",
            Self::Unsupported { .. } => "spikestream::nir::unsupported",
            Self::Step { .. } => "spikestream::nir::step",
            Self::Reset => "spikestream::nir::reset",
            Self::Export { .. } => "spikestream::nir::export",
        }
    }

    fn remedy(&self) -> String {
        match self {
            Self::File { .. } => {
                "give a file that nir.write has written, whole: copy it again if it was cut short"
                    .into()
            }
            Self::Graph { .. } => "write the graph again with nir.write".into(),
            Self::Kind { kind, legal, .. } => {
                let offer = did_you_mean(kind, legal.iter().copied());
                let offer = offer.map(|offer| offer + " ").unwrap_or_default();
                format!("{offer}known are {}", legal.join(", "))
            }
            Self::Field { .. } => {
                "write the node again with nir.write, with every field of its type".into()
            }
            Self::Value { .. } => {
                "correct the number, or train again with a lower learning rate".into()
            }
            Self::Edge { .. } => "let each edge name two nodes of its own graph, once".into(),
            Self::Cycle { .. } => {
                "let a neuron stand in each circle: its spikes are heard a step later".into()
            }
            Self::Shape { .. } => {
                "make the shapes of the nodes agree, or put a Flatten between them".into()
            }
            Self::Unsupported { remedy, .. } => remedy.clone(),
            Self::Step { .. } => {
                "give --dt in seconds, above 0 and no longer than any tau of the file; the NIR \
                 paper's and snnTorch's is 1e-4"
                    .into()
            }
            Self::Reset => {
                "give --reset subtract or --reset zero, as the network was trained: snnTorch's \
                 default is subtract, NIR's own meaning is zero"
                    .into()
            }
            Self::Export { .. } => {
                "give the layer another neuron, pool or connection: NIR has LIF, IF and CubaLIF, \
                 sums and averages"
                    .into()
            }
        }
    }

    fn file(&self) -> Option<&Path> {
        None
    }

    fn field(&self) -> Option<&str> {
        None
    }
}

impl From<NirError> for Error {
    fn from(error: NirError) -> Self {
        Self::Part(Box::new(error))
    }
}
