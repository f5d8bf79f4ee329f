//! `tools lock`: renews the lock lists of what is installed from a package index.

use std::path::Path;

use spikestream_flows::base::files;
use spikestream_flows::install::{self, Lock, PYTHONS, Wanted};
use spikestream_flows::tool::environment::Environment;
use spikestream_flows::{FlowError, output};

/// Arguments of `tools`.
#[derive(Debug, clap::Subcommand)]
pub(crate) enum Args {
    /// Write the lock lists anew: every package with the SHA-256 of each file, for what the pins ask
    Lock,
}

/// A list of pins and the lock list that follows from it.
struct List {
    /// What is installed by it.
    what: &'static str,
    /// Where people write the pins, from the root of the workspace.
    pins_in: &'static str,
    /// The lock list.
    lock: &'static str,
    pins: fn() -> Vec<String>,
    /// Whether the pins are all that is installed.
    whole: bool,
    /// The Pythons that it is for.
    pythons: &'static [&'static str],
}

const LISTS: [List; 4] = [
    List {
        what: "the tools",
        pins_in: "flows/tools.toml",
        lock: "flows/tools.lock.toml",
        pins: || install::pins().to_vec(),
        whole: false,
        pythons: &PYTHONS,
    },
    List {
        what: "the libraries that training is timed against",
        pins_in: "cli/peers/requirements.txt",
        lock: "cli/peers/lock.toml",
        pins: || pins_of(include_str!("../../../cli/peers/requirements.txt")),
        whole: true,
        pythons: &PYTHONS,
    },
    List {
        what: "the library that streams are timed against",
        pins_in: "cli/peers/engine.txt",
        lock: "cli/peers/engine.toml",
        pins: || pins_of(include_str!("../../../cli/peers/engine.txt")),
        whole: true,
        // There is none for the newest.
        pythons: PYTHONS.split_at(PYTHONS.len() - 1).0,
    },
    List {
        what: "examples/model.py",
        pins_in: "examples/requirements.txt",
        lock: "examples/lock.toml",
        pins: || pins_of(include_str!("../../../examples/requirements.txt")),
        whole: true,
        pythons: &PYTHONS,
    },
];

/// The pins of a text, without its comments.
fn pins_of(text: &str) -> Vec<String> {
    let lines = text.lines().map(str::trim);
    lines.filter(|line| !line.is_empty() && !line.starts_with('#')).map(str::to_owned).collect()
}

/// Renews every list.
pub(crate) fn run(args: &Args, root: &Path) -> Result<(), FlowError> {
    match args {
        Args::Lock => LISTS.iter().try_for_each(|list| renew(list, root)),
    }
}

fn renew(list: &List, root: &Path) -> Result<(), FlowError> {
    let pins = (list.pins)();
    let wanted = Wanted { pins: &pins, whole: list.whole, pythons: list.pythons };
    output::tell(format_args!("{}:", list.lock));
    let lock = install::renew(&Environment::of_process(), wanted)?;
    let path = root.join(list.lock);
    files::write(&path, text(list, &lock).as_bytes())?;
    let files: usize = lock.packages.iter().map(|package| package.files.len()).sum();
    let packages = lock.packages.len();
    output::line(format_args!(
        "{}: {packages} packages, {files} files for {}",
        list.lock, list.what
    ))?;
    Ok(())
}

fn text(list: &List, lock: &Lock) -> String {
    let head = format!(
        "# The packages of {},\n\
         # each with the SHA-256 of every file that it may come as. Written by\n\
         # `cargo xtask tools lock` from the pins in {}.\n\n",
        list.what, list.pins_in
    );
    head + &lock.to_toml()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The lists that ship are those of the pins that ship, as the command would write them.
    #[test]
    fn every_pin_is_locked() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
        for list in &LISTS {
            let found = std::fs::read_to_string(root.join(list.lock)).unwrap();
            let lock = Lock::parse(&found).unwrap();
            let pins = (list.pins)();
            assert!(!pins.is_empty() && lock.packages.len() >= pins.len());
            for pin in &pins {
                lock.ensure_holds(pin).unwrap();
            }
            assert!(!list.whole || lock.packages.len() == pins.len(), "{}", list.lock);
            assert_eq!(text(list, &lock), found, "{}", list.lock);
        }
    }
}
