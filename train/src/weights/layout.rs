//! Which tensors a network has: their names, shapes and numbers, and the way back.

use crate::cell::{Cell, Neurons};
use crate::network::{
    Block, Connection, Dense, Layer, NORM, Norm, Population, SpikingNet, to_vec, transposed,
};
use crate::wiring::Plan;
use spikestream::Error;
use spikestream::spec::Reset;
use std::collections::BTreeMap;

/// Parameters by name, row-major.
pub(super) type Values = BTreeMap<String, Vec<f32>>;

/// What a tensor is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Role {
    /// The matrix of a layer.
    Matrix,
    /// The kernels of a block.
    Kernel,
    /// Goes with the weight of the same prefix.
    Bias,
    /// Goes with the weight of the same prefix.
    Delay,
    /// Weights from spikes to the next step.
    Recurrent,
    /// The leak.
    Beta,
    /// The threshold.
    Theta,
    /// What a spike does: 0 subtracts the threshold, 1 clears the membrane.
    Reset,
    /// What a spike is.
    Spike,
    /// Of a normalisation; files of other libraries have none.
    Norm,
}

/// What a slot holds.
#[derive(Clone, Debug)]
pub enum Content {
    /// Parameters; of a constant those behind it.
    Learnt(Vec<f32>),
    /// A constant of the config, never written.
    Fixed(f32),
}

/// The place of a tensor in a network.
#[derive(Clone, Debug)]
pub struct Slot {
    /// Its name in files.
    pub name: String,
    /// What it is.
    pub role: Role,
    /// Its shape.
    pub shape: Vec<usize>,
    /// What it holds.
    pub content: Content,
}

/// A network as the tensors of a file.
pub trait Parts: Sized {
    /// All places, input side first.
    fn slots(&self) -> Vec<Slot>;

    /// The same network with other parameters, one value a slot.
    ///
    /// # Errors
    /// None of its own.
    fn with(self, values: &Values) -> Result<Self, Error>;
}

impl Parts for SpikingNet {
    fn slots(&self) -> Vec<Slot> {
        let mut plans = self.populations();
        let mut of = |(place, layer): (String, &Layer)| match layer {
            Layer::Block(block) => block_slots(&place, block),
            Layer::Dense(dense) => dense_slots(&place, dense),
            Layer::Any(_) => plans.next().map_or_else(Vec::new, |of| population_slots(&place, of)),
        };
        let blocks = self.config().blocks.len();
        let layers = self.layers().iter().enumerate();
        layers.flat_map(|(index, layer)| of((stem(index, blocks), layer))).collect()
    }

    fn with(self, values: &Values) -> Result<Self, Error> {
        let blocks = self.config().blocks.len();
        Ok(self.map_layers(|index, layer| {
            let stem = stem(index, blocks);
            match layer {
                Layer::Block(block) => Layer::Block(with_block(&stem, block, values)),
                Layer::Dense(dense) => Layer::Dense(with_dense(&stem, dense, values)),
                Layer::Any(layer) => Layer::Any(with_population(&stem, layer, values)),
            }
        }))
    }
}

/// The beginning of the names of a layer's tensors, behind so many blocks.
fn stem(index: usize, blocks: usize) -> String {
    match index.checked_sub(blocks) {
        None => format!("blocks.{index}"),
        Some(index) => format!("layers.{index}"),
    }
}

/// The beginning of the names of a connection's tensors, as in a network that ships.
fn wire_stem(stem: &str, number: usize) -> String {
    match number {
        0 => stem.into(),
        _ => format!("{stem}.connections.{}", number - 1),
    }
}

fn population_slots(place: &str, (plan, layer): (&Plan, &Population)) -> Vec<Slot> {
    if !layer.has_neurons() {
        return Vec::new();
    }
    let mut slots = Vec::new();
    for (number, (wire, own)) in plan.wires.iter().zip(layer.wires()).enumerate() {
        let stem = wire_stem(place, number);
        let role = match (number, wire.shape.len()) {
            (0, 4) => Role::Kernel,
            (0, _) => Role::Matrix,
            _ => Role::Recurrent,
        };
        slots.push(learnt(format!("{stem}.weight"), role, &wire.shape, own.rows()));
        let delays = own
            .delays()
            .map(|rows| learnt(format!("{stem}.delay"), Role::Delay, &wire.shape, rows));
        slots.extend(delays);
    }
    let bias = layer.bias();
    slots.extend(
        bias.map(|bias| learnt(format!("{place}.bias"), Role::Bias, &[plan.volume.channels], bias)),
    );
    slots.extend(cell_slots(place, layer.cell()));
    slots
}

/// A place of numbers that are learnt.
fn learnt(name: String, role: Role, shape: &[usize], numbers: Vec<f32>) -> Slot {
    Slot { name, role, shape: shape.to_vec(), content: Content::Learnt(numbers) }
}

fn dense_slots(stem: &str, layer: &Dense) -> Vec<Slot> {
    let linear = layer.connection.linear();
    let [inputs, outputs] = linear.dims();
    let (rows, bias) = linear.to_rows();
    let matrix = [outputs, inputs];
    let mut slots = vec![learnt(format!("{stem}.linear.weight"), Role::Matrix, &matrix, rows)];
    let bias = bias.map(|b| learnt(format!("{stem}.linear.bias"), Role::Bias, &[outputs], b));
    slots.extend(bias);
    slots.extend(norm_slots(stem, layer.norm.as_ref()));
    if let Connection::Delay(delay) = &layer.connection {
        let rows = transposed(&delay.unclamped(), inputs, outputs);
        slots.push(learnt(format!("{stem}.delay"), Role::Delay, &matrix, rows));
    }
    slots.extend(cell_slots(stem, &layer.cell));
    slots
}

fn block_slots(stem: &str, block: &Block) -> Vec<Slot> {
    let (weight, bias) = block.params();
    let (kernels, channels) = (weight.dims(), bias.dims());
    let weight = to_vec(weight.val());
    let bias = to_vec(bias.val());
    let mut slots = vec![
        learnt(format!("{stem}.conv.weight"), Role::Kernel, &kernels, weight),
        learnt(format!("{stem}.conv.bias"), Role::Bias, &channels, bias),
    ];
    slots.extend(norm_slots(stem, block.norm()));
    slots.extend(cell_slots(stem, block.cell()));
    slots
}

fn norm_slots(stem: &str, norm: Option<&Norm>) -> Vec<Slot> {
    let Some(norm) = norm else { return Vec::new() };
    let slot = |(name, numbers): (&str, Vec<f32>)| {
        learnt(format!("{stem}.norm.{name}"), Role::Norm, &[numbers.len()], numbers)
    };
    NORM.into_iter().zip(norm.numbers()).map(slot).collect()
}

fn with_norm(stem: &str, norm: Norm, values: &Values) -> Norm {
    norm.with(NORM.map(|name| values.get(&format!("{stem}.norm.{name}")).cloned()))
}

fn cell_slots(stem: &str, cell: &Cell) -> Vec<Slot> {
    let slot = |name: &str, role, content: Content| {
        let shape = match &content {
            Content::Learnt(numbers) => vec![numbers.len()],
            Content::Fixed(_) => vec![1],
        };
        Slot { name: format!("{stem}.cell.{name}"), role, shape, content }
    };
    let mut slots = Vec::new();
    if let Cell::RecurrentLif(cell) = cell {
        let square = [cell.neurons(); 2];
        let weight = to_vec(cell.weight());
        let name = format!("{stem}.cell.recurrent.weight");
        slots.push(learnt(name, Role::Recurrent, &square, weight));
    }
    let membrane = cell.membrane();
    let (beta, theta) = membrane.constants();
    // Neither of the two has a beta of its own.
    if !matches!(cell, Cell::If(_) | Cell::Lapicque(_)) {
        let raw = beta.raw().map(|raw| Content::Learnt(to_vec(raw.val())));
        let content = raw.unwrap_or(Content::Fixed(beta.value()));
        slots.push(slot("beta_logit", Role::Beta, content));
    }
    let raw = theta.raw().map(|raw| Content::Learnt(to_vec(raw.val())));
    let content = raw.unwrap_or(Content::Fixed(theta.value()));
    slots.push(slot("theta_log", Role::Theta, content));
    let reset = match membrane.reset() {
        Reset::Subtract => 0.0,
        Reset::Zero => 1.0,
    };
    slots.push(slot("reset", Role::Reset, Content::Fixed(reset)));
    slots.push(slot("spike", Role::Spike, Content::Fixed(1.0)));
    slots
}

fn with_dense(stem: &str, layer: Dense, values: &Values) -> Dense {
    let Dense { connection, norm, cell } = layer;
    let norm = norm.map(|norm| with_norm(stem, norm, values));
    let get = |name: &str| values.get(&format!("{stem}.{name}"));
    let [inputs, outputs] = connection.linear().dims();
    let connection = connection.map_linear(|linear| match get("linear.weight") {
        Some(rows) => linear.with_rows(rows, get("linear.bias").map(Vec::as_slice)),
        None => linear,
    });
    let connection = match (connection, get("delay")) {
        (Connection::Delay(delay), Some(rows)) => {
            Connection::Delay(delay.with_delays(transposed(rows, outputs, inputs)))
        }
        (connection, _) => connection,
    };
    Dense { connection, norm, cell: with_cell(stem, cell, values) }
}

fn with_block(stem: &str, block: Block, values: &Values) -> Block {
    let cell = with_cell(stem, block.cell().clone(), values);
    let block = block.map_norm(|norm| with_norm(stem, norm, values));
    let get = |name: &str| values.get(&format!("{stem}.conv.{name}")).cloned();
    match (get("weight"), get("bias")) {
        (Some(weight), Some(bias)) => block.with(weight, bias, cell),
        _ => block,
    }
}

fn with_population(place: &str, layer: Population, values: &Values) -> Population {
    let get = |name: String| values.get(&name).cloned();
    let numbers = |number| {
        let stem = wire_stem(place, number);
        (get(format!("{stem}.weight")), get(format!("{stem}.delay")))
    };
    layer.with(numbers, get(format!("{place}.bias")), |cell| with_cell(place, cell, values))
}

fn with_cell(stem: &str, cell: Cell, values: &Values) -> Cell {
    let get = |name: &str| values.get(&format!("{stem}.cell.{name}")).cloned();
    let cell = match (cell, get("recurrent.weight")) {
        (Cell::RecurrentLif(cell), Some(rows)) => Cell::RecurrentLif(cell.with_weight(rows)),
        (cell, _) => cell,
    };
    cell.map_membrane(|membrane| {
        membrane.map_constants(|beta, theta| {
            let beta = match get("beta_logit") {
                Some(raw) => beta.with_raw(raw),
                None => beta,
            };
            let theta = match get("theta_log") {
                Some(raw) => theta.with_raw(raw),
                None => theta,
            };
            (beta, theta)
        })
    })
}
