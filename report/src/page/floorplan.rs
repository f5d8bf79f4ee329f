//! A picture of a routed FPGA: which block of the design lies in which tile.

use std::collections::BTreeMap;
use std::fmt::Write;

use super::blocks::{Blocks, OTHERS};
use super::layout::{Layout, Placed};
use crate::markup::{Element, element, text};
use spikestream_flows::board::part::Part;
use spikestream_flows::family::plan::Kind;
use spikestream_flows::family::{self, Family};

/// The side of a tile and what of it is filled, in the picture's units.
const TILE: u32 = 9;
const FILLED: u32 = 8;

/// Tiles shown around what is used.
const AROUND: u32 = 2;

/// The drawing's name in a page.
const DRAWING: &str = "drawing";

/// The colours of the blocks, largest first; the last is everything else's.
const COLOURS: [&str; 10] = [
    "#4e79a7", "#f28e2b", "#59a14f", "#b07aa1", "#e15759", "#76b7b2", "#edc948", "#9c755f",
    "#ff9da7", "#9aa0a8",
];
const RAM: &str = "#5b6b8c";
const PIN: &str = "#2a9d8f";
const CLOCK: &str = "#d1495b";

/// How the picture looks when it is not part of a page.
const STYLE: &str = "svg{color:#1f2328;font-family:system-ui,sans-serif}\
    @media (prefers-color-scheme:dark){svg{color:#e6e6e6}}";

/// A routed FPGA, as it is drawn.
#[derive(Debug)]
pub(crate) struct Floorplan {
    family: &'static dyn Family,
    columns: u32,
    rows: u32,
    blocks: Blocks,
    /// The blocks of the logic, by column, row and place in the tile.
    logic: BTreeMap<(u32, u32, u32), usize>,
    others: Vec<Placed>,
    path: Vec<(u32, u32)>,
}

/// A part of the picture.
#[derive(Debug, PartialEq, Eq)]
struct Window {
    left: u32,
    top: u32,
    width: u32,
    height: u32,
}

/// A line of the legend.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Entry {
    pub(crate) colour: &'static str,
    pub(crate) name: String,
    pub(crate) count: usize,
}

impl Floorplan {
    /// The picture of a routed design, with a path through these tiles.
    pub(crate) fn of(layout: &Layout, part: &Part, path: Vec<(u32, u32)>) -> Self {
        let is_logic = |cell: &&Placed| matches!(cell.kind, Kind::Logic(_));
        let (logic, others): (Vec<&Placed>, Vec<&Placed>) = layout.cells.iter().partition(is_logic);
        // A LUT and the flip-flop behind it are one.
        let mut places = BTreeMap::new();
        for cell in logic {
            if let Kind::Logic(slot) = cell.kind {
                places.entry((cell.x, cell.y, slot)).or_insert(cell.place.as_ref());
            }
        }
        let blocks = Blocks::of(places.values().copied());
        let logic = places.iter().map(|(at, place)| (*at, blocks.index(*place))).collect();
        let beyond = |at: fn(&Placed) -> u32| layout.cells.iter().map(at).max().unwrap_or(0) + 1;
        Self {
            family: part.family,
            columns: part.grid.0.max(beyond(|cell| cell.x)),
            rows: part.grid.1.max(beyond(|cell| cell.y)),
            blocks,
            logic,
            others: others.into_iter().cloned().collect(),
            path,
        }
    }

    /// The legend: blocks first, then what is not logic.
    pub(crate) fn legend(&self) -> Vec<Entry> {
        let colour = |index: usize, name: &str| match name {
            OTHERS => COLOURS[COLOURS.len() - 1],
            _ => COLOURS[index.min(COLOURS.len() - 1)],
        };
        let blocks = self.blocks.counts.iter().enumerate().map(|(index, (name, count))| Entry {
            colour: colour(index, name),
            name: name.clone(),
            count: *count,
        });
        let count = |kind| self.others.iter().filter(|cell| cell.kind == kind).count();
        let ram = family::plain_name(self.family.resources().ram);
        let kinds =
            [(RAM, Kind::Ram, ram), (PIN, Kind::Pin, "pins"), (CLOCK, Kind::Clock, "clock")];
        let kinds = kinds.into_iter().map(|(colour, kind, name)| Entry {
            colour,
            name: name.to_owned(),
            count: count(kind),
        });
        blocks.chain(kinds).filter(|entry| entry.count > 0).collect()
    }

    /// The picture, for a page: what is used of the FPGA, with lines and texts in the page's colour.
    pub(crate) fn picture(&self) -> Element {
        let Window { left, top, width, height } = self.used();
        let view = format!("{left} {top} {width} {height}");
        self.drawn(element("svg").with("viewBox", view))
    }

    /// The whole FPGA, small, with a frame around what the picture shows; none if that is all.
    pub(crate) fn whole(&self) -> Option<Element> {
        let (whole, used) = (self.die(), self.used());
        if whole == used {
            return None;
        }
        let frame = rect(used.left, used.top, used.width, used.height).with("fill", "none");
        let frame = frame.with("stroke", "currentColor").with("stroke-width", TILE / 2);
        let view = format!("0 0 {} {}", whole.width, whole.height);
        let svg = element("svg").with("viewBox", view).with("role", "img").class("whole");
        let svg = svg.with("aria-label", "The whole FPGA, and which part of it is shown");
        Some(svg.child(element("use").with("href", format!("#{DRAWING}"))).child(frame))
    }

    fn die(&self) -> Window {
        Window { left: 0, top: 0, width: self.columns * TILE, height: self.rows * TILE }
    }

    /// The logic, the block RAMs and some tiles around them; everything, unless that is much more.
    fn used(&self) -> Window {
        let rams = self.others.iter().filter(|cell| cell.kind == Kind::Ram);
        let logic = self.logic.keys().map(|(x, y, _)| (*x, *y));
        let tiles = logic.chain(rams.map(|cell| (cell.x, cell.y)));
        let tiles: Vec<(u32, u32)> = tiles.map(|(x, y)| (x, self.row(y))).collect();
        let range = |at: fn(&(u32, u32)) -> u32, end: u32| {
            let first = tiles.iter().map(at).min().unwrap_or(0).saturating_sub(AROUND);
            let last = tiles.iter().map(at).max().unwrap_or(end) + AROUND;
            (first, last.min(end - 1) + 1 - first)
        };
        let (left, columns) = range(|tile| tile.0, self.columns);
        let (top, rows) = range(|tile| tile.1, self.rows);
        if 2 * columns * rows > self.columns * self.rows {
            return self.die();
        }
        let [left, top, width, height] = [left, top, columns, rows].map(|tiles| tiles * TILE);
        Window { left, top, width, height }
    }

    /// The picture as a file of its own, with its legend.
    pub(crate) fn file(&self, title: &str, routed: &str) -> Element {
        let (width, height) = (self.columns * TILE, self.rows * TILE);
        let size = height / 36 + 2;
        let legend = self.legend();
        let letters = legend.iter().map(|entry| entry.name.len() + 8).max().unwrap_or(0) as u32;
        let whole = width + 2 * size + letters * size * 6 / 10;
        let svg = element("svg")
            .with("xmlns", "http://www.w3.org/2000/svg")
            .with("viewBox", format!("-4 -4 {} {}", whole + 8, height + 8))
            .with("data-routed", routed)
            .child(text("title", title))
            .child(element("style").style(STYLE));
        let lines = legend.iter().zip(1..).map(|(entry, line)| {
            let y = line * size * 3 / 2;
            let swatch = rect(width + size, y - size * 8 / 10, size * 8 / 10, size * 8 / 10);
            let label = format!("{}  {}", entry.name, entry.count);
            let label = text("text", label).with("x", width + size * 5 / 2).with("y", y);
            element("g").child(swatch.with("fill", entry.colour)).child(label)
        });
        let lines =
            element("g").with("font-size", size).with("fill", "currentColor").children(lines);
        self.drawn(svg).child(lines)
    }

    fn drawn(&self, svg: Element) -> Element {
        let (width, height) = (self.columns * TILE, self.rows * TILE);
        let die = rect(0, 0, width, height).with("fill", "currentColor").with("fill-opacity", 0.05);
        let drawing = element("g").with("id", DRAWING).child(die).child(self.lines());
        let blocks = self.legend().into_iter().take(self.blocks.counts.len()).enumerate();
        let blocks = blocks.map(|(index, entry)| {
            let title = format!("{}: {} logic cells", entry.name, entry.count);
            let path = element("path").with("d", self.cells(index)).with("fill", entry.colour);
            path.child(text("title", title))
        });
        let others = self.others.iter().filter_map(|cell| self.other(cell));
        let drawing = drawing.children(blocks).children(others).children(self.route());
        svg.with("role", "img").child(drawing)
    }

    /// The lines between the tiles.
    fn lines(&self) -> Element {
        let mut d = String::new();
        for column in 1..self.columns {
            let _ = write!(d, "M{} 0v{}", column * TILE, self.rows * TILE);
        }
        for row in 1..self.rows {
            let _ = write!(d, "M0 {}h{}", row * TILE, self.columns * TILE);
        }
        let lines = element("path").with("d", d).with("stroke", "currentColor");
        lines.with("stroke-opacity", 0.1).with("stroke-width", 0.5).with("fill", "none")
    }

    /// The row from the top: some families count from the bottom.
    fn row(&self, y: u32) -> u32 {
        if self.family.tiles().upwards { self.rows - 1 - y } else { y }
    }

    /// The logic cells of a block, eight to a tile: two columns of four.
    fn cells(&self, block: usize) -> String {
        let mut d = String::new();
        for (x, y, slot) in self.logic.iter().filter(|(_, b)| **b == block).map(|(at, _)| *at) {
            let (column, line) = (slot / 4, slot % 4);
            let line = if self.family.tiles().upwards { 3 - line } else { line };
            let (left, top) = (x * TILE + column * 4, self.row(y) * TILE + line * 2);
            let _ = write!(d, "M{left} {top}h4v2h-4z");
        }
        d
    }

    fn other(&self, cell: &Placed) -> Option<Element> {
        let name = cell.place.as_ref().map_or_else(|| cell.name.clone(), super::names::Place::path);
        let (x, y) = (cell.x * TILE, self.row(cell.y) * TILE);
        let (colour, shape, what) = match cell.kind {
            Kind::Ram => (RAM, self.ram(x, y), "block RAM"),
            Kind::Pin => (PIN, rect(x, y, FILLED, FILLED), "pin"),
            Kind::Clock => (CLOCK, rect(x, y, FILLED, FILLED), "clock"),
            Kind::Logic(_) | Kind::Other => return None,
        };
        Some(
            shape.with("fill", colour).with("rx", 1).child(text("title", format!("{what} {name}"))),
        )
    }

    /// A block RAM whose first tile is at a place.
    fn ram(&self, x: u32, y: u32) -> Element {
        let tiles = self.family.tiles();
        let (width, height) = tiles.ram;
        let above = if tiles.upwards { (height - 1) * TILE } else { 0 };
        let side = |tiles: u32| (tiles - 1) * TILE + FILLED;
        rect(x, y.saturating_sub(above), side(width), side(height))
    }

    /// The critical path.
    fn route(&self) -> Option<Element> {
        let centre = |(x, y): &(u32, u32)| {
            (x * TILE + TILE / 2, self.row((*y).min(self.rows - 1)) * TILE + TILE / 2)
        };
        let points: Vec<(u32, u32)> = self.path.iter().map(centre).collect();
        let (first, last) = (points.first()?, points.last()?);
        let line: Vec<String> = points.iter().map(|(x, y)| format!("{x},{y}")).collect();
        let line = element("polyline").with("points", line.join(" ")).with("fill", "none");
        let end =
            |at: &(u32, u32)| element("circle").with("cx", at.0).with("cy", at.1).with("r", 3);
        let group = element("g").with("stroke", "currentColor").with("stroke-width", 1.5);
        let group = group.child(text("title", "critical path"));
        Some(
            group
                .child(line)
                .child(end(first).with("fill", "currentColor"))
                .child(end(last).with("fill", "none")),
        )
    }
}

fn rect(x: u32, y: u32, width: u32, height: u32) -> Element {
    element("rect").with("x", x).with("y", y).with("width", width).with("height", height)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::page::names::Place;
    use spikestream_flows::board::part;

    fn placed(x: u32, y: u32, kind: Kind, name: &str) -> Placed {
        Placed { x, y, kind, name: name.to_owned(), place: Place::of(name) }
    }

    /// A LUT, the flip-flop behind it, and a block RAM.
    fn plan(part: &str) -> Floorplan {
        let cells = vec![
            placed(1, 2, Kind::Logic(0), "core.a.x_LUT4_Z"),
            placed(1, 2, Kind::Logic(0), "core.a.x_TRELLIS_FF_Q"),
            placed(4, 2, Kind::Ram, "core.b.memory.0.0"),
        ];
        let layout = Layout { cells, drives: BTreeMap::new() };
        Floorplan::of(&layout, &part::find(part).unwrap(), vec![(4, 2), (1, 2)])
    }

    #[test]
    fn an_ice40_counts_rows_from_the_bottom_and_an_ecp5_from_the_top() {
        // 18 rows: row 2 is the sixteenth from the top, its first logic cell the lowest.
        let ice40 = plan("ice40hx1k-tq144").picture().to_string();
        assert!(ice40.contains("d=\"M9 141h4v2h-4z\""), "{ice40}");
        assert!(ice40.contains("<rect x=\"36\" y=\"126\" width=\"8\" height=\"17\""), "{ice40}");
        let ecp5 = plan("lfe5u-85f-cabga381").picture().to_string();
        assert!(ecp5.contains("d=\"M9 18h4v2h-4z\""), "{ecp5}");
        assert!(ecp5.contains("<rect x=\"36\" y=\"18\" width=\"17\" height=\"8\""), "{ecp5}");
        assert!(ecp5.contains("points=\"40,22 13,22\""), "{ecp5}");
    }

    #[test]
    fn a_lut_and_its_flip_flop_are_one_logic_cell() {
        let legend = plan("lfe5u-85f-cabga381").legend();
        let legend: Vec<_> = legend.iter().map(|e| (e.name.as_str(), e.count)).collect();
        assert_eq!(legend, [("a", 1), ("block RAMs", 1)]);
    }

    #[test]
    fn a_picture_shows_what_is_used_and_the_whole_beside_it() {
        let plan = plan("lfe5u-85f-cabga381");
        let picture = plan.picture().to_string();
        assert!(picture.starts_with("<svg viewBox=\"0 0 63 45\""), "{}", &picture[..60]);
        let whole = plan.whole().unwrap().to_string();
        assert!(whole.starts_with("<svg viewBox=\"0 0 1143 864\""), "{whole}");
        assert!(whole.contains("href=\"#drawing\"") && picture.contains("id=\"drawing\""));
    }
}
