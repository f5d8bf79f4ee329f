//! The lines of all points, in one file and as a table.

use std::path::{Path, PathBuf};

use serde_json::Value as Json;

use super::error::Error;
use super::file::Sweep;
use super::point::Line;
use crate::base::error::FlowError;
use crate::base::files;

/// The lines of all points that are done, in the order of the sweep, a line each.
const LINES: &str = "results.jsonl";

/// Writes the lines of all points that are done, and returns their file.
///
/// # Errors
/// A file that cannot be written.
pub fn write(sweep: &Sweep, folder: &Path) -> Result<PathBuf, FlowError> {
    let text: String = lines(sweep, folder).iter().map(text).collect();
    let path = folder.join(LINES);
    files::write(&path, text.as_bytes())?;
    Ok(path)
}

fn text(line: &Line) -> String {
    serde_json::to_string(line).unwrap_or_default() + "\n"
}

/// The lines of all points that are done.
pub fn lines(sweep: &Sweep, folder: &Path) -> Vec<Line> {
    sweep.points.iter().filter_map(|point| point.line(folder)).collect()
}

/// The results that any line has, in the order of the alphabet.
pub fn names(lines: &[Line]) -> Vec<String> {
    let mut names: Vec<String> =
        lines.iter().flat_map(|line| line.results.keys().cloned()).collect();
    names.sort_unstable();
    names.dedup();
    names
}

/// A value as a table shows it.
pub fn shown(value: Option<&Json>) -> String {
    match value {
        None | Some(Json::Null) => "-".into(),
        Some(Json::String(text)) => text.clone(),
        Some(other) => other.to_string(),
    }
}

/// The numbers of a line by which results are drawn.
#[derive(Clone, Debug, PartialEq)]
pub struct Drawn {
    /// The number of the key along the foot.
    pub at: f64,
    /// The value of the key that has a line for each.
    pub by: String,
    /// The result.
    pub value: f64,
}

/// The numbers that are drawn of lines.
///
/// # Errors
/// [`Error::Unknown`] for a key or a result without numbers.
pub fn drawn(lines: &[Line], x: &str, y: &str, by: Option<&str>) -> Result<Vec<Drawn>, Error> {
    let of = |line: &Line| {
        Some(Drawn {
            at: line.values.get(x)?.as_f64()?,
            by: by.map(|key| shown(line.values.get(key))).unwrap_or_default(),
            value: line.results.get(y)?.as_f64()?,
        })
    };
    let unknown = |what, name: &str, legal: Vec<String>| Error::Unknown {
        what,
        name: name.to_owned(),
        legal: legal.join(", "),
    };
    let keys = |number: bool| -> Vec<String> {
        let first = lines.first().map(|line| &line.values);
        let keys = first.into_iter().flatten().filter(|(_, value)| !number || value.is_number());
        keys.map(|(key, _)| key.clone()).collect()
    };
    if !keys(true).iter().any(|key| key == x) {
        return Err(unknown("key", x, keys(true)));
    }
    if let Some(by) = by.filter(|by| !keys(false).iter().any(|key| key == by)) {
        return Err(unknown("key", by, keys(false)));
    }
    let drawn: Vec<Drawn> = lines.iter().filter_map(of).collect();
    if drawn.is_empty() { Err(unknown("result", y, names(lines))) } else { Ok(drawn) }
}
