//! Turns Verilog into a loadable model: Verilator, a C++ compiler, and a C interface that the
//! caller brings.
//!
//! Steps: `lint` (all of Verilator's warnings, clean but for the waivers), `verilate`, `compile`
//! (make), `link`. What comes out is `model.so`, and a program for each name in
//! [`Job::programs`], linked from the same objects. Verilator's own C++ is the same in every model, so it
//! is compiled once, in a run of its own beside them.
//!
//! # What the C++ finds
//! `MODEL` is the model's class, `MODEL_HEADER` its header, `VM_TRACE` 1 if waves were asked for,
//! and `vl_fatal` is for it to define. Files are compiled in one folder, with the optimisation of
//! [`Job::effort`].

use std::path::{Path, PathBuf};

use crate::base::error::FlowError;
use crate::run::plan::Plan;
use crate::run::{self, Options};
use crate::tool::{Tool, Tools};

/// The loadable model, in the folder of the run.
pub const MODEL: &str = "model.so";

/// Verilator's own C++, compiled, in the folder of its run.
const RUNTIME: &str = "obj/runtime.a";

/// The makefile of models and runtime.
const MAKEFILE: (&str, &str) = ("model.mk", include_str!("../../templates/model.mk"));

/// The tools that a build needs.
pub const TOOLS: [Tool; 4] = [Tool::VERILATOR, Tool::PERL, Tool::MAKE, Tool::CXX];

/// Compilers started at once. Fixed, so that a plan is the same on every machine.
const COMPILERS: &str = "-j4";

/// How Verilator cuts its C++: into files, and the functions of a flat netlist into pieces, so that
/// several compilers share the work. Both numbers, in nodes of its syntax tree, are above what an engine
/// or a top takes: those stay in one piece, which makes the fastest code.
const SPLIT: [&str; 4] = ["--output-split", "20000", "--output-split-cfuncs", "8000"];

/// The same where the compiler makes nothing fast: all in one piece, since each file reads all headers.
const WHOLE: [&str; 2] = ["--output-split", "1000000000"];

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
    /// What the C++ compiler does for the model's speed.
    pub effort: Effort,
}

/// What a C++ compiler does for a model's speed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Effort {
    /// All that it can: for a model that runs for long.
    #[default]
    Fast,
    /// None: for a model of which few cycles are asked. It compiles in a fifth of the time, and runs slower.
    Brief,
}

impl Effort {
    /// The compiler's option.
    fn option(self) -> &'static str {
        match self {
            Self::Fast => "-O3",
            Self::Brief => "-O0",
        }
    }
}

/// The plan of what models with waves, or those without, share: Verilator's own C++ as it is compiled for
/// a module of nothing.
fn runtime_plan(trace: bool) -> Result<Plan, FlowError> {
    let mut plan = Plan::default();
    plan.file("top.v", "module runtime;\nendmodule\n")?;
    plan.file(MAKEFILE.0, MAKEFILE.1)?;
    plan.step("verilate", Tool::VERILATOR, verilate_args("runtime", trace, Effort::Fast))?;
    plan.step("compile", Tool::MAKE, make_args("runtime.a"))?;
    plan.product(RUNTIME)?;
    Ok(plan)
}

/// The plan of a model.
///
/// # Errors
/// [`run::Error::PlanPath`] for a file name that leaves the folder.
pub fn plan(job: &Job<'_>) -> Result<Plan, FlowError> {
    let mut plan = Plan::default();
    plan.file("top.v", job.verilog)?;
    plan.file(MAKEFILE.0, MAKEFILE.1)?;
    for (name, text) in job.shim {
        plan.file(&format!("obj/{name}"), *text)?;
    }
    for (name, text) in job.programs {
        plan.file(&format!("obj/{name}.cpp"), *text)?;
    }
    if let Some(waivers) = job.waivers {
        plan.file("waivers.vlt", waivers)?;
        let args = ["--lint-only", "-Wall", "--no-timing", "--top-module", job.top];
        plan.step("lint", Tool::VERILATOR, args.into_iter().chain(["waivers.vlt", "top.v"]))?;
    }
    plan.step("verilate", Tool::VERILATOR, verilate_args(job.top, job.trace, job.effort))?;
    let programs: Vec<&str> = job.programs.iter().map(|(name, _)| *name).collect();
    let programs = format!("PROGRAMS={}", programs.join(" "));
    let effort = format!("EFFORT={}", job.effort.option());
    plan.step("compile", Tool::MAKE, make_args("all").into_iter().chain([programs, effort]))?;
    let runtime = format!("../{}/{RUNTIME}", folder("runtime", &runtime_plan(job.trace)?));
    let link =
        |driver: String| [driver, "obj/model.a".to_owned(), runtime.clone(), "-pthread".to_owned()];
    let library = ["-shared", "-o", MODEL].map(str::to_owned);
    plan.step("link", Tool::CXX, library.into_iter().chain(link("obj/shim.o".to_owned())))?;
    plan.product(MODEL)?;
    for (name, _) in job.programs {
        let output = ["-o".to_owned(), (*name).to_owned()];
        let inputs = link(format!("obj/{name}.o"));
        plan.step(&format!("link-{name}"), Tool::CXX, output.into_iter().chain(inputs))?;
        plan.product(name)?;
    }
    Ok(plan)
}

fn verilate_args(top: &str, trace: bool, effort: Effort) -> Vec<&str> {
    // The prefix: a module's name may hold characters that C++ does not allow.
    let mut args = vec!["--cc", "--Mdir", "obj", "--top-module", top, "--prefix", "Vmodel"];
    // Registers without an initial value start at 0, as they do in an iCE40, and never at random.
    args.extend(["-O3", "--x-assign", "fast", "--x-initial", "fast", "--no-timing"]);
    match effort {
        Effort::Fast => args.extend(SPLIT),
        Effort::Brief => args.extend(WHOLE),
    }
    args.extend(["-Wno-fatal", "-Wno-lint", "-Wno-style"]);
    if trace {
        args.push("--trace");
    }
    args.push("top.v");
    args
}

fn make_args(target: &str) -> Vec<String> {
    // -B: objects of an interrupted run, or of another compiler, are not taken for finished.
    let args = ["-C", "obj", "-f", "../model.mk", "-B", COMPILERS, target];
    args.map(str::to_owned).to_vec()
}

/// The folder of a run below the root: what it is of, and its plan's digest.
fn folder(name: &str, plan: &Plan) -> String {
    format!("{name}-{}", &plan.digest()[..16])
}

/// Makes the model in its own folder below `root`, or finds it there. The folder is named by the
/// plan's digest, so that models never overwrite each other, and two processes that want the same
/// one wait for each other. Returns the folder.
///
/// # Errors
/// Whatever [`run::run`] reports: a lint warning, a design that Verilator rejects, a full disk.
pub fn build(job: &Job<'_>, tools: &Tools, root: &Path) -> Result<PathBuf, FlowError> {
    let runtime = runtime_plan(job.trace)?;
    run::run(&runtime, tools, &root.join(folder("runtime", &runtime)), &Options::default())?;
    let plan = plan(job)?;
    let folder = root.join(folder(job.top, &plan));
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
        effort: Effort::Fast,
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
    fn models_share_the_runtime_of_their_kind() {
        let runtime =
            |trace| format!("../{}/{RUNTIME}", folder("runtime", &runtime_plan(trace).unwrap()));
        assert_ne!(runtime(false), runtime(true));
        let programs = &[("bare", "int main() {}")];
        for (job, own, other) in [
            (Job { programs, ..JOB }, false, true),
            (Job { top: "engine", programs, ..JOB }, false, true),
            (Job { trace: true, programs, ..JOB }, true, false),
        ] {
            let plan = plan(&job).unwrap();
            let links = plan.steps().iter().filter(|step| step.tool == Tool::CXX);
            for link in links {
                assert!(link.args.contains(&runtime(own)), "{:?}", link.args);
                assert!(!link.args.contains(&runtime(other)), "{:?}", link.args);
            }
        }
    }

    #[test]
    fn every_input_changes_the_digest() {
        let base = plan(&JOB).unwrap().digest();
        let others = [
            Job { verilog: "module top; wire x; endmodule", ..JOB },
            Job { top: "engine", ..JOB },
            Job { shim: &[("shim.cpp", " ")], ..JOB },
            Job { waivers: Some(""), ..JOB },
            Job { effort: Effort::Brief, ..JOB },
            Job { trace: true, ..JOB },
        ];
        for other in others {
            assert_ne!(plan(&other).unwrap().digest(), base);
        }
    }
}
