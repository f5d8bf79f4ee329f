//! The floor of firing rates as an operation: spikes go through as they are, and what their rates lack joins their
//! gradient on its way back.
//!
//! As tensor operations the sum over all steps, and its gradient spread over them again, take more of a step than
//! everything else that a small layer does.

use super::backend::{Host, host, numbers, parts, plain, primitive, slice};
use burn::backend::autodiff::checkpoint::base::Checkpointer;
use burn::backend::autodiff::checkpoint::strategy::NoCheckpointing;
use burn::backend::autodiff::grads::Gradients;
use burn::backend::autodiff::ops::{Backward, Ops, OpsKind};
use burn::backend::{Autodiff, Backend, DispatchKindConversion, DispatchTensor, Flex};
use burn::tensor::{Device, Tensor, TensorData};
use std::sync::Arc;

/// A least firing rate, and what less of it costs.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Floor {
    /// What a whole spike a step costs.
    pub(crate) weight: f32,
    /// In spikes a step.
    pub(crate) least: f32,
}

/// Spikes, or counts of them, `[.., neurons]`, of `samples` steps of images in all: the same with the floor's gradient,
/// and what it costs. They come back where the backend has no such operation.
pub(crate) fn floor<const D: usize>(
    x: Tensor<D>,
    samples: usize,
    floor: Floor,
) -> Result<(Tensor<D>, Tensor<1>), Tensor<D>> {
    match host(&x) {
        Some(Host::Flex) => Ok(on::<Flex, D>(x, samples, floor)),
        #[cfg(feature = "ndarray")]
        #[allow(deprecated)] // by its authors; the feature asks for it
        Some(Host::NdArray) => Ok(on::<burn::backend::NdArray, D>(x, samples, floor)),
        None => Err(x),
    }
}

fn on<B, const D: usize>(x: Tensor<D>, samples: usize, floor: Floor) -> (Tensor<D>, Tensor<1>)
where
    B: Backend,
    DispatchTensor: DispatchKindConversion<B> + DispatchKindConversion<Autodiff<B>>,
{
    let (neurons, tracked) = (x.dims()[D - 1], x.is_autodiff());
    let device = plain(x.device(), tracked);
    let (x, node) = parts::<B, D>(x);
    let spikes = numbers(x);
    let (cost, slopes) = lacking(slice(&spikes), neurons, samples, floor);
    let out = Tensor::from_data(spikes, &device);
    let cost = Tensor::from_data(TensorData::new(vec![cost], [1]), &device);
    if !tracked {
        return (out, cost);
    }
    let out = primitive::<B, D>(out);
    let prepared = Woken::<D>.prepare::<NoCheckpointing>([node]).compute_bound().stateful();
    let out = match prepared {
        OpsKind::UnTracked(prepared) => prepared.finish(out),
        OpsKind::Tracked(prepared) => prepared.finish(Arc::new(Saved { slopes, device }), out),
    };
    (Tensor::from_primitive::<Autodiff<B>>(out), cost)
}

/// What the rates of all neurons lack costs, and the gradient of each neuron's spikes; none where no rate lacks.
fn lacking(spikes: &[f32], neurons: usize, samples: usize, floor: Floor) -> (f32, Vec<f32>) {
    let mut counts = vec![0.0_f32; neurons];
    for row in spikes.chunks_exact(neurons) {
        for (count, spike) in counts.iter_mut().zip(row) {
            *count += spike;
        }
    }
    let share = 1.0 / samples as f32;
    let lack = |count: &f32| (floor.least - count * share).max(0.0);
    let lost: f32 = counts.iter().map(lack).sum();
    if lost == 0.0 {
        return (0.0, Vec::new());
    }
    let slope = |count: &f32| if lack(count) > 0.0 { -floor.weight * share } else { 0.0 };
    (floor.weight * lost, counts.iter().map(slope).collect())
}

/// What the backward pass needs.
#[derive(Debug)]
struct Saved {
    /// One a neuron.
    slopes: Vec<f32>,
    device: Device,
}

/// The operation's backward pass.
#[derive(Debug)]
struct Woken<const D: usize>;

impl<B: Backend, const D: usize> Backward<B, 1> for Woken<D>
where
    DispatchTensor: DispatchKindConversion<B>,
{
    type State = Arc<Saved>;

    fn backward(self, ops: Ops<Self::State, 1>, grads: &mut Gradients, _: &mut Checkpointer) {
        let saved = ops.state;
        let grad = grads.consume::<B>(&ops.node);
        let [Some(node)] = ops.parents else { return };
        if saved.slopes.is_empty() {
            return grads.register::<B>(node.id, grad);
        }
        let mut grad = numbers(Tensor::<D>::from_primitive::<B>(grad));
        let rows = grad.as_mut_slice::<f32>().unwrap_or_default(); // they were just made f32
        for row in rows.chunks_exact_mut(saved.slopes.len()) {
            for (grad, slope) in row.iter_mut().zip(&saved.slopes) {
                *grad += slope;
            }
        }
        let grad = Tensor::<D>::from_data(grad, &saved.device);
        grads.register::<B>(node.id, primitive::<B, D>(grad));
    }
}
