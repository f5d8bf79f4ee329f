//! The slowest path between two clock edges, from the report of place and route, in the names of
//! the design.

use std::path::Path;

use serde::Deserialize;

use super::layout::Layout;
use super::names::{Place, Signals};
use spikestream_flows::FlowError;
use spikestream_flows::base::files;
use spikestream_flows::family::plan::Kind;

/// The slowest path between two clock edges.
#[derive(Debug)]
pub(crate) struct CriticalPath {
    /// The cells on it, in order.
    pub(crate) hops: Vec<Hop>,
}

/// A cell on the path, and the wire that leads to it.
#[derive(Debug)]
pub(crate) struct Hop {
    /// Where it is in the design, and which signal it drives.
    pub(crate) place: Option<Place>,
    /// Whether that signal is the design's own, and not one that synthesis made near it.
    pub(crate) own: bool,
    /// The cell, as the tools call it.
    pub(crate) cell: String,
    /// What it is there.
    pub(crate) role: &'static str,
    /// Its tile.
    pub(crate) tile: (u32, u32),
    /// Delay of the wire to it, ns.
    pub(crate) wire: f64,
    /// Delay of the cell itself, ns.
    pub(crate) logic: f64,
    /// How many cells of a carry chain these are.
    pub(crate) cells: u32,
}

#[derive(Deserialize)]
struct File {
    #[serde(default)]
    critical_paths: Vec<Reported>,
}

#[derive(Deserialize)]
struct Reported {
    from: String,
    to: String,
    path: Vec<Segment>,
}

#[derive(Deserialize)]
struct Segment {
    #[serde(rename = "type")]
    kind: String,
    delay: f64,
    net: Option<String>,
    to: End,
}

#[derive(Deserialize)]
struct End {
    cell: String,
    loc: (u32, u32),
    port: String,
}

/// The outputs of a carry chain.
const CARRY: [&str; 2] = ["COUT", "FCO"];

impl CriticalPath {
    /// Reads the path from a `nextpnr.json`; none if nothing there goes from clock to clock.
    ///
    /// # Errors
    /// [`FlowError::Unreadable`] or [`FlowError::ReportForm`].
    pub(crate) fn read(
        path: &Path,
        signals: &Signals,
        layout: &Layout,
    ) -> Result<Option<Self>, FlowError> {
        let file: File =
            serde_json::from_slice(&files::read(path)?).map_err(|e| FlowError::ReportForm {
                path: path.to_path_buf(),
                tool: "nextpnr",
                reason: e.to_string(),
            })?;
        let is_clock =
            |domain: &str| domain.starts_with("posedge") || domain.starts_with("negedge");
        let sum = |reported: &Reported| reported.path.iter().map(|s| s.delay).sum::<f64>();
        let clocked = file.critical_paths.iter().filter(|p| is_clock(&p.from) && is_clock(&p.to));
        let slowest = clocked.max_by(|a, b| sum(a).total_cmp(&sum(b)));
        Ok(slowest.map(|reported| Self::of(reported, signals, layout)))
    }

    fn of(reported: &Reported, signals: &Signals, layout: &Layout) -> Self {
        let mut hops: Vec<Hop> = Vec::new();
        let mut wire = 0.0;
        for (index, segment) in reported.path.iter().enumerate() {
            if segment.kind == "routing" {
                wire += segment.delay;
                continue;
            }
            let carries = CARRY.contains(&segment.to.port.as_str());
            if let Some(last) = hops.last_mut()
                && last.role == "carry chain"
                && carries
            {
                (last.wire, last.logic) = (last.wire + wire, last.logic + segment.delay);
                last.cells += 1;
            } else {
                let net = reported.path[index..].iter().find_map(|next| next.net.as_deref());
                hops.push(Hop::of(segment, net, carries, signals, layout));
                if let Some(hop) = hops.last_mut() {
                    hop.wire = wire;
                }
            }
            wire = 0.0;
        }
        Self { hops }
    }

    /// How long all of it takes, ns.
    pub(crate) fn total(&self) -> f64 {
        self.hops.iter().map(|hop| hop.wire + hop.logic).sum()
    }

    /// The part of it that is wires, ns.
    pub(crate) fn wires(&self) -> f64 {
        self.hops.iter().map(|hop| hop.wire).sum()
    }

    /// The tiles that it goes through.
    pub(crate) fn tiles(&self) -> Vec<(u32, u32)> {
        let mut tiles: Vec<_> = self.hops.iter().map(|hop| hop.tile).collect();
        tiles.dedup();
        tiles
    }
}

impl Hop {
    fn of(
        segment: &Segment,
        net: Option<&str>,
        carries: bool,
        signals: &Signals,
        layout: &Layout,
    ) -> Self {
        let cell = &segment.to.cell;
        let kind = layout.cells.iter().find(|placed| placed.name == *cell).map(|p| p.kind);
        let is_ram = kind == Some(Kind::Ram);
        let role = match segment.kind.as_str() {
            _ if is_ram => "block RAM",
            "logic" if carries => "carry chain",
            "logic" => "LUT",
            "source" => "input",
            _ => "register",
        };
        let driven = layout.drives.get(cell).into_iter().flatten();
        let nets =
            net.into_iter().filter(|_| segment.kind != "setup").chain(driven.map(String::as_str));
        let own =
            if is_ram { Some(cell.as_str()) } else { nets.clone().find_map(|n| signals.own(n)) };
        let name = own.or_else(|| nets.clone().find(|net| !net.starts_with('$')));
        Self {
            place: Place::of(name.unwrap_or(cell)).or_else(|| Place::of(cell)),
            own: own.is_some(),
            cell: cell.clone(),
            role,
            tile: segment.to.loc,
            wire: 0.0,
            logic: segment.delay,
            cells: 1,
        }
    }
}
