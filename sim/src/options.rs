//! The options of the programs that xtask starts: `--name value`, and nothing else.

use std::path::PathBuf;
use std::str::FromStr;

use crate::SimError;

/// The options of one program as they come.
pub struct Options<I> {
    arguments: I,
    usage: &'static str,
}

/// An option with what follows it.
#[derive(Clone, Debug)]
pub struct Given {
    /// The option, with its dashes.
    pub name: String,
    value: Option<String>,
    usage: &'static str,
}

impl<I: Iterator<Item = String>> Options<I> {
    /// The options of a program that is used so.
    pub fn new(arguments: I, usage: &'static str) -> Self {
        Self { arguments, usage }
    }

    /// The error for a needed option that was not given, as [`Option::ok_or_else`] takes it.
    pub fn missing(&self, name: &str) -> impl FnOnce() -> SimError {
        let wrong = wrong(name, "it is missing", self.usage);
        || wrong
    }
}

impl<I: Iterator<Item = String>> Iterator for Options<I> {
    type Item = Given;

    fn next(&mut self) -> Option<Given> {
        let name = self.arguments.next()?;
        Some(Given { name, value: self.arguments.next(), usage: self.usage })
    }
}

impl Given {
    /// What follows it.
    ///
    /// # Errors
    /// [`SimError::Option`] if nothing does.
    pub fn value(&self) -> Result<&str, SimError> {
        self.value.as_deref().ok_or_else(|| self.wrong("it needs a value"))
    }

    /// The value as a path.
    ///
    /// # Errors
    /// As [`Given::value`].
    pub fn path(&self) -> Result<PathBuf, SimError> {
        self.value().map(PathBuf::from)
    }

    /// The value as a number in `range`, which `takes` says in words.
    ///
    /// # Errors
    /// [`SimError::Option`] for another value.
    pub fn number<T: FromStr + PartialOrd>(
        &self,
        range: impl std::ops::RangeBounds<T>,
        takes: &str,
    ) -> Result<T, SimError> {
        let number = self.value()?.parse().ok().filter(|number| range.contains(number));
        number.ok_or_else(|| self.wrong(&format!("it takes {takes}")))
    }

    /// The error for an option that there is not.
    pub fn unknown(&self) -> SimError {
        self.wrong("there is no such option")
    }

    /// An error for this option.
    pub fn wrong(&self, reason: &str) -> SimError {
        wrong(&self.name, reason, self.usage)
    }
}

fn wrong(option: &str, reason: &str, usage: &'static str) -> SimError {
    SimError::Option { option: option.to_owned(), reason: reason.to_owned(), usage }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn options(words: &str) -> Options<impl Iterator<Item = String>> {
        Options::new(words.split_whitespace().map(str::to_owned), "program --count N")
    }

    #[test]
    fn an_option_has_a_value_and_a_number_its_range() {
        let given: Vec<Given> = options("--count 3 --net nets/digits").collect();
        assert_eq!(given[0].number(1..=3, "1 to 3").unwrap(), 3);
        assert_eq!(
            given[0].number(1..3, "1 or 2").unwrap_err().to_string(),
            "--count: it takes 1 or 2"
        );
        assert!(given[1].number::<u32>(.., "a number").is_err());
        assert_eq!((given[1].name.as_str(), given[1].value().unwrap()), ("--net", "nets/digits"));
        assert_eq!(given[1].unknown().to_string(), "--net: there is no such option");
        let error = options("--count").next().unwrap().value().unwrap_err();
        assert_eq!(
            (error.code(), error.remedy()),
            ("sim::verify::option", "usage: program --count N".into())
        );
        assert!(options("").missing("--net")().to_string().starts_with("--net: it is missing"));
    }
}
