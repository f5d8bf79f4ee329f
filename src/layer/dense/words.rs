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

    /// The rows of a layer's weights, for a spike at a time: input, group of `lanes` neurons. A weight takes `bits + 1`
    /// bits, two's complement, that of the group's first neuron the lowest. Lanes without a neuron weigh 0.
    ///
    /// # Panics
    /// As [`Self::rows`]; if a word has more than 128 bits.
    pub fn by_input(self, weights: &[i8], bits: u32, lanes: usize) -> Vec<u128> {
        let width = bits + 1;
        let rows: Vec<&[i8]> = self.rows(weights).collect();
        let mask = (1_u128 << width) - 1;
        let word = |input: usize, group: &[&[i8]]| {
            let lanes = group.iter().enumerate();
            lanes.map(|(k, row)| (row[input] as u128 & mask) << (k as u32 * width)).sum()
        };
        let words = |input| rows.chunks(lanes).map(move |group| word(input, group));
        (0..self.inputs).flat_map(words).collect()
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
    fn a_spike_finds_the_weight_of_every_neuron() {
        let net = example(&[70, 3]);
        for lanes in [1, 2, 3, 4] {
            let rows = LAYER.by_input(&net.layers[0].weights, 4, lanes);
            let groups = LAYER.groups(lanes);
            assert_eq!(rows.len(), 70 * groups);
            for (neuron, input) in (0..3).flat_map(|n| (0..70).map(move |i| (n, i))) {
                let word = rows[input * groups + neuron / lanes];
                let q = word >> (neuron % lanes * 5) & 0x1f;
                assert_eq!((q << 3) as u8 as i8 >> 3, net.row(0, neuron)[input], "{lanes}");
            }
        }
        assert!(LAYER.by_input(&[-15; 210], 4, 2).iter().skip(1).step_by(2).all(|w| *w == 0x11));
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
