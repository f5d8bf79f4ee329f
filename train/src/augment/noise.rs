//! The kind `noise`: normal noise on every number.

use super::kind::{Change, Kind, Number};
use crate::rng::Rng;

/// Bits of a random word that choose a quantile.
const BITS: u32 = 12;

pub(super) const KIND: Kind = Kind {
    key: "noise",
    numbers: &[Number {
        key: "augment.noise",
        of: |config| config.noise,
        set: |config, value| config.noise = value,
        is_ok: |value| (0.0..=1.0).contains(&value),
        allowed: "a standard deviation of 0 to 1, where the inputs' range is 1",
    }],
    moves: false,
    make: |config, _| Box::new(Noise::new(config.noise)),
};

/// Normal numbers of a deviation, as `2^BITS` quantiles that are equally likely: a logarithm and a
/// cosine for each pixel would cost more than the training.
struct Noise(Vec<f32>);

impl Noise {
    fn new(deviation: f64) -> Self {
        Self(quantiles(1 << BITS).into_iter().map(|z| (deviation * z) as f32).collect())
    }
}

impl Change for Noise {
    fn disturb(&self, rng: &mut Rng, numbers: &mut [f32]) -> bool {
        for four in numbers.chunks_mut(4) {
            for (x, word) in four.iter_mut().zip(rng.words()) {
                *x += self.0[usize::from(word >> (16 - BITS))];
            }
        }
        true
    }
}

/// The standard normal's quantiles of `(i + 0.5) / count`, `count` even, by adding up its density.
pub(super) fn quantiles(count: usize) -> Vec<f64> {
    const STEP: f64 = 1.0 / 4096.0;
    let density = |z: f64| (-0.5 * z * z).exp() / std::f64::consts::TAU.sqrt();
    let (mut below, mut z) = (0.5, 0.0);
    let mut upper = Vec::with_capacity(count / 2);
    for index in count / 2..count {
        let share = (index as f64 + 0.5) / count as f64;
        let mut next = below + STEP * density(z + 0.5 * STEP);
        while next < share {
            (below, z) = (next, z + STEP);
            next = below + STEP * density(z + 0.5 * STEP);
        }
        upper.push(z + STEP * (share - below) / (next - below));
    }
    upper.iter().rev().map(|z| -z).chain(upper.iter().copied()).collect()
}
