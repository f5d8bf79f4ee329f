//! `SumPool2d`: the sum of each window.

use super::Kind;
use crate::nir::NirError;
use crate::nir::fields::Fields;
use crate::nir::graph::Node;
use crate::nir::part::{Part, Pool};
use crate::nir::tensor::Tensor;
use crate::nir::tree::Value;

pub(super) const KIND: Kind = Kind { name: "SumPool2d", read };

fn read(fields: &Fields<'_>) -> Result<Part, NirError> {
    Ok(Part::Pool(pool(fields, false)?))
}

/// The windows of a pool.
pub(super) fn pool(fields: &Fields<'_>, average: bool) -> Result<Pool, NirError> {
    let [kernel, stride] = [fields.pair("kernel_size")?, fields.pair("stride")?];
    for (field, pair) in [("kernel_size", kernel), ("stride", stride)] {
        if pair.contains(&0) {
            return Err(NirError::field(fields.node, field, "is 0"));
        }
    }
    Ok(Pool { kernel, stride, padding: fields.pair("padding")?, average })
}

/// Sums over windows.
pub(in crate::nir) fn node(kernel: [usize; 2], stride: [usize; 2]) -> Node {
    of(KIND.name, kernel, stride)
}

/// A pool of a type.
pub(super) fn of(kind: &str, kernel: [usize; 2], stride: [usize; 2]) -> Node {
    let pair = |pair: [usize; 2]| Value::Numbers(Tensor::whole(&pair));
    let padding = pair([0, 0]);
    Node::new(kind, [("kernel_size", pair(kernel)), ("stride", pair(stride)), ("padding", padding)])
}
