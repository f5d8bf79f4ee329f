//! Windows of waves: the few cycles around the one that matters.

use std::path::{Path, PathBuf};

/// Cycles shown before the one that matters.
const BEFORE: u64 = 64;

/// Cycles shown after it.
const AFTER: u64 = 16;

/// A range of cycles, both ends included.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Window {
    /// The first cycle.
    pub first: u64,
    /// The last cycle.
    pub last: u64,
}

impl Window {
    /// The cycles around one.
    pub fn around(cycle: u64) -> Self {
        Self { first: cycle.saturating_sub(BEFORE), last: cycle + AFTER }
    }
}

/// The VCD of a unit's mismatch, in `folder`.
pub fn path_of(folder: &Path, unit: &str) -> PathBuf {
    let name: String =
        unit.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '-' }).collect();
    folder.join(format!("{name}.vcd"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_window_starts_at_zero_at_the_earliest() {
        assert_eq!(Window::around(3), Window { first: 0, last: 19 });
        assert_eq!(Window::around(100), Window { first: 36, last: 116 });
    }
}
