//! A table's rows with their places, whatever the columns mean.

use std::path::{Path, PathBuf};

use csv::{ErrorKind, Position, ReaderBuilder, StringRecord};

use super::TableError;
use super::dialect::{Dialect, has_comma, has_point, point};
use super::quotes::{self, Lone, Stray};
use crate::data::DataError;
use crate::text;

/// A table in memory.
pub(super) struct Table<'a> {
    path: PathBuf,
    text: &'a str,
    dialect: Dialect,
    /// Whether numbers have a decimal comma.
    pub(super) commas: bool,
    /// Cells that end with a quote alone.
    pub(super) lone: Lone,
    /// The columns' names.
    pub(super) header: Vec<String>,
}

/// A row and where it stands.
pub(super) struct Row<'a> {
    table: &'a Table<'a>,
    record: &'a StringRecord,
}

impl<'a> Table<'a> {
    /// Reads the header, sees that there are rows, and finds out how numbers are written.
    pub(super) fn new(path: &Path, text: &'a str) -> Result<Self, DataError> {
        let dialect = Dialect::of(text);
        let path = path.to_owned();
        let lone = match quotes::check(text, dialect.start, dialect.separator) {
            Ok(lone) => lone,
            Err(Stray { line, what }) => {
                return Err(TableError::Quote { path, line, what }.into());
            }
        };
        let mut table = Self { path, text, dialect, commas: false, lone, header: Vec::new() };
        let mut reader = table.reader();
        let header = reader.headers().map_err(|e| table.error(&e))?.clone();
        if header.is_empty() || reader.records().next().is_none() {
            return Err(DataError::Empty { path: table.path, what: "rows below a header" });
        }
        table.header = header.iter().map(|name| text::trim(name).to_owned()).collect();
        // Between commas, a comma within a number is as likely one between thousands.
        if dialect.separator != b',' {
            table.commas = table.decimal_commas()?;
        }
        Ok(table)
    }

    pub(super) fn path(&self) -> PathBuf {
        self.path.clone()
    }

    /// Calls `take` with every row.
    pub(super) fn each(
        &self,
        mut take: impl FnMut(Row) -> Result<(), DataError>,
    ) -> Result<(), DataError> {
        let mut reader = self.reader();
        reader.headers().map_err(|e| self.error(&e))?;
        let mut record = StringRecord::new();
        while reader.read_record(&mut record).map_err(|e| self.error(&e))? {
            take(Row { table: self, record: &record })?;
        }
        Ok(())
    }

    /// Whether the numbers have decimal commas; with points as well, `1,234` could be either.
    fn decimal_commas(&self) -> Result<bool, DataError> {
        let (mut comma, mut dot) = (None, None);
        self.each(|row| {
            for cell in row.record.iter().map(text::trim) {
                if comma.is_none() && has_comma(cell) {
                    comma = Some(row.line());
                } else if dot.is_none() && has_point(cell) {
                    dot = Some(row.line());
                }
            }
            Ok(())
        })?;
        match (comma, dot) {
            (Some(comma), Some(point)) => {
                Err(TableError::Decimals { path: self.path(), comma, point }.into())
            }
            _ => Ok(comma.is_some()),
        }
    }

    fn reader(&self) -> csv::Reader<&'a [u8]> {
        let rest = &self.text.as_bytes()[self.dialect.start..];
        ReaderBuilder::new().delimiter(self.dialect.separator).from_reader(rest)
    }

    /// The line that a row starts on, from 1. The reader counts too, but starts a row before the
    /// blank lines above it and inside the line's end of two characters.
    fn line(&self, position: Option<&Position>) -> u64 {
        let bytes = self.text.as_bytes();
        let byte = position.map_or(0, |p| p.byte() as usize) + self.dialect.start;
        let byte = byte.min(bytes.len());
        let blank = bytes[byte..].iter().take_while(|b| matches!(b, b'\r' | b'\n')).count();
        text::line_of(bytes, byte + blank) as u64
    }

    fn error(&self, error: &csv::Error) -> TableError {
        match error.kind() {
            ErrorKind::UnequalLengths { pos, expected_len, len } => TableError::Width {
                path: self.path(),
                line: self.line(pos.as_ref()),
                found: *len,
                expected: *expected_len,
            },
            _ => TableError::NoTable { path: self.path(), message: error.to_string() },
        }
    }
}

impl Row<'_> {
    pub(super) fn cell(&self, column: usize) -> &str {
        text::trim(self.record.get(column).unwrap_or_default())
    }

    /// The number in a cell.
    pub(super) fn number(&self, column: usize) -> Result<f64, DataError> {
        let cell = self.cell(column);
        let number = match self.table.commas && has_comma(cell) {
            true => point(cell).parse(),
            false => cell.parse(),
        };
        let number = number.ok().filter(|n: &f64| n.is_finite());
        number.ok_or_else(|| self.refuse(column, "a finite number"))
    }

    fn line(&self) -> u64 {
        self.table.line(self.record.position())
    }

    /// The error of a cell that is not what its column holds.
    pub(super) fn refuse(&self, column: usize, expected: &'static str) -> DataError {
        let error = TableError::Cell {
            path: self.table.path(),
            line: self.line(),
            column: self.table.header[column].clone(),
            expected,
            found: self.start(column),
        };
        error.into()
    }

    /// The error of a label that is no class.
    pub(super) fn refuse_label(&self, column: usize, expected: String) -> DataError {
        let (path, at) = (self.table.path(), self.at(column));
        DataError::Label { path, at, value: format!("{:?}", self.start(column)), expected }
    }

    /// The error of a label that is none of these classes.
    pub(super) fn refuse_class(&self, column: usize, classes: &[String]) -> DataError {
        let (path, at) = (self.table.path(), self.at(column));
        let value = format!("{:?}", self.start(column));
        TableError::NoClass { path, at, value, classes: classes.to_vec() }.into()
    }

    /// Where a cell is, in words.
    pub(super) fn at(&self, column: usize) -> String {
        format!("line {}, column {:?}", self.line(), self.table.header[column])
    }

    /// Enough of a cell to know it by.
    fn start(&self, column: usize) -> String {
        self.cell(column).chars().take(40).collect()
    }
}
