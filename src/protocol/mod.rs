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
    let sizes = [net.spec.inputs(), net.spec.classes(), net.spec.time.steps as usize];
    identity_of(net.short_hash(), sizes)
}

/// The same of anything that has a hash: what it is, and how many inputs, results and time steps it has.
pub fn identity_of(hash: [u8; 8], sizes: [usize; 3]) -> Vec<u8> {
    let mut bytes = vec![PROTOCOL];
    bytes.extend(hash);
    for number in sizes {
        bytes.extend((number as u16).to_le_bytes());
    }
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::spec::example;

    #[test]
    fn a_board_says_its_version_its_network_and_three_sizes() {
        let net = example(&[300, 3]);
        let identity = identity(&net);
        assert_eq!((identity[0], &identity[1..9]), (1, &net.short_hash()[..]));
        assert_eq!(identity[9..], [300 % 256, 1, 3, 0, 16, 0].map(|byte: u16| byte as u8));
    }
}
