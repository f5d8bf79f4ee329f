//! A neuron alone and a board's wiring to Verilog text and `design.json`: pure.

use super::{REQUEST, Solo};
use crate::emit::{self, Design, Emitted};
use crate::error::Error;
use crate::neuron::{Multipliers, Packing};
use crate::top::TopOfSolo;
use rust_hdl::prelude::Block;
use sha2::{Digest, Sha256};
use spikestream::hardware::{Shortcuts, line};
use spikestream::hex;
use spikestream::neuron::equations::{Compiled, Equations};
use spikestream::protocol::identity_of;
use spikestream::sc::network::Schedule;

/// What a board decides.
#[derive(Clone, Copy, Debug)]
pub struct Options {
    /// The board's clock, Hz.
    pub clock_hz: u32,
    /// Bits a second of the serial line.
    pub baud: u32,
    /// What its part multiplies with.
    pub multipliers: Multipliers,
    /// LEDs light when their pin is low.
    pub led_active_low: bool,
    /// The button pulls its pin low.
    pub button_active_low: bool,
}

/// Emits the top of a neuron alone.
///
/// # Errors
/// States of too many bits, a clock that is too slow, a baud rate too high for it.
pub fn emit(
    name: &str,
    neuron: &Equations,
    compiled: &Compiled,
    options: &Options,
) -> Result<Emitted, Error> {
    let Options { clock_hz, baud, multipliers, led_active_low, button_active_low } = *options;
    let wiring = emit::wiring(&emit::Options {
        clock_hz,
        baud,
        lanes: 1,
        schedule: Schedule::Planes,
        loaded: None,
        multipliers: Multipliers::NONE,
        shortcuts: Shortcuts::NONE,
        led_active_low,
        button_active_low,
    })?;
    let hash = hash(compiled)?;
    let words = Packing::of(compiled).words();
    let mut short = [0; 8];
    short.copy_from_slice(&hash[..8]);
    let identity = identity_of(short, [REQUEST, words, 1]);
    let solo = Solo::new(neuron, compiled, multipliers, &identity)?;
    let (busy, registered) = (solo.busy() as u64, solo.registered());
    let mut top = TopOfSolo::with(solo, Solo::sizes(compiled, &identity), wiring);
    top.connect_all();
    let verilog = emit::verilog(&top, "top")?;
    let design = Design {
        top: "top".into(),
        net: name.into(),
        net_hash: hex::of(&hash),
        board_clock_hz: clock_hz,
        baud,
        request_bytes: line::request_bytes(REQUEST),
        reply_bytes: line::reply_bytes(words),
        lanes: 1,
        schedule: "equations".into(),
        cycles_per_image: busy,
        mean_cycles: None,
        weight_memories: Vec::new(),
        weight_bits: 0,
        stored: None,
        multipliers: registered,
        early: false,
        length: None,
        phase: None,
        ports: emit::PORTS.map(String::from).to_vec(),
        led_active_low,
        button_active_low,
    };
    let header = format!("// The neuron {name}, alone: emitted by spikestream, do not edit.\n");
    let verilog = header + &verilog + emit::below(&design);
    // No network has a part in it, so it is its own shape.
    Ok(Emitted { shape: verilog.clone(), verilog, memories: Vec::new(), image: None, design })
}

/// The SHA-256 of the Verilog of the step, whatever the part multiplies with: all that a board says of the equations.
fn hash(compiled: &Compiled) -> Result<Vec<u8>, Error> {
    let mut step = crate::neuron::Equations::new(compiled, Multipliers::ENOUGH)?;
    step.connect_all();
    Ok(Sha256::digest(emit::verilog(&step, "neuron")?).to_vec())
}
