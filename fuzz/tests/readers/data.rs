//! Data: the line that names it, tables, IDX files, and images for a board.

use std::io::Write;

use flate2::Compression;
use flate2::write::GzEncoder;
use spikestream::data::{self, Source};
use spikestream::spec::example;
use spikestream_fuzz::{Given, Refusal};

use crate::{of_sim, of_src, texts};

pub(crate) fn lines() -> Vec<Vec<u8>> {
    texts(&[
        "digits",
        "table.csv,label=kind,ignore=id,ignore=day,split=0.3,seed=3,range=0:16,scale=column,classes=4",
        "a folder/of files,set=emnist,shape=1x28x28",
        "learn.csv,test=judge.csv",
    ])
}

pub(crate) fn line(given: &Given<'_>) -> Result<(), Refusal> {
    let source: Source = String::from_utf8_lossy(given.bytes).parse().map_err(of_src)?;
    let again: Source = source.to_string().parse().unwrap();
    // A number that is none is not equal to itself.
    assert_eq!(format!("{again:?}"), format!("{source:?}"));
    Ok(())
}

pub(crate) fn tables() -> Vec<Vec<u8>> {
    texts(&[
        "a,b,kind\n1,10.5,elm\n2,11,fir\n3,12,elm\n4,-1,fir\n5,3,elm\n6,4,fir\n7,4,elm\n8,4,fir\n",
        "split,label,a,b\ntrain,0,0,4\ntrain,1,2,1\ntest,2,9,-1\n",
        "0;1,5;2;1\n1;2,5;3;0\n2;3,5;4;1\n3;4,5;5;0\n4;5;6;1\n5;6;7;0\n6;1;1;1\n7;2;1;0\n8;2;2;1\n9;3;3;0\n",
        "\"id\"\t\"x, y\"\t\"class\"\r\n1\t\"2\"\t\"the \"\"first\"\"\"\r\n2\t3\tsecond\r\n3\t4\tsecond\r\n\
         4\t5\t\"the \"\"first\"\"\"\r\n5\t5\tsecond\r\n6\t6\t\"the \"\"first\"\"\"\r\n",
        "\u{feff}label,p0,p1,p2,p3\n0,0,255,3,4\n1,5,6,7,8\n0,1,1,1,1\n1,2,2,2,2\n0,3,3,3,3\n1,4,4,4,4\n",
    ])
}

pub(crate) fn table(given: &Given<'_>) -> Result<(), Refusal> {
    let path = given.file("table.csv");
    let set = data::load(&Source::new(path.display().to_string())).map_err(of_src)?;
    let (pixels, classes) = (set.shape.pixels(), set.classes);
    for split in [&set.train, &set.test] {
        assert_eq!(split.images.len(), split.labels.len());
        assert!(split.images.iter().all(|image| image.len() == pixels));
        assert!(split.labels.iter().all(|label| usize::from(*label) < classes));
    }
    Ok(())
}

fn idx(dims: &[u32], bytes: &[u8]) -> Vec<u8> {
    let mut file = vec![0, 0, 8, dims.len() as u8];
    dims.iter().for_each(|dim| file.extend(dim.to_be_bytes()));
    file.extend(bytes);
    file
}

const LABELS: [u8; 12] = [0, 1, 2, 0, 1, 2, 0, 1, 2, 0, 1, 2];

pub(crate) fn idx_images() -> Vec<Vec<u8>> {
    let pixels: Vec<u8> = (0..192).collect();
    vec![idx(&[12, 4, 4], &pixels), idx(&[12, 16], &pixels), idx(&[12, 1, 4, 4], &pixels)]
}

pub(crate) fn idx_labels() -> Vec<Vec<u8>> {
    let wide: Vec<u8> =
        LABELS.iter().flat_map(|&label| [[0, 0, 0, label], [0; 4]].concat()).collect();
    let mut wide = idx(&[12, 2], &wide);
    wide[2] = 12;
    vec![idx(&[12], &LABELS), wide]
}

pub(crate) fn idx_packed() -> Vec<Vec<u8>> {
    let packed = |bytes: &Vec<u8>| {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
        encoder.write_all(bytes).unwrap();
        encoder.finish().unwrap()
    };
    let mut all: Vec<Vec<u8>> = idx_images().iter().map(packed).collect();
    // Much out of little: 4 MiB of zeros.
    all.push(packed(&idx(&[12, 1 << 18], &vec![0; 12 << 18])));
    all
}

fn folder(given: &Given<'_>, images: Option<&str>) -> Result<(), Refusal> {
    let (pictures, labels) = (&idx_images()[0], &idx_labels()[0]);
    match images {
        Some(name) => {
            given.file(name);
            given.lay("idx/train-labels-idx1-ubyte", labels);
        }
        None => {
            given.lay("idx/train-images-idx3-ubyte", pictures);
            given.file("idx/train-labels-idx1-ubyte");
        }
    }
    let place = given.folder.join("idx").display().to_string();
    let set = data::load(&Source::new(place)).map_err(of_src)?;
    let pixels = set.shape.pixels();
    assert!(set.train.images.iter().chain(&set.test.images).all(|image| image.len() == pixels));
    assert_eq!(set.train.images.len(), set.train.labels.len());
    Ok(())
}

pub(crate) fn images(given: &Given<'_>) -> Result<(), Refusal> {
    folder(given, Some("idx/train-images-idx3-ubyte"))
}

pub(crate) fn packed(given: &Given<'_>) -> Result<(), Refusal> {
    folder(given, Some("idx/train-images-idx3-ubyte.gz"))
}

pub(crate) fn labels(given: &Given<'_>) -> Result<(), Refusal> {
    folder(given, None)
}

pub(crate) fn image_files() -> Vec<Vec<u8>> {
    let mut all = texts(&["0, 16 255\n7", "P2\n# c\n2 2 15 0 15\n1 8", "1;2;3;4"]);
    all.push(b"P5 2 2 255\n\x00\x01\xfe\xff".to_vec());
    all
}

pub(crate) fn image(given: &Given<'_>) -> Result<(), Refusal> {
    let net = example(&[4, 2]);
    let image =
        spikestream_host::read_image(&given.file("image"), &net).map_err(|e| of_sim(e.into()))?;
    assert_eq!(image.len(), 4);
    Ok(())
}
