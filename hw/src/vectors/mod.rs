//! Test vectors of the contract: tiny networks that together have every option, each with all that it
//! computes and all that a board says of it.
//!
//! `docs/contract.md` and `docs/protocol.md` say what the numbers mean; whoever writes another engine or
//! another client holds it to these files. They follow from the code alone, so the same code makes the
//! same bytes on every machine.

mod case;
mod golden;
mod kinds;
mod named;
mod sequences;
mod taken;
mod text;
mod vector;

use case::Case;
use sha2::{Digest, Sha256};
use spikestream::hex;

/// How the program `spikestream-vectors` is called.
pub const USAGE: &str = "spikestream-vectors --out DIR";

/// Where the files lie, from the root of the workspace.
pub const FOLDER: &str = "nets/vectors";

/// The version of the files.
const FORMAT: u32 = 1;

/// The file that binds the others, as `sha256sum` writes and checks it.
pub const SUMS: &str = "SHA256SUMS";

/// Every file by its name, in the order of [`SUMS`], which is the last.
pub fn files() -> Vec<(String, String)> {
    let mut files: Vec<_> = cases().map(vector::file).collect();
    files.push((sequences::FILE.to_owned(), sequences::text()));
    files.sort();
    let line =
        |(name, text): &(String, String)| format!("{}  {name}\n", hex::of(&Sha256::digest(text)));
    let sums = files.iter().map(line).collect();
    files.push((SUMS.to_owned(), sums));
    files
}

/// All networks; together they have every option.
fn cases() -> impl Iterator<Item = &'static Case> {
    taken::CASES.iter().chain(named::CASES).chain(golden::CASES).chain(kinds::CASES)
}

#[cfg(test)]
mod tests;
