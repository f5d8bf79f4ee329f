//! Flashes a board with a bitstream that was made for it, and with no other.

use std::path::{Path, PathBuf};

use crate::board::Board;
use crate::digest;
use crate::error::FlowError;
use crate::report::{REPORT, Report};
use crate::run;
use crate::script::quoted;
use crate::tool::{Located, Tools};

/// Where Linux lists USB devices.
pub const USB_DEVICES: &str = "/sys/bus/usb/devices";

/// A bitstream that is the one its report describes, for the board that it is to go on.
#[derive(Debug)]
pub struct Checked {
    /// The file.
    pub bitstream: PathBuf,
    /// The report beside it.
    pub report: Report,
}

/// Checks a bitstream against the report beside it and against the board.
///
/// # Errors
/// [`FlowError::NoBitstream`], [`FlowError::OtherBoard`], [`FlowError::ChangedBitstream`].
pub fn check(bitstream: &Path, board: &Board) -> Result<Checked, FlowError> {
    let folder = bitstream.parent().unwrap_or(Path::new("."));
    if !bitstream.is_file() || !folder.join(REPORT).is_file() {
        return Err(FlowError::NoBitstream {
            path: bitstream.to_path_buf(),
            command: format!("cargo xtask synth --board {}", board.name),
        });
    }
    let report = Report::read(folder)?;
    if report.board != board.name || report.part != board.part.name {
        let made_for = report.board;
        return Err(FlowError::OtherBoard { made_for, board: board.name.clone() });
    }
    if digest::of_file(bitstream).ok().as_ref() != Some(&report.sha256) {
        return Err(FlowError::ChangedBitstream { path: bitstream.to_path_buf() });
    }
    Ok(Checked { bitstream: bitstream.to_path_buf(), report })
}

/// The command that flashes a bitstream, as it would be typed.
pub fn command(checked: &Checked, board: &Board) -> String {
    let name = board.programmers[0].tool.spec().names[0].clone();
    let args = board.programmers[0].args_for(&from_here(&checked.bitstream).display().to_string());
    let words = std::iter::once(name).chain(args.iter().map(|arg| quoted(arg)));
    words.collect::<Vec<_>>().join(" ")
}

/// A path as it would be typed from the current folder.
fn from_here(path: &Path) -> &Path {
    let here = std::env::current_dir().unwrap_or_default();
    path.strip_prefix(here).unwrap_or(path)
}

/// Flashes a bitstream. `usb` is the folder that lists USB devices, [`USB_DEVICES`].
///
/// # Errors
/// [`FlowError::NoDevice`], [`FlowError::DevicePermission`], or [`FlowError::ProgrammerFailed`].
pub fn flash(checked: &Checked, board: &Board, tools: &Tools, usb: &Path) -> Result<(), FlowError> {
    let tool = tools.get(board.programmers[0].tool)?;
    let args = board.programmers[0].args_for(&checked.bitstream.display().to_string());
    let said = run::watch(&tool.path, &args, &format!("flashing the {}", board.description))?;
    if said.success {
        return Ok(());
    }
    Err(trouble(&said.stderr, checked, board, tool, usb))
}

/// What a programmer's failure comes down to.
fn trouble(text: &str, checked: &Checked, board: &Board, tool: &Located, usb: &Path) -> FlowError {
    let says = |phrases: &[String]| phrases.iter().any(|phrase| text.contains(phrase.as_str()));
    let programmer = tool.tool.id().to_owned();
    let description = board.description.clone();
    let no_device = says(&board.programmers[0].no_device);
    // iceprog says the same of a board that is not there and of one that it may not open.
    if says(&board.programmers[0].no_permission) || (no_device && is_plugged_in(board, usb)) {
        let rule = format!(
            "SUBSYSTEM==\"usb\", ATTRS{{idVendor}}==\"{}\", ATTRS{{idProduct}}==\"{}\", TAG+=\"uaccess\"",
            board.usb.vid, board.usb.pid
        );
        return FlowError::DevicePermission { programmer, board: description, rule };
    }
    if no_device {
        let usb = format!("{}:{}", board.usb.vid, board.usb.pid);
        return FlowError::NoDevice { programmer, board: description, usb };
    }
    let (tail, command) = (run::tail(text), command(checked, board));
    FlowError::ProgrammerFailed { programmer, tail, command }
}

/// Whether the system lists a USB device with the board's numbers.
fn is_plugged_in(board: &Board, usb: &Path) -> bool {
    let entries = std::fs::read_dir(usb).into_iter().flatten().flatten();
    entries.map(|entry| entry.path()).any(|device| {
        let reads = |file: &str, value: &str| {
            std::fs::read_to_string(device.join(file)).is_ok_and(|text| text.trim() == value)
        };
        reads("idVendor", &board.usb.vid) && reads("idProduct", &board.usb.pid)
    })
}
