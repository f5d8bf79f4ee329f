//! How sure a share is that was counted on a sample.

/// The number of standard errors that hold 95 % of a normal distribution.
const Z: f64 = 1.959_963_984_540_054;

/// Wilson's interval: the shares, 0..=1, that `right` of `of` images do not speak against at 95 %. `right` may be a mean.
///
/// With `p = right / of` and `z` = 1.96 it is
///
/// ```text
/// (p + z^2 / 2n +- z sqrt(p (1 - p) / n + z^2 / 4n^2)) / (1 + z^2 / n)
/// ```
///
/// which stays within 0..=1, and has a width where all images are right. Source: Wilson, "Probable inference, the law of
/// succession, and statistical inference", JASA 22, 1927.
///
/// ```
/// let [low, high] = spikestream::sc::faults::wilson(355.0, 360);
/// assert!((low - 0.9679).abs() < 1e-4 && (high - 0.9941).abs() < 1e-4);
/// ```
pub fn wilson(right: f64, of: u64) -> [f64; 2] {
    if of == 0 {
        return [0.0, 1.0];
    }
    let n = of as f64;
    let p = right / n;
    let (middle, spread) = (p + Z * Z / (2.0 * n), p * (1.0 - p) / n + Z * Z / (4.0 * n * n));
    let half = Z * spread.max(0.0).sqrt();
    let scale = 1.0 + Z * Z / n;
    [((middle - half) / scale).max(0.0), ((middle + half) / scale).min(1.0)]
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Its ends are the shares of which `p` is 1.96 standard errors away.
    #[test]
    fn the_ends_are_just_not_spoken_against() {
        for (right, of) in [(0.0, 10), (3.0, 10), (355.0, 360), (17.4, 20), (360.0, 360)] {
            let p = right / of as f64;
            for end in wilson(right, of) {
                let variance = end * (1.0 - end) / of as f64;
                let away = (p - end).powi(2) - Z * Z * variance;
                assert!(away.abs() < 1e-12, "{right} of {of}: {end}");
            }
        }
        assert_eq!(wilson(0.0, 0), [0.0, 1.0]);
    }
}
