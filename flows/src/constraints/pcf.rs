//! Pins in a PCF file, the format of nextpnr-ice40: `set_io [-nowarn] [-pullup yes|no] PORT PIN`.

use super::{Place, Wrong, frequency};

/// The ports of a text and their pins.
pub(super) fn pins(text: &str) -> Result<Vec<Place>, (usize, Wrong)> {
    let mut places = Vec::new();
    for (index, line) in text.lines().enumerate() {
        let line = line.split('#').next().unwrap_or_default().trim();
        if !line.is_empty() {
            let (port, pin) = pin_of(line).map_err(|wrong| (index + 1, wrong))?;
            places.push(Place { line: index + 1, port, pin });
        }
    }
    Ok(places)
}

fn pin_of(line: &str) -> Result<(String, String), Wrong> {
    let mut words = line.split_whitespace();
    match words.next() {
        Some("set_io") => {}
        Some(word @ "set_frequency") => return Err(frequency(word)),
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
