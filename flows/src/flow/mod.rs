//! The flow: from the Verilog of a design to a bitstream, for every family.
//!
//! ```text
//!  shape.v ──▶ synthesis ──▶ place and route ──▶ contents ──▶ pack ──▶ bitstream
//!              once a shape  once a seed         a network's numbers
//! ```
//!
//! What is synthesised, placed and routed is the shape of a network ([`crate::contents`]), in
//! `target/spikestream/routed/<board>/<digest>/`, where every network of that shape finds it. Its
//! own numbers are put in just before packing, in the network's own folder.

mod pack;
mod routing;
mod synthesis;

use std::path::{Path, PathBuf};

use crate::clocking::Clocking;
use crate::design::Design;
use crate::error::FlowError;
use crate::files;
use crate::manifest::{MANIFEST, Manifest};
use crate::page;
use crate::report::{REPORT, Report};
use crate::tool::Tools;

pub use pack::plan as pack_plan;
pub use routing::{Seed, plan as routing_plan};
pub use synthesis::plan as synthesis_plan;

/// The mapped netlist of a shape.
pub const NETLIST: &str = "top.json";

/// Where a build happens.
#[derive(Debug, Clone, Copy)]
pub struct Places<'a> {
    /// The folder of the board's routed shapes.
    pub routed: &'a Path,
    /// The folder of the network's products.
    pub product: &'a Path,
}

/// A routed shape.
#[derive(Debug)]
pub struct Shape {
    /// The folder of its netlist.
    pub netlist: PathBuf,
    /// The run that made it.
    pub synthesis: Manifest,
    /// Every seed, and how fast it came out.
    pub seeds: Vec<Seed>,
    /// The fastest.
    pub best: usize,
}

/// Builds a design, or finds that nothing has changed; writes `report.json` and the floorplan. Nothing
/// is left that looks finished when it fails.
///
/// # Errors
/// Those of [`crate::run::run`], the checks of [`crate::netlist`], [`FlowError::Overfull`],
/// [`FlowError::ClockMissed`] and [`FlowError::Contents`].
pub fn build(
    design: &Design<'_>,
    tools: &Tools,
    places: Places<'_>,
) -> Result<(Report, Manifest), FlowError> {
    files::make_folder(places.product)?;
    files::remove(&places.product.join(REPORT))?;
    let made = build_all(design, tools, places);
    if made.is_err() {
        for file in [MANIFEST, design.board.part.family.bitstream()] {
            files::remove(&places.product.join(file))?;
        }
    }
    made
}

fn build_all(
    design: &Design<'_>,
    tools: &Tools,
    places: Places<'_>,
) -> Result<(Report, Manifest), FlowError> {
    let shape = route(design, tools, places.routed)?;
    let seed = &shape.seeds[shape.best];
    let clocking = Clocking::on(design.board, design.freq_mhz)?;
    seed.routed.ensure_clocks_met(design.board, clocking.at_most(design.freq_mhz))?;
    let manifest = pack::run(design, tools, &shape, places.product)?;
    page::draw(&seed.folder, &seed.manifest.digest, &design.board.part, places.product)?;
    let report = Report::of(design, &shape, &manifest);
    report.write(places.product)?;
    Ok((report, manifest))
}

/// Synthesises and routes the shape of a design, with every seed asked for.
fn route(design: &Design<'_>, tools: &Tools, folder: &Path) -> Result<Shape, FlowError> {
    let plan = synthesis_plan(design)?;
    let netlist = folder.join(&plan.digest()[..16]);
    let synthesis = synthesis::run(design, &plan, tools, &netlist)?;
    let seeds = routing::run(design, tools, &netlist)?;
    let speed = |seed: &Seed| seed.routed.slowest();
    let best = (0..seeds.len()).max_by(|&a, &b| {
        // The first of equals, so that the same seeds give the same bitstream.
        speed(&seeds[a]).total_cmp(&speed(&seeds[b])).then(b.cmp(&a))
    });
    Ok(Shape { netlist, synthesis, seeds, best: best.unwrap_or_default() })
}
