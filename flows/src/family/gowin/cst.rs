//! Lines of a CST file, the format of nextpnr for Gowin: `IO_LOC "PORT" PIN;` and `IO_PORT "PORT" KEY=VALUE ...;`.
//! Names stand in quotation marks, a statement ends with a semicolon in its line, and the tool passes over
//! whatever else there is with a warning.

use crate::base::nearest::nearest;
use crate::family::pins::{Pins, Place, Refused, Wrong};

const IO_LOC: &str = "write `IO_LOC \"PORT\" PIN;`";
const IO_PORT: &str = "write `IO_PORT \"PORT\" KEY=VALUE;`, without blanks around the `=`";

/// The statements that are read.
const READ: [&str; 2] = ["IO_LOC", "IO_PORT"];

/// Statements of the maker's that say nothing of a port's pin.
const OTHERS: [&str; 8] =
    ["CLOCK_LOC", "HCLK_LOC", "INS_LOC", "GROUP", "REL_GROUP", "RES_LOC", "USE_VREF_DRIVER", "LOC"];

/// What a text says.
pub(super) fn read(text: &str) -> Result<Pins, Refused> {
    let mut found = Pins::default();
    let mut described = Vec::new();
    for (index, line) in text.lines().enumerate() {
        let line = line.split("//").next().unwrap_or_default().trim();
        let told = statement(line).map_err(|wrong| (index + 1, wrong))?;
        match told {
            Some(Told::Pin(port, pin)) => found.places.push(Place { line: index + 1, port, pin }),
            Some(Told::Settings(port)) => described.push((index + 1, port)),
            None => {}
        }
    }
    let placed = |port: &str| found.places.iter().any(|place| place.port == port);
    match described.into_iter().find(|(_, port)| !placed(port)) {
        Some((line, port)) => {
            Err((line, (format!("port `{port}` has settings and no pin"), IO_LOC.to_owned())))
        }
        None => Ok(found),
    }
}

/// What a line tells.
enum Told {
    Pin(String, String),
    Settings(String),
}

fn statement(line: &str) -> Result<Option<Told>, Wrong> {
    if line.is_empty() {
        return Ok(None);
    }
    let wrong = |what: &str, remedy: &str| Err((format!("`{line}` {what}"), remedy.to_owned()));
    let words: Vec<&str> = line.trim_end_matches(';').split_whitespace().collect();
    let verb = words.first().copied().unwrap_or_default();
    if !READ.contains(&verb) {
        return match nearest(verb, READ) {
            _ if OTHERS.contains(&verb) => Ok(None),
            Some(read) => wrong("is not a constraint", &format!("did you mean `{read}`?")),
            None => wrong("is not a constraint", IO_LOC),
        };
    }
    if !line.ends_with(';') {
        return wrong("does not end", "end the statement with `;`");
    }
    let Some(port) = words.get(1).and_then(|word| quoted(word)) else {
        return wrong(
            "names no port in quotation marks",
            if verb == "IO_LOC" { IO_LOC } else { IO_PORT },
        );
    };
    match (verb, &words[2..]) {
        // Both pins of a pair are named with a comma between; nothing here has one.
        ("IO_LOC", [pin]) if !pin.contains(',') => Ok(Some(Told::Pin(port, (*pin).to_owned()))),
        ("IO_LOC", _) => wrong("is not one port and one pin", IO_LOC),
        (_, settings) => match settings.iter().find(|word| !word.contains('=')) {
            Some(word) => wrong(&format!("has `{word}`, which sets nothing"), IO_PORT),
            None => Ok(Some(Told::Settings(port))),
        },
    }
}

fn quoted(word: &str) -> Option<String> {
    let name = word.strip_prefix('"')?.strip_suffix('"')?;
    (!name.is_empty()).then(|| name.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn takes_what_the_tool_takes() {
        let text = "// pins\nIO_LOC \"clk\" 52; // 27 MHz\nIO_PORT \"clk\" IO_TYPE=LVCMOS33 PULL_MODE=UP;\n\
                    \nIO_LOC  \"led\"\t10;\nCLOCK_LOC \"clk\" BUFG;\n";
        let places = read(text).unwrap().places;
        let found: Vec<_> =
            places.iter().map(|p| (p.line, p.port.as_str(), p.pin.as_str())).collect();
        assert_eq!(found, [(2, "clk", "52"), (5, "led", "10")]);
    }

    #[test]
    fn mistakes_are_told_with_their_line() {
        for (text, line, expect) in [
            ("IO_LOC \"a\" 1", 1, "does not end"),
            ("\nIO_LOC a 1;", 2, "in quotation marks"),
            ("IO_LOC \"a\";", 1, "not one port and one pin"),
            ("IO_LOC \"a\" 1,2;", 1, "not one port and one pin"),
            ("IO_LOC \"a\" 1 2;", 1, "not one port and one pin"),
            ("IO_LOK \"a\" 1;", 1, "did you mean `IO_LOC`?"),
            ("set_io a 3", 1, "write `IO_LOC"),
            ("IO_LOC \"a\" 1;\nIO_PORT \"a\" IO_TYPE = LVCMOS33;", 2, "sets nothing"),
            ("IO_PORT \"a\" IO_TYPE=LVCMOS33;", 1, "settings and no pin"),
            ("IO_PORT a IO_TYPE=LVCMOS33;", 1, "in quotation marks"),
        ] {
            let (at, (what, remedy)) = read(text).unwrap_err();
            assert_eq!(at, line, "{text}");
            let said = format!("{what}\n{remedy}");
            assert!(said.contains(expect), "{text}: {said}");
        }
    }
}
