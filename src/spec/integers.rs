//! The weights and delays of a layer: which are a connection's, and whether each is within its range.

use super::{Connection, Layer, Wired};
use crate::layer::kinds::Error;

/// The numbers of one connection, in the shape of its tensor.
#[derive(Clone, Copy, Debug)]
pub struct Numbers<'a> {
    /// Its weights.
    pub weights: &'a [i8],
    /// A delay for each; none at all where synapses have no delay.
    pub delays: &'a [u8],
}

impl Wired {
    /// Each connection with its numbers.
    ///
    /// # Panics
    /// If the layer has fewer than [`Wired::weight_count`] and [`Wired::delay_count`] say.
    pub fn numbers<'a>(
        &'a self,
        layer: &'a Layer,
    ) -> impl Iterator<Item = (&'a Connection, Numbers<'a>)> {
        let (mut weights, mut delays) = (&layer.weights[..], &layer.delays[..]);
        self.connections.iter().map(move |connection| {
            let own = Numbers {
                weights: take(&mut weights, connection.weight_count()),
                delays: take(&mut delays, connection.delay_count()),
            };
            (connection, own)
        })
    }

    /// Refuses weights beyond `max` and delays beyond the longest of their connection.
    pub(super) fn check_weights(&self, layer: &Layer, max: i32) -> Result<(), Error> {
        for (of, numbers) in self.numbers(layer) {
            let (place, kind) = (of.place.clone(), of.kind.clone());
            let beyond = |q: &i8| i32::from(*q).abs() > max;
            if let Some(number) = numbers.weights.iter().position(beyond) {
                let value = numbers.weights[number].into();
                return Err(Error::Weight { place, kind, at: at(&of.weights, number), value, max });
            }
            let longest = of.longest.unwrap_or(0);
            let late = |d: &u8| u32::from(*d) > longest;
            if let Some(number) = numbers.delays.iter().position(late) {
                let value = numbers.delays[number];
                return Err(Error::Delay {
                    place,
                    kind,
                    at: at(&of.weights, number),
                    value,
                    longest,
                });
            }
        }
        Ok(())
    }
}

fn take<'a, T>(from: &mut &'a [T], count: usize) -> &'a [T] {
    let (own, rest) = from.split_at(count);
    *from = rest;
    own
}

/// The place of a number in a tensor of that shape.
fn at(shape: &[usize], number: usize) -> Vec<usize> {
    let mut place: Vec<usize> = Vec::with_capacity(shape.len());
    let mut rest = number;
    for size in shape.iter().rev() {
        place.push(rest % size);
        rest /= size;
    }
    place.reverse();
    place
}
