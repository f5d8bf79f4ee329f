//! Files that are never half: what is written replaces a file only once all of it is there.

use crate::Error;
use std::path::Path;

/// Writes to a sibling file, then renames: a reader sees the old file or the new one.
///
/// # Errors
/// [`Error::Write`]. Nothing is left of what could not be written, so a full disk gets its space back.
pub fn replace(path: &Path, bytes: &[u8]) -> Result<(), Error> {
    let part = path.with_extension("part");
    std::fs::write(&part, bytes).and_then(|()| std::fs::rename(&part, path)).map_err(|source| {
        // That it cannot be removed is no second error.
        let _ = std::fs::remove_file(&part);
        Error::Write { path: path.to_path_buf(), source }
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde::{Deserialize, Serialize};

    #[derive(Clone, Copy, Debug, Serialize, Deserialize)]
    struct Numbers {
        double: f64,
        single: f32,
    }

    impl Numbers {
        fn bits(self) -> (u64, u32) {
            (self.double.to_bits(), self.single.to_bits())
        }
    }

    /// Checkpoints, configs, networks and reports are text in places: what is read from them is used as
    /// if it had never been written.
    #[test]
    fn numbers_come_back_from_text_as_they_were() {
        let shares = (1..400).flat_map(|n| (0..=n).map(move |k| f64::from(k) / f64::from(n)));
        // Any bits at all, by the golden ratio's multiples.
        let any = (1..20_000_u64).map(|i| f64::from_bits(i.wrapping_mul(0x9E37_79B9_7F4A_7C15)));
        for double in shares.chain(any.filter(|x| x.is_finite())) {
            let single = f32::from_bits((double.to_bits() >> 17) as u32);
            let single = if single.is_finite() { single } else { 0.0 };
            let numbers = Numbers { double, single };
            let json = serde_json::to_string(&numbers).unwrap();
            let toml = toml::to_string(&numbers).unwrap();
            assert_eq!(
                serde_json::from_str::<Numbers>(&json).unwrap().bits(),
                numbers.bits(),
                "{json}"
            );
            assert_eq!(toml::from_str::<Numbers>(&toml).unwrap().bits(), numbers.bits(), "{toml}");
        }
    }

    #[test]
    fn a_file_that_cannot_be_replaced_leaves_nothing_behind() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("net.toml");
        std::fs::create_dir(&path).unwrap(); // in the way
        std::fs::write(path.join("file"), "").unwrap();
        assert_eq!(replace(&path, b"text").unwrap_err().code(), "spikestream::file::write");
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
    }
}
