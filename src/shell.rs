//! Words as a shell takes them: for every command that a message, a file or a page tells a user to type.

use std::path::Path;

/// `word` as one word of a POSIX shell: as it is where the shell would change nothing, else between
/// single quotes.
///
/// ```
/// use spikestream::shell::quoted;
/// assert_eq!(quoted("nets/digits"), "nets/digits");
/// assert_eq!(quoted("my nets/digits"), "'my nets/digits'");
/// ```
pub fn quoted(word: &str) -> String {
    let plain = |c: char| c.is_alphanumeric() || "-_./=:,+@%".contains(c);
    if !word.is_empty() && word.chars().all(plain) {
        return word.to_owned();
    }
    format!("'{}'", word.replace('\'', r"'\''"))
}

/// A path as one word of a shell, as [`quoted`] does.
pub fn quoted_path(path: &Path) -> String {
    quoted(&path.display().to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quotes_what_the_shell_would_change() {
        for plain in ["--json", "a/b-c_d.toml", "label=kind,split=0.5", "größe/日本", "50%"] {
            assert_eq!(quoted(plain), plain);
        }
        assert_eq!(quoted("a b"), "'a b'");
        assert_eq!(quoted("it's"), r"'it'\''s'");
        assert_eq!(quoted(""), "''");
        for changed in ["$HOME", "a&b", "f(x)", "a#b", "~", "a;b", "a*", "`ls`", "a\\b", "\"", "!!"]
        {
            assert_eq!(quoted(changed), format!("'{changed}'"));
        }
    }
}
