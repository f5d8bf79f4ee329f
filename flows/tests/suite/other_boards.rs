//! Boards of other people, as they wrote them (`tests/boards`).

use spikestream_flows::FlowError;
use spikestream_flows::board::clocking::Clocking;
use spikestream_flows::board::{self, Board, Folders};
use spikestream_flows::flash::Wish;

use crate::flash_world::{Bench, nothing};
use crate::world::{folder, here, told};

/// The boards, and those that ship.
fn folders() -> Folders {
    Folders::with(here().parent().unwrap(), Some(here().join("tests/boards"))).unwrap()
}

fn load(name: &str) -> Result<Board, FlowError> {
    board::load(&folders(), name)
}

/// Loads a board with replacements in its file and in its pins.
fn changed(name: &str, board: (&str, &str), pins: (&str, &str)) -> Result<Board, FlowError> {
    let folder = folder();
    for entry in std::fs::read_dir(here().join("tests/boards")).unwrap().flatten() {
        let file = entry.file_name().into_string().unwrap();
        let mut text = std::fs::read_to_string(entry.path()).unwrap();
        if let Some((stem, ending)) = file.split_once('.')
            && stem == name
        {
            let (old, new) = if ending == "toml" { board } else { pins };
            assert!(text.contains(old), "{old} is not in {file}");
            text = text.replace(old, new);
        }
        std::fs::write(folder.path().join(file), text).unwrap();
    }
    let root = here().parent().unwrap();
    board::load(&Folders::with(root, Some(folder.path().to_path_buf())).unwrap(), name)
}

const SAME: (&str, &str) = ("", "");

/// The balls of one package are other pads in another, and both build.
#[test]
fn no_other_part_is_offered_for_one_that_is_not_there() {
    assert_eq!(load("alchitry-cu").unwrap().part.flags, ["--hx8k", "--package", "cb132"]);
    for (part, expect) in [
        ("ice40hx8k-cb123", "give it a row [ice40hx8k-cb123] in flows/parts.toml"),
        ("ice40hx8k-bg121", "a parts.toml in the folder that SPIKESTREAM_BOARDS names"),
        ("", "give it a row"),
    ] {
        let (code, text) =
            told(&changed("alchitry-cu", ("ice40hx8k-cb132", part), SAME).unwrap_err());
        assert_eq!(code, "flows::board::invalid");
        assert!(text.contains(expect), "{text}");
        for (other, _) in folders().parts.iter() {
            assert!(!text.contains(other), "{part}: {text}");
        }
    }
    let written = ("ice40hx8k-cb132", "iCE40HX8K-CB132");
    let (_, text) = told(&changed("alchitry-cu", written, SAME).unwrap_err());
    assert!(text.contains("write part = \"ice40hx8k-cb132\""), "{text}");
}

#[test]
fn no_other_board_is_offered_for_one_that_is_not_there() {
    for name in ["icesugar-pro", "ulx3s-65f", "alchitry-cu2"] {
        let (code, text) = told(&load(name).unwrap_err());
        assert_eq!(code, "flows::board::unknown");
        assert!(text.contains("choose one of") && !text.contains("did you mean"), "{text}");
    }
    assert!(told(&load("alchitri-cu").unwrap_err()).1.contains("did you mean `alchitry-cu`?"));
}

#[test]
fn a_pll_without_its_pin_is_told_when_the_board_is_loaded() {
    let (code, text) = told(&load("up5k-44").unwrap_err());
    assert_eq!(code, "flows::board::invalid");
    for word in
        ["up5k-44.toml", "from pin 35, and the clock is on pin 44", "write `pll = \"core\"`"]
    {
        assert!(text.contains(word), "{word}: {text}");
    }
    let core = ("run_mhz = 24.0", "run_mhz = 24.0, pll = \"core\"");
    changed("up5k-44", core, SAME).unwrap();
    changed("up5k-44", SAME, ("clk 44", "clk 35")).unwrap();
}

#[test]
fn an_input_on_the_pin_of_a_pll_is_told_when_the_board_is_loaded() {
    let (code, text) = told(&load("up5k-35").unwrap_err());
    assert_eq!(code, "flows::board::invalid");
    for word in ["`button` is on pin 35", "put `button` on another pin"] {
        assert!(text.contains(word), "{word}: {text}");
    }
    changed("up5k-35", SAME, ("button 35", "button 37")).unwrap();
    changed("up5k-35", SAME, ("button 35\n", "button 10\nset_io led_more 35\n")).unwrap_err();
    let high = ("usb =", "high = [\"led_more\"]\nusb =");
    changed("up5k-35", high, ("button 35\n", "button 10\nset_io led_more 35\n")).unwrap();
}

/// A board that runs at its crystal's frequency uses no PLL, until `--freq` asks for one.
#[test]
fn pins_of_a_pll_matter_only_where_it_is_used() {
    for name in ["up5k-44", "up5k-35"] {
        let board = changed(name, ("run_mhz = 24.0", "run_mhz = 12.0"), SAME).unwrap();
        assert_eq!(Clocking::on(&board, 12.0).unwrap(), Clocking::Direct);
        let (code, text) = told(&Clocking::on(&board, 24.0).unwrap_err());
        let expect =
            if name == "up5k-44" { "flows::clock::off-pad" } else { "flows::clock::shared-pin" };
        assert_eq!(code, expect, "{text}");
    }
}

#[test]
fn a_bootloader_takes_what_is_built_for_the_board() {
    let bench = Bench::with(folder(), load("bitsy").unwrap());
    let line = bench.line(Wish::default(), &nothing()).unwrap();
    assert_eq!(line, "dfu-util -d 1d50:6146 -a 0 -R -D top.bin");
}

#[test]
fn a_programmer_that_cannot_take_the_bitstream_is_told_when_the_board_is_loaded() {
    let (code, text) = told(&changed("bitsy", ("dfu-util", "ecpdap"), SAME).unwrap_err());
    assert_eq!(code, "flows::board::invalid");
    for word in ["bitsy.toml", "`ecpdap` takes .bit", "top.bin", "dfu-util, iceprog"] {
        assert!(text.contains(word), "{word}: {text}");
    }
    let tinyprog = ("openFPGALoader\", args = [\"-b\", \"ulx3s\"]", "tinyprog\"");
    let (_, text) = told(&changed("maker-lpf", tinyprog, SAME).unwrap_err());
    assert!(
        text.contains("name one that takes it: dfu-util, ecpdap, fujprog, openFPGALoader"),
        "{text}"
    );
}

#[test]
fn lines_of_the_maker_go_to_the_tool() {
    let board = load("maker-lpf").unwrap();
    assert_eq!(board.constraints.pins.len(), 3);
    let text = std::fs::read_to_string(here().join("tests/boards/maker-lpf.lpf")).unwrap();
    assert_eq!(board.constraints.text, text.replace("\nIO_TYPE", "\n IO_TYPE"), "as it is");
    let (_, text) = told(&changed("maker-lpf", SAME, ("25.0 MHZ", "50.0 MHZ")).unwrap_err());
    for word in ["maker-lpf.lpf: line 8", "50 MHz here and 25 MHz"] {
        assert!(text.contains(word), "{word}: {text}");
    }
}

/// Editors and web pages leave marks, ends and blanks of their own, in a board's file and in its pins.
#[test]
fn blanks_and_ends_of_lines_are_read_alike() {
    let root = here().parent().unwrap();
    for name in ["bitsy", "maker-lpf"] {
        let plain = load(name).unwrap();
        for (what, mark, ends) in [
            ("a byte-order mark", "\u{feff}", "\n"),
            ("Windows", "", "\r\n"),
            ("Windows with a mark", "\u{feff}", "\r\n"),
            ("an old Mac", "", "\r"),
        ] {
            let folder = folder();
            for entry in std::fs::read_dir(here().join("tests/boards")).unwrap().flatten() {
                let text = std::fs::read_to_string(entry.path()).unwrap();
                let text = format!("{mark}{}", text.replace('\n', ends));
                std::fs::write(folder.path().join(entry.file_name()), text).unwrap();
            }
            let own = Folders::with(root, Some(folder.path().to_path_buf())).unwrap();
            let board = board::load(&own, name).unwrap_or_else(|error| panic!("{what}: {error}"));
            assert_eq!(board.constraints.text, plain.constraints.text, "{name}, {what}");
            assert_eq!(board.constraints.pins, plain.constraints.pins, "{name}, {what}");
        }
    }
    let pins = |old, new| changed("bitsy", SAME, (old, new)).unwrap().constraints;
    for blanks in ["set_io\tclk\t35", "  set_io clk 35\u{b}", "set_io\u{a0}clk\u{3000}35\u{200b}"] {
        let found = pins("set_io clk 35", blanks);
        assert_eq!(found.pins["clk"], "35", "{blanks:?}");
        assert!(found.text.is_ascii(), "the tool takes other blanks for letters: {:?}", found.text);
    }
    let tabs = (" = ", "\t=\t");
    changed("bitsy", tabs, SAME).unwrap();
    let (_, text) = told(&changed("bitsy", ("part = ", "part\u{a0}= "), SAME).unwrap_err());
    assert!(text.contains("line 2") && text.contains("U+00A0"), "{text}");
}
