//! Codings: what of a number a stream shows, and what sums of products become. A file each and a line in a list.

mod bipolar;
mod sign_magnitude;
mod unipolar;
mod unipolar_page;

use crate::nearest::did_you_mean;
use crate::sc::coding::Gate;
use crate::sc::error::ScError;
use std::fmt::Debug;

/// What a layer's weights are.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Facts {
    /// `2^B`, which a magnitude stays below.
    pub whole: i32,
    /// m, the smallest weight.
    pub minimum: i32,
    /// M, the largest.
    pub maximum: i32,
    /// The threshold, in weight steps.
    pub threshold: i32,
    /// N.
    pub inputs: usize,
}

/// A weight as a stream.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Coded {
    /// The share of ones.
    pub ones: f64,
    /// Whether its products count down.
    pub is_negative: bool,
}

/// What a counter has seen, in whole streams.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Sums {
    /// The products of a neuron.
    pub products: f64,
    /// The inputs, which all neurons share.
    pub inputs: f64,
}

/// A way to show numbers as streams.
pub trait Coding: Debug + Sync {
    /// Its name.
    fn name(&self) -> &'static str;

    /// What it is, in one line.
    fn about(&self) -> &'static str;

    /// What multiplies.
    fn gate(&self) -> Gate {
        Gate::And
    }

    /// The share of ones of an input of 0..=1.
    fn input(&self, value: f64) -> f64 {
        value
    }

    /// A weight's stream.
    fn weight(&self, weight: i32, of: &Facts) -> Coded;

    /// What a neuron hears, in weight steps.
    fn current(&self, sums: Sums, of: &Facts) -> f64;

    /// Why it needs true sums, if it does.
    fn needs_sums(&self) -> Option<&'static str> {
        None
    }
}

/// All codings.
pub const CODINGS: [&dyn Coding; 4] = [
    &unipolar_page::UnipolarPage,
    &unipolar::Unipolar,
    &bipolar::Bipolar,
    &sign_magnitude::SignMagnitude,
];

/// The coding of a name.
///
/// # Errors
/// A name that none has.
pub fn named(name: &str) -> Result<&'static dyn Coding, ScError> {
    CODINGS.into_iter().find(|one| one.name() == name).ok_or_else(|| ScError::Unknown {
        what: "coding",
        name: name.into(),
        legal: CODINGS.map(|one| one.name()).join(", "),
        nearest: did_you_mean(name, CODINGS.map(|one| one.name())),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const FACTS: Facts = Facts { whole: 16, minimum: -13, maximum: 11, threshold: 57, inputs: 9 };

    /// With ideal streams, which multiply as numbers do, a sum is that of the weights; on the page it is another.
    #[test]
    fn ideal_streams_give_the_sum() {
        let weights = [-13, 11, 0, 4, -7, 3, -1, 9, -13];
        let inputs = [0.0, 1.0, 0.25, 0.5, 0.75, 1.0, 0.0, 0.125, 1.0];
        let exact: f64 = weights.iter().zip(inputs).map(|(q, x)| f64::from(*q) * x).sum();
        for coding in CODINGS {
            let products = weights.iter().zip(inputs).map(|(q, x)| {
                let (w, x) = (coding.weight(*q, &FACTS), coding.input(x));
                assert!((0.0..=1.0).contains(&w.ones), "{}", coding.name());
                let product = match coding.gate() {
                    Gate::And => w.ones * x,
                    Gate::Xnor => w.ones * x + (1.0 - w.ones) * (1.0 - x),
                };
                if w.is_negative { -product } else { product }
            });
            let sums = Sums {
                products: products.sum(),
                inputs: inputs.map(|x| coding.input(x)).iter().sum(),
            };
            let found = coding.current(sums, &FACTS);
            let same = (found - exact).abs() < 1e-9;
            assert_eq!(same, coding.name() != "unipolar-page", "{}: {found}", coding.name());
        }
    }

    #[test]
    fn equal_weights_have_streams_too() {
        let facts = Facts { minimum: -3, maximum: -3, ..FACTS };
        for coding in CODINGS {
            assert!(coding.weight(-3, &facts).ones.is_finite(), "{}", coding.name());
        }
    }

    #[test]
    fn a_name_is_one_codings() {
        for coding in CODINGS {
            assert_eq!(named(coding.name()).unwrap().about(), coding.about());
        }
        let error = named("bipolr").unwrap_err();
        assert_eq!(
            error.remedy(),
            "did you mean `bipolar`? there are unipolar-page, unipolar, bipolar, sign-magnitude"
        );
    }
}
