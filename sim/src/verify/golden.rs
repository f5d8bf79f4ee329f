//! Level `golden`: the model with real bitstreams against the model by bit planes.

use spikestream::sc::network::{Golden, Schedule};
use spikestream::spec::Net;

use super::{Bench, Checked, Comparison, Stage, sweep};
use crate::SimError;

struct GoldenBench<'a> {
    planes: Golden<'a>,
    stream: Golden<'a>,
}

impl Bench for GoldenBench<'_> {
    fn check(&mut self, index: usize, image: &[u8]) -> Result<Checked, SimError> {
        let (mut expected, mut got) = (Vec::new(), Vec::new());
        let want = self.planes.infer_observed(image, |update| expected.push(update));
        let have = self.stream.infer_observed(image, |update| got.push((0, update)));
        let mut comparison = Comparison::new("golden model", "streams", index);
        comparison.updates(&expected, &got);
        comparison.outcome(&want, &have, 0);
        Ok(comparison.finish(have.class))
    }
}

/// Runs the level.
pub(super) fn stage(net: &Net, images: &[Vec<u8>]) -> Result<Stage, SimError> {
    let make = || -> Result<Box<dyn Bench + '_>, SimError> {
        Ok(Box::new(GoldenBench {
            planes: Golden::new(net, Schedule::Planes),
            stream: Golden::new(net, Schedule::Stream),
        }))
    };
    let all: Vec<usize> = (0..images.len()).collect();
    Stage::timed("streams", &all, || sweep("golden", images, &all, &make))
}
