//! Errors of this crate: each with a stable code, a sentence and a remedy.

use crate::command::command;
use crate::export::ExportError;
use crate::nearest::did_you_mean;
use crate::sc::error::ScError;
use std::any::Any;
use std::path::{Path, PathBuf};

/// An error of a package that stands on this one.
pub trait Told: std::error::Error + Any + Send + Sync {
    /// The stable code.
    fn code(&self) -> &'static str;

    /// What to do about it.
    fn remedy(&self) -> String;

    /// The file or folder that it names, the first of several.
    fn file(&self) -> Option<&Path>;

    /// The field of a file that it is about.
    fn field(&self) -> Option<&str>;
}

/// What went wrong with a network, its files or the data given to it.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// A file could not be read.
    #[error("cannot read {path}: {source}", path = path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// The operating system's answer.
        source: std::io::Error,
    },
    /// A file that should be text is none.
    #[error("{path}: {source}", path = path.display())]
    Text {
        /// The file.
        path: PathBuf,
        /// Why not.
        source: crate::text::NotText,
    },
    /// A file could not be written.
    #[error("cannot write {path}: {source}", path = path.display())]
    Write {
        /// The file.
        path: PathBuf,
        /// The operating system's answer.
        source: std::io::Error,
    },
    /// Results could not be printed.
    #[error("cannot write to standard output: {source}")]
    Output {
        /// The operating system's answer.
        source: std::io::Error,
    },
    /// `net.toml` is not the TOML that a network file must be (an unknown field, a wrong type).
    #[error("{path} is not a valid network file: {message}", path = path.display())]
    Syntax {
        /// The file.
        path: PathBuf,
        /// The parser's message, with line and column.
        message: String,
    },
    /// The file is of a format version that this program does not read.
    #[error("network format {found} is not supported, this program reads format {supported}")]
    Format {
        /// The version in the file.
        found: u32,
        /// The version read here.
        supported: u32,
    },
    /// An error about what a file holds, with the file.
    #[error("{}{}: {source}", .path.display(), .line.map(|n| format!(", line {n}")).unwrap_or_default())]
    Within {
        /// The file.
        path: PathBuf,
        /// The line that is to be corrected, from 1, where there is one.
        line: Option<usize>,
        /// What is wrong there.
        source: Box<Error>,
    },
    /// A layer names a neuron that the network does not have.
    #[error("layer {layer} is of neurons `{name}`, and the network has none of that name")]
    NoNeuron {
        /// Layer, from 0.
        layer: usize,
        /// The name.
        name: String,
        /// The names that there are.
        legal: Vec<String>,
    },
    /// A neuron that a network describes is none.
    #[error("neurons.{name}: {source}")]
    Neuron {
        /// Its name in the network.
        name: String,
        /// What is wrong with it.
        source: Box<crate::neuron::cell::Error>,
    },
    /// A field holds a value outside its range.
    #[error("{field} is {value}, which is outside {range}")]
    Range {
        /// The field's name in `net.toml`.
        field: String,
        /// Its value.
        value: String,
        /// What is allowed.
        range: String,
    },
    /// The weights are not the ones that `net.toml` was written with.
    #[error("{path} has SHA-256 {found}, net.toml is bound to {expected}", path = path.display())]
    Hash {
        /// The weights file.
        path: PathBuf,
        /// The hash in `net.toml`.
        expected: String,
        /// The hash of the file.
        found: String,
    },
    /// A folder that a network is to be written to holds another.
    #[error("{path} holds another network, {name}", path = path.display())]
    Occupied {
        /// The folder.
        path: PathBuf,
        /// What lies there.
        name: String,
    },
    /// The weights file is not readable as safetensors or lacks a tensor.
    #[error("{path} is not a valid weights file: {message}", path = path.display())]
    Weights {
        /// The weights file.
        path: PathBuf,
        /// What is wrong with it.
        message: String,
    },
    /// Two shapes that must agree do not.
    #[error("{what} has {found}, not {expected}")]
    Shape {
        /// Which thing.
        what: String,
        /// What it has.
        found: String,
        /// What it should have.
        expected: String,
    },
    /// Layers that do not go with each other, or their numbers.
    #[error("{0}")]
    Layer(Box<crate::layer::kinds::Error>),
    /// A bias does not fit the membrane.
    #[error("layer {layer}: bias {at} is {value}, which does not fit a membrane of {bits} bits")]
    Bias {
        /// Layer, from 0.
        layer: usize,
        /// Its place, from 0: a neuron of a fully connected layer, a channel of others.
        at: usize,
        /// The bias.
        value: i32,
        /// W.
        bits: u32,
    },
    /// A data set cannot be had.
    #[error(transparent)]
    Data(#[from] crate::data::DataError),
    /// A network that the engine does not take.
    #[error(transparent)]
    Hardware(#[from] crate::hardware::Unsupported),
    /// Float parameters that no integer stands for.
    #[error(transparent)]
    Export(#[from] ExportError),
    /// Layers that no bitstreams can run.
    #[error(transparent)]
    Sc(#[from] ScError),
    /// An error of a package that stands on this one, such as training.
    #[error("{0}")]
    Part(Box<dyn Told>),
}

impl Error {
    /// The error of a part, if it is one of this type.
    pub fn of<E: Told>(&self) -> Option<&E> {
        if let Self::Within { source, .. } = self {
            return source.of();
        }
        let Self::Part(error) = self else { return None };
        (&**error as &dyn Any).downcast_ref()
    }

    /// The stable code, for scripts and searches.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Read { .. } => "spikestream::file::read",
            Self::Text { .. } => "spikestream::file::text",
            Self::Write { .. } => "spikestream::file::write",
            Self::Output { .. } => "spikestream::output::write",
            Self::Syntax { .. } => "spikestream::net::syntax",
            Self::Format { .. } => "spikestream::net::format",
            Self::Within { source, .. } => source.code(),
            Self::NoNeuron { .. } => "spikestream::net::neuron",
            Self::Neuron { source, .. } => source.code(),
            Self::Range { .. } => "spikestream::net::range",
            Self::Hash { .. } => "spikestream::net::hash",
            Self::Occupied { .. } => "spikestream::net::occupied",
            Self::Weights { .. } => "spikestream::net::weights",
            Self::Shape { .. } => "spikestream::net::shape",
            Self::Layer(error) => error.code(),
            Self::Bias { .. } => "spikestream::net::bias-range",
            Self::Data(error) => error.code(),
            Self::Hardware(_) => "spikestream::hardware::unsupported",
            Self::Export(e) => e.code(),
            Self::Sc(error) => error.code(),
            Self::Part(error) => error.code(),
        }
    }

    /// What to do about it.
    pub fn remedy(&self) -> String {
        match self {
            Self::Read { path, .. } => {
                format!("check that {} exists and may be read", path.display())
            }
            Self::Text { path, .. } => {
                format!("save {} as UTF-8", path.display())
            }
            Self::Write { .. } => {
                "free some space or choose a folder that may be written, with --out".into()
            }
            Self::Output { .. } => {
                "free some space where the output goes, or send it elsewhere, and run \
                                   the command again"
                    .into()
            }
            Self::Syntax { .. } => {
                "correct that line; nets/README.md lists every field of net.toml".into()
            }
            Self::Format { .. } => {
                "train the network again with this version, or use the version that wrote it".into()
            }
            Self::Within { source, .. } => source.remedy(),
            Self::NoNeuron { name, legal, .. } => {
                let offer = did_you_mean(name, legal.iter().map(String::as_str));
                let offer = offer.map(|offer| offer + " ").unwrap_or_default();
                format!("{offer}add a table [neurons.{name}], or name one that there is")
            }
            Self::Neuron { source, .. } => source.remedy(),
            Self::Range { field, range, .. } => format!("set {field} to a value in {range}"),
            Self::Hash { .. } => {
                "restore the pair of files as they were written together, or train \
                                  and export the network again"
                    .into()
            }
            Self::Occupied { .. } => {
                "choose another folder with --out, or write over it with --replace".into()
            }
            Self::Weights { .. } => {
                format!("write the weights again with `{}`", command("train --out DIR"))
            }
            Self::Shape { .. } => {
                "make the layer sizes in net.toml, the tensors and the data agree".into()
            }
            Self::Layer(error) => error.remedy(),
            Self::Bias { .. } => {
                "raise neuron.membrane_bits or lower neuron.fraction_bits in net.toml".into()
            }
            Self::Data(error) => error.remedy(),
            Self::Hardware(error) => error.remedy(),
            Self::Export(e) => e.remedy(),
            Self::Sc(error) => error.remedy(),
            Self::Part(error) => error.remedy(),
        }
    }

    /// What is wrong with layers.
    pub(crate) fn layer(error: crate::layer::kinds::Error) -> Self {
        Self::Layer(Box::new(error))
    }

    /// The same error with the file that it is about, and the line of its field in the file's text.
    pub fn within(self, path: &Path, text: &str) -> Self {
        let line = self.field().and_then(|field| crate::keys::line_of(text, &field));
        Self::Within { path: path.to_path_buf(), line, source: Box::new(self) }
    }

    /// The same error with the file that it is about, where it does not name it itself.
    pub fn of_file(self, path: &Path) -> Self {
        if self.file() == Some(path) {
            return self;
        }
        Self::Within { path: path.to_path_buf(), line: None, source: Box::new(self) }
    }

    /// The file or folder that it names, the first of several.
    pub fn file(&self) -> Option<&Path> {
        match self {
            Self::Read { path, .. }
            | Self::Text { path, .. }
            | Self::Write { path, .. }
            | Self::Syntax { path, .. }
            | Self::Within { path, .. }
            | Self::Hash { path, .. }
            | Self::Occupied { path, .. }
            | Self::Weights { path, .. } => Some(path),
            Self::Output { .. }
            | Self::Format { .. }
            | Self::NoNeuron { .. }
            | Self::Neuron { .. }
            | Self::Range { .. }
            | Self::Shape { .. }
            | Self::Layer(_)
            | Self::Bias { .. }
            | Self::Hardware(_)
            | Self::Export(_)
            | Self::Sc(_) => None,
            Self::Data(error) => error.file(),
            Self::Part(error) => error.file(),
        }
    }

    /// The field of a file that it is about.
    fn field(&self) -> Option<String> {
        if let Self::Range { field, .. } | Self::Shape { what: field, .. } = self {
            return Some(field.clone());
        }
        if let Self::Part(error) = self {
            return error.field().map(str::to_owned);
        }
        if let Self::Layer(error) = self {
            return error.field();
        }
        matches!(self, Self::Format { .. }).then(|| "format".into())
    }

    /// The two lines that a program prints.
    pub fn render(&self) -> String {
        format!("error[{}]: {self}\n  help: {}", self.code(), self.remedy())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::DataError;

    fn outside() -> Error {
        Error::Range { field: "time.steps".into(), value: "17".into(), range: "1, 2, 4".into() }
    }

    #[test]
    fn an_error_names_its_file_once() {
        let path = Path::new("nets/a.safetensors");
        let named = outside().of_file(path);
        assert_eq!(named.to_string(), format!("nets/a.safetensors: {}", outside()));
        assert_eq!((named.code(), named.remedy()), (outside().code(), outside().remedy()));
        assert_eq!(named.file(), Some(path));
        let text = named.to_string();
        assert_eq!(named.of_file(path).to_string(), text);
        let own = [
            Error::Weights { path: path.into(), message: "it is empty".into() },
            DataError::Empty { path: path.into(), what: "rows" }.into(),
        ];
        for error in own {
            let text = error.to_string();
            assert_eq!(error.of_file(path).to_string(), text);
        }
    }

    /// What an error says is no sign that it names a file: the name may be a part of any word.
    #[test]
    fn a_file_whose_name_is_in_the_words_is_named_all_the_same() {
        for name in ["s", "time.steps", "17"] {
            let named = outside().of_file(Path::new(name));
            assert_eq!(named.to_string(), format!("{name}: {}", outside()));
        }
        let other = Error::Weights { path: "a/b".into(), message: "it is empty".into() };
        assert!(other.of_file(Path::new("a")).to_string().starts_with("a: a/b is not a valid"));
    }
}
