//! The parts of a verification, without a compiled model: the levels that need none, and the benches on
//! rust-hdl's simulator.

mod benches;
mod levels;

use spikestream_hw::emit::Options;
use spikestream_hw::neuron::Multipliers;

use super::*;
use spikestream::hardware::Shortcuts;

#[test]
fn levels_have_names() {
    for level in Level::ALL {
        assert_eq!(Level::parse(level.name()).unwrap(), level);
    }
    let error = Level::parse("gate").unwrap_err();
    assert_eq!(error.code(), "sim::verify::level");
    assert_eq!(error.remedy(), "choose one of: golden, hdl, rtl, netlist, bitstream, board");
}

#[test]
fn more_images_than_there_are_is_an_error() {
    let images = vec![vec![0]; 3];
    assert_eq!(first(&images, None).unwrap().len(), 3);
    assert_eq!(first(&images, Some(2)).unwrap().len(), 2);
    assert_eq!(first(&images, Some(4)).unwrap_err().code(), "sim::verify::option");
}

#[test]
fn data_of_another_size_is_an_error() {
    let mut net = spikestream::spec::example(&[30, 10]);
    net.spec.provenance.data = "digits".into();
    assert_eq!(test_set(&net, None).unwrap_err().code(), "spikestream::net::shape");
    net = spikestream::spec::example(&[64, 10]);
    net.spec.provenance.data = "digits".into();
    assert_eq!(test_set(&net, None).unwrap().test.images.len(), 360);
}

#[test]
fn a_table_is_found_again_with_its_options() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("flowers.csv");
    std::fs::write(&path, "kind,a,b\nelm,1,2\nelm,3,4\nfir,5,6\nfir,7,8\n").unwrap();
    let mut net = spikestream::spec::example(&[2, 2]);
    net.spec.provenance.data = format!("{},label=kind,split=0.5", path.display());
    let test = test_set(&net, None).unwrap().test;
    assert_eq!(test.labels, [0, 1]);
    // What the columns were is the network's to say, even of another table under that name.
    net.inputs = data::load(&net.spec.provenance.data.parse().unwrap()).unwrap().inputs();
    let before = test_set(&net, None).unwrap().test;
    std::fs::write(&path, "b,kind,a\n2,elm,1\n4,elm,3\n6,fir,5\n900,fir,7\n").unwrap();
    let after = test_set(&net, None).unwrap().test;
    assert_eq!(after.images.len(), before.images.len());
    assert_eq!(after.images[0], before.images[0]);
    std::fs::remove_file(path).unwrap();
    assert_eq!(test_set(&net, None).unwrap_err().code(), "spikestream::data::unknown");
}

/// A line of eight cycles a bit.
const OPTIONS: Options = Options {
    clock_hz: 8_000_000,
    baud: 1_000_000,
    lanes: 16,
    schedule: spikestream::sc::network::Schedule::Planes,
    loaded: None,
    multipliers: Multipliers::NONE,
    shortcuts: Shortcuts::NONE,
    led_active_low: true,
    button_active_low: true,
};

/// A small network for the digits, of two steps.
fn small() -> Net {
    let mut net = spikestream::spec::example(&[64, 5, 10]);
    net.spec.provenance.data = "digits".into();
    net.spec.time.steps = 2;
    net
}
