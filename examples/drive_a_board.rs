//! Sends images to a board on a serial port and reads its answers.
//!
//! ```sh
//! cargo xtask board --sim --board icebreaker --link /dev/shm/board     # or a board on /dev/ttyUSB1
//! cargo run --package spikestream-host --example drive_a_board -- /dev/shm/board
//! ```

use std::path::{Path, PathBuf};

use spikestream::spec::Net;
use spikestream::{data, output};
use spikestream_host::{Client, Error, Patience, Serial};

fn main() -> Result<(), Error> {
    let port = std::env::args().nth(1).map_or_else(|| "/dev/ttyUSB1".into(), PathBuf::from);
    let net = Net::load(Path::new("nets/digits"))?;
    // It asks who is there: a board with another network is refused.
    let line = Serial::open(&port, 1_000_000)?;
    let mut client = Client::connect(&net, line, Patience::default())?;
    let test = data::digits().test;
    for (image, label) in test.images.iter().zip(&test.labels).take(10) {
        let answer = client.infer(image)?;
        output::line(format_args!(
            "class {}, label {label}, spikes {:?}, {} cycles",
            answer.class, answer.counts, answer.cycles
        ))?;
    }
    Ok(())
}
