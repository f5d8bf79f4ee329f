//! Networks that the engine takes, each there for a few options.

use super::case::{Case, stream};
use spikestream::sc::network::Schedule;
use spikestream::spec::{Generator, Inputs, Phase, Reset};

/// Boards of the usual schedule.
const PLANES: &[(usize, Schedule)] = &[(16, Schedule::Planes)];
const STREAM: &[(usize, Schedule)] = &[(32, Schedule::Stream)];

/// All of them.
pub(super) const CASES: &[Case] = &[
    Case {
        name: "plain",
        covers: "whole ruler streams, van der Corput encoder, leak 4, reset by subtraction, one layer",
        sizes: &[20, 5],
        spec: |s| s.layers[0].threshold = 30,
        integers: |_| (),
        boards: &[
            (16, Schedule::Planes),
            (16, Schedule::Stream),
            (128, Schedule::Planes),
            (4, Schedule::Events),
        ],
    },
    Case {
        name: "three-layers",
        covers: "layers with thresholds of their own, the ruler as encoder, no leak, reset to zero",
        sizes: &[6, 5, 4, 3],
        spec: |s| {
            s.encoder.generator = Generator::Ruler;
            (s.neuron.leak, s.neuron.reset) = (0, Reset::Zero);
            for (layer, threshold) in s.layers.iter_mut().zip([9, 17, 1]) {
                layer.threshold = threshold;
            }
        },
        integers: |_| (),
        boards: &[(32, Schedule::Stream), (4, Schedule::Events)],
    },
    Case {
        name: "eight-layers",
        covers: "the most layers, in the same time step one after the other; the most leak",
        sizes: &[3, 2, 2, 2, 2, 2, 2, 2, 2],
        spec: |s| {
            (s.time.steps, s.neuron.leak) = (8, 15);
            s.layers.iter_mut().for_each(|layer| layer.threshold = 11);
        },
        integers: |_| (),
        boards: PLANES,
    },
    Case {
        name: "refractory",
        covers: "two steps of rest after a spike, in which a membrane only leaks; leak 1",
        sizes: &[6, 4, 3],
        spec: |s| (s.neuron.refractory, s.neuron.leak) = (2, 1),
        integers: |_| (),
        boards: PLANES,
    },
    Case {
        name: "noise",
        covers: "noise of five bits, restarted with each image and drawn by resting neurons as well",
        sizes: &[5, 4, 3],
        spec: |s| {
            (s.neuron.noise_bits, s.neuron.noise_seed) = (5, 0xace1);
            (s.neuron.refractory, s.neuron.fraction_bits) = (1, 2);
        },
        integers: |_| (),
        boards: STREAM,
    },
    Case {
        name: "saturation",
        covers: "membranes at both of their ends, and a threshold that none is above; weights of 7 bits",
        sizes: &[6, 5, 3],
        spec: |s| {
            stream(s, 7, 128, Generator::Ruler, Phase::Restart);
            (s.neuron.membrane_bits, s.neuron.fraction_bits) = (8, 0);
            (s.layers[0].threshold, s.layers[1].threshold) = (100, 127);
        },
        integers: |net| {
            net.layers[0].biases = vec![-128, 127, -20, 0, 20];
            net.layers[0].weights[..12].copy_from_slice(&[
                -127, -127, -127, -127, -127, -127, 127, 127, 127, 127, 127, 127,
            ]);
        },
        boards: &[(16, Schedule::Planes), (64, Schedule::Stream)],
    },
    Case {
        name: "256-steps",
        covers: "as many time steps as there are pixel values, where the encoder's numbers are not centred",
        sizes: &[5, 2],
        spec: |s| (s.time.steps, s.layers[0].threshold) = (256, 25),
        integers: |_| (),
        boards: PLANES,
    },
    Case {
        name: "one-step",
        covers: "one time step, one input, one neuron, weights of one bit, one class; the longest rest",
        sizes: &[1, 1],
        spec: |s| {
            stream(s, 1, 2, Generator::Ruler, Phase::Restart);
            (s.time.steps, s.neuron.refractory, s.layers[0].threshold) = (1, 15, 1);
        },
        integers: |net| (net.layers[0].weights, net.layers[0].biases) = (vec![1], vec![1]),
        boards: PLANES,
    },
    Case {
        name: "256-classes",
        covers: "the most classes, and ties among them",
        sizes: &[2, 256],
        spec: |s| (s.time.steps, s.layers[0].threshold) = (2, 4),
        integers: |net| {
            // The leaders are above 127, and the first of them wins.
            for (j, weights) in net.layers[0].weights.chunks_mut(2).enumerate() {
                weights.fill(if j >= 130 && j % 40 == 0 { 15 } else { j as i8 % 3 });
            }
            net.layers[0].biases.fill(7);
        },
        boards: &[(16, Schedule::Planes), (8, Schedule::Events)],
    },
    Case {
        name: "ties",
        covers: "equal counts told apart by the membrane, and where that is equal too by the lowest index",
        sizes: &[4, 6],
        spec: |s| (s.time.steps, s.neuron.leak, s.layers[0].threshold) = (8, 0, 15),
        integers: |net| {
            for (weights, q) in net.layers[0].weights.chunks_mut(4).zip([1, 4, 9, 9, 9, 4]) {
                weights.fill(q);
            }
            net.layers[0].biases = vec![0, 0, 0, 5, 5, 0];
        },
        boards: PLANES,
    },
    Case {
        name: "table",
        covers: "pixels made of a table's numbers, each column by its own range",
        sizes: &[4, 3],
        spec: |s| (s.time.steps, s.layers[0].threshold) = (8, 12),
        integers: |net| {
            net.inputs = Some(Inputs {
                label: "kind".into(),
                classes: ["elm", "fir", "oak"].map(String::from).to_vec(),
                columns: ["height", "girth", "age", "one"].map(String::from).to_vec(),
                ranges: vec![[-0.3, 0.7], [0.0, 255.0], [1e-3, 2e-3], [5.0, 5.0]],
            });
        },
        boards: PLANES,
    },
];
