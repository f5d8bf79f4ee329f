//! Data sets: images of u8 pixels with labels, and the train/test split they came with.
//!
//! A data set is built in ([`digits()`]), a folder of IDX files as MNIST comes, or a CSV table;
//! [`load`] reads any of them. `README.md` in this folder describes the formats.

mod csv;
mod digits;
mod error;
mod idx;
mod source;
mod split;

pub use digits::digits;
pub use error::DataError;
pub use source::{KEYS, ScaleBy, Source};

use std::path::Path;

use crate::Error;

/// The names of the data sets that need no file.
pub const NAMES: [&str; 1] = ["digits"];

/// A data set with its split.
#[derive(Clone, Debug, PartialEq)]
pub struct Dataset {
    /// The images to learn from.
    pub train: Split,
    /// The images to judge by; they never choose anything.
    pub test: Split,
    /// What an image's pixels are laid out as.
    pub shape: ImageShape,
    /// Classes; every label is below.
    pub classes: usize,
    /// Each class's name, for display.
    pub names: Vec<String>,
    /// Which numbers became pixels 0 and 255: one pair for all columns, or one a column. Empty
    /// where the data was of bytes.
    pub scale: Vec<[f64; 2]>,
}

/// Images and their labels, in the same order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Split {
    /// Each image's pixels, 0..=255, channel by channel, row by row.
    pub images: Vec<Vec<u8>>,
    /// Each image's class.
    pub labels: Vec<u8>,
}

/// The layout of an image's pixels: `[channels][height][width]`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ImageShape {
    /// Channels.
    pub channels: usize,
    /// Rows of a channel.
    pub height: usize,
    /// Pixels of a row.
    pub width: usize,
}

impl ImageShape {
    /// Pixels of an image.
    pub fn pixels(&self) -> usize {
        self.channels * self.height * self.width
    }

    /// A square of `pixels` if there is one, else a single row.
    fn of(pixels: usize) -> Self {
        let side = pixels.isqrt();
        let (height, width) = if side * side == pixels { (side, side) } else { (1, pixels) };
        Self { channels: 1, height, width }
    }
}

/// Reads a data set.
///
/// # Errors
/// A source that is nothing known; an option that cannot be or has no use; a file that cannot be
/// read or is not what it should be, each with the file and the place in it.
pub fn load(source: &Source) -> Result<Dataset, Error> {
    source.check()?;
    let path = Path::new(&source.source);
    let mut set = if source.is_built_in() {
        source.no_table_options("it is built in")?;
        source.no_split_options("it has a test part of its own")?;
        digits()
    } else if path.is_dir() {
        source.no_table_options("it is a folder of IDX files")?;
        idx::load(path, source)?
    } else if path.exists() {
        csv::load(path, source)?
    } else {
        return Err(DataError::Unknown { name: source.source.clone() }.into());
    };
    set.reshape(source.shape)?;
    set.declare(source)?;
    Ok(set)
}

impl Dataset {
    /// A set of `u8` images whose classes are numbers.
    fn new(train: Split, test: Split, shape: ImageShape) -> Self {
        let labels = train.labels.iter().chain(&test.labels);
        let classes = labels.max().map_or(0, |label| usize::from(*label) + 1);
        let names = (0..classes).map(|class| class.to_string()).collect();
        Self { train, test, shape, classes, names, scale: Vec::new() }
    }

    /// The shape that was asked for.
    fn reshape(&mut self, shape: Option<[usize; 3]>) -> Result<(), DataError> {
        let Some([channels, height, width]) = shape else { return Ok(()) };
        let pixels = channels.checked_mul(height).and_then(|n| n.checked_mul(width));
        if pixels != Some(self.shape.pixels()) {
            return Err(DataError::Option {
                option: "shape",
                value: format!("{channels}x{height}x{width}"),
                allowed: format!("three numbers whose product is {}", self.shape.pixels()),
            });
        }
        self.shape = ImageShape { channels, height, width };
        Ok(())
    }

    /// The number of classes that was asked for; more than there are is no mistake. That no label
    /// is beyond it was seen where the label was read.
    fn declare(&mut self, source: &Source) -> Result<(), DataError> {
        let Some(classes) = source.classes else { return Ok(()) };
        if classes < self.classes {
            return Err(DataError::Option {
                option: "classes",
                value: classes.to_string(),
                allowed: format!(
                    "a number of {}..=256: {} has as many",
                    self.classes, source.source
                ),
            });
        }
        self.names.extend((self.names.len()..classes).map(|class| class.to_string()));
        self.classes = classes;
        Ok(())
    }
}

#[cfg(test)]
mod tests;
