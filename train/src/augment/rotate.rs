//! The kind `rotate`: a turn about the centre.

use super::kind::{Change, Kind, Number};
use super::warp::Map;
use crate::rng::Rng;

pub(super) const KIND: Kind = Kind {
    key: "rotate",
    numbers: &[Number {
        key: "augment.rotate",
        of: |config| config.rotate,
        set: |config, value| config.rotate = value,
        is_ok: |value| (0.0..=180.0).contains(&value),
        allowed: "a number of degrees of 0 to 180",
    }],
    moves: true,
    make: |config, _| Box::new(Rotate(config.rotate)),
};

struct Rotate(f64);

impl Change for Rotate {
    fn bend(&self, rng: &mut Rng, map: &mut Map) {
        map.turn(self.0 * rng.signed());
    }
}
