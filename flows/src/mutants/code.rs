//! What of a source is mutated: its lines without comments, imports and tests.
//!
//! A record holds for these lines, and a sample's place counts them. So a comment, an import, a test and a
//! file's new path cost no new run.

use crate::base::digest;

/// Where a file's tests begin.
const TESTS: &str = "#[cfg(test)]";

/// The mutated lines of a source, each with its number in the source, from 1.
pub(super) struct Code<'a>(Vec<(usize, &'a str)>);

impl<'a> Code<'a> {
    /// The code of a source.
    pub(super) fn of(source: &'a str) -> Self {
        let mut lines = Vec::new();
        let mut importing = false;
        let mut source = source.lines().enumerate().peekable();
        while let Some((at, line)) = source.next() {
            if line == TESTS {
                // A module that is another file ends with its declaration, and anything may follow.
                match source.next_if(|(_, next)| next.ends_with(';')) {
                    Some(_) => continue,
                    None => break,
                }
            }
            let text = line.trim();
            importing |= is_import(text);
            if !importing && !text.is_empty() && !text.starts_with("//") {
                lines.push((at + 1, line));
            }
            importing &= !text.ends_with(';');
        }
        Self(lines)
    }

    /// The hash of the lines.
    pub(super) fn hash(&self) -> String {
        let lines: Vec<&str> = self.0.iter().map(|(_, line)| *line).collect();
        digest::of_bytes(lines.join("\n").as_bytes())
    }

    /// The number among these lines of a line of the source.
    pub(super) fn line_of(&self, number: usize) -> Option<usize> {
        self.0.binary_search_by_key(&number, |(at, _)| *at).ok().map(|at| at + 1)
    }

    /// The number in the source of one of these lines.
    pub(super) fn number_of(&self, line: usize) -> Option<usize> {
        self.0.get(line.checked_sub(1)?).map(|(number, _)| *number)
    }
}

/// Whether a line begins an import.
fn is_import(line: &str) -> bool {
    let public = line.strip_prefix("pub").map(|rest| match rest.strip_prefix('(') {
        Some(rest) => rest.split_once(')').map_or(rest, |(_, rest)| rest),
        None => rest,
    });
    public.unwrap_or(line).trim_start().starts_with("use ")
}

#[cfg(test)]
mod tests {
    use super::*;

    const SOURCE: &str = "//! What it is.\n\nuse a::{\n    b,\n};\npub(crate) use c;\n\n/// A sum.\n\
                          fn sum() -> u8 {\n    // Both.\n    1 + 2\n}\n\n#[cfg(test)]\nmod tests {}\n";

    #[test]
    fn comments_imports_and_tests_are_no_code() {
        let code = Code::of(SOURCE);
        let bare = "fn sum() -> u8 {\n    1 + 2\n}\n";
        assert_eq!(code.hash(), Code::of(bare).hash());
        assert_ne!(code.hash(), Code::of(&bare.replace('+', "-")).hash());
        assert_eq!((code.line_of(11), code.number_of(2)), (Some(2), Some(11)));
        assert_eq!((code.line_of(8), code.line_of(15), code.number_of(0)), (None, None, None));
        assert_eq!(code.number_of(4), None);
        let declared = format!("#[cfg(test)]\nmod limits;\n{SOURCE}");
        assert_eq!(Code::of(&declared).hash(), code.hash(), "what follows is code");
    }

    #[test]
    fn what_only_looks_like_an_import_is_code() {
        for line in ["user();", "publish(use_it);", "pub fn used() {", "let use_it = 1;"] {
            assert!(!is_import(line), "{line}");
        }
        for line in ["use a;", "pub use a;", "pub(crate) use a;", "pub(in crate::b) use a::{"] {
            assert!(is_import(line), "{line}");
        }
    }
}
