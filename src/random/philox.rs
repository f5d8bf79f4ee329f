//! Random numbers by their place: any of them at once, none of them twice.

/// Philox4x32-10: ten rounds that mix a counter of 128 bits under a key of 64.
///
/// Each counter gives four words, so streams of numbers are told apart by their counters, and no two of one key can
/// meet. Source: Salmon, Moraes, Dror and Shaw, "Parallel random numbers: as easy as 1, 2, 3", SC 2011.
///
/// # Example
/// ```
/// use spikestream::random::philox::Philox;
///
/// let philox = Philox::new(42);
/// let (mut a, mut b) = (philox.stream(0), philox.stream(1));
/// assert_ne!(a.word(), b.word());
/// assert!((0.0..1.0).contains(&a.uniform()));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Philox {
    key: [u32; 2],
}

impl Philox {
    /// That of a seed.
    pub fn new(seed: u64) -> Self {
        Self { key: [seed as u32, (seed >> 32) as u32] }
    }

    /// The four words of a counter.
    #[inline]
    pub fn block(&self, counter: [u32; 4]) -> [u32; 4] {
        let ([mut a, mut b, mut c, mut d], [mut first, mut second]) = (counter, self.key);
        for _ in 0..10 {
            let x = u64::from(a) * 0xd251_1f53;
            let y = u64::from(c) * 0xcd9e_8d57;
            (a, b, c, d) =
                ((y >> 32) as u32 ^ b ^ first, y as u32, (x >> 32) as u32 ^ d ^ second, x as u32);
            first = first.wrapping_add(0x9e37_79b9);
            second = second.wrapping_add(0xbb67_ae85);
        }
        [a, b, c, d]
    }

    /// The numbers of a stream, from its beginning.
    pub fn stream(&self, number: u64) -> Draws {
        Draws { philox: *self, number, at: 0, words: [0; 4], spare: None }
    }
}

/// The numbers of one stream.
#[derive(Clone, Debug)]
pub struct Draws {
    philox: Philox,
    number: u64,
    /// Words drawn.
    at: u64,
    words: [u32; 4],
    /// The second of a pair of normal numbers.
    spare: Option<f64>,
}

impl Draws {
    /// 32 bits.
    #[inline]
    pub fn word(&mut self) -> u32 {
        let place = (self.at % 4) as usize;
        if place == 0 {
            let block = self.at / 4;
            let (low, high) = (self.number as u32, (self.number >> 32) as u32);
            self.words = self.philox.block([block as u32, (block >> 32) as u32, low, high]);
        }
        self.at += 1;
        self.words[place]
    }

    /// A number of 0..1, a multiple of `2^-32`.
    pub fn uniform(&mut self) -> f64 {
        f64::from(self.word()) / 4_294_967_296.0
    }

    /// A number of the standard normal distribution (Box and Muller 1958).
    pub fn normal(&mut self) -> f64 {
        if let Some(spare) = self.spare.take() {
            return spare;
        }
        // Above 0, so that its logarithm is a number.
        let radius = (-2.0 * (1.0 - self.uniform()).ln()).sqrt();
        let (sine, cosine) = (std::f64::consts::TAU * self.uniform()).sin_cos();
        self.spare = Some(radius * sine);
        radius * cosine
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The known answers that its authors publish with their library Random123.
    #[test]
    fn the_published_answers() {
        let of = |key: [u32; 2], counter| {
            Philox::new(u64::from(key[0]) | u64::from(key[1]) << 32).block(counter)
        };
        let zeros = of([0; 2], [0; 4]);
        assert_eq!(zeros, [0x6627_e8d5, 0xe169_c58d, 0xbc57_ac4c, 0x9b00_dbd8]);
        let ones = of([u32::MAX; 2], [u32::MAX; 4]);
        assert_eq!(ones, [0x408f_276d, 0x41c8_3b0e, 0xa20b_c7c6, 0x6d54_51fd]);
        let counter = [0x243f_6a88, 0x85a3_08d3, 0x1319_8a2e, 0x0370_7344];
        let pi = of([0xa409_3822, 0x299f_31d0], counter);
        assert_eq!(pi, [0xd16c_fe09, 0x94fd_cceb, 0x5001_e420, 0x2412_6ea1]);
    }

    #[test]
    fn a_stream_is_the_blocks_of_its_counters() {
        let philox = Philox::new(7);
        let mut stream = philox.stream(3 << 32 | 5);
        let drawn: Vec<u32> = (0..8).map(|_| stream.word()).collect();
        let blocks = [philox.block([0, 0, 5, 3]), philox.block([1, 0, 5, 3])];
        assert_eq!(drawn, blocks.concat());
    }

    #[test]
    fn numbers_are_uniform_and_normal() {
        let mut draws = Philox::new(1).stream(0);
        let count = 40_000;
        let mean = |values: &[f64]| values.iter().sum::<f64>() / f64::from(count);
        let uniform: Vec<f64> = (0..count).map(|_| draws.uniform()).collect();
        assert!(uniform.iter().all(|u| (0.0..1.0).contains(u)));
        // Five standard errors: 5 sqrt(1/12) / 200.
        assert!((mean(&uniform) - 0.5).abs() < 0.0072);
        let normal: Vec<f64> = (0..count).map(|_| draws.normal()).collect();
        let squares: Vec<f64> = normal.iter().map(|n| n * n).collect();
        assert!(mean(&normal).abs() < 0.025);
        assert!((mean(&squares) - 1.0).abs() < 0.036);
        let within = normal.iter().filter(|n| n.abs() < 1.0).count() as f64 / f64::from(count);
        assert!((within - 0.6827).abs() < 0.012, "{within}");
    }
}
