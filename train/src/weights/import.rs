//! A network from a file of float weights alone: its layers from the shapes, its neurons from the
//! constants, and what was assumed where the file says nothing.

use super::foreign::{Foreign, Shapes};
use super::format::File;
use super::layout::{Parts, Role};
use super::names::{Form, neurons_of, role};
use super::tensors::{LayerTensors, Named};
use super::{FloatWeights, Unread, bytes_of, fill, format, refused};
use crate::Network;
use crate::cell::{CellConfig, LifConfig};
use crate::network::{LayerConfig, ScConfig, SpikingNet, SpikingNetConfig, to_vec};
use crate::{CONFIG, TrainConfig, TrainError, device};
use spikestream::Error;
use spikestream::data::Dataset;
use spikestream::spec::Reset;
use std::fmt;
use std::path::Path;

/// What to take where a file of float weights does not say it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Import {
    /// Share of a membrane that a step leaves, 0..=1.
    pub beta: Option<f32>,
    /// Threshold; 1 if not given.
    pub threshold: Option<f32>,
    /// What a spike does; it subtracts if not given.
    pub reset: Option<Reset>,
}

/// A network of LIF neurons that a file made.
#[derive(Debug)]
pub struct Imported {
    /// The network.
    pub net: SpikingNet,
    /// Where each layer came from.
    pub layers: Vec<ImportedLayer>,
    /// What was assumed, and what was left out.
    pub notes: Vec<String>,
    /// The integers and the time steps of the config that the file was left with, if it was.
    pub integers: Option<(ScConfig, usize)>,
    /// Whether it was trained in those, so that its scales are known.
    pub exact: bool,
}

/// Where a layer came from, and its neurons; displayed as a line.
#[derive(Clone, Debug, PartialEq)]
pub struct ImportedLayer {
    /// The tensor that is its matrix.
    pub weight: String,
    /// The module that its constants are of, if the file holds any.
    pub neurons: Option<String>,
    /// Inputs and outputs.
    pub size: [usize; 2],
    /// The smallest and the largest share of a membrane that a step leaves.
    pub beta: [f32; 2],
    /// The smallest and the largest threshold.
    pub threshold: [f32; 2],
    /// What a spike does.
    pub reset: Reset,
}

impl Import {
    /// Reads a file for a data set: the weights of LIF neurons, fully connected, under the names of any
    /// library. Of a file that training left, `config.toml` beside it knows the neurons.
    ///
    /// # Errors
    /// As [`FloatWeights::load`]; layers or neurons that have no integer form; a leak that neither the
    /// file nor this says; what both say, and not the same; data of another size; a `config.toml` that is
    /// of another run.
    pub fn read(&self, path: &Path, data: &Dataset) -> Result<Imported, Error> {
        self.read_any(path, data).map_err(|error| error.of_file(path))
    }

    fn read_any(&self, path: &Path, data: &Dataset) -> Result<Imported, Error> {
        let misfit = refused(path);
        let file = format::decode(&bytes_of(path)?).map_err(|message| misfit(message.into()))?;
        ensure_dense(&file)?;
        let beside = path.with_file_name(CONFIG);
        if file.contains_key("layers.0.linear.weight") && beside.is_file() {
            return self.read_with(&beside, path, data);
        }
        let inputs = data.shape.pixels();
        let foreign = Foreign::read(file, Shapes::Chain(inputs)).map_err(&misfit)?;
        if foreign.layers.is_empty() {
            let why = "it holds no matrix: no two-dimensional tensor is called `weight`".to_owned();
            return Err(misfit(why.into()));
        }
        // A constant of other neurons, beside those of LIF: these are not LIF.
        if let Some(other) = foreign.unread.iter().find(|u| u.of_neurons) {
            let remedy = "train with lif neurons, or delete the tensor from the file if it changes \
                          no spike";
            return Err(no_integers(other.to_string(), remedy));
        }
        let mut notes = foreign.notes;
        notes.extend(foreign.unread.iter().map(Unread::to_string));
        let layers = foreign.layers;
        let configs = layers.iter().map(|layer| self.layer(path, layer, &mut notes));
        let configs = configs.collect::<Result<_, _>>()?;
        let config = SpikingNetConfig::flat(inputs, configs);
        let names = layers.iter().map(names).collect();
        let net = config.init(0, &device())?;
        let values = fill::of_layers(layers, &net.slots()).map_err(&misfit)?;
        let net = net.with(&values)?;
        Imported::new(net, names, notes, data)
    }

    /// Reads a file that training left beside its config.
    fn read_with(&self, beside: &Path, path: &Path, data: &Dataset) -> Result<Imported, Error> {
        let config = TrainConfig::of_weights(path)?;
        let layers = config.network.layers(data.classes);
        let given = [
            ("--beta", self.beta.map(|x| x.to_string())),
            ("--threshold", self.threshold.map(|x| x.to_string())),
            ("--reset", self.reset.map(word)),
        ];
        if let Some((option, Some(given))) = given.into_iter().find(|(_, given)| given.is_some()) {
            let (path, name) = (beside.to_path_buf(), "[network]".into());
            let found = "what the neurons are".into();
            return Err(TrainError::Contradiction { option, given, path, name, found }.into());
        }
        let inputs = data.shape.pixels();
        let net = SpikingNetConfig::flat(inputs, layers).init(0, &device())?.load(path)?;
        let own = |n| (format!("layers.{n}.linear.weight"), Some(format!("layers.{n}.cell")));
        let names = (0..net.layers().len()).map(own).collect();
        let sc = config.sc.clone().or(config.export.clone()).unwrap_or_default();
        let integers = Some((sc, config.encoder.steps()));
        let exact = config.sc.is_some();
        Ok(Imported { integers, exact, ..Imported::new(net, names, Vec::new(), data)? })
    }

    /// The config of a layer of the file.
    fn layer(
        &self,
        path: &Path,
        layer: &LayerTensors,
        notes: &mut Vec<String>,
    ) -> Result<LayerConfig, Error> {
        ensure_plain(layer)?;
        let weight = &layer.weight.name;
        let constant = |role| layer.neurons.get(&role);
        let (beta, learn_beta) = match (constant(Role::Beta), self.beta) {
            (Some(found), given) => of_file(path, "--beta", Role::Beta, found, given)?,
            (None, Some(beta)) => (beta, false),
            (None, None) => {
                let (path, weight) = (path.to_path_buf(), weight.clone());
                return Err(TrainError::NoLeak { path, weight }.into());
            }
        };
        let (threshold, learn_threshold) = match (constant(Role::Theta), self.threshold) {
            (Some(found), given) => of_file(path, "--threshold", Role::Theta, found, given)?,
            (None, Some(theta)) => (theta, false),
            (None, None) => {
                notes.push(format!("a threshold of 1 is assumed after {weight} (--threshold)"));
                (1.0, false)
            }
        };
        let reset = match (constant(Role::Reset), self.reset) {
            (Some(found), given) => reset_of(path, found, given)?,
            (None, Some(reset)) => reset,
            (None, None) => {
                notes.push(format!("spikes after {weight} are assumed to subtract (--reset)"));
                Reset::Subtract
            }
        };
        let wide =
            |role| constant(role).is_some_and(|found: &Named| found.tensor.numbers.len() > 1);
        let per_neuron = wide(Role::Beta) || wide(Role::Theta);
        let cell = LifConfig {
            beta,
            threshold,
            reset,
            learn_beta,
            learn_threshold,
            per_neuron,
            ..Default::default()
        };
        let [neurons, bias] = [layer.weight.tensor.shape[0], layer.beside.len()];
        let cell = CellConfig::Lif(cell);
        Ok(LayerConfig { neurons, bias: bias > 0, cell, ..Default::default() })
    }
}

/// The number that the file has, and whether it is to be filled in as a parameter: where it is one a
/// neuron, or written as what is behind it. The number is then only where it begins.
fn of_file(
    path: &Path,
    option: &'static str,
    role: Role,
    found: &Named,
    given: Option<f32>,
) -> Result<(f32, bool), Error> {
    let values = fill::values(role, found);
    if let Some(given) = given {
        let differs = |value: &&f32| (**value - given).abs() > 1e-6 * given.abs().max(1.0);
        if let Some(value) = values.iter().find(differs) {
            return Err(contradiction(option, given.to_string(), path, found, value.to_string()));
        }
    }
    let allowed = match role {
        Role::Beta => "a leak of 0 to 1",
        _ => "a threshold above 0",
    };
    let fits = |value: f32| match role {
        Role::Beta => (0.0..=1.0).contains(&value),
        _ => value > 0.0,
    };
    if let Some(value) = values.iter().find(|value| !fits(**value)) {
        let message = format!("{} holds {value}, not {allowed}", found.name);
        return Err(refused(path)(message.into()));
    }
    match (values.as_slice(), found.form) {
        ([value], Form::Value) => Ok((*value, false)),
        _ => Ok((if role == Role::Beta { 0.5 } else { 1.0 }, true)),
    }
}

/// What a spike does by the file.
fn reset_of(path: &Path, found: &Named, given: Option<Reset>) -> Result<Reset, Error> {
    let reset = match found.tensor.numbers.as_slice() {
        [0.0] => Reset::Subtract,
        [1.0] => Reset::Zero,
        other => {
            let why = format!("{} is {other:?}: a spike leaves the membrane", found.name);
            return Err(no_integers(why, "train with a reset that subtracts or zeroes"));
        }
    };
    match given {
        Some(given) if given != reset => {
            Err(contradiction("--reset", word(given), path, found, word(reset)))
        }
        Some(_) | None => Ok(reset),
    }
}

fn contradiction(
    option: &'static str,
    given: String,
    path: &Path,
    found: &Named,
    value: String,
) -> Error {
    let (path, name) = (path.to_path_buf(), found.name.clone());
    TrainError::Contradiction { option, given, path, name, found: value }.into()
}

fn word(reset: Reset) -> String {
    match reset {
        Reset::Subtract => "subtract".into(),
        Reset::Zero => "zero".into(),
    }
}

/// Refuses what has no integer form, before it is looked for what comes where.
fn ensure_dense(file: &File) -> Result<(), Error> {
    let kernel = |(name, tensor): (&String, &super::format::FileTensor)| {
        role(name, &tensor.shape).is_some_and(|(role, _)| role == Role::Kernel)
    };
    if file.iter().any(kernel) { Err(convolutions()) } else { Ok(()) }
}

fn ensure_plain(layer: &LayerTensors) -> Result<(), Error> {
    let other = layer.neurons.get(&Role::Recurrent).or(layer.beside.get(&Role::Delay));
    other.map_or(Ok(()), |found| {
        let why = format!("{} {:?} is recurrent or a delay", found.name, found.tensor.shape);
        Err(no_integers(why, "train without recurrent weights and delays"))
    })
}

fn convolutions() -> Error {
    no_integers("it has convolutions".into(), "train a network of fully connected layers")
}

fn no_integers(why: String, remedy: &str) -> Error {
    TrainError::NoIntegers { why, remedy: remedy.into() }.into()
}

/// The names of a layer's matrix and of the module of its neurons.
fn names(layer: &LayerTensors) -> (String, Option<String>) {
    let module = layer.neurons.values().next().map(|found| neurons_of(&found.name).to_owned());
    (layer.weight.name.clone(), module)
}

impl Imported {
    fn new(
        net: SpikingNet,
        names: Vec<(String, Option<String>)>,
        notes: Vec<String>,
        data: &Dataset,
    ) -> Result<Self, Error> {
        let range = |numbers: Vec<f32>| {
            let least = numbers.iter().copied().fold(f32::INFINITY, f32::min);
            [least, numbers.into_iter().fold(f32::NEG_INFINITY, f32::max)]
        };
        let parts = net.dense().zip(names);
        let layers: Vec<_> = parts
            .map(|(layer, (weight, neurons))| {
                let (membrane, device) = (layer.cell.membrane(), device());
                ImportedLayer {
                    weight,
                    neurons,
                    size: layer.connection.linear().dims(),
                    beta: range(to_vec(membrane.beta(&device))),
                    threshold: range(to_vec(membrane.threshold(&device))),
                    reset: membrane.reset(),
                }
            })
            .collect();
        let classes = net.outputs();
        if classes < data.classes {
            return Err(TrainError::Shape {
                what: "the output layer".into(),
                found: format!("of {classes} neurons"),
                expected: format!("of {}, one a class of the data", data.classes),
            }
            .into());
        }
        Ok(Self { net, layers, notes, integers: None, exact: false })
    }
}

impl fmt::Display for ImportedLayer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { weight, neurons, size: [inputs, outputs], beta, threshold, reset } = self;
        let range = |[least, most]: [f32; 2]| match least == most {
            true => least.to_string(),
            false => format!("{least}..{most}"),
        };
        write!(f, "{weight} {inputs} -> {outputs}, ")?;
        let neurons = neurons.as_deref().unwrap_or("neurons");
        let (beta, threshold, reset) = (range(*beta), range(*threshold), word(*reset));
        write!(f, "{neurons}: beta {beta}, threshold {threshold}, reset {reset}")
    }
}
