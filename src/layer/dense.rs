//! The fully connected layer: every input reaches every neuron.

mod float;
mod words;

pub use float::FloatLayer;

use crate::sc::dot::Streams;
use crate::sc::schedule::Schedule;
use crate::spec::{LayerSpec, Net};

/// A layer's sizes, and what follows from them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Dense {
    /// Inputs.
    pub inputs: usize,
    /// Neurons.
    pub outputs: usize,
}

impl Dense {
    /// The sizes of a network's layer.
    pub fn of(layer: &LayerSpec) -> Self {
        Self { inputs: layer.inputs, outputs: layer.outputs }
    }

    /// How many weights there are.
    pub fn weights(self) -> usize {
        self.inputs * self.outputs
    }

    /// The weights of each neuron, one an input, of weights that lie `[outputs][inputs]`.
    ///
    /// # Panics
    /// If there are no inputs, or fewer weights than [`Self::weights`].
    pub fn rows<T>(self, weights: &[T]) -> impl ExactSizeIterator<Item = &[T]> {
        (0..self.outputs).map(move |neuron| &weights[neuron * self.inputs..][..self.inputs])
    }

    /// The words of `lanes` inputs that hold all of them, the last perhaps in part: the engine reads one a
    /// cycle.
    pub fn chunks(self, lanes: usize) -> usize {
        self.inputs.div_ceil(lanes)
    }

    /// The words of `lanes` bits that hold one bit of each weight; each neuron begins a new one.
    pub fn words(self, lanes: usize) -> usize {
        self.outputs * self.chunks(lanes)
    }

    /// The words of `lanes` weights that hold those of one input, a neuron each.
    pub fn groups(self, lanes: usize) -> usize {
        self.outputs.div_ceil(lanes)
    }

    /// The largest magnitude of a sum of weights of at most `max`.
    pub fn largest_sum(self, max: usize) -> usize {
        self.inputs * max
    }
}

/// The dot products of one layer, as the golden model takes them.
#[derive(Clone, Debug)]
pub struct Sum(Streams);

impl Sum {
    /// Prepares the weights' streams or planes.
    ///
    /// # Panics
    /// If there is no such layer, or it has fewer weights than [`Net::check`] takes.
    pub fn new(net: &Net, layer: usize, schedule: Schedule) -> Self {
        let rows = (0..net.spec.layers[layer].outputs).map(|neuron| net.row(layer, neuron));
        Self(match schedule {
            Schedule::Stream => Streams::generate(&net.spec.stream, rows),
            Schedule::Planes | Schedule::Events => {
                Streams::planes(&net.spec.stream, net.spec.time.steps, rows)
            }
        })
    }

    /// `C_j` of a neuron at time step `step`, for the packed spikes of all inputs of the layer.
    ///
    /// # Panics
    /// If there is no such neuron.
    pub fn current(&self, neuron: usize, spikes: &[u64], step: u32) -> i32 {
        self.0.dot(neuron, spikes, step)
    }

    /// The part of it that negative weights give, without its sign: what a second synapse takes.
    ///
    /// # Panics
    /// If there is no such neuron.
    pub fn inhibition(&self, neuron: usize, spikes: &[u64], step: u32) -> i32 {
        self.0.negative(neuron, spikes, step)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::spec::example;

    #[test]
    fn every_input_reaches_every_neuron_by_its_own_weight() {
        let net = example(&[70, 3, 2]);
        let sizes = Dense::of(&net.spec.layers[0]);
        let rows: Vec<&[i8]> = sizes.rows(&net.layers[0].weights).collect();
        assert_eq!((rows.len(), rows.concat().len()), (3, sizes.weights()));
        for schedule in [Schedule::Stream, Schedule::Planes] {
            let sum = Sum::new(&net, 0, schedule);
            for (neuron, row) in rows.iter().enumerate() {
                assert_eq!(*row, net.row(0, neuron));
                for (input, q) in row.iter().enumerate() {
                    let mut spikes = [0_u64; 2];
                    spikes[input / 64] = 1 << (input % 64);
                    let current = sum.current(neuron, &spikes, 3);
                    assert_eq!(current, i32::from(*q), "{schedule:?}: {input} to {neuron}");
                    let inhibition = sum.inhibition(neuron, &spikes, 3);
                    assert_eq!(inhibition, (-i32::from(*q)).max(0), "{schedule:?}: {input}");
                }
            }
        }
    }

    #[test]
    fn words_hold_one_bit_of_each_weight() {
        let layer = Dense { inputs: 70, outputs: 3 };
        assert_eq!([16, 32, 64, 128].map(|lanes| layer.chunks(lanes)), [5, 3, 2, 1]);
        assert_eq!((layer.words(32), layer.weights(), layer.largest_sum(15)), (9, 210, 1050));
    }
}
