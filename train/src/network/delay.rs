//! Connections with delays: each synapse passes its input on some steps later.

use super::linear::{Linear, tensor_like, transposed};
use super::synapses;
use crate::TrainError;
use crate::rng::Rng;
use burn::module::{Module, Param};
use burn::tensor::{Device, Tensor, TensorData};
use serde::{Deserialize, Serialize};

/// Configuration of [`DelayLinear`].
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct DelayConfig {
    /// The longest delay, in steps.
    pub longest: usize,
    /// The delay that every synapse begins with, in steps, 0 to `longest`.
    pub begin: f32,
    /// Whether the delays are learnt.
    pub learn: bool,
}

impl Default for DelayConfig {
    fn default() -> Self {
        Self { longest: 16, begin: 1.0, learn: true }
    }
}

/// A fully connected layer with a delay `d_ji` in each synapse (Hammouamri, Khalfaoui-Hassani and
/// Masquelier 2024):
///
/// ```text
/// I_j(t) = b_j + sum_i w_ji x_i(t - d_ji)
/// ```
///
/// A delay between two steps interpolates linearly between them, which gives it its gradient; before
/// the first step the input is 0. Every image of a batch has its own past.
///
/// # Shapes
/// - input: `[T, batch, inputs]`
/// - output: `[T, batch, outputs]`
#[derive(Module, Debug)]
pub struct DelayLinear {
    linear: Linear,
    /// `[inputs, outputs]`, in steps; what is outside `0..=longest` counts as its nearest end.
    delay: Param<Tensor<2>>,
    #[module(skip)]
    longest: usize,
}

impl DelayConfig {
    /// Checks the numbers.
    ///
    /// # Errors
    /// A first delay outside `0..=longest`, or a longest delay above 4096.
    pub fn check(&self) -> Result<(), TrainError> {
        let longest = self.longest;
        let bad = |field: &str, value: String, allowed: String| TrainError::Value {
            field: format!("delay.{field}"),
            value,
            allowed,
        };
        if longest > 4096 {
            return Err(bad("longest", longest.to_string(), "a number of steps up to 4096".into()));
        }
        if !(0.0..=longest as f32).contains(&self.begin) {
            let allowed = format!("a number of steps from 0 to longest, {longest}");
            return Err(bad("begin", self.begin.to_string(), allowed));
        }
        Ok(())
    }

    /// A layer, its weights from the seed alone.
    ///
    /// # Errors
    /// A first delay outside `0..=longest`, or a longest delay above 4096.
    pub fn init(
        &self,
        inputs: usize,
        outputs: usize,
        seed: u64,
        device: &Device,
    ) -> Result<DelayLinear, TrainError> {
        let mut rng = Rng::new(seed, 8);
        self.around(Linear::new([inputs, outputs], true, &mut rng, device), device)
    }

    /// Delays around the weights of a layer.
    pub(crate) fn around(
        &self,
        linear: Linear,
        device: &Device,
    ) -> Result<DelayLinear, TrainError> {
        self.check()?;
        let [inputs, outputs] = linear.dims();
        let begin = TensorData::new(vec![self.begin; inputs * outputs], [inputs, outputs]);
        let delay = Param::from_data(begin, device);
        let delay = if self.learn { delay } else { delay.set_require_grad(false) };
        Ok(DelayLinear { linear, delay, longest: self.longest })
    }
}

impl DelayLinear {
    /// The currents of every step.
    pub fn forward(&self, x: Tensor<3>) -> Tensor<3> {
        self.run(x, 1)
    }

    /// The currents of every step, `[T, batch, currents outputs]`, of neurons that take so many each.
    pub(super) fn run(&self, x: Tensor<3>, currents: usize) -> Tensor<3> {
        let [steps, batch, inputs] = x.dims();
        let taps = self.longest.min(steps.saturating_sub(1));
        // x(t), x(t-1), .. side by side, so that one product does all delays.
        let past = Tensor::cat((0..=taps).map(|k| later(&x, k)).collect(), 2);
        let (weight, bias) = synapses::spread(self.linear.values(), currents);
        let delay = self.delay.val().clamp(0.0, self.longest as f32);
        // A delay is the synapse's, whichever current it drives.
        let delay = if currents == 1 { delay } else { synapses::beside([delay.clone(), delay]) };
        let share = |k: usize| {
            // How much of step k a delay takes: 1 - |d - k|, but not below 0.
            delay.clone().sub_scalar(k as f32).abs().neg().add_scalar(1.0).clamp_min(0.0)
        };
        let kernel = Tensor::cat((0..=taps).map(|k| weight.clone() * share(k)).collect(), 0);
        let rows = past.reshape([steps * batch, inputs * (taps + 1)]).matmul(kernel);
        let rows = rows + bias.unsqueeze::<2>();
        let outputs = rows.dims()[1];
        rows.reshape([steps, batch, outputs])
    }

    /// The delays in whole steps, neuron by neuron, `[outputs][inputs]`: what hardware would use.
    pub fn whole_delays(&self) -> Vec<usize> {
        let [inputs, outputs] = self.linear.dims();
        let delays = transposed(&self.delays(), inputs, outputs);
        delays.into_iter().map(|d| d.round() as usize).collect()
    }

    pub(crate) fn linear(&self) -> &Linear {
        &self.linear
    }

    pub(crate) fn map_linear(self, change: impl FnOnce(Linear) -> Linear) -> Self {
        Self { linear: change(self.linear), ..self }
    }

    /// The delays, `[inputs, outputs]`.
    pub(crate) fn delays(&self) -> Vec<f32> {
        super::to_vec(self.delay.val().clamp(0.0, self.longest as f32))
    }

    /// The same as they are learnt, for files.
    pub(crate) fn unclamped(&self) -> Vec<f32> {
        super::to_vec(self.delay.val())
    }

    pub(crate) fn with_delays(self, delays: Vec<f32>) -> Self {
        let data = TensorData::new(delays, self.linear.dims());
        Self { delay: self.delay.map(|old| tensor_like(data, &old)), ..self }
    }
}

/// The signal `k` steps later, zeros before it begins.
fn later(x: &Tensor<3>, k: usize) -> Tensor<3> {
    let [steps, batch, inputs] = x.dims();
    if k == 0 {
        return x.clone();
    }
    let zeros = Tensor::zeros([k, batch, inputs], &x.device());
    Tensor::cat(vec![zeros, x.clone().narrow(0, 0, steps - k)], 0)
}

#[cfg(test)]
mod tests {
    use super::super::to_vec;
    use super::*;
    use crate::device;

    fn layer(delays: Vec<f32>) -> DelayLinear {
        let config = DelayConfig { longest: 4, ..Default::default() };
        config.init(3, 2, 3, &device().autodiff()).unwrap().with_delays(delays)
    }

    /// The equation, written out.
    fn reference(layer: &DelayLinear, x: &[f32], [steps, batch]: [usize; 2]) -> Vec<f32> {
        let (weight, bias) = layer.linear.to_rows();
        let delays = transposed(&layer.delays(), 3, 2);
        let mut out = Vec::new();
        for (t, b, j) in (0..steps as i64)
            .flat_map(|t| (0..batch).flat_map(move |b| (0..2).map(move |j| (t, b, j))))
        {
            let mut sum = bias.as_ref().unwrap()[j];
            for i in 0..3 {
                let d = delays[j * 3 + i];
                let at = |k: i64| match t - k {
                    s if s >= 0 => x[(s as usize * batch + b) * 3 + i],
                    _ => 0.0,
                };
                let (low, part) = (d.floor() as i64, d - d.floor());
                sum += weight[j * 3 + i] * (part * at(low + 1) + (1.0 - part) * at(low));
            }
            out.push(sum);
        }
        out
    }

    #[test]
    fn every_image_of_a_batch_has_its_own_past() {
        let (steps, batch) = (7, 4);
        let x: Vec<f32> = (0..steps * batch * 3).map(|i| ((i * 7) % 5) as f32).collect();
        let layer = layer(vec![0.0, 1.0, 2.5, 0.25, 3.0, 4.0]);
        let data = TensorData::new(x.clone(), [steps, batch, 3]);
        let out = to_vec(layer.forward(Tensor::from_data(data, &device())));
        let expected = reference(&layer, &x, [steps, batch]);
        assert_eq!(out.len(), expected.len());
        for (a, b) in out.iter().zip(&expected) {
            assert!((a - b).abs() < 1e-5, "{a} for {b}");
        }
        assert_eq!(layer.whole_delays(), [0, 3, 3, 1, 0, 4]); // [outputs][inputs] of the above
    }

    #[test]
    fn the_gradient_of_a_delay_is_the_difference_of_its_neighbours() {
        let layer = layer(vec![0.5; 6]);
        let x: Vec<f32> = (0..9).map(|i| (i * i) as f32).collect();
        let input = Tensor::<3>::from_data(TensorData::new(x.clone(), [3, 1, 3]), &device());
        let grads = layer.forward(input).sum().backward();
        let grad = to_vec(layer.delay.val().grad(&grads).unwrap());
        let (weight, _) = layer.linear.to_rows();
        for i in 0..3 {
            let before = |t: usize| if t > 0 { x[(t - 1) * 3 + i] } else { 0.0 };
            let sum: f32 = (0..3).map(|t| before(t) - x[t * 3 + i]).sum();
            let expected = weight[i] * sum; // of neuron 0
            assert!((grad[i * 2] - expected).abs() < 1e-3, "{} for {expected}", grad[i * 2]);
        }
    }

    #[test]
    fn delays_that_cannot_be_are_refused() {
        for (longest, begin) in [(2, 2.5), (2, f32::NAN), (5000, 1.0)] {
            let config = DelayConfig { longest, begin, learn: true };
            let error = config.init(1, 1, 1, &device()).unwrap_err();
            assert_eq!(error.code(), "spikestream::train::option");
        }
    }
}
