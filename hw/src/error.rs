//! Errors of this crate: a network or an option that the hardware cannot take.

use spikestream::hardware::line::{LEAST_CYCLES, MOST_CYCLES, SLOWEST_CLOCK_HZ};
use spikestream::hardware::{LOADED_BITS, LOADED_WORDS, MOST_STATE_BITS, On};
use spikestream::sc::network::Schedule;

/// What the hardware cannot do.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The number of lanes is not one that is built.
    #[error("{lanes} lanes are not available")]
    Lanes {
        /// The number asked for.
        lanes: usize,
        /// Of which schedule.
        schedule: Schedule,
    },
    /// The large memory does not hold the network's weights.
    #[error(
        "{words} rows of {bits} bits are loaded, and the memory has {LOADED_WORDS} of {LOADED_BITS}"
    )]
    Loaded {
        /// Bits of a row.
        bits: usize,
        /// Rows.
        words: usize,
    },
    /// Weights are loaded on one schedule alone.
    #[error("schedule `{}` loads no weights from a flash", schedule.name())]
    NotLoaded {
        /// The schedule asked for.
        schedule: Schedule,
    },
    /// The states of a neuron need more bits than a word of them has.
    #[error("the states need {bits} bits, and there are {MOST_STATE_BITS}")]
    States {
        /// Bits of all states.
        bits: usize,
    },
    /// The engine does not take the network.
    #[error(transparent)]
    Unsupported(#[from] spikestream::hardware::Unsupported),
    /// The clock is too slow: the timer would not reach the end of the start.
    #[error("with a clock of {clock_hz} Hz the board would never be ready")]
    Clock {
        /// Clock, Hz.
        clock_hz: u32,
    },
    /// The UART would have too few clock cycles a bit.
    #[error("{baud} baud from a clock of {clock_hz} Hz leaves {cycles} cycles a bit")]
    Baud {
        /// Bits a second.
        baud: u32,
        /// Clock, Hz.
        clock_hz: u32,
        /// Whole cycles a bit.
        cycles: u64,
    },
    /// rust-hdl found a fault in a block.
    #[error("block {module} is not sound: {message}")]
    Unsound {
        /// The block.
        module: String,
        /// What rust-hdl said.
        message: String,
    },
    /// The network or its files.
    #[error(transparent)]
    Net(#[from] spikestream::Error),
    /// An option of the program is wrong.
    #[error("{message}")]
    Usage {
        /// What is wrong with it.
        message: String,
        /// How the program is called.
        usage: &'static str,
    },
    /// A file could not be written.
    #[error("cannot write {path}: {source}", path = path.display())]
    Write {
        /// The file.
        path: std::path::PathBuf,
        /// The operating system's answer.
        source: std::io::Error,
    },
}

impl Error {
    /// The stable code.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Lanes { .. } => "hw::engine::lanes",
            Self::Loaded { .. } => "hw::loaded::memory",
            Self::NotLoaded { .. } => "hw::loaded::schedule",
            Self::States { .. } => "hw::neuron::states",
            Self::Unsupported(error) => error.code(),
            Self::Clock { .. } => "hw::clock::slow",
            Self::Baud { .. } => "hw::uart::baud",
            Self::Unsound { .. } => "hw::block::unsound",
            Self::Net(e) => e.code(),
            Self::Usage { .. } => "hw::emit::usage",
            Self::Write { .. } => "hw::emit::write",
        }
    }

    /// What to do about it.
    pub fn remedy(&self) -> String {
        match self {
            Self::Lanes { schedule, .. } => {
                let lanes = On::lanes_of(*schedule).iter().map(ToString::to_string);
                format!("choose one of {}, with --lanes", lanes.collect::<Vec<_>>().join(", "))
            }
            Self::Loaded { bits, .. } if *bits > LOADED_BITS => {
                "choose fewer lanes, with --lanes, or train with fewer --bits".into()
            }
            Self::Loaded { .. } => {
                "choose more lanes, with --lanes, or train with smaller layers or fewer --bits".into()
            }
            Self::NotLoaded { .. } => "choose --schedule events".into(),
            Self::States { .. } => {
                "use fewer states, or fewer bits for each (`--bits` and `--fraction`, or a larger `--within`)".into()
            }
            Self::Unsupported(error) => error.remedy(),
            Self::Clock { .. } => {
                format!("choose a clock of at least {SLOWEST_CLOCK_HZ} Hz")
            }
            Self::Baud { .. } => format!(
                "choose a baud rate that leaves {LEAST_CYCLES} to {MOST_CYCLES} cycles of the clock"
            ),
            Self::Unsound { .. } => {
                "connect every input of the block's parts once, and break its loops with a register"
                    .into()
            }
            Self::Net(e) => e.remedy(),
            Self::Usage { usage, .. } => format!("usage: {usage}"),
            Self::Write { .. } => "free some space or make the folder writable".into(),
        }
    }

    /// The two lines that a program prints.
    pub fn render(&self) -> String {
        format!("error[{}]: {self}\n  help: {}", self.code(), self.remedy())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_is_printed_with_its_code_and_its_remedy() {
        let text = Error::Lanes { lanes: 17, schedule: Schedule::Events }.render();
        assert!(text.starts_with("error[hw::engine::lanes]: ") && text.contains("17"), "{text}");
        assert!(text.contains("\n  help: choose one of 4, 8, 12"), "{text}");
    }
}
