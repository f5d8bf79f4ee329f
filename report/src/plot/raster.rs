//! The spike raster: which neuron spikes at which time step, one panel a layer.

mod grid;

use super::axis::Axis;
use super::sheet::{EDGE, WIDTH, finish, grouped, sheet, upright};
use crate::markup::{Element, element, label, number, path, shortened};
use grid::{Grid, SHADES};

/// What one layer did with one input.
#[derive(Debug, Clone, PartialEq)]
pub struct RasterLayer {
    name: String,
    neurons: usize,
    steps: usize,
    spikes: Vec<bool>,
}

impl RasterLayer {
    /// The spikes of a layer: `spikes[step * neurons + neuron]`.
    ///
    /// # Panics
    /// If there are not `steps * neurons` of them.
    pub fn new(name: impl Into<String>, neurons: usize, steps: usize, spikes: Vec<bool>) -> Self {
        assert_eq!(spikes.len(), steps * neurons, "spikes of {steps} steps of {neurons} neurons");
        Self { name: name.into(), neurons, steps, spikes }
    }

    fn count(&self) -> u64 {
        self.spikes.iter().filter(|spike| **spike).count() as u64
    }

    /// Neurons that spike at no step, and those that spike at every one.
    fn silent_and_saturated(&self) -> (usize, usize) {
        let mut counts = vec![0; self.neurons];
        for step in self.spikes.chunks(self.neurons.max(1)) {
            for (count, spike) in counts.iter_mut().zip(step) {
                *count += usize::from(*spike);
            }
        }
        let with = |count| counts.iter().filter(|c| **c == count).count();
        (with(0), with(self.steps))
    }
}

/// The right end of every panel; what is written beside it begins a little further.
const RIGHT: f64 = WIDTH - 190.0;
const BESIDE: f64 = RIGHT + 14.0;

/// Where the first panel's name stands, the space from a name to its panel, and from there to the
/// next name.
const TOP: f64 = 80.0;
const NAME: f64 = 9.0;
const BETWEEN: f64 = 32.0;

/// The height of a line of text beside a panel.
const LINE: f64 = 18.0;

/// The spikes of some layers, first to last, as SVG: the time step to the right, the neurons upwards,
/// spikes and rate beside it.
///
/// A layer of many neurons, or of many steps, is drawn in cells of several, shaded by the share of
/// them that spike; it says so beside it. Layers may be silent, or of different lengths.
pub fn spike_raster(layers: &[RasterLayer], title: &str) -> String {
    let steps = layers.iter().map(|layer| layer.steps).max().unwrap_or(0).max(1);
    let widest = layers.iter().map(|layer| layer.neurons.saturating_sub(1).to_string().len()).max();
    let left = EDGE + 36.0 + widest.unwrap_or(1) as f64 * 8.0;
    let end = steps as f64 - 0.5;
    let across = Axis::whole(-0.5, end.max(0.5), left, RIGHT, 12);
    let mut panels = element("g").with("id", "panels");
    let mut y = TOP;
    for layer in layers {
        let grid = Grid::of(layer);
        let height = height(layer, &grid);
        panels = panels.child(panel(layer, &grid, &across, (left, y + NAME, height)));
        y += NAME + height + BETWEEN;
    }
    let bottom = y - BETWEEN;
    let what = "rate: spikes a neuron and time step";
    let what = if layers.is_empty() { "no layers" } else { what };
    let sheet = sheet(WIDTH, bottom + 54.0, &shortened(title, 80), what).child(panels);
    finish(&sheet.child(across.along_the_foot(bottom, "time step")))
}

/// High enough for the text beside it, and to tell rows apart.
fn height(layer: &RasterLayer, grid: &Grid) -> f64 {
    let lines = figures(layer, grid).len() + usize::from(grid.is_binned());
    (40.0 + 2.5 * grid.rows as f64).clamp(lines as f64 * LINE, 240.0).round()
}

fn panel(
    layer: &RasterLayer,
    grid: &Grid,
    across: &Axis,
    (left, top, height): (f64, f64, f64),
) -> Element {
    let bottom = top + height;
    let group = element("g").class("panel").with("data-name", &layer.name);
    let group = group
        .child(label("ink name", left, top - NAME, shortened(&layer.name, 60)))
        .child(upright("ink", EDGE + 11.0, f64::midpoint(top, bottom), "neuron"))
        .child(beside(layer, grid, top + 13.0));
    let frame = path("frame", format!("M{left} {top}V{bottom}H{RIGHT}"));
    if layer.spikes.is_empty() {
        return group.child(frame);
    }
    let last = layer.neurons as f64 - 0.5;
    let most = (height / 24.0) as usize;
    let up = Axis::whole(-0.5, last, bottom, top, most.max(1));
    let ends = (across.place(layer.steps as f64 - 0.5), across.place(-0.5));
    let cell = ((ends.0 - ends.1) / layer.steps as f64, height / layer.neurons as f64);
    group
        .child(up.down_the_side(left, RIGHT))
        .child(across.lines_down(top, bottom))
        .child(grid.drawn((left, bottom), cell))
        .child(frame)
}

/// Count, rate and what is conspicuous, as lines.
fn figures(layer: &RasterLayer, grid: &Grid) -> Vec<String> {
    let count = layer.count();
    let cells = layer.spikes.len();
    let rate = if cells == 0 { 0.0 } else { count as f64 / cells as f64 };
    let plural = if count == 1 { "" } else { "s" };
    let mut lines = vec![
        format!("{} spike{plural}", grouped(count)),
        format!("rate {rate:.3}"),
        format!("{} × {} steps", grouped(layer.neurons as u64), grouped(layer.steps as u64)),
    ];
    if cells > 0 {
        let (silent, saturated) = layer.silent_and_saturated();
        lines.push(format!("{} silent", grouped(silent as u64)));
        if saturated > 0 {
            lines.push(format!("{} always on", grouped(saturated as u64)));
        }
    }
    lines.extend(grid.explanation());
    lines
}

/// The figures of a layer, right of its panel, and the shades if it has any.
fn beside(layer: &RasterLayer, grid: &Grid, y: f64) -> Element {
    let lines = figures(layer, grid);
    let texts = lines.iter().zip(0..).map(|(line, i)| {
        let class = if i < 2 { "ink" } else { "soft" };
        label(class, BESIDE, y + f64::from(i) * LINE, line)
    });
    let mut group = element("g").class("beside").children(texts);
    if grid.is_binned() {
        let y = y + (lines.len() as f64 - 0.6) * LINE;
        for shade in 1..=SHADES {
            let x = BESIDE + (shade - 1) as f64 * 26.0;
            let d = format!("M{} {}h26v11h-26z", number(x), number(y));
            let swatch = element("path").class("shade").with("d", d);
            group = group.child(swatch.with("fill-opacity", grid::opacity(shade)));
        }
    }
    group
}
