//! The words of an expression.

use super::error::{Error, Fault, Span};

/// One word.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Token<'a> {
    /// A number.
    Number(f64),
    /// A name, or one of `and`, `or`, `not`.
    Name(&'a str),
    /// A sign of one or two characters.
    Sign(&'static str),
    /// Nothing more.
    End,
}

impl Token<'_> {
    /// How a message says it.
    pub(super) fn told(self) -> String {
        match self {
            Self::Number(value) => format!("the number {value}"),
            Self::Name(name) => format!("`{name}`"),
            Self::Sign(sign) => format!("`{sign}`"),
            Self::End => "the end".to_owned(),
        }
    }
}

/// Longer ones first, so that `<=` is not `<` and then `=`.
const SIGNS: [&str; 19] = [
    "**", "<=", ">=", "==", "!=", "&&", "||", "+", "-", "*", "/", "^", "(", ")", ",", "<", ">",
    "?", ":",
];

/// All words, and the end.
///
/// # Errors
/// [`Fault::Syntax`].
pub(super) fn tokens(text: &str) -> Result<Vec<(Token<'_>, Span)>, Error> {
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(c) = text[at..].chars().next() {
        let rest = &text[at..];
        if crate::text::is_blank(c) {
            at += c.len_utf8();
            continue;
        }
        let (token, length) = if c.is_ascii_digit() || c == '.' {
            number(rest, at)?
        } else if c.is_alphabetic() || c == '_' {
            let is_part = |c: char| c.is_alphanumeric() || c == '_';
            let length = rest.find(|c| !is_part(c)).unwrap_or(rest.len());
            (Token::Name(&rest[..length]), length)
        } else if let Some(sign) = SIGNS.iter().find(|sign| rest.starts_with(**sign)) {
            (Token::Sign(sign), sign.len())
        } else {
            let fault = Fault::Syntax {
                expected: "a number, a name or a sign".to_owned(),
                found: format!("`{c}`"),
            };
            return Err(fault.at(&(at..at + c.len_utf8())));
        };
        found.push((token, at..at + length));
        at += length;
    }
    found.push((Token::End, at..at));
    Ok(found)
}

/// Digits with a point and an exponent.
fn number(text: &str, at: usize) -> Result<(Token<'static>, usize), Error> {
    let bytes = text.as_bytes();
    let digits =
        |from: usize| from + bytes[from..].iter().take_while(|b| b.is_ascii_digit()).count();
    let mut length = digits(0);
    if bytes.get(length) == Some(&b'.') {
        length = digits(length + 1);
    }
    if matches!(bytes.get(length), Some(b'e' | b'E')) {
        let signed = usize::from(matches!(bytes.get(length + 1), Some(b'+' | b'-')));
        let end = digits(length + 1 + signed);
        if end > length + 1 + signed {
            length = end;
        }
    }
    let value = text[..length].parse().ok().filter(|value: &f64| value.is_finite());
    let fault = || Fault::Syntax {
        expected: "a number".to_owned(),
        found: format!("`{}`", &text[..length.max(1)]),
    };
    let value = value.ok_or_else(|| fault().at(&(at..at + length.max(1))))?;
    Ok((Token::Number(value), length))
}
