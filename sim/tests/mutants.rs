//! Mutants of a small design: they are listed, built into one text, and SAT shows which of them change
//! nothing.

#![allow(clippy::unwrap_used)] // a test stops at the first error

use std::path::Path;

use spikestream_flows::mutate::{self, Choice, Design, PORT};
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
    broken: ("held", 0, 0),
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
    let proved = mutate::prove(&mutants, &all, &tools, &root).unwrap();
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
    assert_eq!(mutate::prove(&mutants, &[], &tools, &root).unwrap(), Vec::<usize>::new());

    // A text of a few of them holds these and no other.
    let contents = *all.last().unwrap();
    let text = mutants.verilog(&[1, contents], &DESIGN, &tools, &root).unwrap();
    assert!(text.contains(&format!("{PORT} == 12'h001")), "{text}");
    assert!(!text.contains("12'h002"), "{text}");
    assert!(text.contains(&format!("if ({PORT} == {contents}) \\held [")), "{text}");
    let alone = mutants.verilog(&[contents], &DESIGN, &tools, &root).unwrap();
    assert!(alone.contains(&format!("input [11:0] {PORT}")), "{alone}");
}
