//! The host's side of a board: asks who is there, sends images, and believes no answer that it has
//! not checked.
//!
//! The frames are those of [`spikestream_hw::frame`]; they have no number, so an answer that comes
//! late could be taken for that of a later image. What prevents it is the order: a board answers
//! one request after the other and hears nothing meanwhile. So at the start, and after anything that
//! went wrong, the client asks until it is answered; then no answer to an earlier image can be on its
//! way. That question must be one that no older reply answers: an identity may be late too. So the
//! client shakes hands: `QUESTIONS` harmless questions of two kinds in a random order, each asked
//! only when the one before was answered rightly. Only the first may have other replies before its
//! own.
//!
//! # What is checked of an answer
//! Start byte, length and CRC-16, that it belongs to the request, that it has one count and one
//! membrane for each class, that no count exceeds the time steps, and that the class is the one that
//! counts and membranes give.

mod error;
mod image;
mod line;

use std::time::{Duration, Instant, SystemTime};

use spikestream::spec::Net;
use spikestream_hw::frame::{self, Answer, Frame};
use spikestream_hw::layout::{PROTOCOL, identity};

pub use error::Error;
pub use image::read as read_image;
pub use line::{Line, Serial};

use crate::random::Random;

/// How patient a client is.
#[derive(Clone, Copy, Debug)]
pub struct Patience {
    /// How long an answer may take.
    pub timeout: Duration,
    /// How often a request is tried.
    pub tries: u32,
}

impl Default for Patience {
    fn default() -> Self {
        Self { timeout: Duration::from_secs(2), tries: 5 }
    }
}

/// How the talk with a board went.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Troubles {
    /// Requests that were sent again.
    pub retries: u64,
    /// Bytes that belonged to no frame, or to one that nobody waited for.
    pub skipped_bytes: u64,
    /// Times that the line was gone and came back.
    pub reconnects: u64,
}

/// A board that carries a network.
pub struct Client<'a, L> {
    net: &'a Net,
    line: L,
    patience: Patience,
    /// Bytes that came and are not yet understood.
    buffer: Vec<u8>,
    troubles: Troubles,
    /// Orders the questions of handshakes.
    random: Random,
}

/// Questions of a handshake. Late replies pass for the answers to all of them with a chance of 2^-11.
const QUESTIONS: usize = 12;

/// The silence before the first handshake, which doubles with each try: longer than the gap that ends
/// a half frame, and than the 16 ms for which an FTDI chip may hold bytes back.
const QUIET: Duration = Duration::from_millis(40);

/// A command that every board refuses, and the reason that it gives.
const NO_COMMAND: u8 = 0x10;
const UNKNOWN_COMMAND: u8 = 2;

/// Why a try failed.
#[derive(Debug)]
enum Failure {
    /// Nothing of use came in time.
    Silence,
    /// The board refused the request: it was damaged on its way.
    Refused,
    /// A reply came that belongs to an earlier request.
    OutOfStep,
    /// The line is gone.
    Gone,
}

impl<'a, L: Line> Client<'a, L> {
    /// Connects to a board and makes sure that it carries the network.
    ///
    /// # Errors
    /// [`Error::NoAnswer`], [`Error::OtherNet`], [`Error::Version`].
    pub fn connect(net: &'a Net, line: L, patience: Patience) -> Result<Self, Error> {
        // Another order in each session; nothing else depends on it.
        let clock = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
        let seed = clock.as_nanos() as u64 ^ u64::from(std::process::id()) << 40;
        Self::connect_seeded(net, line, patience, seed)
    }

    fn connect_seeded(net: &'a Net, line: L, patience: Patience, seed: u64) -> Result<Self, Error> {
        let (troubles, random) = (Troubles::default(), Random::new(seed));
        let mut client = Self { net, line, patience, buffer: Vec::new(), troubles, random };
        client.identify()?;
        Ok(client)
    }

    /// How the talk went until now.
    pub fn troubles(&self) -> Troubles {
        self.troubles
    }

    /// Runs an image on the board.
    ///
    /// # Errors
    /// [`Error::NoAnswer`] when every try failed, [`Error::Nonsense`] for an answer that is whole and
    /// cannot be, [`Error::OtherNet`] when the board was exchanged meanwhile.
    pub fn infer(&mut self, image: &[u8]) -> Result<Answer, Error> {
        for _ in 0..self.patience.tries {
            match self.request(frame::INFER, image) {
                Ok(frame) => return self.checked(&frame.payload),
                Err(failure) => self.recover(&failure)?,
            }
        }
        Err(self.no_answer())
    }

    /// Makes sure of who is there, and that no older reply is on its way.
    fn identify(&mut self) -> Result<(), Error> {
        for attempt in 0..self.patience.tries {
            let silent = self.wait_for_silence(QUIET * (1 << attempt.min(6)));
            match silent.and_then(|()| self.shake_hands()) {
                Ok(identity) => return self.ensure_net(&identity),
                Err(Failure::Gone) => self.reconnect()?,
                Err(_) => self.troubles.retries += 1,
            }
        }
        Err(self.no_answer())
    }

    /// Reads away what comes until nothing has come for so long, or for as long as a reply may take.
    fn wait_for_silence(&mut self, quiet: Duration) -> Result<(), Failure> {
        let quiet = quiet.min(self.patience.timeout);
        let deadline = Instant::now() + self.patience.timeout + quiet;
        self.troubles.skipped_bytes += self.buffer.len() as u64;
        self.buffer.clear();
        while Instant::now() < deadline {
            match self.line.receive(quiet).map_err(|_| Failure::Gone)?.len() {
                0 => break,
                count => self.troubles.skipped_bytes += count as u64,
            }
        }
        Ok(())
    }

    /// Asks in a random order who is there and what every board refuses. See the module.
    fn shake_hands(&mut self) -> Result<Vec<u8>, Failure> {
        let identity = self.request(frame::IDENTIFY, &[])?.payload;
        for _ in 1..QUESTIONS {
            let (question, command, payload) = match self.random.below(2) {
                0 => (NO_COMMAND, frame::REFUSED, &[UNKNOWN_COMMAND][..]),
                _ => (frame::IDENTIFY, frame::IDENTIFY | frame::REPLY, &identity[..]),
            };
            let deadline = self.send(question, &[])?;
            let reply = self.reply(deadline)?;
            if (reply.command, &reply.payload[..]) != (command, payload) {
                return Err(Failure::OutOfStep);
            }
        }
        Ok(identity)
    }

    /// After a failed try: nothing may be on its way when the next one starts.
    fn recover(&mut self, failure: &Failure) -> Result<(), Error> {
        self.troubles.retries += 1;
        if let Failure::Gone = failure {
            self.reconnect()?;
        }
        self.identify()
    }

    /// Waits for a line that is gone.
    fn reconnect(&mut self) -> Result<(), Error> {
        let deadline = Instant::now() + self.patience.timeout * self.patience.tries;
        self.buffer.clear();
        loop {
            match self.line.reopen() {
                Ok(()) => {
                    self.troubles.reconnects += 1;
                    return Ok(());
                }
                Err(error) if Instant::now() >= deadline => return Err(error),
                Err(_) => std::thread::sleep(Duration::from_millis(50)),
            }
        }
    }

    /// Sends a frame and waits for its reply; other frames are passed over.
    fn request(&mut self, command: u8, payload: &[u8]) -> Result<Frame, Failure> {
        let deadline = self.send(command, payload)?;
        loop {
            let frame = self.reply(deadline)?;
            match frame.command {
                reply if reply == command | frame::REPLY => return Ok(frame),
                // Who asks who is there may find a board that refuses what somebody sent before.
                frame::REFUSED if command != frame::IDENTIFY => return Err(Failure::Refused),
                _ => self.troubles.skipped_bytes += frame.used as u64,
            }
        }
    }

    /// Sends a frame; returns when its reply must have come.
    fn send(&mut self, command: u8, payload: &[u8]) -> Result<Instant, Failure> {
        self.line.send(&frame::encode(command, payload)).map_err(|_| Failure::Gone)?;
        Ok(Instant::now() + self.patience.timeout)
    }

    /// The next frame that comes.
    fn reply(&mut self, deadline: Instant) -> Result<Frame, Failure> {
        loop {
            if let Some(frame) = self.next_frame() {
                return Ok(frame);
            }
            let left = deadline.saturating_duration_since(Instant::now());
            if left.is_zero() {
                self.troubles.skipped_bytes += self.buffer.len() as u64;
                self.buffer.clear();
                return Err(Failure::Silence);
            }
            let bytes = self.line.receive(left).map_err(|_| Failure::Gone)?;
            self.buffer.extend(bytes);
        }
    }

    /// Takes the first whole frame out of what has come, with whatever was before it.
    fn next_frame(&mut self) -> Option<Frame> {
        let frame = frame::decode(&self.buffer)?;
        let own = frame.payload.len() + frame::OVERHEAD;
        self.troubles.skipped_bytes += (frame.used - own) as u64;
        self.buffer.drain(..frame.used);
        Some(frame)
    }

    fn ensure_net(&self, found: &[u8]) -> Result<(), Error> {
        let wanted = identity(self.net);
        match found {
            found if found == wanted => Ok(()),
            [version, ..] if *version != PROTOCOL => {
                Err(Error::Version { found: *version, wanted: PROTOCOL })
            }
            found => Err(Error::OtherNet {
                found: shown(found),
                wanted: format!("{} ({})", self.net.spec.name, shown(&wanted)),
                net: self.net.spec.name.clone(),
            }),
        }
    }

    /// An answer that can be one of this network.
    fn checked(&self, payload: &[u8]) -> Result<Answer, Error> {
        let nonsense = |reason: String| Err(Error::Nonsense { reason });
        let spec = &self.net.spec;
        let Some(answer) = Answer::parse(payload) else {
            return nonsense(format!("{} bytes are no whole words", payload.len()));
        };
        if answer.counts.len() != spec.classes() {
            return nonsense(format!(
                "{} classes instead of {}",
                answer.counts.len(),
                spec.classes()
            ));
        }
        if let Some(count) = answer.counts.iter().find(|count| **count > spec.time.steps) {
            return nonsense(format!("{count} spikes in {} time steps", spec.time.steps));
        }
        let score = |class: usize| (answer.counts[class], answer.membranes[class]);
        let best = (0..spec.classes()).max_by_key(|&class| (score(class), spec.classes() - class));
        if best != Some(answer.class) {
            return nonsense(format!("class {} is not the one with most spikes", answer.class));
        }
        Ok(answer)
    }

    fn no_answer(&self) -> Error {
        Error::NoAnswer {
            port: self.line.name(),
            tries: self.patience.tries,
            seconds: self.patience.timeout.as_secs_f64(),
        }
    }
}

/// An identity in words.
fn shown(identity: &[u8]) -> String {
    let [_version, hash @ .., i0, i1, c0, c1, t0, t1] = identity else {
        return format!("something that calls itself {identity:02x?}");
    };
    let hash: String = hash.iter().map(|byte| format!("{byte:02x}")).collect();
    let number = |low: &u8, high: &u8| u16::from_le_bytes([*low, *high]);
    let (inputs, classes, steps) = (number(i0, i1), number(c0, c1), number(t0, t1));
    format!("network {hash} with {inputs} inputs, {classes} classes and {steps} time steps")
}

#[cfg(test)]
mod tests;
