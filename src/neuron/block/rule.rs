//! What the neurons of each layer of a network do: rules that layers share, and what each layer has of its own.

use super::REST_BITS;
use crate::neuron::{Cells, Neurons, Share};
use crate::spec::{NetSpec, Neuron};

/// What the neurons of some layers do.
#[derive(Clone, Debug)]
pub(super) struct Rule {
    pub(super) neurons: Own,
    /// What drives them in each layer of the network; of a layer with another rule, what drives those beside it.
    pub(super) driven: Vec<Driven>,
}

/// Neurons of one kind.
#[derive(Clone, Debug)]
pub(super) enum Own {
    Lif(Neuron),
    Cells(Box<Cells>),
}

/// How a layer drives its neurons.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Driven {
    /// By how many bits a sum of weights is shifted; LIF is given its threshold instead.
    pub(super) shift: u32,
    /// What is taken of the noise.
    pub(super) share: Share,
}

impl Rule {
    /// Bits of the words that are kept beside the membrane.
    pub(super) fn others(&self) -> Vec<u32> {
        match &self.neurons {
            Own::Lif(neuron) if neuron.refractory > 0 => vec![REST_BITS],
            Own::Lif(_) => vec![],
            Own::Cells(cells) => cells.step().states()[1..].iter().map(|w| w.bits).collect(),
        }
    }

    pub(super) fn membrane_bits(&self) -> u32 {
        match &self.neurons {
            Own::Lif(neuron) => neuron.membrane_bits,
            Own::Cells(cells) => cells.step().states()[0].bits,
        }
    }

    /// The shares of all layers; none where all are silent.
    pub(super) fn shares(&self) -> Option<Vec<Share>> {
        let shares: Vec<Share> = self.driven.iter().map(|driven| driven.share).collect();
        shares.iter().any(|share| *share != Share::Silence).then_some(shares)
    }

    /// The shifts of all layers.
    pub(super) fn shifts(&self) -> Vec<u32> {
        self.driven.iter().map(|driven| driven.shift).collect()
    }
}

/// The rules that differ, and which of them each layer has.
pub(super) fn rules(spec: &NetSpec) -> (Vec<Rule>, Vec<usize>) {
    let (mut neurons, mut of_layers, mut known) = (Vec::new(), Vec::new(), Vec::new());
    let mut driven = Vec::new();
    for layer in 0..spec.layers.len() {
        let cell = spec.cell(layer);
        let own = Neurons::of(spec, layer);
        let shift = match &own {
            Neurons::Lif(_) => 0,
            Neurons::Cells(cells) => cells.shift(),
        };
        driven.push(Driven { shift, share: Share::of(spec, layer) });
        of_layers.push(known.iter().position(|other| *other == cell).unwrap_or_else(|| {
            known.push(cell);
            neurons.push(match own {
                Neurons::Lif(_) => Own::Lif(spec.neuron.clone()),
                Neurons::Cells(cells) => Own::Cells(cells),
            });
            neurons.len() - 1
        }));
    }
    let rule = |(rule, neurons)| Rule { neurons, driven: beside(rule, &of_layers, &driven) };
    (neurons.into_iter().enumerate().map(rule).collect(), of_layers)
}

/// What drives the layers of a rule, and in the others what drives the one before them, or the first.
fn beside(rule: usize, of_layers: &[usize], driven: &[Driven]) -> Vec<Driven> {
    let first = of_layers.iter().position(|own| *own == rule).unwrap_or_default();
    let mut last = driven[first];
    let each = of_layers.iter().zip(driven).map(|(own, driven)| {
        if *own == rule {
            last = *driven;
        }
        last
    });
    each.collect()
}

/// The last layer of each run of layers that are alike, and what they are; but for the last run.
pub(super) fn bounds(of_layers: &[usize]) -> Vec<(usize, usize)> {
    let pairs = of_layers.windows(2).enumerate();
    pairs.filter(|(_, pair)| pair[0] != pair[1]).map(|(layer, pair)| (layer, pair[0])).collect()
}
