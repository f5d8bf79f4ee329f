//! From a network that was trained to the integers that ship.
//!
//! In layers of the cells `lif` and `if` a threshold, learnt or not, of the layer or of each neuron, is folded into
//! the weights and biases, and a leak becomes the nearest shift; in others both are parameters of a neuron that the
//! network names. Then [`spikestream::export`] rounds, sign-exact, with a scale a layer.
//! A network that was trained in these integers gives just those.

mod prune;
mod report;
#[cfg(test)]
mod tests;
mod wired;

pub use prune::{PruneReport, Saved};
pub use report::{ExportReport, ExportedLayer};

use super::integer::{Chosen, float, lif, named};
use super::network::{ScConfig, SpikingNet};
use super::{Network, TrainError};
use spikestream::data::Split;
use spikestream::export::{self, LayerReport};
use spikestream::spec::{Net, NetSpec};
use spikestream::{Error, eval};

impl SpikingNet {
    /// The network in integers, and what rounding did to each layer's weights.
    ///
    /// # Errors
    /// Cells that [`CellConfig::has_integers`](crate::CellConfig::has_integers) denies, delays, leaks or resets of LIF that differ, an `sc` that is not the one
    /// the network was trained in: with the code `spikestream::train::no-integers`; a field of `sc`
    /// or T outside its range; whatever [`export::net`] refuses.
    pub fn to_net(
        &self,
        sc: &ScConfig,
        name: &str,
        steps: usize,
    ) -> Result<(Net, Vec<LayerReport>), Error> {
        let spec = self.integers(sc, name, steps)?;
        let folded = |(index, layer): (usize, _)| match spec.cell(index) {
            None => lif::folded(layer),
            Some(_) => Ok(named::scaled(&self.cells()[index], float(layer.connection.linear()))),
        };
        let floats = self.layers().iter().enumerate().map(folded).collect::<Result<Vec<_>, _>>()?;
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
        let leaks: Vec<[f32; 2]> = self.layers().iter().map(lif::leaks).collect();
        judged(net, weights, &leaks, split, before)
    }

    /// The contract of the integers.
    fn integers(&self, sc: &ScConfig, name: &str, steps: usize) -> Result<NetSpec, Error> {
        let widths = self.layers().iter().map(|layer| layer.connection.linear().dims()[1]);
        let sizes: Vec<usize> = std::iter::once(self.inputs()).chain(widths).collect();
        let chosen = match self.spec() {
            Some(_) => Chosen::of_cells(self.cells().iter(), sc.format())?,
            None => Chosen::of_layers(self, sc.format())?,
        };
        let spec = sc.spec(name, &sizes, steps, &chosen)?;
        match self.spec() {
            Some(own) => ensure_own(own, spec),
            None => Ok(spec),
        }
    }
}

/// A network in integers with all that it cost; `leaks` are the least and the largest beta of each layer.
fn judged(
    net: Net,
    weights: Vec<LayerReport>,
    leaks: &[[f32; 2]],
    split: &Split,
    before: f64,
) -> Result<(Net, ExportReport), Error> {
    let activity = export::report::activity(&net, &split.images)?;
    let got = |index, wanted: [f32; 2]| match net.spec.cell(index) {
        None => lif::kept_of(&net.spec),
        Some(cell) => cell.parameters.get("beta").map_or(wanted[0], |beta| *beta as f32),
    };
    let parts = weights.into_iter().zip(activity).zip(leaks);
    let layers = parts.enumerate().map(|(index, ((weights, activity), &leak_wanted))| {
        ExportedLayer { weights, leak_wanted, leak_got: got(index, leak_wanted), activity }
    });
    let layers = layers.collect();
    let after = eval::evaluate(&net, split)?.accuracy();
    Ok((net, ExportReport { layers, before, after }))
}

/// Whether a network that was trained in one contract is one of another, but for name and T.
fn ensure_own(own: &NetSpec, spec: NetSpec) -> Result<NetSpec, Error> {
    let parts = |of: &NetSpec| {
        (of.stream.clone(), of.neuron.clone(), of.encoder.clone(), of.neurons.clone())
    };
    if parts(own) == parts(&spec) {
        return Ok(spec);
    }
    let why = "it was trained in others than these".into();
    Err(refused(why, "export with the [sc] that it was trained with").into())
}

fn refused(why: String, remedy: &str) -> TrainError {
    TrainError::NoIntegers { why, remedy: remedy.into() }
}
