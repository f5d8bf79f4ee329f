//! The frame protocol, in software: what goes over the serial line, byte for byte. `docs/protocol.md` says
//! all of it.
//!
//! ```text
//!  0xA5 | command | length low, high | payload | CRC-16 high, low of command..payload
//! ```
//!
//! | request | payload | reply | payload |
//! |---|---|---|---|
//! | 0x01 identify | - | 0x81 | version, eight bytes of the hash, inputs, classes, steps (u16 each, little-endian) |
//! | 0x02 infer | one byte a pixel | 0x82 | class (u16), time steps that were run or 0 for all (u16), cycles (u32), then for each class count (u16), membrane (i16) |
//! | bad | | 0xff | reason: 1 checksum, 2 unknown command, 3 wrong length; 4 to 7 no network ([`Missing`]) |
//!
//! A gap of 10 to 20 ms within a frame, by the board's clock, drops it
//! ([`gap_cycles`]); bytes before a 0xA5 are skipped. After a half
//! frame or garbage a sender waits that long and starts again; 20 ms will do for every board.

use std::fmt;

use super::checksum;
use crate::hardware::line::gap_cycles;

pub use crate::hardware::line::OVERHEAD;

/// The byte that starts a frame.
pub const SYNC: u8 = 0xa5;
/// Asks who is there.
pub const IDENTIFY: u8 = 0x01;
/// Runs an image.
pub const INFER: u8 = 0x02;
/// Added to a command in its reply.
pub const REPLY: u8 = 0x80;
/// A reply that says what was wrong with the request.
pub const REFUSED: u8 = 0xff;
/// Why a request was refused, by the reasons from 1 on.
pub const REASONS: [&str; 7] = [
    "checksum",
    "unknown command",
    "wrong length",
    "loading",
    "empty flash",
    "damaged flash",
    "another shape",
];

/// Why a board that loads its network from its flash has none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Missing {
    /// It is being loaded.
    Loading = 4,
    /// The flash is erased where the network should lie.
    Empty = 5,
    /// The checksum of what lies there is wrong.
    Damaged = 6,
    /// What lies there is for another design, or nothing of ours.
    Foreign = 7,
}

impl fmt::Display for Missing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Loading => "it is being loaded",
            Self::Empty => "the flash is empty where it should lie",
            Self::Damaged => "what lies in the flash is damaged: its checksum is wrong",
            Self::Foreign => "what lies in the flash is for a design of another shape",
        })
    }
}

impl Missing {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Loading, Self::Empty, Self::Damaged, Self::Foreign];

    /// The one of a reason.
    pub fn of(reason: u8) -> Option<Self> {
        Self::ALL.into_iter().find(|missing| missing.reason() == reason)
    }

    /// Its reason in a refusal.
    pub fn reason(self) -> u8 {
        self as u8
    }
}

/// The clock cycles of silence after which a half frame is dropped, as a power of two.
pub fn gap_bits(clock_hz: u32) -> usize {
    gap_cycles(clock_hz.into()).ilog2() as usize
}

/// A frame's bytes.
pub fn encode(command: u8, payload: &[u8]) -> Vec<u8> {
    let mut frame = vec![SYNC, command];
    frame.extend((payload.len() as u16).to_le_bytes());
    frame.extend(payload);
    frame.extend(checksum(&frame[1..]).to_be_bytes());
    frame
}

/// A frame found in a stream of bytes: its command, its payload, and the bytes it ended after.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Frame {
    /// Command or reply.
    pub command: u8,
    /// Payload.
    pub payload: Vec<u8>,
    /// Bytes of the stream up to the frame's end.
    pub used: usize,
}

/// The first whole frame with a right checksum in a stream of bytes.
pub fn decode(bytes: &[u8]) -> Option<Frame> {
    let starts = bytes.iter().enumerate().filter(|(_, b)| **b == SYNC);
    starts.map(|(at, _)| at).find_map(|at| decode_at(bytes, at))
}

fn decode_at(bytes: &[u8], at: usize) -> Option<Frame> {
    let header = bytes.get(at + 1..at + 4)?;
    let length = usize::from(u16::from_le_bytes([header[1], header[2]]));
    let end = at + 4 + length;
    let check = bytes.get(end..end + 2)?;
    if checksum(&bytes[at + 1..end]).to_be_bytes() != check {
        return None;
    }
    Some(Frame { command: header[0], payload: bytes[at + 4..end].to_vec(), used: end + 2 })
}

/// What a board says of an image.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// The class.
    pub class: usize,
    /// Time steps that were run, where the board is one that ends early; none where it runs all.
    pub steps: Option<u32>,
    /// Clock cycles that the engine was busy.
    pub cycles: u32,
    /// Spikes of each output neuron.
    pub counts: Vec<u32>,
    /// Final membrane of each output neuron.
    pub membranes: Vec<i32>,
}

impl Answer {
    /// Reads the payload of a reply to `infer`; nothing if it is not whole words.
    pub fn parse(payload: &[u8]) -> Option<Self> {
        let (words, rest) = payload.as_chunks::<4>();
        let [class, cycles, results @ ..] = words else { return None };
        if !rest.is_empty() {
            return None;
        }
        Some(Self {
            class: u16::from_le_bytes([class[0], class[1]]).into(),
            steps: Some(u16::from_le_bytes([class[2], class[3]]).into()).filter(|steps| *steps > 0),
            cycles: u32::from_le_bytes(*cycles),
            counts: results.iter().map(|w| u16::from_le_bytes([w[0], w[1]]).into()).collect(),
            membranes: results.iter().map(|w| i16::from_le_bytes([w[2], w[3]]).into()).collect(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn half_a_frame_is_dropped_after_a_power_of_two_of_cycles() {
        // 10 ms are 240,000 and 257 cycles.
        assert_eq!((gap_bits(24_000_000), gap_bits(25_700)), (18, 9));
    }

    #[test]
    fn a_frame_is_found_after_garbage() {
        let mut bytes = vec![1, SYNC, 2, 3];
        bytes.extend(encode(INFER, &[9, SYNC, 7]));
        let frame = decode(&bytes).unwrap();
        assert_eq!((frame.command, frame.payload), (INFER, vec![9, SYNC, 7]));
        assert_eq!(frame.used, bytes.len());
        assert_eq!(decode(&bytes[..bytes.len() - 1]), None);
        *bytes.last_mut().unwrap() ^= 1;
        assert_eq!(decode(&bytes), None);
    }

    #[test]
    fn an_answer_is_read() {
        let payload = [3, 0, 0, 0, 0x10, 0x27, 0, 0, 5, 0, 0xff, 0xff];
        let answer = Answer::parse(&payload).unwrap();
        let (counts, membranes) = (vec![5], vec![-1]);
        let expected = Answer { class: 3, steps: None, cycles: 10_000, counts, membranes };
        assert_eq!(answer, expected);
        let early = Answer::parse(&[3, 0, 9, 0, 0x10, 0x27, 0, 0, 5, 0, 0xff, 0xff]).unwrap();
        assert_eq!(early, Answer { steps: Some(9), ..expected });
        assert_eq!(Answer::parse(&payload[..7]), None);
    }
}
