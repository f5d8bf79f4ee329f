//! Networks of layers with any connections, from a config to a network that is evaluated.

use super::resume::killed;
use super::*;
use spikestream::spec::FORMAT_OF_NAMED;

/// A convolution, an average of its spikes, a layer that hears itself, and delays into the last one, which hears the
/// first layer without neurons as well.
const CONFIG_OF_ALL: &str = "
encoder = { kind = \"hardware\", steps = 4 }
loss = { kind = \"spike-count\", smoothing = 0.1 }
data = { source = \"digits\" }
[sc]
[[network.hidden]]
cell = { kind = \"lif\", beta = 0.9375 }
first = { kind = \"conv\", channels = 4, kernel = [3, 3] }
[[network.hidden]]
first = { kind = \"pool\", kernel = [2, 2], reduce = \"average\" }
[[network.hidden]]
neurons = 24
cell = { kind = \"lif\", beta = 0.9375 }
connections = [{ kind = \"recurrent\", pattern = \"all-to-all\" }]
[network.output]
cell = { kind = \"lif\", beta = 0.9375 }
first = { kind = \"delay\", longest = 3 }
connections = [{ kind = \"dense\", from = 1 }]
";

#[test]
fn a_network_of_any_connections_is_trained_resumed_and_evaluated_alike() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("all.toml");
    fs::write(&path, CONFIG_OF_ALL).unwrap();
    let line = format!("--config {} --epochs 4", path.display());
    let (whole, parts) = (folder.path().join("whole"), folder.path().join("parts"));
    let text = train_into(&whole, &line).unwrap();
    assert!(text.contains("64-conv-pool-24-10 of lif, SC-aware"), "{text}");
    killed(&parts, &line);
    printed(&format!("--resume {}", parts.display())).unwrap();
    for name in ["weights.safetensors", MODEL] {
        let bytes = |folder: &Path| fs::read(folder.join(name)).unwrap();
        assert!(bytes(&whole) == bytes(&parts), "{name} differs");
    }
    let net = Net::load(&whole).unwrap();
    assert_eq!(net.spec.format, FORMAT_OF_NAMED);
    assert_eq!(net.spec.populations(), [144, 0, 24, 10]);
    assert!(net.layers[3].delays.iter().any(|delay| *delay > 0), "no delay");
    let summary = json(&read(&whole, "summary.json"));
    let digits = data::digits();
    for (key, split) in [("train", &digits.train), ("test", &digits.test)] {
        let judged = eval::evaluate(&net, split).unwrap().accuracy();
        assert_eq!(summary["accuracy"][key].as_f64().unwrap(), judged, "{key}");
        assert_eq!(summary["integers"][key].as_f64().unwrap(), judged, "{key}");
    }
    let accuracy = net.spec.provenance.accuracy;
    assert!(accuracy > 0.8, "it learnt: {accuracy}");
    // The config that it leaves makes the same network.
    let left = TrainConfig::load(&whole.join(CONFIG)).unwrap();
    assert_eq!(left.network, config(&line).unwrap().network);
}

/// Each fault of a network's layers is told with its code before anything is trained.
#[test]
fn connections_that_cannot_be_are_refused_before_training() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("wrong.toml");
    let of = |from: &str, to: &str| {
        assert!(CONFIG_OF_ALL.contains(from), "{from}");
        fs::write(&path, CONFIG_OF_ALL.replacen(from, to, 1)).unwrap();
        code(&format!("--config {}", path.display()))
    };
    assert_eq!(of("[3, 3]", "[3, 3]"), "ok");
    for (from, to, expected) in [
        ("\"conv\"", "\"conf\"", "spikestream::layer::kind"),
        ("channels", "canals", "spikestream::layer::fields"),
        ("[3, 3]", "[9, 9]", "spikestream::layer::value"),
        ("from = 1", "from = 7", "spikestream::layer::source"),
        ("longest = 3", "longest = 16", "spikestream::layer::value"),
        (
            "neurons = 24\n",
            "neurons = 24\nfirst = { kind = \"skip\" }\n",
            "spikestream::layer::place",
        ),
        (
            "first = { kind = \"conv\"",
            "neurons = 5\nfirst = { kind = \"conv\"",
            "spikestream::layer::size",
        ),
        (
            "first = { kind = \"pool\"",
            "neurons = 5\nfirst = { kind = \"pool\"",
            "spikestream::train::config",
        ),
        (
            "neurons = 24\n",
            "neurons = 24\nfirst = { kind = \"dense\" }\ndelay = { longest = 2 }\n",
            "spikestream::train::option",
        ),
        ("[sc]\n", "[export]\n", "ok"), // in float, and rounded
        ("[sc]\n", "", "ok"),
        ("[sc]\n", "prune = { share = 0.5 }\n[sc]\n", "spikestream::train::option"),
    ] {
        assert_eq!(of(from, to), expected, "{from} -> {to}");
    }
}
