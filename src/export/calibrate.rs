//! The scales of layers chosen by images, where the largest weight is not the best one.
//!
//! A weight far above the others takes the integers that those would have: the scale is its alone. With a scale that is
//! `r` times finer, all weights above `max|w| / r` are clipped to the largest integer, and the others have `r` times as
//! many steps:
//!
//! ```text
//! Theta(r) = round(r (2^B - 1) * L / 2^B / max|w|)
//! ```
//!
//! Which `r` a layer should have nobody can tell from its weights. So each layer in turn takes the one with which the
//! network in integers is right on most of the images, of equals the smallest, until no layer changes.

use super::wired::with_thresholds;
use super::{FloatNumbers, LayerReport, largest};
use crate::data::Split;
use crate::spec::{Net, NetSpec};
use crate::{Error, eval, neuron};

/// How much finer a scale than that of the largest weight may be.
pub const FINER: [f64; 11] = [1.0, 1.25, 1.5, 2.0, 2.5, 3.0, 4.0, 6.0, 8.0, 12.0, 16.0];

/// Images that a choice rests on at most.
pub const MOST_IMAGES: usize = 2_000;

/// Times that all layers are gone through.
const ROUNDS: usize = 3;

/// What was chosen.
#[derive(Clone, Debug)]
pub struct Calibrated {
    /// The network.
    pub net: Net,
    /// What rounding did to each layer.
    pub reports: Vec<LayerReport>,
    /// How much finer each layer's scale is, one of [`FINER`].
    pub finer: Vec<f64>,
    /// Images of the choice, and how many of them were right before and are now.
    pub images: [usize; 3],
}

impl Calibrated {
    /// What was chosen in sentences, if anything differs from the scale of the largest weights.
    pub fn notes(&self) -> Vec<String> {
        let finer = self.finer.iter().enumerate().filter(|(_, finer)| **finer > 1.0);
        let mut notes: Vec<String> = finer
            .map(|(layer, finer)| {
                let clipped = self.reports[layer].clamped;
                let what = if clipped == 1 { "weight is" } else { "weights are" };
                format!(
                    "layer {layer} has steps {finer} times finer than its largest weight allows: {clipped} {what} clipped"
                )
            })
            .collect();
        let [all, before, after] = self.images;
        if after > before {
            notes.push(format!(
                "so {after} of {all} training images are right, and {before} with the scale of the largest weights"
            ));
        }
        notes
    }
}

/// Turns float layers into a network as [`super::wired`] does, with the scale of each layer by images of the training
/// part. Of many images those are taken that lie evenly among all.
///
/// # Errors
/// As [`super::wired`]; images of another size than the inputs, a label that is no class.
pub fn calibrated(
    skeleton: &NetSpec,
    floats: &[FloatNumbers],
    images: &Split,
) -> Result<Calibrated, Error> {
    let sample = sample(images);
    let mut search = Search { skeleton, floats, images: &sample, finer: vec![1.0; floats.len()] };
    let before = search.right(&search.finer)?;
    let mut best = before;
    for _ in 0..ROUNDS {
        let held = search.finer.clone();
        for layer in (0..floats.len()).filter(|layer| !floats[*layer].weights.is_empty()) {
            best = search.layer(layer)?;
        }
        if search.finer == held {
            break;
        }
    }
    let (net, reports) = with_thresholds(skeleton, floats, &search.thresholds(&search.finer))?;
    Ok(Calibrated {
        net,
        reports,
        finer: search.finer,
        images: [sample.images.len(), before, best],
    })
}

/// As many images as a choice rests on, evenly among all.
fn sample(all: &Split) -> Split {
    let count = all.images.len();
    let taken = count.min(MOST_IMAGES);
    let at = (0..taken).map(|index| index * count / taken.max(1));
    let (images, labels) = at.map(|at| (all.images[at].clone(), all.labels[at])).unzip();
    Split { images, labels }
}

struct Search<'a> {
    skeleton: &'a NetSpec,
    floats: &'a [FloatNumbers],
    images: &'a Split,
    /// What each layer has for now.
    finer: Vec<f64>,
}

impl Search<'_> {
    /// Gives a layer the best scale beside those of the others; says how many images are right.
    fn layer(&mut self, layer: usize) -> Result<usize, Error> {
        let mut best: Option<(usize, f64)> = None;
        let mut tried = Vec::new();
        for finer in FINER {
            let mut all = self.finer.clone();
            all[layer] = finer;
            let threshold = self.thresholds(&all)[layer];
            // Several may be the same threshold.
            if tried.contains(&threshold) {
                continue;
            }
            tried.push(threshold);
            // A bias that no membrane holds at this scale rules it out, not the network.
            let Some(right) = self.fitting(&all)? else { break };
            if best.is_none_or(|(most, _)| right > most) {
                best = Some((right, finer));
            }
        }
        let (right, finer) = best.unwrap_or((0, 1.0));
        self.finer[layer] = finer;
        Ok(right)
    }

    /// Images that are right, unless a bias is beyond the membrane.
    fn fitting(&self, finer: &[f64]) -> Result<Option<usize>, Error> {
        match self.right(finer) {
            Err(Error::Bias { .. }) if finer.iter().any(|finer| *finer > 1.0) => Ok(None),
            other => other.map(Some),
        }
    }

    fn right(&self, finer: &[f64]) -> Result<usize, Error> {
        let (net, _) = with_thresholds(self.skeleton, self.floats, &self.thresholds(finer))?;
        let confusion = eval::evaluate(&net, self.images)?.confusion;
        Ok(confusion.iter().enumerate().map(|(class, row)| row[class] as usize).sum())
    }

    fn thresholds(&self, finer: &[f64]) -> Vec<i32> {
        let most = f64::from(self.skeleton.max_weight()) * self.skeleton.stream.share();
        let layers = self.floats.iter().zip(finer).enumerate();
        let of = |(layer, (floats, finer)): (usize, (&FloatNumbers, &f64))| {
            neuron::threshold(self.skeleton, layer, finer * most / largest(&floats.weights))
        };
        layers.map(of).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::export;
    use crate::spec::example;

    /// A net of two classes that are told by two weights, beside one weight that is 40 times as large and meets no
    /// spike: by the largest weight both are 0.
    fn outlier() -> (NetSpec, Vec<FloatNumbers>, Split) {
        let skeleton = example(&[3, 2]).spec;
        let weights = vec![0.4, -0.1, 0.0, -0.1, 0.4, 16.0];
        let floats = FloatNumbers { weights, biases: vec![0.0; 2], delays: Vec::new() };
        let image = |class: u8| if class == 0 { vec![255, 0, 0] } else { vec![0, 255, 0] };
        let labels: Vec<u8> = (0..8).map(|at| at % 2).collect();
        let images = labels.iter().map(|class| image(*class)).collect();
        (skeleton, vec![floats], Split { images, labels })
    }

    #[test]
    fn a_weight_far_above_the_others_is_clipped_where_that_pays() {
        let (skeleton, floats, images) = outlier();
        let (plain, _) = export::wired(&skeleton, &floats).unwrap();
        assert_eq!(plain.layers[0].weights, [0, 0, 0, 0, 0, 15]);
        let found = calibrated(&skeleton, &floats, &images).unwrap();
        assert!(found.finer[0] > 1.0, "{:?}", found.finer);
        assert_eq!((found.images[0], found.images[2]), (8, 8));
        assert!(found.images[1] < 8);
        assert_eq!(found.net.layers[0].weights[5], 15);
        assert!(found.net.layers[0].weights[0] > 0 && found.reports[0].clamped == 1);
        let notes = found.notes();
        assert!(notes[0].ends_with(": 1 weight is clipped"), "{notes:?}");
        assert!(notes[1].starts_with("so 8 of 8 training images are right"), "{notes:?}");
    }

    #[test]
    fn of_equal_scales_the_largest_weight_s_is_kept() {
        let (skeleton, mut floats, images) = outlier();
        floats[0].weights[5] = 0.0;
        let found = calibrated(&skeleton, &floats, &images).unwrap();
        assert_eq!(found.finer, [1.0]);
        assert!(found.notes().is_empty());
        assert_eq!(found.net, export::wired(&skeleton, &floats).unwrap().0);
    }

    /// At a finer scale a bias has more membrane units: those that no membrane holds are no choice.
    #[test]
    fn a_scale_at_which_a_bias_does_not_fit_is_left_out() {
        let (skeleton, mut floats, images) = outlier();
        floats[0].biases[0] = -1500.0; // 1 step a threshold, 16 units: -24000 of -32768
        let found = calibrated(&skeleton, &floats, &images).unwrap();
        assert_eq!(found.finer, [1.0]);
        floats[0].biases[0] = -3000.0;
        let error = calibrated(&skeleton, &floats, &images).unwrap_err();
        assert_eq!(error.code(), "spikestream::net::bias-range");
    }

    #[test]
    fn many_images_are_sampled_evenly() {
        let all = Split {
            images: (0..5_000).map(|at| vec![(at / 20) as u8]).collect(),
            labels: (0..5_000).map(|at| (at % 7) as u8).collect(),
        };
        let few = sample(&all);
        assert_eq!((few.images.len(), few.labels.len()), (MOST_IMAGES, MOST_IMAGES));
        assert_eq!((few.images[0][0], few.images[MOST_IMAGES - 1][0]), (0, 249));
        assert!(sample(&Split::default()).images.is_empty());
    }
}
