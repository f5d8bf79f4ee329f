//! Errors of training as all parts tell them: with the file and the field that they are about.

use super::TrainError;
use spikestream::{Error, Told};
use std::path::Path;

impl Told for TrainError {
    fn code(&self) -> &'static str {
        self.code()
    }

    fn remedy(&self) -> String {
        self.remedy()
    }

    fn file(&self) -> Option<&Path> {
        match self {
            Self::Config { path, .. }
            | Self::NoCheckpoint { path }
            | Self::Checkpoint { path, .. }
            | Self::CheckpointFormat { path, .. }
            | Self::OtherRun { path, .. }
            | Self::OtherData { path, .. }
            | Self::Unkept { path, .. }
            | Self::Mixed { path, .. }
            | Self::Busy { folder: path, .. }
            | Self::Weights { path, .. }
            | Self::Order { path, .. }
            | Self::NoLeak { path, .. }
            | Self::Contradiction { path, .. } => Some(path),
            Self::Surrogate { .. }
            | Self::Constant { .. }
            | Self::Shape { .. }
            | Self::Label { .. }
            | Self::NotFinite { .. }
            | Self::Value { .. }
            | Self::UnknownOption { .. }
            | Self::MissingValue { .. }
            | Self::Diverged { .. }
            | Self::Stopped { .. }
            | Self::NoFloat { .. }
            | Self::Neuron { .. }
            | Self::NoIntegers { .. } => None,
        }
    }

    fn field(&self) -> Option<&str> {
        match self {
            Self::Value { field, .. } | Self::NoFloat { field } | Self::Neuron { field, .. } => {
                Some(field)
            }
            _ => None,
        }
    }
}

impl From<TrainError> for Error {
    fn from(error: TrainError) -> Self {
        Self::Part(Box::new(error))
    }
}
