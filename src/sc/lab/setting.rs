//! A choice of coding, generators, accumulation and length, and whether it makes sense.

use super::accumulations::{self, Accumulation};
use super::codings::{self, Coding};
use super::generators::Pair;
use crate::nearest::did_you_mean;
use crate::sc::error::ScError;

/// What the first layer hears.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Heard {
    /// Each pixel as a stream of its own, the same in every time step: streams meet streams.
    Streams,
    /// The spikes of the net's encoder, each held for a whole stream: nothing to be correlated with.
    Spikes,
}

/// Both.
pub const HEARD: [Heard; 2] = [Heard::Streams, Heard::Spikes];

impl Heard {
    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Streams => "streams",
            Self::Spikes => "spikes",
        }
    }

    /// That of a name.
    ///
    /// # Errors
    /// A name that none has.
    pub fn named(name: &str) -> Result<Self, ScError> {
        HEARD.into_iter().find(|one| one.name() == name).ok_or_else(|| ScError::Unknown {
            what: "kind of inputs",
            name: name.into(),
            legal: HEARD.map(Self::name).join(", "),
            nearest: did_you_mean(name, HEARD.map(Self::name)),
        })
    }
}

/// The lengths that streams can have.
pub const LENGTHS: std::ops::RangeInclusive<usize> = 2..=4096;

/// How a net is composed.
#[derive(Clone, Copy, Debug)]
pub struct Setting {
    /// How numbers are shown.
    pub coding: &'static dyn Coding,
    /// Where the numbers behind streams come from.
    pub generators: Pair,
    /// How products are added.
    pub accumulation: &'static dyn Accumulation,
    /// What the first layer hears.
    pub heard: Heard,
    /// L, cycles of a stream.
    pub length: usize,
}

impl Setting {
    /// The setting of these names.
    ///
    /// # Errors
    /// A name of nothing.
    pub fn named(
        coding: &str,
        generators: &str,
        accumulation: &str,
        heard: &str,
        length: usize,
    ) -> Result<Self, ScError> {
        Ok(Self {
            coding: codings::named(coding)?,
            generators: Pair::named(generators)?,
            accumulation: accumulations::named(accumulation)?,
            heard: Heard::named(heard)?,
            length,
        })
    }

    /// Whether it makes sense.
    ///
    /// # Errors
    /// A coding that needs sums with an accumulation that gives none; a length that no stream has, or at which a
    /// generator has no whole period.
    pub fn check(&self) -> Result<(), ScError> {
        if let (Some(why), false) = (self.coding.needs_sums(), self.accumulation.is_sum()) {
            let first = format!("coding {}", self.coding.name());
            let second = format!("accumulation {}", self.accumulation.name());
            return Err(ScError::Together { first, second, why });
        }
        let length = self.length;
        if !LENGTHS.contains(&length) {
            let (least, most) = LENGTHS.into_inner();
            return Err(ScError::Cycles { length, least, most });
        }
        let pair = [self.generators.weights, self.generators.inputs];
        let periodic = pair.into_iter().find(|one| one.is_periodic());
        match periodic.filter(|_| !length.is_power_of_two()) {
            None => Ok(()),
            Some(one) => Err(ScError::Period { generator: one.name(), length }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_makes_no_sense_is_refused_by_name() {
        let told = |coding, pair, accumulation, length| {
            let setting = Setting::named(coding, pair, accumulation, "streams", length);
            setting.and_then(|s| s.check()).map_or_else(|e| e.to_string(), |()| "ok".into())
        };
        assert_eq!(told("sign-magnitude", "sobol", "or", 16), "ok");
        assert_eq!(told("bipolar", "random", "mux", 100), "ok");
        assert_eq!(
            told("bipolar", "sobol", "or", 16),
            "coding bipolar makes no sense with accumulation or: half of all bits are ones where nothing is said"
        );
        assert!(told("unipolar", "sobol", "or", 16).contains("corrects a sum"));
        assert_eq!(told("unipolar-page", "sobol", "or", 16), "ok");
        assert!(told("bipolar", "random/sobol", "exact", 100).starts_with("generator sobol"));
        assert!(told("bipolar", "random", "exact", 1).contains("outside 2..=4096"));
        assert!(told("bipolar", "random", "exact", 4097).contains("outside 2..=4096"));
        let period = Setting::named("bipolar", "ruler", "exact", "streams", 100).unwrap();
        let error = period.check().unwrap_err();
        assert_eq!(error.remedy(), "give 64 or 128, or take generator random");
        assert!(Setting::named("bipolar", "ruler", "exact", "spike", 16).is_err());
    }
}
