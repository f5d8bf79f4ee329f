//! Frames over a line: what was sent and may still be answered, and what came and is not yet a frame.

use std::time::{Duration, Instant};

use spikestream::hardware::line::{OVERHEAD, answer_bytes};
use spikestream::protocol::frame::{self, Frame, IDENTIFY, INFER, Missing, REFUSED, REPLY};
use spikestream::protocol::identity;
use spikestream::spec::Net;

use super::ledger::Ledger;
use super::pace::Pace;
use super::{Line, Patience, Troubles};
use crate::error::{Error, Talked};

/// Zeros behind each request. A board passes them over where it waits for a frame, runs or replies. One
/// that waits for bytes that got lost takes them for those, and refuses the frame at once instead of
/// dropping it after a gap.
const PADDING: [u8; 2] = [0; 2];

/// How long the answer to a question is waited for before any was timed.
const FIRST_QUESTION: Duration = Duration::from_millis(250);

/// What becomes of replies other than the one that is waited for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Others {
    /// A refusal ends the try, late replies of the other kind are passed over.
    Judged,
    /// They are passed over: nobody knows what was asked before.
    Ignored,
    /// There may be none.
    Barred,
}

/// Why a try failed.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Failure {
    /// Nothing of use came in time.
    Silence,
    /// As many bytes as a reply has came, and are none.
    Spoilt,
    /// The board refused a request: it was damaged on its way.
    Refused,
    /// A reply came that belongs to an earlier request.
    OutOfStep,
    /// The line is gone.
    Gone,
}

/// A line, and how the talk over it stands.
pub(super) struct Talk<L> {
    line: L,
    patience: Patience,
    /// Bytes that came and are not yet understood.
    buffer: Vec<u8>,
    pub(super) ledger: Ledger,
    pub(super) troubles: Troubles,
    /// Images that were answered.
    pub(super) answers: u64,
    /// Why the board has no network, as it said last.
    missing: Option<Missing>,
    /// Payload bytes of the replies to `infer` and to `identify`.
    answer: usize,
    identity: usize,
    images: Pace,
    questions: Pace,
}

impl<L: Line> Talk<L> {
    pub(super) fn new(net: &Net, line: L, patience: Patience) -> Self {
        Self {
            line,
            patience,
            buffer: Vec::new(),
            ledger: Ledger::default(),
            troubles: Troubles::default(),
            answers: 0,
            missing: None,
            answer: answer_bytes(net.spec.classes()),
            identity: identity(net).len(),
            images: Pace::new(patience.timeout, patience.timeout),
            questions: Pace::new(FIRST_QUESTION, patience.timeout),
        }
    }

    pub(super) fn name(&self) -> String {
        self.line.name()
    }

    /// When a request that starts now is given up.
    pub(super) fn until(&self) -> Instant {
        Instant::now() + self.patience.timeout * self.patience.tries
    }

    /// Sends a frame and waits for its reply. Refusals answer what is no command; they close nothing, since
    /// any damaged request may have caused them.
    pub(super) fn request(
        &mut self,
        command: u8,
        payload: &[u8],
        others: Others,
    ) -> Result<Frame, Failure> {
        let alone = !self.ledger.owes(command);
        self.send(command, payload)?;
        let begin = Instant::now();
        let deadline = begin + self.pace(command).wait();
        let reply = self.wait_for(command, others, deadline);
        match &reply {
            // Else it may be the reply to an earlier one, and says nothing of the time (Karn's rule).
            Ok(_) if alone => self.pace(command).took(begin.elapsed()),
            Err(Failure::Silence) => self.pace(command).missed(),
            _ => {}
        }
        reply
    }

    fn pace(&mut self, command: u8) -> &mut Pace {
        if command == INFER { &mut self.images } else { &mut self.questions }
    }

    fn send(&mut self, command: u8, payload: &[u8]) -> Result<(), Failure> {
        let mut bytes = frame::encode(command, payload);
        bytes.extend(PADDING);
        if [IDENTIFY, INFER].contains(&command) {
            self.ledger.sent(command);
        }
        self.line.send(&bytes).map_err(|_| Failure::Gone)
    }

    fn wait_for(
        &mut self,
        command: u8,
        others: Others,
        deadline: Instant,
    ) -> Result<Frame, Failure> {
        let wanted = match command {
            INFER => (INFER | REPLY, self.answer),
            IDENTIFY => (IDENTIFY | REPLY, self.identity),
            _ => (REFUSED, 1),
        };
        loop {
            let frame = self.next_reply(wanted, deadline)?;
            if frame.command == REFUSED {
                let missing = frame.payload.first().and_then(|&reason| Missing::of(reason));
                self.missing = missing.or(self.missing);
            } else {
                self.ledger.came(frame.command & !REPLY);
                self.missing = None;
            }
            if frame.command == wanted.0 {
                return Ok(frame);
            }
            match others {
                Others::Barred => return Err(Failure::OutOfStep),
                Others::Judged if frame.command == REFUSED => return Err(Failure::Refused),
                Others::Judged | Others::Ignored => {}
            }
            self.troubles.skipped_bytes += (frame.payload.len() + OVERHEAD) as u64;
        }
    }

    /// The next frame that comes, while one of such a command and length is waited for.
    fn next_reply(&mut self, wanted: (u8, usize), deadline: Instant) -> Result<Frame, Failure> {
        loop {
            if let Some(frame) = self.next_frame() {
                return Ok(frame);
            }
            if is_spoilt(&self.buffer, wanted) {
                self.skip_buffer();
                return Err(Failure::Spoilt);
            }
            let left = deadline.saturating_duration_since(Instant::now());
            if left.is_zero() {
                self.skip_buffer();
                return Err(Failure::Silence);
            }
            let bytes = self.line.receive(left).map_err(|_| Failure::Gone)?;
            self.buffer.extend(bytes);
        }
    }

    /// Takes the first whole frame out of what has come, with whatever was before it.
    fn next_frame(&mut self) -> Option<Frame> {
        let frame = frame::decode(&self.buffer)?;
        let own = frame.payload.len() + OVERHEAD;
        self.troubles.skipped_bytes += (frame.used - own) as u64;
        self.buffer.drain(..frame.used);
        Some(frame)
    }

    fn skip_buffer(&mut self) {
        self.troubles.skipped_bytes += self.buffer.len() as u64;
        self.buffer.clear();
    }

    /// Reads away what comes until nothing has come for so long, or for as long as a reply may take.
    pub(super) fn wait_for_silence(&mut self, quiet: Duration) -> Result<(), Failure> {
        let quiet = quiet.min(self.patience.timeout);
        let deadline = Instant::now() + self.patience.timeout + quiet;
        self.skip_buffer();
        while Instant::now() < deadline {
            match self.line.receive(quiet).map_err(|_| Failure::Gone)?.len() {
                0 => break,
                count => self.troubles.skipped_bytes += count as u64,
            }
        }
        Ok(())
    }

    /// Waits for a line that is gone.
    pub(super) fn reconnect(&mut self) -> Result<(), Error> {
        let deadline = self.until();
        self.buffer.clear();
        loop {
            match self.line.reopen() {
                Ok(()) => {
                    self.troubles.reconnects += 1;
                    return Ok(());
                }
                Err(error) if Instant::now() >= deadline => {
                    let (port, reason) = (self.name(), error.to_string());
                    return Err(Error::Lost { port, reason, talked: self.talked() });
                }
                Err(_) => std::thread::sleep(Duration::from_millis(50)),
            }
        }
    }

    fn talked(&self) -> Talked {
        Talked { answers: self.answers, retries: self.troubles.retries }
    }

    pub(super) fn no_answer(&self) -> Error {
        if let Some(missing) = self.missing {
            return Error::NoNetwork { port: self.name(), missing };
        }
        let seconds = (self.patience.timeout * self.patience.tries).as_secs_f64();
        Error::NoAnswer { port: self.name(), seconds, talked: self.talked() }
    }

    /// Counts a failed try.
    pub(super) fn failed(&mut self, failure: &Failure) {
        self.troubles.retries += 1;
        match failure {
            Failure::Silence => self.troubles.silent += 1,
            Failure::Spoilt => self.troubles.spoilt += 1,
            Failure::Refused => self.troubles.refused += 1,
            Failure::OutOfStep | Failure::Gone => {}
        }
    }
}

/// Whether bytes without a whole frame are as many as the reply that is waited for has, and no reply of
/// its head is still incomplete: then waiting on is of no use. A head may itself be incomplete: a client
/// that drops the first bytes of one would do so with each reply behind it too.
fn is_spoilt(bytes: &[u8], (command, payload): (u8, usize)) -> bool {
    let (whole, length) = (payload + OVERHEAD, (payload as u16).to_le_bytes());
    let head = [frame::SYNC, command, length[0], length[1]];
    let begins = |at: &usize| bytes[*at..].iter().zip(&head).all(|(byte, of)| byte == of);
    let begun = (0..bytes.len()).rev().find(begins);
    let complete = begun.is_none_or(|at| at + whole <= bytes.len());
    // Noise may hold heads without end.
    bytes.len() >= 4 * whole || bytes.len() >= whole && complete
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn damage_is_seen_without_waiting() {
        let wanted = (INFER | REPLY, 12);
        let whole = frame::encode(wanted.0, &[7; 12]);
        let spoilt = |bytes: &[u8]| is_spoilt(bytes, wanted);
        let with = |at: usize, byte: u8| {
            let mut bytes = whole.clone();
            bytes[at] = byte;
            bytes
        };
        assert!(spoilt(&with(9, 1)) && spoilt(&with(0, 1)) && spoilt(&with(2, 1)));
        assert!(!spoilt(&whole[1..]), "a byte may still come");
        // Behind noise the frame may still become whole.
        let behind_noise = [&[1, 2, 3], &whole[..17]].concat();
        assert!(!spoilt(&behind_noise) && spoilt(&[&behind_noise[..], &[0]].concat()));
        // The next reply's head has begun behind the rest of one that came late.
        for begun in 1..4 {
            assert!(!spoilt(&[&whole[2..], &whole[..begun]].concat()), "{begun}");
        }
    }
}
