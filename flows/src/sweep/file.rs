//! The file of a sweep: its grid, the files of a point, and its commands.

use std::path::{Path, PathBuf};

use serde::Deserialize;
use toml::{Table, Value};

use super::error::Error;
use super::point::Point;
use super::step::Step;
use super::words::{self, Values};
use crate::base::error::FlowError;
use crate::base::{files, nearest};

/// The most points of a grid.
const MOST_POINTS: usize = 10_000;

/// The place of the folder that the sweep's file is in.
pub(super) const HERE: &str = "here";

/// A sweep.
///
/// # Example
/// ```
/// use spikestream_flows::sweep::Sweep;
///
/// let text = r#"
/// name = "lengths"
/// [grid]
/// length = [16, 64]
/// generator = ["sobol", "random"]
/// [[steps]]
/// run = "sc --net digits --data digits --generator {generator} --length {length} --json"
/// keep = ["0.rows.0.points.0.accuracy"]
/// "#;
/// let sweep = Sweep::parse(text, "lengths.toml".as_ref())?;
/// let names: Vec<&str> = sweep.points.iter().map(|point| &*point.name).collect();
/// assert_eq!(names[..2], ["generator=sobol,length=16", "generator=sobol,length=64"]);
/// # Ok::<(), spikestream_flows::FlowError>(())
/// ```
#[derive(Clone, Debug)]
pub struct Sweep {
    /// The file.
    pub path: PathBuf,
    /// Its name, which is also that of its folder.
    pub name: String,
    /// The keys of the grid, in the order of the alphabet.
    pub keys: Vec<String>,
    /// Every combination of the keys' values, the last key's first.
    pub points: Vec<Point>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Raw {
    name: String,
    grid: Table,
    #[serde(default)]
    files: Table,
    steps: Vec<Step>,
}

impl Sweep {
    /// Reads a file.
    ///
    /// # Errors
    /// [`Error::Syntax`] and [`Error::Invalid`]; a file that cannot be read.
    pub fn read(path: &Path) -> Result<Self, FlowError> {
        let path = std::path::absolute(path).unwrap_or_else(|_| path.to_path_buf());
        Self::parse(&files::read_text(&path)?, &path)
    }

    /// The sweep of a text that stands in a file.
    ///
    /// # Errors
    /// [`Error::Syntax`] and [`Error::Invalid`].
    pub fn parse(text: &str, path: &Path) -> Result<Self, FlowError> {
        let raw: Raw = toml::from_str(text).map_err(|error| Error::Syntax {
            path: path.to_path_buf(),
            message: error.to_string().trim_end().to_owned(),
        })?;
        let refused = |(what, remedy): (String, String)| Error::Invalid {
            path: path.to_path_buf(),
            what,
            remedy,
        };
        check(&raw).map_err(refused)?;
        let here = path.parent().unwrap_or(Path::new("")).display().to_string();
        let count = raw.grid.values().filter_map(Value::as_array).map(Vec::len).product();
        let point = |at| {
            let mut values = chosen(&raw.grid, at);
            let of_grid = values.clone();
            values.insert(HERE.into(), Value::String(here.clone()));
            Point::new(at + 1, of_grid, &values, &raw.files, &raw.steps)
        };
        let points = (0..count).map(point).collect();
        let keys = raw.grid.keys().cloned().collect();
        Ok(Self { path: path.to_path_buf(), name: raw.name, keys, points })
    }

    /// The point of a number, from 1.
    ///
    /// # Errors
    /// [`Error::Number`].
    pub fn point(&self, number: usize) -> Result<&Point, Error> {
        let points = self.points.len();
        number
            .checked_sub(1)
            .and_then(|at| self.points.get(at))
            .ok_or(Error::Number { number, points })
    }
}

/// The values of a combination, the last key's counting fastest.
fn chosen(grid: &Table, at: usize) -> Values {
    let mut rest = at;
    let mut values = Values::new();
    for (key, all) in grid.iter().collect::<Vec<_>>().into_iter().rev() {
        let Some(all) = all.as_array() else { continue };
        values.insert(key.clone(), all[rest % all.len()].clone());
        rest /= all.len();
    }
    values
}

/// What is wrong, and what to write instead.
type Wrong = (String, String);

fn check(raw: &Raw) -> Result<(), Wrong> {
    let named = |text: &str| {
        !text.is_empty() && text.chars().all(|c| c.is_ascii_alphanumeric() || "-_".contains(c))
    };
    if !named(&raw.name) {
        let remedy = "give a name of ASCII letters, digits, '-' and '_': it becomes a folder";
        return Err((format!("name is `{}`", raw.name), remedy.into()));
    }
    if raw.grid.is_empty() {
        return Err(("the grid has no key".into(), "give one, such as seed = [1, 2, 3]".into()));
    }
    let mut count = 1_usize;
    for (key, values) in &raw.grid {
        if !named(key) || key == HERE {
            let remedy = "keys are ASCII letters, digits, '-' and '_', and `here` is taken";
            return Err((format!("the grid has a key `{key}`"), remedy.into()));
        }
        count = count.saturating_mul(check_values(key, values)?);
    }
    if count > MOST_POINTS {
        let what = format!("the grid has {count} points, and {MOST_POINTS} are the most");
        return Err((what, "leave values out, or make several sweeps".into()));
    }
    for name in raw.files.keys() {
        let folder = Path::new(name).components().count() != 1 || name.contains(['/', '\\']);
        if folder || name.starts_with('.') {
            return Err((
                format!("a file is called `{name}`"),
                "give it a name without a folder".into(),
            ));
        }
    }
    check_steps(raw)
}

/// How many values a key has.
fn check_values(key: &str, values: &Value) -> Result<usize, Wrong> {
    let remedy = || format!("give a list, such as {key} = [1, 2]");
    let Some(all) = values.as_array().filter(|all| !all.is_empty()) else {
        return Err((format!("grid.{key} is no list of values"), remedy()));
    };
    for (at, value) in all.iter().enumerate() {
        if matches!(value, Value::Array(_) | Value::Table(_) | Value::Datetime(_)) {
            return Err((
                format!("grid.{key} has {value}"),
                "give numbers, texts or truths".into(),
            ));
        }
        if all[..at].contains(value) {
            return Err((format!("grid.{key} has {value} twice"), "give each value once".into()));
        }
    }
    Ok(all.len())
}

fn check_steps(raw: &Raw) -> Result<(), Wrong> {
    if raw.steps.is_empty() {
        let remedy = "give one: [[steps]] with run = \"eval --net digits --data digits --json\"";
        return Err(("there is no step".into(), remedy.into()));
    }
    for step in &raw.steps {
        match shlex::split(&step.run).as_deref() {
            None => {
                let remedy = "close the quotation marks";
                return Err((format!("`{}` is no line of words", step.run), remedy.into()));
            }
            Some([]) => return Err(("a step runs nothing".into(), "give a command".into())),
            Some([first, ..]) if first == "sweep" => {
                return Err(("a step runs a sweep".into(), "put its keys into this grid".into()));
            }
            Some(_) => {}
        }
    }
    let files = raw.files.values().flat_map(words::texts);
    let steps = raw.steps.iter().flat_map(Step::texts);
    let texts: Vec<&str> = files.chain(steps).collect();
    let places: Vec<&str> = texts.into_iter().flat_map(words::places).collect();
    let legal: Vec<String> = raw.grid.keys().cloned().chain([HERE.to_owned()]).collect();
    if let Some(place) = places.iter().find(|place| !legal.iter().any(|key| key == *place)) {
        let what = format!("`{{{place}}}` is no key of the grid");
        return Err((what, nearest::offer(place, &legal)));
    }
    if let Some(key) = raw.grid.keys().find(|key| !places.contains(&key.as_str())) {
        let remedy = format!("write {{{key}}} where its values go, or leave it out");
        return Err((format!("no step and no file uses {{{key}}}"), remedy));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: &str = "name = 'a'\n[grid]\nseed = [1, 2, 3]\nbits = [3, 4]\n\
        [files.'t.toml']\nbits = '{bits}'\n[[steps]]\nrun = 'train --config t.toml --seed {seed}'\n";

    fn told(text: &str) -> String {
        let error = Sweep::parse(text, "s.toml".as_ref()).unwrap_err();
        format!("{}: {error} | {}", error.code(), error.remedy())
    }

    #[test]
    fn every_combination_is_a_point_once() {
        let sweep = Sweep::parse(GOOD, "s.toml".as_ref()).unwrap();
        let names: Vec<&str> = sweep.points.iter().map(|point| point.name.as_str()).collect();
        let expected = ["bits=3,seed=1", "bits=3,seed=2", "bits=3,seed=3", "bits=4,seed=1"];
        assert_eq!(names[..4], expected);
        assert_eq!((names.len(), sweep.keys.join(" ").as_str()), (6, "bits seed"));
        assert_eq!(sweep.point(6).unwrap().name, "bits=4,seed=3");
        for number in [0, 7] {
            assert!(matches!(sweep.point(number), Err(Error::Number { points: 6, .. })));
        }
    }

    #[test]
    fn what_cannot_be_is_told_with_what_to_write() {
        for (from, to, words) in [
            ("name = 'a'", "name = 'a/b'", "name is `a/b`"),
            ("seed = [1, 2, 3]", "seed = []", "grid.seed is no list"),
            ("seed = [1, 2, 3]", "seed = 4", "give a list, such as seed = [1, 2]"),
            ("seed = [1, 2, 3]", "seed = [1, 2, 1]", "grid.seed has 1 twice"),
            ("seed = [1, 2, 3]", "seed = [[1]]", "give numbers, texts or truths"),
            ("{seed}", "{sed}", "did you mean"),
            ("{seed}", "1", "no step and no file uses {seed}"),
            ("train --", "sweep --", "a step runs a sweep"),
            ("'train --config", "'train \" --config", "close the quotation marks"),
            ("'t.toml'", "'../t.toml'", "a name without a folder"),
            ("[[steps]]", "[[stps]]", "flows::sweep::syntax"),
            ("[grid]\nseed = [1, 2, 3]\nbits = [3, 4]", "[grid]", "the grid has no key"),
        ] {
            assert!(GOOD.contains(from), "{from}");
            let told = told(&GOOD.replace(from, to));
            assert!(told.contains(words), "{to}: {told}");
        }
        let many: Vec<String> = (0..101).map(|n| n.to_string()).collect();
        let many = format!("seed = [{0}]\nother = [{0}]", many.join(", "));
        assert!(told(&GOOD.replace("seed = [1, 2, 3]", &many)).contains("20402 points"));
    }
}
