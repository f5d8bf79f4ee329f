//! From a network that was trained to the integers that ship.
//!
//! In layers of the cells `lif` and `if` a threshold, learnt or not, of the layer or of each neuron, is folded into
//! the weights and biases, and a leak becomes the nearest shift; in others both are parameters of a neuron that the
//! network names. Then [`spikestream::export`] rounds, sign-exact, with a scale a layer.
//! A network that was trained in these integers gives just those.

mod parts;
mod prune;
mod report;
#[cfg(test)]
mod tests;

pub use prune::{PruneReport, Saved};
pub use report::{ExportReport, ExportedLayer};

use super::TrainError;
use super::integer::{Chosen, lif};
use super::network::{ScConfig, SpikingNet};
use parts::Part;
use spikestream::data::Split;
use spikestream::export::{self, LayerReport};
use spikestream::spec::{Net, NetSpec};
use spikestream::{Error, eval};

impl SpikingNet {
    /// The network in integers, and what rounding did to each layer's weights. A block is a convolution and, where it
    /// has one, a pool that averages.
    ///
    /// # Errors
    /// Cells that [`CellConfig::has_integers`](crate::CellConfig::has_integers) denies, delays in float, leaks or resets
    /// of LIF that differ, an `sc` that is not the one the network was trained in: with the code
    /// `spikestream::train::no-integers`; a pool whose places are no power of two; a field of `sc` or T outside its
    /// range; whatever [`export::net`] and [`export::wired`] refuse.
    pub fn to_net(
        &self,
        sc: &ScConfig,
        name: &str,
        steps: usize,
    ) -> Result<(Net, Vec<LayerReport>), Error> {
        let parts = parts::of(self)?;
        let spec = match self.spec() {
            Some(own) => ensure_own(own, self.own_contract(sc, name, steps)?)?,
            None => parts::contract(&parts, (sc, name, steps), self.config().input)?,
        };
        in_integers(&parts, &spec)
    }

    /// [`Self::to_net`] with all that it cost: the golden model of the integers runs a split, whose
    /// accuracy in float, 0..=1, was `before`. With images of the training part the scale of each layer is the one that
    /// is best on them ([`export::calibrated`]); a network that was trained in integers keeps its own.
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
        scales: Option<&Split>,
    ) -> Result<(Net, ExportReport), Error> {
        let (mut net, mut weights) = self.to_net(sc, name, steps)?;
        let mut chosen = Vec::new();
        if let Some(images) = scales.filter(|_| self.spec().is_none()) {
            let parts = parts::of(self)?;
            let floats = parts.iter().enumerate().map(|(at, part)| part.scaled(&net.spec, at));
            let floats = floats.collect::<Result<Vec<_>, _>>()?;
            let found = export::calibrated(&net.spec, &floats, images)?;
            chosen = found.notes();
            (net, weights) = (found.net, found.reports);
        }
        let kept = lif::kept_of(&net.spec);
        // A layer without neurons has no leak.
        let leak = |part: &Part<'_>| part.cell.map_or([kept; 2], lif::leaks);
        let leaks: Vec<[f32; 2]> = parts::of(self)?.iter().map(leak).collect();
        let (net, report) = judged(net, weights, &leaks, split, before)?;
        Ok((net, ExportReport { scales: chosen, ..report }))
    }

    /// The network by a contract that is its own, but for name and T.
    #[cfg(test)]
    pub(crate) fn in_integers(&self, spec: &NetSpec) -> Result<(Net, Vec<LayerReport>), Error> {
        in_integers(&parts::of(self)?, spec)
    }

    /// The contract of integers in which the network was trained, by what it was made of.
    fn own_contract(&self, sc: &ScConfig, name: &str, steps: usize) -> Result<NetSpec, Error> {
        let config = self.config();
        if config.is_wired() {
            return sc.wired(name, config.input, steps, &config.layers);
        }
        let widths = config.layers.iter().map(|layer| layer.neurons);
        let sizes: Vec<usize> = std::iter::once(config.input.units()).chain(widths).collect();
        let cells = config.layers.iter().map(|layer| &layer.cell);
        sc.spec(name, &sizes, steps, &Chosen::of_cells(cells, sc.format())?)
    }
}

/// Layers in the integers of a contract.
fn in_integers(parts: &[Part<'_>], spec: &NetSpec) -> Result<(Net, Vec<LayerReport>), Error> {
    let parts = || parts.iter().enumerate();
    if !parts().all(|(_, part)| part.is_dense) {
        let floats = parts().map(|(index, part)| part.scaled(spec, index));
        return export::wired(spec, &floats.collect::<Result<Vec<_>, _>>()?);
    }
    let floats = parts().map(|(index, part)| part.dense(spec, index));
    export::net(spec, &floats.collect::<Result<Vec<_>, _>>()?)
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
    Ok((net, ExportReport { layers, scales: Vec::new(), before, after }))
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
