//! Layers in integers, a room for each kind: its weights as what their streams weigh, and its currents.
//!
//! There is one, [`dense`]. Another kind adds a file beside it.

mod dense;

pub(crate) use dense::{float, run};
