//! The readers of networks, data, boards, builds and lines: a line of a table each.

#![allow(clippy::unwrap_used)] // a test stops at the first error

mod builds;
mod data;
mod frames;
mod nets;
mod pins;

use std::path::{Path, PathBuf};

use spikestream_flows::FlowError;
use spikestream_fuzz::heap::Heap;
use spikestream_fuzz::{Reader, Refusal, run};
use spikestream_sim::SimError;

#[global_allocator]
static HEAP: Heap = Heap;

/// Every reader.
const READERS: [Reader; 26] = [
    reader("net.toml", nets::specs, nets::spec),
    reader("neuron", nets::neurons, nets::neuron).without_file(),
    reader("inputs.toml", nets::inputs_files, nets::inputs),
    reader("weights", nets::weights_files, nets::weights),
    reader("NIR", nets::graphs, nets::graph),
    reader("data line", data::lines, data::line).without_file(),
    reader("CSV", data::tables, data::table),
    reader("IDX images", data::idx_images, data::images),
    reader("IDX images, gzip", data::idx_packed, data::packed),
    reader("IDX labels", data::idx_labels, data::labels),
    reader("image", data::image_files, data::image),
    reader("board", pins::boards, pins::board),
    reader("PCF", pins::pcfs, pins::pcf),
    reader("LPF", pins::lpfs, pins::lpf),
    reader("CST", pins::csts, pins::cst),
    reader("parts.toml", pins::parts_files, pins::parts),
    reader("programmers.toml", pins::programmers_files, pins::programmers),
    reader("memories.json", builds::memories_files, builds::memories),
    reader("design.json", builds::designs, builds::design),
    reader("netlist", builds::netlists, builds::netlist).without_file(),
    reader("report.json", builds::reports, builds::report),
    reader("manifest.json", builds::manifests, builds::manifest),
    reader("verify.json", builds::verifications, builds::verification),
    reader("nextpnr's report", builds::routed_files, builds::routed),
    reader("frames to a client", frames::replies, frames::client).without_file(),
    reader("frames to a board", frames::requests, frames::board).without_file(),
];

/// A reader whose refusals name the file.
const fn reader(
    name: &'static str,
    seeds: fn() -> Vec<Vec<u8>>,
    read: fn(&spikestream_fuzz::Given<'_>) -> Result<(), Refusal>,
) -> Reader {
    Reader { name, seeds, read, has_file: true }
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap()
}

/// The files of a folder of the workspace that end so.
fn files(folder: &str, ending: &str) -> Vec<Vec<u8>> {
    let entries = std::fs::read_dir(root().join(folder)).unwrap();
    let mut paths: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).collect();
    paths.retain(|path| path.extension().is_some_and(|extension| extension == ending));
    paths.sort();
    paths.iter().map(|path| std::fs::read(path).unwrap()).collect()
}

/// Texts as files.
fn texts(texts: &[&str]) -> Vec<Vec<u8>> {
    texts.iter().map(|text| text.as_bytes().to_vec()).collect()
}

fn of_src(error: spikestream::Error) -> Refusal {
    Refusal::new(error.code(), &error, error.remedy())
}

fn of_flows(error: FlowError) -> Refusal {
    Refusal::new(error.code(), &error, error.remedy())
}

fn of_sim(error: SimError) -> Refusal {
    Refusal::new(error.code(), &error, error.remedy())
}

#[test]
fn odd_files_are_read_or_refused() {
    run(&READERS, Path::new(env!("CARGO_TARGET_TMPDIR")));
}
