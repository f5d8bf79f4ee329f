//! The scenes that a mutant is played: images that disturb it, and everything that the protocol's page says
//! of frames, pauses, `hold`, the button and the LEDs.

use spikestream::protocol::frame::{self, IDENTIFY, INFER, SYNC, encode};

use super::images::disturbing;
use super::script::Script;
use crate::dut::Segment;

/// A sound design: short scenes first, so that most mutants end early.
pub(super) fn sound(script: &mut Script<'_>, images: &[Vec<u8>]) {
    script.identify();
    script.end("identity after power-up");
    for image in images.iter().chain(&disturbing(script.net)) {
        script.infer(image);
        script.end("an image");
    }
    frames(script, &images[0]);
    line(script);
    held(script, &images[0]);
    silence(script, &images[0]);
    button(script, &images[0]);
}

/// A design whose self-test expects another class: it fails, and the LEDs say so.
pub(super) fn failing(script: &mut Script<'_>, image: &[u8]) {
    script.wait(script.self_test());
    script.shows(false, true);
    script.end("a self-test that fails");
    script.infer(image);
    script.end("an image after it");
    script.button(false);
    script.wait(script.gap() + 16);
    script.button(true);
    script.wait(script.self_test());
    script.end("a second one");
}

/// Other weights, with which membranes reach their ends, and a self-test of another class.
pub(super) fn saturated(script: &mut Script<'_>, image: &[u8]) {
    script.infer(image);
    script.end("an image whose membranes reach their ends");
    script.wait(script.self_test());
    script.shows(true, false);
    script.identify();
    script.end("a self-test of another class");
}

/// Frames that are refused, garbage between frames, requests that come too early.
fn frames(script: &mut Script<'_>, image: &[u8]) {
    let length = image.len();
    for (command, payload) in [(IDENTIFY, &[][..]), (INFER, image)] {
        for from_end in [1, 2] {
            let mut bytes = encode(command, payload);
            let at = bytes.len() - from_end;
            bytes[at] ^= 0x81;
            script.refused(&bytes, 1);
        }
    }
    script.end("a wrong checksum");
    for command in [0x00, 0x03, 0x42, 0x81, 0x82, 0xff, 0x12, 0x22] {
        script.refused(&encode(command, &[])[..4], 2);
    }
    script.end("an unknown command");
    for command in [IDENTIFY, INFER] {
        let right = if command == INFER { length } else { 0 };
        for bit in 0..16 {
            let [low, high] = ((right ^ 1 << bit) as u16).to_le_bytes();
            script.refused(&[SYNC, command, low, high], 3);
        }
    }
    script.end("a wrong length");
    script.send(&[0x00, IDENTIFY, 0xff, INFER, 0x25, 0xa4, 0xe5]);
    script.identify();
    // What a receiver might take for a frame that has begun: no answer, and the frame behind it counts.
    for bit in 0..8 {
        let mut bytes = encode(IDENTIFY, &[]);
        bytes[0] ^= 1 << bit;
        script.send(&bytes);
        script.wait(script.byte());
    }
    script.identify();
    script.end("garbage before a frame");
    script.infer(image);
    script.identify();
    script.infer(&vec![SYNC; length]);
    script.end("frames without a pause");
    // The next frame's first byte ends within the reply's last, so that the board is just ready for it.
    script.send(&encode(IDENTIFY, &[]));
    script.expect_identity();
    script.sooner(script.byte() * 5 / 2);
    script.identify();
    script.end("a request as a reply ends");
    script.send(&[encode(IDENTIFY, &[]), encode(IDENTIFY, &[])].concat());
    script.wait(30 * script.byte());
    script.cut();
    script.end("a request within a reply");
    script.send(&encode(INFER, image));
    script.send(&encode(INFER, &vec![255; length])[..20]);
    script.cut();
    script.wait(script.built.design.cycles_per_image + 60 * script.byte());
    script.end("a request while the engine runs");
    script.identify();
    script.infer(image);
    script.end("what follows it");
}

/// A line with noise, breaks, and a sender whose clock is off.
fn line(script: &mut Script<'_>) {
    let bit = script.built.clocks_per_bit();
    for cycles in 1..bit / 2 - 2 {
        script.line(&[Segment { value: 0, cycles }, Segment { value: 1, cycles: bit }]);
    }
    script.wait(10 * bit);
    script.identify();
    script.end("noise shorter than half a bit");
    for bits in [10, 11, 25] {
        script.line(&[Segment { value: 0, cycles: bits * bit + bit / 2 }]);
        script.wait(2 * script.byte());
        script.identify();
    }
    script.end("a break");
    // Every other bit a cycle shorter or longer is 2 % off, which is what a receiver must take.
    for other in [bit - 1, bit, bit + 1] {
        let mut segments = crate::uart::encode(&encode(IDENTIFY, &[]), bit);
        segments.iter_mut().step_by(2).for_each(|segment| segment.cycles = other);
        script.line(&segments);
        script.wait(bit);
        script.expect_identity();
    }
    script.end("a sender that is fast or slow");
}

/// `hold` in every phase.
fn held(script: &mut Script<'_>, image: &[u8]) {
    let frame = encode(INFER, image);
    let (byte, run) = (script.byte(), script.built.design.cycles_per_image);
    let sent = frame.len() as u64 * byte;
    let phases =
        [3 * byte + 7, 20 * byte + 100, sent + 5, sent + 70, sent + run / 3, sent + run / 2];
    for at in phases.into_iter().chain([sent + run + 5 * byte + 3, sent + run + 30 * byte]) {
        let whole = usize::try_from(at / byte).unwrap_or(usize::MAX).min(frame.len());
        script.send(&frame[..whole]);
        script.wait(at - whole as u64 * byte);
        script.cut();
        script.hold(true);
        script.wait(40);
        script.hold(false);
        script.wait(300);
        script.end("hold within an image");
        script.identify();
        script.infer(image);
        script.end("what follows hold");
    }
}

/// Pauses within a frame, just shorter than the gap and longer.
fn silence(script: &mut Script<'_>, image: &[u8]) {
    let frame = encode(INFER, image);
    let short = script.gap() - script.byte() - 4;
    script.send(&frame[..9]);
    script.wait(short);
    script.send(&frame[9..]);
    script.expect_answer(image);
    script.end("a short pause within a frame");
    for sent in [1, 2, 3, 4, frame.len() - 2, frame.len() - 1] {
        script.send(&frame[..sent]);
        script.wait(script.gap() + 4);
        script.identify();
    }
    script.end("half a frame, and the gap");
}

/// The self-test, bounces, a press that is held.
fn button(script: &mut Script<'_>, image: &[u8]) {
    for cycles in [3, 200, 5] {
        script.button(true);
        script.wait(cycles);
        script.button(false);
        script.wait(cycles);
    }
    script.end("a button that bounces");
    script.button(true);
    script.wait(script.self_test());
    script.shows(true, false);
    script.end("a self-test");
    script.infer(image);
    script.end("an image after it");
    script.wait(script.gap() + 16);
    script.end("a button that is held");
    script.button(false);
    script.wait(script.gap() + 16);
    script.identify();
    script.button(true);
    script.wait(script.self_test());
    script.end("a second self-test");
    script.wait(2 * frame::OVERHEAD as u64);
}
