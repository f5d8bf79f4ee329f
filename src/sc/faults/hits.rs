//! Which of many places are hit, each with the same probability and apart from the others.

use crate::random::philox::{Draws, Philox};

/// Places that are hit at a rate.
///
/// From one hit to the next a geometric number of places is left out, `floor(ln(1 - u) / ln(1 - rate))`, so that a low rate
/// costs as little as it hits. Source: Devroye, "Non-Uniform Random Variate Generation", Springer 1986, chapter X.2.
///
/// # Example
/// ```
/// use spikestream::sc::faults::Hits;
///
/// let hit: Vec<usize> = Hits::new(7, 0, 0.25).among(1000).collect();
/// assert!((200..300).contains(&hit.len()));
/// assert_eq!(Hits::new(7, 0, 1.0).among(3).collect::<Vec<_>>(), [0, 1, 2]);
/// assert_eq!(Hits::new(7, 0, 0.0).among(1000).count(), 0);
/// ```
#[derive(Clone, Debug)]
pub struct Hits {
    draws: Draws,
    rate: f64,
    /// `1 / ln(1 - rate)`.
    scale: f64,
}

impl Hits {
    /// Those of a seed; each `number` has places of its own.
    pub fn new(seed: u64, number: u64, rate: f64) -> Self {
        Self { draws: Philox::new(seed).stream(number), rate, scale: (-rate).ln_1p().recip() }
    }

    /// The rate.
    pub fn rate(&self) -> f64 {
        self.rate
    }

    /// The places among `0..count`, in rising order.
    pub fn among(&mut self, count: usize) -> impl Iterator<Item = usize> + '_ {
        let mut next = 0;
        std::iter::from_fn(move || {
            if self.rate <= 0.0 {
                return None;
            }
            // As large as it may be, it stays a number of places: the conversion ends at the largest.
            let left_out = ((-self.draws.uniform()).ln_1p() * self.scale) as usize;
            let hit = left_out.saturating_add(next);
            next = hit.saturating_add(1);
            (hit < count).then_some(hit)
        })
    }

    /// A number of `0..bound`; `bound` is not 0.
    pub fn below(&mut self, bound: u32) -> u32 {
        ((u64::from(self.draws.word()) * u64::from(bound)) >> 32) as u32
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Each place as often as the rate says, within five standard errors, and pairs as if apart.
    #[test]
    fn places_are_hit_at_the_rate_and_apart() {
        for rate in [1e-3, 0.03, 0.5, 0.9] {
            let (places, runs) = (50, 4000);
            let (mut each, mut pairs) = (vec![0_u32; places], 0_u32);
            for run in 0..runs {
                let hit: Vec<usize> = Hits::new(3, run, rate).among(places).collect();
                assert!(hit.windows(2).all(|pair| pair[0] < pair[1]));
                pairs += hit.windows(2).filter(|pair| pair[1] == pair[0] + 1).count() as u32;
                hit.iter().for_each(|&place| each[place] += 1);
            }
            let near = |count: f64, trials: f64, share: f64| {
                let expected = trials * share;
                (count - expected).abs() <= 5.0 * (expected * (1.0 - share)).sqrt() + 1.0
            };
            let all = f64::from(each.iter().sum::<u32>());
            assert!(near(all, f64::from(runs as u32) * places as f64, rate), "{rate}: {all}");
            let trials = f64::from(runs as u32) * (places - 1) as f64;
            // Neighbouring pairs overlap, which widens their spread by less than threefold.
            let share = rate * rate;
            let spread = (3.0 * trials * share).sqrt();
            assert!((f64::from(pairs) - trials * share).abs() <= 5.0 * spread + 1.0, "{rate}");
            assert!(each.iter().all(|&count| near(count.into(), f64::from(runs as u32), rate)));
        }
    }

    #[test]
    fn a_seed_and_a_number_have_their_own_places() {
        let of = |seed, number| Hits::new(seed, number, 0.1).among(500).collect::<Vec<_>>();
        assert_eq!(of(1, 2), of(1, 2));
        assert_ne!(of(1, 2), of(1, 3));
        assert_ne!(of(1, 2), of(2, 2));
        assert_eq!(Hits::new(1, 0, 1e-12).among(usize::MAX).take(3).count(), 3);
    }

    #[test]
    fn numbers_below_a_bound_are_all_of_them() {
        let mut hits = Hits::new(1, 0, 0.5);
        let drawn: std::collections::BTreeSet<u32> = (0..200).map(|_| hits.below(5)).collect();
        assert!(drawn.into_iter().eq(0..5));
    }
}
