//! Gathers what a page shows, and refuses a build that is not of what lies beside it.

use std::path::PathBuf;

use serde::Deserialize;

use super::*;
use spikestream_flows::net::Identity;

/// The part of `design.json` that is read.
#[derive(Deserialize)]
struct Emitted {
    net: String,
    net_hash: String,
}

/// Reads everything that a page shows.
pub(super) fn gather(subject: Subject<'_>, flash: String) -> Result<Facts<'_>, FlowError> {
    ensure_built(&subject)?;
    let product = subject.product;
    let report = Report::read(product)?;
    let manifest = manifest(product)?;
    ensure_fresh(&subject, &report, &manifest)?;
    let origin = origin(&subject, &manifest)?;
    let synthesis = subject.routed.join(&origin.synthesis);
    let routed = synthesis.join(&origin.routing);
    let route = manifest_of_shape(&subject, &routed)?;
    if route.digest != origin.digest {
        return Err(stale(&subject, "its shape has been routed again since"));
    }
    let part = &subject.board.part;
    let (layout, path) = routing(&routed, &routed.join(NETLIST), part)?;
    let tiles = path.as_ref().map(CriticalPath::tiles).unwrap_or_default();
    let design = digest::of_file(&product.join("top.v")).unwrap_or_default();
    let (net, bitstream) = (&report.net_hash, &report.sha256);
    let identity = levels::Identity { net, design: &design, bitstream };
    Ok(Facts {
        network: Network::read(subject.net_folder, &report.schedule)?,
        levels: levels::read(product, identity)?,
        floorplan: Floorplan::of(&layout, part, tiles),
        manifests: vec![
            ("synthesis", manifest_of_shape(&subject, &synthesis)?),
            ("place and route", route),
            ("contents and packing", manifest),
        ],
        subject,
        report,
        path,
        flash,
    })
}

fn stale(subject: &Subject<'_>, what: &str) -> FlowError {
    Error::Stale { what: what.to_owned(), command: subject.build() }.into()
}

fn manifest(folder: &Path) -> Result<Manifest, FlowError> {
    let path = folder.join(MANIFEST);
    serde_json::from_slice(&files::read(&path)?).map_err(|e| form(path, "the flow", &e))
}

fn form(path: PathBuf, tool: &'static str, error: &serde_json::Error) -> FlowError {
    FlowError::ReportForm { path, tool, reason: error.to_string() }
}

/// The manifest of a routed shape, which may have been removed since.
fn manifest_of_shape(subject: &Subject<'_>, folder: &Path) -> Result<Manifest, FlowError> {
    if folder.join(MANIFEST).is_file() {
        return manifest(folder);
    }
    let command = subject.build();
    Err(Error::NotBuilt { path: folder.join(MANIFEST), command }.into())
}

fn origin<'a>(subject: &Subject<'_>, manifest: &'a Manifest) -> Result<&'a Origin, FlowError> {
    manifest.routed.as_ref().ok_or_else(|| stale(subject, "it does not say which shape it is of"))
}

/// The products are those of the manifest, and what has been emitted is what was built.
fn ensure_fresh(
    subject: &Subject<'_>,
    report: &Report,
    manifest: &Manifest,
) -> Result<(), FlowError> {
    let product = subject.product;
    if !manifest.holds_in(product) {
        return Err(stale(subject, "a file of it has been changed since"));
    }
    let path = product.join("design.json");
    let emitted: Emitted =
        serde_json::from_slice(&files::read(&path)?).map_err(|e| form(path, "the flow", &e))?;
    let now = Identity { name: emitted.net, hash: emitted.net_hash };
    let was = report.identity();
    if now.hash != was.hash {
        return Err(stale(subject, &format!("it is of the network {was}, and {now} is there now")));
    }
    let shape = digest::of_file(&product.join("shape.v")).unwrap_or_default();
    if shape != origin(subject, manifest)?.shape {
        return Err(stale(subject, "it is of another design than the one that is there now"));
    }
    Ok(())
}
