//! The types of nodes, a file each: which fields they have, and which part they are.
//!
//! Another type is a file here and a line in [`KINDS`].

mod affine;
mod avg_pool2d;
mod conv1d;
mod conv2d;
mod cuba_li;
mod cuba_lif;
mod delay;
mod flatten;
mod i;
mod input;
mod integrate;
mod li;
mod lif;
mod linear;
mod membrane;
mod output;
mod scale;
mod sum_pool2d;
mod threshold;

pub(super) use cuba_lif::node as cuba_lif;
pub(super) use delay::node as delay;
pub(super) use flatten::node as flatten;
pub(super) use input::node as input;
pub(super) use integrate::node as integrate;
pub(super) use lif::node as lif;
pub(super) use output::node as output;
pub(super) use scale::node as scale;
pub(super) use {affine::node as affine, conv2d::node as conv2d, linear::node as linear};
pub(super) use {avg_pool2d::node as avg_pool2d, sum_pool2d::node as sum_pool2d};

use super::NirError;
use super::fields::Fields;
use super::graph::{Node, SUBGRAPH};
use super::part::Part;

/// A type of node.
#[derive(Clone, Copy, Debug)]
pub(super) struct Kind {
    /// Its name in a file.
    pub(super) name: &'static str,
    /// Reads its fields.
    pub(super) read: fn(&Fields<'_>) -> Result<Part, NirError>,
}

/// All types but that of a subgraph.
pub(super) const KINDS: [Kind; 18] = [
    input::KIND,
    output::KIND,
    linear::KIND,
    affine::KIND,
    scale::KIND,
    conv1d::KIND,
    conv2d::KIND,
    flatten::KIND,
    sum_pool2d::KIND,
    avg_pool2d::KIND,
    delay::KIND,
    integrate::KIND,
    lif::KIND,
    cuba_lif::KIND,
    cuba_li::KIND,
    li::KIND,
    i::KIND,
    threshold::KIND,
];

/// What a node does, by its type.
///
/// # Errors
/// A type that is not known; a field that is missing, of another shape, or no number that the type can have.
pub(super) fn part(name: &str, node: &Node) -> Result<Part, NirError> {
    let kind = KINDS.iter().find(|kind| kind.name == node.kind);
    let unknown = || NirError::Kind {
        node: name.into(),
        kind: node.kind.clone(),
        legal: KINDS.iter().map(|kind| kind.name).chain([SUBGRAPH]).collect(),
    };
    (kind.ok_or_else(unknown)?.read)(&Fields { node: name, of: &node.fields })
}
