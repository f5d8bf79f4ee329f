//! The sum of a connection over all time steps as one operation of the CPU backends: every spike of the source walks
//! to its synapses, as in the golden model.
//!
//! ```text
//! S_j(t) = sum over synapses i -> j of n_i(t - d) w_t(q)
//! ```
//!
//! in steps of a weight: whole numbers that f32 holds, so that their order does not matter.
//!
//! # Gradient
//! A weight passes straight through rounding and windows: its gradient is that of the float behind it, which is given
//! in steps as well. The gradient of a source's spike is the weight itself, whether there is a spike or not. A delay is
//! the nearest whole number; its slope is that of the line between the two steps that its float lies between:
//!
//! ```text
//! dS_j(t) / dd = w_t(q) (n_i(t - k - 1) - n_i(t - k)),    k = floor(d)
//! ```
//!
//! as where delays are learnt in float. A delay beyond an end has the gradient that leads back alone.

mod passes;
#[cfg(test)]
mod tests;

use super::ways::Ways;
use crate::TrainError;
use crate::fused::backend::{Host, host, numbers, parts, plain, primitive, slice};
use burn::backend::autodiff::checkpoint::base::Checkpointer;
use burn::backend::autodiff::checkpoint::strategy::NoCheckpointing;
use burn::backend::autodiff::grads::Gradients;
use burn::backend::autodiff::ops::{Backward, Ops, OpsKind};
use burn::backend::{Autodiff, Backend, DispatchKindConversion, DispatchTensor, Flex};
use burn::tensor::{Device, Tensor, TensorData};
use std::sync::Arc;

/// The numbers of a connection's synapses, each as the weights lie.
#[derive(Clone, Debug)]
pub(crate) struct Synapses {
    /// What the weights weigh in each window of the stream, in the order of the steps.
    pub(super) windows: Vec<Vec<f32>>,
    /// The delays, where there are such.
    pub(super) late: Option<Vec<Late>>,
}

/// A synapse's delay.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Late {
    /// In whole steps.
    pub(super) steps: usize,
    /// The first of the two steps between which it has its slope, if it has one.
    pub(super) between: Option<usize>,
    /// Whether its float is below 0, 1, or above the longest, -1: only a gradient of this sign leads back. 0 within.
    pub(super) beyond: f32,
}

impl Late {
    /// That of a float.
    pub(crate) fn of(delay: f32, longest: u32) -> Self {
        let longest = longest as f32;
        let within = delay.clamp(0.0, longest);
        let beyond = match delay {
            _ if delay < 0.0 => -1.0,
            _ if delay > longest => 1.0,
            _ => 0.0,
        };
        let between = (longest > 0.0).then(|| within.floor().min(longest - 1.0) as usize);
        Self { steps: within.round() as usize, between, beyond }
    }

    /// In whole steps, as the network that ships has it.
    pub(crate) fn whole(self) -> u8 {
        self.steps as u8 // at most 15
    }
}

/// Sums at the steps from `first` on, `[frames, batch, neurons]`, of spikes `[frames, batch, units]`. `weight` is the
/// float behind the weights, in steps; `delay` that behind the delays.
///
/// # Errors
/// A device that does not have the operation.
pub(crate) fn walk(
    ways: &Arc<Ways>,
    synapses: &Arc<Synapses>,
    first: usize,
    x: Tensor<3>,
    (weight, delay): (Tensor<2>, Option<Tensor<2>>),
) -> Result<Tensor<3>, TrainError> {
    let given = Given { ways: Arc::clone(ways), synapses: Arc::clone(synapses), first };
    match host(&x) {
        Some(Host::Flex) => Ok(on::<Flex>(given, x, weight, delay)),
        #[cfg(feature = "ndarray")]
        #[allow(deprecated)] // by its authors; the feature asks for it
        Some(Host::NdArray) => Ok(on::<burn::backend::NdArray>(given, x, weight, delay)),
        None => Err(elsewhere()),
    }
}

/// The error for a device without the operations of these layers.
pub(super) fn elsewhere() -> TrainError {
    TrainError::NoIntegers {
        why: "only processors train layers that hear more than one dense connection, and this is another device"
            .into(),
        remedy: "train on the CPU, or with dense layers alone".into(),
    }
}

/// What a run is given beside tensors.
#[derive(Clone, Debug)]
pub(super) struct Given {
    pub(super) ways: Arc<Ways>,
    pub(super) synapses: Arc<Synapses>,
    /// The time step of the first frame.
    pub(super) first: usize,
}

fn on<B>(given: Given, x: Tensor<3>, weight: Tensor<2>, delay: Option<Tensor<2>>) -> Tensor<3>
where
    B: Backend,
    DispatchTensor: DispatchKindConversion<B> + DispatchKindConversion<Autodiff<B>>,
{
    let [frames, batch, _] = x.dims();
    let shape = [frames, batch, given.ways.neurons()];
    let tracked =
        x.is_autodiff() || weight.is_autodiff() || delay.as_ref().is_some_and(Tensor::is_autodiff);
    let device = plain(x.device(), x.is_autodiff());
    if !tracked {
        let out = passes::forward(&given, [frames, batch], slice(&numbers(x)));
        return Tensor::from_data(TensorData::new(out, shape), &device);
    }
    // An operation has the same parents always; what is not there is a number without gradient.
    let delay = delay.unwrap_or_else(|| Tensor::zeros([1, 1], &device));
    let (x, x_node) = parts::<B, 3>(x);
    let (weight, weight_node) = parts::<B, 2>(weight);
    let (delay, delay_node) = parts::<B, 2>(delay);
    let matrix = weight.dims();
    let late = given.synapses.late.is_some().then(|| delay.dims());
    let x = numbers(x);
    let nodes = [x_node, weight_node, delay_node];
    let prepared = Walk.prepare::<NoCheckpointing>(nodes).compute_bound().stateful();
    let out = passes::forward(&given, [frames, batch], slice(&x));
    let out = primitive::<B, 3>(Tensor::from_data(TensorData::new(out, shape), &device));
    Tensor::from_primitive::<Autodiff<B>>(match prepared {
        OpsKind::UnTracked(prepared) => prepared.finish(out),
        OpsKind::Tracked(prepared) => {
            let saved = Saved { given, x, frames: [frames, batch], matrix, late, device };
            prepared.finish(Arc::new(saved), out)
        }
    })
}

/// What the backward pass needs.
#[derive(Debug)]
struct Saved {
    given: Given,
    x: TensorData,
    frames: [usize; 2],
    matrix: [usize; 2],
    late: Option<[usize; 2]>,
    device: Device,
}

/// The operation's backward pass.
#[derive(Debug)]
struct Walk;

impl<B: Backend> Backward<B, 3> for Walk
where
    DispatchTensor: DispatchKindConversion<B>,
{
    type State = Arc<Saved>;

    fn backward(self, ops: Ops<Self::State, 3>, grads: &mut Gradients, _: &mut Checkpointer) {
        let saved = ops.state;
        let grad = numbers(Tensor::<3>::from_primitive::<B>(grads.consume::<B>(&ops.node)));
        let [x, weight, delay] = ops.parents;
        let wanted = passes::Wanted {
            x: x.is_some(),
            weight: weight.is_some(),
            delay: delay.is_some() && saved.late.is_some(),
        };
        let given = (slice(&saved.x), slice(&grad));
        let found = passes::backward(&saved.given, saved.frames, given, wanted);
        let data = |numbers, shape: &[usize]| TensorData::new(numbers, shape.to_vec());
        if let Some(node) = x {
            let [frames, batch] = saved.frames;
            let shape = [frames, batch, saved.given.ways.units()];
            let grad = Tensor::<3>::from_data(data(found.x, &shape), &saved.device);
            grads.register::<B>(node.id, primitive::<B, 3>(grad));
        }
        if let Some(node) = weight {
            let grad = Tensor::<2>::from_data(data(found.weight, &saved.matrix), &saved.device);
            grads.register::<B>(node.id, primitive::<B, 2>(grad));
        }
        if let (Some(node), Some(shape)) = (delay, &saved.late) {
            let grad = Tensor::<2>::from_data(data(found.delay, shape), &saved.device);
            grads.register::<B>(node.id, primitive::<B, 2>(grad));
        }
    }
}
