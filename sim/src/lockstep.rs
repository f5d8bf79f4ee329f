//! Golden model, rust-hdl simulator and Verilator on one stimulus, compared in every cycle.
//!
//! Each simulator gets the same rows of inputs and returns the outputs seen before each edge; the
//! golden model is a function of one cycle's inputs and its own state that says what they should
//! be. It never drives anything.

use std::fmt;
use std::path::PathBuf;

use crate::SimError;
use crate::build::{Builder, Source};
use crate::dut::{Dut, PortId};
use crate::trace::{self, Window};
use spikestream::random::Random;

/// The first difference between two simulations.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mismatch {
    /// What is simulated.
    pub unit: String,
    /// Who simulates it.
    pub simulator: String,
    /// The image, if it is a network.
    pub image: Option<usize>,
    /// Where in the network, if it is one.
    pub place: Option<Place>,
    /// The cycle.
    pub cycle: u64,
    /// The port, or the value's name.
    pub port: String,
    /// What the golden model says.
    pub expected: String,
    /// What the simulator shows.
    pub got: String,
    /// A VCD file of the cycles around it.
    pub waves: Option<PathBuf>,
}

/// A neuron at a time step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    /// Layer, from 0.
    pub layer: usize,
    /// Neuron, from 0.
    pub neuron: usize,
    /// Time step, from 0.
    pub step: u32,
}

impl fmt::Display for Mismatch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { unit, simulator, cycle, port, expected, got, .. } = self;
        write!(f, "{unit} under {simulator}: ")?;
        if let Some(image) = self.image {
            write!(f, "image {image}, ")?;
        }
        if let Some(Place { layer, neuron, step }) = self.place {
            write!(f, "layer {layer}, neuron {neuron}, step {step}, ")?;
        }
        write!(f, "cycle {cycle}: {port} is {got}, expected {expected}")
    }
}

impl Mismatch {
    /// What to look at.
    pub fn remedy(&self) -> String {
        match &self.waves {
            Some(path) => format!("see the waves around it: {}", path.display()),
            None => "compare the block with its twin, which its documentation names, at this cycle"
                .to_owned(),
        }
    }
}

/// A unit test in lock-step.
pub struct Unit<'a> {
    /// The unit's name.
    pub name: &'a str,
    /// Its inputs in the order of a row.
    pub inputs: &'a [&'a str],
    /// Its outputs in the order of a row.
    pub outputs: &'a [&'a str],
    /// Cycles to run.
    pub cycles: usize,
    /// The output of one bit without which the others mean nothing, if there is one.
    pub valid: Option<&'a str>,
    /// The seed of the stimulus.
    pub seed: u64,
}

/// A golden model of one unit: from a row of inputs to the row of outputs that is seen before the
/// edge; then its state moves on, as at the edge.
pub trait Twin {
    /// One cycle.
    fn cycle(&mut self, inputs: &[u64], outputs: &mut [u64]);
}

impl<F: FnMut(&[u64], &mut [u64])> Twin for F {
    fn cycle(&mut self, inputs: &[u64], outputs: &mut [u64]) {
        self(inputs, outputs);
    }
}

/// Random rows for the inputs of a unit, corners included: all inputs at their corners at once in
/// some cycles, and held for some cycles in others.
pub fn stimulus(unit: &Unit<'_>, dut: &dyn Dut) -> Result<Vec<u64>, SimError> {
    let ports = ids(dut, unit.inputs)?;
    let mut random = Random::new(unit.seed);
    let mut row: Vec<u64> = Vec::new();
    let mut rows = Vec::new();
    for _ in 0..unit.cycles {
        if row.is_empty() || random.below(8) != 0 {
            row.clear();
            for port in &ports {
                push_value(&mut random, dut.ports()[port.0 as usize].width, &mut row);
            }
        }
        rows.extend_from_slice(&row);
    }
    Ok(rows)
}

fn push_value(random: &mut Random, width: u32, row: &mut Vec<u64>) {
    let mut left = width;
    while left > 0 {
        let bits = left.min(64);
        row.push(random.corner_value(bits));
        left -= bits;
    }
}

/// Runs the twin, the block and the Verilated model on `rows` and compares all outputs in all
/// cycles. The model is built from `source`.
///
/// # Errors
/// [`SimError::Mismatch`] for the first difference, with waves; or what building and running
/// report.
pub fn run(
    unit: &Unit<'_>,
    rows: &[u64],
    twin: &mut dyn Twin,
    block: &mut dyn Dut,
    source: &Source<'_>,
    builder: &Builder,
) -> Result<(), SimError> {
    let expected = expectation(unit, rows, twin, block)?;
    let seen = play(unit, rows, block)?;
    let found = first_difference(unit, "rust-hdl", block, &expected, &seen)?;
    let mut model = builder.model(source, false)?;
    let seen = play(unit, rows, &mut model)?;
    let verilated = first_difference(unit, "verilator", block, &expected, &seen)?;
    match [found, verilated].into_iter().flatten().min_by_key(|m| m.cycle) {
        None => Ok(()),
        Some(mut mismatch) => {
            mismatch.waves = Some(waves(unit, rows, &mismatch, source, builder)?);
            Err(SimError::Mismatch(Box::new(mismatch)))
        }
    }
}

/// The rows that the twin expects; the shape of a row is the block's.
fn expectation(
    unit: &Unit<'_>,
    rows: &[u64],
    twin: &mut dyn Twin,
    dut: &dyn Dut,
) -> Result<Vec<u64>, SimError> {
    let width = dut.row_words(&ids(dut, unit.inputs)?);
    let mut expected = vec![0; unit.cycles * dut.row_words(&ids(dut, unit.outputs)?)];
    let out_width = expected.len() / unit.cycles.max(1);
    for cycle in 0..unit.cycles {
        let outputs = &mut expected[cycle * out_width..][..out_width];
        twin.cycle(&rows[cycle * width..][..width], outputs);
    }
    Ok(expected)
}

fn play(unit: &Unit<'_>, rows: &[u64], dut: &mut dyn Dut) -> Result<Vec<u64>, SimError> {
    let (inputs, outputs) = (ids(dut, unit.inputs)?, ids(dut, unit.outputs)?);
    dut.play(&inputs, &outputs, unit.cycles, rows)
}

fn ids(dut: &dyn Dut, names: &[&str]) -> Result<Vec<PortId>, SimError> {
    names.iter().map(|name| dut.port(name)).collect()
}

fn first_difference(
    unit: &Unit<'_>,
    simulator: &str,
    dut: &dyn Dut,
    expected: &[u64],
    seen: &[u64],
) -> Result<Option<Mismatch>, SimError> {
    let ports = ids(dut, unit.outputs)?;
    let row_words = dut.row_words(&ports);
    let valid = unit.outputs.iter().position(|name| Some(*name) == unit.valid);
    let valid = valid.map(|index| dut.row_words(&ports[..index]));
    let differ = |at: &usize| {
        let counts = valid.is_none_or(|valid| {
            at % row_words == valid || expected[at - at % row_words + valid] != 0
        });
        counts && expected[*at] != seen[*at]
    };
    let Some(at) = (0..expected.len()).find(differ) else { return Ok(None) };
    let (cycle, mut word) = (at / row_words, at % row_words);
    let mut start = cycle * row_words;
    for (name, port) in unit.outputs.iter().zip(&ports) {
        let words = dut.row_words(&[*port]);
        if word < words {
            return Ok(Some(Mismatch {
                unit: unit.name.to_owned(),
                simulator: simulator.to_owned(),
                image: None,
                place: None,
                cycle: cycle as u64,
                port: (*name).to_owned(),
                expected: hexadecimal(&expected[start..][..words]),
                got: hexadecimal(&seen[start..][..words]),
                waves: None,
            }));
        }
        word -= words;
        start += words;
    }
    Ok(None)
}

/// A value, highest word first.
fn hexadecimal(words: &[u64]) -> String {
    let mut digits = words.iter().rev();
    let first = digits.next().map(|word| format!("{word:x}")).unwrap_or_default();
    digits.fold(format!("0x{first}"), |text, word| text + &format!("{word:016x}"))
}

/// Runs the model again, this time with waves.
fn waves(
    unit: &Unit<'_>,
    rows: &[u64],
    mismatch: &Mismatch,
    source: &Source<'_>,
    builder: &Builder,
) -> Result<PathBuf, SimError> {
    let mut model = builder.model(source, true)?;
    let window = Window::around(mismatch.cycle);
    let path = trace::path_of(builder.folder(), unit.name);
    model.trace(&path, window.first, window.last)?;
    play(unit, rows, &mut model)?;
    Ok(path)
}
