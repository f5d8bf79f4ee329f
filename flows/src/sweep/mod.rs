//! Sweeps: commands of the program, run at every point of a grid.
//!
//! A file says which keys have which values, and which commands a point runs. Each point has a folder; what its commands
//! come to is a line of JSON. Nothing of a line depends on where or when it was made, so that two engines leave the same bytes.
//!
//! | room | what it holds |
//! |---|---|
//! | [`mod@file`] | the file, and its points |
//! | [`point`] | a point: its folder, its commands, its line |
//! | [`engines`] | ways to run points, a file each |
//! | [`results`] | the lines of all points |

pub mod engines;
mod error;
pub mod file;
pub mod point;
pub mod results;
mod step;
mod words;

pub use error::Error;
pub use file::Sweep;
pub use point::Point;
pub use step::Step;
