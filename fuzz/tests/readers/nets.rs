//! Networks: `net.toml`, its weights, and what its inputs are.

use spikestream::spec::{Generator, Inputs, Net, Phase, example};
use spikestream_flows::digest;
use spikestream_fuzz::{Given, Refusal};

use crate::{of_src, root};

/// Where networks of the corpus are saved once.
fn saved(net: &Net) -> (tempfile::TempDir, Vec<u8>) {
    let folder = tempfile::tempdir().unwrap();
    net.save(folder.path()).unwrap();
    let spec = std::fs::read(folder.path().join("net.toml")).unwrap();
    (folder, spec)
}

/// A network that was trained on a table, and has every option that is not the usual one.
fn unusual() -> Net {
    let mut net = example(&[2, 2]);
    net.inputs = Some(of_trees());
    net.spec.stream.length = 4;
    net.spec.stream.phase = Phase::RunOn;
    net.spec.encoder.generator = Generator::Lfsr;
    net
}

fn of_trees() -> Inputs {
    Inputs {
        label: "kind".into(),
        classes: vec!["elm".into(), "fir".into()],
        columns: vec!["a".into(), "b".into()],
        ranges: vec![[0.0, 10.0], [-1.0, 1.5]],
    }
}

pub(crate) fn specs() -> Vec<Vec<u8>> {
    let shipped = std::fs::read(root().join("nets/digits-tiny/net.toml")).unwrap();
    vec![saved(&unusual()).1, saved(&example(&[5, 4, 3])).1, shipped]
}

/// The spec goes beside the weights of the network that it was made from, so that some are whole.
pub(crate) fn spec(given: &Given<'_>) -> Result<(), Refusal> {
    let (beside, _) = saved(&unusual());
    for name in ["weights.safetensors", "inputs.toml"] {
        given.lay(name, &std::fs::read(beside.path().join(name)).unwrap());
    }
    given.file("net.toml");
    reads_back(given)
}

/// What is loaded is the same after it was saved.
fn reads_back(given: &Given<'_>) -> Result<(), Refusal> {
    let mut net = Net::load(given.folder).map_err(of_src)?;
    let again = given.folder.join("again");
    net.spec = net.save(&again).unwrap();
    // A number that is none is not equal to itself.
    assert_eq!(format!("{:?}", Net::load(&again).unwrap()), format!("{net:?}"));
    Ok(())
}

pub(crate) fn weights_files() -> Vec<Vec<u8>> {
    let of = |net: &Net| std::fs::read(saved(net).0.path().join("weights.safetensors")).unwrap();
    let shipped = root().join("nets/digits-tiny/weights.safetensors");
    vec![of(&example(&[5, 4, 3])), of(&example(&[2, 2])), std::fs::read(shipped).unwrap()]
}

/// Weights that are bound to their spec by a right hash.
pub(crate) fn weights(given: &Given<'_>) -> Result<(), Refusal> {
    let (_, spec) = saved(&example(&[5, 4, 3]));
    let mut spec = String::from_utf8(spec).unwrap();
    let at = spec.find("sha256 = \"").unwrap() + "sha256 = \"".len();
    spec.replace_range(at..at + 64, &digest::of_bytes(given.bytes));
    given.lay("net.toml", spec.as_bytes());
    given.file("weights.safetensors");
    reads_back(given)
}

pub(crate) fn inputs_files() -> Vec<Vec<u8>> {
    let mut one = of_trees();
    one.ranges.truncate(1);
    let text = |inputs: &Inputs| {
        let folder = tempfile::tempdir().unwrap();
        Inputs::leave(Some(inputs), folder.path()).unwrap();
        std::fs::read(folder.path().join("inputs.toml")).unwrap()
    };
    vec![text(&of_trees()), text(&one)]
}

pub(crate) fn inputs(given: &Given<'_>) -> Result<(), Refusal> {
    given.file("inputs.toml");
    let inputs = Inputs::beside(given.folder).map_err(of_src)?;
    let again = given.folder.join("again");
    std::fs::create_dir_all(&again).unwrap();
    Inputs::leave(inputs.as_ref(), &again).unwrap();
    assert_eq!(Inputs::beside(&again).unwrap(), inputs);
    Ok(())
}
