//! The comparison: what a level shows of an image, against the golden model's values.

use spikestream::sc::network::{Outcome, Update};

use crate::lockstep::{Mismatch, Place};

/// What comparing an image found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Checked {
    /// The class that the level gives.
    pub class: usize,
    /// Values compared.
    pub compared: u64,
    /// Values that differ.
    pub mismatched: u64,
    /// The first difference.
    pub first: Option<Mismatch>,
}

/// Collects the differences of one image.
#[derive(Debug)]
pub struct Comparison<'a> {
    unit: &'a str,
    simulator: &'a str,
    image: usize,
    checked: Checked,
}

impl<'a> Comparison<'a> {
    /// Of image number `image` of `unit` under `simulator`.
    pub fn new(unit: &'a str, simulator: &'a str, image: usize) -> Self {
        Self { unit, simulator, image, checked: Checked::default() }
    }

    /// One value. `place` is the neuron and its step; a result has none.
    pub fn value<T: PartialEq + ToString>(
        &mut self,
        place: Option<&Update>,
        cycle: u64,
        name: &str,
        expected: T,
        got: T,
    ) {
        self.checked.compared += 1;
        if expected == got {
            return;
        }
        self.checked.mismatched += 1;
        if self.checked.first.is_some() {
            return;
        }
        let (image, unit, simulator) = (self.image, self.unit.into(), self.simulator.into());
        self.checked.first = Some(Mismatch {
            unit,
            simulator,
            image: Some(image),
            place: place.map(|&Update { layer, neuron, step, .. }| Place { layer, neuron, step }),
            cycle,
            port: name.to_owned(),
            expected: expected.to_string(),
            got: got.to_string(),
            waves: None,
        });
    }

    /// Every neuron's update, in order.
    pub fn updates(&mut self, expected: &[Update], got: &[(u64, Update)]) {
        for (want, (cycle, have)) in expected.iter().zip(got) {
            let place =
                |u: &Update| format!("step {}, layer {}, neuron {}", u.step, u.layer, u.neuron);
            if (want.step, want.layer, want.neuron) != (have.step, have.layer, have.neuron) {
                self.value(Some(want), *cycle, "the order of updates", place(want), place(have));
                continue;
            }
            self.value(Some(want), *cycle, "current", want.current, have.current);
            self.value(Some(want), *cycle, "membrane", want.membrane, have.membrane);
            self.value(Some(want), *cycle, "spike", want.fired, have.fired);
        }
        if expected.len() != got.len() {
            let cycle = got.last().map_or(0, |(cycle, _)| *cycle);
            self.value(None, cycle, "the number of updates", expected.len(), got.len());
        }
    }

    /// The result; `cycle` is when it was there.
    pub fn outcome(&mut self, expected: &Outcome, got: &Outcome, cycle: u64) {
        let lengths = (expected.counts.len(), expected.membranes.len());
        if lengths != (got.counts.len(), got.membranes.len()) {
            self.value(None, cycle, "the number of classes", lengths.0, got.counts.len());
        }
        for (class, (want, have)) in expected.counts.iter().zip(&got.counts).enumerate() {
            self.value(None, cycle, &format!("count of class {class}"), *want, *have);
        }
        for (class, (want, have)) in expected.membranes.iter().zip(&got.membranes).enumerate() {
            self.value(None, cycle, &format!("final membrane of class {class}"), *want, *have);
        }
        self.value(None, cycle, "class", expected.class, got.class);
    }

    /// What was found, with the class that the level gives.
    pub fn finish(mut self, class: usize) -> Checked {
        self.checked.class = class;
        self.checked
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_difference_is_kept_and_all_are_counted() {
        let update = |neuron, membrane| Update {
            step: 0,
            layer: 0,
            neuron,
            current: 1,
            membrane,
            fired: false,
        };
        let expected = [update(0, 5), update(1, 6), update(2, 7)];
        let got = [(10, update(0, 5)), (11, update(1, 0)), (12, update(2, 0))];
        let mut comparison = Comparison::new("engine", "test", 3);
        comparison.updates(&expected, &got);
        let checked = comparison.finish(4);
        assert_eq!((checked.compared, checked.mismatched, checked.class), (9, 2, 4));
        let first = checked.first.unwrap();
        assert_eq!(
            first.to_string(),
            "engine under test: image 3, layer 0, neuron 1, step 0, cycle 11: \
             membrane is 0, expected 6"
        );
    }

    #[test]
    fn a_missing_update_is_a_difference() {
        let update = Update { step: 0, layer: 0, neuron: 0, current: 0, membrane: 0, fired: false };
        let mut comparison = Comparison::new("engine", "test", 0);
        comparison.updates(&[update, update], &[(1, update)]);
        assert_eq!(comparison.finish(0).mismatched, 1);
    }
}
