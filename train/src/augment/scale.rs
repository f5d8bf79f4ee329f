//! The kind `scale`: larger or smaller about the centre.

use super::kind::{Change, Kind, Number};
use super::warp::Map;
use crate::rng::Rng;

/// A factor of 0 would leave no image.
const MOST: f64 = 0.9;

pub(super) const KIND: Kind = Kind {
    key: "scale",
    numbers: &[Number {
        key: "augment.scale",
        of: |config| config.scale,
        set: |config, value| config.scale = value,
        is_ok: |value| (0.0..=MOST).contains(&value),
        allowed: "a share of 0 to 0.9",
    }],
    moves: true,
    make: |config, _| Box::new(Scale(config.scale)),
};

struct Scale(f64);

impl Change for Scale {
    fn bend(&self, rng: &mut Rng, map: &mut Map) {
        map.enlarge(1.0 + self.0 * rng.signed());
    }
}
