//! How soon the classes of images are decided, as programs tell it.

use super::{Args, Subject};
use crate::data::Split;
use crate::{Error, eval};
use serde::Serialize;
use std::fmt;

/// The time steps that early answers took, in the mean of the images.
#[derive(Serialize)]
pub(super) struct EarlyLine {
    steps: f64,
    of: u32,
    /// The share of all steps that need not be run.
    saved: f64,
    /// Images whose class is that of the whole run: all.
    alike: usize,
    images: usize,
}

impl EarlyLine {
    /// Runs the images both ways, where that was asked for of a network in integers.
    pub(super) fn asked(
        args: &Args<'_>,
        subject: &Subject,
        split: &Split,
    ) -> Result<Option<Self>, Error> {
        let (true, Subject::Integers(net)) = (args.early, subject) else { return Ok(None) };
        let early = eval::predict_early(net, &split.images)?;
        let whole = eval::predict(net, &split.images)?;
        let (images, of) = (early.len(), net.spec.time.steps);
        let total: u64 = early.iter().map(|answer| u64::from(answer.steps)).sum();
        let steps = total as f64 / images.max(1) as f64;
        let alike =
            early.iter().zip(&whole).filter(|(early, whole)| early.class == **whole).count();
        Ok(Some(Self { steps, of, saved: 1.0 - steps / f64::from(of), alike, images }))
    }
}

/// A line of its own.
impl fmt::Display for EarlyLine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { steps, of, saved, alike, images } = self;
        writeln!(
            f,
            "early answers: {steps:.2} of {of} steps in the mean, {:.1} % saved; {alike} of {images} classes \
             as in the whole run",
            100.0 * saved
        )
    }
}
