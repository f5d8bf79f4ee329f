//! `weights.safetensors`: tensors `layers.N.weight` (i8, `[outputs, inputs]`) and `layers.N.bias`
//! (i32, `[outputs]`).

use super::{Layer, LayerSpec, Net, NetSpec};
use crate::Error;
use safetensors::{Dtype, SafeTensors, tensor::TensorView};
use std::path::Path;

/// The file's bytes for a network.
pub(super) fn encode(net: &Net, path: &Path) -> Result<Vec<u8>, Error> {
    let refuse =
        |e: safetensors::SafeTensorError| invalid(path, format!("it cannot be encoded: {e}"));
    let bytes: Vec<(Vec<u8>, Vec<u8>)> = net.layers.iter().map(layer_bytes).collect();
    let mut views = Vec::new();
    for (index, ((weights, biases), spec)) in bytes.iter().zip(&net.spec.layers).enumerate() {
        let shape = vec![spec.outputs, spec.inputs];
        let weight = TensorView::new(Dtype::I8, shape, weights).map_err(refuse)?;
        let bias = TensorView::new(Dtype::I32, vec![spec.outputs], biases).map_err(refuse)?;
        views.push((format!("layers.{index}.weight"), weight));
        views.push((format!("layers.{index}.bias"), bias));
    }
    safetensors::serialize(views, None).map_err(refuse)
}

fn layer_bytes(layer: &Layer) -> (Vec<u8>, Vec<u8>) {
    (
        layer.weights.iter().map(|&q| q as u8).collect(),
        layer.biases.iter().flat_map(|b| b.to_le_bytes()).collect(),
    )
}

/// The layers in a file's bytes; shapes must be those of the spec.
pub(super) fn decode(bytes: &[u8], spec: &NetSpec, path: &Path) -> Result<Vec<Layer>, Error> {
    let tensors = SafeTensors::deserialize(bytes).map_err(|e| invalid(path, format!("{e}")))?;
    let expected = 2 * spec.layers.len();
    if tensors.len() != expected {
        return Err(invalid(path, format!("it has {} tensors, not {expected}", tensors.len())));
    }
    let layer = |(index, layer)| decode_layer(&tensors, index, layer, path);
    spec.layers.iter().enumerate().map(layer).collect()
}

fn decode_layer(
    tensors: &SafeTensors,
    index: usize,
    spec: &LayerSpec,
    path: &Path,
) -> Result<Layer, Error> {
    let weight = format!("layers.{index}.weight");
    let bias = format!("layers.{index}.bias");
    let weights = tensor(tensors, &weight, Dtype::I8, &[spec.outputs, spec.inputs], path)?;
    let biases = tensor(tensors, &bias, Dtype::I32, &[spec.outputs], path)?;
    let (words, _) = biases.as_chunks();
    Ok(Layer {
        weights: weights.iter().map(|&b| b as i8).collect(),
        biases: words.iter().map(|&w| i32::from_le_bytes(w)).collect(),
    })
}

fn tensor(
    tensors: &SafeTensors,
    name: &str,
    dtype: Dtype,
    shape: &[usize],
    path: &Path,
) -> Result<Vec<u8>, Error> {
    let view = tensors.tensor(name).map_err(|e| invalid(path, format!("{name}: {e}")))?;
    if view.dtype() != dtype {
        return Err(invalid(path, format!("{name} is {:?}, not {dtype:?}", view.dtype())));
    }
    if view.shape() != shape {
        let (what, found) = (format!("tensor {name}"), format!("shape {:?}", view.shape()));
        let error = Error::Shape { what, found, expected: format!("{shape:?}") };
        return Err(error.within(path, ""));
    }
    Ok(view.data().to_vec())
}

fn invalid(path: &Path, message: String) -> Error {
    Error::Weights { path: path.to_path_buf(), message }
}
