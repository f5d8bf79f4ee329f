//! What can be wrong with equations, with the place in the text.

use std::ops::Range;

/// Which bytes of its text an expression was read from.
pub type Span = Range<usize>;

/// What is wrong with an expression or a description.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum Fault {
    /// Something else was expected.
    #[error("{expected} is expected here, not {found}")]
    Syntax {
        /// What could stand there.
        expected: String,
        /// What stands there.
        found: String,
    },
    /// A name that nothing has.
    #[error("nothing is called {name}")]
    Unknown {
        /// The name.
        name: String,
        /// A name that there is and that is nearly the same.
        nearest: Option<String>,
    },
    /// A function that there is not.
    #[error("there is no function {name}")]
    Function {
        /// Its name.
        name: String,
        /// One that there is and that is nearly the same.
        nearest: Option<String>,
    },
    /// A function with another number of arguments than it takes.
    #[error("{name} takes {takes}, not {given}")]
    Arity {
        /// The function.
        name: &'static str,
        /// How many it takes.
        takes: usize,
        /// How many it is given.
        given: usize,
    },
    /// An exponent that is not a whole number that is known.
    #[error("an exponent is a whole number from -16 to 16")]
    Exponent,
    /// A name that is given twice, or belongs to the input or a function.
    #[error("the name {name} is taken")]
    Taken {
        /// The name.
        name: String,
    },
    /// Definitions that need each other.
    #[error("{names} need each other", names = names.join(", "))]
    Loop {
        /// Their names, in the order in which each needs the next.
        names: Vec<String>,
    },
    /// A number that is none, or is out of its range.
    #[error("{what} is {value}")]
    Number {
        /// Which number.
        what: String,
        /// What it is.
        value: f64,
        /// What it may be.
        legal: &'static str,
    },
    /// A state without an equation, or an equation without a state.
    #[error("{name} has no {lacks}")]
    Lacks {
        /// The state.
        name: String,
        /// What it lacks.
        lacks: &'static str,
    },
    /// An equation for a method that cannot take it.
    #[error("d{name}/dt is not linear in {name}")]
    NotLinear {
        /// The state.
        name: String,
    },
    /// Bounds that the words of a format do not hold.
    #[error("{what} from {low} to {high} does not fit {format}")]
    Format {
        /// The state or input.
        what: String,
        /// Its least value.
        low: f64,
        /// Its greatest.
        high: f64,
        /// The format.
        format: String,
    },
    /// A value on the way whose word would be too wide.
    #[error("a value from {} to {} takes {bits} bits", short(*low), short(*high))]
    Wide {
        /// The least value.
        low: f64,
        /// The greatest.
        high: f64,
        /// The bits of its word.
        bits: u32,
    },
    /// A divisor that can be 0.
    #[error("a divisor from {low} to {high} can be 0")]
    Zero {
        /// The least divisor.
        low: f64,
        /// The greatest.
        high: f64,
    },
    /// A function of numbers that it is not defined for.
    #[error("{name} takes {legal}, and here come {low} to {high}")]
    Domain {
        /// The function.
        name: &'static str,
        /// The least number that comes.
        low: f64,
        /// The greatest.
        high: f64,
        /// What it takes.
        legal: &'static str,
    },
    /// Neither numbers nor text that TOML allows.
    #[error("{0}")]
    Toml(String),
}

/// A fault and where it is.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[error("{place}{fault}")]
pub struct Error {
    /// What is wrong.
    pub fault: Fault,
    /// The bytes of the text that are wrong.
    pub span: Span,
    /// Line and column of the first of them, once it is known of which file.
    pub place: Place,
}

/// A place in a file; nothing before it is known.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Place(pub Option<(usize, usize)>);

impl std::fmt::Display for Place {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.map_or(Ok(()), |(line, column)| write!(f, "line {line}, column {column}: "))
    }
}

/// A number in a line's width.
fn short(number: f64) -> String {
    if number.abs() < 1e15 { number.to_string() } else { format!("{number:e}") }
}

impl Fault {
    /// The fault at a place of an expression.
    pub fn at(self, span: &Span) -> Error {
        Error { fault: self, span: span.clone(), place: Place::default() }
    }
}

impl Error {
    /// The error of a text within a file, which begins at byte `start` of `file`.
    #[must_use]
    pub fn within(mut self, file: &str, start: usize) -> Self {
        let at = (start + self.span.start).min(file.len());
        let before = &file[..at];
        let line = before.rsplit('\n').next().unwrap_or_default();
        self.place = Place(Some((1 + before.matches('\n').count(), 1 + line.chars().count())));
        self
    }

    /// The stable code, for scripts and searches.
    pub fn code(&self) -> &'static str {
        self.fault.code()
    }

    /// What to do about it.
    pub fn remedy(&self) -> String {
        self.fault.remedy()
    }
}

impl Fault {
    fn code(&self) -> &'static str {
        match self {
            Self::Syntax { .. } => "spikestream::equations::syntax",
            Self::Unknown { .. } => "spikestream::equations::unknown",
            Self::Function { .. } => "spikestream::equations::function",
            Self::Arity { .. } => "spikestream::equations::arity",
            Self::Exponent => "spikestream::equations::exponent",
            Self::Taken { .. } => "spikestream::equations::taken",
            Self::Loop { .. } => "spikestream::equations::loop",
            Self::Number { .. } => "spikestream::equations::number",
            Self::Lacks { .. } => "spikestream::equations::lacks",
            Self::NotLinear { .. } => "spikestream::equations::not-linear",
            Self::Format { .. } => "spikestream::equations::format",
            Self::Wide { .. } => "spikestream::equations::wide",
            Self::Zero { .. } => "spikestream::equations::zero",
            Self::Domain { .. } => "spikestream::equations::domain",
            Self::Toml(_) => "spikestream::equations::toml",
        }
    }

    fn remedy(&self) -> String {
        match self {
            Self::Unknown { nearest: Some(name), .. }
            | Self::Function { nearest: Some(name), .. } => format!("write `{name}`"),
            Self::Unknown { nearest: None, .. } => {
                "name a state, a parameter, a definition, or the input `I`".to_owned()
            }
            Self::Function { nearest: None, .. } => {
                let names = super::FUNCTIONS.iter().map(|function| function.name);
                format!("there are {}", names.collect::<Vec<_>>().join(", "))
            }
            Self::Number { legal, .. } => format!("give {legal}"),
            Self::Syntax { .. } => "correct the expression".to_owned(),
            Self::Arity { .. } => "give it as many numbers as it takes".to_owned(),
            Self::Exponent => "write a power as exp(b * log(a))".to_owned(),
            Self::Taken { .. } => "choose another name".to_owned(),
            Self::Loop { .. } => "write one of them out, or make it a state".to_owned(),
            Self::Lacks { .. } => {
                "give each state an initial value, a range and one equation".to_owned()
            }
            Self::Format { .. } => {
                "give more bits before the point, or a narrower range".to_owned()
            }
            Self::Wide { .. } | Self::Zero { .. } | Self::Domain { .. } => {
                "narrow the ranges of what comes in, or write `clip` around it".to_owned()
            }
            Self::NotLinear { .. } => "choose the method `euler` or `rk4`".to_owned(),
            Self::Toml(_) => "correct that line; docs/neurons.md has the form".to_owned(),
        }
    }
}
