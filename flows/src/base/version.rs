//! Version numbers as tools print them: found in a text, compared number by number.

use std::fmt;
use std::str::FromStr;

/// A dotted version, such as `0.23` or `5.006` (which is the same as `5.6`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Version(Vec<u64>);

impl Version {
    /// Finds a version in what a tool printed: the dotted number that directly follows the first
    /// of `after` that one follows.
    pub fn find(text: &str, after: &[String]) -> Option<Self> {
        after.iter().find_map(|mark| {
            text.match_indices(mark.as_str()).find_map(|(at, _)| leading(&text[at + mark.len()..]))
        })
    }

    /// Whether this version is `minimum` or newer; numbers that are not there count as zero.
    pub fn is_at_least(&self, minimum: &Self) -> bool {
        let places = self.0.len().max(minimum.0.len());
        let padded = |version: &Self| {
            (0..places).map(|i| version.0.get(i).copied().unwrap_or(0)).collect::<Vec<_>>()
        };
        padded(self) >= padded(minimum)
    }
}

/// The dotted number that `text` starts with. A number without a dot is the start of a commit
/// hash more often than a version.
fn leading(text: &str) -> Option<Version> {
    let end = text.find(|c: char| !(c.is_ascii_digit() || c == '.')).unwrap_or(text.len());
    let number = text[..end].trim_end_matches('.');
    number.contains('.').then(|| number.parse().ok()).flatten()
}

impl FromStr for Version {
    type Err = std::num::ParseIntError;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        text.split('.').map(str::parse).collect::<Result<_, _>>().map(Self)
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let words: Vec<String> = self.0.iter().map(u64::to_string).collect();
        f.write_str(&words.join("."))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, after: &[&str], expect: Option<&str>) {
        let after: Vec<String> = after.iter().map(ToString::to_string).collect();
        assert_eq!(Version::find(text, &after).map(|v| v.to_string()).as_deref(), expect);
    }

    #[test]
    fn finds_what_the_tools_print() {
        check("Yosys 0.23 (git sha1 7ce5011c24b)", &["Yosys "], Some("0.23"));
        let nextpnr = &["Version nextpnr-", "Version "];
        check("\"nextpnr-ice40\" -- (Version nextpnr-0.4-1+b1)", nextpnr, Some("0.4"));
        check("\"nextpnr-ice40\" -- (Version 0.11.1-3)", nextpnr, Some("0.11.1"));
        check("\"nextpnr-ice40\" -- (Version 3ab7d3c)", nextpnr, None);
        check("Verilator 5.006 2023-01-22 rev (Debian)", &["Verilator "], Some("5.6"));
        check("Verilator vUNKNOWN-built20260101", &["Verilator "], None);
        let cxx = &["clang version ", ") "];
        check("c++ (Debian 12.2.0-14) 12.2.0", cxx, Some("12.2.0"));
        check("Debian clang version 14.0.6", cxx, Some("14.0.6"));
        check("This is perl 5, version 36 (v5.36.0) built for", &["(v"], Some("5.36.0"));
    }

    #[test]
    fn compares_numbers_not_text() {
        let at_least =
            |a: &str, b: &str| a.parse::<Version>().unwrap().is_at_least(&b.parse().unwrap());
        assert!(at_least("5.48.0", "5.006"));
        assert!(at_least("0.23", "0.23"));
        assert!(at_least("5", "5.0"));
        assert!(at_least("0.100", "0.23"));
        assert!(!at_least("0.4", "0.23"));
    }
}
