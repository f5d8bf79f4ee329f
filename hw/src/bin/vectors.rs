//! `spikestream-vectors`: writes the test vectors of the contract.

use spikestream_hw::{Error, vectors};
use std::path::PathBuf;
use std::process::ExitCode;

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            spikestream::output::tell(error.render());
            ExitCode::FAILURE
        }
    }
}

fn run() -> Result<(), Error> {
    let given: Vec<String> = std::env::args().skip(1).collect();
    let [option, folder] = given.as_slice() else { return Err(usage("it takes one folder")) };
    if option != "--out" {
        return Err(usage(&format!("{option} is not an option")));
    }
    let folder = PathBuf::from(folder);
    let refused = |source| Error::Write { path: folder.clone(), source };
    std::fs::create_dir_all(&folder).map_err(refused)?;
    for (name, text) in vectors::files() {
        spikestream::files::replace(&folder.join(name), text.as_bytes())?;
    }
    Ok(())
}

fn usage(message: &str) -> Error {
    Error::Usage { message: message.to_owned(), usage: vectors::USAGE }
}
