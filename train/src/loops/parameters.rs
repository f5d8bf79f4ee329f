//! All parameters of a network at once: the norm of their gradients, their decay, and whether they are numbers.

use crate::network::to_vec;
use burn::module::{Module, ModuleMapper, ModuleVisitor, Param};
use burn::optim::GradientsParams;
use burn::tensor::Tensor;

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
        // Outside of the graph, as the optimiser's own step is.
        param.map(|weight| match weight.is_autodiff() {
            false => weight.mul_scalar(self.left),
            true => Tensor::from_inner(weight.inner().mul_scalar(self.left)).require_grad(),
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
