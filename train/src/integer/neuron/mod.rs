//! A layer's neurons in integers, a room for each kind: the step for training, and which constants it has.
//!
//! [`lif`] is the leaky neuron of format 1, to which the cells `lif` and `if` lead where a shift is their leak;
//! [`named`] is any neuron of equations that a network names, and knows no kind of them.

mod chosen;
pub(crate) mod lif;
pub(crate) mod named;

pub(crate) use chosen::Chosen;

use crate::TrainError;

fn refused(why: String, remedy: &str) -> TrainError {
    TrainError::NoIntegers { why, remedy: remedy.into() }
}
