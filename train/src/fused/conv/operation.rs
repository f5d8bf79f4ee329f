//! The fused convolution as a backend extension: which backends have it, and its place in autodiff.

use super::super::backend::{Host, host, numbers, parts, plain, primitive, slice};
use super::super::dynamics::Dynamics;
use super::super::operation::{Inputs, Run};
use super::backward::{Wanted, backward};
use super::forward::{Given, Kept, forward};
use super::window::Window;
use crate::surrogate::Surrogate;
use burn::backend::autodiff::checkpoint::base::Checkpointer;
use burn::backend::autodiff::checkpoint::strategy::NoCheckpointing;
use burn::backend::autodiff::grads::Gradients;
use burn::backend::autodiff::ops::{Backward, Ops, OpsKind};
use burn::backend::{Autodiff, Backend, DispatchKindConversion, DispatchTensor, Flex};
use burn::tensor::{Device, Tensor, TensorData};
use std::marker::PhantomData;
use std::sync::Arc;

/// Runs a convolution with its neurons and its pool: averages of spikes, `[T, batch, outputs]`. The
/// weights are `[kernel * kernel * channels before, channels]`, the bias is `[channels]`. The inputs
/// come back where the backend has no such operation.
pub(crate) fn run<D: Dynamics<I, A>, const I: usize, const A: usize>(
    dynamics: &D,
    run: Run,
    window: Window,
    inputs: Inputs,
) -> Result<Tensor<3>, Inputs> {
    let Inputs { x, weights: Some(weights), params } = inputs else { return Err(inputs) };
    let layer = Driven { x, weights, params };
    match host(&layer.params) {
        Some(Host::Flex) => Ok(on::<Flex, D, I, A>(dynamics, run, window, layer)),
        #[cfg(feature = "ndarray")]
        #[allow(deprecated)] // by its authors; the feature asks for it
        Some(Host::NdArray) => {
            Ok(on::<burn::backend::NdArray, D, I, A>(dynamics, run, window, layer))
        }
        None => {
            let Driven { x, weights, params } = layer;
            Err(Inputs { x, weights: Some(weights), params })
        }
    }
}

/// What a convolution runs on.
struct Driven {
    x: Tensor<3>,
    weights: (Tensor<2>, Tensor<1>),
    params: Tensor<2>,
}

/// The numbers of it.
struct Numbers {
    given: Given,
    x: TensorData,
    weight: TensorData,
    bias: TensorData,
}

fn read(run: Run, window: Window, driven: Driven) -> Numbers {
    let [frames, batch, _] = driven.x.dims();
    let params = numbers(driven.params);
    let (beta, theta) = slice(&params).split_at(window.neurons());
    let (beta, theta) = (window.by_pixel(beta), window.by_pixel(theta));
    let given = Given { window, steps: run.steps, frames, batch, reset: run.reset, beta, theta };
    let (weight, bias) = driven.weights;
    Numbers { given, x: numbers(driven.x), weight: numbers(weight), bias: numbers(bias) }
}

/// The output, and what the backward pass needs if it was to be kept.
fn computed<D: Dynamics<I, A>, const I: usize, const A: usize>(
    dynamics: &D,
    n: &Numbers,
    keep: bool,
) -> (TensorData, Vec<Kept>) {
    let weights = (slice(&n.weight), slice(&n.bias));
    let done = forward(dynamics, &n.given, slice(&n.x), weights, keep);
    let shape = [n.given.steps, n.given.batch, n.given.window.outputs()];
    (TensorData::new(done.out, shape), done.kept)
}

fn on<B, D, const I: usize, const A: usize>(
    dynamics: &D,
    run: Run,
    window: Window,
    driven: Driven,
) -> Tensor<3>
where
    B: Backend,
    DispatchTensor: DispatchKindConversion<B> + DispatchKindConversion<Autodiff<B>>,
    D: Dynamics<I, A>,
{
    let (weight, bias) = &driven.weights;
    let tracked = [driven.x.is_autodiff(), driven.params.is_autodiff()];
    if tracked.contains(&true) || weight.is_autodiff() || bias.is_autodiff() {
        return tracked_on::<B, D, I, A>(dynamics, run, window, driven);
    }
    let device = driven.x.device();
    Tensor::from_data(computed(dynamics, &read(run, window, driven), false).0, &device)
}

fn tracked_on<B, D, const I: usize, const A: usize>(
    dynamics: &D,
    run: Run,
    window: Window,
    driven: Driven,
) -> Tensor<3>
where
    B: Backend,
    DispatchTensor: DispatchKindConversion<B> + DispatchKindConversion<Autodiff<B>>,
    D: Dynamics<I, A>,
{
    let device = plain(driven.params.device(), driven.params.is_autodiff());
    let (x, x_node) = parts::<B, 3>(driven.x);
    let (weight, weight_node) = parts::<B, 2>(driven.weights.0);
    let (bias, bias_node) = parts::<B, 1>(driven.weights.1);
    let (params, params_node) = parts::<B, 2>(driven.params);
    let read = read(run, window, Driven { x, weights: (weight, bias), params });
    let nodes = [x_node, weight_node, bias_node, params_node];
    let operation = Convolution::<D, I, A>(PhantomData);
    let prepared = operation.prepare::<NoCheckpointing>(nodes).compute_bound().stateful();
    let (out, kept) = computed(dynamics, &read, matches!(prepared, OpsKind::Tracked(_)));
    let out = primitive::<B, 3>(Tensor::from_data(out, &device));
    let output = match prepared {
        OpsKind::UnTracked(prepared) => prepared.finish(out),
        OpsKind::Tracked(prepared) => {
            let (dynamics, surrogate) = (*dynamics, run.surrogate);
            let Numbers { given, weight, .. } = read;
            let saved = Saved { dynamics, surrogate, given, kept, weight, device };
            prepared.finish(Arc::new(saved), out)
        }
    };
    Tensor::from_primitive::<Autodiff<B>>(output)
}

/// What the backward pass needs.
#[derive(Debug)]
struct Saved<D> {
    dynamics: D,
    surrogate: Surrogate,
    given: Given,
    kept: Vec<Kept>,
    weight: TensorData,
    device: Device,
}

/// The operation's backward pass.
#[derive(Debug)]
struct Convolution<D, const I: usize, const A: usize>(PhantomData<D>);

impl<B, D, const I: usize, const A: usize> Backward<B, 4> for Convolution<D, I, A>
where
    B: Backend,
    DispatchTensor: DispatchKindConversion<B>,
    D: Dynamics<I, A>,
{
    type State = Arc<Saved<D>>;

    fn backward(self, ops: Ops<Self::State, 4>, grads: &mut Gradients, _: &mut Checkpointer) {
        let saved = ops.state;
        let (given, device) = (&saved.given, &saved.device);
        let grad = numbers(Tensor::<3>::from_primitive::<B>(grads.consume::<B>(&ops.node)));
        let [x, weight, bias, params] = ops.parents;
        let wanted = Wanted {
            surrogate: saved.surrogate,
            weight: x.is_some().then(|| slice(&saved.weight)),
        };
        let done = backward(&saved.dynamics, given, &saved.kept, slice(&grad), wanted);
        let window = &given.window;
        if let Some(node) = x {
            let data = TensorData::new(done.input, [given.frames, given.batch, window.inputs()]);
            let grad = Tensor::<3>::from_data(data, device);
            grads.register::<B>(node.id, primitive::<B, 3>(grad));
        }
        if let Some(node) = weight {
            let data = TensorData::new(done.weight, [window.taps(), window.channels]);
            let grad = Tensor::<2>::from_data(data, device);
            grads.register::<B>(node.id, primitive::<B, 2>(grad));
        }
        if let Some(node) = bias {
            let data = TensorData::new(done.bias, [window.channels]);
            let grad = Tensor::<1>::from_data(data, device);
            grads.register::<B>(node.id, primitive::<B, 1>(grad));
        }
        if let Some(node) = params {
            let data = TensorData::new(done.params, [2, window.neurons()]);
            let grad = Tensor::<2>::from_data(data, device);
            grads.register::<B>(node.id, primitive::<B, 2>(grad));
        }
    }
}
