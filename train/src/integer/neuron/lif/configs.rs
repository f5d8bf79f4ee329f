//! The constants that configs ask for, where the neuron has them: a leak by a shift, nothing learnt.

use super::{Shared, refused};
use crate::TrainError;
use crate::cell::CellConfig;
use crate::network::LayerConfig;

/// The shift of the leak and the reset that all layers have.
///
/// # Errors
/// A layer without such a form, or unlike the first.
pub(crate) fn of_configs(layers: &[LayerConfig]) -> Result<Shared, TrainError> {
    let mut found = None;
    for (index, layer) in layers.iter().enumerate() {
        let own = of_layer(index, layer)?;
        if *found.get_or_insert(own) != own {
            let why = format!("layer {index} has another leak or reset than layer 0");
            return Err(refused(why, "give all layers the same beta and reset"));
        }
    }
    found.ok_or_else(|| refused("it has no layers".into(), "add a layer"))
}

fn of_layer(index: usize, layer: &LayerConfig) -> Result<Shared, TrainError> {
    let (beta, learnt) = match &layer.cell {
        CellConfig::Lif(c) => (c.beta, c.learn_beta || c.learn_threshold),
        CellConfig::If(c) => (1.0, c.learn_threshold),
        other => {
            let why = format!("layer {index} is of {} neurons", other.name());
            return Err(refused(why, "use the cells lif or if, or train in float, without [sc]"));
        }
    };
    if layer.delay.is_some() {
        return Err(refused(format!("layer {index} has delays"), "leave out its delay"));
    }
    if learnt {
        // A threshold is folded into the weights, which are learnt anyway; a leak is a shift.
        let why = format!("layer {index} learns a constant");
        return Err(refused(why, "set learn_beta and learn_threshold to false"));
    }
    let shift = (0..=15).find(|a| beta == shifted(*a)).ok_or_else(|| nearest(index, beta))?;
    Ok(Shared { shift, reset: layer.cell.reset() })
}

/// The beta of a leak `V - (V >> a)`; without one it is 1.
fn shifted(a: u32) -> f32 {
    if a == 0 { 1.0 } else { 1.0 - (-(a as f32)).exp2() }
}

fn nearest(index: usize, beta: f32) -> TrainError {
    let mut betas: Vec<f32> = (0..=15).map(shifted).collect();
    betas.sort_by(|a, b| (a - beta).abs().total_cmp(&(b - beta).abs()));
    refused(
        format!("layer {index} has beta = {beta}, which is no 1 - 2^-a"),
        &format!("set beta to {} or {}, the nearest that a shift makes", betas[0], betas[1]),
    )
}
