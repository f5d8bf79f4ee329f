//! Graphs of NIR: what is told, what is assumed, and the network that comes of them.

use super::super::*;
use spikestream::nir::Graph;
use std::path::Path;

fn file(name: &str) -> String {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../src/nir/files");
    folder.join(name).display().to_string()
}

fn import(file: &str, out: &Path, more: &str) -> Result<String, Error> {
    let out = out.display().to_string();
    let words = ["import", file, "--out", &out].into_iter().map(str::to_owned);
    let words = words.chain(more.split_whitespace().map(str::to_owned));
    run(&Args::try_parse_from(words).unwrap())
}

#[test]
fn a_graph_becomes_a_network_and_tells_what_it_is_worth() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("leaky");
    let text = import(
        &file("snntorch_leaky.nir"),
        &out,
        "--data digits --reset subtract --bits 5 --silent keep",
    );
    let text = text.unwrap();
    for part in [
        "layer 0: 1: beta 0.9375",
        "a step is 0.0001 s; a spike takes the threshold off",
        "note: a time step of 0.0001 s is assumed (--dt)",
        "in integers, B = 5, T = 16:",
        "note: layer 1 has steps 1.25 times finer than its largest weight allows: 5 weights are clipped",
        "note: so 1437 of 1437 training images are right, and 1435 with the scale of the largest weights",
        "accuracy 98.06 % in float, 98.06 % in integers",
        "with pixels as currents instead of spikes: 98.06 %",
        "the same as snnTorch takes the threshold off: 98.06 %",
        "the same were the membrane set to 0 (--reset zero): 96.94 %",
    ] {
        assert!(text.contains(part), "{part} in\n{text}");
    }
    let net = Net::load(&out).unwrap();
    assert_eq!(
        (net.spec.format, net.spec.neuron.leak, net.spec.provenance.accuracy),
        (1, 4, 353.0 / 360.0)
    );
    let command = &net.spec.provenance.command;
    assert!(
        command.ends_with("--data digits --bits 5 --reset subtract --silent keep"),
        "{command}"
    );
}

#[test]
fn without_data_nobody_says_how_right_it_is() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("braille");
    let text =
        import(&file("braille_noDelay_bias_zero.nir"), &out, "--reset zero --steps 256").unwrap();
    assert!(text.contains("layer 0: lif1.lif: alpha 0.55, beta 0.9"), "{text}");
    assert!(text.contains("nobody said how right it is: --data judges it"), "{text}");
    assert_eq!(Net::load(&out).unwrap().spec.neurons.len(), 2);
}

#[test]
fn what_is_not_said_or_not_possible_is_refused_with_the_file() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("none");
    for (name, more, code, part) in [
        ("snntorch_leaky.nir", "", "spikestream::nir::reset", "what a spike does"),
        ("snntorch_leaky.nir", "--reset zero --dt 0", "spikestream::nir::step", "0 s is none"),
        (
            "snntorch_leaky.nir",
            "--reset zero --dt 0.01",
            "spikestream::nir::step",
            "longer than tau",
        ),
        (
            "snntorch_leaky.nir",
            "--reset zero --beta 0.9",
            "spikestream::train::contradiction",
            "--beta",
        ),
        ("README.nir", "--reset zero", "spikestream::file::read", "README.nir"),
        ("lif_norse.nir", "--reset zero --data digits", "spikestream::net::shape", "1 pixels"),
    ] {
        let error = import(&file(name), &out, more).unwrap_err();
        assert_eq!(error.code(), code, "{error}");
        assert!(error.to_string().contains(part), "{error} without {part}");
    }
    assert!(!out.exists());
    // Weights have no step, and need data.
    let weights = folder.path().join("w.safetensors").display().to_string();
    assert_eq!(import(&weights, &out, "").unwrap_err().code(), "spikestream::train::missing-value");
    let error = import(&weights, &out, "--data digits --dt 1e-3").unwrap_err();
    assert_eq!(error.code(), "spikestream::train::contradiction");
}

/// A network of ours needs no options: its metadata say all.
#[test]
fn a_network_that_went_out_comes_in_again() {
    let folder = tempfile::tempdir().unwrap();
    let net = Net::load(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../nets/digits")).unwrap();
    let path = folder.path().join("digits.nir");
    Graph::of_net(&net).unwrap().write(&path).unwrap();
    let (path, out) = (path.display().to_string(), folder.path().join("again"));
    let text = import(&path, &out, "").unwrap();
    assert!(text.contains("its metadata say which integers of digits its numbers are"), "{text}");
    let again = Net::load(&out).unwrap();
    assert_eq!((again.hash(), again.layers), (net.hash(), net.layers.clone()));
    assert_eq!(again.spec.provenance, net.spec.provenance);
    // Asked for other integers it is a graph as any other.
    import(&path, &out, "--bits 3 --replace").unwrap();
    assert_eq!(Net::load(&out).unwrap().spec.stream.bits, 3);
}
