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

pub mod design;
mod error;
pub mod fit;
pub mod netlist;
mod pack;
pub mod report;
mod routing;
mod synthesis;
pub mod wrapper;

use std::path::{Path, PathBuf};

use crate::base::error::FlowError;
use crate::base::files;
use crate::board::clocking::Clocking;
use crate::build::design::Design;
use crate::build::report::{REPORT, Report};
use crate::run::manifest::{MANIFEST, Manifest};
use crate::tool::Tools;

pub use error::Error;
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

/// What draws a routed design: it gets the folder of the routing, and its digest.
pub type Draw<'a> = &'a dyn Fn(&Path, &str) -> Result<(), FlowError>;

/// Builds a design, or finds that nothing has changed; has it drawn, and writes `report.json`. Nothing
/// is left that looks finished when it fails.
///
/// # Errors
/// Those of [`crate::run::run`], the checks of [`crate::build::netlist`], [`Error::Overfull`],
/// [`Error::ClockMissed`] and [`crate::contents::Error`].
pub fn build(
    design: &Design<'_>,
    tools: &Tools,
    places: Places<'_>,
    draw: Draw<'_>,
) -> Result<(Report, Manifest), FlowError> {
    files::make_folder(places.product)?;
    files::remove(&places.product.join(REPORT))?;
    let made = build_all(design, tools, places, draw);
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
    draw: Draw<'_>,
) -> Result<(Report, Manifest), FlowError> {
    let shape = route(design, tools, places.routed)?;
    let seed = &shape.seeds[shape.best];
    let clocking = Clocking::on(design.board, design.freq_mhz)?;
    seed.routed.ensure_clocks_met(design.board, clocking.at_most(design.freq_mhz))?;
    let manifest = pack::run(design, tools, &shape, places.product)?;
    draw(&seed.folder, &seed.manifest.digest)?;
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
