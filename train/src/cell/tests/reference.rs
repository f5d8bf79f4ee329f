//! The cells' recurrences in f64, neuron by neuron, written out from their equations.

use super::{BATCH, NEURONS, STEPS};
use crate::CellConfig;
use spikestream::spec::Reset;

/// What a layer does over all steps, `[STEPS, BATCH, NEURONS]` each.
pub(super) struct Reference {
    pub(super) spikes: Vec<f64>,
    /// After the reset.
    pub(super) membranes: Vec<f64>,
    /// The other variables after each step, in the order of the cells' table.
    pub(super) states: [Vec<f64>; 2],
    /// The smallest distance of a membrane from its threshold.
    pub(super) margin: f64,
}

/// Leak and threshold of each neuron.
#[derive(Clone)]
pub(super) struct Constants {
    pub(super) beta: Vec<f64>,
    pub(super) theta: Vec<f64>,
}

impl Constants {
    pub(super) fn of(config: &CellConfig) -> Self {
        let [beta, theta] = match config {
            CellConfig::Lif(c) => [c.beta, c.threshold],
            CellConfig::If(c) => [f32::NAN, c.threshold],
            CellConfig::Synaptic(c) => [c.beta, c.threshold],
            CellConfig::Alif(c) => [c.beta, c.threshold],
            CellConfig::ExpIf(c) => [c.beta, c.threshold],
            CellConfig::AdEx(c) => [c.beta, c.threshold],
            CellConfig::Lapicque(c) => [f32::NAN, c.threshold],
            CellConfig::Alpha(c) => [c.beta, c.threshold],
            CellConfig::SecondOrderLif(c) => [c.beta, c.threshold],
            CellConfig::RecurrentLif(c) => [c.beta, c.threshold],
            CellConfig::Equations(_) => panic!("they have no float form"),
        };
        Self { beta: vec![beta.into(); NEURONS], theta: vec![theta.into(); NEURONS] }
    }
}

/// One neuron: V and two more variables.
#[derive(Clone, Copy, Default)]
struct Neuron {
    v: f64,
    a: f64,
    b: f64,
}

/// One step of one neuron: whether it fires, and how far it was from that.
fn step(config: &CellConfig, beta: f64, theta: f64, input: &[f64], n: &mut Neuron) -> (bool, f64) {
    let upstroke = |v: f64, delta: f32, rheobase: f32| {
        let (delta, rheobase) = (f64::from(delta), f64::from(rheobase));
        delta * f64::min((v - rheobase) / delta, 5.0).exp()
    };
    let old = *n;
    let mut threshold = theta;
    let mut rest = 0.0;
    match config {
        CellConfig::Lif(_) | CellConfig::RecurrentLif(_) => n.v = beta * old.v + input[0],
        CellConfig::If(_) => n.v = old.v + input[0],
        CellConfig::Synaptic(c) => {
            n.a = f64::from(c.alpha) * old.a + input[0];
            n.v = beta * old.v + n.a;
        }
        CellConfig::Alif(c) => {
            n.v = beta * old.v + input[0];
            threshold = theta + f64::from(c.adaptation) * old.a;
        }
        CellConfig::ExpIf(c) => {
            n.v = beta * old.v + upstroke(old.v, c.delta, c.rheobase) + input[0];
        }
        CellConfig::AdEx(c) => {
            n.v = beta * old.v + upstroke(old.v, c.delta, c.rheobase) - old.a + input[0];
        }
        CellConfig::Lapicque(c) => {
            let (tau, r, dt) = (f64::from(c.tau), f64::from(c.resistance), f64::from(c.dt));
            rest = f64::from(c.rest);
            n.v = (1.0 - dt / tau) * (old.v - rest) + rest + r * dt / tau * input[0];
        }
        CellConfig::Alpha(c) => {
            n.a = f64::from(c.alpha_exc) * old.a + input[0];
            n.b = f64::from(c.alpha_inh) * old.b + input[1];
            n.v = beta * old.v + n.a - n.b;
        }
        CellConfig::SecondOrderLif(c) => {
            n.a = f64::from(c.alpha) * old.a + input[0];
            n.v = beta * old.v + n.a;
        }
        CellConfig::Equations(_) => panic!("they have no float form"),
    }
    let distance = (n.v - threshold).abs();
    let fired = n.v > threshold;
    if fired {
        match config.reset() {
            Some(Reset::Subtract) => n.v -= threshold - rest,
            Some(Reset::Zero) => n.v = rest,
            None => panic!("it is a float cell"),
        }
    }
    let spike = if fired { 1.0 } else { 0.0 };
    match config {
        CellConfig::Alif(c) => n.a = f64::from(c.rho) * old.a + spike,
        CellConfig::AdEx(c) => {
            let coupled = f64::from(c.coupling) * (old.v - f64::from(c.rest));
            n.a = f64::from(c.rho) * old.a + coupled + f64::from(c.increment) * spike;
        }
        CellConfig::RecurrentLif(_) => n.a = spike,
        _ => {}
    }
    (fired, distance)
}

impl Reference {
    pub(super) fn run(config: &CellConfig, currents: &[f32], recurrent: &[f64]) -> Self {
        let currents: Vec<f64> = currents.iter().map(|x| f64::from(*x)).collect();
        Self::with(config, &Constants::of(config), &currents, recurrent)
    }

    /// Runs a layer on `[STEPS, BATCH, NEURONS currents]` numbers.
    pub(super) fn with(
        config: &CellConfig,
        constants: &Constants,
        currents: &[f64],
        recurrent: &[f64],
    ) -> Self {
        let each = currents.len() / (STEPS * BATCH * NEURONS);
        let mut neurons = [Neuron::default(); BATCH * NEURONS];
        let (mut spikes, mut membranes) = (Vec::new(), Vec::new());
        let (mut states, mut margin) = ([Vec::new(), Vec::new()], f64::INFINITY);
        for frame in currents.chunks(BATCH * NEURONS * each) {
            let before = neurons;
            for (k, n) in neurons.iter_mut().enumerate() {
                let mut input = frame[k * each..(k + 1) * each].to_vec();
                let (image, j) = (k / NEURONS, k % NEURONS);
                for (i, weight) in recurrent.iter().skip(j * NEURONS).take(NEURONS).enumerate() {
                    input[0] += weight * before[image * NEURONS + i].a;
                }
                let (beta, theta) = (constants.beta[j], constants.theta[j]);
                let (fired, distance) = step(config, beta, theta, &input, n);
                margin = margin.min(distance);
                spikes.push(if fired { 1.0 } else { 0.0 });
                membranes.push(n.v);
                states[0].push(n.a);
                states[1].push(n.b);
            }
        }
        Self { spikes, membranes, states, margin }
    }
}
