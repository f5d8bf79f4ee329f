//! A design under test, whoever simulates it.
//!
//! # Timing
//! A cycle has two halves. [`Dut::low`]: the clock is low and the outputs settle on the inputs
//! just driven; here outputs are sampled. [`Dut::high`]: the rising edge. So an output is seen as
//! a neighbour's flip-flop sees it, and a design is left just after an edge.
//!
//! # Values
//! A port of `w` bits is `ceil(w / 64)` words of 64 bits, the lowest first, unused bits 0. A row
//! is the values of some ports, one after another.

use std::path::Path;

use crate::SimError;

/// A port by its place in [`Dut::ports`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[repr(transparent)]
pub struct PortId(pub u32);

/// Which way a port faces, seen from the design.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    /// Driven from outside.
    In,
    /// Driven by the design.
    Out,
}

/// A port of a design.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Port {
    /// Name, as in the Verilog.
    pub name: String,
    /// Bits.
    pub width: u32,
    /// Which way it faces.
    pub direction: Direction,
}

impl Port {
    /// Words of 64 bits that a value takes.
    pub fn words(&self) -> usize {
        self.width.div_ceil(64) as usize
    }
}

/// Rows that [`Dut::capture`] recorded.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Capture {
    /// The rows, each a cycle number and then the values of the ports.
    pub words: Vec<u64>,
    /// Words of a row.
    pub row_words: usize,
    /// Cycles run.
    pub cycles: u64,
    /// Whether the stop port ended it.
    pub stopped: bool,
}

impl Capture {
    /// The rows: the cycle, and the values.
    pub fn rows(&self) -> impl Iterator<Item = (u64, &[u64])> {
        self.words.chunks_exact(self.row_words.max(1)).map(|row| (row[0], &row[1..]))
    }
}

/// What [`Dut::capture`] looks at.
#[derive(Clone, Copy, Debug)]
pub struct Watch<'a> {
    /// A row is recorded in each cycle in which this port is not 0.
    pub valid: PortId,
    /// The run ends after the cycle in which this port is not 0.
    pub stop: PortId,
    /// The ports of a row.
    pub outputs: &'a [PortId],
}

/// A pin's value and how many cycles it is held.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Segment {
    /// The value.
    pub value: u64,
    /// Cycles.
    pub cycles: u64,
}

/// A change of a pin.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Transition {
    /// The first cycle with the new value.
    pub cycle: u64,
    /// The new value.
    pub value: u64,
}

/// What [`Dut::wave`] drives and watches.
#[derive(Clone, Copy, Debug)]
pub struct Wave<'a> {
    /// The pin that is driven.
    pub driven: PortId,
    /// What it is driven with.
    pub segments: &'a [Segment],
    /// The pin that is watched.
    pub watched: PortId,
    /// Cycles to go on after the last segment, the driven pin held.
    pub tail: u64,
    /// Ends the tail early once the watched pin was still for so many cycles; 0 never does.
    pub quiet: u64,
}

/// A design under test. The bulk operations have a simple default; a simulator behind a foreign
/// function interface does each in one call.
pub trait Dut {
    /// The design's name, for messages.
    fn name(&self) -> &str;

    /// All ports but the clock of a rust-hdl block.
    fn ports(&self) -> &[Port];

    /// Rising edges so far: the number of the current cycle, from 0.
    fn cycle(&self) -> u64;

    /// Drives an input from now on.
    ///
    /// # Errors
    /// [`SimError::PortUse`] for an output.
    fn poke(&mut self, port: PortId, value: &[u64]) -> Result<(), SimError>;

    /// Reads a port as it stands into `value`, which has the words of the port.
    ///
    /// # Errors
    /// [`SimError::PortUse`] for a port that is not there.
    fn peek(&self, port: PortId, value: &mut [u64]) -> Result<(), SimError>;

    /// First half of a cycle: outputs settle on the inputs.
    ///
    /// # Errors
    /// [`SimError::Stopped`] when the logic does not settle.
    fn low(&mut self) -> Result<(), SimError>;

    /// Second half: the rising edge.
    ///
    /// # Errors
    /// [`SimError::Stopped`] when the logic does not settle.
    fn high(&mut self) -> Result<(), SimError>;

    /// Writes the waves of the cycles `first..=last`, which are still to come, to a VCD file,
    /// whichever call runs them. Time 2n is the first half of cycle n, 2n + 1 its second.
    ///
    /// # Errors
    /// [`SimError::Unwritable`], and [`SimError::NoTrace`] for a model compiled without waves.
    fn trace(&mut self, path: &Path, first: u64, last: u64) -> Result<(), SimError>;

    /// The port of a name.
    ///
    /// # Errors
    /// [`SimError::NoPort`], with the names that exist.
    fn port(&self, name: &str) -> Result<PortId, SimError> {
        let place = self.ports().iter().position(|port| port.name == name);
        place.map(|at| PortId(at as u32)).ok_or_else(|| SimError::NoPort {
            design: self.name().to_owned(),
            port: name.to_owned(),
            ports: self.ports().iter().map(|port| port.name.clone()).collect(),
        })
    }

    /// Words of a row of these ports.
    fn row_words(&self, ports: &[PortId]) -> usize {
        ports.iter().map(|port| self.ports()[port.0 as usize].words()).sum()
    }

    /// The value of a port of up to 64 bits.
    ///
    /// # Errors
    /// [`SimError::PortUse`] for a wider one.
    fn value(&self, port: PortId) -> Result<u64, SimError> {
        let mut value = [0];
        match self.ports().get(port.0 as usize) {
            Some(found) if found.width <= 64 => self.peek(port, &mut value).map(|()| value[0]),
            _ => Err(misused(self.name(), self.ports(), port, "one word cannot hold it")),
        }
    }

    /// Runs whole cycles with the inputs held.
    ///
    /// # Errors
    /// [`SimError::Stopped`] when the logic does not settle.
    fn run(&mut self, cycles: u64) -> Result<(), SimError> {
        for _ in 0..cycles {
            self.low()?;
            self.high()?;
        }
        Ok(())
    }

    /// Runs until `port` reads `value`, at most `max_cycles`. That cycle is left after its first
    /// half. Returns the whole cycles run, and none when the value never came.
    ///
    /// # Errors
    /// As [`Dut::run`].
    fn run_until(
        &mut self,
        port: PortId,
        value: u64,
        max_cycles: u64,
    ) -> Result<Option<u64>, SimError> {
        for cycles in 0..max_cycles {
            self.low()?;
            if self.value(port)? == value {
                return Ok(Some(cycles));
            }
            self.high()?;
        }
        Ok(None)
    }

    /// Drives a row of inputs and samples a row of outputs in each cycle, as many as `driven` has
    /// rows (`cycles` of them; without inputs the number is free). Returns the sampled rows.
    ///
    /// # Errors
    /// As [`Dut::poke`] and [`Dut::run`].
    fn play(
        &mut self,
        inputs: &[PortId],
        outputs: &[PortId],
        cycles: usize,
        driven: &[u64],
    ) -> Result<Vec<u64>, SimError> {
        let mut seen = vec![0; cycles * self.row_words(outputs)];
        let (mut driven, mut row) = (driven, &mut seen[..]);
        for _ in 0..cycles {
            for &port in inputs {
                let (value, rest) = driven.split_at(self.row_words(&[port]));
                self.poke(port, value)?;
                driven = rest;
            }
            self.low()?;
            for &port in outputs {
                let (value, rest) = row.split_at_mut(self.row_words(&[port]));
                self.peek(port, value)?;
                row = rest;
            }
            self.high()?;
        }
        Ok(seen)
    }

    /// Records rows while it runs, at most `max_cycles`.
    ///
    /// # Errors
    /// As [`Dut::run`].
    fn capture(&mut self, watch: Watch<'_>, max_cycles: u64) -> Result<Capture, SimError> {
        let row_words = 1 + self.row_words(watch.outputs);
        let mut capture = Capture { row_words, ..Capture::default() };
        while capture.cycles < max_cycles && !capture.stopped {
            self.low()?;
            if self.value(watch.valid)? != 0 {
                capture.words.push(self.cycle());
                for &port in watch.outputs {
                    let at = capture.words.len();
                    capture.words.resize(at + self.row_words(&[port]), 0);
                    self.peek(port, &mut capture.words[at..])?;
                }
            }
            capture.stopped = self.value(watch.stop)? != 0;
            self.high()?;
            capture.cycles += 1;
        }
        Ok(capture)
    }

    /// Drives one pin and watches another. Returns the watched pin's first value and its changes.
    ///
    /// # Errors
    /// As [`Dut::poke`] and [`Dut::run`].
    fn wave(&mut self, wave: Wave<'_>) -> Result<Vec<Transition>, SimError> {
        let mut seen = Vec::new();
        for segment in wave.segments {
            self.poke(wave.driven, &[segment.value])?;
            for _ in 0..segment.cycles {
                watched_cycle(self, wave.watched, &mut seen)?;
            }
        }
        let start = self.cycle();
        for _ in 0..wave.tail {
            let still_since = seen.last().map_or(start, |last: &Transition| last.cycle.max(start));
            if wave.quiet != 0 && self.cycle() - still_since >= wave.quiet {
                break;
            }
            watched_cycle(self, wave.watched, &mut seen)?;
        }
        Ok(seen)
    }
}

fn watched_cycle<D: Dut + ?Sized>(
    dut: &mut D,
    watched: PortId,
    seen: &mut Vec<Transition>,
) -> Result<(), SimError> {
    dut.low()?;
    let value = dut.value(watched)?;
    if seen.last().is_none_or(|last| last.value != value) {
        seen.push(Transition { cycle: dut.cycle(), value });
    }
    dut.high()
}

/// The ports of some names.
///
/// # Errors
/// [`SimError::NoPort`] for the first that does not exist.
pub fn ports_of<const N: usize>(
    dut: &(impl Dut + ?Sized),
    names: [&str; N],
) -> Result<[PortId; N], SimError> {
    let mut ids = [PortId(0); N];
    for (id, name) in ids.iter_mut().zip(names) {
        *id = dut.port(name)?;
    }
    Ok(ids)
}

/// Reads the lowest `width` bits as a signed number.
pub fn sign_extend(value: u64, width: u32) -> i64 {
    let unused = 64 - width;
    ((value << unused) as i64) >> unused
}

/// The error of a port used as it cannot be.
pub(crate) fn misused(
    design: &str,
    ports: &[Port],
    port: PortId,
    reason: &'static str,
) -> SimError {
    let name = ports.get(port.0 as usize).map(|port| port.name.clone());
    SimError::PortUse {
        design: design.to_owned(),
        port: name.unwrap_or_else(|| format!("number {}", port.0)),
        reason,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sign_extension_at_its_corners() {
        assert_eq!(sign_extend(0x7fff, 16), 32767);
        assert_eq!(sign_extend(0x8000, 16), -32768);
        assert_eq!(sign_extend(1, 1), -1);
        assert_eq!(sign_extend(u64::MAX, 64), -1);
    }
}
