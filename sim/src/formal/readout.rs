//! The readout: the class is the first of those with the largest count, then membrane.
//!
//! By induction over the updates of a time step, of which there are as many as classes. What holds after each is said
//! of one class that is looked at, whichever: if it has been compared, which is a cycle after its update, its count and
//! membrane are no more than the best, and the leader, whose they are, does not lie behind it where they are as much. Counts are in a memory, and by
//! induction over time steps are the spikes so far: the word that is read is that of the next neuron.

use spikestream::spec::NetSpec;
use spikestream_flows::FlowError;

use super::Proved;
use super::unit::{Site, Unit, extended, number};

/// Proves it.
pub(super) fn prove(site: Site<'_>, module: &str, spec: &NetSpec) -> Result<Proved, FlowError> {
    let mut unit = Unit::read(site, "readout", module)?;
    let classes = spec.classes();
    as_the_engine_asks(&mut unit, classes)?;
    counts(&mut unit, spec.time.steps)?;
    leader(&mut unit, classes)?;
    let over = format!("all counts of {} steps, all membranes, {classes} classes", spec.time.steps);
    unit.prove("the class is the first of the largest count, then membrane", over)
}

/// No more updates than classes, and a restart between two time steps.
fn as_the_engine_asks(unit: &mut Unit<'_>, classes: usize) -> Result<(), FlowError> {
    let (neuron, bits) = (unit.now("neuron.state")?, unit.bits("neuron.state"));
    let [update, restart, busy] = ["update", "restart", "busy"].map(|name| unit.now(name));
    let (update, restart, busy) = (update?, restart?, busy?);
    let last = number(bits, classes as u128);
    unit.assume(&format!("(=> (= {update} #b1) (bvult {neuron} {last}))"));
    unit.assume(&format!("(not (= (bvand {update} {restart}) #b1))"));
    unit.assume(&format!("(= {busy} #b1)"));
    Ok(())
}

/// The memory has each neuron's spikes, and the word that was read is the present neuron's.
fn counts(unit: &mut Unit<'_>, steps: u32) -> Result<(), FlowError> {
    let [memory, stored] = unit.netlist.memory("counts.memory")?;
    let (neuron, next) = (unit.now("neuron.state")?, unit.after("neuron.state")?);
    let (word, read) = (unit.now("counts.word")?, unit.after("counts.word")?);
    let (bits, own) = (unit.bits("counts.word"), unit.bits("neuron.state"));
    let places = unit.bits("counts.read_addr").min(address_bits(&unit.netlist.text(), &memory));
    let at = |array: &str, neuron: &str| {
        let place = match places.cmp(&own) {
            std::cmp::Ordering::Less => format!("((_ extract {} 0) {neuron})", places - 1),
            _ => extended(neuron, own, places, false),
        };
        format!("(select {array} {place})")
    };
    let holds = format!("(= {read} {})", at(&stored, &next));
    unit.claim_of_memories("the word that is read is the next neuron's count", holds);

    let (fresh, fired, update) = (unit.now("fresh")?, unit.now("fired")?, unit.now("update")?);
    let counted = format!("(ite (= {fresh} #b1) {} {word})", number(bits, 0));
    let one = extended(&fired, 1, bits, false);
    let fits = format!("(bvult {counted} {})", number(bits, steps.into()));
    let other = unit.constant("other", own);
    let limit = format!("(bvult {other} {})", number(own, 1 << places.min(own - 1)));
    let own_place = format!("(= {} (bvadd {counted} {one}))", at(&stored, &neuron));
    let kept = format!("(= {} {})", at(&stored, &other), at(&memory, &other));
    let holds = format!(
        "(=> (and {limit} {fits}) (and (=> (= {update} #b1) {own_place}) (=> (or (= {update} #b0) (not (= {other} {neuron}))) {kept})))"
    );
    unit.claim_of_memories("a spike adds 1 to its neuron's count, and to no other's", holds);
    Ok(())
}

/// Bits of a memory's address.
fn address_bits(text: &str, memory: &str) -> usize {
    let declared = text.lines().find(|line| line.starts_with(&format!("(declare-fun {memory} ")));
    let bits = declared.and_then(|line| line.split("(Array (_ BitVec ").nth(1));
    bits.and_then(|rest| rest.split(')').next()?.parse().ok()).unwrap_or(0)
}

/// The largest count of all but the leader, before and after the edge, where a run may end early: no other has more.
fn seconds(unit: &Unit<'_>) -> Result<Vec<String>, FlowError> {
    let register = "lead.second.state";
    match unit.netlist.bits(register) {
        Some(_) => Ok(vec![unit.now(register)?, unit.after(register)?]),
        None => Ok(Vec::new()),
    }
}

/// The best so far, and the first that has it.
fn leader(unit: &mut Unit<'_>, classes: usize) -> Result<(), FlowError> {
    let count_bits = unit.bits("counts.word");
    let bits = count_bits + 16;
    let own = unit.bits("neuron.state");
    let looked_at = unit.constant("looked_at", own);
    let [count, membrane] = [("its_count", count_bits), ("its_membrane", 16)]
        .map(|(name, bits)| unit.constant(name, bits));
    let (now, update) = (unit.now("membrane")?, unit.now("update")?);
    let written = format!("((_ extract {} 0) {})", count_bits - 1, unit.now("counts_write_data")?);
    let fits = format!(
        "(= {} {})",
        unit.now("counts_write_data")?,
        extended(&written, count_bits, 16, false)
    );
    unit.assume(&fits);
    unit.assume(&format!("(bvult {looked_at} {})", number(own, classes as u128)));
    // What is kept of the class that is looked at: what it is updated with, from then on.
    let [neuron, best, leader, held, place, key] =
        ["neuron.state", "best.state", "leader.state", "held.q", "place.state", "key.state"]
            .map(|register| Ok::<_, FlowError>([unit.now(register)?, unit.after(register)?]));
    let (neuron, best, leader) = (neuron?, best?, leader?);
    let (held, place, key) = (held?, place?, key?);
    let updated = format!("(and (= {update} #b1) (= {} {looked_at}))", neuron[0]);
    let counts = [count.clone(), format!("(ite {updated} {written} {count})")];
    let membranes = [membrane.clone(), format!("(ite {updated} {now} {membrane})")];
    let leader_bits = unit.bits("leader.state");
    let second = seconds(unit)?;
    let holds = |at: usize| {
        let (neuron, best, leader) = (&neuron[at], &best[at], &leader[at]);
        let (held, place, key) = (&held[at], &place[at], &key[at]);
        let waits = extended(held, 1, own, false);
        // Those before it have been compared.
        let compared = format!("(bvsub {neuron} {waits})");
        let last = number(own, classes as u128);
        let waiting = format!(
            "(=> (= {held} #b1) (and (= {place} {compared}) (bvult {place} {last}) (=> (= {place} {looked_at}) (= {key} (concat {} (bvxor {} #x8000))))))",
            counts[at], membranes[at]
        );
        let best_count = format!("((_ extract {} 16) {best})", bits - 1);
        let best_membrane = format!("(bvxor ((_ extract 15 0) {best}) #x8000)");
        let leader = extended(leader, leader_bits, own.max(leader_bits), false);
        let [compared, looked_at] =
            [&compared, &looked_at].map(|word| extended(word, own, own.max(leader_bits), false));
        let (count, membrane) = (&counts[at], &membranes[at]);
        let same = format!("(and (= {count} {best_count}) (= {membrane} {best_membrane}))");
        let less = format!(
            "(or (bvult {count} {best_count}) (and (= {count} {best_count}) (bvslt {membrane} {best_membrane})))"
        );
        format!(
            "(and {waiting} (=> (bvult {looked_at} {compared}) (or {less} (and {same} (bvule {leader} {looked_at})))) \
             (=> (and (bvult {looked_at} {compared}) (= {leader} {looked_at})) {same}) \
             (=> (bvult {} {compared}) (bvult {leader} {compared})){})",
            number(own.max(leader_bits), 0),
            second.get(at).map_or_else(String::new, |second| format!(
                " (=> (and (bvult {looked_at} {compared}) (not (= {leader} {looked_at}))) (bvule {count} {second}))"
            ))
        )
    };
    let claim = format!("(=> {} {})", holds(0), holds(1));
    unit.claim("the leader stays the first of the largest", claim);
    let winner = unit.now("winner")?;
    let wide = unit.bits("winner");
    let leads = extended(&leader[0], leader_bits, wide, false);
    unit.claim("the class is the leader", format!("(= {winner} {leads})"));
    Ok(())
}
