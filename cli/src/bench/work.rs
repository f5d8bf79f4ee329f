//! What `bench train` times: the page's network on the digits, or its convolutional one on MNIST.

use std::path::PathBuf;
use std::time::Duration;

use spikestream_flows::FlowError;

/// What is trained.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Work {
    /// The digits, which every program has.
    Digits,
    /// A folder of MNIST's files, for so many of its training images and so many steps.
    Conv { data: PathBuf, images: u32, steps: u16 },
}

impl Work {
    /// Refuses a folder that cannot be read, before anything is installed or started.
    pub(super) fn check(&self) -> Result<(), FlowError> {
        let Self::Conv { data, .. } = self else { return Ok(()) };
        match std::fs::read_dir(data) {
            Ok(_) => Ok(()),
            Err(e) => Err(FlowError::Unreadable { path: data.clone(), reason: e.to_string() }),
        }
    }

    /// The arguments of our program.
    pub(super) fn ours(&self) -> Vec<String> {
        match self {
            Self::Digits => Vec::new(),
            Self::Conv { data, images, steps } => {
                vec![data.display().to_string(), images.to_string(), steps.to_string()]
            }
        }
    }

    /// How long a start or an epoch may take. The first start reads gigabytes from a cold disk.
    pub(super) fn limit(&self) -> Duration {
        let minutes = match self {
            Self::Digits => 10,
            Self::Conv { .. } => 300,
        };
        Duration::from_secs(60 * minutes)
    }

    /// What the times are of.
    pub(super) fn told(&self) -> String {
        match self {
            Self::Digits => "1,437 digits, 64-128-128-10, 25 time steps".to_owned(),
            Self::Conv { images, steps, .. } => format!(
                "{images} images of MNIST, convolutions of 32 and 64 channels of 5 x 5, each with \
                 an average of 2 x 2,\n128 neurons and 10, {steps} time steps"
            ),
        }
    }

    /// What the accuracy is on.
    pub(super) fn tested(&self) -> String {
        match self {
            Self::Digits => "360 test images".to_owned(),
            Self::Conv { images, .. } => format!("first {} test images", (images / 6).max(1)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_that_is_not_there_is_refused_at_once() {
        assert!(Work::Digits.check().is_ok());
        let work = |data: &str| Work::Conv { data: data.into(), images: 64, steps: 1 };
        assert!(work(env!("CARGO_MANIFEST_DIR")).check().is_ok());
        let error = work("no-such-folder").check().unwrap_err();
        assert!(error.to_string().contains("no-such-folder"), "{error}");
    }

    #[test]
    fn says_what_it_gives_to_our_program() {
        assert!(Work::Digits.ours().is_empty());
        let work = Work::Conv { data: "mnist".into(), images: 6000, steps: 25 };
        assert_eq!(work.ours(), ["mnist", "6000", "25"]);
        assert!(work.told().contains("6000 images") && work.told().contains("25 time steps"));
        assert_eq!(work.tested(), "first 1000 test images");
    }
}
