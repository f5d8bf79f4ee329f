//! A command of a sweep's points, as its file has it.

use serde::Deserialize;

/// A command that each point runs.
#[derive(Clone, Debug, Deserialize, PartialEq, Eq)]
#[serde(deny_unknown_fields)]
pub struct Step {
    /// Its words, as a shell would take them, without the program.
    pub run: String,
    /// The file with its results, in the point's folder; left out, what it prints, if that is JSON.
    #[serde(default)]
    pub result: Option<String>,
    /// Which values of the results are kept, by their keys with dots between; left out, the numbers, texts and truths at the top.
    #[serde(default)]
    pub keep: Option<Vec<String>>,
}

impl Step {
    /// All texts in it that have places.
    pub(super) fn texts(&self) -> impl Iterator<Item = &str> {
        let others = self.result.iter().chain(self.keep.iter().flatten());
        std::iter::once(self.run.as_str()).chain(others.map(String::as_str))
    }

    /// The step with its places filled.
    pub(super) fn filled(&self, fill: &impl Fn(&str) -> String) -> Self {
        let all = |texts: &Vec<String>| texts.iter().map(|text| fill(text)).collect();
        Self {
            run: fill(&self.run),
            result: self.result.as_ref().map(|text| fill(text)),
            keep: self.keep.as_ref().map(all),
        }
    }
}
