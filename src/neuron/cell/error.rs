//! What can be wrong with the neuron that a network's file describes.

use crate::nearest::did_you_mean;
use crate::neuron::equations;
use crate::neuron::kinds::KINDS;

/// Why a description is of no neuron.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// A kind that there is not.
    #[error("there is no neuron `{kind}`")]
    Kind {
        /// What was given.
        kind: String,
    },
    /// A neuron of equations without any, or equations beside a kind that has its own.
    #[error("{what}")]
    Equations {
        /// Which of both.
        what: &'static str,
    },
    /// A parameter that the equations have none of.
    #[error("{kind} has no parameter `{name}`")]
    Parameter {
        /// The kind.
        kind: String,
        /// What was given.
        name: String,
        /// Those that it has.
        legal: Vec<String>,
    },
    /// A number outside its range.
    #[error("{field} is {value}, which is outside {range}")]
    Range {
        /// The field.
        field: &'static str,
        /// Its value.
        value: f64,
        /// What is allowed.
        range: &'static str,
    },
    /// A state that does not begin at 0, or more bits of states than are kept of a neuron.
    #[error("its states take {bits} bits beside the membrane, and {most} are kept of a neuron")]
    States {
        /// The bits of the states.
        bits: u32,
        /// The most that there can be.
        most: u32,
    },
    /// Equations that cannot be read, or not be written in words.
    #[error("{0}")]
    Words(equations::Error),
}

impl Error {
    /// The stable code.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Kind { .. } => "spikestream::neuron::kind",
            Self::Equations { .. } => "spikestream::neuron::equations",
            Self::Parameter { .. } => "spikestream::neuron::parameter",
            Self::Range { .. } => "spikestream::neuron::range",
            Self::States { .. } => "spikestream::neuron::states",
            Self::Words(error) => error.code(),
        }
    }

    /// What to do about it.
    pub fn remedy(&self) -> String {
        match self {
            Self::Kind { kind } => {
                let names: Vec<&str> = KINDS.iter().map(|kind| kind.name).collect();
                let offer = did_you_mean(kind, names.iter().copied());
                let all = format!("kinds are {}, or `equations` with some", names.join(", "));
                offer.map_or(all.clone(), |offer| format!("{offer} {all}"))
            }
            Self::Equations { .. } => {
                "give kind = \"equations\" with `equations`, or another kind without".into()
            }
            Self::Parameter { name, legal, .. } => {
                let offer = did_you_mean(name, legal.iter().map(String::as_str));
                let all = format!("it has {}", legal.join(", "));
                offer.map_or(all.clone(), |offer| format!("{offer} {all}"))
            }
            Self::Range { range, .. } => format!("take one of {range}"),
            Self::States { .. } => "take fewer bits, or a neuron of fewer states".into(),
            Self::Words(error) => error.remedy(),
        }
    }
}
