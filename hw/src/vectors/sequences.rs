//! The file of sequences: every generator on every number of bits, as encoder and as a weight's stream.

use super::text::laid_out;
use serde::Serialize;
use spikestream::spec::Generator;

/// The file's name.
pub(super) const FILE: &str = "sequences.json";

#[derive(Serialize)]
struct Sequences {
    format: u32,
    covers: &'static str,
    encoders: Vec<Encoder>,
    streams: Vec<Stream>,
}

#[derive(Serialize)]
struct Encoder {
    generator: Generator,
    steps: u32,
    r: Vec<u8>,
}

#[derive(Serialize)]
struct Stream {
    generator: Generator,
    bits: u32,
    /// For each cycle the least magnitude that has a one there; 0 where none has.
    least: Vec<u32>,
}

/// The file's text.
pub(super) fn text() -> String {
    let encoders = Generator::ALL.iter().flat_map(|&g| (0..=8).map(move |n| encoder(g, 1 << n)));
    let streams = Generator::ALL.iter().flat_map(|&g| (1..=7).map(move |bits| stream(g, bits)));
    let sequences = Sequences {
        format: super::FORMAT,
        covers: "every generator, as encoder and of weight streams, on every number of bits",
        encoders: encoders.collect(),
        streams: streams.collect(),
    };
    // Plain data under text keys always has a form in JSON.
    laid_out(&serde_json::to_string(&sequences).unwrap_or_default())
}

fn encoder(generator: Generator, steps: u32) -> Encoder {
    let r = (0..steps).map(|t| generator.threshold(steps, t)).collect();
    Encoder { generator, steps, r }
}

fn stream(generator: Generator, bits: u32) -> Stream {
    let least = |k| (0..1 << bits).find(|&m| generator.bit(bits, m, k)).unwrap_or(0);
    Stream { generator, bits, least: (0..1 << bits).map(least).collect() }
}
