//! How a dot product is computed, in software and in the engine.

/// How the dot product is computed; all give the same sums.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Schedule {
    /// The L cycles of each weight's bitstream that a time step runs.
    Stream,
    /// The bit planes of what these cycles weigh, each counted `2^b` times.
    Planes,
    /// An input spike at a time: its weights are added to the sums of all neurons that it reaches. The software
    /// takes the sums of [`Self::Planes`].
    Events,
}

/// All schedules, the slowest first.
pub const SCHEDULES: [Schedule; 3] = [Schedule::Stream, Schedule::Planes, Schedule::Events];

impl Schedule {
    /// Its name on the command line and in `design.json`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Stream => "stream",
            Self::Planes => "planes",
            Self::Events => "events",
        }
    }

    /// The schedule of a name.
    pub fn named(name: &str) -> Option<Self> {
        SCHEDULES.into_iter().find(|schedule| schedule.name() == name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_schedule_has_its_name() {
        for (schedule, name) in SCHEDULES.into_iter().zip(["stream", "planes", "events"]) {
            assert_eq!((schedule.name(), Schedule::named(name)), (name, Some(schedule)));
        }
        assert_eq!(Schedule::named("rows"), None);
    }
}
