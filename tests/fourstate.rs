//! The emitted Verilog from power-up under a simulator of four states: every output is 0 or 1 in every
//! cycle, and every reply is the golden model's. What two states hide is a register or a memory word that
//! nobody has set; such a fault is planted, and seen.

use std::path::Path;

use spikestream::hardware::Shortcuts;
use spikestream::protocol::frame::{self, Answer};
use spikestream::protocol::identity;
use spikestream::random::Random;
use spikestream::sc::network::{Golden, Outcome, Schedule};
use spikestream::spec::{Net, Reset, example};
use spikestream_flows::board::{self, Folders};
use spikestream_flows::build::wrapper;
use spikestream_flows::family::MODULE;
use spikestream_flows::simulate::icarus::TOOLS as ICARUS;
use spikestream_flows::tool::Tools;
use spikestream_hw::emit::Options;
use spikestream_hw::neuron::Multipliers;
use spikestream_sim::SimError;
use spikestream_sim::fault::replace_once;
use spikestream_sim::fourstate::{Design, Level, Session, Simulator, Talk};
use spikestream_sim::verify::Built;

/// Slow enough for few cycles a bit and a short gap: what is simulated is cycles, not seconds.
const CLOCK_HZ: u32 = 100_000;

fn built(net: &Net, lanes: usize, schedule: Schedule) -> Built {
    net.check().unwrap();
    let options = Options {
        clock_hz: CLOCK_HZ,
        baud: CLOCK_HZ / 8,
        lanes,
        schedule,
        loaded: None,
        multipliers: Multipliers::NONE,
        shortcuts: Shortcuts::NONE,
        led_active_low: lanes > 16,
        button_active_low: schedule == Schedule::Stream,
    };
    Built::emit(net, &options).unwrap()
}

fn simulator() -> Simulator {
    Simulator::locate(&Path::new(env!("CARGO_TARGET_TMPDIR")).join("fourstate")).unwrap()
}

fn images(net: &Net, count: u64) -> Vec<Vec<u8>> {
    let image = |seed| {
        let mut random = Random::new(seed);
        (0..net.spec.inputs()).map(|_| random.corner_value(8) as u8).collect()
    };
    (0..count).map(image).collect()
}

/// The replies to `identify` and to the images are the network's.
fn equal(net: &Net, built: &Built, images: &[Vec<u8>], talk: &Talk) {
    let commands: Vec<u8> = talk.frames.iter().map(|frame| frame.command).collect();
    let [identify, infer] = [frame::IDENTIFY, frame::INFER].map(|command| command | frame::REPLY);
    assert_eq!(commands, [vec![identify], vec![infer; images.len()]].concat());
    assert_eq!(talk.frames[0].payload, identity(net));
    let golden = Golden::new(net, Schedule::Planes);
    for (image, frame) in images.iter().zip(&talk.frames[1..]) {
        let answer = Answer::parse(&frame.payload).unwrap();
        let Answer { class, cycles, counts, membranes, steps: None } = answer else { panic!() };
        assert_eq!(Outcome { class, counts, membranes }, golden.infer(image));
        assert_eq!(u64::from(cycles), built.design.cycles_per_image);
    }
}

/// The LEDs at the end of a run: ready, and the self-test's result.
fn leds(built: &Built, talk: &Talk) -> [bool; 3] {
    let lit = Level::of(!built.design.led_active_low);
    let last = talk.recording.cycles() - 1;
    ["led_status", "led_pass", "led_fail"]
        .map(|led| talk.recording.level(led, last).unwrap() == lit)
}

/// Two images and the self-test, with the button released at first or held from power-up on.
fn check(net: &Net, lanes: usize, schedule: Schedule, button_held: bool) {
    let (built, images) = (built(net, lanes, schedule), images(net, 2));
    let mut session = Session::power_up(net, &built, button_held);
    session.identify();
    images.iter().for_each(|image| session.infer(image));
    if !button_held {
        session.press();
    }
    let talk = session.run(&simulator(), &session.top()).unwrap();
    equal(net, &built, &images, &talk);
    assert_eq!(leds(&built, &talk), [true, true, false], "ready, passed");
}

#[test]
fn one_class() {
    let Some(_) = Tools::for_test(&ICARUS) else { return };
    for (schedule, button_held) in [(Schedule::Planes, false), (Schedule::Stream, true)] {
        check(&example(&[8, 5, 1]), 16, schedule, button_held);
    }
}

#[test]
fn one_neuron_alone() {
    let Some(_) = Tools::for_test(&ICARUS) else { return };
    let mut net = example(&[9, 1]);
    net.spec.neuron.refractory = 1;
    check(&net, 16, Schedule::Planes, false);
}

#[test]
fn two_classes() {
    let Some(_) = Tools::for_test(&ICARUS) else { return };
    check(&example(&[20, 7, 2]), 16, Schedule::Planes, true);
    check(&example(&[20, 7, 2]), 16, Schedule::Stream, false);
}

#[test]
fn resting_neurons_with_noise() {
    let Some(_) = Tools::for_test(&ICARUS) else { return };
    let mut net = example(&[40, 19, 5]);
    let neuron = &mut net.spec.neuron;
    (neuron.reset, neuron.refractory) = (Reset::Zero, 2);
    (neuron.noise_bits, neuron.noise_seed) = (5, 0xace1);
    check(&net, 32, Schedule::Planes, false);
}

#[test]
fn the_shipped_digits() {
    let Some(_) = Tools::for_test(&ICARUS) else { return };
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../nets/digits");
    let net = Net::load(&folder).unwrap();
    let (built, images) = (built(&net, 64, Schedule::Planes), images(&net, 1));
    let mut session = Session::power_up(&net, &built, false);
    session.identify();
    session.infer(&images[0]);
    equal(&net, &built, &images, &session.run(&simulator(), &session.top()).unwrap());
}

/// A board without a button, as it is routed: its PLL holds the design until it has locked.
#[test]
fn a_whole_board() {
    let Some(_) = Tools::for_test(&ICARUS) else { return };
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let board = board::load(&Folders::of(&root).unwrap(), "icestick").unwrap();
    assert!(!board.has("button") && board.clock.run_mhz > 12.0);
    let net = example(&[8, 5, 1]);
    let (built, images) = (built(&net, 16, Schedule::Planes), images(&net, 2));
    let models = include_str!("../flows/src/family/ice40/models.v");
    let around = wrapper::verilog(&board, board.clock.run_mhz, false).unwrap();
    let verilog = [models, &around, &built.verilog].concat();
    let mut session = Session::on_a_board(&net, &built);
    session.identify();
    images.iter().for_each(|image| session.infer(image));
    let (inputs, outputs) =
        board.ports(false).map(str::to_owned).partition(|port| port == "uart_rx");
    let (top, clock) = (MODULE, board.clock.port().unwrap());
    let design = Design { verilog: &verilog, top, clock, inputs, outputs };
    let talk = session.run(&simulator(), &design).unwrap();
    equal(&net, &built, &images, &talk);
    assert_eq!(leds(&built, &talk), [true, true, false], "the self-test at the start");
}

/// A design whose text was changed in one module.
fn planted(built: &Built, module: &str, text: &str, by: &str) -> Result<Talk, SimError> {
    let header = format!("\nmodule {module}(");
    let (before, rest) = built.verilog.split_once(&header).unwrap();
    let (body, after) = rest.split_once("endmodule").unwrap();
    let body = replace_once(body, text, by).unwrap();
    let faulty =
        Built { verilog: format!("{before}{header}{body}endmodule{after}"), ..built.clone() };
    let net = example(&[8, 5, 2]);
    let mut session = Session::power_up(&net, &faulty, false);
    session.infer(&[200; 8]);
    session.run(&simulator(), &session.top())
}

#[test]
fn what_nobody_has_set_reaches_a_pin_and_is_seen() {
    let Some(_) = Tools::for_test(&ICARUS) else { return };
    let built = built(&example(&[8, 5, 2]), 16, Schedule::Planes);
    let unknown = |module, text, by| {
        let error = planted(&built, module, text, by).unwrap_err();
        assert_eq!(error.code(), "sim::fourstate::unknown", "{module}: {error}");
        error.to_string()
    };
    // A state that begins anywhere.
    let text = unknown("top_protocol_state", "q = 64'h0;", "");
    assert_eq!(text, "`led_status` of `top` is x in cycle 0, counted from power-up");
    // The signs of the first output neuron's weights: the answer's membrane shows them.
    let text = unknown("top_engine_signs", "memory[5] = ", "memory[9] = ");
    assert!(text.starts_with("`uart_tx` of `top` is x in cycle "), "{text}");
}
