//! The comparison: what a level shows of an image, against the golden model's values.

use spikestream::hardware::cycles::Taken;
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
            self.value(None, cycle, "the number of membranes", lengths.1, got.membranes.len());
        }
        for (class, (want, have)) in expected.counts.iter().zip(&got.counts).enumerate() {
            self.value(None, cycle, &format!("count of class {class}"), *want, *have);
        }
        for (class, (want, have)) in expected.membranes.iter().zip(&got.membranes).enumerate() {
            self.value(None, cycle, &format!("final membrane of class {class}"), *want, *have);
        }
        self.value(None, cycle, "class", expected.class, got.class);
    }

    /// The time steps that an engine told, if it is one that ends early; others tell none.
    pub fn steps(&mut self, cycle: u64, want: &Taken, early: bool, told: Option<u32>) {
        if early || told.is_some() {
            self.value(None, cycle, "time steps", want.steps, told.unwrap_or(0));
        }
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

    /// The first difference that a wrong update makes.
    fn first_of(change: impl Fn(&mut Update)) -> (u64, String) {
        let sound = Update { step: 3, layer: 1, neuron: 2, current: 5, membrane: 7, fired: true };
        let mut got = sound;
        change(&mut got);
        let mut comparison = Comparison::new("engine", "test", 0);
        comparison.updates(&[sound], &[(9, got)]);
        let checked = comparison.finish(0);
        let first = checked.first.unwrap();
        assert_eq!((first.cycle, first.image), (9, Some(0)));
        (checked.mismatched, first.port)
    }

    #[test]
    fn every_value_of_an_update_is_compared() {
        assert_eq!(first_of(|u| u.current = 4), (1, "current".to_owned()));
        assert_eq!(first_of(|u| u.membrane = -7), (1, "membrane".to_owned()));
        assert_eq!(first_of(|u| u.fired = false), (1, "spike".to_owned()));
        for change in [
            |u: &mut Update| u.step = 2,
            |u: &mut Update| u.layer = 0,
            |u: &mut Update| u.neuron = 3,
        ] {
            assert_eq!(first_of(change), (1, "the order of updates".to_owned()));
        }
    }

    #[test]
    fn every_value_of_a_result_is_compared() {
        let sound = Outcome { class: 1, counts: vec![4, 9], membranes: vec![-3, 8] };
        let found = |change: &dyn Fn(&mut Outcome)| {
            let mut got = sound.clone();
            change(&mut got);
            let mut comparison = Comparison::new("top", "test", 5);
            comparison.outcome(&sound, &got, 77);
            let checked = comparison.finish(got.class);
            assert_eq!(checked.first.as_ref().map_or(77, |first| first.cycle), 77);
            (checked.compared, checked.mismatched, checked.first.map(|first| first.port))
        };
        let one = |port: &str| (5, 1, Some(port.to_owned()));
        assert_eq!(found(&|_| ()), (5, 0, None));
        assert_eq!(found(&|o| o.class = 0), one("class"));
        assert_eq!(found(&|o| o.counts[1] = 8), one("count of class 1"));
        assert_eq!(found(&|o| o.membranes[0] = 3), one("final membrane of class 0"));
        let fewer = found(&|o| {
            o.counts.pop();
        });
        assert_eq!(fewer, (6, 1, Some("the number of classes".to_owned())));
        let fewer = found(&|o| {
            o.membranes.pop();
        });
        assert_eq!(fewer, (6, 1, Some("the number of membranes".to_owned())));
    }

    #[test]
    fn updates_too_many_are_a_difference_at_the_last_ones_cycle() {
        let update = Update { step: 0, layer: 0, neuron: 0, current: 0, membrane: 0, fired: false };
        let mut comparison = Comparison::new("engine", "test", 0);
        comparison.updates(&[update], &[(1, update), (6, update)]);
        let first = comparison.finish(0).first.unwrap();
        assert_eq!((first.cycle, first.port.as_str()), (6, "the number of updates"));
        assert_eq!((first.expected.as_str(), first.got.as_str()), ("1", "2"));
    }

    #[test]
    fn a_missing_update_is_a_difference() {
        let update = Update { step: 0, layer: 0, neuron: 0, current: 0, membrane: 0, fired: false };
        let mut comparison = Comparison::new("engine", "test", 0);
        comparison.updates(&[update, update], &[(1, update)]);
        assert_eq!(comparison.finish(0).mismatched, 1);
    }
}
