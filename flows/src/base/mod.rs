//! What everything else stands on: files, hashes, ranges of numbers, the operating system, and the
//! error that holds all others.

pub mod digest;
pub mod error;
pub mod files;
pub mod memory;
pub mod nearest;
pub mod parallel;
mod parse;
pub mod range;
pub mod system;
pub mod table;
pub mod version;

pub(crate) use parse::parse;
