//! Tests of networks: shapes, recordings, still input, seeds, parameters, and what is refused.

mod conv;
mod norm;
mod spiking;
mod wired;

use super::{Input, LayerRecord, Network, Pass, Record};
use crate::testing::{devices, spikes, tensor, to_vec};
use crate::{Layers, Regulariser, spike_floor_loss};
use burn::tensor::{Device, Tensor};

/// Spikes, `[T, batch, inputs]`.
fn input(shape: [usize; 3], device: &Device) -> Tensor<3> {
    tensor(&spikes(shape.iter().product(), 0.4, 3), shape, device)
}

/// All numbers of a result.
fn sums(pass: &Pass) -> [Vec<f32>; 3] {
    let Pass { spike_counts, membrane_acc, last_membranes, .. } = pass.clone();
    [spike_counts, membrane_acc, last_membranes].map(to_vec)
}

/// Holds what a run above floors lacks to the loss of its layers' spikes.
fn above_floors(net: &impl Network, x: Tensor<3>, plain: &Pass) {
    let [steps, ..] = x.dims();
    let recorded = net.run(x.clone().into(), Record::Spikes).unwrap().layers;
    let loss = |layer: &LayerRecord, least| {
        let counts = layer.spikes.clone().sum_dim(0).squeeze_dim::<2>(0);
        to_vec(spike_floor_loss(counts, steps, least))[0]
    };
    for layer in [Layers::All, Layers::Hidden, Layers::One(0)] {
        let floors = [(0.5, 0.9), (0.25, 0.1)];
        let own =
            floors.map(|(floor, least)| Regulariser { layer, floor, least, ..Default::default() });
        let above = net.run_above(&own, x.clone().into(), Record::Sums).unwrap();
        assert_eq!(sums(&above), sums(plain));
        let chosen = recorded.iter().enumerate();
        let chosen = chosen.filter(|(at, _)| layer.has(*at, at + 1 == recorded.len()));
        let costs = chosen.flat_map(|(_, l)| floors.map(|(floor, least)| floor * loss(l, least)));
        let (expected, lacking) = (costs.sum::<f32>(), above.lacking.map_or(0.0, |l| to_vec(l)[0]));
        assert!((lacking - expected).abs() < 1e-4, "{layer:?}: {lacking} for {expected}");
    }
    assert!(plain.lacking.is_none());
}

/// Holds recordings to the sums, and still input to the same input repeated.
fn check(net: &impl Network, batch: usize, widths: &[usize], device: &Device) {
    let (steps, inputs) = (6, net.inputs());
    let x = input([steps, batch, inputs], device);
    let run = |input: Input, record| net.run(input, record).unwrap();
    let plain = run(x.clone().into(), Record::Sums);
    assert_eq!(plain.spike_counts.dims(), [batch, net.outputs()]);
    assert_eq!(plain.membrane_acc.dims(), [batch, net.outputs()]);
    assert!(plain.layers.is_empty());
    assert_eq!(net.names().len(), widths.len());

    let near = |a: &[f32], b: &[f32]| a.iter().zip(b).all(|(a, b)| (a - b).abs() < 1e-4);
    for record in [Record::Spikes, Record::All] {
        let pass = run(x.clone().into(), record);
        for (a, b) in sums(&pass).iter().zip(&sums(&plain)) {
            assert!(near(a, b), "{record:?}: {a:?} for {b:?}");
        }
        assert_eq!(pass.layers.len(), widths.len());
        for (layer, width) in pass.layers.iter().zip(widths) {
            assert_eq!(layer.spikes.dims(), [steps, batch, *width]);
            assert!(to_vec(layer.spikes.clone()).iter().all(|s| *s == 0.0 || *s == 1.0));
            let membranes = layer.membranes.clone().map(|m| m.dims());
            assert_eq!(membranes, (record == Record::All).then_some([steps, batch, *width]));
        }
        let last = &pass.layers[widths.len() - 1];
        let counts = to_vec(last.spikes.clone().sum_dim(0));
        assert_eq!(counts, to_vec(pass.spike_counts), "recorded spikes are counted");
        if let Some(membranes) = &last.membranes {
            assert!(near(&to_vec(membranes.clone().sum_dim(0)), &to_vec(pass.membrane_acc)));
        }
    }

    above_floors(net, x.clone(), &plain);
    let frame = x.narrow(0, 0, 1);
    let repeated = frame.clone().repeat_dim(0, steps);
    let still = Input::Still(frame.squeeze_dim(0), steps);
    assert_eq!((still.steps(), still.batch()), (steps, batch));
    for record in [Record::Sums, Record::All] {
        let still = run(still.clone(), record);
        assert_eq!(sums(&still), sums(&run(repeated.clone().into(), record)));
    }
}

/// Holds what no network can be run on to a clear error.
fn check_refusals(net: &impl Network) {
    let (device, inputs) = (Device::flex(), net.inputs());
    let zeros = |shape| Tensor::<3>::zeros(shape, &device);
    for (input, says) in [
        (Input::Steps(zeros([0, 2, inputs])), "time steps"),
        (Input::Still(Tensor::zeros([2, inputs], &device), 0), "time steps"),
        (Input::Steps(zeros([3, 0, inputs])), "samples"),
        (Input::Steps(zeros([3, 2, inputs + 1])), "width"),
        (Input::Still(Tensor::zeros([2, inputs - 1], &device), 3), "width"),
    ] {
        let error = net.run(input, Record::Sums).unwrap_err();
        assert_eq!(error.code(), "spikestream::train::shape");
        assert!(error.to_string().contains(says), "{error} says nothing of {says}");
    }
}
