//! The line to a board: a serial port, real or of a simulated board.

use std::fs::OpenOptions;
use std::io::{self, ErrorKind, Read, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use rustix::fs::OFlags;
use rustix::termios;
use serialport::{ClearBuffer, SerialPort, TTYPort};

use crate::Error;

/// How long a frame may take to be handed to the system.
const SEND: Duration = Duration::from_secs(2);

/// Bytes to a board and back.
pub trait Line {
    /// Sends bytes.
    ///
    /// # Errors
    /// What the system reports; the line may be gone.
    fn send(&mut self, bytes: &[u8]) -> io::Result<()>;

    /// What has come within `wait`: as soon as there is any, or nothing.
    ///
    /// # Errors
    /// What the system reports; the line may be gone.
    fn receive(&mut self, wait: Duration) -> io::Result<Vec<u8>>;

    /// Opens the line anew, after it was gone.
    ///
    /// # Errors
    /// That it is still gone.
    fn reopen(&mut self) -> Result<(), Error>;

    /// What it is called in messages.
    fn name(&self) -> String;
}

/// A serial port.
#[derive(Debug)]
pub struct Serial {
    path: PathBuf,
    baud: u32,
    port: Option<TTYPort>,
}

impl Serial {
    /// Opens a port at a baud rate.
    ///
    /// # Errors
    /// Its own for each: missing, busy, not permitted, no serial port, or what else the system says.
    pub fn open(path: &Path, baud: u32) -> Result<Self, Error> {
        let mut serial = Self { path: path.to_owned(), baud, port: None };
        serial.reopen()?;
        Ok(serial)
    }

    fn port(&mut self) -> io::Result<&mut TTYPort> {
        self.port.as_mut().ok_or_else(|| ErrorKind::NotConnected.into())
    }
}

/// Told from the file itself, because a serial library has one error for all of it.
fn ensure_usable(path: &Path) -> Result<(), Error> {
    let mut options = OpenOptions::new();
    // A port may otherwise wait for its carrier, or become this program's terminal.
    let flags = OFlags::NONBLOCK | OFlags::NOCTTY;
    options.read(true).write(true).custom_flags(flags.bits() as i32);
    let file = options.open(path).map_err(|e| refusal(path, &e))?;
    if termios::isatty(&file) { Ok(()) } else { Err(Error::NotSerial { port: path.into() }) }
}

/// The error for what the system says when a port is opened.
fn refusal(path: &Path, error: &io::Error) -> Error {
    let port = path.to_owned();
    match error.kind() {
        ErrorKind::NotFound => Error::NoPort { port },
        ErrorKind::PermissionDenied => Error::Permission { port },
        ErrorKind::ResourceBusy | ErrorKind::WouldBlock => Error::Busy { port },
        ErrorKind::IsADirectory => Error::NotSerial { port },
        _ => Error::Port { port, reason: error.to_string() },
    }
}

impl Line for Serial {
    fn send(&mut self, bytes: &[u8]) -> io::Result<()> {
        let port = self.port()?;
        port.set_timeout(SEND)?;
        match port.write_all(bytes).and_then(|()| port.flush()) {
            // A board that misses bytes does not answer.
            Err(e) if e.kind() == ErrorKind::TimedOut => Ok(()),
            sent => sent,
        }
    }

    fn receive(&mut self, wait: Duration) -> io::Result<Vec<u8>> {
        let port = self.port()?;
        port.set_timeout(wait.max(Duration::from_millis(1)))?;
        let (begin, mut buffer) = (Instant::now(), [0; 4096]);
        match port.read(&mut buffer) {
            // A hung-up terminal is at its end at once, again and again.
            Ok(0) if begin.elapsed() < wait => Err(ErrorKind::UnexpectedEof.into()),
            Ok(count) => Ok(buffer[..count].to_vec()),
            Err(e) if e.kind() == ErrorKind::TimedOut => Ok(Vec::new()),
            Err(e) if e.kind() == ErrorKind::Interrupted => Ok(Vec::new()),
            Err(e) => Err(e),
        }
    }

    fn reopen(&mut self) -> Result<(), Error> {
        self.port = None;
        ensure_usable(&self.path)?;
        // A link may lead to another terminal than it did.
        let path = std::fs::canonicalize(&self.path).unwrap_or_else(|_| self.path.clone());
        let open = serialport::new(path.to_string_lossy(), self.baud).open_native();
        let port = open.map_err(|error| match error.kind {
            // Its lock is taken. The library has no other use for this kind once a file is open.
            serialport::ErrorKind::NoDevice => Error::Busy { port: self.path.clone() },
            serialport::ErrorKind::Io(kind) => refusal(&self.path, &io::Error::new(kind, error)),
            _ => Error::Port { port: self.path.clone(), reason: error.to_string() },
        })?;
        // What came before this program is not for it.
        let _ = port.clear(ClearBuffer::All);
        self.port = Some(port);
        Ok(())
    }

    fn name(&self) -> String {
        self.path.display().to_string()
    }
}

impl Drop for Serial {
    fn drop(&mut self) {
        if let Some(port) = &mut self.port {
            // A pseudo-terminal keeps its lock beyond its users.
            let _ = port.set_exclusive(false);
        }
    }
}
