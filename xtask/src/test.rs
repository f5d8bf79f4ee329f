//! `test`: every test, then the whole path for the digits on the iCEBreaker, and as far as a bitstream
//! on every other board.

use std::fs::File;

use spikestream_flows::install::ALL_TESTS;
use spikestream_flows::{FlowError, run};

use crate::every_board;
use crate::stages::{CargoCheck, EVAL, TRAIN, run_all, timed};
use crate::workspace::Workspace;
use crate::{eval, kills, mutants, report, synth, train, verify};

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

/// The levels of proof, each on all test images.
const LEVELS: [&str; 5] = ["golden", "hdl", "rtl", "netlist", "bitstream"];

/// Those in which families differ.
const LEVELS_OF_FAMILY: [&str; 2] = ["netlist", "bitstream"];

/// The net and the board of the whole path.
const NET: &str = "digits";
const BOARD: &str = "icebreaker";
/// A board of each other family, on which what differs by family is proved.
const OTHERS: [&str; 2] = ["ulx3s-85f", "tangnano9k"];

/// Runs everything.
pub(crate) fn run(workspace: &Workspace) -> Result<(), FlowError> {
    run_all(workspace, &SUITES)?;
    timed("mutants of the sources", || {
        mutants::run(&mutants::Args::few_of_the_sources(), workspace)
    })?;
    timed("synth", || synth::run(&synth::Args::of(NET, BOARD), workspace))?;
    for level in LEVELS {
        prove(NET, BOARD, level, None, workspace)?;
    }
    timed("mutants of the Verilog", || {
        mutants::run(&mutants::Args::few_of_the_hardware(), workspace)
    })?;
    timed("eval", || eval::run(&eval::Args::of(NET, NET), workspace))?;
    timed("report", || report::run(&report::Args::of(NET, BOARD), workspace))?;
    new_weights(workspace)?;
    timed("output on a full disk", || full_disk(workspace))?;
    timed("kills of training", || kills::run(&kills::Args::few_trainings(), workspace))?;
    timed("synth for every board", || every_board::run(&synth::Args::every_board(NET), workspace))?;
    for board in OTHERS {
        for level in LEVELS_OF_FAMILY {
            prove(NET, board, level, None, workspace)?;
        }
    }
    Ok(())
}

/// Another net of the same shape: its bitstream is made without place and route, and is proved.
fn new_weights(workspace: &Workspace) -> Result<(), FlowError> {
    let folder = workspace.root.join("target/spikestream/nets/digits-again");
    let net = folder.display().to_string();
    timed("train another", || train::run(&train::Args::another(&folder), workspace))?;
    timed("synth with its weights", || synth::run(&synth::Args::of(&net, BOARD), workspace))?;
    prove(&net, BOARD, "bitstream", Some(20), workspace)
}

/// What the stages that are not tested with their package say of output that cannot be written.
fn full_disk(workspace: &Workspace) -> Result<(), FlowError> {
    let evaluation = ["--net", "nets/digits", "--data", "digits", "--json"];
    for (program, args) in [(EVAL, &evaluation[..]), (TRAIN, &["--print-config"])] {
        let mut stage = program.built(workspace, &[])?;
        stage.args.extend(["--"].iter().chain(args).map(|word| (*word).to_owned()));
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
                command: format!("cargo {} > {path}", stage.args.join(" ")),
            }
            .into());
        }
    }
    Ok(())
}

fn prove(
    net: &str,
    board: &str,
    level: &str,
    images: Option<u32>,
    workspace: &Workspace,
) -> Result<(), FlowError> {
    let args = verify::Args {
        net: net.to_owned(),
        level: level.to_owned(),
        board: board.to_owned(),
        images,
        pins: None,
        trace: None,
        port: None,
        baud: None,
    };
    timed(&format!("verify {level} on {board}"), || verify::run(&args, workspace))
}
