//! Learnt constants, and the gradients of every cell against differences of the recurrence in f64.
//!
//! A box of a width below the distance that membranes keep from the threshold is a surrogate whose
//! slope is 0 everywhere here. What is left is the derivative of a function that is smooth as long as
//! no spike changes: the spike within the reset is constant, and the thresholds are not.

use super::reference::Constants;
use super::*;
use crate::testing::{devices, distance};

/// Constants that are learnt, by kind.
fn lines(kind: &str, extra: &str) -> String {
    let beta = if matches!(kind, "if" | "lapicque") { "" } else { "learn_beta = true\n" };
    format!("{extra}\n{beta}learn_threshold = true\nsurrogate = \"rectangular(1e-4)\"\n")
}

fn cases() -> Vec<(String, Case)> {
    let mut cases = Vec::new();
    for (kind, extra, range) in SETTINGS {
        for per_neuron in [false, true] {
            for reset in ["subtract", "zero"] {
                let lines = lines(kind, extra);
                let lines = format!("{lines}per_neuron = {per_neuron}\nreset = \"{reset}\"");
                cases.push((format!("{kind} with {lines}"), Case::new(kind, &lines, range)));
            }
        }
    }
    cases
}

/// The learnt constants' parameters: beta's, then the threshold's.
fn raw(cell: &Cell) -> [Option<Tensor<1>>; 2] {
    let (beta, threshold) = cell.membrane().constants();
    [beta, threshold].map(|c| c.raw().map(|p| p.val()))
}

#[test]
fn learnt_constants_begin_at_their_value_one_a_layer_or_a_neuron() {
    for (what, case) in cases() {
        let per_neuron = what.contains("per_neuron = true");
        let count = if per_neuron { NEURONS } else { 1 };
        let constants = Constants::of(&case.config);
        for device in devices() {
            let cell = case.cell(&device);
            let membrane = cell.membrane();
            for (found, expected) in [
                (membrane.beta(&device), &constants.beta),
                (membrane.threshold(&device), &constants.theta),
            ] {
                assert_eq!(found.dims(), [1, NEURONS]);
                for (a, b) in to_vec(found).iter().zip(expected) {
                    assert!(b.is_nan() || (f64::from(*a) - b).abs() < 3e-7, "{what}: {a} for {b}");
                }
            }
            let [beta, threshold] = raw(&cell).map(|raw| raw.map(|r| r.dims()));
            assert_eq!(threshold, Some([count]));
            assert_eq!(beta, (!constants.beta[0].is_nan()).then_some([count]), "{what}");
        }
    }
}

#[test]
fn constants_that_are_not_learnt_are_no_parameters() {
    use burn::module::Module;
    for config in CellConfig::all() {
        let own = if config.name() == "recurrent-lif" { NEURONS * NEURONS } else { 0 };
        let cell = config.init(NEURONS, SEED, &Device::flex()).unwrap();
        assert_eq!(cell.num_params(), own, "{}", config.name());
    }
}

/// How the loss, a sum of membranes and spikes times these weights, answers to a change.
struct Loss<'a> {
    case: &'a Case,
    weights: Vec<f32>,
}

impl Loss<'_> {
    fn of(&self, constants: &Constants, currents: &[f64], recurrent: &[f64]) -> f64 {
        let run = Reference::with(&self.case.config, constants, currents, recurrent);
        assert_eq!(run.spikes, self.case.expected.spikes, "a spike changed");
        run.membranes.iter().zip(&self.weights).map(|(v, w)| v * f64::from(*w)).sum()
    }

    /// The central difference of a function of the change.
    fn slope(&self, change: impl Fn(f64, &mut Constants, &mut [f64], &mut [f64])) -> f32 {
        let at = |h: f64| {
            let mut constants = Constants::of(&self.case.config);
            let mut currents: Vec<f64> = self.case.currents.iter().map(|x| f64::from(*x)).collect();
            let mut recurrent = self.case.recurrent.clone();
            change(h, &mut constants, &mut currents, &mut recurrent);
            self.of(&constants, &currents, &recurrent)
        };
        let h = 1e-7;
        ((at(h) - at(-h)) / (2.0 * h)) as f32
    }

    /// Of the parameter behind beta, one a neuron; the chain rule of the logistic function is left
    /// to the difference as well.
    fn beta(&self) -> Vec<f32> {
        let moved = |beta: f64, h: f64| 1.0 / (1.0 + (-((beta / (1.0 - beta)).ln() + h)).exp());
        let slope = |j: usize| self.slope(|h, c, _, _| c.beta[j] = moved(c.beta[j], h));
        (0..NEURONS).map(slope).collect()
    }

    fn theta(&self) -> Vec<f32> {
        let moved = |theta: f64, h: f64| (theta.ln() + h).exp();
        let slope = |j: usize| self.slope(|h, c, _, _| c.theta[j] = moved(c.theta[j], h));
        (0..NEURONS).map(slope).collect()
    }

    fn currents(&self) -> Vec<f32> {
        let slope = |k: usize| self.slope(|h, _, currents, _| currents[k] += h);
        (0..self.case.currents.len()).map(slope).collect()
    }

    fn recurrent(&self) -> Vec<f32> {
        let slope = |k: usize| self.slope(|h, _, _, recurrent| recurrent[k] += h);
        (0..self.case.recurrent.len()).map(slope).collect()
    }
}

/// Gradients of one number a neuron, or their sum if all share one.
fn shared(each: Vec<f32>, count: usize) -> Vec<f32> {
    if count == 1 { vec![each.iter().sum()] } else { each }
}

#[test]
fn gradients_are_the_differences_of_the_recurrence() {
    for (what, case) in cases() {
        let loss = Loss { case: &case, weights: numbers(STEPS * BATCH * NEURONS, [-1.0, 1.0], 5) };
        let (beta, theta) = (loss.beta(), loss.theta());
        let (currents, recurrent) = (loss.currents(), loss.recurrent());
        let check = |name: &str, found: Option<Tensor<1>>, expected: &[f32]| {
            let found = found.map(to_vec).unwrap_or_else(|| vec![0.0; expected.len()]);
            let error = distance(&found, expected);
            assert!(error < 1e-4, "{what}: {name} {found:?} for {expected:?}, {error}");
        };
        for device in devices() {
            let device = device.autodiff();
            let cell = case.cell(&device);
            let drive = case.drive(&device).require_grad();
            let weights = tensor(&loss.weights, [STEPS, BATCH, NEURONS], &device);
            let runs = [Some(stepwise(&cell, &drive)), fused(&cell, &drive)];
            for (spikes, membranes) in runs.into_iter().flatten() {
                // Spikes get a gradient from outside, which the box must stop.
                let grads = (membranes * weights.clone() + spikes).sum().backward();
                for ((name, expected), raw) in
                    [("beta", &beta), ("theta", &theta)].into_iter().zip(raw(&cell))
                {
                    let Some(raw) = raw else { continue };
                    let count = raw.dims()[0];
                    check(name, raw.grad(&grads), &shared(expected.clone(), count));
                }
                let grad = drive.grad(&grads).map(|g| g.flatten::<1>(0, 2));
                check("currents", grad, &currents);
                if let Cell::RecurrentLif(cell) = &cell {
                    let grad = cell.weight().grad(&grads).map(|g| g.flatten::<1>(0, 1));
                    check("recurrent", grad, &recurrent);
                }
            }
        }
    }
}
