//! The bytes of a file: tensors of floats, whatever their width.

use super::layout::{Content, Slot};
use burn::tensor::{bf16, f16};
use safetensors::{Dtype, SafeTensors, tensor::TensorView};
use std::collections::BTreeMap;

/// The tensors of a file by their names.
pub(super) type File = BTreeMap<String, FileTensor>;

/// A tensor of a file.
#[derive(Clone, Debug)]
pub(super) struct FileTensor {
    pub(super) shape: Vec<usize>,
    /// Row-major, all finite.
    pub(super) numbers: Vec<f32>,
}

/// The bytes of all parameters; the same for the same parameters.
pub(super) fn encode(
    slots: &[Slot],
    metadata: &BTreeMap<String, String>,
) -> Result<Vec<u8>, String> {
    let refuse = |e: safetensors::SafeTensorError| format!("it cannot be encoded: {e}");
    let learnt = slots.iter().filter_map(|slot| match &slot.content {
        Content::Learnt(numbers) => Some((slot, numbers)),
        Content::Fixed(_) => None,
    });
    let tensors: Vec<(&Slot, Vec<u8>)> = learnt
        .map(|(slot, numbers)| (slot, numbers.iter().flat_map(|w| w.to_le_bytes()).collect()))
        .collect();
    let mut views = Vec::new();
    for (slot, bytes) in &tensors {
        let view = TensorView::new(Dtype::F32, slot.shape.clone(), bytes).map_err(refuse)?;
        views.push((slot.name.clone(), view));
    }
    let file = safetensors::serialize(views, None).map_err(refuse)?;
    if metadata.is_empty() { Ok(file) } else { with_metadata(&file, metadata) }
}

/// The file with metadata, in the order of the keys: the format's crate takes them in any order.
fn with_metadata(file: &[u8], metadata: &BTreeMap<String, String>) -> Result<Vec<u8>, String> {
    let refuse = |e: serde_json::Error| format!("its header cannot be encoded: {e}");
    let (length, rest) = file.split_first_chunk().ok_or("it has no header")?;
    let (header, tensors) = rest.split_at(u64::from_le_bytes(*length) as usize);
    let mut header: BTreeMap<String, serde_json::Value> =
        serde_json::from_slice(header).map_err(refuse)?;
    header.insert("__metadata__".into(), serde_json::to_value(metadata).map_err(refuse)?);
    let mut header = serde_json::to_vec(&header).map_err(refuse)?;
    header.resize(header.len().next_multiple_of(8), b' '); // so that the tensors stay aligned
    let length = (header.len() as u64).to_le_bytes();
    Ok([&length[..], &header, tensors].concat())
}

/// All tensors of a file by their names.
pub(super) fn decode(bytes: &[u8]) -> Result<BTreeMap<String, FileTensor>, String> {
    let refuse = |e| format!("it is no safetensors file: {e}");
    let tensors = SafeTensors::deserialize(bytes).map_err(refuse)?;
    let read = |(name, view): (String, TensorView<'_>)| {
        let numbers = numbers(&view)
            .ok_or_else(|| format!("{name} is of {:?}, not F32, F64, F16 or BF16", view.dtype()))?;
        if let Some(at) = numbers.iter().position(|w| !w.is_finite()) {
            return Err(format!("{name} holds {} at {at}, not a finite number", numbers[at]));
        }
        Ok((name, FileTensor { shape: view.shape().to_vec(), numbers }))
    };
    tensors.tensors().into_iter().map(read).collect()
}

/// A tensor's numbers; integers only of a constant, such as a switch.
fn numbers(view: &TensorView<'_>) -> Option<Vec<f32>> {
    let bytes = view.data();
    let single = view.shape().iter().product::<usize>() == 1;
    Some(match view.dtype() {
        Dtype::F32 => words(bytes, f32::from_le_bytes),
        Dtype::F64 => words(bytes, |word| f64::from_le_bytes(word) as f32),
        Dtype::F16 => words(bytes, |word| f16::from_le_bytes(word).to_f32()),
        Dtype::BF16 => words(bytes, |word| bf16::from_le_bytes(word).to_f32()),
        Dtype::I64 if single => words(bytes, |word| i64::from_le_bytes(word) as f32),
        Dtype::I32 if single => words(bytes, |word| i32::from_le_bytes(word) as f32),
        Dtype::U8 | Dtype::BOOL if single => words(bytes, |[byte]| f32::from(byte)),
        _ => return None,
    })
}

fn words<const N: usize>(bytes: &[u8], number: impl Fn([u8; N]) -> f32) -> Vec<f32> {
    bytes.as_chunks().0.iter().map(|word| number(*word)).collect()
}
