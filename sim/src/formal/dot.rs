//! The dot product of a word of lanes, and the counter behind it.
//!
//! The sum over a neuron's words follows by induction: the first takes the counter to its own sum, and each of the
//! others adds its own to what is there, or to twice that. A sum of the net is never wider than the counter.

use spikestream::layer::Dense;
use spikestream::neuron::Neurons;
use spikestream::spec::NetSpec;
use spikestream_flows::FlowError;
use spikestream_flows::formal::Logic;

use super::Proved;
use super::unit::{Site, Unit, extended, number, sum};

/// What each register of the flags takes: enable, first and double go along with the word.
const FLAGS: [(&str, &str); 11] = [
    ("enabled", "enable"),
    ("enabled2", "enabled.q"),
    ("enabled3", "enabled2.q"),
    ("starting", "first"),
    ("starting2", "starting.q"),
    ("starting3", "starting2.q"),
    ("doubling", "double"),
    ("doubling2", "doubling.q"),
    ("doubling3", "doubling2.q"),
    ("ending2", "ending.q"),
    ("ending3", "ending2.q"),
];

/// Proves it for the sums of a network.
pub(super) fn prove(site: Site<'_>, module: &str, spec: &NetSpec) -> Result<Proved, FlowError> {
    let mut unit = Unit::read(site, "dot product", module)?;
    let lanes = unit.bits("spikes");
    products(&mut unit, lanes)?;
    counts(&mut unit, lanes)?;
    flags(&mut unit)?;
    let sums =
        spec.layers.iter().map(|layer| Dense::of(layer).largest_sum(spec.max_weight() as usize));
    let most = sums.max().unwrap_or(0);
    total(&mut unit, most)?;
    match (0..spec.layers.len()).any(|layer| Neurons::of(spec, layer).have_inhibition()) {
        true => negative(&mut unit, most)?,
        false => none(&mut unit)?,
    }
    let over = format!("all words of {lanes} lanes, all sums of -{most} to {most}");
    unit.prove("every word adds its positive less its negative ones, four cycles later", over)
}

fn products(unit: &mut Unit<'_>, lanes: usize) -> Result<(), FlowError> {
    let [spikes, weights, signs, mute] =
        ["spikes", "weights", "signs", "mute"].map(|name| unit.now(name));
    let (spikes, weights, signs, mute) = (spikes?, weights?, signs?, mute?);
    let present = format!("(ite (= {mute} #b1) {} (bvand {spikes} {weights}))", number(lanes, 0));
    let product = unit.after("count.product")?;
    unit.claim("a lane counts where input and weight are 1", format!("(= {product} {present})"));
    let minus = unit.after("count.minus")?;
    let holds = format!("(= {minus} (bvand {present} {signs}))");
    unit.claim("a lane counts down where its sign is 1 as well", holds);
    Ok(())
}

/// Sums of ones, of at most as many bits as lanes: what is proved of the words is so modulo a power of two, and over
/// the integers they stay below that.
fn counts(unit: &mut Unit<'_>, lanes: usize) -> Result<(), FlowError> {
    let bits = unit.bits("count.ones");
    for (register, of) in [("count.ones", "count.product"), ("count.negative", "count.minus")] {
        let (word, after) = (unit.now(of)?, unit.after(register)?);
        let lane = |i| extended(&format!("((_ extract {i} {i}) {word})"), 1, bits, false);
        let ones = sum((0..lanes).map(lane));
        unit.claim(&format!("`{register}` counts `{of}`"), format!("(= {after} {ones})"));
    }
    let mut given = String::new();
    for i in 0..lanes {
        given += &format!(
            "(declare-const p{i} Int)\n(declare-const m{i} Int)\n(assert (<= 0 m{i} p{i} 1))\n"
        );
    }
    let all = |name: &str| (0..lanes).map(|i| format!(" {name}{i}")).collect::<String>();
    let (ones, negative) = (format!("(+{})", all("p")), format!("(+{})", all("m")));
    let holds = format!("(and (<= 0 {negative} {ones} {lanes}) (< {ones} {}))", 1_u64 << bits);
    unit.claim_in(Logic::Integers, "no count of ones wraps", given, holds);

    // In words that are wide enough for both.
    let wide = 12;
    let of = |name: &str| Ok::<_, FlowError>(extended(&unit.now(name)?, bits, wide, false));
    let (ones, negative) = (of("count.ones")?, of("count.negative")?);
    let difference = extended(&unit.after("count.difference")?, 9, wide, true);
    let holds = format!(
        "(=> (and (bvule {negative} {ones}) (bvule {ones} {})) (= {difference} (bvsub {ones} (bvadd {negative} {negative}))))",
        number(wide, lanes as u128)
    );
    unit.claim("the difference is all ones less twice the negative ones", holds);
    Ok(())
}

fn flags(unit: &mut Unit<'_>) -> Result<(), FlowError> {
    for (register, from) in FLAGS {
        let (after, from) = (unit.after(&format!("{register}.q"))?, unit.now(from)?);
        unit.claim(&format!("`{register}` goes along"), format!("(= {after} {from})"));
    }
    let (enable, last) = (unit.now("enable")?, unit.now("last")?);
    let ending = unit.after("ending.q")?;
    unit.claim("a neuron ends with its last word", format!("(= {ending} (bvand {enable} {last}))"));
    let (complete, from) = (unit.after("complete.q")?, unit.now("ending3.q")?);
    unit.claim("a sum is ready with its last word", format!("(= {complete} {from})"));
    let (ready, complete) = (unit.now("ready")?, unit.now("complete.q")?);
    unit.claim("`ready` says so", format!("(= {ready} {complete})"));
    Ok(())
}

fn total(unit: &mut Unit<'_>, most: usize) -> Result<(), FlowError> {
    let state = "sum.present.state";
    let own = unit.bits(state);
    let wide = own.max(9) + 3;
    let (now, after) = (unit.now(state)?, unit.after(state)?);
    let sign = |word: &str, bits| extended(word, bits, wide, true);
    let (kept, zero) = (sign(&now, own), number(wide, 0));
    let [add, first, double] = ["enabled3.q", "starting3.q", "doubling3.q"].map(|q| unit.now(q));
    let (add, first, double) = (add?, first?, double?);
    let difference = sign(&unit.now("count.difference")?, 9);
    let before =
        format!("(ite (= {first} #b1) {zero} (ite (= {double} #b1) (bvadd {kept} {kept}) {kept}))");
    let sum = format!("(ite (= {add} #b1) (bvadd {before} {difference}) {kept})");
    let (low, high) =
        (format!("(bvneg {})", number(wide, most as u128)), number(wide, most as u128));
    let holds = format!(
        "(=> (and (bvsle {low} {sum}) (bvsle {sum} {high})) (= {} {sum}))",
        sign(&after, own)
    );
    unit.claim("the counter adds the difference to what is there, to twice that or to 0", holds);
    let bits = unit.bits("total");
    let holds = format!("(= {} {})", unit.now("total")?, extended(&now, own, bits, true));
    unit.claim("`total` is the counter", holds);
    Ok(())
}

/// The sum of negative synapses, whose induction is that of the whole.
fn negative(unit: &mut Unit<'_>, most: usize) -> Result<(), FlowError> {
    let (down, ones) = (unit.now("minus.ones")?, unit.now("count.negative")?);
    let bits = [unit.bits("minus.ones"), unit.bits("count.negative"), unit.bits("minus.count")];
    let holds = format!("(= {down} {})", extended(&ones, bits[1], bits[0], false));
    unit.claim("the negative sum is given the count of negative ones", holds);
    let (kept, now) = (unit.after("minus.count")?, unit.now("minus.ones")?);
    let holds = format!("(= {kept} ((_ extract {} 0) {now}))", bits[2] - 1);
    unit.claim("the count waits for its flags", holds);
    let own = unit.bits("minus.sum");
    let wide = own.max(bits[0]) + 3;
    let of = |word: &str, bits| extended(word, bits, wide, false);
    let (state, count) = (unit.now("minus.sum")?, unit.now("minus.count")?);
    let (kept, zero) = (of(&state, own), number(wide, 0));
    let [add, first, double] = ["enabled3.q", "starting3.q", "doubling3.q"].map(|q| unit.now(q));
    let (add, first, double) = (add?, first?, double?);
    let before =
        format!("(ite (= {first} #b1) {zero} (ite (= {double} #b1) (bvadd {kept} {kept}) {kept}))");
    let sum = format!("(ite (= {add} #b1) (bvadd {before} {}) {kept})", of(&count, bits[2]));
    let after = of(&unit.after("minus.sum")?, own);
    let holds = format!("(=> (bvule {sum} {}) (= {after} {sum}))", number(wide, most as u128));
    unit.claim("the negative sum adds its count as the counter does", holds);
    let total = unit.bits("negative");
    let holds = format!("(= {} {})", unit.now("negative")?, extended(&state, own, total, false));
    unit.claim("`negative` is that sum", holds);
    Ok(())
}

/// Where no neuron has a second synapse, nothing is summed for it.
fn none(unit: &mut Unit<'_>) -> Result<(), FlowError> {
    let bits = unit.bits("negative");
    let holds = format!("(= {} {})", unit.now("negative")?, number(bits, 0));
    unit.claim("no second synapse is given anything", holds);
    Ok(())
}
