//! Waves, read back by the library that Surfer reads them with: names, times and values are those
//! of the run.

#![allow(clippy::unwrap_used)] // a test stops at the first error

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use spikestream::data;
use spikestream::hardware::Shortcuts;
use spikestream::protocol::frame;
use spikestream::sc::network::{Golden, Schedule};
use spikestream::spec::Net;
use spikestream_hw::emit::Options;
use spikestream_hw::neuron::Multipliers;
use spikestream_sim::build::Builder;
use spikestream_sim::dut::{Dut, Transition, sign_extend};
use spikestream_sim::uart::{Decoder, Host};
use spikestream_sim::verify::{self, Built, Driver, Level, Request, engine_source, top_source};
use wellen::SignalValueRef::{BitVec, String as Text};
use wellen::simple::{self, Waveform};

fn shipped() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../nets/digits")
}

/// A folder with the shipped network's design.
fn emitted(name: &str) -> (PathBuf, Built) {
    let options = Options {
        clock_hz: 12_000_000,
        baud: 1_000_000,
        lanes: 64,
        schedule: Schedule::Planes,
        loaded: None,
        multipliers: Multipliers::NONE,
        shortcuts: Shortcuts::NONE,
        led_active_low: true,
        button_active_low: true,
    };
    let built = Built::emit(&Net::load(&shipped()).unwrap(), &options).unwrap();
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    std::fs::create_dir_all(&folder).unwrap();
    std::fs::write(folder.join("top.v"), &built.verilog).unwrap();
    let json = serde_json::to_string(&built.design).unwrap();
    std::fs::write(folder.join("design.json"), json).unwrap();
    (folder, built)
}

/// A file of waves.
struct Waves(Waveform);

impl Waves {
    /// Opens one. Time counts half clock cycles, shown as picoseconds: a clock is low in the first
    /// half of its cycle.
    fn open(path: &Path) -> Self {
        let waves = simple::read(path).unwrap();
        let scale = waves.hierarchy().timescale().unwrap();
        assert_eq!((scale.factor, scale.unit.to_exponent()), (1, Some(-12)));
        Self(waves)
    }

    /// The changes of the outermost signal of a name: time, value.
    fn changes(&mut self, name: &str) -> BTreeMap<u64, u64> {
        let hierarchy = self.0.hierarchy();
        let named = hierarchy.all_vars().filter(|var| hierarchy[*var].name(hierarchy) == name);
        let outermost = named.min_by_key(|var| hierarchy[*var].full_name(hierarchy).len());
        let var = outermost.unwrap_or_else(|| panic!("there is no signal {name}"));
        let signal = hierarchy[var].signal_ref();
        self.0.load_signals(&[signal]);
        let times = self.0.time_table();
        let changes = self.0.get_signal(signal).unwrap().iter_changes();
        changes
            .map(|(time, value)| match value {
                BitVec(bits) => (times[time as usize], read(&bits.bit_string())),
                other => panic!("{name} is {other:?}"),
            })
            .collect()
    }
}

impl Waves {
    /// The texts that the signal `name` of the instance `scope` shows, in order.
    fn texts(&mut self, scope: &str, name: &str) -> Vec<String> {
        let hierarchy = self.0.hierarchy();
        let path = format!("{scope}.{name}");
        let mut vars = hierarchy.all_vars();
        let var = vars.find(|var| hierarchy[*var].full_name(hierarchy).ends_with(&path)).unwrap();
        let signal = hierarchy[var].signal_ref();
        drop(vars);
        self.0.load_signals(&[signal]);
        let changes = self.0.get_signal(signal).unwrap().iter_changes();
        let text = |(_, value)| match value {
            Text(text) => str::to_owned(text),
            other => panic!("{path} is {other:?}"),
        };
        changes.map(text).collect()
    }
}

/// A binary number; what has no value yet counts as 0.
fn read(bits: &str) -> u64 {
    u64::from_str_radix(&bits.replace(['x', 'X'], "0"), 2).unwrap()
}

/// The value at a time.
fn at(changes: &BTreeMap<u64, u64>, time: u64) -> u64 {
    changes.range(..=time).next_back().map_or(0, |(_, value)| *value)
}

/// The waves that `--trace` asks for: the engine takes the first image's pixels, one a cycle, and
/// is started in the cycle after the last.
fn loads_the_first_image(level: Level, name: &str) {
    let (folder, _) = emitted(name);
    let trace = folder.join("start.vcd");
    let request = Request {
        net: shipped(),
        level,
        board_dir: folder.clone(),
        images: Some(1),
        pins: None,
        trace: Some(trace.clone()),
        data: None,
        device: None,
        port: None,
        out: folder,
    };
    assert!(verify::run(&request).unwrap().agrees());

    let mut waves = Waves::open(&trace);
    let image = &data::digits().test.images[0];
    let names = ["clock", "pixel_write", "pixel_addr", "pixel_data", "start", "busy"];
    let [clock, write, addr, pixel, start, busy] = names.map(|name| waves.changes(name));
    // From 64 cycles before the one that follows the start to 16 after it.
    let rises = clock.values().filter(|level| **level == 1).count();
    assert_eq!(rises, 81, "rising edges of the clock");
    assert!(clock.iter().all(|(time, level)| time % 2 == *level), "{clock:?}");
    for cycle in 1..64 {
        let shown = [&write, &addr, &pixel, &start].map(|signal| at(signal, 2 * cycle + 1));
        assert_eq!(shown, [1, cycle, image[cycle as usize].into(), 0], "cycle {cycle}");
    }
    assert_eq!([&write, &start, &busy].map(|signal| at(signal, 2 * 64)), [0, 1, 0]);
    assert_eq!([&start, &busy].map(|signal| at(signal, 2 * 65)), [0, 1]);
}

#[test]
fn the_rust_hdl_engine_s_waves_show_its_image_and_name_its_states() {
    loads_the_first_image(Level::Hdl, "waves-hdl");
    let trace = Path::new(env!("CARGO_TARGET_TMPDIR")).join("waves-hdl/start.vcd");
    let mut waves = Waves::open(&trace);
    let phases = waves.texts("phase", "q");
    assert_eq!(phases, ["Idle", "Encode"], "the phases that the engine goes through");
}

#[test]
fn the_verilated_engine_s_waves_show_its_image() {
    loads_the_first_image(Level::Rtl, "waves-rtl");
}

#[test]
fn the_waves_of_the_result_are_the_golden_model_s() {
    let (folder, built) = emitted("waves-result");
    let net = Net::load(&shipped()).unwrap();
    let builder = Builder::locate(&folder.join("models")).unwrap();
    let mut engine = builder.model(&engine_source(&built.verilog), true).unwrap();
    let image = &data::digits().test.images[1];
    // The image is loaded in 64 cycles and started in one.
    let end = 65 + built.design.cycles_per_image;
    let trace = folder.join("result.vcd");
    engine.trace(&trace, end - 10, end + 40).unwrap();
    let driver = Driver::new(&engine).unwrap();
    let seen = driver.infer(&mut engine, &net, image, built.max_cycles()).unwrap();
    engine.run(60).unwrap();

    let expected = Golden::new(&net, Schedule::Planes).infer(image);
    assert_eq!(seen.outcome, expected);
    let mut waves = Waves::open(&trace);
    let names = ["result_addr", "result_count", "result_membrane", "winner", "finish"];
    let [addr, count, membrane, winner, finish] = names.map(|name| waves.changes(name));
    assert_eq!(finish.values().filter(|level| **level == 1).count(), 1, "{finish:?}");
    let done = *finish.iter().find(|(_, level)| **level == 1).unwrap().0;
    assert_eq!(at(&winner, done + 80), expected.class as u64);
    for (class, wanted) in expected.counts.iter().enumerate().skip(1) {
        // The memory answers in the cycle after its address.
        let asked = addr.iter().find(|(time, at)| **time > done && **at == class as u64);
        let time = asked.unwrap().0 + 2;
        assert_eq!(at(&count, time), u64::from(*wanted), "count of class {class}");
        let shown = sign_extend(at(&membrane, time), 16);
        assert_eq!(shown, i64::from(expected.membranes[class]), "membrane of class {class}");
    }
}

#[test]
fn the_waves_of_the_pins_hold_the_bytes_that_were_exchanged() {
    let (folder, built) = emitted("waves-pins");
    let builder = Builder::locate(&folder.join("models")).unwrap();
    let source = top_source(&built.verilog, &built.design.top);
    let top = builder.model(&source, true).unwrap();
    let clocks = built.clocks_per_bit();
    let mut host = Host::new(Box::new(top), "uart_rx", "uart_tx", clocks).unwrap();
    host.idle(1024).unwrap();
    let begin = host.dut().cycle();
    let trace = folder.join("pins.vcd");
    let question = frame::encode(frame::IDENTIFY, &[]);
    let net = Net::load(&shipped()).unwrap();
    let length = frame::OVERHEAD + spikestream::protocol::identity(&net).len();
    let last = begin + (question.len() + length + 20) as u64 * 10 * clocks;
    host.dut().trace(&trace, begin, last).unwrap();
    host.send(&question).unwrap();
    let answer = host.receive(length, 100_000).unwrap();
    let rest = last + 2 - host.dut().cycle();
    host.idle(rest).unwrap();

    let mut waves = Waves::open(&trace);
    let (asked, answered) = (waves.changes("uart_rx"), waves.changes("uart_tx"));
    let falls = asked.iter().find(|(_, level)| **level == 0).unwrap().0;
    assert_eq!(*falls, 2 * begin, "the start bit of the first byte");
    let bytes = |changes: BTreeMap<u64, u64>| {
        let change = |(time, value): (&u64, &u64)| Transition { cycle: time / 2, value: *value };
        let changes: Vec<Transition> = changes.iter().map(change).collect();
        Decoder::new(clocks).feed(&changes, last).unwrap()
    };
    assert_eq!(bytes(asked), question);
    assert_eq!(bytes(answered), answer);
}
