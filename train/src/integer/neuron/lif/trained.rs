//! What was trained in float as the neuron has it: thresholds folded into weights, a leak by the nearest shift.

use super::Shared;
use crate::cell::Cell;
use crate::device;
use crate::integer::neuron::refused;
use crate::network::to_vec;
use spikestream::Error;
use spikestream::export::FloatLayer;
use spikestream::neuron::lif::{kept, leak_shift};

/// A layer in units of the thresholds of its neurons.
///
/// # Errors
/// A threshold that is none.
pub(crate) fn folded(cell: &Cell, layer: FloatLayer) -> Result<FloatLayer, Error> {
    layer.fold_thresholds(&to_vec(cell.membrane().threshold(&device())))
}

/// The threshold of a layer, if its neurons have one.
pub(crate) fn threshold(cell: &Cell) -> Option<f32> {
    let all = to_vec(cell.membrane().threshold(&device()));
    let first = *all.first()?;
    all.iter().all(|theta| *theta == first).then_some(first)
}

/// The smallest and the largest beta of a layer.
pub(crate) fn leaks(cell: &Cell) -> [f32; 2] {
    let betas = to_vec(cell.membrane().beta(&device()));
    [betas.iter().copied().fold(f32::INFINITY, f32::min), betas.into_iter().fold(0.0, f32::max)]
}

/// The shift of the leak and the reset, the same in all of these layers, if there are any.
///
/// # Errors
/// A layer unlike the first.
pub(crate) fn of_layers<'a>(
    layers: impl Iterator<Item = (usize, &'a Cell)>,
) -> Result<Option<Shared>, Error> {
    let mut found = None;
    for (index, cell) in layers {
        let own = Shared { shift: of_layer(index, cell)?, reset: cell.membrane().reset() };
        let (at, first) = *found.get_or_insert((index, own));
        if own.reset != first.reset {
            let why = format!("layer {index} has another reset than layer {at}");
            return Err(refused(why, "train all layers with the same reset").into());
        }
        if own.shift != first.shift {
            let why = format!(
                "the leak of layer {index} is nearest to {}, that of layer {at} to {}",
                kept(own.shift),
                kept(first.shift)
            );
            return Err(refused(why, SAME_LEAK).into());
        }
    }
    Ok(found.map(|(_, shared)| shared))
}

const SAME_LEAK: &str = "train all layers with one beta of 1 - 2^-a (0.5, 0.75, 0.875, 0.9375, ..) \
                         and learn_beta = false";

/// The shift nearest to the leaks of a layer.
fn of_layer(index: usize, cell: &Cell) -> Result<u32, Error> {
    let [least, most] = leaks(cell);
    let (shift, _) = leak_shift(least.into())?;
    if leak_shift(most.into())?.0 == shift {
        return Ok(shift);
    }
    let why =
        format!("the leaks of layer {index}, {least} to {most}, are nearest to several shifts");
    Err(refused(why, SAME_LEAK).into())
}
