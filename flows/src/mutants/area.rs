//! The folders whose sources are mutated, and the tests that are nearest to each.

use std::path::Path;

use super::code::Code;
use crate::base::error::FlowError;
use crate::base::files;

/// A folder of sources.
#[derive(Debug, PartialEq, Eq)]
pub struct Area {
    /// The folder, below the root.
    pub folder: &'static str,
    /// Its package.
    pub package: &'static str,
    /// What the tests of the package's library are given: parts of the names of those that are run, none for
    /// all; or `--skip` and a part of the names of those that are not.
    pub tests: &'static [&'static str],
}

/// The areas, the most important first.
pub const AREAS: [Area; 9] = [
    Area { folder: "src/sc", package: "spikestream", tests: &["sc::", "spec::"] },
    Area {
        folder: "src/neuron",
        package: "spikestream",
        tests: &["neuron::", "sc::", "hardware::", "export::"],
    },
    Area {
        folder: "src/layer",
        package: "spikestream",
        tests: &["layer::", "sc::", "hardware::", "export::"],
    },
    Area { folder: "src/spec", package: "spikestream", tests: &["spec::", "sc::"] },
    Area { folder: "sim/src/verify", package: "spikestream-sim", tests: &["verify::"] },
    // One of the engine's tests takes ten times as long as all others, and sees no mutant that they miss.
    Area {
        folder: "hw/src",
        package: "spikestream-hw",
        tests: &["--skip", "every_neuron_at_every_step_is_the_golden_models"],
    },
    Area { folder: "src/export", package: "spikestream", tests: &["export::"] },
    Area { folder: "src/hardware", package: "spikestream", tests: &["hardware::", "export::"] },
    Area { folder: "src/protocol", package: "spikestream", tests: &["protocol::", "hardware::"] },
];

/// The sources of an area by their paths from the root, in order; without files of tests alone, and without
/// programs, which no test of a library sees.
///
/// # Errors
/// [`FlowError::Unreadable`].
pub fn sources(root: &Path, area: &Area) -> Result<Vec<String>, FlowError> {
    let (mut found, mut folders) = (Vec::new(), vec![root.join(area.folder)]);
    while let Some(folder) = folders.pop() {
        let unreadable = |e: std::io::Error| files::unreadable(&folder, &e);
        for entry in std::fs::read_dir(&folder).map_err(unreadable)? {
            let path = entry.map_err(unreadable)?.path();
            let stem = path.file_stem().unwrap_or_default();
            if stem == "tests" || stem == "bin" {
                continue;
            }
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                let shown = path.strip_prefix(root).unwrap_or(&path);
                found.push(shown.to_string_lossy().replace('\\', "/"));
            }
        }
    }
    found.sort();
    Ok(found)
}

/// The hash of what is mutated in a source.
///
/// # Errors
/// [`FlowError::Unreadable`].
pub fn hash(root: &Path, source: &str) -> Result<String, FlowError> {
    Ok(Code::of(&files::read_text(&root.join(source))?).hash())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_test_more_changes_no_hash_and_a_line_of_code_does() {
        let root = tempfile::tempdir().unwrap();
        std::fs::create_dir_all(root.path().join("src/sc/tests")).unwrap();
        let hash = |text: &str| {
            std::fs::write(root.path().join("src/sc/lif.rs"), text).unwrap();
            hash(root.path(), "src/sc/lif.rs").unwrap()
        };
        let tested = hash("fn a() {}\n\n#[cfg(test)]\nmod tests {}\n");
        assert_eq!(hash("fn a() {}\n\n#[cfg(test)]\nmod tests { fn b() {} }\n"), tested);
        assert_ne!(hash("fn a() -> u8 { 1 }\n\n#[cfg(test)]\nmod tests {}\n"), tested);
        std::fs::write(root.path().join("src/sc/tests/more.rs"), "").unwrap();
        std::fs::write(root.path().join("src/sc/tests.rs"), "").unwrap();
        std::fs::create_dir_all(root.path().join("src/sc/bin")).unwrap();
        std::fs::write(root.path().join("src/sc/bin/emit.rs"), "").unwrap();
        assert_eq!(sources(root.path(), &AREAS[0]).unwrap(), ["src/sc/lif.rs"]);
    }
}
