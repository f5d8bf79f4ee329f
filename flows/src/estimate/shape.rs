//! The sizes that a design follows from, read from a `net.toml` as plain numbers.

use std::path::Path;

use serde::Deserialize;

use super::Error;
use crate::files;

/// How a weight is walked: a word of bits for each of its bits, or for each cycle of its stream.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Schedule {
    /// A pass for each of the weight's bits.
    Planes,
    /// A pass for each cycle of the stream, `2^bits` of them.
    Stream,
}

impl Schedule {
    /// The schedule that the command line and `design.json` call by this name.
    pub fn named(name: &str) -> Option<Self> {
        match name {
            "planes" => Some(Self::Planes),
            "stream" => Some(Self::Stream),
            _ => None,
        }
    }
}

/// The sizes of a design's memories, words and counters. Two networks of the same shape give the
/// same hardware.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shape {
    /// Widths of the layers, that of the inputs first.
    pub widths: Vec<u64>,
    /// Bits of a weight, without its sign.
    pub weight_bits: u32,
    /// Time steps an image.
    pub steps: u64,
    /// Bits of the word that is kept for each output of a layer.
    pub state_bits: u64,
    /// Whether a second word of four bits is kept beside it.
    pub resting: bool,
    /// How a weight is walked.
    pub schedule: Schedule,
}

/// The most inputs or outputs of a layer.
const WIDEST: u64 = 4096;

/// The part of a `net.toml` that is read.
#[derive(Deserialize)]
struct File {
    time: Time,
    stream: Stream,
    neuron: State,
    layers: Vec<Layer>,
}

#[derive(Deserialize)]
struct Time {
    steps: u64,
}

#[derive(Deserialize)]
struct Stream {
    bits: u32,
}

#[derive(Deserialize)]
struct State {
    membrane_bits: u64,
    refractory: u64,
}

#[derive(Deserialize)]
struct Layer {
    inputs: u64,
    outputs: u64,
}

impl Shape {
    /// Reads the `net.toml` of a folder.
    ///
    /// # Errors
    /// [`Error::Net`] when it cannot be read, or holds a size out of its range.
    pub fn read(folder: &Path, schedule: Schedule) -> Result<Self, Error> {
        let path = folder.join("net.toml");
        let invalid = |what: String| Error::Net { path: path.clone(), what };
        let text = files::read_text(&path).map_err(|error| invalid(error.to_string()))?;
        let file: File = toml::from_str(&text).map_err(|e| invalid(e.message().to_owned()))?;
        let first = file.layers.first().map(|layer| layer.inputs);
        let widths = first.into_iter().chain(file.layers.iter().map(|layer| layer.outputs));
        let shape = Self {
            widths: widths.collect(),
            weight_bits: file.stream.bits,
            steps: file.time.steps,
            state_bits: file.neuron.membrane_bits,
            resting: file.neuron.refractory > 0,
            schedule,
        };
        let chained = |pair: &[Layer]| pair[0].outputs == pair[1].inputs;
        if !file.layers.windows(2).all(chained) {
            return Err(invalid("a layer has not as many inputs as the one before it".to_owned()));
        }
        shape.check().map_err(invalid)?;
        Ok(shape)
    }

    /// Says which size is out of its range.
    ///
    /// # Errors
    /// That size, in words.
    pub fn check(&self) -> Result<(), String> {
        let within = |what: &str, value: u64, least: u64, most: u64| {
            let ok = (least..=most).contains(&value);
            if ok { Ok(()) } else { Err(format!("{what} {value} is not in {least}..={most}")) }
        };
        within("the number of layers", self.widths.len().saturating_sub(1) as u64, 1, 8)?;
        for &width in &self.widths {
            within("a layer's width of", width, 1, WIDEST)?;
        }
        within("stream.bits =", self.weight_bits.into(), 1, 7)?;
        within("time.steps =", self.steps, 1, 256)?;
        within("neuron.membrane_bits =", self.state_bits, 8, 24)
    }

    /// Each layer's inputs and outputs.
    pub fn layers(&self) -> impl Iterator<Item = (u64, u64)> + '_ {
        self.widths.windows(2).map(|pair| (pair[0], pair[1]))
    }

    /// The outputs of the last layer.
    pub fn classes(&self) -> u64 {
        self.widths.last().copied().unwrap_or_default()
    }

    /// The widths between the first and the last.
    pub fn hidden(&self) -> &[u64] {
        self.widths.get(1..self.widths.len().saturating_sub(1)).unwrap_or_default()
    }

    /// How often the words of a layer's output are walked.
    pub fn passes(&self) -> u64 {
        match self.schedule {
            Schedule::Planes => self.weight_bits.into(),
            Schedule::Stream => 1 << self.weight_bits,
        }
    }

    /// Words of signs on `lanes` lanes: one for each output and each chunk of inputs.
    pub fn words(&self, lanes: u64) -> u64 {
        self.layers().map(|(inputs, outputs)| outputs * inputs.div_ceil(lanes)).sum()
    }

    /// Clock cycles an image on `lanes` lanes. Every time step reads each input once, then walks the
    /// words of each layer and waits for the last to come through.
    pub fn cycles(&self, lanes: u64) -> u64 {
        const SETTLE: u64 = 2;
        const DRAIN: u64 = 9;
        let layers = self.widths.len().saturating_sub(1) as u64;
        let inputs = self.widths.first().copied().unwrap_or_default();
        self.steps * (inputs + SETTLE + self.words(lanes) * self.passes() + layers * DRAIN)
    }
}

/// Bits that count `count` things, at least 1.
pub(super) fn index_bits(count: u64) -> u64 {
    u64::from((u64::BITS - count.saturating_sub(1).leading_zeros()).max(1))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shape(text: &str) -> Result<Shape, Error> {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("net.toml"), text).unwrap();
        Shape::read(folder.path(), Schedule::Planes)
    }

    const NET: &str = "name = 'x'\n[time]\nsteps = 8\n[stream]\nbits = 3\n[neuron]\n\
                       membrane_bits = 16\nrefractory = 0\n[[layers]]\ninputs = 64\noutputs = 24\n\
                       [[layers]]\ninputs = 24\noutputs = 10\n";

    #[test]
    fn sizes_are_read_and_nothing_else() {
        let shape = shape(NET).unwrap();
        assert_eq!(shape.widths, [64, 24, 10]);
        assert_eq!((shape.weight_bits, shape.steps, shape.state_bits), (3, 8, 16));
        assert_eq!((shape.words(16), shape.hidden()), (24 * 4 + 10 * 2, &[24][..]));
        assert_eq!(shape.cycles(16), 8 * (64 + 2 + 116 * 3 + 18));
    }

    #[test]
    fn sizes_that_no_design_has_are_told() {
        for (old, new, told) in [
            ("outputs = 10", "outputs = 0", "width of 0"),
            ("outputs = 10", "outputs = 4097", "width of 4097"),
            ("inputs = 24", "inputs = 25", "as many inputs"),
            ("bits = 3", "bits = 8", "stream.bits = 8"),
            ("steps = 8", "steps = 0", "time.steps = 0"),
            ("steps = 8", "steps = -1", "steps"),
            ("membrane_bits = 16", "membrane_bits = 99", "membrane_bits = 99"),
            ("[stream]", "[streams]", "stream"),
            ("steps = 8", "steps =", "steps"),
        ] {
            assert!(NET.contains(old));
            let error = shape(&NET.replacen(old, new, 1)).unwrap_err();
            assert_eq!(error.code(), "flows::estimate::net");
            assert!(error.to_string().contains(told) || told == "steps", "{new}: {error}");
        }
        let none = "[time]\nsteps = 8\n[stream]\nbits = 3\n[neuron]\nmembrane_bits = 16\n\
                    refractory = 0\n";
        assert!(shape(&format!("layers = []\n{none}")).unwrap_err().to_string().contains("layers"));
        let nowhere = Shape::read(Path::new("/nonexistent"), Schedule::Planes).unwrap_err();
        assert_eq!(nowhere.code(), "flows::estimate::net");
    }
}
