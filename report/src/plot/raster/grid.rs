//! The cells of a raster: one a neuron and step, or of several where there are too many to see.

use std::fmt::Write;

use super::RasterLayer;
use crate::markup::{Element, element, number, path};

/// More rows, or columns, than this are put together: less than a pixel and a half, or two.
const ROWS: usize = 160;
const COLUMNS: usize = 256;

/// Shades of cells that hold several neurons or steps.
pub(super) const SHADES: usize = 4;

/// Cells at least this large have a gap around them.
const ROOMY: f64 = 3.0;

/// Spikes in cells, row 0 the lowest.
#[derive(Debug)]
pub(super) struct Grid {
    pub(super) rows: usize,
    columns: usize,
    /// Neurons a row and steps a column.
    neurons: usize,
    steps: usize,
    /// The shade of each cell, row by row; 0 is none.
    shades: Vec<usize>,
    /// The largest share of a cell that spikes.
    largest: f64,
}

/// The smallest power of two that puts `count` into at most `most` parts.
fn together(count: usize, most: usize) -> usize {
    count.div_ceil(most).max(1).next_power_of_two()
}

/// How much of the colour a shade has.
pub(super) fn opacity(shade: usize) -> f64 {
    [0.0, 0.3, 0.5, 0.75, 1.0][shade]
}

impl Grid {
    pub(super) fn of(layer: &RasterLayer) -> Self {
        let neurons = together(layer.neurons, ROWS);
        let steps = together(layer.steps, COLUMNS);
        let rows = layer.neurons.div_ceil(neurons);
        let columns = layer.steps.div_ceil(steps);
        let mut counts = vec![0_usize; rows * columns];
        for (step, spikes) in layer.spikes.chunks(layer.neurons.max(1)).enumerate() {
            for (neuron, _) in spikes.iter().enumerate().filter(|(_, spike)| **spike) {
                counts[neuron / neurons * columns + step / steps] += 1;
            }
        }
        // The last row and the last column may hold fewer.
        let size = |i: usize, each: usize, all: usize| each.min(all - i * each);
        let share = |(cell, count): (usize, &usize)| {
            let (row, column) = (cell / columns, cell % columns);
            let of = size(row, neurons, layer.neurons) * size(column, steps, layer.steps);
            *count as f64 / of as f64
        };
        let shares: Vec<f64> = counts.iter().enumerate().map(share).collect();
        let largest = shares.iter().copied().fold(0.0, f64::max);
        let shade = |share: &f64| match largest {
            0.0 => 0,
            _ => (share / largest * SHADES as f64 - 1e-9).ceil() as usize,
        };
        let shades = shares.iter().map(shade).collect();
        Self { rows, columns, neurons, steps, shades, largest }
    }

    pub(super) fn is_binned(&self) -> bool {
        self.neurons * self.steps > 1
    }

    /// What a cell is, if it is not one neuron at one step.
    pub(super) fn explanation(&self) -> Vec<String> {
        if !self.is_binned() {
            return Vec::new();
        }
        let what = match (self.neurons, self.steps) {
            (n, 1) => format!("a row is {n} neurons;"),
            (1, s) => format!("a column is {s} steps;"),
            (n, s) => format!("a cell is {n} × {s};"),
        };
        vec![what, format!("strongest shade: {:.0} %", self.largest * 100.0)]
    }

    /// The cells from the lower left corner on; `neuron` is the size of one neuron at one step.
    pub(super) fn drawn(&self, (left, bottom): (f64, f64), (step, neuron): (f64, f64)) -> Element {
        let (width, height) = (step * self.steps as f64, neuron * self.neurons as f64);
        // Upwards, and a row's line along its middle.
        let (across, up) = (precise(width), precise(height));
        let place = format!("translate({} {})scale({across} -{up})", number(left), number(bottom));
        let gap = |size: f64| if size >= ROOMY { 1.0 - 1.0 / size } else { 1.0 };
        let group = element("g").with("transform", place).with("stroke-width", number(gap(height)));
        let dashes = (gap(width) < 1.0).then(|| {
            let dash = gap(width);
            format!("{} {}", precise(dash), precise(1.0 - dash))
        });
        let group = match dashes {
            Some(dashes) if !self.is_binned() => group.with("stroke-dasharray", dashes),
            _ => group,
        };
        let paths = (1..=SHADES).filter_map(|shade| {
            let d = self.runs(shade);
            let path = path("spikes", d.clone()).with("stroke-opacity", opacity(shade));
            (!d.is_empty()).then_some(path)
        });
        group.children(paths)
    }

    /// Runs of cells of a shade, as lines.
    fn runs(&self, shade: usize) -> String {
        let mut d = String::new();
        for (row, cells) in self.shades.chunks(self.columns.max(1)).enumerate() {
            let mut column = 0;
            for run in cells.chunk_by(|a, b| a == b) {
                if run[0] == shade {
                    let _ = write!(d, "M{column} {row}.5h{}", run.len());
                }
                column += run.len();
            }
        }
        d
    }
}

/// A scale: a hundredth would be too coarse when it is multiplied.
fn precise(value: f64) -> String {
    let text = format!("{value:.6}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn grid(neurons: usize, steps: usize, spikes: impl Fn(usize, usize) -> bool) -> Grid {
        let all = (0..neurons * steps).map(|i| spikes(i / neurons, i % neurons)).collect();
        Grid::of(&RasterLayer::new("layer", neurons, steps, all))
    }

    #[test]
    fn a_run_is_one_line() {
        let grid = grid(3, 6, |step, neuron| neuron == 1 && (1..4).contains(&step) || step == 5);
        assert!(!grid.is_binned());
        assert_eq!(grid.runs(SHADES), "M5 0.5h1M1 1.5h3M5 1.5h1M5 2.5h1");
        assert!((1..SHADES).all(|shade| grid.runs(shade).is_empty()));
    }

    #[test]
    fn many_neurons_share_a_row_and_a_ragged_end_counts_by_its_own_size() {
        // 200 neurons: 100 rows of 2; 201: the last row is one neuron.
        let grid = grid(201, 2, |step, neuron| step == 1 && (neuron % 2 == 0));
        assert_eq!((grid.rows, grid.columns, grid.neurons), (101, 2, 2));
        assert_eq!(&grid.shades[..4], [0, 2, 0, 2]);
        assert_eq!(&grid.shades[200..], [0, 4]);
        assert_eq!(grid.explanation(), ["a row is 2 neurons;", "strongest shade: 100 %"]);
    }

    #[test]
    fn many_steps_share_a_column() {
        let grid = grid(2, 1000, |step, neuron| neuron == 0 && step < 4);
        assert_eq!((grid.rows, grid.columns, grid.steps), (2, 250, 4));
        assert_eq!(grid.runs(SHADES), "M0 0.5h1");
    }
}
