//! Engines of sweeps: ways to run the points that are not done, a file each and a line in a list.

mod local;
mod slurm;

use std::fmt::Debug;
use std::path::{Path, PathBuf};

use super::error::Error;
use super::file::Sweep;
use super::point::Point;
use crate::base::error::FlowError;

/// What engines are told.
#[derive(Clone, Debug)]
pub struct With {
    /// The program whose commands points run.
    pub program: PathBuf,
    /// The sweep's folder.
    pub folder: PathBuf,
    /// How many points at once.
    pub jobs: usize,
    /// Whether to wait until all of them are done.
    pub wait: bool,
    /// Options for the scheduler.
    pub options: Vec<String>,
}

/// A way to run points.
pub trait Engine: Debug + Sync {
    /// Its name.
    fn name(&self) -> &'static str;

    /// What it is, in one line.
    fn about(&self) -> &'static str;

    /// Runs points, or has them run. Returns what is to be said of it.
    ///
    /// # Errors
    /// [`Error::Failed`] if points failed; what keeps the engine from running any.
    fn run(
        &self,
        sweep: &Sweep,
        points: &[&Point],
        with: &With,
    ) -> Result<Option<String>, FlowError>;
}

/// All engines.
pub const ENGINES: [&dyn Engine; 2] = [&local::Local, &slurm::Slurm];

/// The engine of a name.
///
/// # Errors
/// [`Error::Engine`].
pub fn named(name: &str) -> Result<&'static dyn Engine, Error> {
    ENGINES.into_iter().find(|one| one.name() == name).ok_or_else(|| Error::Engine {
        name: name.into(),
        legal: ENGINES.map(|one| one.name()).join(", "),
    })
}

/// The points that are not done.
pub fn open<'a>(sweep: &'a Sweep, folder: &Path) -> Vec<&'a Point> {
    sweep.points.iter().filter(|point| point.line(folder).is_none()).collect()
}

#[cfg(test)]
mod tests;
