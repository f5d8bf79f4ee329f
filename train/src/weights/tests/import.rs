//! Networks from files alone.

use super::*;
use crate::ScConfig;
use spikestream::data::{self, Dataset};

/// Digits whose images are cut to three pixels, of two classes.
fn tiny() -> Dataset {
    let mut set = data::digits();
    for split in [&mut set.train, &mut set.test] {
        split.images.iter_mut().for_each(|image| image.truncate(3));
        split.labels.iter_mut().for_each(|label| *label %= 2);
    }
    set.shape = data::ImageShape { channels: 1, height: 1, width: 3 };
    set.classes = 2;
    set
}

/// Whatever is refused names the file.
fn imported(import: &Import, bytes: &[u8]) -> Result<Imported, Error> {
    let file = tempfile::NamedTempFile::new().unwrap();
    fs::write(file.path(), bytes).unwrap();
    let read = import.read(file.path(), &tiny());
    if let Err(error) = &read {
        assert!(error.to_string().contains(&*file.path().to_string_lossy()), "{error}");
    }
    read
}

fn refused(import: &Import, bytes: &[u8]) -> (&'static str, String) {
    let error = imported(import, bytes).unwrap_err();
    (error.code(), error.to_string())
}

const LIF: Import = Import { beta: Some(0.75), threshold: None, reset: None };

#[test]
fn sizes_and_constants_come_from_the_file() {
    let constants = [
        scalar("lif1.beta", 0.875),
        scalar("lif1.threshold", 2.0),
        scalar("lif2.beta", 0.875),
        ("lif2.threshold", Dtype::F32, &[2][..], [1.5_f32, 4.0].map(f32::to_le_bytes).concat()),
        scalar("lif1.reset_mechanism_val", 1.0),
        scalar("lif2.reset_mechanism_val", 1.0),
        scalar("epoch", 3.0),
    ];
    let Imported { net, layers, notes, .. } =
        imported(&Import::default(), &net_with(&constants)).unwrap();
    let lines: Vec<String> = layers.iter().map(ToString::to_string).collect();
    assert_eq!(
        lines,
        [
            "fc1.weight 3 -> 4, lif1: beta 0.875, threshold 2, reset zero",
            "fc2.weight 4 -> 2, lif2: beta 0.875, threshold 1.5..4, reset zero",
        ]
    );
    assert_eq!(notes, ["epoch [], 3, has no place in the network"]);
    let (net, _) = net.to_net(&ScConfig::default(), "tiny", 8).unwrap();
    assert_eq!((net.spec.inputs(), net.spec.classes(), net.spec.neuron.leak), (3, 2, 3));
    assert_eq!(net.spec.neuron.reset, Reset::Zero);
}

#[test]
fn what_the_file_does_not_say_is_given_or_told() {
    let bytes = net_with(&[]);
    let (code, text) = refused(&Import::default(), &bytes);
    assert_eq!(code, "spikestream::train::no-leak");
    assert!(text.ends_with("how the neurons after fc1.weight leak"), "{text}");
    let imported_net = imported(&LIF, &bytes).unwrap();
    assert_eq!(imported_net.notes.len(), 4, "{:?}", imported_net.notes);
    assert!(imported_net.notes[0].contains("threshold of 1 is assumed after fc1.weight"));
    assert!(imported_net.notes[1].contains("assumed to subtract"));
    let all = Import { threshold: Some(3.0), reset: Some(Reset::Zero), ..LIF };
    let Imported { layers, notes, .. } = imported(&all, &bytes).unwrap();
    assert!(notes.is_empty(), "{notes:?}");
    assert_eq!((layers[1].beta, layers[1].threshold), ([0.75; 2], [3.0; 2]));
}

#[test]
fn what_file_and_options_say_must_be_the_same() {
    for (tensor, import, found) in [
        (scalar("lif1.beta", 0.5), LIF, "--beta is 0.75, but"),
        (
            scalar("lif1.threshold", 2.0),
            Import { threshold: Some(1.0), ..LIF },
            "--threshold is 1, but",
        ),
        (
            scalar("lif1.reset_mechanism_val", 1.0),
            Import { reset: Some(Reset::Subtract), ..LIF },
            "--reset is subtract, but",
        ),
    ] {
        let (code, text) = refused(&import, &net_with(&[tensor]));
        assert_eq!(code, "spikestream::train::contradiction", "{text}");
        assert!(text.starts_with(found), "{text}");
    }
    assert!(imported(&LIF, &net_with(&[scalar("lif1.beta", 0.75)])).is_ok());
}

#[test]
fn what_no_integers_stand_for_is_refused() {
    for more in [
        f32s("conv1.weight", &[2, 1, 3, 3]),
        f32s("lif1.recurrent.weight", &[4, 4]),
        f32s("fc1.delay", &[4, 3]),
        scalar("lif1.reset_mechanism_val", 2.0),
        scalar("lif1.alpha", 0.5),
    ] {
        let name = more.0;
        let bytes = net_with(&[more, scalar("lif1.threshold", 1.0)]);
        let (code, text) = refused(&LIF, &bytes);
        assert_eq!(code, "spikestream::train::no-integers", "{text}");
        assert!(text.contains(name) || name == "conv1.weight", "{name}: {text}");
    }
    let different = [scalar("lif1.beta", 0.5), scalar("lif2.beta", 0.9)];
    let Imported { net, .. } = imported(&Import::default(), &net_with(&different)).unwrap();
    let error = net.to_net(&ScConfig::default(), "tiny", 8).unwrap_err();
    assert_eq!(error.code(), "spikestream::train::no-integers");
}

#[test]
fn files_that_are_no_chain_from_the_data_are_refused() {
    let said = |tensors: &[_]| refused(&LIF, &file(tensors));
    let (code, text) = said(&[f32s("fc1.weight", &[4, 5]), f32s("fc2.weight", &[2, 4])]);
    assert_eq!(code, "spikestream::train::shape");
    let wanted = "an image of the data is of 3 pixels, not of as many as a first layer has inputs: \
                  fc1.weight [4, 5], fc2.weight [2, 4]";
    assert!(text.ends_with(wanted), "{text}");
    let (code, text) = said(&[f32s("fc1.weight", &[4, 3]), f32s("fc2.weight", &[2, 5])]);
    assert_eq!(code, "spikestream::train::order", "{text}");
    let (_, text) = said(&[f32s("fc1.weight", &[3, 4]), f32s("fc2.weight", &[4, 2])]);
    assert!(text.ends_with("transposed they would: a weight is [outputs, inputs]"), "{text}");
    let (_, text) = said(&[f32s("a.weight", &[3, 3]), f32s("b.weight", &[3, 3])]);
    assert!(text.contains("several orders: a.weight [3, 3], b.weight [3, 3]; or b"), "{text}");
    let (code, text) = said(&[f32s("fc1.weight", &[1, 3])]);
    assert_eq!(code, "spikestream::train::shape", "{text}");
    let (code, text) = said(&[scalar("epoch", 1.0)]);
    assert_eq!(code, "spikestream::train::weights");
    assert!(text.contains("it holds no matrix"), "{text}");
    assert_eq!(refused(&LIF, b"PK\x03\x04 no safetensors").0, "spikestream::train::weights");
    let missing = LIF.read(Path::new("no-such-file"), &tiny()).unwrap_err();
    assert_eq!(missing.code(), "spikestream::file::read");
}
