//! Looks for one tool: by its override variable, on PATH, and among what is already installed.

use std::path::{Path, PathBuf};

use super::start;
use crate::base::digest;
use crate::base::error::FlowError;
use crate::base::version::Version;
use crate::run;
use crate::tool::environment::Environment;
use crate::tool::{self, Located, Origin, Tool, ToolSpec, VersionQuery, identity};

/// What looking for one tool found, before anything is installed.
#[derive(Debug)]
pub enum Finding {
    /// The tool, at a version that will do.
    Found(Located),
    /// Nothing of use, but it can be installed; the note says what was passed over.
    Absent {
        /// What is on PATH and will not do.
        note: Option<FlowError>,
    },
    /// Nothing of use, and it cannot be installed for the user.
    Unusable(FlowError),
}

/// Looks for one tool by its override variable, on PATH and among what is already installed.
pub fn probe(environment: &Environment, tool: Tool) -> Finding {
    let spec = tool.spec();
    if let Some(value) = environment.over(&spec.env) {
        return match overridden(environment, spec, value) {
            Ok(located) => Finding::Found(located),
            Err(error) => Finding::Unusable(error),
        };
    }
    let on_path = spec.names.iter().find_map(|name| Some((name, environment.which(name)?)));
    let passed_over = match on_path {
        Some((name, path)) => {
            let word = name.clone();
            let args = Vec::new();
            match check(environment, spec, Program { path, args, word, origin: Origin::Path }) {
                Ok(located) => return Finding::Found(located),
                Err(error) => Some(error),
            }
        }
        None => None,
    };
    match (&spec.script, passed_over) {
        (Some(_), note) => match super::installed(environment) {
            Some(installed) if note.is_none() => match installed.located(tool) {
                Ok(located) => Finding::Found(located),
                Err(error) => Finding::Unusable(error),
            },
            _ => {
                let damaged = super::ensure_undamaged(environment).err();
                Finding::Absent { note: note.or(damaged) }
            }
        },
        (None, Some(error)) => Finding::Unusable(error),
        (None, None) => Finding::Unusable(tool::Error::Missing { tool: spec }.into()),
    }
}

/// A program that may be the tool.
struct Program {
    path: PathBuf,
    args: Vec<String>,
    word: String,
    origin: Origin,
}

/// The program that an override variable names: the whole value, or where the tool takes arguments
/// the first of its words.
fn overridden(
    environment: &Environment,
    spec: &'static ToolSpec,
    value: &str,
) -> Result<Located, FlowError> {
    let whole = || Some((environment.which(value)?, Vec::new()));
    let split = || {
        let mut words = shlex::split(value).filter(|_| spec.arguments)?.into_iter();
        Some((environment.which(&words.next()?)?, words.collect()))
    };
    let Some((path, args)) = whole().or_else(split) else {
        return Err(tool::Error::Override { tool: spec, value: value.to_owned() }.into());
    };
    let word = path.display().to_string();
    check(environment, spec, Program { path, args, word, origin: Origin::Override })
}

/// Asks a program for its version and compares it with the table.
fn check(
    environment: &Environment,
    spec: &'static ToolSpec,
    program: Program,
) -> Result<Located, FlowError> {
    let Program { path, args, word, origin } = program;
    let (version, says) = match &spec.version {
        None => (fingerprint(&path)?, String::new()),
        Some(query) => {
            let (found, says) = ask(spec, query, &path, &args)?;
            let minimum = spec.minimum.as_deref().and_then(|text| text.parse::<Version>().ok());
            match minimum {
                Some(minimum) if !found.is_at_least(&minimum) => {
                    let minimum = spec.minimum.clone().unwrap_or_default();
                    let found = found.to_string();
                    return Err(tool::Error::TooOld { tool: spec, path, found, minimum }.into());
                }
                _ => (found.to_string(), says),
            }
        }
    };
    let identity = identity::of(environment, spec, &path, &args, &says);
    let mut located = Located {
        tool: spec.tool(),
        path,
        args,
        version,
        identity,
        origin,
        env: Vec::new(),
        root: None,
        word,
    };
    // What `make` starts must be the compiler that was found here.
    if spec.arguments && spec.names.first() != Some(&located.word) {
        located.env.push((spec.env.as_str(), located.typed()));
    }
    Ok(located)
}

/// The version that a program prints, and the line that it says of itself first.
fn ask(
    spec: &'static ToolSpec,
    query: &VersionQuery,
    path: &Path,
    args: &[String],
) -> Result<(Version, String), FlowError> {
    let said = run::capture(path, args.iter().chain(&query.args))?;
    // nextpnr prints its version on stderr, the others on stdout.
    let text = format!("{}\n{}", said.stdout, said.stderr);
    let first = text.trim().lines().next().unwrap_or_default().to_owned();
    match Version::find(&text, &query.after) {
        Some(version) => Ok((version, first)),
        None if !said.success => Err(start::broken(spec, path, None, &said).into()),
        None => {
            Err(tool::Error::Version { tool: spec, path: path.to_path_buf(), printed: first }
                .into())
        }
    }
}

fn fingerprint(path: &Path) -> Result<String, FlowError> {
    match digest::of_file(path) {
        Ok(hash) => Ok(format!("sha256:{}", &hash[..12])),
        Err(e) => Err(FlowError::Unreadable { path: path.to_path_buf(), reason: e.to_string() }),
    }
}
