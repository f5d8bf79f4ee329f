//! Reads pins out of a vendor constraint file, to check them; the tools get the file as it is.

use std::collections::BTreeMap;
use std::path::Path;

use crate::error::FlowError;
use crate::files;

/// A constraint file and the pins in it.
#[derive(Debug, Clone)]
pub struct Constraints {
    /// The file's name.
    pub file: String,
    /// Its text.
    pub text: String,
    /// Pins by port.
    pub pins: BTreeMap<String, String>,
}

impl Constraints {
    /// Reads and checks a file.
    ///
    /// # Errors
    /// [`FlowError::BoardInvalid`] for a line that is no constraint, a frequency (those are in the
    /// board's file), a port with two pins or a pin with two ports.
    pub fn read(path: &Path) -> Result<Self, FlowError> {
        let text = String::from_utf8_lossy(&files::read(path)?).into_owned();
        let mut pins: BTreeMap<String, String> = BTreeMap::new();
        for (index, line) in text.lines().enumerate() {
            let line = line.split('#').next().unwrap_or_default().trim();
            if line.is_empty() {
                continue;
            }
            let fail = |what: String, remedy: &str| FlowError::BoardInvalid {
                file: path.to_path_buf(),
                what: format!("line {}: {what}", index + 1),
                remedy: remedy.to_owned(),
            };
            let (port, pin) = pin_of(line).map_err(|(what, remedy)| fail(what, remedy))?;
            if let Some((other, _)) = pins.iter().find(|(_, taken)| **taken == pin) {
                let what = format!("ports `{other}` and `{port}` are both on pin {pin}");
                return Err(fail(what, "give each port a pin of its own"));
            }
            if pins.insert(port.clone(), pin).is_some() {
                return Err(fail(format!("port `{port}` has two pins"), "keep one of the lines"));
            }
        }
        let file = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        Ok(Self { file, text, pins })
    }
}

/// The port and the pin of one PCF line, `set_io [-nowarn] [-pullup yes|no] PORT PIN`.
fn pin_of(line: &str) -> Result<(String, String), (String, &'static str)> {
    let mut words = line.split_whitespace();
    match words.next() {
        Some("set_io") => {}
        Some("set_frequency") => {
            let what = "`set_frequency` does not belong here".to_owned();
            return Err((what, "write the frequency as clock.mhz in the board's file"));
        }
        _ => return Err((format!("`{line}` is not a constraint"), "write `set_io PORT PIN`")),
    }
    let mut names = Vec::new();
    while let Some(word) = words.next() {
        match word {
            "-nowarn" => {}
            "-pullup" | "-pullup_resistor" => drop(words.next()),
            _ => names.push(word.to_owned()),
        }
    }
    match <[String; 2]>::try_from(names) {
        Ok([port, pin]) => Ok((port, pin)),
        Err(_) => Err((format!("`{line}` is not one port and one pin"), "write `set_io PORT PIN`")),
    }
}
