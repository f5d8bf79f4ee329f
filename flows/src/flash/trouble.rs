//! What a programmer's failure comes down to, from what it prints and from what the system knows of
//! the board.

use std::path::PathBuf;

use super::udev::Rule;
use super::{Error, Order};
use crate::board::programmer::Trouble;
use crate::board::programmer::usb::{Device, System};
use crate::run::{self, Captured};

impl Order<'_> {
    /// Refuses to start without a board, and with one that this user may not open.
    pub(super) fn ensure_reachable(&self, system: &System) -> Result<(), Error> {
        let Some(devices) = &self.devices else { return Ok(()) };
        let Some(device) = devices.first() else { return Err(self.no_device()) };
        match device.closed(system, &self.programmer.opens) {
            Some(file) => Err(self.permission(Some(file.to_path_buf()))),
            None => Ok(()),
        }
    }

    /// What went wrong, if anything did.
    pub(super) fn trouble(&self, said: &Captured, command: &str, system: &System) -> Option<Error> {
        let text = format!("{}\n{}", said.stdout, said.stderr);
        let found = self.programmer.trouble(&text);
        // A programmer that has succeeded may have met trouble on its way, unless it is one of
        // those that do not say how they ended.
        if said.success && found != Some(Trouble::Asleep) && !self.programmer.gave_up(&text) {
            return None;
        }
        let tail = run::tail(&text);
        let programmer = self.programmer.name.clone();
        let (board, command) = (self.board.description.clone(), command.to_owned());
        Some(match found {
            Some(Trouble::Permission) => self.permission(self.file()),
            Some(Trouble::Busy) => Error::Busy { board, file: self.file() },
            Some(Trouble::NoDevice) => self.unseen(system),
            Some(Trouble::Several) => self.several(),
            Some(Trouble::Part) => Error::OtherPart {
                programmer,
                part: self.board.part.name.clone(),
                board: self.board.name.clone(),
                tail,
            },
            Some(Trouble::Locked) => Error::Locked { board, tail, command },
            Some(Trouble::Verify) => Error::Verify { programmer, board, tail, command },
            Some(Trouble::Asleep) if said.success => Error::Asleep { programmer, board, tail },
            Some(Trouble::Asleep | Trouble::Failed) | None => {
                Error::Failed { programmer, tail, command }
            }
        })
    }

    /// A programmer sees no board. To some, one that may not be opened is none.
    fn unseen(&self, system: &System) -> Error {
        let plugged_in = system.devices(&self.board.usb).unwrap_or_default();
        let Some(device) = plugged_in.first() else { return self.no_device() };
        match device.closed(system, &self.programmer.opens) {
            Some(file) => self.permission(Some(file.to_path_buf())),
            None => Error::Busy { board: self.board.description.clone(), file: self.file() },
        }
    }

    fn no_device(&self) -> Error {
        let board = self.board.description.clone();
        if let Some(device) = self.devices.iter().flatten().next() {
            // It was chosen by a user on a system that keeps no list, or was there a moment ago.
            let selector = device.serial.clone().unwrap_or_else(|| device.path.clone());
            return Error::OtherDevice { board, selector, there: Vec::new() };
        }
        Error::NoDevice {
            board,
            usb: format!("{}:{}", self.board.usb.vid, self.board.usb.pid),
            wake: self.programmer.wake.clone(),
        }
    }

    fn permission(&self, file: Option<PathBuf>) -> Error {
        Error::Permission {
            programmer: self.programmer.name.clone(),
            board: self.board.description.clone(),
            file,
            rule: Box::new(Rule::of(&self.board.usb, &self.programmer.opens)),
        }
    }

    fn several(&self) -> Error {
        let there = self.devices.iter().flatten().map(Device::to_string).collect();
        Error::Several {
            board: self.board.description.clone(),
            there,
            example: "SERIAL".to_owned(),
        }
    }

    /// The file that the programmer opens, if the system says which board it is.
    fn file(&self) -> Option<PathBuf> {
        let device = self.devices.as_ref()?.first()?;
        let mut kinds = self.programmer.opens.iter();
        kinds.find_map(|kind| device.first(*kind)).map(std::path::Path::to_path_buf)
    }
}
