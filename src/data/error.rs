//! What can be wrong with a data set, its files and the options that it is read with.

use std::path::{Path, PathBuf};

use super::csv::TableError;
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
    #[error("{} has no {role}: looked for {}; it holds {}", .folder.display(), .looked.join(", "), held(.found, "files"))]
    Missing {
        /// The folder.
        folder: PathBuf,
        /// Which of the files.
        role: &'static str,
        /// The names that were looked for.
        looked: Vec<String>,
        /// The files that are there.
        found: Vec<String>,
        /// Folders below that hold a data set.
        below: Vec<String>,
    },
    /// A folder has no data set of the name that was asked for.
    #[error("{} has no data set {set:?}; it holds {}", .folder.display(), held(.sets, "named sets"))]
    NoSet {
        /// The folder.
        folder: PathBuf,
        /// The set asked for.
        set: String,
        /// The sets that are there.
        sets: Vec<String>,
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
        /// The data sets that they are of, where these have names.
        sets: Vec<String>,
    },
    /// The first four bytes are not those of an IDX file with so many dimensions.
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
    /// A packed file that takes more memory than is given to one.
    #[error("{} takes {bytes} bytes unpacked, and a packed file may take 2 GiB", .path.display())]
    Unpacked {
        /// The file.
        path: PathBuf,
        /// What its header asks for, with what each image takes beside its pixels.
        bytes: u64,
    },
    /// A number in an IDX file that no byte holds.
    #[error("{}, {what} {index} (from 0): the number is {value}, expected a whole one of 0..=255", .path.display())]
    Value {
        /// The file.
        path: PathBuf,
        /// "label" or "pixel".
        what: &'static str,
        /// Which of them.
        index: usize,
        /// The number.
        value: f64,
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
    /// One of the two parts would be empty.
    #[error("{}: no rows are left for the {part} part", .path.display())]
    NoPart {
        /// The file or folder.
        path: PathBuf,
        /// "train" or "test".
        part: &'static str,
    },
    /// The part that is to be run has no rows.
    #[error("{} has no rows in its {part} part", .path.display())]
    NoRows {
        /// The file or folder.
        path: PathBuf,
        /// "train" or "test".
        part: &'static str,
    },
    /// A table.
    #[error(transparent)]
    Table(#[from] TableError),
}

/// Names, the first twenty of them: a table of images has hundreds of columns.
pub(super) fn listed(names: &[String]) -> String {
    let more = names.len().saturating_sub(20);
    let shown = names[..names.len() - more].join(", ");
    if more == 0 { shown } else { format!("{shown}, and {more} more") }
}

/// What there is, as the end of a sentence.
fn held(names: &[String], what: &str) -> String {
    if names.is_empty() { format!("no {what}") } else { listed(names) }
}

/// The question after the name that was meant, and a space.
pub(super) fn near<'a>(given: &str, legal: impl IntoIterator<Item = &'a str>) -> String {
    did_you_mean(given, legal).map(|it| it + " ").unwrap_or_default()
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
            Self::NoSet { .. } => "spikestream::data::no-set",
            Self::Several { .. } => "spikestream::data::several-files",
            Self::Magic { .. } => "spikestream::data::magic",
            Self::Length { .. } => "spikestream::data::length",
            Self::Gzip { .. } => "spikestream::data::gzip",
            Self::Unpacked { .. } => "spikestream::data::unpacked",
            Self::Value { .. } => "spikestream::data::value",
            Self::Empty { .. } => "spikestream::data::empty",
            Self::Disagree { .. } => "spikestream::data::disagree",
            Self::Label { .. } => "spikestream::data::label",
            Self::NoPart { .. } => "spikestream::data::no-part",
            Self::NoRows { .. } => "spikestream::data::no-rows",
            Self::Table(error) => error.code(),
        }
    }

    /// The file or folder that it names, the first of several.
    pub fn file(&self) -> Option<&Path> {
        match self {
            Self::Missing { folder: path, .. }
            | Self::NoSet { folder: path, .. }
            | Self::Several { folder: path, .. }
            | Self::Magic { path, .. }
            | Self::Length { path, .. }
            | Self::Gzip { path, .. }
            | Self::Unpacked { path, .. }
            | Self::Value { path, .. }
            | Self::Empty { path, .. }
            | Self::Label { path, .. }
            | Self::NoPart { path, .. }
            | Self::NoRows { path, .. } => Some(path),
            Self::Disagree { paths, .. } => Some(&paths.0),
            Self::Unknown { .. }
            | Self::Option { .. }
            | Self::Unused { .. }
            | Self::UnknownOption { .. } => None,
            Self::Table(error) => Some(error.file()),
        }
    }

    /// What to do about it.
    pub fn remedy(&self) -> String {
        match self {
            Self::Unknown { name } => {
                let (names, near) = (super::NAMES.join(", "), near(name, super::NAMES));
                format!(
                    "{near}give a built-in name ({names}), a folder of IDX files or a CSV file; a \
                     file beside you is written ./FILE"
                )
            }
            Self::Option { option, allowed, .. } => format!("give {option} {allowed}"),
            Self::Unused { option, .. } => format!("leave out {option}"),
            Self::UnknownOption { given } => {
                format!("{}There are: {}", near(given, KEYS), KEYS[1..].join(", "))
            }
            Self::Missing { below, .. } if !below.is_empty() => {
                format!("give the folder of one data set: {}", below.join(", "))
            }
            Self::Missing { .. } => {
                "give the folder that holds the four files, or rename them to these names; \
                 src/data/README.md lists all that are read"
                    .into()
            }
            Self::NoSet { set, sets, .. } if !sets.is_empty() => {
                let near = near(set, sets.iter().map(String::as_str));
                format!("{near}give one of these as `set`")
            }
            Self::NoSet { .. } => "leave out `set`: the files' names begin with no set".into(),
            Self::Several { sets, .. } if sets.len() > 1 => {
                format!("choose one with `set`: {}", sets.join(", "))
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
            Self::Unpacked { .. } => {
                "unpack the file with gunzip, whose size then shows what it takes, or give fewer images"
                    .into()
            }
            Self::Value { .. } => {
                "scale the numbers to whole ones of 0..=255 and write them as unsigned bytes \
                 (type 08)"
                    .into()
            }
            Self::Empty { .. } => "give a file with data in it".into(),
            Self::Disagree { .. } => "give files that belong together".into(),
            Self::Label { .. } => {
                "correct that label, or set `classes` to how many there are: 256 at most, numbered from \
                 0; a number to be predicted is no class"
                    .into()
            }
            Self::NoPart { .. } => {
                "give more rows, another `split`, or rows of both kinds in the column `split`"
                    .into()
            }
            Self::NoRows { .. } => "take every row with `--split all`".into(),
            Self::Table(error) => error.remedy(),
        }
    }
}
