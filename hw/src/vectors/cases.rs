//! The networks of the test vectors: each is there for a few options, and together they have all.

use spikestream::sc::generator::lfsr_next;
use spikestream::sc::network::Schedule;
use spikestream::spec::{Generator, Inputs, Net, NetSpec, Phase, Reset, Stream, example};

/// One network.
pub(super) struct Case {
    /// Its name, and that of its file.
    pub(super) name: &'static str,
    /// Which options it is there for, in a sentence.
    pub(super) covers: &'static str,
    /// Layer widths, inputs first.
    sizes: &'static [usize],
    /// What of the spec differs from the example's.
    spec: fn(&mut NetSpec),
    /// What of the integers differs from the pseudo-random ones.
    integers: fn(&mut Net),
    /// The lanes and schedules of boards that carry it.
    pub(super) boards: &'static [(usize, Schedule)],
}

/// A row of numbers, where pixels are made of such, and the pixels.
pub(super) type Row = (Option<Vec<f64>>, Vec<u8>);

impl Case {
    /// The network.
    pub(super) fn net(&self) -> Net {
        let mut net = example(self.sizes);
        net.spec.name = self.name.into();
        (self.spec)(&mut net.spec);
        let mut numbers = Numbers::of(self.name);
        let (most, bits) = (net.spec.max_weight(), net.spec.neuron.fraction_bits + 2);
        for layer in &mut net.layers {
            layer.weights.fill_with(|| numbers.weight(most) as i8);
            layer.biases.fill_with(|| numbers.within(1 << bits));
        }
        (self.integers)(&mut net);
        net
    }

    /// Two images, the second of which must not depend on the first; one where it takes many steps.
    pub(super) fn images(&self, net: &Net) -> Vec<Row> {
        let mut numbers = Numbers::of(&format!("{}'s images", self.name));
        if let Some(inputs) = &net.inputs {
            let pixels =
                |row: &[f64]| row.iter().enumerate().map(|(i, x)| inputs.pixel(i, *x)).collect();
            return ROWS.iter().map(|row| (Some(row.to_vec()), pixels(row))).collect();
        }
        let mut image = || (None, (0..net.spec.inputs()).map(|_| numbers.pixel()).collect());
        let count = if net.spec.time.steps == 256 { 1 } else { 2 };
        (0..count).map(|_| image()).collect()
    }
}

/// Numbers that follow from a name, by the shift register of the noise.
struct Numbers(u16);

impl Numbers {
    fn of(name: &str) -> Self {
        let mix = |sum: u16, byte: u8| sum.rotate_left(5) ^ u16::from(byte).wrapping_mul(0x9e5);
        Self(name.bytes().fold(1, mix).max(1))
    }

    fn next(&mut self) -> u16 {
        self.0 = (0..16).fold(self.0, |state, _| lfsr_next(16, state));
        self.0
    }

    /// A number of `-most..=most`.
    fn within(&mut self, most: i32) -> i32 {
        i32::from(self.next()) % (2 * most + 1) - most
    }

    /// A number of `-most..=most`, mostly above 0: so that neurons spike in every layer.
    fn weight(&mut self, most: i32) -> i32 {
        let weight = self.within(most);
        if self.next() % 3 == 0 { weight } else { weight.abs() }
    }

    /// Any pixel, and often one at an end or in the middle.
    fn pixel(&mut self) -> u8 {
        const CORNERS: [u8; 8] = [0, 1, 127, 128, 129, 254, 255, 255];
        let number = self.next();
        match number % 3 {
            0 => CORNERS[usize::from(number >> 8) % CORNERS.len()],
            _ => (number >> 8) as u8,
        }
    }
}

/// The rows of the network of a table: within its ranges, beyond them, halfway between two pixels, and in
/// a column of one number.
const ROWS: [[f64; 4]; 2] = [[0.25, 126.5, 0.0015, 5.0], [0.71, 7.499, 0.00126, 5.5]];

/// Boards of the usual schedule.
const PLANES: &[(usize, Schedule)] = &[(16, Schedule::Planes)];
const STREAM: &[(usize, Schedule)] = &[(32, Schedule::Stream)];

fn stream(spec: &mut NetSpec, bits: u32, length: u32, generator: Generator, phase: Phase) {
    spec.stream = Stream { bits, length, generator, phase };
}

/// All of them.
pub(super) fn all() -> Vec<Case> {
    vec![
        Case {
            name: "plain",
            covers: "the usual options on one layer: whole ruler streams, van der Corput encoder, leak 4, reset by subtraction",
            sizes: &[20, 5],
            spec: |s| s.layers[0].threshold = 30,
            integers: |_| (),
            boards: &[(16, Schedule::Planes), (16, Schedule::Stream), (128, Schedule::Planes)],
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
            boards: STREAM,
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
            covers: "noise of five bits: restarted with each image, drawn by resting neurons and by those that do not spike",
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
            covers: "membranes of 8 bits at both of their ends, weights of 7 bits, no fraction bits, the largest threshold, which no membrane is above",
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
            boards: PLANES,
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
            covers: "five of sixteen cycles of van der Corput streams, each step from the start; Sobol as encoder",
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
            covers: "a shift register as encoder over 256 steps, where its first number comes again; whole shift-register streams",
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
            covers: "one cycle of counter streams a step, running on; the counter as encoder over 64 steps",
            sizes: &[6, 3],
            spec: |s| {
                stream(s, 2, 1, Generator::Counter, Phase::RunOn);
                s.encoder.generator = Generator::Counter;
                (s.time.steps, s.layers[0].threshold) = (64, 1);
            },
            integers: |_| (),
            boards: &[],
        },
        Case {
            name: "sobol-short",
            covers: "Sobol streams cut short, running on; Sobol as encoder over 64 steps",
            sizes: &[7, 4],
            spec: |s| {
                stream(s, 5, 6, Generator::Sobol, Phase::RunOn);
                s.encoder.generator = Generator::Sobol;
                (s.time.steps, s.layers[0].threshold) = (64, 14);
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
    ]
}
