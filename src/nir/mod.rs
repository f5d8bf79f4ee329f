//! NIR, the field's exchange format: networks of other frameworks in, networks of ours out.
//!
//! A `.nir` file is HDF5 with a graph of nodes: linear maps, convolutions, pools, delays and neurons by the constants of their
//! differential equations (J. E. Pedersen et al., Neuromorphic intermediate representation, Nature Communications 15,
//! 8122, 2024). It has no time step, no reset but to `v_reset`, and no integers.
//!
//! | step | where |
//! |---|---|
//! | a file and its graph | [`Graph`] |
//! | types of nodes, a file each | `kinds` |
//! | the order of a step, shapes | [`Plan`] |
//! | the graph in 32-bit floats | [`Float`] |
//! | the graph as layers of the chip | [`Converted`] |

mod cells;
mod chain;
mod convert;
mod dynamics;
mod error;
mod export;
mod fields;
mod float;
mod fold;
mod graph;
mod inline;
mod judge;
mod kinds;
mod link;
mod maps;
mod order;
mod own;
mod part;
mod plan;
mod realised;
mod shapes;
mod tensor;
mod tree;

pub use convert::{Converted, Integers, Origin};
pub use error::NirError;
pub use export::STEP;
pub use float::{Answer, Float, Rule, Timing};
pub use graph::{Graph, Node};
pub use judge::{Drive, accuracy};
pub use plan::Plan;
pub use tensor::{Tensor, Width};
pub use tree::{Tree, Value};

#[cfg(test)]
mod tests;
