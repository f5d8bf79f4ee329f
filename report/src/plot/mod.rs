//! Pictures of training, of neurons and of streams, as SVG: learning curve, spike raster, confusion matrix, traces, and
//! accuracy by the length of streams or the rate of faults; and the curves of a sweep.
//!
//! Each is one text: a file of its own, legible on light and dark backgrounds, without anything
//! outside it, and the same bytes for the same input. No number, however odd (NaN, infinite, absent),
//! makes a picture that cannot be shown: it is left out.
//!
//! # Example
//! ```
//! use spikestream_report::plot::{CurvePoint, learning_curve};
//!
//! let epoch = |epoch: usize| CurvePoint {
//!     epoch,
//!     loss: Some(2.3 / epoch as f64),
//!     accuracy: Some(1.0 - 0.7 / epoch as f64),
//!     kept: epoch == 10,
//!     ..CurvePoint::default()
//! };
//! let points: Vec<CurvePoint> = (1..=10).map(epoch).collect();
//! assert!(learning_curve(&points).starts_with("<svg "));
//! ```

mod accuracies;
mod axis;
mod confusion;
mod curve;
mod curves;
mod raster;
mod sheet;
#[cfg(test)]
mod tests;
mod traces;

pub use accuracies::{
    Accuracies, AccuracyPanel, AccuracyPoint, accuracy_by_length, accuracy_by_rate,
};
pub use confusion::confusion;
pub use curve::{CurvePoint, learning_curve};
pub use curves::{Curve, curves};
pub use raster::{RasterLayer, spike_raster};
pub use sheet::noted;
pub use traces::{Trace, traces};
