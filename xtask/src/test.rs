//! `test`: every test, then the whole path for the digits on the iCEBreaker, and as far as a bitstream
//! on every other board.

use spikestream_flows::FlowError;

use crate::stages::{CargoCheck, run_all, timed};
use crate::workspace::Workspace;
use crate::{eval, report, synth, train, verify};

/// The suites, in order.
const SUITES: [CargoCheck; 3] = [
    CargoCheck { name: "tests of the workspace", args: &["test", "--workspace"], env: &[] },
    CargoCheck {
        name: "tests of training, on both backends",
        args: &["test", "--package", "spikestream", "--features", "ndarray"],
        env: &[],
    },
    CargoCheck {
        name: "types of the GPU backends",
        args: &["check", "--package", "spikestream", "--features", "wgpu,cuda"],
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
/// A board of the other family, on which what differs by family is proved.
const ECP5: &str = "ulx3s-85f";

/// Runs everything.
pub(crate) fn run(workspace: &Workspace) -> Result<(), FlowError> {
    run_all(workspace, &SUITES)?;
    timed("synth", || synth::run(&synth::Args::of(NET, BOARD), workspace))?;
    for level in LEVELS {
        prove(NET, BOARD, level, None, workspace)?;
    }
    timed("eval", || eval::run(&eval::Args::of(NET, NET), workspace))?;
    timed("report", || report::run(&report::Args::of(NET, BOARD), workspace))?;
    new_weights(workspace)?;
    timed("synth for every board", || synth::run(&synth::Args::every_board(NET), workspace))?;
    for level in LEVELS_OF_FAMILY {
        prove(NET, ECP5, level, None, workspace)?;
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
