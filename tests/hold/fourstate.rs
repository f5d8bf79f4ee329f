//! `hold` from arbitrary registers, under a simulator of four states: when it is raised, every register of
//! the design and the words of its memories of one image are set to random bits, or to nothing known.
//! After it all that the pins show is known and right.

use std::collections::BTreeSet;
use std::path::Path;

use spikestream::hardware::{self, On};
use spikestream::protocol::frame::{self, Answer, IDENTIFY, INFER, REPLY};
use spikestream::protocol::identity;
use spikestream::random::Random;
use spikestream::sc::network::{Outcome, Schedule};
use spikestream::spec::{Net, NetSpec, example};
use spikestream_flows::simulate::icarus::TOOLS as ICARUS;
use spikestream_flows::tool::Tools;
use spikestream_sim::SimError;
use spikestream_sim::fourstate::{Level, Session, Simulator};
use spikestream_sim::uart::Decoder;
use spikestream_sim::verify::Built;

use super::registers::registers;
use super::{built, in_module, many_steps};

/// Memories that an image writes before it reads them.
const WRITTEN: [(&str, &str); 6] = [
    ("spikes", "memory"),
    ("membranes", "memory"),
    ("others", "memory"),
    ("readout_counts", "memory"),
    ("list", "memory"),
    ("sums", "all_memory"),
];

/// How many cycles `hold` is up for, and until the board is asked.
const HELD: u64 = 20;
const START: u64 = 300;

/// The cycles of a start, without the synchroniser's.
const BOOT: u64 = 256;

fn simulator() -> Simulator {
    Simulator::locate(&Path::new(env!("CARGO_TARGET_TMPDIR")).join("hold")).unwrap()
}

/// The text with all of its state set when `hold` rises: to random bits, or to x.
fn disturbed(built: &Built, known: bool) -> Built {
    let mut verilog = built.verilog.clone();
    let value = if known { "{32{$random}}" } else { "{1024{1'bx}}" };
    let modules = registers(&verilog);
    let names: BTreeSet<&String> = modules.iter().map(|(name, _)| name).collect();
    for name in names {
        let own = modules.iter().filter(|(module, _)| module == name);
        let mut block: String =
            own.map(|(_, register)| format!("{register} = {value}; ")).collect();
        for (of, memory) in WRITTEN {
            if *name != format!("top_engine_{of}") {
                continue;
            }
            block += &format!("for (at = 0; at < 1024; at = at + 1) {memory}[at] = {value};");
        }
        let text = format!("integer at;\nalways @(posedge top.hold) begin {block} end\n");
        let (before, rest) = verilog.split_once(&format!("\nmodule {name}(")).unwrap();
        let (body, after) = rest.split_once("endmodule").unwrap();
        verilog = format!("{before}\nmodule {name}({body}{text}endmodule{after}");
    }
    Built { verilog, ..built.clone() }
}

/// Holds a board at each of some moments, counted from the end of a request, and asks it each time for its
/// identity and an image. The first wrong one.
fn ask(net: &Net, built: &Built, moments: &[u64], seed: u64) -> Result<(), String> {
    let mut random = Random::new(seed);
    let mut session = Session::power_up(net, built, false);
    let golden = hardware::golden(net);
    let engine = built.cycles(net);
    let gap = 1 << frame::gap_bits(built.design.board_clock_hz);
    let mut image =
        || -> Vec<u8> { (0..net.spec.inputs()).map(|_| random.corner_value(8) as u8).collect() };
    let mut windows = Vec::new();
    for (turn, &moment) in moments.iter().enumerate() {
        let before = session.stimulus.now();
        session.infer(&image());
        let after = session.stimulus.now();
        // From the first bit of the request to the end of the reply; then the line falls silent.
        let at = before + moment % (after - before);
        session.stimulus.drive_at(at, "hold", Level::High);
        session.stimulus.drive_at(at + HELD, "hold", Level::Low);
        session.stimulus.wait(START);
        // Every other time the button is held down at the start.
        let pressed = turn % 2 == 0;
        if pressed {
            session.stimulus.drive_at(at, "button", Level::Low);
            session.stimulus.wait(2 * gap + built.max_cycles());
            session.stimulus.drive("button", Level::High);
            session.stimulus.wait(2 * gap);
        }
        let asked = (session.stimulus.now(), image());
        session.identify();
        session.infer(&asked.1);
        windows.push((at, pressed, asked, session.stimulus.now()));
    }
    let recording =
        simulator().run(&session.top(), &session.stimulus).map_err(|e| e.to_string())?;
    for (at, pressed, (from, image), to) in windows {
        let told = |what: String| format!("hold in cycle {at}: {what}");
        let error = |e: SimError| told(e.to_string());
        // Nothing old is to be seen from soon after the rise on: not even while it lasts.
        recording.between(at + 5, to).ensure_known().map_err(error)?;
        for (led, cycle, lit) in [
            ("led_pass", at + HELD + BOOT, false),
            ("led_fail", at + HELD + BOOT, false),
            ("led_status", from, true),
            ("led_pass", from, pressed),
            ("led_fail", from, false),
        ] {
            // They are lit by a low level.
            if recording.level(led, cycle - 1).map_err(error)? != Level::of(!lit) {
                return Err(told(format!("{led} in cycle {cycle}")));
            }
        }
        let changes = recording.between(from, to).transitions("uart_tx").map_err(error)?;
        let bytes = Decoder::new(built.clocks_per_bit()).feed(&changes, to).map_err(error)?;
        let wrong = || told(format!("it sends {bytes:02x?}"));
        let first = frame::decode(&bytes).ok_or_else(wrong)?;
        let second = frame::decode(&bytes[first.used..]).ok_or_else(wrong)?;
        let (Outcome { class, counts, membranes }, cycles) = engine.infer(&golden, &image);
        let answer = Answer { class, steps: None, cycles: cycles as u32, counts, membranes };
        let right = (first.command, first.payload) == (IDENTIFY | REPLY, identity(net))
            && second.command == INFER | REPLY
            && Answer::parse(&second.payload) == Some(answer)
            && first.used + second.used == bytes.len();
        if !right {
            return Err(wrong());
        }
    }
    Ok(())
}

/// Random moments of a request, its run and its reply.
fn moments(count: usize, seed: u64) -> Vec<u64> {
    let mut random = Random::new(seed);
    (0..count).map(|_| random.next_u64() >> 1).collect()
}

/// The engines of the small network.
const SMALL: [On; 2] = [On::planes(16), On::of(Schedule::Events, 4)];

/// A small network with all that a neuron may have: what is simulated here is slow.
fn small() -> Net {
    let mut net = example(&[4, 3, 2]);
    net.spec.time.steps = 2;
    Net { spec: NetSpec { neuron: many_steps().spec.neuron, ..net.spec }, ..net }
}

#[test]
fn hold_at_random_moments_in_four_states() {
    let Some(_) = Tools::for_test(&ICARUS) else { return };
    for on in SMALL {
        ask(&small(), &built(&small(), on, 8), &moments(8, 1), 1).unwrap();
    }
}

#[test]
fn hold_from_any_state_in_four_states() {
    let Some(_) = Tools::for_test(&ICARUS) else { return };
    for on in SMALL {
        let built = built(&small(), on, 8);
        ask(&small(), &disturbed(&built, true), &moments(5, 3), 3).unwrap();
        ask(&small(), &disturbed(&built, false), &moments(2, 4), 4).unwrap();
    }
}

/// What a register keeps is seen: without its reset, or without what sets it at the start.
#[test]
fn a_register_that_is_not_reset_is_seen_in_four_states() {
    let Some(_) = Tools::for_test(&ICARUS) else { return };
    // A low threshold, so that what reaches a neuron is seen in the answer.
    let mut lively = small();
    lively.spec.layers.iter_mut().for_each(|layer| layer.threshold = 2);
    let planes = (small(), built(&small(), SMALL[0], 8));
    let events = (lively.clone(), built(&lively, SMALL[1], 8));
    for ((net, sound), module, text, by) in [
        (&planes, "top", "engine_reset = protocol_reset;", "engine_reset = 1'b0;"),
        (&planes, "top", "transmitter_reset = protocol_reset;", "transmitter_reset = 1'b0;"),
        (&planes, "top_engine_sequencer", "layer_number_d = ((32'h0) & 3'h7);\n        end", "end"),
        (
            &planes,
            "top_engine_collect",
            "fill_d = ((32'h0) & 8'hff);\n            next_d",
            "next_d",
        ),
        (
            &planes,
            "top_protocol",
            "passed_d = 1'b0;\n                    failed_d = 1'b0;\n                    if (pace",
            "if (pace",
        ),
        (&planes, "top_protocol_pace", "was_pressed_d = 1'b0;", "was_pressed_d = was_pressed_q;"),
        // What is left in the sums, and what is taken up in the middle.
        (&events, "top_engine_walker", "phase_d = Phase_Sweep;", "phase_d = Phase_Idle;"),
        (&events, "top_engine_walker_scan_next", "if (restart)", "if (1'b0 && restart)"),
    ] {
        let verilog = in_module(&sound.verilog, module, text, by);
        let faulty = disturbed(&Built { verilog, ..sound.clone() }, false);
        // A self-test before the image takes what was left in the sums.
        let count = if sound.schedule == Schedule::Events { 3 } else { 1 };
        assert!(ask(net, &faulty, &moments(count, 5), 5).is_err(), "{text}");
    }
}
