//! Equations as TOML.

use super::derivative::slope;
use super::error::{Error, Fault, Span};
use super::expression::Number;
use super::functions::Function;
use super::method::METHODS;
use super::{Bounds, Change, Equations, INHIBITION, INPUT, Method, State, parse};
use crate::nearest::nearest;
use serde::Deserialize;
use std::collections::BTreeMap;
use toml::Spanned;

/// The most steps without input, as for other neurons.
const MOST_REFRACTORY: u32 = 15;

type Table<T> = BTreeMap<Spanned<String>, Spanned<T>>;

/// The file as it stands.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    paper: Option<String>,
    method: Option<Spanned<String>>,
    dt: Option<Spanned<f64>>,
    threshold: Spanned<String>,
    refractory: Option<Spanned<u32>>,
    states: Table<RawState>,
    #[serde(default)]
    parameters: Table<f64>,
    #[serde(default)]
    define: Table<String>,
    equations: Table<String>,
    #[serde(default)]
    reset: Table<String>,
    input: Input,
    inhibition: Option<Input>,
}

/// A state as it stands.
#[derive(Clone, Copy, Deserialize)]
#[serde(deny_unknown_fields)]
struct RawState {
    initial: f64,
    range: [f64; 2],
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Input {
    range: Spanned<[f64; 2]>,
}

/// The rows of a table in the order of the file.
fn rows<T>(table: &Table<T>) -> Vec<(&str, Span, &Spanned<T>)> {
    let row = |(key, value)| {
        let key: &Spanned<String> = key;
        (key.get_ref().as_str(), key.span(), value)
    };
    let mut rows: Vec<_> = table.iter().map(row).collect();
    rows.sort_by_key(|(_, span, _)| span.start);
    rows
}

impl Equations {
    /// Reads a description.
    ///
    /// # Errors
    /// Any [`Fault`], with its line and column.
    pub fn from_toml(text: &str) -> Result<Self, Error> {
        let toml = |e: toml::de::Error| {
            let span = e.span().unwrap_or(0..0);
            Fault::Toml(e.message().to_owned()).at(&span)
        };
        let read = toml::from_str(text).map_err(toml).and_then(|file: File| read(text, &file));
        // A fault within an expression has its place already.
        read.map_err(|e| if e.place.0.is_some() { e } else { e.within(text, 0) })
    }
}

fn read(text: &str, file: &File) -> Result<Equations, Error> {
    let known = Names::of(file)?;
    let method = match &file.method {
        Some(name) => method(name)?,
        None => Method::Euler,
    };
    let mut definitions = Vec::new();
    for (name, _, value) in rows(&file.define) {
        definitions.push((known.place(name), known.number(text, value)?));
    }
    let definitions = ordered(definitions, &known, file)?;
    let mut states = Vec::new();
    for (name, span, raw) in rows(&file.states) {
        states.push(state((name, &span), raw, (text, file, &known))?);
    }
    if method == Method::ExponentialEuler {
        for (place, state) in states.iter_mut().enumerate() {
            let Change::Rate(rate) = &state.change else { continue };
            let linear = slope(rate, place, &definitions).filter(|slope| {
                let mut names = Vec::new();
                slope.names(&mut names);
                !names.contains(&place)
            });
            let fault = || Fault::NotLinear { name: state.name.clone() };
            state.slope = Some(linear.ok_or_else(|| fault().at(&key_of(file, &state.name)))?);
        }
    }
    for (name, span, _) in rows(&file.reset) {
        known.state(name, &span, file)?;
    }
    for (key, span, _) in rows(&file.equations) {
        known.state(state_of(key, &span)?, &span, file)?;
    }
    let parameters = rows(&file.parameters).into_iter().map(|(name, span, value)| {
        let value = *value.get_ref();
        finite(&format!("the parameter {name}"), value, &span)?;
        Ok((name.to_owned(), value))
    });
    Ok(Equations {
        paper: file.paper.clone(),
        method,
        dt: time_step(file)?,
        states,
        input: of_input("the input's range", &file.input)?,
        inhibition: file.inhibition.as_ref().map(inhibition).transpose()?,
        parameters: parameters.collect::<Result<_, _>>()?,
        definitions,
        threshold: known.truth(text, &file.threshold)?,
        refractory: refractory(file)?,
    })
}

/// What expressions may name, in the order of [`Equations`].
struct Names<'a>(Vec<&'a str>);

impl<'a> Names<'a> {
    fn of(file: &'a File) -> Result<Self, Error> {
        let states = rows(&file.states).into_iter().map(|(name, span, _)| (name, span));
        let parameters = rows(&file.parameters).into_iter().map(|(name, span, _)| (name, span));
        let definitions = rows(&file.define).into_iter().map(|(name, span, _)| (name, span));
        let second = file.inhibition.is_some().then_some(INHIBITION);
        let inputs = std::iter::once(INPUT).chain(second).map(|name| (name, 0..0));
        let mut names: Vec<&str> = Vec::new();
        for (name, span) in states.chain(inputs).chain(parameters).chain(definitions) {
            let is_word = name.starts_with(|c: char| c.is_alphabetic() || c == '_')
                && name.chars().all(|c| c.is_alphanumeric() || c == '_');
            if !is_word {
                let (expected, found) = ("a name of letters, digits and _", format!("`{name}`"));
                return Err(Fault::Syntax { expected: expected.to_owned(), found }.at(&span));
            }
            let is_reserved = (name == INPUT && span != (0..0))
                || matches!(name, "and" | "or" | "not")
                || Function::named(name).is_some();
            if is_reserved || names.contains(&name) {
                return Err(Fault::Taken { name: name.to_owned() }.at(&span));
            }
            names.push(name);
        }
        Ok(Self(names))
    }

    fn place(&self, name: &str) -> usize {
        self.0.iter().position(|known| *known == name).unwrap_or_default()
    }

    fn number(&self, text: &str, value: &Spanned<String>) -> Result<Number, Error> {
        let read = parse::number(value.get_ref(), &self.0);
        read.map_err(|e| e.within(text, start(text, value)))
    }

    fn truth(&self, text: &str, value: &Spanned<String>) -> Result<super::Truth, Error> {
        let read = parse::truth(value.get_ref(), &self.0);
        read.map_err(|e| e.within(text, start(text, value)))
    }

    /// Makes sure that a row is of a state.
    fn state(&self, name: &str, span: &Span, file: &File) -> Result<(), Error> {
        if file.states.keys().any(|state| state.get_ref() == name) {
            return Ok(());
        }
        let states = file.states.keys().map(|state| state.get_ref().as_str());
        let nearest = nearest(name, states).map(str::to_owned);
        Err(Fault::Unknown { name: name.to_owned(), nearest }.at(span))
    }
}

/// The first byte of a string's text, behind its quotes.
fn start(text: &str, value: &Spanned<String>) -> usize {
    let at = value.span().start;
    let quoted = &text[at..];
    match ["\"\"\"", "'''"].iter().find(|quote| quoted.starts_with(**quote)) {
        Some(quote) => at + quote.len() + usize::from(quoted[quote.len()..].starts_with('\n')),
        None => at + 1,
    }
}

fn method(name: &Spanned<String>) -> Result<Method, Error> {
    let found = METHODS.iter().find(|(own, _)| own == name.get_ref());
    let names = || METHODS.map(|(name, _)| format!("`{name}`")).join(", ");
    let fault = || Fault::Syntax { expected: names(), found: format!("`{}`", name.get_ref()) };
    found.map(|(_, method)| *method).ok_or_else(|| fault().at(&name.span()))
}

fn time_step(file: &File) -> Result<f64, Error> {
    match &file.dt {
        Some(dt) if dt.get_ref().is_finite() && *dt.get_ref() > 0.0 => Ok(*dt.get_ref()),
        Some(dt) => {
            let (what, legal) = ("dt".to_owned(), "a time above 0");
            Err(Fault::Number { what, value: *dt.get_ref(), legal }.at(&dt.span()))
        }
        None => match rows(&file.equations).into_iter().find(|(key, ..)| key.ends_with("/dt")) {
            None => Ok(1.0),
            Some((_, span, _)) => {
                Err(Fault::Lacks { name: "the neuron".to_owned(), lacks: "dt" }.at(&span))
            }
        },
    }
}

fn refractory(file: &File) -> Result<u32, Error> {
    match &file.refractory {
        Some(steps) if *steps.get_ref() > MOST_REFRACTORY => {
            let (what, value) = ("refractory".to_owned(), f64::from(*steps.get_ref()));
            Err(Fault::Number { what, value, legal: "0 to 15 steps" }.at(&steps.span()))
        }
        Some(steps) => Ok(*steps.get_ref()),
        None => Ok(0),
    }
}

fn finite(what: &str, value: f64, span: &Span) -> Result<(), Error> {
    let (what, legal) = (what.to_owned(), "a finite number");
    if value.is_finite() { Ok(()) } else { Err(Fault::Number { what, value, legal }.at(span)) }
}

fn bounds(what: &str, [low, high]: &[f64; 2], span: &Span) -> Result<Bounds, Error> {
    finite(what, *low, span)?;
    finite(what, *high, span)?;
    if low < high {
        return Ok(Bounds { low: *low, high: *high });
    }
    let (what, legal) = (what.to_owned(), "a range whose second number is the greater one");
    Err(Fault::Number { what, value: *high, legal }.at(span))
}

fn of_input(what: &str, input: &Input) -> Result<Bounds, Error> {
    bounds(what, input.range.get_ref(), &input.range.span())
}

/// The range of a second synapse: that of a sum without its sign.
fn inhibition(input: &Input) -> Result<Bounds, Error> {
    let found = of_input("the inhibition's range", input)?;
    if found.low == 0.0 {
        return Ok(found);
    }
    let (what, legal) = ("the inhibition's lowest value".to_owned(), "0, the least of such sums");
    Err(Fault::Number { what, value: found.low, legal }.at(&input.range.span()))
}

/// The state of an equation, by what stands before it.
fn state_of<'a>(key: &'a str, span: &Span) -> Result<&'a str, Error> {
    let rate = key.strip_prefix('d').and_then(|key| key.strip_suffix("/dt"));
    rate.or_else(|| key.strip_suffix('\'')).ok_or_else(|| {
        let expected = "`dx/dt` or `x'`, where x is a state".to_owned();
        Fault::Syntax { expected, found: format!("`{key}`") }.at(span)
    })
}

/// Where an equation of a state begins.
fn key_of(file: &File, name: &str) -> Span {
    let own = equations_of(file, name);
    own.first().map_or(0..0, |(span, ..)| span.clone())
}

/// The equations of a state: `dX/dt` or `X'`.
fn equations_of<'a>(file: &'a File, name: &str) -> Vec<(Span, bool, &'a Spanned<String>)> {
    let (rate, next) = (format!("d{name}/dt"), format!("{name}'"));
    let of = |(key, span, value): (&str, Span, &'a Spanned<String>)| {
        (key == rate || key == next).then(|| (span, key == rate, value))
    };
    rows(&file.equations).into_iter().filter_map(of).collect()
}

fn state(
    (name, span): (&str, &Span),
    raw: &Spanned<RawState>,
    (text, file, known): (&str, &File, &Names<'_>),
) -> Result<State, Error> {
    let bounds = bounds(&format!("the range of {name}"), &raw.get_ref().range, &raw.span())?;
    let initial = raw.get_ref().initial;
    if !(bounds.low..=bounds.high).contains(&initial) {
        let (what, legal) = (format!("the initial value of {name}"), "one within its range");
        return Err(Fault::Number { what, value: initial, legal }.at(&raw.span()));
    }
    let change = match equations_of(file, name).as_slice() {
        [(_, true, value)] => Change::Rate(known.number(text, value)?),
        [(_, false, value)] => Change::Next(known.number(text, value)?),
        [_, (second, ..), ..] => return Err(Fault::Taken { name: name.to_owned() }.at(second)),
        [] => return Err(Fault::Lacks { name: name.to_owned(), lacks: "equation" }.at(span)),
    };
    let reset = rows(&file.reset).into_iter().find(|(key, ..)| *key == name);
    let reset = reset.map(|(_, _, value)| known.number(text, value)).transpose()?;
    Ok(State { name: name.to_owned(), initial, bounds, change, slope: None, reset })
}

/// Definitions in an order in which each comes after those that it needs.
fn ordered(
    definitions: Vec<(usize, Number)>,
    known: &Names<'_>,
    file: &File,
) -> Result<Vec<(usize, Number)>, Error> {
    let needs = |number: &Number| {
        let mut names = Vec::new();
        number.names(&mut names);
        names.retain(|place| definitions.iter().any(|(own, _)| own == place));
        names
    };
    let needs: Vec<Vec<usize>> = definitions.iter().map(|(_, number)| needs(number)).collect();
    let mut left = definitions;
    let mut left_needs = needs;
    let mut ordered: Vec<(usize, Number)> = Vec::new();
    while !left.is_empty() {
        let is_there = |place: &usize| ordered.iter().any(|(own, _)| own == place);
        let Some(next) = left_needs.iter().position(|needs| needs.iter().all(is_there)) else {
            return Err(circle(&left, &left_needs, known, file));
        };
        ordered.push(left.remove(next));
        left_needs.remove(next);
    }
    Ok(ordered)
}

/// The definitions that need each other, each before the one that it needs.
fn circle(left: &[(usize, Number)], needs: &[Vec<usize>], known: &Names<'_>, file: &File) -> Error {
    let at = |place: usize| left.iter().position(|(own, _)| *own == place);
    let mut walked = vec![0];
    loop {
        let last = walked[walked.len() - 1];
        // Each of those that are left needs another of them.
        let next = needs[last].iter().find_map(|&place| at(place)).unwrap_or_default();
        if let Some(first) = walked.iter().position(|&seen| seen == next) {
            let name = |i: usize| known.0[left[i].0].to_owned();
            let names = walked[first..].iter().map(|&i| name(i)).collect();
            let key = rows(&file.define).into_iter().find(|(own, ..)| *own == name(next));
            return Fault::Loop { names }.at(&key.map_or(0..0, |(_, span, _)| span));
        }
        walked.push(next);
    }
}
