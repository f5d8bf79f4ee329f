//! Other codings of numbers as streams, in software: unipolar with one shared correction, and
//! bipolar. The engine uses sign-magnitude ([`super::dot`]), which makes zeros free.

use super::bitstream::Bitstream;
use crate::spec::Generator;

/// Unipolar dot product of spikes with weights that were shifted to be non-negative.
///
/// With `w_i = (u_i - offset)` and `u_i` of `bits` bits, `sum s_i w_i = sum s_i u_i - offset *
/// sum s_i`: one popcount of the spikes, shared by all neurons, makes the min-max export exact.
pub fn unipolar_dot(
    generator: Generator,
    bits: u32,
    offset: i32,
    unsigned: &[u32],
    spikes: &[bool],
) -> i32 {
    let active = unsigned.iter().zip(spikes).filter(|(_, s)| **s);
    let ones: u32 = active.map(|(&u, _)| Bitstream::encode(generator, bits, u).ones()).sum();
    let spiking = spikes.iter().filter(|s| **s).count();
    ones as i32 - offset * spiking as i32
}

/// Bipolar value of a stream: `2 * ones / len - 1`, in -1..=1.
pub fn bipolar_value(stream: &Bitstream) -> f64 {
    2.0 * f64::from(stream.ones()) / stream.len() as f64 - 1.0
}

/// Bipolar product, an XNOR gate; exact only for uncorrelated streams.
pub fn bipolar_product(a: &Bitstream, b: &Bitstream) -> f64 {
    bipolar_value(&a.xnor(b))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_shared_correction_makes_unipolar_exact() {
        let signed = [-8, 7, 3, -1, 0];
        let unsigned = signed.map(|w| (w + 8) as u32);
        let spikes = [true, true, false, true, true];
        let expected: i32 = signed.iter().zip(spikes).filter(|(_, s)| *s).map(|(w, _)| w).sum();
        assert_eq!(unipolar_dot(Generator::Sobol, 4, 8, &unsigned, &spikes), expected);
    }

    #[test]
    fn bipolar_product_of_uncorrelated_streams() {
        let a = Bitstream::encode(Generator::Counter, 7, 32); // -0.5
        let b = Bitstream::encode(Generator::VanDerCorput, 7, 96); // 0.5
        assert!((bipolar_value(&a) + 0.5).abs() < 1e-12);
        assert!((bipolar_product(&a, &b) + 0.25).abs() < 1e-12);
    }
}
