//! The rule by which a run ends early: when it ends, no class can catch the one that leads.
//!
//! Said of the rule alone, for all counts: whatever a class has that is no more than the largest of the others, and
//! whatever it and the leader gain in the steps that are left, it stays behind. And the rule misses nothing: where a run
//! goes on, some class could still come level. That the largest of the others is what it is called, is proved with the
//! readout.

use spikestream::spec::NetSpec;
use spikestream_flows::FlowError;

use super::Proved;
use super::unit::{Site, Unit, extended, number};

/// Proves it.
pub(super) fn prove(site: Site<'_>, module: &str, spec: &NetSpec) -> Result<Proved, FlowError> {
    let mut unit = Unit::read(site, "early end", module)?;
    let steps = spec.time.steps;
    remaining(&mut unit, steps)?;
    rule(&mut unit, steps, spec.classes() == 1)?;
    let over = format!("all counts and all that is gained in up to {steps} steps");
    unit.prove("no class catches the one that leads when a run ends, and one could before", over)
}

/// The steps that were run and those that are left are all steps, and a restart moves one from these to those.
fn remaining(unit: &mut Unit<'_>, steps: u32) -> Result<(), FlowError> {
    let [begins, restart, opened] = ["begins", "restart", "opened.q"].map(|wire| unit.now(wire));
    let (begins, restart, opened) = (begins?, restart?, opened?);
    let bits = unit.bits("left.state");
    let [left, taken] = ["left.state", "taken.state"]
        .map(|register| Ok::<_, FlowError>([unit.now(register)?, unit.after(register)?]));
    let (left, taken) = (left?, taken?);
    let all = number(bits, steps.into());
    let whole = |at: usize| {
        let (left, taken) = (&left[at], &taken[at]);
        format!("(and (bvule {left} {all}) (= (bvadd {left} {taken}) {all}))")
    };
    let goes_on = format!(
        "(or (= {begins} #b1) (= {restart} #b0) (not (= {} {})))",
        left[0],
        number(bits, 0)
    );
    let stays = format!("(=> (and {goes_on} {}) {})", whole(0), whole(1));
    unit.claim("the steps that were run and those that are left are all steps", stays);
    let begin = format!("(=> (= {begins} #b1) (and (= {} {all}) {}))", left[1], whole(1));
    unit.claim("an image begins with all steps left", begin);
    let ends = format!("(and (= {begins} #b0) (= {restart} #b1) (= {opened} #b1))");
    let one = number(bits, 1);
    let moved = format!(
        "(= {} (ite {ends} (bvadd {} {one}) (ite (= {begins} #b1) {} {})))",
        taken[1],
        taken[0],
        number(bits, 0),
        taken[0]
    );
    unit.claim("the end of a step is counted, and nothing else", moved);
    let judged = unit.after("judging.q")?;
    unit.claim("the end of a step is judged", format!("(= (= {judged} #b1) {ends})"));
    Ok(())
}

/// What `stop` means, whatever comes.
fn rule(unit: &mut Unit<'_>, steps: u32, alone: bool) -> Result<(), FlowError> {
    /// Bits in which no sum of counts wraps.
    const WIDE: usize = 16;
    let own = unit.bits("second.state");
    let [judging, busy, best] = ["judging.q", "busy", "best"].map(|wire| unit.now(wire));
    let (judging, busy, best) = (judging?, busy?, best?);
    let [second, left] = ["second.state", "left.state"].map(|register| unit.now(register));
    let [second, left] = [extended(&second?, own, WIDE, false), extended(&left?, own, WIDE, false)];
    let [count, gain, more] =
        ["its_count", "its_gain", "leaders_gain"].map(|name| unit.constant(name, WIDE));
    let most = number(WIDE, steps.into());
    for count in [&best, &second, &left] {
        unit.assume(&format!("(bvule {count} {most})"));
    }
    for (less, than) in [(&count, &second), (&gain, &left), (&more, &left)] {
        unit.assume(&format!("(bvule {less} {than})"));
    }
    let decided = format!("(= {} #b1)", unit.after("decided.q")?);
    let judged = format!("(and (= {judging} #b1) (= {busy} #b1))");
    let behind = format!("(bvult (bvadd {count} {gain}) (bvadd {best} {more}))");
    let kept = if alone { judged.clone() } else { format!("(and {judged} {behind})") };
    unit.claim(
        "when a run ends, no class can catch the one that leads",
        format!("(=> {decided} {kept})"),
    );
    let level = format!("(bvuge (bvadd {second} {left}) {best})");
    let open = if alone { "false".to_owned() } else { level };
    let missed = format!("(=> (and {judged} (not {decided})) {open})");
    unit.claim("when a run goes on, a class can still come level", missed);
    let (stop, ended) = (unit.now("stop")?, unit.now("decided.q")?);
    unit.claim("the end is told", format!("(= {stop} {ended})"));
    let (told, taken) = (unit.now("steps")?, unit.now("taken.state")?);
    let taken = extended(&taken, unit.bits("taken.state"), unit.bits("steps"), false);
    unit.claim("the steps that were run are told", format!("(= {told} {taken})"));
    Ok(())
}
