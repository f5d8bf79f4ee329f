//! How a command is typed: by the name of the program, or through cargo in a checkout. Every text that names a
//! command asks here; and what was typed is read here, so that every program refuses a mistake in the same form.

use std::fmt::Display;
use std::path::PathBuf;

use crate::shell::quoted;

/// The environment variable that says how a program is started, where its name alone does not.
pub const VARIABLE: &str = "SPIKESTREAM_COMMAND";

/// The environment variable that names the folder of products.
pub const PRODUCTS: &str = "SPIKESTREAM_OUT";

/// What starts a command: `cargo xtask` in a checkout, or the name of the installed program.
pub fn program() -> String {
    let set = std::env::var(VARIABLE).ok().filter(|program| !program.is_empty());
    set.unwrap_or_else(|| "spikestream".to_owned())
}

/// A command of these words, as the user types it.
///
/// ```
/// use spikestream::command::command;
/// assert!(command("synth --board icebreaker").ends_with(" synth --board icebreaker"));
/// ```
pub fn command(words: impl Display) -> String {
    format!("{} {words}", program())
}

/// The command that builds a network, as it is given on the command line, for a board.
pub fn build(net: &str, board: &str) -> String {
    command(format_args!("synth --net {} --board {board}", quoted(net)))
}

/// The checkout around the current folder: the nearest one above with a `boards` folder beside a `Cargo.toml`.
pub fn checkout() -> Option<PathBuf> {
    let here = std::env::current_dir().ok()?;
    let is_root = |folder: &&std::path::Path| {
        folder.join("Cargo.toml").is_file() && folder.join("boards").is_dir()
    };
    here.ancestors().find(is_root).map(std::path::Path::to_path_buf)
}

/// Where products go: the folder that [`PRODUCTS`] names, `target/spikestream` in a checkout, or else
/// `spikestream-out` in the current folder.
pub fn products() -> PathBuf {
    let set = std::env::var_os(PRODUCTS).filter(|folder| !folder.is_empty());
    let chosen = set.map(PathBuf::from);
    let folder = chosen.or_else(|| Some(checkout()?.join("target/spikestream")));
    let folder = folder.unwrap_or_else(|| PathBuf::from("spikestream-out"));
    std::path::absolute(&folder).unwrap_or(folder)
}

/// A path as messages show it: from the current folder where it lies below, else whole.
pub fn shown(path: &std::path::Path) -> String {
    let here = std::env::current_dir().unwrap_or_default();
    path.strip_prefix(here).unwrap_or(path).display().to_string()
}

#[cfg(feature = "program")]
pub use line::{given, usage};

/// Reading what was typed.
#[cfg(feature = "program")]
mod line {
    use std::ffi::OsString;
    use std::process::ExitCode;

    use crate::output;

    /// What the process was given. Help that is asked for is printed, and a mistake told, with the exit code.
    ///
    /// # Errors
    /// The exit code of a program that has nothing more to do.
    pub fn given<P: clap::Parser>(
        words: impl IntoIterator<Item = OsString>,
    ) -> Result<P, ExitCode> {
        P::try_parse_from(words).map_err(|error| usage(&error))
    }

    /// Help that was asked for, or what is wrong with the arguments, in the form of every other error.
    pub fn usage(error: &clap::Error) -> ExitCode {
        if !error.use_stderr() {
            return match output::checked(error.print()) {
                Ok(_) => ExitCode::SUCCESS,
                Err(error) => {
                    output::tell(error.render());
                    ExitCode::FAILURE
                }
            };
        }
        let text = error.to_string();
        let (sentence, rest) = text.split_once('\n').unwrap_or((&text, ""));
        let sentence = sentence.trim_start_matches("error: ");
        output::tell(format_args!("error[cli::usage]: {sentence}"));
        for hint in rest.lines().map(str::trim).filter(|line| !line.is_empty()) {
            output::tell(format_args!("  help: {hint}"));
        }
        ExitCode::FAILURE
    }
}
