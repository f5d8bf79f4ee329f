//! The sizes that a design follows from, as plain numbers.

use std::path::Path;

use spikestream::hardware::{ensure_buildable, line};
use spikestream::sc::network::Schedule;
use spikestream::spec::NetSpec;

use super::Error;
use crate::base::error::FlowError;
use crate::board::line::Exchange;

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

impl Shape {
    /// Reads the `net.toml` of a folder.
    ///
    /// # Errors
    /// [`FlowError::Net`] when it is not right, [`Error::Unsupported`] for a network that no engine is
    /// built for.
    pub fn read(folder: &Path, schedule: Schedule) -> Result<Self, FlowError> {
        let spec = NetSpec::read(folder)?;
        ensure_buildable(&spec).map_err(Error::Unsupported)?;
        Ok(Self::of(&spec, schedule))
    }

    /// The sizes of a network.
    pub fn of(spec: &NetSpec, schedule: Schedule) -> Self {
        let widths = spec.layers.iter().map(|layer| layer.outputs as u64);
        Self {
            widths: std::iter::once(spec.inputs() as u64).chain(widths).collect(),
            weight_bits: spec.stream.bits,
            steps: spec.time.steps.into(),
            state_bits: spec.neuron.membrane_bits.into(),
            resting: spec.neuron.refractory > 0,
            schedule,
        }
    }

    /// What goes over the serial line for an image, which the engine works on for so many
    /// microseconds.
    pub fn exchange(&self, engine_us: f64) -> Exchange {
        let bytes = |of: fn(usize) -> usize, count: u64| of(count as usize) as u64;
        let inputs = self.widths.first().copied().unwrap_or_default();
        let request_bytes = bytes(line::request_bytes, inputs);
        Exchange { request_bytes, reply_bytes: bytes(line::reply_bytes, self.classes()), engine_us }
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
    use spikestream::spec::example;

    #[test]
    fn sizes_are_those_of_the_network() {
        let mut spec = example(&[64, 24, 10]).spec;
        (spec.stream.bits, spec.stream.length, spec.time.steps) = (3, 8, 8);
        let shape = Shape::of(&spec, Schedule::Planes);
        assert_eq!(shape.widths, [64, 24, 10]);
        assert_eq!((shape.weight_bits, shape.steps, shape.state_bits), (3, 8, 16));
        assert_eq!((shape.words(16), shape.hidden()), (24 * 4 + 10 * 2, &[24][..]));
        assert_eq!(shape.cycles(16), 8 * (64 + 2 + 116 * 3 + 18));
    }

    #[test]
    fn a_network_that_no_engine_takes_is_told_with_all_the_reasons() {
        let folder = tempfile::tempdir().unwrap();
        let mut net = example(&[5, 3]);
        net.spec.neuron.membrane_bits = 24;
        net.spec.stream.length = 4;
        net.save(folder.path()).unwrap();
        let error = Shape::read(folder.path(), Schedule::Planes).unwrap_err();
        assert_eq!(error.code(), "spikestream::hardware::unsupported");
        let text = error.to_string();
        assert!(text.contains("membrane_bits = 24") && text.contains("length = 4"), "{text}");
        let nowhere = Shape::read(Path::new("nonexistent"), Schedule::Planes).unwrap_err();
        assert_eq!(nowhere.code(), "spikestream::file::read");
    }
}
