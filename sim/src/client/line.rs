//! The line to a board: a serial port, real or of a simulated board.

use std::fs::OpenOptions;
use std::io::{self, ErrorKind, Read, Write};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use serialport::{SerialPort, TTYPort};

use super::Error;

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
    /// [`Error::NoPort`], [`Error::Permission`] or [`Error::Port`].
    pub fn open(path: &Path, baud: u32) -> Result<Self, Error> {
        let mut serial = Self { path: path.to_owned(), baud, port: None };
        serial.reopen()?;
        Ok(serial)
    }

    fn port(&mut self) -> io::Result<&mut TTYPort> {
        self.port.as_mut().ok_or_else(|| ErrorKind::NotConnected.into())
    }

    fn refused(&self, reason: String) -> Error {
        Error::Port { port: self.path.clone(), reason }
    }
}

/// Told from the file itself, because a serial library has one error for all of it.
fn ensure_usable(path: &Path) -> Result<(), Error> {
    match OpenOptions::new().read(true).write(true).open(path) {
        Ok(_) => Ok(()),
        Err(e) if e.kind() == ErrorKind::NotFound => Err(Error::NoPort { port: path.into() }),
        Err(e) if e.kind() == ErrorKind::PermissionDenied => {
            Err(Error::Permission { port: path.into() })
        }
        Err(e) => Err(Error::Port { port: path.into(), reason: e.to_string() }),
    }
}

impl Line for Serial {
    fn send(&mut self, bytes: &[u8]) -> io::Result<()> {
        let port = self.port()?;
        port.write_all(bytes)?;
        port.flush()
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
        self.port = Some(open.map_err(|e| self.refused(e.to_string()))?);
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
