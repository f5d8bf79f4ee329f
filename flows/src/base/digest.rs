//! SHA-256 in hexadecimal: of bytes, of files, and of lists of parts.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

use sha2::{Digest, Sha256};
use spikestream::hex;

/// The hash of `bytes`, 64 hexadecimal digits.
pub fn of_bytes(bytes: &[u8]) -> String {
    hex::of(&Sha256::digest(bytes))
}

/// The hash of a file's content.
///
/// # Errors
/// Whatever opening or reading the file reports.
pub fn of_file(path: &Path) -> io::Result<String> {
    let mut hasher = Sha256::new();
    let mut file = File::open(path)?;
    let mut buffer = vec![0; 1 << 16];
    loop {
        match file.read(&mut buffer)? {
            0 => return Ok(hex::of(&hasher.finalize())),
            n => hasher.update(&buffer[..n]),
        }
    }
}

/// Whether a file has this hash, in digits of either case; not, if it cannot be read.
pub fn is_of_file(hash: &str, path: &Path) -> bool {
    of_file(path).is_ok_and(|found| hex::same(&found, hash))
}

/// The hash of a list of parts. Each part is preceded by its length, so that no two lists share
/// one.
pub fn of_parts<'a>(parts: impl IntoIterator<Item = &'a [u8]>) -> String {
    let mut hasher = Sha256::new();
    for part in parts {
        hasher.update((part.len() as u64).to_le_bytes());
        hasher.update(part);
    }
    hex::of(&hasher.finalize())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_answer_and_no_ambiguity() {
        let abc = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
        assert_eq!(of_bytes(b"abc"), abc);
        let (a, b): ([&[u8]; 2], [&[u8]; 2]) = ([b"ab", b"c"], [b"a", b"bc"]);
        assert_ne!(of_parts(a), of_parts(b));
    }

    #[test]
    fn a_hash_is_known_in_either_case() {
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), b"abc").unwrap();
        let hash = of_bytes(b"abc");
        assert!(is_of_file(&hash, file.path()) && is_of_file(&hash.to_uppercase(), file.path()));
        assert!(!is_of_file(&of_bytes(b"abd"), file.path()));
        assert!(!is_of_file(&hash, &file.path().join("none")));
    }
}
