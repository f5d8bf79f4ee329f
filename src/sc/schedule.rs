//! How a dot product is computed, in software and in the engine.

/// How the dot product is computed; both give the same counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Schedule {
    /// The L cycles of each weight's bitstream that a time step runs.
    Stream,
    /// The bit planes of what these cycles weigh, each counted `2^b` times.
    Planes,
}

impl Schedule {
    /// Its name on the command line and in `design.json`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Stream => "stream",
            Self::Planes => "planes",
        }
    }

    /// The schedule of a name.
    pub fn named(name: &str) -> Option<Self> {
        [Self::Stream, Self::Planes].into_iter().find(|schedule| schedule.name() == name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_schedule_has_its_name() {
        for (schedule, name) in [(Schedule::Stream, "stream"), (Schedule::Planes, "planes")] {
            assert_eq!((schedule.name(), Schedule::named(name)), (name, Some(schedule)));
        }
        assert_eq!(Schedule::named("rows"), None);
    }
}
