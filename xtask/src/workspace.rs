//! The checkout that a command works in: its boards, its nets, its folders of products.

use std::path::{Path, PathBuf};

use spikestream_flows::base::paths;
use spikestream_flows::board::{self, Board, Folders};
use spikestream_flows::build::report::Report;
use spikestream_flows::net::{self, Identity, Names};
use spikestream_flows::run::script::quoted;
use spikestream_flows::{FlowError, output};

/// The checkout.
#[derive(Debug)]
pub(crate) struct Workspace {
    pub(crate) root: PathBuf,
    folders: Folders,
}

/// A network on disk.
#[derive(Debug)]
pub(crate) struct NetFolder {
    /// Its name in net.toml.
    pub(crate) name: String,
    /// What its products are filed under.
    pub(crate) key: String,
    /// The folder with its `net.toml`.
    pub(crate) path: PathBuf,
}

impl NetFolder {
    /// The network that lies there now.
    pub(crate) fn identity(&self) -> Result<Identity, FlowError> {
        Identity::of(&self.path)
    }
}

/// The command that builds a network, as it is given on the command line, for a board.
pub(crate) fn build_command(net: &str, board: &Board) -> String {
    format!("cargo xtask synth --net {} --board {}", quoted(net), board.name)
}

impl Workspace {
    /// The checkout around the current folder.
    pub(crate) fn find() -> Result<Self, FlowError> {
        let root = paths::workspace()?;
        let folders = Folders::of(&root)?;
        Ok(Self { root, folders })
    }

    /// A board by name.
    pub(crate) fn board(&self, name: &str) -> Result<Board, FlowError> {
        board::load(&self.folders, name)
    }

    /// Does something on every board. One that fails, or does not load, keeps no other back: it is
    /// told at once, and the first failure comes with what was done.
    pub(crate) fn on_every_board<T>(
        &self,
        mut work: impl FnMut(&Board) -> Result<T, FlowError>,
    ) -> (Vec<T>, Result<(), FlowError>) {
        let (mut done, mut outcome) = (Vec::new(), Ok(()));
        for name in self.folders.names() {
            match self.board(&name).and_then(|board| work(&board)) {
                Ok(result) => done.push(result),
                Err(error) => {
                    output::tell(format_args!("note: {name} fails, the others go on: {error}"));
                    outcome = outcome.and(Err(error));
                }
            }
        }
        (done, outcome)
    }

    /// All boards that load.
    pub(crate) fn boards(&self) -> Vec<Board> {
        self.folders.names().iter().filter_map(|name| self.board(name).ok()).collect()
    }

    /// A net by the name of one that ships, or by the folder that holds it.
    pub(crate) fn net(&self, given: &str) -> Result<NetFolder, FlowError> {
        let shipped = self.root.join("nets").join(given);
        let candidates = [shipped, PathBuf::from(given)];
        let found = candidates.into_iter().find(|path| path.join("net.toml").is_file());
        let unknown = || net::Error::Unknown { name: given.to_owned(), legal: self.shipped_nets() };
        let found = found.ok_or_else(unknown)?;
        let path = std::fs::canonicalize(&found)
            .map_err(|e| FlowError::Unreadable { path: found, reason: e.to_string() })?;
        let root = std::fs::canonicalize(&self.root).unwrap_or_else(|_| self.root.clone());
        let Names { own, products } = net::names(&root, &path)?;
        Ok(NetFolder { name: own, key: products, path })
    }

    fn shipped_nets(&self) -> Vec<String> {
        let entries = std::fs::read_dir(self.root.join("nets")).into_iter().flatten().flatten();
        let mut names: Vec<String> = entries
            .filter(|entry| entry.path().join("net.toml").is_file())
            .map(|entry| entry.file_name().to_string_lossy().into_owned())
            .collect();
        names.sort();
        names
    }

    /// Where the products of a net on a board go.
    pub(crate) fn products(&self, net: &NetFolder, board: &Board) -> PathBuf {
        paths::products(&self.root, &net.key, &board.name)
    }

    /// Says which network lies in a folder of products, if it is not the one that is meant; `command`
    /// builds that.
    pub(crate) fn tell_other_build(
        &self,
        net: &NetFolder,
        folder: &Path,
        command: &str,
    ) -> Result<(), FlowError> {
        if let Some(text) = self.other_build(&net.identity()?, folder, command) {
            output::tell(&text);
        }
        Ok(())
    }

    fn other_build(&self, meant: &Identity, folder: &Path, command: &str) -> Option<String> {
        // No build, or none that can be read, is none of another network.
        let built = Report::read(folder).ok()?.identity();
        (built.hash != meant.hash).then(|| {
            let folder = self.shown(folder);
            format!(
                "note: the build in {folder} is of the network {built}, not of {meant}\n  help: build \
                 it: {command}"
            )
        })
    }

    /// Where the routed shapes of a board go.
    pub(crate) fn routed(&self, board: &Board) -> PathBuf {
        paths::routed(&self.root, &board.name)
    }

    /// A path as messages show it.
    pub(crate) fn shown(&self, path: &Path) -> String {
        paths::shown(&self.root, path)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::synth::tests::report;

    fn workspace() -> Workspace {
        Workspace::find().unwrap()
    }

    #[test]
    fn a_net_is_a_shipped_name_or_a_folder() {
        let workspace = workspace();
        let shipped = workspace.net("digits").unwrap();
        assert_eq!(shipped.key, "digits");
        let folder = shipped.path.display().to_string();
        assert_eq!(workspace.net(&folder).unwrap().path, shipped.path);
        assert_eq!(workspace.net(&format!("{folder}/.")).unwrap().key, "digits");
    }

    #[test]
    fn an_unknown_net_gets_the_legal_names() {
        for given in ["digts", "", ".", "/nonexistent", "../boards"] {
            let error = workspace().net(given).unwrap_err();
            assert_eq!(error.code(), "flows::net::unknown", "{given}");
            assert!(error.remedy().contains("digits"), "{}", error.remedy());
        }
    }

    #[test]
    fn a_board_that_fails_keeps_no_other_back() {
        let mut workspace = workspace();
        let names = workspace.folders.names();
        let (done, outcome) = workspace.on_every_board(|board| match board.name.as_str() {
            "icestick" | "upduino" => {
                Err(net::Error::Unknown { name: board.name.clone(), legal: Vec::new() }.into())
            }
            name => Ok(name.to_owned()),
        });
        assert_eq!(done.len() + 2, names.len());
        assert!(done.contains(&"upduino-osc".to_owned()));
        assert!(outcome.unwrap_err().to_string().contains("icestick"), "the first");

        // A net.toml is not a board's.
        workspace.folders.boards.push(workspace.root.join("nets/digits"));
        let (done, outcome) = workspace.on_every_board(|_| Ok(()));
        assert_eq!(done.len(), names.len());
        assert_eq!(outcome.unwrap_err().code(), "flows::board::invalid");
    }

    /// A copy of a network that ships.
    fn copied(workspace: &Workspace, net: &str, to: &Path) {
        std::fs::create_dir_all(to).unwrap();
        for file in ["net.toml", "weights.safetensors"] {
            std::fs::copy(workspace.root.join("nets").join(net).join(file), to.join(file)).unwrap();
        }
    }

    #[test]
    fn networks_in_folders_of_one_name_have_products_of_their_own() {
        let workspace = workspace();
        let board = workspace.board("icebreaker").unwrap();
        let temporary =
            std::env::temp_dir().join(format!("spikestream-nets-{}", std::process::id()));
        let products = |net: &str, folder: &str| {
            let path = temporary.join(folder);
            copied(&workspace, net, &path);
            let net = workspace.net(&path.display().to_string()).unwrap();
            (net.name.clone(), workspace.products(&net, &board))
        };
        let (first, second) = (products("digits", "a/train"), products("digits-tiny", "b/train"));
        assert_eq!((first.0.as_str(), second.0.as_str()), ("digits", "digits-tiny"));
        let third = products("digits", "b/digits");
        let shipped = workspace.products(&workspace.net("digits").unwrap(), &board);
        let mut all = vec![first.1.clone(), second.1, third.1, shipped];
        all.sort();
        all.dedup();
        assert_eq!(all.len(), 4, "{all:?}");
        // Trained again, it is found again.
        assert_eq!(products("digits", "a/train"), first);
        std::fs::remove_dir_all(&temporary).unwrap();
    }

    #[test]
    fn the_build_of_another_network_is_told_with_the_command_that_builds_this_one() {
        let workspace = workspace();
        let meant = workspace.net("digits").unwrap().identity().unwrap();
        let folder = std::env::temp_dir().join(format!("spikestream-build-{}", std::process::id()));
        let told = |hash: &str| {
            report(hash).write(&folder).unwrap();
            workspace.other_build(&meant, &folder, "cargo xtask synth")
        };
        assert_eq!(workspace.other_build(&meant, &folder, ""), None, "nothing is built");
        assert_eq!(told(&meant.hash), None);
        let text = told("0123456789abcdef0123").unwrap();
        assert!(text.contains("network mine (0123456789abcdef), not of digits ("), "{text}");
        assert!(text.ends_with("help: build it: cargo xtask synth"), "{text}");
        std::fs::remove_dir_all(&folder).unwrap();
    }

    #[test]
    fn products_are_filed_under_net_and_board() {
        let workspace = workspace();
        let board = workspace.board("icebreaker").unwrap();
        let folder = workspace.products(&workspace.net("digits").unwrap(), &board);
        assert_eq!(workspace.shown(&folder), "target/spikestream/digits/icebreaker");
    }
}
