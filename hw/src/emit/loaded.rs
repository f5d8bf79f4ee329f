//! A network that is loaded from the board's flash: a design of its shape alone, and the image for the flash.

use super::{ENGINE_MODULE, Options, verilog};
use crate::Error;
use crate::events::{EventEngine, SPRAM};
use crate::loader::Source;
use crate::top::{TopOfLoaded, Wiring};
use rust_hdl::prelude::Block;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use spikestream::hardware::flash::{Place, Read};
use spikestream::hardware::image::{self, SHAPE_BYTES};
use spikestream::hardware::layout::Layout;
use spikestream::hardware::{LOADED_BITS, LOADED_WORDS};
use spikestream::sc::network::Schedule;
use spikestream::spec::Net;

/// The ports of a top that loads its network, beside those of every top.
pub(crate) const FLASH_PORTS: [&str; 6] =
    ["flash_cs", "flash_sck", "flash_mosi", "flash_mosi_drive", "flash_mosi_in", "flash_miso"];

/// Where a design's network lies in the flash.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Stored {
    /// The address of its image.
    pub address: u32,
    /// The image's bytes.
    pub bytes: usize,
    /// How it is read, told by the number of data wires.
    #[serde(rename = "wires", default)]
    pub read: Read,
}

/// Refuses a network that the large memory does not hold.
///
/// # Errors
/// [`Error::Loaded`].
pub(super) fn ensure_loadable(layout: &Layout, schedule: Schedule) -> Result<(), Error> {
    let [rows] = &layout.weights[..] else { return Err(Error::NotLoaded { schedule }) };
    let (bits, words) = (rows.width, rows.words.len());
    if bits > LOADED_BITS || words > LOADED_WORDS {
        return Err(Error::Loaded { bits, words });
    }
    Ok(())
}

/// The Verilog and the image of a network that lies at an address of the flash.
pub(super) fn parts(
    net: &Net,
    layout: &Layout,
    options: &Options,
    wiring: Wiring,
    place: Place,
) -> Result<(String, Vec<u8>), Error> {
    ensure_loadable(layout, options.schedule)?;
    let shape = shape(net, layout)?;
    let mut top = TopOfLoaded::new(&net.spec, layout, Source { place, shape }, wiring);
    top.connect_all();
    Ok((verilog(&top, "top")? + SPRAM, image::image(layout, shape)))
}

/// What tells designs apart that take different images: the Verilog of the engine, in which no number of a loaded
/// network is.
fn shape(net: &Net, layout: &Layout) -> Result<[u8; SHAPE_BYTES], Error> {
    let mut engine = EventEngine::new(&net.spec, layout);
    engine.connect_all();
    let hash = Sha256::digest(verilog(&engine, ENGINE_MODULE)?);
    let mut shape = [0; SHAPE_BYTES];
    shape.copy_from_slice(&hash[..SHAPE_BYTES]);
    Ok(shape)
}
