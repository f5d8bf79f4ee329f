//! What came of the mutants of a design, as text.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use spikestream_flows::mutate::{Choice, Record};

use super::{Excuse, Fate};

/// What came of the mutants that were run.
#[derive(Clone, Debug)]
pub struct Report {
    /// Which mutants there are.
    pub choice: Choice,
    /// How many there are.
    pub of: usize,
    /// What came of those that were run.
    pub fates: Vec<Fate>,
    /// How long they ran, with the build of their model.
    pub seconds: f64,
}

impl Report {
    /// Those that no scene showed.
    pub fn survivors(&self) -> impl Iterator<Item = &Fate> {
        self.fates.iter().filter(|fate| fate.seen_in.is_none())
    }

    /// Those that may not survive and do.
    pub fn open(&self) -> impl Iterator<Item = &Fate> {
        self.survivors().filter(|fate| fate.excuse.is_none())
    }

    fn proved(&self) -> impl Iterator<Item = &Fate> {
        self.survivors().filter(|fate| fate.excuse == Some(Excuse::Proved))
    }

    fn accepted(&self) -> impl Iterator<Item = &Fate> {
        self.survivors().filter(|fate| matches!(fate.excuse, Some(Excuse::Accepted(_))))
    }

    /// What is kept of it, for a design of this hash.
    pub fn record(&self, sha256: String) -> Record {
        let numbers = |fates: &mut dyn Iterator<Item = &Fate>| fates.map(|f| f.number).collect();
        Record {
            sha256,
            choice: self.choice,
            mutants: self.fates.len(),
            seen: self.fates.len() - self.survivors().count(),
            proved: numbers(&mut self.proved()),
            accepted: numbers(&mut self.accepted()),
            survived: numbers(&mut self.open()),
        }
    }

    /// The counts by scene, and the survivors.
    pub fn table(&self) -> String {
        let mut scenes: BTreeMap<&str, usize> = BTreeMap::new();
        for scene in self.fates.iter().filter_map(|fate| fate.seen_in) {
            *scenes.entry(scene).or_default() += 1;
        }
        let mut text = String::new();
        for (scene, count) in scenes {
            let _ = writeln!(text, "  {count:4} seen in {scene}");
        }
        for fate in self.survivors() {
            if let Some(Excuse::Accepted(reason)) = &fate.excuse {
                let _ = writeln!(text, "  accepted {}: {}: {reason}", fate.number, fate.place);
            }
        }
        for fate in self.open() {
            let _ = writeln!(text, "  survivor {}: {}", fate.number, fate.place);
        }
        let _ = writeln!(
            text,
            "{} of {} mutants (seed {}): {} seen, {} proved to change nothing, {} accepted, {} \
             survived; {:.0} s",
            self.fates.len(),
            self.of,
            self.choice.seed,
            self.fates.len() - self.survivors().count(),
            self.proved().count(),
            self.accepted().count(),
            self.open().count(),
            self.seconds
        );
        text
    }
}
