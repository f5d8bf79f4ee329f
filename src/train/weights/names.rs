//! Which tensor of a file goes where: by our names, or by the order of another library's.

use super::format::FileTensor;
use super::layout::{Content, Role, Slot, Values};
use std::collections::BTreeMap;

type File = BTreeMap<String, FileTensor>;

/// How a constant is written.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Form {
    /// As the parameter behind it.
    Raw,
    /// As itself.
    Value,
}

/// A tensor of the file and the slot that it is for.
struct Match {
    /// Its name in the file.
    name: String,
    tensor: FileTensor,
    form: Form,
}

/// The parameters of all slots from a file.
///
/// # Errors
/// What does not fit, naming the tensor.
pub(super) fn matched(file: File, slots: &[Slot]) -> Result<Values, String> {
    let ours = slots.iter().any(|slot| file.contains_key(&slot.name));
    let mut matches = if ours { by_name(file, slots)? } else { by_order(file, slots)? };
    let mut values = Values::new();
    for slot in slots {
        let found = matches.remove(&slot.name);
        if let Some(numbers) = fitted(slot, found)? {
            values.insert(slot.name.clone(), numbers);
        }
    }
    Ok(values)
}

fn by_name(file: File, slots: &[Slot]) -> Result<BTreeMap<String, Match>, String> {
    let place = |(name, tensor): (String, FileTensor)| match slots.iter().any(|s| s.name == name) {
        true => Ok((name.clone(), Match { name, tensor, form: Form::Raw })),
        false => Err(unplaced(&name, &tensor)),
    };
    file.into_iter().map(place).collect()
}

fn by_order(file: File, slots: &[Slot]) -> Result<BTreeMap<String, Match>, String> {
    let mut groups = grouped(file)?;
    let followers = [Role::Bias, Role::Delay].map(|role| groups.remove(&role).unwrap_or_default());
    let mut leads = BTreeMap::new();
    let mut matches = BTreeMap::new();
    for (role, mut group) in groups {
        order(&mut group)?;
        let mut places = slots.iter().filter(|slot| slot.role == role);
        for found in group {
            let slot = places.next().ok_or_else(|| unplaced(&found.name, &found.tensor))?;
            if matches!(role, Role::Matrix | Role::Kernel) {
                leads.insert(prefix(&found.name).to_owned(), slot.name.as_str());
            }
            matches.insert(slot.name.clone(), found);
        }
    }
    let [biases, delays] = followers;
    let biases = biases.into_iter().map(|found| (found, bias_of as fn(&str) -> String));
    let delays = delays.into_iter().map(|found| (found, delay_of as fn(&str) -> String));
    for (found, of) in biases.chain(delays) {
        let own = leads.get(prefix(&found.name)).map(|weight| of(weight));
        match own.filter(|own| slots.iter().any(|slot| slot.name == *own)) {
            Some(own) => matches.insert(own, found),
            None => return Err(unplaced(&found.name, &found.tensor)),
        };
    }
    Ok(matches)
}

/// Our name of the bias that goes with a weight.
fn bias_of(weight: &str) -> String {
    format!("{}.bias", prefix(weight))
}

/// Our name of the delays that go with a matrix.
fn delay_of(weight: &str) -> String {
    format!("{}.delay", prefix(prefix(weight)))
}

/// The tensors by what they are, without those that a network may leave out.
fn grouped(file: File) -> Result<BTreeMap<Role, Vec<Match>>, String> {
    let mut groups: BTreeMap<Role, Vec<Match>> = BTreeMap::new();
    for (name, tensor) in file {
        match role(&name, &tensor.shape) {
            Some((role, form)) => {
                groups.entry(role).or_default().push(Match { name, tensor, form });
            }
            None if is_constant(&name, &tensor) => {}
            None => return Err(unplaced(&name, &tensor)),
        }
    }
    Ok(groups)
}

/// What a tensor of another library is, by the end of its name and its shape.
fn role(name: &str, shape: &[usize]) -> Option<(Role, Form)> {
    let recurrent = prefix(name).rsplit('.').next().is_some_and(|p| p.contains("recurrent"));
    let vector = shape.len() <= 1;
    Some(match (name.rsplit('.').next()?, shape.len()) {
        ("weight", 2) if recurrent => (Role::Recurrent, Form::Raw),
        ("weight", 2) => (Role::Matrix, Form::Raw),
        ("weight", 4) => (Role::Kernel, Form::Raw),
        ("bias", 1) => (Role::Bias, Form::Raw),
        ("delay", 2) => (Role::Delay, Form::Raw),
        ("beta" | "_beta_val", _) if vector => (Role::Beta, Form::Value),
        ("beta_logit" | "_beta_logit", _) if vector => (Role::Beta, Form::Raw),
        ("threshold" | "_threshold_val", _) if vector => (Role::Theta, Form::Value),
        ("theta_log" | "_threshold_log", _) if vector => (Role::Theta, Form::Raw),
        ("reset_mechanism_val", _) if vector => (Role::Reset, Form::Value),
        ("graded_spikes_factor", _) if vector => (Role::Spike, Form::Value),
        _ => return None,
    })
}

/// What a network may leave out: a single number that is no weight, and the past of delays.
fn is_constant(name: &str, tensor: &FileTensor) -> bool {
    let end = name.rsplit('.').next().unwrap_or(name);
    let weight = ["weight", "bias"].contains(&end);
    end == "_history" || (tensor.numbers.len() == 1 && !weight)
}

/// Sorts by the numbers in the names.
fn order(found: &mut [Match]) -> Result<(), String> {
    found.sort_by_cached_key(|m| digits(&m.name));
    let twins = found.windows(2).find(|pair| digits(&pair[0].name) == digits(&pair[1].name));
    match twins {
        None => Ok(()),
        Some(pair) => Err(format!(
            "the numbers in the names of {} and {} do not say which comes first",
            pair[0].name, pair[1].name
        )),
    }
}

/// The numbers in a name.
fn digits(name: &str) -> Vec<u64> {
    let runs = name.split(|c: char| !c.is_ascii_digit());
    runs.filter_map(|run| run.parse().ok()).collect()
}

/// A name without its last part.
fn prefix(name: &str) -> &str {
    name.rsplit_once('.').map_or("", |(prefix, _)| prefix)
}

/// The numbers for a slot, if it takes any.
fn fitted(slot: &Slot, found: Option<Match>) -> Result<Option<Vec<f32>>, String> {
    let Some(Match { name, tensor, form }) = found else {
        return match slot.content {
            Content::Learnt(_) => Err(format!("{} {:?} is missing", slot.name, slot.shape)),
            Content::Fixed(_) => Ok(None),
        };
    };
    // One number may have no dimension.
    let single = |shape: &[usize]| shape.is_empty() || shape == [1];
    match slot.content {
        Content::Fixed(value) => agrees(slot, &name, &tensor.numbers, form, value).map(|()| None),
        Content::Learnt(_) if tensor.shape == slot.shape => raw(slot, &name, tensor.numbers, form),
        Content::Learnt(_) if single(&tensor.shape) && single(&slot.shape) => {
            raw(slot, &name, tensor.numbers, form)
        }
        Content::Learnt(_) => {
            let own = if name == slot.name { String::new() } else { format!(" of {}", slot.name) };
            Err(format!("{name} is {:?}, not the {:?}{own}", tensor.shape, slot.shape))
        }
    }
}

/// The parameters behind numbers that are written as `form`.
fn raw(slot: &Slot, name: &str, numbers: Vec<f32>, form: Form) -> Result<Option<Vec<f32>>, String> {
    let logit = |value: &f32| {
        let p = f64::from(*value).clamp(1e-7, 1.0 - 1e-7);
        (p / (1.0 - p)).ln() as f32
    };
    Ok(Some(match (slot.role, form) {
        (Role::Beta, Form::Value) => numbers.iter().map(logit).collect(),
        (Role::Theta, Form::Value) => match numbers.iter().find(|value| **value <= 0.0) {
            Some(value) => return Err(format!("{name} holds {value}, not a threshold above 0")),
            None => numbers.iter().map(|value| value.ln()).collect(),
        },
        _ => numbers,
    }))
}

/// Refuses a constant that is not the config's.
fn agrees(slot: &Slot, name: &str, numbers: &[f32], form: Form, value: f32) -> Result<(), String> {
    let itself = |raw: f32| match (slot.role, form) {
        (Role::Beta, Form::Raw) => 1.0 / (1.0 + (-raw).exp()),
        (Role::Theta, Form::Raw) => raw.exp(),
        _ => raw,
    };
    let mut found = numbers.iter().map(|raw| itself(*raw));
    let other = found.find(|found| (found - value).abs() > 1e-6 * value.abs().max(1.0));
    let what = match slot.role {
        Role::Beta => "a fixed beta of",
        Role::Theta => "a fixed threshold of",
        Role::Reset => "reset (0 subtracts, 1 clears)",
        _ => "spikes of",
    };
    match other {
        None => Ok(()),
        Some(found) => Err(format!("{name} is {found}, but the config has {what} {value}")),
    }
}

fn unplaced(name: &str, tensor: &FileTensor) -> String {
    format!("{name} {:?} has no place in the network", tensor.shape)
}
