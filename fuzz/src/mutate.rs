//! Damage to files, from a seed: bits, bytes and ranges as disks and programs lose them; words, numbers
//! and lines as people mistake them.

use fastrand::Rng;

/// Numbers that readers forget.
const NUMBERS: [&str; 22] = [
    "nan",
    "inf",
    "-inf",
    "1e300",
    "-1e300",
    "1e-300",
    "1e12",
    "-1",
    "0",
    "-0",
    "1",
    "2",
    "255",
    "256",
    "65536",
    "2147483648",
    "4294967296",
    "9223372036854775807",
    "18446744073709551615",
    "99999999999999999999999",
    "0.5",
    "0x10",
];

/// Words and marks that mean something somewhere.
const WORDS: [&str; 24] = [
    "\"",
    "'",
    ",",
    ";",
    "\t",
    "\r",
    "\r\n",
    "\n",
    "#",
    "=",
    "[",
    "]",
    "{",
    "}",
    "\\",
    "..",
    "/",
    "\0",
    "\u{feff}",
    "\u{a0}",
    "null",
    "true",
    "-",
    "\u{1f600}",
];

/// Whole numbers as bytes.
const WHOLE: [u64; 8] = [0, 1, 0x7f, 0xff, 0x7fff_ffff, 0xffff_ffff, u64::MAX >> 1, u64::MAX];

/// The most bytes that an input may have.
const LONGEST: usize = 1 << 16;

/// An odd input: one of the seeds with one to six things done to it.
pub(crate) fn odd(seeds: &[Vec<u8>], random: &mut Rng) -> Vec<u8> {
    let mut bytes = seeds[random.usize(..seeds.len())].clone();
    for _ in 0..1 + random.usize(..6).min(random.usize(..6)) {
        damage(&mut bytes, seeds, random);
        bytes.truncate(LONGEST);
    }
    bytes
}

fn damage(bytes: &mut Vec<u8>, seeds: &[Vec<u8>], random: &mut Rng) {
    if bytes.is_empty() {
        *bytes = seeds[random.usize(..seeds.len())].clone();
    }
    let at = random.usize(..bytes.len());
    match random.u8(..16) {
        0 => bytes[at] ^= 1 << random.u8(..8),
        1 => bytes[at] = random.u8(..),
        2 => bytes.truncate(at),
        3 => drop(bytes.drain(range(bytes.len(), random))),
        4 => {
            let noise: Vec<u8> = (0..random.usize(1..9)).map(|_| random.u8(..)).collect();
            insert(bytes, &noise, random);
        }
        5 => {
            let again = bytes[range(bytes.len(), random)].to_vec();
            insert(bytes, &again, random);
        }
        6 => {
            let other = &seeds[random.usize(..seeds.len())];
            let piece = other[range(other.len(), random)].to_vec();
            insert(bytes, &piece, random);
        }
        7 => whole_number(bytes, random),
        8..=11 => replace(bytes, is_of_number, NUMBERS[random.usize(..NUMBERS.len())], random),
        12 => {
            let word = WORDS[random.usize(..WORDS.len())].as_bytes();
            insert(bytes, word, random);
        }
        13 => swap_words(bytes, random),
        14 => lines(bytes, random, |lines, random| {
            let (from, to) = (random.usize(..lines.len()), random.usize(..=lines.len()));
            lines.insert(to, lines[from].clone());
        }),
        _ => lines(bytes, random, |lines, random| {
            let (one, other) = (random.usize(..lines.len()), random.usize(..lines.len()));
            match random.bool() {
                true => lines.swap(one, other),
                false => drop(lines.remove(one)),
            }
        }),
    }
}

/// A range of some length, short ones more often.
fn range(length: usize, random: &mut Rng) -> std::ops::Range<usize> {
    if length == 0 {
        return 0..0;
    }
    let most = 1 << random.u32(..12);
    let start = random.usize(..length);
    start..(start + random.usize(1..=most)).min(length)
}

fn insert(bytes: &mut Vec<u8>, piece: &[u8], random: &mut Rng) {
    let at = random.usize(..=bytes.len());
    bytes.splice(at..at, piece.iter().copied());
}

/// Writes a whole number over bytes, in either order of bytes.
fn whole_number(bytes: &mut [u8], random: &mut Rng) {
    let number = WHOLE[random.usize(..WHOLE.len())];
    let size = 1 << random.u32(1..4);
    // Most files begin with their sizes.
    let most = if random.bool() { 64 } else { usize::MAX };
    let start = random.usize(..bytes.len().min(most));
    let (low, high) = (number.to_le_bytes(), number.to_be_bytes());
    let written = if random.bool() { &low[..size] } else { &high[8 - size..] };
    bytes[start..].iter_mut().zip(written).for_each(|(byte, new)| *byte = *new);
}

fn is_of_number(byte: u8) -> bool {
    byte.is_ascii_digit() || b"+-.".contains(&byte)
}

fn is_of_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'-'
}

/// Where the words begin and end that are made of some bytes.
fn words(bytes: &[u8], is_of_one: fn(u8) -> bool) -> Vec<std::ops::Range<usize>> {
    let mut found = Vec::new();
    let mut start = 0;
    for at in 0..=bytes.len() {
        if bytes.get(at).is_none_or(|byte| !is_of_one(*byte)) {
            if at > start {
                found.push(start..at);
            }
            start = at + 1;
        }
    }
    found
}

fn replace(bytes: &mut Vec<u8>, is_of_one: fn(u8) -> bool, with: &str, random: &mut Rng) {
    let found = words(bytes, is_of_one);
    if !found.is_empty() {
        bytes.splice(found[random.usize(..found.len())].clone(), with.bytes());
    }
}

fn swap_words(bytes: &mut Vec<u8>, random: &mut Rng) {
    let found = words(bytes, is_of_word);
    if found.len() > 1 {
        let from = bytes[found[random.usize(..found.len())].clone()].to_vec();
        bytes.splice(found[random.usize(..found.len())].clone(), from);
    }
}

fn lines(bytes: &mut Vec<u8>, random: &mut Rng, change: impl Fn(&mut Vec<Vec<u8>>, &mut Rng)) {
    let mut lines: Vec<Vec<u8>> =
        bytes.split_inclusive(|byte| *byte == b'\n').map(<[u8]>::to_vec).collect();
    if !lines.is_empty() {
        change(&mut lines, random);
        *bytes = lines.concat();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seed_makes_the_same_inputs_again_and_they_differ() {
        let seeds = [b"steps = 16\n[time]\nname = \"a\"\n".to_vec(), (0..200).collect()];
        let all = |seed| -> Vec<Vec<u8>> {
            let mut random = Rng::with_seed(seed);
            (0..2000).map(|_| odd(&seeds, &mut random)).collect()
        };
        assert_eq!(all(1), all(1));
        let mut made = all(1);
        let changed = made.iter().filter(|input| !seeds.contains(input)).count();
        assert!(changed > 1600, "{changed}");
        made.sort();
        made.dedup();
        assert!(made.len() > 1200, "{}", made.len());
        assert!(made.iter().any(|input| input.windows(8).any(|w| w == b"= 1e300\n")));
    }
}
