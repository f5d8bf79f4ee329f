//! The fused operation against the same cells by tensor operations: outputs and gradients.

mod case;
mod floor;

use super::Output;
use crate::cell::Drive;
use crate::network::{Produced, Signal};
use crate::testing::{devices, difference, distance, norm, numbers, tensor, to_vec};
use crate::{Cell, SpikingNet};
use burn::tensor::{Device, Gradients, Tensor};
use case::{Case, KINDS, case, stepwise};
use proptest::prelude::*;
use proptest::test_runner::{TestCaseError, TestRunner};

const OUTPUTS: [Output; 3] = [Output::Spikes, Output::Totals, Output::All];

/// All that was asked for as one tensor, `[frames, batch, neurons]`.
fn whole(produced: Produced) -> Tensor<3> {
    match produced {
        Produced::Spikes(spikes) => spikes.frames(),
        Produced::Totals(t) => Tensor::stack(vec![t.counts, t.membranes, t.last], 0),
        Produced::All(spikes, membranes) => {
            Tensor::cat(vec![spikes.frames(), membranes.frames()], 0)
        }
    }
}

/// A result and its gradients, each by its name.
struct Outcome {
    out: Vec<f32>,
    grads: Vec<(&'static str, Vec<f32>)>,
}

impl Outcome {
    /// Takes the gradients of a sum of the output with weights that differ from place to place.
    fn of(out: Tensor<3>, seed: u64, params: Vec<(&'static str, Option<Leaf>)>) -> Self {
        let shape = out.dims();
        let weights = numbers(shape.iter().product(), [0.2, 1.0], seed);
        let weights = tensor(&weights, shape, &out.device());
        let grads = (out.clone() * weights).sum().backward();
        let grads = params.into_iter().filter_map(|(name, leaf)| Some((name, leaf?.grad(&grads))));
        Self { grads: grads.collect(), out: to_vec(out) }
    }

    /// Whether another outcome is the same to rounding. A gradient is measured by its norm, or by a
    /// tenth of that of all gradients where it is smaller: the gradient of a constant that a layer
    /// shares is a sum over all neurons, images and steps whose terms may cancel.
    fn assert_near(&self, other: &Self, spikes: usize) -> Result<(), TestCaseError> {
        prop_assert_eq!(&self.out[..spikes], &other.out[..spikes], "spikes");
        let error = distance(&self.out, &other.out);
        prop_assert!(error < 1e-5, "outputs: {}", error);
        let all = norm(other.grads.iter().flat_map(|(_, g)| g).map(|g| f64::from(*g)));
        for ((name, a), (_, b)) in self.grads.iter().zip(&other.grads) {
            prop_assert!(a.iter().all(|g| g.is_finite()), "{} {:?}", name, a);
            let scale = norm(b.iter().map(|g| f64::from(*g))).max(0.1 * all);
            let error = difference(a, b) / scale.max(f64::MIN_POSITIVE);
            prop_assert!(error < 1e-5, "gradient of {}: {} {:?} {:?}", name, error, a, b);
        }
        Ok(())
    }
}

/// A tensor whose gradient is wanted.
enum Leaf {
    Row(Tensor<1>),
    Matrix(Tensor<2>),
    Frames(Tensor<3>),
}

impl Leaf {
    /// Its gradient; 0 where nothing depends on it.
    fn grad(self, grads: &Gradients) -> Vec<f32> {
        fn of<const D: usize>(leaf: &Tensor<D>, grads: &Gradients) -> Vec<f32> {
            let zeros = || vec![0.0; leaf.dims().iter().product()];
            leaf.grad(grads).map(to_vec).unwrap_or_else(zeros)
        }
        match self {
            Self::Row(x) => of(&x, grads),
            Self::Matrix(x) => of(&x, grads),
            Self::Frames(x) => of(&x, grads),
        }
    }
}

/// The parameters of the only layer.
fn leaves(net: &SpikingNet, x: &Tensor<3>) -> Vec<(&'static str, Option<Leaf>)> {
    let layer = net.dense().next().unwrap();
    let (weight, bias) = layer.connection.linear().values();
    let mut leaves = constants(&layer.cell);
    leaves.push(("weights", Some(Leaf::Matrix(weight))));
    leaves.push(("bias", bias.is_autodiff().then_some(Leaf::Row(bias))));
    leaves.push(("input", x.is_autodiff().then(|| Leaf::Frames(x.clone()))));
    leaves
}

fn constants(cell: &Cell) -> Vec<(&'static str, Option<Leaf>)> {
    let (beta, threshold) = cell.membrane().constants();
    let leaf = |raw: Option<Tensor<1>>| raw.map(Leaf::Row);
    vec![
        ("beta", leaf(beta.raw().map(|p| p.val()))),
        ("threshold", leaf(threshold.raw().map(|p| p.val()))),
    ]
}

/// How many of the first numbers of an output are spikes or their counts.
fn spikes(case: &Case) -> usize {
    let frame = case.batch * case.neurons;
    if OUTPUTS[case.out] == Output::Totals { frame } else { case.steps * frame }
}

/// A layer with its weights.
fn check_layer(case: &Case, device: &Device) -> Result<(), TestCaseError> {
    let net = case.net(None, &device.clone().autodiff());
    let x = if case.tracked {
        case.input(&device.clone().autodiff()).require_grad()
    } else {
        case.input(device)
    };
    let (layer, out) = (net.dense().next().unwrap(), OUTPUTS[case.out]);
    let signal = || Signal::Whole { x: x.clone(), steps: case.steps };
    let fused = Outcome::of(whole(layer.forward(signal(), out)), 6, leaves(&net, &x));
    let composed = Outcome::of(whole(layer.composed(signal(), out)), 6, leaves(&net, &x));
    fused.assert_near(&composed, spikes(case))?;
    // Without autodiff the same numbers come.
    let plain = case.net(None, device);
    let signal = Signal::Whole { x: case.input(device), steps: case.steps };
    let plain = to_vec(whole(plain.dense().next().unwrap().forward(signal, out)));
    prop_assert_eq!(plain, fused.out, "without autodiff");
    Ok(())
}

/// Neurons on currents that come from elsewhere.
fn check_neurons(case: &Case, device: &Device) -> Result<(), TestCaseError> {
    let device = device.clone().autodiff();
    let (net, out) = (case.net(None, &device), OUTPUTS[case.out]);
    let signal = Signal::Whole { x: case.input(&device), steps: case.steps };
    let currents = net.dense().next().unwrap().currents(signal).whole().detach().require_grad();
    let cell = &net.dense().next().unwrap().cell;
    let leaves = || {
        let mut leaves = constants(cell);
        leaves.push(("currents", Some(Leaf::Frames(currents.clone()))));
        leaves
    };
    let drive = Drive { x: currents.clone(), weights: None, window: None };
    let fused = cell.fused(drive, case.steps, out).unwrap();
    let signal = Signal::Whole { x: currents.clone(), steps: case.steps };
    let composed = Outcome::of(whole(stepwise(cell, signal, out)), 7, leaves());
    Outcome::of(fused, 7, leaves()).assert_near(&composed, spikes(case))
}

/// The property, for one kind of cell.
fn agree(kind: &'static str) {
    let config = ProptestConfig { cases: CASES, failure_persistence: None, ..Default::default() };
    let check = |case: Case| {
        prop_assume!(case.margin() > 1e-5);
        for device in devices() {
            check_layer(&case, &device)?;
            check_neurons(&case, &device)?;
        }
        Ok(())
    };
    TestRunner::new(config).run(&case(kind), check).unwrap_or_else(|e| panic!("{e}"));
}

const CASES: u32 = 100;

macro_rules! properties {
    ($($name:ident: $kind:literal),* $(,)?) => {
        $(#[test]
        fn $name() {
            agree(KINDS[$kind]);
        })*
    };
}
properties! {
    lif_agrees_with_its_composed_form: 0,
    if_agrees_with_its_composed_form: 1,
    synaptic_agrees_with_its_composed_form: 2,
    alif_agrees_with_its_composed_form: 3,
    exp_if_agrees_with_its_composed_form: 4,
    adex_agrees_with_its_composed_form: 5,
    lapicque_agrees_with_its_composed_form: 6,
    alpha_agrees_with_its_composed_form: 7,
    second_order_lif_agrees_with_its_composed_form: 8,
}
