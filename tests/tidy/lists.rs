//! What the rules name: packages, words and their places, lengths.

/// Lines that a file may have at most.
pub(super) const LONGEST: usize = 400;

/// Words that README.md may have at most.
pub(super) const LONGEST_README: usize = 900;

/// Files that may be longer, each with its reason.
pub(super) const LONGER: [(&str, &str); 0] = [];

/// Text files, by extension.
pub(super) const TEXT: [&str; 15] = [
    "rs", "toml", "md", "ys", "mk", "v", "vlt", "cpp", "h", "pcf", "lpf", "py", "sh", "yml", "txt",
];

/// The packages by folder, and which of ours each may depend on.
pub(super) const PACKAGES: [(&str, &[&str]); 12] = [
    ("", &[]),
    ("train", &["spikestream", "spikestream-report", "spikestream-fuzz"]), // the harness for its tests
    ("report", &["spikestream", "spikestream-flows"]),
    ("hw", &["spikestream"]),
    ("flows", &["spikestream", "spikestream-report"]), // for its tests alone
    (
        "sim",
        &[
            "spikestream",
            "spikestream-hw",
            "spikestream-flows",
            "spikestream-host",
            "spikestream-report",
        ],
    ),
    ("host", &["spikestream", "spikestream-flows"]),
    (
        "cli",
        &[
            "spikestream",
            "spikestream-flows",
            "spikestream-host",
            "spikestream-report",
            "spikestream-sim",
        ],
    ),
    ("tests", &["spikestream", "spikestream-hw", "spikestream-flows", "spikestream-sim"]),
    (
        "fuzz",
        &[
            "spikestream",
            "spikestream-hw",
            "spikestream-flows",
            "spikestream-sim",
            "spikestream-host",
            "spikestream-report",
        ],
    ),
    ("xtask", &[]),
    ("xtask/dev", &["spikestream", "spikestream-flows"]),
];

/// Names that only some places may say, and those places.
pub(super) const WORDS: [(&[&str], &[&str]); 13] = [
    (&["burn::", "extern crate burn"], &["train/"]),
    (&["rust_hdl"], &["hw/", "sim/", "tests/"]),
    (
        &[concat!("Command", "::new"), concat!("process::", "Command")],
        &["flows/src/run/mod.rs", "xtask/src/main.rs"], // xtask becomes the program that it starts
    ),
    // Its functions tell what a macro turns into a panic: a full disk. What a test prints is kept by
    // the test runner.
    (
        &["println!", "print!", "stdout()"],
        &[
            "src/output.rs",
            "tests/",
            "flows/tests/",
            "flows/build.rs",
            "sim/tests/",
            "cli/tests/",
            "fuzz/",
        ],
    ),
    (
        &["spikestream::"],
        &[
            "src/",
            "train/",
            "examples/",
            "hw/",
            "flows/",
            "sim/",
            "host/",
            "report/",
            "cli/",
            "tests/",
            "xtask/dev/",
            "fuzz/",
        ],
    ),
    (&["spikestream_hw"], &["hw/", "examples/", "sim/", "tests/", "fuzz/"]),
    (
        &["spikestream_flows"],
        &["flows/", "report/", "host/", "sim/", "cli/", "tests/", "xtask/dev/", "fuzz/"],
    ),
    (
        &["spikestream_report"],
        &["report/", "train/", "flows/tests/", "sim/tests/", "fuzz/", "cli/"],
    ),
    (&["spikestream_host"], &["host/", "examples/", "sim/", "cli/", "fuzz/"]),
    (&["spikestream_sim"], &["sim/", "cli/", "tests/", "fuzz/"]),
    (&["spikestream_fuzz"], &["fuzz/", "train/tests/"]),
    // What is trained reaches hardware as files.
    (&["spikestream_train"], &["train/", "examples/"]),
    // Nobody imports the tests or the command line.
    (&["spikestream_tests", "xtask::"], &[]),
];

/// The parameters of a neuron.
pub(super) const PARAMETERS: [&str; 6] =
    ["leak", "refractory", "noise_bits", "noise_seed", "fraction_bits", "membrane_bits"];

/// Who may ask for them: the rooms of neurons, the readers of files, and those who make networks for tests.
pub(super) const PARAMETER_ROOMS: [&str; 9] = [
    "src/neuron/",
    "src/nir/",
    "src/spec/",
    "hw/src/neuron/",
    "hw/src/vectors/",
    "train/src/cell/",
    "train/src/integer/neuron/",
    "train/src/network/settings.rs",
    "train/src/bin/import/",
];

/// The codes that begin with another folder than theirs: what they are of has moved, and scripts know them.
pub(super) const OLDER_CODES: [(&str, &str); 3] =
    [("host", "sim::client::"), ("host", "sim::verify::option"), ("report", "flows::page::")];

/// A code that two packages give: the options of their programs are read by hand.
pub(super) const SHARED_CODE: &str = "sim::verify::option";

/// What is not finished says so with one of these.
pub(super) const UNFINISHED: [&str; 6] = [
    concat!("to", "do!"),
    concat!("unimpl", "emented!"),
    concat!("#[ig", "nore"),
    concat!("FIX", "ME"),
    concat!("TO", "DO"),
    concat!("HA", "CK"),
];
