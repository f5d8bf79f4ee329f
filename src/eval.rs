//! How many images are right: accuracy and confusion matrix, of the golden model or of any
//! predictions.

#[cfg(feature = "program")]
pub mod program;
mod recorded;

pub use recorded::{Part, Unlike};

use crate::Error;
use crate::cores;
use crate::data::Split;
use crate::sc::network::{Early, Golden, Schedule};
use crate::spec::Net;
use std::fmt;

/// Predictions held against labels.
///
/// # Example
/// ```
/// use spikestream::eval::Evaluation;
///
/// let pairs = [(0, 0), (1, 1), (0, 1), (1, 1)]; // (predicted, label)
/// let evaluation = Evaluation::new(2, pairs)?;
/// assert_eq!(evaluation.accuracy(), 0.75);
/// assert_eq!(evaluation.confusion, [[1, 0], [1, 2]]);
/// # Ok::<(), spikestream::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Evaluation {
    /// Images by label (row) and predicted class (column), `[classes][classes]`.
    pub confusion: Vec<Vec<u32>>,
}

impl Evaluation {
    /// Counts pairs of a predicted class and a label.
    ///
    /// # Errors
    /// A class or a label that is not below `classes`.
    pub fn new(
        classes: usize,
        pairs: impl IntoIterator<Item = (usize, usize)>,
    ) -> Result<Self, Error> {
        let mut confusion = vec![vec![0; classes]; classes];
        for (image, (predicted, label)) in pairs.into_iter().enumerate() {
            for (what, class) in [("label", label), ("predicted class", predicted)] {
                ensure(
                    class < classes,
                    format!("image {image}"),
                    format!("{what} {class}"),
                    format!("one of the {classes} classes"),
                )?;
            }
            confusion[label][predicted] += 1;
        }
        Ok(Self { confusion })
    }

    /// Images.
    pub fn images(&self) -> u64 {
        self.confusion.iter().flatten().map(|count| u64::from(*count)).sum()
    }

    /// Images whose predicted class is their label.
    pub fn right(&self) -> u64 {
        self.confusion.iter().enumerate().map(|(class, row)| u64::from(row[class])).sum()
    }

    /// The share of images that is right, 0..=1; 0 of no images.
    pub fn accuracy(&self) -> f64 {
        share(self.right(), self.images())
    }

    /// The share of each label's images that is right, its recall; 0 of no images.
    pub fn recalls(&self) -> Vec<f64> {
        let rows = self.confusion.iter().enumerate();
        rows.map(|(class, row)| {
            share(row[class].into(), row.iter().map(|count| u64::from(*count)).sum())
        })
        .collect()
    }
}

fn share(part: u64, whole: u64) -> f64 {
    part as f64 / whole.max(1) as f64
}

/// A table for people: labels down, predicted classes across, recalls at the end, and the accuracy
/// in the last line.
impl fmt::Display for Evaluation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let classes = self.confusion.len();
        let widest = self.confusion.iter().flatten().max().map_or(0, |most| most.to_string().len());
        let width = widest.max(classes.saturating_sub(1).to_string().len());
        let cell = |f: &mut fmt::Formatter<'_>, text: &str| write!(f, "  {text:>width$}");
        write!(f, "label")?;
        (0..classes).try_for_each(|class| cell(f, &class.to_string()))?;
        writeln!(f, "    right")?;
        for (label, (row, recall)) in self.confusion.iter().zip(self.recalls()).enumerate() {
            write!(f, "{label:>5}")?;
            // A zero is a dot: what was taken for something else stands out.
            row.iter().try_for_each(|&count| match count {
                0 => cell(f, "."),
                count => cell(f, &count.to_string()),
            })?;
            writeln!(f, "  {:>5.1} %", 100.0 * recall)?;
        }
        let (right, images) = (self.right(), self.images());
        writeln!(f, "accuracy {:.2} % ({right} of {images} images)", 100.0 * self.accuracy())
    }
}

/// The class that the golden model gives each image, on all cores.
///
/// # Errors
/// An image that has not as many pixels as the network has inputs.
pub fn predict(net: &Net, images: &[Vec<u8>]) -> Result<Vec<usize>, Error> {
    ensure_pixels(net, images)?;
    let golden = Golden::new(net, Schedule::Planes);
    let classes = |part: &[Vec<u8>]| part.iter().map(|image| golden.infer(image).class).collect();
    Ok(cores::share::<_, Vec<usize>>(images, classes).concat())
}

/// The class that the golden model gives each image as soon as it is decided, on all cores; see
/// [`Golden::infer_early`].
///
/// # Errors
/// As [`predict`].
pub fn predict_early(net: &Net, images: &[Vec<u8>]) -> Result<Vec<Early>, Error> {
    ensure_pixels(net, images)?;
    let golden = Golden::new(net, Schedule::Planes);
    let answers = |part: &[Vec<u8>]| part.iter().map(|image| golden.infer_early(image)).collect();
    Ok(cores::share::<_, Vec<Early>>(images, answers).concat())
}

/// The golden model held against the labels of a split.
///
/// # Errors
/// As [`predict`]; a label that is no class of the network; not as many labels as images.
pub fn evaluate(net: &Net, split: &Split) -> Result<Evaluation, Error> {
    let (images, labels) = (split.images.len(), split.labels.len());
    ensure(labels == images, "a split".into(), format!("{labels} labels"), images.to_string())?;
    let predicted = predict(net, &split.images)?.into_iter();
    let labels = split.labels.iter().map(|label| usize::from(*label));
    Evaluation::new(net.spec.classes(), predicted.zip(labels))
}

/// Refuses images of another size than the network's inputs.
pub(crate) fn ensure_pixels(net: &Net, images: &[Vec<u8>]) -> Result<(), Error> {
    let inputs = net.spec.inputs();
    images.iter().enumerate().try_for_each(|(at, image)| {
        let pixels = image.len();
        let found = format!("{pixels} pixels");
        ensure(pixels == inputs, format!("image {at}"), found, format!("{inputs}, an input each"))
    })
}

fn ensure(ok: bool, what: String, found: String, expected: String) -> Result<(), Error> {
    if ok { Ok(()) } else { Err(Error::Shape { what, found, expected }) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data;
    use crate::spec::example;
    use std::path::Path;

    #[test]
    fn the_table_reads_by_label_and_prediction() {
        let pairs = [(0, 0), (0, 0), (2, 0), (1, 1), (0, 2)];
        let evaluation = Evaluation::new(4, pairs).unwrap();
        assert_eq!((evaluation.images(), evaluation.right()), (5, 3));
        assert_eq!(evaluation.recalls(), [2.0 / 3.0, 1.0, 0.0, 0.0]);
        let expected = "label  0  1  2  3    right\n    \
                        0  2  .  1  .   66.7 %\n    \
                        1  .  1  .  .  100.0 %\n    \
                        2  1  .  .  .    0.0 %\n    \
                        3  .  .  .  .    0.0 %\n\
                        accuracy 60.00 % (3 of 5 images)\n";
        assert_eq!(evaluation.to_string(), expected);
    }

    #[test]
    fn columns_are_as_wide_as_the_largest_count() {
        let pairs = std::iter::repeat_n((1, 1), 1234).chain([(0, 1)]);
        let table = Evaluation::new(2, pairs).unwrap().to_string();
        let lines: Vec<_> = table.lines().collect();
        assert_eq!(lines[0], "label     0     1    right");
        assert_eq!(lines[2], "    1     1  1234   99.9 %");
    }

    #[test]
    fn nothing_is_right_of_nothing() {
        let evaluation = Evaluation::new(0, []).unwrap();
        assert_eq!((evaluation.accuracy(), evaluation.images()), (0.0, 0));
        assert!(evaluation.to_string().contains("(0 of 0 images)"));
    }

    #[test]
    fn the_shipped_network_is_as_right_as_it_says() {
        let net = Net::load(&Path::new(env!("CARGO_MANIFEST_DIR")).join("nets/digits")).unwrap();
        let test = data::digits().test;
        let evaluation = evaluate(&net, &test).unwrap();
        assert_eq!(evaluation.images(), 360);
        assert_eq!(evaluation.accuracy(), net.spec.provenance.accuracy);
        // Each row holds its label's images.
        for (label, row) in evaluation.confusion.iter().enumerate() {
            let images = test.labels.iter().filter(|l| usize::from(**l) == label).count();
            assert_eq!(row.iter().sum::<u32>() as usize, images);
        }
    }

    #[test]
    fn classes_images_and_labels_that_do_not_fit_are_refused() {
        let code = |result: Result<Evaluation, Error>| result.map_or_else(|e| e.code(), |_| "ok");
        assert_eq!(code(Evaluation::new(2, [(0, 2)])), "spikestream::net::shape");
        assert_eq!(code(Evaluation::new(2, [(2, 0)])), "spikestream::net::shape");
        let net = example(&[3, 2]);
        let split = |image: &[u8], labels: &[u8]| {
            evaluate(&net, &Split { images: vec![image.to_vec()], labels: labels.to_vec() })
        };
        assert_eq!(code(split(&[1, 2, 3], &[1])), "ok");
        assert_eq!(code(split(&[1, 2], &[1])), "spikestream::net::shape");
        assert_eq!(code(split(&[1, 2, 3], &[])), "spikestream::net::shape");
        let error = split(&[1, 2, 3], &[9]).unwrap_err();
        assert_eq!(error.to_string(), "image 0 has label 9, not one of the 2 classes");
    }
}
