//! Layers with any connections: every C, V and s is the golden model's, and gradients are those of the sums.

use super::*;
use crate::network::{LayerConfig, Signal};
use crate::testing::{devices, numbers};
use crate::{FloatWeights, LayerRecord};
use spikestream::layer::kinds::{
    Conv, Delay, Described, Pattern, Pool, Recurrent, Reduce, Skip, Volume,
};
use spikestream::sc::network::Update;
use spikestream::spec::{ConnectionSpec, Phase, arbitrary, with_every_kind};

/// A contract without what no training has: noise and rests.
fn trainable(mut spec: NetSpec) -> NetSpec {
    (spec.neuron.noise_bits, spec.neuron.refractory) = (0, 0);
    spec.layers.iter_mut().for_each(|layer| layer.noise_bits = None);
    spec
}

/// A network of a contract.
fn of_spec(spec: NetSpec, layers: Vec<LayerConfig>, seed: u64, device: &Device) -> SpikingNet {
    let (input, sc) = (spec.input_volume(), Some(ScConfig::default()));
    let config = SpikingNetConfig { input, blocks: Vec::new(), layers, sc };
    config.wired(spec, seed, device).unwrap()
}

/// A network of a contract whose neurons have weights strong enough to fire.
fn strong(spec: &NetSpec, seed: u64, device: &Device) -> SpikingNet {
    let layers = vec![LayerConfig::default(); spec.layers.len()];
    let device = device.clone().autodiff();
    let net = of_spec(trainable(spec.clone()), layers, seed, &device);
    net.map_populations(|index, layer| {
        let rows: Vec<Vec<f32>> = layer.wires().iter().map(|wire| wire.rows()).collect();
        let weights = |number: usize| {
            let seed = seed ^ (index * 16 + number) as u64;
            (Some(numbers(rows[number].len(), [-0.5, 0.8], seed)), None)
        };
        layer.with(weights, None, |cell| cell)
    })
}

fn wired(input: Volume, layers: Vec<LayerConfig>, sc: ScConfig) -> SpikingNetConfig {
    SpikingNetConfig { input, blocks: Vec::new(), layers, sc: Some(sc) }
}

/// Pseudo-random images of a contract's size.
fn pictures(spec: &NetSpec, count: usize) -> Vec<Vec<u8>> {
    let pixels = numbers(count * spec.inputs(), [0.0, 255.9], 77);
    pixels.chunks(spec.inputs()).map(|row| row.iter().map(|x| *x as u8).collect()).collect()
}

/// Every update of the golden model, image by image.
fn golden(net: &Net, images: &[Vec<u8>], schedule: Schedule) -> Vec<(Vec<Update>, Outcome)> {
    let golden = Golden::new(net, schedule);
    let one = |image: &Vec<u8>| {
        let mut all = Vec::new();
        let outcome = golden.infer_observed(image, |update| all.push(update));
        (all, outcome)
    };
    images.iter().map(one).collect()
}

/// Holds a network's spikes and membranes at every neuron and step, and its answers, to those of the golden model of
/// its integers; gives how many spikes there were.
fn assert_golden(net: &SpikingNet, schedule: Schedule, device: &Device) -> usize {
    let spec = net.spec().unwrap().clone();
    let images = pictures(&spec, 5);
    let (integers, _) = net.in_integers(&spec).unwrap();
    let steps = spec.time.steps as usize;
    let pixels: Vec<f32> = images.iter().flatten().map(|p| f32::from(*p) / 255.0).collect();
    let x = tensor(&pixels, [images.len(), spec.inputs()], device);
    let x = generator_encode(&x, steps, spec.encoder.generator).unwrap();
    let pass = net.run(x.clone().into(), Record::All).unwrap();
    let populations: Vec<usize> =
        (0..spec.layers.len()).filter(|layer| spec.populations()[*layer] > 0).collect();
    assert_eq!(pass.layers.len(), populations.len());
    let currents = currents(net, &pass.layers, x, &populations);
    let shown =
        |of: &LayerRecord| (to_vec(of.spikes.clone()), to_vec(of.membranes.clone().unwrap()));
    let shown: Vec<(Vec<f32>, Vec<f32>)> = pass.layers.iter().map(shown).collect();
    let mut spikes = 0;
    for (image, (updates, outcome)) in golden(&integers, &images, schedule).iter().enumerate() {
        for update in updates {
            let at = populations.iter().position(|layer| *layer == update.layer).unwrap();
            let neurons = spec.populations()[update.layer];
            let place = (update.step as usize * images.len() + image) * neurons + update.neuron;
            let found = (shown[at].0[place], shown[at].1[place]);
            let expected = (f32::from(update.fired), update.membrane as f32);
            assert_eq!(found, expected, "image {image}, {update:?} of {}", spec.name);
            assert_eq!(currents[at][place], update.current as f32, "image {image}, {update:?}");
            spikes += usize::from(update.fired);
        }
        let classes = spec.classes();
        let counts = to_vec(pass.spike_counts.clone());
        let counts: Vec<u32> = counts.iter().map(|count| *count as u32).collect();
        assert_eq!(counts[image * classes..][..classes], outcome.counts);
    }
    spikes
}

/// C of each population at every step, of the spikes that its sources had.
fn currents(
    net: &SpikingNet,
    records: &[LayerRecord],
    x: Tensor<3>,
    populations: &[usize],
) -> Vec<Vec<f32>> {
    let whole = |x: Tensor<3>| Signal::Whole { steps: x.dims()[0], x };
    let mut past = vec![whole(x)];
    let mut found = Vec::new();
    for index in 0..net.spec().unwrap().layers.len() {
        match populations.iter().position(|layer| *layer == index) {
            Some(at) => {
                past.push(whole(records[at].spikes.clone()));
                found.push(to_vec(net.currents(index, &past).0));
            }
            None => past.push(whole(net.passed_on(index, &past))),
        }
    }
    found
}

#[test]
fn networks_of_all_kinds_are_exact() {
    let mut spikes = Vec::new();
    for device in devices() {
        for seed in 0..150 {
            let spec = arbitrary(seed).spec;
            let schedule = [Schedule::Planes, Schedule::Stream][usize::from(seed % 8 == 0)];
            spikes.push(assert_golden(&strong(&spec, seed, &device), schedule, &device));
        }
        let every = strong(&with_every_kind().spec, 3, &device);
        spikes.push(assert_golden(&every, Schedule::Planes, &device));
    }
    let silent = spikes.iter().filter(|count| **count == 0).count();
    assert!(silent * 10 < spikes.len(), "{silent} of {} never fire", spikes.len());
}

/// Of each kind a network that is hand-made, with streams cut short that run on.
fn by_hand() -> Vec<(&'static str, Vec<LayerConfig>)> {
    let lif = || LifConfig { beta: 0.875, ..Default::default() };
    let cell = |cell: LifConfig| LayerConfig { cell: CellConfig::Lif(cell), ..Default::default() };
    let shaped = |first: Described| LayerConfig { neurons: 0, first: Some(first), ..cell(lif()) };
    let flat = |neurons: usize| LayerConfig { neurons, ..cell(lif()) };
    let with = |layer: LayerConfig, more: Described, from: Option<usize>| {
        let connections = vec![ConnectionSpec { of: more, from }];
        LayerConfig { connections, ..layer }
    };
    let conv = Described::of(&Conv { stride: [2, 2], padding: [1, 2], ..Conv::new(4, [3, 4]) });
    let same = Described::of(&Conv { padding: [1, 1], groups: 2, ..Conv::new(4, [3, 3]) });
    let pool = |reduce, stride| {
        let pool = Pool { kernel: [2, 2], stride, reduce };
        LayerConfig { neurons: 0, first: Some(Described::of(&pool)), ..Default::default() }
    };
    let own = |pattern| Described::of(&Recurrent { pattern });
    let late = |longest| Described::of(&Delay { longest });
    let zero = LifConfig { reset: Reset::Zero, ..lif() };
    vec![
        ("conv", vec![shaped(conv.clone()), flat(5)]),
        ("sum", vec![shaped(conv.clone()), pool(Reduce::Sum, None), flat(5)]),
        ("average", vec![shaped(conv.clone()), pool(Reduce::Average, None), flat(5)]),
        ("max", vec![shaped(conv.clone()), pool(Reduce::Max, Some([1, 1])), flat(5)]),
        ("all-to-all", vec![with(flat(9), own(Pattern::AllToAll), None), flat(5)]),
        ("one-to-one", vec![with(flat(9), own(Pattern::OneToOne), None), flat(5)]),
        (
            "zero",
            vec![
                LayerConfig {
                    cell: CellConfig::Lif(zero.clone()),
                    ..with(flat(9), own(Pattern::AllToAll), None)
                },
                cell(zero),
            ],
        ),
        ("delay", vec![flat(9), LayerConfig { first: Some(late(5)), ..flat(5) }]),
        (
            "late and own",
            vec![
                flat(9),
                with(with(flat(9), late(3), Some(0)), own(Pattern::AllToAll), None),
                flat(5),
            ],
        ),
        ("skip", vec![shaped(conv), with(shaped(same), Described::of(&Skip {}), Some(0)), flat(5)]),
    ]
}

#[test]
fn each_kind_is_exact_as_it_is_told() {
    for (name, layers) in by_hand() {
        for (length, phase) in [(0, Phase::Restart), (5, Phase::RunOn)] {
            let sc = ScConfig { length, phase, ..Default::default() };
            let input = Volume { channels: 1, height: 6, width: 7 };
            let spec = sc.wired("by-hand", input, 8, &layers).unwrap();
            for device in devices() {
                let spikes = assert_golden(&strong(&spec, 5, &device), Schedule::Planes, &device);
                assert!(spikes > 0, "{name} never fires");
            }
        }
    }
}

/// A spike more or less in the numbers that the golden model gets is seen: the comparison above can fail.
#[test]
fn a_weight_that_differs_is_seen() {
    let device = Device::flex();
    let (_, layers) = by_hand().swap_remove(4);
    let config = wired(Volume { channels: 1, height: 6, width: 7 }, layers, ScConfig::default());
    let net = config.init(1, &device).unwrap();
    let changed = net.clone().map_populations(|_, layer| {
        let weights = |number: usize| {
            let mut rows = layer.wires()[number].rows();
            rows.iter_mut().for_each(|w| *w = -*w);
            (Some(rows), None)
        };
        layer.clone().with(weights, None, |cell| cell)
    });
    let spec = net.spec().unwrap().clone();
    let [own, other] = [&net, &changed].map(|net| net.in_integers(&spec).unwrap().0);
    assert_ne!(own.layers, other.layers);
    let images = pictures(&spec, 5);
    let [own, other] = [own, other].map(|net| golden(&net, &images, Schedule::Planes));
    assert_ne!(own, other);
}

/// What a file of floats holds is the network again, of every kind.
#[test]
fn floats_go_to_files_and_come_back() {
    let device = Device::flex();
    for seed in [2, 9, 30] {
        let spec = arbitrary(seed).spec;
        let layers = || vec![LayerConfig::default(); spec.layers.len()];
        let [net, other] =
            [1, 2].map(|seed| of_spec(trainable(spec.clone()), layers(), seed, &device));
        let bytes = net.to_safetensors(&Default::default()).unwrap();
        assert_ne!(other.to_safetensors(&Default::default()).unwrap(), bytes);
        let read = other.with_safetensors(&bytes).unwrap();
        assert_eq!(read.to_safetensors(&Default::default()).unwrap(), bytes);
    }
    let every = trainable(with_every_kind().spec);
    let layers = vec![LayerConfig::default(); every.layers.len()];
    let net = of_spec(every, layers, 1, &device);
    let bytes = net.to_safetensors(&Default::default()).unwrap();
    assert!(net.clone().with_safetensors(&bytes[..bytes.len() - 8]).is_err());
}

#[test]
fn layers_that_do_not_go_with_each_other_are_refused_by_their_place() {
    let (_, mut layers) = by_hand().swap_remove(0);
    layers[1].connections = vec![ConnectionSpec { of: Described::of(&Skip {}), from: Some(0) }];
    let input = Volume { channels: 1, height: 6, width: 7 };
    let config = wired(input, layers.clone(), ScConfig::default());
    let error = config.init(1, &Device::flex()).unwrap_err();
    assert_eq!(error.code(), "spikestream::layer::shape");
    assert!(error.to_string().contains("layers[1].connections[0] (skip)"), "{error}");
    assert!(!error.remedy().is_empty());
    layers[1].connections.clear();
    let large = Conv::new(2, [9, 9]);
    layers[0].first = Some(Described::of(&large));
    let config = wired(input, layers, ScConfig::default());
    let error = config.init(1, &Device::flex()).unwrap_err();
    assert_eq!(error.code(), "spikestream::layer::value");
}

/// The layers' weights with their gradients of the sum of all spikes of the last layer.
fn gradients(net: &SpikingNet, x: Tensor<3>) -> Vec<Vec<f32>> {
    let grads = net.run(x.into(), Record::Sums).unwrap().spike_counts.sum().backward();
    let wires = net.populations().flat_map(|(_, layer)| layer.wires());
    wires.map(|wire| to_vec(wire.values().0.grad(&grads).unwrap())).collect()
}

/// A neuron that hears itself: two steps, worked out by hand.
#[test]
fn the_gradient_of_a_recurrence_goes_through_the_spike_before() {
    let cell = LifConfig { beta: 0.9375, ..Default::default() };
    let own = ConnectionSpec::of(&Recurrent { pattern: Pattern::OneToOne });
    let layer = LayerConfig {
        neurons: 1,
        bias: false,
        cell: CellConfig::Lif(cell),
        connections: vec![own],
        ..Default::default()
    };
    let config = wired(Volume::flat(1), vec![layer], ScConfig::default());
    for device in devices() {
        for (weight, own) in [(1.25_f32, -0.5_f32), (1.25, 0.25), (0.7, 0.5)] {
            let net = config.init(1, &device.clone().autodiff()).unwrap();
            let weights = |number: usize| (Some(vec![[weight, own][number]]), None);
            let net = net.map_populations(|_, layer| layer.with(weights, None, |cell| cell));
            let integers = net.in_integers(net.spec().unwrap()).unwrap().0;
            let threshold = f64::from(integers.spec.layers[0].threshold << 4);
            let [drive, back] = [0, 1].map(|at| f64::from(integers.layers[0].weights[at]) * 16.0);
            let slope =
                |u: f64| 1.0 / (1.0 + (std::f64::consts::PI * (u / threshold - 1.0)).powi(2));
            let fired = f64::from(u8::from(drive > threshold));
            let v = drive - fired * threshold;
            let second = v - (v / 16.0).floor() + drive + fired * back;
            let first = slope(drive);
            let of_weight = first + slope(second) * (1.0 + 15.0 / 16.0 + back / threshold * first);
            let expected = [of_weight, slope(second) * fired];
            let found = gradients(&net, Tensor::ones([2, 1, 1], &device));
            for (found, expected) in found.iter().zip(expected) {
                let found = f64::from(found[0]);
                assert!((found - expected).abs() < 1e-5, "{found} for {expected}");
            }
        }
    }
}

/// A layer that hears itself by weights of 0 runs step by step, and does what it does at once without.
#[test]
fn step_by_step_is_at_once() {
    let alif =
        crate::AlifConfig { beta: 0.9375, rho: 0.75, adaptation: 0.1875, ..Default::default() };
    let cells =
        [CellConfig::Lif(LifConfig { beta: 0.875, ..Default::default() }), CellConfig::Alif(alif)];
    let late = Described::of(&Delay { longest: 3 });
    for (cell, device) in
        cells.iter().flat_map(|cell| devices().into_iter().map(move |d| (cell, d)))
    {
        let layer = |neurons, cell: &CellConfig| LayerConfig {
            neurons,
            cell: cell.clone(),
            ..Default::default()
        };
        let config = |connections: Vec<ConnectionSpec>| {
            let hidden = LayerConfig { connections, first: Some(late.clone()), ..layer(12, cell) };
            let layers = vec![layer(10, &cells[0]), hidden, layer(4, &cells[0])];
            let sc = ScConfig { length: 5, phase: Phase::RunOn, ..Default::default() };
            wired(Volume::flat(20), layers, sc)
        };
        let own = ConnectionSpec::of(&Recurrent { pattern: Pattern::AllToAll });
        let device = device.autodiff();
        let net = |connections| {
            let net = config(connections).init(3, &device).unwrap();
            net.map_populations(|index, layer| {
                let weights = |number: usize| {
                    let count = layer.wires()[number].rows().len();
                    let strong = numbers(count, [-0.3, 0.6], index as u64);
                    let delays = numbers(count, [0.0, 3.0], 8);
                    let weights = if number == 0 { strong } else { vec![0.0; count] };
                    (Some(weights), (index == 1).then_some(delays))
                };
                layer
                    .clone()
                    .with(weights, Some(vec![0.05; layer.bias().unwrap().len()]), |cell| cell)
            })
        };
        let x = tensor(
            &crate::testing::spikes(8 * 5 * 20, 0.3, 4),
            [8, 5, 20],
            &device.clone().inner(),
        );
        let [alone, hearing] = [net(Vec::new()), net(vec![own])].map(|net| {
            let counts = net.run(x.clone().into(), Record::Counts).unwrap();
            let counts: Vec<Vec<f32>> =
                counts.layers.into_iter().map(|l| to_vec(l.spikes)).collect();
            (counts, gradients(&net, x.clone()))
        });
        assert_eq!(alone.0, hearing.0);
        assert!(alone.0.iter().all(|layer| layer.iter().any(|count| *count > 0.0)), "{alone:?}");
        let shared =
            hearing.1.iter().enumerate().filter(|(at, _)| *at != 2).map(|(_, grads)| grads);
        for (a, b) in alone.1.iter().zip(shared) {
            assert!(crate::testing::distance(b, a) < 1e-5);
            assert!(a.iter().any(|grad| *grad != 0.0));
        }
        assert!(hearing.1[2].iter().any(|grad| *grad != 0.0), "what is 0 could be learnt");
    }
}
