//! A CSV table: a header, a column with the class, perhaps one with the split, and features.

mod columns;
mod dialect;
mod error;
mod extremes;
mod labels;
mod outliers;
mod quotes;
mod survey;
mod table;

use std::path::Path;

pub use error::TableError;

use self::columns::Columns;
use self::labels::Labels;
use self::quotes::Lone;
use self::survey::Survey;
use self::table::Table;
use super::split::test_rows;
use super::{DataError, Dataset, ImageShape, Reading, ScaleBy, Source, Split};
use crate::spec::Inputs;
use crate::{Error, text};

/// How files begin that are taken for tables, and what they are.
const NO_TABLES: [(&[u8], &str); 7] = [
    (&[0x1f, 0x8b], "it is packed with gzip; unpack it"),
    (&[0, 0], "it is one of the IDX files whose folder is to be given"),
    (b"PK\x03\x04", "it is a workbook or an archive; save the table as CSV"),
    (&[0xd0, 0xcf, 0x11, 0xe0], "it is a workbook; save the table as CSV"),
    (b"PAR1", "it is a Parquet file; save the table as CSV"),
    (b"\x93NUMPY", "it is a NumPy array; save the table as CSV"),
    (b"\x89HDF", "it is an HDF5 file; save the table as CSV"),
];

/// Reads a table, by the ranges and names of its own training rows or by those of a network. The rows
/// are parsed anew for each purpose, so that the numbers of a large table need no memory.
pub(super) fn load(path: &Path, source: &Source, reading: &Reading) -> Result<Dataset, Error> {
    let bytes = bytes_of(path)?;
    let table = table(path, &bytes)?;
    // With a second table, both are wanted first.
    let whole = reading.whole && source.test.is_none();
    let mut set = match reading.inputs {
        None => by_itself(&table, source, whole)?,
        Some(inputs) => by_name(&table, source, inputs, whole)?,
    };
    if let Some(test) = &source.test {
        set.declare(source)?;
        if let Some(inputs) = reading.inputs.cloned().or_else(|| set.inputs()) {
            add_test(&mut set, Path::new(test), source, &inputs)?;
        }
        if reading.whole {
            set.join();
        }
    }
    Ok(set)
}

fn bytes_of(path: &Path) -> Result<Vec<u8>, Error> {
    std::fs::read(path).map_err(|source| Error::Read { path: path.to_owned(), source })
}

fn table<'a>(path: &Path, bytes: &'a [u8]) -> Result<Table<'a>, Error> {
    if let Some((_, what)) = NO_TABLES.iter().find(|(start, _)| bytes.starts_with(start)) {
        let (path, message) = (path.to_owned(), (*what).to_owned());
        return Err(DataError::from(TableError::NoTable { path, message }).into());
    }
    let text =
        text::decode(bytes).map_err(|source| Error::Text { path: path.to_owned(), source })?;
    Ok(Table::new(path, text)?)
}

/// A table to train on: first labels and split, then the training rows' ranges, then the pixels.
fn by_itself(table: &Table, source: &Source, whole: bool) -> Result<Dataset, Error> {
    let mut notes = written(table);
    let columns = Columns::of(table, source, &mut notes)?;
    let label = columns.label.unwrap_or_default();
    let labels = Labels::read(table, label, source.classes)?;
    let (is_test, drawn) = parts(table, &columns, &labels.classes, source)?;
    ensure_parts(table, &is_test, source)?;
    let survey = Survey::of(table, &columns.features, &labels.classes, &is_test)?;
    let ranges = ranges(table, source, &survey, &mut notes)?;
    if source.range.is_none() {
        survey.tell_outliers(table, &columns.features, &mut notes)?;
    }
    survey.tell_doubtful(table, &columns.features, &mut notes)?;
    let inputs = Inputs {
        label: table.header[label].clone(),
        classes: labels.names.clone().unwrap_or_default(),
        columns: columns.features.iter().map(|place| table.header[*place].clone()).collect(),
        ranges,
    };
    let (train, test) = pixels(table, &columns, &inputs, Some(&labels.classes), &is_test, whole)?;
    let mut set = Dataset::new(train, test, ImageShape::of(columns.features.len()));
    if let Some(names) = labels.names {
        set.classes = names.len();
        set.names = names;
    }
    Ok(set.of_table(inputs, drawn, notes))
}

/// A table to run: columns, ranges and classes are those of `inputs`; labels may be missing.
fn by_name(table: &Table, source: &Source, inputs: &Inputs, whole: bool) -> Result<Dataset, Error> {
    let mut notes = written(table);
    tell_other_scale(source, inputs, &mut notes);
    let columns = Columns::by_name(table, source, inputs, &mut notes)?;
    let labels = columns.label.map(|label| Labels::by_name(table, label, inputs)).transpose()?;
    let (is_test, drawn) = match (&labels, columns.split) {
        (None, None) => (Vec::new(), false),
        (labels, _) => parts(table, &columns, labels.as_deref().unwrap_or(&[]), source)?,
    };
    let whole = whole || is_test.is_empty();
    let (train, test) = pixels(table, &columns, inputs, labels.as_deref(), &is_test, whole)?;
    let mut set = Dataset::new(train, test, ImageShape::of(columns.features.len()));
    set.classes = inputs.classes.len();
    set.names = inputs.classes.clone();
    Ok(set.of_table(inputs.clone(), drawn, notes))
}

/// The rows of another table as the test part.
fn add_test(set: &mut Dataset, path: &Path, source: &Source, inputs: &Inputs) -> Result<(), Error> {
    let bytes = bytes_of(path)?;
    let table = table(path, &bytes)?;
    let label = source.label.clone().or_else(|| Some(inputs.label.clone()));
    // What is left out of the one need not be in the other.
    let ignore = source.ignore.iter().filter(|name| table.header.contains(name)).cloned();
    let plain = Source { label, ignore: ignore.collect(), ..Source::new(path.to_string_lossy()) };
    let other = by_name(&table, &plain, inputs, true)?;
    set.test = other.test;
    set.notes.extend(other.notes);
    Ok(())
}

/// How a table is taken, where that could be a surprise.
fn written(table: &Table) -> Vec<String> {
    let path = table.path();
    let mut notes = Vec::new();
    if table.commas {
        notes.push(format!("{}: numbers are read with decimal commas", path.display()));
    }
    let Lone { cells, line } = table.lone;
    if cells > 0 {
        let cells = if cells == 1 { "a cell ends".into() } else { format!("{cells} cells end") };
        notes.push(format!(
            "{}, line {line}: {cells} with a quote and no quote opens it; the quote is taken as a \
             character",
            path.display()
        ));
    }
    notes
}

/// Which rows are for the test, and whether they had to be drawn.
fn parts(
    table: &Table,
    columns: &Columns,
    labels: &[u8],
    source: &Source,
) -> Result<(Vec<bool>, bool), DataError> {
    let given = "its column `split` says which rows are for the test; ignore=split leaves that out";
    match columns.split {
        Some(column) => {
            source.no_split_options(given)?;
            source.no_test_option(given)?;
            Ok((given_split(table, column)?, false))
        }
        None if source.test.is_some() => {
            source.no_split_options("the rows of the table `test` are for the test")?;
            Ok((vec![false; labels.len()], false))
        }
        None => Ok((test_rows(labels, source.share(), source.seed()), true)),
    }
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

fn ensure_parts(table: &Table, is_test: &[bool], source: &Source) -> Result<(), DataError> {
    for (part, test) in [("train", false), ("test", true)] {
        let elsewhere = test && source.test.is_some();
        if !elsewhere && !is_test.contains(&test) {
            return Err(DataError::NoPart { path: table.path(), part });
        }
    }
    Ok(())
}

/// The numbers that become pixels 0 and 255, as the user gave them or as the training rows have them.
fn ranges(
    table: &Table,
    source: &Source,
    survey: &Survey,
    notes: &mut Vec<String>,
) -> Result<Vec<[f64; 2]>, DataError> {
    if let Some(range) = source.range {
        if source.scale.is_some() {
            let (data, why) = (source.source.clone(), "`range` is given");
            return Err(DataError::Unused { option: "scale", data, why });
        }
        return Ok(vec![range]);
    }
    if survey.is_constant() {
        return Err(TableError::Constant { path: table.path() }.into());
    }
    if source.scale.is_none() {
        survey.tell_ranges(notes);
    }
    Ok(survey.ranges(source.scale.unwrap_or_default()))
}

/// A network's ranges hold, whatever the options say.
fn tell_other_scale(source: &Source, inputs: &Inputs, notes: &mut Vec<String>) {
    let other = match (source.range, source.scale) {
        (Some(range), _) => inputs.ranges != [range],
        (None, Some(by)) => (by == ScaleBy::Table) != (inputs.ranges.len() == 1),
        (None, None) => false,
    };
    if other && inputs.columns.len() > 1 {
        notes.push("the network's own ranges are used, not `range` or `scale`".into());
    }
}

/// The rows as pixels, in their parts; all in the test part if `whole`.
fn pixels(
    table: &Table,
    columns: &Columns,
    inputs: &Inputs,
    labels: Option<&[u8]>,
    is_test: &[bool],
    whole: bool,
) -> Result<(Split, Split), DataError> {
    let (mut train, mut test) = (Split::default(), Split::default());
    let mut index = 0;
    table.each(|row| {
        let cells = columns.features.iter().enumerate();
        let image: Result<Vec<u8>, DataError> =
            cells.map(|(input, place)| Ok(inputs.pixel(input, row.number(*place)?))).collect();
        let part = if whole || is_test[index] { &mut test } else { &mut train };
        part.images.push(image?);
        part.labels.extend(labels.map(|labels| labels[index]));
        index += 1;
        Ok(())
    })?;
    Ok((train, test))
}

#[cfg(test)]
mod tests;
