//! A layer at random: its shape, its cell and what drives it.

use crate::network::{Produced, Signal};
use crate::testing::{numbers, spikes, tensor, to_vec};
use crate::{Cell, CellConfig, LayerConfig, Neurons, SURROGATES, SpikingNet};
use crate::{SpikingNetConfig, Surrogate};
use burn::tensor::{Device, Tensor};
use proptest::prelude::*;

/// Kinds of cells with a fused form.
pub(super) const KINDS: [&str; 9] =
    ["lif", "if", "synaptic", "alif", "exp-if", "adex", "lapicque", "alpha", "second-order-lif"];

/// A layer and its input.
#[derive(Clone, Debug)]
pub(super) struct Case {
    pub(super) kind: &'static str,
    pub(super) steps: usize,
    pub(super) batch: usize,
    pub(super) inputs: usize,
    pub(super) neurons: usize,
    /// Which output, 0 to 2.
    pub(super) out: usize,
    zero_reset: bool,
    /// Which surrogate, and how its shape differs from the default.
    surrogate: usize,
    shape: f32,
    /// Whether the input is the same at every step.
    still: bool,
    /// Whether it is of spikes.
    spiking: bool,
    /// Whether its gradient is wanted.
    pub(super) tracked: bool,
    bias: bool,
    learn_beta: bool,
    learn_threshold: bool,
    per_neuron: bool,
    seed: u64,
}

/// A case of one kind.
pub(super) fn case(kind: &'static str) -> impl Strategy<Value = Case> {
    let flags = (proptest::array::uniform8(any::<bool>()), 0..8_usize, 0.5_f32..2.0);
    (1..12_usize, 1..9_usize, 1..20_usize, 1..70_usize, 0..3_usize, flags, any::<u64>()).prop_map(
        move |(steps, batch, inputs, neurons, out, (flags, surrogate, shape), seed)| {
            let [
                zero_reset,
                still,
                spiking,
                tracked,
                bias,
                learn_beta,
                learn_threshold,
                per_neuron,
            ] = flags;
            Case {
                kind,
                steps,
                batch,
                inputs,
                neurons,
                out,
                zero_reset,
                surrogate,
                shape,
                still,
                spiking,
                tracked,
                bias,
                learn_beta,
                learn_threshold,
                per_neuron,
                seed,
            }
        },
    )
}

impl Case {
    /// Numbers for one purpose, from the seed alone.
    pub(super) fn numbers(&self, count: usize, range: [f32; 2], purpose: u64) -> Vec<f32> {
        numbers(count, range, self.seed ^ (purpose << 8))
    }

    /// The same, as multiples of 2^-8: sums of their products have the same bits in any order, so that
    /// a steep surrogate near the threshold does not turn the order of a sum into another gradient.
    fn dyadic(&self, count: usize, range: [f32; 2], purpose: u64) -> Vec<f32> {
        let numbers = self.numbers(count, range, purpose).into_iter();
        numbers.map(|x| (x * 256.0).round() / 256.0).collect()
    }

    fn surrogate(&self) -> Surrogate {
        let default = SURROGATES[self.surrogate];
        match default.shape() {
            None => default,
            Some(shape) => {
                let text = format!("{}({})", default.name(), shape * self.shape);
                text.parse().unwrap()
            }
        }
    }

    /// The cell, with this threshold where another than its own is asked for.
    fn cell(&self, threshold: Option<f32>) -> CellConfig {
        let c = self.numbers(8, [0.0, 1.0], 1);
        let own = match self.kind {
            "synaptic" => format!("alpha = {:?}", c[0]),
            "alif" => format!("rho = {:?}\nadaptation = {:?}", c[0], 0.5 * c[1]),
            "exp-if" => format!("delta = {:?}\nrheobase = {:?}", 0.3 + c[0], 0.6 + c[1]),
            "adex" => format!(
                "delta = {:?}\nrheobase = {:?}\ncoupling = {:?}\nincrement = {:?}\nrho = {:?}\n\
                 rest = {:?}",
                0.3 + c[0],
                0.6 + c[1],
                c[2] - 0.5,
                c[3],
                c[4],
                c[5] - 0.5
            ),
            "lapicque" => format!(
                "tau = {:?}\ndt = {:?}\nresistance = {:?}\nrest = {:?}",
                2.0 + 5.0 * c[0],
                0.5 + c[1],
                3.0 + c[2],
                c[3] - 0.6
            ),
            "alpha" => format!("alpha_exc = {:?}\nalpha_inh = {:?}", c[0], c[1]),
            "second-order-lif" => format!("alpha = {:?}", 0.8 * c[0]),
            _ => String::new(),
        };
        let beta = match self.kind {
            "if" | "lapicque" => String::new(),
            _ => format!("beta = {:?}\nlearn_beta = {}", 0.5 + 0.5 * c[6], self.learn_beta),
        };
        let learn_threshold = self.learn_threshold && threshold.is_none();
        let threshold = threshold.unwrap_or(0.6 + c[7]);
        let reset = if self.zero_reset { "zero" } else { "subtract" };
        let text = format!(
            "kind = {:?}\n{own}\n{beta}\nthreshold = {threshold:?}\n\
             learn_threshold = {learn_threshold}\nper_neuron = {}\nreset = {reset:?}\n\
             surrogate = \"{}\"",
            self.kind,
            self.per_neuron,
            self.surrogate()
        );
        toml::from_str(&text).unwrap()
    }

    /// The layer, its weights such that neurons fire now and then, its learnt constants different
    /// from neuron to neuron if they may be.
    pub(super) fn net(&self, threshold: Option<f32>, device: &Device) -> SpikingNet {
        let layer = LayerConfig {
            neurons: self.neurons,
            bias: self.bias,
            cell: self.cell(threshold),
            delay: None,
            ..Default::default()
        };
        let config = SpikingNetConfig::flat(self.inputs, vec![layer]);
        let net = config.init(self.seed, device).unwrap();
        net.map_dense(|_, mut layer| {
            let [inputs, outputs] = layer.connection.linear().dims();
            let scale = 2.0 / (inputs as f32).sqrt();
            let weights = self.dyadic(inputs * outputs, [-0.8 * scale, 1.2 * scale], 2);
            let bias = self.dyadic(outputs, [-0.2, 0.3], 3);
            layer.connection = layer.connection.map_linear(|l| l.with_rows(&weights, Some(&bias)));
            let jitter = self.numbers(2 * self.neurons, [-0.2, 0.2], 4);
            layer.cell = layer.cell.map_membrane(|membrane| {
                membrane.map_constants(|beta, threshold| {
                    let moved = |raw: Option<Vec<f32>>, by: &[f32]| {
                        let raw = raw.unwrap_or_default();
                        raw.iter().zip(by).map(|(r, by)| r + by).collect()
                    };
                    let raw = |c: Option<Tensor<1>>| c.map(to_vec);
                    let betas = moved(raw(beta.raw().map(|p| p.val())), &jitter);
                    let thetas =
                        moved(raw(threshold.raw().map(|p| p.val())), &jitter[self.neurons..]);
                    (beta.with_raw(betas), threshold.with_raw(thetas))
                })
            });
            layer
        })
    }

    /// The input, `[T or 1, batch, inputs]`.
    pub(super) fn input(&self, device: &Device) -> Tensor<3> {
        let frames = if self.still { 1 } else { self.steps };
        let count = frames * self.batch * self.inputs;
        let x = match self.spiking {
            true => spikes(count, 0.4, self.seed),
            false => self.dyadic(count, [-0.3, 1.0], 5),
        };
        tensor(&x, [frames, self.batch, self.inputs], device)
    }

    /// The smallest distance of a membrane from where a rounding error would count: its threshold,
    /// and the edges of a box surrogate.
    pub(super) fn margin(&self) -> f32 {
        let device = Device::flex();
        let net = self.net(None, &device);
        let unfireable = self.net(Some(1e30), &device);
        let only = |net: &SpikingNet| net.dense().next().unwrap().clone();
        let (layer, unfireable) = (only(&net), only(&unfireable).cell);
        let signal = Signal::Whole { x: self.input(&device), steps: self.steps };
        let theta = layer.cell.membrane().threshold(&device);
        let mut state = layer.cell.begin(self.batch, &device);
        let mut margin = f32::INFINITY;
        for current in layer.currents(signal).each() {
            // A neuron that cannot fire shows its membrane as it is before a reset.
            let (_, before) = unfireable.step(current.clone(), state.clone());
            let threshold = match self.cell(None) {
                CellConfig::Alif(c) => {
                    theta.clone() + state.aux[0].clone().mul_scalar(c.adaptation)
                }
                _ => theta.clone(),
            };
            for x in to_vec(before.membrane - threshold) {
                margin = margin.min(x.abs());
                if let Surrogate::Rectangular(width) = self.surrogate() {
                    margin = margin.min((x.abs() - 0.5 * width).abs());
                }
            }
            state = layer.cell.step(current, state).1;
        }
        margin
    }
}

/// Runs a cell step by step on given currents.
pub(super) fn stepwise(cell: &Cell, currents: Signal, out: super::Output) -> Produced {
    let currents = currents.each();
    let mut state = cell.begin(currents[0].dims()[0], &currents[0].device());
    let (mut spikes, mut membranes) = (Vec::new(), Vec::new());
    for current in currents {
        let (spiked, after) = cell.step(current, state);
        spikes.push(spiked);
        membranes.push(after.membrane.clone());
        state = after;
    }
    Produced::from_steps(spikes, membranes, out)
}
