//! What the way from float to integers cost, as a table.

use spikestream::export::LayerReport;
use spikestream::export::report::LayerActivity;
use std::fmt;

/// What export did to one layer.
#[derive(Clone, Debug, PartialEq)]
pub struct ExportedLayer {
    /// What rounding did to the weights, in units of the threshold.
    pub weights: LayerReport,
    /// The smallest and the largest share of a membrane that a step left, as trained.
    pub leak_wanted: [f32; 2],
    /// The share that the shift leaves.
    pub leak_got: f32,
    /// What the neurons do in integers.
    pub activity: LayerActivity,
}

/// What export did to a network; displayed as a table.
#[derive(Clone, Debug, PartialEq)]
pub struct ExportReport {
    /// Layers, input side first.
    pub layers: Vec<ExportedLayer>,
    /// What was chosen of the scales of layers, a sentence each.
    pub scales: Vec<String>,
    /// Accuracy in float, 0..=1.
    pub before: f64,
    /// Accuracy of the golden model on the same images, 0..=1.
    pub after: f64,
}

impl ExportReport {
    /// What is wrong with the scales of layers, a line each.
    pub fn doubts(&self) -> impl Iterator<Item = String> {
        let layers = self.layers.iter().enumerate();
        layers.filter_map(|(index, layer)| layer.weights.doubt(index))
    }
}

/// The columns of the table.
const HEAD: [&str; 11] = [
    "layer",
    "neurons",
    "threshold",
    "rms error",
    "max error",
    "clamped",
    "zeros",
    "leak wanted",
    "got",
    "silent",
    "saturated",
];

impl ExportedLayer {
    fn cells(&self, index: usize) -> [String; HEAD.len()] {
        let Self { weights, leak_wanted: [least, most], leak_got, activity } = self;
        let wanted =
            if least == most { format!("{least:.4}") } else { format!("{least:.4}..{most:.4}") };
        [
            index.to_string(),
            activity.neurons.to_string(),
            weights.threshold.to_string(),
            format!("{:.5}", weights.rms_error),
            format!("{:.5}", weights.max_error),
            weights.clamped.to_string(),
            weights.zeros.to_string(),
            wanted,
            format!("{leak_got:.4}"),
            activity.silent.to_string(),
            activity.saturated.to_string(),
        ]
    }
}

impl fmt::Display for ExportReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut rows = vec![HEAD.map(String::from)];
        rows.extend(self.layers.iter().enumerate().map(|(index, layer)| layer.cells(index)));
        let width = |column: usize| rows.iter().map(|row| row[column].len()).max().unwrap_or(0);
        let widths: Vec<usize> = (0..HEAD.len()).map(width).collect();
        for row in &rows {
            let cells = row.iter().zip(&widths).map(|(cell, &width)| format!("{cell:>width$}"));
            writeln!(f, "{}", cells.collect::<Vec<_>>().join("  "))?;
        }
        let [before, after] = [self.before, self.after].map(|share| 100.0 * share);
        write!(f, "accuracy {before:.2} % in float, {after:.2} % in integers")
    }
}
