//! Packing: the routed shape with a network's numbers, to a bitstream.

use std::path::Path;

use super::Shape;
use crate::contents;
use crate::design::Design;
use crate::digest;
use crate::error::FlowError;
use crate::manifest::{Manifest, Origin};
use crate::plan::Plan;
use crate::run::{self, Options};
use crate::tool::Tools;

/// The plan: the filled design in, the bitstream out.
///
/// # Errors
/// [`FlowError::PlanPath`] never, as the names are plain.
pub fn plan(design: &Design<'_>, filled: Vec<u8>) -> Result<Plan, FlowError> {
    let family = design.board.part.family;
    let mut plan = Plan::default();
    plan.file(family.routed(), filled)?;
    family.pack(&mut plan, design.board)?;
    Ok(plan)
}

pub(super) fn run(
    design: &Design<'_>,
    tools: &Tools,
    shape: &Shape,
    folder: &Path,
) -> Result<Manifest, FlowError> {
    let seed = &shape.seeds[shape.best];
    let filled = contents::fill(design, &seed.folder)?;
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
