//! The spikes of a layer in a time step, and those of the steps before that are still heard.

/// What a layer, or the input, passes on in a time step.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Signal {
    /// A spike or none for each unit: unit `i` in bit `i % 64` of word `i / 64`.
    Spikes(Vec<u64>),
    /// How many spikes there are of each unit.
    Counts(Vec<u32>),
}

impl Signal {
    /// No spike of any unit.
    pub fn silent(units: usize, counted: bool) -> Self {
        match counted {
            true => Self::Counts(vec![0; units]),
            false => Self::Spikes(vec![0; units.div_ceil(64)]),
        }
    }

    /// Takes all spikes away.
    pub fn clear(&mut self) {
        match self {
            Self::Spikes(words) => words.fill(0),
            Self::Counts(counts) => counts.fill(0),
        }
    }

    /// Adds spikes of a unit; where there are no counts one is as good as many.
    ///
    /// # Panics
    /// If there is no such unit.
    #[inline]
    pub fn add(&mut self, unit: usize, count: u32) {
        match self {
            Self::Spikes(words) => words[unit / 64] |= u64::from(count > 0) << (unit % 64),
            Self::Counts(counts) => counts[unit] += count,
        }
    }

    /// The packed spikes, where they are such.
    pub fn packed(&self) -> Option<&[u64]> {
        match self {
            Self::Spikes(words) => Some(words),
            Self::Counts(_) => None,
        }
    }

    /// Calls `visit` with each unit that spikes, and how often.
    #[inline]
    pub fn each(&self, mut visit: impl FnMut(usize, i32)) {
        match self {
            Self::Spikes(words) => {
                for (word, &bits) in words.iter().enumerate() {
                    let mut left = bits;
                    while left != 0 {
                        visit(64 * word + left.trailing_zeros() as usize, 1);
                        left &= left - 1;
                    }
                }
            }
            Self::Counts(counts) => {
                let some = counts.iter().enumerate().filter(|(_, count)| **count > 0);
                some.for_each(|(unit, &count)| visit(unit, count as i32));
            }
        }
    }
}

/// The last signals of one source.
#[derive(Clone, Debug)]
pub struct Past {
    ring: Vec<Signal>,
}

impl Past {
    /// Keeps the present one and `steps` before it.
    pub fn new(units: usize, counted: bool, steps: u32) -> Self {
        Self { ring: vec![Signal::silent(units, counted); 1 + steps as usize] }
    }

    /// The signal of time step `step`, which is to be the present one and is silent.
    pub fn begin(&mut self, step: u32) -> &mut Signal {
        let at = step as usize % self.ring.len();
        self.ring[at].clear();
        &mut self.ring[at]
    }

    /// The signal of `before` steps before `step`; none before the first.
    ///
    /// # Panics
    /// If it is older than what is kept.
    pub fn of(&self, step: u32, before: u32) -> Option<&Signal> {
        assert!((before as usize) < self.ring.len(), "{before} steps of {}", self.ring.len());
        Some(&self.ring[step.checked_sub(before)? as usize % self.ring.len()])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spikes_are_seen_again_as_often_as_they_are_counted() {
        for counted in [false, true] {
            let mut signal = Signal::silent(70, counted);
            for (unit, count) in [(0, 1), (63, 2), (69, 1), (69, 3), (5, 0)] {
                signal.add(unit, count);
            }
            let mut seen = Vec::new();
            signal.each(|unit, count| seen.push((unit, count)));
            let counts = if counted { [1, 2, 4] } else { [1, 1, 1] };
            assert_eq!(seen, [(0, counts[0]), (63, counts[1]), (69, counts[2])]);
        }
    }

    #[test]
    fn the_past_begins_with_the_first_step() {
        let mut past = Past::new(1, false, 2);
        for step in 0..5 {
            past.begin(step).add(0, step % 2);
            for before in 0..3 {
                let expected = step.checked_sub(before).map(|then| u64::from(then % 2));
                let found = past.of(step, before).and_then(Signal::packed).map(|words| words[0]);
                assert_eq!(found, expected, "{before} before {step}");
            }
        }
    }
}
