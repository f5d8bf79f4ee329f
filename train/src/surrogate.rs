//! Surrogate gradients: what stands for the derivative of a spike in the backward pass.
//!
//! A spike is `s = 1 if x > 0 else 0` (strict, so `x = 0` is no spike) with `x = V - theta`. Its
//! derivative is 0 almost everywhere, so training would never move; the backward pass multiplies by
//! the derivative of a smooth step instead (Neftci, Mostafa and Zenke 2019).
//!
//! | name | `ds/dx` | default | source |
//! |---|---|---|---|
//! | `atan` | `alpha / (2 (1 + (pi alpha x / 2)^2))` | alpha = 2 | Fang et al., ICCV 2021 |
//! | `fast-sigmoid` | `k / (1 + k abs(x))^2` | k = 25 | Zenke and Vogels, Neural Comput. 2021 |
//! | `superspike` | `1 / (1 + beta abs(x))^2` | beta = 10 | Zenke and Ganguli, Neural Comput. 2018 |
//! | `sigmoid` | `k s (1 - s)`, `s = 1 / (1 + exp(-k x))` | k = 5 | Zenke and Vogels 2021 |
//! | `straight-through` | `1` | | Bengio, Leonard and Courville 2013 |
//! | `triangular` | `max(0, 1 - abs(x) / w) / w` | w = 1 | Bellec et al., NeurIPS 2018 |
//! | `rectangular` | `1 / w` where `abs(x) < w / 2` | w = 1 | Wu et al., Front. Neurosci. 2018 |
//! | `gaussian` | `exp(-x^2 / (2 sigma^2)) / (sigma sqrt(2 pi))` | sigma = 0.5 | Yin, Corradi and Bohte 2021 |
//!
//! In text (configs, the command line) a surrogate is its name, with its shape parameter in brackets
//! where it is not the default: `atan`, `fast-sigmoid(10)`.

use super::TrainError;
use burn::tensor::Tensor;
use serde::{Deserialize, Serialize};
use std::f32::consts::{FRAC_PI_2, PI};
use std::fmt;

/// A surrogate and its shape parameter.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum Surrogate {
    /// Arc tangent with steepness alpha.
    Atan(f32),
    /// Fast sigmoid with slope k, as steep as k at the threshold.
    FastSigmoid(f32),
    /// `SuperSpike` with beta, normalised to 1 at the threshold.
    SuperSpike(f32),
    /// Logistic sigmoid with slope k.
    Sigmoid(f32),
    /// The identity.
    StraightThrough,
    /// Triangle of half width w and area 1.
    Triangular(f32),
    /// Box of width w and area 1.
    Rectangular(f32),
    /// Normal density with standard deviation sigma.
    Gaussian(f32),
}

/// Every surrogate with its default shape.
pub const SURROGATES: [Surrogate; 8] = [
    Surrogate::Atan(2.0),
    Surrogate::FastSigmoid(25.0),
    Surrogate::SuperSpike(10.0),
    Surrogate::Sigmoid(5.0),
    Surrogate::StraightThrough,
    Surrogate::Triangular(1.0),
    Surrogate::Rectangular(1.0),
    Surrogate::Gaussian(0.5),
];

impl Default for Surrogate {
    fn default() -> Self {
        Self::Atan(2.0)
    }
}

impl Surrogate {
    /// The name in configs.
    pub fn name(self) -> &'static str {
        match self {
            Self::Atan(_) => "atan",
            Self::FastSigmoid(_) => "fast-sigmoid",
            Self::SuperSpike(_) => "superspike",
            Self::Sigmoid(_) => "sigmoid",
            Self::StraightThrough => "straight-through",
            Self::Triangular(_) => "triangular",
            Self::Rectangular(_) => "rectangular",
            Self::Gaussian(_) => "gaussian",
        }
    }

    /// The shape parameter, if there is one.
    pub fn shape(self) -> Option<f32> {
        match self {
            Self::Atan(p) | Self::FastSigmoid(p) | Self::SuperSpike(p) | Self::Sigmoid(p) => {
                Some(p)
            }
            Self::Triangular(p) | Self::Rectangular(p) | Self::Gaussian(p) => Some(p),
            Self::StraightThrough => None,
        }
    }

    fn with_shape(self, p: f32) -> Option<Self> {
        Some(match self {
            Self::Atan(_) => Self::Atan(p),
            Self::FastSigmoid(_) => Self::FastSigmoid(p),
            Self::SuperSpike(_) => Self::SuperSpike(p),
            Self::Sigmoid(_) => Self::Sigmoid(p),
            Self::Triangular(_) => Self::Triangular(p),
            Self::Rectangular(_) => Self::Rectangular(p),
            Self::Gaussian(_) => Self::Gaussian(p),
            Self::StraightThrough => return None,
        })
    }

    /// `ds/dx` at one point.
    #[inline(always)]
    pub fn slope(self, x: f32) -> f32 {
        match self {
            Self::Atan(alpha) => {
                let z = FRAC_PI_2 * alpha * x;
                0.5 * alpha / (1.0 + z * z)
            }
            Self::FastSigmoid(k) => {
                let d = 1.0 + k * x.abs();
                k / (d * d)
            }
            Self::SuperSpike(beta) => {
                let d = 1.0 + beta * x.abs();
                1.0 / (d * d)
            }
            Self::Sigmoid(k) => {
                // s (1 - s) by the smaller exponential: 1 - s would round away what is left of it.
                let e = (-k * x.abs()).exp();
                k * e / ((1.0 + e) * (1.0 + e))
            }
            Self::StraightThrough => 1.0,
            Self::Triangular(w) => (1.0 - x.abs() / w).max(0.0) / w,
            Self::Rectangular(w) => f32::from(u8::from(x.abs() < 0.5 * w)) / w,
            Self::Gaussian(sigma) => {
                let z = x / sigma;
                (-0.5 * z * z).exp() / (sigma * (2.0 * PI).sqrt())
            }
        }
    }

    /// `ds/dx` of every element; `x` without gradient.
    pub fn slopes<const D: usize>(self, x: Tensor<D>) -> Tensor<D> {
        match self {
            Self::Atan(alpha) => {
                let z = x.mul_scalar(FRAC_PI_2 * alpha);
                z.square().add_scalar(1.0).recip().mul_scalar(0.5 * alpha)
            }
            Self::FastSigmoid(k) => {
                x.abs().mul_scalar(k).add_scalar(1.0).square().recip().mul_scalar(k)
            }
            Self::SuperSpike(beta) => x.abs().mul_scalar(beta).add_scalar(1.0).square().recip(),
            Self::Sigmoid(k) => {
                let e = x.abs().mul_scalar(-k).exp();
                e.clone() / e.add_scalar(1.0).square().mul_scalar(1.0 / k)
            }
            Self::StraightThrough => x.ones_like(),
            Self::Triangular(w) => {
                x.abs().div_scalar(-w).add_scalar(1.0).clamp_min(0.0).div_scalar(w)
            }
            Self::Rectangular(w) => x.abs().lower_elem(0.5 * w).float().div_scalar(w),
            Self::Gaussian(sigma) => {
                let z = x.div_scalar(sigma).square().mul_scalar(-0.5);
                z.exp().div_scalar(sigma * (2.0 * PI).sqrt())
            }
        }
    }

    /// `1 if x > 0 else 0`, with the surrogate's gradient.
    pub fn spike<const D: usize>(self, x: Tensor<D>) -> Tensor<D> {
        if !x.is_autodiff() {
            return x.greater_elem(0.0).float();
        }
        let at = x.clone().inner();
        let fired = at.clone().greater_elem(0.0).float();
        carry(fired, x * self.slopes(at))
    }
}

/// The page's functions: a surrogate with its default shape, applied.
macro_rules! functions {
    ($($(#[$doc:meta])* $name:ident: $index:literal;)*) => {
        $($(#[$doc])*
        pub fn $name<const D: usize>(x: Tensor<D>) -> Tensor<D> {
            SURROGATES[$index].spike(x)
        })*
    };
}
functions! {
    /// [`Surrogate::Atan`] with alpha = 2, applied.
    atan_surrogate: 0;
    /// [`Surrogate::FastSigmoid`] with k = 25, applied.
    fast_sigmoid: 1;
    /// [`Surrogate::SuperSpike`] with beta = 10, applied.
    superspike: 2;
    /// [`Surrogate::Sigmoid`] with k = 5, applied.
    sigmoid_surrogate: 3;
    /// [`Surrogate::StraightThrough`], applied.
    straight_through: 4;
    /// [`Surrogate::Triangular`] with w = 1, applied.
    triangular: 5;
    /// [`Surrogate::Rectangular`] with w = 1, applied.
    rectangular: 6;
    /// [`Surrogate::Gaussian`] with sigma = 0.5, applied.
    gaussian: 7;
}

/// The number of `value` with the gradient of `through`.
///
/// `through - through` is exactly 0 for finite numbers, so that the forward pass stays exact, where
/// the usual `through + (value - through)` would round.
pub(super) fn carry<const D: usize>(value: Tensor<D>, through: Tensor<D>) -> Tensor<D> {
    let zero = through.clone() - through.detach();
    zero + value
}

impl fmt::Display for Surrogate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let default = SURROGATES.iter().any(|d| d == self);
        match self.shape().filter(|_| !default) {
            Some(shape) => write!(f, "{}({shape})", self.name()),
            None => f.write_str(self.name()),
        }
    }
}

impl From<Surrogate> for String {
    fn from(surrogate: Surrogate) -> Self {
        surrogate.to_string()
    }
}

impl TryFrom<String> for Surrogate {
    type Error = TrainError;

    fn try_from(text: String) -> Result<Self, TrainError> {
        text.parse()
    }
}

impl std::str::FromStr for Surrogate {
    type Err = TrainError;

    fn from_str(text: &str) -> Result<Self, TrainError> {
        let unknown = || TrainError::Surrogate { given: text.into() };
        let (name, shape) = match text.trim().strip_suffix(')').and_then(|t| t.split_once('(')) {
            Some((name, shape)) => (name.trim(), Some(shape.trim())),
            None => (text.trim(), None),
        };
        let name = name.replace('_', "-");
        let name = name.strip_suffix("-surrogate").unwrap_or(&name);
        let known = SURROGATES.into_iter().find(|s| s.name() == name).ok_or_else(unknown)?;
        let Some(shape) = shape else { return Ok(known) };
        let shape = shape.parse::<f32>().ok().filter(|p| p.is_finite() && *p > 0.0);
        shape.and_then(|p| known.with_shape(p)).ok_or_else(unknown)
    }
}

#[cfg(test)]
mod tests {
    use super::super::device;
    use super::*;

    /// Derivatives written out once more in f64, or taken numerically of the smooth step.
    fn reference(surrogate: Surrogate, x: f64) -> f64 {
        let p = f64::from(surrogate.shape().unwrap_or(1.0));
        let numeric = |f: &dyn Fn(f64) -> f64| (f(x + 1e-6) - f(x - 1e-6)) / 2e-6;
        match surrogate {
            Surrogate::Atan(_) => {
                numeric(&|x| (std::f64::consts::FRAC_PI_2 * p * x).atan() / std::f64::consts::PI)
            }
            Surrogate::FastSigmoid(_) => p * (1.0 + p * x.abs()).powi(-2),
            Surrogate::SuperSpike(_) => numeric(&|x| x / (1.0 + p * x.abs())),
            Surrogate::Sigmoid(_) => numeric(&|x| 1.0 / (1.0 + (-p * x).exp())),
            Surrogate::StraightThrough => numeric(&|x| x),
            Surrogate::Triangular(_) => ((p - x.abs()) / (p * p)).max(0.0),
            Surrogate::Rectangular(_) => numeric(&|x| (x / p + 0.5).clamp(0.0, 1.0)),
            Surrogate::Gaussian(_) => {
                ((x / p).powi(2) * -0.5).exp() / (p * std::f64::consts::TAU.sqrt())
            }
        }
    }

    fn grid() -> Vec<f32> {
        (-60..=60).map(|i| i as f32 * 0.05 + 0.0123).chain([0.0]).collect()
    }

    #[test]
    fn each_gradient_is_its_formula_on_a_grid() {
        let shapes =
            [Surrogate::Atan(3.5), Surrogate::Triangular(0.4), Surrogate::Rectangular(2.3)];
        for surrogate in SURROGATES.into_iter().chain(shapes) {
            let xs = grid();
            let x = Tensor::<1>::from_floats(xs.as_slice(), &device().autodiff()).require_grad();
            let weights = Tensor::<1>::full([xs.len()], 3.0, &device());
            let grads = (surrogate.spike(x.clone()) * weights).sum().backward();
            let grad: Vec<f32> = x.grad(&grads).unwrap().into_data().iter::<f32>().collect();
            for (x, grad) in xs.iter().zip(grad) {
                let expected = reference(surrogate, f64::from(*x));
                let scale = expected.abs().max(1e-3);
                let scalar = f64::from(surrogate.slope(*x));
                assert!((scalar - expected).abs() < 2e-5 * scale, "{surrogate} at {x}: {scalar}");
                let grad = f64::from(grad) / 3.0;
                assert!((grad - expected).abs() < 2e-5 * scale, "{surrogate} at {x}: {grad}");
            }
        }
    }

    #[test]
    fn the_forward_pass_is_a_strict_step() {
        for surrogate in SURROGATES {
            for device in [device(), device().autodiff()] {
                let x = Tensor::<1>::from_floats([-1.0, -1e-30, -0.0, 0.0, 1e-30, 2.0], &device);
                let spikes = surrogate.spike(x).into_data();
                assert_eq!(spikes.as_slice::<f32>().unwrap(), [0.0, 0.0, 0.0, 0.0, 1.0, 1.0]);
            }
        }
    }

    #[test]
    fn the_functions_of_the_page_are_the_defaults() {
        let functions: [fn(Tensor<1>) -> Tensor<1>; 8] = [
            atan_surrogate,
            fast_sigmoid,
            superspike,
            sigmoid_surrogate,
            straight_through,
            triangular,
            rectangular,
            gaussian,
        ];
        for (function, surrogate) in functions.into_iter().zip(SURROGATES) {
            let x = Tensor::<1>::from_floats([0.3], &device().autodiff()).require_grad();
            let grads = function(x.clone()).sum().backward();
            let slope = x.grad(&grads).unwrap().into_scalar::<f32>();
            assert!((slope - surrogate.slope(0.3)).abs() < 1e-5, "{surrogate}");
        }
    }

    #[test]
    fn text_reads_back_and_nonsense_is_refused() {
        for surrogate in SURROGATES.into_iter().chain([Surrogate::Gaussian(0.25)]) {
            assert_eq!(surrogate.to_string().parse::<Surrogate>().unwrap(), surrogate);
        }
        assert_eq!("atan_surrogate".parse::<Surrogate>().unwrap(), Surrogate::Atan(2.0));
        assert_eq!("fast_sigmoid(5)".parse::<Surrogate>().unwrap(), Surrogate::FastSigmoid(5.0));
        for bad in ["", "atn", "atan(0)", "atan(-1)", "atan(nan)", "atan(x)", "straight-through(1)"]
        {
            let error = bad.parse::<Surrogate>().unwrap_err();
            assert_eq!(error.code(), "spikestream::train::surrogate", "{bad}");
        }
    }

    #[test]
    fn a_carried_value_is_exact_and_has_the_other_gradient() {
        let device = device().autodiff();
        let x = Tensor::<1>::from_floats([0.1, 7.3, -1e6], &device).require_grad();
        let value = Tensor::<1>::from_floats([1.0, 0.0, 3.0], &device).inner();
        let y = carry(value, x.clone().mul_scalar(5.0));
        let grads = y.clone().sum().backward();
        assert_eq!(y.into_data().as_slice::<f32>().unwrap(), [1.0, 0.0, 3.0]);
        let grad = x.grad(&grads).unwrap().into_data();
        assert_eq!(grad.as_slice::<f32>().unwrap(), [5.0, 5.0, 5.0]);
    }
}
