//! Emits the Verilog of a network on disk, for a clock and a serial line of one's own.
//!
//! ```sh
//! cargo run --package spikestream-hw --example net_to_verilog -- nets/digits > top.v
//! ```

use std::path::PathBuf;

use spikestream::hardware::Shortcuts;
use spikestream::output;
use spikestream::sc::network::Schedule;
use spikestream::spec::Net;
use spikestream_hw::Error;
use spikestream_hw::emit::{Options, emit};
use spikestream_hw::neuron::Multipliers;

fn main() -> Result<(), Error> {
    let folder = std::env::args().nth(1).map_or_else(|| "nets/digits".into(), PathBuf::from);
    let options = Options {
        clock_hz: 25_000_000,
        baud: 1_000_000,
        lanes: 32,
        schedule: Schedule::Planes,
        loaded: None,
        multipliers: Multipliers::NONE,
        shortcuts: Shortcuts::NONE,
        led_active_low: false,
        button_active_low: false,
    };
    let emitted = emit(&Net::load(&folder)?, &options)?;
    output::text(&emitted.verilog)?;
    let design = emitted.design;
    output::tell(format_args!(
        "{} cycles an image; ports: {:?}",
        design.cycles_per_image, design.ports
    ));
    Ok(())
}
