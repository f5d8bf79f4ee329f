//! What is stated of a design so that SAT proves more: invariants of it, and what a mutant's registers have
//! to do with its own.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use serde::Deserialize;

use super::super::record::form;
use crate::base::error::FlowError;
use crate::base::files;

/// The claims of a file. All of it is proved; nothing is believed.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Claims {
    /// The file, for messages.
    #[serde(skip)]
    pub(super) path: PathBuf,
    #[serde(default)]
    pub(super) define: Vec<Define>,
    #[serde(default)]
    pub(super) invariant: Vec<Invariant>,
    #[serde(default)]
    pub(super) relation: Vec<Relation>,
}

/// A number of 32 bits with a name.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Define {
    pub(super) name: String,
    pub(super) is: String,
}

/// What holds in the first cycle, and after each cycle before which all invariants hold.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Invariant {
    pub(super) says: String,
    pub(super) holds: String,
}

/// What some registers of mutants have to do with those of the sound design; the others hold the same.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Relation {
    pub(super) mutants: Vec<String>,
    pub(super) registers: Vec<String>,
    pub(super) holds: String,
    pub(super) says: String,
}

impl Claims {
    /// Reads a file.
    ///
    /// # Errors
    /// [`FlowError::Unreadable`], and [`Error::HardwareForm`](crate::mutants::Error::HardwareForm) for a
    /// file that is not of its form or has a claim without a sentence.
    pub fn read(path: &Path) -> Result<Self, FlowError> {
        let claims: Self =
            toml::from_str(&files::read_text(path)?).map_err(|e| form(path, e.to_string()))?;
        let invariants = claims.invariant.iter().map(|one| (&one.says, &one.holds));
        let relations = claims.relation.iter().map(|one| (&one.says, &one.holds));
        if let Some((_, holds)) = invariants.chain(relations).find(|(s, _)| s.trim().is_empty()) {
            return Err(form(path, format!("nothing is said of `{holds}`")).into());
        }
        Ok(Self { path: path.to_path_buf(), ..claims })
    }

    /// The mutants that relations are of, by number and place.
    pub fn mutants(&self) -> impl Iterator<Item = &str> {
        self.relation.iter().flat_map(|one| &one.mutants).map(String::as_str)
    }

    /// The relation of a mutant.
    pub(super) fn relation(&self, name: &str) -> Option<&Relation> {
        self.relation.iter().find(|one| one.mutants.iter().any(|of| of == name))
    }

    /// Refuses names that neither the design nor a definition has.
    pub(super) fn ensure_known(&self, held: &BTreeMap<&str, usize>) -> Result<(), FlowError> {
        let mut defined: BTreeSet<&str> = BTreeSet::new();
        let unknown = |text: &str, defined: &BTreeSet<&str>, of_two: bool| {
            let mut names = names(text).into_iter().map(|(at, name)| match of_two {
                true => (at, name.strip_prefix(MUTANT).unwrap_or(name)),
                false => (at, name),
            });
            let known = |name: &str| held.contains_key(name) || defined.contains(name);
            let found = names.find(|(_, name)| !known(name));
            found.map(|(_, name)| form(&self.path, format!("the design has no register `{name}`")))
        };
        for one in &self.define {
            if let Some(error) = unknown(&one.is, &defined, false) {
                return Err(error.into());
            }
            defined.insert(&one.name);
        }
        let invariants = self.invariant.iter().map(|one| (&one.holds, false));
        let relations = self.relation.iter();
        let registers = relations.clone().flat_map(|one| &one.registers).map(|text| (text, false));
        let relations = relations.map(|one| (&one.holds, true));
        let mut all = invariants.chain(registers).chain(relations);
        match all.find_map(|(text, of_two)| unknown(text, &defined, of_two)) {
            Some(error) => Err(error.into()),
            None => Ok(()),
        }
    }
}

/// What stands before a name of the mutant in a relation.
pub(super) const MUTANT: &str = "mutant.";

/// The names in a Verilog expression and where they begin: words, with dots or without, but no digits of a
/// number with a base.
pub(super) fn names(text: &str) -> Vec<(usize, &str)> {
    let is_word = |c: char| c.is_ascii_alphanumeric() || c == '_';
    let mut names = Vec::new();
    let mut at = 0;
    while let Some(begin) = text[at..].find(is_word).map(|found| at + found) {
        let rest = &text[begin..];
        let end = begin + rest.find(|c| !is_word(c) && c != '.').unwrap_or(rest.len());
        let is_name = !rest.starts_with(|c: char| c.is_ascii_digit());
        if is_name && !text[..begin].ends_with('\'') {
            names.push((begin, &text[begin..end]));
        }
        at = end;
    }
    names
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<Claims, FlowError> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("proofs.toml");
        std::fs::write(&path, text).unwrap();
        Claims::read(&path)
    }

    #[test]
    fn names_are_words_with_dots_and_no_numbers() {
        let found = names("a.b_2[3:0] == (8'hff ^ {x, 4'd10} << 12) && mutant.a.b_2");
        let found: Vec<&str> = found.into_iter().map(|(_, name)| name).collect();
        assert_eq!(found, ["a.b_2", "x", "mutant.a.b_2"]);
    }

    #[test]
    fn a_claim_has_a_sentence_and_speaks_of_what_there_is() {
        let error = read("[[invariant]]\nsays = \" \"\nholds = \"a <= 3\"").unwrap_err();
        assert_eq!(error.code(), "flows::mutants::hardware-form");
        assert!(error.to_string().contains("`a <= 3`"), "{error}");
        assert_eq!(read("invariants = 3").unwrap_err().code(), "flows::mutants::hardware-form");

        let claims = read(
            "[[define]]\nname = \"two\"\nis = \"2 * a.q\"\n\
             [[invariant]]\nsays = \"It ends.\"\nholds = \"two <= 6\"\n\
             [[relation]]\nmutants = [\"3: here\"]\nregisters = [\"a.q\"]\nholds = \"mutant.a.q == two\"\n\
             says = \"It counts twice.\"",
        );
        let claims = claims.unwrap();
        assert_eq!(claims.mutants().collect::<Vec<_>>(), ["3: here"]);
        assert!(claims.relation("3: here").is_some() && claims.relation("4: here").is_none());
        claims.ensure_known(&BTreeMap::from([("a.q", 2)])).unwrap();
        let error = claims.ensure_known(&BTreeMap::from([("b.q", 2)])).unwrap_err();
        assert!(error.to_string().contains("no register `a.q`"), "{error}");
        let mut mutant_in_one = claims.clone();
        mutant_in_one.invariant[0].holds = "mutant.a.q <= 6".to_owned();
        assert!(mutant_in_one.ensure_known(&BTreeMap::from([("a.q", 2)])).is_err());
    }
}
