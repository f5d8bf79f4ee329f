//! The host's side of a board: the serial line, the client, images from files, and the program `infer`.
//!
//! It links neither the hardware nor a simulator: whoever has a board needs neither to talk to it.
//!
//! [`Client`] asks and is answered, over whatever is a [`Line`]: a [`Serial`] port, or a line of one's own.
//! It waits and asks again as its [`Patience`] says, and counts its [`Troubles`]. [`read_image()`] reads an image
//! from a file.
//!
//! # Example
//! The simulated board of `cargo xtask board --sim` answers as one on a serial port.
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
