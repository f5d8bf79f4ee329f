//! Networks at random, of all kinds of connections: what every stage is compared on, and a failing one made smaller.
//!
//! The same seed gives the same network on every machine. A kind of connection is a line of [`MAKERS`].

use super::{Encoder, Generator, Layer, LayerSpec, Net, NetSpec, Neuron, Phase, Reset, Stream};
use super::{FORMAT_OF_NAMED, example};
use crate::Error;
use crate::layer::kinds::{Conv, Delay, Described, Flatten, Full, Pattern, Pool, Recurrent};
use crate::layer::kinds::{Reduce, Role, Skip, Volume};
use crate::neuron::cell::Cell;
use crate::neuron::equations::Format;
use crate::random::Random;

/// Makes a connection from a source.
type Maker = fn(&mut Random, Volume) -> Described;

/// How a connection of each kind is made.
const MAKERS: [(&str, Maker); 7] = [
    ("dense", |_, _| Described::of(&Full {})),
    ("conv", |random, from| Described::of(&conv(random, from))),
    ("pool", |random, from| Described::of(&pool(random, from))),
    ("flatten", |_, _| Described::of(&Flatten {})),
    ("recurrent", |random, _| {
        let pattern = *one_of(random, &[Pattern::AllToAll, Pattern::OneToOne]);
        Described::of(&Recurrent { pattern })
    }),
    ("delay", |random, _| Described::of(&Delay { longest: below(random, 16) as u32 })),
    ("skip", |_, _| Described::of(&Skip {})),
];

/// The most units of a layer.
const MOST: usize = 150;

/// The network of a seed.
///
/// # Panics
/// If it is none, which is a fault of this file.
pub fn arbitrary(seed: u64) -> Net {
    let random = &mut Random::new(seed);
    let mut spec = NetSpec { layers: Vec::new(), ..example(&[1, 1]).spec };
    (spec.format, spec.name) = (FORMAT_OF_NAMED, format!("arbitrary-{seed}"));
    numbers(random, &mut spec);
    let volume = Volume {
        channels: 1 + below(random, 4),
        height: 1 + below(random, 7),
        width: 1 + below(random, 7),
    };
    spec.input = Some(volume);
    for _ in 0..below(random, 4) {
        layer(random, &mut spec);
    }
    last(random, &mut spec);
    if below(random, 3) == 0 {
        name_a_neuron(random, &mut spec);
    }
    filled(random, spec).unwrap_or_else(|e| panic!("seed {seed}: {e}"))
}

/// The same with the streams and the generators that the engine has; its layers may still be none for it.
///
/// # Panics
/// As [`arbitrary`].
pub fn arbitrary_in_hardware(seed: u64) -> Net {
    let mut net = arbitrary(seed);
    let stream = &mut net.spec.stream;
    (stream.length, stream.generator) = (stream.period(), Generator::Ruler);
    net.spec.encoder.generator = Generator::VanDerCorput;
    net
}

/// A network with integers at random.
pub(crate) fn filled(random: &mut Random, spec: NetSpec) -> Result<Net, Error> {
    let wiring = spec.wiring()?;
    let layers = wiring.iter().zip(&spec.layers).map(|(wired, of)| Layer {
        weights: integers(random, wired.weight_count(), spec.max_weight())
            .map(|q| q as i8)
            .collect(),
        biases: integers(random, wired.biases(), 1 + of.threshold / 4).collect(),
        delays: wired.numbers_of_delays().map(|longest| below(random, longest + 1) as u8).collect(),
    });
    let layers = layers.collect();
    Net::new(spec, layers)
}

/// A network of every kind that is always the same: `conv`, `recurrent`, `skip`, `pool`, `flatten`, `delay`.
///
/// # Panics
/// If it is none, which is a fault of this file.
pub fn with_every_kind() -> Net {
    let mut spec = NetSpec { layers: Vec::new(), ..example(&[1, 1]).spec };
    (spec.format, spec.name) = (FORMAT_OF_NAMED, "every-kind".into());
    spec.input = Some(Volume { channels: 1, height: 6, width: 6 });
    let padded = Conv { padding: [1, 1], ..Conv::new(2, [3, 3]) };
    let pool = Pool { kernel: [2, 2], stride: None, reduce: Reduce::Average };
    spec.layers = vec![
        LayerSpec::new(36, 72, 20)
            .of(&padded)
            .with(&Recurrent { pattern: Pattern::OneToOne }, None),
        LayerSpec::new(72, 72, 10).of(&Conv::new(2, [1, 1])).with(&Skip {}, Some(0)),
        LayerSpec::new(72, 18, 0).of(&pool),
        LayerSpec::new(18, 18, 0).of(&Flatten {}),
        LayerSpec::new(18, 3, 5).of(&Delay { longest: 3 }),
    ];
    filled(&mut Random::new(0), spec).unwrap_or_else(|e| panic!("{e}"))
}

/// A network that is always the same, whose input is heard twice and whose pools are `max`, apart and over each other; with
/// noise, which no pool draws.
///
/// # Panics
/// If it is none, which is a fault of this file.
pub fn with_relays() -> Net {
    let mut spec = NetSpec { layers: Vec::new(), ..example(&[1, 1]).spec };
    (spec.format, spec.name) = (FORMAT_OF_NAMED, "relays".into());
    (spec.neuron.noise_bits, spec.neuron.noise_seed) = (6, 0xace1);
    spec.input = Some(Volume { channels: 2, height: 4, width: 4 });
    let padded = Conv { padding: [1, 1], ..Conv::new(2, [3, 3]) };
    let max = |stride| Pool { kernel: [2, 2], stride, reduce: Reduce::Max };
    spec.layers = vec![
        LayerSpec::new(32, 32, 12).of(&padded).with(&Skip {}, None),
        LayerSpec::new(32, 18, 0).of(&max(Some([1, 1]))),
        LayerSpec::new(18, 12, 6).of(&Conv::new(3, [2, 2])),
        LayerSpec::new(12, 3, 0).of(&max(None)),
        LayerSpec::new(3, 3, 5).with(&Delay { longest: 2 }, Some(1)),
    ];
    filled(&mut Random::new(0), spec).unwrap_or_else(|e| panic!("{e}"))
}

/// A network that fails as this one does, as small as can be had by leaving out one thing after the other.
pub fn smallest(net: Net, fails: impl Fn(&Net) -> bool) -> Net {
    let mut smallest = net;
    while let Some(smaller) = smaller(&smallest).into_iter().find(|net| fails(net)) {
        smallest = smaller;
    }
    smallest
}

/// What a network is with one thing less, where it is still one.
fn smaller(net: &Net) -> Vec<Net> {
    let mut all = Vec::new();
    let mut add = |change: &dyn Fn(&mut Net)| {
        let mut less = net.clone();
        change(&mut less);
        if less != *net && less.check().is_ok() {
            all.push(less);
        }
    };
    let last = net.spec.layers.len() - 1;
    add(&|net| {
        net.spec.layers.truncate(last);
        net.layers.truncate(last);
    });
    for layer in 0..=last {
        let Some(wired) = net.spec.wiring().ok().map(|mut all| all.swap_remove(layer)) else {
            continue;
        };
        for number in 1..wired.connections.len() {
            let own = |of: fn(&super::Connection) -> usize| {
                let before: usize = wired.connections[..number].iter().map(of).sum();
                before..before + of(&wired.connections[number])
            };
            let (weights, delays) = (own(|of| of.weight_count()), own(|of| of.delay_count()));
            add(&|net| {
                net.spec.layers[layer].connections.remove(number - 1);
                net.layers[layer].weights.drain(weights.clone());
                net.layers[layer].delays.drain(delays.clone());
            });
        }
        add(&|net| net.layers[layer].biases.fill(0));
        add(&|net| net.layers[layer].delays.fill(0));
        add(&|net| net.layers[layer].weights.iter_mut().for_each(|q| *q = q.signum()));
    }
    add(&|net| net.spec.time.steps = (net.spec.time.steps / 2).max(1));
    add(&|net| net.spec.stream = Stream::full(net.spec.stream.bits, Generator::Ruler));
    add(&|net| (net.spec.neuron.noise_bits, net.spec.neuron.leak) = (0, 0));
    add(&|net| net.spec.neuron.refractory = 0);
    all
}

/// Everything but the layers.
fn numbers(random: &mut Random, spec: &mut NetSpec) {
    spec.time.steps = 1 << below(random, 5);
    let bits = 1 + below(random, 7) as u32;
    let generator = *one_of(random, &Generator::ALL);
    spec.stream = Stream::full(bits, generator);
    if below(random, 3) == 0 {
        spec.stream.length = 1 + below(random, spec.stream.period() as usize) as u32;
        spec.stream.phase = *one_of(random, &[Phase::Restart, Phase::RunOn]);
    }
    spec.encoder = Encoder { generator: *one_of(random, &Generator::ALL) };
    spec.neuron = Neuron {
        membrane_bits: 12 + below(random, 13) as u32,
        fraction_bits: below(random, 4) as u32,
        leak: below(random, 6) as u32,
        reset: *one_of(random, &[Reset::Subtract, Reset::Zero]),
        refractory: below(random, 3) as u32,
        noise_bits: below(random, 5) as u32,
        noise_seed: 1 + below(random, 65_535) as u16,
    };
}

/// One more layer of any kind that goes behind the others.
fn layer(random: &mut Random, spec: &mut NetSpec) {
    let from = spec.last_volume();
    let first: Vec<_> =
        MAKERS.iter().filter(|(name, _)| !["recurrent", "skip"].contains(name)).collect();
    let (_, make) = one_of(random, &first);
    let of = make(random, from);
    let wish = Volume::flat(1 + below(random, 12));
    let Ok(kind) = of.kind("") else { return };
    let Ok(to) = kind.reach(from, wish) else { return };
    if to.units() > MOST {
        return;
    }
    let mut layer = LayerSpec { first: of, ..LayerSpec::new(from.units(), to.units(), 0) };
    if matches!(kind.role(), Role::Relay(_)) {
        spec.layers.push(layer);
        return;
    }
    populate(random, spec, &mut layer);
    spec.layers.push(layer);
    for _ in 0..below(random, 3) {
        further(random, spec);
    }
}

/// The last layer: a few classes.
fn last(random: &mut Random, spec: &mut NetSpec) {
    let mut layer = LayerSpec::new(spec.last_volume().units(), 1 + below(random, 6), 0);
    populate(random, spec, &mut layer);
    spec.layers.push(layer);
    for _ in 0..below(random, 3) {
        further(random, spec);
    }
}

/// What a layer's neurons have.
fn populate(random: &mut Random, spec: &NetSpec, layer: &mut LayerSpec) {
    layer.threshold = 1 + below(random, 2 * spec.max_weight() as usize) as i32;
    if below(random, 4) == 0 {
        layer.noise_bits = Some(below(random, spec.neuron.noise_bits as usize + 1) as u32);
    }
}

/// One more connection of the last layer: the first of a few that are drawn that goes with it.
fn further(random: &mut Random, spec: &mut NetSpec) {
    let last = spec.layers.len() - 1;
    let _ = (0..8).any(|_| drawn(random, spec, last));
}

/// Whether one more connection goes with the last layer.
fn drawn(random: &mut Random, spec: &mut NetSpec, last: usize) -> bool {
    let own = spec.volume_of(last);
    let equal: Vec<usize> = (0..last).filter(|layer| spec.volume_of(*layer) == own).collect();
    if !equal.is_empty() && below(random, 2) == 0 {
        let from = Some(*one_of(random, &equal));
        let of = Described::of(&Skip {});
        spec.layers[last].connections.push(super::ConnectionSpec { of, from });
        return true;
    }
    let from = (below(random, 2) == 0).then(|| below(random, last + 1));
    let (_, make) = one_of(random, &MAKERS);
    let source = from.map_or_else(|| spec.last_volume(), |from| spec.volume_of(from));
    let of = make(random, source);
    let before = spec.layers[last].clone();
    spec.layers[last].connections.push(super::ConnectionSpec { of, from });
    let fits = spec.wiring().is_ok();
    if !fits {
        spec.layers[last] = before;
    }
    fits
}

/// Lets the last layer have neurons with a second synapse.
fn name_a_neuron(random: &mut Random, spec: &mut NetSpec) {
    let kind = *one_of(random, &["alpha", "alif"]);
    spec.neurons.insert("own".into(), Cell::new(kind, Format { bits: 16, fraction: 10 }));
    if let Some(layer) = spec.layers.last_mut() {
        (layer.neuron, layer.threshold) = (Some("own".into()), 1 << below(random, 6));
    }
}

impl NetSpec {
    /// The shape of the last layer, or of the input.
    fn last_volume(&self) -> Volume {
        match self.layers.len().checked_sub(1) {
            None => self.input.unwrap_or(Volume::flat(1)),
            Some(last) => self.volume_of(last),
        }
    }

    fn volume_of(&self, layer: usize) -> Volume {
        let wiring = self.wiring().unwrap_or_default();
        wiring.get(layer).map_or(Volume::flat(1), |wired| wired.volume)
    }
}

impl super::Wired {
    /// The longest delay of each of the layer's delays.
    fn numbers_of_delays(&self) -> impl Iterator<Item = usize> {
        self.connections
            .iter()
            .flat_map(|of| std::iter::repeat_n(of.longest.unwrap_or(0) as usize, of.delay_count()))
    }
}

fn conv(random: &mut Random, from: Volume) -> Conv {
    let groups = match below(random, 3) {
        0 => from.channels,
        _ => 1,
    };
    let kernel = [from.height, from.width].map(|size| 1 + below(random, size.min(4)));
    if below(random, 3) == 0 {
        // Its own shape again, so that layers can be skipped.
        let kernel = [from.height, from.width].map(|size| 1 + 2 * below(random, size.min(2)));
        let padding = kernel.map(|kernel| kernel / 2);
        return Conv { groups, padding, ..Conv::new(from.channels, kernel) };
    }
    let mut conv = Conv { groups, ..Conv::new(groups * (1 + below(random, 3)), kernel) };
    conv.stride = [1, 1].map(|_: usize| 1 + below(random, 3));
    conv.padding = kernel.map(|kernel| below(random, kernel));
    conv
}

fn pool(random: &mut Random, from: Volume) -> Pool {
    let reduce = *one_of(random, &[Reduce::Sum, Reduce::Average, Reduce::Max]);
    let kernel = [from.height, from.width].map(|size| match reduce {
        Reduce::Average => 1 << below(random, size.min(4).ilog2() as usize + 1),
        _ => 1 + below(random, size.min(3)),
    });
    let least = if reduce == Reduce::Max { [1, 1] } else { kernel };
    let stride = (below(random, 2) == 0).then(|| least.map(|least| least + below(random, 2)));
    Pool { kernel, stride, reduce }
}

fn integers(random: &mut Random, count: usize, most: i32) -> impl Iterator<Item = i32> {
    (0..count).map(move |_| below(random, 2 * most as usize + 1) as i32 - most)
}

fn below(random: &mut Random, bound: usize) -> usize {
    random.below(bound as u64) as usize
}

fn one_of<'a, T>(random: &mut Random, all: &'a [T]) -> &'a T {
    &all[below(random, all.len())]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::layer::kinds::KINDS;
    use std::collections::BTreeSet;

    #[test]
    fn every_kind_comes_often_and_a_seed_is_one_network() {
        assert_eq!(MAKERS.map(|(name, _)| name), KINDS.map(|kind| kind.name));
        let mut names: Vec<String> = Vec::new();
        for seed in 0..200 {
            let net = arbitrary(seed);
            assert_eq!(net, arbitrary(seed));
            let described = net.spec.layers.iter().flat_map(LayerSpec::described);
            let own: BTreeSet<&str> = described.map(Described::name).collect();
            names.extend(own.into_iter().map(str::to_owned));
        }
        for kind in KINDS {
            let often = names.iter().filter(|name| *name == kind.name).count();
            assert!(often >= 15, "{}: {often}", kind.name);
        }
    }

    #[test]
    fn a_failing_network_is_made_as_small_as_it_fails() {
        let has = |net: &Net, kind| {
            let mut all = net.spec.layers.iter().flat_map(LayerSpec::described);
            all.any(|of| of.name() == kind)
        };
        let net =
            (0..200).map(arbitrary).find(|net| has(net, "delay") && has(net, "conv")).unwrap();
        let small = smallest(net, |net| has(net, "delay"));
        assert_eq!(small.spec.time.steps, 1);
        assert!(
            has(&small, "delay") && small.layers.iter().all(|of| of.biases.iter().all(|b| *b == 0))
        );
    }

    /// What is written is what was meant, of every kind.
    #[test]
    fn files_hold_every_kind() {
        for seed in 0..200 {
            let mut net = arbitrary(seed);
            let dir = tempfile::tempdir().unwrap();
            net.spec = net.save(dir.path()).unwrap();
            let read = Net::load(dir.path()).unwrap();
            assert_eq!((read.hash(), &read), (net.hash(), &net), "seed {seed}");
        }
    }
}
