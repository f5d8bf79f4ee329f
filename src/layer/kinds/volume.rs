//! The shape of a layer: channels of height and width.

use serde::{Deserialize, Serialize};
use std::fmt;

/// Channels, rows and columns. Unit `(c, y, x)` has the number `(y width + x) channels + c`: place by place, since a spike
/// reaches all channels of a place at once.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Volume {
    /// Channels.
    pub channels: usize,
    /// Rows.
    pub height: usize,
    /// Columns.
    pub width: usize,
}

impl Volume {
    /// The shape of units that lie in no image: a channel each.
    pub fn flat(units: usize) -> Self {
        Self { channels: units, height: 1, width: 1 }
    }

    /// Units of a channel.
    pub fn area(self) -> usize {
        self.height.saturating_mul(self.width)
    }

    /// Units.
    pub fn units(self) -> usize {
        self.channels.saturating_mul(self.area())
    }
}

impl fmt::Display for Volume {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} x {} x {}", self.channels, self.height, self.width)
    }
}
