//! Layers without neurons: spikes passed on within the time step, as one operation of the CPU backends.
//!
//! A number of spikes is passed on as it is, with its gradient. Whether there is one of several is, as a function of
//! numbers between 0 and 1, `1 - prod (1 - s_i)`. So the gradient of a spike is that of the result where no other one
//! of its window spikes, and 0 elsewhere: only there does it decide.

use super::walk::elsewhere;
use super::ways::Ways;
use crate::TrainError;
use crate::fused::backend::{Host, host, numbers, parts, plain, primitive, slice};
use burn::backend::autodiff::checkpoint::base::Checkpointer;
use burn::backend::autodiff::checkpoint::strategy::NoCheckpointing;
use burn::backend::autodiff::grads::Gradients;
use burn::backend::autodiff::ops::{Backward, Ops, OpsKind};
use burn::backend::{Autodiff, Backend, DispatchKindConversion, DispatchTensor, Flex};
use burn::tensor::{Device, Tensor, TensorData};
use rayon::prelude::*;
use spikestream::layer::kinds::Merge;
use std::sync::Arc;

/// Passes spikes on, `[frames, batch, units]`, to `[frames, batch, places]`.
///
/// # Errors
/// A device that does not have the operation.
pub(crate) fn pass_on(
    ways: &Arc<Ways>,
    merge: Merge,
    x: Tensor<3>,
) -> Result<Tensor<3>, TrainError> {
    let given = Given { ways: Arc::clone(ways), merge };
    match host(&x) {
        Some(Host::Flex) => Ok(on::<Flex>(given, x)),
        #[cfg(feature = "ndarray")]
        #[allow(deprecated)] // by its authors; the feature asks for it
        Some(Host::NdArray) => Ok(on::<burn::backend::NdArray>(given, x)),
        None => Err(elsewhere()),
    }
}

/// What passes spikes on.
#[derive(Clone, Debug)]
struct Given {
    ways: Arc<Ways>,
    merge: Merge,
}

impl Given {
    /// How many spikes come to each place of a frame of one image.
    fn counts(&self, x: &[f32], out: &mut [f32]) {
        for (unit, n) in x.iter().enumerate().filter(|(_, n)| **n != 0.0) {
            self.ways.of(unit).iter().for_each(|run| out[run.target] += n);
        }
    }

    fn forward(&self, x: &[f32]) -> Vec<f32> {
        let (units, places) = (self.ways.units(), self.ways.neurons());
        let mut out = vec![0.0; x.len() / units * places];
        let rows = x.par_chunks_exact(units).zip(out.par_chunks_exact_mut(places));
        rows.for_each(|(x, out)| {
            self.counts(x, out);
            if self.merge == Merge::Or {
                out.iter_mut().for_each(|n| *n = f32::from(*n > 0.0));
            }
        });
        out
    }

    fn backward(&self, x: &[f32], grad: &[f32]) -> Vec<f32> {
        let (units, places) = (self.ways.units(), self.ways.neurons());
        let mut to = vec![0.0; x.len()];
        let reads = x.par_chunks_exact(units).zip(grad.par_chunks_exact(places));
        reads.zip(to.par_chunks_exact_mut(units)).for_each(|((x, grad), to)| {
            let mut counts = vec![0.0; if self.merge == Merge::Or { places } else { 0 }];
            if self.merge == Merge::Or {
                self.counts(x, &mut counts);
            }
            let decides = |n: f32, place: usize| counts.get(place).is_none_or(|all| *all == n);
            for (unit, (to, n)) in to.iter_mut().zip(x).enumerate() {
                let runs = self.ways.of(unit).iter().filter(|run| decides(*n, run.target));
                *to = runs.map(|run| grad[run.target]).sum();
            }
        });
        to
    }
}

fn on<B>(given: Given, x: Tensor<3>) -> Tensor<3>
where
    B: Backend,
    DispatchTensor: DispatchKindConversion<B> + DispatchKindConversion<Autodiff<B>>,
{
    let [frames, batch, _] = x.dims();
    let shape = [frames, batch, given.ways.neurons()];
    let tracked = x.is_autodiff();
    let device = plain(x.device(), tracked);
    if !tracked {
        let out = given.forward(slice(&numbers(x)));
        return Tensor::from_data(TensorData::new(out, shape), &device);
    }
    let (x, node) = parts::<B, 3>(x);
    let x = numbers(x);
    let prepared = PassOn.prepare::<NoCheckpointing>([node]).compute_bound().stateful();
    let out = given.forward(slice(&x));
    let out = primitive::<B, 3>(Tensor::from_data(TensorData::new(out, shape), &device));
    Tensor::from_primitive::<Autodiff<B>>(match prepared {
        OpsKind::UnTracked(prepared) => prepared.finish(out),
        OpsKind::Tracked(prepared) => prepared.finish(Arc::new(Saved { given, x, device }), out),
    })
}

/// What the backward pass needs.
#[derive(Debug)]
struct Saved {
    given: Given,
    x: TensorData,
    device: Device,
}

/// The operation's backward pass.
#[derive(Debug)]
struct PassOn;

impl<B: Backend> Backward<B, 1> for PassOn
where
    DispatchTensor: DispatchKindConversion<B>,
{
    type State = Arc<Saved>;

    fn backward(self, ops: Ops<Self::State, 1>, grads: &mut Gradients, _: &mut Checkpointer) {
        let saved = ops.state;
        let grad = numbers(Tensor::<3>::from_primitive::<B>(grads.consume::<B>(&ops.node)));
        let [Some(node)] = ops.parents else { return };
        let found = saved.given.backward(slice(&saved.x), slice(&grad));
        let found = TensorData::new(found, saved.x.shape().clone());
        let found = Tensor::<3>::from_data(found, &saved.device);
        grads.register::<B>(node.id, primitive::<B, 3>(found));
    }
}
