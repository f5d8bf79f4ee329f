//! Mutants of a small design: they are listed, built into one text, and SAT shows which of them change
//! nothing.

#![allow(clippy::unwrap_used)] // a test stops at the first error

use std::path::Path;

use spikestream_flows::mutate::{self, Choice, Claims, Design, Mutant, PORT};
use spikestream_flows::tool::Tools;

/// `a & b` is masked by `a`, so that its other input does not matter. The memory is read by what the
/// register holds.
const DESIGN: Design<'_> = Design {
    verilog: "module top(input clk, input a, input b, output reg q = 0, output [1:0] word);\n\
              reg [1:0] held [0:3];\n\
              initial begin held[0] = 2; held[1] = 1; held[2] = 0; held[3] = 3; end\n\
              reg [1:0] at = 0;\n\
              always @(posedge clk) begin q <= a | (a & b); at <= at + {1'b0, b}; end\n\
              assign word = held[at];\nendmodule\n",
    top: "top",
    watched: &[],
    variants: &[],
};

#[test]
fn sat_proves_the_mutants_that_are_masked_and_no_others() {
    let root = Path::new(env!("CARGO_TARGET_TMPDIR")).join("mutants");
    let tools = Tools::locate(&mutate::TOOLS).unwrap();
    let choice = Choice { logic: 60, contents: 60, seed: 1 };
    let mutants = mutate::list(&DESIGN, choice, &tools, &root).unwrap();
    let all: Vec<usize> = (1..=mutants.all.len()).collect();
    let place = |number: usize| mutants.all[number - 1].place();

    let masked = |place: &str| {
        let is = |fault: &str| place.contains(fault);
        is(" at B[0] of $and$")
            || ["A", "Y"].iter().any(|port| is(&format!("const0 at {port}[0] of $and$")))
            || is("const0 at B[0] of $or$")
    };
    let of_gates = |place: &str| ["$and$", "$or$"].iter().any(|gate| place.contains(gate));
    let proved = mutate::prove(&mutants, &all, &Claims::default(), &tools, &root).unwrap();
    let [mut expected, mut others] = [0, 0];
    for number in all.iter().copied().filter(|&number| of_gates(&place(number))) {
        let is_proved = proved.contains(&number);
        assert_eq!(is_proved, masked(&place(number)), "{}", place(number));
        *(if is_proved { &mut expected } else { &mut others }) += 1;
    }
    assert!(expected >= 4 && others >= 4, "{expected} masked, {others} not");
    // No register, address or output may be inverted.
    let inverted = |place: &str| place.starts_with("inv") && !of_gates(place);
    assert!(all.iter().any(|&number| inverted(&place(number))));
    assert_eq!(proved.iter().find(|&&number| inverted(&place(number))), None);
    assert_eq!(
        mutate::prove(&mutants, &[], &Claims::default(), &tools, &root).unwrap(),
        Vec::<usize>::new()
    );

    // A text of a few of them holds these and no other.
    let contents = *all.last().unwrap();
    let text = mutants.verilog(&[1, contents], &DESIGN, &tools, &root).unwrap();
    assert!(text.contains(&format!("{PORT} == 12'h001")), "{text}");
    assert!(!text.contains("12'h002"), "{text}");
    assert!(text.contains(&format!("if ({PORT} == {contents}) \\held [")), "{text}");
    let alone = mutants.verilog(&[contents], &DESIGN, &tools, &root).unwrap();
    assert!(alone.contains(&format!("input [11:0] {PORT}")), "{alone}");
}

/// `rests` never reaches 3, so `over` is never told. `count` may go through its numbers in another order.
const COUNTING: Design<'_> = Design {
    verilog: "module top(input clk, input go, output over, output last);\n\
              reg [1:0] rests = 0;\nreg [3:0] count = 0;\n\
              always @(posedge clk) begin\n\
              if (go) rests <= rests == 2 ? 0 : rests + 1;\ncount <= count + 1;\nend\n\
              assign over = rests == 3;\nassign last = count == 15;\nendmodule\n",
    top: "top",
    watched: &[],
    variants: &[],
};

#[test]
fn what_is_stated_is_proved_and_then_helps() {
    let root = Path::new(env!("CARGO_TARGET_TMPDIR")).join("claims");
    let tools = Tools::locate(&mutate::TOOLS).unwrap();
    let list = |seed| {
        let choice = Choice { logic: 200, contents: 1, seed };
        mutate::list(&COUNTING, choice, &tools, &root).unwrap()
    };
    let find = |mutants: &mutate::Mutants, words: &[&str]| {
        let is = |mutant: &Mutant| match mutant {
            Mutant::Logic(options) => words.iter().all(|word| options.contains(word)),
            Mutant::Contents(_) => false,
        };
        mutants.all.iter().position(is).map(|place| place + 1)
    };
    // Numbers 4k + 3 have another bit 2, and so has what they are read as.
    let other_order = ["-mode cnot1 ", "-port Q ", "-portbit 2 -ctrlbit 1 ", "-wire count "];
    let mutants = (1..40).map(list).find(|mutants| find(mutants, &other_order).is_some()).unwrap();
    let counts = find(&mutants, &other_order).unwrap();
    let never = find(&mutants, &["-mode const0 ", "-port Y ", "-wire over "]).unwrap();
    let name = mutate::name(counts, &mutants.all[counts - 1].place());

    let file = root.join("proofs.toml");
    let prove = |text: &str| {
        std::fs::write(&file, text).unwrap();
        mutate::prove(&mutants, &[counts, never], &Claims::read(&file).unwrap(), &tools, &root)
    };
    let invariant =
        |holds: &str| format!("[[invariant]]\nsays = \"It rests {holds}.\"\nholds = \"{holds}\"\n");
    let relation = |holds: &str| {
        format!(
            "[[relation]]\nmutants = ['{name}']\nregisters = [\"count\"]\nholds = \"{holds}\"\n\
             says = \"It counts in another order.\"\n"
        )
    };
    let right = "mutant.count == (count ^ ((count[1] & count[0]) << 2))";
    assert_eq!(prove("").unwrap(), Vec::<usize>::new());
    assert_eq!(prove(&invariant("rests <= 2")).unwrap(), [never]);
    assert_eq!(prove(&relation(right)).unwrap(), [counts]);
    assert_eq!(prove(&(invariant("rests != 3") + &relation(right))).unwrap(), [counts, never]);
    // A relation that allows everything does not follow from itself at the pins, and a wrong one not at all.
    for wrong in ["1", "mutant.count == count", "mutant.count == (count ^ (count[1] << 2))"] {
        assert_eq!(prove(&relation(wrong)).unwrap(), Vec::<usize>::new(), "{wrong}");
    }
    // One that is false, one that does not follow from what is stated, and one that the first cycle breaks.
    for wrong in ["rests <= 1", "rests != 2", "rests != 0"] {
        let error = prove(&(invariant("rests <= 2") + &invariant(wrong))).unwrap_err();
        assert_eq!(error.code(), "flows::mutants::invariant");
        assert!(error.to_string().contains(&format!("It rests {wrong}.")), "{error}");
        assert!(!error.to_string().contains("rests <= 2"), "{error}");
    }
    let error = prove(&invariant("rest <= 2")).unwrap_err();
    assert!(error.to_string().contains("no register `rest`"), "{error}");
}
