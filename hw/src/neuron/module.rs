//! A program as a module of Verilog of its own, with the ports of what it is given and gives.

use super::products::{Multipliers, Plan};
use super::verilog::verilog;
use crate::prim::range;
use spikestream::neuron::program::{Place, Program};

/// The module of a program, cut into its stages: `enable` comes with what is given, `ready` with the results. Products
/// are left to synthesis.
pub fn module(name: &str, program: &Program) -> String {
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
    let text = verilog(program, &Plan::of(program, Multipliers::ENOUGH), &ports);
    format!(
        "module {name}(\n{given}{gives}   input wire enable,\n   output reg ready,\n   input wire clock\n);\n\
         {text}endmodule\n"
    )
}
