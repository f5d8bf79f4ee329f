//! A neuron alone on a board, through its pins: the emitted top under Verilator, told currents over its serial line,
//! against `Compiled::step`.

use std::path::Path;

use rust_hdl::prelude::Block;
use spikestream::neuron::equations::{Compiled, Equations, Kept};
use spikestream::protocol::frame::{self, Frame, IDENTIFY, INFER, REFUSED, REPLY};
use spikestream::random::Random;
use spikestream_hw::emit::{WAIVERS, verilog};
use spikestream_hw::neuron::{MULTIPLIER, Multipliers, Packing};
use spikestream_hw::solo::Solo;
use spikestream_hw::top::{TopOfSolo, Wiring};
use spikestream_sim::build::Source;
use spikestream_sim::uart::Host;

use crate::units::builder;

/// A fast line and a short gap: cycles cost time.
const WIRING: Wiring =
    Wiring { cycles_per_bit: 8, gap_bits: 10, led_active_low: false, button_active_low: false };

/// Cycles of a byte on the line.
const BYTE: u64 = 80;

const IDENTITY: &[u8] = b"fifteen bytes !";

/// A board with a neuron on it, and the neuron that it must be.
struct Board {
    host: Host,
    neuron: Equations,
    compiled: Compiled,
    kept: Kept<i64>,
    busy: u32,
}

impl Board {
    /// The multipliers of one have registers inside.
    fn ready(name: &str, are_registered: bool) -> Self {
        let file = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("../neurons/{name}.toml"));
        let neuron = Equations::from_toml(&std::fs::read_to_string(file).unwrap()).unwrap();
        let compiled = neuron.compile_within(0.0001, 7).unwrap();
        let multipliers = Multipliers { count: 2, are_registered, ..Multipliers::NONE };
        let solo = Solo::new(&neuron, &compiled, multipliers, IDENTITY).unwrap();
        assert_eq!(solo.registered() > 0, are_registered);
        let busy = solo.busy() as u32;
        let mut top = TopOfSolo::with(solo, Solo::sizes(&compiled, IDENTITY), WIRING);
        top.connect_all();
        let verilog = verilog(&top, "top").unwrap() + MULTIPLIER;
        let source =
            Source { verilog: &verilog, top: "top", clock: Some("clk"), waivers: Some(WAIVERS) };
        let model = builder().model(&source, false).unwrap_or_else(|e| panic!("{}", e.render()));
        let mut host = Host::new(Box::new(model), "uart_rx", "uart_tx", BYTE / 10).unwrap();
        host.idle(600).unwrap();
        let kept = compiled.initial(&neuron);
        Self { host, neuron, compiled, kept, busy }
    }

    fn set(&mut self, pin: &str, value: u64) {
        let port = self.host.dut().port(pin).unwrap();
        self.host.dut().poke(port, &[value]).unwrap();
    }

    fn is_lit(&mut self, led: &str) -> bool {
        let port = self.host.dut().port(led).unwrap();
        self.host.dut().low().unwrap();
        let value = self.host.dut().value(port).unwrap();
        self.host.dut().high().unwrap();
        value == 1
    }

    fn ask(&mut self, bytes: &[u8]) -> Frame {
        self.host.send(bytes).unwrap();
        let mut bytes = self.host.receive(4, 200 * BYTE).unwrap();
        let rest = usize::from(u16::from_le_bytes([bytes[2], bytes[3]])) + 2;
        bytes.extend(self.host.receive(rest, (rest as u64 + 2) * BYTE).unwrap());
        frame::decode(&bytes).unwrap()
    }

    fn request(anew: bool, current: i32) -> Vec<u8> {
        let mut payload = vec![u8::from(anew)];
        payload.extend(current.to_le_bytes());
        frame::encode(INFER, &payload)
    }

    /// A step on the board and of the golden model, whose words must be the same.
    fn steps(&mut self, anew: bool, current: i32) -> bool {
        let reply = self.ask(&Self::request(anew, current));
        if anew {
            self.kept = self.compiled.initial(&self.neuron);
        }
        let ends = [self.neuron.input.low, self.neuron.input.high];
        let [low, high] = ends.map(|end| self.compiled.word(end));
        let within = i64::from(current).clamp(low, high);
        let fired = self.compiled.step(&self.neuron, &mut self.kept, within);
        let mut expected = vec![u32::from(fired), self.busy];
        expected.extend(self.kept.states.iter().map(|&word| word as u32));
        expected.extend((self.neuron.refractory > 0).then_some(self.kept.resting));
        let expected: Vec<u8> = expected.into_iter().flat_map(u32::to_le_bytes).collect();
        assert_eq!((reply.command, reply.payload), (INFER | REPLY, expected), "I = {current}");
        fired
    }
}

/// The frame that docs/neurons.md shows.
#[test]
fn the_guide_shows_a_frame_that_is_one() {
    let bytes = Board::request(true, 10 << 8);
    let shown: Vec<String> = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    assert!(include_str!("../docs/neurons.md").contains(&format!("`{}`", shown.join(" "))));
}

/// Spikes, rests and new beginnings; currents at the ends of their range and far beyond.
#[test]
fn a_neuron_on_a_board_is_the_golden_models() {
    for (name, rests, are_registered) in [
        ("adaptive-threshold", true, false),
        ("izhikevich-fast", false, false),
        ("izhikevich-fast", false, true),
    ] {
        let mut board = Board::ready(name, are_registered);
        assert_eq!(Packing::of(&board.compiled).rest_bits > 0, rests);
        let mut random = Random::new(7);
        let high = board.compiled.word(board.neuron.input.high) as i32;
        let mut spikes = 0;
        for step in 0..300 {
            let current = match random.below(8) {
                0 => random.corner_value(32) as i32,
                1 => -(random.below(high as u64 + 1) as i32),
                _ => high - random.below(high as u64 / 2) as i32,
            };
            spikes += u32::from(board.steps(step > 0 && random.below(64) == 0, current));
        }
        assert!(spikes > 5, "{name} fired {spikes} times");
    }
}

/// What is refused, a test by the button and a board that is held: none makes a step.
#[test]
fn only_a_whole_request_is_a_step() {
    let mut board = Board::ready("adaptive-threshold", true);
    let reply = board.ask(&frame::encode(IDENTIFY, &[]));
    assert_eq!((reply.command, &*reply.payload), (IDENTIFY | REPLY, IDENTITY));
    let high = board.compiled.word(board.neuron.input.high) as i32;
    for _ in 0..5 {
        board.steps(false, high);
    }
    let mut spoilt = Board::request(true, -high);
    *spoilt.last_mut().unwrap() ^= 1;
    let refusals =
        [(spoilt, 1), (frame::encode(3, &[0; 5]), 2), (frame::encode(INFER, &[0; 4]), 3)];
    for (bytes, reason) in refusals {
        let reply = board.ask(&bytes);
        assert_eq!((reply.command, reply.payload), (REFUSED, vec![reason]));
        board.host.idle(3000).unwrap();
        board.steps(false, high / 2);
    }
    // A press is seen after a gap, and its step is judged.
    assert!(!board.is_lit("led_pass"));
    board.set("button", 1);
    board.host.idle(4 << WIRING.gap_bits).unwrap();
    assert!(board.is_lit("led_pass") && !board.is_lit("led_fail"));
    board.set("button", 0);
    board.host.idle(4 << WIRING.gap_bits).unwrap();
    board.kept = board.compiled.initial(&board.neuron);
    for _ in 0..5 {
        board.steps(false, high);
    }
    // Whoever holds a board finds the neuron as it begins.
    board.set("hold", 1);
    board.host.idle(10).unwrap();
    assert!(!board.is_lit("led_pass"));
    board.set("hold", 0);
    board.host.idle(600).unwrap();
    board.kept = board.compiled.initial(&board.neuron);
    board.steps(false, high);
}
