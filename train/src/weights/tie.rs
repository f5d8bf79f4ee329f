//! Which layer the neurons of a module are of: by its name, its number, or its place in a sequence.

use super::names::{alike, labels, precedes, prefix, words};
use super::order::{Order, Orders};
use super::tensors::{LayerTensors, Misfit, Named, Neurons};
use std::collections::BTreeMap;

/// Gives each module of neurons to its layer. The modules' own order is that of the numbers in their
/// names; beyond that a module is of the layer
///
/// - whose weight it has itself,
/// - that comes before it in the same sequence (`net.2.weight`, `net.3.beta`),
/// - whose name says the same but for the words that all have (`fc_out`, `lif_out`).
///
/// # Errors
/// Modules that no layer is for, or that may be of several.
pub(super) fn neurons(
    layers: &mut [LayerTensors],
    modules: BTreeMap<String, Neurons>,
) -> Result<(), Misfit> {
    let (names, modules): (Vec<String>, Vec<Neurons>) = modules.into_iter().unzip();
    let order = {
        let leads: Vec<&str> = layers.iter().map(|l| prefix(&l.weight.name)).collect();
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        certain(&leads, &names, &kinds(&modules))?
    };
    let mut modules: Vec<Option<Neurons>> = modules.into_iter().map(Some).collect();
    for (layer, at) in layers.iter_mut().zip(order) {
        for (role, found) in at.and_then(|at| modules[at].take()).unwrap_or_default() {
            let name = found.name.clone();
            if let Some(other) = layer.neurons.insert(role, found) {
                let why = format!("{} and {name} are the same of one layer", other.name);
                return Err(Misfit::Order(why));
            }
        }
    }
    Ok(())
}

/// The same number for modules that hold the same.
fn kinds(modules: &[Neurons]) -> Vec<usize> {
    let same = |a: &Named, b: &Named| {
        let [x, y] = [a, b].map(|n| (&n.tensor.shape, &n.tensor.numbers, n.form));
        x == y
    };
    let equal = |a: &Neurons, b: &Neurons| {
        a.len() == b.len() && a.iter().zip(b).all(|((r, a), (s, b))| r == s && same(a, b))
    };
    let first = |m: &Neurons| modules.iter().position(|other| equal(other, m));
    modules.iter().map(|m| first(m).unwrap_or_default()).collect()
}

/// The module of each layer.
fn certain(leads: &[&str], names: &[&str], kinds: &[usize]) -> Result<Order, Misfit> {
    if names.len() > leads.len() {
        let (modules, layers) = (listed(names), listed(leads));
        let why = "there are more modules of neurons than layers";
        return Err(Misfit::Order(format!("{why}: {modules} for {layers}")));
    }
    let own = owners(leads, names);
    let orders = Orders::of(leads.len(), kinds, |placed, next| {
        let at = placed.len();
        let earlier = |&other: &usize| precedes(names[other], names[next]);
        let free = |owner: &Owner| *owner == Owner::Any || *owner == Owner::Layer(at);
        let others = (0..names.len()).filter(|other| !placed.contains(&Some(*other)));
        let taken = own.iter().enumerate().any(|(o, own)| o != next && *own == Owner::Layer(at));
        free(&own[next]) && !taken && !others.clone().any(|other| earlier(&other))
    });
    if let Some(order) = orders.certain() {
        return Ok(order.clone());
    }
    if names.len() == leads.len() && kinds.iter().all(|kind| *kind == 0) {
        return Ok((0..names.len()).map(Some).collect()); // all the same: any order is right
    }
    let show = |order: &Order| {
        let pairs = order.iter().zip(leads).filter_map(|(at, lead)| Some((names[(*at)?], lead)));
        pairs.map(|(name, lead)| format!("{name} of {lead}")).collect::<Vec<_>>().join(", ")
    };
    let (modules, layers) = (listed(names), listed(leads));
    Err(Misfit::Order(match orders.found.is_empty() {
        true => format!("the names of {modules} contradict those of the layers {layers}"),
        false => format!("the names do not say of which layer each is: {}", orders.listed(show)),
    }))
}

/// What a name says of the layer that it belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Owner {
    /// Nothing.
    Any,
    /// This one.
    Layer(usize),
    /// It comes before all of them.
    None,
}

fn owners(leads: &[&str], names: &[&str]) -> Vec<Owner> {
    let (lead_labels, own_labels) = (labels(leads), labels(names));
    let by_label = |name: usize| {
        let meant: Vec<Vec<String>> = match names {
            // Of one name nothing tells which word is its kind.
            [only] => without_a_word(&words(only)),
            _ if own_labels.iter().filter(|own| **own == own_labels[name]).count() > 1 => vec![],
            _ => vec![own_labels[name].clone()],
        };
        let mut found = (0..leads.len()).filter(|&lead| meant.contains(&lead_labels[lead]));
        match (found.next(), found.next()) {
            (Some(lead), None) => Owner::Layer(lead),
            (Some(_), Some(_)) | (None, _) => Owner::Any,
        }
    };
    let owner = |at: usize| {
        let name = names[at];
        if let Some(same) = leads.iter().position(|lead| *lead == name) {
            return Owner::Layer(same);
        }
        if leads.iter().any(|lead| alike(lead, name)) {
            let before = (0..leads.len()).filter(|&lead| precedes(leads[lead], name));
            let last = before.reduce(|a, b| if precedes(leads[a], leads[b]) { b } else { a });
            return last.map_or(Owner::None, Owner::Layer);
        }
        by_label(at)
    };
    (0..names.len()).map(owner).collect()
}

/// The words without one of those that are no numbers, each in turn.
fn without_a_word(words: &[String]) -> Vec<Vec<String>> {
    let number = |word: &str| word.starts_with(|c: char| c.is_ascii_digit());
    let kinds = (0..words.len()).filter(|&at| !number(&words[at]));
    kinds.map(|at| [&words[..at], &words[at + 1..]].concat()).collect()
}

fn listed(names: &[&str]) -> String {
    names.join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The module of each layer, by its place in `names`, or what is said.
    fn tied(leads: &str, names: &str) -> Result<Vec<Option<usize>>, String> {
        let [leads, names] = [leads, names].map(|text| text.split(' ').collect::<Vec<_>>());
        let kinds: Vec<usize> = (0..names.len()).collect();
        certain(&leads, &names, &kinds).map_err(|misfit| match misfit {
            Misfit::Order(message) | Misfit::Fit(message) => message,
            Misfit::Data { .. } => String::new(),
        })
    }

    #[test]
    fn names_numbers_and_sequences_tie_neurons_to_layers() {
        let all = |n: usize| Ok((0..n).map(Some).collect::<Vec<_>>());
        assert_eq!(tied("fc1 fc2 fc3", "lif1 lif2 lif_out"), all(3));
        assert_eq!(tied("fc1 fc2 fc_out", "lif1 lif2 lif_out"), all(3));
        assert_eq!(tied("fc1 fc2 fc_out", "lif1 lif2 lif3"), all(3));
        assert_eq!(tied("conv1 conv2 fc1", "lif1 lif2 lif3"), all(3));
        assert_eq!(tied("conv1 fc1 fc2", "lif1 lif2 lif3"), all(3));
        assert_eq!(tied("conv1 fc1", "lif_conv1 lif_fc1"), all(2));
        assert_eq!(tied("net.0 net.2 net.10", "net.1 net.3 net.11"), all(3));
        assert_eq!(tied("net.1 net.3", "net.2 net.4"), all(2));
        assert_eq!(tied("layers.0.linear layers.1.linear", "layers.0.cell layers.1.cell"), all(2));
        assert_eq!(tied("hidden readout", "hidden readout"), all(2));
        assert_eq!(tied("hiddenFc readoutFc", "hiddenLif readoutLif"), all(2));
        // Neurons without constants are no module.
        assert_eq!(tied("fc1 fc2", "lif2"), Ok(vec![None, Some(0)]));
        assert_eq!(tied("net.0 net.2", "net.1"), Ok(vec![Some(0), None]));
        assert_eq!(tied("fc1 fc_out", "lif_out"), Ok(vec![None, Some(0)]));
    }

    #[test]
    fn what_is_not_certain_lists_what_is_possible() {
        let said = |leads, names| tied(leads, names).unwrap_err();
        assert_eq!(
            said("fc1 fc2", "a b"),
            "the names do not say of which layer each is: a of fc1, b of fc2; or b of fc1, a of fc2"
        );
        assert!(said("fc1 fc2", "lif").ends_with("lif of fc1; or lif of fc2"));
        assert!(said("conv1 conv2 fc1", "lif1 lif2").contains("; or lif1 of conv1, lif2 of fc1"));
        // Counted from 0 or from 1, with neurons at the input or not.
        assert!(said("fc1 fc2 fc3", "lif0 lif1 lif2").contains("contradict"));
        assert!(said("net.1 net.3", "net.0 net.2").contains("contradict"));
        assert!(said("fc1", "lif1 lif2").starts_with("there are more modules of neurons"));
    }
}
