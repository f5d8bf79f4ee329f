//! A lock list: every package of an environment, with the SHA-256 of each file that it may come as.
//!
//! It is TOML, beside the pins that people write, and `cargo xtask tools lock` renews it. pip is given it
//! as requirements with hashes, so that it takes these files and no other.

use std::collections::BTreeMap;
use std::fmt::Write;

use serde::{Deserialize, Serialize};

use super::pip::Difference;
use crate::base::digest;

/// Packages that are installed together, each file of which is known.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Lock {
    /// The oldest Python that there are files for.
    pub python: String,
    /// The packages, by name.
    #[serde(rename = "package")]
    pub packages: Vec<Locked>,
}

/// One package.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Locked {
    /// Its name, as the index has it.
    pub name: String,
    /// Its version.
    pub version: String,
    /// Where it is wanted, as pip writes it; everywhere, if it says nothing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub marker: Option<String>,
    /// The wheels that it may come as, and the SHA-256 of each.
    pub files: BTreeMap<String, String>,
}

impl Lock {
    /// Reads a list.
    ///
    /// # Errors
    /// What is wrong with it, in TOML's words, or the package that has no file.
    pub fn parse(text: &str) -> Result<Self, String> {
        let lock: Self = toml::from_str(text).map_err(|e| e.to_string())?;
        match lock.packages.iter().find(|package| !package.is_whole()) {
            Some(package) => Err(format!("{} has no wheel with a SHA-256", package.name)),
            None => Ok(lock),
        }
    }

    /// The list as TOML.
    #[expect(clippy::expect_used, reason = "texts and tables of texts are all TOML has a form for")]
    pub fn to_toml(&self) -> String {
        toml::to_string(self).expect("a list is plain text")
    }

    /// The package of that name, however it is spelt.
    pub fn find(&self, name: &str) -> Option<&Locked> {
        self.packages.iter().find(|package| plain(&package.name) == plain(name))
    }

    /// What a pin (`package==version`, perhaps with a marker) asks for that the list does not have.
    ///
    /// # Errors
    /// The pin, and what the list has.
    pub fn ensure_holds(&self, pin: &str) -> Result<(), String> {
        let (name, version, _) = parts(pin);
        match self.find(name).map(|package| package.version.as_str()) {
            Some(locked) if locked == version => Ok(()),
            Some(locked) => Err(format!("`{pin}` is locked at {locked}")),
            None => Err(format!("`{pin}` is not locked")),
        }
    }

    /// The list as pip takes it: a requirement a line, with the hashes that it may have.
    pub fn requirements(&self) -> String {
        let mut text = String::new();
        for Locked { name, version, marker, files } in &self.packages {
            let marker = marker.as_ref().map(|marker| format!(" ; {marker}")).unwrap_or_default();
            let _ = write!(text, "{name}=={version}{marker}");
            for hash in files.values() {
                let _ = write!(text, " --hash=sha256:{hash}");
            }
            text.push('\n');
        }
        text
    }

    /// What tells this list from another.
    pub(super) fn digest(&self) -> String {
        digest::of_bytes(self.requirements().as_bytes())
    }

    /// What a file should have been that pip found to be another.
    pub(super) fn expected(&self, found: &Difference) -> String {
        let package = self.find(parts(&found.package).0);
        match package.and_then(|package| package.files.get(&found.file)) {
            Some(hash) => hash.clone(),
            None => {
                let files = package.iter().flat_map(|package| package.files.iter());
                let files: Vec<String> =
                    files.map(|(file, hash)| format!("{hash} ({file})")).collect();
                files.join(" or ")
            }
        }
    }
}

impl Locked {
    fn is_whole(&self) -> bool {
        let sha256 = |hash: &String| spikestream::hex::sha256(hash).as_ref() == Some(hash);
        let wheel = |file: &String| file.ends_with(".whl");
        !self.files.is_empty() && self.files.keys().all(wheel) && self.files.values().all(sha256)
    }
}

/// A pin's name, version and marker.
pub(super) fn parts(pin: &str) -> (&str, &str, Option<&str>) {
    let (package, marker) = match pin.split_once(';') {
        Some((package, marker)) => (package, Some(marker.trim())),
        None => (pin, None),
    };
    let (name, version) = package.split_once("==").unwrap_or((package, ""));
    (name.trim(), version.trim(), marker)
}

/// A package's name as indexes compare it.
fn plain(name: &str) -> String {
    name.to_lowercase().replace(['_', '.'], "-")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hash(digit: &str) -> String {
        digit.repeat(64)
    }

    fn text() -> String {
        format!(
            "python = \"3.11\"\n\n[[package]]\nname = \"one-two\"\nversion = \"1.5\"\n\
             marker = \"platform_system == 'Linux'\"\n\n[package.files]\n\
             \"one_two-1.5-a.whl\" = \"{}\"\n\"one_two-1.5-b.whl\" = \"{}\"\n",
            hash("a"),
            hash("b")
        )
    }

    #[test]
    fn pip_is_given_every_hash() {
        let lock = Lock::parse(&text()).unwrap();
        let expected = format!(
            "one-two==1.5 ; platform_system == 'Linux' --hash=sha256:{} --hash=sha256:{}\n",
            hash("a"),
            hash("b")
        );
        assert_eq!(lock.requirements(), expected);
        assert_eq!(Lock::parse(&lock.to_toml()).unwrap(), lock);
        let other = Lock::parse(&text().replace(&hash("b"), &hash("c"))).unwrap();
        assert_ne!(other.digest(), lock.digest(), "another file is another list");
    }

    #[test]
    fn a_package_without_files_or_hashes_is_refused() {
        let two = text();
        let (none, _) = two.split_once("\"one_two-1.5-a").unwrap();
        for broken in [
            none.to_owned(),
            two.replace(&hash("a"), "a"),
            two.replace("a.whl", "a.tar.gz"),
            two.replace("marker", "mark"),
        ] {
            assert!(Lock::parse(&broken).is_err(), "{broken}");
        }
    }

    #[test]
    fn a_pin_that_the_list_does_not_hold_is_named() {
        let lock = Lock::parse(&text()).unwrap();
        lock.ensure_holds("One_Two==1.5; platform_system == 'Linux'").unwrap();
        assert!(lock.ensure_holds("one-two==1.6").unwrap_err().contains("1.5"));
        assert!(lock.ensure_holds("three==1").unwrap_err().contains("not locked"));
    }

    #[test]
    fn the_hash_that_was_expected_is_the_file_s() {
        let lock = Lock::parse(&text()).unwrap();
        let found = |file: &str| Difference {
            package: "one-two==1.5".into(),
            file: file.into(),
            found: hash("d"),
        };
        assert_eq!(lock.expected(&found("one_two-1.5-b.whl")), hash("b"));
        let other = lock.expected(&found("one_two-1.5-c.whl"));
        assert!(other.contains(&hash("a")) && other.contains("one_two-1.5-b.whl"), "{other}");
    }
}
