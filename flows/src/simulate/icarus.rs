//! Runs Verilog from power-up under Icarus, a simulator of four states: what nobody has set is unknown
//! there, where one of two states takes it for 0.
//!
//! Steps: `compile`, `simulate`. What comes out is [`RECORD`], the outputs as they change.

use std::path::{Path, PathBuf};

use crate::base::error::FlowError;
use crate::run::plan::Plan;
use crate::run::{self, Options};
use crate::tool::{Tool, Tools};

/// The outputs, in the folder of the run: a line for each cycle in which one changes, with the cycle's
/// number and the outputs' levels (`0`, `1`, `x`, `z`), the last output first.
pub const RECORD: &str = "record.txt";

/// The tools that a run needs.
pub const TOOLS: [Tool; 2] = [Tool::IVERILOG, Tool::VVP];

/// A level that an input takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Event {
    /// The first cycle with it, from 0.
    pub cycle: u64,
    /// The input's place in [`Job::inputs`].
    pub input: usize,
    /// The level: `0`, `1`, `x` or `z`.
    pub level: char,
}

/// A simulation to be run.
#[derive(Debug, Clone, Copy)]
pub struct Job<'a> {
    /// The design, all modules.
    pub verilog: &'a str,
    /// The module that is simulated.
    pub top: &'a str,
    /// Its clock.
    pub clock: &'a str,
    /// Its inputs that are driven, of one bit each.
    pub inputs: &'a [String],
    /// Its outputs that are watched, of one bit each.
    pub outputs: &'a [String],
    /// How many cycles it runs.
    pub cycles: u64,
    /// What is driven, in the order of the cycles.
    pub events: &'a [Event],
}

/// The plan of a simulation.
///
/// # Errors
/// Those of [`Plan::file`] and [`Plan::step`], which a fixed plan does not have.
pub fn plan(job: &Job<'_>) -> Result<Plan, FlowError> {
    let mut plan = Plan::default();
    plan.file("top.v", job.verilog)?;
    plan.file("testbench.v", include_str!("../../templates/testbench.v"))?;
    plan.file("ports.vh", ports(job))?;
    plan.file("stimulus.txt", stimulus(job))?;
    let defined = [
        format!("-DTOP={}", job.top),
        format!("-DCLOCK={}", job.clock),
        format!("-DINPUTS={}", job.inputs.len()),
        format!("-DOUTPUTS={}", job.outputs.len()),
    ];
    let args = ["-g2005", "-s", "testbench", "-o", "model.vvp"].map(str::to_owned);
    let files = ["testbench.v", "top.v"].map(str::to_owned);
    plan.step("compile", Tool::IVERILOG, args.into_iter().chain(defined).chain(files))?;
    plan.printing_step("simulate", Tool::VVP, ["-n", "model.vvp"], RECORD)?;
    Ok(plan)
}

fn ports(job: &Job<'_>) -> String {
    let of = |names: &[String], wire: &str| -> Vec<String> {
        let port = |(place, name): (usize, &String)| format!(".{name}({wire}[{place}])");
        names.iter().enumerate().map(port).collect()
    };
    let all = [of(job.inputs, "driven"), of(job.outputs, "seen")].concat();
    all.join(",\n") + "\n"
}

fn stimulus(job: &Job<'_>) -> String {
    let line = |e: &Event| format!("{} {} {}\n", e.cycle, e.input, e.level);
    format!("{}\n", job.cycles) + &job.events.iter().map(line).collect::<String>()
}

/// Runs the simulation in its own folder below `root`, which the plan's digest names, or finds it
/// there. Returns the file of the record.
///
/// # Errors
/// Whatever [`run::run`] reports: a design that Icarus rejects, a full disk.
pub fn run(job: &Job<'_>, tools: &Tools, root: &Path) -> Result<PathBuf, FlowError> {
    let plan = plan(job)?;
    let folder = root.join(format!("{}-{}", job.top, &plan.digest()[..16]));
    run::run(&plan, tools, &folder, &Options::default())?;
    Ok(folder.join(RECORD))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_stimulus_is_numbers_and_the_ports_are_bits() {
        let [inputs, outputs] = [["hold", "rx"], ["tx", "led"]].map(|n| n.map(str::to_owned));
        let event = |cycle, input, level| Event { cycle, input, level };
        let job = Job {
            verilog: "module top; endmodule",
            top: "top",
            clock: "clk",
            inputs: &inputs,
            outputs: &outputs,
            cycles: 40,
            events: &[event(0, 0, '1'), event(0, 1, 'x'), event(7, 0, '0')],
        };
        let plan = plan(&job).unwrap();
        let text = |name| String::from_utf8(plan.files()[name].clone()).unwrap();
        assert_eq!(text("stimulus.txt"), "40\n0 0 1\n0 1 x\n7 0 0\n");
        let ports = ".hold(driven[0]),\n.rx(driven[1]),\n.tx(seen[0]),\n.led(seen[1])\n";
        assert_eq!(text("ports.vh"), ports);
        assert_eq!(plan.products(), [RECORD]);
        assert_eq!(plan.tools(), TOOLS);
        assert!(plan.steps()[0].args.contains(&"-DOUTPUTS=2".to_owned()));
    }
}
