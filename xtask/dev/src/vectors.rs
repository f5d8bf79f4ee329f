//! `vectors`: writes the test vectors of the contract; starts the program that works them out.

use std::path::Path;

use spikestream_flows::FlowError;

use crate::stages::VECTORS;

/// Where they lie, from the root.
const FOLDER: &str = "nets/vectors";

/// Writes them.
pub(crate) fn run(root: &Path) -> Result<(), FlowError> {
    let folder = root.join(FOLDER).display().to_string();
    VECTORS.run(root, vec!["--out".to_owned(), folder])
}
