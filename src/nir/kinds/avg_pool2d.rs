//! `AvgPool2d`: the mean of each window, its padding counted.

use super::{Kind, sum_pool2d};
use crate::nir::NirError;
use crate::nir::fields::Fields;
use crate::nir::graph::Node;
use crate::nir::part::Part;

pub(super) const KIND: Kind = Kind { name: "AvgPool2d", read };

fn read(fields: &Fields<'_>) -> Result<Part, NirError> {
    Ok(Part::Pool(sum_pool2d::pool(fields, true)?))
}

/// Means over windows.
pub(in crate::nir) fn node(kernel: [usize; 2], stride: [usize; 2]) -> Node {
    sum_pool2d::of(KIND.name, kernel, stride)
}
