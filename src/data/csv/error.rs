//! What can be wrong with a table.

use std::path::{Path, PathBuf};

use crate::data::error::{listed, near};

/// See the module.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum TableError {
    /// A label that is no class of the network, or of the training table.
    #[error("{}, {at}: {value} is none of the classes {}", .path.display(), listed(.classes))]
    NoClass {
        /// The file.
        path: PathBuf,
        /// Where in it.
        at: String,
        /// The label.
        value: String,
        /// The classes.
        classes: Vec<String>,
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
    NoTable {
        /// The table.
        path: PathBuf,
        /// What is wrong with it.
        message: String,
    },
    /// A quote that opens a cell and does not close at its end.
    #[error("{}, line {line}: the quote that opens a cell there {what}", .path.display())]
    Quote {
        /// The table.
        path: PathBuf,
        /// The line on which it opens, from 1.
        line: u64,
        /// What happens to it instead.
        what: &'static str,
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
    /// A column that is to be left out is not there.
    #[error("{} has no column {name:?} to ignore; its columns are: {}", .path.display(), listed(.columns))]
    Ignored {
        /// The table.
        path: PathBuf,
        /// The column asked for.
        name: String,
        /// Every column.
        columns: Vec<String>,
    },
    /// Columns that the network, or the training table, has and this table has not.
    #[error("{} lacks the columns {}; its columns are: {}", .path.display(), listed(.missing), listed(.columns))]
    Lacking {
        /// The table.
        path: PathBuf,
        /// The columns that are needed and not there.
        missing: Vec<String>,
        /// Every column.
        columns: Vec<String>,
        /// The header that it should have.
        wanted: Vec<String>,
    },
    /// Two columns have one name.
    #[error("{} has more than one column {column:?}", .path.display())]
    Repeated {
        /// The table.
        path: PathBuf,
        /// The name.
        column: String,
    },
    /// Decimal commas and decimal points in one table.
    #[error("{}: the numbers have a comma in line {comma} and a point in line {point}", .path.display())]
    Decimals {
        /// The table.
        path: PathBuf,
        /// A line with a decimal comma, from 1.
        comma: u64,
        /// A line with a decimal point, from 1.
        point: u64,
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
}

impl TableError {
    /// The stable code.
    pub fn code(&self) -> &'static str {
        match self {
            Self::NoClass { .. } => "spikestream::data::no-class",
            Self::Classes { .. } => "spikestream::data::classes",
            Self::NoTable { .. } => "spikestream::data::table",
            Self::Quote { .. } => "spikestream::data::quote",
            Self::LabelColumn { .. } => "spikestream::data::label-column",
            Self::Ignored { .. } => "spikestream::data::ignored-column",
            Self::Lacking { .. } => "spikestream::data::lacking-columns",
            Self::Repeated { .. } => "spikestream::data::repeated-column",
            Self::Decimals { .. } => "spikestream::data::decimals",
            Self::Width { .. } => "spikestream::data::row-width",
            Self::Cell { .. } => "spikestream::data::cell",
            Self::Constant { .. } => "spikestream::data::constant",
        }
    }

    /// The table.
    pub fn file(&self) -> &Path {
        match self {
            Self::NoClass { path, .. }
            | Self::Classes { path, .. }
            | Self::NoTable { path, .. }
            | Self::Quote { path, .. }
            | Self::LabelColumn { path, .. }
            | Self::Ignored { path, .. }
            | Self::Lacking { path, .. }
            | Self::Repeated { path, .. }
            | Self::Decimals { path, .. }
            | Self::Width { path, .. }
            | Self::Cell { path, .. }
            | Self::Constant { path } => path,
        }
    }

    /// What to do about it.
    pub fn remedy(&self) -> String {
        match self {
            Self::NoClass { value, classes, .. } => {
                let near = near(value.trim_matches('"'), classes.iter().map(String::as_str));
                format!("{near}correct that label, take out its row, or train with rows of that class")
            }
            Self::Classes { .. } => {
                "give the column that holds the class as `label`, with 256 classes at most; a number to \
                 be predicted is no class"
                    .into()
            }
            Self::NoTable { .. } => {
                "give a table as text, in UTF-8, with commas, semicolons or tabs between the cells \
                 and the columns' names in its first line"
                    .into()
            }
            Self::Quote { .. } => {
                "take out that quote, or close it at the cell's end; a quote within a cell in quotes is \
                 written twice"
                    .into()
            }
            Self::LabelColumn { asked, columns, .. } => label_column(asked.as_deref(), columns),
            Self::Ignored { name, columns, .. } => {
                let near = near(name, columns.iter().map(String::as_str));
                format!("{near}give `ignore` the name of a column; a column without a name is left out")
            }
            Self::Lacking { wanted, missing, columns, .. } => {
                let near = missing
                    .first()
                    .map(|it| near(it, columns.iter().map(String::as_str)))
                    .unwrap_or_default();
                format!(
                    "{near}give each column its name from training, in any order; a table without a \
                     header needs one as its first line: {}",
                    listed(wanted)
                )
            }
            Self::Repeated { .. } => {
                "give each column a name of its own, or leave those out with `ignore`".into()
            }
            Self::Decimals { .. } => {
                "write all numbers with the same decimal mark, and none between thousands".into()
            }
            Self::Width { .. } => {
                "correct that row; a cell with a separator in it stands in quotes".into()
            }
            Self::Cell { found, .. } if found.contains(',') => {
                "write the numbers with a point (3.5) and nothing between thousands; decimal commas \
                 are read where semicolons or tabs part the cells"
                    .into()
            }
            Self::Cell { .. } => {
                "correct that cell, take out its row, or leave out its column with `ignore`".into()
            }
            Self::Constant { .. } => "give rows that differ: there is nothing to learn".into(),
        }
    }
}

/// A header of one cell was parted by something else.
fn label_column(asked: Option<&str>, columns: &[String]) -> String {
    if let [only] = columns {
        return format!(
            "part the cells with commas, semicolons or tabs: the first line, {only:?}, is one cell"
        );
    }
    let near = asked.map(|name| near(name, columns.iter().map(String::as_str)));
    let near = near.unwrap_or_default();
    format!(
        "{near}name the column with `label`; a table without a header needs one as its first line"
    )
}
