//! What a verification found: a table for people, `verify-LEVEL.json` for programs.

use std::path::{Path, PathBuf};
use std::time::Instant;

use serde::Serialize;
use spikestream::eval::{Part, Unlike};
use spikestream::hex;
use spikestream::spec::Net;

use super::{Checked, Level, unwritable};
use crate::SimError;
use crate::lockstep::Mismatch;

/// One device under test, all images.
#[derive(Clone, Debug)]
pub struct Stage {
    /// What it is.
    pub name: &'static str,
    /// The answers, in the order of the images.
    pub checked: Vec<Checked>,
    /// How long the images took.
    pub seconds: f64,
}

impl Stage {
    /// Runs a sweep and times it.
    ///
    /// # Errors
    /// Those of the sweep.
    pub fn timed(
        name: &'static str,
        sweep: impl FnOnce() -> Result<Vec<Checked>, SimError>,
    ) -> Result<Self, SimError> {
        let begin = Instant::now();
        let checked = sweep()?;
        Ok(Self { name, checked, seconds: begin.elapsed().as_secs_f64() })
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
    /// Images run.
    pub images: usize,
    /// Share of the images that the level, at each stage, gives their label.
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
}

/// A stage in the report.
#[derive(Clone, Debug, Serialize)]
pub struct StageReport {
    /// What was tested.
    pub device: &'static str,
    /// Share of the images that it gives their label.
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
    /// The report of some stages, all of the same images.
    pub fn new(level: Level, net: &Net, labels: &[u8], stages: Vec<Stage>, seconds: f64) -> Self {
        let images = stages.first().map_or(0, |stage| stage.checked.len());
        let wrong = |index: usize| stages.iter().any(|s| s.checked[index].mismatched > 0);
        let right = |index: usize| {
            stages.iter().all(|s| s.checked[index].class == usize::from(labels[index]))
        };
        let differences = stages.iter().flat_map(|s| &s.checked).map(|c| c.mismatched).sum();
        let first = stages.iter().flat_map(|s| &s.checked).find_map(|c| c.first.as_ref());
        let all_right = (0..images).filter(|&i| right(i)).count();
        // Where a level differs from the golden model, that is the news.
        let whole = images == labels.len() && differences == 0;
        let (count, of) = (all_right as u64, images as u64);
        let unlike = || Unlike::of(&net.spec.provenance, Part::Test, count, of);
        let note = whole.then(unlike).flatten().map(|unlike| unlike.to_string());
        Self {
            level: level.name(),
            net: net.spec.name.clone(),
            net_hash: hex::of(&net.hash()),
            design: None,
            bitstream: None,
            made_from: None,
            images,
            accuracy: share(all_right, images),
            trained_accuracy: net.spec.provenance.accuracy,
            note,
            mismatched_images: (0..images).filter(|&i| wrong(i)).count(),
            mismatched_values: differences,
            first_mismatch: first.map(First::from),
            seconds,
            stages: stages.iter().map(|stage| StageReport::new(stage, labels)).collect(),
        }
    }

    /// Whether nothing differed, and something was compared.
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
                self.images,
                stage.accuracy,
                stage.compared_values,
                stage.mismatched_values,
                stage.seconds,
                stage.images_per_second
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
        let images = stage.checked.len();
        let right = stage.checked.iter().zip(labels).filter(|(c, l)| c.class == usize::from(**l));
        Self {
            device: stage.name,
            accuracy: share(right.count(), images),
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
    let folder = path.parent().unwrap_or(Path::new("."));
    std::fs::create_dir_all(folder).map_err(|e| unwritable(folder, &e))?;
    let json = serde_json::to_string_pretty(value).unwrap_or_default() + "\n";
    let file = tempfile::NamedTempFile::new_in(folder).map_err(|e| unwritable(folder, &e))?;
    std::fs::write(file.path(), json).map_err(|e| unwritable(path, &e))?;
    file.persist(path).map_err(|e| unwritable(path, &e.error))?;
    Ok(())
}
