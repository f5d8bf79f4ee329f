//! The network that the engine runs: the same values at every neuron, by layers that it has.
//!
//! A relay is a layer of neurons that spike at the steps at which they hear anything, and whose membranes stay 0.
//!
//! | of the network | of the engine |
//! |---|---|
//! | a layer that passes on one spike for several (`max`) | a relay that hears each window with weights of one |
//! | an input that more than one connection hears, or one with delays | a relay of each input alone, which they hear instead |
//! | a connection behind a `flatten` that is no program by rows and columns | the same synapses, as a dense connection |
//!
//! A relay hears the spikes of the present step and is run before those behind it, so its spikes are of that step. Behind an
//! average, which a sum is divided by, a weight is as many times one. Relays draw no noise, so that all
//! others draw what they would without them. A network of this kind is made for the engine and for what is held against
//! it; no file holds one. What it makes of itself again is itself.

use super::super::Shortcuts;
use super::joined::{FOLDED, joined};
use crate::layer::kinds::{Conv, Described, Full, Merge, Volume};
use crate::neuron::cell::{Cell, EQUATIONS};
use crate::neuron::equations::Format;
use crate::sc::network::{Golden, Schedule};
use crate::spec::{Connection, FORMAT_OF_NAMED, Layer, LayerSpec, Net, NetSpec, Numbers, Wired};
use std::borrow::Cow;

/// The neuron of relays, by a name that no file can give one.
const RELAY: &str = "a relay";

/// It fires whenever it is driven, and keeps nothing.
const RELAYS: &str = "
threshold = \"v > 0\"
[states]
v = { initial = 0, range = [0, 1] }
[equations]
\"v'\" = \"I\"
[reset]
v = \"0\"
[input]
range = [0, 1]
";

/// The fewest bits that a neuron can have, none of them behind the point: inputs are whole.
const FORMAT: Format = Format { bits: 4, fraction: 0 };

/// A network as the engine runs it, without its numbers. Where something has no such form it stays as it is.
pub fn lowered(spec: &NetSpec) -> Cow<'_, NetSpec> {
    let relays = Relays::of(spec);
    let relayed =
        if relays.are_none() { Cow::Borrowed(spec) } else { Cow::Owned(relays.spec(spec)) };
    let folded = folded(&relayed);
    if folded.is_empty() { relayed } else { Cow::Owned(spread(relayed.into_owned(), &folded)) }
}

/// The same with its numbers.
pub fn lowered_net(net: &Net) -> Cow<'_, Net> {
    let relays = Relays::of(&net.spec);
    let relayed = if relays.are_none() { Cow::Borrowed(net) } else { Cow::Owned(relays.net(net)) };
    let folded = folded(&relayed.spec);
    if folded.is_empty() { relayed } else { Cow::Owned(spread_net(relayed.into_owned(), &folded)) }
}

/// How many layers that are none of the network's stand before its first.
pub fn layers_before(spec: &NetSpec) -> usize {
    usize::from(Relays::of(spec).input.is_some())
}

/// The golden model of a network as the engine runs it: what every stage behind it is compared with.
///
/// # Panics
/// As [`Golden::new`].
pub fn golden(net: &Net) -> Golden<'_> {
    Golden::of(lowered_net(net), Schedule::Planes)
}

/// The same as an engine runs it that leaves something out.
///
/// # Panics
/// As [`Golden::new`].
pub fn golden_on(net: &Net, shortcuts: Shortcuts) -> Golden<'_> {
    match shortcuts.net(net) {
        Cow::Borrowed(net) => golden(net),
        Cow::Owned(net) => Golden::of(Cow::Owned(lowered_net(&net).into_owned()), Schedule::Planes),
    }
}

/// The relays of a network.
#[derive(Debug)]
struct Relays {
    /// Layers that become some, with the convolution and the weight by which they hear.
    merging: Vec<(usize, Conv, i8)>,
    /// Whether the input gets one, with the convolution by which each unit hears one input.
    input: Option<Conv>,
}

impl Relays {
    fn of(spec: &NetSpec) -> Self {
        // What cannot be wired is refused elsewhere.
        let wiring = spec.wiring().unwrap_or_default();
        let each = wiring.iter().enumerate();
        let merging: Vec<_> =
            each.filter_map(|(layer, wired)| merging(spec, layer, wired)).collect();
        let passes =
            |layer: usize| wiring[layer].relay.is_some() && merging.iter().all(|of| of.0 != layer);
        let hears_input = |connection: &&Connection| {
            let mut source = connection.source;
            while let Some(layer) = source.checked_sub(1).filter(|layer| passes(*layer)) {
                source = wiring[layer].connections[0].source;
            }
            source == 0
        };
        let own = (0..wiring.len()).filter(|layer| !passes(*layer));
        let heard = own.flat_map(|layer| &wiring[layer].connections);
        let heard: Vec<&Connection> = heard.filter(hears_input).collect();
        // The first is that of the first layer, which hears the one before it.
        let alone = heard.len() <= 1 && heard.iter().all(|of| of.longest.is_none());
        Self { input: (!alone).then(|| each_alone(spec.input_volume())), merging }
    }

    fn are_none(&self) -> bool {
        self.merging.is_empty() && self.input.is_none()
    }

    fn spec(&self, spec: &NetSpec) -> NetSpec {
        let mut spec = spec.clone();
        spec.format = FORMAT_OF_NAMED;
        let equations = Some(RELAYS.to_owned());
        let cell = Cell { equations, ..Cell::new(EQUATIONS, FORMAT) };
        spec.neurons.insert(RELAY.to_owned(), cell);
        for (layer, conv, _) in &self.merging {
            let of = &spec.layers[*layer];
            spec.layers[*layer] = relay(of.inputs, of.outputs, conv);
        }
        if let Some(conv) = &self.input {
            let further = spec.layers.iter_mut().flat_map(|layer| &mut layer.connections);
            further.for_each(|connection| connection.from = connection.from.map(|from| from + 1));
            let inputs = spec.inputs();
            spec.layers.insert(0, relay(inputs, inputs, conv));
        }
        spec
    }

    fn net(&self, net: &Net) -> Net {
        let mut layers = net.layers.clone();
        for &(layer, conv, weight) in &self.merging {
            layers[layer] = weights(conv, weight);
        }
        if let Some(conv) = self.input {
            layers.insert(0, weights(conv, 1));
        }
        Net { spec: self.spec(&net.spec), layers, inputs: net.inputs.clone() }
    }
}

/// How a layer that passes on one spike for several becomes a relay, if it is one and can.
fn merging(spec: &NetSpec, layer: usize, wired: &Wired) -> Option<(usize, Conv, i8)> {
    let heard = &wired.connections[0];
    if wired.relay?.merge != Merge::Or {
        return None;
    }
    let kind = spec.layers[layer].first.kind(&heard.place).ok()?;
    let weight = 1_i32.checked_shl(heard.shift).filter(|weight| *weight <= spec.max_weight())?;
    Some((layer, kind.counting(heard.from)?, weight as i8))
}

/// A convolution that reaches each unit of a shape from the same alone.
fn each_alone(volume: Volume) -> Conv {
    Conv { groups: volume.channels, ..Conv::new(volume.channels, [1, 1]) }
}

fn relay(inputs: usize, outputs: usize, conv: &Conv) -> LayerSpec {
    LayerSpec {
        neuron: Some(RELAY.to_owned()),
        noise_bits: Some(0),
        undrawn: true,
        ..LayerSpec::new(inputs, outputs, 1).of(conv)
    }
}

/// The numbers of a relay: each channel hears one.
fn weights(conv: Conv, weight: i8) -> Layer {
    let weights = vec![weight; conv.channels * conv.kernel[0] * conv.kernel[1]];
    Layer { weights, biases: vec![0; conv.channels], delays: Vec::new() }
}

/// The connections behind a `flatten` that are no program by rows and columns, by layer and number.
fn folded(spec: &NetSpec) -> Vec<(usize, usize)> {
    let wiring = spec.wiring().unwrap_or_default();
    let is_folded = |layer: usize, connection: &Connection| {
        let Wired { volume, relay, .. } = wiring[layer];
        let passes = |layer: usize| wiring[layer].relay.is_some();
        relay.is_none()
            && volume == Volume::flat(volume.units())
            && joined(&wiring, connection, &passes).is_err_and(|unbuilt| unbuilt == FOLDED)
    };
    let connections = |layer: usize| {
        let numbered = wiring[layer].connections.iter().enumerate();
        numbered.map(move |(number, connection)| (layer, number, connection))
    };
    let all = (0..wiring.len()).flat_map(connections);
    let folded = all.filter(|(layer, _, connection)| is_folded(*layer, connection));
    folded.map(|(layer, number, _)| (layer, number)).collect()
}

fn spread(mut spec: NetSpec, folded: &[(usize, usize)]) -> NetSpec {
    for &(layer, number) in folded {
        let layer = &mut spec.layers[layer];
        let of = match number.checked_sub(1) {
            None => &mut layer.first,
            Some(further) => &mut layer.connections[further].of,
        };
        *of = Described::of(&Full {});
    }
    spec
}

fn spread_net(mut net: Net, folded: &[(usize, usize)]) -> Net {
    let wiring = net.spec.wiring().unwrap_or_default();
    for (layer, wired) in wiring.iter().enumerate() {
        let numbers = wired.numbers(&net.layers[layer]).enumerate();
        let weights = numbers.flat_map(|(number, (connection, numbers))| {
            match folded.contains(&(layer, number)) {
                true => dense(connection, &numbers, wired.volume),
                false => numbers.weights.to_vec(),
            }
        });
        net.layers[layer].weights = weights.collect();
    }
    Net { spec: spread(net.spec, folded), ..net }
}

/// The weights of a connection as those of a dense one.
fn dense(connection: &Connection, numbers: &Numbers<'_>, to: Volume) -> Vec<i8> {
    let inputs = connection.from.units();
    let mut weights = vec![0; inputs * to.units()];
    for unit in 0..inputs {
        connection.program.walk(unit, &mut |weight, target| {
            weights[target * inputs + unit] = numbers.weights[weight];
        });
    }
    weights
}

#[cfg(test)]
mod tests;
