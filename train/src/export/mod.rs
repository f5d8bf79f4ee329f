//! From a network that was trained to the integers that ship.
//!
//! A threshold, learnt or not, of the layer or of each neuron, is folded into the weights and biases;
//! a leak becomes the nearest shift; then [`spikestream::export`] rounds, sign-exact, with a scale a layer.
//! A network that was trained in these integers gives just those.

mod report;
#[cfg(test)]
mod tests;

pub use report::{ExportReport, ExportedLayer};

use super::integer::float;
use super::network::{Layer, ScConfig, SpikingNet, to_vec};
use super::{Network, TrainError};
use crate::cell::Cell;
use crate::network::Connection;
use spikestream::data::Split;
use spikestream::export::{self, FloatLayer, LayerReport, kept, leak_shift};
use spikestream::spec::{Net, NetSpec, Reset};
use spikestream::{Error, eval};

impl SpikingNet {
    /// The network in integers, and what rounding did to each layer's weights.
    ///
    /// # Errors
    /// Cells other than LIF and IF, delays, leaks or resets that differ, an `sc` that is not the one
    /// the network was trained in: with the code `spikestream::train::no-integers`; a field of `sc`
    /// or T outside its range; whatever [`export::net`] refuses.
    pub fn to_net(
        &self,
        sc: &ScConfig,
        name: &str,
        steps: usize,
    ) -> Result<(Net, Vec<LayerReport>), Error> {
        let spec = self.integers(sc, name, steps)?;
        let floats = self.layers().iter().map(folded).collect::<Result<Vec<_>, _>>()?;
        export::net(&spec, &floats)
    }

    /// [`Self::to_net`] with all that it cost: the golden model of the integers runs a split, whose
    /// accuracy in float, 0..=1, was `before`.
    ///
    /// # Errors
    /// As [`Self::to_net`] and [`eval::evaluate`].
    pub fn export(
        &self,
        sc: &ScConfig,
        name: &str,
        steps: usize,
        split: &Split,
        before: f64,
    ) -> Result<(Net, ExportReport), Error> {
        let (net, weights) = self.to_net(sc, name, steps)?;
        let activity = export::report::activity(&net, &split.images)?;
        let got = kept(net.spec.neuron.leak) as f32; // exact
        let parts = self.layers().iter().zip(weights).zip(activity);
        let layers = parts.map(|((layer, weights), activity)| ExportedLayer {
            weights,
            leak_wanted: leaks(layer),
            leak_got: got,
            activity,
        });
        let layers = layers.collect();
        let after = eval::evaluate(&net, split)?.accuracy();
        Ok((net, ExportReport { layers, before, after }))
    }

    /// The contract of the integers.
    fn integers(&self, sc: &ScConfig, name: &str, steps: usize) -> Result<NetSpec, Error> {
        let widths = self.layers().iter().map(|layer| layer.connection.linear().dims()[1]);
        let sizes: Vec<usize> = std::iter::once(self.inputs()).chain(widths).collect();
        let spec = sc.spec(name, &sizes, steps, leak_and_reset(self.layers())?)?;
        match self.spec() {
            Some(own)
                if (&own.stream, &own.neuron, &own.encoder)
                    != (&spec.stream, &spec.neuron, &spec.encoder) =>
            {
                let why = "it was trained in others than these".into();
                Err(refused(why, "export with the [sc] that it was trained with").into())
            }
            _ => Ok(spec),
        }
    }
}

/// A layer in units of its thresholds.
fn folded(layer: &Layer) -> Result<FloatLayer, Error> {
    let linear = layer.connection.linear();
    let membrane = layer.cell.membrane();
    let thresholds = to_vec(membrane.threshold(&linear.values().0.device()));
    float(linear).fold_thresholds(&thresholds)
}

/// The smallest and the largest beta of a layer.
fn leaks(layer: &Layer) -> [f32; 2] {
    let device = layer.connection.linear().values().0.device();
    let betas = to_vec(layer.cell.membrane().beta(&device));
    [betas.iter().copied().fold(f32::INFINITY, f32::min), betas.into_iter().fold(0.0, f32::max)]
}

/// The shift of the leak and the reset, the same in all layers.
fn leak_and_reset(layers: &[Layer]) -> Result<(u32, Reset), Error> {
    let mut first = None;
    for (index, layer) in layers.iter().enumerate() {
        let shift = of_layer(index, layer)?;
        let reset = layer.cell.membrane().reset();
        let (first_shift, first_reset) = *first.get_or_insert((shift, reset));
        if reset != first_reset {
            let why = format!("layer {index} has another reset than layer 0");
            return Err(refused(why, "train all layers with the same reset").into());
        }
        if shift != first_shift {
            let why = format!(
                "the leak of layer {index} is nearest to {}, that of layer 0 to {}",
                kept(shift),
                kept(first_shift)
            );
            return Err(refused(why, SAME_LEAK).into());
        }
    }
    first.ok_or_else(|| refused("it has no layers".into(), "add a layer").into())
}

const SAME_LEAK: &str = "train all layers with one beta of 1 - 2^-a (0.5, 0.75, 0.875, 0.9375, ..) \
                         and learn_beta = false";

/// The shift nearest to the leaks of a layer that has an integer form.
fn of_layer(index: usize, layer: &Layer) -> Result<u32, Error> {
    if !matches!(layer.cell, Cell::Lif(_) | Cell::If(_)) {
        let why = format!("layer {index} is of {} neurons", layer.cell.name());
        return Err(refused(why, "train with the cells lif or if").into());
    }
    if matches!(layer.connection, Connection::Delay(_)) {
        return Err(refused(format!("layer {index} has delays"), "train without its delay").into());
    }
    let [least, most] = leaks(layer);
    let (shift, _) = leak_shift(least.into())?;
    if leak_shift(most.into())?.0 == shift {
        return Ok(shift);
    }
    let why =
        format!("the leaks of layer {index}, {least} to {most}, are nearest to several shifts");
    Err(refused(why, SAME_LEAK).into())
}

fn refused(why: String, remedy: &str) -> TrainError {
    TrainError::NoIntegers { why, remedy: remedy.into() }
}
