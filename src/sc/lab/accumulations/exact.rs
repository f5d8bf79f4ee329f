//! Exact: every product bit of every cycle is counted.

use super::{Accumulation, Bench, Counter};
use crate::cores;
use crate::sc::lab::popcount::{Rows, add_rows, products};
use crate::sc::lab::streams::Streams;

/// A counter that adds up all products of a cycle.
#[derive(Debug)]
pub(super) struct Exact;

impl Accumulation for Exact {
    fn name(&self) -> &'static str {
        "exact"
    }

    fn about(&self) -> &'static str {
        "a counter adds up all products of a cycle"
    }

    fn counter(&self, streams: Streams) -> Box<dyn Counter> {
        Box::new(Counts::new(&streams))
    }
}

/// The ones of each product, counted once: a sum of them is what counting all cycles of an image gives, since streams
/// begin anew with each.
#[derive(Debug)]
struct Counts {
    length: usize,
    neurons: usize,
    symbols: usize,
    /// What all inputs give at value 0, and their own ones.
    base: Vec<i32>,
    heard_base: i32,
    /// What another value gives more, `[inputs][symbols][neurons]`, and its own ones.
    more: Vec<i16>,
    heard: Vec<i16>,
}

impl Counts {
    fn new(streams: &Streams) -> Self {
        let Streams { length, neurons, symbols, gate, .. } = *streams;
        let inputs: Vec<usize> = (0..streams.inputs).collect();
        let part = |inputs: &[usize]| {
            let (mut more, mut heard) = (vec![0_i16; inputs.len() * symbols * neurons], Vec::new());
            let mut rows = more.chunks_exact_mut(neurons);
            for &input in inputs {
                let (words, negative) = streams.row(input);
                for symbol in 0..symbols {
                    let stream = streams.of(input, symbol);
                    let counts = rows.next().unwrap_or_default();
                    products(stream, Rows { gate, length, words, negative }, counts);
                    heard.push(stream.iter().map(|word| word.count_ones() as i16).sum());
                }
            }
            (more, heard)
        };
        let parts = cores::share(&inputs, part);
        let mut made = Self {
            length,
            neurons,
            symbols,
            base: vec![0; neurons],
            heard_base: 0,
            more: parts.iter().flat_map(|part| &part.0).copied().collect(),
            heard: parts.iter().flat_map(|part| &part.1).copied().collect(),
        };
        made.take_base();
        made
    }

    /// Takes off each value what 0 gives, so that inputs of 0 cost nothing.
    fn take_base(&mut self) {
        let all = self.more.chunks_exact_mut(self.neurons * self.symbols);
        for (input, heard) in all.zip(self.heard.chunks_exact_mut(self.symbols)) {
            let (zero, others) = input.split_at_mut(self.neurons);
            for counts in others.chunks_exact_mut(self.neurons) {
                counts.iter_mut().zip(&*zero).for_each(|(count, zero)| *count -= zero);
            }
            self.base.iter_mut().zip(&*zero).for_each(|(sum, zero)| *sum += i32::from(*zero));
            self.heard_base += i32::from(heard[0]);
            let first = heard[0];
            heard.iter_mut().for_each(|ones| *ones -= first);
        }
    }
}

impl Counter for Counts {
    fn scale(&self) -> f64 {
        1.0 / self.length as f64
    }

    fn count(&self, symbols: &[u8], _: &mut Bench, counts: &mut [i32]) -> i32 {
        counts.copy_from_slice(&self.base);
        add_rows(symbols, &self.more, counts);
        let own = self.heard.chunks_exact(self.symbols).zip(symbols);
        let more = own.map(|(heard, symbol)| i32::from(heard[usize::from(*symbol)]));
        self.heard_base + more.sum::<i32>()
    }
}
