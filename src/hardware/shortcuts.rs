//! What an engine leaves out of a run, where it is built to.

/// What is left out of an image's run.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Shortcuts {
    /// The time steps behind the first one after which no class can catch the one that leads, by the rule of
    /// [`Golden::infer_early`](crate::sc::network::Golden::infer_early).
    pub early: bool,
}

impl Shortcuts {
    /// Nothing is left out.
    pub const NONE: Self = Self { early: false };
}

/// Cycles from the last cycle of a step to the last one of a run that ends with it, though steps remain: whether it ends
/// is known when the next step has begun.
pub(super) const fn ending(events: bool) -> u64 {
    // On schedule `events` a step's end is passed on a cycle later.
    if events { 3 } else { 2 }
}
