//! From a network of the chip to a graph: its neurons by time constants, its weights in thresholds, and what NIR cannot say
//! as metadata.

use super::NirError;
use super::graph::{Graph, Node};
use super::kinds;
use super::own;
use super::part::Conv as OfGraph;
use crate::Error;
use crate::layer::kinds::{Flatten, Kind, Volume};
use crate::neuron::lif::kept;
use crate::spec::{Connection, Net, NetSpec, Wired};
use std::collections::BTreeMap;

/// Seconds of a time step in what is written: the one that everybody takes who is told none.
pub const STEP: f64 = 1e-4;

impl Graph {
    /// A network as a graph, which [`Graph::network`] makes the same network of again.
    ///
    /// The leak is taken as the share that it leaves: real-valued neurons have no floor.
    ///
    /// # Errors
    /// A layer that NIR has no node for: pools of the largest, neurons other than `lif`, `if` and `synaptic`.
    ///
    /// # Example
    /// ```
    /// use spikestream::nir::Graph;
    /// use spikestream::spec::example;
    ///
    /// let graph = Graph::of_net(&example(&[4, 3, 2]))?;
    /// assert_eq!(graph.nodes["layers.1"].kind, "LIF");
    /// # Ok::<(), spikestream::Error>(())
    /// ```
    pub fn of_net(net: &Net) -> Result<Self, Error> {
        let wiring = net.spec.wiring()?;
        let mut writing = Writing { net, wiring: &wiring, graph: Self::default() };
        writing.graph.nodes.insert("input".into(), kinds::input(&writing.shape(0)));
        for layer in 0..wiring.len() {
            writing.layer(layer)?;
        }
        let last = wiring.len();
        writing.graph.nodes.insert("output".into(), kinds::output(&writing.shape(last)));
        let end = writing.source(last);
        writing.edge(&end, "output");
        writing.graph.metadata = own::metadata(net, STEP)?;
        Ok(writing.graph)
    }
}

/// A graph that grows.
struct Writing<'a> {
    net: &'a Net,
    wiring: &'a [Wired],
    graph: Graph,
}

fn refused(layer: usize, why: impl Into<String>) -> Error {
    NirError::Export { layer, why: why.into() }.into()
}

/// The shape of units in NIR: a single axis, unless they have rows or columns.
fn shape(volume: Volume) -> Vec<usize> {
    let Volume { channels, height, width } = volume;
    if volume.area() == 1 { vec![channels] } else { vec![channels, height, width] }
}

/// The place in the chip's order of each unit in NIR's.
fn order(volume: Volume) -> Vec<usize> {
    let (channels, area) = (volume.channels, volume.area());
    (0..volume.units()).map(|unit| unit % area * channels + unit / area).collect()
}

impl Writing<'_> {
    fn spec(&self) -> &NetSpec {
        &self.net.spec
    }

    /// The name of the node that passes a source on: 0 is the input, `l + 1` is layer `l`.
    fn source(&self, source: usize) -> String {
        match source {
            0 => "input".into(),
            layer => format!("layers.{}", layer - 1),
        }
    }

    fn volume(&self, source: usize) -> Volume {
        match source {
            0 => self.spec().input_volume(),
            layer => self.wiring[layer - 1].volume,
        }
    }

    /// The place in the chip's order of each unit that a source passes on, in NIR's: a `flatten` of the chip keeps the
    /// order of the chip, and one of NIR that of NIR.
    fn order(&self, mut source: usize) -> Vec<usize> {
        while source > 0 && self.spec().layers[source - 1].first.name() == Flatten::NAME {
            source = self.wiring[source - 1].connections[0].source;
        }
        order(self.volume(source))
    }

    /// The shape of a source; an input that was said to have one keeps it.
    fn shape(&self, source: usize) -> Vec<usize> {
        match self.spec().input {
            Some(Volume { channels, height, width }) if source == 0 => {
                vec![channels, height, width]
            }
            _ => shape(self.volume(source)),
        }
    }

    fn edge(&mut self, from: &str, to: &str) {
        self.graph.edges.push([from.into(), to.into()]);
    }

    /// Adds a node behind another one, and returns its name.
    fn behind(&mut self, from: &str, name: String, node: Node) -> String {
        self.edge(from, &name);
        self.graph.nodes.insert(name.clone(), node);
        name
    }

    fn layer(&mut self, layer: usize) -> Result<(), Error> {
        let wired = &self.wiring[layer];
        let name = self.source(layer + 1);
        if wired.relay.is_some() {
            let from = self.source(wired.connections[0].source);
            let node = self.relay(layer, &wired.connections[0])?;
            self.behind(&from, name, node);
            return Ok(());
        }
        let theta = f64::from(self.spec().layers[layer].threshold);
        let step = self.spec().stream.share() / theta;
        let weights: Vec<f32> =
            self.net.layers[layer].weights.iter().map(|q| (f64::from(*q) * step) as f32).collect();
        let unit = theta * crate::neuron::unit(self.spec(), layer, theta as i32);
        let biases: Vec<f32> = self.net.layers[layer]
            .biases
            .iter()
            .map(|bias| (f64::from(*bias) / unit) as f32)
            .collect();
        let node = self.neurons(layer)?;
        self.graph.nodes.insert(name.clone(), node);
        let (mut weights, mut delays) = (&weights[..], &self.net.layers[layer].delays[..]);
        for (number, connection) in wired.connections.iter().enumerate() {
            let (own, others) = weights.split_at(connection.weight_count());
            let (late, later) = delays.split_at(connection.delay_count());
            (weights, delays) = (others, later);
            let from = self.source(connection.source);
            let biases = if number == 0 { &biases[..] } else { &[] };
            let map = match number {
                0 => format!("{name}.map"),
                _ => format!("{name}.map.{number}"),
            };
            let numbers = Numbers { weights: own, delays: late, biases };
            self.connection(layer, connection, &numbers, (&from, map, &name))?;
        }
        Ok(())
    }

    fn relay(&self, layer: usize, connection: &Connection) -> Result<Node, Error> {
        let fields = &self.spec().layers[layer].first.fields;
        let pair = |field: &str| {
            let numbers = fields.get(field)?.as_array()?;
            let number = |at: usize| numbers.get(at)?.as_integer()?.try_into().ok();
            Some([number(0)?, number(1)?])
        };
        let kernel = pair("kernel").unwrap_or([1, 1]);
        let stride = pair("stride").unwrap_or(kernel);
        match (
            self.spec().layers[layer].first.name(),
            fields.get("reduce").and_then(|r| r.as_str()),
        ) {
            ("flatten", _) => Ok(kinds::flatten(&self.shape(connection.source))),
            (_, Some("sum")) => Ok(kinds::sum_pool2d(kernel, stride)),
            (_, Some("average")) => Ok(kinds::avg_pool2d(kernel, stride)),
            (_, reduce) => {
                Err(refused(layer, format!("a pool of {}", reduce.unwrap_or("its kind"))))
            }
        }
    }

    fn neurons(&self, layer: usize) -> Result<Node, Error> {
        let shape = shape(self.wiring[layer].volume);
        let Some(cell) = self.spec().cell(layer) else {
            let shift = self.spec().neuron.leak;
            return Ok(lif(&shape, kept(shift), 1.0));
        };
        let equations = cell.equations().map_err(|e| refused(layer, e.to_string()))?;
        let parameter = |name: &str| {
            equations
                .parameters
                .iter()
                .find(|(own, _)| own == name)
                .map_or(1.0, |(_, value)| *value)
        };
        let theta = parameter("theta");
        match &*cell.kind {
            "lif" => Ok(lif(&shape, parameter("beta"), theta)),
            "if" => Ok(kinds::integrate(&shape, theta)),
            "synaptic" if parameter("alpha") < 1.0 && parameter("beta") < 1.0 => {
                let shares = [parameter("alpha"), parameter("beta")];
                Ok(kinds::cuba_lif(&shape, STEP, shares, theta))
            }
            "synaptic" => Err(refused(layer, "neurons behind a synapse that forget nothing")),
            kind => Err(refused(layer, format!("neurons of kind {kind}"))),
        }
    }

    fn connection(
        &mut self,
        layer: usize,
        connection: &Connection,
        numbers: &Numbers<'_>,
        (from, map, to): (&str, String, &str),
    ) -> Result<(), Error> {
        let volume = connection.from;
        let source = self.shape(connection.source);
        match &*connection.kind {
            "dense" | "recurrent" if connection.weights.len() == 2 => {
                let columns = volume.units();
                let order = self.order(connection.source);
                let weights = columns_in_order(numbers.weights, columns, &order);
                let from = self.flat(from, &map, &source);
                let node = dense(&weights, columns, numbers.biases);
                let map = self.behind(&from, map, node);
                self.edge(&map, to);
            }
            "delay" => {
                let order = self.order(connection.source);
                self.delayed(numbers, (from, map, to), &order, &source);
            }
            "conv" => {
                let conv = self.kernel(layer, connection, numbers)?;
                let size = [volume.height, volume.width];
                let from = match source.len() {
                    // A channel each, of one place.
                    1 => return Err(refused(layer, "a convolution of what lies in no image")),
                    _ => from,
                };
                let map = self.behind(from, map, kinds::conv2d(&conv, size));
                self.edge(&map, to);
            }
            "recurrent" | "skip" => {
                let own = self.order(connection.source);
                let weight =
                    |at: &usize| numbers.weights[if numbers.weights.len() == 1 { 0 } else { *at }];
                let scales: Vec<f32> = own.iter().map(weight).collect();
                let map = self.behind(from, map, kinds::scale(&source, &scales));
                self.edge(&map, to);
            }
            kind => return Err(refused(layer, format!("a connection of kind {kind}"))),
        }
        Ok(())
    }

    /// What a source passes on along one axis.
    fn flat(&mut self, from: &str, map: &str, source: &[usize]) -> String {
        match source.len() {
            1 => from.to_owned(),
            _ => self.behind(from, format!("{map}.flat"), kinds::flatten(source)),
        }
    }

    /// A map for each delay that there is, of the synapses that have it.
    fn delayed(
        &mut self,
        numbers: &Numbers<'_>,
        (from, map, to): (&str, String, &str),
        order: &[usize],
        source: &[usize],
    ) {
        let columns = order.len();
        let from = self.flat(from, &map, source);
        let mut biases = numbers.biases;
        let mut by_delay = BTreeMap::<u8, Vec<f32>>::new();
        by_delay.insert(0, vec![0.0; numbers.weights.len()]);
        for (at, (weight, delay)) in numbers.weights.iter().zip(numbers.delays).enumerate() {
            let none = || vec![0.0; numbers.weights.len()];
            by_delay.entry(*delay).or_insert_with(none)[at] = *weight;
        }
        for (delay, weights) in by_delay {
            let weights = columns_in_order(&weights, columns, order);
            let node = dense(&weights, columns, std::mem::take(&mut biases));
            let (from, map) = match delay {
                0 => (from.clone(), map.clone()),
                _ => {
                    let late = kinds::delay(&[columns], f64::from(delay) * STEP);
                    let late = self.behind(&from, format!("{map}.delay.{delay}"), late);
                    (late, format!("{map}.late.{delay}"))
                }
            };
            let map = self.behind(&from, map, node);
            self.edge(&map, to);
        }
    }

    /// The kernel of a convolution, with its own fields.
    fn kernel(
        &self,
        layer: usize,
        connection: &Connection,
        numbers: &Numbers<'_>,
    ) -> Result<OfGraph, Error> {
        let described = self.spec().layers[layer].described();
        let place = |number| crate::spec::place(layer, number);
        let mut all = described.enumerate();
        let of = all.find(|(number, _)| place(*number) == connection.place).map(|(_, of)| of);
        let fields = of.map(|of| of.fields.clone()).unwrap_or_default();
        let table: toml::Table = fields.into_iter().collect();
        let own: crate::layer::kinds::Conv =
            table.try_into().map_err(|e: toml::de::Error| refused(layer, e.to_string()))?;
        let [channels, seen] = [connection.weights[0], connection.weights[1]];
        let mut biases = numbers.biases.to_vec();
        biases.resize(channels, 0.0);
        Ok(OfGraph {
            channels,
            seen,
            kernel: own.kernel,
            stride: own.stride,
            padding: own.padding,
            dilation: [1, 1],
            groups: own.groups,
            weights: numbers.weights.to_vec(),
            biases,
            flat: false,
        })
    }
}

/// The numbers of a connection; biases are those of the layer's first.
struct Numbers<'a> {
    weights: &'a [f32],
    delays: &'a [u8],
    biases: &'a [f32],
}

fn lif(shape: &[usize], beta: f64, theta: f64) -> Node {
    match beta < 1.0 {
        true => kinds::lif(shape, STEP, beta, theta),
        false => kinds::integrate(shape, theta),
    }
}

/// `[rows, columns]` with the columns in another order.
fn columns_in_order(weights: &[f32], columns: usize, order: &[usize]) -> Vec<f32> {
    weights.chunks(columns).flat_map(|row| order.iter().map(move |at| row[*at])).collect()
}

fn dense(weights: &[f32], columns: usize, biases: &[f32]) -> Node {
    let shape = [weights.len() / columns, columns];
    match biases.iter().any(|bias| *bias != 0.0) {
        true => kinds::affine(shape, weights, biases),
        false => kinds::linear(shape, weights),
    }
}
