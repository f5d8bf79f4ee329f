//! The fused convolution against the same block by tensor operations: outputs and gradients.

use crate::fused::Output;
use crate::network::{Block, Produced, Signal};
use crate::testing::{devices, difference, norm, numbers, spikes, tensor, to_vec};
use crate::{CellConfig, ConvConfig, LayerConfig, SpikingNet, SpikingNetConfig};
use burn::tensor::{Device, Tensor};
use proptest::prelude::*;
use proptest::test_runner::TestCaseError;
use spikestream::layer::kinds::Volume;

/// Cells that a block may have.
const CELLS: [&str; 8] =
    ["lif", "if", "synaptic", "alif", "exp-if", "adex", "lapicque", "second-order-lif"];

/// A block and its input.
#[derive(Clone, Debug)]
struct Case {
    shape: [usize; 3],
    block: [usize; 4],
    cell: &'static str,
    steps: usize,
    batch: usize,
    /// Input: the same at every step, of spikes, of averages of spikes; its gradient is wanted.
    flags: [bool; 5],
    seed: u64,
}

fn case() -> impl Strategy<Value = Case> {
    let shape = (1..4_usize, 1..9_usize, 1..9_usize);
    let sides = shape.prop_flat_map(|(before, height, width)| {
        let side = height.min(width);
        let kernel = (1..=side.min(5), 0..3_usize, 1..40_usize);
        kernel.prop_flat_map(move |(kernel, padding, channels)| {
            let pool = 1..=(side + 2 * padding + 1 - kernel).min(4);
            let block = pool.prop_map(move |pool| [channels, kernel, padding, pool]);
            (Just([before, height, width]), block)
        })
    });
    let rest = (0..CELLS.len(), 1..6_usize, 1..12_usize, any::<[bool; 5]>(), any::<u64>());
    (sides, rest).prop_map(|((shape, block), (cell, steps, batch, flags, seed))| Case {
        shape,
        block,
        cell: CELLS[cell],
        steps,
        batch,
        flags,
        seed,
    })
}

impl Case {
    /// Multiples of 2^-6, whose sums have the same bits in any order.
    fn dyadic(&self, count: usize, range: [f32; 2], purpose: u64) -> Vec<f32> {
        let numbers = numbers(count, range, self.seed ^ (purpose << 8)).into_iter();
        numbers.map(|x| (x * 64.0).round() / 64.0).collect()
    }

    fn net(&self, device: &Device) -> SpikingNet {
        let [.., learn_beta, learn] = self.flags;
        let beta = match self.cell {
            "if" | "lapicque" => String::new(),
            _ => format!("beta = 0.875\nlearn_beta = {learn_beta}\n"),
        };
        let text =
            format!("kind = {:?}\n{beta}learn_threshold = {learn}\nper_neuron = true", self.cell);
        let cell: CellConfig = toml::from_str(&text).unwrap();
        let [channels, kernel, padding, pool] = self.block;
        let [before, height, width] = self.shape;
        let config = SpikingNetConfig {
            input: Volume { channels: before, height, width },
            blocks: vec![ConvConfig { channels, kernel, padding, pool, cell, norm: false }],
            layers: vec![LayerConfig { neurons: 2, ..Default::default() }],
            sc: None,
        };
        let net = config.init(self.seed, device).unwrap();
        let scale = 2.0 / ((self.shape[0] * kernel * kernel) as f32).sqrt();
        let weight =
            self.dyadic(channels * self.shape[0] * kernel * kernel, [-scale, 1.5 * scale], 1);
        let bias = self.dyadic(channels, [-0.2, 0.4], 2);
        net.map_blocks(|block| {
            let cell = block.cell().clone();
            block.with(weight.clone(), bias.clone(), cell)
        })
    }

    fn input(&self, device: &Device) -> Tensor<3> {
        let [still, spiking, averages, ..] = self.flags;
        let frames = if still { 1 } else { self.steps };
        let shape = [frames, self.batch, self.shape.iter().product()];
        let count = shape.iter().product();
        let x = match (spiking, averages) {
            (true, true) => self
                .dyadic(count, [-1.0, 1.0], 3)
                .iter()
                .map(|x| (x.max(0.0) * 4.0).round() / 4.0)
                .collect(),
            (true, false) => spikes(count, 0.3, self.seed),
            (false, _) => self.dyadic(count, [-0.5, 1.0], 3),
        };
        tensor(&x, shape, device)
    }
}

/// The only block.
fn only(net: &SpikingNet) -> &Block {
    net.blocks().next().unwrap()
}

/// An output and the gradients of a sum of it with weights.
fn outcome(
    case: &Case,
    device: &Device,
    run: impl FnOnce(&SpikingNet, Tensor<3>) -> Tensor<3>,
) -> (Vec<f32>, Vec<(&'static str, Vec<f32>)>) {
    let net = case.net(device);
    let x = case.input(device).require_grad();
    let out = run(&net, x.clone());
    let shape = out.dims();
    let weights = numbers(shape.iter().product(), [0.2, 1.0], case.seed ^ 77);
    let grads = (out.clone() * tensor(&weights, shape, device)).sum().backward();
    let (weight, bias) = only(&net).params();
    let (beta, threshold) = only(&net).cell().membrane().constants();
    let mut found = vec![
        ("weight", weight.val().grad(&grads).map(to_vec).unwrap()),
        ("bias", bias.val().grad(&grads).map(to_vec).unwrap()),
        ("input", x.grad(&grads).map(to_vec).unwrap()),
    ];
    for (name, constant) in [("beta", beta), ("threshold", threshold)] {
        if let Some(raw) = constant.raw() {
            found.push((name, raw.val().grad(&grads).map(to_vec).unwrap()));
        }
    }
    (to_vec(out), found)
}

fn near(a: &[(&str, Vec<f32>)], b: &[(&str, Vec<f32>)]) -> Result<(), TestCaseError> {
    let all = norm(b.iter().flat_map(|(_, g)| g).map(|g| f64::from(*g)));
    for ((name, a), (_, b)) in a.iter().zip(b) {
        let scale = norm(b.iter().map(|g| f64::from(*g))).max(0.1 * all);
        let error = difference(a, b) / scale.max(f64::MIN_POSITIVE);
        prop_assert!(error < 1e-5, "gradient of {}: {}", name, error);
    }
    Ok(())
}

fn check(case: &Case) -> Result<(), TestCaseError> {
    for device in devices() {
        let tracked = device.clone().autodiff();
        let (steps, pool) = (case.steps, case.block[3]);
        let fused = outcome(case, &tracked, |net, x| only(net).fused(x, steps, pool).unwrap());
        let composed = outcome(case, &tracked, |net, x| {
            let block = only(net);
            let produced = block.composed(Signal::Whole { x, steps }, Output::Spikes);
            let Produced::Spikes(spikes) = produced else { panic!("spikes were asked for") };
            block.pooled(spikes).frames()
        });
        prop_assert_eq!(&fused.0, &composed.0, "outputs");
        near(&fused.1, &composed.1)?;
        let plain = only(&case.net(&device)).fused(case.input(&device), steps, pool);
        prop_assert_eq!(to_vec(plain.unwrap()), fused.0, "without autodiff");
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 150, failure_persistence: None, ..Default::default() })]

    #[test]
    fn a_block_agrees_with_its_composed_form(case in case()) {
        check(&case)?;
    }
}
