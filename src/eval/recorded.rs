//! Accuracies that `net.toml` records, held against those that come out: both are facts of the same
//! integers on the same images, so that any difference says that one of the three has changed.

use crate::spec::Provenance;
use std::fmt;

/// A part of a data set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// The images to learn from.
    Train,
    /// The images to judge by.
    Test,
}

/// An accuracy that a network's file records, and what came out instead; displayed as a note.
///
/// # Example
/// ```
/// use spikestream::eval::{Part, Unlike};
/// use spikestream::spec::Provenance;
///
/// let recorded = Provenance { accuracy: 0.975, ..Default::default() };
/// assert_eq!(Unlike::of(&recorded, Part::Test, 39, 40), None);
/// assert_eq!(Unlike::of(&recorded, Part::Test, 38, 40).unwrap().recorded, 0.975);
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Unlike {
    /// The field in `net.toml`.
    pub field: &'static str,
    /// What it holds, a share of the images.
    pub recorded: f64,
    /// Images that are right now.
    pub right: u64,
    /// Images in all.
    pub images: u64,
}

impl Unlike {
    /// Compares what was right with the record, if all images of a part were run of the data that the
    /// record names: it differs from half an image on.
    pub fn of(provenance: &Provenance, part: Part, right: u64, images: u64) -> Option<Self> {
        let (field, recorded) = match part {
            Part::Train => ("provenance.train_accuracy", provenance.train_accuracy),
            Part::Test => ("provenance.accuracy", provenance.accuracy),
        };
        let off = (recorded * images as f64 - right as f64).abs();
        // What is no number is no record either.
        let differs = images > 0 && (off.is_nan() || off >= 0.5);
        differs.then_some(Self { field, recorded, right, images })
    }
}

impl fmt::Display for Unlike {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { field, recorded, right, images } = self;
        let found = *right as f64 / (*images).max(1) as f64;
        let [was, is] = [*recorded, found].map(|share| 100.0 * share);
        write!(
            f,
            "net.toml records {was:.2} % for these images ({field}), and {is:.2} % come out ({right} \
             of {images}): weights in another order or of another scale, another threshold, or data \
             that has changed; if all is as it should be, set {field} to {found}"
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_record_differs_from_half_an_image_on() {
        let unlike = |recorded, part, right, images| {
            let provenance =
                Provenance { accuracy: recorded, train_accuracy: 1.0, ..Default::default() };
            Unlike::of(&provenance, part, right, images)
        };
        // Shares are rounded on the way to a file and back.
        assert_eq!(unlike(353.0 / 360.0, Part::Test, 353, 360), None);
        assert_eq!(unlike(0.9806, Part::Test, 353, 360), None);
        assert!(unlike(353.0 / 360.0, Part::Test, 352, 360).is_some());
        assert!(unlike(0.1, Part::Test, 90, 100).is_some());
        assert!(unlike(f64::NAN, Part::Test, 90, 100).is_some());
        assert_eq!(unlike(0.5, Part::Test, 0, 0), None);
        let note = unlike(0.5, Part::Train, 3, 4).unwrap();
        assert_eq!(note.field, "provenance.train_accuracy");
        assert!(note.to_string().contains("100.00 % for these images"), "{note}");
        assert!(note.to_string().ends_with("set provenance.train_accuracy to 0.75"), "{note}");
    }
}
