//! What a bad line does to the bytes on it: flips a bit, drops a byte, or inserts one, from a seed.

use crate::SimError;
use spikestream::random::Random;

/// The chances are counted in parts of this.
const PARTS: u64 = 1_000_000_000;

/// One direction of a bad line.
#[derive(Clone, Debug)]
pub struct Disturbance {
    parts: u64,
    random: Random,
}

impl Disturbance {
    /// Of all bytes the share `rate` is disturbed, in three ways equally often: a bit flips, the byte is
    /// lost, or a random one comes before it.
    ///
    /// # Errors
    /// [`SimError::Rate`] for a rate that is not of 0 to 1.
    pub fn new(rate: f64, seed: u64) -> Result<Self, SimError> {
        if !(0.0..=1.0).contains(&rate) {
            return Err(SimError::Rate { rate });
        }
        Ok(Self { parts: (rate * PARTS as f64) as u64, random: Random::new(seed) })
    }

    /// What arrives of bytes that are sent.
    pub fn pass(&mut self, bytes: &[u8]) -> Vec<u8> {
        let mut out = Vec::with_capacity(bytes.len() + 1);
        for &byte in bytes {
            if self.random.below(PARTS) >= self.parts {
                out.push(byte);
                continue;
            }
            match self.random.below(3) {
                0 => out.push(byte ^ 1 << self.random.below(8)),
                1 => {}
                _ => out.extend([self.random.below(256) as u8, byte]),
            }
        }
        out
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn as_many_bytes_are_disturbed_as_said_and_in_three_ways() {
        let sent: Vec<u8> = (0..100).collect();
        let mut line = Disturbance::new(1e-3, 5).unwrap();
        let (mut shorter, mut longer, mut other) = (0, 0, 0);
        for _ in 0..30_000 {
            let came = line.pass(&sent);
            shorter += usize::from(came.len() < 100);
            longer += usize::from(came.len() > 100);
            other += usize::from(came.len() == 100 && came != sent);
        }
        // 3,000 disturbances; a third each, five standard deviations about it.
        assert!([shorter, longer, other].iter().all(|count| (850..1150).contains(count)));
        let mut clean = Disturbance::new(0.0, 5).unwrap();
        assert_eq!(clean.pass(&sent), sent);
    }

    #[test]
    fn the_same_seed_disturbs_alike_and_no_rate_is_guessed() {
        let sent = [7; 1000];
        let pass = |seed| Disturbance::new(0.1, seed).unwrap().pass(&sent);
        assert_eq!(pass(3), pass(3));
        assert_ne!(pass(3), pass(4));
        for rate in [-0.1, 1.1, f64::NAN] {
            assert_eq!(Disturbance::new(rate, 1).unwrap_err().code(), "sim::board::rate");
        }
    }
}
