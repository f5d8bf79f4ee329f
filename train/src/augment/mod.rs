//! Augmentation: training samples changed at random, anew for each sample and epoch, before the encoder.
//!
//! A kind of change is a file here, a line of `KINDS` and a field of [`AugmentConfig`].

mod config;
mod elastic;
mod kind;
mod noise;
mod rotate;
mod scale;
mod shift;
#[cfg(test)]
mod tests;
mod warp;

pub use config::{AugmentConfig, ElasticConfig};

use crate::rng::Rng;
use crate::{TrainConfig, TrainError};
use kind::{Change, Kind, refused};
use rayon::prelude::*;
use spikestream::Error;
use spikestream::data::{Dataset, ImageShape};
use warp::Map;

/// Every kind, in the order in which each draws its random numbers.
const KINDS: [&Kind; 5] = [&shift::KIND, &rotate::KIND, &scale::KIND, &elastic::KIND, &noise::KIND];

/// Samples that a thread takes at least: fewer are not worth waking another for.
const FEWEST: usize = 8;

/// What changes the training samples of a run.
pub struct Augment {
    shape: ImageShape,
    changes: Vec<Box<dyn Change>>,
}

/// The changes of one epoch: what a sample becomes follows from the epoch's seed and the sample's place in
/// the data alone.
#[derive(Clone, Copy)]
pub struct Augmented<'a> {
    by: &'a Augment,
    seed: u64,
}

impl TrainConfig {
    /// What changes the training samples of these data.
    ///
    /// A table of numbers is an image if the option `shape` of the data says how they lie.
    ///
    /// # Errors
    /// As [`Augment::new`].
    pub fn augment(&self, data: &Dataset) -> Result<Augment, Error> {
        let is_image = data.columns.is_empty() || self.data.shape.is_some();
        let row = ImageShape { channels: 1, height: 1, width: data.shape.pixels() };
        Augment::new(&self.augment, if is_image { data.shape } else { row })
    }
}

impl Augment {
    /// The changes of a config, for samples of this shape; of height 1 they are no images.
    ///
    /// # Errors
    /// A number outside its range; what moves pixels where there are no images; a shift as far as an image
    /// is wide or high.
    pub fn new(config: &AugmentConfig, shape: ImageShape) -> Result<Self, Error> {
        config.check()?;
        for kind in config.kinds().filter(|kind| kind.moves) {
            ensure_fits(kind, config, shape)?;
        }
        let changes = config.kinds().map(|kind| (kind.make)(config, shape)).collect();
        Ok(Self { shape, changes })
    }

    /// The changes of an epoch with this seed.
    pub fn epoch(&self, seed: u64) -> Augmented<'_> {
        Augmented { by: self, seed: Rng::new(seed, 5).next_seed() }
    }
}

impl Augmented<'_> {
    /// Changes samples in place.
    ///
    /// # Shapes
    /// - `numbers`: `[samples][channels][height][width]`, in `[0, 1]`; the result is in `[0, 1]` on the grid
    ///   of 1/255, as pixels are, wherever it is not a copy
    /// - `places`: each sample's place in the data
    ///
    /// # Errors
    /// Another number of numbers than those samples have.
    pub fn change(&self, numbers: &mut [f32], places: &[usize]) -> Result<(), TrainError> {
        let width = self.by.shape.pixels();
        if numbers.len() != width * places.len() {
            let (what, found) = ("the number of inputs".into(), numbers.len().to_string());
            let expected = format!("{} samples of {width} each", places.len());
            return Err(TrainError::Shape { what, found, expected });
        }
        if self.by.changes.is_empty() {
            return Ok(());
        }
        let rows = numbers.par_chunks_mut(width).zip(places).with_min_len(FEWEST);
        let room = || (Map::new(), vec![0.0; width]);
        rows.for_each_init(room, |(map, sample), (row, place)| {
            sample.copy_from_slice(row);
            self.one(*place, sample, map, row);
        });
        Ok(())
    }

    /// Changes one sample.
    fn one(&self, place: usize, from: &[f32], map: &mut Map, to: &mut [f32]) {
        let mut rng = Rng::new(self.seed, place as u64);
        map.reset();
        self.by.changes.iter().for_each(|change| change.bend(&mut rng, map));
        let mut computed = map.apply(from, self.by.shape, to);
        for change in &self.by.changes {
            computed |= change.disturb(&mut rng, to);
        }
        if computed {
            to.iter_mut().for_each(|x| *x = on_grid(*x));
        }
    }
}

/// The nearest number that a pixel can be.
fn on_grid(x: f32) -> f32 {
    // The cast ends at 0 and 255.
    f32::from((x * 255.0 + 0.5) as u8) / 255.0
}

/// What moves pixels needs some, and must leave some.
fn ensure_fits(kind: &Kind, config: &AugmentConfig, shape: ImageShape) -> Result<(), Error> {
    let ImageShape { channels, height, width } = shape;
    let Some(strength) = kind.numbers.first() else { return Ok(()) };
    let value = (strength.of)(config).to_string();
    if height == 1 {
        let allowed = format!(
            "0, since these samples are rows of {} numbers and no images; if they are images, say so with \
             the data: shape=CHANNELSxHEIGHTxWIDTH",
            channels * width
        );
        return Err(refused(strength.key, value, &allowed));
    }
    let side = height.min(width);
    if config.shift >= side {
        let allowed = format!("a number below {side}, the smaller side of an image");
        return Err(refused(shift::KIND.numbers[0].key, config.shift.to_string(), &allowed));
    }
    Ok(())
}
