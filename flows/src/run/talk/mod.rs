//! A program that stays and answers: one line in, one line of JSON out. The first line of JSON it
//! writes unasked, once it is ready.

mod error;

pub use error::Error;

use std::collections::VecDeque;
use std::io::{BufRead, BufReader, Read, Write};
use std::process::{Child, ChildStdin, Stdio};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use serde::de::DeserializeOwned;

use super::Stage;
use super::script::quoted;
use crate::base::error::FlowError;

/// How many lines of its stderr are kept for an error.
const KEPT: usize = 100;

/// How long a program that has closed its output may take to end.
const GRACE: Duration = Duration::from_secs(2);

/// A program that was started; it is killed when this is dropped.
#[derive(Debug)]
pub struct Talk {
    name: String,
    command: String,
    child: Child,
    questions: Option<ChildStdin>,
    answers: Receiver<String>,
    complaints: Arc<Mutex<VecDeque<String>>>,
    /// Disconnected once all complaints are in.
    complained: Receiver<String>,
}

impl Talk {
    /// Starts a program and waits for its first line.
    ///
    /// # Errors
    /// [`super::Error::NotStarted`], or as [`Talk::ask`].
    pub fn start<T: DeserializeOwned>(
        stage: &Stage,
        limit: Duration,
    ) -> Result<(Self, T), FlowError> {
        let mut command = stage.command();
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command
            .spawn()
            .map_err(|reason| super::Error::NotStarted { path: stage.program.clone(), reason })?;
        let complaints = Arc::default();
        let mut talk = Self {
            name: stage.name.clone(),
            command: stage.typed(&quoted(&stage.program.display().to_string())),
            questions: child.stdin.take(),
            answers: lines(child.stdout.take(), None),
            complained: lines(child.stderr.take(), Some(Arc::clone(&complaints))),
            complaints,
            child,
        };
        let greeting = talk.answer(limit)?;
        Ok((talk, greeting))
    }

    /// Writes a line and waits for the answer.
    ///
    /// # Errors
    /// [`Error`].
    pub fn ask<T: DeserializeOwned>(
        &mut self,
        question: &str,
        limit: Duration,
    ) -> Result<T, FlowError> {
        if let Some(input) = &mut self.questions {
            // One that has ended does not read; waiting for its answer finds that out.
            let _ = writeln!(input, "{question}").and_then(|()| input.flush());
        }
        self.answer(limit)
    }

    /// An answer that is of the right form and cannot be.
    pub fn wrong(&self, answer: impl Into<String>, reason: impl Into<String>) -> FlowError {
        let (name, command) = (self.name.clone(), self.command.clone());
        Error::Answer { name, answer: answer.into(), reason: reason.into(), command }.into()
    }

    fn answer<T: DeserializeOwned>(&mut self, limit: Duration) -> Result<T, FlowError> {
        match self.answers.recv_timeout(limit) {
            Ok(line) => serde_json::from_str(&line)
                .map_err(|e| self.wrong(line, format!("it is not what is expected: {e}"))),
            Err(RecvTimeoutError::Timeout) => Err(self.silent(limit)),
            Err(RecvTimeoutError::Disconnected) => Err(self.ended()),
        }
    }

    fn silent(&mut self, limit: Duration) -> FlowError {
        self.kill();
        let (name, command) = (self.name.clone(), self.command.clone());
        Error::Silent { name, seconds: limit.as_secs(), tail: self.tail(), command }.into()
    }

    fn ended(&mut self) -> FlowError {
        let status = self.status();
        let (name, command) = (self.name.clone(), self.command.clone());
        Error::Ended { name, status, tail: self.tail(), command }.into()
    }

    /// How it ended; one that closes its output and lives on is killed.
    fn status(&mut self) -> String {
        let begin = Instant::now();
        while begin.elapsed() < GRACE {
            match self.child.try_wait() {
                Ok(None) => thread::sleep(Duration::from_millis(20)),
                Ok(Some(status)) => return status.to_string(),
                Err(e) => return e.to_string(),
            }
        }
        self.kill();
        "it closed its output and went on".to_owned()
    }

    /// The last lines of its stderr. A child of its own may hold that open, so not for ever.
    fn tail(&self) -> String {
        let _ = self.complained.recv_timeout(GRACE);
        let lines = self.complaints.lock().unwrap_or_else(PoisonError::into_inner);
        super::tail(&Vec::from(lines.clone()).join("\n"))
    }

    fn kill(&mut self) {
        self.questions = None;
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Drop for Talk {
    fn drop(&mut self) {
        self.kill();
    }
}

/// Reads lines in a thread: into a channel, or the last of them into a list.
fn lines(
    from: Option<impl Read + Send + 'static>,
    list: Option<Arc<Mutex<VecDeque<String>>>>,
) -> Receiver<String> {
    let (sender, receiver) = mpsc::channel();
    thread::spawn(move || {
        let Some(from) = from else { return };
        let mut from = BufReader::new(from);
        let mut bytes = Vec::new();
        while from.read_until(b'\n', &mut bytes).is_ok_and(|n| n > 0) {
            let line = String::from_utf8_lossy(&bytes).trim_end().to_owned();
            bytes.clear();
            match &list {
                Some(list) => keep(list, line),
                None if sender.send(line).is_err() => break,
                None => {}
            }
        }
    });
    receiver
}

fn keep(list: &Mutex<VecDeque<String>>, line: String) {
    let mut list = list.lock().unwrap_or_else(PoisonError::into_inner);
    if list.len() == KEPT {
        list.pop_front();
    }
    list.push_back(line);
}
