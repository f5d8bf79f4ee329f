//! The serial line: checksum, receiver, transmitter and replies, against their descriptions.

use spikestream::hardware::line::{LEAST_CYCLES, TOLERANCE};
use spikestream::protocol::checksum;
use spikestream::random::Random;
use spikestream_hw::crc::Crc;
use spikestream_hw::protocol::Reply;
use spikestream_hw::uart::{Receiver, Transmitter};
use spikestream_sim::dut::Segment;
use spikestream_sim::lockstep::Twin;
use spikestream_sim::uart::encode;

use super::{CYCLES, Case, check, clocked, seed_of, unclocked};

#[test]
fn the_serial_line_is_its_description() {
    check(cases());
}

pub(super) fn cases() -> Vec<Case> {
    let mut cases = vec![crc()];
    cases.extend([8, 13, 104].map(receiver));
    cases.extend([8, 13, 104].map(transmitter));
    cases.extend([reply("reply_digits", 15, 10), reply("reply_small", 15, 1)]);
    cases
}

/// The remainder by long division, a bit at a time: `crc` and the byte behind it, divided by
/// `x^16 + x^12 + x^5 + 1`.
fn divide(crc: u16, byte: u8) -> u16 {
    let mut dividend = u32::from(crc) << 8 ^ u32::from(byte) << 16;
    for bit in (16..24).rev() {
        if dividend >> bit & 1 == 1 {
            dividend ^= 0x1_1021 << (bit - 16);
        }
    }
    dividend as u16
}

#[test]
fn long_division_gives_the_catalogues_check_value() {
    let remainder = b"123456789".iter().fold(0xffff, |crc, &byte| divide(crc, byte));
    assert_eq!((remainder, checksum(b"123456789")), (0x29b1, 0x29b1));
}

fn crc() -> Case {
    unclocked("crc", Crc::default())
        .input("crc", |b| &mut b.crc)
        .input("data", |b| &mut b.data)
        .output("crc_next", |b| &b.crc_next)
        .random(
            |_, _| (),
            |row: &[u64], out: &mut [u64]| out[0] = divide(row[0] as u16, row[1] as u8).into(),
        )
}

/// The receiver's twin agrees with the unit in every cycle, and with the sender on every byte.
fn receiver(cycles: u32) -> Case {
    let name = format!("receiver_{cycles}");
    let (segments, sent) = line(u64::from(cycles), seed_of(&name));
    let level = |s: &Segment| std::iter::repeat_n(s.value, s.cycles as usize);
    let levels: Vec<u64> = segments.iter().flat_map(level).collect();
    let twin = Listening { cycles, ..Listening::default() };
    assert_eq!(heard(&levels, cycles), sent, "the twin hears what was said");
    clocked(&name, Receiver::new(cycles), |b| &mut b.clock)
        .input("rx", |b| &mut b.rx)
        .input("reset", |b| &mut b.reset)
        .output("data", |b| &b.data)
        .output("valid", |b| &b.valid)
        .rows(with_resets(&levels, u64::from(cycles), seed_of(&name)), twin)
}

/// A line that is heard undisturbed, and then once more with resets, each of a few cycles.
fn with_resets(levels: &[u64], cycles: u64, seed: u64) -> Vec<u64> {
    let mut random = Random::new(!seed);
    let mut left = 0_u64;
    let mut reset = || {
        if left == 0 && random.below(15 * cycles) == 0 {
            left = 1 + random.below(4);
        }
        let now = left > 0;
        left = left.saturating_sub(1);
        u64::from(now)
    };
    let undisturbed = levels.iter().flat_map(|&level| [level, 0]);
    undisturbed.chain(levels.iter().flat_map(|&level| [level, reset()])).collect()
}

/// Bytes back to back and with pauses, pulses too short for a start bit, bytes without their stop bit,
/// and breaks that end just before a byte; and the bytes that must be heard.
fn line(cycles: u64, seed: u64) -> (Vec<Segment>, Vec<u8>) {
    let mut random = Random::new(seed);
    let idle = |cycles| Segment { value: 1, cycles };
    let (mut segments, mut sent) = (vec![idle(3)], Vec::new());
    while segments.iter().map(|s| s.cycles).sum::<u64>() < 2 * CYCLES as u64 {
        let byte = random.corner_value(8) as u8;
        match random.below(9) {
            0 => {
                let value = 0;
                segments.push(Segment { value, cycles: 1 + random.below(cycles / 2) });
                segments.push(idle(cycles + random.below(20)));
            }
            1 => {
                segments.extend(encode(&[byte], cycles));
                segments.last_mut().unwrap().value = 0;
                segments.push(idle(2 * cycles + random.below(20)));
            }
            2 => {
                let low = 10 * cycles + random.below(30 * cycles);
                segments
                    .extend([Segment { value: 0, cycles: low }, idle(1 + random.below(cycles))]);
                segments.extend(encode(&[byte], cycles));
                sent.push(byte);
            }
            _ => {
                segments.extend(encode(&[byte], cycles));
                segments.push(idle([0, random.below(3 * cycles)][random.below(2) as usize]));
                sent.push(byte);
            }
        }
    }
    segments.push(idle(4 * cycles));
    (segments, sent)
}

/// A receiver by the time since the start bit was seen.
#[derive(Clone, Default)]
struct Listening {
    cycles: u32,
    /// The line two cycles and one cycle ago, inverted.
    low: [bool; 2],
    since: Option<u32>,
    /// The level before.
    was_low: bool,
    byte: u8,
    valid: bool,
}

impl Twin for Listening {
    fn cycle(&mut self, row: &[u64], out: &mut [u64]) {
        out.copy_from_slice(&[self.byte.into(), self.valid.into()]);
        let high = !self.low[0];
        self.low = [self.low[1], row[0] == 0];
        self.valid = false;
        self.bit(high);
        self.was_low = !high;
        if row[1] == 1 {
            self.since = None;
        }
    }
}

impl Listening {
    fn bit(&mut self, high: bool) {
        let Some(since) = self.since else {
            // A start bit falls; a line that stays low is a break.
            self.since = (!high && !self.was_low).then_some(0);
            return;
        };
        self.since = Some(since + 1);
        if since % self.cycles != self.cycles / 2 {
            return;
        }
        match since / self.cycles {
            0 if high => self.since = None,
            0 => (),
            9 => (self.since, self.valid) = (None, high),
            _ => self.byte = self.byte >> 1 | u8::from(high) << 7,
        }
    }
}

/// A line that is faster or slower than the receiver by a fraction, sampled each cycle from a start
/// between two of them.
fn off_by(bytes: &[u8], cycles: u32, fraction: f64, start: f64) -> Vec<u64> {
    let bit = f64::from(cycles) / (1.0 + fraction);
    let levels: Vec<u64> = encode(bytes, 1).iter().map(|segment| segment.value).collect();
    let last = start + bit * levels.len() as f64 + 4.0 * f64::from(cycles);
    let level = |cycle: u32| {
        let place = (f64::from(cycle) - start) / bit;
        if place < 0.0 { 1 } else { levels.get(place as usize).copied().unwrap_or(1) }
    };
    (0..last as u32).map(level).collect()
}

/// What the receiver, whose twin is held to it in every cycle, makes of a line.
fn heard(rows: &[u64], cycles: u32) -> Vec<u8> {
    let (mut listener, mut out) = (Listening { cycles, ..Listening::default() }, [0; 2]);
    let mut received = Vec::new();
    for &level in rows {
        listener.cycle(&[level, 0], &mut out);
        received.extend((out[1] == 1).then_some(out[0] as u8));
    }
    received
}

#[test]
fn a_line_that_is_off_by_the_tolerance_is_heard_with_the_fewest_cycles_a_bit() {
    let bytes: Vec<u8> = (0..=255).chain([0, 0xff, 0, 0x55, 0xaa]).collect();
    let all = |cycles, fraction: f64| {
        let starts = (0..8).map(|eighth| f64::from(eighth) / 8.0 + 3.0);
        starts.into_iter().all(|at| heard(&off_by(&bytes, cycles, fraction, at), cycles) == bytes)
    };
    let least = LEAST_CYCLES as u32;
    for cycles in [least, least + 1, 12, 17, 24, 104] {
        for fraction in [-TOLERANCE, -TOLERANCE / 2.0, 0.0, TOLERANCE / 2.0, TOLERANCE] {
            assert!(all(cycles, fraction), "{cycles} cycles, {fraction}");
        }
    }
    // Twice of it is too much for so few cycles, and half of them are too few for it.
    assert!(!all(least, 2.0 * TOLERANCE));
    assert!(!all(least / 2, TOLERANCE));
}

/// A byte is ten bits of the line; while they last, nothing else is taken.
fn transmitter(cycles: u32) -> Case {
    let mut sending: Option<(u64, u32)> = None;
    clocked(&format!("transmitter_{cycles}"), Transmitter::new(cycles), |b| &mut b.clock)
        .input("data", |b| &mut b.data)
        .input("send", |b| &mut b.send)
        .input("reset", |b| &mut b.reset)
        .output("ready", |b| &b.ready)
        .output("tx", |b| &b.tx)
        .random(
            move |random, row| {
                row[1] &= u64::from(random.below(20) == 0);
                row[2] &= u64::from(random.below(u64::from(15 * cycles)) == 0);
            },
            move |row: &[u64], out: &mut [u64]| {
                match sending {
                    None => {
                        out.copy_from_slice(&[1, 1]);
                        // Start bit, data, stop bit, from the lowest.
                        sending = (row[1] == 1).then_some((1 << 9 | row[0] << 1, 0));
                    }
                    Some((frame, since)) => {
                        out.copy_from_slice(&[0, frame >> (since / cycles) & 1]);
                        sending = (since + 1 < 10 * cycles).then_some((frame, since + 1));
                    }
                }
                if row[2] == 1 {
                    sending = None;
                }
            },
        )
}

/// The payload as bytes, built whole as `frame` describes it.
fn reply(name: &str, identity: u64, classes: u64) -> Case {
    let answer = 8 + 4 * classes;
    unclocked(name, Reply::new(identity as usize, answer as usize, false))
        .input("index", |b| &mut b.index)
        .input("is_infer", |b| &mut b.is_infer)
        .input("refusal", |b| &mut b.refusal)
        .input("winner", |b| &mut b.winner)
        .input("cycles", |b| &mut b.cycles)
        .input("count", |b| &mut b.count)
        .input("membrane", |b| &mut b.membrane)
        .input("info", |b| &mut b.info)
        .output("payload", |b| &b.payload)
        .output("length", |b| &b.length)
        .output("last", |b| &b.last)
        .random(
            move |random, row| {
                row[2] *= u64::from(random.below(4) == 0);
                row[0] = match (row[1], row[2]) {
                    (_, 1..) => 0,
                    (1, _) => random.below(answer),
                    _ => random.below(identity),
                };
            },
            move |row: &[u64], out: &mut [u64]| {
                let &[index, is_infer, refusal, winner, cycles, count, membrane, info] = row else {
                    panic!("eight inputs")
                };
                let mut words = vec![winner, cycles];
                words.resize(2 + classes as usize, count | membrane << 16);
                let bytes = words.iter().flat_map(|&word| (word as u32).to_le_bytes());
                let bytes: Vec<u8> = bytes.collect();
                let [payload, length] = match (refusal, is_infer) {
                    (0, 0) => [info, identity],
                    (0, _) => [bytes[index as usize].into(), bytes.len() as u64],
                    _ => [refusal, 1],
                };
                out.copy_from_slice(&[payload, length, length - 1]);
            },
        )
}
