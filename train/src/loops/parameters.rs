//! All parameters of a network at once: the norm of their gradients, their decay, those that are held at 0, and
//! whether they are numbers.

use crate::network::to_vec;
use burn::module::{Module, ModuleMapper, ModuleVisitor, Param, ParamId};
use burn::optim::GradientsParams;
use burn::tensor::{Tensor, TensorData};
use std::collections::HashMap;

/// Scales gradients down so that the norm of all together is at most `limit` (Pascanu, Mikolov and
/// Bengio 2013).
pub(super) fn clip<M: Module>(model: &M, grads: GradientsParams, limit: f64) -> GradientsParams {
    let mut norm = Norm { grads: &grads, squares: 0.0 };
    model.visit(&mut norm);
    let norm = norm.squares.sqrt();
    if norm <= limit || !norm.is_finite() {
        return grads;
    }
    let mut scale = Scale { grads, by: limit / norm };
    model.visit(&mut scale);
    scale.grads
}

struct Norm<'a> {
    grads: &'a GradientsParams,
    squares: f64,
}

impl ModuleVisitor for Norm<'_> {
    fn visit_float<const D: usize>(&mut self, param: &Param<Tensor<D>>) {
        if let Some(grad) = self.grads.get::<D>(param.id) {
            self.squares += f64::from(grad.square().sum().into_scalar::<f32>());
        }
    }
}

struct Scale {
    grads: GradientsParams,
    by: f64,
}

impl ModuleVisitor for Scale {
    fn visit_float<const D: usize>(&mut self, param: &Param<Tensor<D>>) {
        if let Some(grad) = self.grads.remove::<D>(param.id) {
            self.grads.register(param.id, grad.mul_scalar(self.by));
        }
    }
}

/// Takes a share of every weight away: `w - share w`. Biases, delays and the constants of neurons stay.
pub(super) fn decay<M: Module>(model: M, share: f64) -> M {
    model.map(&mut Decay { path: Vec::new(), left: 1.0 - share })
}

struct Decay {
    path: Vec<String>,
    left: f64,
}

impl ModuleMapper for Decay {
    fn enter_module(&mut self, name: &str, _: &str) {
        self.path.push(name.into());
    }

    fn exit_module(&mut self, _: &str, _: &str) {
        self.path.pop();
    }

    fn map_float<const D: usize>(&mut self, param: Param<Tensor<D>>) -> Param<Tensor<D>> {
        if self.path.last().is_none_or(|name| name != "weight") {
            return param;
        }
        outside(param, |weight| weight.mul_scalar(self.left))
    }
}

/// Changes a parameter outside of the graph, as the optimiser's own step does.
fn outside<const D: usize>(
    param: Param<Tensor<D>>,
    change: impl FnOnce(Tensor<D>) -> Tensor<D>,
) -> Param<Tensor<D>> {
    param.map(|old| match old.is_autodiff() {
        false => change(old),
        true => Tensor::from_inner(change(old.inner())).require_grad(),
    })
}

/// Numbers of parameters that are held at 0: each parameter is multiplied by its own of 0 and 1.
#[derive(Clone, Default)]
pub(super) struct Mask {
    left: HashMap<ParamId, TensorData>,
}

impl Mask {
    /// Holds numbers of these parameters.
    pub(super) fn hold(&mut self, left: Vec<(ParamId, TensorData)>) {
        self.left.extend(left);
    }

    /// The same with those numbers at 0.
    pub(super) fn apply<M: Module>(&self, model: M) -> M {
        if self.left.is_empty() { model } else { model.map(&mut self.clone()) }
    }
}

impl ModuleMapper for Mask {
    fn map_float<const D: usize>(&mut self, param: Param<Tensor<D>>) -> Param<Tensor<D>> {
        let Some(left) = self.left.get(&param.id).cloned() else { return param };
        outside(param, |old| {
            let left = Tensor::from_data(left, &old.device());
            old.mul(left)
        })
    }
}

/// The first parameter that holds what is no number: its path, such as `layers.0.weight`, the place
/// and the value.
pub(super) fn not_finite<M: Module>(model: &M) -> Option<(String, usize, f32)> {
    let mut search = Search { path: Vec::new(), found: None };
    model.visit(&mut search);
    search.found
}

struct Search {
    path: Vec<String>,
    found: Option<(String, usize, f32)>,
}

impl ModuleVisitor for Search {
    fn enter_module(&mut self, name: &str, _: &str) {
        self.path.push(name.into());
    }

    fn exit_module(&mut self, _: &str, _: &str) {
        self.path.pop();
    }

    fn visit_float<const D: usize>(&mut self, param: &Param<Tensor<D>>) {
        if self.found.is_some() {
            return;
        }
        let values = to_vec(param.val());
        if let Some(at) = values.iter().position(|x| !x.is_finite()) {
            // The variants of enums are ours, not the file's.
            let variant = |name: &&String| name.starts_with(|c: char| c.is_ascii_uppercase());
            let path: Vec<&str> =
                self.path.iter().filter(|n| !variant(n)).map(String::as_str).collect();
            self.found = Some((path.join("."), at, values[at]));
        }
    }
}
