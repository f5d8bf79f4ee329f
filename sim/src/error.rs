//! What can go wrong in a simulation: each with a stable code, a sentence, and what to do.

use std::path::{Path, PathBuf};

use spikestream::command::command;
use spikestream::shell::quoted_path;
use spikestream_flows::base::error::{FlowError, Told};

use crate::lockstep::Mismatch;

/// An error of the simulators. [`SimError::code`] is stable; [`SimError::remedy`] says what to do.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SimError {
    /// Making the model failed in a tool.
    #[error(transparent)]
    Flow(#[from] FlowError),
    /// The network or its data are not usable.
    #[error(transparent)]
    Net(#[from] spikestream::Error),
    /// The hardware cannot be made from the network.
    #[error(transparent)]
    Hardware(#[from] spikestream_hw::Error),
    /// A compiled model could not be loaded.
    #[error("the model `{}` cannot be loaded: {reason}", .path.display())]
    Load {
        /// The library.
        path: PathBuf,
        /// The loader's answer.
        reason: String,
    },
    /// A compiled model has another C interface than this program.
    #[error("the model `{}` has interface version {found}, and {wanted} is needed", .path.display())]
    Interface {
        /// The library.
        path: PathBuf,
        /// Its version.
        found: u32,
        /// The version that this program calls.
        wanted: u32,
    },
    /// A port that the design does not have.
    #[error("`{design}` has no port `{port}`")]
    NoPort {
        /// The design.
        design: String,
        /// The port asked for.
        port: String,
        /// The ports that it has.
        ports: Vec<String>,
    },
    /// A port used against its direction or width.
    #[error("port `{port}` of `{design}` cannot be used here: {reason}")]
    PortUse {
        /// The design.
        design: String,
        /// The port.
        port: String,
        /// Why not.
        reason: &'static str,
    },
    /// The simulator gave up, for instance because the logic does not settle.
    #[error("the simulation of `{design}` stopped at cycle {cycle}: {reason}")]
    Stopped {
        /// The design.
        design: String,
        /// The cycle.
        cycle: u64,
        /// The simulator's message.
        reason: String,
    },
    /// rust-hdl finds a block wrongly connected.
    #[error("the block `{design}` is not connected as it must be: {reason}")]
    Block {
        /// The design.
        design: String,
        /// rust-hdl's finding.
        reason: String,
    },
    /// Waves asked of a model without them.
    #[error("the model of `{design}` was compiled without waves")]
    NoTrace {
        /// The design.
        design: String,
    },
    /// A design did not do in time what it must.
    #[error("`{design}` showed no {what} within {cycles} cycles")]
    Timeout {
        /// The design.
        design: String,
        /// What was waited for.
        what: &'static str,
        /// How long.
        cycles: u64,
    },
    /// A byte on a serial line without its stop bit.
    #[error("the serial byte that starts at cycle {cycle} has no stop bit")]
    Framing {
        /// The cycle of its start bit.
        cycle: u64,
    },
    /// A reply that is not of the protocol.
    #[error("the reply of `{design}` is not of the protocol: {reason}")]
    Reply {
        /// The design.
        design: String,
        /// What is wrong with it.
        reason: String,
    },
    /// An output that nothing has set.
    #[error("`{pin}` of `{design}` is {level} in cycle {cycle}, counted from power-up")]
    Unknown {
        /// The design.
        design: String,
        /// The output.
        pin: String,
        /// `x` or `z`.
        level: char,
        /// The cycle.
        cycle: u64,
    },
    /// Two simulations of one thing differ.
    #[error("{0}")]
    Mismatch(Box<Mismatch>),
    /// A fault cannot be planted because the text to change is not there exactly once.
    #[error("the Verilog holds `{text}` {count} times, and a fault needs it exactly once")]
    FaultText {
        /// The text.
        text: String,
        /// How often it occurs.
        count: usize,
    },
    /// The emitted design does not belong to the network.
    #[error("`{}` is not a design of this network: {reason}", .path.display())]
    Design {
        /// The design's description.
        path: PathBuf,
        /// What is wrong with it.
        reason: String,
    },
    /// A level that does not exist.
    #[error("there is no level `{level}`")]
    UnknownLevel {
        /// The level given.
        level: String,
        /// The levels that exist.
        legal: Vec<String>,
    },
    /// An option of a program is wrong.
    #[error("{option}: {reason}")]
    Option {
        /// The option.
        option: String,
        /// What is wrong.
        reason: String,
        /// The command that has the option.
        command: &'static str,
    },
    /// A file could not be read.
    #[error("`{}` cannot be read: {reason}", .path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// Why.
        reason: String,
    },
    /// Something between a host and a board.
    #[error(transparent)]
    Client(#[from] spikestream_host::Error),
    /// The terminal of a simulated board.
    #[error("the board's terminal cannot be used: {reason}")]
    Terminal {
        /// The system's words.
        reason: String,
    },
    /// A share of bytes that cannot be.
    #[error("a line cannot disturb {rate} of its bytes")]
    Rate {
        /// The share.
        rate: f64,
    },
    /// A simulated board's link has its place taken.
    #[error("`{}` is there already and is no link to a terminal", .path.display())]
    LinkTaken {
        /// The path.
        path: PathBuf,
    },
    /// A file could not be written.
    #[error("`{}` cannot be written: {reason}", .path.display())]
    Unwritable {
        /// The file.
        path: PathBuf,
        /// Why.
        reason: String,
    },
}

impl SimError {
    /// The stable code, for searching and for scripts.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Flow(error) => error.code(),
            Self::Net(error) => error.code(),
            Self::Hardware(error) => error.code(),
            Self::Load { .. } => "sim::model::load",
            Self::Interface { .. } => "sim::model::interface",
            Self::NoPort { .. } => "sim::port::unknown",
            Self::PortUse { .. } => "sim::port::use",
            Self::Stopped { .. } => "sim::run::stopped",
            Self::Block { .. } => "sim::hdl::connection",
            Self::NoTrace { .. } => "sim::trace::not-compiled",
            Self::Timeout { .. } => "sim::run::timeout",
            Self::Framing { .. } => "sim::uart::framing",
            Self::Reply { .. } => "sim::uart::reply",
            Self::Unknown { .. } => "sim::fourstate::unknown",
            Self::Mismatch(_) => "sim::lockstep::mismatch",
            Self::FaultText { .. } => "sim::fault::text",
            Self::Design { .. } => "sim::verify::design",
            Self::UnknownLevel { .. } => "sim::verify::level",
            Self::Option { .. } => "sim::verify::option",
            Self::Client(error) => error.code(),
            Self::Terminal { .. } => "sim::board::terminal",
            Self::Rate { .. } => "sim::board::rate",
            Self::LinkTaken { .. } => "sim::board::link-taken",
            Self::Unreadable { .. } => "sim::file::unreadable",
            Self::Unwritable { .. } => "sim::file::unwritable",
        }
    }

    /// What to do about it, in the user's terms.
    pub fn remedy(&self) -> String {
        match self {
            Self::Flow(error) => error.remedy(),
            Self::Net(error) => error.remedy(),
            Self::Hardware(error) => error.remedy(),
            Self::Load { path, reason } => load_remedy(path, reason),
            Self::Interface { path, .. } => again(path),
            Self::NoPort { ports, .. } => format!("its ports are: {}", ports.join(", ")),
            Self::PortUse { .. } => {
                "drive inputs only, and use ports of up to 64 bits where one value is tested"
                    .to_owned()
            }
            Self::Stopped { .. } => {
                "look for combinational feedback and `$stop` in the Verilog".to_owned()
            }
            Self::Block { .. } => {
                "drive every input of every inner block, and no input of the block itself"
                    .to_owned()
            }
            Self::NoTrace { .. } => "build the model with `trace: true`".to_owned(),
            Self::Timeout { .. } => {
                "see the waves (`--trace FILE`): the design hangs, or waits for an input".to_owned()
            }
            Self::Framing { .. } => {
                "check the baud rate: clocks a bit must be the same on both sides".to_owned()
            }
            Self::Reply { .. } => {
                "check that design.json was emitted together with this Verilog".to_owned()
            }
            Self::Unknown { .. } => {
                "give every register on the way to it an initial value, and read no memory past its end"
                    .to_owned()
            }
            Self::Mismatch(mismatch) => mismatch.remedy(),
            Self::FaultText { .. } => {
                "take the text from the Verilog as it is emitted now".to_owned()
            }
            Self::Design { .. } => {
                format!("emit it again: `{}` does so before it compares", command("verify"))
            }
            Self::UnknownLevel { legal, .. } => format!("choose one of: {}", legal.join(", ")),
            Self::Option { command: of, .. } => {
                format!("`{}` lists the options", command(format_args!("{of} --help")))
            }
            Self::Client(error) => error.remedy(),
            Self::Terminal { .. } => {
                "check that the system has pseudo-terminals (`ls /dev/ptmx /dev/pts`)".to_owned()
            }
            Self::Rate { .. } => "give a share of 0 to 1, such as 1e-3".to_owned(),
            Self::LinkTaken { .. } => "give `--link` another path; nothing was changed".to_owned(),
            Self::Unreadable { path, .. } => {
                format!("check that {} exists and may be read", path.display())
            }
            Self::Unwritable { path, .. } => format!(
                "check that {} may be written and that its disk is not full (`df -h`)",
                path.display()
            ),
        }
    }

    /// The two lines that a program prints.
    pub fn render(&self) -> String {
        format!("error[{}]: {self}\n  help: {}", self.code(), self.remedy())
    }
}

impl Told for SimError {
    fn code(&self) -> &'static str {
        Self::code(self)
    }

    fn remedy(&self) -> String {
        Self::remedy(self)
    }
}

/// What to do about a library that does not load, by the loader's words.
fn load_remedy(path: &Path, reason: &str) -> String {
    let says = |words: &[&str]| words.iter().any(|word| reason.contains(word));
    if says(&["failed to map segment", "Operation not permitted", "Permission denied"]) {
        "the disk that it lies on may not hold programs (`mount` shows noexec): use a checkout on \
         another one"
            .to_owned()
    } else if says(&["undefined symbol", "GLIBC", "CXXABI", "libstdc++", "libc++"]) {
        "the compiler that made it is none for C++, or of another system: unset CXX or set it to a \
         C++ compiler of this machine, and repeat; it is built again"
            .to_owned()
    } else {
        again(path)
    }
}

fn again(library: &Path) -> String {
    let folder = library.parent().unwrap_or(library);
    format!("remove it (`rm -r {}`) and repeat: it is built again", quoted_path(folder))
}
