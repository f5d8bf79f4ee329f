//! Networks of other connections than dense ones, which the engine does not take.

use super::case::{Case, stream};
use spikestream::layer::kinds::{Conv, Delay, Flatten, Full, Pattern};
use spikestream::layer::kinds::{Pool, Recurrent, Reduce, Skip, Volume};
use spikestream::neuron::cell::Cell;
use spikestream::neuron::equations::Format;
use spikestream::spec::{FORMAT_OF_NAMED, Generator, LayerSpec, NetSpec, Phase};

/// Lets a network have an input of this shape, and these layers.
fn build(spec: &mut NetSpec, input: [usize; 3], steps: u32, layers: Vec<LayerSpec>) {
    let [channels, height, width] = input;
    spec.format = FORMAT_OF_NAMED;
    spec.input = Some(Volume { channels, height, width });
    (spec.time.steps, spec.layers) = (steps, layers);
}

/// All of them.
pub(super) const CASES: &[Case] = &[
    Case {
        name: "convolution",
        covers: "kernels with stride, padding and groups, a bias a channel; whole streams of Sobol numbers",
        sizes: &[1, 1],
        spec: |s| {
            stream(s, 4, 16, Generator::Sobol, Phase::Restart);
            let wide = Conv { stride: [2, 1], padding: [1, 0], ..Conv::new(2, [3, 2]) };
            let groups = Conv { groups: 2, padding: [0, 1], ..Conv::new(4, [2, 2]) };
            let layers = vec![
                LayerSpec::new(20, 16, 15).of(&wide),
                LayerSpec::new(16, 20, 9).of(&groups),
                LayerSpec::new(20, 2, 90),
            ];
            build(s, [1, 4, 5], 4, layers);
        },
        integers: |_| (),
        boards: &[],
    },
    Case {
        name: "pools",
        covers: "sums and averages over windows, of which a sum of weights, and its negative part, is floored once; \
                 whether a window spikes; streams that run on",
        sizes: &[1, 1],
        spec: |s| {
            stream(s, 4, 5, Generator::Ruler, Phase::RunOn);
            let pool = |kernel, stride, reduce| Pool { kernel, stride: Some(stride), reduce };
            let alpha = Cell::new("alpha", Format { bits: 14, fraction: 10 });
            s.neurons.insert("alpha".into(), alpha);
            let heard = LayerSpec { neuron: Some("alpha".into()), ..LayerSpec::new(4, 4, 4) };
            let layers = vec![
                LayerSpec::new(24, 20, 0).of(&pool([1, 2], [1, 1], Reduce::Max)),
                LayerSpec::new(20, 8, 0).of(&pool([1, 2], [1, 2], Reduce::Sum)),
                LayerSpec::new(8, 4, 0).of(&pool([2, 1], [2, 1], Reduce::Average)),
                LayerSpec::new(4, 4, 0).of(&Flatten {}),
                heard,
                LayerSpec::new(4, 2, 3),
            ];
            build(s, [2, 2, 6], 8, layers);
        },
        integers: |net| net.layers[4].weights[..4].copy_from_slice(&[-15, 14, -9, 13]),
        boards: &[],
    },
    Case {
        name: "recurrence",
        covers: "layers that hear all of their own spikes of the step before, or each its own; noise that all draw",
        sizes: &[1, 1],
        spec: |s| {
            s.neuron.noise_bits = 4;
            let own = |pattern| Recurrent { pattern };
            let layers = vec![
                LayerSpec::new(4, 4, 9).with(&own(Pattern::AllToAll), None),
                LayerSpec::new(4, 3, 25).with(&own(Pattern::OneToOne), None),
            ];
            build(s, [4, 1, 1], 8, layers);
        },
        integers: |_| (),
        boards: &[],
    },
    Case {
        name: "delays",
        covers: "synapses of 0 to 3 steps, from the layer before and from the input, by streams that run on",
        sizes: &[1, 1],
        spec: |s| {
            stream(s, 3, 3, Generator::Lfsr, Phase::RunOn);
            let delay = Delay { longest: 3 };
            let layers = vec![
                LayerSpec::new(4, 3, 2).of(&delay),
                LayerSpec::new(3, 3, 2).of(&delay).with(&Delay { longest: 15 }, Some(0)),
            ];
            build(s, [4, 1, 1], 8, layers);
        },
        integers: |net| net.layers[1].delays[9..].copy_from_slice(&[5, 0, 1, 2, 7, 3, 1, 6, 2]),
        boards: &[],
    },
    Case {
        name: "skips",
        covers: "an earlier layer by one weight, past a layer and past the one before, and a kernel beside a dense layer",
        sizes: &[1, 1],
        spec: |s| {
            let same = Conv { padding: [1, 0], ..Conv::new(1, [3, 1]) };
            let layers = vec![
                LayerSpec::new(6, 6, 9).of(&same).with(&Skip {}, None),
                LayerSpec::new(6, 6, 9).of(&same).with(&Conv::new(1, [1, 1]), Some(0)),
                LayerSpec::new(6, 6, 9).of(&same).with(&Skip {}, Some(0)),
                LayerSpec::new(6, 2, 20).with(&Full {}, Some(0)),
            ];
            build(s, [1, 3, 2], 4, layers);
        },
        integers: |_| (),
        boards: &[],
    },
];
