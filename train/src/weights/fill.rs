//! The numbers of a file for the places of a network: in its form, or why not.

use super::Unread;
use super::foreign::{Foreign, Shapes, misshapen, missing, unplaced};
use super::format::File;
use super::layout::{Content, Role, Slot, Values};
use super::names::{Form, prefix};
use super::tensors::{LayerTensors, Misfit, Named};
use std::collections::BTreeMap;

/// The parameters of all slots from a file, and what the file holds beyond.
///
/// # Errors
/// What does not fit, naming the tensor.
pub(super) fn matched(file: File, slots: &[Slot]) -> Result<(Values, Vec<Unread>), Misfit> {
    let ours = slots.iter().any(|slot| file.contains_key(&slot.name));
    if ours {
        return Ok((filled(by_name(file, slots)?, slots)?, Vec::new()));
    }
    let Foreign { layers, unread, notes: _ } = Foreign::read(file, Shapes::Places(slots))?;
    Ok((of_layers(layers, slots)?, unread))
}

/// The parameters of all slots from layers in their order.
///
/// # Errors
/// What does not fit, naming the tensor.
pub(super) fn of_layers(layers: Vec<LayerTensors>, slots: &[Slot]) -> Result<Values, Misfit> {
    let mut found = BTreeMap::new();
    let places = slots.iter().filter(|slot| matches!(slot.role, Role::Matrix | Role::Kernel));
    for (layer, place) in layers.into_iter().zip(places) {
        let stem = prefix(prefix(&place.name));
        let own: Vec<&Slot> = slots.iter().filter(|slot| is_below(&slot.name, stem)).collect();
        found.insert(place.name.clone(), layer.weight);
        for (role, named) in layer.beside.into_iter().chain(layer.neurons) {
            match own.iter().find(|slot| slot.role == role) {
                Some(slot) => found.insert(slot.name.clone(), named),
                None => return Err(unplaced(&named).into()),
            };
        }
    }
    Ok(filled(found, slots)?)
}

/// Whether a name begins with a module's.
fn is_below(name: &str, module: &str) -> bool {
    name.strip_prefix(module).is_some_and(|rest| rest.starts_with('.'))
}

fn by_name(file: File, slots: &[Slot]) -> Result<BTreeMap<String, Named>, String> {
    let place = |(name, tensor)| {
        let found = Named { name, tensor, form: Form::Raw };
        match slots.iter().any(|slot| slot.name == found.name) {
            true => Ok((found.name.clone(), found)),
            false => Err(unplaced(&found)),
        }
    };
    file.into_iter().map(place).collect()
}

fn filled(mut found: BTreeMap<String, Named>, slots: &[Slot]) -> Result<Values, String> {
    let mut values = Values::new();
    for slot in slots {
        if let Some(numbers) = fitted(slot, found.remove(&slot.name))? {
            values.insert(slot.name.clone(), numbers);
        }
    }
    Ok(values)
}

/// The numbers for a slot, if it takes any.
fn fitted(slot: &Slot, found: Option<Named>) -> Result<Option<Vec<f32>>, String> {
    let Some(found) = found else {
        return match slot.content {
            Content::Learnt(_) => Err(missing(slot)),
            Content::Fixed(_) => Ok(None),
        };
    };
    // One number may have no dimension, and hold for every neuron.
    let single = found.tensor.numbers.len() == 1 && found.tensor.shape.len() <= 1;
    let constant = matches!(slot.role, Role::Beta | Role::Theta);
    match slot.content {
        Content::Fixed(value) => agrees(slot, &found, value).map(|()| None),
        Content::Learnt(_) if found.tensor.shape == slot.shape => raw(slot, found).map(Some),
        Content::Learnt(_) if single && constant && slot.shape.len() == 1 => {
            Ok(Some(raw(slot, found)?.repeat(slot.shape[0])))
        }
        Content::Learnt(_) => Err(misshapen(&found, slot)),
    }
}

/// The parameters behind numbers.
fn raw(slot: &Slot, found: Named) -> Result<Vec<f32>, String> {
    let Named { name, tensor, form } = found;
    let logit = |value: &f32| {
        let p = f64::from(*value).clamp(1e-7, 1.0 - 1e-7);
        (p / (1.0 - p)).ln() as f32
    };
    let refuse = |range: fn(f32) -> bool, what: &str| {
        let bad = tensor.numbers.iter().find(|value| !range(**value));
        bad.map_or(Ok(()), |value| Err(format!("{name} holds {value}, not {what}")))
    };
    match (slot.role, form) {
        (Role::Beta, Form::Value) => {
            refuse(|beta| (0.0..=1.0).contains(&beta), "a leak of 0 to 1")?;
            Ok(tensor.numbers.iter().map(logit).collect())
        }
        (Role::Theta, Form::Value) => {
            refuse(|theta| theta > 0.0, "a threshold above 0")?;
            Ok(tensor.numbers.iter().map(|value| value.ln()).collect())
        }
        (_, Form::Value | Form::Raw) => Ok(tensor.numbers),
    }
}

/// Numbers of a constant as themselves, whatever they are written as.
pub(super) fn values(role: Role, found: &Named) -> Vec<f32> {
    let itself = |raw: &f32| match (role, found.form) {
        (Role::Beta, Form::Raw) => 1.0 / (1.0 + (-raw).exp()),
        (Role::Theta, Form::Raw) => raw.exp(),
        (_, Form::Value | Form::Raw) => *raw,
    };
    found.tensor.numbers.iter().map(itself).collect()
}

/// Refuses a constant that is not the config's.
fn agrees(slot: &Slot, found: &Named, value: f32) -> Result<(), String> {
    let mut numbers = values(slot.role, found).into_iter();
    let other = numbers.find(|found| (found - value).abs() > 1e-6 * value.abs().max(1.0));
    let what = match slot.role {
        Role::Beta => "a fixed beta of",
        Role::Theta => "a fixed threshold of",
        Role::Reset => "reset (0 subtracts, 1 clears)",
        _ => "spikes of",
    };
    match other {
        None => Ok(()),
        Some(other) => Err(format!("{} is {other}, but the config has {what} {value}", found.name)),
    }
}
