//! Boards: one TOML file each, checked once when loaded, so that nothing after has to.

mod check;
pub mod clocking;
pub mod constraints;
mod error;
mod file;
pub mod line;
mod names;
pub mod part;
pub mod programmer;
mod rows;

use std::path::{Path, PathBuf};

use crate::base::error::FlowError;
use crate::base::files;
use crate::base::parse;
use crate::base::table::{Row, Table};
use crate::board::constraints::Constraints;
use crate::board::line::{Ends, bridges};
use crate::board::part::Part;
use crate::board::programmer::Programmer;

pub use crate::family::clock::PllInput;
pub use error::Error;
pub use file::{BAUD, Flash, Uart, Usb};

/// The variable that names a folder of the user's own boards.
pub const EXTRA_BOARDS: &str = "SPIKESTREAM_BOARDS";

/// The ports of every top but its clock. A board has those that its constraints place.
pub const PORTS: [&str; 6] = ["uart_rx", "uart_tx", "button", "led_status", "led_pass", "led_fail"];

/// Those to the flash, of a top that loads its network from there.
pub const FLASH_PORTS: [&str; 4] = ["flash_cs", "flash_sck", "flash_mosi", "flash_miso"];

/// That on which a flash that is read over two wires answers too: it goes both ways then.
pub const SHARED: &str = "flash_mosi";

/// Those that come from outside.
pub const INPUTS: [&str; 3] = ["uart_rx", "button", "flash_miso"];

/// A board whose part, programmers and pins are known to be there.
#[derive(Debug, Clone)]
pub struct Board {
    /// Its name: that of its file.
    pub name: String,
    /// What is printed on it.
    pub description: String,
    /// The FPGA.
    pub part: Part,
    /// The pins.
    pub constraints: Constraints,
    /// How it is flashed: the ways that there are, best first, at least one.
    pub programmers: Vec<Programmer>,
    /// Where its clock comes from.
    pub clock: Clock,
    /// The serial port; without one, the self-test is all that shows.
    pub uart: Option<Uart>,
    /// LEDs light when their pin is low.
    pub led_active_low: bool,
    /// The button's pin is low when it is pressed.
    pub button_active_low: bool,
    /// How it shows up on USB.
    pub usb: Usb,
    /// Its flash, if a design may read it.
    pub flash: Option<Flash>,
    /// Ports that are driven high all the time, for what else is on the board.
    pub high: Vec<String>,
    /// Ports that are driven low all the time.
    pub low: Vec<String>,
    /// Arguments of the packing tool besides those of the flow.
    pub pack: Vec<String>,
    /// Whether the programmer wants the bitstream as JTAG commands too.
    pub svf: bool,
}

/// Where a board's clock comes from, and how fast a design runs on it.
#[derive(Debug, Clone, PartialEq)]
pub struct Clock {
    /// Its source.
    pub source: Source,
    /// The frequency that a design runs at, MHz, unless a build asks for another.
    pub run_mhz: f64,
}

/// The source of a clock.
#[derive(Debug, Clone, PartialEq)]
pub enum Source {
    /// An oscillator on the board.
    Crystal {
        /// The port.
        port: String,
        /// Its frequency, MHz.
        mhz: f64,
        /// How an iCE40's PLL gets at it.
        pll: PllInput,
    },
    /// The oscillator inside the FPGA.
    Internal,
}

impl Clock {
    /// The port of the clock, if it comes from outside.
    pub fn port(&self) -> Option<&str> {
        match &self.source {
            Source::Crystal { port, .. } => Some(port),
            Source::Internal => None,
        }
    }
}

impl Board {
    /// Whether the board has a port of the top.
    pub fn has(&self, port: &str) -> bool {
        self.constraints.pins.contains_key(port)
    }

    /// The ports of the top that the board has; of one that is loaded, those to the flash too.
    pub fn ports(&self, loaded: bool) -> impl Iterator<Item = &'static str> {
        let flash = FLASH_PORTS.into_iter().filter(move |_| loaded);
        PORTS.into_iter().chain(flash).filter(|port| self.has(port))
    }

    /// Whether a port goes both ways.
    pub fn shares(&self, port: &str) -> bool {
        port == SHARED && self.flash.is_some_and(|flash| flash.read.wires > 1)
    }

    /// How many bytes a network that is loaded may have; none where the board has no flash for it, or its FPGA no
    /// memory to load it into.
    pub fn room_to_load(&self) -> Option<u32> {
        let large = self.part.family.large()?;
        let has =
            self.part.resources.get(large.resource).is_some_and(|&count| count >= large.count);
        self.flash.filter(|_| has).map(|flash| flash.bytes - flash.network)
    }

    /// The speed that a design's serial line is made for at a clock: that which is asked for, or the
    /// board's own, whether or not the board brings the line out.
    ///
    /// # Errors
    /// [`Error::Baud`] with the nearest that there are; [`Error::WithoutUart`] if one is
    /// asked for and there is no line.
    pub fn baud_at(&self, asked: Option<u64>, mhz: f64) -> Result<u64, FlowError> {
        let Some(uart) = &self.uart else {
            let none = Error::WithoutUart { name: self.name.clone() };
            return asked.map_or(Ok(BAUD), |_| Err(none.into()));
        };
        let baud = asked.unwrap_or(uart.baud);
        let refused = |refusal| Error::Baud { board: self.name.clone(), baud, refusal };
        uart.ends(mhz).ensure(baud).map_err(refused)?;
        Ok(baud)
    }

    /// The speed of the board's own line, or of one that nobody sees.
    pub fn baud(&self) -> u64 {
        self.uart.as_ref().map_or(BAUD, |uart| uart.baud)
    }
}

impl Uart {
    /// The two ends of the line, if the design runs at a clock.
    pub fn ends(&self, mhz: f64) -> Ends<'static> {
        let bridge = self.bridge.as_ref().and_then(|name| bridges().get(name));
        Ends { clock_hz: hertz(mhz), bridge }
    }
}

/// Megahertz in whole hertz.
pub fn hertz(mhz: f64) -> u64 {
    (mhz * 1e6).round() as u64
}

/// The folders that boards and their constraints are looked for in, and the tables of what boards
/// are made of.
#[derive(Debug, Clone)]
pub struct Folders {
    /// Folders of board files, first wins.
    pub boards: Vec<PathBuf>,
    /// The folder of constraint files; a board's own folder is looked in first.
    pub constraints: PathBuf,
    /// The parts.
    pub parts: Table<Part>,
    /// The programmers.
    pub programmers: Table<Programmer>,
}

impl Folders {
    /// The folders of a workspace, and the user's own from `SPIKESTREAM_BOARDS` before them.
    ///
    /// # Errors
    /// As [`Folders::with`].
    pub fn of(workspace: &Path) -> Result<Self, FlowError> {
        let own = std::env::var_os(EXTRA_BOARDS).filter(|value| !value.is_empty());
        Self::with(workspace, own.map(PathBuf::from))
    }

    /// The folders of a workspace, and one of the user's own before them, which may also have tables
    /// of parts and programmers.
    ///
    /// # Errors
    /// [`FlowError::Invalid`] if that is no folder, or for a mistake in its tables.
    pub fn with(workspace: &Path, own: Option<PathBuf>) -> Result<Self, FlowError> {
        if let Some(file) = own.clone().filter(|own| !own.is_dir()) {
            let what = format!("{EXTRA_BOARDS} names it, and it is no folder");
            let remedy = format!("set {EXTRA_BOARDS} to a folder of board files, or unset it");
            return Err(FlowError::Invalid { file, what, remedy });
        }
        Ok(Self {
            parts: Table::with(own.as_deref())?,
            programmers: Table::with(own.as_deref())?,
            boards: own.into_iter().chain([workspace.join("boards")]).collect(),
            constraints: workspace.join("constraints"),
        })
    }

    /// The names of all boards, sorted.
    pub fn names(&self) -> Vec<String> {
        let entries = self.boards.iter().flat_map(std::fs::read_dir).flatten().flatten();
        let mut names: Vec<String> = entries
            .map(|entry| entry.path())
            .filter(|path| path.extension().is_some_and(|extension| extension == "toml"))
            .filter(|path| !is_table(path))
            .filter_map(|path| Some(path.file_stem()?.to_str()?.to_owned()))
            .collect();
        names.sort();
        names.dedup();
        names
    }
}

/// Whether a file in a folder of boards is a table of what boards are made of.
fn is_table(path: &Path) -> bool {
    [Part::FILE, Programmer::FILE].iter().any(|name| path.file_name().is_some_and(|f| f == *name))
}

/// Loads and checks a board.
///
/// # Errors
/// [`Error::Unknown`] with the legal names, [`FlowError::Invalid`] with what is
/// wrong in the file's own words.
pub fn load(folders: &Folders, name: &str) -> Result<Board, FlowError> {
    let file_name = format!("{name}.toml");
    let known = folders.names().iter().any(|legal| legal == name);
    let file = folders.boards.iter().map(|folder| folder.join(&file_name)).find(|f| f.is_file());
    let (true, Some(file)) = (known, file) else {
        return Err(Error::Unknown { name: name.to_owned(), legal: folders.names() }.into());
    };
    let text = files::read_text(&file)?;
    let raw = parse(&file, &text, "boards/README.md explains every key")?;
    check::Check { file: &file }.resolve(folders, name, raw)
}
