//! A program as a module of Verilog of its own, with the ports of what it is given and gives.

use super::verilog::{MULTIPLIER, verilog};
use crate::prim::range;
use spikestream::neuron::program::{Multipliers, Place, Plan, Program};

/// The module of a program, cut into its stages, with what a part multiplies with: `enable` comes with what is given,
/// `ready` with the results.
pub fn module(name: &str, program: &Program, multipliers: Multipliers) -> String {
    let bits = |place: Place| program.nodes()[place].bits() as usize;
    let given: String = program
        .given()
        .map(|place| format!("   input wire {} {},\n", range(bits(place)), program.called(place)))
        .collect();
    let ports: Vec<usize> = program.results().iter().map(|(_, place)| bits(*place)).collect();
    let results = program.results().iter().zip(&ports);
    let gives: String = results
        .map(|((name, _), &bits)| format!("   output reg {} {name},\n", range(bits)))
        .collect();
    let plan = Plan::of(program, multipliers);
    let (text, below) =
        (verilog(&plan, &ports), if plan.registered() > 0 { MULTIPLIER } else { "" });
    format!(
        "module {name}(\n{given}{gives}   input wire enable,\n   output reg ready,\n   input wire clock\n);\n\
         {text}endmodule\n{below}"
    )
}
