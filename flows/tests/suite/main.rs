//! The tests of the flows, on fake tools: nothing is installed, nothing is downloaded.
#![allow(clippy::unwrap_used, reason = "a test that cannot set itself up has to stop")]

mod boards;
mod browser;
mod build;
mod compilers;
#[cfg(target_os = "linux")] // whose system calls can be refused
mod disk;
mod estimate;
mod flash;
mod flash_messages;
mod flash_world;
mod kills;
mod other_boards;
mod page;
mod proof;
mod provision;
mod runs;
mod tables;
mod talk;
mod tools;
mod venv;
mod world;
