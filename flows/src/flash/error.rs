//! What can go wrong on the way from a bitstream to a board.

use std::path::PathBuf;

use spikestream::command::command;

use super::udev::Rule;
use crate::base::error::Told;
use crate::base::nearest::offer;
use crate::net::Identity;
use crate::run::script::quoted_path;

/// See the module.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// There is nothing to flash.
    #[error("there is no bitstream at `{}`", .path.display())]
    NoBitstream {
        /// Where it should be.
        path: PathBuf,
        /// The command that makes it.
        command: String,
    },
    /// Nothing says what the bitstream is for.
    #[error("`{}` has no report.json beside it that says which board it is for", .path.display())]
    NoReport {
        /// The bitstream.
        path: PathBuf,
        /// The command that makes both.
        command: String,
    },
    /// The bitstream was made for another board.
    #[error("`{}` was made for board `{made_for}`, not for `{board}`", .path.display())]
    OtherBoard {
        /// The bitstream.
        path: PathBuf,
        /// The board it was made for.
        made_for: String,
        /// The board asked for.
        board: String,
    },
    /// The bitstream is of another network.
    #[error("`{}` is of the network {found}, not of {wanted}", .path.display())]
    OtherNet {
        /// The bitstream.
        path: PathBuf,
        /// What it is of.
        found: Box<Identity>,
        /// What is asked for.
        wanted: Box<Identity>,
        /// The command that builds what is asked for.
        command: String,
    },
    /// The bitstream is not the one that its report and its manifest describe.
    #[error("`{}` is not the file that the {record} beside it describes", .path.display())]
    Changed {
        /// The bitstream.
        path: PathBuf,
        /// The record that has another hash.
        record: &'static str,
    },
    /// The board has no such programmer.
    #[error("board `{board}` is not flashed with `{name}`")]
    UnknownProgrammer {
        /// The board.
        board: String,
        /// The name given.
        name: String,
        /// Those it is flashed with.
        legal: Vec<String>,
    },
    /// None of a board's programmers is there.
    #[error("none of the programs that flash the {board} is on PATH: {}", .names.join(", "))]
    NoProgrammer {
        /// The board's description.
        board: String,
        /// The programs.
        names: Vec<String>,
        /// How to get each.
        install: Vec<String>,
    },
    /// The programmer does not take such a file.
    #[error("{programmer} does not take `{}`, whose name does not end in {endings}", .path.display())]
    FileKind {
        /// The programmer.
        programmer: String,
        /// The bitstream.
        path: PathBuf,
        /// How it may end.
        endings: String,
        /// The name that the build gave it.
        name: &'static str,
    },
    /// The FPGA cannot be loaded without writing flash.
    #[error("{programmer} cannot load the FPGA of the {board} without writing its flash")]
    NoSram {
        /// The programmer, or all of them.
        programmer: String,
        /// The board's description.
        board: String,
        /// The programmer that can, if there is one.
        other: Option<String>,
    },
    /// Nothing can be written at an address of flash.
    #[error("{programmer} cannot write at an address of the flash of the {board}")]
    NoStore {
        /// The programmer, or all of them.
        programmer: String,
        /// The board's description.
        board: String,
        /// The programmer that can, if there is one.
        other: Option<String>,
    },
    /// The network is in the bitstream.
    #[error("{path} has its network, and loads none", path = .path.display())]
    NotLoaded {
        /// The bitstream.
        path: PathBuf,
    },
    /// No board is plugged in.
    #[error("no {board} is plugged in: nothing on USB has the numbers {usb}")]
    NoDevice {
        /// The board's description.
        board: String,
        /// How it would show up on USB.
        usb: String,
        /// What makes it listen.
        wake: Option<String>,
    },
    /// The board that was chosen is not there.
    #[error("no {board} with the serial number or at the port `{selector}` is plugged in{}", listed(.there))]
    OtherDevice {
        /// The board's description.
        board: String,
        /// What was asked for.
        selector: String,
        /// What is there.
        there: Vec<String>,
    },
    /// More than one board could be meant.
    #[error("more than one board with the USB numbers of the {board} is plugged in{}", listed(.there))]
    Several {
        /// The board's description.
        board: String,
        /// The boards that are there.
        there: Vec<String>,
        /// The port of the first.
        example: String,
    },
    /// The programmer cannot be told which board is meant.
    #[error("{programmer} cannot be told which {board} is meant")]
    NoChoice {
        /// The programmer.
        programmer: String,
        /// The board's description.
        board: String,
        /// The programmer that can, if there is one.
        other: Option<String>,
    },
    /// The board is there, but this user may not open it.
    #[error("{programmer} may not open the {board}{}", at(.file))]
    Permission {
        /// The programmer.
        programmer: String,
        /// The board's description.
        board: String,
        /// The device file, if the system says which.
        file: Option<PathBuf>,
        /// The rule that gives access.
        rule: Box<Rule>,
    },
    /// Another program has the board open.
    #[error("the {board} is in use by another program{}", at(.file))]
    Busy {
        /// The board's description.
        board: String,
        /// The device file, if the system says which.
        file: Option<PathBuf>,
    },
    /// The FPGA is another one than the bitstream is for.
    #[error("{programmer} finds another FPGA than the {part} of board `{board}`:\n{tail}")]
    OtherPart {
        /// The programmer.
        programmer: String,
        /// The part that the bitstream is for.
        part: String,
        /// The board.
        board: String,
        /// The last lines that it printed.
        tail: String,
    },
    /// The flash is protected.
    #[error("the flash of the {board} is protected against writing:\n{tail}")]
    Locked {
        /// The board's description.
        board: String,
        /// The last lines that the programmer printed.
        tail: String,
        /// The command.
        command: String,
    },
    /// The flash does not hold what was written.
    #[error("the flash of the {board} does not hold what {programmer} wrote:\n{tail}")]
    Verify {
        /// The programmer.
        programmer: String,
        /// The board's description.
        board: String,
        /// The last lines that it printed.
        tail: String,
        /// The command.
        command: String,
    },
    /// The FPGA has not started.
    #[error("{programmer} is done, but the FPGA of the {board} has not started:\n{tail}")]
    Asleep {
        /// The programmer.
        programmer: String,
        /// The board's description.
        board: String,
        /// The last lines that it printed.
        tail: String,
    },
    /// The programmer failed in a way of its own.
    #[error("{programmer} failed; its last lines:\n{tail}")]
    Failed {
        /// The programmer.
        programmer: String,
        /// The last lines that it printed.
        tail: String,
        /// The command that repeats it.
        command: String,
    },
}

/// Lines after a sentence.
fn listed(lines: &[String]) -> String {
    let lines: Vec<String> = lines.iter().map(|line| format!("\n    {line}")).collect();
    let colon = if lines.is_empty() { "" } else { ":" };
    format!("{colon}{}", lines.concat())
}

fn at(file: &Option<PathBuf>) -> String {
    file.as_ref().map(|file| format!(" at {}", file.display())).unwrap_or_default()
}

impl Told for Error {
    fn code(&self) -> &'static str {
        match self {
            Self::NoBitstream { .. } => "flows::flash::no-bitstream",
            Self::NoReport { .. } => "flows::flash::no-report",
            Self::OtherBoard { .. } => "flows::flash::other-board",
            Self::OtherNet { .. } => "flows::flash::other-net",
            Self::Changed { .. } => "flows::flash::changed",
            Self::UnknownProgrammer { .. } => "flows::flash::unknown-programmer",
            Self::NoProgrammer { .. } => "flows::flash::no-programmer",
            Self::FileKind { .. } => "flows::flash::file-kind",
            Self::NoSram { .. } => "flows::flash::no-sram",
            Self::NoStore { .. } => "flows::flash::no-store",
            Self::NotLoaded { .. } => "flows::flash::not-loaded",
            Self::NoDevice { .. } => "flows::flash::no-device",
            Self::OtherDevice { .. } => "flows::flash::other-device",
            Self::Several { .. } => "flows::flash::several",
            Self::NoChoice { .. } => "flows::flash::no-choice",
            Self::Permission { .. } => "flows::flash::permission",
            Self::Busy { .. } => "flows::flash::busy",
            Self::OtherPart { .. } => "flows::flash::other-part",
            Self::Locked { .. } => "flows::flash::locked",
            Self::Verify { .. } => "flows::flash::verify",
            Self::Asleep { .. } => "flows::flash::asleep",
            Self::Failed { .. } => "flows::flash::failed",
        }
    }

    fn remedy(&self) -> String {
        match self {
            Self::NoBitstream { command, .. } => format!("make it first: {command}"),
            Self::NoReport { command, .. } => format!(
                "keep a bitstream together with its report.json; or make both again: {command}"
            ),
            Self::OtherBoard { made_for, board, .. } => format!(
                "run `{}`, or flash it with `--board {made_for}`",
                command(format_args!("synth --board {board}"))
            ),
            Self::OtherNet { path, command, .. } => format!(
                "build it: {command}; or flash what is there: give `--bitstream {}` without `--net`",
                quoted_path(path)
            ),
            Self::Changed { .. } => {
                let synth = command("synth");
                format!("run `{synth}` again: it rebuilds what was changed or cut short")
            }
            Self::UnknownProgrammer { name, legal, .. } => offer(name, legal),
            Self::NoProgrammer { install, .. } => install.join("; or "),
            Self::FileKind { name, .. } => {
                format!("give the file the name back that `synth` gave it: {name}")
            }
            Self::NoSram { other: Some(other), .. } => {
                format!("use `--programmer {other}`, or leave out `--sram` to write flash")
            }
            Self::NoSram { other: None, .. } => "leave out `--sram` to write flash".to_owned(),
            Self::NoStore { other: Some(other), .. } => format!("use `--programmer {other}`"),
            Self::NoStore { other: None, .. } => {
                "give the board a programmer that has `store` in programmers.toml".to_owned()
            }
            Self::NotLoaded { .. } => {
                "leave out `--weights`: the bitstream is all there is".to_owned()
            }
            Self::NoDevice { usb, wake, .. } => {
                let wake = wake.as_ref().map(|wake| format!("; {wake}")).unwrap_or_default();
                format!("plug it in with a data cable, and look for {usb} in `lsusb`{wake}")
            }
            Self::OtherDevice { there, .. } if there.is_empty() => {
                "plug it in with a data cable, and look for it in `lsusb -v`".to_owned()
            }
            Self::OtherDevice { .. } => {
                "give the serial number or the port (the first word) of one of these".to_owned()
            }
            Self::Several { example, .. } => format!(
                "choose one by its serial number or its port, as in `--device {example}`, or \
                 unplug the others"
            ),
            Self::NoChoice { other: Some(other), .. } => {
                format!("use `--programmer {other}`, or unplug the others and leave out `--device`")
            }
            Self::NoChoice { other: None, .. } => {
                "unplug the others and leave out `--device`".to_owned()
            }
            Self::Permission { rule, .. } => {
                format!("give users access, and plug the board in again: {}", rule.install())
            }
            Self::Busy { file, .. } => {
                let whose =
                    file.as_ref().map(|file| format!(" (`sudo lsof {}`)", quoted_path(file)));
                format!(
                    "close the programs that talk to it, such as serial terminals and debuggers{}",
                    whose.unwrap_or_default()
                )
            }
            Self::OtherPart { .. } => format!(
                "look at what is printed on the FPGA, and build for the board that has it (`{}`)",
                command("boards")
            ),
            Self::Locked { command, .. } => format!(
                "take the protection off (openFPGALoader: `--unprotect-flash`; a board's file may \
                 name it in `args`), and repeat: {command}"
            ),
            Self::Verify { command, .. } => {
                format!("try another cable or port, without a hub, and repeat: {command}")
            }
            Self::Asleep { .. } => {
                "set the board's jumpers for this way of loading (its guide names them: flash, or \
                 with `--sram` the cable), and repeat"
                    .to_owned()
            }
            Self::Failed { command, .. } => {
                format!("see what it says; to repeat it by hand: {command}")
            }
        }
    }
}
