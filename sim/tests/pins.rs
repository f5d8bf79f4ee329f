//! The whole top through its pins: what a host, a cable and a finger can do to it.

#![allow(clippy::unwrap_used)] // a test stops at the first error

use std::path::Path;

use spikestream::sc::network::{Golden, Schedule};
use spikestream::spec::{Net, example};
use spikestream_hw::emit::Options;
use spikestream_hw::frame::{self, Answer, Frame};
use spikestream_hw::layout::identity;
use spikestream_sim::build::Builder;
use spikestream_sim::dut::Segment;
use spikestream_sim::uart::{Host, encode};
use spikestream_sim::verify::{Built, top_source};

const OPTIONS: Options = Options {
    clock_hz: 1_000_000,
    baud: 100_000,
    lanes: 16,
    schedule: Schedule::Stream,
    led_active_low: true,
    button_active_low: true,
};

/// Longer than the gap that drops a half frame: about 10 ms.
const GAP: u64 = 40_000;

/// A fresh board, the button released.
fn board(net: &Net) -> Host {
    let built = Built::emit(net, &OPTIONS).unwrap();
    let builder = Builder::locate(Path::new(env!("CARGO_TARGET_TMPDIR"))).unwrap();
    let model = builder.model(&top_source(&built.verilog, "top"), false).unwrap();
    let mut host =
        Host::new(Box::new(model), "uart_rx", "uart_tx", built.clocks_per_bit()).unwrap();
    set(&mut host, "button", 1);
    host.idle(1024).unwrap();
    host
}

fn net() -> Net {
    example(&[20, 12, 4])
}

fn set(host: &mut Host, pin: &str, level: u64) {
    let port = host.dut().port(pin).unwrap();
    host.dut().poke(port, &[level]).unwrap();
}

/// Whether an LED is lit; they are active low.
fn lit(host: &mut Host, pin: &str) -> bool {
    let port = host.dut().port(pin).unwrap();
    host.dut().value(port).unwrap() == 0
}

/// The reply, whose payload has `length` bytes.
fn reply(host: &mut Host, length: usize) -> Frame {
    let bytes = host.receive(length + 6, 100_000).unwrap();
    frame::decode(&bytes).unwrap()
}

fn identifies(host: &mut Host) {
    host.send(&frame::encode(frame::IDENTIFY, &[])).unwrap();
    let expected = identity(&net());
    let got = reply(host, expected.len());
    assert_eq!((got.command, got.payload), (frame::IDENTIFY | frame::REPLY, expected));
    assert!(host.unread().is_empty());
}

fn refuses(host: &mut Host, request: &[u8], reason: u8) {
    host.send(request).unwrap();
    let got = reply(host, 1);
    assert_eq!((got.command, got.payload), (frame::REFUSED, vec![reason]));
}

#[test]
fn bad_frames_are_refused_and_forgotten() {
    let mut host = board(&net());
    identifies(&mut host);
    let mut wrong_checksum = frame::encode(frame::IDENTIFY, &[]);
    *wrong_checksum.last_mut().unwrap() ^= 1;
    refuses(&mut host, &wrong_checksum, 1);
    identifies(&mut host);
    refuses(&mut host, &frame::encode(0x7e, &[]), 2);
    identifies(&mut host);
    refuses(&mut host, &frame::encode(frame::INFER, &[1, 2, 3]), 3);
    identifies(&mut host);
}

#[test]
fn garbage_and_half_frames_are_survived() {
    let mut host = board(&net());
    host.send(&[0x00, 0xff, 0x12, 0x34]).unwrap();
    identifies(&mut host);
    // Half a frame, then silence.
    host.send(&frame::encode(frame::INFER, &[7; 20])[..9]).unwrap();
    host.idle(GAP).unwrap();
    identifies(&mut host);
    // Half a byte, and glitches shorter than half a bit.
    let mut levels = encode(&[frame::SYNC], 10)[..5].to_vec();
    levels.push(Segment { value: 1, cycles: 200 });
    for _ in 0..20 {
        levels.extend([Segment { value: 0, cycles: 3 }, Segment { value: 1, cycles: 29 }]);
    }
    host.send_levels(&levels).unwrap();
    host.idle(GAP).unwrap();
    identifies(&mut host);
}

#[test]
fn images_after_garbage_are_the_golden_models() {
    let net = net();
    let golden = Golden::new(&net, Schedule::Stream);
    let mut host = board(&net);
    for seed in 0..3_usize {
        let image: Vec<u8> = (0..20).map(|i| ((i * 37 + seed * 101) % 256) as u8).collect();
        host.send(&[seed as u8; 3]).unwrap();
        host.send(&frame::encode(frame::INFER, &image)).unwrap();
        let got = reply(&mut host, 8 + 4 * 4);
        let answer = Answer::parse(&got.payload).unwrap();
        let want = golden.infer(&image);
        assert_eq!(
            (answer.class, answer.counts, answer.membranes),
            (want.class, want.counts, want.membranes)
        );
    }
}

#[test]
fn the_button_runs_the_self_test() {
    let mut host = board(&net());
    assert!(lit(&mut host, "led_status"), "ready for a frame");
    assert!(!lit(&mut host, "led_pass") && !lit(&mut host, "led_fail"), "not tested yet");
    set(&mut host, "button", 0);
    host.idle(2 * GAP).unwrap();
    assert!(lit(&mut host, "led_pass") && !lit(&mut host, "led_fail"));
    set(&mut host, "button", 1);
    host.idle(GAP).unwrap();
    identifies(&mut host);
}
