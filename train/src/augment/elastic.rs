//! The kind `elastic`: each pixel moves on its own, by a smooth random field (Simard, Steinkraus and
//! Platt 2003).

use super::kind::{Change, Kind, Number};
use super::warp::Map;
use crate::rng::Rng;
use spikestream::data::ImageShape;

/// Wider fields move an image as a whole, and cost ever more.
const WIDEST: f64 = 32.0;

/// Where the Gaussian ends, in deviations.
const REACH: f64 = 3.0;

pub(super) const KIND: Kind = Kind {
    key: "elastic",
    numbers: &[
        Number {
            key: "augment.elastic.alpha",
            of: |config| config.elastic.alpha,
            set: |config, value| config.elastic.alpha = value,
            is_ok: |value| (0.0..=1e6).contains(&value),
            allowed: "a number of 0 to 1000000",
        },
        Number {
            key: "augment.elastic.sigma",
            of: |config| config.elastic.sigma,
            set: |config, value| config.elastic.sigma = value,
            is_ok: |value| (0.1..=WIDEST).contains(&value),
            allowed: "a number of pixels of 0.1 to 32",
        },
    ],
    moves: true,
    make: |config, shape| Box::new(Elastic::new(config.elastic.alpha, config.elastic.sigma, shape)),
};

/// A field over an image.
pub(super) struct Elastic {
    shape: ImageShape,
    /// Half a Gaussian, from its middle on; both halves have the sum 1.
    gaussian: Vec<f32>,
    alpha: f32,
}

impl Elastic {
    pub(super) fn new(alpha: f64, sigma: f64, shape: ImageShape) -> Self {
        let reach = (REACH * sigma).ceil() as usize;
        let at = |d: usize| (-0.5 * (d as f64 / sigma).powi(2)).exp();
        let sum = at(0) + 2.0 * (1..=reach).map(at).sum::<f64>();
        let gaussian = (0..=reach).map(|d| (at(d) / sum) as f32).collect();
        Self { shape, gaussian, alpha: alpha as f32 }
    }

    /// How far the pixels move on one axis, row-major.
    fn field(&self, rng: &mut Rng, spare: &mut Vec<f32>, field: &mut [f32]) {
        let ImageShape { height, width, .. } = self.shape;
        let reach = self.gaussian.len() - 1;
        // Rows with zeros between them, so that a sum along a row meets no other.
        let stride = width + reach;
        let padded = reach + height * stride;
        spare.clear();
        spare.resize(2 * padded, 0.0);
        let (drawn, smooth) = spare.split_at_mut(padded);
        let step = 2.0 * self.alpha / 65536.0;
        for row in 0..height {
            let row = &mut drawn[reach + row * stride..][..width];
            for four in row.chunks_mut(4) {
                for (x, word) in four.iter_mut().zip(rng.words()) {
                    *x = (f32::from(word) - 32767.5) * step;
                }
            }
        }
        along(drawn, smooth, 1, &self.gaussian);
        // From here on the zeros between rows no longer matter: a column meets none of them.
        drawn.fill(0.0);
        along(smooth, drawn, stride, &self.gaussian);
        for (to, from) in field.chunks_mut(width).zip(drawn[reach..].chunks(stride)) {
            to.copy_from_slice(&from[..width]);
        }
    }
}

/// Adds to each place what lies `d` times `stride` before and behind it, times the d-th weight.
fn along(from: &[f32], to: &mut [f32], stride: usize, weights: &[f32]) {
    for (d, weight) in weights.iter().enumerate() {
        let away = d * stride;
        let Some(inner) = from.len().checked_sub(away) else { return };
        add(&mut to[away..], &from[..inner], *weight);
        if d > 0 {
            add(&mut to[..inner], &from[away..], *weight);
        }
    }
}

fn add(to: &mut [f32], from: &[f32], weight: f32) {
    for (to, from) in to.iter_mut().zip(from) {
        *to += weight * from;
    }
}

impl Change for Elastic {
    fn bend(&self, rng: &mut Rng, map: &mut Map) {
        let pixels = self.shape.height * self.shape.width;
        map.field.resize(2 * pixels, 0.0);
        let (down, right) = map.field.split_at_mut(pixels);
        self.field(rng, &mut map.spare, down);
        self.field(rng, &mut map.spare, right);
    }
}
