//! Flashing: the command for every board, only the right image, the right one of several boards.

use std::fs;
use std::path::Path;

use spikestream_flows::Told;
use spikestream_flows::base::digest;
use spikestream_flows::board::programmer::usb::System;
use spikestream_flows::build::design::StoredFile;
use spikestream_flows::build::report::Report;
use spikestream_flows::flash::{self, Image, Part, Wish};
use spikestream_flows::net::Identity;
use spikestream_flows::run::manifest::Manifest;

use crate::flash_world::{Bench, nothing, programmers};
use crate::world::{golden, here, icebreaker, shipped, told, toy};

const SYNTH: &str = "cargo xtask synth --board icebreaker";
const PLAIN: Wish<'_> =
    Wish { part: Part::Bitstream { sram: false }, programmer: None, device: None };

/// The lines that `--dry-run` prints, with every programmer, in every way that a board can be
/// loaded.
#[test]
fn every_board_has_its_golden_commands() {
    for name in shipped().names() {
        let bench = Bench::of(&name);
        let mut lines = vec![bench.line(PLAIN, &nothing()).unwrap()];
        for programmer in &bench.board.programmers {
            for sram in [false, true] {
                let wish = Wish {
                    part: Part::Bitstream { sram },
                    programmer: Some(&programmer.name),
                    device: None,
                };
                match bench.line(wish, &nothing()) {
                    Ok(line) => lines.push(line),
                    Err(error) => assert_eq!((sram, error.code()), (true, "flows::flash::no-sram")),
                }
            }
        }
        assert_eq!(lines[0], lines[1], "the first programmer is the default");
        golden(
            &here().join("golden").join(&name).join("flash.sh"),
            &(lines[1..].join("\n") + "\n"),
        );
    }
}

#[test]
fn starts_the_programmer_with_what_a_dry_run_prints() {
    for name in shipped().names() {
        let bench = Bench::of(&name);
        let words = bench.flash(PLAIN).unwrap();
        let line = bench.line(PLAIN, &programmers()).unwrap();
        assert_eq!(line.split_once(' ').unwrap().1, words.join(" "), "{name}");
    }
}

#[test]
fn takes_the_first_programmer_that_is_there() {
    let bench = Bench::of("ulx3s-85f");
    let only = tempfile::tempdir().unwrap();
    let mut environment = nothing();
    environment.path = only.path().into();
    assert!(bench.line(PLAIN, &environment).unwrap().starts_with("openFPGALoader "));
    let fujprog = here().join("fake-tools/programmers/fujprog");
    fs::copy(fujprog, only.path().join("fujprog")).unwrap();
    assert!(bench.line(PLAIN, &environment).unwrap().starts_with("fujprog "));
    // An override that names nothing is a mistake to hear of, not a reason to take another.
    environment.overrides.insert("OPENFPGALOADER".to_owned(), "/no/such".to_owned());
    let order =
        flash::order(&bench.image, &bench.board, PLAIN, &environment, &bench.system()).unwrap();
    let error = order.run(&environment, &bench.system()).unwrap_err();
    assert_eq!(error.code(), "flows::tool::override");
}

#[test]
fn tells_how_to_get_a_programmer() {
    let bench = Bench::of("colorlight-i5");
    let environment = nothing();
    let order =
        flash::order(&bench.image, &bench.board, PLAIN, &environment, &bench.system()).unwrap();
    let (code, text) = told(&order.run(&environment, &bench.system()).unwrap_err());
    assert_eq!(code, "flows::flash::no-programmer");
    for word in ["openFPGALoader", "apt install", "ecpdap", "cargo install ecpdap", "ECPDAP"] {
        assert!(text.contains(word), "{word}: {text}");
    }
    let wish = Wish { programmer: Some("ecpdp"), ..PLAIN };
    let (code, text) = told(&bench.line(wish, &environment).unwrap_err());
    assert_eq!(code, "flows::flash::unknown-programmer");
    assert!(text.contains("did you mean `ecpdap`?"), "{text}");
}

#[test]
fn refuses_what_a_board_cannot_do() {
    let sram = Wish { part: Part::Bitstream { sram: true }, ..PLAIN };
    let (code, text) = told(&Bench::of("icestick").line(sram, &nothing()).unwrap_err());
    assert_eq!(code, "flows::flash::no-sram");
    assert!(text.contains("iCEstick") && text.contains("leave out `--sram`"), "{text}");
}

fn refusal(bitstream: &Path) -> (&'static str, String) {
    told(&Image::check(bitstream, &icebreaker(), SYNTH).unwrap_err())
}

#[test]
fn refuses_what_is_not_there() {
    let folder = tempfile::tempdir().unwrap();
    let (code, text) = refusal(&folder.path().join("top.bin"));
    assert_eq!(code, "flows::flash::no-bitstream");
    assert!(text.contains(SYNTH), "{text}");
    fs::write(folder.path().join("top.bin"), "of unknown origin").unwrap();
    let (code, text) = refusal(&folder.path().join("top.bin"));
    assert_eq!(code, "flows::flash::no-report");
    assert!(text.contains("report.json") && text.contains(SYNTH), "{text}");
    fs::remove_file(folder.path().join("top.bin")).unwrap();
    let (code, _) = told(&Image::built(folder.path(), &icebreaker(), &toy(), SYNTH).unwrap_err());
    assert_eq!(code, "flows::flash::no-bitstream");
}

#[test]
fn refuses_an_image_made_for_another_board() {
    let bench = Bench::of("upduino");
    let (code, text) = refusal(&bench.image.file);
    assert_eq!(code, "flows::flash::other-board");
    assert!(text.contains("`upduino`") && text.contains("`icebreaker`"), "{text}");
}

/// A network that was trained again has its folder's name still, and so may another's folder have.
#[test]
fn refuses_an_image_of_another_network_and_says_which_lies_there() {
    let bench = Bench::of("icebreaker");
    let (folder, board) = (bench.folder.path(), &bench.board);
    let retrained = Identity { hash: "0123456789abcdef0123".to_owned(), ..toy() };
    let (code, text) = told(&Image::built(folder, board, &retrained, SYNTH).unwrap_err());
    assert_eq!(code, "flows::flash::other-net");
    for word in ["toy (00), not of toy (0123456789abcdef)", SYNTH, "--bitstream", "top.bin"] {
        assert!(text.contains(word), "{word}: {text}");
    }
    assert!(Image::built(folder, board, &toy(), SYNTH).is_ok());
    // Who names the file means that file.
    let image = Image::check(&bench.image.file, board, SYNTH).unwrap();
    assert_eq!(image.report.identity(), toy());
    assert_eq!(image.ensure_of(&retrained, SYNTH).unwrap_err().code(), code);
}

#[test]
fn refuses_an_image_that_was_changed_or_cut_short() {
    let bench = Bench::of("icebreaker");
    let file = bench.image.file.clone();
    fs::write(&file, "half").unwrap();
    assert_eq!(refusal(&file).0, "flows::flash::changed");
    fs::write(&file, "").unwrap();
    assert_eq!(refusal(&file).0, "flows::flash::changed");

    // Nor does it help to change the report, since the manifest has the hash as well.
    let mut report = bench.image.report;
    report.sha256 = spikestream_flows::base::digest::of_bytes(b"");
    report.write(bench.folder.path()).unwrap();
    let (code, text) = refusal(&file);
    assert_eq!(code, "flows::flash::changed");
    assert!(text.contains("manifest.json"), "{text}");
    let mut manifest = Manifest::read(bench.folder.path()).unwrap();
    manifest.products.clear();
    manifest.write(bench.folder.path()).unwrap();
    assert_eq!(refusal(&file).0, "flows::flash::changed");
    fs::write(bench.folder.path().join("manifest.json"), "{").unwrap();
    assert_eq!(refusal(&file).0, "flows::flash::changed");
}

#[test]
fn a_hash_is_the_same_in_capitals() {
    let bench = Bench::of("icebreaker");
    let mut report = bench.image.report;
    report.sha256 = report.sha256.to_uppercase();
    report.write(bench.folder.path()).unwrap();
    let mut manifest = Manifest::read(bench.folder.path()).unwrap();
    manifest.products.values_mut().for_each(|hash| *hash = hash.to_uppercase());
    manifest.write(bench.folder.path()).unwrap();
    assert!(Image::check(&bench.image.file, &bench.board, SYNTH).is_ok());
}

#[test]
fn refuses_a_name_that_the_programmer_would_take_for_another_kind() {
    let bench = Bench::of("ulx3s-85f");
    let renamed = bench.folder.path().join("top.image");
    fs::rename(&bench.image.file, &renamed).unwrap();
    let image = Image::check(&renamed, &bench.board, SYNTH).unwrap();
    let order = flash::order(&image, &bench.board, PLAIN, &nothing(), &bench.system());
    let error = order.unwrap_err();
    assert_eq!(error.code(), "flows::flash::file-kind");
    assert!(error.to_string().contains(".bit"), "{error}");
}

#[test]
fn says_which_numbers_to_look_for_when_no_board_is_plugged_in() {
    let bench = Bench::of("orangecrab-25f");
    bench.nothing_plugged_in();
    let (code, text) = told(&bench.flash(PLAIN).unwrap_err());
    assert_eq!(code, "flows::flash::no-device");
    assert!(text.contains("1209:5af0") && text.contains("hold its button"), "{text}");
    assert!(!bench.folder.path().join("dfu-util.argv").exists(), "nothing was started");
    // To print the command no board is needed.
    assert!(bench.line(PLAIN, &nothing()).is_ok());
}

#[test]
fn lists_several_boards_and_flashes_the_one_chosen() {
    let bench = Bench::of("icebreaker");
    bench.plug_in("3-1", 7, Some("iB1"), "open");
    bench.plug_in("3-2.4", 12, None, "open");
    let (code, text) = told(&bench.flash(PLAIN).unwrap_err());
    assert_eq!(code, "flows::flash::several");
    for word in ["3-1  serial iB1  A board", "3-2.4", "(bus 003, device 012)", "--device 3-1"] {
        assert!(text.contains(word), "{word}: {text}");
    }
    let by = |device| bench.flash(Wish { device: Some(device), ..PLAIN });
    assert_eq!(by("iB1").unwrap(), ["-d", "s:0x0403:0x6010:iB1", "top.bin"]);
    assert_eq!(by("3-2.4").unwrap(), ["-d", "d:003/012", "top.bin"]);
    let (code, text) = told(&by("iB2").unwrap_err());
    assert_eq!(code, "flows::flash::other-device");
    assert!(text.contains("`iB2`") && text.contains("serial iB1"), "{text}");

    // Two with the same serial number are told apart by their ports.
    bench.plug_in("3-3", 13, Some("iB1"), "open");
    assert_eq!(told(&by("iB1").unwrap_err()).0, "flows::flash::several");
    assert_eq!(by("3-2.4").unwrap(), ["-d", "d:003/012", "top.bin"]);
}

#[test]
fn every_programmer_chooses_in_its_own_way() {
    for (board, programmer, serial, expect) in [
        ("ulx3s-85f", "openFPGALoader", Some("K1"), "-b ulx3s --ftdi-serial K1 -f top.bit"),
        ("ulx3s-85f", "openFPGALoader", None, "-b ulx3s --busdev-num 003:012 -f top.bit"),
        ("ulx3s-85f", "fujprog", Some("K1"), "-S K1 -j FLASH top.bit"),
        ("colorlight-i5", "ecpdap", Some("d1"), "-p 0d28:0204:d1 flash write top.bit"),
        ("orangecrab-25f", "dfu-util", None, "-d 1209:5af0 -p 3-2.4 --alt 0 -D top.bit"),
    ] {
        let bench = Bench::of(board);
        bench.plug_in("3-1", 7, None, "open");
        bench.plug_in("3-2.4", 12, serial, "open");
        let wish =
            Wish { programmer: Some(programmer), device: Some("3-2.4"), part: Part::default() };
        assert_eq!(bench.flash(wish).unwrap().join(" "), expect, "{board}");
    }
    let bench = Bench::of("tinyfpga-bx");
    bench.plug_in("3-2.4", 12, None, "open");
    let wish = Wish { device: Some("3-2.4"), ..PLAIN };
    let tty = bench.system().dev.join("ttyACM12");
    assert_eq!(
        bench.flash(wish).unwrap()[1],
        tty.strip_prefix(bench.folder.path()).unwrap().to_str().unwrap()
    );
}

#[test]
fn says_so_when_a_programmer_cannot_choose() {
    let bench = Bench::of("colorlight-i5");
    bench.plug_in("3-1", 7, Some("d1"), "open");
    let chosen = Wish { device: Some("d1"), ..PLAIN };
    assert_eq!(bench.flash(chosen).unwrap()[1], "0d28:0204:d1", "by one that can");
    let wish = Wish { programmer: Some("openFPGALoader"), ..chosen };
    let (code, text) = told(&bench.line(wish, &programmers()).unwrap_err());
    assert_eq!(code, "flows::flash::no-choice");
    assert!(text.contains("--programmer ecpdap"), "{text}");
}

#[test]
fn a_board_that_may_not_be_opened_is_told_before_anything_is_started() {
    for (board, subsystem, file) in [
        ("icebreaker", "usb", "bus/usb/003/007"),
        ("icesugar", "hidraw", "hidraw7"),
        ("tinyfpga-bx", "tty", "ttyACM7"),
    ] {
        let bench = Bench::of(board);
        bench.plug_in("3-1", 7, None, "closed");
        let (code, text) = told(&bench.flash(PLAIN).unwrap_err());
        assert_eq!(code, "flows::flash::permission", "{board}");
        let usb = &bench.board.usb;
        for word in [
            file,
            &format!("/etc/udev/rules.d/60-fpga-{}-{}.rules", usb.vid, usb.pid),
            &format!("SUBSYSTEM==\"{subsystem}\", ATTRS{{idVendor}}==\"{}\"", usb.vid),
            "sudo udevadm control --reload-rules",
        ] {
            assert!(text.contains(word), "{word}: {text}");
        }
        let argv = format!("{}.argv", bench.board.programmers[0].name);
        assert!(!bench.folder.path().join(argv).exists(), "nothing was started");
    }
}

#[test]
fn a_system_without_a_list_leaves_it_to_the_programmer() {
    let bench = Bench::of("icebreaker");
    assert!(!bench.system().list.exists());
    assert_eq!(bench.flash(PLAIN).unwrap(), ["-d", "i:0x0403:0x6010", "top.bin"]);
    let chosen = Wish { device: Some("iB1"), ..PLAIN };
    assert_eq!(bench.flash(chosen).unwrap()[1], "s:0x0403:0x6010:iB1");
    bench.says("Can't find iCE FTDI USB device (device string s:0x0403:0x6010:iB1).", 2);
    let (code, text) = told(&bench.flash(chosen).unwrap_err());
    assert_eq!(code, "flows::flash::other-device");
    assert!(text.contains("`iB1`"), "{text}");
    assert!(System::linux().list.is_absolute());
}

/// The network of a bitstream that loads it is written where the bitstream looks for it, and only as it was built.
#[test]
fn a_network_for_the_flash_is_written_at_its_place() {
    let store = |bench: &Bench| {
        let image = Image::built(bench.folder.path(), &bench.board, &toy(), "cargo xtask synth")?;
        let wish = Wish { part: Part::Network, ..PLAIN };
        let system = bench.system();
        let order = flash::order(&image, &bench.board, wish, &nothing(), &system)?;
        let here = format!("{}/", bench.folder.path().display());
        Ok::<String, spikestream_flows::FlowError>(order.command(&nothing()).replace(&here, ""))
    };
    let loaded = |name: &str| {
        let bench = Bench::of(name);
        let contents = b"a network";
        fs::write(bench.folder.path().join("weights.bin"), contents).unwrap();
        let stored = StoredFile {
            file: "weights.bin".to_owned(),
            address: 0x10_0000,
            sha256: digest::of_bytes(contents),
        };
        let report = Report { stored: Some(stored), ..bench.image.report.clone() };
        report.write(bench.folder.path()).unwrap();
        bench
    };
    let icebreaker = loaded("icebreaker");
    let line = store(&icebreaker).unwrap();
    assert_eq!(line, "iceprog -d i:0x0403:0x6010 -o 1048576 weights.bin");
    fs::write(icebreaker.folder.path().join("weights.bin"), b"another").unwrap();
    assert_eq!(store(&icebreaker).unwrap_err().code(), "flows::flash::changed");
    assert_eq!(store(&loaded("icesugar")).unwrap_err().code(), "flows::flash::no-store");
    let whole = Bench::of("icebreaker");
    assert_eq!(store(&whole).unwrap_err().code(), "flows::flash::not-loaded");
}
