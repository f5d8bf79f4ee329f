//! Where things lie: the workspace, the shipped data folders, and the folder of products.

use std::path::{Path, PathBuf};

use crate::base::error::FlowError;

/// The root of the workspace: the nearest folder above `start` with a `boards/` folder beside a
/// `Cargo.toml`.
///
/// # Errors
/// [`FlowError::Unreadable`] when `start` is not inside a checkout.
pub fn workspace_above(start: &Path) -> Result<PathBuf, FlowError> {
    start
        .ancestors()
        .find(|folder| folder.join("Cargo.toml").is_file() && folder.join("boards").is_dir())
        .map(Path::to_path_buf)
        .ok_or_else(|| FlowError::Unreadable {
            path: start.join("boards"),
            reason: "not inside a checkout of spikestream".to_owned(),
        })
}

/// The root of the workspace around the current folder.
///
/// # Errors
/// [`FlowError::Unreadable`] outside a checkout.
pub fn workspace() -> Result<PathBuf, FlowError> {
    let here = std::env::current_dir()
        .map_err(|e| FlowError::Unreadable { path: ".".into(), reason: e.to_string() })?;
    workspace_above(&here)
}

/// The folder of all products of one net on one board: `target/spikestream/<key>/<board>`, where the
/// key is that of [`crate::net::names`].
pub fn products(workspace: &Path, key: &str, board: &str) -> PathBuf {
    workspace.join("target/spikestream").join(key).join(board)
}

/// The folder of all routed shapes of one board: `target/spikestream/routed/<board>`.
pub fn routed(workspace: &Path, board: &str) -> PathBuf {
    workspace.join("target/spikestream/routed").join(board)
}

/// `path` as seen from the workspace, for messages: relative where it lies inside.
pub fn shown(workspace: &Path, path: &Path) -> String {
    path.strip_prefix(workspace).unwrap_or(path).display().to_string()
}
