//! Tables of rows by name: those that ship, and on top of them those of the user's own folder.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde::de::DeserializeOwned;
use toml::Spanned;

use crate::base::error::FlowError;
use crate::base::files;
use crate::base::parse;

/// A row of a table.
pub trait Row: DeserializeOwned + Clone {
    /// The name of the table's file in a user's folder.
    const FILE: &'static str;
    /// The file of the rows that ship, from the root of the workspace.
    const SHIPPED: &'static str;
    /// The text of that file.
    const TEXT: &'static str;

    /// The row with its name, and what it names in the folder of its file found there.
    fn named(self, name: &str, folder: &Path) -> Self;

    /// What reading alone does not refuse: a sentence and a remedy.
    ///
    /// # Errors
    /// Both, if there is something.
    fn check(&self) -> Result<(), (String, String)>;
}

/// Rows by name.
#[derive(Debug, Clone)]
pub struct Table<R> {
    rows: BTreeMap<String, R>,
    own: Option<PathBuf>,
}

impl<R: Row> Table<R> {
    /// The rows that ship.
    #[expect(clippy::expect_used, reason = "the text is compiled in and tested")]
    pub fn shipped() -> Self {
        let rows = read(Path::new(R::SHIPPED), R::TEXT).expect(R::SHIPPED);
        Self { rows: rows.into_iter().map(|(_, name, row)| (name, row)).collect(), own: None }
    }

    /// The rows that ship, and those of a user's folder, if it has a file of them.
    ///
    /// # Errors
    /// [`FlowError::Invalid`] with the line, also for a row of a name that ships: the boards
    /// that ship would mean something else by it. [`FlowError::Unreadable`].
    pub fn with(folder: Option<&Path>) -> Result<Self, FlowError> {
        let mut table = Self::shipped();
        let Some(file) = folder.map(|folder| folder.join(R::FILE)).filter(|file| file.is_file())
        else {
            return Ok(table);
        };
        for (line, name, row) in read(&file, &files::read_text(&file)?)? {
            if table.rows.contains_key(&name) {
                let what = format!("`{name}` is a row of {} already", R::SHIPPED);
                let remedy = "give the row a name of its own, and write that in the board's file";
                return Err(invalid(&file, line, (what, remedy.to_owned())));
            }
            table.rows.insert(name, row);
        }
        table.own = Some(file);
        Ok(table)
    }

    /// The row of that name.
    pub fn find(&self, name: &str) -> Option<R> {
        self.rows.get(name).cloned()
    }

    /// All rows, by name.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &R)> {
        self.rows.iter().map(|(name, row)| (name.as_str(), row))
    }

    /// The files that its rows come from, for messages.
    pub fn files(&self) -> String {
        let own = self.own.iter().map(|file| file.display().to_string());
        std::iter::once(R::SHIPPED.to_owned()).chain(own).collect::<Vec<_>>().join(" or ")
    }
}

/// The rows of a text, each with its line and its name.
fn read<R: Row>(file: &Path, text: &str) -> Result<Vec<(usize, String, R)>, FlowError> {
    let guide = format!("{} explains every key", R::SHIPPED);
    let rows: BTreeMap<Spanned<String>, R> = parse(file, text, &guide)?;
    let folder = file.parent().unwrap_or(Path::new("."));
    let named = |(name, row): (Spanned<String>, R)| {
        let line = 1 + text[..name.span().start].matches('\n').count();
        let name = name.into_inner();
        let row = row.named(&name, folder);
        match row.check() {
            Ok(()) => Ok((line, name, row)),
            Err((what, remedy)) => Err(invalid(file, line, (format!("`{name}`: {what}"), remedy))),
        }
    };
    rows.into_iter().map(named).collect()
}

fn invalid(file: &Path, line: usize, (what, remedy): (String, String)) -> FlowError {
    let what = format!("line {line}: {what}");
    FlowError::Invalid { file: file.to_path_buf(), what, remedy }
}
