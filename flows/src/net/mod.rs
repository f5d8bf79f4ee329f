//! A network as the flows know it: its name and its hash, to tell whether a build is of it.

mod error;

use std::fmt;
use std::path::Path;

use spikestream::spec::{Net, NetSpec};

use crate::base::digest;
use crate::base::error::FlowError;

pub use error::Error;

/// Digits of a hash that a message shows; a board answers with as many.
const SHOWN: usize = 16;

/// Which network it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Identity {
    /// Its name in `net.toml`.
    pub name: String,
    /// Its hash, 64 hexadecimal digits.
    pub hash: String,
}

impl Identity {
    /// The network in a folder.
    ///
    /// # Errors
    /// [`FlowError::Net`], whatever is wrong with its files.
    pub fn of(folder: &Path) -> Result<Self, FlowError> {
        let net = Net::load(folder)?;
        Ok(Self { hash: net.hash_text(), name: net.spec.name })
    }
}

impl fmt::Display for Identity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({})", self.name, self.hash.get(..SHOWN).unwrap_or(&self.hash))
    }
}

/// What a network in a folder is called.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Names {
    /// In its `net.toml`.
    pub own: String,
    /// What its products are filed under.
    pub products: String,
}

/// What the network in a folder is called, and what its products are filed under. A network that ships, in the
/// folder `nets`, has its folder's name. Any other has its name in `net.toml` and a hash of where it lies (seen from
/// `home`, if it is below), so that no two folders share products, and a network that is trained again in its folder
/// finds them again.
///
/// # Errors
/// [`FlowError::Net`] for a `net.toml` that cannot be read.
pub fn names(home: Option<&Path>, nets: &Path, folder: &Path) -> Result<Names, FlowError> {
    let inside = home.and_then(|home| folder.strip_prefix(home).ok()).unwrap_or(folder);
    let own = NetSpec::read(folder)?.name;
    let products = match folder.file_name().and_then(|name| name.to_str()) {
        Some(name) if folder.parent() == Some(nets) => name.to_owned(),
        _ => {
            let place = digest::of_bytes(inside.as_os_str().as_encoded_bytes());
            format!("{own}-{}", &place[..8])
        }
    };
    Ok(Names { own, products })
}

#[cfg(test)]
mod tests {
    use super::*;
    use spikestream::spec::example;

    fn saved(folder: &Path) -> Net {
        let mut net = example(&[4, 3]);
        net.spec.name = "mine".to_owned();
        net.save(folder).unwrap();
        net
    }

    #[test]
    fn folders_of_one_name_have_products_of_their_own() {
        let root = tempfile::tempdir().unwrap();
        let at = |folder: &str| {
            saved(&root.path().join(folder));
            let (home, nets) = (root.path(), root.path().join("nets"));
            names(Some(home), &nets, &home.join(folder)).unwrap().products
        };
        assert_eq!(at("nets/digits"), "digits");
        let (first, second) = (at("a/train"), at("b/train"));
        assert_ne!(first, second);
        for key in [&first, &second] {
            assert_eq!((key.len(), &key[..5]), ("mine-".len() + 8, "mine-"));
        }
        assert_eq!(at("a/train"), first, "trained again");
        assert_ne!(at("a/nets/digits"), "digits");
        // A checkout that is moved keeps its products.
        let moved = tempfile::tempdir().unwrap();
        saved(&moved.path().join("a/train"));
        let (home, nets) = (moved.path(), moved.path().join("nets"));
        let there = names(Some(home), &nets, &home.join("a/train")).unwrap();
        assert_eq!(there, Names { own: "mine".to_owned(), products: first });
        let elsewhere = names(None, &nets, &home.join("a/train")).unwrap();
        assert_ne!(elsewhere, there, "by the whole path");
        let error = names(Some(home), &nets, &home.join("none")).unwrap_err();
        assert_eq!(error.code(), "spikestream::file::read");
    }

    #[test]
    fn a_network_is_known_by_its_integers() {
        let folder = tempfile::tempdir().unwrap();
        let mut net = saved(folder.path());
        let first = Identity::of(folder.path()).unwrap();
        assert_eq!(first.hash, net.hash_text());
        assert_eq!(first.to_string(), format!("mine ({})", &net.hash_text()[..16]));
        net.layers[0].biases[0] += 1;
        net.save(folder.path()).unwrap();
        assert_ne!(Identity::of(folder.path()).unwrap(), first);
    }
}
