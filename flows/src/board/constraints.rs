//! Reads pins out of a vendor constraint file, to check them; the tools get its lines as they are.
//!
//! What the tool's own reader refuses is refused here, before anything is built; what it takes, or
//! passes over, goes to it.

use std::collections::BTreeMap;
use std::path::Path;

use super::part::Part;
use super::{Clock, Source};
use crate::base::error::FlowError;
use crate::base::files;
use crate::family::clock::CORE_CLOCK;
use crate::family::pins::{Frequency, Place, Refused};

/// A constraint file and the pins in it.
#[derive(Debug, Clone)]
pub struct Constraints {
    /// The file's name.
    pub file: String,
    /// Its text: the file's, but for the characters that the tool would not take for line ends and
    /// blanks.
    pub text: String,
    /// Pins by port.
    pub pins: BTreeMap<String, String>,
}

/// How far a clock's frequency may be from the one in the board's file, as a fraction: both may be
/// rounded.
const SAME: f64 = 1e-3;

impl Constraints {
    /// Reads and checks the file of a board with a part and a clock, in the format of the part's
    /// family.
    ///
    /// # Errors
    /// [`FlowError::Invalid`] with the line, for one that the tool refuses, a frequency of the
    /// clock that is not the board's, a port with two pins or a pin with two ports.
    pub fn read(path: &Path, part: &Part, clock: &Clock) -> Result<Self, FlowError> {
        let family = part.family;
        let text = family.for_the_tool(plain_blanks(&files::read_text(path)?));
        let read = family.read_pins(&text, &part.name, &part.flags);
        let pins = read.and_then(|read| {
            ensure_one_clock(&read.frequencies, clock)?;
            pins(read.places)
        });
        let pins = pins.map_err(|(line, (what, remedy))| FlowError::Invalid {
            file: path.to_path_buf(),
            what: format!("line {line}: {what}"),
            remedy,
        })?;
        let file = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        Ok(Self { file, text, pins })
    }
}

/// Blanks beyond ASCII as spaces: the tool takes them for letters, and nobody sees them.
fn plain_blanks(text: &str) -> String {
    let plain = |c: char| match c {
        '\n' | '\t' => Some(c),
        '\u{200b}'..='\u{200d}' | '\u{2060}' | '\u{feff}' => None,
        c if c.is_whitespace() => Some(' '),
        c => Some(c),
    };
    text.chars().filter_map(plain).collect()
}

/// One pin a port, one port a pin.
fn pins(places: Vec<Place>) -> Result<BTreeMap<String, String>, Refused> {
    let mut pins: BTreeMap<String, String> = BTreeMap::new();
    for Place { line, port, pin } in places {
        if let Some((other, _)) =
            pins.iter().find(|(other, taken)| **taken == pin && **other != port)
        {
            let what = format!("ports `{other}` and `{port}` are both on pin {pin}");
            return Err((line, (what, "give each port a pin of its own".to_owned())));
        }
        if pins.insert(port.clone(), pin).is_some() {
            let what = format!("port `{port}` has two pins");
            return Err((line, (what, "keep one of the lines".to_owned())));
        }
    }
    Ok(pins)
}

/// A frequency of the clock is the one in the board's file: place and route would go by another and
/// say that all is well.
fn ensure_one_clock(frequencies: &[Frequency], clock: &Clock) -> Result<(), Refused> {
    for Frequency { line, net, mhz } in frequencies {
        let wrong = match &clock.source {
            _ if net == CORE_CLOCK => {
                let what =
                    format!("`{net}` is the design's own clock, which runs as the build is told");
                (
                    what,
                    "take the line out; clock.run_mhz in the board's file says how fast".to_owned(),
                )
            }
            Source::Crystal { port, mhz: crystal, .. } if net == port => {
                if (mhz / crystal - 1.0).abs() <= SAME {
                    continue;
                }
                let what =
                    format!("`{net}` has {mhz} MHz here and {crystal} MHz in the board's file");
                (
                    what,
                    "write clock.mhz in the board's file, and the same here or nothing".to_owned(),
                )
            }
            Source::Crystal { .. } | Source::Internal => continue,
        };
        return Err((*line, wrong));
    }
    Ok(())
}
