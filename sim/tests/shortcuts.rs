//! What engines leave out of a run: steps behind the one after which the class cannot change, cycles of streams. Every
//! neuron of every step that is run, the steps that are told; and that a wrong rule is seen.

#![allow(clippy::unwrap_used)] // a test stops at the first error

use std::path::Path;

use spikestream::hardware::{On, Short, Shortcuts};
use spikestream::sc::network::Schedule;
use spikestream::spec::{Net, Phase, example};
use spikestream_hw::emit::Options;
use spikestream_hw::neuron::Multipliers;
use spikestream_sim::build::Builder;
use spikestream_sim::fault::replace_once;
use spikestream_sim::verify::{
    Bench, Built, EngineBench, PinBench, engine_source, hdl_engine, top_source,
};

/// Runs end early.
const EARLY: Shortcuts = Shortcuts { early: true, ..Shortcuts::NONE };

/// An engine of the fewest lanes of a schedule.
fn options(schedule: Schedule, shortcuts: Shortcuts) -> Options {
    Options {
        clock_hz: 1_000_000,
        baud: 100_000,
        lanes: On::lanes_of(schedule)[0],
        schedule,
        loaded: None,
        multipliers: Multipliers::NONE,
        shortcuts,
        led_active_low: true,
        button_active_low: true,
    }
}

/// Three classes, of which the last two are always level: either the first leads, or nobody does until the end.
fn net() -> Net {
    let mut net = example(&[20, 12, 3]);
    net.spec.layers[1].threshold = 8;
    net.layers[1].weights.copy_within(24.., 12);
    net.layers[1].biases[1] = net.layers[1].biases[2];
    net
}

fn images() -> Vec<Vec<u8>> {
    let pixel = |image: usize| move |i: usize| ((i * 37 + image * 101) % 256) as u8;
    (0..12).map(|image| (0..20).map(pixel(image)).collect()).collect()
}

fn builder() -> Builder {
    Builder::locate(Path::new(env!("CARGO_TARGET_TMPDIR"))).unwrap()
}

/// Values that differ, of all images.
fn differ(bench: &mut dyn Bench) -> u64 {
    let check = |(index, image): (usize, &Vec<u8>)| bench.check(index, image).unwrap().mismatched;
    images().iter().enumerate().map(check).sum()
}

/// Values that differ in the engine of a text.
fn rtl(net: &Net, built: &Built, verilog: &str) -> u64 {
    let engine = Box::new(builder().model(&engine_source(verilog), false).unwrap());
    differ(&mut EngineBench::new(net, built, "verilator", engine).unwrap())
}

/// And at its pins.
fn pins(net: &Net, built: &Built, verilog: &str) -> u64 {
    let top = Box::new(builder().model(&top_source(verilog, "top"), false).unwrap());
    differ(&mut PinBench::new(net, built, "top", top).unwrap())
}

/// Each run ends when the model's does, whatever the schedule, and so does the one behind it.
#[test]
fn all_schedules_end_when_the_model_does() {
    let net = net();
    for schedule in [Schedule::Planes, Schedule::Stream, Schedule::Events] {
        let built = Built::emit(&net, &options(schedule, EARLY)).unwrap();
        let golden = spikestream::hardware::golden(&net);
        let steps: Vec<u32> = images()
            .iter()
            .map(|image| built.cycles(&net).infer_observed(&golden, image, |_| ()).steps)
            .collect();
        assert!(steps.contains(&16) && steps.iter().any(|&steps| steps < 16), "{steps:?}");
        let block = hdl_engine(&net, &built).unwrap();
        let mut block = EngineBench::new(&net, &built, "rust-hdl", block).unwrap();
        assert_eq!(differ(&mut block), 0, "{schedule:?}");
        assert_eq!(rtl(&net, &built, &built.verilog), 0, "{schedule:?}");
    }
}

/// A tie that is taken for a lead, a lead that is one too large, and steps that are not told. Level formal sees more.
#[test]
fn a_wrong_rule_is_seen() {
    let net = net();
    let built = Built::emit(&net, &options(Schedule::Planes, EARLY)).unwrap();
    let rule = "best > (second_q + left_q)";
    for (sound, wrong) in
        [(rule, "best >= (second_q + left_q)"), (rule, "best > (second_q + left_q + 1)")]
    {
        let wrong = replace_once(&built.verilog, sound, wrong).unwrap();
        assert!(rtl(&net, &built, &wrong) > 0, "{sound}");
    }
    // The host is told the steps.
    assert_eq!(pins(&net, &built, &built.verilog), 0);
    let untold =
        replace_once(&built.verilog, "reply_steps = steps;", "reply_steps = steps + 16'h1;");
    assert!(pins(&net, &built, &untold.unwrap()) > 0);
}

/// A neuron that rests is refused where runs end early, and nowhere else.
#[test]
fn neurons_that_rest_are_refused() {
    let mut net = net();
    net.spec.neuron.refractory = 2;
    let error = Built::emit(&net, &options(Schedule::Planes, EARLY)).unwrap_err();
    assert_eq!(error.code(), "spikestream::hardware::unsupported");
    assert!(error.to_string().contains("neuron.refractory = 2"), "{error}");
    assert_eq!(error.remedy(), "build without `--early`");
    assert!(Built::emit(&net, &options(Schedule::Planes, Shortcuts::NONE)).is_ok());
}

fn short(length: u32, phase: Phase) -> Shortcuts {
    Shortcuts { short: Some(Short { length, phase }), ..Shortcuts::NONE }
}

/// Cut to four cycles of sixteen, running on and ending early; and what is no more than a wrong plane or shift in it.
#[test]
fn short_streams_agree_and_a_wrong_plane_is_seen() {
    let net = net();
    for schedule in [Schedule::Planes, Schedule::Stream] {
        let shortcuts = Shortcuts { early: true, ..short(4, Phase::RunOn) };
        let built = Built::emit(&net, &options(schedule, shortcuts)).unwrap();
        assert_eq!(rtl(&net, &built, &built.verilog), 0, "{schedule:?}");
        assert_eq!(pins(&net, &built, &built.verilog), 0, "{schedule:?}");
        let wrong = match schedule {
            Schedule::Planes => replace_once(&built.verilog, "k = start | ((", "k = (("),
            _ => replace_once(
                &built.verilog,
                "localparam  scale = 24'h2",
                "localparam  scale = 24'h1",
            ),
        };
        assert!(rtl(&net, &built, &wrong.unwrap()) > 0, "{schedule:?}");
    }
}

/// A length that is no power of two, one above the network's own, and one on a schedule without cycles.
#[test]
fn lengths_that_no_engine_has_are_refused() {
    for (schedule, length) in [
        (Schedule::Planes, 3),
        (Schedule::Stream, 32),
        (Schedule::Planes, 0),
        (Schedule::Events, 4),
    ] {
        let options = options(schedule, short(length, Phase::Restart));
        let error = Built::emit(&net(), &options).unwrap_err();
        assert_eq!(error.code(), "spikestream::hardware::unsupported", "{length}");
        assert!(error.to_string().contains(&format!("stream.length = {length}")), "{error}");
        assert!(error.remedy().starts_with("give a power of two"), "{}", error.remedy());
    }
}
