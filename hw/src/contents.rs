//! What a network of the same shape changes: the contents of the memories, and nothing else.
//!
//! A design is placed and routed with contents that depend on the shape alone ([`shape`]), so that it
//! serves every network of that shape; the flow then puts each network's own contents in
//! ([`memories`]). The shape's contents are pseudo-random: a constant column would let synthesis drop
//! it, and each word must be told from the others when they are looked for in the netlist.

use serde::{Serialize, Serializer};
use spikestream::hardware::layout::{Layout, Weights};

/// One memory: its contents in the routed design, and those that belong there.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Memory {
    /// Its name below the top, as it is after flattening.
    pub name: String,
    /// Bits of a word.
    pub width: usize,
    /// The words that the shape has.
    #[serde(serialize_with = "hexadecimal")]
    pub shape: Vec<u128>,
    /// The network's words.
    #[serde(serialize_with = "hexadecimal")]
    pub contents: Vec<u128>,
}

fn hexadecimal<S: Serializer>(words: &[u128], serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_seq(words.iter().map(|word| format!("{word:x}")))
}

/// The layout with the shape's contents.
pub fn shape(layout: &Layout) -> Layout {
    let words = |which, width, count: usize| {
        varied((0..count).map(|address| noise(which, address, width)).collect(), width)
    };
    let weights = layout.weights.iter().enumerate().map(|(which, of)| Weights {
        words: words(which as u64, of.width, of.words.len()),
        ..of.clone()
    });
    Layout {
        weights: weights.collect(),
        parameters: words(2, layout.state_bits, layout.parameters.len()),
        page: words(3, 8, layout.page.len()).into_iter().map(|word| word as u8).collect(),
        ..layout.clone()
    }
}

/// The memories of a layout, beside those of its shape.
pub fn memories(layout: &Layout) -> Vec<Memory> {
    let shape = shape(layout);
    let bytes = |page: &[u8]| page.iter().map(|&byte| byte.into()).collect();
    let memory = |name: &str, width, shape, contents| Memory {
        name: format!("engine.{name}.memory"),
        width,
        shape,
        contents,
    };
    let weights = shape.weights.into_iter().zip(&layout.weights);
    let weights = weights.map(|(of, own)| memory(of.name, of.width, of.words, own.words.clone()));
    let rest = [
        memory("parameters", layout.state_bits, shape.parameters, layout.parameters.clone()),
        memory("pixels", 8, bytes(&shape.page), bytes(&layout.page)),
    ];
    weights.chain(rest).collect()
}

/// The words, with the last one changed where a column would be constant: in a memory of few words
/// some columns are, by chance.
fn varied(mut words: Vec<u128>, width: usize) -> Vec<u128> {
    let (ones, zeros) = words.iter().fold((0, 0), |(ones, zeros), w| (ones | w, zeros | !w));
    if let Some(last) = words.last_mut() {
        *last ^= !(ones & zeros) & u128::MAX >> (128 - width);
    }
    words
}

/// A word that only the memory and the address decide (SplitMix64; Steele, Lea and Flood 2014).
fn noise(memory: u64, address: usize, width: usize) -> u128 {
    let mix = |seed: u64| {
        let z = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15);
        let z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        u128::from(z ^ (z >> 31))
    };
    let seed = 1 + (memory << 40 | (address as u64) << 1);
    (mix(seed) << 64 | mix(seed + 1)) >> (128 - width)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::emit;
    use crate::neuron::Multipliers;
    use spikestream::hardware::On;
    use spikestream::hardware::layout::SelfTest;
    use spikestream::sc::network::Schedule;
    use spikestream::spec::{Net, Reset, example};

    fn layout(net: &Net) -> Layout {
        let mut narrow = net.clone();
        narrow.spec.neuron.membrane_bits = 12;
        Layout::new(&narrow, On::planes(16), &SelfTest { image: vec![7; 20], class: 1 }).unwrap()
    }

    #[test]
    fn the_shape_forgets_the_network() {
        let net = example(&[20, 5, 3]);
        let mut other = net.clone();
        other.layers[0].weights.iter_mut().for_each(|q| *q = -*q);
        other.layers[1].biases[0] += 3;
        let (net, other) = (memories(&layout(&net)), memories(&layout(&other)));
        for (one, two) in net.iter().zip(&other) {
            assert_eq!(one.shape, two.shape, "{}", one.name);
            assert_eq!(one.shape.len(), one.contents.len());
            assert!(one.shape.iter().all(|word| word >> one.width == 0), "{}", one.name);
        }
        assert_ne!(net[1].contents, other[1].contents);
        assert_ne!(net[2].contents, other[2].contents);
    }

    #[test]
    fn the_text_of_a_shape_is_that_of_all_its_networks_and_of_no_other() {
        let text = |net: &Net, lanes| {
            let options = emit::Options {
                clock_hz: 24_000_000,
                baud: 1_000_000,
                lanes,
                schedule: Schedule::Planes,
                loaded: None,
                multipliers: Multipliers::NONE,
                shortcuts: spikestream::hardware::Shortcuts::NONE,
                led_active_low: false,
                button_active_low: false,
            };
            let emitted = emit::emit(net, &options).unwrap();
            assert_ne!(emitted.verilog, emitted.shape);
            emitted.shape
        };
        let net = example(&[20, 5, 3]);
        let changed = |change: fn(&mut Net)| {
            let mut other = net.clone();
            change(&mut other);
            text(&other, 16)
        };
        let shape = text(&net, 16);
        let numbers: [fn(&mut Net); 4] = [
            |net| net.spec.name = "another".into(),
            |net| net.spec.layers[0].threshold = 9,
            |net| net.layers[0].weights.iter_mut().for_each(|q| *q = -*q),
            |net| net.layers[1].biases[0] += 3,
        ];
        for (index, change) in numbers.into_iter().enumerate() {
            assert_eq!(changed(change), shape, "number {index}");
        }
        let structures: [fn(&mut Net); 4] = [
            |net| net.spec.neuron.leak = 3,
            |net| net.spec.time.steps = 8,
            |net| net.spec.neuron.refractory = 2,
            |net| net.spec.neuron.reset = Reset::Zero,
        ];
        for (index, change) in structures.into_iter().enumerate() {
            assert_ne!(changed(change), shape, "structure {index}");
        }
        assert_ne!(text(&net, 32), shape);
        assert_ne!(text(&example(&[20, 6, 3]), 16), shape);
    }

    #[test]
    fn no_column_of_the_shape_is_constant_and_no_wide_word_comes_twice() {
        for sizes in [&[20, 25, 3][..], &[20, 2]] {
            for memory in memories(&layout(&example(sizes))) {
                let (ones, zeros) = memory.shape.iter().fold((0, 0), |(o, z), w| (o | w, z | !w));
                let all = u128::MAX >> (128 - memory.width);
                assert_eq!((ones & all, zeros & all), (all, all), "{}", memory.name);
            }
        }
        let mut words: Vec<u128> = (0..10_000).map(|address| noise(0, address, 64)).collect();
        words.sort_unstable();
        words.dedup();
        assert_eq!(words.len(), 10_000);
    }
}
