//! Number sequences: the ruler, the encoder with its van der Corput sequence, the noise.

use spikestream::hardware::events::lowered;
use spikestream::neuron::Noise;
use spikestream::sc::generator::{LFSR_MASKS, lfsr_next};
use spikestream::spec::{Generator, NetSpec};
use spikestream_flows::FlowError;

use super::unit::{Site, Unit, extended, listed, number, sum};
use super::{Error, Proved};

/// Which plane of a weight stands in its stream at each cycle, and that a weight `m` is so 1 in `m` cycles.
pub(super) fn ruler(site: Site<'_>, module: &str, spec: &NetSpec) -> Result<Proved, FlowError> {
    let mut unit = Unit::read(site, "ruler", module)?;
    let bits = spec.stream.bits;
    let cycles = 1_u32 << bits;
    // The plane that a weight with that plane alone shows.
    let shown = |k| (0..bits).find(|&plane| Generator::Ruler.bit(bits, 1 << plane, k));
    let planes: Vec<Option<u32>> = (0..cycles).map(shown).collect();
    let offsets: Vec<u128> = planes
        .iter()
        .map(|plane| u128::from(plane.map_or(bits, |plane| bits - 1 - plane)))
        .collect();
    let mutes: Vec<u128> = planes.iter().map(|plane| u128::from(plane.is_none())).collect();
    let (k, k_bits) = (unit.now("k")?, unit.bits("k"));
    unit.assume(&format!("(bvule {k} {})", number(k_bits, u128::from(cycles) - 1)));
    for (port, list) in [("offset", &offsets), ("mute", &mutes)] {
        let (value, own) = (unit.now(port)?, unit.bits(port));
        // Behind the last cycle nothing is asked; in the muted one the plane does not matter.
        let expected = listed(&k, k_bits, own, list);
        let muted = listed(&k, k_bits, 1, &mutes);
        let holds = match port {
            "offset" => format!("(or (= {muted} #b1) (= {value} {expected}))"),
            _ => format!("(= {value} {expected})"),
        };
        unit.claim(&format!("`{port}` is the ruler's"), holds);
    }
    let weight = unit.constant("weight", bits as usize);
    let wide = bits as usize + 1;
    let bit =
        |plane: u32| extended(&format!("((_ extract {plane} {plane}) {weight})"), 1, wide, false);
    let ones = sum(planes.iter().flatten().map(|&plane| bit(plane)));
    let own = extended(&weight, bits as usize, wide, false);
    unit.claim("a weight has as many ones as it is worth", format!("(= {ones} {own})"));
    unit.prove(
        "a weight m is 1 in exactly m cycles of a stream",
        format!("all weights of {bits} bits, all {cycles} cycles"),
    )
}

/// A spike where the pixel is above the number of the step, and how many spikes a pixel gives.
pub(super) fn encoder(site: Site<'_>, module: &str, spec: &NetSpec) -> Result<Proved, FlowError> {
    let mut unit = Unit::read(site, "encoder", module)?;
    let steps = spec.time.steps;
    let numbers: Vec<u128> =
        (0..steps).map(|t| Generator::VanDerCorput.threshold(steps, t).into()).collect();
    let (turn, turn_bits) = (unit.now("turn")?, unit.bits("turn"));
    unit.assume(&format!("(bvult {turn} {})", number(turn_bits, steps.into())));
    let expected = listed(&turn, turn_bits, 8, &numbers);
    let value = unit.now("numbers.value")?;
    unit.claim("the number is that of the step", format!("(= {value} {expected})"));
    let (pixel, spike) = (unit.now("pixel")?, unit.now("spike")?);
    let above = format!("(ite (bvugt {pixel} {expected}) #b1 #b0)");
    unit.claim("a spike is a pixel above the number", format!("(= {spike} {above})"));

    // A cell of the sequence is 2^unused wide, and its number lies in its middle.
    let unused = 8 - steps.trailing_zeros();
    let wide = 10;
    let one = |&number: &u128| {
        let above = format!("(bvugt {pixel} {})", self::number(8, number));
        format!("(ite {above} {} {})", self::number(wide, 1), self::number(wide, 0))
    };
    let spikes = sum(numbers.iter().map(one));
    let pixel = extended(&pixel, 8, wide, false);
    let half = (1_u128 << unused) >> 1;
    let raised = match half {
        0 => pixel,
        _ => format!("(bvadd {pixel} {})", self::number(wide, half - 1)),
    };
    let share = format!("(bvlshr {raised} {})", self::number(wide, unused.into()));
    unit.claim("a pixel gives its share of spikes", format!("(= {spikes} {share})"));
    unit.prove(
        "a spike where the pixel is above the step's number; its share of spikes in all steps",
        format!("all pixels, all {steps} steps"),
    )
}

/// The register behind the noise, its period, and the word that is taken from it.
pub(super) fn noise(site: Site<'_>, module: &str, spec: &NetSpec) -> Result<Proved, FlowError> {
    let mut unit = Unit::read(site, "noise", module)?;
    let register = "register.present.state";
    let (state, bits) = (unit.now(register)?, unit.bits(register));
    let (restart, advance) = (unit.now("restart")?, unit.now("advance")?);
    let after = unit.after(register)?;
    let word = |value: u16| number(bits, value.into());
    let noise = Noise::of(&spec.neuron);
    let (seed, mask) = (noise.state(), LFSR_MASKS[bits]);
    let low = format!("(= ((_ extract 0 0) {state}) #b1)");
    let shifted = format!("(bvlshr {state} {})", word(1));
    let next = format!("(ite {low} (bvxor {shifted} {}) {shifted})", word(mask));
    let draws = drawing(&mut unit, spec, [&restart, &advance])?;
    let steps = format!("(and (= {advance} #b1) {draws})");
    let expected = format!("(ite (= {restart} #b1) {} (ite {steps} {next} {state}))", word(seed));
    unit.claim("the register steps as the generator does", format!("(= {after} {expected})"));
    let (value, own) = (unit.now("value")?, unit.bits("value"));
    let taken = noise.bits() as usize;
    let expected = match taken {
        0 => number(own, 0),
        _ => extended(&format!("((_ extract {} 0) {state})", taken - 1), taken, own, true),
    };
    unit.claim("the noise is its lowest bits", format!("(= {value} {expected})"));
    let period = period(bits as u32, seed);
    if period + 1 != 1 << bits {
        let claim = format!("that every state but 0 comes, in turn, from seed {seed}");
        let values = format!("\n  its period is {period}");
        return Err(Error::Broken { unit: "noise".to_owned(), claim, values }.into());
    }
    unit.prove(
        "the register steps as the generator, of period 2^n - 1; the noise is its lowest bits",
        format!("all states of {bits} bits, {taken} of them taken"),
    )
}

/// Whether the present neuron draws noise. Where some do not, also claims that the neurons of a time step are counted, from
/// their number.
fn drawing(
    unit: &mut Unit<'_>,
    spec: &NetSpec,
    [restart, advance]: [&str; 2],
) -> Result<String, FlowError> {
    let spec = lowered(spec);
    let (mut first, mut passed_over) = (0, Vec::new());
    for (layer, neurons) in spec.layers.iter().zip(spec.populations()) {
        if layer.undrawn && neurons > 0 {
            passed_over.push((first, first + neurons));
        }
        first += neurons;
    }
    if Noise::of(&spec.neuron).bits() == 0 || passed_over.is_empty() {
        return Ok("true".to_owned());
    }
    let (place, after, bits) = (unit.now("place")?, unit.after("place")?, unit.bits("place"));
    let word = |value: usize| number(bits, value as u128);
    unit.assume(&format!("(bvule {place} {})", word(first - 1)));
    let more =
        format!("(ite (= {place} {}) {} (bvadd {place} {}))", word(first - 1), word(0), word(1));
    let held = format!("(ite (= {advance} #b1) {more} {place})");
    let expected = format!("(ite (= {restart} #b1) {} {held})", word(0));
    unit.claim("the neurons of a time step are counted", format!("(= {after} {expected})"));
    let within = |(first, end): &(usize, usize)| {
        format!("(and (bvuge {place} {}) (bvult {place} {}))", word(*first), word(*end))
    };
    let runs: Vec<String> = passed_over.iter().map(within).collect();
    Ok(format!("(not (or false {}))", runs.join(" ")))
}

/// Steps after which the generator is back, or has no way back within all its states.
fn period(bits: u32, seed: u16) -> u64 {
    let mut state = seed;
    let back = (1..=1_u64 << bits).find(|_| {
        state = lfsr_next(bits, state);
        state == seed
    });
    back.unwrap_or(0)
}
