//! A board under Verilator that is held at a random moment, and then asked.

use spikestream::hardware::line::answer_bytes;
use spikestream::hardware::{self, cycles::Cycles};
use spikestream::protocol::frame::{self, Answer, IDENTIFY, INFER, OVERHEAD, REPLY};
use spikestream::protocol::identity;
use spikestream::random::Random;
use spikestream::sc::network::Golden;
use spikestream::spec::Net;
use spikestream_hw::emit::self_test;
use spikestream_sim::SimError;
use spikestream_sim::dut::Segment;
use spikestream_sim::uart::{Host, encode};
use spikestream_sim::verify::{Built, top_source};

use crate::units::builder;

/// What a board is doing when it is held.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Phase {
    Receive,
    Run,
    Reply,
    SelfTest,
}

pub(super) const PHASES: [Phase; 4] = [Phase::Receive, Phase::Run, Phase::Reply, Phase::SelfTest];

/// Cycles from the end of `hold` to the next request: a board starts in 256 and a few.
const START: u64 = 300;

/// How many moments there were, and in how many the board was busy.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Count {
    pub(super) moments: u64,
    pub(super) busy: u64,
}

/// One board, held again and again: what one trial leaves is there in the next.
pub(super) struct Trials<'a> {
    net: &'a Net,
    built: &'a Built,
    golden: Golden<'a>,
    cycles: Cycles,
    host: Host,
    gap: u64,
    pub(super) count: Count,
}

impl<'a> Trials<'a> {
    pub(super) fn new(net: &'a Net, built: &'a Built) -> Result<Self, SimError> {
        let model = Box::new(builder().model(&top_source(&built.verilog, "top"), false)?);
        let host = Host::new(model, "uart_rx", "uart_tx", built.clocks_per_bit())?;
        let gap = 1 << frame::gap_bits(built.design.board_clock_hz);
        let golden = hardware::golden_on(net, built.on().shortcuts);
        let cycles = built.cycles(net);
        let mut trials = Self { net, built, golden, cycles, host, gap, count: Count::default() };
        trials.set("button", 1)?;
        trials.host.idle(START)?;
        Ok(trials)
    }

    /// Brings the board into a phase, holds it at a moment that the seed chooses, and asks it.
    pub(super) fn run(&mut self, phase: Phase, seed: u64) -> Result<(), String> {
        let at = |what: String| format!("{phase:?}, seed {seed}: {what}");
        let mut random = Random::new(seed << 8 | phase as u64);
        let result = self.trial(phase, &mut random);
        self.count.moments += 1;
        // The next trial begins from a board that is ready, whatever came of this one.
        let quiet =
            self.set("button", 1).and_then(|()| self.host.idle(3 * self.gap + self.patience()));
        self.host.take();
        quiet.map_err(|e| at(e.to_string()))?;
        result.map_err(|e| at(e.to_string()))?.map_err(at)
    }

    fn trial(&mut self, phase: Phase, random: &mut Random) -> Result<Result<(), String>, SimError> {
        let rest = self.bring(phase, random)?;
        let keep_button = phase == Phase::SelfTest && random.below(2) == 0;
        self.count.busy += u64::from(!self.lit("led_status")?);
        self.set("hold", 1)?;
        self.set("button", u64::from(!keep_button))?;
        // The host does not know of it, and goes on or falls silent.
        let goes_on = random.below(2) == 0;
        let held = 1 + random.below(40);
        self.host.idle(held)?;
        self.set("hold", 0)?;
        if goes_on && !rest.is_empty() {
            self.host.send_levels(&rest)?;
            self.host.idle(2 * self.gap)?;
        }
        self.host.idle(START)?;
        self.host.take();
        let leds = self.leds()?;
        if leds != [true, false, false] && !goes_on {
            return Ok(Err(format!("the LEDs show {leds:?} after the start")));
        }
        if keep_button {
            self.host.idle(2 * self.gap + self.patience())?;
            let leds = self.leds()?;
            if leds != [true, true, false] {
                return Ok(Err(format!("a button that is held shows {leds:?}")));
            }
        }
        self.ask(random)
    }

    /// Into the phase, a random way; returns what the host would still send.
    fn bring(&mut self, phase: Phase, random: &mut Random) -> Result<Vec<Segment>, SimError> {
        let bit = self.built.clocks_per_bit();
        let image = self.image(random);
        let asked = match random.below(3) {
            0 if phase != Phase::Run => frame::encode(IDENTIFY, &[]),
            _ => frame::encode(INFER, &image),
        };
        let (infers, levels) = (asked[1] == INFER, encode(&asked, bit));
        // The board is busy for no longer than this image takes it.
        let run = match phase {
            Phase::SelfTest => self_test(self.net, self.built.on().shortcuts).image,
            _ => image,
        };
        let (_, cycles) = self.cycles.infer(&self.golden, &run);
        match phase {
            Phase::Receive => {
                let (now, rest) = cut(&levels, random.below(levels.len() as u64 * bit));
                self.host.send_levels(&now)?;
                return Ok(rest);
            }
            Phase::Run => {
                self.host.send_levels(&levels)?;
                self.host.idle(random.below(cycles))?;
            }
            Phase::Reply => {
                self.host.send_levels(&levels)?;
                let length = if infers { answer_bytes(self.net.spec.classes()) } else { 15 };
                let line = (OVERHEAD + length) as u64 * 10 * bit;
                self.host.idle(u64::from(infers) * cycles + random.below(line))?;
            }
            Phase::SelfTest => {
                self.set("button", 0)?;
                let status = self.host.dut().port("led_status")?;
                let begun = self.host.dut().run_until(status, 1, 3 * self.gap)?;
                assert!(begun.is_some(), "the self-test begins");
                self.host.idle(1 + random.below(cycles))?;
            }
        }
        Ok(Vec::new())
    }

    /// Identity and an image, in a random order.
    fn ask(&mut self, random: &mut Random) -> Result<Result<(), String>, SimError> {
        let image = self.image(random);
        let first = random.below(2);
        for turn in 0..2 {
            let answered = if turn == first { self.identifies()? } else { self.infers(&image)? };
            if answered.is_err() {
                return Ok(answered);
            }
        }
        Ok(Ok(()))
    }

    fn identifies(&mut self) -> Result<Result<(), String>, SimError> {
        let expected = identity(self.net);
        let payload = self.reply(IDENTIFY, &[], expected.len())?;
        Ok(match payload {
            Some(payload) if payload == expected => Ok(()),
            other => Err(format!("it identifies itself as {other:02x?}")),
        })
    }

    fn infers(&mut self, image: &[u8]) -> Result<Result<(), String>, SimError> {
        let want = self.cycles.infer_observed(&self.golden, image, |_| ());
        let expected = Answer {
            class: want.outcome.class,
            steps: self.cycles.end_early().then_some(want.steps),
            cycles: want.cycles as u32,
            counts: want.outcome.counts,
            membranes: want.outcome.membranes,
        };
        let payload = self.reply(INFER, image, answer_bytes(self.net.spec.classes()))?;
        let answer = payload.as_deref().and_then(Answer::parse);
        Ok(match answer {
            Some(answer) if answer == expected => Ok(()),
            other => Err(format!("an image gives {other:?}, not {expected:?}")),
        })
    }

    /// The payload of the right reply to a request, and nothing but it on the line.
    fn reply(
        &mut self,
        command: u8,
        payload: &[u8],
        length: usize,
    ) -> Result<Option<Vec<u8>>, SimError> {
        self.host.send(&frame::encode(command, payload))?;
        let bytes = self.host.receive(OVERHEAD + length, self.patience())?;
        self.host.idle(20 * self.built.clocks_per_bit())?;
        let alone = self.host.take().is_empty();
        let right = frame::decode(&bytes).filter(|f| alone && f.command == command | REPLY);
        Ok(right.filter(|f| f.used == bytes.len()).map(|frame| frame.payload))
    }

    /// Cycles in which a reply is there, or a self-test over.
    fn patience(&self) -> u64 {
        let reply = OVERHEAD + answer_bytes(self.net.spec.classes());
        self.built.max_cycles() + 20 * reply as u64 * self.built.clocks_per_bit()
    }

    fn image(&self, random: &mut Random) -> Vec<u8> {
        (0..self.net.spec.inputs()).map(|_| random.corner_value(8) as u8).collect()
    }

    fn set(&mut self, pin: &str, value: u64) -> Result<(), SimError> {
        let port = self.host.dut().port(pin)?;
        self.host.dut().poke(port, &[value])
    }

    fn leds(&mut self) -> Result<[bool; 3], SimError> {
        Ok([self.lit("led_status")?, self.lit("led_pass")?, self.lit("led_fail")?])
    }

    fn lit(&mut self, led: &str) -> Result<bool, SimError> {
        let port = self.host.dut().port(led)?;
        Ok(self.host.dut().value(port)? == 0)
    }
}

/// Levels up to a cycle, and what is left of them.
fn cut(levels: &[Segment], cycles: u64) -> (Vec<Segment>, Vec<Segment>) {
    let (mut left, mut now, mut rest) = (cycles, Vec::new(), Vec::new());
    for &Segment { value, cycles } in levels {
        let taken = left.min(cycles);
        left -= taken;
        now.push(Segment { value, cycles: taken });
        rest.push(Segment { value, cycles: cycles - taken });
    }
    (now, rest)
}
