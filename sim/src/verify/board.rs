//! Level `board`: a board on a serial port, real or simulated, through the client that everyone uses.

use std::path::Path;

use spikestream::hardware::cycles::Cycles;
use spikestream::sc::network::{Golden, Outcome};
use spikestream::spec::Net;

use super::{Checked, Comparison, Stage, progress_bar};
use crate::SimError;
use spikestream_host::{Client, Patience, Serial};

/// Runs the level: one image after the other, since there is one board.
pub(super) fn stage(
    net: &Net,
    images: &[Vec<u8>],
    engine: &Cycles,
    golden: &Golden<'_>,
    port: &Path,
    baud: u32,
) -> Result<Stage, SimError> {
    let line = Serial::open(port, baud)?;
    let mut client = Client::connect(net, line, Patience::default())?;
    let all: Vec<usize> = (0..images.len()).collect();
    Stage::timed("board on its port", &all, || {
        let progress = progress_bar("board", images.len(), "images");
        let check = |(index, image): (usize, &Vec<u8>)| -> Result<Checked, SimError> {
            let answer = client.infer(image)?;
            let (class, cycles, steps) = (answer.class, answer.cycles.into(), answer.steps);
            let have = Outcome { class, counts: answer.counts, membranes: answer.membranes };
            let mut comparison = Comparison::new("board", "its port", index);
            let want = engine.infer_observed(golden, image, |_| ());
            comparison.outcome(&want.outcome, &have, cycles);
            comparison.value(None, cycles, "busy cycles", want.cycles, cycles);
            comparison.steps(cycles, &want, engine.end_early(), steps);
            progress.inc(1);
            Ok(comparison.finish(class))
        };
        let checked = images.iter().enumerate().map(check).collect();
        progress.finish_and_clear();
        checked
    })
}
