//! The table `[augment]` of a training config, and the same in one line for the command.

use super::KINDS;
use super::kind::Kind;
use crate::TrainError;
use serde::{Deserialize, Serialize};
use spikestream::Error;
use spikestream::nearest::did_you_mean;
use std::fmt;
use std::str::FromStr;

/// The word for no change.
const NONE: &str = "none";

/// How training samples are changed at random. 0 is off, and so is every key that is left out.
///
/// # Example
/// ```
/// use spikestream_train::AugmentConfig;
///
/// let augment: AugmentConfig = "shift=1,rotate=10,elastic=34:4".parse()?;
/// assert_eq!((augment.shift, augment.elastic.alpha, augment.noise), (1, 34.0, 0.0));
/// assert_eq!(augment.to_string(), "shift=1,rotate=10,elastic=34:4");
/// # Ok::<(), spikestream::Error>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct AugmentConfig {
    /// N: the image moves by whole pixels, uniform in -N..=N on each axis.
    #[serde(skip_serializing_if = "is_zero")]
    pub shift: usize,
    /// Degrees: the image turns about its centre by an angle uniform in plus or minus this.
    #[serde(skip_serializing_if = "is_zero")]
    pub rotate: f64,
    /// S: the image is enlarged about its centre by a factor uniform in 1 - S to 1 + S.
    #[serde(skip_serializing_if = "is_zero")]
    pub scale: f64,
    /// Each pixel moves on its own, by a smooth random field.
    #[serde(skip_serializing_if = "ElasticConfig::is_off")]
    pub elastic: ElasticConfig,
    /// The standard deviation of normal noise on each number, in units of the inputs' range `[0, 1]`.
    #[serde(skip_serializing_if = "is_zero")]
    pub noise: f64,
}

/// The random field of an elastic deformation.
///
/// A pixel moves on each axis by `alpha` times the sum of numbers uniform in `[-1, 1)`, one a pixel of
/// the image, under a Gaussian of deviation `sigma` pixels and sum 1 about it; their root mean square is
/// about `alpha / (6.1 sigma)` pixels.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ElasticConfig {
    /// The field's strength in pixels; 0 is off.
    pub alpha: f64,
    /// The deviation of the Gaussian, in pixels.
    pub sigma: f64,
}

impl Default for ElasticConfig {
    fn default() -> Self {
        Self { alpha: 0.0, sigma: 4.0 }
    }
}

impl ElasticConfig {
    fn is_off(&self) -> bool {
        self.alpha == 0.0
    }
}

fn is_zero<T: Default + PartialEq>(value: &T) -> bool {
    *value == T::default()
}

impl AugmentConfig {
    /// One of each kind, at a strength that suits handwritten digits.
    pub fn example() -> Self {
        let elastic = ElasticConfig { alpha: 34.0, sigma: 4.0 };
        Self { shift: 1, rotate: 10.0, scale: 0.1, elastic, noise: 0.02 }
    }

    /// Whether no sample is changed.
    pub fn is_off(&self) -> bool {
        self.kinds().next().is_none()
    }

    /// The kinds that are on.
    pub(super) fn kinds(&self) -> impl Iterator<Item = &'static Kind> {
        KINDS.into_iter().filter(|kind| kind.is_on(self))
    }

    /// Checks what can be checked without the data.
    ///
    /// # Errors
    /// The first number outside its range, by its key.
    pub(crate) fn check(&self) -> Result<(), Error> {
        let mut numbers = KINDS.into_iter().flat_map(|kind| kind.numbers);
        numbers.try_for_each(|number| number.ensure((number.of)(self)))
    }
}

/// The kinds that are on, as `--augment` takes them.
impl fmt::Display for AugmentConfig {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, kind) in self.kinds().enumerate() {
            let comma = if index == 0 { "" } else { "," };
            let numbers: Vec<String> =
                kind.numbers.iter().map(|number| (number.of)(self).to_string()).collect();
            write!(f, "{comma}{}={}", kind.key, numbers.join(":"))?;
        }
        Ok(())
    }
}

/// Kinds with their numbers, such as `shift=1,elastic=34:4`, or `none`; what is left out is off.
impl FromStr for AugmentConfig {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        let mut config = Self::default();
        if text == NONE {
            return Ok(config);
        }
        for word in text.split(',') {
            let (key, numbers) = word.split_once('=').unwrap_or((word, ""));
            let Some(kind) = KINDS.into_iter().find(|kind| kind.key == key) else {
                let meant = did_you_mean(key, KINDS.map(|kind| kind.key));
                return Err(unknown(word, meant));
            };
            kind.set(&mut config, numbers)?;
        }
        Ok(config)
    }
}

/// The error for a word of no kind.
fn unknown(word: &str, meant: Option<String>) -> Error {
    let meant = meant.map(|question| format!("; {question}")).unwrap_or_default();
    let allowed =
        format!("{NONE}, or kinds with their numbers, such as {}{meant}", AugmentConfig::example());
    let (field, value) = ("augment".into(), format!("{word:?}"));
    TrainError::Value { field, value, allowed }.into()
}
