//! `Conv2d`: a kernel that slides over rows and columns, as a correlation.

use super::{Kind, affine};
use crate::nir::NirError;
use crate::nir::fields::{Fields, LARGEST};
use crate::nir::graph::Node;
use crate::nir::part::{Conv, Part};
use crate::nir::tensor::Tensor;
use crate::nir::tree::Value;

pub(super) const KIND: Kind = Kind { name: "Conv2d", read };

fn read(fields: &Fields<'_>) -> Result<Part, NirError> {
    let weight = fields.of_rank("weight", 4)?;
    let kernel = [weight.shape[2], weight.shape[3]];
    let (stride, dilation) = (fields.pair("stride")?, fields.pair("dilation")?);
    let padding = padding(fields, kernel, dilation)?.map_or_else(|| fields.pair("padding"), Ok)?;
    conv(fields, &weight, Conv { kernel, stride, padding, dilation, ..none() })
}

/// A convolution of which shapes, weights and biases are still to come.
pub(super) fn none() -> Conv {
    Conv {
        channels: 0,
        seen: 0,
        kernel: [1, 1],
        stride: [1, 1],
        padding: [0, 0],
        dilation: [1, 1],
        groups: 1,
        weights: Vec::new(),
        biases: Vec::new(),
        flat: false,
    }
}

/// The same with what weights and groups say; checked.
pub(super) fn conv(fields: &Fields<'_>, weight: &Tensor, windows: Conv) -> Result<Part, NirError> {
    let groups = fields.counts("groups", LARGEST)?;
    let (channels, seen) = (weight.shape[0], weight.shape[1]);
    let groups = match groups[..] {
        [groups] if groups > 0 && channels % groups == 0 => groups,
        _ => {
            let what = format!("is {groups:?}, which does not divide the {channels} channels");
            return Err(NirError::field(fields.node, "groups", what));
        }
    };
    for (field, pair) in [("stride", windows.stride), ("dilation", windows.dilation)] {
        if pair.contains(&0) {
            return Err(NirError::field(fields.node, field, "is 0"));
        }
    }
    let (weights, biases) = (weight.singles(), affine::biases(fields, channels)?);
    Ok(Part::Conv(Conv { channels, seen, groups, weights, biases, ..windows }))
}

/// The padding that a word stands for; none where there are numbers.
pub(super) fn padding(
    fields: &Fields<'_>,
    kernel: [usize; 2],
    dilation: [usize; 2],
) -> Result<Option<[usize; 2]>, NirError> {
    let reach = [0, 1].map(|axis| dilation[axis].saturating_mul(kernel[axis].saturating_sub(1)));
    match fields.text("padding") {
        None => Ok(None),
        Some("valid") => Ok(Some([0, 0])),
        Some("same") if reach.iter().all(|reach| reach % 2 == 0) => {
            Ok(Some(reach.map(|reach| reach / 2)))
        }
        Some(word) => {
            let what =
                format!("is `{word}`, which is no equal padding on both sides of {kernel:?}");
            Err(NirError::field(fields.node, "padding", what))
        }
    }
}

/// A convolution over `[rows, columns]` of a source.
pub(in crate::nir) fn node(conv: &Conv, source: [usize; 2]) -> Node {
    let Conv { channels, seen, kernel: [rows, columns], .. } = *conv;
    let shape = [channels, seen, rows, columns];
    Node::new(
        KIND.name,
        [
            ("input_shape", Value::Numbers(Tensor::whole(&source))),
            ("weight", Value::Numbers(Tensor::single(&shape, &conv.weights))),
            ("stride", Value::Numbers(Tensor::whole(&conv.stride))),
            ("padding", Value::Numbers(Tensor::whole(&conv.padding))),
            ("dilation", Value::Numbers(Tensor::whole(&conv.dilation))),
            ("groups", Value::Numbers(Tensor::one(conv.groups as i64))),
            ("bias", Value::Numbers(Tensor::single(&[channels], &conv.biases))),
        ],
    )
}
