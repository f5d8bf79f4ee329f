//! The neurons that ship, each a file of equations in `neurons/`: the list that a new one adds a line to.

use super::equations::{Equations, Error};

/// A neuron that ships.
#[derive(Clone, Copy, Debug)]
pub struct Kind {
    /// What networks and commands call it.
    pub name: &'static str,
    /// Its equations.
    pub text: &'static str,
}

impl Kind {
    /// The neuron of a name, if one has it.
    pub fn named(name: &str) -> Option<&'static Self> {
        KINDS.iter().find(|kind| kind.name == name)
    }

    /// Its equations.
    ///
    /// # Errors
    /// None for those that ship; tests read each.
    pub fn equations(&self) -> Result<Equations, Error> {
        Equations::from_toml(self.text)
    }
}

/// The files by their names.
macro_rules! kinds {
    ($($name:literal)*) => {
        /// All neurons that ship, in the order of the alphabet.
        pub const KINDS: &[Kind] = &[
            $(Kind { name: $name, text: include_str!(concat!("../../neurons/", $name, ".toml")) },)*
        ];
    };
}

kinds! {
    "adaptive-threshold"
    "adex"
    "alif"
    "alpha"
    "exp-if"
    "fitzhugh-nagumo"
    "hindmarsh-rose"
    "if"
    "izhikevich-bursting"
    "izhikevich-chattering"
    "izhikevich-fast"
    "izhikevich-regular"
    "lapicque"
    "lif"
    "morris-lecar"
    "quadratic-integrate-and-fire"
    "second-order-lif"
    "synaptic"
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::path::Path;

    #[test]
    fn every_file_is_of_the_list_and_is_read() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("neurons");
        let files = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
        let mut names: Vec<_> =
            files.map(|path| path.file_stem().unwrap().to_string_lossy().into_owned()).collect();
        names.sort();
        assert_eq!(names, KINDS.iter().map(|kind| kind.name).collect::<Vec<_>>());
        for kind in KINDS {
            let neuron = kind.equations().unwrap_or_else(|e| panic!("{}: {e}", kind.name));
            assert!(neuron.paper.is_some(), "{}", kind.name);
        }
        assert!(Kind::named("lif").is_some() && Kind::named("nothing").is_none());
    }
}
