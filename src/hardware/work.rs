//! What an image costs an engine in work: cycles, words of weights, additions, spikes.
//!
//! | | schedules `planes` and `stream` | schedule `events` |
//! |---|---|---|
//! | words of weights | a word of planes and one of signs each cycle of the walk | a row's words for each spike that is added |
//! | additions | ones that are counted: a spike meets a 1 of a weight's stream | a weight, or a part of a sum, added to a neuron's sum |
//!
//! All of it follows from the spikes: an engine's walk has no other data. So the golden model's run is enough, and a
//! simulation of the engine must count the same.

use super::On;
use super::cycles::Cycles;
use super::events::lowered_net;
use super::shape::Shape;
use crate::layer::Dense;
use crate::sc::encoder::encode;
use crate::sc::network::{Golden, Outcome};
use crate::sc::schedule::Schedule;
use crate::spec::{Net, Stream};
use std::borrow::Cow;

/// The memories of which one word a cycle is read on schedules `planes` and `stream`: planes and signs.
const MEMORIES: u64 = 2;

/// The work of one image.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Work {
    /// Clock cycles in which the engine is busy.
    pub cycles: u64,
    /// Words read of all memories of weights, and used.
    pub weight_words: u64,
    /// Additions to dot products.
    pub additions: u64,
    /// Spikes of the inputs in all time steps.
    pub input_spikes: u64,
    /// Spikes of each layer in all time steps.
    pub spikes: Vec<u64>,
}

impl Work {
    /// Its numbers with their names, those of the layers last.
    pub fn rows(&self) -> Vec<(String, u64)> {
        let mut rows = vec![
            ("cycles".to_owned(), self.cycles),
            ("words of weights".to_owned(), self.weight_words),
            ("additions".to_owned(), self.additions),
            ("spikes of the inputs".to_owned(), self.input_spikes),
        ];
        let layers = self.spikes.iter().enumerate();
        rows.extend(layers.map(|(layer, &count)| (format!("spikes of layer {layer}"), count)));
        rows
    }
}

/// The work of a network's engine, image by image.
#[derive(Clone, Debug)]
pub struct Works<'a> {
    net: Cow<'a, Net>,
    cycles: Cycles,
    shape: Shape,
    lanes: usize,
    /// What a spike of each input of each layer adds, once, at each time step until streams begin anew; nothing of
    /// `events`.
    added: Vec<Vec<Vec<u64>>>,
}

impl<'a> Works<'a> {
    /// Of this engine.
    pub fn of(net: &'a Net, on: On) -> Self {
        let cycles = Cycles::of(&net.spec, on);
        let net = match on.shortcuts.net(net) {
            Cow::Borrowed(net) => lowered_net(net),
            Cow::Owned(net) => Cow::Owned(lowered_net(&net).into_owned()),
        };
        let stream = &net.spec.stream;
        let layers = || net.spec.layers.iter().map(Dense::of).zip(&net.layers);
        let at = |step| -> Vec<Vec<u64>> {
            let window = stream.window(step);
            let ones = |magnitude: u8| counted(stream, on.schedule, &window, magnitude);
            layers().map(|(layer, of)| added(layer, &of.weights, ones)).collect()
        };
        let added = (0..stream.phases() as u32).map(at).collect();
        let shape = Shape::of(&net.spec, on.schedule);
        Self { net, cycles, lanes: on.lanes, added, shape }
    }

    /// What the golden model of the network that the engine runs ([`super::golden`]) makes of an image, and the work of it.
    ///
    /// # Panics
    /// As [`Cycles::infer`].
    pub fn infer(&self, golden: &Golden<'_>, image: &[u8]) -> (Outcome, Work) {
        let mut activity = self.cycles.nothing();
        let mut reached = 0;
        let (outcome, steps) = self.cycles.observed(golden, image, |update| {
            self.cycles.count(&mut activity, &update);
            if update.fired {
                let added = &self.added[update.step as usize % self.added.len()];
                let next = added.get(update.layer + 1);
                reached += next.map_or(0, |next| next[update.neuron]);
            }
        });
        let (input_spikes, first) = self.inputs(image, steps);
        let (weight_words, additions) = match self.cycles.walk() {
            None => (self.walked(steps), first + reached),
            Some(walk) => {
                let mut all = activity.reached;
                walk.spiking(image).for_each(|unit| all += walk.reached(0, unit));
                (all.words as u64, all.sums as u64 + walk.joined(steps))
            }
        };
        let cycles = self.cycles.of_image(image, &activity, steps);
        (outcome, Work { cycles, weight_words, additions, input_spikes, spikes: activity.spikes })
    }

    /// The inputs' spikes in so many time steps, and what they add, each time that they do.
    fn inputs(&self, image: &[u8], steps: u32) -> (u64, u64) {
        let (mut spikes, mut count, mut sum) = (Vec::new(), 0, 0);
        for step in 0..steps {
            encode(&self.net.spec, image, step, &mut spikes);
            let fired = |input: &usize| spikes[input / 64] >> (input % 64) & 1 == 1;
            for input in (0..image.len()).filter(fired) {
                count += 1;
                sum += self.added[step as usize % self.added.len()][0][input];
            }
        }
        (count, sum)
    }

    /// Words of weights that so many time steps take where the words are walked.
    fn walked(&self, steps: u32) -> u64 {
        u64::from(steps) * self.shape.words(self.lanes as u64) * self.shape.passes() * MEMORIES
    }
}

/// The ones of a magnitude that are counted in a time step of this window: of a short stream by planes those of the upper
/// planes, and of the cycle that rounds.
fn counted(stream: &Stream, schedule: Schedule, window: &[u32], magnitude: u8) -> u32 {
    let ones = window[usize::from(magnitude)];
    match schedule {
        Schedule::Stream => ones,
        Schedule::Planes if stream.is_full() => magnitude.count_ones(),
        Schedule::Planes => {
            let upper = u32::from(magnitude) >> (stream.bits - stream.length.ilog2());
            upper.count_ones() + (ones - upper)
        }
        Schedule::Events => 0,
    }
}

/// What a spike of each input of a layer adds: `ones` of a magnitude for each weight.
fn added(layer: Dense, weights: &[i8], ones: impl Fn(u8) -> u32) -> Vec<u64> {
    let mut sums = vec![0; layer.inputs];
    for row in layer.rows(weights) {
        let ones = row.iter().map(|weight| u64::from(ones(weight.unsigned_abs())));
        sums.iter_mut().zip(ones).for_each(|(sum, ones)| *sum += ones);
    }
    sums
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::spec::example;

    const SCHEDULES: [(Schedule, usize); 3] =
        [(Schedule::Stream, 16), (Schedule::Planes, 16), (Schedule::Events, 8)];

    fn image() -> Vec<u8> {
        (0..20).map(|i| (i * 37 % 256) as u8).collect()
    }

    /// The spikes are those of the model, whatever the schedule, and the cycles those of the engine.
    #[test]
    fn spikes_do_not_depend_on_the_schedule_and_cycles_do() {
        let net = example(&[20, 25, 3]);
        let golden = Golden::new(&net, Schedule::Planes);
        let mut fired = vec![0; 2];
        golden.infer_observed(&image(), |update| fired[update.layer] += u64::from(update.fired));
        for (schedule, lanes) in SCHEDULES {
            let on = On::of(schedule, lanes);
            let (_, work) = Works::of(&net, on).infer(&golden, &image());
            assert_eq!(work.spikes, fired, "{schedule:?}");
            assert_eq!(work.cycles, Cycles::of(&net.spec, on).infer(&golden, &image()).1);
            assert_eq!(work.rows().len(), 6);
        }
    }

    /// Where all weights are negative nothing is counted up, so the ones are the sums without their signs.
    #[test]
    fn ones_of_a_stream_are_the_sums() {
        let mut net = example(&[20, 3]);
        net.layers[0].weights.iter_mut().for_each(|weight| *weight = -weight.abs());
        let golden = Golden::new(&net, Schedule::Stream);
        let mut sum = 0;
        golden.infer_observed(&image(), |update| sum += update.current.unsigned_abs() as u64);
        let on = On::of(Schedule::Stream, 16);
        assert_eq!(Works::of(&net, on).infer(&golden, &image()).1.additions, sum);
    }

    #[test]
    fn a_black_image_of_a_silent_network_adds_no_weight() {
        let mut net = example(&[20, 25, 3]);
        net.layers.iter_mut().for_each(|layer| layer.biases.fill(0));
        net.spec.neuron.noise_bits = 0;
        let golden = Golden::new(&net, Schedule::Planes);
        for (schedule, lanes) in SCHEDULES {
            let works = Works::of(&net, On::of(schedule, lanes));
            let (_, work) = works.infer(&golden, &[0; 20]);
            assert_eq!((work.input_spikes, &work.spikes[..]), (0, &[0, 0][..]), "{schedule:?}");
            // What is left of `events` is joining the bins and banks of sums, all of them 0.
            let joined = works.cycles.walk().map_or(0, |walk| walk.joined(16));
            assert_eq!(work.additions, joined);
            assert_eq!(work.weight_words == 0, schedule == Schedule::Events);
        }
    }
}
