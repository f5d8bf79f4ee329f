//! Tensors of a file by what they are, and why they do not make a network.

use super::format::FileTensor;
use super::layout::Role;
use super::names::Form;
use std::collections::BTreeMap;

/// Why a file does not become a network.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Misfit {
    /// Something does not fit.
    Fit(String),
    /// It cannot be known what comes where.
    Order(String),
    /// No layer takes what the data has.
    Data {
        /// Pixels of an image.
        pixels: usize,
        /// The matrices there are.
        weights: String,
    },
}

impl From<String> for Misfit {
    fn from(message: String) -> Self {
        Self::Fit(message)
    }
}

/// A tensor with its name, and how its numbers are meant.
#[derive(Clone, Debug)]
pub(super) struct Named {
    pub(super) name: String,
    pub(super) tensor: FileTensor,
    pub(super) form: Form,
}

/// What a module of neurons has, by role.
pub(super) type Neurons = BTreeMap<Role, Named>;

/// The tensors of one layer.
#[derive(Clone, Debug)]
pub(super) struct LayerTensors {
    /// The matrix, or the kernels.
    pub(super) weight: Named,
    /// Bias and delay.
    pub(super) beside: BTreeMap<Role, Named>,
    /// Constants and recurrent weights of its neurons.
    pub(super) neurons: Neurons,
}
