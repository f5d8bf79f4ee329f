//! Carries plans out. The only place that starts programs.
//!
//! A run leaves in its folder the plan's files, `run.sh`, one log a step, the products, and last
//! of all `manifest.json`. An interrupted run leaves no manifest, and the next one starts over.

pub mod background;
pub mod disk;
mod error;
pub mod interrupt;
pub mod kill;
pub mod manifest;
pub(crate) mod outcome;
pub mod plan;
pub mod script;
pub mod talk;

use std::collections::BTreeMap;
use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus, Stdio};
use std::time::Instant;

use crate::base::digest;
use crate::base::error::FlowError;
use crate::base::files::{self, unwritable};
use crate::base::system;
use crate::output;
use crate::tool::{Located, Tools, environment};
use disk::Scratch;
use manifest::{MANIFEST, Manifest, StepRecord};
use plan::{Plan, Step};
use script::{quoted, script};
use spikestream::progress::{self, Heartbeat};

pub use error::Error;

/// How many lines of a log an error shows.
const TAIL_LINES: usize = 12;

/// Variables by which one `make` speaks to another below it.
const MAKES_OWN: [&str; 4] = ["MAKEFLAGS", "GNUMAKEFLAGS", "MFLAGS", "MAKELEVEL"];

/// The script that repeats a run.
pub const SCRIPT: &str = "run.sh";

/// What a run does besides its plan.
pub struct Options<'a> {
    /// Called after each step with the folder of the run: a check that may stop the run. What it
    /// looks at must follow from the plan, since an unchanged run does not call it again.
    pub gate: &'a dyn Fn(&Step, &Path) -> Result<(), FlowError>,
    /// Show no progress: someone else does, for several runs at once.
    pub quiet: bool,
}

impl Default for Options<'_> {
    fn default() -> Self {
        Self { gate: &|_, _| Ok(()), quiet: false }
    }
}

/// Carries out a plan in `folder`, or finds that nothing has changed since it last was.
///
/// # Errors
/// [`FlowError::Unwritable`] for the folder, [`Error::StepFailed`] for a step,
/// [`Error::ProductMissing`] when a step leaves nothing, and whatever the gate reports.
pub fn run(
    plan: &Plan,
    tools: &Tools,
    folder: &Path,
    options: &Options<'_>,
) -> Result<Manifest, FlowError> {
    let digest = manifest::run_digest(plan, tools)?;
    files::make_folder(folder)?;
    let lock = lock(folder)?;
    if let Some(last) = Manifest::read(folder)
        && last.digest == digest
        && last.holds_in(folder)
    {
        return Ok(Manifest { unchanged: true, ..last });
    }
    let made = make(plan, tools, folder, options, (digest, &lock));
    made.map_err(|error| outcome::with_cause(error, plan, folder))
}

/// Carries out a plan in a folder that this process holds the lock of.
fn make(
    plan: &Plan,
    tools: &Tools,
    folder: &Path,
    options: &Options<'_>,
    (digest, lock): (String, &File),
) -> Result<Manifest, FlowError> {
    prepare(plan, tools, folder)?;
    let scratch = Scratch::new(folder)?;
    let mut steps = Vec::new();
    for step in plan.steps() {
        let label = format!("{} ({})", step.name, step.tool.id());
        steps.push(run_step(step, tools, folder, (lock, scratch.path()), options.quiet)?);
        for folder in [folder, scratch.path()] {
            disk::ensure_takes_more(folder, &label)?;
        }
        outcome::ensure_products_end(plan, folder, &label)?;
        (options.gate)(step, folder)?;
    }
    // Before the manifest: who is killed after that has left nothing that the next run must remove.
    drop(scratch);
    let manifest = Manifest {
        digest,
        tools: manifest::tool_records(plan, tools)?,
        steps,
        inputs: input_hashes(plan),
        products: outcome::product_hashes(plan, folder)?,
        routed: None,
        unchanged: false,
    };
    manifest.write(folder)?;
    Ok(manifest)
}

/// Keeps a second run out of the folder until the file is closed, here and in every tool that has
/// it for its input.
fn lock(folder: &Path) -> Result<File, FlowError> {
    let open = File::options().read(true).write(true).create(true).truncate(true).to_owned();
    let file = open.open(folder.join(".lock")).map_err(|e| unwritable(folder, &e))?;
    if file.try_lock().is_err() {
        output::tell(format_args!("note: waiting for another run in {}", folder.display()));
        file.lock().map_err(|e| unwritable(folder, &e))?;
    }
    Ok(file)
}

/// Removes what a finished run would leave, then writes the files of this one.
fn prepare(plan: &Plan, tools: &Tools, folder: &Path) -> Result<(), FlowError> {
    files::remove(&folder.join(MANIFEST))?;
    for product in plan.products() {
        files::remove(&folder.join(product))?;
    }
    for (path, content) in plan.files() {
        files::write(&folder.join(path), content)?;
    }
    for product in plan.products() {
        if let Some(parent) = folder.join(product).parent() {
            files::make_folder(parent)?;
        }
    }
    files::write(&folder.join(SCRIPT), script(plan, tools)?.as_bytes())
}

fn run_step(
    step: &Step,
    tools: &Tools,
    folder: &Path,
    (lock, scratch): (&File, &Path),
    quiet: bool,
) -> Result<StepRecord, FlowError> {
    let tool = tools.get(step.tool)?;
    let log = folder.join(step.log());
    let errors = File::create(&log).map_err(|e| unwritable(folder, &e))?;
    let output = match &step.output {
        Some(file) => File::create(folder.join(file)),
        None => errors.try_clone(),
    };
    let output = output.map_err(|e| unwritable(folder, &e))?;
    // The lock is empty, so as an input it ends at once; and if this process is killed, a tool that
    // lives on keeps the folder closed until it has written its last.
    let input = lock.try_clone().map_err(|e| unwritable(folder, &e))?;
    let mut command = command(&tool.path);
    command.args(&tool.args).args(&step.args).current_dir(folder);
    command.stdin(input).stdout(output).stderr(errors);
    Inherit::of(tool).apply(&mut command);
    command.env("TMPDIR", scratch);
    // What a `make` around this program was told is not meant for that of a plan.
    for name in MAKES_OWN {
        command.env_remove(name);
    }
    command.envs(tools.iter().flat_map(|tool| tool.env.iter().map(|(name, value)| (name, value))));

    let begin = Instant::now();
    let label = format!("{} ({} {})", step.name, step.tool.id(), tool.version);
    let heartbeat = (!quiet).then(|| Heartbeat::start(&label));
    let status =
        command.status().map_err(|reason| Error::NotStarted { path: tool.path.clone(), reason })?;
    drop(heartbeat);
    let seconds = begin.elapsed().as_secs_f64();
    if !status.success() {
        return Err(outcome::failure(step, tool, status, &log, folder));
    }
    if !quiet {
        progress::done(&label, seconds);
    }
    let argv = tool.words().map(str::to_owned).chain(step.args.iter().cloned()).collect();
    let name = step.name.clone();
    Ok(StepRecord { name, argv, log: step.log(), exit_code: 0, seconds })
}

/// The last lines of a text, indented.
pub(crate) fn tail(text: &str) -> String {
    let lines: Vec<&str> = text.lines().filter(|line| !line.trim().is_empty()).collect();
    let last = &lines[lines.len().saturating_sub(TAIL_LINES)..];
    last.iter().map(|line| format!("    {line}")).collect::<Vec<_>>().join("\n")
}

fn input_hashes(plan: &Plan) -> BTreeMap<String, String> {
    let hash = |(path, content): (&String, &Vec<u8>)| (path.clone(), digest::of_bytes(content));
    plan.files().iter().map(hash).collect()
}

/// What a program printed and how it ended.
#[derive(Debug)]
pub struct Captured {
    /// Whether it ended well.
    pub success: bool,
    /// Its exit code; none when a signal ended it.
    pub code: Option<i32>,
    /// How it ended, in words.
    pub status: String,
    /// What it printed on stdout.
    pub stdout: String,
    /// What it printed on stderr.
    pub stderr: String,
}

/// What a program is given of this process's variables.
#[derive(Debug, Clone)]
pub enum Inherit {
    /// All.
    All,
    /// All but those that are meant for the user's own Python, and these besides.
    Private(Vec<(String, String)>),
}

impl Inherit {
    /// What a tool is given: one that was installed has a Python of its own.
    pub(crate) fn of(tool: &Located) -> Self {
        match tool.root {
            Some(_) => Self::Private(Vec::new()),
            None => Self::All,
        }
    }

    fn apply(&self, command: &mut Command) {
        if let Self::Private(besides) = self {
            for name in environment::of_the_users_python() {
                command.env_remove(name);
            }
            command.envs(besides.iter().map(|(name, value)| (name, value)));
        }
    }
}

/// Starts a program and keeps what it prints.
///
/// # Errors
/// [`Error::NotStarted`].
pub fn capture<S: AsRef<std::ffi::OsStr>>(
    program: &Path,
    args: impl IntoIterator<Item = S>,
) -> Result<Captured, FlowError> {
    capture_with(program, args, &Inherit::All)
}

/// As [`capture`], with a choice of variables.
///
/// # Errors
/// [`Error::NotStarted`].
pub fn capture_with<S: AsRef<std::ffi::OsStr>>(
    program: &Path,
    args: impl IntoIterator<Item = S>,
    inherit: &Inherit,
) -> Result<Captured, FlowError> {
    let mut command = command(program);
    inherit.apply(&mut command);
    captured(program, command.args(args))
}

/// Starts a stage that prints to `stdout`, such as a place that cannot be written, and keeps what it says
/// on stderr.
///
/// # Errors
/// [`Error::NotStarted`].
pub fn stage_to(stdout: impl Into<Stdio>, stage: &Stage) -> Result<Captured, FlowError> {
    captured(&stage.program, stage.command().stdout(stdout))
}

fn captured(program: &Path, command: &mut Command) -> Result<Captured, FlowError> {
    let output = command
        .stdin(Stdio::null())
        .output()
        .map_err(|reason| Error::NotStarted { path: program.to_path_buf(), reason })?;
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    Ok(Captured {
        success: output.status.success(),
        code: output.status.code(),
        status: output.status.to_string(),
        stdout: text(&output.stdout),
        stderr: text(&output.stderr),
    })
}

/// As [`capture`], for programs that take more than a second: shows `label` meanwhile.
///
/// # Errors
/// [`Error::NotStarted`].
pub fn watch<S: AsRef<std::ffi::OsStr>>(
    program: &Path,
    args: impl IntoIterator<Item = S>,
    label: &str,
) -> Result<Captured, FlowError> {
    let _heartbeat = Heartbeat::start(label);
    capture(program, args)
}

/// A program that talks to the user itself: a stage started through cargo.
#[derive(Debug, Clone)]
pub struct Stage {
    /// What it is called in an error.
    pub name: String,
    /// The program.
    pub program: PathBuf,
    /// Its arguments.
    pub args: Vec<String>,
    /// Variables to set.
    pub env: Vec<(String, String)>,
    /// The folder to start it in.
    pub folder: PathBuf,
}

impl Stage {
    /// The command, with this process's input and output.
    pub(crate) fn command(&self) -> Command {
        let mut command = command(&self.program);
        let env = self.env.iter().map(|(name, value)| (name, value));
        command.args(&self.args).envs(env).current_dir(&self.folder);
        command
    }

    /// The command as one would type it, with this word for the program.
    pub(crate) fn typed(&self, program: &str) -> String {
        let words =
            std::iter::once(program.to_owned()).chain(self.args.iter().map(|arg| quoted(arg)));
        words.collect::<Vec<_>>().join(" ")
    }
}

/// Starts a stage with this process's input and output, and waits for it.
///
/// # Errors
/// [`Error::NotStarted`], or [`Error::StageFailed`] when it ends with a failure.
pub fn stage(stage: &Stage) -> Result<(), FlowError> {
    let status = stage
        .command()
        .status()
        .map_err(|reason| Error::NotStarted { path: stage.program.clone(), reason })?;
    if status.success() {
        return Ok(());
    }
    // Cargo, which is on PATH.
    let program = stage.program.file_stem().unwrap_or_default().to_string_lossy();
    Err(Error::StageFailed {
        stage: stage.name.clone(),
        status: status.to_string(),
        exit_code: exit_code(status),
        command: stage.typed(&program),
    }
    .into())
}

/// Starts a stage, waits for it and keeps what it prints.
///
/// # Errors
/// [`Error::NotStarted`].
pub fn capture_stage(stage: &Stage) -> Result<Captured, FlowError> {
    captured(&stage.program, &mut stage.command())
}

/// The exit code as a shell counts it: a program that a signal ended has 128 and the signal's number.
fn exit_code(status: ExitStatus) -> Option<i32> {
    status.code().or(system::signal(status).map(|signal| 128 + signal))
}

#[expect(clippy::disallowed_methods, reason = "the one place that starts programs")]
pub(crate) fn command(program: &Path) -> Command {
    Command::new(program)
}
