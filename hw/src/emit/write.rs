//! An emitted design as files.

use super::Emitted;
use crate::Error;
use spikestream::files;
use std::path::Path;

/// The files of an emitted design: its Verilog, the same without the network's numbers, those numbers, and what
/// is to be known of it.
pub const FILES: [&str; 4] = ["top.v", "shape.v", "memories.json", "design.json"];

/// Writes the design into a folder, each file whole or not at all.
///
/// # Errors
/// [`Error::Write`].
pub fn write(emitted: &Emitted, folder: &Path) -> Result<(), Error> {
    let json = |text: serde_json::Result<String>| text.unwrap_or_default() + "\n";
    let memories = json(serde_json::to_string_pretty(&emitted.memories));
    let design = json(serde_json::to_string_pretty(&emitted.design));
    let texts = [&emitted.verilog, &emitted.shape, &memories, &design];
    for (name, text) in FILES.into_iter().zip(texts) {
        files::write(&folder.join(name), text.as_bytes())
            .map_err(|e| Error::Write { path: e.path, source: e.source })?;
    }
    Ok(())
}
