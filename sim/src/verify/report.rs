//! What a verification found: a table for people, `verify-LEVEL.json` for programs.

use std::path::{Path, PathBuf};
use std::time::Instant;

use serde::Serialize;
use spikestream::eval::{Part, Unlike};
use spikestream::files;
use spikestream::spec::{Net, Provenance};

use super::{Checked, Level, sample, unwritable};
use crate::SimError;
use crate::lockstep::Mismatch;

/// One device under test, and the images that it ran.
#[derive(Clone, Debug)]
pub struct Stage {
    /// What it is.
    pub name: &'static str,
    /// The images that it ran, by their numbers, in rising order.
    pub images: Vec<usize>,
    /// The answers, in the order of the images.
    pub checked: Vec<Checked>,
    /// How long the images took.
    pub seconds: f64,
}

impl Stage {
    /// Runs a sweep over the images of these numbers and times it.
    ///
    /// # Errors
    /// Those of the sweep.
    pub fn timed(
        name: &'static str,
        images: &[usize],
        sweep: impl FnOnce() -> Result<Vec<Checked>, SimError>,
    ) -> Result<Self, SimError> {
        let begin = Instant::now();
        let checked = sweep()?;
        let seconds = begin.elapsed().as_secs_f64();
        Ok(Self { name, images: images.to_vec(), checked, seconds })
    }

    /// The answer to an image, if it ran that one.
    fn answer(&self, image: usize) -> Option<&Checked> {
        self.images.binary_search(&image).ok().map(|at| &self.checked[at])
    }

    /// The first difference.
    pub fn first_mismatch(&mut self) -> Option<&mut Mismatch> {
        self.checked.iter_mut().find_map(|checked| checked.first.as_mut())
    }
}

/// The content of `verify-LEVEL.json`.
#[derive(Clone, Debug, Serialize)]
pub struct Report {
    /// The level.
    pub level: &'static str,
    /// The network's name.
    pub net: String,
    /// The network's hash.
    pub net_hash: String,
    /// The hash of the Verilog that the device under test is or came from, where it has one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub design: Option<String>,
    /// The hash of the bitstream that was read back, at level bitstream.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub bitstream: Option<String>,
    /// What the device under test was made from, where that is not the emitted design.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub made_from: Option<String>,
    /// Images run, each by one stage at least.
    pub images: usize,
    /// Images that there were to run.
    pub test_images: usize,
    /// The seed that chose the images, where a stage ran a sample.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sample_seed: Option<u64>,
    /// Share of the images run that the level, at each stage that ran them, gives their label.
    pub accuracy: f64,
    /// The accuracy that training reported for all test images.
    pub trained_accuracy: f64,
    /// What the network's file records otherwise, if all test images were run and nothing differs.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
    /// Images with any difference.
    pub mismatched_images: usize,
    /// Values that differ.
    pub mismatched_values: u64,
    /// The first difference.
    pub first_mismatch: Option<First>,
    /// All of it, models built included.
    pub seconds: f64,
    /// Each device under test.
    pub stages: Vec<StageReport>,
    /// What a user should know of how the images were read.
    #[serde(skip)]
    pub notes: Vec<String>,
}

/// A stage in the report.
#[derive(Clone, Debug, Serialize)]
pub struct StageReport {
    /// What was tested.
    pub device: &'static str,
    /// Images that it ran.
    pub images: usize,
    /// Share of those that it gives their label.
    pub accuracy: f64,
    /// Values compared.
    pub compared_values: u64,
    /// Values that differ.
    pub mismatched_values: u64,
    /// How long the images took.
    pub seconds: f64,
    /// Images a second.
    pub images_per_second: f64,
}

/// The first difference in the report.
#[derive(Clone, Debug, Serialize)]
pub struct First {
    /// What was tested.
    pub device: String,
    /// The image.
    pub image: Option<usize>,
    /// Layer, from 0; none for a result.
    pub layer: Option<usize>,
    /// Neuron, from 0.
    pub neuron: Option<usize>,
    /// Time step, from 0.
    pub step: Option<u32>,
    /// Clock cycle of the image.
    pub cycle: u64,
    /// The value's name.
    pub value: String,
    /// What the golden model says.
    pub expected: String,
    /// What the level shows.
    pub got: String,
    /// Waves around it.
    pub waves: Option<PathBuf>,
}

impl Report {
    /// The report of some stages. `labels` are those of all images that there were to run.
    pub fn new(level: Level, net: &Net, labels: &[u8], stages: Vec<Stage>, seconds: f64) -> Self {
        let answers = |index: usize| stages.iter().filter_map(move |stage| stage.answer(index));
        let run: Vec<usize> =
            (0..labels.len()).filter(|&index| answers(index).next().is_some()).collect();
        let wrong = |index: &&usize| answers(**index).any(|checked| checked.mismatched > 0);
        let right = |index: &&usize| {
            answers(**index).all(|checked| checked.class == usize::from(labels[**index]))
        };
        let sampled = stages.iter().any(|stage| stage.images.len() < labels.len());
        let differences = stages.iter().flat_map(|s| &s.checked).map(|c| c.mismatched).sum();
        let first = stages.iter().flat_map(|s| &s.checked).find_map(|c| c.first.as_ref());
        Self {
            level: level.name(),
            net: net.spec.name.clone(),
            net_hash: net.hash_text(),
            design: None,
            bitstream: None,
            made_from: None,
            images: run.len(),
            test_images: labels.len(),
            sample_seed: sampled.then_some(sample::SEED),
            accuracy: share(run.iter().filter(right).count(), run.len()),
            trained_accuracy: net.spec.provenance.accuracy,
            note: None,
            mismatched_images: run.iter().filter(wrong).count(),
            mismatched_values: differences,
            first_mismatch: first.map(First::from),
            seconds,
            stages: stages.iter().map(|stage| StageReport::new(stage, labels)).collect(),
            notes: Vec::new(),
        }
    }

    /// Notes an accuracy that the network's file does not record, if this is the whole of a part and
    /// the level agrees with the golden model: where it differs, that is the news.
    pub fn hold_against(&mut self, provenance: &Provenance, part: Part, images: usize) {
        if self.images == images && self.mismatched_values == 0 {
            let right = (self.accuracy * images as f64).round() as u64;
            let unlike = Unlike::of(provenance, part, right, images as u64);
            self.note = unlike.map(|unlike| unlike.to_string());
        }
    }

    /// Whether nothing differed, and every stage compared something.
    pub fn agrees(&self) -> bool {
        let compared = self.stages.iter().all(|stage| stage.compared_values > 0);
        self.mismatched_values == 0 && self.images > 0 && compared
    }

    /// Writes `verify-LEVEL.json`, whole or not at all.
    ///
    /// # Errors
    /// [`SimError::Unwritable`].
    pub fn write(&self, folder: &Path) -> Result<PathBuf, SimError> {
        let path = folder.join(format!("verify-{}.json", self.level));
        write_json(&path, self)?;
        Ok(path)
    }

    /// The table, a line a device, and the first mismatch.
    pub fn table(&self) -> String {
        let mut text = format!(
            "{:<9} {:<10} {:<22} {:>6} {:>8} {:>12} {:>10} {:>8} {:>9}\n",
            "level",
            "net",
            "device",
            "images",
            "accuracy",
            "values",
            "mismatches",
            "seconds",
            "images/s"
        );
        for stage in &self.stages {
            text += &format!(
                "{:<9} {:<10} {:<22} {:>6} {:>8.4} {:>12} {:>10} {:>8.2} {:>9.1}\n",
                self.level,
                self.net,
                stage.device,
                stage.images,
                stage.accuracy,
                stage.compared_values,
                stage.mismatched_values,
                stage.seconds,
                stage.images_per_second
            );
        }
        for stage in self.stages.iter().filter(|stage| stage.images < self.test_images) {
            text += &format!(
                "{}: a sample, {} of {} images, spread evenly, seed {}; --pins N takes N\n",
                stage.device,
                stage.images,
                self.test_images,
                sample::SEED
            );
        }
        if let Some(made_from) = &self.made_from {
            text += &format!("{} is made from {made_from}\n", self.level);
        }
        if let Some(first) = &self.first_mismatch {
            text += &format!("{}\n", first.line());
        }
        if let Some(note) = &self.note {
            text += &format!("note: {note}\n");
        }
        text
    }
}

impl StageReport {
    fn new(stage: &Stage, labels: &[u8]) -> Self {
        let images = stage.images.len();
        let answers = stage.images.iter().zip(&stage.checked);
        let right = answers.filter(|(image, c)| c.class == usize::from(labels[**image])).count();
        Self {
            device: stage.name,
            images,
            accuracy: share(right, images),
            compared_values: stage.checked.iter().map(|c| c.compared).sum(),
            mismatched_values: stage.checked.iter().map(|c| c.mismatched).sum(),
            seconds: stage.seconds,
            images_per_second: images as f64 / stage.seconds.max(1e-9),
        }
    }
}

impl From<&Mismatch> for First {
    fn from(m: &Mismatch) -> Self {
        Self {
            device: format!("{} under {}", m.unit, m.simulator),
            image: m.image,
            layer: m.place.map(|place| place.layer),
            neuron: m.place.map(|place| place.neuron),
            step: m.place.map(|place| place.step),
            cycle: m.cycle,
            value: m.port.clone(),
            expected: m.expected.clone(),
            got: m.got.clone(),
            waves: m.waves.clone(),
        }
    }
}

impl First {
    fn line(&self) -> String {
        let number = |name: &str, n: Option<usize>| n.map(|n| format!("{name} {n}, "));
        let place: String = [
            number("image", self.image),
            number("layer", self.layer),
            number("neuron", self.neuron),
            number("step", self.step.map(|step| step as usize)),
        ]
        .into_iter()
        .flatten()
        .collect();
        format!(
            "first mismatch, {}: {place}cycle {}: {} expected {}, got {}",
            self.device, self.cycle, self.value, self.expected, self.got
        )
    }
}

fn share(part: usize, whole: usize) -> f64 {
    if whole == 0 { 0.0 } else { part as f64 / whole as f64 }
}

/// Writes a value as JSON, whole or not at all.
///
/// # Errors
/// [`SimError::Unwritable`].
pub(crate) fn write_json(path: &Path, value: &impl Serialize) -> Result<(), SimError> {
    let json = serde_json::to_string_pretty(value).unwrap_or_default() + "\n";
    files::write(path, json.as_bytes()).map_err(|e| unwritable(&e.path, &e.source))
}

#[cfg(test)]
mod tests {
    use super::*;
    use spikestream::spec::example;

    /// A stage that gave these images these classes.
    fn stage(name: &'static str, images: &[usize], classes: &[usize]) -> Stage {
        let checked = |&class: &usize| Checked { class, compared: 3, ..Checked::default() };
        let checked = classes.iter().map(checked).collect();
        Stage { name, images: images.to_vec(), checked, seconds: 1.0 }
    }

    fn report(stages: Vec<Stage>) -> Report {
        Report::new(Level::Rtl, &example(&[4, 3]), &[0, 1, 2, 1], stages, 2.0)
    }

    #[test]
    fn a_sample_counts_for_the_images_that_it_ran() {
        let mut pins = stage("pins", &[1, 3], &[1, 0]);
        pins.checked[1].mismatched = 1;
        let report = report(vec![stage("engine", &[0, 1, 2, 3], &[0, 1, 2, 1]), pins]);
        assert_eq!((report.images, report.test_images), (4, 4));
        assert_eq!((report.accuracy, report.mismatched_images), (0.75, 1));
        let stages: Vec<_> = report.stages.iter().map(|s| (s.images, s.accuracy)).collect();
        assert_eq!(stages, [(4, 1.0), (2, 0.5)]);
        assert_eq!(report.sample_seed, Some(sample::SEED));
        let table = report.table();
        assert!(table.contains("pins: a sample, 2 of 4 images, spread evenly, seed 1"), "{table}");
        assert!(!table.contains("engine: a sample"), "{table}");
    }

    #[test]
    fn another_accuracy_than_the_recorded_one_is_noted_of_a_whole_part_that_agrees() {
        let provenance = Provenance { accuracy: 1.0, ..example(&[4, 3]).spec.provenance };
        let note = |images, mismatched| {
            let mut three_right = stage("engine", &[0, 1, 2, 3], &[0, 1, 2, 0]);
            three_right.checked[1].mismatched = mismatched;
            let mut report = report(vec![three_right]);
            report.hold_against(&provenance, Part::Test, images);
            report.note
        };
        let told = note(4, 0).unwrap();
        assert!(told.contains("75.00 %"), "{told}");
        assert_eq!((note(5, 0), note(4, 1)), (None, None));
    }

    #[test]
    fn a_level_agrees_when_every_stage_compared_something_and_nothing_differs() {
        let all = |name| stage(name, &[0, 1, 2, 3], &[0, 1, 2, 1]);
        let sound = report(vec![all("engine"), all("pins")]);
        assert!(sound.agrees());
        assert_eq!((sound.sample_seed, sound.images), (None, 4));
        assert!(!report(Vec::new()).agrees());
        assert!(!report(vec![all("engine"), stage("pins", &[], &[])]).agrees());
        let mut idle = all("pins");
        idle.checked.iter_mut().for_each(|checked| checked.compared = 0);
        assert!(!report(vec![all("engine"), idle]).agrees());
        let mut wrong = all("pins");
        wrong.checked[2].mismatched = 1;
        assert!(!report(vec![all("engine"), wrong]).agrees());
    }
}
