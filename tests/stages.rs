//! What crosses stages, in one test binary: each module is one promise.

#![allow(clippy::unwrap_used)] // a test stops at the first error

mod engines;
mod equations;
mod estimates;
mod faults;
mod fourstate;
mod hold;
mod labels;
mod line;
mod multiplier;
mod networks;
mod pace;
mod protocol;
mod solo;

mod units;
mod vectors;
