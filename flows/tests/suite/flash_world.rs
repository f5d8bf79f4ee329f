//! What the tests of flashing share: images for any board, boards that are plugged in, and the fake
//! programmers.

use std::fs;
use std::path::{Path, PathBuf};

use spikestream_flows::FlowError;
use spikestream_flows::base::digest;
use spikestream_flows::board::programmer::usb::System;
use spikestream_flows::board::{self, Board};
use spikestream_flows::build::report::Report;
use spikestream_flows::flash::{self, Image, Wish};
use spikestream_flows::tool::environment::Environment;
use tempfile::TempDir;

use crate::world::{build, environment, folder, shipped, toy};

/// A board that ships.
pub(crate) fn shipped_board(name: &str) -> Board {
    board::load(&shipped(), name).unwrap()
}

/// An image for a board, and room for a system of its own.
pub(crate) struct Bench {
    pub(crate) folder: TempDir,
    pub(crate) board: Board,
    pub(crate) image: Image,
}

impl Bench {
    pub(crate) fn of(name: &str) -> Self {
        Self::with(folder(), shipped_board(name))
    }

    /// For any board; everything lies in the folder.
    pub(crate) fn with(folder: TempDir, board: Board) -> Self {
        let (report, _) = build(&["good"], folder.path()).unwrap();
        let file = board.part.family.bitstream();
        if board.name != report.board {
            // A build for another board, as far as flashing looks at it.
            fs::write(folder.path().join(file), &board.name).unwrap();
            fs::remove_file(folder.path().join("manifest.json")).unwrap();
            let report = Report {
                board: board.name.clone(),
                part: board.part.name.clone(),
                bitstream: file.to_owned(),
                sha256: digest::of_bytes(board.name.as_bytes()),
                ..report
            };
            report.write(folder.path()).unwrap();
        }
        let image = Image::built(folder.path(), &board, &toy(), "cargo xtask synth").unwrap();
        Self { folder, board, image }
    }

    /// The system: no list of devices until something is plugged in.
    pub(crate) fn system(&self) -> System {
        let may_open = |path: &Path| fs::read_to_string(path).unwrap() != "closed";
        System {
            list: self.folder.path().join("list"),
            dev: self.folder.path().join("dev"),
            may_open,
        }
    }

    /// A system that keeps a list, with nothing on it.
    pub(crate) fn nothing_plugged_in(&self) {
        fs::create_dir_all(self.system().list).unwrap();
    }

    /// Plugs a board of this kind in.
    pub(crate) fn plug_in(&self, port: &str, address: u32, serial: Option<&str>, file: &str) {
        let system = self.system();
        let device = system.list.join(port);
        put(&device.join("idVendor"), &format!("{}\n", self.board.usb.vid));
        put(&device.join("idProduct"), &format!("{}\n", self.board.usb.pid));
        put(&device.join("busnum"), "3\n");
        put(&device.join("devnum"), &format!("{address}\n"));
        put(&device.join("product"), "A board\n");
        if let Some(serial) = serial {
            put(&device.join("serial"), &format!("{serial}\n"));
        }
        let tty = format!("ttyACM{address}");
        fs::create_dir_all(device.join(format!("{port}:1.0/tty")).join(&tty)).unwrap();
        put(&system.dev.join(tty), file);
        let raw = format!("hidraw{address}");
        fs::create_dir_all(device.join(format!("{port}:1.1/0003:X/hidraw")).join(&raw)).unwrap();
        put(&system.dev.join(raw), file);
        put(&system.dev.join(format!("bus/usb/003/{address:03}")), file);
    }

    /// What the programmer says and how it ends.
    pub(crate) fn says(&self, text: &str, exit: i32) {
        put(&self.folder.path().join("says"), text);
        put(&self.folder.path().join("exit"), &exit.to_string());
    }

    /// The line that `--dry-run` prints, with the folder of the image taken out.
    pub(crate) fn line(
        &self,
        wish: Wish<'_>,
        programmers: &Environment,
    ) -> Result<String, FlowError> {
        let order = flash::order(&self.image, &self.board, wish, programmers, &self.system())?;
        let here = format!("{}/", self.folder.path().display());
        Ok(order.command(programmers).replace(&here, ""))
    }

    /// Flashes, and lets something happen after everything was looked at and before the programmer
    /// ends: what the system then knows explains what it says.
    pub(crate) fn flash_while(
        &self,
        wish: Wish<'_>,
        happens: impl Fn(&Self),
    ) -> Result<Vec<String>, FlowError> {
        let (environment, system) = (programmers(), self.system());
        let order = flash::order(&self.image, &self.board, wish, &environment, &system)?;
        happens(self);
        order.run(&environment, &system).map(|()| Vec::new())
    }

    /// Flashes, and gives the arguments that the programmer was started with.
    pub(crate) fn flash(&self, wish: Wish<'_>) -> Result<Vec<String>, FlowError> {
        let (environment, system) = (programmers(), self.system());
        let order = flash::order(&self.image, &self.board, wish, &environment, &system)?;
        order.run(&environment, &system)?;
        let entries = fs::read_dir(self.folder.path()).unwrap().flatten();
        let argv: Vec<PathBuf> = entries
            .map(|entry| entry.path())
            .filter(|path| path.extension().is_some_and(|ending| ending == "argv"))
            .filter(|path| !path.to_string_lossy().contains("icepack"))
            .collect();
        assert_eq!(argv.len(), 1, "one program was started: {argv:?}");
        let text = fs::read_to_string(&argv[0]).unwrap();
        let here = format!("{}/", self.folder.path().display());
        Ok(text.lines().map(|line| line.replace(&here, "")).collect())
    }
}

/// All fake programmers on PATH.
pub(crate) fn programmers() -> Environment {
    environment(&["programmers"], Path::new("/nonexistent"))
}

/// No programmer on PATH.
pub(crate) fn nothing() -> Environment {
    environment(&["latch"], Path::new("/nonexistent"))
}

fn put(path: &Path, text: &str) {
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, text).unwrap();
}
