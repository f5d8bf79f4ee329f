//! Turns Verilog into a loadable model: Verilator, a C++ compiler, and a C interface that the
//! caller brings.
//!
//! Steps: `lint` (all of Verilator's warnings, clean but for the waivers), `verilate`, `compile`
//! (make), `link`. What comes out is `model.so`, and a program for each name in
//! [`Job::programs`], linked from the same objects.
//!
//! # What the C++ finds
//! `MODEL` is the model's class, `MODEL_HEADER` its header, `VM_TRACE` 1 if waves were asked for,
//! and `vl_fatal` is for it to define. Files are compiled in one folder, with `-O3`.

use std::path::{Path, PathBuf};

use crate::error::FlowError;
use crate::plan::Plan;
use crate::run::{self, Options};
use crate::tool::{Tool, Tools};

/// The loadable model, in the folder of the run.
pub const MODEL: &str = "model.so";

/// The tools that a build needs.
pub const TOOLS: [Tool; 4] = [Tool::Verilator, Tool::Perl, Tool::Make, Tool::Cxx];

/// Compilers started at once. Fixed, so that a plan is the same on every machine.
const COMPILERS: &str = "-j4";

/// A model to be made.
#[derive(Debug, Clone, Copy)]
pub struct Job<'a> {
    /// The design.
    pub verilog: &'a str,
    /// The module that becomes the model.
    pub top: &'a str,
    /// The C interface: file names and contents; `shim.cpp` is what is compiled.
    pub shim: &'a [(&'a str, &'a str)],
    /// Programs: names and the C++ of each, which has a `main`.
    pub programs: &'a [(&'a str, &'a str)],
    /// Verilator's waivers. None skips the lint: for netlists, whose style is their tool's.
    pub waivers: Option<&'a str>,
    /// Whether the model can write waves; that makes it slower.
    pub trace: bool,
}

/// The plan of a model.
///
/// # Errors
/// [`FlowError::PlanPath`] for a file name that leaves the folder.
pub fn plan(job: &Job<'_>) -> Result<Plan, FlowError> {
    let mut plan = Plan::default();
    plan.file("top.v", job.verilog)?;
    plan.file("model.mk", include_str!("../templates/model.mk"))?;
    for (name, text) in job.shim {
        plan.file(&format!("obj/{name}"), *text)?;
    }
    for (name, text) in job.programs {
        plan.file(&format!("obj/{name}.cpp"), *text)?;
    }
    if let Some(waivers) = job.waivers {
        plan.file("waivers.vlt", waivers)?;
        let args = ["--lint-only", "-Wall", "--no-timing", "--top-module", job.top];
        plan.step("lint", Tool::Verilator, args.into_iter().chain(["waivers.vlt", "top.v"]))?;
    }
    plan.step("verilate", Tool::Verilator, verilate_args(job))?;
    plan.step("compile", Tool::Make, compile_args(job))?;
    let link = |driver: String| [driver, "obj/model.a".to_owned(), "-pthread".to_owned()];
    let library = ["-shared", "-o", MODEL].map(str::to_owned);
    plan.step("link", Tool::Cxx, library.into_iter().chain(link("obj/shim.o".to_owned())))?;
    plan.product(MODEL)?;
    for (name, _) in job.programs {
        let output = ["-o".to_owned(), (*name).to_owned()];
        let inputs = link(format!("obj/{name}.o"));
        plan.step(&format!("link-{name}"), Tool::Cxx, output.into_iter().chain(inputs))?;
        plan.product(name)?;
    }
    Ok(plan)
}

fn verilate_args<'a>(job: &Job<'a>) -> Vec<&'a str> {
    // The prefix: a module's name may hold characters that C++ does not allow.
    let mut args = vec!["--cc", "--Mdir", "obj", "--top-module", job.top, "--prefix", "Vmodel"];
    // Registers without an initial value start at 0, as they do in an iCE40, and never at random.
    args.extend(["-O3", "--x-assign", "fast", "--x-initial", "fast", "--no-timing"]);
    args.extend(["--output-split", "20000", "-Wno-fatal", "-Wno-lint", "-Wno-style"]);
    if job.trace {
        args.push("--trace");
    }
    args.push("top.v");
    args
}

fn compile_args(job: &Job<'_>) -> Vec<String> {
    let programs: Vec<&str> = job.programs.iter().map(|(name, _)| *name).collect();
    // -B: objects of an interrupted run, or of another compiler, are not taken for finished.
    let mut args: Vec<String> =
        ["-C", "obj", "-f", "../model.mk", "-B", COMPILERS].map(str::to_owned).to_vec();
    args.push(format!("PROGRAMS={}", programs.join(" ")));
    args
}

/// Makes the model in its own folder below `root`, or finds it there. The folder is named by the
/// plan's digest, so that models never overwrite each other, and two processes that want the same
/// one wait for each other. Returns the folder.
///
/// # Errors
/// Whatever [`run::run`] reports: a lint warning, a design that Verilator rejects, a full disk.
pub fn build(job: &Job<'_>, tools: &Tools, root: &Path) -> Result<PathBuf, FlowError> {
    let plan = plan(job)?;
    let folder = root.join(format!("{}-{}", job.top, &plan.digest()[..16]));
    run::run(&plan, tools, &folder, &Options::default())?;
    Ok(folder)
}

#[cfg(test)]
mod tests {
    use super::*;

    const JOB: Job<'_> = Job {
        verilog: "module top; endmodule",
        top: "top",
        shim: &[("shim.cpp", "")],
        programs: &[],
        waivers: Some("`verilator_config"),
        trace: false,
    };

    fn names(job: &Job<'_>) -> Vec<String> {
        plan(job).unwrap().steps().iter().map(|step| step.name.clone()).collect()
    }

    #[test]
    fn steps_follow_from_the_job() {
        assert_eq!(names(&JOB), ["lint", "verilate", "compile", "link"]);
        assert_eq!(names(&Job { waivers: None, ..JOB }), ["verilate", "compile", "link"]);
        let bare = Job { programs: &[("bare", "int main() {}")], ..JOB };
        assert_eq!(names(&bare)[4..], ["link-bare"]);
        assert_eq!(plan(&bare).unwrap().products(), [MODEL, "bare"]);
    }

    #[test]
    fn every_input_changes_the_digest() {
        let base = plan(&JOB).unwrap().digest();
        let others = [
            Job { verilog: "module top; wire x; endmodule", ..JOB },
            Job { top: "engine", ..JOB },
            Job { shim: &[("shim.cpp", " ")], ..JOB },
            Job { waivers: Some(""), ..JOB },
            Job { trace: true, ..JOB },
        ];
        for other in others {
            assert_ne!(plan(&other).unwrap().digest(), base);
        }
    }
}
