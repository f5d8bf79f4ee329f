//! The passes of short streams: which cycle of the whole stream each of them is, and which planes count twice.

use spikestream::sc::schedule::Schedule;
use spikestream::spec::NetSpec;
use spikestream_flows::FlowError;

use super::Proved;
use super::unit::{Site, Unit, extended, listed, number};

/// Proves it.
pub(super) fn prove(
    site: Site<'_>,
    module: &str,
    spec: &NetSpec,
    schedule: Schedule,
) -> Result<Proved, FlowError> {
    let mut unit = Unit::read(site, "short streams", module)?;
    let (stream, steps) = (&spec.stream, spec.time.steps);
    let planes = schedule == Schedule::Planes;
    let passes = if planes { stream.length.ilog2() + 1 } else { stream.length };
    // The cycle of a step that each pass is, counted from where the step begins: of the upper planes, of which each cycle
    // holds all, the first, and nothing of where the step begins.
    let cycle = |pass: u32| match planes {
        true => (1 << pass) - 1,
        false => pass,
    };
    let is_plane = |pass: u32| planes && pass + 1 < passes;
    let cycles: Vec<u128> = (0..passes).map(|pass| cycle(pass).into()).collect();
    let doubled: Vec<u128> = (0..passes).map(|pass| is_plane(pass).into()).collect();
    let starts: Vec<u128> = (0..steps).map(|step| stream.start(step).into()).collect();

    let (pass, pass_bits) = (unit.now("pass")?, unit.bits("pass"));
    let (turn, turn_bits) = (unit.now("turn")?, unit.bits("turn"));
    unit.assume(&format!("(bvult {pass} {})", number(pass_bits, passes.into())));
    unit.assume(&format!("(bvult {turn} {})", number(turn_bits, steps.into())));
    let (k, own) = (unit.now("k")?, unit.bits("k"));
    let begin = listed(&turn, turn_bits, own, &starts);
    let within = listed(&pass, pass_bits, own, &cycles);
    let twice = listed(&pass, pass_bits, 1, &doubled);
    let from = format!("(ite (= {twice} #b1) {} {begin})", number(own, 0));
    let period = number(own, u128::from(stream.period()) - 1);
    let expected = format!("(bvand (bvadd {from} {within}) {period})");
    unit.claim("a pass is its cycle of the stream", format!("(= {k} {expected})"));
    let (double, bits) = (unit.now("double")?, unit.bits("double"));
    let expected = extended(&twice, 1, bits, false);
    unit.claim("an upper plane counts twice the one below", format!("(= {double} {expected})"));
    unit.prove(
        "a pass is a cycle of the step's window, and an upper plane all cycles that hold it",
        format!("all {passes} passes, all {steps} steps"),
    )
}
