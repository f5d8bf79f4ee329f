//! Gradients where the contract has steps: the surrogate of a spike, and straight through rounding.
//!
//! A spike is `s = 1 if x > 0 else 0` with `x = V / Theta_F - 1`; its derivative is 0 or infinite,
//! so that training would never move. The backward pass uses that of a smooth step instead
//! (Neftci, Mostafa and Zenke 2019), here the arc tangent of Fang et al. 2021:
//!
//! ```text
//! s(x) ~ atan(pi/2 alpha x) / pi + 1/2        ds/dx = (alpha / 2) / (1 + (pi/2 alpha x)^2)
//! ```

use burn::tensor::Tensor;

/// The steepness alpha; the slope at the threshold is `alpha / 2`.
pub(super) const ALPHA: f64 = 2.0;

/// `ds/dx` of the arc tangent surrogate, element by element; `x` without gradient, in thresholds.
pub(super) fn atan_slope<const D: usize>(x: Tensor<D>) -> Tensor<D> {
    let z = x.mul_scalar(std::f64::consts::FRAC_PI_2 * ALPHA);
    z.square().add_scalar(1.0).recip().mul_scalar(ALPHA / 2.0)
}

/// The number of `value` with the gradient of `through`.
///
/// `through - through` is exactly 0 for finite numbers, so that the forward pass stays exact, where
/// the usual `through + (value - through)` would round.
pub(super) fn carry<const D: usize>(value: Tensor<D>, through: Tensor<D>) -> Tensor<D> {
    let zero = through.clone() - through.detach();
    zero + value
}

#[cfg(test)]
mod tests {
    use super::super::device;
    use super::*;

    #[test]
    fn the_slope_is_that_of_the_arc_tangent() {
        let smooth =
            |x: f64| (std::f64::consts::FRAC_PI_2 * ALPHA * x).atan() / std::f64::consts::PI;
        let at = [-1.5_f32, -0.2, 0.0, 0.1, 2.0];
        let slopes = atan_slope(Tensor::<1>::from_floats(at, &device()));
        let slopes = slopes.into_data();
        for (x, slope) in at.iter().zip(slopes.as_slice::<f32>().unwrap()) {
            let x = f64::from(*x);
            let numeric = (smooth(x + 1e-5) - smooth(x - 1e-5)) / 2e-5;
            assert!((numeric - f64::from(*slope)).abs() < 1e-4, "at {x}");
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
