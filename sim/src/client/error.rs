//! What can go wrong between a host and a board.

use std::path::PathBuf;

use spikestream::shell::quoted_path;

/// See the module.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// There is no such port.
    #[error("there is no port `{}`", .port.display())]
    NoPort {
        /// The port.
        port: PathBuf,
    },
    /// The port may not be opened by this user.
    #[error("this user may not open `{}`", .port.display())]
    Permission {
        /// The port.
        port: PathBuf,
    },
    /// Another program has the port.
    #[error("`{}` is in use by another program", .port.display())]
    Busy {
        /// The port.
        port: PathBuf,
    },
    /// The path is something else.
    #[error("`{}` is no serial port", .port.display())]
    NotSerial {
        /// The path.
        port: PathBuf,
    },
    /// The system refuses the port for another reason, such as its speed.
    #[error("`{}` cannot be used as a serial line: {reason}", .port.display())]
    Port {
        /// The port.
        port: PathBuf,
        /// The system's words.
        reason: String,
    },
    /// Nothing understandable came back.
    #[error("the board on `{port}` did not answer {tries} times within {seconds} s each")]
    NoAnswer {
        /// The port.
        port: String,
        /// How often it was asked.
        tries: u32,
        /// How long it was waited for.
        seconds: f64,
    },
    /// The board carries something else.
    #[error("the board carries {found}, not {wanted}")]
    OtherNet {
        /// What it says it carries.
        found: String,
        /// What is asked for.
        wanted: String,
        /// The network to build.
        net: String,
    },
    /// The board speaks another version of the protocol.
    #[error("the board speaks version {found} of the protocol, and this program version {wanted}")]
    Version {
        /// The board's.
        found: u8,
        /// This program's.
        wanted: u8,
    },
    /// A reply that is whole and makes no sense.
    #[error("the board's answer cannot be: {reason}")]
    Nonsense {
        /// Why.
        reason: String,
    },
    /// A file that holds no image.
    #[error("`{}` is no image: {reason}", .path.display())]
    Image {
        /// The file.
        path: PathBuf,
        /// Why.
        reason: String,
    },
}

impl Error {
    /// The stable code.
    pub fn code(&self) -> &'static str {
        match self {
            Self::NoPort { .. } => "sim::client::no-port",
            Self::Permission { .. } => "sim::client::permission",
            Self::Busy { .. } => "sim::client::busy",
            Self::NotSerial { .. } => "sim::client::not-serial",
            Self::Port { .. } => "sim::client::port",
            Self::NoAnswer { .. } => "sim::client::no-answer",
            Self::OtherNet { .. } => "sim::client::other-net",
            Self::Version { .. } => "sim::client::version",
            Self::Nonsense { .. } => "sim::client::nonsense",
            Self::Image { .. } => "sim::client::image",
        }
    }

    /// What to do about it.
    pub fn remedy(&self) -> String {
        match self {
            Self::NoPort { .. } => {
                "plug the board in and look for its port (`ls /dev/ttyUSB* /dev/ttyACM*`), or \
                 start one in simulation: cargo xtask board --sim --board icebreaker"
                    .to_owned()
            }
            Self::Permission { .. } => {
                "join the group that owns it (`sudo usermod -aG dialout $USER`), then log in again"
                    .to_owned()
            }
            Self::Busy { port } => {
                format!("close it; `fuser {}` says which one it is", quoted_path(port))
            }
            Self::NotSerial { .. } => {
                "name another port, such as /dev/ttyUSB1, or what `cargo xtask board --sim` prints"
                    .to_owned()
            }
            Self::Port { .. } => {
                "check `--baud` (`uart.baud` in the board's file), or name another port".to_owned()
            }
            Self::NoAnswer { .. } => {
                "check that the board is flashed and that this is its port and baud rate (`--baud`); \
                 a board with two channels answers on the second (ttyUSB1)"
                    .to_owned()
            }
            Self::OtherNet { net, .. } => format!(
                "flash it (`cargo xtask synth --net {net} ...`, then `flash`), or name the network \
                 that it carries with `--net`"
            ),
            Self::Version { .. } => "flash it with a bitstream of this version".to_owned(),
            Self::Nonsense { .. } => {
                "flash the board again; if it stays, its memory or its line is faulty".to_owned()
            }
            Self::Image { .. } => {
                "give one number for each input, separated by spaces or commas, or a PGM file of \
                 the network's size; numbers are pixels of 0 to 255, or for a network that was \
                 trained on a table those of a row"
                    .to_owned()
            }
        }
    }
}
