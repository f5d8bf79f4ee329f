//! Neurons in integers, a room for each kind: which cells have such a form, its step for training, and how what
//! was trained becomes its parameters.
//!
//! There is one, [`lif`], to which the cells `lif` and `if` lead. Another kind adds a file beside it.

pub(crate) mod lif;
