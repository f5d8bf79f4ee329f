//! A sample of the recorded mutants of the sources, tried again in a copy of the tree: without
//! `cargo mutants`, and in the target folder that everything is built into.

use std::path::{Path, PathBuf};

use spikestream_flows::base::files;
use spikestream_flows::mutants::{Area, Error, Record, Sample, choose};
use spikestream_flows::run::{self, Captured, Stage};
use spikestream_flows::{FlowError, output};

use super::sources::CHEAP;
use crate::stages::stage;

/// Folders that are no part of the sources.
const LEFT_OUT: [&str; 2] = ["target", ".git"];

/// Lines of cargo's output that an error shows.
const TAIL: usize = 12;

/// Tries the sample: the tests nearest to each mutant must fail on it, and hold without it.
pub(super) fn run(record: &Record, count: usize, seed: u32, root: &Path) -> Result<(), FlowError> {
    let all = record
        .0
        .values()
        .flat_map(|file| file.sample.iter().map(|sample| (file.path.as_str(), sample)));
    let mut chosen = choose(all, count, seed);
    chosen.sort_by_key(|(path, sample)| (*path, sample.from));
    output::tell(format_args!("{} of the recorded mutants, seed {seed}", chosen.len()));
    let tree = root.join("target/mutants/tree");
    copy(root, &tree)?;
    let mut sound: Vec<&Area> = Vec::new();
    for (path, sample) in chosen {
        let Some(area) = Record::area_of(path) else { continue };
        if !sound.contains(&area) {
            ensure_sound(area, &tree, root)?;
            sound.push(area);
        }
        one(path, sample, area, &tree, root)?;
    }
    Ok(())
}

fn ensure_sound(area: &Area, tree: &Path, root: &Path) -> Result<(), FlowError> {
    let said = tests(area, tree, root)?;
    match said.success {
        true => Ok(()),
        false => {
            let reason = "the tests fail without it";
            Err(not_tried(format!("none in {}", area.folder), reason, &said))
        }
    }
}

/// Tries one, and puts the source back.
fn one(
    path: &str,
    sample: &Sample,
    area: &Area,
    tree: &Path,
    root: &Path,
) -> Result<(), FlowError> {
    let name = format!("{path}:{sample}");
    let file = tree.join(path);
    let source = files::read_text(&file)?;
    let mutant = sample.apply(&source).ok_or_else(|| Error::Form {
        path: root.join(super::RECORD),
        what: format!("{name} is not in the source"),
    })?;
    files::write(&file, mutant.as_bytes())?;
    let said = tests(area, tree, root);
    files::write(&file, source.as_bytes())?;
    let said = said?;
    let what = sample.replaced(&source).unwrap_or_default();
    if said.success {
        return Err(Error::Missed { mutants: vec![name] }.into());
    }
    if !said.stdout.contains("test result: FAILED") {
        return Err(not_tried(name, "cargo did not come as far as the tests", &said));
    }
    let (what, by) = (first_line(what), first_line(&sample.by));
    let line = sample.line(&source).unwrap_or_default();
    output::tell(format_args!("  caught {path}:{line}: `{what}` to `{by}`"));
    Ok(())
}

fn first_line(text: &str) -> &str {
    text.lines().next().unwrap_or_default()
}

fn not_tried(mutant: String, reason: &'static str, said: &Captured) -> FlowError {
    let words = format!("{}\n{}", said.stderr, said.stdout);
    let lines: Vec<&str> = words.lines().filter(|line| !line.trim().is_empty()).collect();
    let tail = lines[lines.len().saturating_sub(TAIL)..].join("\n");
    Error::NotTried { mutant, reason, tail }.into()
}

/// The tests of an area in the copy.
fn tests(area: &Area, tree: &Path, root: &Path) -> Result<Captured, FlowError> {
    let target = root.join("target").display().to_string();
    let mut args = vec!["test", "--package", area.package, "--lib", "--target-dir", &target];
    args.extend(CHEAP);
    args.push("--");
    args.extend(area.tests);
    let args = args.into_iter().map(str::to_owned).collect();
    let of_root = stage(root, "the tests of a mutant", args, &[])?;
    run::capture_stage(&Stage { folder: tree.to_path_buf(), ..of_root })
}

/// Removes from a folder of the copy what its original no longer has: a source that moved would be there twice.
fn remove_what_is_gone(from: &Path, to: &Path) -> Result<(), FlowError> {
    let unreadable = |e: std::io::Error| files::unreadable(to, &e);
    for entry in std::fs::read_dir(to).map_err(unreadable)? {
        let path = entry.map_err(unreadable)?.path();
        let original = from.join(path.file_name().unwrap_or_default());
        if path.is_dir() && !original.is_dir() {
            std::fs::remove_dir_all(&path).map_err(unreadable)?;
        } else if path.is_file() && !original.is_file() {
            files::remove(&path)?;
        }
    }
    Ok(())
}

/// Brings the copy to what the root holds. What is the same keeps its time, so that cargo builds no more
/// than it must.
fn copy(root: &Path, tree: &Path) -> Result<(), FlowError> {
    let mut folders = vec![PathBuf::new()];
    while let Some(folder) = folders.pop() {
        let (from, to) = (root.join(&folder), tree.join(&folder));
        let unreadable =
            |e: std::io::Error| FlowError::Unreadable { path: from.clone(), reason: e.to_string() };
        files::make_folder(&to)?;
        remove_what_is_gone(&from, &to)?;
        for entry in std::fs::read_dir(&from).map_err(unreadable)? {
            let path = entry.map_err(unreadable)?.path();
            let name = path.file_name().unwrap_or_default();
            if LEFT_OUT.iter().any(|left| name == *left) {
                continue;
            }
            if path.is_dir() {
                folders.push(folder.join(name));
            } else {
                let bytes = files::read(&path)?;
                if std::fs::read(to.join(name)).ok().as_ref() != Some(&bytes) {
                    files::write(&to.join(name), &bytes)?;
                }
            }
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_copy_has_what_the_original_has_and_no_more() {
        let folder = tempfile::tempdir().unwrap();
        let (root, tree) = (folder.path().join("root"), folder.path().join("tree"));
        let write = |path: &str, text: &str| {
            let path = root.join(path);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, text).unwrap();
        };
        write("src/emit.rs", "a");
        write("src/old/mod.rs", "b");
        copy(&root, &tree).unwrap();
        std::fs::remove_file(root.join("src/emit.rs")).unwrap();
        std::fs::remove_dir_all(root.join("src/old")).unwrap();
        write("src/emit/mod.rs", "c");
        copy(&root, &tree).unwrap();
        assert_eq!(std::fs::read_to_string(tree.join("src/emit/mod.rs")).unwrap(), "c");
        assert!(!tree.join("src/emit.rs").exists() && !tree.join("src/old").exists());
    }
}
