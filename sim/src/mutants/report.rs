//! What came of the mutants of a design, as text.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use spikestream_flows::mutate::Choice;

use super::Fate;

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
            let _ = writeln!(text, "  survivor {}: {}", fate.number, fate.place);
        }
        let (ran, survived) = (self.fates.len(), self.survivors().count());
        let _ = writeln!(
            text,
            "{ran} of {} mutants (seed {}): {} seen, {survived} survived; {:.0} s",
            self.of,
            self.choice.seed,
            ran - survived,
            self.seconds
        );
        text
    }
}
