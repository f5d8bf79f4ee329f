//! What a constraint file says: pins of ports, and frequencies.

/// What is wrong with a line, and the remedy.
pub type Wrong = (String, String);

/// The line that is refused, from 1, and why.
pub type Refused = (usize, Wrong);

/// What is read from a file.
#[derive(Debug, Default)]
pub struct Pins {
    /// The pins.
    pub places: Vec<Place>,
    /// The frequencies.
    pub frequencies: Vec<Frequency>,
}

/// A port's pin, and the line that says so.
#[derive(Debug)]
pub struct Place {
    /// The line, from 1.
    pub line: usize,
    /// The port.
    pub port: String,
    /// The pin, as the package calls it.
    pub pin: String,
}

/// The frequency of a port or net.
#[derive(Debug)]
pub struct Frequency {
    /// The line, from 1.
    pub line: usize,
    /// The port or net.
    pub net: String,
    /// The frequency, MHz.
    pub mhz: f64,
}

/// The number that a word begins with, as the tools read it.
pub(super) fn number(word: &str) -> Option<f64> {
    (1..=word.len()).rev().find_map(|length| word.get(..length)?.parse().ok())
}
