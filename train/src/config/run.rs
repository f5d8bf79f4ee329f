//! The table `[run]`: seed, epochs, batches, and what is held out.

use serde::de::{self, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::fmt;
use std::num::ParseIntError;
use std::ops::RangeInclusive;
use std::str::FromStr;

/// Steps of the optimiser that [`Epochs::Auto`] takes, where the epochs are within [`AUTO_EPOCHS`].
const AUTO_STEPS: usize = 8_000;

/// Epochs of [`Epochs::Auto`].
const AUTO_EPOCHS: RangeInclusive<usize> = 20..=200;

/// The word for [`Epochs::Auto`].
const AUTO: &str = "auto";

/// Seed, epochs, batches, and what is held out.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct RunConfig {
    /// Of parameters, hold-out, order and random spikes; the same seed gives the same network.
    pub seed: u64,
    /// Passes over the training images.
    pub epochs: Epochs,
    /// Images a step of the optimiser.
    pub batch: usize,
    /// The share of the training images that is held out to choose the best epoch, 0 to 0.5. Without
    /// it the last epoch is kept.
    pub holdout: f64,
    /// Epochs without a better one after which training stops early; 0 is never.
    pub patience: usize,
}

impl Default for RunConfig {
    fn default() -> Self {
        Self { seed: 1, epochs: Epochs::Auto, batch: 32, holdout: 0.0, patience: 0 }
    }
}

impl RunConfig {
    /// How many of these training images are held out.
    pub fn held_out(&self, images: usize) -> usize {
        (self.holdout * images as f64).round() as usize
    }

    /// The same with a number of epochs: on so many training images, those held out among them.
    #[must_use]
    pub fn settled(&self, images: usize) -> Self {
        let learn = images - self.held_out(images).min(images);
        let epochs = Epochs::Number(self.epochs.on(learn, self.batch));
        Self { epochs, ..self.clone() }
    }
}

/// Passes over the training images.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Epochs {
    /// As many as 8,000 steps of the optimiser take, at least 20 and at most 200: few images need more passes.
    Auto,
    /// So many, 1 to 1,000,000.
    Number(usize),
}

impl Epochs {
    /// The number, where it is one.
    pub fn number(self) -> Option<usize> {
        match self {
            Self::Auto => None,
            Self::Number(epochs) => Some(epochs),
        }
    }

    /// The number, with so many images to learn from and so many a step.
    pub fn on(self, images: usize, batch: usize) -> usize {
        let steps = images.div_ceil(batch.max(1)).max(1);
        let auto = || AUTO_STEPS.div_ceil(steps).clamp(*AUTO_EPOCHS.start(), *AUTO_EPOCHS.end());
        self.number().unwrap_or_else(auto)
    }
}

impl From<usize> for Epochs {
    fn from(epochs: usize) -> Self {
        Self::Number(epochs)
    }
}

impl fmt::Display for Epochs {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Auto => f.write_str(AUTO),
            Self::Number(epochs) => epochs.fmt(f),
        }
    }
}

impl FromStr for Epochs {
    type Err = ParseIntError;

    fn from_str(text: &str) -> Result<Self, ParseIntError> {
        if text == AUTO { Ok(Self::Auto) } else { text.parse().map(Self::Number) }
    }
}

impl Serialize for Epochs {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Auto => to.serialize_str(AUTO),
            Self::Number(epochs) => epochs.serialize(to),
        }
    }
}

impl<'de> Deserialize<'de> for Epochs {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        from.deserialize_any(Word)
    }
}

/// Reads a number or the word.
struct Word;

impl Visitor<'_> for Word {
    type Value = Epochs;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "a number of epochs or \"{AUTO}\"")
    }

    fn visit_u64<E: de::Error>(self, epochs: u64) -> Result<Epochs, E> {
        let wrong = |_| E::invalid_value(de::Unexpected::Unsigned(epochs), &self);
        usize::try_from(epochs).map(Epochs::Number).map_err(wrong)
    }

    fn visit_i64<E: de::Error>(self, epochs: i64) -> Result<Epochs, E> {
        let wrong = |_| E::invalid_value(de::Unexpected::Signed(epochs), &self);
        usize::try_from(epochs).map(Epochs::Number).map_err(wrong)
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<Epochs, E> {
        let wrong = || E::invalid_value(de::Unexpected::Str(text), &self);
        if text == AUTO { Ok(Epochs::Auto) } else { Err(wrong()) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn few_images_take_more_epochs() {
        let on = |images| Epochs::Auto.on(images, 32);
        assert_eq!((on(120), on(1437), on(60_000)), (200, 178, 20));
        assert_eq!((Epochs::Auto.on(0, 0), Epochs::Number(7).on(120, 32)), (200, 7));
        let run = RunConfig { holdout: 0.5, ..RunConfig::default() };
        assert_eq!(run.settled(2 * 1437).epochs, Epochs::Number(178));
        assert_eq!(RunConfig { epochs: 3.into(), ..run }.settled(9).epochs, Epochs::Number(3));
    }

    #[test]
    fn epochs_are_a_number_or_a_word() {
        let read = |text: &str| toml::from_str::<RunConfig>(text).map(|run| run.epochs);
        assert_eq!(read("epochs = 7").unwrap(), Epochs::Number(7));
        assert_eq!(read("epochs = \"auto\"").unwrap(), Epochs::Auto);
        for wrong in ["\"many\"", "-1", "1.5", "true"] {
            let error = read(&format!("epochs = {wrong}")).unwrap_err().to_string();
            assert!(error.contains("a number of epochs or \"auto\""), "{error}");
        }
        assert_eq!(("auto".parse(), "12".parse()), (Ok(Epochs::Auto), Ok(Epochs::Number(12))));
        assert!("many".parse::<Epochs>().is_err());
    }
}
