//! Tests of what is no layer: each fault of a file, with its code, where it stands, what was got and what is wanted.

use super::{Net, with_every_kind};
use crate::Error;
use std::path::Path;

/// The network of every kind, saved, with one text of its file replaced.
fn refused(from: &str, to: &str) -> Error {
    let dir = tempfile::tempdir().unwrap();
    with_every_kind().save(dir.path()).unwrap();
    edit(dir.path(), from, to);
    Net::load(dir.path()).unwrap_err()
}

fn edit(dir: &Path, from: &str, to: &str) {
    let path = dir.join("net.toml");
    let text = std::fs::read_to_string(&path).unwrap();
    assert!(text.contains(from), "{from} is not in {text}");
    std::fs::write(path, text.replacen(from, to, 1)).unwrap();
}

#[test]
fn each_fault_of_a_file_is_told_with_layer_kind_and_both_values() {
    let cases: [(&str, &str, &str, &[&str]); 24] = [
        (
            "kind = \"conv\"",
            "kind = \"cnov\"",
            "spikestream::layer::kind",
            &["layers[0] is of kind `cnov`"],
        ),
        (
            "kind = \"skip\"",
            "kind = \"skpi\"",
            "spikestream::layer::kind",
            &["layers[1].connections[0] is of kind `skpi`"],
        ),
        (
            "groups = 1",
            "groups = 1\ncolour = 2",
            "spikestream::layer::fields",
            &["layers[0] (conv)", "colour"],
        ),
        ("kernel = [3, 3]", "kernel = 3", "spikestream::layer::fields", &["layers[0] (conv)"]),
        ("channels = 2\n", "", "spikestream::layer::fields", &["layers[0] (conv)", "channels"]),
        (
            "reduce = \"average\"",
            "reduce = \"mean\"",
            "spikestream::layer::fields",
            &["layers[2] (pool)", "average"],
        ),
        (
            "pattern = \"one-to-one\"",
            "pattern = \"one\"",
            "spikestream::layer::fields",
            &["connections[0] (recurrent)"],
        ),
        (
            "kernel = [3, 3]",
            "kernel = [9, 3]",
            "spikestream::layer::value",
            &[
                "layers[0].kernel (conv, on a source of 1 x 6 x 6) is 9",
                "1..=8, for 6 with a padding of 1",
            ],
        ),
        (
            "kernel = [3, 3]",
            "kernel = [0, 3]",
            "spikestream::layer::value",
            &["layers[0].padding", "is 1"],
        ),
        (
            "stride = [1, 1]",
            "stride = [0, 1]",
            "spikestream::layer::value",
            &["layers[0].stride", "is 0"],
        ),
        (
            "padding = [1, 1]",
            "padding = [1, 3]",
            "spikestream::layer::value",
            &["layers[0].padding", "is 3"],
        ),
        (
            "groups = 1",
            "groups = 2",
            "spikestream::layer::value",
            &["layers[0].groups", "the 1 channels of the source and the 2"],
        ),
        ("groups = 1", "groups = 0", "spikestream::layer::value", &["layers[0].groups", "is 0"]),
        (
            "channels = 2",
            "channels = 0",
            "spikestream::layer::value",
            &["layers[0].channels", "is 0"],
        ),
        (
            "longest = 3",
            "longest = 16",
            "spikestream::layer::value",
            &["layers[4].longest", "is 16", "0..=15"],
        ),
        (
            "kernel = [2, 2]",
            "kernel = [3, 2]",
            "spikestream::layer::value",
            &["layers[2]", "(pool"],
        ),
        (
            "inputs = 72",
            "inputs = 71",
            "spikestream::layer::size",
            &["layers[1].inputs (conv) is 71, not 72"],
        ),
        (
            "outputs = 72",
            "outputs = 70",
            "spikestream::layer::size",
            &["layers[0].outputs (conv) is 70, not 72", "2 x 6 x 6"],
        ),
        (
            "height = 6",
            "height = 7",
            "spikestream::layer::size",
            &["layers[0].inputs (conv) is 36, not 42"],
        ),
        (
            "from = 0",
            "from = 1",
            "spikestream::layer::source",
            &["layers[1].connections[0].from (skip) is 1", "before layer 1"],
        ),
        (
            "kind = \"skip\"",
            "kind = \"pool\"\nkernel = [1, 1]\nreduce = \"max\"",
            "spikestream::layer::place",
            &["(pool) has no neurons"],
        ),
        (
            "kind = \"delay\"\nlongest = 3",
            "kind = \"skip\"",
            "spikestream::layer::place",
            &["layers[4] (skip) cannot be the first"],
        ),
        (
            "inputs = 72\noutputs = 18\n",
            "inputs = 72\noutputs = 18\nthreshold = 2\n",
            "spikestream::layer::place",
            &["layers[2] (pool) has no neurons"],
        ),
        ("format = 2", "format = 1", "spikestream::net::range", &["format is 1", "layers a kind"]),
    ];
    for (from, to, code, told) in cases {
        let error = refused(from, to);
        assert_eq!(error.code(), code, "{from} -> {to}: {error}");
        let text = error.to_string();
        assert!(told.iter().all(|told| text.contains(told)), "{from} -> {to}: {text}");
        assert!(text.contains("net.toml, line "), "{from} -> {to}: {text}");
        assert!(!error.remedy().is_empty());
    }
}

#[test]
fn the_nearest_kind_is_offered() {
    let remedy = refused("kind = \"conv\"", "kind = \"cnov\"").remedy();
    assert!(remedy.starts_with("did you mean `conv`? kinds are dense, conv, "), "{remedy}");
}

#[test]
fn a_skip_is_between_layers_of_equal_shape() {
    let mut net = with_every_kind();
    net.spec.layers[4].connections = net.spec.layers[1].connections.clone();
    let error = net.check().unwrap_err();
    assert_eq!(error.code(), "spikestream::layer::shape");
    let told = "layers[4].connections[0] (skip) from layer 0 reaches 2 x 6 x 6, and its layer is 3 x 1 x 1";
    assert_eq!(error.to_string(), told);
}

#[test]
fn a_layer_without_neurons_is_not_the_last() {
    let mut net = with_every_kind();
    net.spec.layers.truncate(4);
    net.layers.truncate(4);
    let error = net.check().unwrap_err();
    assert_eq!(error.code(), "spikestream::layer::place");
    assert!(
        error.to_string().contains("layers[3] (flatten) has no neurons, and is the last"),
        "{error}"
    );
}

#[test]
fn numbers_are_told_by_their_place_in_the_tensor() {
    let told = |change: fn(&mut Net)| {
        let mut net = with_every_kind();
        change(&mut net);
        let error = net.check().unwrap_err();
        (error.code(), error.to_string())
    };
    for (change, code, expected) in [
        (
            (|net| net.layers[0].weights[9 + 3 + 1] = 16) as fn(&mut Net),
            "spikestream::net::weight-range",
            "layers[0] (conv): weight [1, 0, 1, 1] is 16, which is outside -15..=15",
        ),
        (
            |net| net.layers[1].weights[4] = -16,
            "spikestream::net::weight-range",
            "layers[1].connections[0] (skip): weight [0] is -16, which is outside -15..=15",
        ),
        (
            |net| net.layers[4].delays[18 + 2] = 4,
            "spikestream::layer::delay",
            "layers[4] (delay): delay [1, 2] is 4, which is outside 0..=3",
        ),
        (
            |net| net.layers[0].weights.truncate(3),
            "spikestream::net::shape",
            "layer 0 has 3 weights, not 90",
        ),
        (
            |net| net.layers[4].delays.clear(),
            "spikestream::net::shape",
            "layer 4 has 0 delays, not 54",
        ),
        (
            |net| net.layers[0].biases.push(1),
            "spikestream::net::shape",
            "layer 0 has 3 biases, not 2",
        ),
    ] {
        assert_eq!(told(change), (code, expected.to_owned()));
    }
}

/// A file of weights of another shape, bound by a right hash.
#[test]
fn a_tensor_of_another_shape_is_told_by_its_name() {
    let dir = tempfile::tempdir().unwrap();
    with_every_kind().save(dir.path()).unwrap();
    // One weight for each of 72 neurons becomes 72 for each.
    edit(dir.path(), "pattern = \"one-to-one\"", "pattern = \"all-to-all\"");
    let error = Net::load(dir.path()).unwrap_err();
    assert_eq!(error.code(), "spikestream::net::shape");
    let told = "tensor layers.0.connections.0.weight has shape [72], not [72, 72]";
    assert!(error.to_string().contains(told), "{error}");
}

/// A network that was flashed, or named elsewhere, is known as long as these bytes are made.
#[test]
fn the_identity_of_every_kind_is_frozen_and_sees_every_field() {
    let net = with_every_kind();
    assert_eq!(net.hash_text()[..16], *"3465b8a179a75152");
    let mut hashes = vec![net.hash()];
    for (layer, field) in [(0, "padding"), (0, "stride"), (2, "reduce"), (4, "longest")] {
        let mut other = net.clone();
        let fields = &mut other.spec.layers[layer].first.fields;
        let value = match field {
            "reduce" => "sum".into(),
            "longest" => 4.into(),
            _ => vec![2, 1].into(),
        };
        fields.insert(field.into(), value);
        hashes.push(other.hash());
    }
    let changes: [fn(&mut Net); 5] = [
        |net| net.spec.layers[1].connections[0].from = None,
        |net| net.spec.layers[0].connections.clear(),
        |net| net.layers[4].delays[3] ^= 1,
        |net| net.layers[1].weights[4] ^= 1,
        |net| net.spec.input = None,
    ];
    for change in changes {
        let mut other = net.clone();
        change(&mut other);
        hashes.push(other.hash());
    }
    let count = hashes.len();
    hashes.sort_unstable();
    hashes.dedup();
    assert_eq!(hashes.len(), count);
    // What a file leaves out is what it then means.
    let mut short = net.clone();
    for name in ["stride", "groups"] {
        short.spec.layers[0].first.fields.remove(name).unwrap();
    }
    short.spec.layers[2].first.fields.remove("stride");
    assert_eq!(short.hash(), net.hash());
}
