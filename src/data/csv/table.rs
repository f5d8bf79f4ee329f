//! A table's rows with their places, whatever the columns mean.

use std::path::{Path, PathBuf};

use csv::{ErrorKind, Position, ReaderBuilder, StringRecord, Trim};

use crate::data::DataError;

/// A table in memory.
pub(super) struct Table<'a> {
    path: PathBuf,
    bytes: &'a [u8],
    /// The columns' names.
    pub(super) header: Vec<String>,
}

/// A row and where it stands.
pub(super) struct Row<'a> {
    table: &'a Table<'a>,
    record: &'a StringRecord,
}

impl<'a> Table<'a> {
    /// Reads the header, and sees that there are rows.
    pub(super) fn new(path: &Path, bytes: &'a [u8]) -> Result<Self, DataError> {
        let mut table = Self { path: path.to_owned(), bytes, header: Vec::new() };
        let mut reader = table.reader();
        let header = reader.headers().map_err(|e| table.error(&e))?.clone();
        if header.is_empty() || reader.records().next().is_none() {
            return Err(DataError::Empty { path: table.path, what: "rows below a header" });
        }
        table.header = header.iter().map(str::to_owned).collect();
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

    fn reader(&self) -> csv::Reader<&'a [u8]> {
        ReaderBuilder::new().trim(Trim::All).from_reader(self.bytes)
    }

    /// The line that a row starts on, from 1. The reader counts too, but starts a row before the
    /// blank lines above it and inside the line's end of two characters.
    fn line(&self, position: Option<&Position>) -> u64 {
        let byte = position.map_or(0, |p| p.byte() as usize).min(self.bytes.len());
        let blank = self.bytes[byte..].iter().take_while(|b| matches!(b, b'\r' | b'\n')).count();
        let above = &self.bytes[..byte + blank];
        let ends = above.iter().enumerate().filter(|(at, byte)| match byte {
            b'\n' => true,
            b'\r' => above.get(at + 1) != Some(&b'\n'),
            _ => false,
        });
        1 + ends.count() as u64
    }

    fn error(&self, error: &csv::Error) -> DataError {
        match error.kind() {
            ErrorKind::UnequalLengths { pos, expected_len, len } => DataError::Width {
                path: self.path(),
                line: self.line(pos.as_ref()),
                found: *len,
                expected: *expected_len,
            },
            ErrorKind::Utf8 { pos, err } => {
                let line = self.line(pos.as_ref());
                let message = format!("cell {} of line {line} is not UTF-8", err.field() + 1);
                DataError::Table { path: self.path(), message }
            }
            _ => DataError::Table { path: self.path(), message: error.to_string() },
        }
    }
}

impl Row<'_> {
    pub(super) fn cell(&self, column: usize) -> &str {
        self.record.get(column).unwrap_or_default()
    }

    /// The number in a cell.
    pub(super) fn number(&self, column: usize) -> Result<f64, DataError> {
        let number = self.cell(column).parse().ok().filter(|n: &f64| n.is_finite());
        number.ok_or_else(|| self.refuse(column, "a finite number"))
    }

    fn line(&self) -> u64 {
        self.table.line(self.record.position())
    }

    /// The error of a cell that is not what its column holds.
    pub(super) fn refuse(&self, column: usize, expected: &'static str) -> DataError {
        DataError::Cell {
            path: self.table.path(),
            line: self.line(),
            column: self.table.header[column].clone(),
            expected,
            found: self.cell(column).chars().take(40).collect(),
        }
    }

    /// The error of a label that is no class.
    pub(super) fn refuse_label(&self, column: usize, expected: String) -> DataError {
        DataError::Label {
            path: self.table.path(),
            at: format!("line {}, column {:?}", self.line(), self.table.header[column]),
            value: format!("{:?}", self.cell(column).chars().take(40).collect::<String>()),
            expected,
        }
    }
}
