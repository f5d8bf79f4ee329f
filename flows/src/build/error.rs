//! What can go wrong between the Verilog of a design and its bitstream.

use crate::base::error::Told;

/// See the module.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The netlist holds latches.
    #[error("latches in the netlist: {count}, the first for `{first}`")]
    Latch {
        /// How many.
        count: usize,
        /// The first by name.
        first: String,
    },
    /// Synthesis left a signal without what drives it.
    #[error("synthesis dropped what drives `{signal}` ({count} in all)")]
    Undriven {
        /// How many.
        count: usize,
        /// The first, as the log has it.
        signal: String,
    },
    /// Weights did not go to block RAM.
    #[error("the weight memory `{memory}` is not in block RAM")]
    Weights {
        /// The memory's name in the Verilog.
        memory: String,
    },
    /// A multiplier is open where a register of its own should be.
    #[error("the multiplier `{cell}` has no register inside ({register})")]
    Multiplier {
        /// The cell.
        cell: String,
        /// The parameter that says so.
        register: String,
    },
    /// A port of the top has no pin.
    #[error("the top's port `{port}` has no pin in {constraints}")]
    Port {
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
        /// What else would make it faster.
        advice: String,
    },
}

impl Told for Error {
    fn code(&self) -> &'static str {
        match self {
            Self::Latch { .. } => "flows::netlist::latch",
            Self::Undriven { .. } => "flows::netlist::undriven",
            Self::Weights { .. } => "flows::netlist::weights-not-in-ram",
            Self::Multiplier { .. } => "flows::netlist::multiplier",
            Self::Port { .. } => "flows::netlist::port-without-pin",
            Self::PinUnknown { .. } => "flows::route::pin-unknown",
            Self::Overfull { .. } => "flows::fit::overfull",
            Self::ClockMissed { .. } => "flows::timing::missed",
        }
    }

    fn remedy(&self) -> String {
        match self {
            Self::Latch { .. } => {
                "assign the signal in every branch of its block, or give it a register".to_owned()
            }
            Self::Undriven { .. } => {
                "its bits would be 0 on the chip: report the network as a fault of spikestream's Verilog, or \
                 of Yosys, and try other lanes meanwhile (`--lanes`)"
                    .to_owned()
            }
            Self::Weights { .. } => {
                "read the memory through a registered address, one word a cycle".to_owned()
            }
            Self::Multiplier { .. } => {
                "place and route takes no time for what is inside, so that a clock which is met would say nothing: \
                 report it as a fault of the family's multiplier.v"
                    .to_owned()
            }
            Self::Port { line, constraints, .. } => {
                format!("add `{line}` to constraints/{constraints}")
            }
            Self::PinUnknown { port, part, .. } => format!(
                "place `{port}` where the board's schematic has it, and check that the FPGA and its \
                 package are those of part = \"{part}\""
            ),
            Self::Overfull { advice, .. } => advice.clone(),
            Self::ClockMissed { instead, advice, .. } => {
                let less = instead.map(|mhz| format!("ask for less (`--freq {mhz}`), "));
                format!("{}try more seeds (`--seeds 8`), or {advice}", less.unwrap_or_default())
            }
        }
    }
}
