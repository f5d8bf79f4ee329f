//! A board file as it is written.

use serde::Deserialize;
use spikestream::hardware::flash::Read;

use crate::base::range;
use crate::family::clock::PllInput;

/// The speed of a serial line that nobody sees, and of one that nothing is known of.
pub const BAUD: u64 = 1_000_000;

/// The whole file.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct BoardFile {
    pub(super) description: String,
    pub(super) part: String,
    pub(super) constraints: String,
    pub(super) programmers: Vec<ProgrammerUse>,
    pub(super) clock: ClockFile,
    pub(super) uart: Option<Uart>,
    #[serde(default)]
    pub(super) led_active_low: bool,
    #[serde(default)]
    pub(super) button_active_low: bool,
    pub(super) usb: Usb,
    pub(super) flash: Option<Flash>,
    #[serde(default)]
    pub(super) high: Vec<String>,
    #[serde(default)]
    pub(super) low: Vec<String>,
    #[serde(default)]
    pub(super) pack: Vec<String>,
    #[serde(default)]
    pub(super) svf: bool,
}

/// One way to flash the board.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ProgrammerUse {
    pub(super) name: String,
    #[serde(default)]
    pub(super) args: Vec<String>,
    /// Whether it can load the board's FPGA without writing flash.
    #[serde(default)]
    pub(super) sram: bool,
}

/// A clock: `port` and `mhz` of a crystal, or `internal`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ClockFile {
    pub(super) port: Option<String>,
    #[serde(default, deserialize_with = "range::mhz")]
    pub(super) mhz: Option<f64>,
    #[serde(default)]
    pub(super) internal: bool,
    #[serde(default, deserialize_with = "range::run_mhz")]
    pub(super) run_mhz: Option<f64>,
    /// How an iCE40's PLL gets at the crystal.
    pub(super) pll: Option<PllInput>,
}

/// A board's serial port.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Uart {
    /// Bits a second.
    #[serde(deserialize_with = "range::baud")]
    pub baud: u64,
    /// The chip between it and USB: a key of `flows/bridges.toml`.
    pub bridge: Option<String>,
    /// Where it is, if not on the board's own USB connector: pins of a header, say.
    pub on: Option<String>,
}

/// A board's flash, which its FPGA reads its bitstream from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Flash {
    /// Bytes.
    pub bytes: u32,
    /// Where a network lies that is loaded: behind the bitstream and a boot loader.
    pub network: u32,
    /// How it is read: over how many data wires.
    #[serde(rename = "wires", default)]
    pub read: Read,
}

/// How a board shows up on USB: four hexadecimal digits each.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Usb {
    /// Vendor.
    pub vid: String,
    /// Product.
    pub pid: String,
}
