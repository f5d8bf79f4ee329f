//! What goes over the line between a host and a board: frames, their checksum, and who a board says it is.
//! `docs/protocol.md` says all of it.

mod checksum;
pub mod frame;

pub use checksum::checksum;

use crate::spec::Net;

/// The version of the frame protocol that a board answers with.
pub const PROTOCOL: u8 = 1;

/// What a board says of itself: protocol version, the network's hash, inputs, classes, time steps.
pub fn identity(net: &Net) -> Vec<u8> {
    let mut bytes = vec![PROTOCOL];
    bytes.extend(net.short_hash());
    for number in [net.spec.inputs(), net.spec.classes(), net.spec.time.steps as usize] {
        bytes.extend((number as u16).to_le_bytes());
    }
    bytes
}
