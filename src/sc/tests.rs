//! The contract once more, as its page has it: nested loops over the equations, which the golden model must equal on
//! networks at random.
//!
//! It reads the fields of `net.toml` and the tensors, and takes nothing of `crate::layer`.

use super::generator::lfsr_next;
use super::network::{Golden, Schedule, Update};
use crate::neuron::{Drive, Neurons, Share, State, Workplace};
use crate::spec::{LayerSpec, Net, Phase, Reset, arbitrary, smallest};
use std::collections::BTreeMap;

/// Channels, height and width.
type Shape = [i64; 3];

/// What a layer passes on in each time step: how many spikes each unit has.
struct Passed {
    shape: Shape,
    spikes: Vec<Vec<i64>>,
    /// Bits by which a sum over it is shifted.
    shift: u32,
}

impl Passed {
    /// `s(c, y, x)` at a time step; nothing outside the image or before the first step.
    fn at(&self, t: i64, [c, y, x]: Shape) -> i64 {
        let inside = [c, y, x].iter().zip(&self.shape).all(|(at, size)| (0..*size).contains(at));
        if !inside || t < 0 {
            return 0;
        }
        self.spikes[t as usize][((y * self.shape[2] + x) * self.shape[0] + c) as usize]
    }

    fn unit(&self, t: i64, i: i64) -> i64 {
        let [channels, _, width] = self.shape;
        self.at(t, [i % channels, i / channels / width, i / channels % width])
    }

    fn units(&self) -> i64 {
        self.shape.iter().product()
    }
}

/// The fields of a connection.
struct Fields<'a>(&'a BTreeMap<String, toml::Value>);

impl Fields<'_> {
    fn number(&self, name: &str, otherwise: i64) -> i64 {
        self.0.get(name).map_or(otherwise, |value| value.as_integer().unwrap())
    }

    fn pair(&self, name: &str, otherwise: [i64; 2]) -> [i64; 2] {
        let pair = |value: &toml::Value| [0, 1].map(|at| value[at].as_integer().unwrap());
        self.0.get(name).map_or(otherwise, pair)
    }

    fn word(&self, name: &str) -> &str {
        self.0[name].as_str().unwrap()
    }
}

/// `w_t(m)` with the sign of the weight, bit by bit.
fn weighs(net: &Net, q: i8, t: i64) -> i64 {
    let stream = &net.spec.stream;
    let period = 1_i64 << stream.bits;
    let begin = if stream.phase == Phase::RunOn { t * i64::from(stream.length) } else { 0 };
    let bit = |c: i64| {
        let k = (begin + c) % period;
        i64::from(stream.generator.bit(stream.bits, q.unsigned_abs().into(), k as u32))
    };
    i64::from(q.signum()) * (0..i64::from(stream.length)).map(bit).sum::<i64>()
}

/// A term of `S_j(t)`: the number of a weight, the spikes that it meets.
type Terms = Vec<(usize, i64)>;

/// The terms of a neuron at a time step.
fn terms(
    kind: &str,
    fields: &Fields<'_>,
    heard: &Passed,
    [channels, _, width]: Shape,
    j: i64,
    t: i64,
    delays: &[u8],
) -> Terms {
    let units = heard.units();
    let all = |spike: &dyn Fn(i64) -> i64| {
        (0..units).map(|i| ((j * units + i) as usize, spike(i))).collect()
    };
    match kind {
        "dense" => all(&|i| heard.unit(t, i)),
        "delay" => all(&|i| heard.unit(t - i64::from(delays[(j * units + i) as usize]), i)),
        "recurrent" if fields.word("pattern") == "all-to-all" => all(&|i| heard.unit(t - 1, i)),
        "recurrent" => vec![(j as usize, heard.unit(t - 1, j))],
        "skip" => vec![(0, heard.unit(t, j))],
        "conv" => {
            let (kernel, groups) = (fields.pair("kernel", [0, 0]), fields.number("groups", 1));
            let (stride, padding) = (fields.pair("stride", [1, 1]), fields.pair("padding", [0, 0]));
            let [c, y, x] = [j % channels, j / channels / width, j / channels % width];
            let seen = heard.shape[0] / groups;
            let group = c / (channels / groups);
            let mut all = Vec::new();
            for k in 0..seen {
                for v in 0..kernel[0] {
                    for u in 0..kernel[1] {
                        let weight = ((c * seen + k) * kernel[0] + v) * kernel[1] + u;
                        let row = y * stride[0] + v - padding[0];
                        let column = x * stride[1] + u - padding[1];
                        all.push((weight as usize, heard.at(t, [group * seen + k, row, column])));
                    }
                }
            }
            all
        }
        other => panic!("{other}"),
    }
}

/// The shape of a layer of a kind.
fn shape(kind: &str, fields: &Fields<'_>, from: Shape, outputs: usize) -> Shape {
    let stops = |axis: usize, stride: [i64; 2], padding: [i64; 2]| {
        let kernel = fields.pair("kernel", [0, 0])[axis];
        (from[1 + axis] + 2 * padding[axis] - kernel) / stride[axis] + 1
    };
    match kind {
        "conv" => {
            let (stride, padding) = (fields.pair("stride", [1, 1]), fields.pair("padding", [0, 0]));
            let channels = fields.number("channels", 0);
            [channels, stops(0, stride, padding), stops(1, stride, padding)]
        }
        "pool" => {
            let stride = fields.pair("stride", fields.pair("kernel", [0, 0]));
            [from[0], stops(0, stride, [0, 0]), stops(1, stride, [0, 0])]
        }
        _ => [outputs as i64, 1, 1],
    }
}

/// A layer without neurons: what it passes on of one time step.
fn passed_on(kind: &str, fields: &Fields<'_>, heard: &Passed, own: Shape, t: i64) -> Vec<i64> {
    let [channels, height, width] = own;
    if kind == "flatten" {
        return (0..channels).map(|i| heard.unit(t, i)).collect();
    }
    let kernel = fields.pair("kernel", [0, 0]);
    let stride = fields.pair("stride", kernel);
    let mut all = Vec::new();
    for y in 0..height {
        for x in 0..width {
            for c in 0..channels {
                let mut n = 0;
                for v in 0..kernel[0] {
                    for u in 0..kernel[1] {
                        n += heard.at(t, [c, y * stride[0] + v, x * stride[1] + u]);
                    }
                }
                all.push(if fields.word("reduce") == "max" { n.min(1) } else { n });
            }
        }
    }
    all
}

/// A neuron of format 1.
fn lif(net: &Net, layer: &LayerSpec, (v, rest): &mut (i64, u32), c: i64, rest_of_sum: i64) -> bool {
    let n = &net.spec.neuron;
    let u = if n.leak > 0 { *v - (*v >> n.leak) } else { *v };
    if *rest > 0 {
        (*v, *rest) = (u, *rest - 1);
        return false;
    }
    let end = 1_i64 << (n.membrane_bits - 1);
    *v = (u + (c << n.fraction_bits) + rest_of_sum).clamp(-end, end - 1);
    let theta = i64::from(layer.threshold) << n.fraction_bits;
    let fired = *v > theta;
    if fired {
        *v = if n.reset == Reset::Zero { 0 } else { *v - theta };
        *rest = n.refractory;
    }
    fired
}

/// Every update of every neuron, in the order of the contract.
fn run(net: &Net, image: &[u8]) -> Vec<Update> {
    let spec = &net.spec;
    let input = spec.input.unwrap();
    let input = [input.channels, input.height, input.width].map(|size| size as i64);
    let mut passed = vec![Passed { shape: input, spikes: vec![], shift: 0 }];
    for layer in &spec.layers {
        let (kind, fields) = (layer.first.name(), Fields(&layer.first.fields));
        let before = passed.last().unwrap();
        let own = shape(kind, &fields, before.shape, layer.outputs);
        let shift = match kind {
            "flatten" => before.shift,
            "pool" if fields.word("reduce") == "sum" => before.shift,
            "pool" if fields.word("reduce") == "average" => {
                let [rows, columns] = fields.pair("kernel", [0, 0]);
                before.shift + (rows * columns).ilog2()
            }
            _ => 0,
        };
        passed.push(Passed { shape: own, spikes: vec![], shift });
    }
    let mut states: Vec<Vec<((i64, u32), State)>> = spec
        .layers
        .iter()
        .enumerate()
        .map(|(l, layer)| {
            let begin = match layer.threshold {
                0 => State::default(),
                _ => Neurons::of(spec, l).begin(),
            };
            vec![((0, 0), begin); layer.outputs]
        })
        .collect();
    let (mut register, mut updates) = (spec.neuron.noise_seed, Vec::new());
    let mut at = Workplace::default();
    for t in 0..spec.time.steps {
        let r = spec.encoder.generator.threshold(spec.time.steps, t);
        passed[0].spikes.push(image.iter().map(|x| i64::from(*x > r)).collect());
        for (l, layer) in spec.layers.iter().enumerate() {
            let (kind, fields) = (layer.first.name(), Fields(&layer.first.fields));
            let own = passed[l + 1].shape;
            if ["pool", "flatten"].contains(&kind) {
                let spikes = passed_on(kind, &fields, &passed[l], own, t.into());
                passed[l + 1].spikes.push(spikes);
                continue;
            }
            let mut fired = Vec::new();
            for j in 0..own.iter().product() {
                let (c, minus) = sums(net, &passed, l, j, t.into());
                let n = spec.neuron.noise_bits;
                let mut noise = 0;
                if n > 0 {
                    let u = i64::from(register) % (1 << n);
                    noise = if u < 1 << (n - 1) { u } else { u - (1 << n) };
                    register = lfsr_next(16, register);
                }
                let noise = i64::from(Share::of(spec, l).take(noise as i32));
                let bias = i64::from(net.layers[l].biases[(j % own[0]) as usize]);
                let (plain, named) = &mut states[l][j as usize];
                let (membrane, spike) = match spec.cell(l) {
                    None => (plain.0, lif(net, layer, plain, c, bias + noise)),
                    Some(_) => {
                        let drive = Drive {
                            current: c as i32,
                            inhibition: minus as i32,
                            bias: bias as i32,
                            noise: noise as i32,
                        };
                        let neurons = Neurons::of(spec, l);
                        let inhibited = neurons.have_inhibition();
                        let drive =
                            if inhibited { drive } else { Drive { inhibition: 0, ..drive } };
                        let spike = neurons.update(&mut at, named, drive);
                        (named.membrane.into(), spike)
                    }
                };
                let membrane = if spec.cell(l).is_none() { plain.0 } else { membrane };
                fired.push(i64::from(spike));
                updates.push(Update {
                    step: t,
                    layer: l,
                    neuron: j as usize,
                    current: c as i32,
                    membrane: membrane as i32,
                    fired: spike,
                });
            }
            passed[l + 1].spikes.push(fired);
        }
    }
    updates
}

/// `C_j(t)` and `C-_j(t)` of a layer: a shifted sum for each connection.
fn sums(net: &Net, passed: &[Passed], l: usize, j: i64, t: i64) -> (i64, i64) {
    let layer = &net.spec.layers[l];
    let own = passed[l + 1].shape;
    let (mut weights, mut delays) = (&net.layers[l].weights[..], &net.layers[l].delays[..]);
    let (mut c, mut minus) = (0, 0);
    let first = (layer.first.name(), &layer.first.fields, None);
    let further = layer.connections.iter().map(|of| (of.of.name(), &of.of.fields, of.from));
    for (kind, fields, from) in std::iter::once(first).chain(further) {
        let fields = Fields(fields);
        let heard = match (kind, from) {
            ("recurrent", _) => &passed[l + 1],
            (_, None) => &passed[l],
            (_, Some(from)) => &passed[from + 1],
        };
        let terms = terms(kind, &fields, heard, own, j, t, delays);
        let of = |(weight, spikes): &(usize, i64)| weighs(net, weights[*weight], t) * spikes;
        c += terms.iter().map(of).sum::<i64>() >> heard.shift;
        minus += terms.iter().map(|term| (-of(term)).max(0)).sum::<i64>() >> heard.shift;
        let (units, neurons) = (heard.units() as usize, own.iter().product::<i64>() as usize);
        let count = match kind {
            "skip" => 1,
            "recurrent" if fields.word("pattern") == "one-to-one" => neurons,
            "conv" => {
                let [rows, columns] = fields.pair("kernel", [0, 0]);
                (own[0] * heard.shape[0] / fields.number("groups", 1) * rows * columns) as usize
            }
            _ => units * neurons,
        };
        weights = &weights[count..];
        delays = if kind == "delay" { &delays[count..] } else { delays };
    }
    assert!(weights.is_empty() && delays.is_empty(), "numbers are left");
    (c, minus)
}

fn image(net: &Net, seed: u64) -> Vec<u8> {
    let mut random = crate::random::Random::new(seed ^ 0xfeed);
    (0..net.spec.inputs()).map(|_| random.corner_value(8) as u8).collect()
}

fn golden(net: &Net, image: &[u8], schedule: Schedule) -> Vec<Update> {
    let mut seen = Vec::new();
    Golden::new(net, schedule).infer_observed(image, |update| seen.push(update));
    seen
}

#[test]
fn the_golden_model_is_the_equations_on_networks_of_all_kinds() {
    let differs = |net: &Net| {
        let image = image(net, 1);
        let expected = run(net, &image);
        let with = [Schedule::Stream, Schedule::Planes, Schedule::Events];
        with.into_iter().any(|schedule| golden(net, &image, schedule) != expected)
    };
    for seed in 0..400 {
        let net = arbitrary(seed);
        if differs(&net) {
            let small = smallest(net, differs);
            let text = toml::to_string(&small.spec).unwrap();
            panic!(
                "seed {seed} differs, as does this smaller network:\n{text}\n{:?}",
                small.layers
            );
        }
    }
}

/// A comparison of silence would hold for any sum.
#[test]
fn networks_at_random_spike_and_their_sums_are_shifted_and_counted() {
    let (mut fired, mut silent, mut shifted, mut several) = (0, 0, 0, 0);
    for seed in 0..400 {
        let net = arbitrary(seed);
        for update in golden(&net, &image(&net, 1), Schedule::Planes) {
            *(if update.fired { &mut fired } else { &mut silent }) += 1;
        }
        let wiring = net.spec.wiring().unwrap();
        let mut all = wiring.iter().flat_map(|wired| &wired.connections);
        shifted += usize::from(all.any(|of| of.shift > 0));
        several += usize::from(wiring.iter().any(|wired| wired.connections.len() > 2));
    }
    assert!(fired > silent / 10 && silent > fired / 10, "{fired} of {}", fired + silent);
    assert!(shifted > 10 && several > 20, "{shifted}, {several}");
}
