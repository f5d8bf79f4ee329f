//! The shipped network gives the labels that training counted: the accuracy that its file reports
//! is the golden model's, image for image.

use std::path::Path;

use spikestream::data;
use spikestream::sc::network::{Golden, Schedule};
use spikestream::spec::Net;

/// Images of a split that the golden model gives their label.
fn right(net: &Net, split: &data::Split, schedule: Schedule) -> usize {
    let golden = Golden::new(net, schedule);
    let labelled = split.images.iter().zip(&split.labels);
    labelled.filter(|(image, label)| golden.infer(image).class == usize::from(**label)).count()
}

#[test]
fn digits_are_as_accurate_as_training_said() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../nets/digits");
    let net = Net::load(&folder).unwrap();
    let digits = data::load(&net.spec.provenance.data).unwrap();
    assert_eq!(digits.test.images.len(), 360);
    for schedule in [Schedule::Planes, Schedule::Stream] {
        let test = right(&net, &digits.test, schedule) as f64 / 360.0;
        assert_eq!(test, net.spec.provenance.accuracy, "{schedule:?}");
        assert!(test >= 0.970, "{test}");
    }
    let train = right(&net, &digits.train, Schedule::Planes);
    let share = train as f64 / digits.train.images.len() as f64;
    assert_eq!(share, net.spec.provenance.train_accuracy);
}
