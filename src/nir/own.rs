//! What NIR cannot say of a network of ours, as metadata of its graph, and the same network again from both.

use super::NirError;
use super::convert::{Converted, Integers, in_units};
use super::graph::Graph;
use super::plan::Plan;
use super::tensor::Tensor;
use super::tree::{Tree, Value};
use crate::Error;
use crate::export::{self, FloatNumbers, LayerReport};
use crate::layer::kinds::{Delay, Flatten, Kind};
use crate::spec::{Inputs, Net, NetSpec, Reset};

/// The entry with the seconds of a time step.
const STEP: &str = "dt";

/// The entry with what a spike does to a membrane.
const RESET: &str = "reset";

/// The entry with everything but the weights, as its own file has it.
const SPEC: &str = "net.toml";

/// The entry with what the inputs of a network are that was trained on a table.
const INPUTS: &str = "inputs.toml";

/// The group of delays, of which a graph has none for weights of 0.
const DELAYS: &str = "delays";

/// The metadata of a network.
pub(super) fn metadata(net: &Net, dt: f64) -> Result<Tree, Error> {
    let text = |text: Result<String, toml::ser::Error>| {
        text.map(Value::text).map_err(|e| Error::from(NirError::Graph { what: e.to_string() }))
    };
    let mut tree = Tree::default();
    tree.values.insert(STEP.into(), Value::Numbers(Tensor::number(dt)));
    tree.values.insert(RESET.into(), Value::text(word(net.spec.neuron.reset)));
    tree.values.insert(SPEC.into(), text(toml::to_string(&net.spec))?);
    if let Some(inputs) = &net.inputs {
        tree.values.insert(INPUTS.into(), text(toml::to_string(inputs))?);
    }
    let delays = net.layers.iter().enumerate().filter(|(_, layer)| !layer.delays.is_empty());
    let delays: Vec<(String, Value)> = delays
        .map(|(index, layer)| {
            let steps: Vec<usize> = layer.delays.iter().map(|delay| usize::from(*delay)).collect();
            (format!("layers.{index}"), Value::Numbers(Tensor::whole(&steps)))
        })
        .collect();
    if !delays.is_empty() {
        let values = delays.into_iter().collect();
        tree.groups.insert(DELAYS.into(), Tree { values, ..Tree::default() });
    }
    Ok(tree)
}

fn word(reset: Reset) -> &'static str {
    match reset {
        Reset::Subtract => "subtract",
        Reset::Zero => "zero",
    }
}

/// What the metadata of a graph say.
impl Graph {
    /// The seconds of a time step, where they say it.
    pub fn step(&self) -> Option<f64> {
        self.metadata.values.get(STEP)?.as_number()
    }

    /// What a spike does to a membrane, where they say it.
    pub fn reset(&self) -> Option<Reset> {
        let said = self.metadata.values.get(RESET)?.as_text()?;
        [Reset::Subtract, Reset::Zero].into_iter().find(|reset| word(*reset) == said)
    }

    /// Everything but the weights of the network of ours that it was, where they say it.
    ///
    /// # Errors
    /// Entries that are none of a network.
    pub fn spec(&self) -> Result<Option<NetSpec>, Error> {
        let Some(text) = self.metadata.values.get(SPEC).and_then(Value::as_text) else {
            return Ok(None);
        };
        let spec: NetSpec = toml::from_str(text).map_err(|e| said_wrongly(SPEC, &e))?;
        spec.check()?;
        Ok(Some(spec))
    }

    /// The network of ours that it was: integers of its weights by the scales of its metadata; none of a graph of others.
    ///
    /// # Errors
    /// Metadata of another network than its nodes are; what [`Converted::of`] refuses.
    ///
    /// # Example
    /// ```
    /// use spikestream::nir::Graph;
    /// use spikestream::spec::example;
    ///
    /// let net = example(&[4, 3, 2]);
    /// let file = Graph::of_net(&net)?.encode()?;
    /// let again = Graph::decode(&file)?.network()?;
    /// assert_eq!(again.map(|(again, _)| again.hash()), Some(net.hash()));
    /// # Ok::<(), spikestream::Error>(())
    /// ```
    pub fn network(&self) -> Result<Option<(Net, Vec<LayerReport>)>, Error> {
        let Some(spec) = self.spec()? else { return Ok(None) };
        let dt = self.step().unwrap_or(super::STEP);
        let plan = Plan::of(self)?;
        let reset = spec.neuron.reset;
        let own = Converted::with_image(&plan, dt, reset, &Integers::default(), spec.input)?;
        let floats = in_order(&spec, &own)?;
        let (mut net, reports) = export::rounded(&spec, &floats)?;
        self.late(&mut net);
        let inputs = self.metadata.values.get(INPUTS).and_then(Value::as_text);
        let inputs = inputs.map(toml::from_str::<Inputs>).transpose();
        net.inputs = inputs.map_err(|e| said_wrongly(INPUTS, &e))?;
        net.check()?;
        Ok(Some((net, reports)))
    }

    /// Gives weights of 0 the delays that they had.
    fn late(&self, net: &mut Net) {
        let Some(delays) = self.metadata.groups.get(DELAYS) else { return };
        for (index, layer) in net.layers.iter_mut().enumerate() {
            let Some(Value::Numbers(said)) = delays.values.get(&format!("layers.{index}")) else {
                continue;
            };
            if layer.delays.len() != layer.weights.len() || said.numbers.len() != layer.delays.len()
            {
                continue; // beside other connections, or of another network
            }
            let all = layer.delays.iter_mut().zip(&layer.weights).zip(&said.numbers);
            for ((delay, _), said) in all.filter(|((_, weight), _)| **weight == 0) {
                *delay = (*said).clamp(0.0, 15.0) as u8;
            }
        }
    }
}

fn said_wrongly(entry: &str, error: &toml::de::Error) -> Error {
    let what = format!("its metadata `{entry}` are of no network: {}", error.message());
    NirError::Graph { what }.into()
}

/// The numbers of the graph's layers in the order of the network's, which has a layer for each `flatten`, and in the
/// units of its neurons.
fn in_order(spec: &NetSpec, own: &Converted) -> Result<Vec<FloatNumbers>, Error> {
    let other = |what: String| {
        let what = format!("its metadata describe another network than its nodes are: {what}");
        Error::from(NirError::Graph { what })
    };
    let mut found = own.skeleton.layers.iter().zip(&own.floats).enumerate();
    let mut floats = Vec::new();
    for (index, layer) in spec.layers.iter().enumerate() {
        if layer.first.name() == Flatten::NAME {
            floats.push(FloatNumbers::default());
            continue;
        }
        let Some((_, (of_graph, numbers))) = found.next() else {
            return Err(other(format!("they have a layer {index}")));
        };
        let pairs = layer.described().zip(of_graph.described());
        let alike = |of: &crate::layer::kinds::Described| {
            let canonical = of.canonical("").ok();
            // A longest delay is as long as one likes.
            canonical
                .filter(|_| of.name() != Delay::NAME)
                .map(|fields| (of.name().to_owned(), fields))
        };
        let same = layer.described().count() == of_graph.described().count()
            && (layer.inputs, layer.outputs) == (of_graph.inputs, of_graph.outputs)
            && pairs.into_iter().all(|(a, b)| a.name() == b.name() && alike(a) == alike(b));
        if !same {
            return Err(other(format!("layer {index} has other connections or sizes")));
        }
        floats.push(in_units(spec, index, numbers));
    }
    match found.next() {
        None => Ok(floats),
        Some((index, _)) => Err(other(format!("the nodes have a layer {index}"))),
    }
}
