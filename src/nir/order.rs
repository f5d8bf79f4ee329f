//! In which order the nodes of a graph are computed in a step, and which edges carry the spikes of the step before.

use super::NirError;
use super::inline::{Inlined, several};
use super::part::Part;
use std::collections::BTreeSet;

/// A node's edges: from whom it hears, and whether that is what was a step before.
pub(super) type Heard = Vec<(usize, bool)>;

/// An order, and what each node hears.
#[derive(Debug)]
pub(super) struct Order {
    /// The nodes that lead to the output, each behind all that it hears of the same step.
    pub(super) nodes: Vec<usize>,
    /// What each node of the graph hears.
    pub(super) heard: Vec<Heard>,
    /// The names of those that lead nowhere.
    pub(super) idle: Vec<String>,
}

fn is_neuron(part: &Part) -> bool {
    matches!(part, Part::Neuron(_))
}

impl Order {
    /// The order of a graph.
    ///
    /// # Errors
    /// Not one input and one output; a circle without a neuron; neurons that hear each other; a node that nothing
    /// leads to.
    pub(super) fn of(all: &Inlined) -> Result<Self, NirError> {
        let [input, output] = ends(all)?;
        let count = all.names.len();
        let mut heard = vec![Heard::new(); count];
        let mut next = vec![Vec::new(); count];
        for &[from, to] in &all.edges {
            next[from].push(to);
            heard[to].push((from, false));
        }
        heard.iter_mut().for_each(|of| of.sort_unstable());
        no_empty_circle(all, &heard)?;
        mark_late(all, &mut heard);
        let (nodes, left) = sorted(&heard, |_| true);
        if !left.is_empty() {
            return Err(mutual(all, &left));
        }
        let leads = reached(output, |node| heard[node].iter().map(|(from, _)| *from).collect());
        let driven = reached(input, |node| next[node].clone());
        let nodes: Vec<usize> = nodes.into_iter().filter(|node| leads.contains(node)).collect();
        if let Some(&alone) = nodes.iter().find(|node| !driven.contains(node)) {
            let remedy = "connect it, or leave it out";
            return Err(NirError::unsupported(
                &all.names[alone],
                "nothing leads to it from the input",
                remedy,
            ));
        }
        if !leads.contains(&input) {
            let why = "nothing leads from the input to it";
            return Err(NirError::unsupported(&all.names[output], why, "connect it"));
        }
        let idle = (0..count).filter(|node| !leads.contains(node));
        let idle = idle.map(|node| all.names[node].clone()).collect();
        Ok(Self { nodes, heard, idle })
    }
}

/// The one input and the one output.
fn ends(all: &Inlined) -> Result<[usize; 2], NirError> {
    let mut ends = [None; 2];
    for (node, part) in all.parts.iter().enumerate() {
        let (end, kind) = match part {
            Part::Input(_) => (0, "Input"),
            Part::Output(_) => (1, "Output"),
            _ => continue,
        };
        if ends[end].replace(node).is_some() {
            return Err(several(&all.names[node], kind));
        }
    }
    let missing = |what| NirError::Graph { what: format!("there is no node of type {what}") };
    Ok([ends[0].ok_or_else(|| missing("Input"))?, ends[1].ok_or_else(|| missing("Output"))?])
}

/// All that is reached from a node, itself among it.
fn reached(from: usize, step: impl Fn(usize) -> Vec<usize>) -> BTreeSet<usize> {
    let (mut found, mut ahead) = (BTreeSet::from([from]), vec![from]);
    while let Some(node) = ahead.pop() {
        ahead.extend(step(node).into_iter().filter(|next| found.insert(*next)));
    }
    found
}

/// The nodes in an order in which each stands behind what it hears of the same step, and those that are left in
/// circles. Only nodes that are asked for count.
fn sorted(heard: &[Heard], counts: impl Fn(usize) -> bool) -> (Vec<usize>, Vec<usize>) {
    let mut waits: Vec<usize> = vec![0; heard.len()];
    let mut next = vec![Vec::new(); heard.len()];
    for (node, of) in heard.iter().enumerate().filter(|(node, _)| counts(*node)) {
        for &(from, _) in of.iter().filter(|(from, late)| !late && counts(*from)) {
            waits[node] += 1;
            next[from].push(node);
        }
    }
    let all = || (0..heard.len()).filter(|node| counts(*node));
    let mut ready: BTreeSet<usize> = all().filter(|node| waits[*node] == 0).collect();
    let mut order = Vec::new();
    while let Some(node) = ready.pop_first() {
        order.push(node);
        for &after in &next[node] {
            waits[after] -= 1;
            if waits[after] == 0 {
                ready.insert(after);
            }
        }
    }
    let left = all().filter(|node| waits[*node] > 0).collect();
    (order, left)
}

fn no_empty_circle(all: &Inlined, heard: &[Heard]) -> Result<(), NirError> {
    let (_, left) = sorted(heard, |node| !is_neuron(&all.parts[node]));
    if left.is_empty() { Ok(()) } else { Err(NirError::Cycle { nodes: circle(all, heard, &left) }) }
}

/// A circle among nodes of which each hears another one, as names.
fn circle(all: &Inlined, heard: &[Heard], left: &[usize]) -> String {
    let within: BTreeSet<usize> = left.iter().copied().collect();
    let before = |node: usize| {
        heard[node].iter().find(|(from, late)| !late && within.contains(from)).map(|of| of.0)
    };
    let (mut path, mut node) = (Vec::new(), left[0]);
    while !path.contains(&node) {
        path.push(node);
        let Some(from) = before(node) else { break };
        node = from;
    }
    let begin = path.iter().position(|of| *of == node).unwrap_or_default();
    let names: Vec<String> =
        path[begin..].iter().rev().map(|node| format!("`{}`", all.names[*node])).collect();
    names.join(", ")
}

/// An edge from a neuron to what leads back to it, past no other neuron, carries its spikes of the step before.
fn mark_late(all: &Inlined, heard: &mut [Heard]) {
    let neurons = (0..all.parts.len()).filter(|node| is_neuron(&all.parts[*node]));
    for neuron in neurons.collect::<Vec<_>>() {
        let own = reached(neuron, |node| {
            let of = heard[node].iter().map(|(from, _)| *from);
            of.filter(|from| *from == neuron || !is_neuron(&all.parts[*from])).collect()
        });
        for node in own {
            for of in heard[node].iter_mut().filter(|of| of.0 == neuron) {
                of.1 = true;
            }
        }
    }
}

fn mutual(all: &Inlined, left: &[usize]) -> NirError {
    let neurons: Vec<usize> =
        left.iter().copied().filter(|node| is_neuron(&all.parts[*node])).collect();
    let names: Vec<String> =
        neurons.iter().take(4).map(|node| format!("`{}`", all.names[*node])).collect();
    NirError::unsupported(
        &all.names[neurons.first().copied().unwrap_or(left[0])],
        format!("neurons hear each other in a circle, of {}", names.join(", ")),
        "let a layer hear earlier layers and itself alone: the chip computes one layer after the other",
    )
}
