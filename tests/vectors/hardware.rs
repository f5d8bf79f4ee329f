//! The test vectors against the engine in rust-hdl's simulator and an emitted board under Verilator.

use std::path::Path;

use spikestream::hardware::Shortcuts;
use spikestream::hex;
use spikestream::sc::network::Schedule;
use spikestream::spec::{Layer, Net, NetSpec};
use spikestream_hw::emit::Options;
use spikestream_hw::neuron::Multipliers;
use spikestream_sim::uart::{FRAME_BITS, Host};
use spikestream_sim::verify::{Bench, Built, EngineBench, hdl_engine, top_source};

use super::{root, vectors};
use crate::units::builder;

/// What is said to a board and by it, and what that is.
type Exchange = (String, [Vec<u8>; 2]);

/// The numbers of lists of lists; none where there is no list.
fn flat(value: &serde_json::Value) -> Box<dyn Iterator<Item = i64> + '_> {
    match value.as_array() {
        Some(items) => Box::new(items.iter().flat_map(flat)),
        None => Box::new(value.as_i64().into_iter()),
    }
}

/// A vector as a stranger reads it.
struct Vector {
    net: Net,
    json: serde_json::Value,
}

impl Vector {
    fn read(path: &Path) -> Self {
        let json: serde_json::Value =
            serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
        let spec: NetSpec = serde_json::from_value(json["net"].clone()).unwrap();
        let layer = |tensors: &serde_json::Value| {
            let mut of = Layer {
                weights: flat(&tensors["weight"]).map(|q| q as i8).collect(),
                biases: flat(&tensors["bias"]).map(|b| b as i32).collect(),
                delays: flat(&tensors["delay"]).map(|d| d as u8).collect(),
            };
            for further in tensors["connections"].as_array().into_iter().flatten() {
                of.weights.extend(flat(&further["weight"]).map(|q| q as i8));
                of.delays.extend(flat(&further["delay"]).map(|d| d as u8));
            }
            of
        };
        let layers = json["tensors"].as_array().unwrap().iter().map(layer).collect();
        let net = Net::new(spec, layers).unwrap();
        assert_eq!(json["hash"], net.hash_text());
        Self { net, json }
    }

    fn images(&self) -> impl Iterator<Item = Vec<u8>> {
        let images = self.json["images"].as_array().unwrap().iter();
        images.map(|image| serde_json::from_value(image["pixels"].clone()).unwrap())
    }

    /// The boards that carry the network, and what is said to them and by them.
    fn boards(&self) -> impl Iterator<Item = (Built, Vec<Exchange>)> {
        self.json["boards"].as_array().unwrap().iter().map(|board| {
            let options = Options {
                clock_hz: 1_000_000,
                baud: 100_000,
                lanes: board["lanes"].as_u64().unwrap() as usize,
                schedule: Schedule::named(board["schedule"].as_str().unwrap()).unwrap(),
                loaded: None,
                multipliers: Multipliers::NONE,
                shortcuts: Shortcuts::NONE,
                led_active_low: false,
                button_active_low: false,
            };
            let exchanges = board["exchanges"].as_array().unwrap().iter().map(|exchange| {
                let bytes = |key: &str| bytes(exchange[key].as_str().unwrap());
                (exchange["what"].to_string(), [bytes("request"), bytes("reply")])
            });
            (Built::emit(&self.net, &options).unwrap(), exchanges.collect())
        })
    }
}

fn bytes(digits: &str) -> Vec<u8> {
    let pairs = digits.as_bytes().chunks(2).map(|pair| std::str::from_utf8(pair).unwrap());
    pairs.map(|pair| u8::from_str_radix(pair, 16).unwrap()).collect()
}

/// The engine in rust-hdl's simulator, at every neuron and step of each network that it takes.
#[test]
fn the_engine_runs_the_vectors() {
    let mut boards = 0;
    for path in vectors().into_iter().filter(|path| !path.ends_with("sequences.json")) {
        let vector = Vector::read(&path);
        for (built, _) in vector.boards() {
            let engine = hdl_engine(&vector.net, &built).unwrap();
            let mut bench = EngineBench::new(&vector.net, &built, "rust-hdl", engine).unwrap();
            for (number, image) in vector.images().enumerate() {
                let checked = bench.check(number, &image).unwrap();
                let first = checked.first.map(|first| first.to_string());
                assert_eq!(first, None, "{}", path.display());
            }
            boards += 1;
        }
    }
    assert!(boards >= 12, "{boards} boards");
}

/// The bytes through the pins, refusals among them.
#[test]
fn an_emitted_board_answers_as_the_vectors_say() {
    for name in ["noise", "256-classes"] {
        let vector = Vector::read(&root().join(format!("nets/vectors/{name}.json")));
        for (built, exchanges) in vector.boards() {
            let source = top_source(&built.verilog, &built.design.top);
            let model = Box::new(builder().model(&source, false).unwrap());
            let mut host = Host::new(model, "uart_rx", "uart_tx", built.clocks_per_bit()).unwrap();
            let button = host.dut().port("button").unwrap();
            host.dut().poke(button, &[0]).unwrap();
            host.idle(1000).unwrap();
            for (what, [request, reply]) in exchanges {
                host.send(&request).unwrap();
                let line = (reply.len() as u64 + 2) * FRAME_BITS * built.clocks_per_bit();
                let said = host.receive(reply.len(), built.max_cycles() + line).unwrap();
                assert_eq!(hex::of(&said), hex::of(&reply), "{name}: {what}");
                host.idle(200).unwrap();
                assert!(host.unread().is_empty(), "{name}: {what}: more came");
            }
        }
    }
}
