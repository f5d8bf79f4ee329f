//! From Verilog to a running model: Verilator through `flows`, then [`Model`].

use std::path::{Path, PathBuf};

use spikestream_flows::simulate::verilate::{self, Effort, Job};
use spikestream_flows::tool::Tools;

use crate::SimError;
use crate::verilated::{Model, SHIM};

/// A design as Verilog text.
#[derive(Clone, Copy, Debug)]
pub struct Source<'a> {
    /// The text, all modules.
    pub verilog: &'a str,
    /// The module that is simulated.
    pub top: &'a str,
    /// Its clock, if it has one.
    pub clock: Option<&'a str>,
    /// Verilator's waivers; none skips the lint.
    pub waivers: Option<&'a str>,
}

impl Source<'_> {
    /// A model in its initial state from the folder that [`Builder::build`] returned.
    ///
    /// # Errors
    /// What [`Model::load`] reports.
    pub fn load(&self, folder: &Path) -> Result<Model, SimError> {
        Model::load(&folder.join(verilate::MODEL), self.top, self.clock)
    }
}

/// The tools, and the folder that models are kept in.
#[derive(Clone, Debug)]
pub struct Builder {
    tools: Tools,
    root: PathBuf,
    effort: Effort,
}

impl Builder {
    /// Finds Verilator and a compiler, or installs them; models go below `root`.
    ///
    /// # Errors
    /// What [`Tools::locate`] reports.
    pub fn locate(root: &Path) -> Result<Self, SimError> {
        Ok(Self::with(Tools::locate(&verilate::TOOLS)?, root))
    }

    /// Tools that were found before.
    pub fn with(tools: Tools, root: &Path) -> Self {
        Self { tools, root: root.to_owned(), effort: Effort::Fast }
    }

    /// The same, for models of which few cycles are asked.
    pub fn brief(self) -> Self {
        Self { effort: Effort::Brief, ..self }
    }

    /// A model of the design in its initial state, built now unless it is there from before.
    ///
    /// # Errors
    /// What the build or [`Model::load`] reports.
    pub fn model(&self, source: &Source<'_>, trace: bool) -> Result<Model, SimError> {
        source.load(&self.build(source, trace, &[])?)
    }

    /// The folder that models are kept in.
    pub fn folder(&self) -> &Path {
        &self.root
    }

    /// Builds the model, with programs from the same objects, and returns its folder.
    ///
    /// # Errors
    /// What the build reports.
    pub fn build(
        &self,
        source: &Source<'_>,
        trace: bool,
        programs: &[(&str, &str)],
    ) -> Result<PathBuf, SimError> {
        let job = Job {
            verilog: source.verilog,
            top: source.top,
            shim: &SHIM,
            programs,
            waivers: source.waivers,
            trace,
            effort: self.effort,
        };
        Ok(verilate::build(&job, &self.tools, &self.root)?)
    }
}
