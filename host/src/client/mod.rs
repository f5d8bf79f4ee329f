//! The host's side of a board: asks who is there, sends images, and believes no answer that it has
//! not checked.
//!
//! The frames are those of [`spikestream::protocol::frame`]; they have no number, so an answer that comes
//! late could be taken for that of a later image. What prevents it is the order: a board answers one
//! request after the other, each at most once, and hears nothing meanwhile. The client keeps a ledger
//! of the requests that may still be answered. It sends an image until its answer comes: that closes all
//! questions of before. Where it sent the image more than once, more answers to it may come, so before it
//! sends another image it asks who is there until that is answered, which closes all images of before.
//! Images and questions take turns as the two bits of the alternating bit protocol do (Bartlett,
//! Scantlebury and Wilkinson, CACM 12, 260, 1969), so an image that was disturbed costs one question,
//! however much was lost before.
//!
//! A client that has just connected does not know what others asked before. It waits for silence and
//! shakes hands: `QUESTIONS` harmless questions of two kinds in a random order, each asked only when the
//! one before was answered rightly. Only the first may have other replies before its own. A question
//! that stays without answer is asked again; any other answer begins a new row.
//!
//! # What is checked of an answer
//! Start byte, length and CRC-16, that it belongs to the request, that it has one count and one
//! membrane for each class, that no count exceeds the time steps, and that the class is the one that
//! counts and membranes give.

mod check;
mod ledger;
mod line;
mod pace;
mod talk;

use std::time::{Duration, Instant, SystemTime};

use spikestream::protocol::frame::{Answer, Frame, IDENTIFY, INFER};
use spikestream::spec::Net;

pub use line::{Line, Serial};

use crate::Error;
use spikestream::random::Random;
use talk::{Failure, Others, Talk};

/// How patient a client is.
#[derive(Clone, Copy, Debug)]
pub struct Patience {
    /// How long an answer may take. Less is waited once earlier answers took less.
    pub timeout: Duration,
    /// An image is given up after so many times `timeout`.
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
    /// Requests that failed, so that one was sent again.
    pub retries: u64,
    /// Of those, the ones without a reply in time.
    pub silent: u64,
    /// Of those, the ones whose reply was damaged.
    pub spoilt: u64,
    /// Of those, the ones that the board refused: damaged on their way to it.
    pub refused: u64,
    /// Bytes that belonged to no frame, or to one that nobody waited for.
    pub skipped_bytes: u64,
    /// Times that the line was gone and came back.
    pub reconnects: u64,
}

/// A board that carries a network.
pub struct Client<'a, L> {
    net: &'a Net,
    talk: Talk<L>,
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

impl<'a, L: Line> Client<'a, L> {
    /// Connects to a board and makes sure that it carries the network.
    ///
    /// # Errors
    /// [`Error::NoAnswer`], [`Error::OtherNet`], [`Error::Version`], [`Error::Lost`].
    pub fn connect(net: &'a Net, line: L, patience: Patience) -> Result<Self, Error> {
        // Another order in each session; nothing else depends on it.
        let clock = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
        let seed = clock.as_nanos() as u64 ^ u64::from(std::process::id()) << 40;
        Self::connect_seeded(net, line, patience, seed)
    }

    fn connect_seeded(net: &'a Net, line: L, patience: Patience, seed: u64) -> Result<Self, Error> {
        let random = Random::new(seed);
        let mut client = Self { net, talk: Talk::new(net, line, patience), random };
        client.introduce()?;
        Ok(client)
    }

    /// How the talk went until now.
    pub fn troubles(&self) -> Troubles {
        self.talk.troubles
    }

    /// Runs an image on the board.
    ///
    /// # Errors
    /// [`Error::NoAnswer`] when every try failed, [`Error::Lost`] when the line is gone,
    /// [`Error::Nonsense`] for an answer that is whole and cannot be, [`Error::OtherNet`] when the
    /// board was exchanged meanwhile.
    pub fn infer(&mut self, image: &[u8]) -> Result<Answer, Error> {
        let until = self.talk.until();
        self.settle(until)?;
        loop {
            match self.talk.request(INFER, image, Others::Judged) {
                Ok(frame) => {
                    let answer = check::answer(self.net, &frame.payload, &self.talk.name())?;
                    self.talk.answers += 1;
                    return Ok(answer);
                }
                Err(failure) => self.recover(&failure, until)?,
            }
        }
    }

    /// Asks until no answer to an image of before can be on its way; nobody wants those any more.
    fn settle(&mut self, until: Instant) -> Result<(), Error> {
        while self.talk.ledger.owes(INFER) {
            match self.talk.request(IDENTIFY, &[], Others::Judged) {
                Ok(frame) => check::ensure_net(self.net, &frame.payload, &self.talk.name())?,
                Err(failure) => self.recover(&failure, until)?,
            }
        }
        Ok(())
    }

    /// After a failed try.
    fn recover(&mut self, failure: &Failure, until: Instant) -> Result<(), Error> {
        self.talk.failed(failure);
        if let Failure::Gone = failure {
            self.talk.reconnect()?;
            return self.introduce();
        }
        if Instant::now() < until { Ok(()) } else { Err(self.talk.no_answer()) }
    }

    /// Makes sure of who is there, and that no reply to anyone's earlier request is on its way.
    fn introduce(&mut self) -> Result<(), Error> {
        let until = self.talk.until();
        for attempt in 0_u32.. {
            let silent = self.talk.wait_for_silence(QUIET * (1 << attempt.min(6)));
            match silent.and_then(|()| self.shake_hands(until)) {
                Ok(identity) => {
                    return check::ensure_net(self.net, &identity, &self.talk.name());
                }
                Err(failure) => {
                    self.talk.failed(&failure);
                    if let Failure::Gone = failure {
                        self.talk.reconnect()?;
                    }
                }
            }
            if Instant::now() >= until {
                break;
            }
        }
        Err(self.talk.no_answer())
    }

    /// Asks in a random order who is there and what every board refuses. See the module.
    fn shake_hands(&mut self, until: Instant) -> Result<Vec<u8>, Failure> {
        self.talk.ledger.clear();
        let identity = self.insist(IDENTIFY, Others::Ignored, until)?.payload;
        for _ in 1..QUESTIONS {
            let (question, payload) = match self.random.below(2) {
                0 => (NO_COMMAND, &[UNKNOWN_COMMAND][..]),
                _ => (IDENTIFY, &identity[..]),
            };
            if self.insist(question, Others::Barred, until)?.payload != payload {
                return Err(Failure::OutOfStep);
            }
        }
        Ok(identity)
    }

    /// Asks a question of a handshake until something is answered.
    fn insist(&mut self, question: u8, others: Others, until: Instant) -> Result<Frame, Failure> {
        loop {
            match self.talk.request(question, &[], others) {
                Err(failure @ (Failure::Silence | Failure::Spoilt)) if Instant::now() < until => {
                    self.talk.failed(&failure);
                }
                reply => return reply,
            }
        }
    }
}

#[cfg(test)]
mod tests;
