//! `vectors`: writes the test vectors of the contract; starts the program that works them out.

use spikestream_flows::FlowError;

use crate::stages::VECTORS;
use crate::workspace::Workspace;

/// Where they lie, from the root.
const FOLDER: &str = "nets/vectors";

/// Writes them.
pub(crate) fn run(workspace: &Workspace) -> Result<(), FlowError> {
    let folder = workspace.root.join(FOLDER).display().to_string();
    VECTORS.run(workspace, vec!["--out".to_owned(), folder])
}
