//! Tests with folders made for them.

use std::fs;
use std::io::Write;

use flate2::{Compression, write::GzEncoder};
use proptest::prelude::*;
use tempfile::TempDir;

use super::*;

fn idx(dims: &[u32], bytes: &[u8]) -> Vec<u8> {
    let mut file = vec![0, 0, 8, dims.len() as u8];
    dims.iter().for_each(|d| file.extend(d.to_be_bytes()));
    file.extend(bytes);
    file
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut packer = GzEncoder::new(Vec::new(), Compression::default());
    packer.write_all(bytes).unwrap();
    packer.finish().unwrap()
}

/// The standard names, and what each holds here: 3 training and 2 test images of 2 by 3.
fn files() -> [(&'static str, Vec<u8>); 4] {
    let pixels: Vec<u8> = (0..18).map(|p| p * 14).collect();
    [
        ("train-images-idx3-ubyte", idx(&[3, 2, 3], &pixels)),
        ("train-labels-idx1-ubyte", idx(&[3], &[0, 4, 2])),
        ("t10k-images-idx3-ubyte", idx(&[2, 2, 3], &pixels[..12])),
        ("t10k-labels-idx1-ubyte", idx(&[2], &[1, 0])),
    ]
}

/// Numbers of another type than bytes: its code, and each number's bytes.
fn typed<const N: usize>(
    dims: &[u32],
    code: u8,
    numbers: impl IntoIterator<Item = [u8; N]>,
) -> Vec<u8> {
    let mut file = idx(dims, &numbers.into_iter().flatten().collect::<Vec<_>>());
    file[2] = code;
    file
}

fn folder<'a>(files: impl IntoIterator<Item = (&'a str, Vec<u8>)>) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (name, bytes) in files {
        fs::write(folder.path().join(name), bytes).unwrap();
    }
    folder
}

fn load(folder: &TempDir, options: &str) -> Result<Dataset, Error> {
    crate::data::load(&format!("{}{options}", folder.path().display()).parse()?)
}

/// The error of the folder with one file's bytes changed.
fn broken(name: &str, change: impl Fn(&mut Vec<u8>)) -> Error {
    let folder = folder(files());
    let path = folder.path().join(name);
    let mut bytes = fs::read(&path).unwrap();
    change(&mut bytes);
    fs::write(&path, bytes).unwrap();
    let error = load(&folder, "").unwrap_err();
    assert!(error.to_string().contains(name), "{error}");
    error
}

fn is(error: &Error, code: &str, words: &[&str]) {
    assert_eq!(error.code(), format!("spikestream::data::{code}"), "{error}");
    words.iter().for_each(|word| assert!(error.to_string().contains(word), "{word} in {error}"));
}

#[test]
fn the_four_files_become_a_data_set() {
    let plain = load(&folder(files()), "").unwrap();
    assert_eq!(plain.shape, ImageShape { channels: 1, height: 2, width: 3 });
    assert_eq!(plain.train.images[1], [84, 98, 112, 126, 140, 154]);
    assert_eq!(
        (plain.train.labels.as_slice(), plain.test.labels.as_slice()),
        (&[0, 4, 2][..], &[1, 0][..])
    );
    assert_eq!((plain.classes, plain.test.images.len(), plain.scale.len()), (5, 2, 0));
    let dotted = files().map(|(name, bytes)| (name.replace("-idx", ".idx"), bytes));
    let dotted = folder(dotted.iter().map(|(name, bytes)| (name.as_str(), bytes.clone())));
    assert_eq!(load(&dotted, "").unwrap(), plain);
    let packed = files().map(|(name, bytes)| (format!("{name}.gz"), gzip(&bytes)));
    let packed = folder(packed.iter().map(|(name, bytes)| (name.as_str(), bytes.clone())));
    assert_eq!(load(&packed, "").unwrap(), plain);
    // Some browsers unpack and keep the name; both forms beside each other are one file.
    fs::write(packed.path().join("t10k-labels-idx1-ubyte.gz"), &files()[3].1).unwrap();
    fs::write(packed.path().join("train-labels-idx1-ubyte"), &files()[1].1).unwrap();
    assert_eq!(load(&packed, "").unwrap(), plain);
}

#[test]
fn two_and_four_dimensions_are_images_too() {
    let mut four = files();
    four[0].1 = idx(&[3, 3, 2, 1], &[7; 18]);
    four[2].1 = idx(&[2, 3, 2, 1], &[7; 12]);
    let shape = load(&folder(four), "").unwrap().shape;
    assert_eq!(shape, ImageShape { channels: 3, height: 2, width: 1 });
    let mut two = files();
    two[0].1 = idx(&[3, 9], &[7; 27]);
    two[2].1 = idx(&[2, 9], &[7; 18]);
    let shape = load(&folder(two), "").unwrap().shape;
    assert_eq!(shape, ImageShape { channels: 1, height: 3, width: 3 });
}

#[test]
fn without_test_files_a_share_becomes_the_test_part() {
    let labels: Vec<u8> = (0..20).map(|n| n % 2).collect();
    let pixels: Vec<u8> = (0..20).collect();
    let only = folder([
        ("train-images-idx3-ubyte", idx(&[20, 1, 1], &pixels)),
        ("train-labels-idx1-ubyte", idx(&[20], &labels)),
    ]);
    let set = load(&only, ",split=0.3,seed=5").unwrap();
    assert_eq!((set.train.images.len(), set.test.images.len()), (14, 6));
    assert_eq!(set.test.labels.iter().filter(|l| **l == 1).count(), 3);
    let pairs = |s: &Split| s.images.iter().zip(&s.labels).all(|(i, l)| i[0] % 2 == *l);
    assert!(pairs(&set.train) && pairs(&set.test));
    assert_ne!(set, load(&only, ",split=0.3,seed=6").unwrap());
    is(&load(&only, ",split=0.01").unwrap_err(), "no-part", &["test"]);
    is(&load(&folder(files()), ",split=0.3").unwrap_err(), "unused-option", &["split"]);
}

#[test]
fn missing_and_doubtful_files_are_named() {
    for (index, (name, _)) in files().iter().enumerate() {
        let rest = files().into_iter().enumerate().filter(|(i, _)| *i != index);
        let error = load(&folder(rest.map(|(_, file)| file)), "").unwrap_err();
        let dotted = name.replace("-idx", ".idx");
        is(&error, "missing-file", &[name, &dotted, "[.gz]"]);
    }
    is(&load(&folder([]), "").unwrap_err(), "missing-file", &["train-images"]);
    let mut two = files().to_vec();
    two.push(("fashion-train-images-idx3-ubyte", files()[0].1.clone()));
    is(&load(&folder(two), "").unwrap_err(), "several-files", &["fashion-train"]);
}

/// QMNIST's labels: the class, then seven numbers on who wrote the digit where.
#[test]
fn the_first_of_eight_integers_is_the_class() {
    let labels = |classes: &[i32]| {
        let rows = classes.iter().flat_map(|c| [*c, 4, 3_599, *c, 70_000, 1, 0, 0]);
        typed(&[classes.len() as u32, 8], 0x0c, rows.map(i32::to_be_bytes))
    };
    let [(_, train), _, (_, test), _] = files();
    let qmnist = |classes: &[i32]| {
        folder([
            ("qmnist-train-images-idx3-ubyte", train.clone()),
            ("qmnist-train-labels-idx2-int", labels(classes)),
            ("qmnist-test-images-idx3-ubyte.gz", gzip(&test)),
            ("qmnist-test-labels-idx2-int.gz", gzip(&labels(&[1, 0]))),
        ])
    };
    assert_eq!(load(&qmnist(&[0, 4, 2]), "").unwrap(), load(&folder(files()), "").unwrap());
    let error = load(&qmnist(&[0, -1, 2]), "").unwrap_err();
    is(&error, "value", &["qmnist-train-labels-idx2-int", "label 1 (from 0)", "-1"]);
    // Eight bytes a label are no QMNIST, and could be anything.
    let bytes = |b: &mut Vec<u8>| *b = idx(&[3, 8], &[1; 24]);
    let error = broken("train-labels-idx1-ubyte", bytes);
    is(&error, "magic", &["[3, 8] of unsigned bytes (type 08)", "[N, 8] of 32-bit integers"]);
}

#[test]
fn other_types_are_read_where_a_byte_holds_the_numbers() {
    let expected = load(&folder(files()), "").unwrap();
    let pixels = || (0..18_u8).map(|p| p * 14);
    let with = |train: Vec<u8>| {
        let mut all = files();
        all[0].1 = train;
        load(&folder(all), "")
    };
    let dims = [3, 2, 3];
    for file in [
        typed(&dims, 0x0b, pixels().map(|p| i16::from(p).to_be_bytes())),
        typed(&dims, 0x0c, pixels().map(|p| i32::from(p).to_be_bytes())),
        typed(&dims, 0x0d, pixels().map(|p| f32::from(p).to_be_bytes())),
        typed(&dims, 0x0e, pixels().map(|p| f64::from(p).to_be_bytes())),
    ] {
        assert_eq!(with(file).unwrap(), expected);
    }
    let shares = typed(&dims, 0x0d, pixels().map(|p| (f32::from(p) / 256.0).to_be_bytes()));
    is(&with(shares).unwrap_err(), "value", &["pixel 1 (from 0)", "0.0546875", "0..=255"]);
    let signed = typed(&dims, 0x09, (0..18_i8).map(|p| (p - 1).to_be_bytes()));
    is(&with(signed).unwrap_err(), "value", &["pixel 0 (from 0)", "-1"]);
}

#[test]
fn one_of_several_sets_is_chosen_by_its_name() {
    let named = |set: &str, label: u8| {
        let mut all = files();
        all[1].1 = idx(&[3], &[label; 3]);
        all.map(|(name, bytes)| (format!("{set}{name}"), bytes))
    };
    let all = [named("emnist-letters-", 7), named("emnist-digits-", 3)].concat();
    let all = folder(all.iter().map(|(name, bytes)| (name.as_str(), bytes.clone())));
    let error = load(&all, "").unwrap_err();
    is(&error, "several-files", &["emnist-digits-train-images"]);
    assert_eq!(error.remedy(), "choose one with `set`: emnist-digits, emnist-letters");
    for set in ["letters", "emnist-letters"] {
        assert_eq!(load(&all, &format!(",set={set}")).unwrap().train.labels, [7; 3]);
    }
    let error = load(&all, ",set=leters").unwrap_err();
    is(&error, "no-set", &["\"leters\"", "emnist-digits, emnist-letters"]);
    let error = load(&folder(files()), ",set=letters").unwrap_err();
    assert!(error.remedy().starts_with("leave out `set`"), "{}", error.remedy());
}

#[test]
fn the_folder_that_torchvision_makes_is_found() {
    let plain = folder(files());
    let expected = load(&plain, "").unwrap();
    let root = tempfile::tempdir().unwrap();
    let put = |below: &str| {
        let folder = root.path().join(below);
        fs::create_dir_all(&folder).unwrap();
        for (name, bytes) in files() {
            fs::write(folder.join(name), bytes).unwrap();
        }
    };
    put("MNIST/raw");
    assert_eq!(load(&root, "").unwrap(), expected);
    let mnist = root.path().join("MNIST").display().to_string();
    assert_eq!(crate::data::load(&mnist.parse().unwrap()).unwrap(), expected);
    // With a second one, or in a folder of another name, the user is shown what there is.
    put("FashionMNIST/raw");
    let error = load(&root, "").unwrap_err();
    is(&error, "missing-file", &["training images", "it holds no files"]);
    let remedy = error.remedy();
    assert!(remedy.contains("FashionMNIST") && remedy.contains("MNIST/raw"), "{remedy}");
}

#[test]
fn what_is_there_is_named() {
    let [(_, images), ..] = files();
    let error = load(&folder([("train-images.idx3", images)]), "").unwrap_err();
    is(
        &error,
        "missing-file",
        &["looked for train-images-idx3-ubyte", "it holds train-images.idx3"],
    );
    assert!(error.remedy().contains("rename them"), "{}", error.remedy());
}

#[test]
fn every_broken_file_says_what_was_expected_and_found() {
    let images = "train-images-idx3-ubyte";
    is(&broken(images, |b| b.clear()), "length", &["cut short", "at least 4", "found 0"]);
    is(&broken(images, |b| b.truncate(10)), "length", &["asks for 16", "found 10"]);
    is(&broken(images, |b| b.truncate(33)), "length", &["asks for 34", "found 33"]);
    is(&broken(images, |b| b.push(0)), "length", &["after its end", "asks for 34", "found 35"]);
    is(&broken(images, |b| b[0] = b'P'), "magic", &["00 00, the type", "50 00 08 03"]);
    is(&broken(images, |b| b[2] = 0x0a), "magic", &["a type of IDX", "no type (type 0a)"]);
    is(&broken(images, |b| b[2] = 0x0d), "length", &["asks for 88", "found 34"]);
    is(&broken(images, |b| b[3] = 1), "magic", &["2 to 4 dimensions", "found 1 dimensions"]);
    is(&broken("t10k-labels-idx1-ubyte", |b| b[3] = 3), "magic", &["labels", "1 to 2 dimensions"]);
    is(&broken(images, |b| b[7] = 0), "empty", &["no images"]);
    is(&broken(images, |b| *b = idx(&[2, 2, 3], &[0; 12])), "disagree", &["2 images", "3 labels"]);
    let other = |b: &mut Vec<u8>| *b = idx(&[2, 3, 3], &[0; 18]);
    is(&broken("t10k-images-idx3-ubyte", other), "disagree", &["1x2x3", "1x3x3"]);
    // A header that asks for 2^96 bytes, in both forms: refused before any memory is taken.
    let absurd = |b: &mut Vec<u8>| b[4..16].fill(0xff);
    is(&broken(images, absurd), "length", &["79228162458924105385300197391", "found 34"]);
    is(
        &broken(images, |b| {
            absurd(b);
            *b = gzip(b)
        }),
        "length",
        &["found at most"],
    );
}

#[test]
fn a_broken_gzip_stream_is_told_from_a_short_file() {
    let images = "train-images-idx3-ubyte";
    let packed = |change: fn(&mut Vec<u8>)| {
        broken(images, |b| {
            *b = gzip(b);
            change(b)
        })
    };
    is(&packed(|b| b.truncate(b.len() - 9)), "gzip", &["broken gzip"]);
    is(&packed(|b| b.truncate(5)), "gzip", &[]);
    is(
        &packed(|b| {
            let n = b.len();
            b[n - 6] ^= 1
        }),
        "gzip",
        &["checksum"],
    );
    is(&packed(|b| b.extend(b"rubbish")), "gzip", &[]);
    is(&packed(|b| b[2] = 9), "gzip", &[]);
    let short = |b: &mut Vec<u8>| {
        b.truncate(30);
        *b = gzip(b)
    };
    is(&broken(images, short), "length", &["asks for 34", "found 30"]);
    // It would unpack to 48 MB, and take 2.4 GB as so many images of a pixel.
    let many = 48 << 20;
    let large = |b: &mut Vec<u8>| *b = gzip(&idx(&[many, 1, 1], &vec![0; many as usize]));
    is(&broken(images, large), "unpacked", &["2466250752 bytes", "2 GiB"]);
    let long = |b: &mut Vec<u8>| {
        b.push(1);
        *b = gzip(b)
    };
    is(&broken(images, long), "length", &["after its end"]);
}

#[test]
fn a_label_beyond_the_classes_is_an_error() {
    assert_eq!(load(&folder(files()), ",classes=6").unwrap().classes, 6);
    let error = load(&folder(files()), ",classes=4").unwrap_err();
    is(&error, "label", &["train-labels", "label 1 ", "is 4", "0..=3"]);
}

proptest! {
    #[test]
    fn what_is_written_is_read_back(
        (count, height, width) in (1_usize..9, 1_usize..6, 1_usize..6),
        seed in any::<u8>(),
        pack in any::<bool>(),
    ) {
        let pixels: Vec<u8> =
            (0..count * height * width).map(|n| (n as u8).wrapping_mul(89) ^ seed).collect();
        let labels: Vec<u8> = (0..count).map(|n| n as u8 ^ seed).collect();
        let pack = |b: Vec<u8>| if pack { gzip(&b) } else { b };
        let images = pack(idx(&[count, height, width].map(|n| n as u32), &pixels));
        let tags = pack(idx(&[count as u32], &labels));
        let set = load(&folder([
            ("train-images-idx3-ubyte", images.clone()),
            ("train-labels-idx1-ubyte", tags.clone()),
            ("test-images-idx3-ubyte", images),
            ("test-labels-idx1-ubyte", tags),
        ]), "").unwrap();
        prop_assert_eq!(set.train.images.concat(), pixels);
        prop_assert_eq!(&set.train.labels, &labels);
        prop_assert_eq!(&set.train, &set.test);
        prop_assert_eq!(set.shape, ImageShape { channels: 1, height, width });
    }

    /// Any bytes, with and without a right start, are data or an error.
    #[test]
    fn no_bytes_make_it_panic(
        start in 0_usize..8,
        bytes in proptest::collection::vec(any::<u8>(), 0..64),
        file in 0_usize..4,
        pack in any::<bool>(),
    ) {
        let mut all = files();
        let mut changed = all[file].1[..start.min(all[file].1.len())].to_vec();
        changed.extend(bytes);
        all[file].1 = if pack { gzip(&changed) } else { changed };
        if let Ok(set) = load(&folder(all), "") {
            prop_assert!(set.train.images.iter().all(|i| i.len() == set.shape.pixels()));
        }
    }
}
