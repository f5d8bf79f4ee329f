//! What is emitted, for which clocks and lines; and that the texts are those that were proved.

use sha2::{Digest, Sha256};
use spikestream::hardware::Shortcuts;
use spikestream::hex;
use spikestream::spec::{Reset, example};

use super::*;

fn options(clock_hz: u32, baud: u32) -> Options {
    Options {
        clock_hz,
        baud,
        lanes: 16,
        schedule: Schedule::Planes,
        loaded: None,
        multipliers: Multipliers::NONE,
        shortcuts: Shortcuts::NONE,
        led_active_low: false,
        button_active_low: false,
    }
}

#[test]
fn a_clock_that_never_starts_is_refused_with_the_slowest_that_does() {
    for hz in [1, 20_000, 25_600, 25_699] {
        let error = wiring(&options(hz, hz / 10)).unwrap_err();
        assert_eq!(error.code(), "hw::clock::slow", "{hz}");
        assert!(error.remedy().contains("25700 Hz"), "{}", error.remedy());
    }
    let slowest = wiring(&options(25_700, 2570)).unwrap();
    assert_eq!((slowest.gap_bits, slowest.cycles_per_bit), (9, 10));
}

#[test]
fn a_bit_takes_the_nearest_whole_cycles_within_the_limits() {
    let cycles = |clock_hz, baud| wiring(&options(clock_hz, baud)).map(|w| w.cycles_per_bit);
    assert_eq!(cycles(50_000_000, 3_000_000).unwrap(), 17);
    assert_eq!(cycles(24_000_000, 3_000_000).unwrap(), 8);
    let error = cycles(21_000_000, 3_000_000).unwrap_err();
    assert_eq!(error.code(), "hw::uart::baud");
    assert!(error.to_string().contains("7 cycles"), "{error}");
}

/// A changed text is another design: every level of proof is then to be run again, and `cargo xtask mutants
/// --hardware`, before its hash is written here.
#[test]
fn the_texts_are_those_that_were_proved() {
    let plain = example(&[20, 12, 5]);
    let mut noisy = example(&[70, 9, 3]);
    let n = &mut noisy.spec.neuron;
    (n.reset, n.refractory, n.noise_bits, n.noise_seed) = (Reset::Zero, 2, 5, 0xace1);
    let mut single = example(&[1, 1]);
    (single.spec.stream.bits, single.spec.stream.length) = (1, 2);
    single.layers[0].weights.fill(-1);
    let mut long = example(&[3, 2]);
    long.spec.time.steps = 256;
    let planes = options(12_000_000, 1_000_000);
    let low = Options { led_active_low: true, button_active_low: true, ..planes };
    let loaded = |wires: u64| {
        let place = Place { address: 1 << 20, read: wires.try_into().unwrap() };
        Options { lanes: 12, schedule: Schedule::Events, loaded: Some(place), ..planes }
    };
    for (name, net, options, hash) in [
        (
            "plain",
            &plain,
            planes,
            "c212cd5ea19fafa63af6db1f402b536da0b5801f8804a604e60f8eb2ce5ddfba",
        ),
        (
            "noisy",
            &noisy,
            Options { lanes: 64, clock_hz: 48_000_000, ..low },
            "2fbb2810382d71bc3db5a96757fe5f1f4bc40b71e9883c69ae57e1c5c5084bbc",
        ),
        (
            "single",
            &single,
            Options { lanes: 128, ..planes },
            "29a3f89d5fddd25f252a52a938f59d72fcddcb9d05b90a1079950c45913c9e02",
        ),
        ("long", &long, planes, "584c39f06f00e8054101d2d75a470ab9e14529b0bc62b6cbc3b6e7f74c69d97b"),
        (
            "streams",
            &plain,
            Options { lanes: 32, schedule: Schedule::Stream, ..planes },
            "875e5da94fb2c23aa5562db74c0c3a5640ace2a46791f83bada9b024311670c5",
        ),
        (
            "events",
            &plain,
            Options { lanes: 8, schedule: Schedule::Events, ..planes },
            "3a1275e7618105fdb6691f4762a0fe457f84d92caf5af3b2fcde214ee3e81dc0",
        ),
        (
            "loaded",
            &plain,
            loaded(1),
            "493286052d5ed3a6c42800ae3859699c5047e8a78d8df24076eac710d1e70966",
        ),
        (
            "loaded over two wires",
            &plain,
            loaded(2),
            "18a5e2c886b09dcd9f625933eccea49915ef0b004524d1b3d06b3c91ea476602",
        ),
    ] {
        let Emitted { verilog, shape, memories, design, image } = emit(net, &options).unwrap();
        let json = serde_json::to_string(&(memories, design)).unwrap();
        let all = Sha256::new().chain_update(verilog).chain_update(shape).chain_update(json);
        let all = all.chain_update(image.unwrap_or_default());
        assert_eq!(hex::of(&all.finalize()), hash, "{name}");
    }
}

#[test]
fn a_block_of_another_name_has_it_in_its_modules_alone() {
    let mut crc = crate::crc::Crc::default();
    crc.connect_all();
    let [top, unit] = ["top", "unit"].map(|name| verilog(&crc, name).unwrap());
    assert!(top.contains("module top(") && unit.contains("module unit("), "{unit}");
    assert_eq!(unit, top.replace("module top", "module unit"));
    let text = "module top(a);\n   top_part part(a);\n  wire top_a = stop_b;\nendmodule\n";
    let renamed = "module u(a);\n   u_part part(a);\n  wire top_a = stop_b;\nendmodule\n";
    assert_eq!(rename_modules(text, "u"), renamed);
}

#[test]
fn the_button_s_image_is_bytes_of_a_fixed_pattern() {
    let net = example(&[300, 2]);
    let image = self_test(&net, Shortcuts::NONE).image;
    assert_eq!((image[0], image[3], image[299]), (31, (3 * 97 + 31 - 256) as u8, 106));
}

#[test]
fn a_design_is_four_files_that_read_back() {
    let folder = tempfile::tempdir().unwrap();
    let place = folder.path().join("digits/board");
    let emitted = emit(&example(&[4, 3]), &options(24_000_000, 1_000_000)).unwrap();
    write(&emitted, &place).unwrap();
    let mut names: Vec<_> = std::fs::read_dir(&place)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    assert_eq!(names, ["design.json", "memories.json", "shape.v", "top.v"]);
    let text = |name: &str| std::fs::read_to_string(place.join(name)).unwrap();
    assert_eq!((text("top.v"), text("shape.v")), (emitted.verilog, emitted.shape));
    let design: Design = serde_json::from_str(&text("design.json")).unwrap();
    assert_eq!(design, emitted.design);
    assert!(text("memories.json").ends_with("\n"));
    // A file where the folder should be.
    std::fs::write(folder.path().join("file"), "").unwrap();
    let again = emit(&example(&[4, 3]), &options(24_000_000, 1_000_000)).unwrap();
    let error = write(&again, &folder.path().join("file")).unwrap_err();
    assert!(error.to_string().contains("file"), "{error}");
}
