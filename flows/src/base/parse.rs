//! Reads TOML that a person writes, and says of a mistake where it is and what was likely meant.

use std::path::Path;

use serde::de::DeserializeOwned;

use crate::base::error::FlowError;
use crate::base::nearest;

/// The value of a file's text.
///
/// # Errors
/// [`FlowError::Invalid`] with the line; its remedy offers the nearest key, and names `guide`,
/// which explains them.
pub(crate) fn parse<T: DeserializeOwned>(
    file: &Path,
    text: &str,
    guide: &str,
) -> Result<T, FlowError> {
    toml::from_str(text).map_err(|error| {
        let hidden = error.span().and_then(|span| hidden_blank(text, span.start));
        FlowError::Invalid {
            file: file.to_path_buf(),
            what: error.to_string().trim_end().to_owned(),
            remedy: hidden
                .or_else(|| meant(error.message()))
                .map_or_else(|| guide.to_owned(), |remedy| format!("{remedy} {guide}")),
        }
    })
}

/// A blank beyond ASCII in the line of a mistake: a page or a word processor leaves them, and nobody
/// sees them.
fn hidden_blank(text: &str, at: usize) -> Option<String> {
    let start = text.get(..at)?.rfind('\n').map_or(0, |end| end + 1);
    let line = text[start..].lines().next()?;
    let blank = line.chars().find(|c| !c.is_ascii() && (c.is_whitespace() || is_invisible(*c)))?;
    Some(format!(
        "the line has a blank that is no space (U+{:04X}): write a space;",
        u32::from(blank)
    ))
}

/// Characters without a width that are not blanks by Unicode's table.
fn is_invisible(c: char) -> bool {
    matches!(c, '\u{200b}'..='\u{200d}' | '\u{2060}' | '\u{feff}')
}

/// The nearest key to one that is not known. The reader's message has the key and then the legal
/// ones, each between backticks.
fn meant(message: &str) -> Option<String> {
    let mut quoted = message.split('`').skip(1).step_by(2);
    let given = quoted.next().filter(|_| message.starts_with("unknown "))?;
    let legal: Vec<String> = quoted.map(str::to_owned).collect();
    nearest::spelling(given, &legal).map(|key| format!("did you mean `{key}`?"))
}
