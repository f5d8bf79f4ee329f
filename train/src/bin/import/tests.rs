//! From a file of float weights to a folder that is a network, and what is refused on the way.

mod nir;

use super::*;
use safetensors::{Dtype, tensor::TensorView};

/// A table of two columns whose larger one is the class, and a file of weights that tell it: one
/// layer, of a neuron a column.
struct Bench {
    folder: tempfile::TempDir,
}

impl Bench {
    fn new() -> Self {
        let bench = Self { folder: tempfile::tempdir().unwrap() };
        let rows = (0..20).map(|i| match i % 2 {
            0 => format!("{},{},0\n", 200 + i, 10 + i),
            _ => format!("{},{},1\n", 10 + i, 200 + i),
        });
        let table = format!("a,b,label\n0,255,1\n255,0,0\n{}", rows.collect::<String>());
        std::fs::write(bench.path("table.csv"), table).unwrap();
        bench
            .weights(&[("fc.weight", &[2, 2], &[0.5, -0.5, -0.5, 0.5]), ("lif.beta", &[], &[0.9])]);
        bench
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn weights(&self, tensors: &[(&str, &[usize], &[f32])]) {
        let bytes: Vec<Vec<u8>> =
            tensors.iter().map(|t| t.2.iter().flat_map(|w| w.to_le_bytes()).collect()).collect();
        let views = tensors.iter().zip(&bytes).map(|((name, shape, _), bytes)| {
            (*name, TensorView::new(Dtype::F32, shape.to_vec(), bytes).unwrap())
        });
        let file = safetensors::serialize(views, None).unwrap();
        std::fs::write(self.path("net.safetensors"), file).unwrap();
    }

    fn import(&self, more: &str) -> Result<String, Error> {
        let [file, data, out] =
            ["net.safetensors", "table.csv", "larger"].map(|n| self.path(n).display().to_string());
        // What is given later counts.
        let mut given = vec![("", file), ("--data", data), ("--out", out)];
        let mut more = more.split_whitespace();
        while let Some(option) = more.next() {
            let value = if option == "--replace" { "" } else { more.next().unwrap_or_default() };
            let option = if option == "--file" { "" } else { option };
            given.retain(|(before, _)| *before != option);
            given.push((option, value.to_owned()));
        }
        let words = given.iter().flat_map(|(option, value)| [*option, value.as_str()]);
        let words = words.filter(|word| !word.is_empty());
        run(&Args::try_parse_from(std::iter::once("import").chain(words)).unwrap())
    }

    fn code(&self, more: &str) -> &'static str {
        self.import(more).map_or_else(|error| error.code(), |_| "ok")
    }
}

#[test]
fn a_file_becomes_a_network() {
    let bench = Bench::new();
    let text = bench.import("--bits 3 --steps 8 --reset zero").unwrap();
    for part in [
        "layer 0: fc.weight 2 -> 2, lif: beta 0.9, threshold 1, reset zero",
        "note: a threshold of 1 is assumed after fc.weight (--threshold)",
        "in integers, B = 3, T = 8:",
        "leak wanted",
        "accuracy 100.00 % in float, 100.00 % in integers",
        "with pixels as currents instead of spikes: 100.00 %",
        "larger (larger)",
    ] {
        assert!(text.contains(part), "{part} in\n{text}");
    }
    let net = Net::load(&bench.path("larger")).unwrap();
    assert_eq!((net.spec.stream.bits, net.spec.time.steps, net.spec.neuron.leak), (3, 8, 3));
    assert_eq!(net.layers[0].weights, [7, -7, -7, 7]);
    let provenance = &net.spec.provenance;
    assert_eq!((provenance.train_accuracy, provenance.accuracy), (1.0, 1.0));
    let data = bench.path("table.csv").display().to_string();
    assert_eq!(provenance.data, data);
    let file = bench.path("net.safetensors").display().to_string();
    let command =
        format!("spikestream import {file} --data {data} --bits 3 --steps 8 --reset zero");
    assert_eq!(provenance.command, command);
}

#[test]
fn options_that_cannot_be_are_refused() {
    let parses = |line: &str| Args::try_parse_from(format!("import {line}").split(' ')).is_ok();
    for line in [
        "--data digits --out x",
        "f.safetensors --data digits",
        "f.safetensors --data digits --out x --steps 25",
        "f.safetensors --data digits --out x --bits 8",
        "f.safetensors --data digits --out x --bits many",
        "f.safetensors --data digits --out x --beta 0.9 --leak 4",
        "f.safetensors --data digits --out x --reset none",
        "f.safetensors --data digits --out x --colour red",
    ] {
        assert!(!parses(line), "{line}");
    }
    assert!(parses("f.safetensors --data digits --out x --leak 0 --reset zero --replace"));
}

#[test]
fn another_network_is_written_over_only_if_it_is_said() {
    let bench = Bench::new();
    assert_eq!(bench.code(""), "ok");
    assert_eq!(bench.code(""), "ok", "the same again");
    let error = bench.import("--bits 2").unwrap_err();
    assert_eq!(error.code(), "spikestream::net::occupied");
    assert!(error.to_string().ends_with("holds another network, larger"), "{error}");
    assert_eq!(Net::load(&bench.path("larger")).unwrap().spec.stream.bits, 4);
    assert_eq!(bench.code("--bits 2 --replace --name smaller"), "ok");
    let there = Net::load(&bench.path("larger")).unwrap().spec;
    assert_eq!((there.stream.bits, there.name.as_str()), (2, "smaller"));
    std::fs::write(bench.path("larger/net.toml"), "format = 1").unwrap();
    assert_eq!(bench.code(""), "spikestream::net::occupied");
}

#[test]
fn what_cannot_be_is_refused_before_anything_is_written() {
    let bench = Bench::new();
    for (more, code) in [
        ("--data digits", "spikestream::train::shape"),
        ("--data nowhere", "spikestream::data::unknown"),
        ("--file nowhere", "spikestream::file::read"),
        ("--name a/b", "spikestream::net::range"),
        ("--leak 1", "spikestream::train::contradiction"),
    ] {
        assert_eq!(bench.code(more), code, "{more}");
    }
    bench.weights(&[("fc.weight", &[2, 2], &[1.0; 4])]);
    assert_eq!(bench.code(""), "spikestream::train::no-leak");
    assert_eq!(bench.code("--beta 1.5"), "spikestream::train::constant");
    assert!(!bench.path("larger").exists());
    assert_eq!(bench.code("--leak 0"), "ok");
    assert_eq!(Net::load(&bench.path("larger")).unwrap().spec.neuron.leak, 0);
    std::fs::write(bench.path("net.safetensors"), "PK").unwrap();
    assert_eq!(bench.code(""), "spikestream::train::weights");
}

/// The weights of our own training: its config knows the leak, which the file does not hold.
#[test]
fn a_file_of_our_training_is_read_with_its_config() {
    use spikestream_train::{FloatWeights, SpikingNet, TrainConfig, device};
    let bench = Bench::new();
    let mut config = TrainConfig::shipped();
    config.data = Source::new(bench.path("table.csv").display().to_string());
    config.encoder = EncoderConfig::Hardware { steps: 4 };
    let data = data::load(&config.data).unwrap();
    let model = SpikingNet::described(&config, &data, &device()).unwrap();
    let file = bench.path("net.safetensors");
    model.save(&file, &Default::default()).unwrap();
    assert_eq!(bench.code(""), "spikestream::train::no-leak");
    std::fs::write(bench.path("config.toml"), config.to_toml()).unwrap();
    let text = bench.import("--silent keep").unwrap();
    assert!(text.contains("layers.0.cell: beta 0.9375, threshold 1, reset subtract"), "{text}");
    let net = Net::load(&bench.path("larger")).unwrap();
    assert_eq!((net.spec.time.steps, net.spec.neuron.leak), (4, 4));
    // Trained in the integers, it gives just those.
    let (same, _) = model.to_net(config.sc.as_ref().unwrap(), "larger", 4).unwrap();
    assert_eq!(net.layers, same.layers);
    assert_eq!(bench.code("--threshold 2 --replace"), "spikestream::train::contradiction");

    // Beside the config of another run it is of no network that anybody trained.
    let run = file.with_file_name("model.safetensors");
    std::fs::copy(&file, &run).unwrap();
    let bound = spikestream_train::Results::of(run.parent().unwrap(), "its name").unwrap();
    config.results = Some(bound);
    std::fs::write(bench.path("config.toml"), config.to_toml()).unwrap();
    assert_eq!(bench.code("--replace"), "ok");
    config.run.seed = 2;
    let other = SpikingNet::described(&config, &data, &device()).unwrap();
    other.save(&file, &Default::default()).unwrap();
    let error = bench.import("--replace").unwrap_err();
    assert_eq!(error.code(), "spikestream::train::mixed");
    assert!(error.to_string().contains("net.safetensors names no run"), "{error}");
}

#[test]
fn what_a_file_has_is_told_with_the_file() {
    let bench = Bench::new();
    type Tensors<'a> = &'a [(&'a str, &'a [usize], &'a [f32])];
    let cases: [(Tensors<'_>, &str); 4] = [
        (
            &[("fc.weight", &[2, 2], &[0.5; 4]), ("lif.beta", &[2], &[0.5, 0.9])],
            "the leaks of layer 0",
        ),
        (&[("fc.weight", &[2, 3], &[0.5; 6]), ("lif.beta", &[], &[0.9])], "pixels"),
        (&[("fc.weight", &[1, 2], &[0.5; 2]), ("lif.beta", &[], &[0.9])], "output layer"),
        (
            &[
                ("fc.weight", &[2, 2], &[0.5; 4]),
                ("lif.beta", &[], &[0.9]),
                ("lif.reset_mechanism_val", &[], &[2.0]),
            ],
            "spike leaves",
        ),
    ];
    for (tensors, part) in cases {
        bench.weights(tensors);
        let error = bench.import("").unwrap_err().to_string();
        assert!(error.contains("net.safetensors"), "{error}");
        assert!(error.contains(part), "{error} without {part}");
    }
}

/// Two of four hidden neurons are only held back.
#[test]
fn silent_neurons_are_left_out_unless_they_are_to_stay() {
    let bench = Bench::new();
    let hidden = [0.9, -0.5, -0.5, 0.9, -0.5, -0.5, -0.1, -0.2];
    let last = [0.9, -0.5, 0.5, 0.5, -0.5, 0.9, 0.5, 0.5];
    bench.weights(&[
        ("0.weight", &[4, 2], &hidden),
        ("1.beta", &[], &[0.9375]),
        ("2.weight", &[2, 4], &last),
        ("3.beta", &[], &[0.9375]),
    ]);
    let text = bench.import("").unwrap();
    assert!(
        text.contains("taken out    2 of the 4 neurons of layer 0: 0 unheard, 2 cannot fire"),
        "{text}"
    );
    assert!(text.contains("16 -> 8 weights"), "{text}");
    let net = Net::load(&bench.path("larger")).unwrap();
    assert_eq!((net.spec.layers[0].outputs, net.spec.provenance.accuracy), (2, 1.0));
    assert!(!net.spec.provenance.command.contains("--silent"));
    assert!(!bench.import("--silent keep --replace").unwrap().contains("taken out"));
    let net = Net::load(&bench.path("larger")).unwrap();
    assert_eq!(net.spec.layers[0].outputs, 4);
    assert!(net.spec.provenance.command.ends_with("--silent keep"));
    let words = ["import", "x", "--data", "digits", "--out", "y", "--silent", "kept"];
    let error = Args::try_parse_from(words).unwrap_err().to_string();
    assert!(error.contains("remove, keep"), "{error}");
}
