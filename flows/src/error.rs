//! What can go wrong with tools, boards, plans, runs and devices: each with a stable code, a
//! sentence, and what to do about it.

use std::path::PathBuf;

use crate::line::Refusal;
use crate::pip::Cause;
use crate::remedy::numbers;
use crate::tool::{Tool, ToolSpec};
use crate::{clocking, contents, estimate, flash, mutants, outcome, page, proof, talk, venv};

/// An error of the flows. [`FlowError::code`] is stable; [`FlowError::remedy`] says what to do.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum FlowError {
    /// A tool is neither on PATH nor can it be provisioned.
    #[error("`{}` is not on PATH", .tool.names[0])]
    ToolMissing {
        /// The tool's row in the table.
        tool: &'static ToolSpec,
    },
    /// An override variable names something that is no program.
    #[error("{} is set to `{value}`, which is not a program", .tool.env)]
    ToolOverride {
        /// The tool's row in the table.
        tool: &'static ToolSpec,
        /// What the variable holds.
        value: String,
    },
    /// A tool is older than the flows need.
    #[error("`{}` is version {found}, and {minimum} or newer is needed", .path.display())]
    ToolTooOld {
        /// The tool's row in the table.
        tool: &'static ToolSpec,
        /// Where it was found.
        path: PathBuf,
        /// Its version.
        found: String,
        /// The oldest version that will do.
        minimum: String,
    },
    /// A tool does not say its version.
    #[error("`{}` does not say its version; it prints `{printed}`", .path.display())]
    ToolVersion {
        /// The tool's row in the table.
        tool: &'static ToolSpec,
        /// Where it was found.
        path: PathBuf,
        /// The first line of what it printed.
        printed: String,
    },
    /// A program could not be started.
    #[error("`{}` could not be started: {reason}", .path.display())]
    ToolNotStarted {
        /// The program.
        path: PathBuf,
        /// Why.
        reason: std::io::Error,
    },
    /// A tool is there and ends before it does anything.
    #[error("`{}` does not start ({status}); it says:\n{words}", .path.display())]
    ToolBroken {
        /// The tool's row in the table.
        tool: &'static ToolSpec,
        /// Where it was found.
        path: PathBuf,
        /// How it ended.
        status: String,
        /// The last lines that it printed.
        words: String,
        /// The environment that it was installed into, if it was.
        root: Option<PathBuf>,
    },
    /// A plan asks for a tool that was not located first.
    #[error("the plan starts `{}`, which was not located beforehand", .tool.id())]
    ToolNotLocated {
        /// The tool.
        tool: Tool,
    },
    /// A step of a plan ended with a failure.
    #[error("{step} failed ({status}); its last lines:\n{tail}")]
    ToolFailed {
        /// The step's name.
        step: String,
        /// How it ended.
        status: String,
        /// The last lines of its log.
        tail: String,
        /// The whole log.
        log: PathBuf,
        /// The script that repeats the run.
        script: PathBuf,
    },
    /// A step ended well without leaving what it should.
    #[error("{step} ended without an error but left no `{product}`")]
    ProductMissing {
        /// The last step.
        step: String,
        /// The product, relative to the folder of the run.
        product: String,
        /// The last step's log.
        log: PathBuf,
    },
    /// A stage started through cargo failed.
    #[error("{stage} failed ({status})")]
    StageFailed {
        /// The stage's name.
        stage: String,
        /// How it ended.
        status: String,
        /// Its exit code, as a shell counts it; 1 means that it has reported an error of its own.
        exit_code: Option<i32>,
        /// The command that repeats it.
        command: String,
    },
    /// Python has no venv module.
    #[error("python3 cannot make a virtual environment:\n{tail}")]
    NoVenv {
        /// The last lines it printed.
        tail: String,
    },
    /// The packages could not be fetched.
    #[error("{what} could not be downloaded:\n{tail}")]
    Download {
        /// What should have been.
        what: String,
        /// The last lines that pip printed.
        tail: String,
        /// What they come down to.
        cause: Cause,
        /// The whole log.
        log: PathBuf,
    },
    /// The packages could not be installed, for another reason than the way to them.
    #[error("{what} could not be installed:\n{tail}")]
    Install {
        /// What should have been.
        what: String,
        /// The last lines that pip printed.
        tail: String,
        /// What they come down to.
        cause: Cause,
        /// The whole log.
        log: PathBuf,
    },
    /// What is installed is not what the lock list has, or no longer what it was.
    #[error(transparent)]
    Venv(Box<venv::Error>),
    /// The packages came, but not as expected.
    #[error("the installed packages are not as expected: {what}")]
    Provision {
        /// What is not.
        what: String,
        /// The folder they are in.
        root: PathBuf,
    },
    /// No folder to keep tools in.
    #[error("there is no folder to keep tools in: neither XDG_CACHE_HOME nor HOME is set")]
    NoCache,
    /// A path in a plan would leave the folder of the run.
    #[error("the plan names the path `{path}`, which is not inside the folder of the run")]
    PlanPath {
        /// The path.
        path: String,
    },
    /// Something could not be written.
    #[error("`{}` cannot be written: {reason}", .path.display())]
    Unwritable {
        /// The folder or file.
        path: PathBuf,
        /// Why.
        reason: String,
    },
    /// What came of a run is not what should have.
    #[error(transparent)]
    Outcome(#[from] outcome::Error),
    /// Something could not be read.
    #[error("`{}` cannot be read: {reason}", .path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// Why.
        reason: String,
    },
    /// No board of that name.
    #[error("there is no board `{name}`")]
    BoardUnknown {
        /// The name given.
        name: String,
        /// The names that exist.
        legal: Vec<String>,
    },
    /// A board, part, programmer or constraint file is wrong.
    #[error("{}: {what}", .file.display())]
    BoardInvalid {
        /// The file.
        file: PathBuf,
        /// What is wrong, in the file's own words.
        what: String,
        /// What to write instead.
        remedy: String,
    },
    /// A board that shows nothing to a host.
    #[error("the board `{name}` has no serial port")]
    BoardWithoutUart {
        /// The board.
        name: String,
    },
    /// No net of that name.
    #[error("there is no net `{name}`")]
    NetUnknown {
        /// The name given.
        name: String,
        /// The names that ship.
        legal: Vec<String>,
    },
    /// The files of a network are not right.
    #[error(transparent)]
    Net(#[from] spikestream::Error),
    /// A rate that the serial line cannot have.
    #[error("board `{board}` has no line of {baud} baud: {}", .refusal.why)]
    Baud {
        /// The board.
        board: String,
        /// What was asked for, bits a second.
        baud: u64,
        /// Why not, and which rates there are.
        refusal: Refusal,
    },
    /// Builds of a network for lines of different rates.
    #[error("{net} was built for lines of {} baud", numbers(.rates, " and "))]
    BaudUnclear {
        /// The network.
        net: String,
        /// The rates, bits a second.
        rates: Vec<u64>,
    },
    /// The netlist holds latches.
    #[error("latches in the netlist: {count}, the first for `{first}`")]
    NetlistLatch {
        /// How many.
        count: usize,
        /// The first by name.
        first: String,
    },
    /// Weights did not go to block RAM.
    #[error("the weight memory `{memory}` is not in block RAM")]
    NetlistWeights {
        /// The memory's name in the Verilog.
        memory: String,
    },
    /// A port of the top has no pin.
    #[error("the top's port `{port}` has no pin in {constraints}")]
    NetlistPort {
        /// The port.
        port: String,
        /// The constraint file.
        constraints: String,
        /// The line that would give it one.
        line: String,
    },
    /// A pin of the constraints is none of the package's.
    #[error("{part} has no pin `{pin}`, where {constraints} places `{port}`")]
    PinUnknown {
        /// The part.
        part: String,
        /// The pin.
        pin: String,
        /// The port.
        port: String,
        /// The constraint file.
        constraints: String,
    },
    /// A netlist or report is not of the form that its tool documents.
    #[error("`{}` is not what {tool} should have written: {reason}", .path.display())]
    ReportForm {
        /// The file.
        path: PathBuf,
        /// The tool that wrote it.
        tool: &'static str,
        /// What is not as expected.
        reason: String,
    },
    /// The design needs more than the part has.
    #[error(
        "the design does not fit {part}: it needs {used} {resource} and the part has {available}, \
         {} too many", .used - .available
    )]
    Overfull {
        /// The part.
        part: String,
        /// The resource that is short.
        resource: String,
        /// How many the design needs.
        used: u64,
        /// How many there are.
        available: u64,
        /// What would need less of it.
        advice: String,
    },
    /// No PLL or divider makes a frequency.
    #[error("no clock of {wanted} MHz can be made from {crystal} MHz")]
    PllUnreachable {
        /// The crystal, MHz.
        crystal: f64,
        /// What was asked for, MHz.
        wanted: f64,
        /// The nearest that there is, MHz.
        nearest: f64,
    },
    /// The PLL cannot have its clock.
    #[error(transparent)]
    Clock(#[from] clocking::Error),
    /// The routed design is slower than its clock.
    #[error("clock `{clock}` reaches {achieved:.2} MHz and must run at {constraint:.2} MHz")]
    ClockMissed {
        /// The clock.
        clock: String,
        /// The reached frequency, MHz.
        achieved: f64,
        /// The demanded frequency, MHz.
        constraint: f64,
        /// The fastest clock of the board that it would reach, MHz.
        instead: Option<f64>,
    },
    /// A network's contents cannot be put into the routed design.
    #[error(transparent)]
    Contents(#[from] contents::Error),
    /// A network and a board do not go together, before anything is built.
    #[error(transparent)]
    Estimate(#[from] estimate::Error),
    /// A program that answers lines does not.
    #[error(transparent)]
    Talk(#[from] talk::Error),
    /// A bitstream cannot be brought onto a board.
    #[error(transparent)]
    Flash(#[from] flash::Error),
    /// A build cannot be turned back into Verilog.
    #[error(transparent)]
    Proof(#[from] proof::Error),
    /// Mutants of the sources.
    #[error(transparent)]
    Mutants(#[from] mutants::Error),
    /// A build cannot be reported on.
    #[error(transparent)]
    Page(#[from] page::Error),
}

impl FlowError {
    /// The stable code, for searching and for scripts.
    pub fn code(&self) -> &'static str {
        match self {
            Self::ToolMissing { .. } => "flows::tool::missing",
            Self::ToolOverride { .. } => "flows::tool::override",
            Self::ToolTooOld { .. } => "flows::tool::too-old",
            Self::ToolVersion { .. } => "flows::tool::version",
            Self::ToolNotStarted { .. } => "flows::tool::not-started",
            Self::ToolBroken { .. } => "flows::tool::broken",
            Self::ToolNotLocated { .. } => "flows::tool::not-located",
            Self::ToolFailed { .. } => "flows::tool::failed",
            Self::ProductMissing { .. } => "flows::run::product-missing",
            Self::StageFailed { .. } => "flows::run::stage-failed",
            Self::NoVenv { .. } => "flows::provision::no-venv",
            Self::Download { .. } => "flows::provision::download",
            Self::Install { .. } => "flows::provision::install",
            Self::Venv(error) => error.code(),
            Self::Provision { .. } => "flows::provision::unexpected",
            Self::NoCache => "flows::provision::no-cache",
            Self::PlanPath { .. } => "flows::plan::path",
            Self::Unwritable { .. } => "flows::run::unwritable",
            Self::Outcome(error) => error.code(),
            Self::Unreadable { .. } => "flows::run::unreadable",
            Self::BoardUnknown { .. } => "flows::board::unknown",
            Self::BoardInvalid { .. } => "flows::board::invalid",
            Self::BoardWithoutUart { .. } => "flows::board::no-uart",
            Self::NetUnknown { .. } => "flows::net::unknown",
            Self::Net(error) => error.code(),
            Self::Baud { .. } => "flows::line::baud",
            Self::BaudUnclear { .. } => "flows::line::unclear",
            Self::NetlistLatch { .. } => "flows::netlist::latch",
            Self::NetlistWeights { .. } => "flows::netlist::weights-not-in-ram",
            Self::NetlistPort { .. } => "flows::netlist::port-without-pin",
            Self::PinUnknown { .. } => "flows::route::pin-unknown",
            Self::ReportForm { .. } => "flows::report::form",
            Self::Overfull { .. } => "flows::fit::overfull",
            Self::PllUnreachable { .. } => "flows::timing::pll",
            Self::Clock(error) => error.code(),
            Self::ClockMissed { .. } => "flows::timing::missed",
            Self::Contents(error) => error.code(),
            Self::Estimate(error) => error.code(),
            Self::Talk(error) => error.code(),
            Self::Flash(error) => error.code(),
            Self::Proof(error) => error.code(),
            Self::Mutants(error) => error.code(),
            Self::Page(error) => error.code(),
        }
    }
}
