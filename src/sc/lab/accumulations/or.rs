//! OR: a gate over all products of a cycle.

use super::{Accumulation, Bench, Counter};
use crate::sc::lab::popcount::{balance, gather};
use crate::sc::lab::streams::Streams;

/// One gate for the products that count up and one for those that count down. What two products have at once is lost, so
/// it is a sum only where ones are few.
#[derive(Debug)]
pub(super) struct Or;

impl Accumulation for Or {
    fn name(&self) -> &'static str {
        "or"
    }

    fn about(&self) -> &'static str {
        "an OR gate over all products, which loses those that meet"
    }

    fn is_sum(&self) -> bool {
        false
    }

    fn counter(&self, streams: Streams) -> Box<dyn Counter> {
        Box::new(Gates { streams })
    }
}

#[derive(Debug)]
struct Gates {
    streams: Streams,
}

impl Counter for Gates {
    fn scale(&self) -> f64 {
        1.0 / self.streams.length as f64
    }

    /// Inputs of 0 have no ones: what multiplies is an AND.
    fn count(&self, symbols: &[u8], at: &mut Bench, counts: &mut [i32]) -> i32 {
        let words = self.streams.words();
        at.words.clear();
        // Both gates of each neuron, and that of the inputs.
        at.words.resize((2 * self.streams.neurons + 1) * words, 0);
        let (gates, heard) = at.words.split_at_mut(2 * self.streams.neurons * words);
        for (input, symbol) in symbols.iter().enumerate().filter(|(_, symbol)| **symbol > 0) {
            let stream = self.streams.of(input, usize::from(*symbol));
            let (rows, negative) = self.streams.row(input);
            gather(stream, rows, negative, gates);
            heard.iter_mut().zip(stream).for_each(|(all, x)| *all |= x);
        }
        balance(gates, words, counts);
        heard.iter().map(|word| word.count_ones() as i32).sum()
    }
}
