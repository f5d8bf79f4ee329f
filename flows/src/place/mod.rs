//! Where a command works: a checkout, or any folder with what ships compiled in; and where its products go.
//!
//! | | boards, pins and networks that ship | products |
//! |---|---|---|
//! | in a checkout | its `boards`, `constraints` and `nets` | `target/spikestream` |
//! | elsewhere | those compiled in, unpacked into the user's cache | `spikestream-out` in the current folder |
//!
//! `SPIKESTREAM_OUT`, or a command's `--out`, names another folder of products; `SPIKESTREAM_BOARDS` names a folder
//! of boards that goes before those that ship.

mod shipped;
#[cfg(test)]
mod tests;

use std::path::{Path, PathBuf};

use spikestream::{command, output};

use crate::base::error::FlowError;
use crate::base::parallel;
use crate::board::{self, Board, Folders};
use crate::build::report::Report;
use crate::install;
use crate::net::{self, Identity, Names};
use crate::tool::environment::Environment;

/// The place.
#[derive(Debug)]
pub struct Place {
    /// The checkout, if it is one.
    checkout: Option<PathBuf>,
    /// The folder with what ships.
    shipped: PathBuf,
    products: PathBuf,
    folders: Folders,
}

/// A network on disk.
#[derive(Debug)]
pub struct NetFolder {
    /// Its name in net.toml.
    pub name: String,
    /// What its products are filed under.
    pub key: String,
    /// The folder with its `net.toml`.
    pub path: PathBuf,
}

impl NetFolder {
    /// The network that lies there now.
    ///
    /// # Errors
    /// As [`Identity::of`].
    pub fn identity(&self) -> Result<Identity, FlowError> {
        Identity::of(&self.path)
    }
}

impl Place {
    /// The place around the current folder; `out` is the folder of products that is asked for.
    ///
    /// # Errors
    /// [`FlowError::Invalid`] for a wrong `SPIKESTREAM_BOARDS`; [`FlowError::Unwritable`] or
    /// [`install::Error::NoCache`] where what ships cannot be unpacked.
    pub fn find(out: Option<&Path>) -> Result<Self, FlowError> {
        let checkout = command::checkout();
        let shipped = match &checkout {
            Some(root) => std::fs::canonicalize(root).unwrap_or_else(|_| root.clone()),
            None => {
                let cache = Environment::of_process().cache.ok_or(install::Error::NoCache)?;
                shipped::folder(&cache)?
            }
        };
        let out = out.map(|out| std::path::absolute(out).unwrap_or_else(|_| out.to_path_buf()));
        let products = out.unwrap_or_else(command::products);
        let folders = Folders::of(&shipped)?;
        Ok(Self { checkout, shipped, products, folders })
    }

    /// The folder with what ships: the checkout, or the unpacked files.
    pub fn shipped(&self) -> &Path {
        &self.shipped
    }

    /// A board by name.
    ///
    /// # Errors
    /// As [`board::load`].
    pub fn board(&self, name: &str) -> Result<Board, FlowError> {
        board::load(&self.folders, name)
    }

    /// Does something on every board, on as many at once as there are cores. One that fails, or does not load,
    /// keeps no other back: it is told at once, and the first failure, in the order of the boards, comes with what
    /// was done.
    pub fn on_every_board<T: Send>(
        &self,
        work: impl Fn(&Board) -> Result<T, FlowError> + Sync,
    ) -> (Vec<T>, Result<(), FlowError>) {
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        let results = parallel::each(&self.folders.names(), cores, |name| {
            let result = self.board(name).and_then(|board| work(&board));
            if let Err(error) = &result {
                output::tell(format_args!("note: {name} fails, the others go on: {error}"));
            }
            result
        });
        let (mut done, mut outcome) = (Vec::new(), Ok(()));
        for result in results {
            match result {
                Ok(result) => done.push(result),
                Err(error) => outcome = outcome.and(Err(error)),
            }
        }
        (done, outcome)
    }

    /// All boards that load.
    pub fn boards(&self) -> Vec<Board> {
        self.folders.names().iter().filter_map(|name| self.board(name).ok()).collect()
    }

    /// A net by the name of one that ships, or by the folder that holds it.
    ///
    /// # Errors
    /// [`net::Error::Unknown`]; what reading `net.toml` reports.
    pub fn net(&self, given: &str) -> Result<NetFolder, FlowError> {
        let candidates = [self.nets().join(given), PathBuf::from(given)];
        let found = candidates.into_iter().find(|path| path.join("net.toml").is_file());
        let unknown = || net::Error::Unknown { name: given.to_owned(), legal: self.shipped_nets() };
        let found = found.ok_or_else(unknown)?;
        let path = std::fs::canonicalize(&found)
            .map_err(|e| FlowError::Unreadable { path: found, reason: e.to_string() })?;
        let nets = std::fs::canonicalize(self.nets()).unwrap_or_else(|_| self.nets());
        // A checkout that is moved keeps its products.
        let home = self.checkout.as_ref().and_then(|root| std::fs::canonicalize(root).ok());
        let Names { own, products } = net::names(home.as_deref(), &nets, &path)?;
        Ok(NetFolder { name: own, key: products, path })
    }

    /// The folder of the networks that ship.
    fn nets(&self) -> PathBuf {
        self.shipped.join("nets")
    }

    fn shipped_nets(&self) -> Vec<String> {
        let entries = std::fs::read_dir(self.nets()).into_iter().flatten().flatten();
        let mut names: Vec<String> = entries
            .filter(|entry| entry.path().join("net.toml").is_file())
            .map(|entry| entry.file_name().to_string_lossy().into_owned())
            .collect();
        names.sort();
        names
    }

    /// Where the products of a net on a board go: `<products>/<key>/<board>`.
    pub fn products(&self, net: &NetFolder, board: &Board) -> PathBuf {
        self.products.join(&net.key).join(&board.name)
    }

    /// Where the products of a neuron alone on a board go: `<products>/neuron/<name>/<board>`.
    pub fn neuron(&self, name: &str, board: &Board) -> PathBuf {
        self.products.join("neuron").join(name).join(&board.name)
    }

    /// Where the routed shapes of a board go: `<products>/routed/<board>`.
    pub fn routed(&self, board: &Board) -> PathBuf {
        self.products.join("routed").join(&board.name)
    }

    /// Says which network lies in a folder of products, if it is not the one that is meant; `command`
    /// builds that.
    ///
    /// # Errors
    /// As [`NetFolder::identity`].
    pub fn tell_other_build(
        &self,
        net: &NetFolder,
        folder: &Path,
        command: &str,
    ) -> Result<(), FlowError> {
        if let Some(text) = other_build(&net.identity()?, folder, command) {
            output::tell(&text);
        }
        Ok(())
    }
}

fn other_build(meant: &Identity, folder: &Path, command: &str) -> Option<String> {
    // No build, or none that can be read, is none of another network.
    let built = Report::read(folder).ok()?.identity();
    (built.hash != meant.hash).then(|| {
        let folder = command::shown(folder);
        format!(
            "note: the build in {folder} is of the network {built}, not of {meant}\n  help: build it: \
             {command}"
        )
    })
}
