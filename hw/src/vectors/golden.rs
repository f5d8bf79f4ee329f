//! Networks that no engine takes: streams cut short or of other generators, other encoders, wide membranes.

use super::case::{Case, stream};
use spikestream::spec::{Generator, Phase};

/// All of them.
pub(super) const CASES: &[Case] = &[
    Case {
        name: "ruler-short",
        covers: "three of eight cycles of ruler streams, running on; the counter as encoder",
        sizes: &[8, 4, 3],
        spec: |s| {
            stream(s, 3, 3, Generator::Ruler, Phase::RunOn);
            s.encoder.generator = Generator::Counter;
            s.layers.iter_mut().for_each(|layer| layer.threshold = 4);
        },
        integers: |_| (),
        boards: &[],
    },
    Case {
        name: "van-der-corput-short",
        covers: "five of 16 cycles of van der Corput streams, each step from the start; Sobol as encoder",
        sizes: &[8, 5],
        spec: |s| {
            stream(s, 4, 5, Generator::VanDerCorput, Phase::Restart);
            s.encoder.generator = Generator::Sobol;
            s.layers[0].threshold = 12;
        },
        integers: |_| (),
        boards: &[],
    },
    Case {
        name: "lfsr-short",
        covers: "shift-register streams cut short, running on, and a shift register as encoder",
        sizes: &[8, 5],
        spec: |s| {
            stream(s, 5, 11, Generator::Lfsr, Phase::RunOn);
            s.encoder.generator = Generator::Lfsr;
            (s.time.steps, s.layers[0].threshold) = (32, 30);
        },
        integers: |_| (),
        boards: &[],
    },
    Case {
        name: "lfsr-256-steps",
        covers: "a shift register as encoder over 256 steps, where its first number comes again",
        sizes: &[4, 2],
        spec: |s| {
            stream(s, 6, 64, Generator::Lfsr, Phase::RunOn);
            s.encoder.generator = Generator::Lfsr;
            (s.time.steps, s.layers[0].threshold) = (256, 99);
        },
        integers: |_| (),
        boards: &[],
    },
    Case {
        name: "counter-short",
        covers: "one cycle of counter streams a step, running on; the counter as encoder over 32 steps",
        sizes: &[6, 3],
        spec: |s| {
            stream(s, 2, 1, Generator::Counter, Phase::RunOn);
            s.encoder.generator = Generator::Counter;
            (s.time.steps, s.layers[0].threshold) = (32, 1);
        },
        integers: |_| (),
        boards: &[],
    },
    Case {
        name: "sobol-short",
        covers: "Sobol streams cut short, running on; Sobol as encoder over 32 steps",
        sizes: &[7, 4],
        spec: |s| {
            stream(s, 5, 6, Generator::Sobol, Phase::RunOn);
            s.encoder.generator = Generator::Sobol;
            (s.time.steps, s.layers[0].threshold) = (32, 14);
        },
        integers: |_| (),
        boards: &[],
    },
    Case {
        name: "wide",
        covers: "membranes of 24 bits with 8 fraction bits, noise of 8 bits, biases at their ends",
        sizes: &[5, 4, 2],
        spec: |s| {
            stream(s, 7, 128, Generator::Sobol, Phase::Restart);
            let n = &mut s.neuron;
            (n.membrane_bits, n.fraction_bits, n.noise_bits, n.noise_seed) = (24, 8, 8, 0xffff);
            (s.layers[0].threshold, s.layers[1].threshold) = (200, 60);
        },
        integers: |net| net.layers[0].biases = vec![-(1 << 23), (1 << 23) - 1, -1, 0],
        boards: &[],
    },
];
