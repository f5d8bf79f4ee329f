//! What can be wrong with a board, its clock and its serial line.

use spikestream::command::command;

use super::line::Refusal;
use crate::base::error::Told;
use crate::base::nearest::offer_product;

/// See the module.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// No board of that name.
    #[error("there is no board `{name}`")]
    Unknown {
        /// The name given.
        name: String,
        /// The names that exist.
        legal: Vec<String>,
    },
    /// A board that shows nothing to a host.
    #[error("the board `{name}` has no serial port")]
    WithoutUart {
        /// The board.
        name: String,
    },
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
}

/// Numbers in a row.
pub(super) fn numbers(all: &[u64], between: &str) -> String {
    all.iter().map(u64::to_string).collect::<Vec<_>>().join(between)
}

impl Told for Error {
    fn code(&self) -> &'static str {
        match self {
            Self::Unknown { .. } => "flows::board::unknown",
            Self::WithoutUart { .. } => "flows::board::no-uart",
            Self::Baud { .. } => "flows::line::baud",
            Self::BaudUnclear { .. } => "flows::line::unclear",
        }
    }

    fn remedy(&self) -> String {
        match self {
            Self::Unknown { name, legal } => offer_product(name, legal),
            Self::WithoutUart { .. } => {
                let boards = command("boards");
                format!("choose one that has (`{boards}`); this one shows its self-test by LEDs")
            }
            Self::Baud { refusal, .. } => {
                let rates = numbers(&refusal.nearest, "` or `--baud ");
                format!(
                    "give `--baud {rates}`, or another `--freq`: a bit takes whole clock cycles"
                )
            }
            Self::BaudUnclear { .. } => {
                "name the board that is meant with `--board`, or its rate with `--baud`".to_owned()
            }
        }
    }
}
