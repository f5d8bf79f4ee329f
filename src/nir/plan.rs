//! A graph that was understood: its nodes in the order of a step, with shapes.

use super::NirError;
use super::graph::Graph;
use super::inline::Inlined;
use super::order::{Heard, Order};
use super::part::{Neuron, Part};
use super::shapes::shapes;

/// A graph in the order of a step.
///
/// # Example
/// ```
/// use spikestream::nir::{Graph, Plan};
///
/// let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("src/nir/files");
/// let plan = Plan::of(&Graph::read(&folder.join("two_lif_neurons.nir"))?)?;
/// assert_eq!(plan.populations(), [("lif1", 1), ("lif2", 1)]);
/// # Ok::<(), spikestream::Error>(())
/// ```
#[derive(Debug)]
pub struct Plan {
    /// The nodes, each behind what it hears of the same step; the input is the first of those that hear nothing.
    pub(super) nodes: Vec<Placed>,
    /// What was left out, a sentence each.
    pub(super) notes: Vec<String>,
}

/// A node in its place.
#[derive(Debug)]
pub(super) struct Placed {
    /// Its name.
    pub(super) name: String,
    /// What it does.
    pub(super) part: Part,
    /// The shape of what it passes on.
    pub(super) shape: Vec<usize>,
    /// What it hears, by places in the plan, and whether of the step before.
    pub(super) heard: Heard,
}

impl Placed {
    /// Its neurons, if it has any.
    pub(super) fn neuron(&self) -> Option<&Neuron> {
        match &self.part {
            Part::Neuron(neuron) => Some(neuron),
            _ => None,
        }
    }
}

impl Plan {
    /// The plan of a graph.
    ///
    /// # Errors
    /// A node of an unknown type or with wrong fields; an edge that names no node; a circle without a neuron; shapes
    /// that do not go with each other; more or fewer than one input and one output. Each names the node.
    pub fn of(graph: &Graph) -> Result<Self, NirError> {
        let mut all = Inlined::of(graph)?;
        let order = Order::of(&all)?;
        let shapes = shapes(&all, &order)?;
        let mut place = vec![usize::MAX; all.names.len()];
        order.nodes.iter().enumerate().for_each(|(at, node)| place[*node] = at);
        let nodes = order.nodes.iter().map(|&node| Placed {
            name: all.names[node].clone(),
            part: std::mem::replace(&mut all.parts[node], Part::Pass),
            shape: shapes[node].clone(),
            heard: order.heard[node].iter().map(|&(from, late)| (place[from], late)).collect(),
        });
        let nodes = nodes.collect();
        let note = |name: &String| format!("node `{name}` leads to no output, and is left out");
        Ok(Self { nodes, notes: order.idle.iter().map(note).collect() })
    }

    /// The populations of neurons by their names, input side first, and how many neurons each has.
    pub fn populations(&self) -> Vec<(&str, usize)> {
        let populations = self.nodes.iter().filter(|node| node.neuron().is_some());
        populations.map(|node| (&*node.name, super::part::units(&node.shape))).collect()
    }

    /// Whether it has neurons without a time constant, whose `r` is taken as what a step adds.
    pub fn has_integrators(&self) -> bool {
        self.nodes.iter().filter_map(Placed::neuron).any(|of| of.tau.is_none() && !of.forgets)
    }

    /// Units of the input.
    pub fn inputs(&self) -> usize {
        let mut inputs = self.nodes.iter().filter(|node| matches!(node.part, Part::Input(_)));
        inputs.next().map_or(0, |node| super::part::units(&node.shape))
    }
}
