//! Units of engines that are proved, and faults in them that are not.

use spikestream::hardware::{Short, Shortcuts};
use spikestream::neuron::cell::Cell;
use spikestream::neuron::equations::Format;
use spikestream::sc::network::Schedule;
use spikestream::spec::{Net, Phase, example, example_of};
use spikestream_flows::FlowError;
use spikestream_flows::formal::TOOLS;
use spikestream_flows::tool::Tools;
use spikestream_hw::emit::Options;
use spikestream_hw::neuron::Multipliers;

use super::{Proved, Site, UNITS, engine};
use crate::verify::Built;

fn options(lanes: usize, schedule: Schedule) -> Options {
    let (clock_hz, baud) = (24_000_000, 115_200);
    Options {
        clock_hz,
        baud,
        lanes,
        schedule,
        loaded: None,
        multipliers: Multipliers::NONE,
        shortcuts: Shortcuts::NONE,
        led_active_low: true,
        button_active_low: true,
    }
}

fn proved(net: &Net, built: &Built) -> Result<Vec<Proved>, FlowError> {
    let tools = Tools::locate(&TOOLS).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let site = Site { verilog: &built.verilog, tools: &tools, folder: folder.path() };
    Ok(engine(site, &net.spec, built.on())?.0)
}

fn digits() -> Net {
    Net::load(std::path::Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../nets/digits"))).unwrap()
}

#[test]
fn the_units_of_a_network_are_proved() {
    let net = digits();
    for (lanes, schedule, of_schedule) in [
        (64, Schedule::Planes, &["dot product", "ruler", "encoder"][..]),
        (12, Schedule::Events, &["sums", "scan"]),
    ] {
        let built = Built::emit(&net, &options(lanes, schedule)).unwrap();
        let proved = proved(&net, &built).unwrap_or_else(|e| panic!("{e}"));
        let units: Vec<&str> = proved.iter().map(|proved| &*proved.unit).collect();
        assert_eq!(units, [&["neuron", "neuron"], of_schedule, &["noise", "readout"]].concat());
        assert!(proved.iter().all(|proved| proved.claims > 1), "{proved:?}");
    }
}

/// Other lanes, weights, steps, classes, a neuron that rests and one with noise.
#[test]
fn so_are_those_of_other_shapes() {
    for (lanes, schedule, bits, steps, outputs, refractory) in [
        (16, Schedule::Stream, 1, 1, 2, 0),
        (128, Schedule::Stream, 7, 256, 16, 3),
        (32, Schedule::Planes, 4, 2, 33, 15),
        (16, Schedule::Events, 7, 256, 2, 3),
        (32, Schedule::Events, 1, 1, 33, 15),
    ] {
        let mut net = example(&[20, 5, outputs]);
        (net.spec.stream.bits, net.spec.stream.length) = (bits, 1 << bits);
        net.spec.time.steps = steps;
        net.spec.neuron.refractory = refractory;
        net.spec.neuron.noise_bits = bits;
        for weight in net.layers.iter_mut().flat_map(|layer| &mut layer.weights) {
            *weight = (*weight).signum();
        }
        let built = Built::emit(&net, &options(lanes, schedule)).unwrap();
        proved(&net, &built).unwrap_or_else(|e| panic!("{lanes} lanes: {e}"));
    }
}

/// Neurons that differ from layer to layer, and those with a table.
#[test]
fn named_neurons_are_proved() {
    let cell = |kind, bits, fraction| Some(Cell::new(kind, Format { bits, fraction }));
    let mut mixed =
        example_of(&[9, 4, 3, 2], &[cell("alif", 12, 8), cell("synaptic", 14, 10), None]);
    mixed.spec.neuron.refractory = 2;
    let two = example_of(&[9, 4, 3, 2], &[cell("alpha", 14, 10), cell("alpha", 14, 10), None]);
    for net in [mixed, two, example_of(&[9, 4, 2], &[cell("adex", 16, 12), cell("adex", 16, 12)])] {
        let built = Built::emit(&net, &options(16, Schedule::Planes)).unwrap();
        let proved = proved(&net, &built).unwrap_or_else(|e| panic!("{e}"));
        assert!(proved[0].claims > 30 && proved[1].claims > 60, "{proved:?}");
        // A choice by the layer's number, where there is one.
        let chosen = "layer[0]";
        let Some(at) = built.verilog.find(chosen) else { continue };
        let mut wrong = built.clone();
        wrong.verilog.replace_range(at..at + chosen.len(), "layer[1]");
        let told = self::proved(&net, &wrong).unwrap_err();
        assert_eq!(told.code(), "sim::formal::broken", "{told}");
    }
}

/// A fault of each kind in each unit: it is told of which unit, and with values.
#[test]
fn a_fault_in_a_unit_is_told_with_values_for_it() {
    let net = digits();
    let emit = |lanes, schedule| Built::emit(&net, &options(lanes, schedule)).unwrap().verilog;
    let (sums, events) = (emit(64, Schedule::Planes), emit(12, Schedule::Events));
    for (from, to, module, names) in [
        ("minus <= present & signs;", "minus <= present;", "dot", "signs = "),
        ("ones <= {6'd0, product[0]} + ", "ones <= ", "dot", "count.product = "),
        ("({2'd0, negative} << 1)", "{2'd0, negative}", "dot", "count.negative = "),
        ("previous = present_q << 32'h1", "previous = present_q << 32'h2", "dot", "sum."),
        ("& 24'hffffff) | high;", "& 24'hffffff);", "dot", "difference = "),
        ("ending_d = enable && last;", "ending_d = last;", "dot", "enable = 0"),
        ("if (~k[32'h2])", "if (~k[32'h3])", "sequencer_ruler", "k = "),
        ("mute = k == last;", "mute = k > last;", "sequencer_ruler", "k = 15"),
        ("spike = pixel > numbers_value", "spike = pixel >= numbers_value", "encoder", "pixel = "),
        ("{turn[0], turn[1],", "{turn[1], turn[0],", "encoder", "turn = "),
        ("(present_q >> 32'h1) ^ mask", "(present_q >> 32'h1) | mask", "noise", "state = "),
        ("(key_q > best_q)", "(key_q >= best_q)", "readout", "key.state = "),
        ("(~|place_q || (key_q", "((1'b0) || (key_q", "readout", "place.state = "),
        ("(membrane ^ offset)", "(membrane)", "readout", "membrane = "),
        ("write_data = counted + 32'h1", "write_data = counted + 32'h2", "readout", "fired = 1"),
        ("counts_read_addr = neuron_d", "counts_read_addr = neuron_q", "readout", "neuron"),
        ("{{7{weights[4]}}, weights[4:0]}", "{{7{1'b0}}, weights[4:0]}", "sums", "chain_1 = 0"),
        ("(first_1 ? 12'd0 :", "(chain_1 ? 12'd0 :", "sums", "first_1 = 0"),
        ("if (zero_1) all_sum", "if (take_1) all_sum", "sums", "zero_1 = "),
        ("if (write_2) all_memory", "if (write_1) all_memory", "sums", "write_2"),
        ("(lane_1[0] ? all_word[23:12]", "(lane_1[1] ? all_word[23:12]", "sums", "lane_1 = "),
        ("pixel > least", "pixel >= least", "walker_scan", "pixel = "),
        ("- rounding", "- least", "walker_scan", "pixel = "),
    ] {
        let sound = if sums.contains(from) { &sums } else { &events };
        assert!(sound.contains(from), "{from}");
        let verilog = sound.replacen(from, to, 1);
        let tools = Tools::locate(&TOOLS).unwrap();
        let folder = tempfile::tempdir().unwrap();
        let site = Site { verilog: &verilog, tools: &tools, folder: folder.path() };
        let (_, prove, _) = UNITS.into_iter().find(|(name, ..)| *name == module).unwrap();
        let error = prove(site, &format!("top_engine_{module}"), &net.spec).unwrap_err();
        assert_eq!(error.code(), "sim::formal::broken", "{from}: {error}");
        let told = error.to_string();
        assert!(told.contains(names), "{from}: {told}");
    }
}

/// The rule by which a run ends early is proved, of several classes and of one; off by one, with a tie taken for a lead,
/// or with a rival forgotten, it is not.
#[test]
fn an_early_end_is_proved_and_a_wrong_one_is_not() {
    let proved = |verilog: &str, net: &Net| -> Result<[Proved; 2], FlowError> {
        let tools = Tools::locate(&TOOLS).unwrap();
        let folder = tempfile::tempdir().unwrap();
        let site = Site { verilog, tools: &tools, folder: folder.path() };
        let readout = super::readout::prove(site, "top_engine_readout", &net.spec)?;
        Ok([readout, super::lead::prove(site, "top_engine_readout_lead", &net.spec)?])
    };
    let shortcuts = Shortcuts { early: true, ..Shortcuts::NONE };
    let options = Options { shortcuts, ..options(16, Schedule::Planes) };
    let verilog = |net: &Net| Built::emit(net, &options).unwrap().verilog;
    for net in [example(&[9, 5]), example(&[9, 1])] {
        let proofs = proved(&verilog(&net), &net).unwrap_or_else(|e| panic!("{e}"));
        assert_eq!(proofs.map(|proof| proof.claims), [4, 8]);
    }
    let net = example(&[9, 5]);
    let rule = "best > (second_q + left_q)";
    for (sound, wrong) in [
        (rule, "best >= (second_q + left_q)"),
        (rule, "best > (second_q + left_q + 1)"),
        (rule, "best + 1 > (second_q + left_q)"),
        ("second_d = best;", "second_d = second_q;"),
        ("second_d = count;", "second_d = second_q;"),
        ("left_d = left_q - 32'h1;", "left_d = left_q - 32'h2;"),
        ("taken_d = taken_q + 32'h1;", "taken_d = taken_q;"),
        ("stop = decided_q;", "stop = judging_q;"),
    ] {
        let text = verilog(&net);
        assert!(text.contains(sound), "{sound}");
        let error = proved(&text.replacen(sound, wrong, 1), &net).unwrap_err();
        assert_eq!(error.code(), "sim::formal::broken", "{sound}: {error}");
    }
}

/// The passes of short streams, restarted and running on, and faults in them.
#[test]
fn passes_of_short_streams_are_proved() {
    let net = example(&[9, 5]);
    let prove = |verilog: &str, short: Short, schedule| {
        let tools = Tools::locate(&TOOLS).unwrap();
        let folder = tempfile::tempdir().unwrap();
        let site = Site { verilog, tools: &tools, folder: folder.path() };
        let spec = Shortcuts { early: false, short: Some(short) }.spec(&net.spec).into_owned();
        super::short::prove(site, "top_engine_sequencer_short", &spec, schedule)
    };
    let verilog = |short, schedule| {
        let shortcuts = Shortcuts { early: false, short: Some(short) };
        Built::emit(&net, &Options { shortcuts, ..options(16, schedule) }).unwrap().verilog
    };
    for (schedule, length, phase) in [
        (Schedule::Planes, 4, Phase::RunOn),
        (Schedule::Planes, 1, Phase::Restart),
        (Schedule::Stream, 8, Phase::RunOn),
        (Schedule::Stream, 2, Phase::Restart),
    ] {
        let short = Short { length, phase };
        let proof = prove(&verilog(short, schedule), short, schedule);
        assert_eq!(proof.unwrap_or_else(|e| panic!("{e}")).claims, 2);
    }
    let (short, schedule) = (Short { length: 4, phase: Phase::RunOn }, Schedule::Planes);
    let text = verilog(short, schedule);
    for (sound, wrong) in
        [("k = start | ((", "k = (("), ("double = ~last;", "double = 1'b1;"), (") & period;", ");")]
    {
        assert!(text.contains(sound), "{sound}: {text}");
        let error = prove(&text.replacen(sound, wrong, 1), short, schedule).unwrap_err();
        assert_eq!(error.code(), "sim::formal::broken", "{sound}: {error}");
    }
}
