//! `test`: every test, then the whole path for the digits on the iCEBreaker, and as far as a bitstream
//! on every other board.

use std::fs::File;
use std::path::Path;

use spikestream_flows::install::ALL_TESTS;
use spikestream_flows::{FlowError, run};

use crate::stages::{CargoCheck, MUTANTS, Program, SPIKESTREAM, run_all, timed};
use crate::{kills, mutants, stages};

/// Training as the first of the suites has built it.
const TRAIN: Program = stages::TRAIN.of_tests();

/// The suites, in order.
const SUITES: [CargoCheck; 2] = [
    // Training with its second backend: tests that take one run on both.
    CargoCheck {
        name: "tests of the workspace",
        args: &["test", "--workspace", "--features", "spikestream-train/ndarray"],
        env: &[(ALL_TESTS, "1")],
    },
    CargoCheck {
        name: "types of the GPU backends",
        args: &["check", "--package", "spikestream-train", "--features", "wgpu,cuda"],
        // A crate behind `cuda` downloads LLVM to build its kernels; types need none of it, and
        // this is its own switch for a machine without network.
        env: &[("DOCS_RS", "1")],
    },
];

/// The levels of proof, each on all test images, but for the one that runs none.
const LEVELS: [&str; 6] = ["golden", "hdl", "rtl", "formal", "netlist", "bitstream"];

/// Those in which families differ.
const LEVELS_OF_FAMILY: [&str; 2] = ["netlist", "bitstream"];

/// The net and the board of the whole path.
const NET: &str = "digits";
const BOARD: &str = "icebreaker";
/// A board of each other family, on which what differs by family is proved.
const OTHERS: [&str; 2] = ["ulx3s-85f", "tangnano9k"];

/// How many mutants of the Verilog are played again, of those that are recorded.
const MUTANTS_OF_HARDWARE: u32 = 40;

/// Runs everything.
pub(crate) fn run(root: &Path) -> Result<(), FlowError> {
    run_all(root, &SUITES)?;
    timed("mutants of the sources", || mutants::run(&mutants::Args::few(), root))?;
    timed("synth", || spikestream(root, &format!("synth --net {NET} --board {BOARD}")))?;
    for level in LEVELS {
        prove(root, NET, BOARD, level, "")?;
    }
    timed("mutants of the Verilog", || {
        MUTANTS.run(root, vec!["--sample".to_owned(), MUTANTS_OF_HARDWARE.to_string()])
    })?;
    timed("eval", || spikestream(root, &format!("eval --net {NET} --data {NET}")))?;
    timed("report", || spikestream(root, &format!("report --net {NET} --board {BOARD}")))?;
    new_weights(root)?;
    named_neurons(root)?;
    planes(root)?;
    timed("output on a full disk", || full_disk(root))?;
    timed("kills of training", || kills::run(&kills::Args::few_trainings(), root, &TRAIN))?;
    timed("synth for every board", || spikestream(root, &format!("synth --net {NET} --all")))?;
    for board in OTHERS {
        for level in LEVELS_OF_FAMILY {
            prove(root, NET, board, level, "")?;
        }
    }
    Ok(())
}

/// Runs a command as a user types it.
fn spikestream(root: &Path, words: &str) -> Result<(), FlowError> {
    SPIKESTREAM.run(root, words.split_whitespace().map(str::to_owned).collect())
}

/// Another net of the same shape: its bitstream is made without place and route, and is proved.
fn new_weights(root: &Path) -> Result<(), FlowError> {
    let net = "target/spikestream/nets/digits-again";
    let options = ["--data", "digits", "--seed", "2", "--out", net];
    timed("train another", || TRAIN.run(root, options.map(str::to_owned).to_vec()))?;
    timed("synth with its weights", || {
        spikestream(root, &format!("synth --net {net} --board {BOARD}"))
    })?;
    prove(root, net, BOARD, "bitstream", " --images 20")
}

/// A net whose hidden neurons have a name, and an odd number of bits beside their membranes: trained, built and proved.
fn named_neurons(root: &Path) -> Result<(), FlowError> {
    let net = "target/spikestream/nets/digits-alif";
    let options = ["--config", "nets/recipes/cells/alif.toml", "--out", net];
    timed("train named neurons", || TRAIN.run(root, options.map(str::to_owned).to_vec()))?;
    timed("synth of named neurons", || {
        spikestream(root, &format!("synth --net {net} --board {BOARD}"))
    })?;
    for (level, more) in
        [("formal", ""), ("hdl", " --images 5"), ("netlist", ""), ("bitstream", " --images 20")]
    {
        prove(root, net, BOARD, level, more)?;
    }
    Ok(())
}

/// The net on the schedule that is not taken unasked there: built and proved.
fn planes(root: &Path) -> Result<(), FlowError> {
    timed("synth by planes", || {
        spikestream(root, &format!("synth --net {NET} --board {BOARD} --schedule planes"))
    })?;
    for (level, more) in [
        ("formal", ""),
        ("hdl", " --images 20"),
        ("rtl", ""),
        ("netlist", " --images 60"),
        ("bitstream", ""),
    ] {
        prove(root, NET, BOARD, level, more)?;
    }
    Ok(())
}

/// What the stages that are not tested with their package say of output that cannot be written.
fn full_disk(root: &Path) -> Result<(), FlowError> {
    let evaluation = ["eval", "--net", NET, "--data", "digits", "--json"];
    for (program, args) in [(SPIKESTREAM, &evaluation[..]), (TRAIN, &["--print-config"])] {
        let args = args.iter().map(|word| (*word).to_owned()).collect();
        let stage = program.built(root, args, &[])?;
        let path = "/dev/full";
        let full = File::options().write(true).open(path);
        let full = full.map_err(|reason| FlowError::Unwritable {
            path: path.into(),
            reason: reason.to_string(),
        })?;
        let said = run::stage_to(full, &stage)?;
        if said.code != Some(1) || !said.stderr.contains("::output::write]") {
            return Err(run::Error::StageFailed {
                stage: format!("{} with its output on a full disk", stage.name),
                status: format!("{}, and said: {}", said.status, said.stderr),
                exit_code: None, // so that this error is told
                command: format!("{} {} > {path}", stage.program.display(), stage.args.join(" ")),
            }
            .into());
        }
    }
    Ok(())
}

fn prove(root: &Path, net: &str, board: &str, level: &str, more: &str) -> Result<(), FlowError> {
    let words = format!("verify --level {level} --net {net} --board {board}{more}");
    timed(&format!("verify {level} on {board}"), || spikestream(root, &words))
}
