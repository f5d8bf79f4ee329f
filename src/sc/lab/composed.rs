//! A whole net on streams: every layer's sums by gates and counters, its neurons those of the contract.

use super::accumulations::{Bench, Counter};
use super::codings::{Coding, Facts, Sums};
use super::setting::{Heard, Setting};
use super::streams::{Making, Streams};
use crate::Error;
use crate::cores;
use crate::data::Split;
use crate::neuron::{Drive, Neurons, Noise, Share, State, Workplace};
use crate::sc::error::ScError;
use crate::sc::network::classify;
use crate::spec::Net;
use std::fmt::Debug;

/// A net that is composed of streams.
///
/// At each of its T time steps a layer runs the L cycles of every stream, anew from their beginning. A spike of a hidden
/// neuron is held for all L cycles of the layer that hears it. The number that comes of the products, rounded to weight
/// steps, takes the place of the contract's `C_j`; neurons, biases, noise and readout are the net's own.
///
/// # Example
/// ```
/// use spikestream::{data, sc::lab::{Composed, Setting}, spec::Net};
///
/// let net = Net::load(std::path::Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/nets/digits")))?;
/// let test = data::digits().test;
/// let right = |coding| {
///     let setting = Setting::named(coding, "van-der-corput/counter", "exact", "streams", 128)?;
///     Composed::new(&net, &setting)?.right(&test)
/// };
/// assert!(right("unipolar-page")? < 72); // a fifth of 360
/// assert!(right("unipolar")? > 342); // 95 %
/// # Ok::<(), spikestream::Error>(())
/// ```
#[derive(Debug)]
pub struct Composed<'a> {
    net: &'a Net,
    heard: Heard,
    /// The symbol of each pixel, where pixels are streams.
    symbols: Vec<u8>,
    layers: Vec<Layer<'a>>,
    correlation: Option<f64>,
}

#[derive(Debug)]
struct Layer<'a> {
    currents: Box<dyn Currents + 'a>,
    neurons: Neurons,
    share: Share,
    biases: &'a [i32],
}

/// What the neurons of a layer hear.
trait Currents: Debug + Send + Sync {
    /// The currents of all neurons, in weight steps, for the values that inputs have.
    fn take(&self, symbols: &[u8], at: &mut Bench, currents: &mut [i32]);
}

/// By streams.
#[derive(Debug)]
struct OnStreams {
    counter: Box<dyn Counter>,
    coding: &'static dyn Coding,
    facts: Facts,
}

impl Currents for OnStreams {
    fn take(&self, symbols: &[u8], at: &mut Bench, currents: &mut [i32]) {
        let inputs = self.counter.count(symbols, at, currents);
        let scale = self.counter.scale();
        let inputs = f64::from(inputs) * scale;
        for current in currents {
            let sums = Sums { products: f64::from(*current) * scale, inputs };
            *current = self.coding.current(sums, &self.facts).round() as i32;
        }
    }
}

/// By multiplication, which streams stand for.
#[derive(Debug)]
struct Exactly {
    /// `[inputs][neurons]`.
    weights: Vec<i32>,
    /// The value of each symbol, in 256ths.
    values: Vec<i32>,
}

impl Currents for Exactly {
    fn take(&self, symbols: &[u8], _: &mut Bench, currents: &mut [i32]) {
        currents.fill(0);
        let rows = self.weights.chunks_exact(currents.len()).zip(symbols);
        for (row, symbol) in rows.filter(|(_, symbol)| **symbol > 0) {
            let value = self.values[usize::from(*symbol)];
            currents.iter_mut().zip(row).for_each(|(sum, q)| *sum += q * value);
        }
        currents.iter_mut().for_each(|sum| *sum = (f64::from(*sum) / 256.0).round() as i32);
    }
}

/// A pixel's share of its largest.
fn share(pixel: u8) -> f64 {
    f64::from(pixel) / 256.0
}

impl<'a> Composed<'a> {
    /// Composes a net of streams.
    ///
    /// # Errors
    /// What [`Setting::check`] finds; a layer that is not fully connected, hears more than one source, or whose neurons
    /// take negative weights apart.
    pub fn new(net: &'a Net, setting: &Setting) -> Result<Self, Error> {
        setting.check()?;
        let mut composed = Self::empty(net, setting.heard)?;
        let (symbols, pixels) = distinct(setting);
        composed.symbols = symbols;
        for layer in 0..net.layers.len() {
            let values =
                if layer == 0 && setting.heard == Heard::Streams { &pixels } else { &SPIKES[..] };
            let facts = facts(net, layer);
            let Setting { coding, generators, length, .. } = *setting;
            let making = Making { coding, generators, length, values };
            let streams = Streams::new(net, layer, &facts, making);
            if layer == 0 {
                composed.correlation = streams.correlation();
            }
            let counter = setting.accumulation.counter(streams);
            composed.push(layer, Box::new(OnStreams { counter, coding, facts }));
        }
        Ok(composed)
    }

    /// The same net with sums that are exact, which is what ideal streams come to.
    ///
    /// # Errors
    /// As [`Composed::new`], of the net.
    pub fn exactly(net: &'a Net, heard: Heard) -> Result<Self, Error> {
        let mut composed = Self::empty(net, heard)?;
        composed.symbols = (0..=255).collect();
        for layer in 0..net.layers.len() {
            let pixels = layer == 0 && heard == Heard::Streams;
            let spec = &net.spec.layers[layer];
            let of = |input| (0..spec.outputs).map(move |neuron| (neuron, input));
            let places = (0..spec.inputs).flat_map(of);
            let weights =
                places.map(|(neuron, input)| net.row(layer, neuron)[input].into()).collect();
            let values = if pixels { (0..256).collect() } else { vec![0, 256] };
            composed.push(layer, Box::new(Exactly { weights, values }));
        }
        Ok(composed)
    }

    fn empty(net: &'a Net, heard: Heard) -> Result<Self, Error> {
        ensure_plain(net)?;
        Ok(Self { net, heard, symbols: Vec::new(), layers: Vec::new(), correlation: None })
    }

    fn push(&mut self, layer: usize, currents: Box<dyn Currents + 'a>) {
        let neurons = Neurons::of(&self.net.spec, layer);
        let share = Share::of(&self.net.spec, layer);
        let biases = &self.net.layers[layer].biases;
        self.layers.push(Layer { currents, neurons, share, biases });
    }

    /// The mean SCC of the first layer's inputs with its weights; see [`Streams::correlation`].
    pub fn correlation(&self) -> Option<f64> {
        self.correlation
    }

    /// How many images of a split get the class of their label, on all cores.
    ///
    /// # Errors
    /// An image that has not as many pixels as the net has inputs.
    pub fn right(&self, split: &Split) -> Result<u64, Error> {
        crate::eval::ensure_pixels(self.net, &split.images)?;
        let pairs: Vec<(&Vec<u8>, &u8)> = split.images.iter().zip(&split.labels).collect();
        let right = |pairs: &[(&Vec<u8>, &u8)]| {
            let mut run = Run::new(self);
            pairs.iter().filter(|(image, label)| run.class(image) == usize::from(**label)).count()
        };
        Ok(cores::share(&pairs, right).into_iter().sum::<usize>() as u64)
    }

    /// The class of one image.
    ///
    /// # Panics
    /// If it has not as many pixels as the net has inputs.
    pub fn class(&self, image: &[u8]) -> usize {
        assert_eq!(image.len(), self.net.spec.inputs(), "one pixel an input");
        Run::new(self).class(image)
    }
}

/// Refuses a network with other layers than the laboratory has.
///
/// # Errors
/// A layer that is not fully connected, hears more than one source, or whose neurons take negative weights apart.
pub(in crate::sc) fn ensure_plain(net: &Net) -> Result<(), ScError> {
    for (layer, spec) in net.spec.layers.iter().enumerate() {
        let refused = |is: String| Err(ScError::Layer { layer, is });
        if spec.first.name() != "dense" {
            return refused(format!("is of kind {}", spec.first.name()));
        }
        if !spec.connections.is_empty() {
            return refused("hears further connections".into());
        }
        if Neurons::of(&net.spec, layer).have_inhibition() {
            return refused("has neurons that take negative weights apart".into());
        }
    }
    Ok(())
}

/// No spike and a spike.
const SPIKES: [f64; 2] = [0.0, 1.0];

/// The symbol of each pixel and the value of each symbol: pixels whose streams are the same have one.
fn distinct(setting: &Setting) -> (Vec<u8>, Vec<f64>) {
    let generator = setting.generators.inputs;
    let whole = f64::from(generator.whole(generator.bits(setting.length)));
    let stream = |pixel: u8| (setting.coding.input(share(pixel)) * whole).round();
    let (mut symbols, mut values) = (vec![0], vec![0.0]);
    for pixel in 1..=255 {
        if stream(pixel) != stream(pixel - 1) {
            values.push(share(pixel));
        }
        symbols.push((values.len() - 1) as u8);
    }
    (symbols, values)
}

fn facts(net: &Net, layer: usize) -> Facts {
    let weights = net.layers[layer].weights.iter().map(|q| i32::from(*q));
    Facts {
        whole: net.spec.max_weight() + 1,
        minimum: weights.clone().min().unwrap_or(0),
        maximum: weights.max().unwrap_or(0),
        threshold: net.spec.layers[layer].threshold,
        inputs: net.spec.layers[layer].inputs,
    }
}

/// What changes while images are run; kept from one to the next.
struct Run<'a> {
    of: &'a Composed<'a>,
    bench: Bench,
    at: Workplace,
    /// What the input and each layer pass on.
    passed: Vec<Vec<u8>>,
    currents: Vec<Vec<i32>>,
    states: Vec<Vec<State>>,
    counts: Vec<u32>,
    membranes: Vec<i32>,
}

impl<'a> Run<'a> {
    fn new(of: &'a Composed<'a>) -> Self {
        let sizes = || of.net.spec.layers.iter().map(|layer| layer.outputs);
        let begin = |(layer, neurons): (&Layer<'_>, usize)| vec![layer.neurons.begin(); neurons];
        Self {
            of,
            bench: Bench::default(),
            at: Workplace::default(),
            passed: std::iter::once(of.net.spec.inputs())
                .chain(sizes())
                .map(|n| vec![0; n])
                .collect(),
            currents: sizes().map(|n| vec![0; n]).collect(),
            states: of.layers.iter().zip(sizes()).map(begin).collect(),
            counts: vec![0; of.net.spec.classes()],
            membranes: Vec::new(),
        }
    }

    fn class(&mut self, image: &[u8]) -> usize {
        let spec = &self.of.net.spec;
        let mut noise = Noise::of(&spec.neuron);
        self.counts.fill(0);
        for (states, layer) in self.states.iter_mut().zip(&self.of.layers) {
            states.fill(layer.neurons.begin());
        }
        for step in 0..spec.time.steps {
            let still = self.of.heard == Heard::Streams && step > 0;
            if !still {
                self.hear(image, step);
            }
            for (at, layer) in self.of.layers.iter().enumerate() {
                let (before, after) = self.passed.split_at_mut(at + 1);
                let currents = &mut self.currents[at];
                // The image stands still, and so does what it gives.
                if at > 0 || !still {
                    layer.currents.take(&before[at], &mut self.bench, currents);
                }
                let states = self.states[at].iter_mut().zip(currents.iter()).zip(layer.biases);
                for (((state, current), bias), spike) in states.zip(&mut after[0]) {
                    let noise = layer.share.take(noise.draw());
                    let drive = Drive { current: *current, inhibition: 0, bias: *bias, noise };
                    *spike = layer.neurons.update(&mut self.at, state, drive).into();
                }
            }
            let last = self.passed[self.of.layers.len()].iter();
            self.counts.iter_mut().zip(last).for_each(|(count, spike)| *count += u32::from(*spike));
        }
        let last = &self.states[self.of.layers.len() - 1];
        self.membranes.clear();
        self.membranes.extend(last.iter().map(|state| state.membrane));
        classify(&self.counts, &self.membranes)
    }

    /// The input at a time step.
    fn hear(&mut self, image: &[u8], step: u32) {
        let spec = &self.of.net.spec;
        let pixels = self.passed[0].iter_mut().zip(image);
        match self.of.heard {
            Heard::Streams => pixels.for_each(|(s, x)| *s = self.of.symbols[usize::from(*x)]),
            Heard::Spikes => {
                let r = spec.encoder.generator.threshold(spec.time.steps, step);
                pixels.for_each(|(s, x)| *s = u8::from(*x > r));
            }
        }
    }
}

#[cfg(test)]
mod tests;
