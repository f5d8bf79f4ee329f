//! The label column: whole numbers, or names that become numbers in their order. Minus one and one, as
//! anomalies are often marked, are names.

use std::collections::{BTreeMap, BTreeSet};

use super::TableError;
use super::table::{Row, Table};
use crate::data::DataError;
use crate::spec::Inputs;

/// Every row's class.
pub(super) struct Labels {
    pub(super) classes: Vec<u8>,
    /// The names behind the classes, where the labels are names.
    pub(super) names: Option<Vec<String>>,
}

impl Labels {
    /// Reads the column. The first label decides whether all are numbers or all are names: a slip
    /// of the pen must not turn numbers into names.
    pub(super) fn read(
        table: &Table,
        column: usize,
        classes: Option<usize>,
    ) -> Result<Self, DataError> {
        if let Some(signs) = Self::signs(table, column)? {
            return Ok(signs);
        }
        let most = classes.unwrap_or(256);
        let mut numbers = Vec::new();
        let mut names: Vec<String> = Vec::new();
        table.each(|row| {
            let is_number = row.cell(column).parse::<f64>().is_ok();
            ensure_name(&row, column)?;
            if is_number && names.is_empty() {
                numbers.push(number(&row, column, most)?);
            } else if !is_number && numbers.is_empty() {
                names.push(row.cell(column).to_owned());
            } else {
                let kind = if is_number { "a name" } else { "a whole number" };
                let expected = format!("{kind}, as in the rows before");
                return Err(row.refuse_label(column, expected));
            }
            Ok(())
        })?;
        if names.is_empty() {
            return Ok(Self { classes: numbers, names: None });
        }
        let column = table.header[column].clone();
        Ok(named(names).ok_or_else(|| TableError::Classes { path: table.path(), column })?)
    }

    /// The column as two classes, if it holds minus one and one and nothing else. Another number below
    /// zero is no class: it may stand for a row without a label.
    fn signs(table: &Table, column: usize) -> Result<Option<Self>, DataError> {
        let (mut classes, mut others) = (Vec::new(), false);
        table.each(|row| {
            match row.number(column).ok() {
                Some(-1.0) => classes.push(0),
                Some(1.0) => classes.push(1),
                _ => others = true,
            }
            Ok(())
        })?;
        let both = !others && classes.contains(&0) && classes.contains(&1);
        let names = ["-1", "1"].map(str::to_owned).to_vec();
        Ok(both.then_some(Self { classes, names: Some(names) }))
    }

    /// Reads the column as the classes that a network, or the training table, has.
    pub(super) fn by_name(
        table: &Table,
        column: usize,
        inputs: &Inputs,
    ) -> Result<Vec<u8>, DataError> {
        let mut classes = Vec::new();
        table.each(|row| {
            ensure_name(&row, column)?;
            let class = inputs.class_of(row.cell(column));
            classes.push(class.ok_or_else(|| row.refuse_class(column, &inputs.classes))?);
            Ok(())
        })?;
        Ok(classes)
    }
}

/// Refuses what names no class. A line's end in one mostly shows rows that a stray quote has taken in.
fn ensure_name(row: &Row, column: usize) -> Result<(), DataError> {
    let name = row.cell(column);
    if name.is_empty() {
        return Err(row.refuse_label(column, "a class".into()));
    }
    match name.contains(['\n', '\r']) {
        true => {
            Err(row.refuse(column, "a class in one line; does a quote open in the wrong place?"))
        }
        false => Ok(()),
    }
}

/// A label that is a whole number below `most`; 3.0 is one, since some programs write that.
fn number(row: &Row, column: usize, most: usize) -> Result<u8, DataError> {
    let label = row.number(column).ok();
    let label = label.filter(|l| l.fract() == 0.0 && (0.0..most as f64).contains(l));
    let expected = || format!("a whole number of 0..={}", most - 1);
    label.map(|l| l as u8).ok_or_else(|| row.refuse_label(column, expected()))
}

/// Names as numbers in the order of the names, unless there are too many.
fn named(names: Vec<String>) -> Option<Labels> {
    let all: BTreeSet<&String> = names.iter().collect();
    if all.len() > 256 {
        return None;
    }
    let numbers: BTreeMap<&String, u8> = all.into_iter().zip(0..=u8::MAX).collect();
    let classes = names.iter().map(|name| numbers[name]).collect();
    let names = numbers.into_keys().cloned().collect();
    Some(Labels { classes, names: Some(names) })
}
