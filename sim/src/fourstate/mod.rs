//! A design from power-up under a simulator of four states: what nobody has set is unknown there, and
//! is followed to the pins.
//!
//! A [`Stimulus`] says what is driven in which cycle, all of it beforehand; a [`Recording`] is what the
//! outputs did. [`Session`] is both for a whole top: requests over its serial line, its button, its
//! `hold`, and the frames that it answered with.
//!
//! An unknown condition takes the `else` of its `if`, as Verilog says, so that not every unknown value
//! reaches a pin as one: the answers are to be compared too.
//!
//! # Timing
//! Cycles are those of [`crate::dut`]: an output is seen before the edge that ends the cycle.

mod recording;
mod session;
mod stimulus;

pub use recording::{Level, Recording};
pub use session::{Session, Talk};
pub use stimulus::Stimulus;

use std::path::{Path, PathBuf};

use spikestream_flows::simulate::icarus::{self, Job};
use spikestream_flows::tool::Tools;

use crate::SimError;

/// A design as Verilog text, with its pins of one bit.
#[derive(Clone, Debug)]
pub struct Design<'a> {
    /// The text, all modules.
    pub verilog: &'a str,
    /// The module that is simulated.
    pub top: &'a str,
    /// Its clock.
    pub clock: &'a str,
    /// Its inputs. One that the stimulus does not drive is unknown.
    pub inputs: Vec<String>,
    /// Its outputs.
    pub outputs: Vec<String>,
}

/// The four-state simulator, and the folder that its runs are kept in.
#[derive(Clone, Debug)]
pub struct Simulator {
    tools: Tools,
    root: PathBuf,
}

impl Simulator {
    /// Finds Icarus; runs go below `root`.
    ///
    /// # Errors
    /// What [`Tools::locate`] reports: Icarus is never installed for the user.
    pub fn locate(root: &Path) -> Result<Self, SimError> {
        Ok(Self { tools: Tools::locate(&icarus::TOOLS)?, root: root.to_owned() })
    }

    /// Runs a design from power-up.
    ///
    /// # Errors
    /// [`SimError::NoPort`] for a pin that is driven and is no input, and what the run reports.
    pub fn run(&self, design: &Design<'_>, stimulus: &Stimulus) -> Result<Recording, SimError> {
        let events = stimulus.events(design)?;
        let job = Job {
            verilog: design.verilog,
            top: design.top,
            clock: design.clock,
            inputs: &design.inputs,
            outputs: &design.outputs,
            cycles: stimulus.now(),
            events: &events,
        };
        let path = icarus::run(&job, &self.tools, &self.root)?;
        let text = std::fs::read_to_string(&path)
            .map_err(|e| SimError::Unreadable { path: path.clone(), reason: e.to_string() })?;
        let recording = Recording::parse(&text, design, stimulus.now());
        recording.map_err(|reason| SimError::Unreadable { path, reason })
    }
}
