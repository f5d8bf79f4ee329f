//! How many cycles an image takes an engine: always as many, or as many as its spikes make it.

use super::On;
use super::events::Events;
use super::shape::Shape;
use crate::sc::network::{Golden, Outcome, Update};
use crate::sc::schedule::Schedule;
use crate::spec::NetSpec;

/// The spikes of each layer in all time steps, counted from what the golden model shows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Activity(Vec<u64>);

impl Activity {
    /// None yet.
    pub fn none(spec: &NetSpec) -> Self {
        Self(vec![0; spec.layers.len()])
    }

    /// Counts one update.
    pub fn count(&mut self, update: &Update) {
        self.0[update.layer] += u64::from(update.fired);
    }

    /// The spikes of each layer.
    pub fn spikes(&self) -> &[u64] {
        &self.0
    }
}

/// The cycles of an engine.
#[derive(Clone, Debug)]
pub struct Cycles {
    most: u64,
    events: Option<Events>,
    nothing: Activity,
}

impl Cycles {
    /// Those of the engine of a network.
    pub fn of(spec: &NetSpec, on: On) -> Self {
        let shape = Shape::of(spec, on.schedule).made_with(on.multipliers);
        let events = on.schedule == Schedule::Events;
        Self {
            most: shape.cycles(on.lanes as u64),
            events: events.then(|| shape.events(on.lanes)),
            nothing: Activity::none(spec),
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
        self.events.is_none()
    }

    /// Those of an image with these spikes.
    pub fn of_image(&self, image: &[u8], activity: &Activity) -> u64 {
        match &self.events {
            Some(events) => events.cycles(image, activity.spikes()),
            None => self.most,
        }
    }

    /// What the golden model makes of an image, and its cycles.
    ///
    /// # Panics
    /// As [`Golden::infer`].
    pub fn infer(&self, golden: &Golden<'_>, image: &[u8]) -> (Outcome, u64) {
        self.infer_observed(golden, image, |_| ())
    }

    /// The same, and it shows every neuron at every step.
    ///
    /// # Panics
    /// As [`Golden::infer`].
    pub fn infer_observed(
        &self,
        golden: &Golden<'_>,
        image: &[u8],
        mut observe: impl FnMut(Update),
    ) -> (Outcome, u64) {
        let mut activity = self.nothing.clone();
        let outcome = golden.infer_observed(image, |update| {
            activity.count(&update);
            observe(update);
        });
        (outcome, self.of_image(image, &activity))
    }
}
