//! A program that runs beside this one until it is killed: a simulated board, in a test.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Stdio};

use super::{Error, command};
use crate::base::error::FlowError;

/// A program that was started; it is killed when this is dropped.
#[derive(Debug)]
pub struct Background {
    child: Child,
    /// The first line that it printed.
    pub first_line: String,
}

impl Background {
    /// Starts a program and waits for its first line on stdout. Its stderr is this process's.
    ///
    /// # Errors
    /// [`Error::NotStarted`], also when it ends without a line.
    pub fn start<S: AsRef<std::ffi::OsStr>>(
        program: &Path,
        args: impl IntoIterator<Item = S>,
    ) -> Result<Self, FlowError> {
        let failed =
            |reason| FlowError::from(Error::NotStarted { path: program.to_path_buf(), reason });
        let mut command = command(program);
        command.args(args).stdin(Stdio::null()).stdout(Stdio::piped());
        let mut child = command.spawn().map_err(failed)?;
        let mut first_line = String::new();
        if let Some(output) = child.stdout.take() {
            BufReader::new(output).read_line(&mut first_line).map_err(failed)?;
        }
        let started = Self { child, first_line: first_line.trim_end().to_owned() };
        match started.first_line.is_empty() {
            true => Err(failed(std::io::Error::other("it printed nothing"))),
            false => Ok(started),
        }
    }
}

impl Background {
    /// Waits for its end; true when it ended well.
    ///
    /// # Errors
    /// What the system reports.
    pub fn wait(&mut self) -> std::io::Result<bool> {
        self.child.wait().map(|status| status.success())
    }

    /// The process's number.
    pub fn id(&self) -> u32 {
        self.child.id()
    }
}

impl Drop for Background {
    fn drop(&mut self) {
        // Killed as a power cut would: it gets no chance to tidy up.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
