//! Packing: the routed shape with a network's numbers, to a bitstream.

use std::path::Path;

use super::Shape;
use crate::base::digest;
use crate::base::error::FlowError;
use crate::build::design::Design;
use crate::contents;
use crate::family::Packing;
use crate::run::manifest::{Manifest, Origin};
use crate::run::plan::Plan;
use crate::run::{self, Options};
use crate::tool::Tools;

/// The plan: the filled design in, the bitstream out.
///
/// # Errors
/// [`run::Error::PlanPath`] never, as the names are plain.
pub fn plan(design: &Design<'_>, filled: Vec<u8>) -> Result<Plan, FlowError> {
    let family = design.board.part.family;
    let mut plan = Plan::default();
    plan.file(family.packed(), filled)?;
    let board = design.board;
    let packing = Packing { flags: &board.part.flags, options: &board.pack, svf: board.svf };
    family.pack(&mut plan, &packing)?;
    Ok(plan)
}

pub(super) fn run(
    design: &Design<'_>,
    tools: &Tools,
    shape: &Shape,
    folder: &Path,
) -> Result<Manifest, FlowError> {
    let seed = &shape.seeds[shape.best];
    let filled = contents::fill(design.board.part.family, &design.memories, &seed.folder)?;
    let plan = plan(design, filled)?;
    let fresh = !shape.synthesis.unchanged || shape.seeds.iter().any(|s| !s.manifest.unchanged);
    let mut manifest = run::run(&plan, tools, folder, &Options::default())?;
    manifest.unchanged &= !fresh;
    manifest.routed = Some(Origin {
        shape: digest::of_bytes(&design.shape),
        synthesis: named(&shape.netlist),
        routing: named(&seed.folder),
        digest: seed.manifest.digest.clone(),
        seed: seed.seed,
    });
    for run in [&shape.synthesis, &seed.manifest] {
        manifest.tools.extend(run.tools.clone());
    }
    manifest.write(folder)?;
    Ok(manifest)
}

/// A folder's own name: what lies above it is this machine's.
fn named(folder: &Path) -> String {
    folder.file_name().unwrap_or_default().to_string_lossy().into_owned()
}
