//! Which orders are possible: things to places, by trying, under what is known of them.

use std::collections::BTreeSet;

/// Orders that are told apart; more are only counted as more.
const MOST: usize = 4;

/// Steps after which trying ends: a tenth of a second.
const STEPS: usize = 1_000_000;

/// One order: at each place the thing that stands there, if one does.
pub(super) type Order = Vec<Option<usize>>;

/// The orders that were found.
pub(super) struct Orders {
    /// Those that differ in kind, some [`MOST`] at most and one more.
    pub(super) found: Vec<Order>,
    /// Whether there are no others.
    pub(super) all: bool,
}

impl Orders {
    /// Every order in which all of the things, numbers below `kinds.len()`, stand in as many places or
    /// more. Things of the same kind are the same wherever they stand. `fits` says whether a thing may
    /// stand next, after those before it.
    pub(super) fn of(
        places: usize,
        kinds: &[usize],
        fits: impl Fn(&[Option<usize>], usize) -> bool,
    ) -> Self {
        let mut search =
            Search { places, kinds, fits, seen: BTreeSet::new(), found: Vec::new(), steps: 0 };
        search.go_on(&mut Vec::new());
        let all = search.steps < STEPS && search.found.len() <= MOST;
        Self { found: search.found, all }
    }

    /// The order, if it is the only one.
    pub(super) fn certain(&self) -> Option<&Order> {
        self.found.first().filter(|_| self.all && self.found.len() == 1)
    }

    /// The orders for a message, each as `show` writes it.
    pub(super) fn listed(&self, show: impl Fn(&Order) -> String) -> String {
        let mut shown: Vec<String> = self.found.iter().take(MOST).map(show).collect();
        if !self.all {
            shown.push("more".into());
        }
        shown.join("; or ")
    }
}

struct Search<'a, F> {
    places: usize,
    kinds: &'a [usize],
    fits: F,
    seen: BTreeSet<Vec<Option<usize>>>,
    found: Vec<Order>,
    steps: usize,
}

impl<F: Fn(&[Option<usize>], usize) -> bool> Search<'_, F> {
    /// Tries everything in the next place.
    fn go_on(&mut self, placed: &mut Order) {
        self.steps += 1;
        if self.steps >= STEPS || self.found.len() > MOST {
            return;
        }
        if placed.len() == self.places {
            if self.seen.insert(placed.iter().map(|at| at.map(|it| self.kinds[it])).collect()) {
                self.found.push(placed.clone());
            }
            return;
        }
        let left: Vec<usize> =
            (0..self.kinds.len()).filter(|&thing| !placed.contains(&Some(thing))).collect();
        for &thing in &left {
            if (self.fits)(placed, thing) {
                self.step(placed, Some(thing));
            }
        }
        if left.len() < self.places - placed.len() {
            self.step(placed, None);
        }
    }

    fn step(&mut self, placed: &mut Order, next: Option<usize>) {
        placed.push(next);
        self.go_on(placed);
        placed.pop();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_order_is_found_once() {
        let free = |_: &[Option<usize>], _: usize| true;
        let two = Orders::of(2, &[0, 1], free);
        assert_eq!(two.found, [[Some(0), Some(1)], [Some(1), Some(0)]]);
        assert!(two.all && two.certain().is_none());
        assert_eq!(two.listed(|order| format!("{:?}", order[0])), "Some(0); or Some(1)");
        // Two of a kind are one order, also beside an empty place.
        assert!(Orders::of(2, &[7, 7], free).certain().is_some());
        assert_eq!(Orders::of(3, &[7, 7], free).found.len(), 3);
        assert!(Orders::of(0, &[], free).certain().is_some());
        let many = Orders::of(9, &[0, 1, 2, 3, 4, 5, 6, 7, 8], free);
        assert!(!many.all && many.found.len() == MOST + 1);
        assert!(many.listed(|_| "x".into()).ends_with("x; or more"));
    }

    #[test]
    fn trying_ends() {
        // Nothing fits in the last of many places.
        let kinds: Vec<usize> = (0..30).collect();
        let orders = Orders::of(30, &kinds, |placed, _| placed.len() < 29);
        assert!(orders.found.is_empty() && !orders.all);
    }
}
