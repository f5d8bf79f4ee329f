//! The test vectors of the contract against a model in Python that was written from `docs/contract.md` and
//! `docs/protocol.md`, and in `hardware` against the engine and an emitted board.

mod hardware;

use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use spikestream::random::Random;
use spikestream::sc::network::{Golden, Schedule};
use spikestream::spec::Net;
use spikestream_flows::install::Lock;
use spikestream_flows::install::venv::Packages;
use spikestream_flows::run::{Captured, capture};
use spikestream_flows::tool::environment::Environment;

/// The model.
const MODEL: &str = include_str!("../examples/model.py");

/// Changes of the model, each of one thing that a stranger could take for another: whoever leaves a
/// vector out that one of them needs is told.
const FAULTS: [(&str, &str); 47] = [
    ("16: 0xd008", "16: 0xd006"),
    ("8: 0xb8", "8: 0xb2"),
    ("5: 0x14", "5: 0x12"),
    ("7: 0x60", "7: 0x48"),
    ("state >> 1 ^", "state >> 1 |"),
    ("lfsr(8, T) - 1", "lfsr(8, T)"),
    ("+ 2 ** (8 - n) // 2", ""),
    ("(image > r[t])", "(image >= r[t])"),
    ("2 ** (n - 1 - i) for", "2 ** i for"),
    ("v[-1] ^ v[-1] // 2", "v[-1] // 2"),
    ("(m >= lfsr", "(m > lfsr"),
    ("[:, None]) & (k < 2 ** B - 1)", "[:, None])"),
    ("m > x(generator", "m >= x(generator"),
    ("(t * L if", "(t if"),
    (
        "noise, steps, drawn = np.where(u < 2 ** N / 2, u, u - 2 ** N), [], 0",
        "noise, steps, drawn = u, [], 0",
    ),
    ("% 2 ** N\n", ">> 16 - N\n"),
    ("sum_ = U +", "sum_ = V[l] +"),
    ("V[l] > theta", "V[l] >= theta"),
    ("np.clip(sum_, -top, top - 1)", "sum_"),
    ("V[l] // 2 ** n[\"leak\"]", "np.fix(V[l] / 2 ** n[\"leak\"]).astype(int)"),
    ("np.maximum(rest[l] - 1, 0)", "0"),
    ("(counts[j], V[j], -j)", "(counts[j], V[j], j)"),
    ("(counts[j], V[j], -j)", "(counts[j], -j)"),
    ("crc ^= byte << 8", "crc ^= byte"),
    ("+ payload, 0xffff", "+ payload, 0"),
    ("* passes + D for", "* passes + 9 for"),
    ("cycles, passed, found, left = 1, 0", "cycles, passed, found, left = 0, 0"),
    ("not (found and spikes)", "not found"),
    ("else not free", "else False"),
    ("{1: 4, 2: 2}", "{1: 4}"),
    ("T if n else 1, {", "T, {"),
    ("for step in steps) * G[n + 1]", "for step in steps) * G[n]"),
    ("np.clip(I, low, high)", "I"),
    ("lambda: x >> n, \"rest\"", "lambda: np.fix(x / 2 ** n).astype(int), \"rest\""),
    ("np.full(len(b), begin)", "np.full(len(b), 0)"),
    ("x & (1 << n) - 1", "x"),
    (">= 0.5", "> 0.5"),
    ("past[source][t - late]", "past[source][max(t - late - 1, 0)]"),
    ("C + S // 2 ** p", "C + S"),
    ("minus + negative // 2 ** p", "minus + negative"),
    ("np.minimum(passed, 1)", "passed"),
    ("k - C // of_group * seen", "k % seen"),
    ("Y + padding[0] - y", "Y - y"),
    ("* h + v) * w + u", "* w + u) * h + v"),
    ("np.tile(of[\"b\"], np.prod(shape[1:]))", "np.repeat(of[\"b\"], np.prod(shape[1:]))"),
    ("for key in sorted(own)", "for key in sorted(own)[::-1]"),
    ("b\"\".join(d.astype(\"u1\").tobytes() for d in of[\"d\"])", "b\"\""),
];

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap()
}

/// The files of vectors.
fn vectors() -> Vec<PathBuf> {
    let entries = std::fs::read_dir(root().join("nets/vectors")).unwrap();
    let paths = entries.map(|entry| entry.unwrap().path());
    let mut paths: Vec<_> =
        paths.filter(|path| path.extension().is_some_and(|e| e == "json")).collect();
    paths.sort();
    assert!(paths.len() >= 12, "{} files", paths.len());
    paths
}

/// A Python of its own, with what the model needs and nothing else.
fn python() -> &'static Path {
    static PYTHON: OnceLock<PathBuf> = OnceLock::new();
    PYTHON.get_or_init(|| {
        let packages = Packages {
            name: "model",
            lock: Lock::parse(include_str!("../examples/lock.toml")).unwrap(),
            options: &[],
            what: "numpy, for the tests".to_owned(),
            cost: "some seconds; 17 MB to download",
        };
        let root = packages.ensure(&Environment::of_process(), |_| Ok(()));
        root.unwrap_or_else(|error| panic!("{error}\n{}", error.remedy())).join("bin/python3")
    })
}

fn model(script: &Path, arguments: impl IntoIterator<Item = String>) -> Captured {
    let script = ["-I".to_owned(), script.display().to_string()];
    capture(python(), script.into_iter().chain(arguments)).unwrap()
}

fn names(paths: &[PathBuf]) -> Vec<String> {
    paths.iter().map(|path| path.display().to_string()).collect()
}

#[test]
fn a_model_written_from_the_pages_says_what_the_vectors_say() {
    let paths = vectors();
    let said = model(&root().join("examples/model.py"), names(&paths));
    assert!(said.success, "{}{}", said.stdout, said.stderr);
    assert_eq!(
        said.stdout.lines().filter(|line| line.ends_with(": all the same")).count(),
        paths.len()
    );
    assert_eq!(said.stderr, "");
}

#[test]
fn a_model_that_takes_one_thing_for_another_is_told() {
    let (folder, paths) = (tempfile::tempdir().unwrap(), names(&vectors()));
    for (number, (right, wrong)) in FAULTS.into_iter().enumerate() {
        assert_eq!(MODEL.matches(right).count(), 1, "{right}");
        let script = folder.path().join(format!("{number}.py"));
        std::fs::write(&script, MODEL.replace(right, wrong)).unwrap();
        let said = model(&script, paths.clone());
        let told = !said.success && said.stderr.contains("and the vector has");
        assert!(told, "{right} as {wrong}: {}{}", said.stdout, said.stderr);
    }
}

/// The page also says how a folder is read.
#[test]
fn the_model_runs_the_networks_that_ship() {
    for name in ["digits", "digits-tiny", "digits-delay", "digits-recurrent"] {
        let folder = root().join("nets").join(name);
        let net = Net::load(&folder).unwrap();
        let mut random = Random::new(7);
        let image: Vec<u8> = (0..net.spec.inputs()).map(|_| random.corner_value(8) as u8).collect();
        let arguments = image.iter().map(ToString::to_string);
        let arguments = std::iter::once(folder.display().to_string()).chain(arguments);
        let said = model(&root().join("examples/model.py"), arguments);
        assert!(said.success, "{}", said.stderr);
        let found: serde_json::Value = serde_json::from_str(&said.stdout).unwrap();
        let wanted = Golden::new(&net, Schedule::Stream).infer(&image);
        let wanted = serde_json::json!({
            "hash": net.hash_text(), "class": wanted.class, "counts": wanted.counts,
            "membranes": wanted.membranes,
        });
        assert_eq!(found, wanted, "{name}");
    }
}
