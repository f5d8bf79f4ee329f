//! Statements of an LPF file, the format of nextpnr-ecp5. They end with a semicolon. It reads
//! `LOCATE COMP "PORT" SITE "PIN";`, `IOBUF PORT "PORT" KEY=VALUE ...;`, `FREQUENCY`, `SYSCONFIG` and
//! `BLOCK`, and passes over all others of the maker's without a word.

use crate::base::nearest::nearest;
use crate::family::pins::{Frequency, Pins, Place, Refused, Wrong, number};

const LOCATE: &str = "write `LOCATE COMP \"PORT\" SITE \"PIN\";`";
const IOBUF: &str = "write `IOBUF PORT \"PORT\" KEY=VALUE;`, without blanks around the `=`";
const FREQUENCY: &str = "write `FREQUENCY PORT \"PORT\" 25.0 MHZ;`, or take the line out";
const SYSCONFIG: &str = "write `SYSCONFIG KEY=VALUE;`, without blanks around the `=`";

/// The statements that are read.
const READ: [&str; 5] = ["LOCATE", "IOBUF", "FREQUENCY", "SYSCONFIG", "BLOCK"];

/// The settings of configuration that there are.
const SETTINGS: [&str; 15] = [
    "BACKGROUND_RECONFIG",
    "COMPRESS_CONFIG",
    "CONFIG_IOVOLTAGE",
    "CONFIG_MODE",
    "CONFIG_SECURE",
    "DONE_EX",
    "DONE_OD",
    "DONE_PULL",
    "INBUF",
    "MASTER_SPI_PORT",
    "MCCLK_FREQ",
    "SLAVE_PARALLEL_PORT",
    "SLAVE_SPI_PORT",
    "TRANSFR",
    "WAKE_UP",
];

/// What a text says.
pub(super) fn read(text: &str) -> Result<Pins, Refused> {
    let (mut found, mut buffered) = (Pins::default(), Vec::new());
    for (line, statement) in statements(text)? {
        let told = add(&mut found, line, &statement).map_err(|wrong| (line, wrong))?;
        buffered.extend(told.map(|port| (line, port)));
    }
    let placed = |port: &str| found.places.iter().any(|place| place.port == port);
    match buffered.into_iter().find(|(_, port)| !placed(port)) {
        Some((line, port)) => {
            Err((line, (format!("port `{port}` has a buffer and no pin"), LOCATE.to_owned())))
        }
        None => Ok(found),
    }
}

/// Adds what a statement says; gives the port whose buffer it describes.
fn add(found: &mut Pins, line: usize, statement: &str) -> Result<Option<String>, Wrong> {
    let words: Vec<&str> = statement.split_whitespace().collect();
    let wrong = |what: &str, remedy: &str| {
        Err((format!("`{}` {what}", words.join(" ")), remedy.to_owned()))
    };
    match words.as_slice() {
        ["LOCATE", "COMP", port, "SITE", pin] => {
            let (port, pin) = (unquoted(port)?, unquoted(pin)?);
            // An LPF may say the same twice.
            if !found.places.iter().any(|place| place.port == port && place.pin == pin) {
                found.places.push(Place { line, port, pin });
            }
        }
        ["LOCATE", ..] => return wrong("is not one port and one pin", LOCATE),
        ["IOBUF", "PORT", port, settings @ ..] => {
            if let Some(word) = settings.iter().find(|word| !word.contains('=')) {
                return wrong(&format!("has `{word}`, which sets nothing"), IOBUF);
            }
            return unquoted(port).map(Some);
        }
        ["IOBUF", ..] => return wrong("is not for one port", IOBUF),
        ["FREQUENCY", "PORT" | "NET", net, number, unit, ..] => match mhz(number, unit) {
            Some(mhz) => {
                let net = unquoted(net)?;
                found.frequencies.push(Frequency { line, net, mhz });
            }
            None => return wrong("has no frequency", FREQUENCY),
        },
        ["FREQUENCY"] | ["FREQUENCY", "PORT" | "NET", ..] => {
            return wrong("is not a port and its frequency", FREQUENCY);
        }
        ["SYSCONFIG", settings @ ..] => settings.iter().try_for_each(|word| setting(word))?,
        [verb, ..] => ensure_not_meant(verb, statement)?,
        [] => {}
    }
    Ok(None)
}

fn mhz(word: &str, unit: &str) -> Option<f64> {
    let scale = match unit.to_ascii_uppercase().as_str() {
        "MHZ" => 1.0,
        "KHZ" => 1e-3,
        "HZ" => 1e-6,
        _ => return None,
    };
    Some(number(word)? * scale)
}

fn setting(word: &str) -> Result<(), Wrong> {
    let Some((key, _)) = word.split_once('=') else {
        return Err((format!("SYSCONFIG has `{word}`, which sets nothing"), SYSCONFIG.to_owned()));
    };
    if SETTINGS.contains(&key) {
        return Ok(());
    }
    let near = nearest(key, SETTINGS).map(|key| format!("did you mean `{key}`? "));
    let list = format!("{}There are: {}", near.unwrap_or_default(), SETTINGS.join(", "));
    Err((format!("SYSCONFIG has no `{key}`"), list))
}

/// A statement that is passed over in silence must not be one that was meant to be read.
fn ensure_not_meant(verb: &str, statement: &str) -> Result<(), Wrong> {
    let what = || format!("`{statement}` is not a constraint");
    match nearest(verb, READ) {
        Some(read) if read != verb => Err((what(), format!("did you mean `{read}`?"))),
        _ if verb.starts_with("set_") => Err((what(), LOCATE.to_owned())),
        _ => Ok(()),
    }
}

fn unquoted(word: &str) -> Result<String, Wrong> {
    let Some(rest) = word.strip_prefix('"') else { return Ok(word.to_owned()) };
    match rest.strip_suffix('"') {
        Some(name) => Ok(name.to_owned()),
        None => {
            Err((format!("`{word}` has one quotation mark"), "write one on each side".to_owned()))
        }
    }
}

/// A line without its comment.
fn code(line: &str) -> &str {
    let line = line.split('#').next().unwrap_or_default();
    line.split("//").next().unwrap_or_default()
}

/// The text with a blank before each line that goes on with a statement: nextpnr puts the lines
/// together without one.
pub(super) fn spaced(text: &str) -> String {
    let mut open = false;
    let line = |line: &str| {
        let blank = if open && !line.starts_with([' ', '\t']) { " " } else { "" };
        let code = code(line);
        let last = code.rsplit(';').next().unwrap_or_default();
        open = !last.trim().is_empty() || open && !code.contains(';');
        format!("{blank}{line}")
    };
    text.split_inclusive('\n').map(line).collect()
}

/// The statements with the lines that they begin in.
fn statements(text: &str) -> Result<Vec<(usize, String)>, Refused> {
    let (mut found, mut open) = (Vec::new(), None::<(usize, String)>);
    for (index, line) in text.lines().enumerate() {
        let mut rest = code(line);
        loop {
            let (part, ends) = match rest.split_once(';') {
                Some((part, after)) => {
                    rest = after;
                    (part, true)
                }
                None => (std::mem::take(&mut rest), false),
            };
            if !part.trim().is_empty() {
                let (_, text) = open.get_or_insert_with(|| (index + 1, String::new()));
                text.push_str(part.trim());
                text.push(' ');
            }
            if !ends {
                break;
            }
            found.extend(open.take().map(|(line, text)| (line, text.trim().to_owned())));
        }
    }
    match open {
        None => Ok(found),
        Some((line, text)) => {
            let what = format!("`{}` does not end", text.trim());
            Err((line, (what, "end the statement with `;`".to_owned())))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_statements_over_lines() {
        let text = "// pins\nLOCATE COMP \"clk\" SITE \"G2\"; # 25 MHz\n\
                    IOBUF PORT \"clk\"\n  IO_TYPE=LVCMOS33; LOCATE COMP \"led\" SITE \"B2\";\n";
        let places = read(text).unwrap().places;
        let found: Vec<_> =
            places.iter().map(|p| (p.line, p.port.as_str(), p.pin.as_str())).collect();
        assert_eq!(found, [(2, "clk", "G2"), (4, "led", "B2")]);
    }

    #[test]
    fn lines_that_go_on_get_a_blank() {
        let text = "LOCATE COMP \"a\" # first\nSITE\n\tA1; IOBUF\n\nPORT a;\nBLOCK\nRESETPATHS;\n";
        let expect =
            "LOCATE COMP \"a\" # first\n SITE\n\tA1; IOBUF\n \n PORT a;\nBLOCK\n RESETPATHS;\n";
        assert_eq!(spaced(text), expect);
        assert_eq!(spaced("LOCATE COMP a SITE b;\n\nBLOCK;"), "LOCATE COMP a SITE b;\n\nBLOCK;");
    }

    /// Each of these was given to nextpnr-ecp5, which takes them.
    #[test]
    fn takes_what_the_tool_takes() {
        for statement in [
            "SYSCONFIG CONFIG_IOVOLTAGE=3.3 COMPRESS_CONFIG=ON MCCLK_FREQ=62;",
            "SYSCONFIG;",
            "BLOCK RESETPATHS;",
            "BLOCK ASYNCPATHS ;",
            "BLOCK PATH FROM PORT \"a\";",
            "FREQUENCY 25 MHZ;",
            "USERCODE HEX \"00000001\";",
            "BANK 0 VCCIO 3.3 V;",
            "USE PRIMARY NET \"clk\";",
            "DEFINE PORT GROUP \"leds\" \"led*\";",
            "IOBUF PORT clk;",
            "IOBUF PORT \"clk\" IO_TYPE=LVCMOS33 PULLMODE=NONE DRIVE=4 FOO=BAR;",
            "BLOCK RESETPATHS; LOCATE COMP \"clk\" SITE \"G2\";",
            ";;",
        ] {
            let text = format!("LOCATE COMP clk SITE G2;\n{statement}");
            let found = read(&text).unwrap_or_else(|error| panic!("{statement}: {error:?}"));
            assert_eq!(found.places.len(), 1, "{statement}");
        }
        let text = "FREQUENCY PORT \"clk\" 25.0 MHZ; FREQUENCY NET a 100 khz;";
        let found: Vec<f64> = read(text).unwrap().frequencies.iter().map(|f| f.mhz).collect();
        assert_eq!(found, [25.0, 0.1]);
    }

    /// And these, which it refuses, does not survive or passes over.
    #[test]
    fn mistakes_are_told_with_their_line() {
        for (text, line, expect) in [
            ("LOCATE COMP \"a\" SITE \"B1\"", 1, "does not end"),
            ("\nLOCATE COMP \"a\";", 2, "not one port and one pin"),
            ("LOCATE VREF \"a\" SITE \"B1\";", 1, "not one port and one pin"),
            ("LOCATE COMP \"a SITE \"B1\";", 1, "one quotation mark"),
            ("FREQUENCY PORT \"a\" 25;", 1, "25.0 MHZ"),
            ("FREQUENCY PORT \"a\" 25.0MHZ;", 1, "25.0 MHZ"),
            ("FREQUENCY PORT \"a\" fast MHZ;", 1, "has no frequency"),
            ("FREQUENCY;", 1, "not a port and its frequency"),
            ("SYSCONFIG COMPRES_CONFIG=ON;", 1, "did you mean `COMPRESS_CONFIG`?"),
            ("SYSCONFIG COMPRESS_CONFIG = ON;", 1, "without blanks"),
            ("IOBUF ALLPORTS IO_TYPE=LVCMOS33;", 1, "not for one port"),
            ("IOBUF PORT \"a\" IO_TYPE = LVCMOS33;", 1, "sets nothing"),
            ("IOBUF PORT \"a\" IO_TYPE=LVCMOS33;", 1, "a buffer and no pin"),
            ("\n\nlocate comp \"a\" site \"B1\";", 3, "did you mean `LOCATE`?"),
            ("IOBUFF PORT \"a\";", 1, "did you mean `IOBUF`?"),
            ("set_io a 3;", 1, "write `LOCATE COMP"),
            ("/* pins */", 1, "does not end"),
        ] {
            let (at, (what, remedy)) = read(text).unwrap_err();
            assert_eq!(at, line, "{text}");
            let said = format!("{what}\n{remedy}");
            assert!(said.contains(expect), "{text}: {said}");
        }
    }
}
