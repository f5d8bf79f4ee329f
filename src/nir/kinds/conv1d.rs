//! `Conv1d`: a kernel that slides along one axis: a convolution of a single row.

use super::{Kind, conv2d};
use crate::nir::NirError;
use crate::nir::fields::{Fields, LARGEST};
use crate::nir::part::{Conv, Part};

pub(super) const KIND: Kind = Kind { name: "Conv1d", read };

fn read(fields: &Fields<'_>) -> Result<Part, NirError> {
    let weight = fields.of_rank("weight", 3)?;
    let one = |field: &str| match fields.counts(field, LARGEST)?[..] {
        [one] => Ok(one),
        ref more => {
            let what = format!("has {} numbers, not 1", more.len());
            Err(NirError::field(fields.node, field, what))
        }
    };
    let (kernel, stride, dilation) =
        ([1, weight.shape[2]], [1, one("stride")?], [1, one("dilation")?]);
    let padding = match conv2d::padding(fields, kernel, dilation)? {
        Some(padding) => padding,
        None => [0, one("padding")?],
    };
    let windows = Conv { kernel, stride, padding, dilation, flat: true, ..conv2d::none() };
    conv2d::conv(fields, &weight, windows)
}
