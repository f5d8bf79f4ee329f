//! Errors: codes are unique, and every code of the source is of the right form.

use std::collections::BTreeSet;

/// The codes as the source spells them. Every variant has one, or `code` would not compile.
fn codes() -> Vec<&'static str> {
    let source = include_str!("../../src/error.rs");
    source.split('"').filter(|text| text.starts_with("flows::")).collect()
}

#[test]
fn codes_are_unique_and_of_one_form() {
    let codes = codes();
    assert!(codes.len() > 25, "the source was read: {}", codes.len());
    let distinct: BTreeSet<_> = codes.iter().collect();
    assert_eq!(distinct.len(), codes.len(), "{codes:?}");
    for code in codes {
        let parts: Vec<&str> = code.split("::").collect();
        assert_eq!(parts.len(), 3, "{code}");
        let plain = |c: char| c.is_ascii_lowercase() || c == '-';
        assert!(parts.iter().all(|part| !part.is_empty() && part.chars().all(plain)), "{code}");
    }
}

/// A remedy that falls through to a common answer is no remedy.
#[test]
fn no_match_has_a_common_arm() {
    for source in [include_str!("../../src/error.rs"), include_str!("../../src/remedy.rs")] {
        assert!(!source.contains("_ =>"));
    }
}
