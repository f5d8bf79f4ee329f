//! What operations over all time steps ask of a backend: which one it is, and tensors as numbers and back.

use burn::backend::autodiff::ops::NodeGuard;
use burn::backend::{
    Autodiff, Backend, DispatchKindConversion, DispatchTensor, DispatchTensorKind,
};
use burn::tensor::{Device, Tensor, TensorData};

/// Backends whose numbers an operation over all time steps can read.
pub(crate) enum Host {
    Flex,
    #[cfg(feature = "ndarray")]
    NdArray,
}

/// The backend of a tensor, if it is one of those.
pub(crate) fn host<const D: usize>(tensor: &Tensor<D>) -> Option<Host> {
    fn of(kind: &DispatchTensorKind) -> Option<Host> {
        match kind {
            DispatchTensorKind::Autodiff(inner) => of(inner),
            DispatchTensorKind::Flex(_) => Some(Host::Flex),
            #[cfg(feature = "ndarray")]
            DispatchTensorKind::NdArray(_) => Some(Host::NdArray),
            #[allow(unreachable_patterns, reason = "other backends are features")]
            _ => None,
        }
    }
    of(&tensor.clone().into_dispatch().kind)
}

/// The device without autodiff.
pub(crate) fn plain(device: Device, autodiff: bool) -> Device {
    if autodiff { device.inner() } else { device }
}

/// A tensor without autodiff, and its node in the graph.
pub(crate) fn parts<B: Backend, const D: usize>(tensor: Tensor<D>) -> (Tensor<D>, NodeGuard)
where
    DispatchTensor: DispatchKindConversion<B> + DispatchKindConversion<Autodiff<B>>,
{
    let lifted = if tensor.is_autodiff() { tensor } else { tensor.autodiff() };
    let Ok(primitive) = lifted.try_into_primitive::<Autodiff<B>>() else {
        unreachable!("all inputs are on the backend of one of them")
    };
    let (primitive, node) = primitive.into_parts();
    (Tensor::from_primitive::<B>(primitive), node)
}

/// A tensor's numbers, row-major, without a copy if nobody else holds them.
pub(crate) fn numbers<const D: usize>(tensor: Tensor<D>) -> TensorData {
    tensor.into_data().convert::<f32>()
}

/// The numbers themselves.
pub(crate) fn slice(data: &TensorData) -> &[f32] {
    data.as_slice().unwrap_or_default() // they were just made f32
}

/// A tensor as its backend has it.
pub(crate) fn primitive<B: Backend, const D: usize>(tensor: Tensor<D>) -> B::FloatTensorPrimitive
where
    DispatchTensor: DispatchKindConversion<B>,
{
    let Ok(primitive) = tensor.try_into_primitive::<B>() else {
        unreachable!("the device is the backend's")
    };
    primitive
}
