//! The one source of randomness in training, so that a seed means the same on every backend.

/// SplitMix64 (Steele, Lea and Flood 2014): 64 bits of state, passes `BigCrush`, ten lines.
#[derive(Clone, Debug)]
pub(crate) struct Rng(u64);

impl Rng {
    /// A generator for one purpose: another `stream` of the same seed is independent.
    pub(super) fn new(seed: u64, stream: u64) -> Self {
        let mut rng = Self(seed ^ stream.wrapping_mul(0xd1b5_4a32_d192_ed03));
        rng.next();
        rng
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// Uniform in `[-limit, limit)`, on the 2^24 values that an f32 in `[0, 1)` has.
    pub(super) fn uniform(&mut self, limit: f32) -> f32 {
        (2.0 * self.unit() - 1.0) * limit
    }

    /// Uniform in `[-1, 1)`, on 2^53 values.
    pub(super) fn signed(&mut self) -> f64 {
        (self.next() >> 11) as f64 / (1_u64 << 52) as f64 - 1.0
    }

    /// Uniform in `0..n`; the bias of the remainder is below 2^-40 for any n below 2^24.
    pub(super) fn below(&mut self, n: usize) -> usize {
        (self.next() % n as u64) as usize
    }

    /// Four words of 16 bits at the price of one draw.
    pub(super) fn words(&mut self) -> [u16; 4] {
        let bits = self.next();
        [0, 16, 32, 48].map(|from| (bits >> from) as u16)
    }

    /// A seed for another generator.
    pub(super) fn next_seed(mut self) -> u64 {
        self.next()
    }

    /// Uniform in `[0, 1)`, on the 2^24 values that an f32 there has.
    pub(super) fn unit(&mut self) -> f32 {
        (self.next() >> 40) as f32 / (1 << 24) as f32
    }

    /// Normal with mean 0 and variance 1 (Box and Muller 1958).
    pub(super) fn normal(&mut self) -> f64 {
        let mut open = || ((self.next() >> 11) as f64 + 0.5) / (1_u64 << 53) as f64;
        let (radius, angle) = ((-2.0 * open().ln()).sqrt(), std::f64::consts::TAU * open());
        radius * angle.cos()
    }

    /// The numbers `0..n` in random order (Fisher and Yates 1938).
    pub(super) fn permutation(&mut self, n: usize) -> Vec<usize> {
        let mut order: Vec<usize> = (0..n).collect();
        for i in (1..n).rev() {
            // The bias of the remainder is below 2^-50 for any n that fits in memory.
            order.swap(i, (self.next() % (i as u64 + 1)) as usize);
        }
        order
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_permutation_holds_each_number_once_and_depends_on_the_seed() {
        let mut order = Rng::new(1, 0).permutation(100);
        assert_ne!(order, Rng::new(2, 0).permutation(100));
        assert_ne!(order, Rng::new(1, 1).permutation(100));
        assert_eq!(order, Rng::new(1, 0).permutation(100));
        order.sort_unstable();
        assert_eq!(order, (0..100).collect::<Vec<_>>());
    }

    #[test]
    fn uniform_numbers_fill_their_interval() {
        let mut rng = Rng::new(7, 0);
        let draws: Vec<f32> = (0..10_000).map(|_| rng.uniform(0.5)).collect();
        assert!(draws.iter().all(|x| (-0.5..0.5).contains(x)));
        assert!((draws.iter().sum::<f32>() / 10_000.0).abs() < 0.01);
        assert!(draws.iter().any(|x| *x > 0.49) && draws.iter().any(|x| *x < -0.49));
    }
}
