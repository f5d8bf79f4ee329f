//! Boards: every one that ships loads; every mistake in one is told in the file's own words.

use std::path::Path;

use spikestream_flows::board::{self, Folders};

use crate::world::{folder, here, shipped, told};

#[test]
fn every_shipped_board_loads() {
    let folders = shipped();
    assert!(folders.names().contains(&"icebreaker".to_owned()));
    for name in folders.names() {
        let board = board::load(&folders, &name).unwrap();
        assert_eq!(board.name, name);
        let file = folders.constraints.join(&board.constraints.file);
        assert_eq!(board.constraints.text, std::fs::read_to_string(file).unwrap(), "{name}");
    }
}

/// The table of boards/README.md, from which a user takes a rate.
#[test]
fn the_fastest_lines_are_those_of_the_readme() {
    let fastest = |name: &str| {
        let board = board::load(&shipped(), name).unwrap();
        board.uart.and_then(|uart| uart.ends(board.clock.run_mhz).fastest())
    };
    let text = std::fs::read_to_string(here().join("../boards/README.md")).unwrap();
    let table = text.split("| fastest line at `run_mhz` |").nth(1).unwrap();
    let mut told = 0;
    for row in table.lines().skip(2).take_while(|line| line.starts_with('|')) {
        let cells: Vec<&str> = row.split('|').map(str::trim).collect();
        let rate: u64 = cells[3].strip_suffix(" Mbaud").unwrap().parse().unwrap();
        let first = cells[1].split('`').nth(1).unwrap();
        for part in cells[1].split('`').skip(1).step_by(2) {
            let name = match part.strip_prefix('-') {
                Some(part) => format!("{}-{part}", first.rsplit_once('-').unwrap().0),
                None => part.to_owned(),
            };
            assert_eq!(fastest(&name), Some(rate * 1_000_000), "{name}");
            told += 1;
        }
    }
    let known = shipped().names().into_iter().filter(|name| fastest(name).is_some()).count();
    assert_eq!(told, known);
}

#[test]
fn an_unknown_board_gets_the_legal_names_and_the_nearest() {
    let (code, text) = told(&board::load(&shipped(), "icebraker").unwrap_err());
    assert_eq!(code, "flows::board::unknown");
    assert!(text.contains("did you mean `icebreaker`?"), "{text}");
    for name in ["../boards/icebreaker", "", "icebreaker.toml"] {
        assert_eq!(board::load(&shipped(), name).unwrap_err().code(), "flows::board::unknown");
    }
}

/// Copies the iCEBreaker's files with one replacement in each, and tells what loading them says.
fn with(board: (&str, &str), pins: (&str, &str)) -> (&'static str, String) {
    let root = here().parent().unwrap();
    let folder = folder();
    let copy = |from: &Path, to: &str, (old, new): (&str, &str)| {
        let text = std::fs::read_to_string(from).unwrap();
        assert!(text.contains(old), "{old} is not in {}", from.display());
        std::fs::write(folder.path().join(to), text.replace(old, new)).unwrap();
    };
    copy(&root.join("boards/icebreaker.toml"), "mine.toml", board);
    copy(&root.join("constraints/icebreaker.pcf"), "icebreaker.pcf", pins);
    let folders = Folders::with(root, Some(folder.path().to_path_buf())).unwrap();
    match board::load(&folders, "mine") {
        Ok(_) => ("loaded", String::new()),
        Err(error) => told(&error),
    }
}

#[test]
fn a_folder_of_boards_that_is_none_is_told() {
    let root = here().parent().unwrap();
    let file = root.join("Cargo.toml");
    for own in [root.join("nowhere"), file] {
        let (code, text) = told(&Folders::with(root, Some(own)).unwrap_err());
        assert_eq!(code, "flows::board::invalid");
        assert!(text.contains("SPIKESTREAM_BOARDS names it"), "{text}");
    }
    let own = Folders::with(root, Some(root.join("constraints"))).unwrap();
    assert_eq!(own.names(), shipped().names(), "the user's own come on top");
}

const SAME: (&str, &str) = ("", "");

#[test]
fn a_board_of_the_users_own_loads_with_its_constraints_beside_it() {
    assert_eq!(with(SAME, SAME).0, "loaded");
}

#[test]
fn mistakes_in_a_board_are_told() {
    for (old, new, expect) in [
        ("led_active_low", "led_active_lo", "unknown field `led_active_lo`"),
        ("flash = {", "# flash = {", "`flash_cs` has a pin, and the board no flash"),
        ("network = 0x100000", "network = 0x1000000", "16777216 is no place in 16777216 bytes"),
        ("bytes = 16777216", "bytes = 33554432", "of 16777216 at most"),
        ("wires = 2", "wires = 4", "wires = 4 is not 1 or 2"),
        ("wires = 2", "wires = \"2\"", "invalid type"),
        ("usb = {", "high = [\"flash_cs\"]\nusb = {", "`flash_cs` is in `high` or `low`"),
        (
            "programmers = [{ name = \"iceprog\", sram = true }]\n",
            "",
            "missing field `programmers`",
        ),
        ("ice40up5k-sg48", "ice40up5k-sg84", "give it a row [ice40up5k-sg84]"),
        ("\"iceprog\"", "\"icepro\"", "did you mean `iceprog`?"),
        (
            "\"iceprog\"",
            "\"icepro\"",
            "a programmers.toml in the folder that SPIKESTREAM_BOARDS names",
        ),
        ("\"iceprog\", sram = true", "\"ecpdap\"", "ecpdap` takes .bit, and the bitstream"),
        (
            "\"iceprog\", sram = true",
            "\"fujprog\"",
            "takes it: dfu-util, iceprog, icesprog, openFPGALoader",
        ),
        ("run_mhz = 24.0", "run_mhz = 24.19", "write run_mhz = 24.375"),
        ("icebreaker.pcf", "other.pcf", "constraints = \"other.pcf\" is not a file"),
        ("icebreaker.pcf", "../x.pcf", "constraints = \"../x.pcf\" is not a file"),
        (
            "{ port = \"clk\", mhz = 12.0",
            "{ port = \"clk\", mhz = 12000000.0",
            "not between 0.1 and 1000",
        ),
        ("mhz = 12.0", "mhz = nan", "not between 0.1 and 1000"),
        ("run_mhz = 24.0", "run_mhz = 2400.0", "run_mhz = 2400 is not between 0.1 and 1000"),
        ("baud = 1000000", "baud = 7000000", "cannot be made from a clock of 24000000 Hz"),
        ("baud = 1000000", "baud = 0", "baud = 0 is not between 9600 and 125000000"),
        ("baud = 1000000,", "baud = 2850000,", "write 2666667 or 3000000"),
        ("bridge = \"ft2232h\"", "bridge = \"ft2232g\"", "did you mean `ft2232h`?"),
        ("bridge = \"ft2232h\"", "bridg = \"ft2232h\"", "did you mean `bridge`?"),
        ("port = \"clk\"", "port = \"clock\"", "port `clock` has no pin"),
        ("vid = \"0403\"", "vid = \"403\"", "usb = 403:6010"),
        ("led_active_low", "led_activ_low", "did you mean `led_active_low`?"),
        ("mhz = 12.0,", "mhz = 12.0, pll = \"cor\",", "did you mean `core`?"),
        ("1BitSquared", "one\\nmodule two", "is not one line of text"),
        ("port = \"clk\"", "port = \"core_clk\"", "something of its own"),
        ("usb =", "low = [\"flash_mosi_out\"]\nusb =", "something of its own"),
        ("port = \"clk\"", "port = \"button\"", "`button` is a port of every design"),
        ("port = \"clk\"", "port = \"clk;\"", "`clk;` is no name"),
        ("usb =", "high = [\"led_pass\"]\nusb =", "`led_pass` is a port of every design"),
        ("usb =", "low = [\"clk\"]\nusb =", "low: `clk` is named twice"),
        ("usb =", "high = [\"cs\"]\nlow = [\"cs\"]\nusb =", "low: `cs` is named twice"),
        ("usb =", "high = [\"cs\"]\nusb =", "port `cs` has no pin"),
        ("usb =", "pack = [\"--freq\", \"38.8\"]\nusb =", "pack is only for an ECP5"),
        ("usb =", "svf = true\nusb =", "svf is only for an ECP5"),
        ("uart = { baud = 1000000, bridge = \"ft2232h\" }\n", "", "port `uart_rx` has a pin"),
        ("port = \"clk\", mhz = 12.0,", "internal = true,", "uart: the internal oscillator"),
        ("run_mhz = 24.0", "run_mhz = nan", "run_mhz = NaN is not between"),
    ] {
        let (code, text) = with((old, new), SAME);
        assert_eq!(code, "flows::board::invalid", "{old} -> {new}");
        assert!(text.contains(expect) && text.contains("mine.toml"), "{new}: {text}");
    }
}

#[test]
fn mistakes_in_constraints_are_told() {
    for (old, new, expect) in [
        ("uart_tx     9", "uart_tx     6", "ports `uart_rx` and `uart_tx` are both on pin 6"),
        ("set_io -nowarn uart_tx     9", "", "port `uart_tx` has no pin"),
        ("set_io -nowarn button     10", "set_io buton 10", "did you mean `button`?"),
        ("set_io -nowarn uart_tx     9", "set_io uart_rx 9", "port `uart_rx` has two pins"),
        ("set_io -nowarn uart_tx     9", "set_frequency clk 13", "13 MHz here and 12 MHz"),
        ("set_io -nowarn uart_tx     9", "set_frequency core_clk 1", "clock.run_mhz"),
        ("set_io -nowarn uart_tx     9", "set_io uart_tx", "not one port and one pin"),
        ("set_io -nowarn uart_tx     9", "LOCATE COMP x", "is not a constraint"),
    ] {
        let (code, text) = with(SAME, (old, new));
        assert_eq!(code, "flows::board::invalid", "{new}");
        assert!(text.contains(expect), "{new}: {text}");
    }
    for (old, new) in [
        ("-nowarn uart_tx", "-pullup yes uart_tx"),
        ("set_io -nowarn uart_tx", "set_frequency clk 12.0\nset_io uart_tx"),
        ("set_io -nowarn uart_tx", "set_frequency another 1\nset_io uart_tx"),
    ] {
        let (code, text) = with(SAME, (old, new));
        assert_eq!(code, "loaded", "{new}: {text}");
    }
}

/// Whatever a number is: it has a range, and what lies outside is told with the file, the key and the range;
/// no command that loads boards comes to harm.
#[test]
fn every_number_of_a_board_has_a_range() {
    let mhz = ["inf", "-inf", "nan", "1e300", "-24.0", "0.0", "1e-300", "1000.1", "0", "-1"];
    let internal = "clock = { internal = true, run_mhz = 24.0 }\n";
    let crystal = "clock = { port = \"clk\", mhz = 12.0, run_mhz = 24.0 }\n";
    for number in mhz {
        for (old, new, key) in [
            ("run_mhz = 24.0", format!("run_mhz = {number}"), "run_mhz = "),
            ("mhz = 12.0", format!("mhz = {number}"), "mhz = "),
            (crystal, internal.replace("24.0", number), "run_mhz = "),
        ] {
            let (code, text) = with((old, &new), SAME);
            assert_eq!(code, "flows::board::invalid", "{new}");
            for part in ["mine.toml", "line", key, "is not between 0.1 and 1000"] {
                assert!(text.contains(part), "{part} is not in\n{text}");
            }
        }
    }
    for baud in ["0", "9599", "-1", "-9223372036854775808", "9223372036854775807", "125000001"] {
        let (code, text) = with(("baud = 1000000", &format!("baud = {baud}")), SAME);
        assert_eq!(code, "flows::board::invalid", "{baud}");
        let told = format!("baud = {baud} is not between 9600 and 125000000");
        assert!(text.contains("mine.toml") && text.contains(&told), "{text}");
    }
    for baud in ["inf", "1e300", "1.5", "99999999999999999999"] {
        let (code, text) = with(("baud = 1000000", &format!("baud = {baud}")), SAME);
        assert_eq!(code, "flows::board::invalid", "{baud}");
        assert!(text.contains("mine.toml") && text.contains("line"), "{text}");
    }
}
