//! What multiplies bits, and bipolar coding, in software: numbers of -1..=1 as streams. The engine uses sign-magnitude
//! ([`super::dot`]), which makes zeros free; unipolar streams are in [`crate::export::unipolar`], and all codings in
//! [`super::lab`].

use super::bitstream::Bitstream;

/// What multiplies two bits.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Gate {
    /// Unipolar: streams stand for numbers of 0..=1.
    #[default]
    And,
    /// Bipolar: streams stand for numbers of -1..=1.
    Xnor,
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
    use crate::spec::Generator;

    #[test]
    fn bipolar_product_of_uncorrelated_streams() {
        let a = Bitstream::encode(Generator::Counter, 7, 32); // -0.5
        let b = Bitstream::encode(Generator::VanDerCorput, 7, 96); // 0.5
        assert!((bipolar_value(&a) + 0.5).abs() < 1e-12);
        assert!((bipolar_product(&a, &b) + 0.25).abs() < 1e-12);
    }
}
