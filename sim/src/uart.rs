//! A serial line at pin level: bytes to levels of a pin, and back.
//!
//! A byte is a start bit (0), eight data bits from the lowest, and a stop bit (1), each held for
//! the same number of clock cycles; an idle line is 1.

use crate::SimError;
use crate::dut::{Dut, PortId, Segment, Transition, Wave};

/// Bits of a byte on the line.
pub const FRAME_BITS: u64 = 10;

/// The levels that send `bytes`.
pub fn encode(bytes: &[u8], clocks_per_bit: u64) -> Vec<Segment> {
    let levels = bytes.iter().flat_map(|&byte| {
        let data = (0..8).map(move |bit| u64::from(byte >> bit & 1));
        std::iter::once(0).chain(data).chain([1])
    });
    levels.map(|value| Segment { value, cycles: clocks_per_bit }).collect()
}

/// Bytes from the changes of a pin, which may come in pieces.
#[derive(Clone, Debug)]
pub struct Decoder {
    clocks_per_bit: u64,
    /// Changes that may still matter, the first one the level at the start of the search.
    changes: Vec<Transition>,
    /// Where the next start bit is looked for.
    from: u64,
}

impl Decoder {
    /// A decoder of an idle line.
    pub fn new(clocks_per_bit: u64) -> Self {
        Self { clocks_per_bit, changes: vec![Transition { cycle: 0, value: 1 }], from: 0 }
    }

    /// Takes the changes up to, but not including, cycle `now`; returns the bytes that are whole.
    ///
    /// # Errors
    /// [`SimError::Framing`] for a byte whose stop bit is not 1. It counts as read.
    pub fn feed(&mut self, changes: &[Transition], now: u64) -> Result<Vec<u8>, SimError> {
        self.changes.extend_from_slice(changes);
        let mut bytes = Vec::new();
        while let Some(start) = self.start_bit() {
            // The stop bit is read in its middle, as a receiver does.
            if start + self.middle(FRAME_BITS - 1) >= now {
                break;
            }
            self.from = start + self.middle(FRAME_BITS - 1);
            if self.level(self.from) != 1 {
                return Err(SimError::Framing { cycle: start });
            }
            let bit = |i: u64| self.level(start + self.middle(i + 1)) as u8;
            bytes.push((0..8).map(|i| bit(i) << i).sum());
        }
        self.forget();
        Ok(bytes)
    }

    /// The distance from the start of a byte to the middle of one of its bits.
    fn middle(&self, bit: u64) -> u64 {
        self.clocks_per_bit * bit + self.clocks_per_bit / 2
    }

    fn start_bit(&self) -> Option<u64> {
        if self.level(self.from) == 0 {
            return Some(self.from);
        }
        let fell = |change: &&Transition| change.cycle > self.from && change.value == 0;
        self.changes.iter().find(fell).map(|change| change.cycle)
    }

    fn level(&self, cycle: u64) -> u64 {
        let before = self.changes.iter().rev().find(|change| change.cycle <= cycle);
        before.map_or(1, |change| change.value)
    }

    /// Drops changes before the search, all but the level at its start.
    fn forget(&mut self) {
        let past = self.changes.iter().filter(|change| change.cycle <= self.from).count();
        self.changes.drain(..past.saturating_sub(1));
    }
}

/// A host at the other end of a design's serial line.
pub struct Host {
    dut: Box<dyn Dut>,
    receives: PortId,
    sends: PortId,
    clocks_per_bit: u64,
    decoder: Decoder,
    arrived: Vec<u8>,
}

impl Host {
    /// Connects to the design's receiving and sending pins, and leaves the line idle.
    ///
    /// # Errors
    /// [`SimError::NoPort`].
    pub fn new(
        mut dut: Box<dyn Dut>,
        receives: &str,
        sends: &str,
        clocks_per_bit: u64,
    ) -> Result<Self, SimError> {
        let (receives, sends) = (dut.port(receives)?, dut.port(sends)?);
        dut.poke(receives, &[1])?;
        let decoder = Decoder::new(clocks_per_bit);
        Ok(Self { dut, receives, sends, clocks_per_bit, decoder, arrived: Vec::new() })
    }

    /// The design, for a look at other pins.
    pub fn dut(&mut self) -> &mut dyn Dut {
        self.dut.as_mut()
    }

    /// Cycles that the design has run.
    pub fn now(&self) -> u64 {
        self.dut.cycle()
    }

    /// Sends bytes, back to back.
    ///
    /// # Errors
    /// What the simulator reports, or [`SimError::Framing`] in what comes back meanwhile.
    pub fn send(&mut self, bytes: &[u8]) -> Result<(), SimError> {
        self.exchange(&encode(bytes, self.clocks_per_bit), 0, 0)
    }

    /// Sends bytes, back to back, but for the last one's stop bit, which an idle line is.
    ///
    /// # Errors
    /// As [`Host::send`].
    pub fn send_to_the_stop_bit(&mut self, bytes: &[u8]) -> Result<(), SimError> {
        let segments = encode(bytes, self.clocks_per_bit);
        self.exchange(segments.split_last().map_or(&[][..], |(_, rest)| rest), 0, 0)
    }

    /// Leaves the line idle until the design begins to send.
    ///
    /// # Errors
    /// [`SimError::Timeout`] when it does not within `max_cycles`.
    pub fn until_it_sends(&mut self, max_cycles: u64) -> Result<(), SimError> {
        for _ in 0..max_cycles {
            self.idle(1)?;
            if self.dut.value(self.sends)? == 0 {
                return Ok(());
            }
        }
        Err(SimError::Timeout {
            design: self.dut.name().to_owned(),
            what: "reply on its serial line",
            cycles: max_cycles,
        })
    }

    /// Drives the receiving pin with arbitrary levels: noise, or half a byte.
    ///
    /// # Errors
    /// As [`Host::send`].
    pub fn send_levels(&mut self, segments: &[Segment]) -> Result<(), SimError> {
        self.exchange(segments, 0, 0)
    }

    /// Leaves the line idle for so many cycles.
    ///
    /// # Errors
    /// As [`Host::send`].
    pub fn idle(&mut self, cycles: u64) -> Result<(), SimError> {
        self.exchange(&[Segment { value: 1, cycles }], 0, 0)
    }

    /// The next `count` bytes.
    ///
    /// # Errors
    /// [`SimError::Timeout`] when they do not come within `max_cycles`.
    pub fn receive(&mut self, count: usize, max_cycles: u64) -> Result<Vec<u8>, SimError> {
        let deadline = self.dut.cycle() + max_cycles;
        // Two bytes of silence end a piece early: then there is something to look at.
        let quiet = 2 * FRAME_BITS * self.clocks_per_bit;
        let idle = [Segment { value: 1, cycles: 1 }];
        while self.arrived.len() < count {
            let now = self.dut.cycle();
            if now >= deadline {
                return Err(SimError::Timeout {
                    design: self.dut.name().to_owned(),
                    what: "whole reply on its serial line",
                    cycles: max_cycles,
                });
            }
            let missing = (count - self.arrived.len()) as u64;
            let piece = missing * FRAME_BITS * self.clocks_per_bit + quiet;
            self.exchange(&idle, piece.min(deadline - now), quiet)?;
        }
        Ok(self.arrived.drain(..count).collect())
    }

    /// Bytes that have come and were not asked for.
    pub fn unread(&self) -> &[u8] {
        &self.arrived
    }

    /// Takes the bytes that have come.
    pub fn take(&mut self) -> Vec<u8> {
        std::mem::take(&mut self.arrived)
    }

    fn exchange(&mut self, segments: &[Segment], tail: u64, quiet: u64) -> Result<(), SimError> {
        let (driven, watched) = (self.receives, self.sends);
        let changes = self.dut.wave(Wave { driven, segments, watched, tail, quiet })?;
        let bytes = self.decoder.feed(&changes, self.dut.cycle())?;
        self.arrived.extend(bytes);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The changes of a pin that is driven by segments from cycle `start`.
    fn changes(segments: &[Segment], start: u64) -> (Vec<Transition>, u64) {
        let mut now = start;
        let mut seen = Vec::new();
        for segment in segments {
            seen.push(Transition { cycle: now, value: segment.value });
            now += segment.cycles;
        }
        (seen, now)
    }

    #[test]
    fn what_is_sent_is_received() {
        let bytes: Vec<u8> = (0..=255).collect();
        for clocks in [2, 3, 12, 104] {
            let (seen, now) = changes(&encode(&bytes, clocks), 7);
            assert_eq!(Decoder::new(clocks).feed(&seen, now).unwrap(), bytes);
        }
    }

    #[test]
    fn pieces_add_up() {
        let bytes = [0x55, 0x00, 0xff, 0xa3];
        let (seen, end) = changes(&encode(&bytes, 12), 100);
        let mut decoder = Decoder::new(12);
        let mut got = Vec::new();
        for now in (100..=end).step_by(5) {
            let piece: Vec<_> =
                seen.iter().filter(|c| c.cycle < now && c.cycle + 5 >= now).copied().collect();
            got.extend(decoder.feed(&piece, now).unwrap());
        }
        assert_eq!(got, bytes);
    }

    #[test]
    fn a_missing_stop_bit_is_an_error() {
        let mut segments = encode(&[0xff], 12);
        segments[9].value = 0;
        let (seen, now) = changes(&segments, 50);
        let error = Decoder::new(12).feed(&seen, now).unwrap_err();
        assert!(matches!(error, SimError::Framing { cycle: 50 }));
    }

    #[test]
    fn a_wrong_rate_is_seen() {
        let (seen, now) = changes(&encode(&[0x00, 0x00], 14), 0);
        assert!(Decoder::new(12).feed(&seen, now).is_err());
    }
}
