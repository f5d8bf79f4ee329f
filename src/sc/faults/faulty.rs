//! A whole net in an engine with faults, and every value that a neuron has on the way.

use super::kinds::{Products, Stuck};
use super::setting::Setting;
use crate::Error;
use crate::cores;
use crate::data::Split;
use crate::hardware::current_bits;
use crate::neuron::{Drive, Neurons, Noise, Share, State, Workplace};
use crate::sc::error::ScError;
use crate::sc::lab::ensure_plain;
use crate::sc::network::{Outcome, Update, classify};
use crate::spec::Net;

/// A net in an engine with faults.
///
/// Its sums are those of the contract over the words that its memory has now, wrapped to the bits that the engine keeps of a
/// sum. Without a hit every value is the golden model's.
#[derive(Debug)]
pub struct Faulty<'a> {
    net: &'a Net,
    setting: Setting,
    layers: Vec<Layer<'a>>,
    stuck: Vec<Stuck>,
    /// Bits of weights that were hit, and lanes.
    hit: u64,
    /// Bits of a sum that the engine does not keep, of 32.
    unused: u32,
}

#[derive(Debug)]
struct Layer<'a> {
    /// As its memory has them, `[neurons][inputs]`.
    words: Vec<u16>,
    /// What they stand for, `[inputs][neurons]`.
    weights: Vec<i32>,
    neurons: Neurons,
    share: Share,
    biases: &'a [i32],
}

/// What some images came to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// Images that get the class of their label.
    pub right: u64,
    /// What was hit: bits of the weights' memory or lanes, once for all images, or bits of what all of them ran through.
    pub hit: u64,
}

/// Which places the hits of a number are of.
#[derive(Clone, Copy)]
enum Place {
    Words = 1,
    Lanes,
    Products,
    Membranes,
}

/// The number of the hits of a place in a layer, of an image at a time step; 0 where these mean nothing.
fn number_of(place: Place, layer: usize, image: usize, step: u32) -> u64 {
    (place as u64) << 60 | (layer as u64) << 56 | u64::from(step) << 40 | image as u64
}

impl<'a> Faulty<'a> {
    /// Puts a net into an engine, and the faults into its memory.
    ///
    /// # Errors
    /// What [`Setting::check`] finds; a layer that is not fully connected, hears more than one source, or whose neurons take
    /// negative weights apart; streams that are cut short.
    pub fn new(net: &'a Net, setting: Setting) -> Result<Self, Error> {
        setting.check()?;
        ensure_plain(net)?;
        let stream = &net.spec.stream;
        if !stream.is_full() {
            let (length, period) = (stream.length, stream.period());
            return Err(ScError::Part { length, period }.into());
        }
        let Setting { engine, kind, lanes, .. } = setting;
        let wires = engine.wires(stream);
        let stuck = kind.stuck(lanes, wires, &mut setting.hits(number_of(Place::Lanes, 0, 0, 0)));
        let unused = 32 - current_bits(&net.spec) as u32;
        let mut faulty =
            Self { net, setting, layers: Vec::new(), hit: stuck.len() as u64, stuck, unused };
        (0..net.layers.len()).for_each(|layer| faulty.push(layer));
        Ok(faulty)
    }

    fn push(&mut self, layer: usize) {
        let Setting { engine, kind, .. } = self.setting;
        let (bits, memory) = (self.net.spec.stream.bits, engine.memory());
        let weights = &self.net.layers[layer].weights;
        let mut words: Vec<u16> = weights.iter().map(|q| (memory.encode)(*q, bits)).collect();
        let mut hits = self.setting.hits(number_of(Place::Words, layer, 0, 0));
        self.hit += kind.strike_words(&mut words, bits + 1, &mut hits);
        let inputs = self.net.spec.layers[layer].inputs;
        let column = |input| words.iter().skip(input).step_by(inputs);
        let weights = (0..inputs).flat_map(column).map(|word| (memory.decode)(*word, bits));
        self.layers.push(Layer {
            weights: weights.collect(),
            words,
            neurons: Neurons::of(&self.net.spec, layer),
            share: Share::of(&self.net.spec, layer),
            biases: &self.net.layers[layer].biases,
        });
    }

    /// The weights that a layer's memory has now, `[neurons][inputs]`.
    ///
    /// # Panics
    /// If there is no such layer.
    pub fn weights(&self, layer: usize) -> Vec<i32> {
        let (bits, memory) = (self.net.spec.stream.bits, self.setting.engine.memory());
        self.layers[layer].words.iter().map(|word| (memory.decode)(*word, bits)).collect()
    }

    /// The words that a layer's memory has now, `[neurons][inputs]`.
    ///
    /// # Panics
    /// If there is no such layer.
    pub fn words(&self, layer: usize) -> &[u16] {
        &self.layers[layer].words
    }

    /// Which faults it has.
    pub fn setting(&self) -> Setting {
        self.setting
    }

    /// Bits of the weights' memory, or lanes, that were hit.
    pub fn hit(&self) -> u64 {
        self.hit
    }

    /// How many images of a split get the class of their label, on all cores.
    ///
    /// # Errors
    /// An image that has not as many pixels as the net has inputs.
    pub fn right(&self, split: &Split) -> Result<Tally, Error> {
        crate::eval::ensure_pixels(self.net, &split.images)?;
        let images: Vec<(usize, (&Vec<u8>, &u8))> =
            split.images.iter().zip(&split.labels).enumerate().collect();
        let of = |part: &[(usize, (&Vec<u8>, &u8))]| {
            let mut run = Run::new(self);
            let right = part.iter().filter(|(at, (image, label))| {
                run.infer(*at, image, &mut |_| ()).class == usize::from(**label)
            });
            Tally { right: right.count() as u64, hit: run.hit }
        };
        let parts = cores::share(&images, of);
        let hit = self.hit + parts.iter().map(|part| part.hit).sum::<u64>();
        Ok(Tally { right: parts.iter().map(|part| part.right).sum(), hit })
    }

    /// Runs image `at`, which has faults of its own, and shows every neuron at every step, in the order of the golden model.
    ///
    /// # Panics
    /// If it has not as many pixels as the net has inputs.
    pub fn infer_observed(
        &self,
        at: usize,
        image: &[u8],
        mut observe: impl FnMut(Update),
    ) -> Outcome {
        assert_eq!(image.len(), self.net.spec.inputs(), "one pixel an input");
        Run::new(self).infer(at, image, &mut observe)
    }
}

/// What changes while images are run; kept from one to the next.
struct Run<'a> {
    of: &'a Faulty<'a>,
    at: Workplace,
    /// What the input and each layer pass on, 0 or 1 each.
    passed: Vec<Vec<u8>>,
    sums: Vec<Vec<i32>>,
    states: Vec<Vec<State>>,
    counts: Vec<u32>,
    hit: u64,
}

impl<'a> Run<'a> {
    fn new(of: &'a Faulty<'a>) -> Self {
        let sizes = || of.net.spec.layers.iter().map(|layer| layer.outputs);
        let all = || std::iter::once(of.net.spec.inputs()).chain(sizes());
        Self {
            of,
            at: Workplace::default(),
            passed: all().map(|n| vec![0; n]).collect(),
            sums: sizes().map(|n| vec![0; n]).collect(),
            states: sizes().map(|n| vec![State::default(); n]).collect(),
            counts: vec![0; of.net.spec.classes()],
            hit: 0,
        }
    }

    fn infer(&mut self, number: usize, image: &[u8], observe: &mut impl FnMut(Update)) -> Outcome {
        let spec = &self.of.net.spec;
        let mut noise = Noise::of(&spec.neuron);
        self.counts.fill(0);
        for (states, layer) in self.states.iter_mut().zip(&self.of.layers) {
            states.fill(layer.neurons.begin());
        }
        for step in 0..spec.time.steps {
            let r = spec.encoder.generator.threshold(spec.time.steps, step);
            let pixels = self.passed[0].iter_mut().zip(image);
            pixels.for_each(|(spike, x)| *spike = u8::from(*x > r));
            for layer in 0..self.of.layers.len() {
                self.sum(layer, number, step);
                self.update(layer, step, &mut noise, observe);
                let of = &self.of.layers[layer].neurons;
                let at = number_of(Place::Membranes, layer, number, step);
                let mut hits = self.of.setting.hits(at);
                let states = &mut self.states[layer];
                self.hit += self.of.setting.kind.strike_membranes(of, states, &mut hits);
            }
            let last = self.passed[self.of.layers.len()].iter();
            self.counts.iter_mut().zip(last).for_each(|(count, spike)| *count += u32::from(*spike));
        }
        let last = &self.states[self.of.layers.len() - 1];
        let membranes: Vec<i32> = last.iter().map(|state| state.membrane).collect();
        let class = classify(&self.counts, &membranes);
        Outcome { class, counts: self.counts.clone(), membranes }
    }

    /// What the products of a layer come to.
    fn sum(&mut self, layer: usize, image: usize, step: u32) {
        let Faulty { net, setting, stuck, unused, .. } = self.of;
        let own = &self.of.layers[layer];
        let (spikes, sums) = (&self.passed[layer], &mut self.sums[layer]);
        sums.fill(0);
        let rows = own.weights.chunks_exact(sums.len()).zip(spikes);
        for (row, _) in rows.filter(|(_, spike)| **spike == 1) {
            sums.iter_mut().zip(row).for_each(|(sum, q)| *sum += q);
        }
        let products = Products {
            engine: setting.engine,
            stream: &net.spec.stream,
            spikes,
            words: &own.words,
            lanes: setting.lanes,
            stuck,
        };
        let mut hits = setting.hits(number_of(Place::Products, layer, image, step));
        self.hit += setting.kind.strike_products(&products, &mut hits, sums);
        sums.iter_mut().for_each(|sum| *sum = *sum << unused >> unused);
    }

    /// A step of a layer's neurons.
    fn update(
        &mut self,
        layer: usize,
        step: u32,
        noise: &mut Noise,
        observe: &mut impl FnMut(Update),
    ) {
        let own = &self.of.layers[layer];
        let each = self.states[layer].iter_mut().zip(&self.sums[layer]).zip(own.biases);
        let each = each.zip(&mut self.passed[layer + 1]).enumerate();
        for (neuron, (((state, &current), &bias), spike)) in each {
            let noise = own.share.take(noise.draw());
            let drive = Drive { current, inhibition: 0, bias, noise };
            let fired = own.neurons.update(&mut self.at, state, drive);
            *spike = fired.into();
            observe(Update { step, layer, neuron, current, membrane: state.membrane, fired });
        }
    }
}

#[cfg(test)]
mod tests;
