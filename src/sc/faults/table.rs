//! Accuracy against the rate of faults: every combination that was asked for, on one net and its images.

use super::band::wilson;
use super::engines::{self, ENGINES, Engine};
use super::faulty::{Faulty, Tally};
use super::kinds::{self, KINDS, Kind};
use super::setting::Setting;
use crate::Error;
use crate::data::Split;
use crate::eval;
use crate::sc::error::ScError;
use crate::spec::Net;
use serde::Serialize;

/// What is to be combined; all of what is left empty.
#[derive(Clone, Debug, Default)]
pub struct Asked {
    /// Names of engines.
    pub engines: Vec<String>,
    /// Names of kinds of faults.
    pub kinds: Vec<String>,
    /// Rates, of every kind; if none, those of each kind's own curve.
    pub rates: Vec<f64>,
    /// Seeds; at least one.
    pub seeds: Vec<u64>,
    /// Lanes of the engines.
    pub lanes: usize,
}

/// What a net comes to at one rate.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Point {
    /// The share of places that are hit.
    pub rate: f64,
    /// What was hit, the mean over the seeds: bits of the weights' memory, lanes, or bits of what all images ran through.
    pub hit: f64,
    /// Images that are right, a number a seed.
    pub right: Vec<u64>,
    /// The share of images that is right, 0..=1, the mean over the seeds.
    pub accuracy: f64,
    /// That of the seed that got fewest right.
    pub lowest: f64,
    /// That of the seed that got most right.
    pub highest: f64,
    /// What other images might have given at these faults, at 95 %: Wilson's interval of the mean.
    pub band: [f64; 2],
    /// Percentage points of accuracy that the golden model has more.
    pub lost: f64,
}

/// A curve.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Row {
    /// The kind of fault.
    pub fault: &'static str,
    /// What of an engine is spoilt.
    pub spoils: &'static str,
    /// The engines of which that is the same.
    pub engines: Vec<&'static str>,
    /// A point a rate.
    pub points: Vec<Point>,
}

/// The curves of a net.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Table {
    /// Images.
    pub images: u64,
    /// Images that the golden model has right.
    pub golden: u64,
    /// Seeds.
    pub seeds: Vec<u64>,
    /// Lanes of the engines.
    pub lanes: usize,
    /// The curves.
    pub rows: Vec<Row>,
}

/// A curve that is to be run: its engines give the same.
#[derive(Clone, Debug)]
struct Curve {
    kind: &'static dyn Kind,
    engines: Vec<&'static dyn Engine>,
    rates: Vec<f64>,
}

impl Asked {
    /// How many curves there are, if all that was asked for makes sense.
    ///
    /// # Errors
    /// A name of nothing; a rate that is no share; a rate or a seed twice; no seed; lanes that no engine has.
    pub fn check(&self) -> Result<usize, ScError> {
        Ok(self.curves()?.len())
    }

    fn curves(&self) -> Result<Vec<Curve>, ScError> {
        let engines = some(&self.engines, engines::named, &ENGINES)?;
        let kinds = some(&self.kinds, kinds::named, &KINDS)?;
        if self.seeds.is_empty() {
            return Err(ScError::Empty { what: "seeds" });
        }
        once("seed", &self.seeds)?;
        once("rate", &self.rates)?;
        let mut curves: Vec<Curve> = Vec::new();
        for kind in kinds {
            let before = curves.len();
            for &engine in &engines {
                let same =
                    |curve: &&mut Curve| kind.spoils(curve.engines[0]) == kind.spoils(engine);
                if let Some(curve) = curves[before..].iter_mut().find(same) {
                    curve.engines.push(engine);
                    continue;
                }
                let own = kind.rates().to_vec();
                let rates = if self.rates.is_empty() { own } else { self.rates.clone() };
                for &rate in &rates {
                    Setting { engine, kind, rate, seed: 0, lanes: self.lanes }.check()?;
                }
                curves.push(Curve { kind, engines: vec![engine], rates });
            }
        }
        Ok(curves)
    }

    /// Runs them on a split, and says after each point how many of how many are done.
    ///
    /// # Errors
    /// As [`Asked::check`] and [`Faulty::new`]; images or labels that do not fit the net.
    pub fn run(
        &self,
        net: &Net,
        split: &Split,
        mut done: impl FnMut(usize, usize),
    ) -> Result<Table, Error> {
        let curves = self.curves()?;
        let golden = eval::evaluate(net, split)?.right();
        let images = split.images.len() as u64;
        let of = curves.iter().map(|curve| curve.rates.len()).sum();
        let mut rows: Vec<Row> = Vec::new();
        let mut ran = 0;
        for Curve { kind, engines, rates } in curves {
            let mut points = Vec::new();
            for rate in rates {
                let with = |seed: &u64| {
                    let (engine, lanes) = (engines[0], self.lanes);
                    let setting = Setting { engine, kind, rate, seed: *seed, lanes };
                    Faulty::new(net, setting)?.right(split)
                };
                let tallies: Vec<Tally> =
                    self.seeds.iter().map(with).collect::<Result<_, Error>>()?;
                points.push(point(rate, &tallies, images, golden));
                ran += 1;
                done(ran, of);
            }
            let (fault, spoils) = (kind.name(), kind.spoils(engines[0]));
            let engines = engines.iter().map(|engine| engine.name()).collect();
            rows.push(Row { fault, spoils, engines, points });
        }
        Ok(Table { images, golden, seeds: self.seeds.clone(), lanes: self.lanes, rows })
    }
}

/// The choices of these names, or all.
fn some<T: Copy>(
    names: &[String],
    named: impl Fn(&str) -> Result<T, ScError>,
    all: &[T],
) -> Result<Vec<T>, ScError> {
    if names.is_empty() { Ok(all.to_vec()) } else { names.iter().map(|name| named(name)).collect() }
}

/// Refuses a value that is there twice.
fn once<T: PartialEq + ToString>(what: &'static str, values: &[T]) -> Result<(), ScError> {
    let again = |(at, value): &(usize, &T)| values[..*at].contains(value);
    match values.iter().enumerate().find(again) {
        None => Ok(()),
        Some((_, value)) => Err(ScError::Twice { what, value: value.to_string() }),
    }
}

fn point(rate: f64, tallies: &[Tally], images: u64, golden: u64) -> Point {
    let seeds = tallies.len().max(1) as f64;
    let mean = |of: fn(&Tally) -> u64| tallies.iter().map(of).sum::<u64>() as f64 / seeds;
    let share = |right: f64| right / images.max(1) as f64;
    let right: Vec<u64> = tallies.iter().map(|tally| tally.right).collect();
    let each = |right: Option<&u64>| share(right.map_or(0.0, |right| *right as f64));
    let mean_right = mean(|tally| tally.right);
    Point {
        rate,
        hit: mean(|tally| tally.hit),
        accuracy: share(mean_right),
        lowest: each(right.iter().min()),
        highest: each(right.iter().max()),
        band: wilson(mean_right, images),
        lost: 100.0 * share(golden as f64 - mean_right),
        right,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data;
    use std::path::Path;

    fn asked(engines: &[&str], kinds: &[&str], rates: &[f64], seeds: &[u64]) -> Asked {
        let names = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect();
        let (engines, kinds) = (names(engines), names(kinds));
        Asked { engines, kinds, rates: rates.to_vec(), seeds: seeds.to_vec(), lanes: 16 }
    }

    #[test]
    fn engines_that_bear_the_same_are_one_curve() {
        let curves = asked(&[], &[], &[], &[1]).curves().unwrap();
        let told = |curve: &Curve| {
            let engines: Vec<&str> = curve.engines.iter().map(|engine| engine.name()).collect();
            format!("{}: {}", curve.kind.name(), engines.join(" "))
        };
        let expected = [
            "weights: stream planes",
            "weights: binary",
            "products: stream",
            "products: planes",
            "products: binary",
            "membranes: stream planes binary",
            "lanes: stream",
            "lanes: planes",
            "lanes: binary",
        ];
        assert_eq!(curves.iter().map(told).collect::<Vec<_>>(), expected);
    }

    #[test]
    fn what_makes_no_sense_is_refused() {
        let code = |asked: Asked| asked.check().unwrap_err().code();
        assert_eq!(code(asked(&["none"], &[], &[], &[1])), "spikestream::sc::unknown");
        assert_eq!(code(asked(&[], &["none"], &[], &[1])), "spikestream::sc::unknown");
        assert_eq!(code(asked(&[], &[], &[2.0], &[1])), "spikestream::sc::rate");
        assert_eq!(code(asked(&[], &[], &[0.1, 0.1], &[1])), "spikestream::sc::twice");
        assert_eq!(code(asked(&[], &[], &[], &[1, 2, 1])), "spikestream::sc::twice");
        assert_eq!(code(asked(&[], &[], &[], &[])), "spikestream::sc::empty");
        let lanes = Asked { lanes: 7, ..asked(&[], &[], &[], &[1]) };
        assert_eq!(code(lanes), "spikestream::sc::lanes");
    }

    #[test]
    fn a_point_tells_seeds_and_images_apart() {
        let tally = |right| Tally { right, hit: 10 * right };
        let point = point(0.1, &[tally(3), tally(6)], 10, 9);
        assert_eq!(
            (point.hit, point.accuracy, point.lowest, point.highest),
            (45.0, 0.45, 0.3, 0.6)
        );
        assert_eq!((point.band, point.right), (wilson(4.5, 10), vec![3, 6]));
        assert!((point.lost - 45.0).abs() < 1e-9);
    }

    #[test]
    fn more_faults_cost_more_and_two_s_complement_most() {
        let net = Net::load(&Path::new(env!("CARGO_MANIFEST_DIR")).join("nets/digits")).unwrap();
        let test = data::digits().test;
        let test = Split { images: test.images[..90].to_vec(), labels: test.labels[..90].to_vec() };
        let mut told = Vec::new();
        let asked = asked(&["planes", "binary"], &["weights"], &[1e-4, 1e-1], &[1, 2]);
        let table = asked.run(&net, &test, |at, of| told.push((at, of))).unwrap();
        assert_eq!(told, [(1, 4), (2, 4), (3, 4), (4, 4)]);
        let [planes, binary] = &table.rows[..] else { panic!("{table:?}") };
        assert_eq!(planes.spoils, "sign and magnitude");
        // 9,472 weights of five bits, and five standard errors of two seeds.
        let bits = 5.0 * f64::from(64 * 128 + 128 * 10);
        assert!((planes.points[1].hit - 0.1 * bits).abs() < 5.0 * (0.09 * bits / 2.0).sqrt());
        assert!(planes.points[0].lost.abs() < 3.0, "{planes:?}");
        assert!(planes.points[1].lost > 1.0, "{planes:?}");
        assert!(binary.points[1].lost > planes.points[1].lost, "{binary:?}");
    }
}
