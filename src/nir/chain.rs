//! A graph as layers of the chip: populations one behind the other, each with what it hears, and pools between them.

use super::NirError;
use super::fold::Fold;
use super::link::{Link, Map, links};
use super::part::{Part, Pool, units};
use super::plan::Plan;
use super::realised::{Realised, realised};
use super::shapes::image;
use crate::layer::kinds::{Connect, Pool as OfChip, Reduce, Volume};
use crate::spec::LayerSpec;
use std::collections::BTreeMap;

/// Layers that a network could be.
#[derive(Debug)]
pub(super) struct Chain {
    /// The shape of an image, where it has one.
    pub(super) input: Option<Volume>,
    /// The layers, input side first.
    pub(super) layers: Vec<ChainLayer>,
}

/// A layer with its numbers.
#[derive(Debug)]
pub(super) struct ChainLayer {
    /// The node of its neurons, or of its pool.
    pub(super) node: String,
    /// Its connections; without a threshold.
    pub(super) spec: LayerSpec,
    /// Weights of its connections behind each other, in thresholds.
    pub(super) weights: Vec<f32>,
    /// The channel that each of them leads to.
    pub(super) rows: Vec<u32>,
    /// A bias a channel.
    pub(super) biases: Vec<f32>,
    /// Delays of all weights of connections with delays.
    pub(super) delays: Vec<u8>,
    /// Its neurons; none where it has none.
    pub(super) neurons: Option<Fold>,
}

/// The shape of a node's units as the chip has it; none of a shape of more axes than an image.
pub(super) fn volume(shape: &[usize]) -> Option<Volume> {
    match image(shape, 3)[..] {
        [channels, height, width] => Some(Volume { channels, height, width }),
        [channels, width] => Some(Volume { channels, height: 1, width }),
        [units] => Some(Volume::flat(units)),
        [] => Some(Volume::flat(1)),
        _ => None,
    }
}

impl Chain {
    /// The layers of a plan in steps of `dt` seconds. The input has the shape `image`, or where that is none, one if a
    /// kernel or a pool hears it.
    ///
    /// # Errors
    /// What the chip cannot have, by the name of the node.
    pub(super) fn of(plan: &Plan, dt: f64, image: Option<Volume>) -> Result<Self, NirError> {
        let nodes = plan.nodes.iter().enumerate();
        let populations: Vec<usize> =
            nodes.filter(|(_, node)| node.neuron().is_some()).map(|(at, _)| at).collect();
        check_ends(plan, &populations)?;
        let heard = populations.iter().map(|&at| Ok((at, links(plan, at, dt)?)));
        let heard: Vec<(usize, Vec<Link>)> = heard.collect::<Result<_, NirError>>()?;
        let input = plan.nodes.iter().position(|node| matches!(node.part, Part::Input(_)));
        let input = input.unwrap_or_default();
        let own = || input_volume(plan, input, &heard);
        let image = if image.is_some() { image } else { own()? };
        let flat = Volume::flat(units(&plan.nodes[input].shape));
        let mut building = Building {
            plan,
            input,
            place: BTreeMap::from([(input, (None, image.unwrap_or(flat)))]),
            last: input,
            layers: Vec::new(),
            image: image.is_some(),
        };
        for (at, links) in heard {
            building.add(at, links, dt)?;
        }
        Ok(Self { input: image, layers: building.layers })
    }
}

/// The output hears one population, and that is the last one.
fn check_ends(plan: &Plan, populations: &[usize]) -> Result<(), NirError> {
    let end = plan.nodes.iter().find(|node| matches!(node.part, Part::Output(_)));
    let Some(mut node) = end else { return Ok(()) };
    let remedy = "let the class be read off one population of spiking neurons, straight";
    loop {
        let [(from, _)] = node.heard[..] else {
            let why = format!("it hears {} nodes", node.heard.len());
            return Err(NirError::unsupported(&node.name, why, remedy));
        };
        node = &plan.nodes[from];
        match &node.part {
            Part::Pass | Part::Flatten(_) => {}
            Part::Neuron(_) if populations.last() == Some(&from) => return Ok(()),
            Part::Neuron(_) => {
                let why = "the output hears it, and it is not the last population";
                return Err(NirError::unsupported(&node.name, why, remedy));
            }
            _ => {
                let why = "the output hears it, and the chip reads a class off spiking neurons";
                return Err(NirError::unsupported(&node.name, why, remedy));
            }
        }
    }
}

/// The shape of the input, where a kernel or a pool hears it; else any order of its units is as good.
fn input_volume(
    plan: &Plan,
    input: usize,
    heard: &[(usize, Vec<Link>)],
) -> Result<Option<Volume>, NirError> {
    let all = heard.iter().flat_map(|(_, links)| links).filter(|link| link.source == input);
    let shaped = all.filter(|link| !link.pools.is_empty() || matches!(link.map, Map::Conv(_)));
    let (shape, name) = (&plan.nodes[input].shape, &plan.nodes[input].name);
    match shaped.count() {
        0 => Ok(None),
        _ => volume(shape).map(Some).ok_or_else(|| no_image(name, shape)),
    }
}

pub(super) fn no_image(node: &str, shape: &[usize]) -> NirError {
    let why = format!("its shape {shape:?} is not one of channels, rows and columns");
    NirError::unsupported(node, why, "join axes with a Flatten")
}

/// Layers so far.
struct Building<'a> {
    plan: &'a Plan,
    input: usize,
    /// The layer of each population, and its shape; none is the input.
    place: BTreeMap<usize, (Option<usize>, Volume)>,
    /// The population that was added last, or the input.
    last: usize,
    layers: Vec<ChainLayer>,
    image: bool,
}

impl Building<'_> {
    fn add(&mut self, at: usize, mut links: Vec<Link>, dt: f64) -> Result<(), NirError> {
        let node = &self.plan.nodes[at];
        let refused = |why: String, remedy: &str| NirError::unsupported(&node.name, why, remedy);
        let Some(neuron) = node.neuron() else { return Ok(()) };
        if neuron.threshold.is_none() {
            let why =
                format!("a {} passes its membrane on, and the chip passes spikes on", neuron.kind);
            return Err(refused(
                why,
                "leave it out: the chip reads the class off the spikes before it",
            ));
        }
        let first = links.iter().position(|link| !link.late && link.source == self.last);
        let Some(first) = first else {
            let why = format!(
                "it does not hear `{}`, the population before it",
                self.plan.nodes[self.last].name
            );
            return Err(refused(why, "let each population hear the one before it"));
        };
        let first = links.remove(first);
        let from = self.pools(&first)?;
        let own = volume(&node.shape).ok_or_else(|| no_image(&node.name, &node.shape))?;
        let mut layer = ChainLayer::empty(&node.name);
        let order = self.chip_order(&first, from);
        let whole = realised(&first, from, own, order, &node.name)?;
        let reached = whole.first(from, &mut layer.spec, &node.name)?;
        layer.take(whole, from.units(), reached);
        layer.bias(&first, reached.channels);
        let neurons = Fold::of(&node.name, neuron, reached, dt)?;
        for link in links {
            let (source, from) = self.beside(at, &link, reached)?;
            let order = self.chip_order(&link, from);
            let mut whole = realised(&link, from, reached, order, &node.name)?;
            whole.beside(&mut layer.spec, source, neurons.is_even());
            layer.append(whole);
            layer.bias(&link, reached.channels);
        }
        layer.fold(neurons);
        self.layers.push(layer);
        self.place.insert(at, (Some(self.layers.len() - 1), reached));
        self.last = at;
        Ok(())
    }

    /// Adds the pools of a link as layers, and returns the shape behind them.
    fn pools(&mut self, link: &Link) -> Result<Volume, NirError> {
        let mut from = self.place[&link.source].1;
        for (name, pool) in &link.pools {
            let Pool { kernel, stride, padding, average } = *pool;
            if padding != [0, 0] {
                let why = format!("its padding is {padding:?}, and pools of the chip have none");
                return Err(NirError::unsupported(name, why, "train the network without it"));
            }
            let mean = average && (kernel[0] * kernel[1]).is_power_of_two();
            let reduce = if mean { Reduce::Average } else { Reduce::Sum };
            let of = OfChip { kernel, stride: Some(stride), reduce };
            let to = of.reach(from, from).map_err(|misfit| NirError::misfit(name, &misfit))?;
            let mut layer = ChainLayer::empty(name);
            layer.spec = LayerSpec::new(from.units(), to.units(), 0).of(&of);
            self.layers.push(layer);
            from = to;
        }
        Ok(from)
    }

    /// The layer that a link beside the first hears, and its shape.
    fn beside(
        &self,
        at: usize,
        link: &Link,
        own: Volume,
    ) -> Result<(Option<usize>, Volume), NirError> {
        let node = &self.plan.nodes[at].name;
        let refused = |why: String, remedy| Err(NirError::unsupported(node, why, remedy));
        let source = &self.plan.nodes[link.source].name;
        if let Some((pool, _)) = link.pools.first() {
            let why = format!("it hears `{source}` by `{pool}`, beside another connection");
            return refused(why, "let a pool alone lead to a population");
        }
        if link.source == at {
            return Ok((None, own));
        }
        if link.late {
            let why = format!("it hears the recurrence of `{source}`");
            return refused(why, "give the recurrence a Linear of its own");
        }
        if link.source == self.input {
            // Only the first layer can hear it twice.
            return match self.layers.is_empty() {
                true => Ok((None, self.place[&self.input].1)),
                false => refused(
                    "it hears the input beside other populations".into(),
                    "let the first population alone hear the input",
                ),
            };
        }
        Ok(self.place[&link.source])
    }

    /// The place in the graph's order of each unit that a link's map hears, in the chip's order.
    fn chip_order(&self, link: &Link, from: Volume) -> Vec<usize> {
        let image = link.source != self.input || self.image;
        let Volume { channels, height, width } = from;
        let unit = |unit: usize| match image {
            true => unit % channels * height * width + unit / channels,
            false => unit,
        };
        (0..from.units()).map(unit).collect()
    }
}

impl ChainLayer {
    fn empty(node: &str) -> Self {
        Self {
            node: node.to_owned(),
            spec: LayerSpec::new(0, 0, 0),
            weights: Vec::new(),
            rows: Vec::new(),
            biases: Vec::new(),
            delays: Vec::new(),
            neurons: None,
        }
    }

    fn take(&mut self, first: Realised, inputs: usize, reached: Volume) {
        (self.spec.inputs, self.spec.outputs) = (inputs, reached.units());
        self.biases = vec![0.0; reached.channels];
        self.append(first);
    }

    fn append(&mut self, of: Realised) {
        self.weights.extend(of.weights);
        self.rows.extend(of.rows);
        self.delays.extend(of.delays);
    }

    fn bias(&mut self, link: &Link, channels: usize) {
        let biases = link.biases.iter().take(channels);
        self.biases.iter_mut().zip(biases).for_each(|(sum, bias)| *sum += bias);
    }

    /// Takes the neurons in, and their gains and thresholds into the numbers.
    fn fold(&mut self, neurons: Fold) {
        let rows = self.weights.iter_mut().zip(&self.rows);
        rows.for_each(|(weight, row)| *weight *= neurons.scale[*row as usize]);
        let biases = self.biases.iter_mut().zip(neurons.scale.iter().zip(&neurons.offset));
        biases.for_each(|(bias, (scale, offset))| *bias = *bias * scale + offset);
        self.neurons = Some(neurons);
    }
}
