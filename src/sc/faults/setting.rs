//! A choice of engine, kind of fault, rate, seed and lanes, and whether it makes sense.

use super::engines::{self, Engine};
use super::hits::Hits;
use super::kinds::{self, Kind};
use crate::hardware::LANES;
use crate::sc::error::ScError;

/// Which faults a net has.
#[derive(Clone, Copy, Debug)]
pub struct Setting {
    /// Who computes.
    pub engine: &'static dyn Engine,
    /// What fails.
    pub kind: &'static dyn Kind,
    /// The share of places that are hit, 0..=1.
    pub rate: f64,
    /// Where these are.
    pub seed: u64,
    /// P, lanes of the engine.
    pub lanes: usize,
}

impl Setting {
    /// The setting of these names, on the fewest lanes that are built.
    ///
    /// # Errors
    /// A name of nothing.
    pub fn named(engine: &str, kind: &str, rate: f64, seed: u64) -> Result<Self, ScError> {
        let (engine, kind) = (engines::named(engine)?, kinds::named(kind)?);
        Ok(Self { engine, kind, rate, seed, lanes: LANES[0] })
    }

    /// The hits of a number.
    pub(super) fn hits(&self, number: u64) -> Hits {
        Hits::new(self.seed, number, self.rate)
    }

    /// Whether it makes sense.
    ///
    /// # Errors
    /// A rate that is no share; lanes that no engine has.
    pub fn check(&self) -> Result<(), ScError> {
        if !(0.0..=1.0).contains(&self.rate) {
            return Err(ScError::Rate { rate: self.rate });
        }
        let lanes = self.lanes;
        if !LANES.contains(&lanes) {
            return Err(ScError::Lanes { lanes, legal: LANES.map(|n| n.to_string()).join(", ") });
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_makes_no_sense_is_refused() {
        let setting = Setting::named("planes", "weights", 1e-3, 1).unwrap();
        assert!(setting.check().is_ok());
        let code = |setting: Setting| setting.check().unwrap_err().code();
        for rate in [-1e-9, 1.1, f64::NAN, f64::INFINITY] {
            assert_eq!(code(Setting { rate, ..setting }), "spikestream::sc::rate");
        }
        assert_eq!(code(Setting { lanes: 20, ..setting }), "spikestream::sc::lanes");
        let error = Setting::named("planes", "weight", 0.1, 1).unwrap_err();
        assert_eq!(
            error.remedy(),
            "did you mean `weights`? there are weights, products, membranes, lanes"
        );
    }
}
