//! `weights.safetensors`: of each layer N the tensors `layers.N.weight` (i8, in the shape of its kind) and
//! `layers.N.bias` (i32, one a channel), `layers.N.delay` (u8, in the shape of the weights) where synapses have delays,
//! and the weights and delays of further connections K as `layers.N.connections.K.weight` and `.delay`.

use super::{Connection, Layer, Net, NetSpec, Wired};
use crate::Error;
use safetensors::{Dtype, SafeTensors, tensor::TensorView};
use std::path::Path;

/// A tensor of the file.
struct Named {
    name: String,
    dtype: Dtype,
    shape: Vec<usize>,
}

impl Named {
    /// Those of one connection, the weights before the delays.
    fn of(layer: usize, number: usize, connection: &Connection) -> impl Iterator<Item = Self> {
        let stem = match number {
            0 => format!("layers.{layer}"),
            _ => format!("layers.{layer}.connections.{}", number - 1),
        };
        let shape = connection.weights.clone();
        let named =
            move |name, dtype| Self { name: format!("{stem}.{name}"), dtype, shape: shape.clone() };
        let (weights, delays) = (!connection.weights.is_empty(), connection.longest.is_some());
        let weight = weights.then(|| named("weight", Dtype::I8));
        weight.into_iter().chain(delays.then(|| named("delay", Dtype::U8)))
    }

    fn bias(layer: usize, wired: &Wired) -> Option<Self> {
        let (name, shape) = (format!("layers.{layer}.bias"), vec![wired.biases()]);
        wired.relay.is_none().then_some(Self { name, dtype: Dtype::I32, shape })
    }

    /// All of a network.
    fn count(wired: &[Wired]) -> usize {
        let of = |(layer, wired): (usize, &Wired)| {
            let connections = wired.connections.iter().enumerate();
            let tensors: usize = connections.map(|(k, of)| Self::of(layer, k, of).count()).sum();
            tensors + usize::from(wired.relay.is_none())
        };
        wired.iter().enumerate().map(of).sum()
    }
}

/// The file's bytes for a network.
pub(super) fn encode(net: &Net, path: &Path) -> Result<Vec<u8>, Error> {
    let mut tensors: Vec<(Named, Vec<u8>)> = Vec::new();
    for (index, (wired, layer)) in net.spec.wiring()?.iter().zip(&net.layers).enumerate() {
        for (number, (connection, own)) in wired.numbers(layer).enumerate() {
            let weights: Vec<u8> = own.weights.iter().map(|&q| q as u8).collect();
            let bytes = [weights, own.delays.to_vec()];
            tensors.extend(Named::of(index, number, connection).zip(bytes));
        }
        let biases = layer.biases.iter().flat_map(|b| b.to_le_bytes()).collect();
        tensors.extend(Named::bias(index, wired).map(|named| (named, biases)));
    }
    let refuse =
        |e: safetensors::SafeTensorError| invalid(path, format!("it cannot be encoded: {e}"));
    let mut views = Vec::new();
    for (named, bytes) in &tensors {
        let view = TensorView::new(named.dtype, named.shape.clone(), bytes).map_err(refuse)?;
        views.push((named.name.clone(), view));
    }
    safetensors::serialize(views, None).map_err(refuse)
}

/// The layers in a file's bytes; shapes must be those of the spec.
pub(super) fn decode(bytes: &[u8], spec: &NetSpec, path: &Path) -> Result<Vec<Layer>, Error> {
    let tensors = SafeTensors::deserialize(bytes).map_err(|e| invalid(path, format!("{e}")))?;
    let wiring = spec.wiring()?;
    let expected = Named::count(&wiring);
    if tensors.len() != expected {
        return Err(invalid(path, format!("it has {} tensors, not {expected}", tensors.len())));
    }
    let layer = |(index, wired)| decode_layer(&tensors, index, wired, path);
    wiring.iter().enumerate().map(layer).collect()
}

fn decode_layer(
    tensors: &SafeTensors,
    index: usize,
    wired: &Wired,
    path: &Path,
) -> Result<Layer, Error> {
    let mut layer = Layer { weights: Vec::new(), biases: Vec::new(), delays: Vec::new() };
    for (number, connection) in wired.connections.iter().enumerate() {
        for named in Named::of(index, number, connection) {
            let bytes = tensor(tensors, &named, path)?;
            match named.dtype {
                Dtype::U8 => layer.delays.extend(bytes),
                _ => layer.weights.extend(bytes.iter().map(|&b| b as i8)),
            }
        }
    }
    if let Some(named) = Named::bias(index, wired) {
        let bytes = tensor(tensors, &named, path)?;
        let (words, _) = bytes.as_chunks();
        layer.biases = words.iter().map(|&w| i32::from_le_bytes(w)).collect();
    }
    Ok(layer)
}

fn tensor<'a>(tensors: &'a SafeTensors, named: &Named, path: &Path) -> Result<&'a [u8], Error> {
    let Named { name, dtype, shape } = named;
    let view = tensors.tensor(name).map_err(|e| invalid(path, format!("{name}: {e}")))?;
    if view.dtype() != *dtype {
        return Err(invalid(path, format!("{name} is {:?}, not {dtype:?}", view.dtype())));
    }
    if view.shape() != shape {
        let (what, found) = (format!("tensor {name}"), format!("shape {:?}", view.shape()));
        let error = Error::Shape { what, found, expected: format!("{shape:?}") };
        return Err(error.within(path, ""));
    }
    Ok(view.data())
}

fn invalid(path: &Path, message: String) -> Error {
    Error::Weights { path: path.to_path_buf(), message }
}
