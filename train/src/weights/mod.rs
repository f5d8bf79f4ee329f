//! Float weights in and out, as safetensors with the names that PyTorch uses.
//!
//! | tensor | shape | what |
//! |---|---|---|
//! | `layers.N.linear.weight` | `[outputs, inputs]` | a row a neuron |
//! | `layers.N.linear.bias` | `[outputs]` | |
//! | `layers.N.norm.weight`, `.bias`, `.running_mean`, `.running_var` | `[outputs]` | of a normalisation |
//! | `layers.N.delay` | `[outputs, inputs]` | in steps |
//! | `layers.N.cell.beta_logit` | `[1]` or `[neurons]` | learnt, beta is `1 / (1 + exp(-raw))` |
//! | `layers.N.cell.theta_log` | `[1]` or `[neurons]` | learnt, theta is `exp(raw)` |
//! | `layers.N.cell.recurrent.weight` | `[neurons, neurons]` | row j into neuron j |
//! | `layers.N.weight`, `layers.N.connections.K.weight` | as in [`net.toml`'s weights](spikestream::spec::Net) | of layers with any connections, with `bias` and `delay` beside them |
//! | `blocks.N.conv.weight` | `[channels, channels before, k, k]` | of a convolution |
//! | `blocks.N.conv.bias` | `[channels]` | |
//!
//! All are F32; a block's cell is named as a layer's. What is read may also be F64, F16 or BF16, and
//! may have the names of another library. Then the order must be certain:
//!
//! - Matrices go to the layers and kernels to the blocks in the one order in which the shapes fit, and
//!   in which the numbers rise of names that differ in their numbers alone.
//! - A bias and a delay go with the weight of the same prefix.
//! - A batch normalisation (`running_mean`, `running_var`) is folded into the weight that it comes behind.
//! - Leaks, thresholds and recurrent weights of a module go together, to the layer whose weight the
//!   module has itself, that comes before it in a sequence, or whose name says the same (`fc_out`,
//!   `lif_out`); in the order of the numbers in the modules' names.
//!
//! What leaves several orders is refused, and the error lists them. Constants that the config fixes
//! must be the file's, if it has them.

mod fill;
mod foreign;
mod format;
mod import;
mod layout;
mod names;
mod norm;
mod order;
mod tensors;
#[cfg(test)]
mod tests;
mod tie;

pub use import::{Import, Imported, ImportedLayer};

use super::{SpikingNet, TrainError};
use layout::Parts;
use spikestream::{Error, files};
use std::collections::BTreeMap;
use std::fmt;
use std::fs;
use std::path::Path;
use tensors::Misfit;

/// Networks whose float weights go to files and come from them.
///
/// # Example
/// ```
/// use std::collections::BTreeMap;
///
/// use spikestream_train::{FloatWeights, SpikingNetConfig, device};
///
/// let config = SpikingNetConfig::new(64, 32, 10, 1);
/// let net = config.init(1, &device())?;
/// # let folder = tempfile::tempdir().unwrap();
/// # let file = folder.path().join("weights.safetensors");
/// net.save(&file, &BTreeMap::new())?;
/// // Begun from another seed; a file with PyTorch's names is read in the same way.
/// let other = config.init(2, &device())?;
/// assert_ne!(other.to_floats(), net.to_floats());
/// assert_eq!(other.load(&file)?.to_floats(), net.to_floats());
/// # Ok::<(), spikestream::Error>(())
/// ```
pub trait FloatWeights: Parts {
    /// Writes all parameters to a file, replacing it only once all of them are written.
    ///
    /// # Errors
    /// The file cannot be written; nothing is then left of it.
    fn save(&self, path: &Path, metadata: &BTreeMap<String, String>) -> Result<(), Error> {
        files::replace(path, &self.to_safetensors(metadata)?)
    }

    /// The same network with the parameters of a file. Nothing that the file holds is left out, but
    /// for what delays remember while they run (`_history`).
    ///
    /// # Errors
    /// The file cannot be read; a tensor is missing, is of another shape or type, holds what is no
    /// number, or has no place in the network; a constant is not the config's; the order of another
    /// library's tensors is not certain.
    fn load(self, path: &Path) -> Result<Self, Error> {
        whole(self.load_noting(path)?, path)
    }

    /// As [`Self::load`], leaving out single numbers that the network has no place for, such as
    /// constants of other neurons: they come along, to be told.
    ///
    /// # Errors
    /// As [`Self::load`], but for those.
    fn load_noting(self, path: &Path) -> Result<(Self, Vec<Unread>), Error> {
        read(self, &bytes_of(path)?, path)
    }

    /// What [`Self::save`] writes; the same bytes for the same parameters and metadata.
    ///
    /// # Errors
    /// The parameters cannot be encoded.
    fn to_safetensors(&self, metadata: &BTreeMap<String, String>) -> Result<Vec<u8>, Error> {
        let bytes = format::encode(&self.slots(), metadata);
        Ok(bytes.map_err(|message| TrainError::Weights { path: "the file".into(), message })?)
    }

    /// As [`Self::load`], from a file's bytes.
    ///
    /// # Errors
    /// As [`Self::load`].
    fn with_safetensors(self, bytes: &[u8]) -> Result<Self, Error> {
        let path = Path::new("the file");
        whole(read(self, bytes, path)?, path)
    }
}

impl FloatWeights for SpikingNet {}

/// A tensor of a file that was left out.
#[derive(Clone, Debug, PartialEq)]
pub struct Unread {
    /// Its name.
    pub name: String,
    /// Its shape.
    pub shape: Vec<usize>,
    /// The number, if it is a single one.
    pub value: Option<f32>,
    /// Whether it is of a module of neurons, of which other constants were read.
    pub of_neurons: bool,
    /// Whether it is state, and no parameter.
    pub state: bool,
}

impl fmt::Display for Unread {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { name, shape, value, .. } = self;
        let value = value.map(|value| format!(", {value},")).unwrap_or_default();
        write!(f, "{name} {shape:?}{value} has no place in the network")
    }
}

fn read<N: Parts>(net: N, bytes: &[u8], path: &Path) -> Result<(N, Vec<Unread>), Error> {
    let file = format::decode(bytes).map_err(Misfit::from);
    let matched = file.and_then(|file| fill::matched(file, &net.slots()));
    let (values, unread) = matched.map_err(refused(path))?;
    Ok((net.with(&values).map_err(|error| error.of_file(path))?, unread))
}

/// The network, if nothing but state was left out.
fn whole<N>((net, unread): (N, Vec<Unread>), path: &Path) -> Result<N, Error> {
    match unread.iter().find(|unread| !unread.state) {
        None => Ok(net),
        Some(unread) => Err(refused(path)(unread.to_string().into())),
    }
}

fn bytes_of(path: &Path) -> Result<Vec<u8>, Error> {
    fs::read(path).map_err(|source| Error::Read { path: path.to_path_buf(), source })
}

/// The error for what a file does not fit in.
fn refused(path: &Path) -> impl Fn(Misfit) -> Error {
    let path = path.to_path_buf();
    move |misfit| {
        let path = path.clone();
        match misfit {
            Misfit::Fit(message) => TrainError::Weights { path, message }.into(),
            Misfit::Order(message) => TrainError::Order { path, message }.into(),
            Misfit::Data { pixels, weights } => {
                let what = "an image of the data".into();
                let found = format!("of {pixels} pixels");
                let expected = format!("of as many as a first layer has inputs: {weights}");
                TrainError::Shape { what, found, expected }.into()
            }
        }
    }
}
