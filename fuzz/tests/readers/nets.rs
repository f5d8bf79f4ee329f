//! Networks: `net.toml`, its weights, and what its inputs are.

use std::sync::OnceLock;

use spikestream::neuron::cell::{Cell, EQUATIONS};
use spikestream::neuron::equations::{Equations, Error as Wrong, Format};
use spikestream::neuron::kinds::{KINDS, Kind};
use spikestream::nir::{Converted, Graph, Integers, Plan};
use spikestream::spec::{
    Generator, Inputs, Net, Phase, Reset, arbitrary, example, example_of, with_every_kind,
};
use spikestream_flows::base::digest;
use spikestream_fuzz::{Given, Refusal};

use crate::{files, of_src, root};

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

/// Neurons by their names: one that ships, and equations.
fn named() -> Net {
    let cell = |kind| Cell::new(kind, Format { bits: 12, fraction: 8 });
    let equations = Kind::named("lif").map(|kind| kind.text.to_owned());
    let own = Cell { equations, refractory: Some(2), ..cell(EQUATIONS) };
    let parameters = [("step".to_owned(), 0.5)].into();
    example_of(&[2, 3, 2, 2], &[Some(Cell { parameters, ..cell("alif") }), Some(own), None])
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
    let mut specs =
        vec![saved(&unusual()).1, saved(&example(&[5, 4, 3])).1, saved(&named()).1, shipped];
    specs.push(saved(&with_every_kind()).1);
    specs.extend((0..4).map(|seed| saved(&arbitrary(seed)).1));
    specs
}

/// The spec goes beside the weights of the network that it was made from, so that some are whole.
pub(crate) fn spec(given: &Given<'_>) -> Result<(), Refusal> {
    static BESIDE: OnceLock<[(&str, Vec<u8>); 2]> = OnceLock::new();
    let beside = BESIDE.get_or_init(|| {
        let (folder, _) = saved(&unusual());
        let of = |name| (name, std::fs::read(folder.path().join(name)).unwrap());
        ["weights.safetensors", "inputs.toml"].map(of)
    });
    for (name, bytes) in beside {
        given.lay(name, bytes);
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

pub(crate) fn neurons() -> Vec<Vec<u8>> {
    KINDS.iter().map(|kind| kind.text.as_bytes().to_vec()).collect()
}

/// Equations, and the words of a narrow format that they become.
pub(crate) fn neuron(given: &Given<'_>) -> Result<(), Refusal> {
    let refusal = |error: Wrong| Refusal::new(error.code(), &error, error.remedy());
    let neuron = Equations::from_toml(&String::from_utf8_lossy(given.bytes)).map_err(refusal)?;
    let compiled = neuron.compile(Format { bits: 12, fraction: 4 }, 3).map_err(refusal)?;
    let nodes = compiled.program.nodes();
    assert!(compiled.program.results().iter().all(|(_, place)| *place < nodes.len()));
    Ok(())
}

pub(crate) fn weights_files() -> Vec<Vec<u8>> {
    let of = |net: &Net| std::fs::read(saved(net).0.path().join("weights.safetensors")).unwrap();
    let shipped = root().join("nets/digits-tiny/weights.safetensors");
    let kinds = of(&with_every_kind());
    vec![of(&example(&[5, 4, 3])), of(&example(&[2, 2])), std::fs::read(shipped).unwrap(), kinds]
}

/// Weights that are bound by a right hash to a spec of their own: of every kind where the bytes speak of delays.
pub(crate) fn weights(given: &Given<'_>) -> Result<(), Refusal> {
    static SPECS: OnceLock<[String; 2]> = OnceLock::new();
    let of = |net: &Net| String::from_utf8(saved(net).1).unwrap();
    let specs = SPECS.get_or_init(|| [of(&example(&[5, 4, 3])), of(&with_every_kind())]);
    let has_delays = given.bytes.windows(6).any(|bytes| bytes == b".delay");
    let mut spec = specs[usize::from(has_delays)].clone();
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

/// Graphs of others, and those of networks with every connection that NIR has.
pub(crate) fn graphs() -> Vec<Vec<u8>> {
    let mut all = files("src/nir/files", "nir");
    all.retain(|bytes| bytes.len() < 40_000);
    let own = [with_every_kind(), example(&[5, 4, 3])];
    all.extend(own.iter().map(|net| Graph::of_net(net).unwrap().encode().unwrap()));
    all
}

/// A graph, the network that it is, and the same file again.
pub(crate) fn graph(given: &Given<'_>) -> Result<(), Refusal> {
    let path = given.file("net.nir");
    let graph = Graph::read(&path).map_err(of_src)?;
    let again = Graph::decode(&graph.encode().unwrap()).unwrap();
    assert_eq!((again.nodes.len(), &again.edges), (graph.nodes.len(), &graph.edges));
    let named = |error: spikestream::Error| of_src(error.of_file(&path));
    let plan = Plan::of(&graph).map_err(|error| named(error.into()))?;
    graph.network().map_err(named)?;
    let wish = Integers::default();
    let own = Converted::of(&plan, 1e-4, Reset::Subtract, &wish).map_err(named)?;
    let (net, _) = own.to_net().map_err(named)?;
    net.check().unwrap();
    Ok(())
}
