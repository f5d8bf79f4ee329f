//! All images through a level, on all cores, with a sign of progress.

use std::sync::atomic::{AtomicUsize, Ordering};

use indicatif::{ProgressBar, ProgressStyle};

use super::Checked;
use crate::SimError;

/// One instance of the device under test.
pub trait Bench {
    /// Runs one image and compares.
    ///
    /// # Errors
    /// What the simulator reports; a difference is part of the answer.
    fn check(&mut self, index: usize, image: &[u8]) -> Result<Checked, SimError>;
}

/// Checks the images of these numbers, each core with a bench of its own, and returns the answers in
/// the order of the numbers.
///
/// # Errors
/// The first that making a bench or running an image reports.
pub fn sweep<'b>(
    label: &str,
    images: &[Vec<u8>],
    chosen: &[usize],
    make: &(dyn Fn() -> Result<Box<dyn Bench + 'b>, SimError> + Sync),
) -> Result<Vec<Checked>, SimError> {
    let progress = progress_bar(label, chosen.len(), "images");
    let workers = std::thread::available_parallelism().map_or(1, usize::from).min(chosen.len());
    let next = AtomicUsize::new(0);
    let work = || -> Result<Vec<(usize, Checked)>, SimError> {
        let mut bench = make()?;
        let mut done = Vec::new();
        loop {
            let Some(&index) = chosen.get(next.fetch_add(1, Ordering::Relaxed)) else {
                return Ok(done);
            };
            done.push((index, bench.check(index, &images[index])?));
            progress.inc(1);
        }
    };
    let mut all = Vec::new();
    std::thread::scope(|scope| -> Result<(), SimError> {
        let started: Vec<_> = (0..workers).map(|_| scope.spawn(work)).collect();
        for worker in started {
            match worker.join() {
                Ok(done) => all.extend(done?),
                Err(panic) => std::panic::resume_unwind(panic),
            }
        }
        Ok(())
    })?;
    progress.finish_and_clear();
    all.sort_by_key(|(index, _)| *index);
    Ok(all.into_iter().map(|(_, checked)| checked).collect())
}

/// A bar on a terminal; nothing elsewhere.
pub(crate) fn progress_bar(label: &str, count: usize, unit: &str) -> ProgressBar {
    let bar = ProgressBar::new(count as u64);
    let template =
        format!("  {{msg}} {{wide_bar}} {{pos}}/{{len}} {unit}, {{per_sec}}, {{eta}} left");
    if let Ok(style) = ProgressStyle::with_template(&template) {
        bar.set_style(style);
    }
    bar.set_message(label.to_owned());
    bar
}
