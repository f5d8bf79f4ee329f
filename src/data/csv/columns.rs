//! Which column of a table is what.

use super::table::Table;
use crate::data::DataError;

/// Names that the label column may have without being named.
const LABELS: [&str; 4] = ["label", "class", "target", "y"];

/// The columns by their places.
pub(super) struct Columns {
    pub(super) label: usize,
    /// The column `split`, if there is one.
    pub(super) split: Option<usize>,
    /// All others.
    pub(super) features: Vec<usize>,
}

impl Columns {
    /// Finds the label column, by its name or among the usual ones.
    pub(super) fn of(table: &Table, asked: Option<&str>) -> Result<Self, DataError> {
        let is_label = |name: &str| match asked {
            Some(asked) => name == asked,
            None => LABELS.contains(&name.to_lowercase().as_str()),
        };
        let label = only(table, asked, &is_label)?;
        let places = || 0..table.header.len();
        let split = places().find(|&place| place != label && table.header[place] == "split");
        let features: Vec<usize> =
            places().filter(|&place| place != label && Some(place) != split).collect();
        if features.is_empty() {
            return Err(DataError::Empty { path: table.path(), what: "feature columns" });
        }
        Ok(Self { label, split, features })
    }
}

/// The one column that is meant.
fn only(
    table: &Table,
    asked: Option<&str>,
    is_label: &dyn Fn(&str) -> bool,
) -> Result<usize, DataError> {
    let mut found = (0..table.header.len()).filter(|&place| is_label(&table.header[place]));
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
    Err(DataError::LabelColumn { path: table.path(), why, asked, columns })
}
