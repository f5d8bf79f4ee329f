//! Tables of a user's own, beside boards of the user's own: parts and programmers.

use std::path::Path;

use spikestream_flows::FlowError;
use spikestream_flows::board::{self, Folders};
use spikestream_flows::flash::Wish;

use crate::flash_world::{Bench, nothing};
use crate::world::{folder, here, shipped, told};

const PART: &str = r#"
[ice40hx4k-tq144]
family = "ice40"
flags = ["--hx4k", "--package", "tq144"]
synth = ["-abc9", "-device", "hx"]
delay = 1.0
resources = { ICESTORM_LC = 7680, ICESTORM_RAM = 32 }
grid = [34, 34]
pll = ["49", "129"]
"#;

const ECP5: &str = r#"
[lfe5u-45f-csfbga285]
family = "ecp5"
flags = ["--45k", "--package", "CSFBGA285", "--speed", "6"]
synth = []
delay = 2.0
resources = { TRELLIS_COMB = 43848, TRELLIS_FF = 43848, DP16KD = 108 }
grid = [91, 72]
"#;

const PROGRAMMER: &str = r#"
[ldprog]
program = "ldprog"
install = "build it from its maker's repository"
files = ["bin"]
flash = ["-f", "{board}", "{bitstream}"]
opens = ["usb"]
"#;

const BOARD: &str = r#"
description = "A board of one's own"
part = "ice40hx4k-tq144"
constraints = "mine.pcf"
programmers = [{ name = "ldprog", args = ["-v"] }]
clock = { port = "clk", mhz = 12.0, run_mhz = 48.0 }
usb = { vid = "0403", pid = "6010" }
"#;

/// The folders with files of the user's own.
fn with(folder: &Path, files: &[(&str, &str)]) -> Result<Folders, FlowError> {
    for (name, text) in files {
        std::fs::write(folder.join(name), text).unwrap();
    }
    Folders::with(here().parent().unwrap(), Some(folder.to_path_buf()))
}

#[test]
fn a_board_of_ones_own_has_a_part_and_a_programmer_of_ones_own() {
    let folder = folder();
    let parts = format!("{PART}{ECP5}");
    let files = [
        ("parts.toml", parts.as_str()),
        ("programmers.toml", PROGRAMMER),
        ("mine.toml", BOARD),
        ("mine.pcf", "set_io clk 49\nset_io led_pass 1\n"),
    ];
    let folders = with(folder.path(), &files).unwrap();
    let mut names = shipped().names();
    names.push("mine".to_owned());
    names.sort();
    assert_eq!(folders.names(), names, "the tables are no boards");
    for table in ["parts", "programmers"] {
        assert_eq!(board::load(&folders, table).unwrap_err().code(), "flows::board::unknown");
    }
    let board = board::load(&folders, "mine").unwrap();
    assert_eq!(board.part.name, "ice40hx4k-tq144");
    let bench = Bench::with(folder, board);
    let wish = Wish::default();
    assert_eq!(bench.line(wish, &nothing()).unwrap(), "ldprog -f -v top.bin");
    let (code, text) = told(&bench.flash(wish).unwrap_err());
    assert_eq!(code, "flows::flash::no-programmer");
    assert!(text.contains("ldprog: build it from its maker's repository"), "{text}");
}

/// A program beside the table is started as a dry run prints it.
#[test]
fn a_programmer_of_ones_own_may_lie_beside_its_table() {
    let folder = folder();
    std::fs::create_dir(folder.path().join("own")).unwrap();
    for (fake, to) in [("programmers/iceprog", "own/ldprog"), ("programmer.sh", "programmer.sh")] {
        // A copy that is started at once can be busy.
        let fake = here().join("fake-tools").join(fake);
        std::os::unix::fs::symlink(fake, folder.path().join(to)).unwrap();
    }
    let programmer = PROGRAMMER.replace("program = \"ldprog\"", "program = \"own/ldprog\"");
    let files = [
        ("parts.toml", PART),
        ("programmers.toml", programmer.as_str()),
        ("mine.toml", BOARD),
        ("mine.pcf", "set_io clk 49\nset_io led_pass 1\n"),
    ];
    let board = board::load(&with(folder.path(), &files).unwrap(), "mine").unwrap();
    let bench = Bench::with(folder, board);
    assert_eq!(bench.line(Wish::default(), &nothing()).unwrap(), "own/ldprog -f -v top.bin");
    assert_eq!(bench.flash(Wish::default()).unwrap(), ["-f", "-v", "top.bin"]);
}

#[test]
fn mistakes_in_a_table_are_told_with_its_file_and_line() {
    for (file, table, old, new, expect) in [
        ("parts.toml", PART, "grid", "grids", "did you mean `grid`?"),
        ("parts.toml", PART, "family = \"ice40\"", "", "missing field `family`"),
        ("parts.toml", PART, "pll = [\"49\", \"129\"]", "", "pll is not given"),
        ("parts.toml", PART, "\"--package\"", "\"--pakage\"", "flags name no package"),
        ("parts.toml", PART, "ICESTORM_RAM", "RAM", "resources has no ICESTORM_RAM"),
        ("parts.toml", ECP5, "grid", "oscillator = true\ngrid", "oscillator is only for an iCE40"),
        ("parts.toml", ECP5, "grid", "pll = []\ngrid", "pll is only for an iCE40"),
        ("parts.toml", PART, "delay = 1.0", "delay = 0.0", "delay = 0 is not between 0.1 and 100"),
        ("parts.toml", PART, "34, 34", "0, 34", "grid = 0 is not between 1 and 10000"),
        (
            "parts.toml",
            PART,
            "ice40hx4k-tq144",
            "ice40hx8k-ct256",
            "a row of flows/parts.toml already",
        ),
        ("programmers.toml", PROGRAMMER, "[ldprog]", "[iceprog]", "flows/programmers.toml already"),
        (
            "programmers.toml",
            PROGRAMMER,
            "program =",
            "tool = \"iceprog\"\nprogram =",
            "neither `tool` nor",
        ),
        (
            "programmers.toml",
            PROGRAMMER,
            "program = \"ldprog\"",
            "tool = \"icepro\"",
            "did you mean `iceprog`?",
        ),
        ("programmers.toml", PROGRAMMER, "\"bin\"", "\".bin\"", "without the dot"),
        (
            "programmers.toml",
            PROGRAMMER,
            "\"{bitstream}\"",
            "\"top\"",
            "flash has no `{bitstream}`",
        ),
        ("programmers.toml", PROGRAMMER, "\"{board}\", ", "", "flash has no `{board}`"),
        (
            "programmers.toml",
            PROGRAMMER,
            "opens",
            "choose = [[\"-s\", \"{serial}\"]]\nopens",
            "flash has no `{device}`",
        ),
        (
            "programmers.toml",
            PROGRAMMER,
            "\"-f\"",
            "\"{speed}\"",
            "`{speed}`, which stands for nothing",
        ),
        (
            "programmers.toml",
            PROGRAMMER,
            "\"-f\"",
            "\"{device}\", \"{bitstream}\", \"{board}\"]\nany = [\"{serial}\"]\nsram = [\"{device}\"",
            "any has `{serial}`",
        ),
        (
            "programmers.toml",
            PROGRAMMER,
            "opens",
            "only = \"403\"\nopens",
            "four hexadecimal digits",
        ),
    ] {
        assert!(table.contains(old), "{old}");
        let folder = folder();
        let text = table.replacen(old, new, 1);
        let (code, said) = told(&with(folder.path(), &[(file, &text)]).unwrap_err());
        assert_eq!(code, "flows::board::invalid", "{new}");
        let at = said.contains("line ")
            && said.contains(&folder.path().join(file).display().to_string());
        assert!(at && said.contains(expect), "{new}: {said}");
    }
}

/// The guide's examples are tables.
#[test]
fn the_examples_of_the_guide_load() {
    let guide = std::fs::read_to_string(here().parent().unwrap().join("boards/README.md")).unwrap();
    let folder = folder();
    let mut blocks =
        guide.split("```toml\n# ").skip(1).map(|rest| rest.split("```").next().unwrap());
    for table in ["parts.toml", "programmers.toml"] {
        let (name, rows) = blocks.next().unwrap().split_once('\n').unwrap();
        assert_eq!(name, table);
        std::fs::write(folder.path().join(name), rows).unwrap();
    }
    let folders = with(folder.path(), &[]).unwrap();
    assert!(folders.parts.find("ice40hx4k-tq144").is_some());
    assert!(folders.programmers.find("ldprog").is_some());
}

/// The folder's tables are named where they would have helped.
#[test]
fn the_tables_that_were_looked_in_are_named() {
    let folder = folder();
    let board = BOARD.replace("hx4k-tq144", "hx4k-tq441");
    let files = [("parts.toml", PART), ("mine.toml", &board), ("mine.pcf", "set_io clk 49\n")];
    let (_, text) = told(&board::load(&with(folder.path(), &files).unwrap(), "mine").unwrap_err());
    let own = folder.path().join("parts.toml").display().to_string();
    assert!(text.contains(&format!("flows/parts.toml or {own}")), "{text}");
}

/// Whatever a number is: it has a range, and what lies outside is told with the file, the key and the range.
#[test]
fn every_number_of_a_table_has_a_range() {
    let wild = ["inf", "-inf", "nan", "1e300", "-1.0", "0.0", "-5", "0", "9223372036854775807"];
    for (old, key) in [("delay = 1.0", "delay = "), ("7680", ""), ("34, 34", "34, ")] {
        for number in wild {
            let folder = folder();
            let parts = PART.replacen(old, &format!("{key}{number}"), 1);
            let error = with(folder.path(), &[("parts.toml", &parts)]).unwrap_err();
            let (code, text) = told(&error);
            assert_eq!(code, "flows::board::invalid", "{old} {number}");
            assert!(text.contains("parts.toml") && text.contains("line"), "{number}: {text}");
        }
    }
}
