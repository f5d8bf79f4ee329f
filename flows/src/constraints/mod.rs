//! Reads pins out of a vendor constraint file, to check them; the tools get the file as it is.

mod lpf;
mod pcf;

use std::collections::BTreeMap;
use std::path::Path;

use crate::error::FlowError;
use crate::family::Family;
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

/// What is wrong with a line, and the remedy.
type Wrong = (String, &'static str);

impl Constraints {
    /// Reads and checks a file in the format of a family: PCF for iCE40, LPF for ECP5.
    ///
    /// # Errors
    /// [`FlowError::BoardInvalid`] for a line that is no constraint, a frequency (those are in the
    /// board's file), a port with two pins or a pin with two ports.
    pub fn read(path: &Path, family: Family) -> Result<Self, FlowError> {
        let text = files::read_text(path)?;
        let read = match family {
            Family::Ice40 => pcf::pins(&text),
            Family::Ecp5 => lpf::pins(&text),
        };
        let places = read.and_then(pins);
        let pins = places.map_err(|(line, (what, remedy))| FlowError::BoardInvalid {
            file: path.to_path_buf(),
            what: format!("line {line}: {what}"),
            remedy: remedy.to_owned(),
        })?;
        let file = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        Ok(Self { file, text, pins })
    }
}

/// A port's pin, and the line that says so.
struct Place {
    line: usize,
    port: String,
    pin: String,
}

/// One pin a port, one port a pin.
fn pins(places: Vec<Place>) -> Result<BTreeMap<String, String>, (usize, Wrong)> {
    let mut pins: BTreeMap<String, String> = BTreeMap::new();
    for Place { line, port, pin } in places {
        if let Some((other, _)) = pins.iter().find(|(_, taken)| **taken == pin) {
            let what = format!("ports `{other}` and `{port}` are both on pin {pin}");
            return Err((line, (what, "give each port a pin of its own")));
        }
        if pins.insert(port.clone(), pin).is_some() {
            let what = format!("port `{port}` has two pins");
            return Err((line, (what, "keep one of the lines")));
        }
    }
    Ok(pins)
}

/// A frequency that does not belong into a constraint file.
fn frequency(word: &str) -> Wrong {
    let what = format!("`{word}` does not belong here");
    (what, "write the frequency as clock.mhz in the board's file")
}
