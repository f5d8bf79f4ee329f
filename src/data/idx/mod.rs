//! A folder of IDX files, as MNIST comes: images and labels, of a training and perhaps a test part.

mod file;
mod folder;

use std::path::{Path, PathBuf};

use self::file::{Contents, read};
use self::folder::Folder;
use super::split::test_rows;
use super::{DataError, Dataset, ImageShape, Source, Split};
use crate::Error;

/// One part: its images and labels, and what the images are laid out as.
struct Part {
    path: PathBuf,
    split: Split,
    shape: ImageShape,
}

/// Reads a folder. Without test files, a share of the training images becomes the test part.
pub(super) fn load(path: &Path, source: &Source) -> Result<Dataset, Error> {
    let folder = Folder::read(path)?.below()?.of_set(source.set.as_deref())?;
    let path = folder.path();
    let train = part(&folder, "training", &["train"], source)?;
    if !folder.has("images", &["t10k", "test"]) && !folder.has("labels", &["t10k", "test"]) {
        let (learn, test) = divide(train.split, source);
        ensure_rows(path, &learn, "train")?;
        ensure_rows(path, &test, "test")?;
        return Ok(Dataset { drawn: true, ..Dataset::new(learn, test, train.shape) });
    }
    source.no_split_options("it has a test part of its own")?;
    let test = part(&folder, "test", &["t10k", "test"], source)?;
    if train.shape != test.shape {
        let size = |s: ImageShape| format!("images of {}x{}x{}", s.channels, s.height, s.width);
        return Err(disagree(train.path, size(train.shape), test.path, size(test.shape)).into());
    }
    Ok(Dataset::new(train.split, test.split, train.shape))
}

fn part(folder: &Folder, part: &str, prefixes: &[&str], source: &Source) -> Result<Part, Error> {
    let (images_role, labels_role) = match part {
        "training" => ("training images", "training labels"),
        _ => ("test images", "test labels"),
    };
    let images_path = folder.find(images_role, "images", prefixes)?;
    let labels_path = folder.find(labels_role, "labels", prefixes)?;
    let images = read(&images_path, "images", 2..=4)?;
    let labels = read(&labels_path, "labels", 1..=2)?;
    if images.dims[0] != labels.dims[0] {
        let (first, second) = (images.dims[0], labels.dims[0]);
        let (first, second) = (format!("{first} images"), format!("{second} labels"));
        return Err(disagree(images_path, first, labels_path, second).into());
    }
    let labels = classes(&labels_path, labels)?;
    ensure_classes(&labels_path, &labels, source.classes)?;
    let shape = shape(&images);
    let images = images.into_images();
    Ok(Part { path: images_path, split: Split { images, labels }, shape })
}

/// Labels are `[N]`, or QMNIST's `[N, 8]` of 32-bit integers, whose first is the class.
fn classes(path: &Path, labels: Contents) -> Result<Vec<u8>, Error> {
    let each = match labels.dims[1..] {
        [] | [1] => 1,
        [8] if labels.is_of_ints() => 8,
        _ => {
            let expected = "labels [N], or [N, 8] of 32-bit integers".into();
            let found = format!("{:?} of {}", labels.dims, labels.type_name());
            let (path, what) = (path.to_owned(), "labels");
            return Err(DataError::Magic { path, what, expected, found }.into());
        }
    };
    labels.into_labels(path, each)
}

/// `[N, pixels]`, `[N, height, width]` or `[N, channels, height, width]`.
fn shape(images: &Contents) -> ImageShape {
    match images.dims[1..] {
        [height, width] => ImageShape { channels: 1, height, width },
        [channels, height, width] => ImageShape { channels, height, width },
        _ => ImageShape::of(images.dims[1..].iter().product()),
    }
}

fn ensure_classes(path: &Path, labels: &[u8], classes: Option<usize>) -> Result<(), DataError> {
    let beyond = |label: &u8| classes.is_some_and(|classes| usize::from(*label) >= classes);
    match (labels.iter().position(beyond), classes) {
        (Some(index), Some(classes)) => Err(DataError::Label {
            path: path.to_owned(),
            at: format!("label {index} (from 0)"),
            value: labels[index].to_string(),
            expected: format!("a number of 0..={}", classes - 1),
        }),
        _ => Ok(()),
    }
}

fn divide(all: Split, source: &Source) -> (Split, Split) {
    let test = test_rows(&all.labels, source.share(), source.seed());
    let (mut learn, mut judge) = (Split::default(), Split::default());
    for ((image, label), test) in all.images.into_iter().zip(all.labels).zip(test) {
        let part = if test { &mut judge } else { &mut learn };
        part.images.push(image);
        part.labels.push(label);
    }
    (learn, judge)
}

fn ensure_rows(path: &Path, split: &Split, part: &'static str) -> Result<(), DataError> {
    match split.images.is_empty() {
        true => Err(DataError::NoPart { path: path.to_owned(), part }),
        false => Ok(()),
    }
}

fn disagree(path: PathBuf, first: String, other: PathBuf, second: String) -> DataError {
    DataError::Disagree { paths: Box::new((path, other)), first, second }
}

#[cfg(test)]
mod tests;
