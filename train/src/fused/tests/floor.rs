//! The floor of firing rates as an operation against tensor operations.

use super::super::{Floor, floor};
use crate::spike_floor_loss;
use crate::testing::{devices, numbers, tensor, to_vec};
use burn::tensor::Tensor;

const SIZE: [usize; 3] = [4, 5, 6];

/// Spikes of neurons that fire from never to always, and numbers that they are weighted with.
fn parts(device: &burn::tensor::Device) -> (Tensor<3>, Tensor<3>) {
    let count = SIZE.iter().product();
    let share = |at: usize| (at % SIZE[2]) as f32 / (SIZE[2] - 1) as f32;
    let drawn = numbers(count, [0.0, 1.0], 3).into_iter().enumerate();
    let spikes: Vec<f32> = drawn.map(|(at, x)| f32::from(u8::from(x < share(at)))).collect();
    let plain = device.clone().inner();
    (tensor(&spikes, SIZE, device), tensor(&numbers(count, [-1.0, 1.0], 4), SIZE, &plain))
}

/// Spikes stay as they are, the cost is that of the loss, and so is the gradient, beside that of what comes after.
#[test]
fn spikes_go_through_with_the_gradient_of_the_loss() {
    for device in devices() {
        let device = device.autodiff();
        for least in [0.01, 0.33, 0.99] {
            let ((a, weights), (b, _)) = (parts(&device), parts(&device));
            let (a, b) = (a.require_grad(), b.require_grad());
            let wanted = Floor { weight: 0.7, least };
            let Ok((out, cost)) = floor(a.clone(), SIZE[0] * SIZE[1], wanted) else { continue };
            assert_eq!(to_vec(out.clone()), to_vec(b.clone()));
            let counts = b.clone().sum_dim(0).squeeze_dim::<2>(0);
            let composed = spike_floor_loss(counts, SIZE[0], least).mul_scalar(0.7);
            let near = |a: &[f32], b: &[f32]| {
                assert!(a.iter().zip(b).all(|(a, b)| (a - b).abs() < 1e-6), "{least}: {a:?} {b:?}");
            };
            near(&to_vec(cost), &to_vec(composed.clone()));
            let grads = (out * weights.clone()).sum().backward();
            let others = ((b.clone() * weights).sum() + composed).backward();
            near(&to_vec(a.grad(&grads).unwrap()), &to_vec(b.grad(&others).unwrap()));
        }
    }
}
