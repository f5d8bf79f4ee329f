//! The rules of the workspace that a compiler does not check, read off its files: who may import
//! whom, what every file says of itself, and what may not be left lying around.
//!
//! It compiles in seconds because it needs nothing of the workspace: it is a test of the root
//! package, not of `stages`.

#![allow(clippy::unwrap_used)] // a test stops at the first error

mod lists;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use lists::*;

/// Folders of one machine.
const MACHINE: [&str; 5] = [
    concat!("/wo", "rk/"),
    concat!("/tm", "p/"),
    concat!("/ro", "ot/"),
    concat!("/ho", "me/"),
    concat!("/Us", "ers/"),
];

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Every text file of the workspace by its path from the root, without build products.
fn files() -> BTreeMap<String, String> {
    let mut found = BTreeMap::new();
    let mut folders = vec![root().to_path_buf()];
    while let Some(folder) = folders.pop() {
        for path in entries(&folder) {
            let name = path.file_name().unwrap().to_string_lossy().into_owned();
            if path.is_symlink() {
                continue; // what it leads to is met elsewhere
            } else if path.is_dir() && name != "target" && name != ".git" {
                folders.push(path);
            } else if TEXT.iter().any(|e| path.extension().is_some_and(|x| x == *e)) {
                let shown = path.strip_prefix(root()).unwrap().to_string_lossy().into_owned();
                found.insert(shown.replace('\\', "/"), fs::read_to_string(&path).unwrap());
            }
        }
    }
    assert!(found.len() > 100, "only {} files: the walk is broken", found.len());
    found
}

fn entries(folder: &Path) -> Vec<PathBuf> {
    fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect()
}

/// Fails with every complaint.
fn none(complaints: impl IntoIterator<Item = String>) {
    let complaints: Vec<String> = complaints.into_iter().collect();
    assert!(complaints.is_empty(), "\n{}", complaints.join("\n"));
}

/// The lines that hold any of some words, as `file:line: word`.
fn lines_with<'a>(
    file: &'a str,
    text: &'a str,
    words: &'a [&'a str],
) -> impl Iterator<Item = String> + 'a {
    text.lines().enumerate().flat_map(move |(number, line)| {
        let found = words.iter().filter(move |word| line.contains(**word));
        found.map(move |word| format!("{file}:{}: {word}", number + 1))
    })
}

fn is_rust(file: &str) -> bool {
    file.ends_with(".rs")
}

#[test]
fn every_rust_file_opens_with_what_it_is_for() {
    let files = files();
    let silent = files.iter().filter(|(file, text)| is_rust(file) && !text.starts_with("//! "));
    none(silent.map(|(file, _)| format!("{file}: its first line is no `//!` sentence")));
}

#[test]
fn no_file_is_long() {
    let files = files();
    let long = files.iter().filter(|(file, text)| is_rust(file) && text.lines().count() > LONGEST);
    let excused = |file: &str| LONGER.iter().any(|(longer, _)| *longer == file);
    none(
        long.filter(|(file, _)| !excused(file))
            .map(|(file, text)| format!("{file}: {} lines", text.lines().count())),
    );
}

#[test]
fn packages_depend_only_to_their_left() {
    for (folder, allowed) in PACKAGES {
        let text = fs::read_to_string(root().join(folder).join("Cargo.toml")).unwrap();
        let manifest: toml::Table = text.parse().unwrap();
        let tables = ["dependencies", "dev-dependencies", "build-dependencies"];
        let tables = tables.iter().filter_map(|table| manifest.get(*table)?.as_table());
        let names: BTreeSet<&str> = tables.flat_map(|t| t.keys().map(String::as_str)).collect();
        let ours = names.iter().filter(|name| name.starts_with("spikestream") || **name == "xtask");
        none(
            ours.filter(|name| !allowed.contains(name))
                .map(|name| format!("{folder}/Cargo.toml: {name}")),
        );
        let heavy =
            |name: &str, folders: &[&str]| !names.contains(name) || folders.contains(&folder);
        assert!(heavy("burn", &["train"]), "{folder}/Cargo.toml: burn belongs to training");
        assert!(heavy("rust-hdl", &["hw", "sim", "tests"]), "{folder}/Cargo.toml: rust-hdl");
    }
}

#[test]
fn every_member_of_the_workspace_is_known_here() {
    let text = fs::read_to_string(root().join("Cargo.toml")).unwrap();
    let manifest: toml::Table = text.parse().unwrap();
    let members = manifest["workspace"]["members"].as_array().unwrap();
    let members: BTreeSet<&str> = members.iter().filter_map(|m| m.as_str()).collect();
    let known: BTreeSet<&str> = PACKAGES.iter().map(|(folder, _)| *folder).collect();
    assert_eq!(members.into_iter().chain([""]).collect::<BTreeSet<_>>(), known);
}

/// What `cargo package` wants of each package, and a dependency of ours that a published one can name.
#[test]
fn every_package_that_is_published_says_what_it_is() {
    let manifest = |folder: &str| -> toml::Table {
        fs::read_to_string(root().join(folder).join("Cargo.toml")).unwrap().parse().unwrap()
    };
    let ours = manifest("")["workspace"]["dependencies"].clone();
    for (folder, _) in PACKAGES {
        let package = manifest(folder)["package"].clone();
        if package.get("publish").is_some() {
            continue;
        }
        assert!(package["description"].as_str().is_some_and(|text| text.len() > 20), "{folder}");
        for key in ["license", "repository", "readme", "keywords", "categories"] {
            let inherited = package.get(key).and_then(|value| value.get("workspace")).is_some();
            // Cargo packs the README of a package's own folder, if there is one.
            let own = key == "readme" && root().join(folder).join("README.md").is_file();
            assert!(inherited || own, "{folder}/Cargo.toml: {key}.workspace is missing");
        }
        let name = package["name"].as_str().unwrap();
        // A program is installed; nothing depends on it.
        let is_library = root().join(folder).join("src/lib.rs").is_file();
        assert!(
            !is_library || ours[name].get("version").is_some(),
            "Cargo.toml: {name} has no version"
        );
    }
}

#[test]
fn names_are_said_only_where_they_may_be() {
    let files = files();
    let rust = files.iter().filter(|(file, _)| is_rust(file) && !file.starts_with("tests/tidy/"));
    none(rust.flat_map(|(file, text)| {
        let barred = WORDS.iter().filter(|(_, places)| !places.iter().any(|p| file.starts_with(p)));
        barred.flat_map(|(words, _)| lines_with(file, text, words))
    }));
}

/// Whoever else asked would know which neuron it is.
#[test]
fn parameters_of_neurons_are_asked_for_in_their_rooms_alone() {
    let asked = |code: &str, name: &str| {
        code.match_indices(&format!(".{name}")).any(|(at, field)| {
            let next = code[at + field.len()..].chars().next().unwrap_or(' ');
            // The engine wires the ports of its neurons by their names.
            !next.is_alphanumeric() && next != '_' && !code[..at].ends_with("neurons")
        })
    };
    let files = files();
    let others = files.iter().filter(|(file, _)| {
        let source = is_rust(file) && file.contains("src/") && !file.contains("/tests");
        // The command line has options of these names, and no networks.
        source && !PARAMETER_ROOMS.iter().chain(&["xtask/"]).any(|room| file.starts_with(room))
    });
    none(others.flat_map(|(file, text)| {
        let code = text.split("\n#[cfg(test)]\nmod tests {").next().unwrap().lines().enumerate();
        code.flat_map(move |(number, line)| {
            // Without comments, and without what is between quotation marks.
            let line = line.split("//").next().unwrap();
            let line: String = line.split('"').step_by(2).collect();
            let found = PARAMETERS.iter().filter(move |name| asked(&line, name));
            found.map(move |name| format!("{file}:{}: {name}", number + 1))
        })
    }));
}

#[test]
fn nothing_is_left_unfinished() {
    none(
        files()
            .iter()
            .flat_map(|(file, text)| lines_with(file, text, &UNFINISHED).collect::<Vec<_>>()),
    );
}

#[test]
fn no_file_knows_the_machine_it_was_written_on() {
    none(
        files()
            .iter()
            .flat_map(|(file, text)| lines_with(file, text, &MACHINE).collect::<Vec<_>>()),
    );
}

/// `Self::Name { .. } => "crate::area::what",` in an `error.rs`.
fn codes(text: &str) -> impl Iterator<Item = &str> {
    text.lines().filter_map(|line| {
        let (_, code) = line.trim().strip_prefix("Self::")?.split_once("=> \"")?;
        let code = code.split('"').next()?;
        let plain = |c: char| c.is_ascii_lowercase() || c == '-' || c == ':';
        (code.matches("::").count() == 2 && code.chars().all(plain)).then_some(code)
    })
}

#[test]
fn every_error_has_a_code_of_its_own() {
    let files = files();
    let mut owners = BTreeMap::new();
    let errors: Vec<_> = files.iter().filter(|(file, _)| file.ends_with("/error.rs")).collect();
    for folder in ["src", "hw/src", "flows/src", "sim/src", "host/src", "train/src"] {
        let own = |file: &&str| file.starts_with(&format!("{folder}/"));
        assert!(errors.iter().any(|(file, _)| own(&file.as_str())), "{folder} has no error.rs");
    }
    for (file, text) in errors {
        let folder = file.split('/').next().unwrap();
        let area = if ["src", "train"].contains(&folder) { "spikestream" } else { folder };
        let found: Vec<&str> = codes(text).collect();
        assert!(!found.is_empty(), "{file}: no codes are found");
        for code in found {
            let older =
                OLDER_CODES.iter().any(|(of, older)| *of == folder && code.starts_with(older));
            assert!(older || code.starts_with(&format!("{area}::")), "{file}: {code}");
            if code == SHARED_CODE {
                continue;
            }
            let other = owners.insert(code.to_owned(), file);
            assert_eq!(other, None, "{code} is in {file} twice, or elsewhere too");
        }
        // A new error must not get its code or its remedy from a catch-all arm.
        none(lines_with(file, text, &["            _ =>"]));
    }
}

/// Cargo takes these from the folder that a command is typed in, and each would get a target folder.
#[test]
fn a_command_of_ours_builds_the_same_in_every_folder() {
    let text = fs::read_to_string(root().join(".cargo/config.toml")).unwrap();
    let config: toml::Table = text.parse().unwrap();
    let aliases = config["alias"].as_table().unwrap();
    assert!(aliases.contains_key("xtask"));
    let moves = |value: &toml::Value| value.to_string().contains("--target-dir");
    none(aliases.iter().filter(|(_, value)| moves(value)).map(|(name, _)| name.clone()));
    assert!(config.get("env").is_none_or(|env| env.get("CARGO_TARGET_DIR").is_none()));
}

#[test]
fn every_board_has_its_pins_and_every_pin_file_its_board() {
    let mut used = BTreeSet::new();
    let boards = entries(&root().join("boards"));
    for path in boards.iter().filter(|path| path.extension().is_some_and(|x| x == "toml")) {
        let board: toml::Table = fs::read_to_string(path).unwrap().parse().unwrap();
        used.insert(board["constraints"].as_str().unwrap().to_owned());
    }
    assert!(!used.is_empty(), "no boards");
    let pins = entries(&root().join("constraints"));
    let names = pins.iter().map(|path| path.file_name().unwrap().to_string_lossy().into_owned());
    let pins: BTreeSet<String> = names.filter(|name| name != "README.md").collect();
    assert_eq!(used, pins);
}

#[test]
fn the_map_speaks_of_every_folder() {
    let folders = entries(root()).into_iter().filter(|path| path.is_dir());
    let names = folders.map(|path| path.file_name().unwrap().to_string_lossy().into_owned());
    let names: Vec<String> = names.filter(|n| !n.starts_with('.') && n != "target").collect();
    assert!(names.len() >= 8, "{names:?}");
    let map = fs::read_to_string(root().join("ARCHITECTURE.md")).unwrap();
    let said = |n: &String| map.contains(&format!("| `{n}` |"));
    none(names.iter().filter(|name| !said(name)).map(|name| format!("ARCHITECTURE.md: {name}")));
}

/// Who meets the project reads it to the end; the guide has the rest.
#[test]
fn the_readme_is_short() {
    let text = fs::read_to_string(root().join("README.md")).unwrap();
    let words = text.split_whitespace().count(); // as `wc -w` counts them
    assert!((100..=LONGEST_README).contains(&words), "README.md: {words} words");
}
