//! Accuracy against length: every combination that was asked for, on one net and its images.

use super::Composed;
use super::accumulations::{self, ACCUMULATIONS, Accumulation};
use super::codings::{self, CODINGS, Coding};
use super::generators::Pair;
use super::setting::{HEARD, Heard, Setting};
use crate::Error;
use crate::data::Split;
use crate::eval;
use crate::spec::Net;
use serde::Serialize;
use std::collections::BTreeMap;

/// What is to be combined; all of what is left empty.
#[derive(Clone, Debug, Default)]
pub struct Asked {
    /// Names of codings.
    pub codings: Vec<String>,
    /// Names of generators, or of pairs of them.
    pub generators: Vec<String>,
    /// Names of accumulations.
    pub accumulations: Vec<String>,
    /// Names of inputs.
    pub heard: Vec<String>,
    /// Lengths.
    pub lengths: Vec<usize>,
}

/// Accuracy at one length.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Point {
    /// L.
    pub length: usize,
    /// Images that are right.
    pub right: u64,
    /// The share of images that is right, 0..=1.
    pub accuracy: f64,
    /// The mean SCC of the first layer's inputs with its weights.
    pub scc: Option<f64>,
}

/// A combination at all lengths.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Row {
    /// What the first layer hears.
    pub inputs: &'static str,
    /// The accumulation.
    pub accumulation: &'static str,
    /// The coding.
    pub coding: &'static str,
    /// The generators.
    pub generator: String,
    /// A point a length.
    pub points: Vec<Point>,
}

/// What a net comes to.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Table {
    /// Images.
    pub images: u64,
    /// Images that the golden model has right.
    pub golden: u64,
    /// Images that are right with exact sums in place of streams, by what the first layer hears.
    pub exact: BTreeMap<&'static str, u64>,
    /// The combinations.
    pub rows: Vec<Row>,
    /// Those that make no sense and were left out, each with its reason.
    pub left_out: Vec<String>,
}

impl Asked {
    /// The combinations, each at all lengths, and those that make no sense. These are an error where they were named: they
    /// are left out only of a choice that was left open.
    ///
    /// # Errors
    /// A name of nothing; a combination that makes no sense, of names; a length that is none.
    pub fn rows(&self) -> Result<(Vec<Vec<Setting>>, Vec<String>), Error> {
        let codings = some(&self.codings, codings::named, || CODINGS.to_vec())?;
        let pairs = some(&self.generators, Pair::named, Pair::all)?;
        let accumulations =
            some(&self.accumulations, accumulations::named, || ACCUMULATIONS.to_vec())?;
        let heard = some(&self.heard, Heard::named, || HEARD.to_vec())?;
        let open = self.codings.is_empty() || self.accumulations.is_empty();
        let (mut rows, mut left_out) = (Vec::new(), Vec::new());
        for heard in heard {
            for &accumulation in &accumulations {
                for &coding in &codings {
                    let of = |generators, length| Setting {
                        coding,
                        generators,
                        accumulation,
                        heard,
                        length,
                    };
                    let row = |pair| {
                        self.lengths.iter().map(|length| of(pair, *length)).collect::<Vec<_>>()
                    };
                    if let (true, Some(reason)) = (open, senseless(coding, accumulation)) {
                        left_out.push(reason);
                        continue;
                    }
                    for pair in &pairs {
                        let row = row(*pair);
                        row.iter().try_for_each(Setting::check)?;
                        rows.push(row);
                    }
                }
            }
        }
        left_out.dedup();
        left_out.sort_unstable();
        left_out.dedup();
        Ok((rows, left_out))
    }

    /// Runs them on a split, and says after each row how many of how many are done.
    ///
    /// # Errors
    /// As [`Asked::rows`] and [`Composed::new`]; images or labels that do not fit the net.
    pub fn run(
        &self,
        net: &Net,
        split: &Split,
        mut done: impl FnMut(usize, usize),
    ) -> Result<Table, Error> {
        let (rows, left_out) = self.rows()?;
        let exact = rows.iter().filter_map(|row| row.first()).map(|setting| setting.heard);
        let exact = exact.collect::<Vec<_>>();
        let mut table = Table {
            images: split.images.len() as u64,
            golden: eval::evaluate(net, split)?.right(),
            exact: BTreeMap::new(),
            rows: Vec::new(),
            left_out,
        };
        for heard in HEARD.into_iter().filter(|heard| exact.contains(heard)) {
            table.exact.insert(heard.name(), Composed::exactly(net, heard)?.right(split)?);
        }
        for (at, row) in rows.iter().enumerate() {
            let points = row.iter().map(|setting| point(net, split, setting));
            let points = points.collect::<Result<Vec<Point>, Error>>()?;
            table.rows.extend(row.first().map(|setting| Row {
                inputs: setting.heard.name(),
                accumulation: setting.accumulation.name(),
                coding: setting.coding.name(),
                generator: setting.generators.to_string(),
                points,
            }));
            done(at + 1, rows.len());
        }
        Ok(table)
    }
}

/// The choices of these names, or all.
fn some<T, E>(
    names: &[String],
    named: impl Fn(&str) -> Result<T, E>,
    all: impl FnOnce() -> Vec<T>,
) -> Result<Vec<T>, E> {
    if names.is_empty() { Ok(all()) } else { names.iter().map(|name| named(name)).collect() }
}

/// Why a coding and an accumulation make no sense together.
fn senseless(
    coding: &'static dyn Coding,
    accumulation: &'static dyn Accumulation,
) -> Option<String> {
    let why = coding.needs_sums().filter(|_| !accumulation.is_sum())?;
    Some(format!("coding {} with accumulation {}: {why}", coding.name(), accumulation.name()))
}

fn point(net: &Net, split: &Split, setting: &Setting) -> Result<Point, Error> {
    let composed = Composed::new(net, setting)?;
    let right = composed.right(split)?;
    let accuracy = right as f64 / split.images.len().max(1) as f64;
    Ok(Point { length: setting.length, right, accuracy, scc: composed.correlation() })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data;
    use std::path::Path;

    fn asked(coding: &[&str], accumulation: &[&str], lengths: &[usize]) -> Asked {
        let names = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect();
        Asked {
            codings: names(coding),
            generators: names(&["counter", "van-der-corput/counter"]),
            accumulations: names(accumulation),
            heard: names(&["streams"]),
            lengths: lengths.to_vec(),
        }
    }

    #[test]
    fn what_makes_no_sense_is_an_error_where_it_was_named() {
        let (rows, left_out) = asked(&[], &[], &[16, 64]).rows().unwrap();
        // Two generators, of four codings with three accumulations but two.
        assert_eq!((rows.len(), left_out.len()), (2 * 10, 2));
        assert!(left_out[0].starts_with("coding bipolar with accumulation or"), "{left_out:?}");
        let error = asked(&["bipolar"], &["or"], &[16]).rows().unwrap_err();
        assert_eq!(error.code(), "spikestream::sc::together");
        assert_eq!(
            asked(&["bipolar"], &["exact"], &[48]).rows().unwrap_err().code(),
            "spikestream::sc::period"
        );
        assert_eq!(
            asked(&["none"], &[], &[16]).rows().unwrap_err().code(),
            "spikestream::sc::unknown"
        );
    }

    #[test]
    fn a_table_has_a_point_for_each_length_and_the_correlation() {
        let net = Net::load(&Path::new(env!("CARGO_MANIFEST_DIR")).join("nets/digits")).unwrap();
        let test = data::digits().test;
        let mut told = Vec::new();
        let asked = asked(&["sign-magnitude"], &["exact"], &[32, 256]);
        let table = asked.run(&net, &test, |at, of| told.push((at, of))).unwrap();
        assert_eq!(told, [(1, 2), (2, 2)]);
        assert_eq!((table.images, table.golden), (360, 355));
        assert_eq!(table.exact.keys().collect::<Vec<_>>(), [&"streams"]);
        let [counter, pair] = &table.rows[..] else { panic!("{table:?}") };
        assert_eq!((&*counter.generator, &*pair.generator), ("counter", "van-der-corput/counter"));
        for (one, two) in counter.points.iter().zip(&pair.points) {
            assert_eq!(one.length, two.length);
            assert!(one.right < two.right, "{one:?}, {two:?}");
            assert!(one.scc.unwrap() > 0.99 && two.scc.unwrap().abs() < 0.1, "{one:?}, {two:?}");
            assert_eq!(one.accuracy, one.right as f64 / 360.0);
        }
    }
}
