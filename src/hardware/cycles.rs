//! How many cycles an image takes an engine: always as many, or as many as its spikes make it.

use super::On;
use super::events::{Events, Reached, layers_before, lowered};
use super::shape::Shape;
use super::shortcuts::{Shortcuts, ending};
use crate::sc::network::{Golden, Outcome, Update};
use crate::sc::schedule::Schedule;
use crate::spec::NetSpec;

/// What an image's neurons do, counted from what the golden model shows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Activity {
    /// The spikes of each layer of the network in all time steps.
    pub spikes: Vec<u64>,
    /// What they take an engine whose work follows them; 0 of another.
    pub reached: Reached,
}

/// What an image gives, and what it takes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Taken {
    /// The class, counts and membranes after the last time step that is run.
    pub outcome: Outcome,
    /// Busy cycles.
    pub cycles: u64,
    /// Time steps that are run.
    pub steps: u32,
}

/// The cycles of an engine.
#[derive(Clone, Debug)]
pub struct Cycles {
    most: u64,
    /// T.
    steps: u32,
    shortcuts: Shortcuts,
    events: Option<Events>,
    /// The neurons of each layer of the network that the engine runs.
    populations: Vec<usize>,
    /// How many of its layers stand before the network's own.
    before: usize,
}

impl Cycles {
    /// Those of the engine of a network.
    pub fn of(spec: &NetSpec, on: On) -> Self {
        let spec = &*on.shortcuts.spec(spec);
        let shape = Shape::of(spec, on.schedule).made_with(on.multipliers);
        let events = on.schedule == Schedule::Events;
        Self {
            most: shape.cycles(on.lanes as u64),
            steps: spec.time.steps,
            shortcuts: on.shortcuts,
            events: events.then(|| shape.events(on.lanes)),
            populations: lowered(spec).populations(),
            before: layers_before(spec),
        }
    }

    /// Those of a design that states how many no image exceeds.
    #[must_use]
    pub fn stated(self, most: u64) -> Self {
        Self { most, ..self }
    }

    /// Those that no image exceeds.
    pub fn most(&self) -> u64 {
        self.most
    }

    /// Whether all images take as many.
    pub fn are_fixed(&self) -> bool {
        self.events.is_none() && !self.shortcuts.early
    }

    /// Whether a run ends as soon as its class cannot change.
    pub fn end_early(&self) -> bool {
        self.shortcuts.early
    }

    /// The engine's walk, if its work follows the spikes.
    pub fn walk(&self) -> Option<&Events> {
        self.events.as_ref()
    }

    /// No activity yet.
    pub fn nothing(&self) -> Activity {
        Activity {
            spikes: vec![0; self.populations.len() - self.before],
            reached: Reached::default(),
        }
    }

    /// Counts one update.
    pub fn count(&self, activity: &mut Activity, update: &Update) {
        if !update.fired {
            return;
        }
        if let Some(layer) = update.layer.checked_sub(self.before) {
            activity.spikes[layer] += 1;
        }
        let Some(events) = &self.events else { return };
        let population = events.population(update.layer).map_or(0, |population| population + 1);
        activity.reached += events.reached(population, update.neuron);
    }

    /// Those of an image with this activity, of which so many time steps are run.
    pub fn of_image(&self, image: &[u8], activity: &Activity, steps: u32) -> u64 {
        let run = match &self.events {
            Some(events) => events.cycles(image, activity.reached.cycles as u64, steps),
            None if steps == self.steps => self.most,
            None => self.most / u64::from(self.steps) * u64::from(steps),
        };
        run + if steps < self.steps { ending(self.events.is_some()) } else { 0 }
    }

    /// Runs the golden model for as many time steps as the engine runs, which it also tells.
    pub(super) fn observed(
        &self,
        golden: &Golden<'_>,
        image: &[u8],
        observe: impl FnMut(Update),
    ) -> (Outcome, u32) {
        self.expect(golden);
        match self.shortcuts.early {
            true => golden.infer_early_observed(image, observe),
            false => (golden.infer_observed(image, observe), self.steps),
        }
    }

    /// What the golden model of the network that the engine runs ([`super::golden`]) makes of an image, and its cycles.
    ///
    /// # Panics
    /// As [`Golden::infer`], and for the golden model of another network.
    pub fn infer(&self, golden: &Golden<'_>, image: &[u8]) -> (Outcome, u64) {
        let Taken { outcome, cycles, .. } = self.infer_observed(golden, image, |_| ());
        (outcome, cycles)
    }

    /// The same with its time steps, and it shows every neuron at every one that is run.
    ///
    /// # Panics
    /// As [`Golden::infer`].
    pub fn infer_observed(
        &self,
        golden: &Golden<'_>,
        image: &[u8],
        mut observe: impl FnMut(Update),
    ) -> Taken {
        let mut activity = self.nothing();
        let (outcome, steps) = self.observed(golden, image, |update| {
            self.count(&mut activity, &update);
            observe(update);
        });
        Taken { outcome, cycles: self.of_image(image, &activity, steps), steps }
    }

    /// Refuses the golden model of a network that the engine does not run as it is.
    pub(super) fn expect(&self, golden: &Golden<'_>) {
        assert_eq!(golden.populations(), self.populations, "the layers that the engine runs");
    }
}
