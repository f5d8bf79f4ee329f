//! What can be wrong with a shape, before anything is built.

use crate::base::error::Told;

/// See the module.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// No engine is built for the network.
    #[error(transparent)]
    Unsupported(#[from] spikestream::hardware::Unsupported),
    /// No engine has that many lanes.
    #[error("there is no engine of {lanes} lanes")]
    Lanes {
        /// What was asked for.
        lanes: u32,
        /// What there is.
        built: Vec<u32>,
    },
    /// The network is clearly too large for the board.
    #[error("the network does not fit the board {board}: on {lanes} lanes it needs {over}")]
    TooLarge {
        /// The board.
        board: String,
        /// The lanes.
        lanes: u32,
        /// What is over, and by how much.
        over: String,
        /// What would make it fit.
        advice: String,
    },
    /// The clock is clearly too fast for the board.
    #[error(
        "the board {board} reaches about {reached:.0} MHz on {lanes} lanes, and {wanted} MHz are \
         asked for"
    )]
    TooFast {
        /// The board.
        board: String,
        /// The lanes.
        lanes: u32,
        /// The estimate, MHz.
        reached: f64,
        /// What was asked for, MHz.
        wanted: f64,
        /// The fastest clock of the board that it would reach, MHz.
        instead: Option<f64>,
    },
}

impl Told for Error {
    fn code(&self) -> &'static str {
        match self {
            Self::Unsupported(error) => error.code(),
            Self::Lanes { .. } => "flows::estimate::lanes",
            Self::TooLarge { .. } => "flows::estimate::too-large",
            Self::TooFast { .. } => "flows::estimate::too-fast",
        }
    }

    fn remedy(&self) -> String {
        match self {
            Self::Unsupported(error) => error.remedy(),
            Self::Lanes { built, .. } => {
                let lanes: Vec<String> = built.iter().map(u32::to_string).collect();
                format!("give `--lanes` one of {}", lanes.join(", "))
            }
            Self::TooLarge { advice, .. } => advice.clone(),
            Self::TooFast { instead: Some(mhz), .. } => {
                format!("give `--freq {mhz}` or less, or leave it out")
            }
            Self::TooFast { instead: None, .. } => "use fewer lanes (`--lanes`)".to_owned(),
        }
    }
}
