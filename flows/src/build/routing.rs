//! Place and route of a shape, once for each seed, as many at a time as there are cores.

use std::path::{Path, PathBuf};
use std::thread;

use super::Error;
use super::NETLIST;
use crate::base::error::FlowError;
use crate::base::files;
use crate::base::parallel;
use crate::board::Board;
use crate::board::clocking::Clocking;
use crate::build::design::Design;
use crate::build::fit;
use crate::build::report::Routed;
use crate::family::{ROUTED, Routing};
use crate::output;
use crate::run::manifest::Manifest;
use crate::run::plan::Plan;
use crate::run::{self, Options};
use crate::tool::Tools;
use spikestream::progress::Heartbeat;

/// A shape routed with one seed.
#[derive(Debug)]
pub struct Seed {
    /// The seed.
    pub seed: u32,
    /// The folder of the run.
    pub folder: PathBuf,
    /// What came out.
    pub routed: Routed,
    /// The run.
    pub manifest: Manifest,
}

/// The plan of one seed: the netlist and the pins in, the routed design and its report out.
///
/// # Errors
/// [`run::Error::PlanPath`] when the constraint file's name is no plain name,
/// [`crate::family::Error::Unreachable`].
pub fn plan(design: &Design<'_>, netlist: &[u8], seed: u32) -> Result<Plan, FlowError> {
    let (board, family) = (design.board, design.board.part.family);
    let clocking = Clocking::on(board, design.freq_mhz)?;
    let routing = Routing {
        flags: &board.part.flags,
        constraints: &board.constraints.file,
        netlist: NETLIST,
        seed,
        mhz: clocking.at_most(design.freq_mhz),
    };
    let (tool, args) = family.route(&routing);
    let mut plan = Plan::default();
    plan.file(NETLIST, netlist)?;
    plan.file(&board.constraints.file, board.constraints.text.clone())?;
    plan.step("route", tool, args)?;
    for product in [family.routed(), ROUTED, "nextpnr.json"] {
        plan.product(product)?;
    }
    Ok(plan)
}

/// Routes with every seed of the design; the results are in the order of the seeds.
pub(super) fn run(
    design: &Design<'_>,
    tools: &Tools,
    folder: &Path,
) -> Result<Vec<Seed>, FlowError> {
    let netlist = files::read(&folder.join(NETLIST))?;
    let one = |seed, quiet| route(design, tools, folder, &netlist, seed, quiet);
    match design.seeds.as_slice() {
        [seed] => Ok(vec![one(*seed, false)?]),
        seeds => {
            let _heartbeat =
                Heartbeat::start(&format!("place and route with {} seeds", seeds.len()));
            let cores = thread::available_parallelism().map_or(1, usize::from);
            routable(seeds, parallel::each(seeds, cores, |seed| one(*seed, true)))
        }
    }
}

/// The seeds that came out. A nearly full part takes some placements and not others, so one that a
/// tool gave up on is only told of, unless it is so for all.
fn routable(seeds: &[u32], results: Vec<Result<Seed, FlowError>>) -> Result<Vec<Seed>, FlowError> {
    let mut routed = Vec::new();
    let mut given_up = Vec::new();
    for (seed, result) in seeds.iter().zip(results) {
        match result {
            Ok(one) => routed.push(one),
            Err(error) if is_given_up(&error) => given_up.push((seed, error)),
            Err(other) => return Err(other),
        }
    }
    if routed.is_empty()
        && let Some((_, error)) = given_up.pop()
    {
        return Err(error);
    }
    for (seed, error) in given_up {
        output::tell(format_args!("note: left out seed {seed}: {error}"));
    }
    Ok(routed)
}

/// Whether a tool gave up on a placement.
fn is_given_up(error: &FlowError) -> bool {
    matches!(error.of(), Some(run::Error::StepFailed { .. }))
        || matches!(error.of(), Some(Error::Overfull { .. }))
}

fn route(
    design: &Design<'_>,
    tools: &Tools,
    folder: &Path,
    netlist: &[u8],
    seed: u32,
    quiet: bool,
) -> Result<Seed, FlowError> {
    let plan = plan(design, netlist, seed)?;
    let folder = folder.join(format!("{}-mhz-seed-{seed}", design.freq_mhz));
    let options = Options { quiet, ..Options::default() };
    let manifest =
        run::run(&plan, tools, &folder, &options).map_err(|error| explained(design, error))?;
    let routed = Routed::read(&folder.join("nextpnr.json"))?;
    let routed = routed.with_untimed(design.board.part.family);
    Ok(Seed { seed, folder, routed, manifest })
}

/// A pin that the package has not, and a placement that ran out of room, told from other failures.
fn explained(design: &Design<'_>, error: FlowError) -> FlowError {
    let Some(run::Error::StepFailed { log, .. }) = error.of() else { return error };
    let text = String::from_utf8_lossy(&std::fs::read(log).unwrap_or_default()).into_owned();
    if let Some(unknown) = unknown_pin(design.board, &text) {
        return unknown;
    }
    let needs = fit::needs_in_log(&text);
    let needs = needs.iter().map(|(resource, used)| (resource.as_str(), *used));
    fit::ensure_fits(&design.board.part, needs).err().unwrap_or(error)
}

/// The pin that place and route says the package has not.
fn unknown_pin(board: &Board, log: &str) -> Option<FlowError> {
    let says = |(_, pin): &(&String, &String)| log.contains(&board.part.family.no_pin(pin));
    let (port, pin) = board.constraints.pins.iter().find(says)?;
    Some(
        Error::PinUnknown {
            part: board.part.name.clone(),
            pin: pin.clone(),
            port: port.clone(),
            constraints: board.constraints.file.clone(),
        }
        .into(),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_programs_are_understood_about_a_pin() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
        let folders = crate::board::Folders::with(&root, None).unwrap();
        for (board, log, expect) in [
            ("icebreaker", "ERROR: package does not have a pin named '9' (on line 6)", "`uart_tx`"),
            ("icebreaker", "ERROR: package does not have a pin named '99' (on line 6)", ""),
            (
                "ulx3s-85f",
                "ERROR: IO pin 'uart_rx$tr_io' constrained to pin 'M1', which does not exist for \
                 package 'CABGA381'.",
                "`uart_rx`",
            ),
        ] {
            let board = crate::board::load(&folders, board).unwrap();
            let told = unknown_pin(&board, log).map(|error| error.to_string()).unwrap_or_default();
            assert!(told.contains(expect) && told.is_empty() == expect.is_empty(), "{log}: {told}");
        }
    }
}
