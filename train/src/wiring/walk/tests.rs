//! The gradients of sums, and of what pools pass on, against the equations written out synapse by synapse.

use super::*;
use crate::testing::{devices, distance, numbers, tensor, to_vec};
use crate::wiring::pass_on;
use spikestream::layer::kinds::{Connect, Merge, Pool, Reduce, Role, Volume};
use spikestream::spec::{Connection, arbitrary};

const FRAMES: usize = 5;
const BATCH: usize = 11; // parts of more than one image

/// A synapse: unit, place of its weight as it lies, target.
fn synapses(of: &Connection, ways: &Ways) -> Vec<[usize; 3]> {
    let each = |unit: usize| {
        let all = ways.of(unit).iter().flat_map(move |run| {
            (0..run.count).map(move |i| [unit, run.weight + i, run.target + i])
        });
        all.collect::<Vec<_>>()
    };
    (0..of.from.units()).flat_map(each).collect()
}

/// Whole numbers of spikes, most of them 0.
fn counts(count: usize, seed: u64) -> Vec<f32> {
    numbers(count, [-2.0, 2.9], seed).into_iter().map(|n| n.max(0.0).floor()).collect()
}

/// Gradients of x, weights and delays from those of the sums.
fn expected(
    all: &[[usize; 3]],
    (units, neurons): (usize, usize),
    weight: &[f32],
    delay: Option<(&[f32], u32)>,
    (x, grad): (&[f32], &[f32]),
) -> [Vec<f32>; 3] {
    let mut found = [vec![0.0; x.len()], vec![0.0; weight.len()], vec![0.0; weight.len()]];
    for &[unit, place, target] in all {
        let late = delay.map(|(delay, longest)| delay[place].clamp(0.0, longest as f32));
        let steps = late.map_or(0, |late| late.round() as usize);
        for (t, b) in (0..FRAMES).flat_map(|t| (0..BATCH).map(move |b| (t, b))) {
            let g = grad[(t * BATCH + b) * neurons + target];
            let n = |t: Option<usize>| t.map_or(0.0, |t| x[(t * BATCH + b) * units + unit]);
            if let Some(before) = t.checked_sub(steps) {
                found[0][(before * BATCH + b) * units + unit] += weight[place] * g;
                found[1][place] += n(Some(before)) * g;
            }
            if let Some((_, longest)) = delay.filter(|(_, longest)| *longest > 0) {
                let k = (late.unwrap_or(0.0) as usize).min(longest as usize - 1);
                let slope = n(t.checked_sub(k + 1)) - n(t.checked_sub(k));
                found[2][place] += weight[place] * slope * g;
            }
        }
    }
    found
}

#[test]
fn gradients_are_those_of_every_synapse() {
    let mut kinds = Vec::new();
    for seed in 0..80 {
        for wired in
            arbitrary(seed).spec.wiring().unwrap().into_iter().filter(|of| of.relay.is_none())
        {
            for of in &wired.connections {
                let ways = Arc::new(Ways::new(of, wired.neurons()));
                let [inputs, channels] = super::super::ways::matrix(&of.weights);
                let weight = numbers(inputs * channels, [-9.0, 9.0], seed);
                let weight: Vec<f32> = weight.into_iter().map(f32::round).collect();
                let delay = of.longest.map(|longest| {
                    // Within its range, as a delay is where its slope is taken.
                    (numbers(inputs * channels, [0.1, longest as f32 - 0.1], seed ^ 1), longest)
                });
                let delay = delay
                    .filter(|(_, longest)| *longest > 0)
                    .or(of.longest.map(|l| (vec![0.0; inputs * channels], l)));
                let x = counts(FRAMES * BATCH * of.from.units(), seed ^ 2);
                let grad = numbers(FRAMES * BATCH * wired.neurons(), [-1.0, 1.0], seed ^ 3);
                let sizes = (of.from.units(), wired.neurons());
                let late = delay.as_ref().map(|(delay, longest)| (delay.as_slice(), *longest));
                let expected = expected(&synapses(of, &ways), sizes, &weight, late, (&x, &grad));
                for device in devices() {
                    let device = device.autodiff();
                    let leaf = |numbers: &[f32]| {
                        tensor(numbers, [inputs, channels], &device).require_grad()
                    };
                    let (floats, delays) = (leaf(&weight), late.map(|(delay, _)| leaf(delay)));
                    let late = late.map(|(delay, longest)| {
                        delay.iter().map(|d| Late::of(*d, longest)).collect()
                    });
                    let given = Arc::new(Synapses { windows: vec![weight.clone()], late });
                    let spikes =
                        tensor(&x, [FRAMES, BATCH, of.from.units()], &device).require_grad();
                    let out =
                        walk(&ways, &given, 0, spikes.clone(), (floats.clone(), delays.clone()))
                            .unwrap();
                    let factors = tensor(&grad, [FRAMES, BATCH, wired.neurons()], &device);
                    let grads = (out * factors).sum().backward();
                    let near = |found: Vec<f32>, expected: &[f32]| {
                        assert!(distance(&found, expected) < 1e-4, "{of:?}");
                    };
                    near(to_vec(spikes.grad(&grads).unwrap()), &expected[0]);
                    near(to_vec(floats.grad(&grads).unwrap()), &expected[1]);
                    if let Some(delays) = delays {
                        near(to_vec(delays.grad(&grads).unwrap()), &expected[2]);
                    }
                }
                kinds.push(of.kind.clone());
            }
        }
    }
    kinds.sort();
    kinds.dedup();
    assert_eq!(kinds, ["conv", "delay", "dense", "recurrent", "skip"]);
}

/// A delay that has left its range is at its end, and only a gradient that leads back moves it.
#[test]
fn delays_beyond_their_ends_only_come_back() {
    assert_eq!(Late::of(2.4, 5), Late { steps: 2, between: Some(2), beyond: 0.0 });
    assert_eq!(Late::of(2.6, 5), Late { steps: 3, between: Some(2), beyond: 0.0 });
    assert_eq!(Late::of(-0.3, 5), Late { steps: 0, between: Some(0), beyond: -1.0 });
    assert_eq!(Late::of(5.0, 5), Late { steps: 5, between: Some(4), beyond: 0.0 });
    assert_eq!(Late::of(7.0, 5), Late { steps: 5, between: Some(4), beyond: 1.0 });
    assert_eq!(Late::of(0.7, 0), Late { steps: 0, between: None, beyond: 1.0 });
    let spec = {
        let mut spec = arbitrary(0).spec;
        let late = spikestream::layer::kinds::Delay { longest: 2 };
        spec.layers = vec![spikestream::spec::LayerSpec::new(1, 2, 3).of(&late)];
        spec.input = None;
        spec
    };
    let wired = spec.wiring().unwrap().swap_remove(0);
    let ways = Arc::new(Ways::new(&wired.connections[0], 2));
    let device = Device::flex().autodiff();
    let moved = |delay: f32, sign: f32| {
        let late = Some(vec![Late::of(delay, 2); 2]);
        let given = Arc::new(Synapses { windows: vec![vec![1.0, 1.0]], late });
        let delays = tensor(&[delay; 2], [1, 2], &device).require_grad();
        let x = tensor(&[1.0, 0.0, 0.0], [3, 1, 1], &device);
        let weight = tensor(&[1.0, 1.0], [1, 2], &device).require_grad();
        let out = walk(&ways, &given, 0, x, (weight, Some(delays.clone()))).unwrap();
        // The later it is heard the more it counts, or the less.
        let factors = tensor(&[0.0, 0.0, sign, sign, 2.0 * sign, 2.0 * sign], [3, 1, 2], &device);
        to_vec(delays.grad(&(out * factors).sum().backward()).unwrap())
    };
    assert_eq!([moved(-0.5, 1.0), moved(-0.5, -1.0)], [[0.0; 2], [-1.0; 2]]);
    assert_eq!([moved(2.5, 1.0), moved(2.5, -1.0)], [[1.0; 2], [0.0; 2]]);
    assert_eq!([moved(1.5, 1.0), moved(1.5, -1.0)], [[1.0; 2], [-1.0; 2]]);
}

/// Whether there is a spike of several changes with one of them where no other is.
#[test]
fn a_spike_decides_where_it_is_alone() {
    let from = Volume { channels: 1, height: 1, width: 3 };
    for (reduce, merge, expected, slopes) in [
        // Windows of the first two and of the last two places.
        (Reduce::Max, Merge::Or, [1.0, 1.0], [1.0, 11.0, 10.0]),
        (Reduce::Max, Merge::Count, [1.0, 1.0], [1.0, 11.0, 10.0]),
    ] {
        let pool = Pool { kernel: [1, 2], stride: Some([1, 1]), reduce };
        let Role::Relay(_) = pool.role() else { panic!("a pool passes on") };
        let spec = {
            let mut spec = arbitrary(0).spec;
            spec.input = Some(from);
            spec.layers = vec![spikestream::spec::LayerSpec::new(3, 2, 0).of(&pool)];
            spec
        };
        let wired = spec.wiring().unwrap().swap_remove(0);
        let ways = Arc::new(Ways::new(&wired.connections[0], 2));
        let device = Device::flex().autodiff();
        let run = |x: [f32; 3]| {
            let x = tensor(&x, [1, 1, 3], &device).require_grad();
            let out = pass_on(&ways, merge, x.clone()).unwrap();
            let factors = tensor(&[1.0, 10.0], [1, 1, 2], &device);
            let grads = (out.clone() * factors).sum().backward();
            (to_vec(out), to_vec(x.grad(&grads).unwrap()))
        };
        let (out, grads) = run([0.0, 1.0, 0.0]);
        assert_eq!(out, expected);
        // A spike beside the one that is there would change nothing, where only whether there is one counts.
        let beside = if merge == Merge::Or { [0.0, 11.0, 0.0] } else { slopes };
        assert_eq!(grads, beside);
        let both = if merge == Merge::Or { [1.0, 1.0] } else { [2.0, 1.0] };
        assert_eq!(run([1.0, 1.0, 0.0]).0, both);
        let gone = if merge == Merge::Or { [0.0, 0.0, 0.0] } else { slopes };
        let (_, grads) = run([1.0, 1.0, 1.0]);
        assert_eq!(grads, gone);
    }
}
