//! Levels `golden` and `hdl` from a request to a report, and requests that are refused.

use std::path::Path;

use spikestream_flows::base::digest;

use super::*;

/// The small network and its design, in a folder.
fn emitted(net: &Net, folder: &Path) -> Built {
    net.save(&folder.join("net")).unwrap();
    let built = Built::emit(net, &OPTIONS).unwrap();
    std::fs::write(folder.join("top.v"), &built.verilog).unwrap();
    describe(&built, folder);
    built
}

fn describe(built: &Built, folder: &Path) {
    let json = serde_json::to_string(&built.design).unwrap();
    std::fs::write(folder.join("design.json"), json).unwrap();
}

fn request(level: Level, folder: &Path) -> Request {
    Request {
        net: folder.join("net"),
        level,
        board_dir: folder.to_owned(),
        images: Some(3),
        pins: None,
        trace: None,
        data: None,
        device: None,
        port: None,
        out: folder.to_owned(),
    }
}

#[test]
fn every_value_of_every_image_is_compared() {
    let folder = tempfile::tempdir().unwrap();
    let net = small();
    emitted(&net, folder.path());
    // Current, membrane and spike of 15 neurons in 2 steps; counts and membranes of 10 classes, the class.
    let values = 3 * (3 * 15 * 2 + 2 * 10 + 1);
    for (level, more) in [(Level::Golden, 0), (Level::Hdl, 3)] {
        let report = run(&request(level, folder.path())).unwrap();
        assert!(report.agrees());
        assert_eq!((report.images, report.stages.len()), (3, 1));
        assert_eq!(report.stages[0].compared_values, values + more, "busy cycles");
        let design = digest::of_file(&folder.path().join("top.v")).unwrap();
        assert_eq!(report.design, (level == Level::Hdl).then_some(design));
        assert_eq!(report.bitstream, None);
        let written = folder.path().join(format!("verify-{}.json", level.name()));
        let written = std::fs::read_to_string(written).unwrap();
        assert_eq!(written.trim_end(), serde_json::to_string_pretty(&report).unwrap());
    }
}

#[test]
fn waves_of_the_start_are_written_where_nothing_differs() {
    let folder = tempfile::tempdir().unwrap();
    emitted(&small(), folder.path());
    let waves = folder.path().join("start.vcd");
    let traced = Request { trace: Some(waves.clone()), ..request(Level::Hdl, folder.path()) };
    assert!(run(&traced).unwrap().agrees());
    let text = std::fs::read_to_string(waves).unwrap();
    // 64 pixels, one cycle that starts, and 16 more, of two halves each.
    assert!(text.contains(&format!("#{}\n", 2 * (64 + 1 + 16))), "{text}");
    assert!(!text.contains(&format!("#{}\n", 2 * (64 + 1 + 16) + 4)), "{text}");
}

#[test]
fn options_that_a_level_has_no_use_for_are_refused() {
    let folder = tempfile::tempdir().unwrap();
    emitted(&small(), folder.path());
    let refused = |request: Request, option: &str| {
        let error = run(&request).unwrap_err();
        assert_eq!(error.code(), "sim::verify::option", "{error}");
        assert!(error.to_string().starts_with(option), "{error}");
    };
    let of = |level| request(level, folder.path());
    for level in Level::ALL {
        let vcd = Request { trace: Some(folder.path().join("x.vcd")), ..of(level) };
        let fst = Request { trace: Some(folder.path().join("x.fst")), ..of(level) };
        let pins = Request { pins: Some(2), ..of(level) };
        let port = Request { port: Some(("/dev/none".into(), 1)), ..of(level) };
        refused(fst, "--trace");
        match level {
            Level::Golden | Level::Board => refused(vcd, "--trace"),
            _ => assert!(check_trace(&vcd).is_ok()),
        }
        match level {
            Level::Golden | Level::Hdl | Level::Board => refused(pins, "--pins"),
            _ => assert!(check_pins(&pins).is_ok()),
        }
        match level {
            Level::Board => assert_eq!(run(&port).unwrap_err().code(), "sim::client::no-port"),
            _ => refused(port, "--port"),
        }
        assert!(check_pins(&of(level)).is_ok() && check_port(&of(level)).is_ok());
    }
    refused(of(Level::Board), "--port");
    refused(of(Level::Netlist), "--device");
    refused(Request { images: Some(361), ..of(Level::Golden) }, "--images");
}

#[test]
fn as_many_images_go_through_the_pins_as_are_asked_for() {
    let (folder, net) = (tempfile::tempdir().unwrap(), small());
    let built = emitted(&net, folder.path());
    let images = vec![vec![0; 64]; 7];
    let sample = |level, pins| {
        let request = Request { pins, ..request(level, folder.path()) };
        subject(&request, &net, &built, &images).map(|subject| subject.sample.len())
    };
    assert_eq!(sample(Level::Rtl, None).unwrap(), 7, "few pixels: all of them");
    assert_eq!(sample(Level::Rtl, Some(2)).unwrap(), 2);
    assert_eq!(sample(Level::Netlist, None).unwrap(), 3, "as `images` says");
    assert_eq!(sample(Level::Bitstream, Some(7)).unwrap(), 7);
    let error = sample(Level::Rtl, Some(8)).unwrap_err();
    assert!(error.to_string().starts_with("--pins: there are 7 images"), "{error}");
}

#[test]
fn the_bitstream_of_the_build_is_named_at_its_level_alone() {
    let folder = tempfile::tempdir().unwrap();
    let hash = "5e".repeat(32);
    let report = serde_json::json!({
        "board": "b", "part": "p", "net": "n", "net_hash": "a", "lanes": 16, "schedule": "planes",
        "seed": 1, "seeds": {}, "utilization": {}, "fmax": {}, "clock_mhz": 8.0, "cycles_per_image": 9,
        "latency_us": 1.0, "bitstream": "top.bin", "sha256": hash, "tools": {},
    });
    let path = folder.path().join("report.json");
    std::fs::write(&path, report.to_string()).unwrap();
    for level in Level::ALL {
        let named = bitstream_hash(&request(level, folder.path()));
        assert_eq!(named, (level == Level::Bitstream).then(|| hash.clone()), "{}", level.name());
    }
    std::fs::remove_file(path).unwrap();
    assert_eq!(bitstream_hash(&request(Level::Bitstream, folder.path())), None);
}

#[test]
fn a_design_is_read_back_and_one_that_cannot_be_is_refused() {
    let (folder, net) = (tempfile::tempdir().unwrap(), small());
    let built = emitted(&net, folder.path());
    let read = Built::read(folder.path(), &net).unwrap();
    assert_eq!((&read.verilog, read.design.baud), (&built.verilog, built.design.baud));
    assert_eq!(read.max_cycles(), 2 * built.design.cycles_per_image + 1000);
    assert_eq!(read.clocks_per_bit(), 8);
    let refused = |reason: &str, change: &dyn Fn(&mut Built)| {
        let mut other = built.clone();
        change(&mut other);
        describe(&other, folder.path());
        let error = Built::read(folder.path(), &net).unwrap_err();
        assert_eq!(error.code(), "sim::verify::design");
        assert!(error.to_string().contains(reason), "{error}");
    };
    refused("it carries ", &|b| b.design.net_hash = small().hash_text().replace('a', "b"));
    refused("its schedule is", &|b| b.design.schedule = "at once".into());
    refused("make no", &|b| b.design.baud = 7_000_000);
    refused("an image takes it 0 cycles", &|b| b.design.cycles_per_image = 0);
    refused("4294967296 cycles", &|b| b.design.cycles_per_image = 1 << 32);
    std::fs::write(folder.path().join("design.json"), "{").unwrap();
    assert_eq!(Built::read(folder.path(), &net).unwrap_err().code(), "sim::verify::design");
    describe(&built, folder.path());
    std::fs::remove_file(folder.path().join("top.v")).unwrap();
    assert_eq!(Built::read(folder.path(), &net).unwrap_err().code(), "sim::file::unreadable");
}
