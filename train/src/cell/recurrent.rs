//! The leaky integrate-and-fire neuron with recurrent weights.

use super::{Fused, Lif, Membrane, Neurons, State, config, positive, share};
use crate::TrainError;
use crate::rng::Rng;
use burn::module::{Module, Param};
use burn::tensor::{Device, Tensor, TensorData};

/// How large the recurrent weights begin.
const GAIN: f64 = 0.5;

config! {
    /// Configuration of [`RecurrentLif`].
    RecurrentLifConfig {
        /// Share of the membrane that is left after a step, 0 to 1.
        beta: f32 = 0.9,
        /// Whether beta is learnt.
        learn_beta: bool = false,
    }
}

/// Leaky integrate-and-fire with trainable weights from every spike to the next step:
///
/// ```text
/// V <- beta V + I + W s(t-1)
/// s  = V > theta
/// V <- V - s theta        (or V <- 0)
/// ```
///
/// State beside V: s. W is `[neurons, neurons]`, without bias, and begins as half an orthogonal
/// matrix (Saxe, McClelland and Ganguli 2014).
#[derive(Module, Debug)]
pub struct RecurrentLif {
    lif: Lif,
    weight: Param<Tensor<2>>,
}

impl RecurrentLifConfig {
    /// Checks the constants.
    ///
    /// # Errors
    /// The first that is outside its range.
    pub fn check(&self) -> Result<(), TrainError> {
        share("recurrent-lif", "beta", self.beta)?;
        positive("recurrent-lif", "threshold", self.threshold)
    }

    /// A layer of `neurons`, its weights from the seed alone.
    ///
    /// # Errors
    /// A constant outside its range.
    pub fn init(
        &self,
        neurons: usize,
        seed: u64,
        device: &Device,
    ) -> Result<RecurrentLif, TrainError> {
        self.check()?;
        let settings = self.settings(self.beta, self.learn_beta);
        let lif = Lif::of(Membrane::new(settings, neurons, device));
        let weight = TensorData::new(orthogonal(neurons, seed), [neurons, neurons]);
        Ok(RecurrentLif { lif, weight: Param::from_data(weight, device) })
    }
}

impl RecurrentLif {
    pub(crate) fn membrane(&self) -> &Membrane {
        self.lif.membrane()
    }

    pub(crate) fn map_membrane(self, change: impl FnOnce(Membrane) -> Membrane) -> Self {
        Self { lif: self.lif.map_membrane(change), ..self }
    }

    /// W, `[neurons, neurons]`: row j holds the weights into neuron j.
    pub fn weight(&self) -> Tensor<2> {
        self.weight.val()
    }

    pub(crate) fn with_weight(self, rows: Vec<f32>) -> Self {
        let data = TensorData::new(rows, [self.neurons(), self.neurons()]);
        let weight = self.weight.map(|old| crate::network::tensor_like(data, &old));
        Self { lif: self.lif, weight }
    }
}

// What it spiked is needed a step later, so it goes step by step.
impl Fused for RecurrentLif {}

impl Neurons for RecurrentLif {
    fn neurons(&self) -> usize {
        self.lif.neurons()
    }

    fn begin(&self, batch: usize, device: &Device) -> State {
        State::zeros(batch, self.neurons(), 1, device)
    }

    fn step(&self, current: Tensor<2>, mut state: State) -> (Tensor<2>, State) {
        let fed_back = state.aux.remove(0).matmul(self.weight.val().transpose());
        let (spikes, mut state) = self.lif.step(current + fed_back, state);
        state.aux = vec![spikes.clone()];
        (spikes, state)
    }
}

/// A random orthogonal matrix times [`GAIN`], by Gram and Schmidt's method on normal numbers,
/// row-major.
fn orthogonal(n: usize, seed: u64) -> Vec<f32> {
    let mut rng = Rng::new(seed, 5);
    let mut rows: Vec<Vec<f64>> = (0..n).map(|_| (0..n).map(|_| rng.normal()).collect()).collect();
    for i in 0..n {
        let (done, rest) = rows.split_at_mut(i);
        let row = &mut rest[0];
        // Twice is enough for orthogonality to rounding (Giraud et al. 2005).
        for other in done.iter().chain(done.iter()) {
            let dot: f64 = row.iter().zip(other).map(|(a, b)| a * b).sum();
            row.iter_mut().zip(other).for_each(|(a, b)| *a -= dot * b);
        }
        let norm = row.iter().map(|a| a * a).sum::<f64>().sqrt();
        row.iter_mut().for_each(|a| *a /= norm);
    }
    rows.into_iter().flatten().map(|w| (GAIN * w) as f32).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn recurrent_weights_begin_as_half_an_orthogonal_matrix() {
        let n = 24;
        let w = orthogonal(n, 7);
        assert_ne!(w, orthogonal(n, 8));
        for i in 0..n {
            for j in 0..n {
                let dot: f32 = (0..n).map(|k| w[i * n + k] * w[j * n + k]).sum();
                let expected = if i == j { 0.25 } else { 0.0 };
                assert!((dot - expected).abs() < 1e-6, "{i} {j}: {dot}");
            }
        }
    }
}
