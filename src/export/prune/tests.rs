//! The bound against every pattern of spikes, and networks that answer as before without some neurons.

use super::*;
use crate::neuron::cell::Cell;
use crate::neuron::equations::Format;
use crate::neuron::{State, Workplace};
use crate::spec::{Phase, Reset, example, example_of, with_every_kind};

fn images(inputs: usize, count: usize) -> Vec<Vec<u8>> {
    let pixel = |n: usize, i: usize| (i * 37 + n * 101 + n * n * i) as u8;
    (0..count).map(|n| (0..inputs).map(|i| pixel(n, i)).collect()).collect()
}

/// Whether a neuron fires on any spikes of its inputs, each step any of them.
fn by_trial(net: &Net, neuron: usize) -> bool {
    let (neurons, row) = (Neurons::of(&net.spec, 0), net.row(0, neuron));
    let mut states = vec![neurons.begin()];
    let mut at = Workplace::default();
    for step in 0..net.spec.time.steps {
        let ones = net.spec.stream.window(step);
        let weigh = |q: i8| i32::from(q.signum()) * ones[usize::from(q.unsigned_abs())] as i32;
        let mut next: Vec<State> = Vec::new();
        for state in states {
            for pattern in 0..1_u32 << row.len() {
                let spiking = row.iter().enumerate().filter(|(i, _)| pattern >> i & 1 == 1);
                let current = spiking.map(|(_, q)| weigh(*q)).sum();
                let bias = net.layers[0].biases[neuron];
                let mut state = state;
                let drive = Drive { current, bias, ..Drive::default() };
                if neurons.update(&mut at, &mut state, drive) {
                    return true;
                }
                next.push(state);
            }
        }
        next.sort_by_key(|state| (state.membrane, state.others));
        next.dedup();
        states = next;
    }
    false
}

#[test]
fn the_bound_is_what_every_pattern_of_spikes_shows() {
    let (mut silent, mut firing) = (0, 0);
    for seed in 0..60_usize {
        let mut net = example(&[3, 8, 2]);
        net.spec.time.steps = 4;
        net.spec.layers[0].threshold = 8 + (seed % 30) as i32;
        net.spec.neuron.leak = (seed % 4) as u32;
        net.spec.neuron.reset = if seed % 2 == 0 { Reset::Subtract } else { Reset::Zero };
        net.spec.stream.length = [16, 4, 6][seed % 3];
        net.spec.stream.phase = if seed % 5 == 0 { Phase::RunOn } else { Phase::Restart };
        for (at, q) in net.layers[0].weights.iter_mut().enumerate() {
            *q = ((at * 7 + seed * 13) % 31) as i8 - 15;
        }
        for (at, bias) in net.layers[0].biases.iter_mut().enumerate() {
            *bias = ((at * 53 + seed * 29) % 200) as i32 - 60;
        }
        for (neuron, can) in can_fire(&net, 0).into_iter().enumerate() {
            assert_eq!(can, by_trial(&net, neuron), "seed {seed}, neuron {neuron}");
            silent += usize::from(!can);
            firing += usize::from(can);
        }
    }
    assert!(silent > 50 && firing > 50, "{silent} silent, {firing} firing");
}

/// A bias of 320 is at the threshold; only one above it fires.
#[test]
fn a_membrane_at_its_threshold_is_below_the_bound() {
    let mut net = example(&[2, 3, 2]);
    net.layers[0].weights.fill(-3);
    net.layers[0].biases = vec![320, 20, 21]; // 20 is what a membrane of 320 leaks
    net.spec.time.steps = 256;
    net.spec.neuron.leak = 0;
    assert_eq!(can_fire(&net, 0), [true, true, true]);
    net.spec.neuron.leak = 4;
    assert_eq!(can_fire(&net, 0), [true, false, true]);
    net.spec.time.steps = 1;
    assert_eq!(can_fire(&net, 0), [false, false, false]);
}

/// A network of two hidden layers of which neurons 1 and 4, and 0, cannot fire.
fn partly_silent() -> Net {
    let mut net = example(&[9, 6, 5, 3]);
    for neuron in [1, 4] {
        net.layers[0].weights[neuron * 9..][..9].fill(-2);
        net.layers[0].biases[neuron] = 10;
    }
    net.layers[1].weights[..6].fill(0);
    net.layers[1].biases[0] = 5;
    net.layers[2].weights.fill(15); // so that what reaches the last layer shows
    net
}

#[test]
fn what_cannot_fire_is_taken_out_layer_by_layer() {
    let net = partly_silent();
    let images = images(9, 40);
    let pruned = silent(&net, &images).unwrap();
    assert_eq!((pruned.layers[0].neurons, pruned.layers[0].bounded), (6, 2));
    assert_eq!((pruned.layers[1].neurons, pruned.layers[1].bounded), (5, 1));
    pruned.net.check().unwrap();
    let left: Vec<usize> = pruned.net.spec.layers.iter().map(|layer| layer.outputs).collect();
    assert_eq!(left, [pruned.layers[0].left(), pruned.layers[1].left(), 3]);
    assert_eq!(outcomes(&pruned.net, &images), outcomes(&net, &images));
    assert!(outcomes(&net, &images).iter().any(|o| o.counts.iter().any(|count| *count > 0)));
    // By proof alone, on images that nobody has looked at.
    let proved = silent(&net, &[]).unwrap();
    assert!(proved.layers.iter().all(|layer| layer.left() == 1 && layer.spared), "{proved:?}");
    let keep: Vec<bool> = can_fire(&net, 0);
    assert_eq!(keep, [true, false, true, true, false, true]);
    ensure_alike(&net, &without(&net, 0, &keep), &self::images(9, 300)).unwrap();
}

/// Whoever takes out a neuron that fires is found out by the images.
#[test]
fn a_neuron_that_fires_is_missed() {
    let net = partly_silent();
    let images = images(9, 40);
    let fires = fired(&net, &images);
    let mut missed = 0;
    for neuron in (0..6).filter(|neuron| fires[0][*neuron]) {
        let keep: Vec<bool> = (0..6).map(|n| n != neuron).collect();
        if let Err(error) = ensure_alike(&net, &without(&net, 0, &keep), &images) {
            assert_eq!(error.code(), "spikestream::export::unlike");
            missed += 1;
        }
    }
    assert!(missed > 0, "{fires:?}");
}

#[test]
fn quiet_neurons_go_and_other_images_may_tell() {
    let mut net = example(&[4, 2, 2]);
    net.layers[0].weights = vec![15, 15, 15, 15, 15, -15, -15, -15];
    net.layers[0].biases = vec![0, 0];
    net.layers[1].weights = vec![0, 15, 15, 0];
    net.layers[1].biases = vec![0, 0];
    let dark = vec![vec![200, 200, 200, 200]; 3];
    let pruned = silent(&net, &dark).unwrap();
    assert_eq!(
        pruned.layers,
        [Removed { neurons: 2, unheard: 0, bounded: 0, quiet: 1, spared: false }]
    );
    assert_eq!(pruned.net.layers[1].weights, [0, 15]);
    assert_eq!(differing(&net, &pruned.net, &dark).unwrap(), 0);
}

#[test]
fn a_network_with_noise_is_left_as_it_is() {
    let mut net = partly_silent();
    net.spec.neuron.noise_bits = 4;
    let images = images(9, 10);
    let pruned = silent(&net, &images).unwrap();
    assert_eq!(pruned.net, net);
    assert!(pruned.layers.iter().all(|layer| layer.left() == layer.neurons));
    // Without one of its neurons all behind it would draw other numbers.
    let keep = can_fire(&net, 0);
    assert!(ensure_alike(&net, &without(&net, 0, &keep), &images).is_err());
}

/// It fires without end, and so does one that only it hears.
#[test]
fn a_network_of_other_connections_is_left_as_it_is() {
    let net = with_every_kind();
    let pruned = silent(&net, &images(net.spec.inputs(), 3)).unwrap();
    assert_eq!(pruned.net, net);
    assert!(pruned.layers.iter().all(|removed| removed.left() == removed.neurons));
}

#[test]
fn a_neuron_that_nobody_hears_goes_from_behind() {
    let mut net = example(&[9, 6, 5, 3]);
    (0..3).for_each(|row| net.layers[2].weights[5 * row + 2] = 0);
    (0..5).filter(|row| *row != 2).for_each(|row| net.layers[1].weights[6 * row + 4] = 0);
    net.layers[0].biases[4] = 2000;
    net.layers[1].biases[2] = 2000;
    let images = images(9, 30);
    assert!(fired(&net, &images)[0][4] && fired(&net, &images)[1][2]);
    let pruned = silent(&net, &images).unwrap();
    assert_eq!([0, 1].map(|layer| pruned.layers[layer].unheard), [1, 1]);
    // Nobody hears the whole layer: one stays.
    net.layers[2].weights.fill(0);
    let pruned = silent(&net, &images).unwrap();
    assert_eq!((pruned.layers[1].left(), pruned.layers[1].spared), (1, true));
}

/// Nothing is known of them but what they do.
#[test]
fn neurons_with_a_name_go_only_where_they_are_quiet() {
    let cell = Cell::new("alif", Format { bits: 16, fraction: 12 });
    let mut net = example_of(&[9, 6, 3], &[Some(cell), None]);
    net.layers[0].weights[..9].fill(-2);
    net.layers[0].weights[9..18].fill(15);
    net.layers[0].biases.fill(0);
    let images = images(9, 20);
    let pruned = silent(&net, &images).unwrap();
    assert_eq!(pruned.layers[0].bounded, 0);
    assert!(pruned.layers[0].quiet > 0 && pruned.layers[0].left() > 0, "{pruned:?}");
    assert_eq!(outcomes(&pruned.net, &images), outcomes(&net, &images));
}

#[test]
fn images_of_another_size_are_refused() {
    let error = silent(&example(&[4, 3, 2]), &[vec![0; 3]]).unwrap_err();
    assert_eq!(error.code(), "spikestream::net::shape");
}
