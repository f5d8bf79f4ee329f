//! Blocks that are proved, and faults in them that are not.

use spikestream::neuron::arithmetic::{Arithmetic, Range};
use spikestream::neuron::block;
use spikestream::neuron::program::{Formulas, Program, Recorder};
use spikestream::random::Random;
use spikestream::spec::{NetSpec, Neuron, Reset, example};
use spikestream_flows::FlowError;
use spikestream_flows::formal::{Answer, Claim, Logic, Question, TOOLS, decide};
use spikestream_flows::tool::Tools;
use spikestream_hw::neuron::{Multipliers, module};

use super::neuron::{Block, Proof, prove};

fn proof(program: &Program, verilog: &str) -> Result<Proof, FlowError> {
    proof_on(program, verilog, Multipliers::ENOUGH)
}

fn proof_on(
    program: &Program,
    verilog: &str,
    multipliers: Multipliers,
) -> Result<Proof, FlowError> {
    let folder = tempfile::tempdir().unwrap();
    let tools = Tools::locate(&TOOLS).unwrap();
    let block = Block { unit: "unit", verilog, module: "block", program, multipliers };
    prove(block, &tools, folder.path())
}

fn neurons() -> impl Iterator<Item = Neuron> {
    let base = Neuron { noise_bits: 8, ..example(&[1, 1]).spec.neuron };
    [(16, 4, 4, Reset::Subtract, 0), (10, 2, 1, Reset::Zero, 3), (12, 0, 15, Reset::Subtract, 1)]
        .into_iter()
        .map(move |(membrane_bits, fraction_bits, leak, reset, refractory)| Neuron {
            membrane_bits,
            fraction_bits,
            leak,
            reset,
            refractory,
            ..base.clone()
        })
}

/// The block of a network of this neuron.
fn program(neuron: &Neuron) -> Program {
    let spec = NetSpec { neuron: neuron.clone(), ..example(&[1, 1]).spec };
    block::Block::of(&spec, 12).program
}

#[test]
fn a_block_is_its_program() {
    for neuron in neurons() {
        let program = program(&neuron);
        let proof = proof(&program, &module("block", &program, Multipliers::ENOUGH)).unwrap();
        let claims: Vec<usize> = proof.proved.iter().map(|proved| proved.claims).collect();
        assert!(claims[0] > 5 && claims[1] > 15, "{proof:?}");
    }
}

/// A product behind a list and before a sum, as a table between its knots has them.
fn squares() -> Program {
    let mut on = Recorder::default();
    let (a, b) = (on.given("a", 8), on.given_of("b", 8, Range { low: -100, high: 90 }));
    let table = spikestream::neuron::arithmetic::Table::new(Range::signed(8), 3, |x| x * x);
    let square = on.interpolate(&a, &table);
    let product = on.multiply(&square, &b);
    let rounded = on.round(&product, 7);
    let next = on.saturate(&rounded, 8);
    on.result("a_next", next);
    on.program()
}

#[test]
fn tables_and_products_are_proved() {
    let program = squares();
    let proof = proof(&program, &module("block", &program, Multipliers::ENOUGH)).unwrap();
    assert!(proof.split.contains("2 products"), "{}", proof.split);
    assert!(proof.split.contains("some claims need all operations"), "{}", proof.split);
}

/// A product of 22 by 11 bits, as tables of 16 bits have it, in multipliers with registers inside: it is cut into two, each
/// with its own registers. Faults: a factor, its sign, the wrong half, a half too low, a register less.
#[test]
fn products_of_multipliers_with_registers_inside_are_proved_and_their_faults_told() {
    let mut on = Recorder::default();
    let (a, b) = (on.given("a", 22), on.given_of("b", 10, Range::unsigned(10)));
    let product = on.multiply(&a, &b);
    let rounded = on.round(&product, 10);
    on.result("next", rounded);
    let (program, multipliers) = (on.program(), Multipliers::registered(8));
    let sound = module("block", &program, multipliers);
    let proof = proof_on(&program, &sound, multipliers).unwrap();
    assert!(proof.split.contains("2 products"), "{}", proof.split);
    for (from, to, claim) in [
        (".b({{6{1'b0}}, b[9:0]})", ".b({{7{1'b0}}, b[8:0]})", "is given"),
        (
            "wire signed [BITS-1:0] made = a_inside * b_inside",
            "wire signed [BITS-1:0] made = a_inside * $unsigned(b_inside)",
            "is the function's",
        ),
        ("a_inside <= a", "a_inside <= b", "holds what"),
        ("product <= made", "product <= a * b", "holds what"),
    ] {
        assert!(sound.contains(from), "{from} in {sound}");
        let error = proof_on(&program, &sound.replacen(from, to, 1), multipliers).unwrap_err();
        assert_eq!(error.code(), "sim::formal::broken", "{from}: {error}");
        assert!(error.to_string().contains(claim), "{from}: {error}");
    }
}

/// What is said of a text with a fault in it.
fn told(program: &Program, sound: &str, from: &str, to: &str) -> String {
    assert!(sound.contains(from), "{from} in {sound}");
    let error = proof(program, &sound.replacen(from, to, 1)).unwrap_err();
    assert_eq!(error.code(), "sim::formal::broken", "{from}: {error}");
    error.to_string()
}

/// The numbers behind a name in what is said.
fn number(told: &str, name: &str) -> i64 {
    let rest =
        told.split(&format!("{name} = ")).nth(1).unwrap_or_else(|| panic!("{name} in {told}"));
    rest.split_whitespace().next().unwrap().parse().unwrap()
}

/// Each fault is one of a kind: a comparison, a shift, a saturation, a sign, a reset, a register too few or too many.
#[test]
fn a_fault_in_a_block_is_told_with_values_for_it() {
    let neuron = neurons().next().unwrap();
    let program = program(&neuron);
    let sound = module("block", &program, Multipliers::ENOUGH);
    for (from, to, word) in [
        ("~word_15[16] & (|word_15)", "~word_15[16]", "word_16"),
        ("word_8[15:4]", "word_8[14:3]", "leaked"),
        ("(&sum[17:15]) | (~|sum[17:15]) ? sum[15:0] : ", "1'b1 ? sum[15:0] : ", "integrated"),
        ("{{10{noise[7]}}, noise[7:0]}", "{10'h0, noise[7:0]}", "drive"),
        ("- {{1{1'b0}}, threshold[15:0]}", "- {{1{1'b0}}, threshold[15:1], 1'b0}", "word_15"),
        ("fresh ? 16'h0", "fresh ? 16'h1", "word_8"),
        ("+ drive_1[17:0]", "+ drive[17:0]", "sum"),
        ("fired <= word_16[0:0]", "fired <= ~word_16[0:0]", "fired"),
        ("drive_1 <= drive", "drive_1 <= drive + 1", "drive_1"),
        ("ready <= enable_2", "ready <= enable_1", "ready"),
    ] {
        let told = told(&program, &sound, from, to);
        assert!(told.contains(&format!("`{word}`")), "{from}: {told}");
    }
}

/// The values are those of a step that goes wrong: the function gives what the program does for them.
#[test]
fn values_against_a_block_are_a_step() {
    let neuron = neurons().next().unwrap();
    let program = program(&neuron);
    let sound = module("block", &program, Multipliers::ENOUGH);
    let told = told(&program, &sound, "~word_15[16] & (|word_15)", "~word_15[16]");
    let [of_verilog, of_function] =
        ["the Verilog gives", "the function gives"].map(|of| told.split(of).nth(1).unwrap());
    assert_eq!(number(of_verilog, "fired"), 1, "{told}");
    assert_eq!(number(of_function, "fired"), 0, "{told}");
}

#[test]
fn a_fault_in_a_table_or_a_product_is_told() {
    let program = squares();
    let sound = module("block", &program, Multipliers::ENOUGH);
    let row = sound.lines().find(|line| line.contains("'h3: list_0 = ")).unwrap();
    let changed = row.replace("= ", "= 1 ^ ");
    assert!(told(&program, &sound, row, &changed).contains("`word_"));
    let product = sound.lines().find(|line| line.contains("* $signed(b_")).unwrap();
    let unsigned = product.replace("$signed(b_", "(b_");
    assert_ne!(product, unsigned);
    told(&program, &sound, product, &unsigned);
}

/// A range that the function leaves: not even its own Verilog is proved.
#[test]
fn a_word_that_leaves_its_range_is_told() {
    let mut on = Recorder::default();
    let (a, b) = (on.given("a", 8), on.given("b", 8));
    let sum = on.add(&a, &b);
    let sum = on.known(&sum, Range { low: -256, high: 253 });
    let next = on.saturate(&sum, 8);
    on.result("a_next", next);
    let program = on.program();
    let error = proof(&program, &module("block", &program, Multipliers::ENOUGH)).unwrap_err();
    assert_eq!(error.code(), "sim::formal::broken", "{error}");
    let told = error.to_string();
    assert_eq!((number(&told, "\n  a"), number(&told, "\n  b")), (127, 127), "{told}");

    let mut on = Recorder::default();
    let a = on.given_of("a", 8, Range { low: 0, high: 100 });
    let one = on.number(1);
    let next = on.add(&a, &one);
    on.result("a_next", next);
    let program = on.program();
    let error = proof(&program, &module("block", &program, Multipliers::ENOUGH)).unwrap_err();
    assert!(error.to_string().contains("1 to 101"), "{error}");
}

/// The formulas are of the golden model's step: they have its results for random words and those at their ends.
#[test]
fn formulas_are_what_the_program_evaluates_to() {
    let folder = tempfile::tempdir().unwrap();
    let tools = &Tools::locate(&TOOLS).unwrap();
    let question = Question { tools, folder: folder.path(), limit: 10 };
    let mut random = Random::new(5);
    let programs = neurons().map(|neuron| program(&neuron)).chain([squares()]);
    for (i, program) in programs.enumerate() {
        let formulas = Formulas::of(&program);
        let all: String = (0..program.nodes().len())
            .map(|place| {
                let defined = formulas.definition(place).map(|is| format!("(assert {is})\n"));
                formulas.declaration(place) + &defined.unwrap_or_default()
            })
            .collect();
        let is = |place: usize, value: i64| match program.nodes()[place].is_flag() {
            true => format!("(= {} {})", formulas.symbol(place), value != 0),
            false => format!("(= {} {})", formulas.symbol(place), formulas.number(value)),
        };
        let mut claims = Vec::new();
        for _ in 0..40 {
            let mut value = |place: usize| {
                let Range { low, high } = program.nodes()[place].range;
                match random.below(4) {
                    0 => low,
                    1 => high,
                    _ => low + random.below((high - low) as u64 + 1) as i64,
                }
            };
            let given: Vec<i64> = program.given().map(&mut value).collect();
            let set = program.given().zip(&given).map(|(place, &value)| is(place, value));
            let set: String = set.map(|term| format!("(assert {term})\n")).collect();
            let results = program.results().iter().zip(program.evaluate(&given));
            let results: Vec<String> =
                results.map(|((_, place), value)| is(*place, value)).collect();
            let holds = format!("(and true {})", results.join(" "));
            claims.push(Claim { given: all.clone() + &set, holds, logic: Logic::Words });
        }
        let answers = decide("", &claims, &format!("program-{i}"), question).unwrap();
        assert!(answers.iter().all(|answer| *answer == Answer::Proved), "{i}: {answers:?}");
    }
}
