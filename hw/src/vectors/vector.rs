//! What a file of test vectors holds, and how it is worked out.

use super::case::{Case, Row};
use super::text::laid_out;
use serde::Serialize;
use spikestream::hardware;
use spikestream::hardware::shape::Shape;
use spikestream::hardware::{On, cycles::Cycles};
use spikestream::hex;
use spikestream::neuron::cell::Cell;
use spikestream::protocol::frame::{self, IDENTIFY, INFER, REFUSED, REPLY};
use spikestream::protocol::identity;
use spikestream::sc::network::{Golden, Outcome, Schedule, Update};
use spikestream::spec::{Connection, Layer, Net, NetSpec, Numbers, Wired};
use std::collections::BTreeMap;

/// A network and all that comes of it.
#[derive(Serialize)]
struct Vector<'a> {
    format: u32,
    /// Which options it is there for.
    covers: &'a str,
    /// The spec as the identity takes it: without provenance and hash of the weights.
    net: NetSpec,
    /// What a step of each named neuron is, operation by operation.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    programs: BTreeMap<String, String>,
    /// Each layer's integers.
    tensors: Vec<Tensors<'a>>,
    /// The identity, 64 hexadecimal digits.
    hash: String,
    /// The numbers that become pixels 0 and 255, of a network of a table.
    #[serde(skip_serializing_if = "Option::is_none")]
    ranges: Option<&'a [[f64; 2]]>,
    images: Vec<Image>,
    /// Boards that carry it, on so many lanes; none if the engine does not take it.
    boards: Vec<Board>,
}

/// The integers of a layer; nothing where it has no neurons.
#[derive(Serialize)]
struct Tensors<'a> {
    #[serde(flatten)]
    first: Synapses,
    #[serde(skip_serializing_if = "<[i32]>::is_empty")]
    bias: &'a [i32],
    /// Those of the connections beside the first.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    connections: Vec<Synapses>,
}

/// Lists of lists, in the shape of the tensor.
#[derive(Serialize)]
struct Synapses {
    #[serde(skip_serializing_if = "Option::is_none")]
    weight: Option<serde_json::Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    delay: Option<serde_json::Value>,
}

#[derive(Serialize)]
struct Image {
    /// The row of the table that the pixels are made of.
    #[serde(skip_serializing_if = "Option::is_none")]
    numbers: Option<Vec<f64>>,
    pixels: Vec<u8>,
    steps: Vec<Step>,
    counts: Vec<u32>,
    membranes: Vec<i32>,
    class: usize,
}

#[derive(Serialize)]
struct Step {
    /// The encoder's number.
    r: u8,
    /// The inputs' spikes.
    s: Vec<u8>,
    layers: Vec<LayerStep>,
}

/// One number a neuron.
#[derive(Default, Serialize)]
struct LayerStep {
    #[serde(rename = "C")]
    current: Vec<i32>,
    #[serde(rename = "V")]
    membrane: Vec<i32>,
    #[serde(rename = "s")]
    fired: Vec<u8>,
}

#[derive(Serialize)]
struct Board {
    lanes: usize,
    schedule: &'static str,
    /// Cycles from a layer's last word to the first of what comes behind it.
    drain: usize,
    exchanges: Vec<Exchange>,
}

/// Bytes to a board that is waiting for a frame, and its bytes back, in hexadecimal.
#[derive(Serialize)]
struct Exchange {
    what: String,
    request: String,
    reply: String,
}

/// The name and the text of a case's file.
pub(super) fn file(case: &Case) -> (String, String) {
    let net = case.net();
    let images = case.images(&net);
    // The networks are checked.
    let wiring = net.spec.wiring().unwrap_or_default();
    let vector = Vector {
        format: super::FORMAT,
        covers: case.covers,
        net: net.spec.clone(),
        programs: programs(&net.spec),
        tensors: wiring.iter().zip(&net.layers).map(|(wired, of)| tensors(wired, of)).collect(),
        hash: net.hash_text(),
        ranges: net.inputs.as_ref().map(|inputs| inputs.ranges.as_slice()),
        images: images.iter().map(|(numbers, pixels)| image(&net, numbers, pixels)).collect(),
        boards: case.boards.iter().map(|&(lanes, s)| board(&net, &images, lanes, s)).collect(),
    };
    // Plain data under text keys always has a form in JSON.
    let compact = serde_json::to_string(&vector).unwrap_or_default();
    (format!("{}.json", case.name), laid_out(&compact))
}

fn programs(spec: &NetSpec) -> BTreeMap<String, String> {
    // The networks are checked, so each neuron has a step.
    let text = |cell: &Cell| cell.step().map(|step| step.listing()).unwrap_or_default();
    spec.neurons.iter().map(|(name, cell)| (name.clone(), text(cell))).collect()
}

fn tensors<'a>(wired: &Wired, layer: &'a Layer) -> Tensors<'a> {
    let synapses = |(of, numbers): (&Connection, Numbers<'_>)| Synapses {
        weight: (!of.weights.is_empty()).then(|| nested(numbers.weights, &of.weights)),
        delay: of.longest.map(|_| nested(numbers.delays, &of.weights)),
    };
    let mut all = wired.numbers(layer).map(synapses);
    let first = all.next().unwrap_or(Synapses { weight: None, delay: None });
    Tensors { first, bias: &layer.biases, connections: all.collect() }
}

/// Numbers as lists of lists.
fn nested<T: Copy + Into<serde_json::Value>>(numbers: &[T], shape: &[usize]) -> serde_json::Value {
    match shape {
        [] | [_] => numbers.iter().map(|n| (*n).into()).collect(),
        [_, inner @ ..] => {
            let size = inner.iter().product::<usize>().max(1);
            numbers.chunks(size).map(|numbers| nested(numbers, inner)).collect()
        }
    }
}

fn image(net: &Net, numbers: &Option<Vec<f64>>, pixels: &[u8]) -> Image {
    let spec = &net.spec;
    let threshold = |t| spec.encoder.generator.threshold(spec.time.steps, t);
    let step = |t| Step {
        r: threshold(t),
        s: pixels.iter().map(|x| u8::from(*x > threshold(t))).collect(),
        layers: spec.layers.iter().map(|_| LayerStep::default()).collect(),
    };
    let mut steps: Vec<Step> = (0..spec.time.steps).map(step).collect();
    let outcome = observed(net, pixels, |update| {
        let layer = &mut steps[update.step as usize].layers[update.layer];
        layer.current.push(update.current);
        layer.membrane.push(update.membrane);
        layer.fired.push(u8::from(update.fired));
    });
    let Outcome { class, counts, membranes } = outcome;
    Image { numbers: numbers.clone(), pixels: pixels.to_vec(), steps, counts, membranes, class }
}

/// Runs the golden model.
///
/// # Panics
/// If its two schedules do not agree.
fn observed(net: &Net, pixels: &[u8], mut observe: impl FnMut(Update)) -> Outcome {
    let mut updates = Vec::new();
    Golden::new(net, Schedule::Stream).infer_observed(pixels, |update| updates.push(update));
    let mut others = updates.into_iter();
    let outcome = Golden::new(net, Schedule::Planes).infer_observed(pixels, |update| {
        assert_eq!(Some(update), others.next(), "the schedules differ");
        observe(update);
    });
    assert_eq!(others.next(), None, "the schedules differ");
    outcome
}

fn board(net: &Net, images: &[Row], lanes: usize, schedule: Schedule) -> Board {
    let exchange = |what: &str, request: Vec<u8>, reply: Vec<u8>| Exchange {
        what: what.into(),
        request: hex::of(&request),
        reply: hex::of(&reply),
    };
    let ask = frame::encode(IDENTIFY, &[]);
    let says = frame::encode(IDENTIFY | REPLY, &identity(net));
    let mut exchanges = vec![exchange("identify", ask, says)];
    let (golden, cycles) = (hardware::golden(net), Cycles::of(&net.spec, On::of(schedule, lanes)));
    for (number, (_, pixels)) in images.iter().enumerate() {
        let (outcome, taken) = cycles.infer(&golden, pixels);
        let reply = frame::encode(INFER | REPLY, &answer(&outcome, taken));
        let request = frame::encode(INFER, pixels);
        exchanges.push(exchange(&format!("image {number}"), request, reply));
    }
    let mut damaged = frame::encode(INFER, &images[0].1);
    if let Some(last) = damaged.last_mut() {
        *last ^= 1;
    }
    let refusals = [
        (1, damaged),
        (2, frame::encode(0x10, &[])),
        (3, frame::encode(INFER, &[])),
        // An unknown command is refused as such, whatever its length.
        (2, [&[frame::SYNC, 0x7f, 0xff, 0xff][..]].concat()),
        (3, [&[frame::SYNC, IDENTIFY, 0x01, 0x00][..]].concat()),
    ];
    for (reason, request) in refusals {
        let what = format!("refused: {}", frame::REASONS[usize::from(reason) - 1]);
        exchanges.push(exchange(&what, request, frame::encode(REFUSED, &[reason])));
    }
    let drain = Shape::of(&net.spec, schedule).drain();
    Board { lanes, schedule: schedule.name(), drain, exchanges }
}

/// The payload that answers an image.
fn answer(outcome: &Outcome, taken: u64) -> Vec<u8> {
    let mut payload = (outcome.class as u32).to_le_bytes().to_vec();
    payload.extend((taken as u32).to_le_bytes());
    for (count, membrane) in outcome.counts.iter().zip(&outcome.membranes) {
        payload.extend((*count as u16).to_le_bytes());
        payload.extend((*membrane as i16).to_le_bytes());
    }
    payload
}
