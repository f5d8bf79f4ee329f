//! Float weights in and out, as safetensors with the names that PyTorch uses.
//!
//! | tensor | shape | what |
//! |---|---|---|
//! | `layers.N.linear.weight` | `[outputs, inputs]` | a row a neuron; [`Alpha`] has rows 2j and 2j+1 |
//! | `layers.N.linear.bias` | `[outputs]` | |
//! | `layers.N.delay` | `[outputs, inputs]` | in steps |
//! | `layers.N.cell.beta_logit` | `[1]` or `[neurons]` | learnt, beta is `1 / (1 + exp(-raw))` |
//! | `layers.N.cell.theta_log` | `[1]` or `[neurons]` | learnt, theta is `exp(raw)` |
//! | `layers.N.cell.recurrent.weight` | `[neurons, neurons]` | row j into neuron j |
//! | `blocks.N.conv.weight` | `[channels, channels before, k, k]` | of a convolution |
//! | `blocks.N.conv.bias` | `[channels]` | |
//!
//! All are F32; a block's cell is named as a layer's. What is read may also be F64, F16 or BF16, and
//! may have the names of another library: then matrices go to the layers and kernels to the blocks
//! in the order of the numbers in their names, a bias and a delay go with the weight of the same
//! prefix, and leaks and thresholds to the cells in that order. Constants that the config fixes must
//! be the file's, if it has them.
//!
//! [`Alpha`]: super::Alpha

mod format;
mod layout;
mod names;
#[cfg(test)]
mod tests;

use super::{ConvSpikingNet, SpikingNet, TrainError};
use crate::Error;
use layout::Parts;
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

/// Networks whose float weights go to files and come from them.
pub trait FloatWeights: Parts {
    /// Writes all parameters to a file, replacing it only once all of them are written.
    ///
    /// # Errors
    /// The file cannot be written.
    fn save(&self, path: &Path, metadata: &BTreeMap<String, String>) -> Result<(), Error> {
        let failed = |source| Error::Write { path: path.to_path_buf(), source };
        let bytes = self.to_safetensors(metadata)?;
        let mut unfinished = path.as_os_str().to_owned();
        unfinished.push(".part");
        fs::write(&unfinished, bytes).map_err(failed)?;
        fs::rename(&unfinished, path).map_err(failed)
    }

    /// The same network with the parameters of a file.
    ///
    /// # Errors
    /// The file cannot be read; a tensor is missing, is of another shape or type, holds what is no
    /// number, or has no place in the network; a constant is not the config's.
    fn load(self, path: &Path) -> Result<Self, Error> {
        let bytes =
            fs::read(path).map_err(|source| Error::Read { path: path.to_path_buf(), source })?;
        read(self, &bytes, path)
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
        read(self, bytes, Path::new("the file"))
    }
}

impl FloatWeights for SpikingNet {}
impl FloatWeights for ConvSpikingNet {}

fn read<N: Parts>(net: N, bytes: &[u8], path: &Path) -> Result<N, Error> {
    let parameters = format::decode(bytes).and_then(|file| names::matched(file, &net.slots()));
    let refused = |message| TrainError::Weights { path: path.to_path_buf(), message };
    net.with(&parameters.map_err(refused)?)
}
