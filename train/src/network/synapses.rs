//! The two synapses of a neuron that takes two currents: the sign of a weight says which of them it drives.
//!
//! ```text
//! Ie = sum of max(w, 0) x + b
//! Ii = sum of max(-w, 0) x
//! ```
//!
//! So a connection has one weight a synapse, `[inputs, neurons]`, whatever its neurons take. A weight's gradient is that
//! of `Ie` where it is at least 0, and that of `Ii` with the other sign where it is below; no weight is without one.

use burn::tensor::Tensor;

/// Where a weight drives the first current, 1, and elsewhere 0.
pub(crate) fn excites(weight: &Tensor<2>) -> Tensor<2> {
    weight.clone().detach().greater_equal_elem(0.0).float()
}

/// What each of two currents takes of a matrix, without a sign, where `excites` says of which the numbers are.
pub(crate) fn split(weight: Tensor<2>, excites: &Tensor<2>) -> [Tensor<2>; 2] {
    let second = weight.clone() * excites.clone().sub_scalar(1.0);
    [weight * excites.clone(), second]
}

/// The weights and biases of neurons that take `count` currents each, `[inputs, count neurons]` and `[count neurons]`,
/// those of a neuron side by side; of a layer's, `[inputs, neurons]` and `[neurons]`.
pub(super) fn spread(
    (weight, bias): (Tensor<2>, Tensor<1>),
    count: usize,
) -> (Tensor<2>, Tensor<1>) {
    if count == 1 {
        return (weight, bias);
    }
    let excites = excites(&weight);
    let first = bias.unsqueeze::<2>();
    let none = first.zeros_like();
    (beside(split(weight, &excites)), beside([first, none]).squeeze_dim::<1>(0))
}

/// The columns of two matrices `[rows, neurons]` by turns, `[rows, 2 neurons]`.
pub(super) fn beside([first, second]: [Tensor<2>; 2]) -> Tensor<2> {
    let [rows, neurons] = first.dims();
    Tensor::stack::<3>(vec![first, second], 2).reshape([rows, 2 * neurons])
}

#[cfg(test)]
mod tests {
    use crate::network::{Connection, DelayConfig, Signal};
    use crate::rng::Rng;
    use crate::testing::{devices, numbers, tensor, to_vec};

    const SIZE: [usize; 2] = [5, 3];
    const STEPS: usize = 4;

    /// Currents worked out by the equations, where input i is as many steps late, and the gradients of the weights from
    /// those of the currents.
    fn expected(
        x: &[f32],
        (rows, bias): (&[f32], &[f32]),
        late: impl Fn(usize, usize) -> usize,
        factors: &[f32],
    ) -> [Vec<f32>; 2] {
        let [inputs, neurons] = SIZE;
        let (mut currents, mut slopes) = (Vec::new(), vec![0.0; inputs * neurons]);
        for (t, j) in (0..STEPS).flat_map(|t| (0..neurons).map(move |j| (t, j))) {
            let at = 2 * (t * neurons + j);
            let mut both = [bias[j], 0.0];
            for i in 0..inputs {
                let w = rows[j * inputs + i];
                let x = t.checked_sub(late(i, j)).map_or(0.0, |t| x[t * inputs + i]);
                both[usize::from(w < 0.0)] += w.abs() * x;
                let slope = if w < 0.0 { -factors[at + 1] } else { factors[at] };
                slopes[i * neurons + j] += slope * x;
            }
            currents.extend(both);
        }
        [currents, slopes]
    }

    fn assert_near(found: &[f32], expected: &[f32]) {
        assert_eq!(found.len(), expected.len());
        for (found, expected) in found.iter().zip(expected) {
            assert!((found - expected).abs() < 1e-5, "{found} for {expected}");
        }
    }

    /// Also of a weight of 0, which is the first's, and of synapses with delays.
    #[test]
    fn the_sign_of_a_weight_says_which_current_it_drives() {
        let [inputs, neurons] = SIZE;
        let mut rows = numbers(inputs * neurons, [-1.0, 1.0], 3);
        rows[4] = 0.0;
        let (bias, x) = ([0.5, -0.25, 0.125], numbers(STEPS * inputs, [-0.5, 1.0], 4));
        let factors = numbers(STEPS * 2 * neurons, [0.5, 2.0], 5);
        let config = DelayConfig { longest: 2, ..Default::default() };
        for device in devices() {
            for delay in [None, Some(&config)] {
                let device = device.clone().autodiff();
                let new = Connection::new(SIZE, true, delay, &mut Rng::new(1, 1), &device);
                let connection = new.unwrap().map_linear(|l| l.with_rows(&rows, Some(&bias)));
                let late = |i: usize, j: usize| if delay.is_some() { (i + j) % 3 } else { 0 };
                let connection = match connection {
                    Connection::Delay(layer) => {
                        let at = |at: usize| late(at / neurons, at % neurons) as f32;
                        let delays = (0..inputs * neurons).map(at).collect();
                        Connection::Delay(layer.with_delays(delays))
                    }
                    linear => linear,
                };
                let [currents, slopes] = expected(&x, (&rows, &bias), late, &factors);
                let x = tensor(&x, [STEPS, 1, inputs], &device);
                let whole = Signal::Whole { x, steps: STEPS };
                for signal in [Signal::Each(whole.clone().each()), whole] {
                    let found = connection.currents(signal, 2).whole();
                    assert_near(&to_vec(found.clone()), &currents);
                    let factors = tensor(&factors, [STEPS, 1, 2 * neurons], &device);
                    let grads = (found * factors).sum().backward();
                    let (weight, bias) = connection.linear().values();
                    assert_near(&to_vec(weight.grad(&grads).unwrap()), &slopes);
                    assert!(bias.grad(&grads).is_some());
                }
            }
        }
    }
}
