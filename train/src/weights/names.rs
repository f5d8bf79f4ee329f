//! What the name of a tensor says: its role, its module, its words and its numbers.

use super::format::FileTensor;
use super::layout::Role;

/// How a constant is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Form {
    /// As the parameter behind it.
    Raw,
    /// As itself.
    Value,
}

/// What a tensor of another library is, by the end of its name and its shape.
pub(super) fn role(name: &str, shape: &[usize]) -> Option<(Role, Form)> {
    let recurrent = is_recurrent(prefix(name));
    let vector = shape.len() <= 1;
    Some(match (end(name), shape.len()) {
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

/// Words for modules with weights from spikes to the next step.
const RECURRENT: [&str; 3] = ["rec", "recurrent", "recurrence"];

/// Whether a module holds weights from spikes to the next step.
pub(super) fn is_recurrent(module: &str) -> bool {
    words(end(module)).iter().any(|word| RECURRENT.contains(&word.as_str()))
}

/// The module of neurons that a constant or a recurrent weight is of.
pub(super) fn neurons_of(name: &str) -> &str {
    let module = prefix(name);
    if RECURRENT.contains(&end(module)) { prefix(module) } else { module }
}

/// What a network may leave out: a single number that is no weight, and the past of delays.
pub(super) fn is_optional(name: &str, tensor: &FileTensor) -> bool {
    let weight = ["weight", "bias"].contains(&end(name));
    is_past(name) || (tensor.numbers.len() == 1 && !weight)
}

/// Whether a tensor is what delays remember while they run: state, and no parameter.
pub(super) fn is_past(name: &str) -> bool {
    end(name) == "_history"
}

/// A name without its last part.
pub(super) fn prefix(name: &str) -> &str {
    name.rsplit_once('.').map_or("", |(prefix, _)| prefix)
}

/// The last part of a name.
fn end(name: &str) -> &str {
    name.rsplit('.').next().unwrap_or(name)
}

/// Whether two names differ in their numbers alone, and those of the first come first.
pub(super) fn precedes(first: &str, second: &str) -> bool {
    let [(stem, a), (other, b)] = [first, second].map(numbered);
    stem == other && a < b
}

/// Whether two names differ in nothing but their numbers.
pub(super) fn alike(first: &str, second: &str) -> bool {
    numbered(first).0 == numbered(second).0
}

/// The numbers in a name, in an order that compares as they do.
pub(super) fn numbers(name: &str) -> Vec<(usize, String)> {
    numbered(name).1
}

/// A name with `#` for each of its numbers, and the numbers, by length and digits: they may be longer
/// than any integer.
fn numbered(name: &str) -> (String, Vec<(usize, String)>) {
    let (mut stem, mut numbers) = (String::new(), Vec::new());
    for run in runs(name, |c| c.is_ascii_digit()) {
        if run.starts_with(|c: char| c.is_ascii_digit()) {
            let digits = run.trim_start_matches('0');
            numbers.push((digits.len(), digits.to_owned()));
            stem.push('#');
        } else {
            stem += run;
        }
    }
    (stem, numbers)
}

/// The words of a name, in small letters: `lif_out`, `lifOut` and `lif.out` have the same two, `fc12`
/// has `fc` and `12`.
pub(super) fn words(name: &str) -> Vec<String> {
    let parts = name.split(|c: char| !c.is_alphanumeric());
    let runs = parts.flat_map(|part| runs(part, |c| c.is_ascii_digit()));
    let humps = runs.flat_map(|run| {
        let starts = run.char_indices().filter(|(at, c)| *at > 0 && c.is_uppercase());
        let before = |at: usize| run[..at].chars().next_back().is_some_and(char::is_lowercase);
        let cuts = starts.map(|(at, _)| at).filter(|&at| before(at)).chain([run.len()]);
        let mut start = 0;
        cuts.map(move |cut| &run[std::mem::replace(&mut start, cut)..cut]).collect::<Vec<_>>()
    });
    humps.filter(|word| !word.is_empty()).map(str::to_lowercase).collect()
}

/// The longest pieces of a text within which all characters, or none, are of a kind.
fn runs(text: &str, kind: impl Fn(char) -> bool) -> impl Iterator<Item = &str> {
    let mut rest = text;
    std::iter::from_fn(move || {
        let first = kind(rest.chars().next()?);
        let length = rest.find(|c| kind(c) != first).unwrap_or(rest.len());
        let (run, after) = rest.split_at(length);
        rest = after;
        Some(run)
    })
}

/// What sets each of some names apart: their words without those, numbers excepted, that all have.
pub(super) fn labels(names: &[&str]) -> Vec<Vec<String>> {
    let all: Vec<Vec<String>> = names.iter().map(|name| words(name)).collect();
    let number = |word: &String| word.starts_with(|c: char| c.is_ascii_digit());
    let common = |word: &String| !number(word) && all.iter().all(|words| words.contains(word));
    let own = |words: &Vec<String>| words.iter().filter(|w| !common(w)).cloned().collect();
    all.iter().map(own).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_fall_into_words_and_numbers() {
        for name in ["lif_out12", "lif.out.12", "lifOut12", "LIF-out_12"] {
            assert_eq!(words(name), ["lif", "out", "12"], "{name}");
        }
        assert!(words("._").is_empty());
        assert_eq!(labels(&["fc1", "fc2", "fc_out"]), [vec!["1"], vec!["2"], vec!["out"]]);
        assert_eq!(labels(&["net.0.fc", "net.0.lif"]), [vec!["0", "fc"], vec!["0", "lif"]]);
    }

    #[test]
    fn only_names_that_differ_in_numbers_have_an_order() {
        assert!(precedes("linears.9", "linears.10") && !precedes("linears.10", "linears.9"));
        assert!(precedes("fc2", "fc99999999999999999999999999"));
        assert!(precedes("block1.fc2", "block2.fc1"));
        assert!(!precedes("fc1", "fc_out") && !precedes("fc_out", "fc1"));
        assert!(!precedes("fc1", "conv2") && !precedes("fc1", "fc01"));
    }

    #[test]
    fn a_recurrent_weight_is_of_the_neurons_around_it() {
        assert_eq!(role("lif1.recurrent.weight", &[4, 4]), Some((Role::Recurrent, Form::Raw)));
        assert_eq!(role("rec1.weight", &[4, 4]), Some((Role::Recurrent, Form::Raw)));
        assert_eq!(role("record.weight", &[4, 4]), Some((Role::Matrix, Form::Raw)));
        assert_eq!(neurons_of("lif1.recurrent.weight"), "lif1");
        assert_eq!(neurons_of("lif1.rec.weight"), "lif1");
        assert_eq!(neurons_of("rec1.weight"), "rec1");
        assert_eq!(neurons_of("lif1.beta"), "lif1");
    }
}
