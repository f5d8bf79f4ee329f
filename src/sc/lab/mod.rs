//! The laboratory: nets that ship, composed of streams in every coding, to see what each costs in accuracy.
//!
//! The engine runs one of these: sign and magnitude, a spike held for a whole stream, exact counters. It is exact by
//! construction, and this room shows what it is better than, and why. Nothing here is part of the contract.
//!
//! | room | a file for each |
//! |---|---|
//! | [`codings`] | way to show a number as a stream |
//! | [`generators`] | source of the numbers behind streams |
//! | [`accumulations`] | way to add products |

pub mod accumulations;
pub mod codings;
mod composed;
mod dense;
pub mod generators;
mod popcount;
mod setting;
mod streams;
mod table;

pub use composed::Composed;
pub(in crate::sc) use composed::ensure_plain;
pub use dense::DenseStreams;
pub use setting::{HEARD, Heard, LENGTHS, Setting};
pub use streams::{Making, Streams};
pub use table::{Asked, Point, Row, Table};
