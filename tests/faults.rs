//! Planted faults are caught: in a unit by lock-step, in a whole network by the report of level
//! `rtl`, which names the neuron and shows the waves around it.
//!
//! Level `golden` compares the model with itself and so cannot see a fault of the hardware; it sees
//! one of the streams.

use std::path::{Path, PathBuf};

use spikestream::hardware::Shortcuts;
use spikestream::sc::network::Schedule;
use spikestream::spec::{Neuron, Reset, example};
use spikestream_hw::emit::{Options, emit};
use spikestream_hw::neuron::Multipliers;
use spikestream_sim::SimError;
use spikestream_sim::fault::Fault;
use spikestream_sim::lockstep::Mismatch;
use spikestream_sim::verify::{self, Level, Report, Request};

use crate::units::{Case, compare, module, neurons};

fn neuron() -> Case {
    let neuron = Neuron { reset: Reset::Subtract, ..example(&[1, 1]).spec.neuron };
    neurons::case("lif", neurons::lif(neuron), 13)
}

/// Lock-step of a neuron with a fault planted in its text; the first difference.
fn planted(fault: Fault) -> Mismatch {
    let verilog = fault.plant(&module(&[neuron()])).unwrap();
    match compare(neuron(), &verilog) {
        Err(SimError::Mismatch(mismatch)) => *mismatch,
        other => panic!("{fault:?} gives {other:?}"),
    }
}

#[test]
fn a_sound_neuron_passes() {
    compare(neuron(), &module(&[neuron()])).unwrap();
}

#[test]
fn lockstep_catches_a_skipped_leak() {
    let found = planted(Fault::SkippedLeak);
    assert_eq!((found.simulator.as_str(), found.port.as_str()), ("verilator", "lif_membrane_next"));
    assert!(shows(&found), "{found}");
}

#[test]
fn lockstep_catches_firing_at_the_threshold() {
    let found = planted(Fault::FiresAtThreshold);
    // A neuron at its threshold loses all of its charge.
    assert_eq!((found.simulator.as_str(), found.port.as_str()), ("verilator", "lif_membrane_next"));
    assert_eq!(found.got, "0x0", "{found}");
    assert!(shows(&found), "{found}");
}

/// Whether the waves hold the cycle of the mismatch.
fn shows(found: &Mismatch) -> bool {
    holds(found.waves.as_ref().unwrap(), found.cycle)
}

fn holds(waves: &Path, cycle: u64) -> bool {
    let text = std::fs::read_to_string(waves).unwrap();
    text.lines().any(|line| line == format!("#{}", 2 * cycle))
}

/// A small network on the digits, emitted into a folder and verified on a level. The folder stays,
/// so that its models are compiled once.
struct Project(PathBuf);

impl Project {
    fn new() -> Self {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("wrong-weight");
        let mut net = example(&[64, 12, 10]);
        net.spec.provenance.data = "digits".into();
        net.save(&folder.join("net")).unwrap();
        let options = Options {
            clock_hz: 1_000_000,
            baud: 125_000,
            lanes: 16,
            schedule: Schedule::Planes,
            loaded: None,
            multipliers: Multipliers::NONE,
            shortcuts: Shortcuts::NONE,
            led_active_low: true,
            button_active_low: true,
        };
        let emitted = emit(&net, &options).unwrap();
        std::fs::write(folder.join("top.v"), emitted.verilog).unwrap();
        let design = serde_json::to_string(&emitted.design).unwrap();
        std::fs::write(folder.join("design.json"), design).unwrap();
        Self(folder)
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.join(name)
    }

    fn change(&self, change: impl Fn(&str) -> String) {
        let text = std::fs::read_to_string(self.path("top.v")).unwrap();
        std::fs::write(self.path("top.v"), change(&text)).unwrap();
    }

    fn verify(&self, level: Level) -> Report {
        let request = Request {
            net: self.path("net"),
            level,
            board_dir: self.0.clone(),
            images: Some(3),
            pins: None,
            trace: (level != Level::Golden).then(|| self.path("first.vcd")),
            data: None,
            device: None,
            port: None,
            out: self.path("out"),
        };
        verify::run(&request).unwrap()
    }
}

#[test]
fn the_report_names_the_neuron_of_a_wrong_weight() {
    let project = Project::new();
    for level in [Level::Golden, Level::Hdl] {
        let report = project.verify(level);
        assert!(report.agrees(), "{}", report.table());
        assert_eq!((report.images, report.mismatched_values), (3, 0));
    }
    // A neuron takes four planes of four chunks: word 3 * 16 + 1 is of neuron 3's highest plane.
    project.change(|text| Fault::WeightBit { word: 49, bit: 5 }.plant(text).unwrap());
    let report = project.verify(Level::Rtl);
    assert!(!report.agrees());
    let first = report.first_mismatch.as_ref().unwrap();
    let place = (first.layer, first.neuron, first.value.as_str());
    assert_eq!(place, (Some(0), Some(3), "current"), "{}", report.table());
    // The bit is of weight 8, so the dot product is wrong by 8.
    let number = |text: &str| text.parse::<i32>().unwrap();
    assert_eq!(number(&first.expected).abs_diff(number(&first.got)), 8);
    assert!(first.step.is_some() && first.cycle > 0);
    // 64 pixels are loaded and one cycle starts the image before its cycles are counted.
    assert!(holds(first.waves.as_ref().unwrap(), first.cycle + 65));
    let json = std::fs::read_to_string(project.path("out/verify-rtl.json")).unwrap();
    let json: serde_json::Value = serde_json::from_str(&json).unwrap();
    assert_eq!(json["first_mismatch"]["neuron"], 3);
    assert_eq!(json["mismatched_values"], report.mismatched_values);
}
