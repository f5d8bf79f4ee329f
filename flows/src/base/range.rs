//! Numbers that a person writes, each with its range: checked where it is read, so that nothing behind
//! it has to.

use std::fmt::Display;
use std::ops::RangeInclusive;

use serde::{Deserialize, Deserializer, de};

/// The frequencies of clocks, MHz.
pub const MEGAHERTZ: RangeInclusive<f64> = 0.1..=1000.0;

/// The slowest rate of a serial line that is looked for, bits a second.
pub const SLOWEST_BAUD: u64 = 9600;

/// The rates of serial lines, bits a second: from the slowest that is looked for to that of the fastest clock in
/// the fewest cycles a bit. Which of them a clock makes is another
/// question.
const BAUD: RangeInclusive<i64> = SLOWEST_BAUD as i64..=125_000_000;

/// What a chip between USB and a serial line divides, Hz.
const REFERENCE: RangeInclusive<i64> = 9600..=1_000_000_000;

/// How slow a part's logic is, against the fastest of its family.
const DELAY: RangeInclusive<f64> = 0.1..=100.0;

/// How many of a resource a part holds.
const RESOURCE: RangeInclusive<i64> = 0..=100_000_000;

/// The columns or rows of a part's tiles.
const TILES: RangeInclusive<i64> = 1..=10_000;

/// The number, if it lies in its range. Infinity and what is no number do not.
fn within<T: PartialOrd + Display, E: de::Error>(
    key: &str,
    number: T,
    range: &RangeInclusive<T>,
) -> Result<T, E> {
    if range.contains(&number) {
        return Ok(number);
    }
    let (least, most) = (range.start(), range.end());
    Err(E::custom(format!("{key} = {number} is not between {least} and {most}")))
}

/// Reads a real number that may be left out.
fn real<'de, D: Deserializer<'de>>(
    deserializer: D,
    key: &str,
    range: &RangeInclusive<f64>,
) -> Result<Option<f64>, D::Error> {
    within(key, f64::deserialize(deserializer)?, range).map(Some)
}

/// Reads a whole number. Its type has a sign, so that one below 0 is told by its range as well.
fn whole<'de, D: Deserializer<'de>>(
    deserializer: D,
    key: &str,
    range: &RangeInclusive<i64>,
) -> Result<u64, D::Error> {
    within(key, i64::deserialize(deserializer)?, range).map(i64::unsigned_abs)
}

pub(crate) fn mhz<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<f64>, D::Error> {
    real(deserializer, "mhz", &MEGAHERTZ)
}

pub(crate) fn run_mhz<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<f64>, D::Error> {
    real(deserializer, "run_mhz", &MEGAHERTZ)
}

pub(crate) fn baud<'de, D: Deserializer<'de>>(deserializer: D) -> Result<u64, D::Error> {
    whole(deserializer, "baud", &BAUD)
}

pub(crate) fn reference<'de, D: Deserializer<'de>>(deserializer: D) -> Result<u64, D::Error> {
    whole(deserializer, "reference", &REFERENCE)
}

pub(crate) fn delay<'de, D: Deserializer<'de>>(deserializer: D) -> Result<f64, D::Error> {
    within("delay", f64::deserialize(deserializer)?, &DELAY)
}

/// A count of a resource, in a table of such.
#[derive(Deserialize)]
#[serde(transparent)]
struct Count(#[serde(deserialize_with = "count")] u64);

fn count<'de, D: Deserializer<'de>>(deserializer: D) -> Result<u64, D::Error> {
    whole(deserializer, "a resource", &RESOURCE)
}

pub(crate) fn resources<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<std::collections::BTreeMap<String, u64>, D::Error> {
    let counts = std::collections::BTreeMap::<String, Count>::deserialize(deserializer)?;
    Ok(counts.into_iter().map(|(name, Count(count))| (name, count)).collect())
}

pub(crate) fn grid<'de, D: Deserializer<'de>>(deserializer: D) -> Result<(u32, u32), D::Error> {
    let (columns, rows) = <(i64, i64)>::deserialize(deserializer)?;
    let tiles = |number| within("grid", number, &TILES).map(|number| number as u32);
    Ok((tiles(columns)?, tiles(rows)?))
}
