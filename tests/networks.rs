//! Random networks of all kinds of connections, neurons, shapes and numbers of steps on schedule `events`: golden model,
//! rust-hdl and RTL are equal at every neuron, step and cycle. One that is not is made as small as it can be.

use spikestream::hardware::{On, ensure_buildable_on};
use spikestream::random::Random;
use spikestream::sc::network::Schedule;
use spikestream::spec::{Net, arbitrary_in_hardware, smallest, with_every_kind, with_relays};
use spikestream_sim::build::Source;
use spikestream_sim::dut::Dut;
use spikestream_sim::verify::{Bench, Built, EngineBench, engine_source, hdl_engine};

use crate::engines::options;
use crate::hold::in_module;
use crate::units::builder;

/// How many networks there are.
const NETWORKS: usize = 200;

/// How many share a Verilated model.
const SHARED: usize = 20;

/// Images of a network.
const IMAGES: u64 = 3;

/// The lanes that networks take in turn.
const LANES: [usize; 6] = [4, 8, 12, 4, 8, 24];

/// The first networks that the engine takes, with their seeds and lanes.
fn networks() -> Vec<(u64, Net, usize)> {
    let lanes = |seed: u64| LANES[seed as usize % LANES.len()];
    let all = (0..).map(|seed| (seed, arbitrary_in_hardware(seed), lanes(seed)));
    let on = |lanes| On::of(Schedule::Events, lanes);
    let taken = |of: &(u64, Net, usize)| ensure_buildable_on(&of.1.spec, on(of.2)).is_ok();
    all.filter(taken).take(NETWORKS).collect()
}

fn built(net: &Net, lanes: usize) -> Built {
    Built::emit(net, &options(On::of(Schedule::Events, lanes))).unwrap()
}

/// The first thing in which a simulated engine and the golden model differ.
fn differs(net: &Net, built: &Built, simulator: &str, dut: Box<dyn Dut>) -> Option<String> {
    let mut bench = EngineBench::new(net, built, simulator, dut).unwrap();
    (0..IMAGES).find_map(|seed| {
        let mut random = Random::new(seed);
        let pixels = (0..net.spec.inputs()).map(|_| random.corner_value(8) as u8);
        let checked = bench.check(seed as usize, &pixels.collect::<Vec<_>>()).unwrap();
        let neurons: usize = net.spec.populations().iter().sum();
        let values = 3 * neurons * net.spec.time.steps as usize;
        assert!(checked.first.is_some() || checked.compared as usize > values);
        checked.first.map(|first| first.to_string())
    })
}

fn differs_in_hdl(net: &Net, lanes: usize) -> Option<String> {
    let built = built(net, lanes);
    differs(net, &built, "rust-hdl", hdl_engine(net, &built).unwrap())
}

#[test]
fn two_hundred_networks_are_equal_in_the_simulator() {
    let (mut more, mut kinds) = (0, std::collections::BTreeSet::new());
    for (seed, net, lanes) in networks() {
        if let Some(difference) = differs_in_hdl(&net, lanes) {
            let on = On::of(Schedule::Events, lanes);
            let fails = |net: &Net| {
                ensure_buildable_on(&net.spec, on).is_ok() && differs_in_hdl(net, lanes).is_some()
            };
            let small = smallest(net, fails);
            panic!("seed {seed}, {lanes} lanes: {difference}; the smallest: {:#?}", small.spec);
        }
        let connections = net.spec.layers.iter().flat_map(|layer| {
            let further = layer.connections.iter().map(|of| of.of.name());
            std::iter::once(layer.first.name()).chain(further)
        });
        kinds.extend(connections.map(str::to_owned));
        more += usize::from(net.spec.layers.len() > 1);
    }
    assert_eq!(kinds.len(), spikestream::layer::kinds::KINDS.len(), "{kinds:?}");
    assert!(more > NETWORKS / 2, "{more}");
}

#[test]
fn the_same_networks_are_equal_under_verilator() {
    for networks in networks().chunks(SHARED) {
        let all: Vec<Built> = networks.iter().map(|(_, net, lanes)| built(net, *lanes)).collect();
        let texts: Vec<&str> = all.iter().map(|built| built.verilog.as_str()).collect();
        let verilog = shared(&texts);
        // Each text is linted on its own where engines are.
        let source =
            Source { verilog: &verilog, top: "shared", clock: Some("clock"), waivers: None };
        let folder = builder().brief().build(&source, false, &[]).unwrap();
        for (number, ((seed, net, lanes), built)) in networks.iter().zip(&all).enumerate() {
            let mut model = source.load(&folder).unwrap();
            let which = model.port("which").unwrap();
            model.poke(which, &[number as u64]).unwrap();
            let difference = differs(net, built, "verilator", Box::new(model));
            assert_eq!(difference, None, "seed {seed}, {lanes} lanes");
        }
    }
}

#[test]
fn a_fault_in_what_links_have_is_seen() {
    let net = with_every_kind();
    let sound = built(&net, 12);
    for (module, text, by) in [
        // A spike that does not wait; one that is heard at another delay; a sum that is not averaged; the next column.
        ("top_engine_walker_reach", "last_word && pause == 2'd0", "last_word"),
        ("top_engine_sums", "late_1 <= late", "late_1 <= ~late"),
        ("top_engine_floor", "$signed(value) >>> shift", "value"),
        ("top_engine_next", "column <= column_ends ?", "column <= channel_ends ?"),
    ] {
        let verilog = in_module(&sound.verilog, module, text, by);
        let faulty = Built { verilog, ..sound.clone() };
        let source = Source { waivers: None, ..engine_source(&faulty.verilog) };
        let model = builder().brief().model(&source, false).unwrap();
        assert!(differs(&net, &faulty, "verilator", Box::new(model)).is_some(), "{text}");
    }
}

#[test]
fn relays_that_draw_noise_are_seen() {
    let net = with_relays();
    let sound = built(&net, 4);
    assert_eq!(differs_in_hdl(&net, 4), None);
    let (text, by) = ("advance && !passed_over", "advance");
    let verilog = in_module(&sound.verilog, "top_engine_noise", text, by);
    let faulty = Built { verilog, ..sound };
    let source = Source { waivers: None, ..engine_source(&faulty.verilog) };
    let model = builder().model(&source, false).unwrap();
    assert!(differs(&net, &faulty, "verilator", Box::new(model)).is_some());
}

/// One module with the ports of an engine, in which the one of number `which` has the clock.
fn shared(texts: &[&str]) -> String {
    let mut all = String::new();
    let ports = ports(texts[0]);
    let declared = |port: &Port| format!("    {} wire {} {}", port.way, port.range, port.name);
    let declarations: Vec<String> = ports.iter().map(declared).collect();
    let mut body = String::new();
    let outputs = || ports.iter().filter(|port| port.way == "output");
    for (number, text) in texts.iter().enumerate() {
        for module in text.split("\nmodule ").filter(|module| module.starts_with("top_engine")) {
            let end = module.find("endmodule").unwrap();
            let module = module[..end].replace("top_engine", &format!("engine_{number}"));
            all += &format!("module {module}endmodule\n");
        }
        for Port { range, name, .. } in outputs() {
            body += &format!("wire {range} {name}_{number};\n");
        }
        let pin = |port: &Port| match (port.name, port.way) {
            ("clock", _) => format!(".clock(clock && which == {number})"),
            (name, "output") => format!(".{name}({name}_{number})"),
            (name, _) => format!(".{name}({name})"),
        };
        let pins: Vec<String> = ports.iter().map(pin).collect();
        body += &format!("engine_{number} of_{number}({});\n", pins.join(", "));
    }
    for Port { name, .. } in outputs() {
        let chosen =
            (0..texts.len()).map(|number| format!("which == {number} ? {name}_{number} : "));
        body += &format!("assign {name} = {}0;\n", chosen.collect::<String>());
    }
    let declarations = declarations.join(",\n");
    format!("{all}module shared(input wire [7:0] which,\n{declarations});\n{body}endmodule\n")
}

struct Port<'a> {
    way: &'a str,
    range: &'a str,
    name: &'a str,
}

/// The ports of the engine in a text.
fn ports(text: &str) -> Vec<Port<'_>> {
    let module = text.split("\nmodule top_engine(").nth(1).unwrap();
    let module = &module[..module.find("endmodule").unwrap()];
    module.lines().filter_map(port).collect()
}

fn port(line: &str) -> Option<Port<'_>> {
    let line = line.trim().strip_suffix(';')?;
    let (way, rest) = line.split_once(' ')?;
    let name = rest.rsplit(' ').next()?;
    let range = rest.find('[').map_or("", |at| &rest[at..=rest.find(']').unwrap_or(at)]);
    ["input", "output"].contains(&way).then_some(Port { way, range, name })
}
