//! Where the weights of a fully connected layer lie in words of the engine's memories.
//!
//! A neuron's weights take a word for each chunk of its inputs. Spikes are shifted in from the most significant
//! lane, so a chunk of `k < P` inputs lies in the lanes `P-k..P`; those below weigh 0.

use super::Dense;

impl Dense {
    /// The bit planes of a layer's weights of `bits` bits: neuron, plane from the most significant, chunk.
    ///
    /// # Panics
    /// As [`Dense::rows`]; if there are more than 128 lanes.
    pub fn planes(self, weights: &[i8], bits: u32, lanes: usize) -> Vec<u128> {
        let plane = |row, plane| words(row, lanes, move |q| q.unsigned_abs() >> plane & 1 == 1);
        let rows = self.rows(weights);
        rows.flat_map(|row| (0..bits).rev().flat_map(move |b| plane(row, b))).collect()
    }

    /// The signs of a layer's weights, 1 for negative: neuron, chunk.
    ///
    /// # Panics
    /// As [`Self::planes`].
    pub fn signs(self, weights: &[i8], lanes: usize) -> Vec<u128> {
        self.rows(weights).flat_map(|row| words(row, lanes, |q| q < 0)).collect()
    }
}

fn words(row: &[i8], lanes: usize, set: impl Fn(i8) -> bool) -> Vec<u128> {
    let chunk = |chunk: &[i8]| {
        let first = lanes - chunk.len();
        let bits = chunk.iter().enumerate().filter(|(_, q)| set(**q));
        bits.map(|(i, _)| 1_u128 << (first + i)).sum()
    };
    row.chunks(lanes).map(chunk).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::spec::example;

    const LAYER: Dense = Dense { inputs: 70, outputs: 3 };

    #[test]
    fn every_weight_is_found_where_it_should_lie() {
        let net = example(&[70, 3]);
        let planes = LAYER.planes(&net.layers[0].weights, 4, 32);
        let signs = LAYER.signs(&net.layers[0].weights, 32);
        assert_eq!((planes.len(), signs.len()), (4 * LAYER.words(32), LAYER.words(32)));
        for neuron in 0..3 {
            for (input, &q) in net.row(0, neuron).iter().enumerate() {
                let (chunk, offset) = (input / 32, input % 32);
                let lane = offset + if chunk == 2 { 32 - 6 } else { 0 };
                let bit = |plane| planes[(neuron * 4 + plane) * 3 + chunk] >> lane & 1;
                let magnitude = (0..4).fold(0, |m, plane| 2 * m + bit(plane) as u8);
                assert_eq!(magnitude, q.unsigned_abs());
                assert_eq!(signs[neuron * 3 + chunk] >> lane & 1 == 1, q < 0);
            }
        }
    }

    #[test]
    fn lanes_without_an_input_weigh_nothing() {
        let planes = LAYER.planes(&[-15; 210], 4, 32);
        let signs = LAYER.signs(&[-15; 210], 32);
        for word in planes.iter().chain(&signs).skip(2).step_by(3) {
            assert_eq!(*word, 0x3f << 26);
        }
    }
}
