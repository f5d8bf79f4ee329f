//! Tests of the cells: their numbers and gradients against recurrences written out once more in f64,
//! and their configs.

mod configs;
mod gradients;
mod reference;
mod values;

use super::{Cell, CellConfig, Drive, Neurons};
use crate::fused::Output;
use crate::testing::{numbers, tensor, to_vec};
use burn::tensor::{Device, Tensor};
use reference::Reference;

const STEPS: usize = 20;
const BATCH: usize = 3;
const NEURONS: usize = 5;

/// How close no membrane may come to its threshold: nearer, a spike in f32 need not be one in f64.
const MARGIN: f64 = 1e-4;

/// A cell of this kind with these lines of TOML.
fn config(kind: &str, lines: &str) -> CellConfig {
    toml::from_str(&format!("kind = \"{kind}\"\n{lines}")).unwrap()
}

/// A kind, lines of its config, and currents that make it fire now and then.
type Setting = (&'static str, &'static str, [f32; 2]);

/// Each kind with its defaults, then with every constant another than that. The currents of
/// exponential cells pull down on average: driven upwards for long, these amplify rounding.
const SETTINGS: [Setting; 20] = [
    ("lif", "", [-0.6, 1.0]),
    ("if", "", [-0.6, 1.0]),
    ("synaptic", "", [-0.5, 0.7]),
    ("alif", "", [-0.6, 1.0]),
    ("exp-if", "", [-0.9, 0.7]),
    ("adex", "", [-0.9, 0.7]),
    ("lapicque", "", [-5.0, 18.0]),
    ("alpha", "", [-0.6, 1.0]),
    ("second-order-lif", "", [-0.35, 0.4]),
    ("recurrent-lif", "", [-0.6, 1.0]),
    ("lif", "beta = 0.75\nthreshold = 0.6", [-0.6, 1.0]),
    ("if", "threshold = 1.7", [-0.6, 1.0]),
    ("synaptic", "alpha = 0.4\nbeta = 0.95\nthreshold = 1.4", [-0.5, 0.7]),
    ("alif", "beta = 0.8\nthreshold = 0.7\nrho = 0.8\nadaptation = 0.4", [-0.6, 1.0]),
    ("exp-if", "beta = 0.7\ndelta = 0.3\nrheobase = 0.9\nthreshold = 1.2", [-0.6, 0.9]),
    (
        "adex",
        "beta = 0.8\ndelta = 0.7\nrheobase = 1.1\ncoupling = 0.2\nincrement = 0.5\nrho = 0.7\n\
         rest = -0.3\nthreshold = 1.2",
        [-0.6, 0.9],
    ),
    (
        "lapicque",
        "tau = 7.0\nresistance = 3.0\ndt = 0.5\nrest = -0.4\nthreshold = 0.5",
        [-2.0, 4.0],
    ),
    ("alpha", "alpha_exc = 0.5\nalpha_inh = 0.3\nbeta = 0.7\nthreshold = 1.3", [-0.6, 1.0]),
    ("second-order-lif", "alpha = 0.6\nbeta = 0.8\nthreshold = 1.5", [-0.6, 1.0]),
    ("recurrent-lif", "beta = 0.8\nthreshold = 0.8", [-0.6, 1.0]),
];

/// A layer, what drives it, and what it must do.
struct Case {
    config: CellConfig,
    /// `[STEPS, BATCH, NEURONS currents]`.
    currents: Vec<f32>,
    /// Recurrent weights, `[NEURONS, NEURONS]`, of the cell that has them.
    recurrent: Vec<f64>,
    expected: Reference,
}

const SEED: u64 = 11;

impl Case {
    /// The first of a few drives that keeps its distance from the threshold.
    fn new(kind: &str, lines: &str, range: [f32; 2]) -> Self {
        let config = config(kind, lines);
        let cell = config.init(NEURONS, SEED, &Device::flex()).unwrap();
        let recurrent = match &cell {
            Cell::RecurrentLif(cell) => to_vec(cell.weight()).into_iter().map(f64::from).collect(),
            _ => Vec::new(),
        };
        let count = STEPS * BATCH * NEURONS * cell.currents();
        for seed in 0..20 {
            let currents = numbers(count, range, seed);
            let expected = Reference::run(&config, &currents, &recurrent);
            if expected.margin > MARGIN {
                return Self { config, currents, recurrent, expected };
            }
        }
        panic!("{kind}: every drive comes near the threshold");
    }

    fn cell(&self, device: &Device) -> Cell {
        self.config.init(NEURONS, SEED, device).unwrap()
    }

    /// The drive, `[STEPS, BATCH, currents]`.
    fn drive(&self, device: &Device) -> Tensor<3> {
        let width = self.currents.len() / (STEPS * BATCH);
        tensor(&self.currents, [STEPS, BATCH, width], device)
    }
}

/// Spikes and membranes over all steps, `[STEPS, BATCH, NEURONS]` each, step by step.
fn stepwise(cell: &Cell, drive: &Tensor<3>) -> (Tensor<3>, Tensor<3>) {
    let mut state = cell.begin(BATCH, &drive.device());
    let (mut spikes, mut membranes) = (Vec::new(), Vec::new());
    for t in 0..STEPS {
        let current = drive.clone().narrow(0, t, 1).squeeze_dim::<2>(0);
        let (spiked, after) = cell.step(current, state);
        spikes.push(spiked);
        membranes.push(after.membrane.clone());
        state = after;
    }
    (Tensor::stack(spikes, 0), Tensor::stack(membranes, 0))
}

/// The same by the fused operation, for cells that have it.
fn fused(cell: &Cell, drive: &Tensor<3>) -> Option<(Tensor<3>, Tensor<3>)> {
    let drive = Drive { x: drive.clone(), weights: None, window: None };
    let both = cell.fused(drive, STEPS, Output::All).ok()?;
    Some((both.clone().narrow(0, 0, STEPS), both.narrow(0, STEPS, STEPS)))
}
