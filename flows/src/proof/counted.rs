//! A netlist with counters beside it: how often the outputs of each class of cells change, and how often each class of
//! memories is accessed.
//!
//! What is counted leaves the netlist through ports of its own, so that no name has to be looked for, and a module
//! around it counts at each edge of the board's clock. A change is one of the settled value from a cycle to the next:
//! glitches within a cycle are none.

use std::fmt::Write as _;

use serde_json::{Map, Value, json};

use crate::family::MODULE;
use crate::family::switching::{Access, Class, Switching};

/// The module around a netlist that counts.
pub const COUNTED: &str = "counted";

/// Its port with all counts, [`BITS`] each, that of the first the lowest.
pub const PORT: &str = "activity";

/// Bits of a count.
pub const BITS: usize = 64;

/// What is counted of a class of cells.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Event {
    /// An output has changed.
    Toggle,
    /// A memory was read.
    Read,
    /// A memory was written.
    Write,
}

/// One count.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Count {
    /// Of which cells.
    pub class: Class,
    /// Of what.
    pub event: Event,
}

/// A netlist that shows what is counted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Probed {
    /// It, as JSON.
    pub netlist: Vec<u8>,
    /// The module [`COUNTED`], as Verilog.
    pub module: String,
    /// The counts of its port, in order.
    pub counts: Vec<Count>,
    /// How many cells there are of each class.
    pub cells: Vec<(Class, u64)>,
}

impl Probed {
    /// A netlist of Yosys whose one module is that of a board with such a clock port.
    ///
    /// # Errors
    /// What is not as Yosys writes it.
    pub fn new(netlist: &[u8], switching: &[Switching], clock: &str) -> Result<Self, String> {
        let mut netlist: Value = serde_json::from_slice(netlist).map_err(|e| e.to_string())?;
        let module = netlist.get_mut("modules").and_then(|modules| modules.get_mut(MODULE));
        let module = module.ok_or_else(|| format!("there is no module `{MODULE}`"))?;
        let mut probes = Probes::default();
        let mut cells = Vec::new();
        for kind in switching {
            let found = of(module, kind)?;
            cells.push((kind.class, found.len() as u64));
            probes.add(kind, &found);
        }
        let ports =
            module.get_mut("ports").and_then(Value::as_object_mut).ok_or("it has no ports")?;
        let text = probes.module(ports, clock)?;
        for (port, Probe { bits, .. }) in probes.ports.iter().enumerate() {
            ports.insert(name(port), json!({ "direction": "output", "bits": bits }));
        }
        let netlist = serde_json::to_vec(&netlist).map_err(|e| e.to_string())?;
        Ok(Self { netlist, module: text, counts: probes.counts, cells })
    }
}

/// The connections of all cells of a kind.
fn of(module: &Value, kind: &Switching) -> Result<Vec<Map<String, Value>>, String> {
    let cells = module.get("cells").and_then(Value::as_object).ok_or("it has no cells")?;
    let is = |cell: &&Value| cell["type"].as_str().is_some_and(kind.is);
    let pins = |cell: &Value| cell["connections"].as_object().cloned();
    let found = cells.values().filter(is).map(pins);
    found.collect::<Option<_>>().ok_or_else(|| "a cell has no connections".to_owned())
}

/// A port of a netlist.
struct Probe {
    bits: Vec<Value>,
    /// Whether its changes are counted.
    toggles: bool,
}

/// Ports, and what is counted of them.
#[derive(Default)]
struct Probes {
    ports: Vec<Probe>,
    counts: Vec<Count>,
    /// What each count adds in a cycle, as Verilog.
    added: Vec<String>,
}

impl Probes {
    fn add(&mut self, kind: &Switching, cells: &[Map<String, Value>]) {
        if kind.outputs.is_empty() {
            return;
        }
        let bits = |cell: &Map<String, Value>| -> Vec<Value> {
            let pins = kind.outputs.iter().filter_map(|pin| cell.get(*pin)?.as_array());
            // What drives nothing has no net.
            pins.flatten().filter(|bit| bit.is_u64()).cloned().collect()
        };
        let toggles = self.port(cells.iter().flat_map(bits).collect(), true);
        self.count(kind.class, Event::Toggle, toggles.map(|of| format!("{of} ^ was_{of}")));
        let Some(accesses) = &kind.accesses else { return };
        for (event, access) in [Event::Read, Event::Write].into_iter().zip(accesses) {
            let term = self.access(access, cells);
            self.count(kind.class, event, term);
        }
    }

    /// A port of these bits; none for no bits.
    fn port(&mut self, bits: Vec<Value>, toggles: bool) -> Option<String> {
        if bits.is_empty() {
            return None;
        }
        self.ports.push(Probe { bits, toggles });
        Some(name(self.ports.len() - 1))
    }

    /// A bit a cell that is 1 in a cycle with an access.
    fn access(&mut self, access: &Access, cells: &[Map<String, Value>]) -> Option<String> {
        let pins = access.high.iter().map(|pin| ("", pin, "1"));
        let pins = pins.chain(access.low.iter().map(|pin| ("~", pin, "0")));
        let mut terms = Vec::new();
        for (not, pin, open) in pins {
            let bit = |cell: &Map<String, Value>| {
                let bit = cell.get(*pin).and_then(|bits| bits.get(0)).cloned();
                bit.unwrap_or_else(|| json!(open))
            };
            terms.push(format!("{not}{}", self.port(cells.iter().map(bit).collect(), false)?));
        }
        Some(terms.join(" & "))
    }

    fn count(&mut self, class: Class, event: Event, term: Option<String>) {
        self.counts.push(Count { class, event });
        self.added
            .push(term.map_or_else(|| "32'd0".to_owned(), |term| format!("$countones({term})")));
    }

    /// The module around a netlist with these ports.
    fn module(&self, ports: &Map<String, Value>, clock: &str) -> Result<String, String> {
        let (mut head, mut chip, mut inside) = (Vec::new(), Vec::new(), String::new());
        for (port, of) in ports {
            let way = of["direction"].as_str().ok_or_else(|| format!("`{port}` goes no way"))?;
            head.push(format!("{way} wire {port}"));
            chip.push(format!(".{port}({port})"));
        }
        head.push(format!("output wire [{}:0] {PORT}", BITS * self.counts.len() - 1));
        let mut edge = String::new();
        // Writing to a string cannot fail.
        for (port, Probe { bits, toggles }) in self.ports.iter().enumerate() {
            let (of, top) = (name(port), bits.len() - 1);
            let _ = writeln!(inside, "wire [{top}:0] {of};");
            if *toggles {
                let _ = writeln!(inside, "reg [{top}:0] was_{of} = 0;");
                let _ = writeln!(edge, "was_{of} <= {of};");
            }
            chip.push(format!(".{of}({of})"));
        }
        for (count, added) in self.added.iter().enumerate() {
            let _ = writeln!(inside, "reg [{}:0] count_{count} = 0;", BITS - 1);
            let _ = writeln!(edge, "count_{count} <= count_{count} + {{32'd0, {added}}};");
        }
        let counts = (0..self.counts.len()).rev().map(|count| format!("count_{count}"));
        Ok(format!(
            "module {COUNTED}({});\n{inside}{MODULE} chip({});\nassign {PORT} = {{{}}};\n\
             always @(posedge {clock}) begin\n{edge}end\nendmodule\n",
            head.join(", "),
            chip.join(", "),
            counts.collect::<Vec<_>>().join(", "),
        ))
    }
}

fn name(port: usize) -> String {
    format!("probe_{port}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::board::part;

    /// A lookup table, two flip-flops and a block RAM that is never written.
    const NETLIST: &str = r#"{ "modules": { "board": {
        "ports": { "clk": { "direction": "input", "bits": [2] }, "led": { "direction": "output", "bits": [4] } },
        "cells": {
            "a": { "type": "SB_LUT4", "connections": { "I0": [3], "O": [4] } },
            "b": { "type": "SB_DFF", "connections": { "C": [2], "D": [4], "Q": [3] } },
            "c": { "type": "SB_DFFE", "connections": { "C": [2], "D": [4], "Q": [5] } },
            "d": { "type": "SB_RAM40_4K", "connections": {
                "RE": ["1"], "RCLKE": [5], "WE": ["0"], "RDATA": [6, "x", 7] } }
        } } } }"#;

    fn probed(netlist: &str) -> Result<Probed, String> {
        let family = part::find("ice40up5k-sg48").unwrap().family;
        Probed::new(netlist.as_bytes(), family.switching().unwrap(), "clk")
    }

    #[test]
    fn every_class_is_counted_by_its_own_nets() {
        let probed = probed(NETLIST).unwrap();
        let count = |class: Class| probed.cells.iter().find(|(of, _)| *of == class).unwrap().1;
        let classes = [Class::Table, Class::FlipFlop, Class::Carry, Class::Ram, Class::Large];
        assert_eq!(classes.map(count), [1, 2, 0, 1, 0]);
        let netlist: Value = serde_json::from_slice(&probed.netlist).unwrap();
        let ports = &netlist["modules"]["board"]["ports"];
        let bits = |port: usize| &ports[name(port)]["bits"];
        // Tables, flip-flops, outputs of RAMs; then the pins of a read and of a write, open ones as they float.
        assert_eq!((bits(0), bits(1), bits(2)), (&json!([4]), &json!([3, 5]), &json!([6, 7])));
        assert_eq!((bits(3), bits(4)), (&json!(["1"]), &json!([5])));
        assert_eq!((bits(5), bits(6)), (&json!(["0"]), &json!(["1"])));
        let at = |class, event| probed.counts.iter().position(|c| *c == Count { class, event });
        let read = at(Class::Ram, Event::Read).unwrap();
        let line =
            format!("count_{read} <= count_{read} + {{32'd0, $countones(probe_3 & probe_4)}};");
        assert!(probed.module.contains(&line), "{}", probed.module);
        assert_eq!(at(Class::Loop, Event::Toggle), None);
    }

    #[test]
    fn what_yosys_does_not_write_is_told() {
        assert!(probed("{}").unwrap_err().contains("no module `board`"));
        assert!(probed("[").is_err());
        let broken = NETLIST.replace(r#""connections": { "I0""#, r#""x": { "I0""#);
        assert_eq!(probed(&broken).unwrap_err(), "a cell has no connections");
    }
}
