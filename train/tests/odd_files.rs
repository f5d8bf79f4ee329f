//! Odd files for the readers of training: configs, checkpoints, float weights of ours and of others. The
//! other readers are in `fuzz/tests/readers`.

#![allow(clippy::unwrap_used)] // a test stops at the first error

use std::collections::BTreeMap;
use std::ops::ControlFlow;
use std::path::Path;
use std::sync::OnceLock;

use safetensors::tensor::{Dtype, TensorView};
use spikestream::data::{self, Dataset, ImageShape};
use spikestream_fuzz::heap::Heap;
use spikestream_fuzz::{Given, Reader, Refusal, run};
use spikestream_train::{
    Checkpoints, EncoderConfig, FloatWeights, Import, NetworkConfig, Progress, SpikingNet,
    TrainConfig, device, fit,
};

#[global_allocator]
static HEAP: Heap = Heap;

/// Every reader.
const READERS: [Reader; 4] = [
    Reader { name: "config", seeds: configs, read: config, has_file: true },
    Reader { name: "checkpoint", seeds: checkpoints, read: checkpoint, has_file: true },
    Reader { name: "float weights", seeds: floats, read: float, has_file: true },
    Reader { name: "foreign tensors", seeds: foreigns, read: foreign, has_file: true },
];

fn refused(error: spikestream::Error) -> Refusal {
    Refusal::new(error.code(), &error, error.remedy())
}

fn configs() -> Vec<Vec<u8>> {
    let recipes = [
        "digits",
        "digits-delay",
        "digits-l4",
        "digits-recurrent",
        "mnist",
        "mnist-240",
        "mnist-conv",
        "mnist-conv-sc",
        "page",
    ];
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../nets/recipes");
    let recipe = |name| std::fs::read(root.join(name).with_extension("toml")).unwrap();
    let mut all: Vec<Vec<u8>> = recipes.into_iter().map(recipe).collect();
    all.push(TrainConfig::shipped().to_toml().into_bytes());
    all
}

fn config(given: &Given<'_>) -> Result<(), Refusal> {
    let path = given.file("run.toml");
    let config = TrainConfig::load(&path).map_err(refused)?;
    let again = TrainConfig::parse(&config.to_toml(), &path).unwrap();
    // What is no number is not equal to itself.
    assert_eq!(format!("{again:?}"), format!("{config:?}"));
    Ok(())
}

/// Three pixels, two classes.
fn tiny() -> &'static Dataset {
    static TINY: OnceLock<Dataset> = OnceLock::new();
    TINY.get_or_init(|| {
        let mut set = data::digits();
        for split in [&mut set.train, &mut set.test] {
            split.images.truncate(20);
            split.labels.truncate(20);
            split.images.iter_mut().for_each(|image| image.truncate(3));
            split.labels.iter_mut().for_each(|label| *label %= 2);
        }
        set.shape = ImageShape { channels: 1, height: 1, width: 3 };
        set.classes = 2;
        set.names.truncate(2);
        set
    })
}

fn small() -> TrainConfig {
    let mut config = TrainConfig::shipped();
    config.network = NetworkConfig::sc_aware(&[4]);
    config.encoder = EncoderConfig::Hardware { steps: 4 };
    (config.run.epochs, config.run.batch) = (1.into(), 10);
    config
}

/// A checkpoint of a run of one epoch. It holds times, so its odd inputs differ a little from run to run.
fn checkpoints() -> Vec<Vec<u8>> {
    static MADE: OnceLock<Vec<u8>> = OnceLock::new();
    let made = MADE.get_or_init(|| {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("checkpoint.safetensors");
        let to = Checkpoints { path: path.clone(), resume: false, command: "as typed".into() };
        let go_on = &mut |_: spikestream_train::Event<'_>| ControlFlow::Continue(());
        fit(&small(), tiny(), &device(), Some(&to), go_on).unwrap();
        std::fs::read(path).unwrap()
    });
    vec![made.clone()]
}

/// Its hash covers all that it says of its run, so one that is taken says what was written.
fn checkpoint(given: &Given<'_>) -> Result<(), Refusal> {
    let read = Progress::read(&given.file("checkpoint.safetensors")).map_err(refused)?;
    let right = Progress::read(&given.lay("checkpoint.safetensors", &checkpoints()[0])).unwrap();
    assert_eq!(read, right);
    Ok(())
}

fn net() -> SpikingNet {
    let layers = small().network.layers(2);
    let config = spikestream_train::SpikingNetConfig::flat(3, layers);
    config.init(1, &device()).unwrap()
}

fn floats() -> Vec<Vec<u8>> {
    vec![net().to_safetensors(&BTreeMap::new()).unwrap()]
}

/// What is read is the same when it was written.
fn float(given: &Given<'_>) -> Result<(), Refusal> {
    let bytes = |net: &SpikingNet| net.to_safetensors(&BTreeMap::new()).unwrap();
    let read = net().load(&given.file("weights.safetensors")).map_err(refused)?;
    let again = net().load(&given.lay("again.safetensors", &bytes(&read))).unwrap();
    assert!(bytes(&again) == bytes(&read));
    Ok(())
}

/// Tensors by name and shape, with numbers from the given one in steps of an eighth.
fn tensors(all: &[(&str, &[usize], f32)]) -> Vec<u8> {
    let numbers = |shape: &[usize], first: f32| -> Vec<u8> {
        let count = shape.iter().product::<usize>() as u8;
        (0..count).flat_map(|at| (first + f32::from(at) / 8.0).to_le_bytes()).collect()
    };
    let data: Vec<_> = all.iter().map(|(_, shape, first)| numbers(shape, *first)).collect();
    let views = all.iter().zip(&data).map(|((name, shape, _), data)| {
        (*name, TensorView::new(Dtype::F32, shape.to_vec(), data).unwrap())
    });
    safetensors::serialize(views, None).unwrap()
}

fn foreigns() -> Vec<Vec<u8>> {
    vec![
        tensors(&[("fc1.weight", &[4, 3], -0.5), ("fc2.weight", &[2, 4], -0.5)]),
        tensors(&[
            ("0.weight", &[4, 3], -0.5),
            ("1.beta", &[], 0.75),
            ("2.weight", &[2, 4], -0.5),
            ("3.beta", &[], 0.5),
            ("3.threshold", &[2], 1.0),
        ]),
    ]
}

/// What the file does not say of the leaks is given, as a user would.
fn foreign(given: &Given<'_>) -> Result<(), Refusal> {
    let says_it = given.bytes.windows(4).any(|word| word == b"beta");
    let import = Import { beta: (!says_it).then_some(0.75), threshold: None, reset: None };
    let imported = import.read(&given.file("weights.safetensors"), tiny()).map_err(refused)?;
    let sizes: Vec<[usize; 2]> = imported.layers.iter().map(|layer| layer.size).collect();
    assert!(sizes[0][0] == 3 && sizes[sizes.len() - 1][1] >= 2, "{sizes:?}");
    assert!(sizes.windows(2).all(|pair| pair[0][1] == pair[1][0]), "{sizes:?}");
    Ok(())
}

#[test]
fn odd_files_are_read_or_refused() {
    run(&READERS, Path::new(env!("CARGO_TARGET_TMPDIR")));
}
