//! Lists the boards, pins and networks that ship, so that they are compiled in.
//!
//! A macro that reads a folder would not see a file that is added to it; cargo watches each folder that a build
//! script names.

use std::path::{Path, PathBuf};
use std::{env, fs, io};

/// The folders: links to those of the checkout, which `cargo package` follows.
const FOLDERS: [&str; 3] = ["boards", "constraints", "nets"];

fn main() -> io::Result<()> {
    let variable = |name| env::var_os(name).map(PathBuf::from).unwrap_or_default();
    let data = variable("CARGO_MANIFEST_DIR").join("data");
    let mut text = String::from("[\n");
    for folder in FOLDERS {
        let path = fs::canonicalize(data.join(folder))?;
        println!("cargo::rerun-if-changed={}", path.display());
        for (name, file) in files(&path, folder)? {
            text += &format!("    ({name:?}, include_bytes!({file:?}).as_slice()),\n");
        }
    }
    fs::write(variable("OUT_DIR").join("shipped.rs"), text + "]\n")
}

/// The files of a folder, and of those folders in it that are a network, each with its name from the root.
fn files(folder: &Path, name: &str) -> io::Result<Vec<(String, PathBuf)>> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        let own = path.file_name().unwrap_or_default().to_string_lossy();
        let name = format!("{name}/{own}");
        if path.join("net.toml").is_file() {
            found.extend(files(&path, &name)?);
        } else if path.is_file() && path.extension().is_some_and(|extension| extension != "md") {
            found.push((name, path));
        }
    }
    found.sort();
    Ok(found)
}
