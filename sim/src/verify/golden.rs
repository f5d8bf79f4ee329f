//! Level `golden`: the model with real bitstreams against the model by bit planes.

use spikestream::progress::Heartbeat;
use spikestream::sc::network::{Golden, Schedule};
use spikestream::spec::Net;

use super::{Bench, Checked, Comparison, Stage, sweep};
use crate::SimError;

/// Both models, which all threads share: their tables are the largest thing in memory.
struct GoldenBench<'a> {
    planes: &'a Golden<'a>,
    stream: &'a Golden<'a>,
}

impl Bench for GoldenBench<'_> {
    fn check(&mut self, index: usize, image: &[u8]) -> Result<Checked, SimError> {
        let mut expected = Vec::new();
        let want = self.planes.infer_observed(image, |update| expected.push(update));
        let mut comparison = Comparison::new("golden model", "streams", index);
        // One by one as they come, since those of a large network take as much memory once more.
        let mut next = 0;
        let have = self.stream.infer_observed(image, |update| {
            comparison.updates(expected.get(next..=next).unwrap_or_default(), &[(0, update)]);
            next += 1;
        });
        comparison.updates(expected.get(next..).unwrap_or_default(), &[]);
        comparison.outcome(&want, &have, 0);
        Ok(comparison.finish(have.class))
    }
}

/// Runs the level.
pub(super) fn stage(net: &Net, images: &[Vec<u8>]) -> Result<Stage, SimError> {
    // Of a large network this takes longer than the images.
    let heartbeat = Heartbeat::start("building the golden model's tables");
    let [planes, stream] = [Schedule::Planes, Schedule::Stream].map(|s| Golden::new(net, s));
    drop(heartbeat);
    let make = || -> Result<Box<dyn Bench + '_>, SimError> {
        Ok(Box::new(GoldenBench { planes: &planes, stream: &stream }))
    };
    let all: Vec<usize> = (0..images.len()).collect();
    Stage::timed("streams", &all, || sweep("golden", images, &all, &make))
}
