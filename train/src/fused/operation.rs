//! The fused operation as a backend extension: which backends have it, and its place in autodiff.

use super::active::Active;
use super::backend::{Host, host, numbers, parts, plain, primitive, slice};
use super::backward::{Kept, Rules, backward};
use super::dynamics::Dynamics;
use super::forward::{Source, forward};
use super::parts::Dims;
use super::{Output, Reset};
use crate::surrogate::Surrogate;
use burn::backend::autodiff::checkpoint::base::Checkpointer;
use burn::backend::autodiff::checkpoint::strategy::NoCheckpointing;
use burn::backend::autodiff::grads::Gradients;
use burn::backend::autodiff::ops::{Backward, Ops, OpsKind};
use burn::backend::{Autodiff, Backend, DispatchKindConversion, DispatchTensor, Flex};
use burn::tensor::{Device, Tensor, TensorData};
use std::marker::PhantomData;
use std::sync::Arc;

/// A run of one layer over all time steps.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Run {
    /// T.
    pub(crate) steps: usize,
    /// What a spike does to the membrane.
    pub(crate) reset: Reset,
    /// What stands for its derivative.
    pub(crate) surrogate: Surrogate,
    /// What is wanted.
    pub(crate) output: Output,
}

/// What a layer runs on.
#[derive(Clone, Debug)]
pub(crate) struct Inputs {
    /// Currents, `[T or 1, batch, I neurons]`, those of one neuron side by side; or, with weights,
    /// what they weight, `[T or 1, batch, inputs]`. One frame is the same at every step.
    pub(crate) x: Tensor<3>,
    /// Weights, `[inputs, I neurons]`, and bias, `[I neurons]`.
    pub(crate) weights: Option<(Tensor<2>, Tensor<1>)>,
    /// Beta and theta, `[2, neurons]`.
    pub(crate) params: Tensor<2>,
}

/// Runs a layer, or gives its inputs back where the backend has no fused form. The result is as
/// [`Output`] says.
pub(crate) fn run<D: Dynamics<I, A>, const I: usize, const A: usize>(
    dynamics: &D,
    run: Run,
    inputs: Inputs,
) -> Result<Tensor<3>, Inputs> {
    match host(&inputs.params) {
        Some(Host::Flex) => Ok(on::<Flex, D, I, A>(dynamics, run, inputs)),
        #[cfg(feature = "ndarray")]
        #[allow(deprecated)] // by its authors; the feature asks for it
        Some(Host::NdArray) => Ok(on::<burn::backend::NdArray, D, I, A>(dynamics, run, inputs)),
        None => Err(inputs),
    }
}

/// The numbers of the inputs.
struct Numbers {
    x: TensorData,
    weights: Option<(TensorData, TensorData)>,
    params: Vec<f32>,
    dims: Dims,
    width: usize,
}

impl Numbers {
    fn source(&self) -> Source<'_> {
        match &self.weights {
            None => Source::Currents(slice(&self.x)),
            Some((weight, bias)) => Source::Weighted {
                x: slice(&self.x),
                width: self.width,
                weight: slice(weight),
                bias: slice(bias),
            },
        }
    }
}

fn read(run: Run, inputs: Inputs) -> Numbers {
    let [frames, batch, width] = inputs.x.dims();
    let [_, neurons] = inputs.params.dims();
    let dims = Dims { steps: run.steps, batch, neurons, still: frames == 1 };
    let width = if inputs.weights.is_some() { width } else { 0 };
    let weights = inputs.weights.map(|(weight, bias)| (numbers(weight), numbers(bias)));
    Numbers {
        x: numbers(inputs.x),
        weights,
        params: slice(&numbers(inputs.params)).to_vec(),
        dims,
        width,
    }
}

fn on<B, D, const I: usize, const A: usize>(dynamics: &D, run: Run, inputs: Inputs) -> Tensor<3>
where
    B: Backend,
    DispatchTensor: DispatchKindConversion<B> + DispatchKindConversion<Autodiff<B>>,
    D: Dynamics<I, A>,
{
    let weights = inputs.weights.as_ref();
    let tracked = inputs.x.is_autodiff()
        || inputs.params.is_autodiff()
        || weights.is_some_and(|(w, b)| w.is_autodiff() || b.is_autodiff());
    if tracked {
        return tracked_on::<B, D, I, A>(dynamics, run, inputs);
    }
    let device = inputs.x.device();
    let given = read(run, inputs);
    let shape = [run.output.frames(run.steps), given.dims.batch, given.dims.neurons];
    let wanted = (run.output, false);
    let done = forward(dynamics, given.dims, run.reset, &given.params, given.source(), wanted);
    Tensor::from_data(TensorData::new(done.out, shape), &device)
}

fn tracked_on<B, D, const I: usize, const A: usize>(
    dynamics: &D,
    run: Run,
    inputs: Inputs,
) -> Tensor<3>
where
    B: Backend,
    DispatchTensor: DispatchKindConversion<B> + DispatchKindConversion<Autodiff<B>>,
    D: Dynamics<I, A>,
{
    let device = plain(inputs.params.device(), inputs.params.is_autodiff());
    let weighted = inputs.weights.is_some();
    // An operation has the same parents always; what is not there is a number without gradient.
    let none = || (Tensor::zeros([1, 1], &device), Tensor::zeros([1], &device));
    let (weight, bias) = inputs.weights.unwrap_or_else(none);
    let (x, x_node) = parts::<B, 3>(inputs.x);
    let (weight, weight_node) = parts::<B, 2>(weight);
    let (bias, bias_node) = parts::<B, 1>(bias);
    let (params, params_node) = parts::<B, 2>(inputs.params);
    let matrix = weighted.then(|| weight.clone());
    let weights = weighted.then_some((weight, bias));
    let given = read(run, Inputs { x, weights, params });
    let dims = given.dims;
    let shape = [run.output.frames(run.steps), dims.batch, dims.neurons];
    let operation = Layer::<D, I, A>(PhantomData);
    let nodes = [x_node, weight_node, bias_node, params_node];
    let prepared = operation.prepare::<NoCheckpointing>(nodes).compute_bound().stateful();
    let wanted = (run.output, matches!(prepared, OpsKind::Tracked(_)));
    let done = forward(dynamics, dims, run.reset, &given.params, given.source(), wanted);
    let out = primitive::<B, 3>(Tensor::from_data(TensorData::new(done.out, shape), &device));
    let output = match prepared {
        OpsKind::UnTracked(prepared) => prepared.finish(out),
        OpsKind::Tracked(prepared) => {
            let (pre, active, params) = (done.pre, done.active, given.params);
            let (dynamics, width) = (*dynamics, given.width);
            let saved = Saved { dynamics, run, dims, params, pre, active, width, matrix, device };
            prepared.finish(Arc::new(saved), out)
        }
    };
    Tensor::from_primitive::<Autodiff<B>>(output)
}

/// What the backward pass needs.
#[derive(Debug)]
struct Saved<D> {
    dynamics: D,
    run: Run,
    dims: Dims,
    params: Vec<f32>,
    pre: Vec<f32>,
    active: Vec<Active>,
    /// Inputs of the weights, 0 if there are none.
    width: usize,
    matrix: Option<Tensor<2>>,
    device: Device,
}

/// The operation's backward pass.
#[derive(Debug)]
struct Layer<D, const I: usize, const A: usize>(PhantomData<D>);

impl<B, D, const I: usize, const A: usize> Backward<B, 4> for Layer<D, I, A>
where
    B: Backend,
    DispatchTensor: DispatchKindConversion<B>,
    D: Dynamics<I, A>,
{
    type State = Arc<Saved<D>>;

    fn backward(self, ops: Ops<Self::State, 4>, grads: &mut Gradients, _: &mut Checkpointer) {
        let saved = ops.state;
        let (dims, run, device) = (saved.dims, saved.run, &saved.device);
        let grad = numbers(Tensor::<3>::from_primitive::<B>(grads.consume::<B>(&ops.node)));
        let rules = Rules { reset: run.reset, surrogate: run.surrogate, output: run.output };
        let kept = Kept { pre: &saved.pre, active: &saved.active, width: saved.width };
        let done = backward(&saved.dynamics, dims, rules, &saved.params, kept, slice(&grad));
        let [x, weight, bias, params] = ops.parents;
        let currents = I * dims.neurons;
        let data = |numbers, shape: &[usize]| TensorData::new(numbers, shape.to_vec());
        if let Some(node) = params {
            let grad = Tensor::<2>::from_data(data(done.params, &[2, dims.neurons]), device);
            grads.register::<B>(node.id, primitive::<B, 2>(grad));
        }
        let mut weights = done.weights;
        let biases = weights.split_off(saved.width * currents);
        if let Some(node) = bias {
            let grad = Tensor::<1>::from_data(data(biases, &[currents]), device);
            grads.register::<B>(node.id, primitive::<B, 1>(grad));
        }
        if let Some(node) = weight {
            let grad = Tensor::<2>::from_data(data(weights, &[saved.width, currents]), device);
            grads.register::<B>(node.id, primitive::<B, 2>(grad));
        }
        if let Some(node) = x {
            let rows = dims.inputs() * dims.batch;
            let mut grad = Tensor::<2>::from_data(data(done.input, &[rows, currents]), device);
            if let Some(matrix) = &saved.matrix {
                grad = grad.matmul(matrix.clone().transpose());
            }
            let width = grad.dims()[1];
            let grad = grad.reshape([dims.inputs(), dims.batch, width]);
            grads.register::<B>(node.id, primitive::<B, 3>(grad));
        }
    }
}
