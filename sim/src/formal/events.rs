//! The units of schedule `events`: the sums, and which inputs spike at how many steps.

use spikestream::hardware::current_bits;
use spikestream::hardware::events::Fan;
use spikestream::sc::encoder::level;
use spikestream::spec::{Generator, NetSpec};
use spikestream_flows::FlowError;

use super::Proved;
use super::unit::{Site, Unit, extended, listed, number, sum};

/// What becomes of every sum of a word, what is read and written, and which sum is taken.
pub(super) fn sums(site: Site<'_>, module: &str, spec: &NetSpec) -> Result<Proved, FlowError> {
    let mut unit = Unit::read(site, "sums", module)?;
    let (width, bits) = (current_bits(spec), spec.stream.bits as usize + 1);
    let lanes = unit.bits("all_word") / width;
    let [word, before, weights] = ["all_word", "all_sum", "weights"].map(|name| unit.now(name));
    let (word, before, weights) = (word?, before?, weights?);
    let [zero, chain, first] = ["zero_1", "chain_1", "first_1"].map(|name| unit.now(name));
    let (zero, chain, first) = (zero?, chain?, first?);
    let after = unit.after("all_sum")?;
    let part =
        |of: &str, k: usize, w: usize| format!("((_ extract {} {}) {of})", k * w + w - 1, k * w);
    let nothing = number(width, 0);
    // Behind a weight lies its delay, where synapses have one.
    let delay_bits = Fan::of(spec).map_or(0, |fan| fan.delay_bits());
    let late = if delay_bits > 0 { unit.now("late_1")? } else { String::new() };
    for lane in 0..lanes {
        let low = lane * (bits + delay_bits);
        let own = format!("((_ extract {} {low}) {weights})", low + bits - 1);
        let mut weight = extended(&own, bits, width, true);
        if delay_bits > 0 {
            let (low, high) = (low + bits, low + bits + delay_bits - 1);
            let delay = format!("((_ extract {high} {low}) {weights})");
            weight = format!("(ite (= {delay} {late}) {weight} {nothing})");
        }
        let chained = format!("(ite (= {first} #b1) {nothing} {})", part(&before, lane, width));
        let added = format!("(ite (= {chain} #b1) {chained} {weight})");
        let made = format!("(bvadd {} {added})", part(&word, lane, width));
        let expected = format!("(ite (= {zero} #b1) {nothing} {made})");
        unit.claim(
            &format!("lane {lane} adds its weight, or what was made before, or is 0"),
            format!("(= {} {expected})", part(&after, lane, width)),
        );
    }
    fits(&mut unit, spec, width);
    let (lane, lane_bits) = (unit.now("lane_1")?, unit.bits("lane_1"));
    let taken = (0..lanes).rev().fold(part(&word, lanes - 1, width), |rest, k| {
        format!(
            "(ite (= {lane} {}) {} {rest})",
            number(lane_bits, k as u128),
            part(&word, k, width)
        )
    });
    unit.assume(&format!("(bvule {lane} {})", number(lane_bits, lanes as u128 - 1)));
    let given = unit.after("all_taken")?;
    unit.claim("the sum that is taken is that of the lane", format!("(= {given} {taken})"));
    for (later, sooner) in [("ready", "take_1"), ("write_2", "write_1"), ("address_2", "address_1")]
    {
        let holds = format!("(= {} {})", unit.after(later)?, unit.now(sooner)?);
        unit.claim(&format!("`{later}` follows `{sooner}`"), holds);
    }
    memory(&mut unit, &before)?;
    unit.prove(
        "a word of sums takes its weights, the word made before, or zeros; a lane is taken",
        format!("all words of {lanes} sums of {width} bits, all weights"),
    )
}

/// No sum of a layer's weights wraps, whichever of them are added.
fn fits(unit: &mut Unit<'_>, spec: &NetSpec, width: usize) {
    let heaviest = i128::from(spec.max_weight());
    let inputs = Fan::of(spec).map_or(1, |fan| fan.largest_sum(1)) as i128;
    let (some, one) = (unit.constant("some", width), unit.constant("one", width));
    let within = |word: &str, most: i128| {
        let least = number(width, (-most) as u128 & ((1 << width) - 1));
        format!("(and (bvsle {least} {word}) (bvsle {word} {}))", number(width, most as u128))
    };
    let wide = |word: &str| extended(word, width, width + 1, true);
    let exact = format!("(bvadd {} {})", wide(&some), wide(&one));
    let made = wide(&format!("(bvadd {some} {one})"));
    unit.claim(
        "a weight more than a sum of all others does not wrap",
        format!(
            "(=> (and {} {}) (= {made} {exact}))",
            within(&some, (inputs - 1) * heaviest),
            within(&one, heaviest)
        ),
    );
}

/// The word that is read is that of the address; the one that is written is the sum that was made.
fn memory(unit: &mut Unit<'_>, made: &str) -> Result<(), FlowError> {
    let [memory, stored] = unit.netlist.memory("all_memory")?;
    let (address, bits) = (unit.now("address")?, unit.bits("address_1"));
    let place = format!("((_ extract {} 0) {address})", bits - 1);
    let read = format!("(= {} (select {memory} {place}))", unit.after("all_word")?);
    unit.claim_of_memories("the word that is read is that of the address", read);
    let (write, at) = (unit.now("write_2")?, unit.now("address_2")?);
    let written = format!("(ite (= {write} #b1) (store {memory} {at} {made}) {memory})");
    unit.claim_of_memories("a sum is written where it was read", format!("(= {stored} {written})"));
    Ok(())
}

/// Which pixels spike, and at how many steps.
pub(super) fn scan(site: Site<'_>, module: &str, spec: &NetSpec) -> Result<Proved, FlowError> {
    let mut unit = Unit::read(site, "scan", module)?;
    let steps = spec.time.steps;
    let (pixel, fetched) = (unit.now("pixel")?, unit.now("fetched.q")?);
    let wide = 10;
    let one = |t: u32| {
        let r = Generator::VanDerCorput.threshold(steps, t).into();
        let above = format!("(bvugt {pixel} {})", number(8, r));
        format!("(ite {above} {} {})", number(wide, 1), number(wide, 0))
    };
    let spikes = sum((0..steps).map(one));
    let levels: Vec<u128> = (0..=255).map(|x| level(steps, x).into()).collect();
    let share = listed(&pixel, 8, wide, &levels);
    unit.claim("a pixel spikes at as many steps as its level", format!("(= {spikes} {share})"));
    let spiking = unit.now("spikes")?;
    let expected = format!("(and (= {fetched} #b1) (not (= {share} {})))", number(wide, 0));
    unit.claim(
        "an input is found if it spikes at all",
        format!("(= (= {spiking} #b1) {expected})"),
    );
    let (raised, own) = (unit.now("raised")?, unit.bits("raised"));
    let bin = format!("(bvsub {share} {})", number(wide, 1));
    let holds = format!("(= {} {bin})", extended(&raised, own, wide, false));
    unit.claim("its bin is its level less one", format!("(=> {expected} {holds})"));
    unit.prove(
        "an input is found if its pixel spikes at all, with the number of such steps",
        format!("all pixels, all {steps} steps"),
    )
}
