//! A claim that was not proved, in words of the program.

use std::fmt::Write as _;

use spikestream::neuron::program::{Operation, Place};
use spikestream_flows::FlowError;
use spikestream_flows::formal::{Answer, Claim, Logic, values};
use spikestream_hw::neuron::Inside;

use super::Error;
use super::claims::{LIMITS, Subject, Work};
use super::context::{Context, DEPTHS};

/// The error of a claim that was not proved even with all that is known.
pub(super) fn told(
    work: &Work<'_>,
    subject: &Subject,
    claim: &Claim,
    answer: Answer,
) -> Result<FlowError, FlowError> {
    let (unit, program) = (work.block.unit.to_owned(), work.block.program);
    let said = match subject {
        Subject::Range(place) => format!("that `{}` stays in its range", program.called(*place)),
        Subject::Same(place) => {
            format!("that the sum for `{}` is that product", work.function.called(*place))
        }
        Subject::Wire(place) => format!("that `{}` is the function's", program.called(*place)),
        Subject::Factor(place, which) => {
            let factor = program.nodes()[*place].operation.operands()[*which];
            format!(
                "that the multiplier of `{}` is given `{}`",
                program.called(*place),
                program.called(factor)
            )
        }
        Subject::Register(register, before) => {
            format!("that `{register}` holds what `{before}` was")
        }
        Subject::Result(number) => {
            format!("that `{}` is the function's", program.results()[*number].0)
        }
    };
    if answer == Answer::Unknown {
        let seconds = LIMITS[LIMITS.len() - 1];
        return Ok(Error::Open { unit, claim: said, seconds }.into());
    }
    let values = match subject {
        Subject::Register(register, before) => of_register(work, claim, register, before)?,
        Subject::Same(_) => String::new(),
        Subject::Range(place) => of_words(work, claim, &[*place], None)?,
        Subject::Wire(place) => {
            let wire = work.netlist.driven(&work.wire(*place))?;
            of_words(work, claim, &[*place], Some(wire))?
        }
        Subject::Factor(place, which) => {
            let factor = program.nodes()[*place].operation.operands()[*which];
            let given = &Inside::of(&program.called(*place)).given[*which];
            of_words(work, claim, &[factor], Some(work.netlist.seen(given)?))?
        }
        Subject::Result(number) => {
            let (name, place) = &program.results()[*number];
            of_words(work, claim, &[*place], Some(work.netlist.after(name)?))?
        }
    };
    Ok(Error::Broken { unit, claim: said, values }.into())
}

fn of_register(
    work: &Work<'_>,
    claim: &Claim,
    register: &str,
    before: &str,
) -> Result<String, FlowError> {
    let terms = [work.netlist.after(register)?, work.netlist.seen(before)?];
    let found = values(&work.netlist.text(), claim, &terms, "against", work.question)?;
    Ok(format!("\n  `{before}` is {}, and `{register}` becomes {}", found[1], found[0]))
}

/// A word, what the program makes of it and what the Verilog does, and the words that it is made of; where those
/// follow from what is given, the results of both as well.
fn of_words(
    work: &Work<'_>,
    claim: &Claim,
    places: &[Place],
    wire: Option<String>,
) -> Result<String, FlowError> {
    let program = work.block.program;
    let place = places[0];
    if claim.logic == Logic::Integers {
        return Ok(String::new());
    }
    let deepest = DEPTHS[DEPTHS.len() - 1];
    let context = Context::of(program, place, deepest);
    let operands = program.nodes()[place].operation.operands();
    let named = |text: &str| claim.given.contains(&format!("(declare-const {text} "));
    let shown: Vec<Place> = context
        .places()
        .filter(|&own| {
            let operation = program.nodes()[own].operation;
            let is_given = matches!(operation, Operation::Given(_) | Operation::GivenFlag);
            let is_known = named(&work.formulas.symbol(own));
            is_known
                && (is_given || operands.contains(&own))
                && !matches!(operation, Operation::Number(_))
        })
        .collect();
    let own = named(&work.formulas.symbol(place)).then_some(place);
    let mut terms: Vec<String> =
        shown.iter().chain(&own).map(|&own| work.formulas.symbol(own)).collect();
    terms.extend(wire.clone());
    let before = work.netlist.text();
    let found = values(&before, claim, &terms, "against", work.question)?;
    let number = |place: Place, value: u128| match program.nodes()[place].is_flag() {
        true => value as i64,
        false => signed(value, work.formulas.bits()),
    };
    let mut text = String::new();
    for (&own, &value) in shown.iter().chain(&own).zip(&found) {
        let of = if Some(own) == wire.as_ref().and(Some(place)) { " in the function" } else { "" };
        let _ = write!(text, "\n  {}{of} = {}", program.called(own), number(own, value));
    }
    if let (Some(_), Some(&value)) = (&wire, found.last()) {
        let node = &program.nodes()[place];
        let bits = work.bits(place);
        let value = if node.is_signed() { signed(value, bits) } else { value as i64 };
        let _ = write!(text, "\n  {} in the Verilog = {value}", program.called(place));
    }
    if context.is_whole(program) && wire.is_some() {
        let of_shown = |given: Place| {
            let at = shown.iter().position(|&own| own == given);
            at.map_or(0, |at| number(given, found[at]))
        };
        let given: Vec<i64> = program.given().map(of_shown).collect();
        text += &results(work, &given)?;
    }
    Ok(text)
}

/// What program and Verilog give, given the same.
fn results(work: &Work<'_>, given: &[i64]) -> Result<String, FlowError> {
    let program = work.block.program;
    let netlist = &work.uncut;
    let mut ties = String::new();
    for (place, &value) in program.given().zip(given) {
        let (name, bits) = (program.called(place), work.bits(place));
        let all = netlist.bits(&name).unwrap_or(1) as u32;
        let value = value as u128 & (u128::MAX >> (128 - bits));
        let _ = writeln!(ties, "(assert (= {} (_ bv{value} {all})))", netlist.seen(&name)?);
    }
    // As if a step stood still until it is through: each register shows what it is about to take.
    for (register, before) in work.registers() {
        let (shown, before) = (netlist.seen(&register)?, netlist.seen(&before)?);
        let _ = writeln!(ties, "(assert (= {shown} {before}))");
    }
    let names = program.results().iter().map(|(name, _)| name);
    let after = names.clone().map(|name| netlist.after(name)).collect::<Result<Vec<_>, _>>()?;
    let claim = Claim { given: ties, holds: "false".to_owned(), logic: Logic::Words };
    let found = values(&netlist.text(), &claim, &after, "results", work.question)?;
    let expected = program.evaluate(given);
    let mut texts = [String::new(), String::new()];
    for (i, (name, place)) in program.results().iter().enumerate() {
        let bits = netlist.bits(name).unwrap_or(1) as u32;
        let is_signed = !program.nodes()[*place].is_flag() && bits > 1;
        let value = if is_signed { signed(found[i], bits) } else { found[i] as i64 };
        let _ = write!(texts[0], " {name} = {value}");
        let _ = write!(texts[1], " {name} = {}", expected[i]);
    }
    Ok(format!("\n  the Verilog gives{}\n  the function gives{}", texts[0], texts[1]))
}

/// The lowest bits of a word as a two's complement number.
fn signed(value: u128, bits: u32) -> i64 {
    let unused = 128 - bits;
    ((value << unused) as i128 >> unused) as i64
}
