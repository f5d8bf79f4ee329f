//! Generators of the numbers behind streams: what is asked of one, and all of them, a file each.

mod counter;
mod lfsr;
mod page_lfsr;
mod random;
mod ruler;
mod sobol;
mod van_der_corput;

use crate::nearest::did_you_mean;
use crate::sc::error::ScError;
use std::fmt::{self, Debug, Display};

/// Whose stream it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    /// The layer's inputs.
    pub inputs: usize,
    /// The input.
    pub input: usize,
    /// The neuron whose weight it is; none for the input itself.
    pub neuron: Option<usize>,
}

impl Place {
    /// A number of its own among all of the layer: inputs first, then the weights, neuron by neuron.
    pub fn index(&self) -> usize {
        self.neuron.map_or(0, |neuron| (1 + neuron) * self.inputs) + self.input
    }
}

/// Numbers `r_k` that a value v of `n` bits is compared with, so that `bit_k = v > r_k`.
pub trait Generator: Debug + Sync {
    /// Its name.
    fn name(&self) -> &'static str;

    /// What it is, in one line.
    fn about(&self) -> &'static str;

    /// Whether a stream must be a whole period, of `2^n` cycles.
    fn is_periodic(&self) -> bool {
        true
    }

    /// n, for a stream of so many cycles.
    fn bits(&self, length: usize) -> u32 {
        length.ilog2()
    }

    /// The value that stands for 1.
    fn whole(&self, bits: u32) -> u32 {
        1 << bits
    }

    /// Which of its sequences an operand has: two of one number have the same.
    fn sequence(&self, of: Place, bits: u32) -> u64;

    /// The numbers of a sequence.
    fn numbers(&self, bits: u32, sequence: u64, numbers: &mut [u32]);

    /// The stream of a value, 64 cycles a word, put behind `words`.
    fn pack(&self, _bits: u32, value: u32, numbers: &[u32], words: &mut Vec<u64>) {
        pack(numbers, words, |_, number| value > number);
    }
}

/// A bit for each number, 64 a word.
#[inline(always)]
fn pack(numbers: &[u32], words: &mut Vec<u64>, bit: impl Fn(usize, u32) -> bool) {
    for (word, chunk) in numbers.chunks(64).enumerate() {
        let bits = chunk.iter().enumerate();
        words.push(bits.fold(0, |all, (k, r)| all | u64::from(bit(64 * word + k, *r)) << k));
    }
}

/// All generators.
pub const GENERATORS: [&dyn Generator; 7] = [
    &page_lfsr::PageLfsr,
    &lfsr::Lfsr,
    &van_der_corput::VanDerCorput,
    &sobol::Sobol,
    &counter::Counter,
    &ruler::Ruler,
    &random::Random,
];

/// The generator of the weights and that of the inputs, of which one alone serves both.
#[derive(Clone, Copy, Debug)]
pub struct Pair {
    /// That of the weights.
    pub weights: &'static dyn Generator,
    /// That of the inputs.
    pub inputs: &'static dyn Generator,
}

/// Pairs whose products are good, since one spreads its ones over a stream and the other has them in one run.
const GOOD: [(&str, &str); 2] = [("van-der-corput", "counter"), ("ruler", "counter")];

impl Pair {
    /// Each generator for both, and the pairs that are known to be good.
    pub fn all() -> Vec<Self> {
        let both = GENERATORS.into_iter().map(|one| Self { weights: one, inputs: one });
        let pairs = GOOD.iter().map(|(weights, inputs)| Self {
            weights: find(weights).unwrap_or(GENERATORS[0]),
            inputs: find(inputs).unwrap_or(GENERATORS[0]),
        });
        both.chain(pairs).collect()
    }

    /// `NAME`, or `WEIGHTS/INPUTS`.
    ///
    /// # Errors
    /// A name that no generator has.
    pub fn named(text: &str) -> Result<Self, ScError> {
        let one = |name: &str| {
            find(name).ok_or_else(|| ScError::Unknown {
                what: "generator",
                name: name.into(),
                legal: GENERATORS.map(|one| one.name()).join(", "),
                nearest: did_you_mean(name, GENERATORS.map(|one| one.name())),
            })
        };
        let (weights, inputs) = text.split_once('/').unwrap_or((text, text));
        Ok(Self { weights: one(weights)?, inputs: one(inputs)? })
    }
}

fn find(name: &str) -> Option<&'static dyn Generator> {
    GENERATORS.into_iter().find(|one| one.name() == name)
}

impl Display for Pair {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (weights, inputs) = (self.weights.name(), self.inputs.name());
        if weights == inputs { write!(f, "{weights}") } else { write!(f, "{weights}/{inputs}") }
    }
}

#[cfg(test)]
mod tests;
