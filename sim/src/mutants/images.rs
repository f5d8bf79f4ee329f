//! Images that disturb a network the most, found with the golden model.
//!
//! A fault in a counter's highest bit, or in how a tie is broken, shows only in an image that counts so far,
//! or that ties. So images are drawn, those that some neuron likes the most among them, and each that shows
//! something that none before it showed is kept.

use std::collections::BTreeSet;

use spikestream::protocol::frame::SYNC;
use spikestream::sc::network::{Golden, Outcome, Schedule};
use spikestream::spec::Net;

use spikestream::random::Random;

/// The seed of the images that no data set holds.
const SEED: u64 = 1;

/// Images that are drawn for what those of extremes do not show.
const DRAWN: usize = 6000;

/// Changes of a pixel that are tried to make an output fire in every step.
const CLIMBS: usize = 1500;

/// What an image may show.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Sight {
    /// A neuron of a layer fires.
    Fires(usize, usize),
    /// An output fires in every step.
    EveryStep,
    /// An output fires more than `2^n` times.
    Counts(u32),
    /// The two best outputs fire equally often: whether the first and the later of them end below 0, and
    /// whether the first is the higher.
    Tie([bool; 3]),
}

/// Images that together show what a network can be made to show.
pub(super) fn disturbing(net: &Net) -> Vec<Vec<u8>> {
    let golden = Golden::new(net, Schedule::Planes);
    let mut seen = BTreeSet::new();
    let mut kept = extremes(net.spec.inputs());
    kept.iter().for_each(|image| seen.extend(sights(net, &golden, image)));
    let mut random = Random::new(SEED);
    let liked = (0..net.spec.layers[0].outputs).map(|neuron| liked(net.row(0, neuron)));
    let climbed = climbed(net, &golden, &mut random);
    let drawn = (0..DRAWN).map(|_| drawn(net.spec.inputs(), &mut random));
    for image in liked.chain(climbed).chain(drawn) {
        let sights = sights(net, &golden, &image);
        if !sights.is_subset(&seen) {
            seen.extend(sights);
            kept.push(image);
        }
    }
    kept
}

/// Images of extremes: bright, dark, edges between them, every level, noise.
fn extremes(inputs: usize) -> Vec<Vec<u8>> {
    let of = |pixel: &dyn Fn(usize) -> u8| (0..inputs).map(pixel).collect::<Vec<u8>>();
    let mut random = Random::new(SEED);
    let mut all = vec![
        of(&|_| 255),
        of(&|_| 0),
        of(&|at| if at % 2 == 0 { 255 } else { 0 }),
        of(&|at| (at * 255 / inputs.max(2)) as u8),
        of(&|_| SYNC),
    ];
    all.extend((0..6).map(|_| (0..inputs).map(|_| random.corner_value(8) as u8).collect()));
    all
}

/// The image that drives a neuron of the first layer the most.
fn liked(weights: &[i8]) -> Vec<u8> {
    weights.iter().map(|&weight| if weight > 0 { 255 } else { 0 }).collect()
}

/// Noise of some density.
fn drawn(inputs: usize, random: &mut Random) -> Vec<u8> {
    let density = random.below(256);
    let mut pixel = || if random.below(256) < density { random.below(256) as u8 } else { 0 };
    (0..inputs).map(|_| pixel()).collect()
}

/// An image in which an output fires in every step, if changing pixels one by one leads to one.
fn climbed(net: &Net, golden: &Golden<'_>, random: &mut Random) -> Option<Vec<u8>> {
    let score = |image: &[u8], class: usize| {
        let outcome = golden.infer(image);
        (outcome.counts[class], outcome.membranes[class])
    };
    (0..net.spec.classes()).find_map(|class| {
        let mut image = liked(&driving(net, class));
        let mut best = score(&image, class);
        for _ in 0..CLIMBS {
            if best.0 == net.spec.time.steps {
                return Some(image);
            }
            let at = random.below(image.len() as u64) as usize;
            let level = [0, 255, random.below(256) as u8][random.below(3) as usize];
            let before = std::mem::replace(&mut image[at], level);
            let now = score(&image, class);
            if now >= best {
                best = now;
            } else {
                image[at] = before;
            }
        }
        None
    })
}

/// What each input does to an output if all neurons were linear: only its sign.
fn driving(net: &Net, class: usize) -> Vec<i8> {
    let last = net.spec.layers.len() - 1;
    let mut of: Vec<i64> = net.row(last, class).iter().map(|&weight| weight.into()).collect();
    for layer in (0..last).rev() {
        let rows = of.iter().enumerate().map(|(neuron, factor)| (net.row(layer, neuron), factor));
        let mut before = vec![0; net.spec.layers[layer].inputs];
        for (row, factor) in rows {
            before
                .iter_mut()
                .zip(row)
                .for_each(|(sum, &weight)| *sum += factor * i64::from(weight));
        }
        of = before;
    }
    of.into_iter().map(|sum| sum.signum() as i8).collect()
}

fn sights(net: &Net, golden: &Golden<'_>, image: &[u8]) -> BTreeSet<Sight> {
    let mut sights = BTreeSet::new();
    let Outcome { counts, membranes, class } = golden.infer_observed(image, |update| {
        if update.fired {
            sights.insert(Sight::Fires(update.layer, update.neuron));
        }
    });
    let most = counts[class];
    sights.extend((most == net.spec.time.steps).then_some(Sight::EveryStep));
    sights.extend((0..u32::BITS).filter(|&n| most > 1 << n.min(31)).map(Sight::Counts));
    let best: Vec<i32> =
        (0..counts.len()).filter(|&at| counts[at] == most).map(|at| membranes[at]).collect();
    if let [first, later] = best[..] {
        sights.insert(Sight::Tie([first < 0, later < 0, first >= later]));
    }
    sights
}

#[cfg(test)]
mod tests {
    use super::*;
    use spikestream::spec::example;

    #[test]
    fn each_image_that_is_kept_shows_something_new() {
        let net = example(&[12, 9, 3]);
        let golden = Golden::new(&net, Schedule::Planes);
        let images = disturbing(&net);
        let extremes = extremes(12);
        assert_eq!(images[..extremes.len()], extremes);
        let mut seen = BTreeSet::new();
        for (at, image) in images.iter().enumerate() {
            let sights = sights(&net, &golden, image);
            assert!(at < extremes.len() || !sights.is_subset(&seen), "image {at}");
            seen.extend(sights);
        }
        assert!(seen.iter().any(|sight| matches!(sight, Sight::Tie(_))), "{seen:?}");
        assert_eq!(images, disturbing(&net));
    }
}
