//! Hexadecimal as programs and people write it: digits in either case, blanks around them.

/// Lower-case digits of some bytes.
///
/// ```
/// assert_eq!(spikestream::hex::of(&[0x0a, 0xff]), "0aff");
/// ```
pub fn of(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Whether two texts are the same digits, whatever their case and the blanks around them.
///
/// ```
/// assert!(spikestream::hex::same("0aff", " 0AFF\n"));
/// assert!(!spikestream::hex::same("0aff", "aff"));
/// ```
pub fn same(a: &str, b: &str) -> bool {
    a.trim().eq_ignore_ascii_case(b.trim())
}

/// A hash of 64 digits (SHA-256) in the form of [`of`]; none if the text is something else.
pub fn sha256(text: &str) -> Option<String> {
    let digits = text.trim();
    let whole = digits.len() == 64 && digits.bytes().all(|digit| digit.is_ascii_hexdigit());
    whole.then(|| digits.to_ascii_lowercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hash_has_64_digits_in_either_case() {
        let hash = "0123456789abcdef".repeat(4);
        assert_eq!(sha256(&format!("\t{} ", hash.to_uppercase())), Some(hash.clone()));
        for wrong in [&hash[1..], &format!("{hash}0"), &hash.replace('0', "g"), ""] {
            assert_eq!(sha256(wrong), None, "{wrong}");
        }
        assert_eq!(sha256(&format!("0x{}", &hash[2..])), None);
    }
}
