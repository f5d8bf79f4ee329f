//! `hold` forgets all that came before, at whatever moment it is raised: in every phase, on a running
//! board under Verilator and from arbitrary registers under a simulator of four states; and no register
//! is without a decision.

mod fourstate;
mod registers;
mod trial;

use spikestream::hardware::flash::{Place, READS};
use spikestream::hardware::{On, Shortcuts};
use spikestream::sc::network::Schedule;
use spikestream::spec::{Net, example, with_every_kind, with_relays};
use spikestream_hw::emit::Options;
use spikestream_hw::neuron::Multipliers;
use spikestream_sim::fault::replace_once;
use spikestream_sim::verify::Built;

use trial::{Count, PHASES, Trials};

/// Slow, so that the gap is short: what is simulated is cycles, not seconds.
const CLOCK_HZ: u32 = 51_000;

pub(crate) fn digits() -> Net {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../nets/digits");
    Net::load(&folder).unwrap()
}

/// A small network of as many time steps as there can be, with all that a neuron may have.
pub(crate) fn many_steps() -> Net {
    let mut net = example(&[20, 12, 5]);
    net.spec.time.steps = 256;
    let neuron = &mut net.spec.neuron;
    (neuron.refractory, neuron.noise_bits, neuron.noise_seed) = (2, 5, 0xace1);
    net
}

/// The engines that are held.
pub(crate) const PLANES: On = On::planes(64);
/// Runs end as soon as their class cannot change.
pub(crate) const EARLY: On =
    On { shortcuts: Shortcuts { early: true, ..Shortcuts::NONE }, ..PLANES };
pub(crate) const EVENTS: On = On::of(Schedule::Events, 12);

pub(crate) fn built(net: &Net, on: On, cycles_per_bit: u32) -> Built {
    net.check().unwrap();
    Built::emit(net, &options(on, cycles_per_bit)).unwrap()
}

/// The design of a network that is loaded.
pub(crate) fn loaded(net: &Net, cycles_per_bit: u32) -> Built {
    let place = Place { address: 0x10_0000, read: READS[1] };
    let options = Options { loaded: Some(place), ..options(EVENTS, cycles_per_bit) };
    Built::emit(net, &options).unwrap()
}

fn options(on: On, cycles_per_bit: u32) -> Options {
    Options {
        clock_hz: CLOCK_HZ / cycles_per_bit * cycles_per_bit,
        baud: CLOCK_HZ / cycles_per_bit,
        lanes: on.lanes,
        schedule: on.schedule,
        loaded: None,
        multipliers: Multipliers::NONE,
        shortcuts: on.shortcuts,
        led_active_low: true,
        button_active_low: true,
    }
}

/// As many moments in each phase, none of them wrong.
#[allow(clippy::print_stdout)] // the counts are to be seen
fn sound(what: &str, net: &Net, built: &Built, each: u64) {
    let mut trials = Trials::new(net, built).unwrap();
    let mut wrong = Vec::new();
    for seed in 0..each {
        for phase in PHASES {
            wrong.extend(trials.run(phase, seed).err());
        }
    }
    assert!(wrong.is_empty(), "{} wrong: {wrong:#?}", wrong.len());
    let Count { moments, busy } = trials.count;
    assert_eq!(moments, each * PHASES.len() as u64);
    println!("{what}: {moments} moments, {each} in each of {PHASES:?}; busy in {busy}; 0 wrong");
}

#[test]
fn hold_at_random_moments_on_the_shipped_digits() {
    sound("digits, 24 cycles a bit", &digits(), &built(&digits(), PLANES, 24), 20);
}

#[test]
fn hold_at_random_moments_on_the_shipped_digits_with_a_fast_line() {
    sound("digits, 8 cycles a bit", &digits(), &built(&digits(), PLANES, 8), 20);
}

#[test]
fn hold_at_random_moments_on_256_steps() {
    sound("20-12-5 of 256 steps", &many_steps(), &built(&many_steps(), On::planes(16), 8), 20);
}

#[test]
fn hold_at_random_moments_on_events() {
    sound("digits, early answers", &digits(), &built(&digits(), EARLY, 8), 10);
    sound("digits, events", &digits(), &built(&digits(), EVENTS, 8), 20);
    sound("20-12-5 of 256 steps, events", &many_steps(), &built(&many_steps(), EVENTS, 8), 10);
    let every = with_every_kind();
    sound("all kinds of connections, events", &every, &built(&every, EVENTS, 8), 10);
    let relays = with_relays();
    sound("relays and noise, events", &relays, &built(&relays, EVENTS, 8), 10);
}

/// A text with a change in one module.
pub(crate) fn in_module(verilog: &str, module: &str, text: &str, by: &str) -> String {
    let header = format!("module {module}(");
    let (before, rest) = verilog.split_once(&header).unwrap();
    let (body, after) = rest.split_once("endmodule").unwrap();
    format!("{before}{header}{}endmodule{after}", replace_once(body, text, by).unwrap())
}
