//! How a board's flash is read: the commands that take its bits over one data wire or more.
//!
//! A read over four wires (0x6b) is no row here: it needs a bit of the flash's own settings (QE), which stays set without
//! power. A flash without it answers something else, and a design neither knows it nor sets it.

use serde::{Deserialize, Serialize};

/// A command that reads from an address of three bytes on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "u64", into = "u64")]
pub struct Read {
    /// Data wires that bring bits, each one in a cycle of the flash's clock.
    pub wires: usize,
    /// The command.
    pub command: u8,
    /// Cycles of the flash's clock between the address and the first bits, in which nobody says anything.
    pub idle: usize,
}

/// All of them.
pub const READS: [Read; 2] =
    [Read { wires: 1, command: 0x03, idle: 0 }, Read { wires: 2, command: 0x3b, idle: 8 }];

impl Default for Read {
    fn default() -> Self {
        READS[0]
    }
}

impl TryFrom<u64> for Read {
    type Error = String;

    fn try_from(wires: u64) -> Result<Self, String> {
        let found = READS.into_iter().find(|read| read.wires as u64 == wires);
        found.ok_or_else(|| {
            let known = READS.map(|read| read.wires.to_string()).join(" or ");
            format!("wires = {wires} is not {known}: more need a setting that the flash keeps")
        })
    }
}

impl From<Read> for u64 {
    fn from(read: Read) -> Self {
        read.wires as Self
    }
}

/// Where in a flash a network lies, and how it is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    /// The address.
    pub address: u32,
    /// The command.
    pub read: Read,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_read_is_told_by_its_wires() {
        for read in READS {
            assert_eq!(Read::try_from(u64::from(read)), Ok(read));
        }
        for wires in [0, 3, 4, u64::MAX] {
            let told = Read::try_from(wires).unwrap_err();
            assert!(told.starts_with(&format!("wires = {wires} is not 1 or 2")), "{told}");
        }
        assert_eq!(Read::default().wires, 1);
    }
}
