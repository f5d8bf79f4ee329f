//! What can be wrong with a data set, its files and the options that it is read with.

use std::path::PathBuf;

use super::source::KEYS;
use crate::nearest::did_you_mean;

/// See the module.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum DataError {
    /// Neither a built-in data set nor a folder nor a file.
    #[error("there is no data set named {name:?}, and no folder or file of that name")]
    Unknown {
        /// The name given.
        name: String,
    },
    /// An option's value cannot be.
    #[error("data option {option} cannot be {value}")]
    Option {
        /// The option.
        option: &'static str,
        /// Its value.
        value: String,
        /// What is allowed.
        allowed: String,
    },
    /// An option that this kind of data has no use for.
    #[error("data option {option} means nothing for {data}: {why}")]
    Unused {
        /// The option.
        option: &'static str,
        /// The data.
        data: String,
        /// Why it has no use.
        why: &'static str,
    },
    /// A name that is no option.
    #[error("there is no data option {given:?}")]
    UnknownOption {
        /// What was given.
        given: String,
    },
    /// A folder lacks one of the IDX files.
    #[error("{} has no {role}: looked for {}", .folder.display(), .looked.join(", "))]
    Missing {
        /// The folder.
        folder: PathBuf,
        /// Which of the files.
        role: &'static str,
        /// The names that were looked for.
        looked: Vec<String>,
    },
    /// A folder has more than one file that could be meant.
    #[error("{} has more than one file of {role}: {}", .folder.display(), .found.join(", "))]
    Several {
        /// The folder.
        folder: PathBuf,
        /// Which of the files.
        role: &'static str,
        /// The files found.
        found: Vec<String>,
    },
    /// The first four bytes are not those of an IDX file of bytes with so many dimensions.
    #[error("{} is no IDX file of {what}: expected {expected}, found {found}", .path.display())]
    Magic {
        /// The file.
        path: PathBuf,
        /// "images" or "labels".
        what: &'static str,
        /// What its first bytes should say.
        expected: String,
        /// What they say.
        found: String,
    },
    /// An IDX file that is longer or shorter than its header says.
    #[error("{} {problem}: its header asks for {expected} bytes, found {found}", .path.display())]
    Length {
        /// The file.
        path: PathBuf,
        /// "is cut short" or "goes on after its end".
        problem: &'static str,
        /// Bytes that the header asks for, with itself.
        expected: String,
        /// Bytes that there are.
        found: String,
    },
    /// A gzip stream that cannot be unpacked.
    #[error("{} is a broken gzip file: {message}", .path.display())]
    Gzip {
        /// The file.
        path: PathBuf,
        /// The decoder's message.
        message: String,
    },
    /// A file that holds no rows, images or pixels.
    #[error("{} holds no {what}", .path.display())]
    Empty {
        /// The file.
        path: PathBuf,
        /// What it lacks.
        what: &'static str,
    },
    /// Two files that belong together do not agree.
    #[error("{} has {first}, {} has {second}", .paths.0.display(), .paths.1.display())]
    Disagree {
        /// Both files.
        paths: Box<(PathBuf, PathBuf)>,
        /// What the first has.
        first: String,
        /// What the second has.
        second: String,
    },
    /// A label that is no class.
    #[error("{}, {at}: the label is {value}, expected {expected}", .path.display())]
    Label {
        /// The file.
        path: PathBuf,
        /// Where in it.
        at: String,
        /// The label.
        value: String,
        /// What labels may be.
        expected: String,
    },
    /// More classes than a label of 8 bits tells apart.
    #[error("{} has more than 256 classes in column {column:?}", .path.display())]
    Classes {
        /// The table.
        path: PathBuf,
        /// The label column.
        column: String,
    },
    /// A table that is no CSV, or has no header.
    #[error("{} is no CSV table: {message}", .path.display())]
    Table {
        /// The table.
        path: PathBuf,
        /// What is wrong with it.
        message: String,
    },
    /// The label column is missing, or could be any of several.
    #[error("{} {why}; its columns are: {}", .path.display(), listed(.columns))]
    LabelColumn {
        /// The table.
        path: PathBuf,
        /// What is wrong.
        why: String,
        /// The name asked for, if one was.
        asked: Option<String>,
        /// Every column.
        columns: Vec<String>,
    },
    /// A row with more or fewer cells than the header.
    #[error("{}, line {line}: the row has {found} cells, the header has {expected}", .path.display())]
    Width {
        /// The table.
        path: PathBuf,
        /// The line, from 1.
        line: u64,
        /// Cells of the row.
        found: u64,
        /// Columns.
        expected: u64,
    },
    /// A cell that is not what its column holds.
    #[error("{}, line {line}, column {column:?}: expected {expected}, found {found:?}", .path.display())]
    Cell {
        /// The table.
        path: PathBuf,
        /// The line, from 1.
        line: u64,
        /// The column's name.
        column: String,
        /// What the column holds.
        expected: &'static str,
        /// What the cell holds.
        found: String,
    },
    /// No feature tells the training rows apart.
    #[error("{}: all training rows have the same features", .path.display())]
    Constant {
        /// The table.
        path: PathBuf,
    },
    /// One of the two parts would be empty.
    #[error("{}: no rows are left for the {part} part", .path.display())]
    NoPart {
        /// The file or folder.
        path: PathBuf,
        /// "train" or "test".
        part: &'static str,
    },
}

/// Names, the first twenty of them: a table of images has hundreds of columns.
fn listed(names: &[String]) -> String {
    let more = names.len().saturating_sub(20);
    let shown = names[..names.len() - more].join(", ");
    if more == 0 { shown } else { format!("{shown}, and {more} more") }
}

impl DataError {
    /// The stable code.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Unknown { .. } => "spikestream::data::unknown",
            Self::Option { .. } => "spikestream::data::option",
            Self::Unused { .. } => "spikestream::data::unused-option",
            Self::UnknownOption { .. } => "spikestream::data::unknown-option",
            Self::Missing { .. } => "spikestream::data::missing-file",
            Self::Several { .. } => "spikestream::data::several-files",
            Self::Magic { .. } => "spikestream::data::magic",
            Self::Length { .. } => "spikestream::data::length",
            Self::Gzip { .. } => "spikestream::data::gzip",
            Self::Empty { .. } => "spikestream::data::empty",
            Self::Disagree { .. } => "spikestream::data::disagree",
            Self::Label { .. } => "spikestream::data::label",
            Self::Classes { .. } => "spikestream::data::classes",
            Self::Table { .. } => "spikestream::data::table",
            Self::LabelColumn { .. } => "spikestream::data::label-column",
            Self::Width { .. } => "spikestream::data::row-width",
            Self::Cell { .. } => "spikestream::data::cell",
            Self::Constant { .. } => "spikestream::data::constant",
            Self::NoPart { .. } => "spikestream::data::no-part",
        }
    }

    /// What to do about it.
    pub fn remedy(&self) -> String {
        match self {
            Self::Unknown { name } => {
                let names = super::NAMES.join(", ");
                let near = did_you_mean(name, super::NAMES).map(|it| it + " ").unwrap_or_default();
                format!(
                    "{near}give a built-in name ({names}), a folder of IDX files or a CSV file; a \
                     file beside you is written ./FILE"
                )
            }
            Self::Option { option, allowed, .. } => format!("give {option} {allowed}"),
            Self::Unused { option, .. } => format!("leave out {option}"),
            Self::UnknownOption { given } => {
                let near = did_you_mean(given, KEYS).map(|it| it + " ").unwrap_or_default();
                format!("{near}There are: {}", KEYS[1..].join(", "))
            }
            Self::Missing { .. } => {
                "give the folder that holds the data set's files, with the names that they came \
                 with; src/data/README.md lists them"
                    .into()
            }
            Self::Several { .. } => "leave one data set in the folder".into(),
            Self::Magic { .. } => {
                "give the files as the data set's source has them: src/data/README.md describes \
                 the format"
                    .into()
            }
            Self::Length { .. } | Self::Gzip { .. } => {
                "fetch the file again: it was not copied whole".into()
            }
            Self::Empty { .. } => "give a file with data in it".into(),
            Self::Disagree { .. } => "give files that belong together".into(),
            Self::Label { .. } => {
                "correct that label, or set `classes` to how many there are: 256 at most, numbered from \
                 0; a number to be predicted is no class"
                    .into()
            }
            Self::Classes { .. } => {
                "give the column that holds the class as `label`, with 256 classes at most; a number to \
                 be predicted is no class"
                    .into()
            }
            Self::Table { .. } => {
                "give a table in UTF-8 with commas between the cells and the columns' names in its \
                 first line"
                    .into()
            }
            Self::LabelColumn { asked, columns, .. } => {
                let near = asked
                    .as_ref()
                    .and_then(|name| did_you_mean(name, columns.iter().map(String::as_str)));
                let near = near.map(|it| it + " ").unwrap_or_default();
                format!(
                    "{near}name the column with `label`; a table without a header needs one as its \
                     first line"
                )
            }
            Self::Width { .. } => {
                "correct that row; a cell with a comma in it stands in quotes".into()
            }
            Self::Cell { .. } => "correct that cell, or take out its row or column".into(),
            Self::Constant { .. } => "give rows that differ: there is nothing to learn".into(),
            Self::NoPart { .. } => {
                "give more rows, another `split`, or rows of both kinds in the column `split`"
                    .into()
            }
        }
    }
}
