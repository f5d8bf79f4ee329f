//! The spike encoder: a pixel against one number a time step, shared by all inputs.

use crate::spec::NetSpec;

/// `s_i(t) = x_i > r_t` for all inputs at time step `t`, packed 64 inputs a word.
///
/// # Shapes
/// - `image`: `[inputs]`, u8
/// - `words`: `[ceil(inputs / 64)]`, input `i` in bit `i % 64` of word `i / 64`
pub fn encode(spec: &NetSpec, image: &[u8], t: u32, words: &mut Vec<u64>) {
    let r = spec.encoder.generator.threshold(spec.time.steps, t);
    words.clear();
    words.resize(image.len().div_ceil(64), 0);
    for (i, _) in image.iter().enumerate().filter(|(_, x)| **x > r) {
        words[i / 64] |= 1 << (i % 64);
    }
}

/// At how many of `2^n` time steps an input of this pixel spikes, of van der Corput's numbers: those `t` whose
/// `x(t)` is below the level.
pub fn level(steps: u32, pixel: u8) -> u32 {
    let cell = 256 / steps;
    (u32::from(pixel) + cell - 1 - cell / 2) / cell
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sc::generator::bit_reverse;
    use crate::spec::{Generator, example};

    #[test]
    fn a_level_is_the_steps_of_the_lowest_numbers() {
        for n in 0..=8 {
            for (pixel, t) in (0..=255).flat_map(|x| (0..1 << n).map(move |t| (x, t))) {
                let spikes = u32::from(pixel) > Generator::VanDerCorput.threshold(1 << n, t).into();
                assert_eq!(bit_reverse(n, t) < level(1 << n, pixel), spikes, "{n}: {pixel} at {t}");
            }
        }
    }

    #[test]
    fn the_rate_of_spikes_is_the_pixel() {
        let spec = example(&[130, 2]).spec;
        let image: Vec<u8> = (0..130).map(|i| (i * 2) as u8).collect();
        let mut counts = vec![0_u32; image.len()];
        let mut words = Vec::new();
        for t in 0..spec.time.steps {
            encode(&spec, &image, t, &mut words);
            assert_eq!(words.len(), 3);
            for (i, count) in counts.iter_mut().enumerate() {
                *count += (words[i / 64] >> (i % 64) & 1) as u32;
            }
        }
        for (x, count) in image.iter().zip(counts) {
            // r_t is 8, 24, 40, ...: a pixel passes as many as lie below it.
            assert_eq!(count, (u32::from(*x) + 7) / 16, "pixel {x}");
        }
    }
}
