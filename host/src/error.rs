//! What can go wrong between a host and a board.

use std::fmt;
use std::path::PathBuf;

use spikestream::command::command;
use spikestream::protocol::frame::Missing;
use spikestream::shell::quoted_path;
use spikestream_flows::Told;

/// How far a talk with a board came; shown as the end of a sentence, and not at all before the first
/// answer or retry.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Talked {
    /// Images that were answered.
    pub answers: u64,
    /// Requests that were sent again.
    pub retries: u64,
}

impl fmt::Display for Talked {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let number = |count: u64, one: &str, more: &str| {
            format!("{count} {}", if count == 1 { one } else { more })
        };
        let answers = number(self.answers, "answer", "answers");
        let retries = number(self.retries, "retry", "retries");
        if *self == Self::default() { Ok(()) } else { write!(f, ", after {answers} and {retries}") }
    }
}

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
    #[error("the board on `{port}` did not answer within {seconds} s{talked}")]
    NoAnswer {
        /// The port.
        port: String,
        /// How long it was asked.
        seconds: f64,
        /// What had come of it before.
        talked: Talked,
    },
    /// The board loads its network from flash, and found none.
    #[error("the board on `{port}` has no network: {missing}")]
    NoNetwork {
        /// The port.
        port: String,
        /// Why.
        missing: Missing,
    },
    /// The line was there, and does not come back.
    #[error("the line to the board on `{port}` is lost{talked}: {reason}")]
    Lost {
        /// The port.
        port: String,
        /// Why it cannot be opened again.
        reason: String,
        /// What had come of it before.
        talked: Talked,
    },
    /// The board carries something else.
    #[error("the board on `{port}` carries {found}, not {wanted}")]
    OtherNet {
        /// The port.
        port: String,
        /// What it says it carries.
        found: String,
        /// What is asked for.
        wanted: String,
        /// The network to build.
        net: String,
    },
    /// The board speaks another version of the protocol.
    #[error(
        "the board on `{port}` speaks version {found} of the protocol, and this program {wanted}"
    )]
    Version {
        /// The port.
        port: String,
        /// The board's.
        found: u8,
        /// This program's.
        wanted: u8,
    },
    /// A reply that is whole and makes no sense.
    #[error("the answer of the board on `{port}` cannot be: {reason}")]
    Nonsense {
        /// The port.
        port: String,
        /// Why.
        reason: String,
    },
    /// The network or the data are not usable.
    #[error(transparent)]
    Net(#[from] spikestream::Error),
    /// An option of the program is wrong.
    #[error("{option}: {reason}")]
    Option {
        /// The option.
        option: String,
        /// What is wrong.
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
    /// The stable code. It begins with the folder that the client lay in first.
    pub fn code(&self) -> &'static str {
        match self {
            Self::NoPort { .. } => "sim::client::no-port",
            Self::Permission { .. } => "sim::client::permission",
            Self::Busy { .. } => "sim::client::busy",
            Self::NotSerial { .. } => "sim::client::not-serial",
            Self::Port { .. } => "sim::client::port",
            Self::NoAnswer { .. } => "sim::client::no-answer",
            Self::NoNetwork { .. } => "sim::client::no-network",
            Self::Lost { .. } => "sim::client::lost",
            Self::OtherNet { .. } => "sim::client::other-net",
            Self::Version { .. } => "sim::client::version",
            Self::Nonsense { .. } => "sim::client::nonsense",
            Self::Net(error) => error.code(),
            Self::Option { .. } => "sim::verify::option",
            Self::Image { .. } => "sim::client::image",
        }
    }

    /// What to do about it.
    pub fn remedy(&self) -> String {
        match self {
            Self::NoPort { .. } => format!(
                "plug the board in and look for its port (`ls /dev/ttyUSB* /dev/ttyACM*`), or \
                 start one in simulation: {}",
                command("board --sim --board icebreaker")
            ),
            Self::Permission { .. } => {
                "join the group that owns it (`sudo usermod -aG dialout $USER`), then log in again"
                    .to_owned()
            }
            Self::Busy { port } => {
                format!("close it; `fuser {}` says which one it is", quoted_path(port))
            }
            Self::NotSerial { .. } => format!(
                "name another port, such as /dev/ttyUSB1, or what `{}` prints",
                command("board --sim")
            ),
            Self::Port { .. } => {
                "check `--baud` (`uart.baud` in the board's file), or name another port".to_owned()
            }
            Self::NoAnswer { talked, .. } if talked.answers > 0 => {
                "check that the board is still on and its cable short and whole; the answers before are \
                 right"
                    .to_owned()
            }
            Self::NoNetwork { missing: Missing::Loading, .. } => {
                "wait until its light is on, and repeat".to_owned()
            }
            Self::NoNetwork { .. } => format!(
                "write the network into its flash: {}",
                command("flash --weights --board NAME --net NET")
            ),
            Self::Lost { .. } => {
                "plug the board in again (its port may have another name then: `ls /dev/ttyUSB* \
                 /dev/ttyACM*`) and repeat; the answers before are right"
                    .to_owned()
            }
            Self::NoAnswer { .. } => {
                "check that the board is flashed and that this is its port and baud rate (`--baud`); \
                 a board with two channels answers on the second (ttyUSB1)"
                    .to_owned()
            }
            Self::OtherNet { net, .. } => format!(
                "flash it (`{}`, then `flash`), or name the network that it carries with `--net`",
                command(format_args!("synth --net {net} ..."))
            ),
            Self::Version { .. } => "flash it with a bitstream of this version".to_owned(),
            Self::Nonsense { .. } => {
                "flash the board again; if it stays, its memory or its line is faulty".to_owned()
            }
            Self::Net(error) => error.remedy(),
            Self::Option { option, .. } => {
                format!("give another {option} (`{}` explains it)", command("infer --help"))
            }
            Self::Image { .. } => {
                "give one number for each input, separated by spaces or commas, or a PGM file of \
                 the network's size; numbers are pixels of 0 to 255, or for a network that was \
                 trained on a table those of a row"
                    .to_owned()
            }
        }
    }

    /// The two lines that a program prints.
    pub fn render(&self) -> String {
        format!("error[{}]: {self}\n  help: {}", self.code(), self.remedy())
    }
}

impl Told for Error {
    fn code(&self) -> &'static str {
        Self::code(self)
    }

    fn remedy(&self) -> String {
        Self::remedy(self)
    }
}
