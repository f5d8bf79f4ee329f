//! Errors of training: each with a stable code, a sentence and a remedy.

mod told;

use super::SURROGATES;
use spikestream::command::command;
use spikestream::nearest::did_you_mean;
use spikestream::neuron::cell as neuron;
use spikestream::neuron::equations::{Error as Wrong, Fault};
use std::path::PathBuf;

/// What went wrong with a network to train, its config, its data or its numbers.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum TrainError {
    /// A surrogate's name or shape is not known.
    #[error("there is no surrogate {given:?}")]
    Surrogate {
        /// What was given.
        given: String,
    },
    /// A cell's constant is outside its range.
    #[error("{cell}: {field} is {value}, not a number {allowed}")]
    Constant {
        /// The cell's kind.
        cell: &'static str,
        /// The field of its config.
        field: &'static str,
        /// Its value.
        value: f32,
        /// What is allowed.
        allowed: &'static str,
    },
    /// Two shapes that must agree do not.
    #[error("{what} is {found}, not {expected}")]
    Shape {
        /// Which thing.
        what: String,
        /// What it is.
        found: String,
        /// What it should be.
        expected: String,
    },
    /// A label names no class.
    #[error("label {label} of sample {at} is outside 0..{classes}")]
    Label {
        /// The sample, from 0.
        at: usize,
        /// Its label.
        label: usize,
        /// Classes of the network.
        classes: usize,
    },
    /// A number of the input or of a parameter is none.
    #[error("{what} holds {value} at {at}")]
    NotFinite {
        /// Which tensor.
        what: String,
        /// Its place, row-major, from 0.
        at: usize,
        /// Its value.
        value: f32,
    },
    /// A value of the config or an option cannot work.
    #[error("{field} cannot be {value}")]
    Value {
        /// The field or option.
        field: String,
        /// Its value.
        value: String,
        /// What is allowed.
        allowed: String,
    },
    /// The config does not read.
    #[error("{path} is not a valid training config: {message}", path = path.display())]
    Config {
        /// The file.
        path: PathBuf,
        /// The parser's message, with line and column.
        message: String,
        /// The question after the key that was probably meant, if a key is unknown.
        nearest: Option<String>,
    },
    /// An argument is no option of the program.
    #[error("there is no option {given:?}")]
    UnknownOption {
        /// What was given.
        given: String,
        /// The question after the option that was probably meant.
        nearest: Option<String>,
    },
    /// An option stands without its value.
    #[error("{option} needs a value")]
    MissingValue {
        /// The option.
        option: String,
        /// What is allowed.
        allowed: String,
    },
    /// Training left the numbers.
    #[error("training diverged in epoch {epoch}, at {layer}: {why}")]
    Diverged {
        /// The epoch, from 1.
        epoch: usize,
        /// The layer or the loss.
        layer: String,
        /// What left its range.
        why: String,
    },
    /// Training was stopped by whoever watches it.
    #[error("training was stopped in epoch {epoch}, with {done} done")]
    Stopped {
        /// The epoch, from 1.
        epoch: usize,
        /// Epochs that are done and, with a checkpoint, kept.
        done: usize,
    },
    /// There is nothing to go on from.
    #[error("there is no checkpoint {path}", path = path.display())]
    NoCheckpoint {
        /// The file.
        path: PathBuf,
    },
    /// A checkpoint cannot be gone on from.
    #[error("cannot resume from {path}: {message}", path = path.display())]
    Checkpoint {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        message: String,
    },
    /// A checkpoint is of another version of this program.
    #[error("cannot resume from {path}: {version} wrote it, in another format", path = path.display())]
    CheckpointFormat {
        /// The file.
        path: PathBuf,
        /// Which version.
        version: String,
    },
    /// A run cannot go on with another config than it began with.
    #[error("cannot resume with {key} = {now}: the run in {path} has {before}", path = path.display())]
    OtherRun {
        /// The checkpoint.
        path: PathBuf,
        /// The key that differs.
        key: String,
        /// Its value in the run.
        before: String,
        /// Its value now.
        now: String,
    },
    /// A run cannot go on with other data than it began with.
    #[error("{data} does not hold the images that the run in {path} learns from", path = path.display())]
    OtherData {
        /// The checkpoint.
        path: PathBuf,
        /// The data.
        data: String,
    },
    /// A checkpoint cannot be made.
    #[error("no checkpoint {path} can be made: {message}", path = path.display())]
    Unkept {
        /// The file.
        path: PathBuf,
        /// Why not.
        message: String,
    },
    /// Files of several runs in one folder.
    #[error("{} {what}, and config.toml beside it is of run {run}", .path.display())]
    Mixed {
        /// The file that does not belong.
        path: PathBuf,
        /// Whose it is.
        what: String,
        /// The run of the config.
        run: String,
    },
    /// Another training writes to the same folder.
    #[error("another training writes to {folder}: {holder}", folder = folder.display())]
    Busy {
        /// The folder.
        folder: PathBuf,
        /// Who it is.
        holder: String,
    },
    /// A file of float weights does not fit the network.
    #[error("{path} does not fit the network: {message}", path = path.display())]
    Weights {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        message: String,
    },
    /// The tensors of another library's file have no certain order.
    #[error("the order of the tensors in {path} is not certain: {message}", path = path.display())]
    Order {
        /// The file.
        path: PathBuf,
        /// What is not, with the orders that are possible.
        message: String,
    },
    /// The leak of a layer is not known.
    #[error("{path} does not say how the neurons after {weight} leak", path = path.display())]
    NoLeak {
        /// The file.
        path: PathBuf,
        /// The layer's weight.
        weight: String,
    },
    /// An option says what the file says too, and otherwise.
    #[error("{option} is {given}, but {path} says {found} ({name})", path = path.display())]
    Contradiction {
        /// The option.
        option: &'static str,
        /// Its value.
        given: String,
        /// The file.
        path: PathBuf,
        /// The tensor.
        name: String,
        /// What it holds.
        found: String,
    },
    /// Neurons of equations in a network that is trained in float.
    #[error("{field} is of equations, which run in the integers that ship alone")]
    NoFloat {
        /// The key of the cell.
        field: String,
    },
    /// Neurons of equations that are none.
    #[error("{field}: {}{source}", file.as_ref().map(|file| format!("{}: ", file.display())).unwrap_or_default())]
    Neuron {
        /// The key of the cell.
        field: String,
        /// The file of the equations, if they are in one.
        file: Option<PathBuf>,
        /// What is wrong with them.
        source: Box<neuron::Error>,
    },
    /// The network has no form in the integers that ship.
    #[error("this network has no integer form: {why}")]
    NoIntegers {
        /// What stands against it.
        why: String,
        /// What to change.
        remedy: String,
    },
}

impl TrainError {
    /// The stable code, for scripts and searches.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Surrogate { .. } => "spikestream::train::surrogate",
            Self::Constant { .. } => "spikestream::train::constant",
            Self::Shape { .. } => "spikestream::train::shape",
            Self::Label { .. } => "spikestream::train::label",
            Self::NotFinite { .. } => "spikestream::train::not-finite",
            Self::Value { .. } => "spikestream::train::option",
            Self::Config { .. } => "spikestream::train::config",
            Self::UnknownOption { .. } => "spikestream::train::unknown-option",
            Self::MissingValue { .. } => "spikestream::train::missing-value",
            Self::Diverged { .. } => "spikestream::train::diverged",
            Self::Stopped { .. } => "spikestream::train::stopped",
            Self::NoCheckpoint { .. } => "spikestream::train::no-checkpoint",
            Self::Checkpoint { .. } => "spikestream::train::checkpoint",
            Self::CheckpointFormat { .. } => "spikestream::train::checkpoint-format",
            Self::OtherRun { .. } => "spikestream::train::other-run",
            Self::OtherData { .. } => "spikestream::train::other-data",
            Self::Unkept { .. } => "spikestream::train::unkept",
            Self::Mixed { .. } => "spikestream::train::mixed",
            Self::Busy { .. } => "spikestream::train::busy",
            Self::Weights { .. } => "spikestream::train::weights",
            Self::Order { .. } => "spikestream::train::order",
            Self::NoLeak { .. } => "spikestream::train::no-leak",
            Self::Contradiction { .. } => "spikestream::train::contradiction",
            Self::NoFloat { .. } => "spikestream::train::no-float",
            Self::Neuron { source, .. } => source.code(),
            Self::NoIntegers { .. } => "spikestream::train::no-integers",
        }
    }

    /// What to do about it.
    pub fn remedy(&self) -> String {
        match self {
            Self::Surrogate { given } => {
                let names = SURROGATES.map(|s| s.name());
                let meant = did_you_mean(given, names).map(|q| q + " ").unwrap_or_default();
                format!(
                    "{meant}the names are {}; a shape parameter above 0 may follow in brackets",
                    names.join(", ")
                )
            }
            Self::Constant { field, allowed, .. } => format!("set {field} to a number {allowed}"),
            Self::Shape { .. } => {
                "make the sizes of the network, the tensors and the data agree".into()
            }
            Self::Label { classes, .. } => format!(
                "correct the label, or give the last layer more than {classes} neurons, one a class"
            ),
            Self::NotFinite { .. } => {
                "correct it where it comes from: every number must be finite".into()
            }
            Self::Value { field, allowed, .. } => format!("give {field} {allowed}"),
            Self::Config { nearest, .. } => nearest.clone().unwrap_or_else(|| {
                format!("correct that line; `{}` shows every key", command("train --print-config"))
            }),
            Self::UnknownOption { nearest, .. } => {
                let meant = nearest.clone().map(|q| q + " ").unwrap_or_default();
                format!("{meant}`{}` lists every option", command("train --help"))
            }
            Self::MissingValue { option, allowed } => format!("give {option} {allowed}"),
            Self::Diverged { .. } => {
                "start anew with a lower learning rate (--lr), or with a limit on \
                                      the gradient (--clip 1)"
                    .into()
            }
            Self::Stopped { .. } => "go on with --resume and the folder of the run".into(),
            Self::NoCheckpoint { .. } => {
                "give --resume the folder of a run, which holds the checkpoint \
                                          once an epoch is done; a run that was stopped before is \
                                          started anew, without --resume"
                    .into()
            }
            Self::Checkpoint { .. } => {
                "start the run anew, without --resume, or bring back a copy of \
                                        the file"
                    .into()
            }
            Self::CheckpointFormat { .. } => {
                "go on with that version, or start the run anew, without \
                                              --resume"
                    .into()
            }
            Self::OtherRun { key, .. } => format!(
                "leave {key} to the run, or start another one: without --resume, in another folder \
                 (--out)"
            ),
            Self::OtherData { .. } => {
                "bring back the data as they were, in the place that the run \
                                       names or in that of --data, with the same options; or start \
                                       another run, without --resume"
                    .into()
            }
            Self::Unkept { .. } => "this is a bug: report it with the run's config".into(),
            Self::Mixed { .. } => "bring the files of one run together, or train again; if these are meant to \
                                   go together, take the table [results] out of config.toml"
                .into(),
            Self::Busy { .. } => {
                "wait for its end, stop it, or give another folder with --out".into()
            }
            Self::Weights { .. } => {
                "make the config and the file agree; train/README.md lists \
                                     the names of tensors, and how Python writes them"
                    .into()
            }
            Self::Order { .. } => "save the tensors under names that tell: the same words, and a \
                                   number that rises from layer to layer, such as fc1 and lif1, fc2 \
                                   and lif2 (train/README.md)"
                .into(),
            Self::NoLeak { .. } => "give the share of a membrane that a step leaves (--beta 0.9), or \
                                    the shift that takes V >> A off it (--leak A, 0 for none)"
                .into(),
            Self::Contradiction { option, .. } => {
                format!("leave out {option}, or correct the file")
            }
            Self::NoFloat { .. } => {
                "train with [sc], without [export] and --float, or take a cell that has a float form"
                    .into()
            }
            Self::Neuron { source, .. } => of_neuron(source),
            Self::NoIntegers { remedy, .. } => remedy.clone(),
        }
    }
}

/// What to do about equations that are no neuron.
fn of_neuron(error: &neuron::Error) -> String {
    let remedy = error.remedy();
    match error {
        neuron::Error::Words(Wrong { fault: Fault::Format { .. }, .. }) => {
            format!("{remedy}: state_bits and state_fraction of the cell, or of [sc]")
        }
        _ => remedy,
    }
}
