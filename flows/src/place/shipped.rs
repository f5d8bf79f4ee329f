//! The boards, pins and networks that are compiled in, as files: outside of a checkout they lie in the user's
//! cache folder, once for each set of them.

use std::path::{Path, PathBuf};

use crate::base::digest;
use crate::base::error::FlowError;
use crate::base::files;

/// Each file's name from the root, and what it holds.
const FILES: &[(&str, &[u8])] = &include!(concat!(env!("OUT_DIR"), "/shipped.rs"));

/// The folder below the cache in which the sets lie.
const FOLDER: &str = "spikestream/shipped";

/// The folder with all of them, written now if it is not there whole.
///
/// # Errors
/// [`FlowError::Unwritable`].
pub(super) fn folder(cache: &Path) -> Result<PathBuf, FlowError> {
    let parts = FILES.iter().flat_map(|(name, content)| [name.as_bytes(), content]);
    let set = digest::of_parts(parts);
    let folder = cache.join(FOLDER).join(&set[..16]);
    for (name, content) in FILES {
        let path = folder.join(name);
        // A few dozen small files: each is compared, so that one that was damaged is mended.
        if std::fs::read(&path).ok().as_deref() != Some(content) {
            files::write(&path, content)?;
        }
    }
    Ok(folder)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::board::{self, Folders};

    #[test]
    fn what_ships_is_compiled_in() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
        for (name, content) in FILES {
            assert_eq!(std::fs::read(root.join(name)).unwrap(), *content, "{name}");
        }
        for folder in ["boards", "constraints"] {
            let entries = std::fs::read_dir(root.join(folder)).unwrap();
            let here = entries.filter(|entry| {
                entry.as_ref().unwrap().path().extension().is_some_and(|kind| kind != "md")
            });
            let within = FILES.iter().filter(|(name, _)| name.starts_with(folder)).count();
            assert_eq!(here.count(), within, "{folder}");
        }
        let nets = FILES.iter().filter(|(name, _)| name.ends_with("/net.toml")).count();
        assert!(nets >= 2, "{nets}");
    }

    #[test]
    fn they_are_written_once_and_a_damaged_one_again() {
        let cache = tempfile::tempdir().unwrap();
        let first = folder(cache.path()).unwrap();
        let folders = Folders::with(&first, None).unwrap();
        for name in folders.names() {
            board::load(&folders, &name).unwrap();
        }
        let net = first.join("nets/digits/net.toml");
        let before = std::fs::metadata(&net).unwrap().modified().unwrap();
        let damaged = first.join("boards/icebreaker.toml");
        std::fs::write(&damaged, "part = ").unwrap();
        assert_eq!(folder(cache.path()).unwrap(), first);
        assert_eq!(std::fs::metadata(&net).unwrap().modified().unwrap(), before);
        board::load(&folders, "icebreaker").unwrap();
    }
}
