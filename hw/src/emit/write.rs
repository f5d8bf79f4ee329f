//! An emitted design as files.

use super::Emitted;
use crate::Error;
use spikestream::files;
use std::path::Path;

/// The files of an emitted design: its Verilog, the same without the network's numbers, those numbers, and what
/// is to be known of it.
pub const FILES: [&str; 4] = ["top.v", "shape.v", "memories.json", "design.json"];

/// What lies in the flash, where the network is loaded from there.
pub const IMAGE: &str = "weights.bin";

/// Writes the design into a folder, each file whole or not at all.
///
/// # Errors
/// [`Error::Write`].
pub fn write(emitted: &Emitted, folder: &Path) -> Result<(), Error> {
    let json = |text: serde_json::Result<String>| text.unwrap_or_default() + "\n";
    let memories = json(serde_json::to_string_pretty(&emitted.memories));
    let design = json(serde_json::to_string_pretty(&emitted.design));
    let texts = [&emitted.verilog, &emitted.shape, &memories, &design].map(|text| text.as_bytes());
    let image = emitted.image.iter().map(|image| (IMAGE, &image[..]));
    for (name, bytes) in FILES.into_iter().zip(texts).chain(image) {
        files::write(&folder.join(name), bytes)
            .map_err(|e| Error::Write { path: e.path, source: e.source })?;
    }
    Ok(())
}
