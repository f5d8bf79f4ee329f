//! The fully connected layer, as the engine has it: every input reaches every neuron.

mod float;
mod words;

pub use float::FloatLayer;

use crate::spec::LayerSpec;

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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_hold_one_bit_of_each_weight() {
        let layer = Dense { inputs: 70, outputs: 3 };
        assert_eq!([16, 32, 64, 128].map(|lanes| layer.chunks(lanes)), [5, 3, 2, 1]);
        assert_eq!((layer.words(32), layer.weights(), layer.largest_sum(15)), (9, 210, 1050));
    }
}
