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

pub use csv::TableError;
pub use digits::{DIGITS_CSV, digits};
pub use error::DataError;
pub use source::{KEYS, ScaleBy, Source};

use std::path::Path;

use crate::Error;
use crate::spec::{Inputs, Net};

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
    /// Each pixel's column in the table; empty where the data was none.
    pub columns: Vec<String>,
    /// The name of the column with the class, in a table.
    pub label: Option<String>,
    /// Whether the test part was drawn from the rows, since the data has none of its own.
    pub drawn: bool,
    /// What a user should know of how the data was read. A program prints each once, as `note: ..`.
    pub notes: Vec<String>,
}

/// What a data set is read for.
#[derive(Clone, Copy, Debug, Default)]
pub struct Reading<'a> {
    /// The columns, ranges and classes of a network: a table is read by these instead of its own, and
    /// needs no labels.
    pub inputs: Option<&'a Inputs>,
    /// The data that the network was trained on, in one line: of any other the notes say what the
    /// network does not know.
    pub trained_on: Option<&'a str>,
    /// Whether all rows are wanted, in their order: the test part holds them, the training part none.
    pub whole: bool,
}

/// Images and their labels, in the same order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Split {
    /// Each image's pixels, 0..=255, channel by channel, row by row.
    pub images: Vec<Vec<u8>>,
    /// Each image's class; none at all where a network reads a table without them.
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

/// Reads a data set to train on.
///
/// # Errors
/// A source that is nothing known; an option that cannot be or has no use; a file that cannot be
/// read or is not what it should be, each with the file and the place in it.
pub fn load(source: &Source) -> Result<Dataset, Error> {
    load_as(source, &Reading::default())
}

/// Reads a data set for a network: a table by the columns, ranges and classes that it was trained on.
/// The notes also say what the network cannot know.
///
/// # Errors
/// As [`load`]; a table that lacks one of the columns, or names another class.
pub fn load_for(net: &Net, source: &Source, whole: bool) -> Result<Dataset, Error> {
    let trained_on = Some(net.spec.provenance.data.as_str());
    load_as(source, &Reading { inputs: net.inputs.as_ref(), trained_on, whole })
}

/// Reads a data set as it is asked for.
///
/// # Errors
/// As [`load_for`].
pub fn load_as(source: &Source, reading: &Reading) -> Result<Dataset, Error> {
    source.check()?;
    let path = Path::new(&source.source);
    let is_table = !source.is_built_in() && path.exists() && !path.is_dir();
    let mut set = if source.is_built_in() {
        source.no_table_options("it is built in")?;
        source.no_folder_options("it is built in")?;
        source.no_split_options("it has a test part of its own")?;
        digits()
    } else if path.is_dir() {
        source.no_table_options("it is a folder of IDX files")?;
        idx::load(path, source)?
    } else if is_table {
        source.no_folder_options("it is a table")?;
        csv::load(path, source, reading)?
    } else {
        return Err(DataError::Unknown { name: source.source.clone() }.into());
    };
    if !is_table && reading.whole {
        set.join();
    }
    set.reshape(source.shape)?;
    set.declare(source)?;
    if reading.trained_on.is_some_and(|data| source.to_string() != data) {
        set.tell_of_other_data(reading);
    }
    Ok(set)
}

impl Dataset {
    /// A set of `u8` images whose classes are numbers.
    fn new(train: Split, test: Split, shape: ImageShape) -> Self {
        let labels = train.labels.iter().chain(&test.labels);
        let classes = labels.max().map_or(0, |label| usize::from(*label) + 1);
        let names = (0..classes).map(|class| class.to_string()).collect();
        let (scale, columns, notes) = (Vec::new(), Vec::new(), Vec::new());
        Self {
            train,
            test,
            shape,
            classes,
            names,
            scale,
            columns,
            label: None,
            drawn: false,
            notes,
        }
    }

    /// The same set, read from a table with these columns.
    fn of_table(self, inputs: Inputs, drawn: bool, notes: Vec<String>) -> Self {
        let Inputs { label, columns, ranges, .. } = inputs;
        Self { scale: ranges, columns, label: Some(label), drawn, notes, ..self }
    }

    /// What a network that is trained on a table must keep of it.
    pub fn inputs(&self) -> Option<Inputs> {
        self.label.clone().map(|label| Inputs {
            label,
            classes: self.names.clone(),
            columns: self.columns.clone(),
            ranges: self.scale.clone(),
        })
    }

    /// Puts all images into the test part, the training ones first.
    fn join(&mut self) {
        let Split { images, labels } = std::mem::take(&mut self.train);
        self.test.images.splice(0..0, images);
        self.test.labels.splice(0..0, labels);
    }

    /// What a user should know of data that the network was not trained on.
    fn tell_of_other_data(&mut self, reading: &Reading) {
        let is_table = self.label.is_some();
        if is_table && reading.inputs.is_none() {
            self.notes.push(
                "the network does not say which numbers were its pixels 0 and 255, so the table's own \
                 smallest and largest are taken; train it again to keep them"
                    .into(),
            );
        } else if !is_table && reading.inputs.is_some() {
            self.notes.push(
                "the network was trained on a table; these are pixels, to which its ranges are not \
                 applied"
                    .into(),
            );
        }
        if self.drawn && !reading.whole {
            let (test, all) =
                (self.test.images.len(), self.test.images.len() + self.train.images.len());
            self.notes.push(format!(
                "the data has no test part of its own: {test} of its {all} rows were drawn as in \
                 training; `--split all` takes every row"
            ));
        }
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
