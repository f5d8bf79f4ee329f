//! The rows of `flows/energy.toml`: what is published of the power of parts.

use std::collections::BTreeMap;
use std::path::Path;

use serde::Deserialize;

use crate::base::parse;

const FILE: &str = "flows/energy.toml";
const TEXT: &str = include_str!("../../energy.toml");

/// What was measured on a part, in the units of its source. The file explains every key.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Measured {
    /// The parts that it is for.
    pub parts: Vec<String>,
    /// Where its numbers are from.
    pub source: String,
    pub(super) core: Core,
    pub(super) banks: Banks,
    pub(super) counter: Counter,
    pub(super) widths: Widths,
    pub(super) product: Product,
    #[serde(rename = "loop")]
    pub(super) loops: Vec<Loop>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Core {
    pub volts: f64,
    pub halted_ua: f64,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Banks {
    pub volts: f64,
    pub ua: f64,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Counter {
    pub flip_flops: f64,
    pub toggles: f64,
    pub at: [At; 2],
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct At {
    pub mhz: f64,
    pub ua: f64,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Widths {
    pub mhz: f64,
    pub flip_flops: [f64; 2],
    pub ua: [f64; 2],
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Product {
    pub mhz: f64,
    pub flip_flops: f64,
    pub toggles: f64,
    pub ua: [f64; 2],
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Loop {
    pub mhz: f64,
    pub rail_ua: f64,
    pub core_ua: f64,
}

/// All rows.
#[expect(clippy::expect_used, reason = "the text is compiled in and tested")]
pub(super) fn all() -> Vec<Measured> {
    let rows: BTreeMap<String, Measured> =
        parse(Path::new(FILE), TEXT, "its head explains every key").expect(FILE);
    rows.into_values().collect()
}

impl Measured {
    /// Changes a cycle of its counter, and of what its product adds to that.
    pub fn toggles(&self) -> [f64; 2] {
        [self.counter.toggles, self.product.toggles]
    }
}
