//! What a kind of change is: its numbers in the config, and what it does to a sample.

use super::AugmentConfig;
use super::warp::Map;
use crate::TrainError;
use crate::rng::Rng;
use spikestream::Error;
use spikestream::data::ImageShape;

/// A kind of change.
pub(super) struct Kind {
    /// Its key in `[augment]` and its word in `--augment`.
    pub(super) key: &'static str,
    /// What it is told, its strength first: 0 there is off.
    pub(super) numbers: &'static [Number],
    /// Whether it moves pixels, and so takes images alone.
    pub(super) moves: bool,
    /// The change itself, for samples of a shape.
    pub(super) make: fn(&AugmentConfig, ImageShape) -> Box<dyn Change>,
}

/// A number of a kind.
pub(super) struct Number {
    /// Its key in a training config.
    pub(super) key: &'static str,
    pub(super) of: fn(&AugmentConfig) -> f64,
    pub(super) set: fn(&mut AugmentConfig, f64),
    pub(super) is_ok: fn(f64) -> bool,
    /// What it may be, in words.
    pub(super) allowed: &'static str,
}

/// What a kind does to a sample, by random numbers of that sample alone.
pub(super) trait Change: Send + Sync {
    /// Changes where pixels come from.
    fn bend(&self, _rng: &mut Rng, _map: &mut Map) {}

    /// Changes the numbers, after pixels have moved; whether it did.
    fn disturb(&self, _rng: &mut Rng, _numbers: &mut [f32]) -> bool {
        false
    }
}

impl Kind {
    pub(super) fn is_on(&self, config: &AugmentConfig) -> bool {
        self.numbers.first().is_some_and(|strength| (strength.of)(config) != 0.0)
    }

    /// Takes numbers with colons between them. The first must be there; others keep their defaults.
    pub(super) fn set(&self, config: &mut AugmentConfig, text: &str) -> Result<(), Error> {
        let given: Vec<&str> = text.split(':').collect();
        if given.len() > self.numbers.len() {
            let allowed = format!("at most {}, with : between them", self.numbers.len());
            return Err(refused(&format!("augment.{}", self.key), format!("{text:?}"), &allowed));
        }
        for (number, text) in self.numbers.iter().zip(given) {
            let wrong = |_| refused(number.key, format!("{text:?}"), number.allowed);
            let value = text.parse().map_err(wrong)?;
            number.ensure(value)?;
            (number.set)(config, value);
        }
        Ok(())
    }
}

impl Number {
    /// Refuses what is outside the range.
    pub(super) fn ensure(&self, value: f64) -> Result<(), Error> {
        if (self.is_ok)(value) {
            return Ok(());
        }
        Err(refused(self.key, value.to_string(), self.allowed))
    }
}

pub(super) fn refused(field: &str, value: String, allowed: &str) -> Error {
    TrainError::Value { field: field.into(), value, allowed: allowed.into() }.into()
}
