//! How long a reply is waited for: by the times that earlier ones took, as TCP does it (RFC 6298).
//!
//! A wait that is too short costs a question, never an answer: see [`super::ledger`].

use std::time::Duration;

/// The least that a wait is longer than the mean time.
const LEAST: Duration = Duration::from_millis(2);

/// The times of one kind of request.
#[derive(Clone, Debug)]
pub(super) struct Pace {
    /// Mean and mean deviation, once a reply was timed.
    timed: Option<(Duration, Duration)>,
    wait: Duration,
    most: Duration,
}

impl Pace {
    /// Waits so long at first, and never longer than `most`.
    pub(super) fn new(first: Duration, most: Duration) -> Self {
        Self { timed: None, wait: first.min(most), most }
    }

    /// How long the next reply is waited for.
    pub(super) fn wait(&self) -> Duration {
        self.wait
    }

    /// A reply took so long; it was that to the only open request of its kind. After one that came late
    /// the wait stays what it was doubled to, until a reply is timed again.
    pub(super) fn took(&mut self, time: Duration) {
        let (mean, deviation) = match self.timed {
            None => (time, time / 2),
            Some((mean, deviation)) => {
                ((7 * mean + time) / 8, (3 * deviation + mean.abs_diff(time)) / 4)
            }
        };
        self.timed = Some((mean, deviation));
        self.wait = (mean + (4 * deviation).max(mean / 4).max(LEAST)).min(self.most);
    }

    /// No reply came in time: the next is waited for twice as long.
    pub(super) fn missed(&mut self) {
        self.wait = (2 * self.wait).min(self.most);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wait_follows_the_times_and_doubles_without_them() {
        let ms = Duration::from_millis;
        let mut pace = Pace::new(ms(3000), ms(2000));
        assert_eq!(pace.wait(), ms(2000));
        (0..50).for_each(|_| pace.took(ms(40)));
        assert!((ms(49)..ms(52)).contains(&pace.wait()), "{:?}", pace.wait());
        pace.took(ms(80));
        assert!(pace.wait() > ms(80), "{:?}", pace.wait());
        (0..3).for_each(|_| pace.missed());
        assert!(pace.wait() > ms(640));
        (0..9).for_each(|_| pace.missed());
        assert_eq!(pace.wait(), ms(2000));
        pace.took(ms(80));
        assert!(pace.wait() < ms(300));
    }
}
