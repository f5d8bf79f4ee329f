//! Networks whose layers name their neurons.

use super::case::Case;
use spikestream::neuron::cell::{Cell, EQUATIONS};
use spikestream::neuron::equations::Format;
use spikestream::sc::network::Schedule;
use spikestream::spec::{FORMAT_OF_NAMED, NetSpec};

/// All of them.
pub(super) const CASES: &[Case] = &[
    Case {
        name: "named-neurons",
        covers: "neurons by their names: an upstroke and an adaptation, a threshold that rises, LIF behind them",
        sizes: &[6, 5, 4, 3],
        spec: |s| {
            name(s, &[("upstroke", shipped("adex", 16, 12)), ("tired", shipped("alif", 12, 8))])
        },
        integers: |_| (),
        boards: &[(16, Schedule::Planes), (12, Schedule::Events)],
    },
    Case {
        name: "own-equations",
        covers: "equations of one's own: a state that begins away from 0, a rest, noise, a range within the words'",
        sizes: &[5, 4, 3],
        spec: |s| {
            s.neuron.noise_bits = 4;
            name(s, &[("own", own()), ("own", own())]);
        },
        integers: |_| (),
        boards: &[(32, Schedule::Stream)],
    },
    Case {
        name: "two-synapses",
        covers: "a second synapse for the negative weights; layers with more and less of the noise",
        sizes: &[7, 5, 4, 3],
        spec: |s| {
            s.neuron.noise_bits = 6;
            name(s, &[("two", shipped("alpha", 16, 12)), ("two", shipped("alpha", 16, 12))]);
            (s.layers[1].noise_bits, s.layers[2].noise_bits) = (Some(2), Some(0));
        },
        integers: |_| (),
        boards: &[(16, Schedule::Planes)],
    },
];

/// Gives the first layers these neurons.
fn name(spec: &mut NetSpec, neurons: &[(&str, Cell)]) {
    spec.format = FORMAT_OF_NAMED;
    for (layer, (name, cell)) in spec.layers.iter_mut().zip(neurons) {
        (layer.neuron, layer.threshold) = (Some((*name).into()), 16);
        spec.neurons.insert((*name).into(), cell.clone());
    }
}

fn shipped(kind: &str, bits: u32, fraction: u32) -> Cell {
    Cell { table_bits: 4, ..Cell::new(kind, Format { bits, fraction }) }
}

fn own() -> Cell {
    let text = "threshold = \"v > limit or v < -3\"\nrefractory = 2\n\
                [states]\nv = { initial = 0.5, range = [-4, 3] }\nlimit = { initial = 1, range = [0.5, 2] }\n\
                [equations]\n\"v'\" = \"v - v * abs(v) / 8 + I\"\n\"limit'\" = \"max(limit * 0.75, 0.75)\"\n\
                [reset]\nv = \"-v / 4\"\nlimit = \"limit + 0.5\"\n\
                [input]\nrange = [-2, 1.5]\n";
    let format = Format { bits: 14, fraction: 10 };
    Cell { equations: Some(text.into()), ..Cell::new(EQUATIONS, format) }
}
