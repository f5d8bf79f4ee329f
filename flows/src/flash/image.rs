//! The bitstream that is to go on a board: the one that its report and its manifest describe, made
//! for that board.

use std::path::{Path, PathBuf};

use super::Error;
use crate::base::digest;
use crate::base::error::FlowError;
use crate::board::Board;
use crate::board::programmer::Target;
use crate::build::report::{REPORT, Report};
use crate::net::Identity;
use crate::run::manifest::{MANIFEST, Manifest};

/// A bitstream that was checked.
#[derive(Debug)]
pub struct Image {
    /// The file.
    pub file: PathBuf,
    /// The report beside it.
    pub report: Report,
}

impl Image {
    /// The bitstream of a network that a build left in a folder; `command` is what builds it.
    ///
    /// # Errors
    /// As [`Image::check`] and [`Image::ensure_of`].
    pub fn built(
        folder: &Path,
        board: &Board,
        net: &Identity,
        command: &str,
    ) -> Result<Self, FlowError> {
        let name = match Report::read(folder) {
            Ok(report) => report.bitstream,
            Err(FlowError::Unreadable { .. }) => board.part.family.bitstream().to_owned(),
            Err(error) => return Err(error),
        };
        let image = Self::check(&folder.join(name), board, command)?;
        image.ensure_of(net, command)?;
        Ok(image)
    }

    /// Refuses the bitstream of another network, or of this one before it was trained again.
    ///
    /// # Errors
    /// [`Error::OtherNet`].
    pub fn ensure_of(&self, net: &Identity, command: &str) -> Result<(), Error> {
        let found = self.report.identity();
        if found.hash == net.hash {
            return Ok(());
        }
        let (path, command) = (self.file.clone(), command.to_owned());
        Err(Error::OtherNet { path, found: found.into(), wanted: net.clone().into(), command })
    }

    /// Checks a bitstream against the report and the manifest beside it, and against the board.
    ///
    /// # Errors
    /// [`Error::NoBitstream`], [`Error::NoReport`], [`Error::OtherBoard`], [`Error::Changed`].
    pub fn check(file: &Path, board: &Board, command: &str) -> Result<Self, FlowError> {
        let folder = file.parent().unwrap_or(Path::new("."));
        let (path, command) = (file.to_path_buf(), command.to_owned());
        if !file.is_file() {
            return Err(Error::NoBitstream { path, command }.into());
        }
        if !folder.join(REPORT).is_file() {
            return Err(Error::NoReport { path, command }.into());
        }
        let report = Report::read(folder)?;
        if report.board != board.name || report.part != board.part.name {
            let made_for = report.board;
            let board = board.name.clone();
            return Err(Error::OtherBoard { path, made_for, board }.into());
        }
        let changed = |record| Error::Changed { path: file.to_path_buf(), record }.into();
        if !digest::is_of_file(&report.sha256, file) {
            return Err(changed(REPORT));
        }
        // A report that was changed to suit does not suffice.
        let recorded =
            Manifest::read(folder).and_then(|m| m.products.get(&report.bitstream).cloned());
        let agrees = recorded.is_some_and(|hash| digest::is_of_file(&hash, file));
        if folder.join(MANIFEST).is_file() && !agrees {
            return Err(changed(MANIFEST));
        }
        if let Some(stored) = &report.stored {
            let path = folder.join(&stored.file);
            if !digest::is_of_file(&stored.sha256, &path) {
                return Err(Error::Changed { path, record: REPORT }.into());
            }
        }
        Ok(Self { file: file.to_path_buf(), report })
    }

    /// What is written, and where: the bitstream, or the network that it loads from flash.
    ///
    /// # Errors
    /// [`Error::NotLoaded`] for a bitstream that has its network.
    pub(super) fn part(&self, part: Part) -> Result<(PathBuf, Target), Error> {
        let stored = self.report.stored.as_ref();
        match (part, stored) {
            (Part::Bitstream { sram }, _) => {
                Ok((self.file.clone(), if sram { Target::Sram } else { Target::Flash }))
            }
            (Part::Network, Some(stored)) => {
                Ok((self.file.with_file_name(&stored.file), Target::Store(stored.address)))
            }
            (Part::Network, None) => Err(Error::NotLoaded { path: self.file.clone() }),
        }
    }
}

/// What of a build is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// The bitstream, into flash or the FPGA alone.
    Bitstream {
        /// The FPGA alone.
        sram: bool,
    },
    /// The network that it loads from flash.
    Network,
}

impl Default for Part {
    fn default() -> Self {
        Self::Bitstream { sram: false }
    }
}
