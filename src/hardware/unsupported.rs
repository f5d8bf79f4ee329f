//! That the engine does not take a network, with all the reasons.

use std::fmt;

/// What the engine does not take.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unsupported {
    /// All of it, at least one.
    pub all: Vec<Excess>,
}

/// One limit that a network does not keep to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Excess {
    /// The field of `net.toml`.
    pub field: &'static str,
    /// What it is.
    pub value: String,
    /// What the engine takes.
    pub takes: &'static str,
    /// What to do about it.
    pub remedy: &'static str,
}

impl std::error::Error for Unsupported {}

impl fmt::Display for Unsupported {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the engine does not take ")?;
        for (index, Excess { field, value, takes, .. }) in self.all.iter().enumerate() {
            let comma = if index > 0 { "; nor " } else { "" };
            write!(f, "{comma}{field} = {value} (it takes {takes})")?;
        }
        Ok(())
    }
}

impl Unsupported {
    /// The stable code, which stands with those of the crate.
    pub fn code(&self) -> &'static str {
        crate::Error::Hardware(self.clone()).code()
    }

    /// What to do about all of it.
    pub fn remedy(&self) -> String {
        let each: Vec<&str> = self.all.iter().map(|excess| excess.remedy).collect();
        each.join("; and ")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_that_is_not_taken_is_told_with_what_to_do() {
        let excess = |field, value: &str, takes, remedy| Excess {
            field,
            value: value.into(),
            takes,
            remedy,
        };
        let first = excess("time.steps", "300", "1 to 256", "take fewer steps");
        let second = excess("stream.bits", "9", "1 to 7", "take fewer bits");
        let no = Unsupported { all: vec![first, second] };
        assert_eq!(
            no.to_string(),
            "the engine does not take time.steps = 300 (it takes 1 to 256); nor stream.bits = 9 (it \
             takes 1 to 7)"
        );
        assert_eq!(no.remedy(), "take fewer steps; and take fewer bits");
        assert_eq!(no.code(), "spikestream::hardware::unsupported");
    }
}
