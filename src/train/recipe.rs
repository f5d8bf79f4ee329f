//! How to train: the options, their checks, and the spec that a recipe can train.

use crate::Error;
use crate::spec::{
    Encoder, FORMAT, Generator, LayerSpec, NetSpec, Neuron, Provenance, Readout, Reset, Stream,
    Time, WeightsFile,
};

/// How to train.
#[derive(Clone, Debug, PartialEq)]
pub struct Recipe {
    /// Of parameters, hold-out and order; the same seed gives the same network.
    pub seed: u64,
    /// Passes over the training images.
    pub epochs: usize,
    /// Images a step of the optimiser.
    pub batch: usize,
    /// The first learning rate of Adam; it falls to 0 along half a cosine.
    pub learning_rate: f64,
    /// The share of the training images that is held out to choose the best epoch, 0 to 0.5.
    pub holdout: f64,
}

impl Default for Recipe {
    fn default() -> Self {
        Self { seed: 1, epochs: 40, batch: 32, learning_rate: 5e-3, holdout: 0.1 }
    }
}

impl Recipe {
    /// Checks the options.
    ///
    /// # Errors
    /// The first option that cannot work.
    pub fn check(&self) -> Result<(), Error> {
        let rate = self.learning_rate;
        ensure(self.epochs >= 1, "--epochs", self.epochs, "a number of at least 1")?;
        ensure(self.batch >= 1, "--batch", self.batch, "a number of at least 1")?;
        ensure(rate > 0.0 && rate <= 1.0, "--lr", rate, "a number above 0 and at most 1")?;
        let holdout = self.holdout;
        ensure((0.0..=0.5).contains(&holdout), "--holdout", holdout, "a share of 0 to 0.5")
    }
}

fn ensure(
    ok: bool,
    option: &'static str,
    value: impl ToString,
    allowed: &'static str,
) -> Result<(), Error> {
    if ok { Ok(()) } else { Err(Error::Option { option, value: value.to_string(), allowed }) }
}

/// The spec of a network before it has weights, with the defaults of the shipped one: T = 16,
/// B = 4 and L = 16 by the ruler, W = 16, F = 4, leak `V >> 4`, subtracting reset.
///
/// `sizes` are the layers' widths, inputs first.
pub fn skeleton(name: &str, sizes: &[usize]) -> NetSpec {
    let pairs = sizes.windows(2);
    NetSpec {
        format: FORMAT,
        name: name.into(),
        time: Time { steps: 16 },
        stream: Stream::full(4, Generator::Ruler),
        encoder: Encoder { generator: Generator::VanDerCorput },
        neuron: Neuron {
            membrane_bits: 16,
            fraction_bits: 4,
            leak: 4,
            reset: Reset::Subtract,
            refractory: 0,
            noise_bits: 0,
            noise_seed: 1,
        },
        readout: Readout::CountThenMembrane,
        weights: WeightsFile { file: "weights.safetensors".into(), sha256: String::new() },
        layers: pairs.map(|w| LayerSpec { inputs: w[0], outputs: w[1], threshold: 1 }).collect(),
        provenance: Provenance::default(),
    }
}

/// Refuses what the trainer has no gradient for: refractory neurons, noise, parts of streams.
///
/// # Errors
/// The field that is not supported.
pub(super) fn ensure_trainable(spec: &NetSpec) -> Result<(), Error> {
    let neuron = &spec.neuron;
    for (field, value) in
        [("neuron.refractory", neuron.refractory), ("neuron.noise_bits", neuron.noise_bits)]
    {
        if value != 0 {
            return Err(Error::Untrainable { field, value: value.to_string(), supported: "0" });
        }
    }
    if !spec.stream.is_full() {
        let value = spec.stream.length.to_string();
        let (field, supported) = ("stream.length", "2^stream.bits");
        return Err(Error::Untrainable { field, value, supported });
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code(change: impl FnOnce(&mut Recipe)) -> &'static str {
        let mut recipe = Recipe::default();
        change(&mut recipe);
        recipe.check().map_or_else(|e| e.code(), |()| "ok")
    }

    #[test]
    fn options_that_cannot_work_are_refused() {
        assert_eq!(code(|_| ()), "ok");
        for change in [
            (|r| r.epochs = 0) as fn(&mut Recipe),
            |r| r.batch = 0,
            |r| r.learning_rate = 0.0,
            |r| r.learning_rate = f64::NAN,
            |r| r.holdout = 0.6,
            |r| r.holdout = -0.1,
        ] {
            assert_eq!(code(change), "spikestream::train::option");
        }
    }

    #[test]
    fn the_skeleton_is_valid_and_noise_is_not_trainable() {
        let mut spec = skeleton("x", &[64, 128, 10]);
        spec.check().unwrap();
        ensure_trainable(&spec).unwrap();
        spec.neuron.noise_bits = 3;
        assert_eq!(ensure_trainable(&spec).unwrap_err().code(), "spikestream::train::unsupported");
        spec.neuron.noise_bits = 0;
        spec.neuron.refractory = 1;
        assert_eq!(ensure_trainable(&spec).unwrap_err().code(), "spikestream::train::unsupported");
    }
}
