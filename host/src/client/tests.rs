//! The client against a line that loses, flips, repeats and delays bytes, with a board behind it
//! that is the golden model.

use std::collections::VecDeque;
use std::io;
use std::time::Duration;

use spikestream::protocol::frame::{self, Frame};
use spikestream::protocol::identity;
use spikestream::sc::network::{Golden, Schedule};
use spikestream::spec::{Net, example};

use super::*;
use spikestream::random::Random;

/// What a line does to a byte on its way.
#[derive(Clone, Copy, Default)]
struct Faults {
    /// Of 1,000 bytes, so many are lost, have a bit flipped, or come twice.
    per_mille: u64,
    /// Every so manieth answer waits until the next request.
    late: u64,
    /// One reply in sixteen, and what is behind it, comes up to so many time-outs late.
    time_outs: u64,
    /// Every so manieth answer is the right one with another class and a right checksum.
    lies: u64,
    /// The board has no network, for this reason.
    missing: Option<frame::Missing>,
}

/// A board that answers from the golden model, behind a bad line.
struct Toy<'a> {
    net: &'a Net,
    random: Random,
    faults: Faults,
    heard: Vec<u8>,
    answers: VecDeque<(u64, Vec<u8>)>,
    held: Vec<Vec<u8>>,
    count: u64,
}

impl<'a> Toy<'a> {
    fn new(net: &'a Net, faults: Faults, seed: u64) -> Self {
        let (heard, answers, held) = (Vec::new(), VecDeque::new(), Vec::new());
        Self { net, random: Random::new(seed), faults, heard, answers, held, count: 0 }
    }

    fn damaged(&mut self, bytes: &[u8]) -> Vec<u8> {
        let mut out = Vec::new();
        for &byte in bytes {
            if self.random.below(1000) >= self.faults.per_mille {
                out.push(byte);
                continue;
            }
            match self.random.below(3) {
                0 => {}
                1 => out.push(byte ^ 1 << self.random.below(8)),
                _ => out.extend([byte, byte]),
            }
        }
        out
    }

    fn answer(&mut self, request: &Frame) -> Vec<u8> {
        if request.command == frame::IDENTIFY {
            return frame::encode(frame::IDENTIFY | frame::REPLY, &identity(self.net));
        }
        let outcome = Golden::new(self.net, Schedule::Planes).infer(&request.payload);
        self.count += 1;
        let mut class = outcome.class as u32;
        if self.faults.lies > 0 && self.count.is_multiple_of(self.faults.lies) {
            class = (class + 1) % self.net.spec.classes() as u32;
        }
        let mut payload = class.to_le_bytes().to_vec();
        payload.extend(100_u32.to_le_bytes());
        for (count, membrane) in outcome.counts.iter().zip(&outcome.membranes) {
            payload.extend((*count as u16).to_le_bytes());
            payload.extend((*membrane as i16).to_le_bytes());
        }
        frame::encode(frame::INFER | frame::REPLY, &payload)
    }
}

impl Line for Toy<'_> {
    fn send(&mut self, bytes: &[u8]) -> io::Result<()> {
        // What was held back comes first: late, and in order.
        self.answers.extend(self.held.drain(..).map(|answer| (0, answer)));
        let bytes = self.damaged(bytes);
        self.heard.extend(bytes);
        match frame::decode(&self.heard) {
            Some(request) => {
                let inputs = self.net.spec.inputs();
                let answer = match request.command {
                    frame::INFER | frame::IDENTIFY if self.faults.missing.is_some() => {
                        let reason = self.faults.missing.map_or(0, frame::Missing::reason);
                        frame::encode(frame::REFUSED, &[reason])
                    }
                    frame::INFER if request.payload.len() != inputs => {
                        frame::encode(frame::REFUSED, &[3])
                    }
                    frame::INFER | frame::IDENTIFY => self.answer(&request),
                    _ => frame::encode(frame::REFUSED, &[2]),
                };
                let answer = self.damaged(&answer);
                let late = self.faults.late > 0 && self.random.below(self.faults.late) == 0;
                let time_outs = match self.faults.time_outs {
                    most if most > 0 && self.random.below(16) == 0 => 1 + self.random.below(most),
                    _ => 0,
                };
                if late {
                    self.held.push(answer)
                } else {
                    self.answers.push_back((time_outs, answer))
                }
                self.heard.clear();
            }
            // A half frame is dropped after a gap.
            None => self.heard.clear(),
        }
        Ok(())
    }

    fn receive(&mut self, wait: Duration) -> io::Result<Vec<u8>> {
        match self.answers.front_mut() {
            Some((0, _)) => return Ok(self.answers.pop_front().unwrap().1),
            Some((time_outs, _)) => *time_outs -= 1,
            None => {}
        }
        std::thread::sleep(wait);
        Ok(Vec::new())
    }

    fn reopen(&mut self) -> Result<(), Error> {
        Ok(())
    }

    fn name(&self) -> String {
        "toy".to_owned()
    }
}

/// Two seconds in all, which no busy machine takes from a request that is answered.
const PATIENCE: Patience = Patience { timeout: Duration::from_millis(2), tries: 1000 };

/// Runs images through a line with faults; every answer must be the golden model's.
fn all_right(faults: Faults, images: usize) -> Troubles {
    let net = example(&[12, 6, 4]);
    let golden = Golden::new(&net, Schedule::Planes);
    let toy = Toy::new(&net, faults, 7);
    let mut client = Client::connect_seeded(&net, toy, PATIENCE, 13).unwrap();
    let mut random = Random::new(11);
    for index in 0..images {
        let image: Vec<u8> = (0..12).map(|_| random.below(256) as u8).collect();
        let answer = client.infer(&image).unwrap();
        let expected = golden.infer(&image);
        let got = (answer.class, &answer.counts, &answer.membranes);
        assert_eq!(got, (expected.class, &expected.counts, &expected.membranes), "image {index}");
    }
    client.troubles()
}

#[test]
fn a_good_line_needs_no_retry() {
    assert_eq!(all_right(Faults::default(), 50), Troubles::default());
}

#[test]
fn damaged_frames_are_sent_again_and_never_believed() {
    let troubles = all_right(Faults { per_mille: 3, ..Faults::default() }, 1000);
    assert!(troubles.retries > 50, "{troubles:?}");
}

/// Where half of the requests fail, an image takes no more of them the longer the talk lasts.
#[test]
fn what_was_lost_before_costs_no_later_image_anything() {
    let troubles = all_right(Faults { per_mille: 15, ..Faults::default() }, 1000);
    assert!((1000..2500).contains(&troubles.retries), "{troubles:?}");
}

#[test]
fn a_late_answer_is_not_taken_for_the_next_images() {
    let troubles = all_right(Faults { late: 16, ..Faults::default() }, 400);
    assert!(troubles.retries > 10 && troubles.skipped_bytes > 0, "{troubles:?}");
}

/// Identities come late as well, and must not vouch for the answers behind them.
#[test]
fn replies_many_time_outs_late_are_not_mixed_up() {
    for time_outs in 1..5 {
        let troubles = all_right(Faults { time_outs, ..Faults::default() }, 200);
        assert!(troubles.retries > 5 && troubles.skipped_bytes > 0, "{troubles:?}");
    }
}

#[test]
fn an_answer_that_cannot_be_is_an_error() {
    let net = example(&[12, 6, 4]);
    let toy = Toy::new(&net, Faults { lies: 1, ..Faults::default() }, 7);
    let mut client = Client::connect(&net, toy, PATIENCE).unwrap();
    assert_eq!(client.infer(&[9; 12]).unwrap_err().code(), "sim::client::nonsense");
}

#[test]
fn a_dead_line_and_another_network_are_told_apart() {
    let (net, mut other) = (example(&[12, 6, 4]), example(&[12, 6, 4]));
    let dead = Faults { per_mille: 1000, ..Faults::default() };
    let patience = Patience { tries: 3, ..PATIENCE };
    let error = Client::connect(&net, Toy::new(&net, dead, 1), patience).err().unwrap();
    assert_eq!(error.code(), "sim::client::no-answer");
    assert!(error.to_string().contains("`toy` did not answer within 0.006 s"), "{error}");

    other.layers[0].biases[0] += 1;
    let toy = Toy::new(&other, Faults::default(), 1);
    let error = Client::connect(&net, toy, patience).err().unwrap();
    assert_eq!(error.code(), "sim::client::other-net");
    assert!(error.to_string().contains("12 inputs, 4 classes"), "{error}");
    assert!(error.to_string().contains("on `toy`"), "{error}");
}

#[test]
fn a_board_without_its_network_says_why() {
    let net = example(&[12, 3]);
    let patience = Patience { timeout: Duration::from_millis(20), tries: 2 };
    for missing in frame::Missing::ALL {
        let faults = Faults { missing: Some(missing), ..Faults::default() };
        let error = Client::connect(&net, Toy::new(&net, faults, 1), patience).err().unwrap();
        assert_eq!(error.code(), "sim::client::no-network");
        assert!(error.to_string().contains(&missing.to_string()), "{error}");
        let waits = missing == frame::Missing::Loading;
        assert_eq!(error.remedy().starts_with("wait"), waits, "{}", error.remedy());
    }
}
