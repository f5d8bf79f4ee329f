//! A board in simulation: the Verilated top, whose serial pins are a pseudo-terminal, so that any
//! program that talks to a serial port talks to it as to the real thing.
//!
//! Simulated time runs as fast as the machine allows while there is something to do, and hardly at
//! all while there is not: after the last byte in either direction the design is given as many cycles
//! as an image, its answer and the gap that drops a half frame take, and then only enough to stay
//! awake.

mod disturbance;
mod link;
mod serve;

pub use disturbance::Disturbance;
pub use link::Link;
pub use serve::{Wish, serve};

use std::fs::File;
use std::io::{ErrorKind, Read, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use serialport::{SerialPort, TTYPort};
use spikestream::protocol::frame::gap_bits;

use crate::SimError;
use crate::dut::Dut;
use crate::system;
use crate::uart::Host;
use crate::verify::Built;

/// Cycles that are simulated between two looks at the terminal.
const BURST: u64 = 20_000;

/// Cycles in each look while the board has nothing to do.
const ASLEEP: u64 = 500;

/// How long a look waits while the board has nothing to do.
const NAP: Duration = Duration::from_millis(5);

/// A board that is switched on.
pub struct Board {
    host: Host,
    terminal: TTYPort,
    /// The end that clients open; held open so that the terminal outlives them.
    client_end: File,
    path: PathBuf,
    /// Cycles after which nothing more can happen by itself.
    settled: u64,
    /// Cycles in which a network is loaded at the start.
    loading: u64,
    /// What the line does to bytes to the board, and from it.
    disturbances: Option<[Disturbance; 2]>,
}

impl Board {
    /// Switches a design on.
    ///
    /// # Errors
    /// [`SimError::NoPort`] for a design that is no top, [`SimError::Terminal`].
    pub fn power_on(built: &Built, dut: Box<dyn Dut>) -> Result<Self, SimError> {
        let mut host = Host::new(dut, "uart_rx", "uart_tx", built.clocks_per_bit())?;
        let button = host.dut().port("button")?;
        host.dut().poke(button, &[u64::from(built.design.button_active_low)])?;
        let failed = |e: serialport::Error| SimError::Terminal { reason: e.to_string() };
        let (terminal, client_end) = TTYPort::pair().map_err(failed)?;
        let path = PathBuf::from(client_end.name().unwrap_or_default());
        // Held without the lock that a serial port takes, which is for the client to take.
        let open = File::options().read(true).write(true).open(&path);
        let client_end = open.map_err(|e| SimError::Terminal { reason: e.to_string() })?;
        let gap = 1 << (gap_bits(built.design.board_clock_hz) + 1);
        let settled = gap + 4 * built.max_cycles();
        let loading = built.cycles_to_load();
        Ok(Self { host, terminal, client_end, path, settled, loading, disturbances: None })
    }

    /// Makes the line a bad one, in both directions alike.
    ///
    /// # Errors
    /// As [`Disturbance::new`].
    pub fn disturb(&mut self, rate: f64, seed: u64) -> Result<(), SimError> {
        let other_way = seed ^ 1 << 63;
        self.disturbances =
            Some([Disturbance::new(rate, seed)?, Disturbance::new(rate, other_way)?]);
        Ok(())
    }

    /// The terminal that a client opens.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Runs the board until `stop` is set.
    ///
    /// # Errors
    /// What the simulator reports, or [`SimError::Terminal`].
    pub fn run(&mut self, stop: &AtomicBool) -> Result<(), SimError> {
        let mut awake = self.settled + self.loading;
        while !stop.load(Ordering::Relaxed) {
            let heard = self.hear(if awake > 0 { Duration::ZERO } else { NAP })?;
            if heard.is_empty() {
                self.host.idle(if awake > 0 { BURST } else { ASLEEP })?;
                awake = awake.saturating_sub(BURST);
            } else {
                self.host.send(&heard)?;
                awake = self.settled;
            }
            let said = self.host.take();
            if !said.is_empty() {
                self.say(&said)?;
                awake = self.settled;
            }
        }
        Ok(())
    }

    /// What a client has sent, at most a small frame at a time: answers must get out in between.
    fn hear(&mut self, wait: Duration) -> Result<Vec<u8>, SimError> {
        if wait > Duration::ZERO {
            // A client that was killed leaves the terminal closed to others.
            system::open_to_others(&self.client_end);
        }
        let failed = |reason: String| SimError::Terminal { reason };
        self.terminal.set_timeout(wait).map_err(|e| failed(e.to_string()))?;
        let mut buffer = [0; 128];
        match self.terminal.read(&mut buffer) {
            Ok(count) => Ok(match &mut self.disturbances {
                Some([inward, _]) => inward.pass(&buffer[..count]),
                None => buffer[..count].to_vec(),
            }),
            Err(e) if matches!(e.kind(), ErrorKind::TimedOut | ErrorKind::Interrupted) => {
                Ok(Vec::new())
            }
            Err(e) => Err(failed(e.to_string())),
        }
    }

    /// Sends bytes to whoever listens. If nobody reads them they are lost, as on a wire.
    fn say(&mut self, bytes: &[u8]) -> Result<(), SimError> {
        let failed = |reason: String| SimError::Terminal { reason };
        let disturbed = self.disturbances.as_mut().map(|[_, outward]| outward.pass(bytes));
        let bytes = disturbed.as_deref().unwrap_or(bytes);
        let patience = Duration::from_millis(200);
        self.terminal.set_timeout(patience).map_err(|e| failed(e.to_string()))?;
        match self.terminal.write_all(bytes) {
            Err(e) if e.kind() != ErrorKind::TimedOut => Err(failed(e.to_string())),
            _ => Ok(()),
        }
    }
}
