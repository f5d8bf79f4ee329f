//! Boards: one TOML file each, checked once when loaded, so that nothing after has to.

use std::path::{Path, PathBuf};

use serde::Deserialize;

use crate::constraints::Constraints;
use crate::error::FlowError;
use crate::files;
use crate::part::{self, Part};
use crate::pll::Pll;
use crate::programmer::{self, Programmer};

/// The variable that names a folder of the user's own boards.
pub const EXTRA_BOARDS: &str = "SPIKESTREAM_BOARDS";

/// The ports of every top.
pub const PORTS: [&str; 6] = ["uart_rx", "uart_tx", "button", "led_status", "led_pass", "led_fail"];

/// A board whose part, programmer and pins are known to be there.
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
    /// How it is flashed.
    pub programmer: Programmer,
    /// The clock input.
    pub clock: Clock,
    /// The serial port.
    pub uart: Uart,
    /// LEDs light when their pin is low.
    pub led_active_low: bool,
    /// The button's pin is low when it is pressed.
    pub button_active_low: bool,
    /// How it shows up on USB.
    pub usb: Usb,
}

/// A board's clock input.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Clock {
    /// The port.
    pub port: String,
    /// Its frequency, MHz.
    pub mhz: f64,
    /// The frequency that a design runs at, MHz, unless a build asks for another; by a PLL, if it is
    /// not the clock's own.
    run_mhz: Option<f64>,
}

impl Clock {
    /// The frequency that a design runs at, MHz.
    pub fn run_mhz(&self) -> f64 {
        self.run_mhz.unwrap_or(self.mhz)
    }
}

/// Megahertz in whole hertz.
pub fn hertz(mhz: f64) -> u64 {
    (mhz * 1e6).round() as u64
}

/// A board's serial port.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Uart {
    /// Bits a second.
    pub baud: u64,
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

/// A board file as it is written.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct BoardFile {
    description: String,
    part: String,
    constraints: String,
    programmer: String,
    clock: Clock,
    uart: Uart,
    led_active_low: bool,
    button_active_low: bool,
    usb: Usb,
}

/// The folders that boards and their constraints are looked for in.
#[derive(Debug, Clone)]
pub struct Folders {
    /// Folders of board files, first wins.
    pub boards: Vec<PathBuf>,
    /// The folder of constraint files; a board's own folder is looked in first.
    pub constraints: PathBuf,
}

impl Folders {
    /// The folders of a workspace, and the user's own from `SPIKESTREAM_BOARDS` before them.
    pub fn of(workspace: &Path) -> Self {
        let own = std::env::var_os(EXTRA_BOARDS).filter(|value| !value.is_empty());
        let boards = own.map(PathBuf::from).into_iter().chain([workspace.join("boards")]);
        Self { boards: boards.collect(), constraints: workspace.join("constraints") }
    }

    /// The names of all boards, sorted.
    pub fn names(&self) -> Vec<String> {
        let entries = self.boards.iter().flat_map(std::fs::read_dir).flatten().flatten();
        let mut names: Vec<String> = entries
            .map(|entry| entry.path())
            .filter(|path| path.extension().is_some_and(|extension| extension == "toml"))
            .filter_map(|path| Some(path.file_stem()?.to_str()?.to_owned()))
            .collect();
        names.sort();
        names.dedup();
        names
    }
}

/// Loads and checks a board.
///
/// # Errors
/// [`FlowError::BoardUnknown`] with the legal names, [`FlowError::BoardInvalid`] with what is
/// wrong in the file's own words.
pub fn load(folders: &Folders, name: &str) -> Result<Board, FlowError> {
    let file_name = format!("{name}.toml");
    let known = folders.names().iter().any(|legal| legal == name);
    let file = folders.boards.iter().map(|folder| folder.join(&file_name)).find(|f| f.is_file());
    let (true, Some(file)) = (known, file) else {
        return Err(FlowError::BoardUnknown { name: name.to_owned(), legal: folders.names() });
    };
    let text = String::from_utf8_lossy(&files::read(&file)?).into_owned();
    let raw: BoardFile = toml::from_str(&text).map_err(|e| FlowError::BoardInvalid {
        file: file.clone(),
        what: e.to_string().trim_end().to_owned(),
        remedy: "boards/README.md explains every key".to_owned(),
    })?;
    let check = Check { file: &file };
    check.resolve(folders, name, raw)
}

/// The checks of one board file.
struct Check<'a> {
    file: &'a Path,
}

impl Check<'_> {
    fn resolve(&self, folders: &Folders, name: &str, raw: BoardFile) -> Result<Board, FlowError> {
        self.ensure_clock_is_sensible(&raw.clock)?;
        self.ensure_run_clock_can_be_made(&raw.clock)?;
        self.ensure_baud_divides_clock(&raw)?;
        self.ensure_usb_ids(&raw.usb)?;
        let part = self.ensure_part_exists(&raw.part)?;
        let programmer = self.ensure_programmer_exists(&raw.programmer)?;
        let constraints = self.ensure_constraints_file(folders, &raw.constraints)?;
        self.ensure_every_port_has_a_pin(&constraints, &raw.clock.port)?;
        Ok(Board {
            name: name.to_owned(),
            description: raw.description,
            part,
            constraints,
            programmer,
            clock: raw.clock,
            uart: raw.uart,
            led_active_low: raw.led_active_low,
            button_active_low: raw.button_active_low,
            usb: raw.usb,
        })
    }

    fn fail<T>(&self, what: String, remedy: impl Into<String>) -> Result<T, FlowError> {
        let file = self.file.to_path_buf();
        Err(FlowError::BoardInvalid { file, what, remedy: remedy.into() })
    }

    fn ensure_clock_is_sensible(&self, clock: &Clock) -> Result<(), FlowError> {
        if (0.1..=1000.0).contains(&clock.mhz) {
            return Ok(());
        }
        let what = format!("clock.mhz = {} is not between 0.1 and 1000", clock.mhz);
        self.fail(what, "write the frequency in MHz, such as 12.0")
    }

    fn ensure_run_clock_can_be_made(&self, clock: &Clock) -> Result<(), FlowError> {
        match Pll::between(clock.mhz, clock.run_mhz()) {
            Ok(_) => Ok(()),
            Err(error) => self.fail(format!("clock.run_mhz: {error}"), error.remedy()),
        }
    }

    /// A receiver samples in the middle of a bit and loses half a bit of time over ten bits at an
    /// error of 5 %; both ends may be off, so 2 % is what one end may use up.
    fn ensure_baud_divides_clock(&self, raw: &BoardFile) -> Result<(), FlowError> {
        let (hz, baud) = (hertz(raw.clock.run_mhz()), raw.uart.baud);
        let divisor = (hz + baud / 2).checked_div(baud).unwrap_or(0);
        let real = hz as f64 / divisor.max(1) as f64;
        if divisor >= 4 && (real / baud as f64 - 1.0).abs() <= 0.02 {
            return Ok(());
        }
        let what = format!("uart.baud = {baud} cannot be made from a clock of {hz} Hz within 2 %");
        self.fail(what, format!("use a whole part of the clock, such as {}", hz / 12))
    }

    fn ensure_usb_ids(&self, usb: &Usb) -> Result<(), FlowError> {
        let hexadecimal = |id: &str| id.len() == 4 && id.chars().all(|c| c.is_ascii_hexdigit());
        if hexadecimal(&usb.vid) && hexadecimal(&usb.pid) {
            return Ok(());
        }
        let what = format!("usb = {}:{} is not two times four digits", usb.vid, usb.pid);
        self.fail(what, "write them as `lsusb` does, such as vid = \"0403\", pid = \"6010\"")
    }

    fn ensure_part_exists(&self, name: &str) -> Result<Part, FlowError> {
        match part::find(name) {
            Some(part) => Ok(part),
            None => self.fail(
                format!("part = \"{name}\" is not in flows/parts.toml"),
                crate::nearest::offer(name, &part::names()),
            ),
        }
    }

    fn ensure_programmer_exists(&self, name: &str) -> Result<Programmer, FlowError> {
        match programmer::find(name) {
            Some(programmer) => Ok(programmer),
            None => self.fail(
                format!("programmer = \"{name}\" is not in flows/programmers.toml"),
                crate::nearest::offer(name, &programmer::names()),
            ),
        }
    }

    fn ensure_constraints_file(
        &self,
        folders: &Folders,
        name: &str,
    ) -> Result<Constraints, FlowError> {
        let beside = self.file.with_file_name(name);
        let path = if beside.is_file() { beside } else { folders.constraints.join(name) };
        if Path::new(name).components().count() != 1 || !path.is_file() {
            let what = format!("constraints = \"{name}\" is not a file in constraints/");
            return self.fail(what, format!("write {}", path.display()));
        }
        Constraints::read(&path)
    }

    fn ensure_every_port_has_a_pin(
        &self,
        constraints: &Constraints,
        clock: &str,
    ) -> Result<(), FlowError> {
        let missing =
            PORTS.iter().chain([&clock]).find(|port| !constraints.pins.contains_key(**port));
        match missing {
            None => Ok(()),
            Some(port) => self.fail(
                format!("port `{port}` has no pin in {}", constraints.file),
                format!("add `set_io {port} PIN`; constraints/README.md lists the ports"),
            ),
        }
    }
}
