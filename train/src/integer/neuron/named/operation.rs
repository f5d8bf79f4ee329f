//! All time steps of named neurons as one operation of the CPU backends, with its place in autodiff.

use super::passes::{self, Rules};
use super::tape::Tape;
use crate::fused::backend::{Host, host, numbers, parts, plain, primitive, slice};
use burn::backend::autodiff::checkpoint::base::Checkpointer;
use burn::backend::autodiff::checkpoint::strategy::NoCheckpointing;
use burn::backend::autodiff::grads::Gradients;
use burn::backend::autodiff::ops::{Backward, Ops, OpsKind};
use burn::backend::{Autodiff, Backend, DispatchKindConversion, DispatchTensor, Flex};
use burn::tensor::{Device, Tensor, TensorData};
use std::sync::Arc;

/// Runs neurons on drives in words, `[T inputs, batch, neurons]`; none where the backend has no such operation.
pub(super) fn run(tape: &Arc<Tape>, rules: Rules, drive: Tensor<3>) -> Option<Tensor<3>> {
    match host(&drive)? {
        Host::Flex => Some(on::<Flex>(tape, rules, drive)),
        #[cfg(feature = "ndarray")]
        #[allow(deprecated)] // by its authors; the feature asks for it
        Host::NdArray => Some(on::<burn::backend::NdArray>(tape, rules, drive)),
    }
}

fn on<B>(tape: &Arc<Tape>, rules: Rules, drive: Tensor<3>) -> Tensor<3>
where
    B: Backend,
    DispatchTensor: DispatchKindConversion<B> + DispatchKindConversion<Autodiff<B>>,
{
    let [_, batch, neurons] = drive.dims();
    let shape = [rules.output.frames(rules.steps), batch, neurons];
    let tracked = drive.is_autodiff();
    let device = plain(drive.device(), tracked);
    if !tracked {
        let drive = numbers(drive);
        let (out, _) = passes::forward(tape, rules, slice(&drive), false);
        return Tensor::from_data(TensorData::new(out, shape), &device);
    }
    let (drive, node) = parts::<B, 3>(drive);
    let drive = numbers(drive);
    let prepared = Named.prepare::<NoCheckpointing>([node]).compute_bound().stateful();
    let keep = matches!(prepared, OpsKind::Tracked(_));
    let (out, kept) = passes::forward(tape, rules, slice(&drive), keep);
    let out = primitive::<B, 3>(Tensor::from_data(TensorData::new(out, shape), &device));
    Tensor::from_primitive::<Autodiff<B>>(match prepared {
        OpsKind::UnTracked(prepared) => prepared.finish(out),
        OpsKind::Tracked(prepared) => {
            let tape = Arc::clone(tape);
            prepared.finish(Arc::new(Saved { tape, rules, drive, kept, device }), out)
        }
    })
}

/// What the backward pass needs.
#[derive(Debug)]
struct Saved {
    tape: Arc<Tape>,
    rules: Rules,
    drive: TensorData,
    kept: Vec<f32>,
    device: Device,
}

/// The operation's backward pass.
#[derive(Debug)]
struct Named;

impl<B: Backend> Backward<B, 1> for Named
where
    DispatchTensor: DispatchKindConversion<B>,
{
    type State = Arc<Saved>;

    fn backward(self, ops: Ops<Self::State, 1>, grads: &mut Gradients, _: &mut Checkpointer) {
        let saved = ops.state;
        let grad = numbers(Tensor::<3>::from_primitive::<B>(grads.consume::<B>(&ops.node)));
        let [Some(node)] = ops.parents else { return };
        let given = (slice(&saved.drive), saved.kept.as_slice());
        let found = passes::backward(&saved.tape, saved.rules, given, slice(&grad));
        let found = TensorData::new(found, saved.drive.shape().clone());
        let found = Tensor::<3>::from_data(found, &saved.device);
        grads.register::<B>(node.id, primitive::<B, 3>(found));
    }
}
