//! The benches on rust-hdl's simulator: sound hardware agrees, and hardware with other numbers is told by its
//! first value.

use rust_hdl::prelude::Block;
use spikestream::data;
use spikestream::hardware::On;
use spikestream::hardware::layout::Layout;
use spikestream::hardware::line::gap_cycles;
use spikestream_hw::emit::self_test;
use spikestream_hw::top::{Top, Wiring};

use super::*;
use crate::dut::Dut;
use crate::hdl::HdlDut;

fn images() -> Vec<Vec<u8>> {
    data::digits().test.images[..2].to_vec()
}

/// A whole board that carries a network.
fn top(net: &Net) -> Box<dyn Dut> {
    let wiring = Wiring {
        cycles_per_bit: OPTIONS.clock_hz / OPTIONS.baud,
        gap_bits: gap_cycles(OPTIONS.clock_hz.into()).ilog2() as usize,
        led_active_low: OPTIONS.led_active_low,
        button_active_low: OPTIONS.button_active_low,
    };
    let layout =
        Layout::new(net, On::planes(OPTIONS.lanes), &self_test(net, OPTIONS.shortcuts)).unwrap();
    let mut top = Top::<16>::new(&net.spec, &layout, OPTIONS.schedule, wiring);
    top.connect_all();
    let dut = HdlDut::new("top", top, |t| &mut t.clk).unwrap();
    let dut = dut.input("uart_rx", |t| &mut t.uart_rx).input("button", |t| &mut t.button);
    Box::new(dut.output("uart_tx", |t| &t.uart_tx))
}

/// The same network with one weight that differs and makes another current.
fn changed(net: &Net) -> Net {
    let mut other = net.clone();
    let weight = &mut other.layers[0].weights[64 + 3];
    *weight = if *weight == 7 { -7 } else { 7 };
    other
}

/// What a stage of the engine finds, whose hardware carries `carried`.
fn stage<'a>(net: &'a Net, built: &'a Built, carried: &Net, images: &[Vec<u8>]) -> Stage {
    let make = || -> Result<Box<dyn Bench + 'a>, SimError> {
        let engine = hdl_engine(carried, built)?;
        Ok(Box::new(EngineBench::new(net, built, "rust-hdl", engine)?))
    };
    let all: Vec<usize> = (0..images.len()).collect();
    Stage::timed("engine", &all, || sweep("engine", images, &all, &make)).unwrap()
}

/// The times in a file of waves, without those of the initial values.
fn times(path: &Path) -> Vec<u64> {
    let text = std::fs::read_to_string(path).unwrap();
    let (_, text) = text.rsplit_once("$end").unwrap();
    text.lines().filter_map(|line| line.strip_prefix('#')?.parse().ok()).collect()
}

#[test]
fn another_weight_is_found_where_it_is_and_its_waves_are_around_it() {
    let (net, mut images) = (small(), images());
    // The pixel of the weight is lit, so that it counts.
    images.iter_mut().for_each(|image| image[3] = 255);
    let built = Built::emit(&net, &OPTIONS).unwrap();
    let mut stage = stage(&net, &built, &changed(&net), &images);
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("first.vcd");
    let engine = hdl_engine(&changed(&net), &built).unwrap();
    let mut bench = EngineBench::new(&net, &built, "rust-hdl", engine).unwrap();
    bench.waves(&mut stage, &images, &path).unwrap();
    let first = stage.first_mismatch().unwrap();
    let place = first.place.unwrap();
    assert_eq!((place.layer, place.neuron, place.step), (0, 1, 0));
    assert_eq!((first.port.as_str(), first.image), ("current", Some(0)));
    assert_eq!(first.waves.as_ref(), Some(&path));
    assert_eq!(first.cycle, 105, "from the start of the image");
    // 64 cycles before it and 16 after, of two halves each.
    let at = 2 * (64 + 1 + first.cycle);
    let (times, last) = (times(&path), at + 2 * 16);
    assert!(times.contains(&at), "{at} of {times:?}");
    let (begin, end) = (times[0], times[times.len() - 1]);
    assert!((at - 128..at - 120).contains(&begin), "{begin} before {at}");
    assert_eq!(end, last + 1, "the second half of the last cycle is there");
    let mut report = Report::new(Level::Hdl, &net, &[0, 0], vec![stage], 1.0);
    assert!(!report.agrees() && report.mismatched_images == 2);
    assert!(report.table().contains("engine under rust-hdl: image 0, layer 0, neuron 1, step 0"));
    report.hold_against(&net.spec.provenance, Part::Test, 2);
    assert_eq!(report.note, None, "where a value differs, that is the news");
}

#[test]
fn every_image_and_its_cycles_count() {
    let (net, images) = (small(), images());
    let mut built = Built::emit(&net, &OPTIONS).unwrap();
    let sound = stage(&net, &built, &net, &images);
    assert_eq!(sound.checked.len(), 2);
    assert!(sound.checked.iter().all(|c| c.mismatched == 0 && c.compared == 3 * 15 * 2 + 22));
    built.design.cycles_per_image += 1;
    let mut late = stage(&net, &built, &net, &images);
    assert_eq!(late.first_mismatch().unwrap().port, "busy cycles");
}

#[test]
fn an_engine_that_does_not_finish_is_given_up() {
    let net = small();
    let mut built = Built::emit(&net, &OPTIONS).unwrap();
    let mut engine = hdl_engine(&net, &built).unwrap();
    let driver = Driver::new(engine.as_ref()).unwrap();
    let error = driver.infer(engine.as_mut(), &net, &images()[0], 5).unwrap_err();
    assert_eq!(error.code(), "sim::run::timeout");
    built.design.lanes = 17;
    assert_eq!(hdl_engine(&net, &built).err().unwrap().code(), "hw::engine::lanes");
}

#[test]
fn a_board_answers_through_its_pins_as_the_model_does() {
    let (net, images) = (small(), images());
    let mut built = Built::emit(&net, &OPTIONS).unwrap();
    let mut bench = PinBench::new(&net, &built, "top", top(&net)).unwrap();
    for (index, image) in images.iter().enumerate() {
        let checked = bench.check(index, image).unwrap();
        assert_eq!((checked.compared, checked.mismatched), (2 * 10 + 2, 0));
        let golden = spikestream::sc::network::Golden::new(&net, OPTIONS.schedule);
        assert_eq!(checked.class, golden.infer(image).class);
    }
    built.design.cycles_per_image += 1;
    let late = PinBench::new(&net, &built, "top", top(&net)).unwrap().check(1, &images[1]);
    let first = late.unwrap().first.unwrap();
    assert_eq!((first.port.as_str(), first.image), ("busy cycles", Some(1)));
    // From the first bit of the request to the last of the answer: 70 and 54 bytes of 10 bits.
    let least = 8 * 10 * (64 + 6 + 48 + 6) + built.design.cycles_per_image;
    assert!((least..least + 400).contains(&first.cycle), "{} of {least}", first.cycle);
}

/// The times in the waves of an image through the pins, and the cycle of its first mismatch, if there is one.
fn waves_of_the_pins(net: &Net, built: &Built) -> (Vec<u64>, Option<u64>) {
    let images = images();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("pins.vcd");
    let bench = || PinBench::new(net, built, "top", top(net)).unwrap();
    let checked = vec![bench().check(0, &images[0]).unwrap()];
    let mut stage = Stage { name: "top", images: vec![0], checked, seconds: 1.0 };
    bench().waves(&mut stage, &images, &path).unwrap();
    let first = stage.first_mismatch().cloned();
    assert_eq!(
        first.as_ref().and_then(|first| first.waves.clone()),
        first.as_ref().map(|_| path.clone())
    );
    (times(&path), first.map(|first| first.cycle))
}

#[test]
fn waves_of_the_pins_begin_with_the_first_request_or_are_around_a_mismatch() {
    let net = small();
    let mut built = Built::emit(&net, &OPTIONS).unwrap();
    let (times, mismatch) = waves_of_the_pins(&net, &built);
    // The request's first cycle and 16 more, of two halves each.
    let (begin, last) = (times[0], times[times.len() - 1]);
    assert!((32..=34).contains(&(last - begin)), "{begin} to {last}");
    assert_eq!(mismatch, None);
    built.design.cycles_per_image += 1;
    let (times, mismatch) = waves_of_the_pins(&net, &built);
    // 64 cycles before it and 16 after, though the answer ends with it.
    let at = begin + 2 * mismatch.unwrap();
    let (first, last) = (times[0], times[times.len() - 1]);
    assert_eq!((first, last), (at - 128, at + 33));
}

#[test]
fn a_board_that_carries_another_network_is_no_device_of_this_one() {
    let net = small();
    let built = Built::emit(&net, &OPTIONS).unwrap();
    let error = PinBench::new(&net, &built, "top", top(&changed(&net))).err().unwrap();
    assert_eq!(error.code(), "sim::uart::reply");
    assert!(error.to_string().contains("identifies itself as"), "{error}");
    // Answers of another shape are no answers either.
    let mut wider = small();
    wider.spec.layers[1].outputs = 9;
    let error = PinBench::new(&wider, &built, "top", top(&net)).err().unwrap();
    assert_eq!(error.code(), "sim::uart::reply");
}
