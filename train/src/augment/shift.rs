//! The kind `shift`: whole pixels, as many on either axis.

use super::kind::{Change, Kind, Number};
use super::warp::Map;
use crate::rng::Rng;

/// More pixels than any image has on a side.
const MOST: f64 = 65535.0;

pub(super) const KIND: Kind = Kind {
    key: "shift",
    numbers: &[Number {
        key: "augment.shift",
        of: |config| config.shift as f64,
        set: |config, value| config.shift = value as usize,
        is_ok: |value| value.fract() == 0.0 && (0.0..=MOST).contains(&value),
        allowed: "a whole number of pixels, 0 or more, below the sides of an image",
    }],
    moves: true,
    make: |config, _| Box::new(Shift(config.shift)),
};

struct Shift(usize);

impl Change for Shift {
    fn bend(&self, rng: &mut Rng, map: &mut Map) {
        map.shift = [(); 2].map(|()| rng.below(2 * self.0 + 1) as isize - self.0 as isize);
    }
}
