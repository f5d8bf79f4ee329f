//! The report page of a build, one HTML file without anything outside it; and the floorplan.
//!
//! ```text
//!  report.json  manifest.json ─────────┐
//!  verify-LEVEL.json ── levels ────────┤
//!  net.toml ── network ────────────────┼── sections ──▶ report.html
//!  nextpnr.json ── critical path ──┐   │
//!  routed.json ── layout ── blocks ┴── floorplan ──▶ floorplan.svg
//! ```

mod area;
mod blocks;
mod critical_path;
mod error;
mod facts;
mod floorplan;
mod layout;
mod levels;
mod names;
mod network;
mod sections;

use std::path::Path;

use spikestream::command;
use spikestream_flows::FlowError;
use spikestream_flows::base::digest;
use spikestream_flows::base::files;
use spikestream_flows::board::Board;
use spikestream_flows::board::part::Part;
use spikestream_flows::build::design::Design;
use spikestream_flows::build::netlist;
use spikestream_flows::build::report::{REPORT, Report};
use spikestream_flows::build::{self, NETLIST, Places};
use spikestream_flows::family::{MODULE, ROUTED};
use spikestream_flows::run::manifest::{MANIFEST, Manifest, Origin};
use spikestream_flows::tool::Tools;

use critical_path::CriticalPath;
use floorplan::Floorplan;
use layout::Layout;
use levels::Level;
use names::Signals;
use network::Network;

pub use area::logic_of;
pub use error::Error;
pub use levels::Verified;

/// The picture's name, beside the report.
pub const FLOORPLAN: &str = "floorplan.svg";

/// The page's name, unless another is asked for.
pub const PAGE: &str = "report.html";

/// What a page is about.
#[derive(Debug, Clone, Copy)]
pub struct Subject<'a> {
    /// The net, as it is given on the command line.
    pub net: &'a str,
    /// The folder of its `net.toml`.
    pub net_folder: &'a Path,
    /// The board.
    pub board: &'a Board,
    /// The folder of the products.
    pub product: &'a Path,
    /// The folder of the board's routed shapes.
    pub routed: &'a Path,
}

/// Everything that a page shows.
#[derive(Debug)]
struct Facts<'a> {
    subject: Subject<'a>,
    report: Report,
    manifests: Vec<(&'static str, Manifest)>,
    network: Network,
    levels: Vec<Level>,
    path: Option<CriticalPath>,
    floorplan: Floorplan,
    flash: String,
}

/// The page of a build; `flash` is the command that writes it to its board.
///
/// # Errors
/// [`Error::NotBuilt`], [`Error::Stale`], and [`FlowError::ReportForm`] for a file that is not
/// what it should be.
pub fn page(subject: Subject<'_>, flash: String) -> Result<String, FlowError> {
    let facts = facts::gather(subject, flash)?;
    Ok(format!("<!doctype html>\n{}\n", sections::page(&facts)))
}

/// Whether there is a build to report on.
///
/// # Errors
/// [`Error::NotBuilt`].
pub fn ensure_built(subject: &Subject<'_>) -> Result<(), Error> {
    let files = [REPORT, MANIFEST].map(|file| subject.product.join(file));
    match files.into_iter().find(|path| !path.is_file()) {
        None => Ok(()),
        Some(path) => Err(Error::NotBuilt { path, command: subject.build() }),
    }
}

/// Builds a design ([`build::build`]) and draws its floorplan.
///
/// # Errors
/// As [`build::build`] and [`draw`].
pub fn build(
    design: &Design<'_>,
    tools: &Tools,
    places: Places<'_>,
) -> Result<(Report, Manifest), FlowError> {
    let part = &design.board.part;
    let picture = |routed: &Path, digest: &str| draw(routed, digest, part, places.product);
    build::build(design, tools, places, &picture)
}

/// Writes the floorplan of a routed design beside the products of a network; one that is already
/// there stays.
///
/// # Errors
/// [`FlowError::ReportForm`] or [`FlowError::Unwritable`].
pub fn draw(routed: &Path, digest: &str, part: &Part, product: &Path) -> Result<(), FlowError> {
    let target = product.join(FLOORPLAN);
    // One picture for all networks of a shape: it lies with the routed design.
    let shared = routed.join(FLOORPLAN);
    let mark = format!("data-routed=\"{digest}\"");
    let is_of_it = |path: &Path| {
        std::fs::read_to_string(path)
            .is_ok_and(|svg| svg.lines().take(1).any(|l| l.contains(&mark)))
    };
    if is_of_it(&target) {
        return Ok(());
    }
    if !is_of_it(&shared) {
        let (layout, path) = routing(routed, &routed.join(NETLIST), part)?;
        let tiles = path.map(|path| path.tiles()).unwrap_or_default();
        let title = format!("floorplan on {}", part.name);
        let svg = Floorplan::of(&layout, part, tiles).file(&title, digest);
        files::write(&shared, format!("{svg}\n").as_bytes())?;
    }
    files::write(&target, &files::read(&shared)?)
}

/// What lies where in a routed design, and its critical path.
fn routing(
    routed: &Path,
    netlist: &Path,
    part: &Part,
) -> Result<(Layout, Option<CriticalPath>), FlowError> {
    let layout = Layout::read(&routed.join(ROUTED), part.family)?;
    let signals = Signals::of(&netlist::read(netlist, MODULE)?);
    let path = CriticalPath::read(&routed.join("nextpnr.json"), &signals, &layout)?;
    Ok((layout, path))
}

impl Subject<'_> {
    /// The command that builds it.
    pub fn build(&self) -> String {
        command::build(self.net, &self.board.name)
    }
}
