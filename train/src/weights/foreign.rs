//! The file of another library as layers: which tensors are of which, in a certain order, or why none is.

use super::Unread;
use super::format::File;
use super::layout::{Role, Slot};
use super::names::{Form, is_optional, is_past, is_recurrent, neurons_of, numbers, prefix, role};
use super::names::{alike, precedes};
use super::norm;
use super::order::{Order, Orders};
use super::tensors::{LayerTensors, Misfit, Named, Neurons};
use super::tie;
use std::collections::BTreeMap;

/// What decides the order of matrices.
#[derive(Clone, Copy)]
pub(super) enum Shapes<'a> {
    /// The places of a network.
    Places(&'a [Slot]),
    /// Each layer's inputs are the outputs of the one before, and the first has so many.
    Chain(usize),
}

/// A file as layers.
#[derive(Debug)]
pub(super) struct Foreign {
    /// Blocks, then layers, input side first.
    pub(super) layers: Vec<LayerTensors>,
    /// What no layer has a place for.
    pub(super) unread: Vec<Unread>,
    /// Which normalisations are in which layers, a sentence each.
    pub(super) notes: Vec<String>,
}

/// What is found in a file, by what it is.
#[derive(Default)]
struct Parts {
    kernels: Vec<Named>,
    matrices: Vec<Named>,
    beside: Vec<(Role, Named)>,
    /// By the module that they are of.
    neurons: BTreeMap<String, Neurons>,
    unread: Vec<Unread>,
}

impl Foreign {
    /// Puts the tensors of a file in order.
    ///
    /// # Errors
    /// What does not fit, and what has several orders, with those.
    pub(super) fn read(file: File, shapes: Shapes<'_>) -> Result<Self, Misfit> {
        let (file, notes) = norm::folded(file)?;
        let parts = Parts::of(file)?;
        let mut leads = ordered(parts.kernels, Role::Kernel, shapes)?;
        leads.extend(ordered(parts.matrices, Role::Matrix, shapes)?);
        let of = |weight: Named| LayerTensors {
            weight,
            beside: BTreeMap::new(),
            neurons: BTreeMap::new(),
        };
        let mut layers: Vec<LayerTensors> = leads.into_iter().map(of).collect();
        for (role, found) in parts.beside {
            let own = layers.iter_mut().find(|l| prefix(&l.weight.name) == prefix(&found.name));
            match own {
                Some(layer) => layer.beside.insert(role, found),
                None => return Err(unplaced(&found).into()),
            };
        }
        // Recurrent weights may be modules of their own, beside those of the neurons.
        let (own, rest) = parts.neurons.into_iter().partition(|(module, _)| is_recurrent(module));
        tie::neurons(&mut layers, rest)?;
        tie::neurons(&mut layers, own)?;
        Ok(Self { layers, unread: parts.unread, notes })
    }
}

impl Parts {
    fn of(file: File) -> Result<Self, Misfit> {
        let mut parts = Self::default();
        let mut optional = Vec::new();
        for (name, tensor) in file {
            let Some((role, form)) = role(&name, &tensor.shape) else {
                optional.push(Named { name, tensor, form: Form::Value });
                continue;
            };
            let found = Named { name, tensor, form };
            match role {
                Role::Kernel => parts.kernels.push(found),
                Role::Matrix => parts.matrices.push(found),
                Role::Bias | Role::Delay | Role::Norm => parts.beside.push((role, found)),
                Role::Recurrent | Role::Beta | Role::Theta | Role::Reset | Role::Spike => {
                    parts.constant(role, found)?;
                }
            }
        }
        for found in optional {
            parts.leave(found)?;
        }
        Ok(parts)
    }

    fn constant(&mut self, role: Role, found: Named) -> Result<(), Misfit> {
        let module = self.neurons.entry(neurons_of(&found.name).to_owned()).or_default();
        match module.get(&role) {
            None => module.insert(role, found),
            Some(other) => {
                let (a, b) = (&other.name, &found.name);
                return Err(Misfit::Order(format!("{a} and {b} are the same of one module")));
            }
        };
        Ok(())
    }

    /// Notes what a network may leave out.
    fn leave(&mut self, found: Named) -> Result<(), Misfit> {
        if !is_optional(&found.name, &found.tensor) {
            return Err(unplaced(&found).into());
        }
        let of_neurons = self.neurons.contains_key(prefix(&found.name));
        let (state, Named { name, tensor, .. }) = (is_past(&found.name), found);
        let value = (tensor.numbers.len() == 1).then(|| tensor.numbers[0]);
        self.unread.push(Unread { name, shape: tensor.shape, value, of_neurons, state });
        Ok(())
    }
}

/// Matrices, or kernels, in the only order that is possible.
fn ordered(leads: Vec<Named>, role: Role, shapes: Shapes<'_>) -> Result<Vec<Named>, Misfit> {
    let orders = match shapes {
        Shapes::Places(slots) => {
            let places: Vec<&Slot> = slots.iter().filter(|slot| slot.role == role).collect();
            ensure_as_many(&leads, &places)?;
            orders(&leads, |at, _, next| next == places[at].shape)
        }
        Shapes::Chain(inputs) => {
            orders(&leads, |_, last, next| follows(last, next, inputs, [0, 1]))
        }
    };
    if let Some(order) = orders.certain() {
        let mut leads: Vec<Option<Named>> = leads.into_iter().map(Some).collect();
        return Ok(order.iter().flatten().filter_map(|&lead| leads[lead].take()).collect());
    }
    let show = |order: &Order| listed(order.iter().flatten().map(|&lead| &leads[lead]));
    if !orders.found.is_empty() {
        let orders = orders.listed(show);
        let why = "shapes and numbers in names leave several orders";
        return Err(Misfit::Order(format!("{why}: {orders}")));
    }
    Err(unchained(&leads, shapes))
}

/// The orders in which numbers in names rise, and shapes fit: a place, the shape before it, its shape.
fn orders(leads: &[Named], fits: impl Fn(usize, Option<&[usize]>, &[usize]) -> bool) -> Orders {
    let kinds: Vec<usize> = (0..leads.len()).collect();
    let shape = |lead: usize| leads[lead].tensor.shape.as_slice();
    Orders::of(leads.len(), &kinds, |placed, next| {
        let last = placed.last().copied().flatten().map(shape);
        let earlier = |other: usize| precedes(&leads[other].name, &leads[next].name);
        fits(placed.len(), last, shape(next))
            && kinds.iter().all(|&other| placed.contains(&Some(other)) || !earlier(other))
    })
}

/// Whether a layer has the outputs of the one before, or of the data, as inputs.
fn follows(last: Option<&[usize]>, next: &[usize], data: usize, [out, into]: [usize; 2]) -> bool {
    next[into] == last.map_or(data, |last| last[out])
}

/// Why shapes and numbers leave no order.
fn unchained(leads: &[Named], shapes: Shapes<'_>) -> Misfit {
    let mut by_number: Vec<&Named> = leads.iter().collect();
    by_number.sort_by_key(|lead| numbers(&lead.name));
    let mut found = listed(by_number.into_iter());
    if let Shapes::Chain(pixels) = shapes {
        let back = orders(leads, |_, last, next| follows(last, next, pixels, [1, 0]));
        if !back.found.is_empty() {
            found += "; transposed they would: a weight is [outputs, inputs]";
        }
        if leads.iter().all(|lead| lead.tensor.shape[1] != pixels) {
            return Misfit::Data { pixels, weights: found };
        }
    }
    let why = "the shapes do not follow each other in the order of the numbers in the names";
    Misfit::Order(format!("{why}: {found}"))
}

/// Refuses matrices of other shapes than those that there are places for.
fn ensure_as_many(leads: &[Named], places: &[&Slot]) -> Result<(), Misfit> {
    let mut vacant: Vec<&Slot> = places.to_vec();
    let mut strange = Vec::new();
    for lead in leads {
        match vacant.iter().position(|slot| slot.shape == lead.tensor.shape) {
            Some(at) => drop(vacant.remove(at)),
            None => strange.push(lead),
        }
    }
    match (strange.first(), vacant.first()) {
        (None, None) => Ok(()),
        (Some(lead), Some(slot)) => Err(misshapen(lead, slot).into()),
        (None, Some(slot)) => Err(missing(slot).into()),
        // Of several of the shape that is too many any may be the one.
        (Some(lead), None) => {
            let shape = &lead.tensor.shape;
            let mut same: Vec<&Named> = leads.iter().filter(|l| l.tensor.shape == *shape).collect();
            same.sort_by_key(|lead| (alike(&lead.name, &strange[0].name), numbers(&lead.name)));
            Err(unplaced(same.last().unwrap_or(lead)).into())
        }
    }
}

/// Names with shapes.
fn listed<'a>(of: impl Iterator<Item = &'a Named>) -> String {
    let each: Vec<String> = of.map(|n| format!("{} {:?}", n.name, n.tensor.shape)).collect();
    each.join(", ")
}

pub(super) fn misshapen(found: &Named, slot: &Slot) -> String {
    let own = if found.name == slot.name { String::new() } else { format!(" of {}", slot.name) };
    format!("{} is {:?}, not the {:?}{own}", found.name, found.tensor.shape, slot.shape)
}

pub(super) fn missing(slot: &Slot) -> String {
    format!("{} {:?} is missing", slot.name, slot.shape)
}

pub(super) fn unplaced(found: &Named) -> String {
    format!("{} {:?} has no place in the network", found.name, found.tensor.shape)
}
