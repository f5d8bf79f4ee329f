//! Faults: what a net still gets right when bits flip in its engine, and which arithmetic bears them best.
//!
//! Each engine here computes the same sums of the contract, and keeps a weight in the same number of bits: B and a sign. They
//! differ in what a bit is worth, in memory and on the way to a sum. Neurons and their membranes are the contract's, in all of
//! them.
//!
//! | room | a file for each |
//! |---|---|
//! | [`engines`] | way to keep weights and to multiply them |
//! | [`kinds`] | kind of fault |
//!
//! # Example
//! ```
//! use spikestream::{data, sc::faults::{Faulty, Setting}, spec::Net};
//!
//! let net = Net::load(std::path::Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/nets/digits")))?;
//! let test = data::digits().test;
//! let right = |engine, rate| -> Result<u64, spikestream::Error> {
//!     let setting = Setting::named(engine, "weights", rate, 1)?;
//!     Ok(Faulty::new(&net, setting)?.right(&test)?.right)
//! };
//! assert_eq!(right("planes", 0.0)?, 355); // of 360, as the golden model
//! assert!(right("planes", 0.01)? > right("binary", 0.01)?);
//! # Ok::<(), spikestream::Error>(())
//! ```

mod band;
pub mod engines;
mod faulty;
mod hits;
pub mod kinds;
mod setting;
mod table;
mod words;

pub use band::wilson;
pub use faulty::{Faulty, Tally};
pub use hits::Hits;
pub use setting::Setting;
pub use table::{Asked, Point, Row, Table};
pub use words::{Part, Words};
