//! What a proof can end with but a proof.

use spikestream_flows::base::error::Told;

/// See the module.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Values for which a claim does not hold.
    #[error("{unit}: {claim} does not hold{values}")]
    Broken {
        /// The unit.
        unit: String,
        /// What was claimed.
        claim: String,
        /// The values, a line each.
        values: String,
    },
    /// Neither a proof nor such values were found.
    #[error("{unit}: neither a proof nor values against it were found in {seconds} s: {claim}")]
    Open {
        /// The unit.
        unit: String,
        /// What was claimed.
        claim: String,
        /// Seconds that the solver had.
        seconds: u32,
    },
    /// An option of a level that runs images.
    #[error("{option}: level formal runs no images")]
    Option {
        /// The option.
        option: &'static str,
    },
}

impl Told for Error {
    fn code(&self) -> &'static str {
        match self {
            Self::Broken { .. } => "sim::formal::broken",
            Self::Open { .. } => "sim::formal::open",
            Self::Option { .. } => "sim::formal::option",
        }
    }

    fn remedy(&self) -> String {
        match self {
            Self::Broken { .. } => {
                "the Verilog does something else than it must for these values: look at the operation that is named"
                    .to_owned()
            }
            Self::Open { .. } => {
                "give it fewer bits, or smaller tables: what is hard to prove is mostly a wide product".to_owned()
            }
            Self::Option { option } => format!("leave {option} out: all values are covered"),
        }
    }
}
