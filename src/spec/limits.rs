//! Tests at the limits: the last value that each field takes and the first that it does not, as checked and
//! as the pages say.

use super::{Layer, LayerSpec, Net, NetSpec, Stream, example, example_of, example_spec};
use crate::Error;
use crate::neuron::cell::Cell;
use crate::neuron::equations::Format;
use std::path::Path;

/// A field that has a range, and how a network gets a value of it.
struct Field {
    name: &'static str,
    set: fn(&mut Net, i64),
    takes: &'static [i64],
    refuses: &'static [i64],
}

/// The field of a refusal, and the range that it names.
fn refusal(net: &Net) -> Option<(String, String)> {
    match net.check() {
        Ok(()) => None,
        Err(Error::Range { field, range, .. }) => Some((field, range)),
        Err(error) => panic!("{error}"),
    }
}

/// A network of these widths without a weight or a bias, which every other field goes with.
fn silent(sizes: &[usize]) -> Net {
    let layer = |w: &[usize]| LayerSpec::new(w[0], w[1], 1);
    let specs: Vec<LayerSpec> = sizes.windows(2).map(layer).collect();
    let integers = |s: &LayerSpec| Layer {
        weights: vec![0; s.inputs * s.outputs],
        biases: vec![0; s.outputs],
        delays: Vec::new(),
    };
    let layers = specs.iter().map(integers).collect();
    Net { spec: example_spec(specs), layers, inputs: None }
}

fn bits(net: &mut Net, bits: i64) {
    (net.spec.stream.bits, net.spec.stream.length) = (bits as u32, 1);
}

fn membrane_bits(net: &mut Net, bits: i64) {
    net.spec.neuron.membrane_bits = bits as u32;
}

const FIELDS: [Field; 13] = [
    Field {
        name: "time.steps",
        set: |net, value| net.spec.time.steps = value as u32,
        takes: &[1, 2, 4, 8, 16, 32, 64, 128, 256],
        refuses: &[0, 3, 255, 257, 512, u32::MAX as i64],
    },
    Field { name: "stream.bits", set: bits, takes: &[1, 7], refuses: &[0, 8] },
    Field {
        name: "stream.length",
        set: |net, value| net.spec.stream.length = value as u32,
        takes: &[1, 15, 16],
        refuses: &[0, 17, u32::MAX as i64],
    },
    Field {
        name: "neuron.membrane_bits",
        set: membrane_bits,
        takes: &[8, 24],
        refuses: &[0, 7, 25, u32::MAX as i64],
    },
    Field {
        name: "neuron.fraction_bits",
        set: |net, value| net.spec.neuron.fraction_bits = value as u32,
        takes: &[0, 8],
        refuses: &[9, u32::MAX as i64],
    },
    Field {
        name: "neuron.leak",
        set: |net, value| net.spec.neuron.leak = value as u32,
        takes: &[0, 15],
        refuses: &[16, u32::MAX as i64],
    },
    Field {
        name: "neuron.refractory",
        set: |net, value| net.spec.neuron.refractory = value as u32,
        takes: &[0, 15],
        refuses: &[16, u32::MAX as i64],
    },
    Field {
        name: "neuron.noise_bits",
        set: |net, value| net.spec.neuron.noise_bits = value as u32,
        takes: &[0, 8],
        refuses: &[9, u32::MAX as i64],
    },
    Field {
        name: "neuron.noise_seed",
        set: |net, value| net.spec.neuron.noise_seed = value as u16,
        takes: &[1, 65535],
        refuses: &[0],
    },
    Field {
        name: "layers[0].inputs",
        set: |net, value| *net = silent(&[value as usize, 2]),
        takes: &[1, 4096],
        refuses: &[0, 4097],
    },
    Field {
        name: "layers[0].outputs",
        set: |net, value| *net = silent(&[2, value as usize, 2]),
        takes: &[1, 4096],
        refuses: &[0, 4097],
    },
    Field {
        name: "the number of classes",
        set: |net, value| *net = silent(&[2, value as usize]),
        takes: &[1, 256],
        refuses: &[257],
    },
    Field {
        name: "the number of layers",
        set: |net, value| *net = silent(&vec![2; 1 + value as usize]),
        takes: &[1, 8],
        refuses: &[0, 9],
    },
];

#[test]
fn each_field_takes_its_limits_and_refuses_the_next_value() {
    for Field { name, set, takes, refuses } in FIELDS {
        let with = |value: i64| {
            let mut net = silent(&[3, 2]);
            set(&mut net, value);
            net
        };
        for value in takes {
            assert_eq!(refusal(&with(*value)), None, "{name} = {value}");
        }
        for value in refuses {
            let refused = refusal(&with(*value)).map(|(field, _)| field);
            assert_eq!(refused.as_deref(), Some(name), "{name} = {value}");
        }
    }
}

/// A page that names another range than the one that is checked would be believed.
#[test]
fn the_pages_name_the_ranges_that_are_checked() {
    let page = |name: &str| {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(name);
        std::fs::read_to_string(path).unwrap()
    };
    let pages = [
        ("docs/contract.md", page("docs/contract.md")),
        ("nets/README.md", page("nets/README.md")),
    ];
    for Field { name, set, refuses, .. } in FIELDS {
        let mut net = silent(&[3, 2]);
        set(&mut net, refuses[0]);
        let (_, range) = refusal(&net).unwrap();
        // The row of the field that the words belong to, and the range in the page's own letters.
        let (field, range) = match name {
            "stream.length" => (name, "1..=2^B".to_owned()),
            "the number of layers" => ("layers", range.replace("..=", " to ")),
            "the number of classes" => ("layers[].outputs", "256".to_owned()),
            _ => (&*name.replace("[0]", "[]"), range.replace("membrane_bits", "W")),
        };
        for (page, text) in &pages {
            let mut rows = text.lines().filter(|line| line.contains(&format!("| `{field}` |")));
            let row = rows.next().unwrap_or_default();
            assert!(row.contains(&range), "{page} of {field}, which is {range}: {row}");
        }
    }
}

#[test]
fn the_largest_threshold_is_what_a_membrane_holds() {
    for (w, f) in [(8, 0), (8, 6), (16, 4), (24, 0), (24, 8)] {
        let mut net = silent(&[3, 2]);
        (net.spec.neuron.membrane_bits, net.spec.neuron.fraction_bits) = (w, f);
        let most = (((1_i64 << (w - 1)) - 1) >> f) as i32;
        for (threshold, fits) in
            [(0, false), (-1, false), (1, true), (most, true), (most + 1, false)]
        {
            net.spec.layers[0].threshold = threshold;
            let expected = (!fits).then(|| ("layers[0].threshold".into(), format!("1..={most}")));
            assert_eq!(refusal(&net), expected, "W = {w}, F = {f}, Theta = {threshold}");
        }
    }
}

/// With as many fraction bits no threshold would do.
#[test]
fn fraction_bits_leave_room_for_a_threshold() {
    for (w, f, fits) in [(8, 6, true), (8, 7, false), (9, 7, true), (9, 8, false), (10, 8, true)] {
        let mut net = silent(&[3, 2]);
        (net.spec.neuron.membrane_bits, net.spec.neuron.fraction_bits) = (w, f);
        let expected =
            ("neuron.fraction_bits".into(), "0..=8, and at most membrane_bits - 2".into());
        assert_eq!(refusal(&net), (!fits).then_some(expected), "W = {w}, F = {f}");
    }
}

#[test]
fn weights_and_biases_reach_their_ends_and_no_further() {
    let code = |net: &Net| net.check().map_or_else(|e| e.code(), |()| "ok");
    for b in 1..=7 {
        let mut net = silent(&[3, 2]);
        bits(&mut net, b);
        let most = (1_i32 << b) - 1;
        for (q, fits) in [(most, true), (-most, true), (most + 1, false), (-most - 1, false)] {
            let Ok(q) = i8::try_from(q) else { continue };
            net.layers[0].weights[5] = q;
            let expected = if fits { "ok" } else { "spikestream::net::weight-range" };
            assert_eq!(code(&net), expected, "B = {b}, q = {q}");
        }
    }
    for w in [8, 16, 24] {
        let mut net = silent(&[3, 2]);
        membrane_bits(&mut net, w);
        net.spec.neuron.fraction_bits = 0;
        let end = 1_i32 << (w - 1);
        for (bias, fits) in [(end - 1, true), (-end, true), (end, false), (-end - 1, false)] {
            net.layers[0].biases[1] = bias;
            let expected = if fits { "ok" } else { "spikestream::net::bias-range" };
            assert_eq!(code(&net), expected, "W = {w}, bias = {bias}");
        }
    }
}

#[test]
fn names_have_one_to_64_plain_letters() {
    let longest = "aZ0-_".repeat(13)[..64].to_owned();
    let longer = format!("{longest}a");
    for (name, fits) in [
        ("a", true),
        (&*longest, true),
        ("", false),
        (&*longer, false),
        ("a b", false),
        ("ä", false),
    ] {
        let mut net = silent(&[3, 2]);
        net.spec.name = name.into();
        assert_eq!(refusal(&net).map(|(field, _)| field), (!fits).then(|| "name".into()), "{name}");
    }
}

/// A network whose hidden neurons have a name, in Q4.12.
fn named() -> Net {
    let cell = Cell::new("alif", Format { bits: 16, fraction: 12 });
    example_of(&[3, 2, 2], &[Some(cell), None])
}

#[test]
fn a_layer_names_a_neuron_that_there_is_in_format_2() {
    let code = |change: fn(&mut NetSpec)| {
        let mut net = named();
        change(&mut net.spec);
        net.check().map_or_else(|e| e.code(), |()| "ok")
    };
    let range = "spikestream::net::range";
    assert_eq!(code(|_| ()), "ok");
    assert_eq!(code(|s| s.format = 1), range);
    assert_eq!(code(|s| (s.format, s.layers[0].neuron) = (1, None)), range, "a name is left");
    assert_eq!(code(|s| s.layers[0].neuron = None), "ok", "not every neuron is a layer's");
    assert_eq!(code(|s| s.layers[1].neuron = Some("layer-1".into())), "spikestream::net::neuron");
    assert_eq!(
        code(|s| s.neurons.values_mut().for_each(|cell| cell.kind = "alfi".into())),
        "spikestream::neuron::kind"
    );
    let mut net = named();
    net.spec.layers[1].neuron = Some("layer-1".into());
    let error = net.check().unwrap_err();
    assert!(error.to_string().contains("layer 1 is of neurons `layer-1`"), "{error}");
    assert!(error.remedy().contains("did you mean `layer-0`?"), "{}", error.remedy());
}

#[test]
fn names_of_neurons_are_plain() {
    for (name, fits) in
        [("a", true), ("aZ0-_", true), ("", false), ("a b", false), ("\u{e4}", false)]
    {
        let mut net = named();
        let cell = net.spec.neurons["layer-0"].clone();
        net.spec.neurons.insert(name.into(), cell);
        let expected = (!fits).then(|| "a neuron's name".to_owned());
        assert_eq!(refusal(&net).map(|(field, _)| field), expected, "{name:?}");
    }
}

#[test]
fn a_threshold_of_named_neurons_is_a_power_of_two() {
    for (threshold, fits) in
        [(1, true), (16, true), (4096, true), (0, false), (-16, false), (20, false), (8192, false)]
    {
        let mut net = named();
        net.spec.layers[0].threshold = threshold;
        let expected = (!fits).then(|| "layers[0].threshold".to_owned());
        assert_eq!(refusal(&net).map(|(field, _)| field), expected, "{threshold}");
    }
}

/// Biases are of the layer's own bits.
#[test]
fn biases_are_as_wide_as_the_layers_membranes() {
    let mut net = named();
    net.spec.neuron.membrane_bits = 12;
    net.spec.neurons.values_mut().for_each(|cell| (cell.bits, cell.fraction) = (14, 10));
    net.layers[0].biases[1] = 8191;
    net.layers[1].biases[1] = 2047;
    net.check().unwrap();
    for (layer, bias) in [(0, 8192), (1, 2048)] {
        let mut wide = net.clone();
        wide.layers[layer].biases[1] = bias;
        assert_eq!(wide.check().unwrap_err().code(), "spikestream::net::bias-range", "{layer}");
    }
}

#[test]
fn a_layer_has_no_more_noise_than_is_drawn_and_in_format_2() {
    let mut net = named();
    net.spec.neuron.noise_bits = 5;
    for (bits, taken) in [(0, true), (5, true), (6, false)] {
        net.spec.layers[1].noise_bits = Some(bits);
        match net.check() {
            Ok(()) => assert!(taken, "{bits}"),
            Err(error) => {
                assert!(!taken, "{bits}: {error}");
                assert_eq!(error.code(), "spikestream::net::range");
                let told = error.to_string();
                assert!(told.contains("layers[1].noise_bits") && told.contains("0..=5"), "{told}");
            }
        }
    }
    let mut plain = example(&[3, 2]);
    (plain.spec.neuron.noise_bits, plain.spec.layers[0].noise_bits) = (4, Some(2));
    let told = plain.check().unwrap_err().to_string();
    assert!(told.contains("format") && told.contains("a noise of their own"), "{told}");
    plain.spec.format = crate::spec::FORMAT_OF_NAMED;
    plain.check().unwrap();
}

/// Two networks of which one answers otherwise must not have one identity.
#[test]
fn the_identity_sees_every_integer_and_every_field() {
    let net = example(&[3, 2, 2]);
    let mut others = Vec::new();
    for layer in 0..2 {
        for i in 0..net.layers[layer].weights.len() {
            others.push(net.clone());
            others.last_mut().unwrap().layers[layer].weights[i] ^= 1;
        }
        for j in 0..2 {
            others.push(net.clone());
            others.last_mut().unwrap().layers[layer].biases[j] += 1 << (8 * j);
        }
    }
    let fields: [fn(&mut NetSpec); 17] = [
        |s| s.name.push('x'),
        |s| s.time.steps = 8,
        |s| s.stream.bits = 5,
        |s| s.stream.length = 4,
        |s| s.stream.phase = super::Phase::RunOn,
        |s| s.stream.generator = super::Generator::Sobol,
        |s| s.encoder.generator = super::Generator::Sobol,
        |s| s.neuron.membrane_bits = 15,
        |s| s.neuron.fraction_bits = 3,
        |s| s.neuron.leak = 3,
        |s| s.neuron.reset = super::Reset::Zero,
        |s| s.neuron.refractory = 1,
        |s| s.neuron.noise_bits = 1,
        |s| s.neuron.noise_seed = 2,
        |s| s.layers[1].threshold = 21,
        |s| s.layers[0].noise_bits = Some(0),
        |s| s.layers[1].noise_bits = Some(0),
    ];
    others.extend(fields.iter().map(|change| {
        let mut other = net.clone();
        change(&mut other.spec);
        other
    }));
    let mut hashes: Vec<_> = others.iter().chain([&net]).map(Net::hash).collect();
    hashes.sort_unstable();
    hashes.dedup();
    assert_eq!(hashes.len(), others.len() + 1);
}

#[test]
fn a_stream_is_whole_at_its_period_only() {
    let stream = Stream::full(4, super::Generator::Ruler);
    assert!(stream.is_full());
    assert!(!Stream { length: 15, ..stream }.is_full());
}
