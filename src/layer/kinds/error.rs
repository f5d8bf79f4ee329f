//! What can be wrong with the layers that a network's file describes, and with their numbers.

use super::{KINDS, Volume};
use crate::nearest::did_you_mean;

/// A field that does not go with a connection's source.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Misfit {
    /// The field.
    pub field: &'static str,
    /// Its value.
    pub value: String,
    /// What would do.
    pub takes: String,
}

/// Why layers are none. `place` is a layer or a connection in `net.toml`, such as `layers[2]`.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
#[allow(missing_docs)]
pub enum Error {
    /// A kind that there is not.
    #[error("{place} is of kind `{name}`, which there is not")]
    Kind { place: String, name: String },
    /// Fields that a kind lacks, does not have, or has of another type.
    #[error("{place} ({kind}): {message}")]
    Fields { place: String, kind: String, message: String },
    /// A field that does not go with the source.
    #[error("{place}.{} ({kind}, on a source of {from}) is {}, which is outside {}", .misfit.field, .misfit.value, .misfit.takes)]
    Misfit { place: String, kind: String, from: Volume, misfit: Box<Misfit> },
    /// Sizes that do not follow from each other.
    #[error("{place}.{field} ({kind}) is {found}, not {expected}, which follows from {why}")]
    Size {
        place: String,
        field: &'static str,
        kind: String,
        found: usize,
        expected: usize,
        why: String,
    },
    /// A connection that reaches another shape than its layer's.
    #[error("{place} ({kind}) from {source_name} reaches {reached}, and its layer is {own}")]
    Shape { place: String, kind: String, source_name: String, reached: Volume, own: Volume },
    /// A source that is not before the layer.
    #[error("{place}.from ({kind}) is {from}, which is no layer before layer {layer}")]
    Source { place: String, kind: String, from: usize, layer: usize },
    /// A connection, or a field, where its kind cannot have it.
    #[error("{place} ({kind}) {what}")]
    Place { place: String, kind: String, what: &'static str, remedy: &'static str },
    /// A weight that B bits do not hold.
    #[error("{place} ({kind}): weight {at:?} is {value}, which is outside -{max}..={max}")]
    Weight { place: String, kind: String, at: Vec<usize>, value: i32, max: i32 },
    /// A delay that is longer than the connection's longest.
    #[error("{place} ({kind}): delay {at:?} is {value}, which is outside 0..={longest}")]
    Delay { place: String, kind: String, at: Vec<usize>, value: u8, longest: u32 },
}

impl Error {
    /// The stable code.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Kind { .. } => "spikestream::layer::kind",
            Self::Fields { .. } => "spikestream::layer::fields",
            Self::Misfit { .. } => "spikestream::layer::value",
            Self::Size { .. } => "spikestream::layer::size",
            Self::Shape { .. } => "spikestream::layer::shape",
            Self::Source { .. } => "spikestream::layer::source",
            Self::Place { .. } => "spikestream::layer::place",
            Self::Weight { .. } => "spikestream::net::weight-range",
            Self::Delay { .. } => "spikestream::layer::delay",
        }
    }

    /// What to do about it.
    pub fn remedy(&self) -> String {
        match self {
            Self::Kind { name, .. } => {
                let names = KINDS.map(|kind| kind.name);
                let offer = did_you_mean(name, names).map(|offer| offer + " ").unwrap_or_default();
                format!("{offer}kinds are {}", names.join(", "))
            }
            Self::Fields { .. } => "docs/contract.md lists the fields of each kind".into(),
            Self::Misfit { misfit, .. } => {
                format!("set {} to a value in {}", misfit.field, misfit.takes)
            }
            Self::Size { field, expected, .. } => {
                format!("set {field} to {expected}, or change what it follows from")
            }
            Self::Shape { .. } => {
                "connect layers of equal shape, or put a `conv` or a `dense` connection between them"
                    .into()
            }
            Self::Source { layer: 0, .. } => "leave out `from`, which is the network's input".into(),
            Self::Source { layer, .. } => {
                format!("set from to a layer in 0..{layer}, or leave it out")
            }
            Self::Place { remedy, .. } => (*remedy).into(),
            Self::Weight { max, .. } => {
                format!("clamp the weights to -{max}..={max}, or raise stream.bits in net.toml")
            }
            Self::Delay { longest, .. } => {
                format!("clamp the delays to 0..={longest}, or raise `longest`")
            }
        }
    }

    /// The field of `net.toml` that it is about; none if it is about a number in the weights' file.
    pub fn field(&self) -> Option<String> {
        match self {
            Self::Misfit { place, misfit, .. } => Some(format!("{place}.{}", misfit.field)),
            Self::Size { place, field, .. } => Some(format!("{place}.{field}")),
            Self::Kind { place, .. } => Some(format!("{place}.kind")),
            Self::Source { place, .. } => Some(format!("{place}.from")),
            Self::Fields { place, .. } | Self::Shape { place, .. } | Self::Place { place, .. } => {
                Some(place.clone())
            }
            Self::Weight { .. } | Self::Delay { .. } => None,
        }
    }
}
