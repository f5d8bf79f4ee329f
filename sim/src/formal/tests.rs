//! Blocks that are proved, and faults in them that are not.

use spikestream::neuron::arithmetic::{Arithmetic, Range};
use spikestream::neuron::lif::block;
use spikestream::neuron::program::{Program, Recorder};
use spikestream::spec::{Neuron, Reset, example};
use spikestream_flows::FlowError;
use spikestream_flows::formal::TOOLS;
use spikestream_flows::tool::Tools;
use spikestream_hw::neuron::module;

use super::neuron::{Block, Proof, prove};

fn proof(program: &Program, verilog: &str) -> Result<Proof, FlowError> {
    let folder = tempfile::tempdir().unwrap();
    let tools = Tools::locate(&TOOLS).unwrap();
    prove(Block { unit: "unit", verilog, module: "block", program }, &tools, folder.path())
}

fn neurons() -> impl Iterator<Item = Neuron> {
    let base = example(&[1, 1]).spec.neuron;
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

#[test]
fn a_block_is_its_program() {
    for neuron in neurons() {
        let program = block::program(&neuron, 12);
        let proof = proof(&program, &module("block", &program)).unwrap();
        println!("{proof:?}");
        assert_eq!(proof.proved.len(), 2);
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
    let proof = proof(&program, &module("block", &program)).unwrap();
    println!("{proof:?}");
}
