//! Data sets: images of u8 pixels with labels, and the train/test split they came with.

mod digits;

pub use digits::digits;

use crate::Error;

/// The names that [`load`] knows.
pub const NAMES: [&str; 1] = ["digits"];

/// A data set with its split.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Dataset {
    /// The images to learn from.
    pub train: Split,
    /// The images to judge by; they never choose anything.
    pub test: Split,
}

/// Images and their labels, in the same order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Split {
    /// Each image's pixels, 0..=255, row by row.
    pub images: Vec<Vec<u8>>,
    /// Each image's class.
    pub labels: Vec<u8>,
}

/// A built-in data set by its name.
///
/// # Errors
/// A name that is not in [`NAMES`].
pub fn load(name: &str) -> Result<Dataset, Error> {
    match name {
        "digits" => Ok(digits()),
        _ => Err(Error::UnknownData { name: name.into() }),
    }
}
