//! Constants of a cell that may be learnt: the leak beta and the threshold, one a layer or a neuron.

use burn::module::{Module, Param};
use burn::tensor::{Device, Tensor, TensorData};

/// How a learnt constant is kept within its range.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Form {
    /// `1 / (1 + exp(-raw))`: in (0, 1), for beta.
    Logistic,
    /// `exp(raw)`: above 0, for thresholds.
    Exponential,
}

/// A constant: a number, or a parameter from which it follows.
#[derive(Module, Debug)]
pub(crate) struct Constant {
    /// `[1]` or `[neurons]`; absent if the constant is not learnt.
    raw: Option<Param<Tensor<1>>>,
    #[module(skip)]
    value: f32,
    #[module(skip)]
    form: Form,
}

impl Constant {
    /// A number that stays.
    pub(crate) fn fixed(value: f32, form: Form) -> Self {
        Self { raw: None, value, form }
    }

    /// A number to learn, for each of `count` neurons, or 1 for one that a layer shares.
    pub(crate) fn learnt(value: f32, form: Form, count: usize, device: &Device) -> Self {
        let raw = match form {
            Form::Logistic => {
                let p = f64::from(value).clamp(1e-7, 1.0 - 1e-7);
                (p / (1.0 - p)).ln() as f32
            }
            Form::Exponential => value.ln(),
        };
        let raw = Param::from_data(TensorData::new(vec![raw; count], [count]), device);
        Self { raw: Some(raw), value, form }
    }

    /// One value a neuron, `[neurons]`, with gradient if it is learnt.
    pub(crate) fn values(&self, neurons: usize, device: &Device) -> Tensor<1> {
        let Some(raw) = &self.raw else {
            return Tensor::full([neurons], self.value, device);
        };
        let raw = raw.val();
        let value = match self.form {
            Form::Logistic => raw.neg().exp().add_scalar(1.0).recip(),
            Form::Exponential => raw.exp(),
        };
        if value.dims() == [neurons] { value } else { value.expand([neurons]) }
    }

    /// The number that it began as, and still is unless it is learnt.
    pub(crate) fn value(&self) -> f32 {
        self.value
    }

    /// The parameter behind it, for files.
    pub(crate) fn raw(&self) -> Option<&Param<Tensor<1>>> {
        self.raw.as_ref()
    }

    /// The same with another parameter, if it has one.
    pub(crate) fn with_raw(self, raw: Vec<f32>) -> Self {
        let data = TensorData::new(raw.clone(), [raw.len()]);
        let raw = self.raw.map(|param| param.map(|old| crate::network::tensor_like(data, &old)));
        Self { raw, ..self }
    }
}
