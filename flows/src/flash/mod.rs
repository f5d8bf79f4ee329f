//! Flashing: writes a bitstream to the board that it was made for, and to no other.
//!
//! ```text
//!  bitstream ──▶ Image ──┐
//!  board ──▶ Programmer ─┼──▶ Order ──▶ command, or run ──▶ trouble, told for what it is
//!  USB ──▶ Device ───────┘
//! ```

mod error;
mod image;
mod program;
mod trouble;
pub mod udev;

use std::path::{Path, PathBuf};

use crate::base::error::FlowError;
use crate::board::Board;
use crate::board::programmer::usb::{Device, System};
use crate::board::programmer::{Programmer, Target};
use crate::run;
use crate::run::script::quoted;
use crate::tool::environment::Environment;

pub use error::Error;
pub use image::{Image, Part};

/// What a user may choose.
#[derive(Debug, Clone, Copy, Default)]
pub struct Wish<'a> {
    /// What is written.
    pub part: Part,
    /// The programmer, if not the first of the board's that is there.
    pub programmer: Option<&'a str>,
    /// The board, by serial number or port, if more than one is plugged in.
    pub device: Option<&'a str>,
}

/// A command that is ready to be started.
#[derive(Debug)]
pub struct Order<'a> {
    board: &'a Board,
    programmer: &'a Programmer,
    args: Vec<String>,
    /// The boards that are plugged in and could be meant; none where the system does not say.
    devices: Option<Vec<Device>>,
}

/// Makes the command that flashes an image. It needs no programmer and no board to be there.
///
/// # Errors
/// What was wished cannot be had: [`Error::UnknownProgrammer`], [`Error::NoSram`],
/// [`Error::FileKind`], [`Error::OtherDevice`], [`Error::Several`], [`Error::NoChoice`].
pub fn order<'a>(
    image: &Image,
    board: &'a Board,
    wish: Wish<'_>,
    environment: &Environment,
    system: &System,
) -> Result<Order<'a>, Error> {
    let devices = meant(board, wish.device, system.devices(&board.usb))?;
    // Where several could be meant, the programmer must be told which; so that a command does not
    // depend on what else is plugged in, the only one is told by its numbers.
    let device = wish.device.and_then(|_| devices.as_ref()?.first());
    let (file, target) = image.part(wish.part)?;
    let programmer = choose(board, wish, target, device, environment)?;
    let file = from_here(&file);
    if wish.part != Part::Network {
        ensure_kind(programmer, board, &file)?;
    }
    let args = programmer.args(&board.usb, device, target, &file.display().to_string());
    let args = args.ok_or_else(|| no_choice(board, programmer, device, target))?;
    Ok(Order { board, programmer, args, devices })
}

/// The devices that are left when a user has chosen; at most one, unless the system does not say.
fn meant(
    board: &Board,
    wish: Option<&str>,
    there: Option<Vec<Device>>,
) -> Result<Option<Vec<Device>>, Error> {
    let list = |devices: &[Device]| devices.iter().map(Device::to_string).collect::<Vec<_>>();
    let description = board.description.clone();
    let other = |selector: &str, there| Error::OtherDevice {
        board: description.clone(),
        selector: selector.to_owned(),
        there,
    };
    let Some(devices) = there else {
        return Ok(wish.map(|selector| vec![Device::unlisted(selector)]));
    };
    let found: Vec<Device> =
        devices.iter().filter(|d| wish.is_none_or(|selector| d.is(selector))).cloned().collect();
    match (found.as_slice(), wish) {
        ([], Some(selector)) => Err(other(selector, list(&devices))),
        ([first, _, ..], _) => Err(Error::Several {
            board: description,
            there: list(&found),
            example: first.path.clone(),
        }),
        _ => Ok(Some(found)),
    }
}

/// The programmer that was asked for, or the first that is there and can do what is wished; the
/// first at all, if none is there.
fn choose<'a>(
    board: &'a Board,
    wish: Wish<'_>,
    target: Target,
    device: Option<&Device>,
    environment: &Environment,
) -> Result<&'a Programmer, Error> {
    let all = &board.programmers;
    let can = |programmer: &Programmer| match target {
        Target::Flash => true,
        Target::Sram => programmer.loads_sram(),
        Target::Store(_) => programmer.stores(),
    };
    if let Some(name) = wish.programmer {
        let programmer = all.iter().find(|p| p.name == name).ok_or_else(|| {
            let legal = all.iter().map(|p| p.name.clone()).collect();
            Error::UnknownProgrammer { board: board.name.clone(), name: name.to_owned(), legal }
        })?;
        return match can(programmer) {
            true => Ok(programmer),
            false => Err(cannot(board, programmer.name.clone(), target)),
        };
    }
    let loads: Vec<&Programmer> = all.iter().filter(|programmer| can(programmer)).collect();
    if loads.is_empty() {
        let names: Vec<&str> = all.iter().map(|p| p.name.as_str()).collect();
        return Err(cannot(board, names.join(" or "), target));
    }
    let tells = |p: &&Programmer| p.args(&board.usb, device, target, "").is_some();
    let able: Vec<&Programmer> = loads.iter().copied().filter(tells).collect();
    let able = if able.is_empty() { loads } else { able };
    Ok(able.iter().find(|p| p.is_there(environment)).copied().unwrap_or(able[0]))
}

/// Why a programmer writes nothing there.
fn cannot(board: &Board, programmer: String, target: Target) -> Error {
    if let Target::Store(_) = target {
        let other = board.programmers.iter().find(|p| p.stores()).map(|p| p.name.clone());
        return Error::NoStore { programmer, board: board.description.clone(), other };
    }
    let other = board.programmers.iter().find(|p| p.loads_sram()).map(|p| p.name.clone());
    Error::NoSram { programmer, board: board.description.clone(), other }
}

fn no_choice(
    board: &Board,
    programmer: &Programmer,
    device: Option<&Device>,
    target: Target,
) -> Error {
    let can = |p: &&Programmer| p.args(&board.usb, device, target, "").is_some();
    let other = board.programmers.iter().find(can).map(|p| p.name.clone());
    let programmer = programmer.name.clone();
    Error::NoChoice { programmer, board: board.description.clone(), other }
}

/// Programmers go by how a file's name ends. Every programmer of a board takes the family's file, so
/// another ending is another name that someone gave it.
fn ensure_kind(programmer: &Programmer, board: &Board, file: &Path) -> Result<(), Error> {
    if programmer.takes(file) {
        return Ok(());
    }
    Err(Error::FileKind {
        programmer: programmer.name.clone(),
        path: file.to_path_buf(),
        endings: programmer.endings(),
        name: board.part.family.bitstream(),
    })
}

/// A path as it would be typed from the current folder, and not taken for an option.
fn from_here(path: &Path) -> PathBuf {
    let here = std::env::current_dir().unwrap_or_default();
    let path = path.strip_prefix(here).unwrap_or(path);
    match path.to_string_lossy().starts_with('-') {
        true => Path::new(".").join(path),
        false => path.to_path_buf(),
    }
}

impl Order<'_> {
    /// The command, as it would be typed.
    pub fn command(&self, environment: &Environment) -> String {
        let word = self.programmer.word(environment);
        let words = std::iter::once(&word).chain(&self.args).map(|word| quoted(word));
        words.collect::<Vec<_>>().join(" ")
    }

    /// Starts it.
    ///
    /// # Errors
    /// [`Error::NoProgrammer`], [`Error::NoDevice`], [`Error::Permission`] before anything is
    /// started; then whatever the programmer's messages come down to.
    pub fn run(&self, environment: &Environment, system: &System) -> Result<(), FlowError> {
        let program = self.program(environment)?;
        self.ensure_reachable(system)?;
        let label =
            format!("flashing the {} with {}", self.board.description, self.programmer.name);
        let said = run::watch(&program, &self.args, &label)?;
        match self.trouble(&said, &self.command(environment), system) {
            Some(error) => Err(error.into()),
            None => Ok(()),
        }
    }

    fn program(&self, environment: &Environment) -> Result<PathBuf, FlowError> {
        let program = self.programmer.locate(environment)?;
        program.ok_or_else(|| self.no_programmer().into())
    }

    fn no_programmer(&self) -> Error {
        let all = &self.board.programmers;
        Error::NoProgrammer {
            board: self.board.description.clone(),
            names: all.iter().map(|p| p.program_name().to_owned()).collect(),
            install: all.iter().map(Programmer::how_to_get_it).collect(),
        }
    }
}
