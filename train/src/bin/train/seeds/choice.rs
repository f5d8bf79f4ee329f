//! Which run is kept. The test images have no part in it.

use super::record::{Choice, Figures, Record};
use spikestream::Error;
use spikestream_train::TrainError;
use std::cmp::Ordering;

/// Images below which a choice is told to be weak: one image is then more than half a percent.
const FEW: usize = 200;

/// Chooses, and notes it: most images right of those held out, then the lower loss on them, then the
/// smaller seed. Without such images, the lower loss on the training images, then the smaller seed.
pub(super) fn choose(record: &mut Record, held: usize, train: usize) -> Result<u64, Error> {
    let order = |a: &&Figures, b: &&Figures| better(a, b, held);
    let Some(kept) = record.finished().min_by(order).map(|figures| figures.seed) else {
        // Every seed diverged; the first one stands for all.
        let failed = record.runs.iter_mut().find_map(|line| line.failed.take());
        let stopped = TrainError::Stopped { epoch: 0, done: 0 };
        return Err(failed.unwrap_or_else(|| stopped.into()));
    };
    let images = if held > 0 { held } else { train };
    let by = if held > 0 { "held-out images right" } else { "loss on the training images" };
    record.choice = Some(Choice { seed: kept, by: by.into(), images, weak: images < FEW });
    Ok(kept)
}

/// The better of two runs is the lesser one.
fn better(a: &Figures, b: &Figures, held: usize) -> Ordering {
    // Every run holds out as many images, so their number says what the shares say, without rounding.
    let right = |f: &Figures| (f.accuracy.holdout.unwrap_or(0.0) * held as f64).round() as u64;
    let loss = |f: &Figures| match held {
        0 => f.loss.train,
        _ => f.loss.holdout.unwrap_or(f64::INFINITY),
    };
    let losses = loss(a).total_cmp(&loss(b));
    right(b).cmp(&right(a)).then(losses).then(a.seed.cmp(&b.seed))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::summary::Splits;

    fn figures(seed: u64, right: f64, loss: f64, test: f64) -> Figures {
        let splits = |holdout, train| Splits { train, holdout: Some(holdout), test };
        let (accuracy, loss) = (splits(right / 100.0, 0.5), splits(loss, 1.0 - loss));
        let (run, command) = (String::new(), String::new());
        Figures { run, command, seed, epochs: 1, kept: 1, accuracy, loss, integers: None }
    }

    fn best(of: &[Figures], held: usize) -> u64 {
        of.iter().min_by(|a, b| better(a, b, held)).unwrap().seed
    }

    #[test]
    fn images_held_out_choose_then_their_loss_then_the_seed() {
        let [worse, better] = [figures(1, 90.0, 0.1, 1.0), figures(2, 91.0, 0.9, 0.0)];
        assert_eq!(best(&[worse.clone(), better.clone()], 100), 2);
        assert_eq!(best(&[figures(3, 91.0, 0.8, 0.0), better.clone()], 100), 3);
        assert_eq!(best(&[figures(3, 91.0, 0.9, 1.0), better.clone()], 100), 2);
        // Nothing held out: the loss on the training images, here 1 minus the other.
        assert_eq!(best(&[worse, better], 0), 2);
    }
}
