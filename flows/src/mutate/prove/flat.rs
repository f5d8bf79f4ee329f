//! The flat netlist as far as proofs need it: its ports, and the cells that hold something.

use std::collections::BTreeMap;
use std::fmt::Write as _;

/// Cells that hold something: registers as they are after `dffunmap`, and before.
const REGISTERS: [&str; 5] = ["$dff", "$dffe", "$sdff", "$sdffe", "$sdffce"];
/// Reads, of which the newer may be reset.
pub(super) const RESETTABLE: &str = "$memrd_v2";
const READS: [&str; 2] = [RESETTABLE, "$memrd"];
const WRITE: &str = "$memwr_v2";

/// What a cell is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Kind {
    /// A register.
    Register,
    /// The word that a memory was read for, of a type of Yosys.
    Read(&'static str),
    /// A memory's port that is written to.
    Write,
}

impl Kind {
    fn of(cell: &str) -> Option<Self> {
        let read = READS.into_iter().find(|read| *read == cell);
        match cell {
            WRITE => Some(Self::Write),
            _ if REGISTERS.contains(&cell) => Some(Self::Register),
            _ => read.map(Self::Read),
        }
    }

    /// Its type after `dffunmap`.
    pub(super) fn cell(self) -> &'static str {
        match self {
            Self::Register => REGISTERS[0],
            Self::Read(cell) => cell,
            Self::Write => WRITE,
        }
    }
}

/// A cell that holds something.
#[derive(Debug, Clone)]
pub(super) struct Cell {
    /// Its name.
    pub(super) name: String,
    pub(super) kind: Kind,
    /// The bits of a word.
    pub(super) width: usize,
    /// The bits of an address; 0 for a register.
    pub(super) bits: usize,
    /// Whether it waits for a clock; a word that does not is that of its address, enabled or not.
    pub(super) is_clocked: bool,
    /// The wire that shows what it holds, and the first of its bits; of a register or a read word.
    pub(super) shows: (String, usize),
    /// What it holds in the first cycle, most significant bit first; none if that is not said.
    pub(super) init: Option<String>,
}

impl Cell {
    fn new(name: String, kind: Kind) -> Self {
        let shows = (name.clone(), 0);
        Self { name, kind, width: 0, bits: 0, is_clocked: true, shows, init: None }
    }

    /// Takes what a line of it says.
    fn read(&mut self, words: &[&str]) {
        let number = |text: &str| text.parse().unwrap_or(0);
        match words {
            ["parameter", "\\WIDTH", width] => self.width = number(width),
            ["parameter", "\\ABITS", bits] => self.bits = number(bits),
            ["parameter", "\\CLK_ENABLE", clocked] => self.is_clocked = clocked.ends_with('1'),
            // Claims cannot name what is no wire of the design's, or holds nothing.
            ["connect", "\\Q" | "\\DATA", wire, bits @ ..] if self.is_clocked => {
                if let Some(wire) = wire.strip_prefix('\\') {
                    let low = bits.first().map_or("", |bits| bits.trim_matches(['[', ']']));
                    let low = low.rsplit(':').next().and_then(|low| low.parse().ok());
                    self.shows = (wire.to_owned(), low.unwrap_or(0));
                }
            }
            _ => {}
        }
    }

    /// Whether it holds what the next cycle begins with: a memory itself is none of it.
    pub(super) fn is_state(&self) -> bool {
        self.kind != Kind::Write
    }
}

/// A port of the top.
#[derive(Debug, Clone)]
pub(super) struct Port {
    pub(super) name: String,
    pub(super) width: usize,
    pub(super) is_input: bool,
}

/// See the module.
#[derive(Debug, Default)]
pub(super) struct Flat {
    /// The text, in which the cells have names that Yosys does not take for its own.
    pub(super) text: String,
    /// The new names by the old.
    pub(super) names: BTreeMap<String, String>,
    pub(super) cells: Vec<Cell>,
    pub(super) ports: Vec<Port>,
}

impl Flat {
    /// Reads a netlist of one module.
    pub(super) fn read(netlist: &str) -> Self {
        let mut flat = Self::default();
        let mut inits: BTreeMap<&str, &str> = BTreeMap::new();
        let (mut init, mut within) = (None, None);
        for line in netlist.lines() {
            let words: Vec<&str> = line.split_whitespace().collect();
            match (words.as_slice(), &mut within) {
                (["attribute", "\\init", value], _) => {
                    init = value.split_once('\'').map(|(_, v)| v);
                }
                (["wire", options @ .., name], _) => {
                    inits.extend(init.take().map(|value| (*name, value)));
                    flat.port(options, name);
                }
                (["cell", of, name], _) => {
                    if let Some(kind) = Kind::of(of) {
                        let new = format!("state_{}", flat.names.len());
                        let _ = writeln!(flat.text, "  cell {of} \\{new}");
                        flat.names.insert((*name).to_owned(), format!("\\{new}"));
                        within = Some(Cell::new(new, kind));
                        continue;
                    }
                }
                (["end"], _) => flat.cells.extend(within.take()),
                (words, Some(cell)) => cell.read(words),
                _ => {}
            }
            let _ = writeln!(flat.text, "{line}");
        }
        for cell in flat.cells.iter_mut().filter(|cell| cell.kind == Kind::Register) {
            let (wire, low) = &cell.shows;
            let value = inits.get(format!("\\{wire}").as_str());
            let bits = value.and_then(|v| v.get(v.len().checked_sub(low + cell.width)?..));
            let bits = bits.and_then(|bits| bits.get(..cell.width));
            cell.init = bits.filter(|bits| !bits.contains('x')).map(str::to_owned);
        }
        flat
    }

    fn port(&mut self, options: &[&str], name: &str) {
        let is_input = options.contains(&"input");
        if is_input || options.contains(&"output") {
            let mut width = options.iter().skip_while(|option| **option != "width");
            let width = width.nth(1).and_then(|width| width.parse().ok()).unwrap_or(1);
            let name = name.trim_start_matches('\\').to_owned();
            self.ports.push(Port { name, width, is_input });
        }
    }

    /// What claims may name: wires of the design's.
    pub(super) fn named(&self) -> BTreeMap<&str, usize> {
        let mut named = self.held();
        named.retain(|name, _| !self.cells.iter().any(|cell| cell.name == *name));
        named
    }

    /// The widths of what is held, by the wires that show it.
    pub(super) fn held(&self) -> BTreeMap<&str, usize> {
        let mut held = BTreeMap::new();
        for cell in self.cells.iter().filter(|cell| cell.is_state()) {
            let width = held.entry(cell.shows.0.as_str()).or_insert(0);
            *width = (*width).max(cell.shows.1 + cell.width);
        }
        held
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NETLIST: &str = r"module \top
  wire width 2 input 1 \go
  wire output 2 \out
  attribute \init 4'0110
  wire width 4 \count
  cell $sdffe $auto$1
    parameter \WIDTH 3
    connect \Q \count [3:1]
  end
  cell $memrd $auto$2
    parameter \ABITS 5
    parameter \CLK_ENABLE 0
    parameter \WIDTH 8
    connect \EN 1'x
    connect \DATA \word
  end
  cell $and $auto$3
    parameter \WIDTH 9
  end
end
";

    #[test]
    fn what_holds_something_is_found_with_its_bits() {
        let flat = Flat::read(NETLIST);
        let [register, read] = &flat.cells[..] else { panic!("{:?}", flat.cells) };
        assert_eq!((register.kind, register.width, register.bits), (Kind::Register, 3, 0));
        assert_eq!(register.shows, ("count".to_owned(), 1));
        assert_eq!(register.init.as_deref(), Some("011"));
        assert_eq!((read.kind, read.width, read.bits), (Kind::Read("$memrd"), 8, 5));
        assert!(register.is_clocked && !read.is_clocked);
        assert_eq!(flat.held(), BTreeMap::from([("count", 4), ("state_1", 8)]));
        assert_eq!(flat.named(), BTreeMap::from([("count", 4)]));
        assert!(flat.text.contains("cell $sdffe \\state_0\n"), "{}", flat.text);
        assert_eq!(flat.names["$auto$2"], "\\state_1");
        let ports: Vec<(&str, usize, bool)> =
            flat.ports.iter().map(|port| (port.name.as_str(), port.width, port.is_input)).collect();
        assert_eq!(ports, [("go", 2, true), ("out", 1, false)]);
    }
}
