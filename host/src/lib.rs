//! The host's side of a board: the serial line, the client, images from files, and the program `infer`.
//!
//! It links neither the hardware nor a simulator: whoever has a board needs neither to talk to it.
//!
//! # Example
//! ```no_run
//! use std::path::Path;
//!
//! use spikestream::spec::Net;
//! use spikestream_host::{Client, Patience, Serial};
//!
//! let net = Net::load(Path::new("nets/digits"))?;
//! let line = Serial::open(Path::new("/dev/ttyUSB1"), 1_000_000)?;
//! let mut client = Client::connect(&net, line, Patience::default())?;
//! let answer = client.infer(&[0; 64])?;
//! assert_eq!(answer.counts.len(), net.spec.classes());
//! # Ok::<(), spikestream_host::Error>(())
//! ```

pub mod client;
pub mod error;
mod image;
pub mod infer;

pub use client::{Client, Line, Patience, Serial, Troubles};
pub use error::Error;
pub use image::read as read_image;
