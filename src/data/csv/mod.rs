//! A CSV table: a header, a column with the class, perhaps one with the split, and features.

mod columns;
mod features;
mod labels;
mod table;

use std::path::Path;

use self::columns::Columns;
use self::features::Scales;
use self::labels::Labels;
use self::table::Table;
use super::split::test_rows;
use super::{DataError, Dataset, ImageShape, Source, Split};
use crate::Error;

/// Reads a table: first labels and split, then the training rows' range, then the pixels. The rows
/// are parsed anew each time, so that the numbers of a large table need no memory.
pub(super) fn load(path: &Path, source: &Source) -> Result<Dataset, Error> {
    let bytes =
        std::fs::read(path).map_err(|source| Error::Read { path: path.to_owned(), source })?;
    if bytes.starts_with(&[0x1f, 0x8b]) || bytes.starts_with(&[0, 0, 8]) {
        let message = "it is packed, or one of the IDX files whose folder is to be given".into();
        return Err(DataError::Table { path: path.to_owned(), message }.into());
    }
    let table = Table::new(path, &bytes)?;
    let columns = Columns::of(&table, source.label.as_deref())?;
    let labels = Labels::read(&table, &columns, source.classes)?;
    let is_test = match columns.split {
        Some(column) => {
            source.no_split_options("its column `split` says which rows are for the test")?;
            given_split(&table, column)?
        }
        None => test_rows(&labels.classes, source.share(), source.seed()),
    };
    for (part, test) in [("train", false), ("test", true)] {
        if !is_test.contains(&test) {
            return Err(DataError::NoPart { path: path.to_owned(), part }.into());
        }
    }
    let scales = match source.range {
        Some(range) => Scales::given(range, source)?,
        None => Scales::of(&table, &columns, &is_test, source.scale.unwrap_or_default())?,
    };
    let (mut train, mut test) = (Split::default(), Split::default());
    let mut rows = is_test.iter().zip(&labels.classes);
    table.each(|row| {
        let pixels = scales.pixels(&row, &columns)?;
        if let Some((is_test, label)) = rows.next() {
            let part = if *is_test { &mut test } else { &mut train };
            part.images.push(pixels);
            part.labels.push(*label);
        }
        Ok(())
    })?;
    let mut set = Dataset::new(train, test, ImageShape::of(columns.features.len()));
    if let Some(names) = labels.names {
        set.classes = names.len();
        set.names = names;
    }
    set.scale = scales.pairs;
    Ok(set)
}

/// Which rows the column `split` gives to the test.
fn given_split(table: &Table, column: usize) -> Result<Vec<bool>, DataError> {
    let mut is_test = Vec::new();
    table.each(|row| {
        is_test.push(match row.cell(column) {
            "train" => false,
            "test" => true,
            _ => return Err(row.refuse(column, "train or test")),
        });
        Ok(())
    })?;
    Ok(is_test)
}

#[cfg(test)]
mod tests;
