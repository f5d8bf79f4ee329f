//! `neuron` as its users type it.

#![allow(clippy::unwrap_used)] // a test stops at the first error

use std::fs;
use std::path::Path;
use std::process::Stdio;

use spikestream::neuron::cell::Cell;
use spikestream::neuron::equations::Format;
use spikestream::spec::example_of;
use spikestream_flows::run::{Captured, Stage, stage_to};

fn neuron(words: &[&str]) -> Captured {
    let stage = Stage {
        name: "neuron".to_owned(),
        program: env!("CARGO_BIN_EXE_spikestream").into(),
        args: ["neuron"].iter().chain(words).map(|word| (*word).to_owned()).collect(),
        env: vec![],
        folder: Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().to_owned(),
    };
    stage_to(Stdio::piped(), &stage).unwrap()
}

#[test]
fn those_that_ship_are_listed_with_their_papers() {
    let said = neuron(&["list"]);
    assert_eq!(said.code, Some(0), "{}", said.stderr);
    for line in ["izhikevich-fast", "fitzhugh-nagumo", "E. M. Izhikevich 2003", "C. Morris 1981"] {
        assert!(said.stdout.contains(line), "{}", said.stdout);
    }
}

/// The text is the one by whose hash the network's identity knows the neuron.
#[test]
fn the_operations_of_a_networks_neurons_are_printed() {
    let folder = tempfile::tempdir().unwrap();
    let cell = Cell::new("alif", Format { bits: 14, fraction: 10 });
    let net = example_of(&[4, 3, 2], &[Some(cell.clone()), None]);
    net.save(folder.path()).unwrap();
    let listing = |net: &str, more: &[&str]| neuron(&[&["listing", "--net", net], more].concat());
    let net = folder.path().display().to_string();
    let text = cell.step().unwrap().listing();
    let said = listing(&net, &["--name", "layer-0"]);
    assert_eq!((said.code, &said.stdout), (Some(0), &text), "{}", said.stderr);
    assert_eq!(listing(&net, &[]).stdout, format!("# layer-0\n{text}"));
    let said = listing(&net, &["--name", "layer-1"]);
    assert_eq!(said.code, Some(1));
    assert!(said.stderr.contains("[cli::neuron::unnamed]") && said.stderr.contains("layer-0"));
    let said = listing("digits", &[]);
    assert_eq!((said.code, &*said.stdout), (Some(0), ""));
    assert!(said.stderr.contains("no layer names a neuron"), "{}", said.stderr);
}

#[test]
fn a_neuron_is_shown_with_its_words() {
    let said = neuron(&["show", "adaptive-threshold", "--bits", "16", "--fraction", "11"]);
    assert_eq!(said.code, Some(0), "{}", said.stderr);
    for text in
        ["words of 16 bits, Q5.11", "theta", "Chacron", "from the real step at most", "= fired"]
    {
        assert!(said.stdout.contains(text), "{text}: {}", said.stdout);
    }
}

#[test]
fn a_run_leaves_a_table_and_a_picture() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("run").display().to_string();
    let said =
        neuron(&["run", "izhikevich-regular", "--current", "10", "--steps", "400", "--out", &out]);
    assert_eq!(said.code, Some(0), "{}", said.stderr);
    assert!(said.stdout.contains("every spike is in the same step"), "{}", said.stdout);
    let table = fs::read_to_string(Path::new(&out).join("run.csv")).unwrap();
    assert_eq!(table.lines().count(), 401);
    assert!(table.starts_with("step,I,v,v in words,u,u in words,fired,fired in words\n0,10,"));
    let column = |line: &str, i: usize| line.split(',').nth(i).unwrap().parse::<f64>().unwrap();
    assert!(table.lines().skip(1).all(|line| (column(line, 2) - column(line, 3)).abs() < 20.0));
    assert!(table.lines().skip(1).filter(|line| line.ends_with("1,1")).count() >= 4);
    assert!(fs::read_to_string(Path::new(&out).join("run.svg")).unwrap().starts_with("<svg "));
}

/// Of one without products, one with products and a rest, one with tables.
#[test]
fn those_that_ship_are_proved() {
    let folder = tempfile::tempdir().unwrap();
    for name in ["lif", "adaptive-threshold", "morris-lecar"] {
        let out = folder.path().join(name).display().to_string();
        let said = neuron(&["prove", name, "--out", &out]);
        assert_eq!(said.code, Some(0), "{}", said.stderr);
        for text in ["no word wraps, and no state leaves its range", "the Verilog is the function"]
        {
            assert!(said.stdout.contains(text), "{name}: {}", said.stdout);
        }
        assert!(said.stdout.contains("split at each of "), "{name}: {}", said.stdout);
    }
}

#[test]
fn what_is_wrong_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let file = |name: &str, text: &str| {
        let path = folder.path().join(name);
        fs::write(&path, text).unwrap();
        path.display().to_string()
    };
    let good = fs::read_to_string(
        Path::new(env!("CARGO_MANIFEST_DIR")).join("../neurons/izhikevich-fast.toml"),
    );
    let good = good.unwrap();
    let bad = file("bad.toml", &good.replace("5 * v", "5 * w"));
    let zero = file("zero.toml", &good.replace("a * (b * v - u)", "1 / u"));
    let short = file("short.csv", "1\n2\n");
    let odd = file("odd.csv", "1\ntwo\n");
    for (words, code, text) in [
        (vec!["show", "izhikevic-fast"], "cli::neuron::unknown", "izhikevich-fast"),
        (vec!["show", &bad], "spikestream::equations::unknown", "nothing is called w"),
        (vec!["show", &zero], "spikestream::equations::zero", "can be 0"),
        (
            vec!["show", "lif", "--bits", "6", "--fraction", "4"],
            "spikestream::equations::format",
            "Q2.4",
        ),
        (
            vec!["run", "lif", "--current", "none"],
            "cli::neuron::current",
            "neither a number nor a file",
        ),
        (
            vec!["run", "lif", "--current", "1000"],
            "cli::neuron::current",
            "outside the input's range",
        ),
        (
            vec!["run", "lif", "--current", &short, "--steps", "3"],
            "cli::neuron::current",
            "2 lines, not 3",
        ),
        (vec!["run", "lif", "--current", &odd], "cli::neuron::current", "line 2 is two"),
        (vec!["show", "lif", "--bits", "6"], "cli::usage", "--fraction"),
    ] {
        let said = neuron(&words);
        assert_ne!(said.code, Some(0), "{words:?}");
        assert!(
            said.stderr.contains(code) && said.stderr.contains(text),
            "{words:?}: {}",
            said.stderr
        );
    }
}
