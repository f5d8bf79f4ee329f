//! What the engine runs is the network: every value of every neuron, and each part of the change by hand.

use super::*;
use crate::hardware::events::{Events, Fan};
use crate::layer::kinds::{Delay, Flatten, Pool, Recurrent, Reduce, Skip};
use crate::layer::kinds::{Kind, Pattern};
use crate::random::Random;
use crate::sc::network::{Outcome, Update};
use crate::spec::{arbitrary_in_hardware, example, filled, with_relays};

/// Every update of layers that the network has itself, with its own numbers of layers; and the membranes of others, which
/// are 0.
fn values(
    golden: &Golden<'_>,
    net: &Net,
    before: usize,
    image: &[u8],
) -> (Vec<Update>, Outcome, bool) {
    let own = net.spec.populations();
    let (mut all, mut are_empty) = (Vec::new(), true);
    let outcome = golden.infer_observed(image, |update| {
        if let Some(layer) = update.layer.checked_sub(before).filter(|layer| own[*layer] > 0) {
            all.push(Update { layer, ..update });
        } else {
            are_empty &= update.membrane == 0;
        }
    });
    (all, outcome, are_empty)
}

/// Whether a network that is run in another's place has its values, on a few images.
fn is_alike(net: &Net, other: &Net) -> bool {
    let [own, run] = [net, other].map(|net| Golden::new(net, Schedule::Planes));
    let before = other.spec.layers.len() - net.spec.layers.len();
    (0..4).all(|seed| {
        let mut random = Random::new(seed);
        let pixels = (0..net.spec.inputs()).map(|_| random.corner_value(8) as u8);
        let image: Vec<u8> = pixels.collect();
        values(&own, net, 0, &image) == values(&run, net, before, &image)
    })
}

/// The engine has it, by so many layers before and so many relays, with the same values.
fn is_taken(net: &Net, before: usize, relays: usize) {
    let other = lowered_net(net);
    assert_eq!(other.spec.layers.len() - net.spec.layers.len(), before);
    assert_eq!(layers_before(&net.spec), before);
    assert_eq!(other.spec.layers.iter().filter(|layer| layer.undrawn).count(), relays);
    assert_eq!(*lowered(&net.spec), other.spec);
    assert!(other.spec.neurons.values().all(|cell| cell.step().is_ok()));
    let wiring = other.spec.wiring().unwrap();
    let counts = other.layers.iter().zip(&wiring);
    assert!(counts.clone().all(|(of, wired)| of.weights.len() == wired.weight_count()));
    assert_eq!(Fan::of(&net.spec).map(|_| ()), Ok(()));
    assert!(is_alike(net, &other));
}

fn of(layers: Vec<LayerSpec>, input: Volume) -> Net {
    let spec = NetSpec { format: FORMAT_OF_NAMED, input: Some(input), ..example(&[1, 1]).spec };
    filled(&mut Random::new(3), NetSpec { layers, ..spec }).unwrap()
}

fn pool(kernel: usize, stride: usize, reduce: Reduce) -> Pool {
    Pool { kernel: [kernel; 2], stride: Some([stride; 2]), reduce }
}

fn layer<K: Kind>(inputs: usize, outputs: usize, kind: &K) -> LayerSpec {
    let threshold = if kind.counting(Volume::flat(1)).is_some() { 0 } else { 9 };
    LayerSpec::new(inputs, outputs, threshold).of(kind)
}

const IMAGE: Volume = Volume { channels: 1, height: 6, width: 6 };

#[test]
fn the_largest_of_a_window_is_a_relay_whether_windows_overlap_or_not() {
    let first = layer(36, 72, &Conv { padding: [1, 1], ..Conv::new(2, [3, 3]) });
    let last = |inputs| LayerSpec::new(inputs, 3, 6);
    for (max, to) in [(pool(2, 2, Reduce::Max), 3), (pool(3, 1, Reduce::Max), 4)] {
        let units = 2 * to * to;
        let behind = layer(units, 3 * (to - 1) * (to - 1), &Conv::new(3, [2, 2]));
        let classes = last(behind.outputs);
        is_taken(&of(vec![first.clone(), layer(72, units, &max), behind, classes], IMAGE), 0, 1);
    }
    // Right on the input: it hears the input alone, and is heard by two.
    let max = layer(36, 9, &pool(2, 2, Reduce::Max));
    let two = layer(9, 9, &Conv::new(1, [1, 1])).with(&Skip {}, Some(0));
    is_taken(&of(vec![max, two, last(9)], IMAGE), 0, 1);
}

#[test]
fn an_input_of_several_connections_or_of_delays_has_a_relay() {
    // Heard by layer 0 and, through what passes it on, by layer 2, there by a weight and by many.
    let flat = LayerSpec::new(36, 36, 0).of(&Flatten {});
    let own = layer(36, 36, &Full {});
    let skip = layer(36, 36, &Full {}).with(&Skip {}, Some(0)).with(&Full {}, Some(0));
    let last = LayerSpec::new(36, 3, 40);
    let net = of(vec![flat, own, skip, last], IMAGE);
    is_taken(&net, 1, 1);
    is_taken(&of(vec![layer(36, 4, &Delay { longest: 5 })], IMAGE), 1, 1);
    let own = Recurrent { pattern: Pattern::AllToAll };
    let twice = layer(36, 4, &Full {}).with(&own, None).with(&Delay { longest: 2 }, None);
    is_taken(&of(vec![twice], IMAGE), 1, 1);
    is_taken(&with_relays(), 1, 3);
    // Nothing of this is asked of layers that have what they need.
    let plain = example(&[5, 4, 3]);
    assert!(matches!(lowered_net(&plain), Cow::Borrowed(_)));
}

#[test]
fn averages_and_largest_ones_behind_each_other_are_exact_or_refused() {
    let first = layer(36, 36, &Conv { padding: [1, 1], ..Conv::new(1, [3, 3]) });
    let (average, max) = (pool(2, 2, Reduce::Average), pool(2, 1, Reduce::Max));
    let merged = |first_pool: &Pool, second: &Pool, sizes: [usize; 2]| {
        let [one, two] = sizes;
        let pools = [layer(36, one, first_pool), layer(one, two, second)];
        let layers = [vec![first.clone()], pools.to_vec(), vec![LayerSpec::new(two, 3, 4)]];
        of(layers.concat(), IMAGE)
    };
    is_taken(&merged(&average, &max, [9, 4]), 0, 1);
    is_taken(&merged(&pool(2, 2, Reduce::Max), &max, [9, 4]), 0, 2);
    is_taken(&merged(&pool(2, 2, Reduce::Max), &pool(2, 2, Reduce::Average), [9, 1]), 0, 1);
    // A weight of two bits is no more than 3, and four places are averaged.
    let mut few = merged(&average, &max, [9, 4]).spec;
    (few.stream.bits, few.stream.length) = (2, 4);
    let told = Fan::of(&few).unwrap_err();
    assert_eq!(
        told,
        "`dense` in layers[3] behind a `max` of averages of more places than a weight can be"
    );
}

#[test]
fn what_a_flatten_hides_is_a_dense_connection() {
    let first = layer(36, 72, &Conv { padding: [1, 1], ..Conv::new(2, [3, 3]) });
    let flat = layer(72, 72, &Flatten {});
    let flat = LayerSpec { threshold: 0, ..flat };
    let skip = layer(72, 72, &Full {}).with(&Skip {}, Some(1));
    let each = layer(72, 72, &Conv { groups: 72, ..Conv::new(72, [1, 1]) });
    let net = of(vec![first.clone(), flat.clone(), skip, LayerSpec::new(72, 3, 9)], IMAGE);
    is_taken(&net, 0, 0);
    is_taken(&of(vec![first.clone(), flat.clone(), each, LayerSpec::new(72, 3, 9)], IMAGE), 0, 0);
    let alone = layer(72, 72, &pool(1, 1, Reduce::Max));
    is_taken(&of(vec![first, flat, alone, LayerSpec::new(72, 3, 9)], IMAGE), 0, 1);
}

/// Eight layers of neurons have no room for a ninth.
#[test]
fn a_relay_before_eight_layers_of_neurons_is_refused() {
    let mut layers: Vec<LayerSpec> = (0..8).map(|_| layer(4, 4, &Full {})).collect();
    layers[0] = layer(4, 4, &Delay { longest: 1 });
    let spec = of(layers.clone(), Volume::flat(4)).spec;
    assert_eq!(
        Fan::of(&spec).unwrap_err(),
        "9 layers of neurons, one of which passes on the input"
    );
    is_taken(&of(layers[..7].to_vec(), Volume::flat(4)), 1, 1);
}

#[test]
fn random_networks_have_the_same_values_and_change_once() {
    let (mut relays, mut untaken, mut noisy) = (0, 0, 0);
    for seed in 0..300 {
        let net = arbitrary_in_hardware(seed);
        let other = lowered_net(&net);
        assert!(is_alike(&net, &other), "seed {seed}");
        assert!(matches!(lowered_net(&other), Cow::Borrowed(_)), "seed {seed}");
        assert_eq!(*lowered(&net.spec), other.spec);
        let has = other.spec.layers.iter().any(|layer| layer.undrawn);
        relays += usize::from(has);
        noisy += usize::from(has && net.spec.neuron.noise_bits > 0);
        if let Err(told) = Fan::of(&net.spec) {
            let known = ["behind an average, beside another", "behind a `max` of averages"];
            assert!(known.iter().any(|known| told.contains(known)), "seed {seed}: {told}");
            untaken += 1;
        }
    }
    assert!(relays > 100 && noisy > 80, "{relays} with relays, {noisy} of them with noise");
    assert!((1..40).contains(&untaken), "{untaken}");
}

/// A relay that asks for two spikes, one that comes a step late, and one that draws noise.
#[test]
fn a_fault_in_a_relay_is_seen() {
    let net = with_relays();
    let sound = lowered_net(&net).into_owned();
    assert!(is_alike(&net, &sound));
    let mut deaf = sound.clone();
    let cell = deaf.spec.neurons.get_mut(RELAY).unwrap();
    cell.equations = Some(RELAYS.replace("v > 0", "v > 1").replace("[0, 1]", "[0, 2]"));
    assert!(!is_alike(&net, &deaf));
    let mut drawing = sound.clone();
    drawing.spec.layers.iter_mut().for_each(|layer| layer.undrawn = false);
    assert!(!is_alike(&net, &drawing));
    // The last layer hears the relay before it, which then would be run behind it.
    let mut late = sound;
    let last = late.spec.layers.len() - 1;
    late.spec.layers[last].first = Described::of(&Delay { longest: 1 });
    let first = late.spec.layers[last].inputs * late.spec.layers[last].outputs;
    late.layers[last].delays.splice(0..0, vec![1; first]);
    assert!(!is_alike(&net, &late));
    late.layers[last].delays[..first].fill(0);
    assert!(is_alike(&net, &late));
}

/// Cycles are those of what is run: a relay's neurons are scanned, and its spikes walked.
#[test]
fn relays_take_sums_rows_and_cycles() {
    let net = with_relays();
    let walk = Events::new(Fan::of(&net.spec).unwrap(), net.spec.time.steps as usize, 3, 4);
    let outputs: Vec<usize> = walk.regions.iter().map(|region| region.outputs).collect();
    assert_eq!(outputs, [32, 32, 18, 12, 3, 3]);
    assert_eq!(walk.contents(&net), walk.contents(&lowered_net(&net)));
}
