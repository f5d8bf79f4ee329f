//! Neurons with names: their forward pass is the golden model's, value for value.

mod equations;
mod slopes;

use super::*;
use crate::fused::Output;
use crate::integer::neuron::named::{Named, Tape};
use crate::integer::{Integers, run};
use crate::network::{Dense, Linear, Produced, Signal};
use crate::testing::{devices, distance, numbers, spikes};
use crate::{
    AdExConfig, AlifConfig, AlphaConfig, ExpIfConfig, IfConfig, LapicqueConfig,
    SecondOrderLifConfig, Surrogate, SynapticConfig,
};
use spikestream::neuron::Drive;
use spikestream::neuron::arithmetic::Range;
use spikestream::neuron::cell::{Cell, Cells, Workplace};
use spikestream::neuron::equations::{Format, Kept};
use spikestream::neuron::kinds::KINDS;
use spikestream::spec::{FORMAT, FORMAT_OF_NAMED, Generator, Phase};
use std::sync::Arc;

/// Each cell that has integers, with constants that words of 12 bits behind the point hold.
fn cells() -> [CellConfig; 9] {
    let lif = LifConfig { beta: 0.625, ..Default::default() };
    let synaptic = SynapticConfig { alpha: 0.5, beta: 0.75, ..Default::default() };
    let alif = AlifConfig { beta: 0.9375, rho: 0.75, adaptation: 0.1875, ..Default::default() };
    let exp = ExpIfConfig { beta: 0.75, delta: 0.5, rheobase: 1.25, ..Default::default() };
    let adex = AdExConfig {
        beta: 0.75,
        delta: 0.5,
        rheobase: 1.25,
        coupling: 0.0625,
        increment: 0.125,
        rho: 0.9375,
        rest: -0.25,
        ..Default::default()
    };
    let lapicque = LapicqueConfig { tau: 8.0, resistance: 6.0, rest: 0.25, ..Default::default() };
    let alpha = AlphaConfig { alpha_exc: 0.5, alpha_inh: 0.25, beta: 0.75, ..Default::default() };
    let second = SecondOrderLifConfig { alpha: 0.5, beta: 0.75, ..Default::default() };
    [
        CellConfig::Lif(lif),
        CellConfig::If(IfConfig::default()),
        CellConfig::Synaptic(synaptic),
        CellConfig::Alif(alif),
        CellConfig::ExpIf(exp),
        CellConfig::AdEx(adex),
        CellConfig::Lapicque(lapicque),
        CellConfig::SecondOrderLif(second),
        CellConfig::Alpha(alpha),
    ]
}

/// The leaky neuron of format 1.
fn leaky() -> CellConfig {
    CellConfig::Lif(LifConfig { beta: 0.9375, ..Default::default() })
}

fn with(cells: &[CellConfig], steps: usize) -> Setting {
    let sizes: Vec<usize> = [64, 20, 15, 10][..cells.len()].iter().copied().chain([10]).collect();
    Setting { cells: cells.to_vec(), ..Setting::new(&sizes, steps) }
}

#[test]
fn every_cell_is_exact_in_a_hidden_layer() {
    assert_eq!(CellConfig::all().iter().filter(|cell| cell.has_integers()).count(), cells().len());
    let images = images(60);
    for cell in cells() {
        for reset in [Reset::Subtract, Reset::Zero] {
            let setting = with(&[cell.clone().with_reset(reset), leaky()], 16);
            let spec = setting.spec();
            let named: Vec<&String> = spec.neurons.keys().collect();
            assert_eq!((spec.format, named), (FORMAT_OF_NAMED, vec![&cell.name().to_owned()]));
            for device in devices() {
                let model = setting.init(&device);
                setting.assert_golden(&model, &images, &device);
                let fired = setting.answers(&model, &images, &device);
                assert!(fired.iter().any(|o| o.counts != [0; 10]), "nothing fires: {setting:?}");
            }
        }
    }
}

#[test]
fn every_cell_is_exact_as_the_output_and_in_words_that_saturate() {
    let images = images(40);
    for cell in cells() {
        let sc = ScConfig { state_bits: 12, state_fraction: 8, ..Default::default() };
        let setting = Setting { sc, ..with(&[leaky(), cell], 8) };
        for device in devices() {
            setting.assert_golden(&setting.init(&device), &images, &device);
        }
    }
}

/// Sums far beyond what an input can be, to both sides.
#[test]
fn inputs_end_where_those_of_the_golden_model_do() {
    let images = images(20);
    for (cell, steps) in cells().into_iter().flat_map(|cell| [(cell.clone(), 1), (cell, 4)]) {
        let setting = with(&[leaky(), cell], steps);
        for device in devices() {
            let strong = |index: usize, mut layer: Dense| {
                let [inputs, outputs] = layer.connection.linear().dims();
                // Up, down, and both at once.
                let weight = |at: usize| match (index, at / inputs % 3) {
                    (0, _) => 1.0,
                    (_, 2) => [9.0, -12.0][at % inputs % 2],
                    (_, side) => [9.0, -12.0][side],
                };
                let rows: Vec<f32> = (0..inputs * outputs).map(weight).collect();
                let bias = vec![0.5; outputs];
                let map = |l: Linear| l.with_rows(&rows, Some(&bias));
                layer.connection = layer.connection.map_linear(map);
                layer
            };
            let model = setting.init(&device).map_dense(strong);
            setting.assert_golden(&model, &images, &device);
        }
    }
}

#[test]
fn cells_mixed_are_exact_with_streams_cut_short_and_other_thresholds() {
    let images = images(60);
    let alif = AlifConfig { threshold: 0.5, rho: 0.5, ..Default::default() };
    let alpha = AlphaConfig { threshold: 2.0, alpha_inh: 0.75, ..Default::default() };
    let mixed = [cells()[2].clone(), CellConfig::Alif(alif), CellConfig::Alpha(alpha), leaky()];
    for (bits, length, phase, generator) in [
        (4, 0, Phase::Restart, Generator::Ruler),
        (5, 9, Phase::RunOn, Generator::VanDerCorput),
        (7, 6, Phase::RunOn, Generator::Ruler),
    ] {
        let sc = ScConfig { bits, length, phase, generator, ..Default::default() };
        let setting = Setting { sc, ..with(&mixed, 8) };
        assert_eq!(setting.spec().neurons.len(), 3);
        for device in devices() {
            setting.assert_golden(&setting.init(&device), &images, &device);
        }
    }
}

#[test]
fn nets_of_format_1_stay_it_and_others_name_no_more_than_they_must() {
    let lif = |beta: f32| CellConfig::Lif(LifConfig { beta, ..Default::default() });
    let names = |cells: &[CellConfig]| {
        let spec = with(cells, 4).spec();
        let names: Vec<Option<String>> = spec.layers.iter().map(|l| l.neuron.clone()).collect();
        (spec.format, spec.neuron.leak, names)
    };
    let name = |name: &str| Some(name.to_owned());
    assert_eq!(names(&[leaky(), leaky()]), (FORMAT, 4, vec![None, None]));
    assert_eq!(names(&[lif(0.5), leaky()]), (FORMAT_OF_NAMED, 4, vec![name("lif"), None]));
    assert_eq!(
        names(&[lif(0.5), lif(0.5), leaky()]),
        (FORMAT_OF_NAMED, 1, vec![None, None, name("lif")])
    );
    assert_eq!(
        names(&[lif(0.9), lif(0.9), lif(0.9)]),
        (FORMAT_OF_NAMED, 0, vec![name("lif"), name("lif"), name("lif")])
    );
    assert_eq!(
        names(&[lif(0.9), lif(0.7), lif(0.9)]),
        (FORMAT_OF_NAMED, 0, vec![name("layer-0"), name("layer-1"), name("layer-0")])
    );
}

/// Neurons that no cell leads to: each that ships, rest and all, as a layer of the golden model has it.
#[test]
fn every_neuron_that_ships_is_exact_and_has_a_gradient() {
    let (steps, count) = (128, 70); // more neurons than a row has
    let device = Device::flex();
    let model = with(&[leaky()], 1).init(&device);
    for kind in KINDS {
        let cell = Cell::new(kind.name, Format { bits: 18, fraction: 8 });
        let golden = Cells::new(&cell, 1 << cell.fraction).unwrap(); // a step is a word
        let ranges: Vec<Range> = [Some(golden.step().input()), golden.step().inhibition()]
            .into_iter()
            .flatten()
            .collect();
        let width = ranges.len() * count;
        let rows = ranges.iter().zip(4..).map(|(Range { low, high }, seed)| {
            let ends = [*low, *high].map(|end| 1.2 * end as f32 - 9.0); // some are clipped
            let drives = numbers(steps * count, ends, seed);
            drives.into_iter().map(f32::round).collect::<Vec<f32>>()
        });
        let rows: Vec<Vec<f32>> = rows.collect();
        let frames = |t: usize| rows.iter().flat_map(move |row| &row[t * count..][..count]);
        let drives: Vec<f32> = (0..steps).flat_map(frames).copied().collect();
        let shape = [steps * ranges.len(), 1, count];
        let drive = tensor(&drives, shape, &device).autodiff().require_grad();
        let tape = Arc::new(Tape::new(&cell, 1.0).unwrap());
        let neurons = Named::new(&tape, &leaky(), model.dense().next().unwrap().cell.membrane(), 1);
        let Produced::All(spikes, membranes) = neurons.run(drive.clone(), Output::All).unwrap()
        else {
            panic!("all was asked for")
        };
        let (mut at, mut fired) = (Workplace::default(), 0.0_f32);
        let shown = [spikes.clone(), membranes.clone()].map(|signal| to_vec(signal.frames()));
        for neuron in 0..count {
            let mut state = golden.begin();
            for (t, begin) in (0..steps).map(|t| (t * count + neuron, t * width + neuron)) {
                let bias = drives[begin] as i32;
                let inhibition = if ranges.len() == 2 { drives[begin + count] as i32 } else { 0 };
                let drive = Drive { current: -inhibition, inhibition, bias, noise: 0 };
                let spike = f32::from(golden.update(&mut at, &mut state, golden.inputs(drive)));
                let found = [shown[0][t], shown[1][t]];
                assert_eq!(found, [spike, state.membrane as f32], "{} at {t}", kind.name);
                fired += spike;
            }
        }
        let grads = spikes.sum().sum().backward();
        let grads = to_vec(drive.grad(&grads).unwrap());
        assert!(grads.iter().all(|g| g.is_finite()) && grads.iter().any(|g| *g != 0.0));
        assert!(fired > 0.0, "{} never fires", kind.name);
    }
}
