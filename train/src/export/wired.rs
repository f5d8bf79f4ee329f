//! From a network of any connections, which was trained in integers, to just those.

use super::{ExportReport, ensure_own, judged};
use crate::integer::{Late, Plan, lif, named};
use crate::network::{Population, ScConfig, WiredNet};
use spikestream::Error;
use spikestream::data::Split;
use spikestream::export::{self, FloatLayer, FloatNumbers, LayerReport};
use spikestream::spec::{Net, NetSpec};

impl WiredNet {
    /// The network in integers, and what rounding did to each layer's weights.
    ///
    /// # Errors
    /// An `sc` that is not the one the network was trained in, with the code `spikestream::train::no-integers`; T
    /// outside its range; whatever [`export::wired`] refuses.
    pub fn to_net(
        &self,
        sc: &ScConfig,
        name: &str,
        steps: usize,
    ) -> Result<(Net, Vec<LayerReport>), Error> {
        let spec = sc.wired(name, self.spec().input_volume(), steps, self.configs())?;
        self.in_integers(&ensure_own(self.spec(), spec)?)
    }

    /// The same by a contract that is its own, but for name and T.
    pub(crate) fn in_integers(&self, spec: &NetSpec) -> Result<(Net, Vec<LayerReport>), Error> {
        let numbers = |(index, (plan, layer)): (usize, (&Plan, &Population))| {
            if !layer.has_neurons() {
                return FloatNumbers::default();
            }
            let weights = layer.wires().iter().flat_map(|wire| wire.rows()).collect();
            let biases = layer.bias().unwrap_or_else(|| vec![0.0; plan.volume.channels]);
            let floats = FloatLayer { inputs: 0, weights, biases };
            let FloatLayer { weights, biases, .. } = match spec.cell(index) {
                None => lif::in_thresholds(layer.cell().membrane(), floats),
                Some(_) => named::scaled(&self.configs()[index].cell, floats),
            };
            let wires = plan.wires.iter().zip(layer.wires());
            let delays = wires.flat_map(|(wire, own)| {
                let delays = own.delays().unwrap_or_default().into_iter();
                delays.map(|delay| Late::of(delay, wire.longest().unwrap_or_default()).whole())
            });
            FloatNumbers { weights, biases, delays: delays.collect() }
        };
        let floats: Vec<FloatNumbers> = self.layers().enumerate().map(numbers).collect();
        export::wired(spec, &floats)
    }

    /// [`Self::to_net`] with all that it cost: the golden model of the integers runs a split, whose accuracy as it was
    /// trained, 0..=1, was `before`.
    ///
    /// # Errors
    /// As [`Self::to_net`] and [`spikestream::eval::evaluate`].
    pub fn export(
        &self,
        sc: &ScConfig,
        name: &str,
        steps: usize,
        split: &Split,
        before: f64,
    ) -> Result<(Net, ExportReport), Error> {
        let (net, weights) = self.to_net(sc, name, steps)?;
        // The leak of neurons in integers is the shift itself, and that of a layer without them is none.
        let kept = lif::kept_of(&net.spec);
        let leaks: Vec<[f32; 2]> = self.layers().map(|_| [kept; 2]).collect();
        judged(net, weights, &leaks, split, before)
    }
}
