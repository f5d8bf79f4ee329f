//! What a network in integers loses of its hidden neurons that never fire, and what that saves.

use crate::Silent;
use serde::Serialize;
use spikestream::data::{Dataset, Split};
use spikestream::export::prune::{self, Removed};
use spikestream::hardware::shape::Shape;
use spikestream::hardware::{LANES, On, ensure_buildable_on};
use spikestream::sc::schedule::Schedule;
use spikestream::spec::{Net, NetSpec};
use spikestream::{Error, eval};
use std::fmt;

/// What was taken out of a network, and what that saves; displayed as lines. Pairs are before and after.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct PruneReport {
    /// Of each hidden layer, input side first.
    pub layers: Vec<Removed>,
    /// Weights of all layers.
    pub weights: [usize; 2],
    /// Share of the test images that is right. They choose nothing: what goes follows from the training images.
    pub accuracy: [f64; 2],
    /// Test images whose class differs; on training images none does.
    pub differing: usize,
    /// What the engine takes, on as many lanes as it can be built with.
    pub engines: Vec<Saved>,
}

/// What the engine takes on some lanes, before and after.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Saved {
    /// P, the lanes.
    pub lanes: usize,
    /// Clock cycles an image.
    pub cycles: [u64; 2],
    /// Bits of all memories.
    pub memory_bits: [u64; 2],
}

impl PruneReport {
    /// The network with its silent neurons as they are asked for, and what was done if they are to go.
    ///
    /// # Errors
    /// As [`Self::of`].
    pub fn asked(silent: Silent, net: Net, data: &Dataset) -> Result<(Net, Option<Self>), Error> {
        match silent {
            Silent::Keep => Ok((net, None)),
            Silent::Remove => {
                let (net, report) = Self::of(&net, &data.train, &data.test)?;
                Ok((net, Some(report)))
            }
        }
    }

    /// Takes the hidden neurons out that cannot fire or that fire on no training image.
    ///
    /// # Errors
    /// As [`prune::silent`] and [`eval::evaluate`].
    pub fn of(net: &Net, train: &Split, test: &Split) -> Result<(Net, Self), Error> {
        let pruned = prune::silent(net, &train.images)?;
        let both = [net, &pruned.net];
        let [whole, left] = both.map(|net| eval::evaluate(net, test));
        let accuracy = [whole?.accuracy(), left?.accuracy()];
        let weights = both.map(|net| net.layers.iter().map(|layer| layer.weights.len()).sum());
        let differing = prune::differing(net, &pruned.net, &test.images)?;
        let specs = both.map(|net| &net.spec);
        let engines = LANES.iter().filter_map(|&lanes| Saved::on(lanes, specs)).collect();
        let report = Self { layers: pruned.layers, weights, accuracy, differing, engines };
        Ok((pruned.net, report))
    }

    /// Whether there is something to tell.
    pub fn is_news(&self) -> bool {
        self.removed() > 0 || self.layers.iter().any(|layer| layer.spared)
    }

    /// Neurons that were taken out.
    pub fn removed(&self) -> usize {
        self.layers.iter().map(|layer| layer.neurons - layer.left()).sum()
    }
}

impl Saved {
    fn on(lanes: usize, specs: [&NetSpec; 2]) -> Option<Self> {
        ensure_buildable_on(specs[0], On::planes(lanes)).ok()?;
        let shapes = specs.map(|spec| Shape::of(spec, Schedule::Planes));
        let bits = |shape: &Shape| {
            shape.memories(lanes as u64).iter().map(|memory| memory.width * memory.depth).sum()
        };
        let cycles = shapes.each_ref().map(|shape| shape.cycles(lanes as u64));
        Some(Self { lanes, cycles, memory_bits: shapes.each_ref().map(bits) })
    }
}

impl fmt::Display for PruneReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, layer) in self.layers.iter().enumerate() {
            let Removed { neurons, unheard, bounded, quiet, spared } = layer;
            writeln!(
                f,
                "taken out    {} of the {neurons} neurons of layer {index}: {unheard} unheard, {bounded} cannot fire, \
                 {quiet} fire on no training image",
                unheard + bounded + quiet
            )?;
            if *spared {
                writeln!(
                    f,
                    "             nothing of layer {index} counts: one neuron stays, and all images look alike"
                )?;
            }
        }
        let ([many, few], [before, after]) = (self.weights, self.accuracy.map(|x| 100.0 * x));
        writeln!(f, "             {many} -> {few} weights; test {before:.2} % -> {after:.2} %,")?;
        writeln!(f, "             the class of {} test images differs", self.differing)?;
        for Saved { lanes, cycles: [a, b], memory_bits: [m, n] } in &self.engines {
            writeln!(
                f,
                "             {lanes} lanes: {a} -> {b} cycles an image, {m} -> {n} bits of memory"
            )?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests;
