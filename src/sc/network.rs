//! The golden model: a whole network, step by step, and every value that a neuron has on the way.

use super::encoder::encode;
use crate::layer::{Past, Signal, Sum, Sums};
use crate::neuron::{Drive, Neurons, Noise, Share, State, Workplace};
use crate::spec::{Net, Wired};
use std::borrow::Cow;

mod early;

pub use super::schedule::Schedule;
pub use early::Early;

/// What an image gives.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outcome {
    /// The class.
    pub class: usize,
    /// Spikes of each output neuron over all time steps.
    pub counts: Vec<u32>,
    /// Final membrane of each output neuron.
    pub membranes: Vec<i32>,
}

/// One neuron at one time step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Update {
    /// Time step.
    pub step: u32,
    /// Layer.
    pub layer: usize,
    /// Neuron.
    pub neuron: usize,
    /// C, the dot product.
    pub current: i32,
    /// V after the reset.
    pub membrane: i32,
    /// Whether it fired.
    pub fired: bool,
}

/// The golden model of one network.
#[derive(Debug)]
pub struct Golden<'a> {
    net: Cow<'a, Net>,
    wiring: Vec<Wired>,
    /// The steps before the present one that are heard, of the input and of each layer.
    kept: Vec<u32>,
    /// The neurons of each layer that has some.
    layers: Vec<Option<Own>>,
}

/// The neurons of a layer, as they are run.
#[derive(Clone, Debug)]
struct Own {
    sum: Sum,
    neurons: Neurons,
    /// What it takes of the noise that is drawn; none if it draws none.
    share: Option<Share>,
}

/// What changes while an image is run.
struct Run {
    past: Vec<Past>,
    states: Vec<Vec<State>>,
    noise: Noise,
    at: Workplace,
    sums: Sums,
}

impl<'a> Golden<'a> {
    /// Prepares the weights' streams or planes.
    ///
    /// # Panics
    /// If the network is not one that [`Net::check`] takes; one that was read from files is.
    pub fn new(net: &'a Net, schedule: Schedule) -> Self {
        Self::of(Cow::Borrowed(net), schedule)
    }

    /// The same of a network that is borrowed or was made for it.
    ///
    /// # Panics
    /// As [`Golden::new`].
    pub fn of(net: Cow<'a, Net>, schedule: Schedule) -> Self {
        let wiring = net.spec.wiring().unwrap_or_else(|e| panic!("{e}"));
        let own = |(layer, wired): (usize, &Wired)| {
            let neurons = Neurons::of(&net.spec, layer);
            let inhibited = neurons.have_inhibition();
            Own {
                sum: Sum::new(&net, wired, &net.layers[layer], schedule, inhibited),
                neurons,
                share: (!net.spec.layers[layer].undrawn).then(|| Share::of(&net.spec, layer)),
            }
        };
        let layer = |of: (usize, &Wired)| of.1.relay.is_none().then(|| own(of));
        let layers = wiring.iter().enumerate().map(layer).collect();
        Self { kept: kept(&wiring), layers, wiring, net }
    }

    /// The neurons of each layer, none where it has none.
    pub fn populations(&self) -> Vec<usize> {
        self.wiring.iter().map(Wired::neurons).collect()
    }

    /// Runs one image of `inputs` pixels.
    ///
    /// # Panics
    /// If the image has another number of pixels than the network has inputs.
    pub fn infer(&self, image: &[u8]) -> Outcome {
        self.infer_observed(image, |_| ())
    }

    /// Runs one image and shows every neuron at every step, in the order of the hardware: step,
    /// layer, neuron.
    ///
    /// # Panics
    /// As [`Golden::infer`].
    pub fn infer_observed(&self, image: &[u8], mut observe: impl FnMut(Update)) -> Outcome {
        let spec = &self.net.spec;
        assert_eq!(image.len(), spec.inputs(), "one pixel an input");
        let mut run = self.begin();
        let mut counts = vec![0; spec.classes()];
        for step in 0..spec.time.steps {
            self.step(&mut run, image, step, &mut counts, &mut observe);
        }
        let membranes = self.membranes(&run);
        Outcome { class: classify(&counts, &membranes), counts, membranes }
    }

    /// One time step of all layers; spikes of the last one are counted.
    fn step(
        &self,
        run: &mut Run,
        image: &[u8],
        step: u32,
        counts: &mut [u32],
        observe: &mut impl FnMut(Update),
    ) {
        if let Signal::Spikes(words) = run.past[0].begin(step) {
            encode(&self.net.spec, image, step, words);
        }
        for layer in 0..self.layers.len() {
            match &self.layers[layer] {
                Some(own) => self.update(run, step, layer, own, observe),
                None => self.pass_on(run, step, layer),
            }
        }
        if let Some(last) = run.past[self.layers.len()].of(step, 0) {
            last.each(|neuron, _| counts[neuron] += 1);
        }
    }

    /// Those of the last layer.
    fn membranes(&self, run: &Run) -> Vec<i32> {
        run.states[self.layers.len() - 1].iter().map(|state| state.membrane).collect()
    }

    fn begin(&self) -> Run {
        let volumes = self.wiring.iter().map(|wired| (wired.volume.units(), wired.counted));
        let sources = std::iter::once((self.net.spec.inputs(), false)).chain(volumes);
        let past = sources.zip(&self.kept);
        let states = self.wiring.iter().zip(&self.layers).map(|(wired, layer)| {
            layer.as_ref().map_or(vec![], |own| vec![own.neurons.begin(); wired.neurons()])
        });
        Run {
            past: past.map(|((units, counted), kept)| Past::new(units, counted, *kept)).collect(),
            states: states.collect(),
            noise: Noise::of(&self.net.spec.neuron),
            at: Workplace::default(),
            sums: Sums::default(),
        }
    }

    /// One step of a layer's neurons.
    fn update(
        &self,
        run: &mut Run,
        step: u32,
        layer: usize,
        own: &Own,
        observe: &mut impl FnMut(Update),
    ) {
        let Run { past, states, noise, at, sums } = run;
        let states = &mut states[layer];
        own.sum.take(past, step, states.len(), sums);
        let biases = &self.net.layers[layer].biases;
        let spikes = past[layer + 1].begin(step);
        for (neuron, state) in states.iter_mut().enumerate() {
            let current = sums.currents[neuron];
            let drive = Drive {
                current,
                inhibition: sums.inhibitions[neuron],
                bias: biases[neuron % biases.len()],
                noise: own.share.map_or(0, |share| share.take(noise.draw())),
            };
            let fired = own.neurons.update(at, state, drive);
            spikes.add(neuron, fired.into());
            observe(Update { step, layer, neuron, current, membrane: state.membrane, fired });
        }
    }

    /// One step of a layer without neurons.
    fn pass_on(&self, run: &mut Run, step: u32, layer: usize) {
        let first = &self.wiring[layer].connections[0];
        let (before, own) = run.past.split_at_mut(layer + 1);
        let spikes = own[0].begin(step);
        if let Some(heard) = before[first.source].of(step, first.lag) {
            heard.each(|unit, count| {
                first.program.walk(unit, &mut |_, target| spikes.add(target, count as u32));
            });
        }
    }
}

/// How many steps before the present one are heard, of the input and of each layer.
fn kept(wiring: &[Wired]) -> Vec<u32> {
    let mut kept = vec![0; wiring.len() + 1];
    for connection in wiring.iter().flat_map(|wired| &wired.connections) {
        let steps = connection.lag + connection.longest.unwrap_or(0);
        kept[connection.source] = steps.max(kept[connection.source]);
    }
    kept
}

/// The largest (count, membrane); the lowest index on a tie.
///
/// # Panics
/// If there are fewer membranes than counts.
pub fn classify(counts: &[u32], membranes: &[i32]) -> usize {
    let mut best = 0;
    for i in 1..counts.len() {
        if (counts[i], membranes[i]) > (counts[best], membranes[best]) {
            best = i;
        }
    }
    best
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::neuron::lif::{self, State};
    use crate::spec::{Generator, Phase, Reset, Stream, example};

    fn image(n: usize, seed: usize) -> Vec<u8> {
        (0..n).map(|i| ((i * 37 + seed * 101) % 256) as u8).collect()
    }

    #[test]
    fn stream_and_planes_agree_at_every_neuron_and_step() {
        let mut net = example(&[70, 65, 9]);
        for (reset, refractory, noise_bits) in
            [(Reset::Subtract, 0, 0), (Reset::Zero, 1, 4), (Reset::Subtract, 3, 8)]
        {
            net.spec.neuron.reset = reset;
            net.spec.neuron.refractory = refractory;
            net.spec.neuron.noise_bits = noise_bits;
            for generator in [Generator::Ruler, Generator::Lfsr, Generator::Sobol] {
                net.spec.stream.generator = generator;
                let stream = Golden::new(&net, Schedule::Stream);
                let planes = Golden::new(&net, Schedule::Planes);
                for seed in 0..3 {
                    let (mut a, mut b) = (Vec::new(), Vec::new());
                    let x = stream.infer_observed(&image(70, seed), |u| a.push(u));
                    let y = planes.infer_observed(&image(70, seed), |u| b.push(u));
                    assert_eq!(a.len(), 16 * (65 + 9));
                    assert_eq!((a, x), (b, y));
                }
            }
        }
    }

    /// Every current, membrane, spike and count again from the integers, one neuron and one bit at a time.
    #[test]
    fn every_value_follows_from_the_integers() {
        let mut net = example(&[70, 65, 9]);
        net.spec.neuron.noise_bits = 4;
        let image = image(70, 2);
        let mut seen = Vec::new();
        let outcome = Golden::new(&net, Schedule::Planes).infer_observed(&image, |u| seen.push(u));
        let mut seen = seen.into_iter();
        let mut noise = Noise::new(4, net.spec.neuron.noise_seed);
        let mut states = [vec![State::default(); 65], vec![State::default(); 9]];
        let mut counts = vec![0; 9];
        for step in 0..16 {
            let r = net.spec.encoder.generator.threshold(16, step);
            let mut spikes: Vec<bool> = image.iter().map(|x| *x > r).collect();
            for (layer, states) in states.iter_mut().enumerate() {
                let mut fired = Vec::new();
                for (neuron, state) in states.iter_mut().enumerate() {
                    let inputs = spikes.len();
                    let row = &net.layers[layer].weights[inputs * neuron..inputs * (neuron + 1)];
                    let spiking = row.iter().zip(&spikes).filter(|(_, spike)| **spike);
                    let current: i32 = spiking.map(|(q, _)| i32::from(*q)).sum();
                    let drive = current * 16 + net.layers[layer].biases[neuron] + noise.draw();
                    let spike = lif::step(&net.spec.neuron, 20 * 16, state, drive.into());
                    let expected = Update {
                        step,
                        layer,
                        neuron,
                        current,
                        membrane: state.membrane,
                        fired: spike,
                    };
                    assert_eq!(seen.next(), Some(expected));
                    fired.push(spike);
                }
                spikes = fired;
            }
            counts.iter_mut().zip(&spikes).for_each(|(count, spike)| *count += u32::from(*spike));
        }
        assert_eq!(seen.next(), None);
        assert_eq!(outcome.counts, counts);
        assert!(counts.iter().any(|count| *count > 1), "{counts:?}");
    }

    /// Streams cut short, restarted and running on: the current is `sum s sigma w_t(m)`.
    #[test]
    fn parts_of_streams_weigh_what_their_windows_hold() {
        let mut net = example(&[70, 13, 6]);
        for (length, phase, generator) in [
            (4, Phase::Restart, Generator::Ruler),
            (4, Phase::RunOn, Generator::Ruler),
            (5, Phase::RunOn, Generator::Lfsr),
            (1, Phase::RunOn, Generator::Sobol),
        ] {
            net.spec.stream = Stream { length, phase, generator, ..net.spec.stream };
            let (mut a, mut b) = (Vec::new(), Vec::new());
            let (stream, planes) = (Schedule::Stream, Schedule::Planes);
            let image = image(70, 3);
            let x = Golden::new(&net, stream).infer_observed(&image, |u| a.push(u));
            let y = Golden::new(&net, planes).infer_observed(&image, |u| b.push(u));
            assert_eq!((&a, x), (&b, y));
            for update in a.iter().filter(|u| u.layer == 0) {
                let window = net.spec.stream.window(update.step);
                let r = net.spec.encoder.generator.threshold(16, update.step);
                let spiking = net.row(0, update.neuron).iter().zip(&image).filter(|(_, x)| **x > r);
                let weigh =
                    |q: i8| i32::from(q.signum()) * window[q.unsigned_abs() as usize] as i32;
                assert_eq!(update.current, spiking.map(|(q, _)| weigh(*q)).sum::<i32>());
            }
        }
    }

    #[test]
    fn an_image_does_not_depend_on_the_one_before() {
        let mut net = example(&[20, 12, 5]);
        net.spec.neuron.noise_bits = 5;
        let golden = Golden::new(&net, Schedule::Planes);
        let first = golden.infer(&image(20, 1));
        golden.infer(&image(20, 2));
        assert_eq!(golden.infer(&image(20, 1)), first);
    }

    #[test]
    fn ties_go_to_the_lowest_index() {
        assert_eq!(classify(&[1, 2, 2], &[0, 5, 5]), 1);
        assert_eq!(classify(&[1, 2, 2], &[0, 5, 6]), 2);
        assert_eq!(classify(&[0, 0], &[-7, -7]), 0);
        assert_eq!(classify(&[3, 2], &[-7, 9]), 0);
    }
}
