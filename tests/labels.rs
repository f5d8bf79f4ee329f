//! The shipped networks give the labels that training counted: the accuracy that a network's file
//! reports is the golden model's, image for image.

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
fn every_shipped_network_is_as_accurate_as_training_said() {
    let shipped = [
        ("digits", 0.97),
        ("digits-tiny", 0.94),
        ("digits-delay", 0.98),
        ("digits-recurrent", 0.98),
    ];
    for (name, at_least) in shipped {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../nets").join(name);
        let net = Net::load(&folder).unwrap();
        assert_eq!(net.spec.name, name);
        let digits = data::load(&net.spec.provenance.data.parse().unwrap()).unwrap();
        assert_eq!(digits.test.images.len(), 360);
        for schedule in [Schedule::Planes, Schedule::Stream] {
            let test = right(&net, &digits.test, schedule) as f64 / 360.0;
            assert_eq!(test, net.spec.provenance.accuracy, "{name}, {schedule:?}");
            assert!(test >= at_least, "{name}: {test}");
        }
        let train = right(&net, &digits.train, Schedule::Planes);
        let share = train as f64 / digits.train.images.len() as f64;
        assert_eq!(share, net.spec.provenance.train_accuracy, "{name}");
    }
}
