//! Which column of a table is what.

use std::collections::BTreeSet;

use super::TableError;
use super::table::Table;
use crate::data::error::listed;
use crate::data::{DataError, Source};
use crate::spec::Inputs;

/// Names that the label column may have without being named.
const LABELS: [&str; 4] = ["label", "class", "target", "y"];

/// The column that says which part a row is of.
const SPLIT: &str = "split";

/// The columns by their places.
pub(super) struct Columns {
    /// The column with the class; a table that is only to be run needs none.
    pub(super) label: Option<usize>,
    /// The column `split`, if there is one.
    pub(super) split: Option<usize>,
    /// The features in the order of the inputs.
    pub(super) features: Vec<usize>,
}

impl Columns {
    /// Every named column but label and split is a feature, unless it is ignored.
    pub(super) fn of(
        table: &Table,
        source: &Source,
        notes: &mut Vec<String>,
    ) -> Result<Self, DataError> {
        let asked = source.label.as_deref();
        let is_label = |name: &str| match asked {
            Some(asked) => name == asked,
            None => LABELS.contains(&name.to_lowercase().as_str()),
        };
        let kept = kept(table, &source.ignore)?;
        let label = only(table, &kept, asked, &is_label)?;
        let split = split(table, &kept, Some(label));
        let rest = kept.into_iter().filter(|&place| place != label && Some(place) != split);
        let (features, nameless): (Vec<usize>, Vec<usize>) =
            rest.partition(|&place| !is_nameless(&table.header[place]));
        tell_nameless(table, &nameless, notes);
        if features.is_empty() {
            let what = "feature columns with a name";
            return Err(DataError::Empty { path: table.path(), what });
        }
        ensure_distinct(table, &features)?;
        Ok(Self { label: Some(label), split, features })
    }

    /// The columns that a network, or the training table, has, by their names and in their order.
    pub(super) fn by_name(
        table: &Table,
        source: &Source,
        inputs: &Inputs,
        notes: &mut Vec<String>,
    ) -> Result<Self, DataError> {
        let kept = kept(table, &source.ignore)?;
        let place = |name: &String| kept.iter().copied().find(|p| table.header[*p] == *name);
        let lacking = inputs.columns.iter().filter(|name| place(name).is_none());
        let missing: Vec<String> = lacking.cloned().collect();
        if !missing.is_empty() {
            let (path, columns) = (table.path(), table.header.clone());
            let wanted = inputs.columns.clone();
            return Err(TableError::Lacking { path, missing, columns, wanted }.into());
        }
        let features: Vec<usize> = inputs.columns.iter().filter_map(place).collect();
        let is_feature = |place: &usize| inputs.columns.contains(&table.header[*place]);
        let same: Vec<usize> = kept.iter().copied().filter(is_feature).collect();
        ensure_distinct(table, &same)?;
        let others: Vec<usize> = kept.iter().copied().filter(|p| !same.contains(p)).collect();
        let label = match &source.label {
            Some(asked) => Some(only(table, &kept, Some(asked), &|name| name == asked)?),
            None => others.iter().copied().find(|p| table.header[*p] == inputs.label),
        };
        let split = split(table, &others, label);
        let extra = others.into_iter().filter(|p| Some(*p) != label && Some(*p) != split);
        tell_extra(table, &extra.collect::<Vec<_>>(), label, notes);
        Ok(Self { label, split, features })
    }
}

/// The places of the columns that are not ignored.
fn kept(table: &Table, ignore: &[String]) -> Result<Vec<usize>, DataError> {
    if let Some(name) = ignore.iter().find(|name| !table.header.contains(name)) {
        let (path, columns) = (table.path(), table.header.clone());
        return Err(TableError::Ignored { path, name: name.clone(), columns }.into());
    }
    Ok((0..table.header.len()).filter(|&place| !ignore.contains(&table.header[place])).collect())
}

fn split(table: &Table, places: &[usize], label: Option<usize>) -> Option<usize> {
    places.iter().copied().find(|&p| Some(p) != label && table.header[p] == SPLIT)
}

/// Whether a column has no name, or the one that pandas gives it when it reads the table again.
fn is_nameless(name: &str) -> bool {
    let number = name.strip_prefix("Unnamed: ");
    let is_number = |n: &str| !n.is_empty() && n.chars().all(|c| c.is_ascii_digit() || c == '.');
    name.is_empty() || number.is_some_and(is_number)
}

/// A column without a name is mostly the row number that a program wrote first, which gives away the
/// class of rows in the order of their classes.
fn tell_nameless(table: &Table, places: &[usize], notes: &mut Vec<String>) {
    if let Some(first) = places.first() {
        let which: Vec<String> = places.iter().map(|place| (place + 1).to_string()).collect();
        let (path, which) = (table.path(), listed(&which));
        let what = match table.header[*first].as_str() {
            "" => "without a name".to_owned(),
            name => format!("named {name:?}, as pandas calls one without a name"),
        };
        notes.push(format!(
            "{}: column {which}, {what}, is no feature; give it a name if it is one",
            path.display()
        ));
    }
}

fn tell_extra(table: &Table, extra: &[usize], label: Option<usize>, notes: &mut Vec<String>) {
    if extra.is_empty() {
        return;
    }
    let name = |place: &usize| match table.header[*place].as_str() {
        "" => format!("number {}", place + 1),
        name => format!("{name:?}"),
    };
    let names: Vec<String> = extra.iter().map(name).collect();
    let could_be = |p: &&usize| LABELS.contains(&table.header[**p].to_lowercase().as_str());
    let hint = extra.iter().find(|p| label.is_none() && could_be(p)).map(|place| {
        format!("; if {} is the class, give label={}", name(place), table.header[*place])
    });
    notes.push(format!(
        "{}: not used, since the network has no such input: {}{}",
        table.path().display(),
        listed(&names),
        hint.unwrap_or_default()
    ));
}

/// Refuses features of one name: nobody could say which is which.
fn ensure_distinct(table: &Table, features: &[usize]) -> Result<(), DataError> {
    let mut seen = BTreeSet::new();
    match features.iter().map(|place| &table.header[*place]).find(|name| !seen.insert(*name)) {
        None => Ok(()),
        Some(name) => Err(TableError::Repeated { path: table.path(), column: name.clone() }.into()),
    }
}

/// The one column that is meant.
fn only(
    table: &Table,
    kept: &[usize],
    asked: Option<&str>,
    is_label: &dyn Fn(&str) -> bool,
) -> Result<usize, DataError> {
    let mut found = kept.iter().copied().filter(|&place| is_label(&table.header[place]));
    let why = match (found.next(), found.next(), asked) {
        (Some(place), None, _) => return Ok(place),
        (None, _, Some(asked)) => format!("has no column {asked:?}"),
        (None, _, None) => format!("has no column named {}", LABELS.join(", ")),
        (Some(_), Some(_), Some(asked)) => format!("has more than one column {asked:?}"),
        (Some(one), Some(other), None) => {
            let [one, other] = [one, other].map(|place| &table.header[place]);
            format!("has {one:?} and {other:?}, and either could be the label")
        }
    };
    let (asked, columns) = (asked.map(str::to_owned), table.header.clone());
    Err(TableError::LabelColumn { path: table.path(), why, asked, columns }.into())
}
