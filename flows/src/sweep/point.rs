//! A point of a sweep: its folder, its files, its commands, and the line that comes of them.

use std::fs::File;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value as Json};
use spikestream::command::PRODUCTS;
use spikestream::parent;
use toml::{Table, Value};

use super::error::Error;
use super::step::Step;
use super::words::{self, Values};
use crate::base::error::FlowError;
use crate::base::{digest, files};
use crate::run::{self, Captured, Stage};

/// The file that says that a point is done.
const DONE: &str = "point.json";

/// The longest name of a folder.
const LONGEST: usize = 100;

/// A point.
#[derive(Clone, Debug)]
pub struct Point {
    /// Its number, from 1.
    pub number: usize,
    /// Its name, which is also that of its folder.
    pub name: String,
    /// The values of the grid's keys.
    pub values: Map<String, Json>,
    files: Vec<(String, String)>,
    steps: Vec<Step>,
    digest: String,
}

/// What a point comes to. Nothing in it depends on where or when it ran.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Line {
    /// The point.
    pub point: String,
    /// Its values.
    pub values: Map<String, Json>,
    /// What its commands left.
    pub results: Map<String, Json>,
}

/// The content of [`DONE`].
#[derive(Serialize, Deserialize)]
struct Done {
    /// Of what it was to run.
    digest: String,
    line: Line,
}

impl Point {
    pub(super) fn new(
        number: usize,
        grid: Values,
        values: &Values,
        tables: &Table,
        steps: &[Step],
    ) -> Self {
        let file = |(name, table): (&String, &Value)| {
            let text = toml::to_string(&words::filled_value(table, values)).unwrap_or_default();
            (name.clone(), text)
        };
        let files: Vec<(String, String)> = tables.iter().map(file).collect();
        let filled = |text: &str| words::filled(text, values);
        let steps: Vec<Step> = steps.iter().map(|step| step.filled(&filled)).collect();
        let told = format!("{files:?}{steps:?}{}", env!("CARGO_PKG_VERSION"));
        let values = grid.iter().map(|(key, value)| (key.clone(), json(value)));
        Self {
            number,
            name: name(&grid),
            values: values.collect(),
            digest: digest::of_bytes(told.as_bytes()),
            files,
            steps,
        }
    }

    /// Its folder in that of the sweep.
    pub fn folder(&self, sweep: &Path) -> PathBuf {
        sweep.join("points").join(&self.name)
    }

    /// What it came to, if it is done as the sweep has it now.
    pub fn line(&self, sweep: &Path) -> Option<Line> {
        let text = std::fs::read(self.folder(sweep).join(DONE)).ok()?;
        let done: Done = serde_json::from_slice(&text).ok()?;
        (done.digest == self.digest).then_some(done.line)
    }

    /// Runs it anew in an empty folder, unless another process has done so by now. That it is done is written last of all.
    ///
    /// # Errors
    /// [`Error::Step`] and [`Error::Result`]; [`Error::Taken`]; files that cannot be written.
    pub fn run(&self, program: &Path, sweep: &Path) -> Result<Line, FlowError> {
        let _lock = self.lock(sweep)?;
        if let Some(line) = self.line(sweep) {
            return Ok(line);
        }
        let folder = self.folder(sweep);
        match std::fs::remove_dir_all(&folder) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                return Err(files::unwritable(&folder, &error));
            }
            _ => files::make_folder(&folder)?,
        }
        for (name, text) in &self.files {
            files::write(&folder.join(name), text.as_bytes())?;
        }
        let mut results = Map::new();
        for (at, step) in self.steps.iter().enumerate() {
            results.extend(self.step(step, at + 1, program, &folder)?);
        }
        let line = Line { point: self.name.clone(), values: self.values.clone(), results };
        let done = Done { digest: self.digest.clone(), line };
        files::write_json(&folder.join(DONE), &done)?;
        Ok(done.line)
    }

    /// Keeps other processes out of its folder until the file is closed.
    fn lock(&self, sweep: &Path) -> Result<File, FlowError> {
        let folder = sweep.join("locks");
        files::make_folder(&folder)?;
        let path = folder.join(&self.name);
        // One file for all, never replaced: a lock is the file's, not its name's.
        let open = File::options().create(true).append(true).open(&path);
        let file = open.map_err(|error| files::unwritable(&path, &error))?;
        match file.try_lock() {
            Ok(()) => Ok(file),
            Err(_) => Err(Error::Taken { point: self.name.clone() }.into()),
        }
    }

    /// Runs a command, and returns what is kept of it.
    fn step(
        &self,
        step: &Step,
        number: usize,
        program: &Path,
        folder: &Path,
    ) -> Result<Map<String, Json>, FlowError> {
        let stage = Stage {
            name: step.run.clone(),
            program: program.to_path_buf(),
            args: shlex::split(&step.run).unwrap_or_default(),
            env: vec![
                // Killed, this program takes the other along.
                (parent::VARIABLE.to_owned(), std::process::id().to_string()),
                // Points that run at once have products apart.
                (PRODUCTS.to_owned(), folder.join("out").display().to_string()),
            ],
            folder: folder.to_path_buf(),
        };
        let Captured { success, status, stdout, stderr, .. } = run::capture_stage(&stage)?;
        files::write(&folder.join(format!("{number}.out")), stdout.as_bytes())?;
        let log = folder.join(format!("{number}.log"));
        files::write(&log, stderr.as_bytes())?;
        let (point, command) = (self.name.clone(), step.run.clone());
        if !success {
            let tail = run::tail(if stderr.trim().is_empty() { &stdout } else { &stderr });
            return Err(Error::Step { point, command, status, tail, log }.into());
        }
        let read = |name: &String| files::read_text(&folder.join(name));
        let text = step.result.as_ref().map_or(Ok(stdout), read);
        let no = |reason: String| Error::Result { point, command, reason };
        let wanted = step.result.is_some() || step.keep.is_some();
        match text.map_err(|error| error.to_string()).and_then(|text| parsed(&text)) {
            Ok(results) => Ok(kept(&results, step.keep.as_deref()).map_err(no)?),
            Err(reason) if wanted => Err(no(reason).into()),
            Err(_) => Ok(Map::new()),
        }
    }
}

fn parsed(text: &str) -> Result<Json, String> {
    serde_json::from_str(text).map_err(|error| error.to_string())
}

/// The values of these keys, or all at the top that are no list and no object.
fn kept(results: &Json, keep: Option<&[String]>) -> Result<Map<String, Json>, String> {
    let Some(keep) = keep else {
        let top = results.as_object().into_iter().flatten();
        let plain = top.filter(|(_, value)| !value.is_object() && !value.is_array());
        return Ok(plain.map(|(key, value)| (key.clone(), value.clone())).collect());
    };
    let of = |key: &String| {
        let pointer = format!("/{}", key.replace('.', "/"));
        let value = results.pointer(&pointer).ok_or_else(|| format!("it has no `{key}`"))?;
        Ok((key.clone(), value.clone()))
    };
    keep.iter().map(of).collect()
}

fn json(value: &Value) -> Json {
    serde_json::to_value(value).unwrap_or(Json::Null)
}

/// `key=value,key=value`. Where that is no good name for a folder, a part of a hash tells it from others.
fn name(values: &Values) -> String {
    let each: Vec<String> =
        values.iter().map(|(key, value)| format!("{key}={}", words::word(value))).collect();
    let whole = each.join(",");
    let plain = |c: char| c.is_ascii_alphanumeric() || "=,-_.".contains(c);
    if whole.len() <= LONGEST && whole.chars().all(plain) {
        return whole;
    }
    let short: String =
        whole.chars().map(|c| if plain(c) { c } else { '-' }).take(LONGEST).collect();
    format!("{short}~{}", &digest::of_bytes(whole.as_bytes())[..8])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_kept_by_their_keys() {
        let results = parsed(r#"{"a": 1, "b": [{"c": 2.5}], "d": "x", "e": {}}"#).unwrap();
        let keep = |keys: &[&str]| {
            let keys: Vec<String> = keys.iter().map(|key| (*key).to_owned()).collect();
            kept(&results, Some(&keys)).map(|map| Json::Object(map).to_string())
        };
        assert_eq!(keep(&["b.0.c", "d"]).unwrap(), r#"{"b.0.c":2.5,"d":"x"}"#);
        assert_eq!(keep(&["b.1.c"]).unwrap_err(), "it has no `b.1.c`");
        assert_eq!(Json::Object(kept(&results, None).unwrap()).to_string(), r#"{"a":1,"d":"x"}"#);
    }

    #[test]
    fn a_name_is_a_folder_s_and_its_own() {
        let of = |text: &str| name(&Values::from([("net".into(), Value::String(text.into()))]));
        assert_eq!(of("digits"), "net=digits");
        let [one, two] = ["a/b", "a:b"].map(of);
        assert!(one.starts_with("net=a-b~") && two.starts_with("net=a-b~") && one != two);
        assert!(of(&"x".repeat(300)).len() < 120);
    }
}
