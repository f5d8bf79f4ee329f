//! A network of the test vectors, its integers and its images.

use spikestream::sc::generator::lfsr_next;
use spikestream::sc::network::Schedule;
use spikestream::spec::{Generator, Layer, Net, NetSpec, Phase, Stream, Wired, example};

/// One network.
pub(super) struct Case {
    /// Its name, and that of its file.
    pub(super) name: &'static str,
    /// Which options it is there for, in a sentence.
    pub(super) covers: &'static str,
    /// Layer widths, inputs first.
    pub(super) sizes: &'static [usize],
    /// What of the spec differs from the example's, which may be all layers.
    pub(super) spec: fn(&mut NetSpec),
    /// What of the integers differs from the pseudo-random ones.
    pub(super) integers: fn(&mut Net),
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
        dimension(&mut net);
        let mut numbers = Numbers::of(self.name);
        let (most, bits) = (net.spec.max_weight(), net.spec.neuron.fraction_bits + 2);
        for layer in &mut net.layers {
            layer.weights.fill_with(|| numbers.weight(most) as i8);
            layer.biases.fill_with(|| numbers.within(1 << bits));
            layer.delays.fill_with(|| numbers.next() as u8 % 4);
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

/// Gives the layers as many integers as their connections have; of a network that is none it leaves them.
fn dimension(net: &mut Net) {
    let wiring = net.spec.wiring().unwrap_or_default();
    let layer = |wired: &Wired| Layer {
        weights: vec![0; wired.weight_count()],
        biases: vec![0; wired.biases()],
        delays: vec![0; wired.delay_count()],
    };
    net.layers = wiring.iter().map(layer).collect();
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
        if self.next().is_multiple_of(3) { weight } else { weight.abs() }
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

/// Sets the streams of a network's weights.
pub(super) fn stream(
    spec: &mut NetSpec,
    bits: u32,
    length: u32,
    generator: Generator,
    phase: Phase,
) {
    spec.stream = Stream { bits, length, generator, phase, scale: 0 };
}
