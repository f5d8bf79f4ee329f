//! Where a data set comes from and how it is read: the `[data]` table of a training config, and
//! the same in one line.

use std::fmt::{self, Display};
use std::path::{Path, PathBuf};
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::{DataError, NAMES};
use crate::Error;

/// Every key of a [`Source`].
pub const KEYS: [&str; 11] = [
    "source", "label", "ignore", "test", "set", "split", "seed", "range", "scale", "shape",
    "classes",
];

/// A data set and the options that it is read with.
///
/// In one line, as `--data` takes it and as a network's provenance keeps it, the options follow the
/// source: `table.csv,label=species,split=0.3,range=0:16,shape=1x8x8`. `ignore` may be given more than
/// once.
///
/// ```
/// use spikestream::data::Source;
///
/// let source: Source = "flowers.csv,label=species,seed=3".parse()?;
/// assert_eq!(source.label.as_deref(), Some("species"));
/// assert_eq!(source.to_string(), "flowers.csv,label=species,seed=3");
/// # Ok::<(), spikestream::Error>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Source {
    /// A built-in name ([`NAMES`]), a folder of IDX files, or a CSV file.
    pub source: String,
    /// The column with the class; without it the one named `label`, `class`, `target` or `y`. CSV.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub label: Option<String>,
    /// Columns that are no features. CSV.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub ignore: Vec<String>,
    /// Another table, whose rows are the test part. CSV.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub test: Option<String>,
    /// Which of several data sets in one folder: what their files' names begin with. IDX.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub set: Option<String>,
    /// The share of each class that becomes the test part, 0.2 if not given, where the data has no
    /// split of its own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub split: Option<f64>,
    /// Chooses the rows of the test part, 1 if not given, where the data has no split of its own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seed: Option<u64>,
    /// The numbers that become pixels 0 and 255; without it the smallest and the largest of the
    /// training rows. CSV.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub range: Option<[f64; 2]>,
    /// What smallest and largest are taken over, the whole table if not given. CSV.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scale: Option<ScaleBy>,
    /// Channels, height and width of an image; without it as the file says.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shape: Option<[usize; 3]>,
    /// How many classes there are; without it one more than the largest label.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub classes: Option<usize>,
}

/// What one linear scale from numbers to pixels holds for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ScaleBy {
    /// All columns, so that pixels stay comparable.
    #[default]
    Table,
    /// Each column, for features in units of their own.
    Column,
}

impl Source {
    /// A source without options.
    pub fn new(source: impl Into<String>) -> Self {
        Self { source: source.into(), ..Self::default() }
    }

    /// Whether it is built in, and so needs no file.
    pub fn is_built_in(&self) -> bool {
        NAMES.contains(&self.source.as_str())
    }

    /// The same data seen from elsewhere: a relative path becomes one from `folder`.
    pub fn relative_to(mut self, folder: &Path) -> Self {
        let there = |path: &String| folder.join(path).to_string_lossy().into_owned();
        if !self.is_built_in() {
            self.source = there(&self.source);
        }
        self.test = self.test.as_ref().map(there);
        self
    }

    /// The same data from anywhere: relative paths become absolute ones.
    ///
    /// ```
    /// use spikestream::data::Source;
    ///
    /// let here = std::env::current_dir().unwrap_or_default();
    /// let data = "a.csv,test=b.csv".parse::<Source>()?.absolute();
    /// assert_eq!(data.source, here.join("a.csv").display().to_string());
    /// assert_eq!(data.test, Some(here.join("b.csv").display().to_string()));
    /// assert_eq!("digits".parse::<Source>()?.absolute().source, "digits");
    /// # Ok::<(), spikestream::Error>(())
    /// ```
    pub fn absolute(mut self) -> Self {
        let whole = |path: &String| {
            std::path::absolute(path).map_or_else(|_| path.clone(), |p| p.display().to_string())
        };
        if !self.is_built_in() {
            self.source = whole(&self.source);
        }
        self.test = self.test.as_ref().map(whole);
        self
    }

    /// The data that a command line names, meant from where the user is: paths become absolute. A bare word
    /// is a name; with a `/`, a `\` or a `.` it is a path, and so is the table of the option `test`.
    ///
    /// ```
    /// use spikestream::data::Source;
    ///
    /// assert_eq!(Source::from_here("digits,classes=12")?.to_string(), "digits,classes=12");
    /// let here = std::env::current_dir().unwrap_or_default().display().to_string();
    /// let both = Source::from_here("a.csv,test=b.csv")?.to_string();
    /// assert_eq!(both, format!("{here}/a.csv,test={here}/b.csv"));
    /// # Ok::<(), spikestream::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`DataError`] for an option that there is not, or a value that it cannot have.
    pub fn from_here(text: &str) -> Result<Self, Error> {
        let source = text.parse::<Self>()?;
        let name = source.source.clone();
        let mut whole = source.absolute();
        if !name.contains(['/', '\\', '.']) {
            whole.source = name;
        }
        Ok(whole)
    }

    /// Whether it is the same data, read with the same options, whatever path leads to it.
    pub fn is_same(&self, other: &Self) -> bool {
        let place = |source: &Self| match source.is_built_in() {
            true => None,
            false => std::fs::canonicalize(&source.source).ok(),
        };
        let plain = |source: &Self, path: Option<PathBuf>| Self {
            source: path.map_or_else(|| source.source.clone(), |p| p.to_string_lossy().into()),
            split: Some(source.share()),
            seed: Some(source.seed()),
            scale: Some(source.scale.unwrap_or_default()),
            ..source.clone()
        };
        plain(self, place(self)) == plain(other, place(other))
    }

    /// A name for what is made of it: of ASCII letters, digits, `-` and `_`, as networks have.
    pub fn name(&self) -> String {
        let stem = Path::new(&self.source).file_stem().unwrap_or_default().to_string_lossy();
        let plain = |c: char| if c.is_ascii_alphanumeric() || c == '_' { c } else { '-' };
        let name: String = stem.chars().map(plain).take(64).collect();
        if name.chars().all(|c| c == '-') { "data".into() } else { name }
    }

    pub(super) fn share(&self) -> f64 {
        self.split.unwrap_or(0.2)
    }

    pub(super) fn seed(&self) -> u64 {
        self.seed.unwrap_or(1)
    }

    /// Refuses values that cannot be, whatever the data.
    pub(super) fn check(&self) -> Result<(), DataError> {
        let refuse = |option, value: String, allowed: &str| {
            Err(DataError::Option { option, value, allowed: allowed.into() })
        };
        let named = [("test", &self.test), ("set", &self.set)];
        if let Some((option, _)) = named.iter().find(|(_, n)| n.as_deref() == Some("")) {
            return refuse(option, "empty".into(), "a name");
        }
        match (self.split, self.range, self.shape, self.classes) {
            (Some(share), ..) if !(share > 0.0 && share < 1.0) => {
                refuse("split", share.to_string(), "a share above 0 and below 1")
            }
            (_, Some([low, high]), ..) if !(low < high && low.is_finite() && high.is_finite()) => {
                refuse("range", format!("{low}:{high}"), "two finite numbers, the smaller first")
            }
            (.., Some(shape), _) if shape.contains(&0) => {
                refuse("shape", times(shape), "channels, height and width of at least 1")
            }
            (.., Some(classes)) if !(1..=256).contains(&classes) => {
                refuse("classes", classes.to_string(), "a number of 1..=256")
            }
            _ => Ok(()),
        }
    }

    /// Refuses the options that only a table has a use for.
    pub(super) fn no_table_options(&self, why: &'static str) -> Result<(), DataError> {
        let given = [
            ("label", self.label.is_some()),
            ("ignore", !self.ignore.is_empty()),
            ("test", self.test.is_some()),
            ("range", self.range.is_some()),
            ("scale", self.scale.is_some()),
        ];
        self.refuse_given(&given, why)
    }

    /// Refuses the option that names a test table.
    pub(super) fn no_test_option(&self, why: &'static str) -> Result<(), DataError> {
        self.refuse_given(&[("test", self.test.is_some())], why)
    }

    /// Refuses the option that only a folder has a use for.
    pub(super) fn no_folder_options(&self, why: &'static str) -> Result<(), DataError> {
        self.refuse_given(&[("set", self.set.is_some())], why)
    }

    /// Refuses the options that choose a test part.
    pub(super) fn no_split_options(&self, why: &'static str) -> Result<(), DataError> {
        self.refuse_given(&[("split", self.split.is_some()), ("seed", self.seed.is_some())], why)
    }

    fn refuse_given(
        &self,
        given: &[(&'static str, bool)],
        why: &'static str,
    ) -> Result<(), DataError> {
        match given.iter().find(|(_, given)| *given) {
            Some((option, _)) => Err(DataError::Unused { option, data: self.source.clone(), why }),
            None => Ok(()),
        }
    }

    fn set(&mut self, key: &str, value: &str) -> Result<(), DataError> {
        match key {
            "label" => self.label = Some(value.into()),
            "ignore" => self.ignore.push(value.into()),
            "test" => self.test = Some(value.into()),
            "set" => self.set = Some(value.into()),
            "split" => self.split = Some(number("split", value, "a share above 0 and below 1")?),
            "seed" => self.seed = Some(number("seed", value, "a whole number")?),
            "range" => self.range = Some(list("range", value, ':', "as LOW:HIGH")?),
            "shape" => self.shape = Some(list("shape", value, 'x', "as CHANNELSxHEIGHTxWIDTH")?),
            "classes" => self.classes = Some(number("classes", value, "a number of 1..=256")?),
            "scale" => {
                self.scale = Some(match value {
                    "table" => ScaleBy::Table,
                    "column" => ScaleBy::Column,
                    _ => return Err(refused("scale", value, "as table or column")),
                });
            }
            _ => return Err(DataError::UnknownOption { given: key.into() }),
        }
        Ok(())
    }
}

fn refused(option: &'static str, value: &str, allowed: &str) -> DataError {
    DataError::Option { option, value: format!("{value:?}"), allowed: allowed.into() }
}

fn number<T: FromStr>(option: &'static str, value: &str, allowed: &str) -> Result<T, DataError> {
    value.trim().parse().map_err(|_| refused(option, value, allowed))
}

fn list<T: FromStr, const N: usize>(
    option: &'static str,
    value: &str,
    between: char,
    allowed: &str,
) -> Result<[T; N], DataError> {
    let parts: Result<Vec<T>, _> =
        value.split(between).map(|p| number(option, p, allowed)).collect();
    parts.ok().and_then(|p| p.try_into().ok()).ok_or_else(|| refused(option, value, allowed))
}

/// `1x8x8`.
fn times(shape: [usize; 3]) -> String {
    shape.map(|n| n.to_string()).join("x")
}

impl FromStr for Source {
    type Err = Error;

    /// Reads the one-line form. A text that is the path of something is taken whole.
    fn from_str(text: &str) -> Result<Self, Error> {
        if Path::new(text).exists() {
            return Ok(Self::new(text));
        }
        let mut parts = options(text);
        let mut source = Self::new(parts.remove(0));
        for part in parts {
            let (key, value) = part.split_once('=').unwrap_or((part, ""));
            source.set(key, value)?;
        }
        Ok(source)
    }
}

/// The text cut at every comma that `name=` follows, so that other commas stay.
fn options(text: &str) -> Vec<&str> {
    let starts_option = |rest: &str| {
        let key = rest.split_once('=').map(|(key, _)| key);
        key.is_some_and(|k| !k.is_empty() && k.chars().all(|c| c.is_ascii_lowercase()))
    };
    let mut parts = Vec::new();
    let mut start = 0;
    for (at, _) in text.match_indices(',').filter(|(at, _)| starts_option(&text[at + 1..])) {
        parts.push(&text[start..at]);
        start = at + 1;
    }
    parts.push(&text[start..]);
    parts
}

impl Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.source)?;
        let range = self.range.map(|[low, high]| format!("{low}:{high}"));
        let scale = self.scale.map(|by| match by {
            ScaleBy::Table => "table".to_owned(),
            ScaleBy::Column => "column".to_owned(),
        });
        let ignore = self.ignore.iter().map(|column| ("ignore", Some(column.clone())));
        let options = [
            ("test", self.test.clone()),
            ("set", self.set.clone()),
            ("split", self.split.map(|n| n.to_string())),
            ("seed", self.seed.map(|n| n.to_string())),
            ("range", range),
            ("scale", scale),
            ("shape", self.shape.map(times)),
            ("classes", self.classes.map(|n| n.to_string())),
        ];
        let label = std::iter::once(("label", self.label.clone()));
        for (key, value) in label.chain(ignore).chain(options) {
            if let Some(value) = value {
                write!(f, ",{key}={value}")?;
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests;
