//! Whether there is a build to prove: finished, unchanged, and of the design that is compared.

use super::{Build, Error, Level};
use crate::base::digest;
use crate::base::error::FlowError;
use crate::board::{Board, hertz};
use crate::build::design::{Design, StoredFile};
use crate::build::report::Report;
use crate::run::manifest::{Manifest, Origin};

/// Refuses a board whose pins cannot be talked through; returns the port of its clock.
pub(super) fn ensure_talks(board: &Board, level: Level) -> Result<String, Error> {
    let missing = |pin| {
        let (board, level) = (board.description.clone(), level.name());
        Err(Error::NoPins { board, pin, level })
    };
    if board.uart.is_none() {
        return missing("serial port");
    }
    match board.clock.port() {
        Some(port) => Ok(port.to_owned()),
        None => missing("clock pin"),
    }
}

/// Refuses what was not built to the end, was changed since, or is of another design; returns the
/// routed shape that the build was made from.
pub(super) fn ensure_whole(build: &Build<'_>) -> Result<Origin, FlowError> {
    let Build { places, command, .. } = build;
    let command = (*command).to_owned();
    let folder = places.product.to_path_buf();
    let manifest = Manifest::read(&folder);
    let (Some(Manifest { routed: Some(origin), .. }), Some(manifest)) =
        (manifest.clone(), manifest)
    else {
        return Err(Error::NotBuilt { folder, command }.into());
    };
    ensure_of_this_design(build, &origin)?;
    let synthesis = places.routed.join(&origin.synthesis);
    let routing = synthesis.join(&origin.routing);
    for folder in [synthesis, routing] {
        match Manifest::read(&folder) {
            Some(manifest) => ensure_unchanged(build, &manifest, &folder)?,
            None => return Err(Error::NotBuilt { folder, command }.into()),
        }
    }
    ensure_unchanged(build, &manifest, places.product)?;
    Ok(origin)
}

fn ensure_unchanged(
    build: &Build<'_>,
    manifest: &Manifest,
    folder: &std::path::Path,
) -> Result<(), Error> {
    let files = manifest.inputs.iter().chain(&manifest.products);
    for (name, hash) in files {
        let path = folder.join(name);
        if !digest::is_of_file(hash, &path) {
            return Err(Error::Changed { path, command: build.command.to_owned() });
        }
    }
    Ok(())
}

/// Compares the build with what was emitted beside it.
fn ensure_of_this_design(build: &Build<'_>, origin: &Origin) -> Result<(), FlowError> {
    let folder = build.places.product;
    let design = Design::read(folder, build.board, Vec::new(), 0.0)?;
    let report = Report::read(folder)?;
    let facts = &design.facts;
    let was = report.identity();
    let hash = |stored: Option<&StoredFile>| {
        stored.map_or_else(|| "none".to_owned(), |stored| stored.sha256.clone())
    };
    // A report that is older than its fields says nothing of the line.
    let baud = report.line.map_or(facts.baud, |line| line.baud);
    let pairs = [
        ("board was", report.board, build.board.name.clone()),
        ("network was", was.to_string(), facts.identity().to_string()),
        ("number of lanes was", report.lanes.to_string(), facts.lanes.to_string()),
        ("schedule was", report.schedule, facts.schedule.clone()),
        (
            "clock in hertz was",
            hertz(report.clock_mhz).to_string(),
            facts.board_clock_hz.to_string(),
        ),
        ("serial line's baud rate was", baud.to_string(), facts.baud.to_string()),
        ("network for the flash was", hash(report.stored.as_ref()), hash(design.image.as_ref())),
        ("shape was", origin.shape.clone(), digest::of_bytes(&design.shape)),
    ];
    match pairs.into_iter().find(|(_, was, now)| was != now) {
        None => Ok(()),
        Some((what, was, now)) => Err(Error::Stale {
            folder: folder.to_owned(),
            what,
            was,
            now,
            command: build.command.to_owned(),
        }
        .into()),
    }
}
