//! Pins in an LPF file, the format of nextpnr-ecp5: statements that end with a semicolon,
//! `LOCATE COMP "PORT" SITE "PIN";` and `IOBUF PORT "PORT" KEY=VALUE ...;`.

use super::{Place, Wrong, frequency};

const REMEDY: &str = "write `LOCATE COMP \"PORT\" SITE \"PIN\";`";

/// The ports of a text and their pins.
pub(super) fn pins(text: &str) -> Result<Vec<Place>, (usize, Wrong)> {
    let (mut places, mut buffered): (Vec<Place>, Vec<(usize, String)>) = (Vec::new(), Vec::new());
    for (line, statement) in statements(text)? {
        let words: Vec<&str> = statement.split_whitespace().collect();
        match words.as_slice() {
            ["LOCATE", "COMP", port, "SITE", pin] => {
                places.push(Place { line, port: unquoted(port), pin: unquoted(pin) });
            }
            ["IOBUF", "PORT", port, settings @ ..]
                if settings.iter().all(|setting| setting.contains('=')) =>
            {
                buffered.push((line, unquoted(port)));
            }
            ["FREQUENCY", ..] => return Err((line, frequency("FREQUENCY"))),
            ["LOCATE", ..] => {
                return Err((line, (format!("`{statement}` is not one port and one pin"), REMEDY)));
            }
            _ => return Err((line, (format!("`{statement}` is not a constraint"), REMEDY))),
        }
    }
    match buffered.into_iter().find(|(_, port)| !places.iter().any(|place| place.port == *port)) {
        Some((line, port)) => {
            Err((line, (format!("port `{port}` has a buffer and no pin"), REMEDY)))
        }
        None => Ok(places),
    }
}

fn unquoted(word: &str) -> String {
    word.trim_matches('"').to_owned()
}

/// The statements with the lines that they begin in.
fn statements(text: &str) -> Result<Vec<(usize, String)>, (usize, Wrong)> {
    let (mut found, mut open) = (Vec::new(), None::<(usize, String)>);
    for (index, line) in text.lines().enumerate() {
        let mut rest = line.split('#').next().unwrap_or_default();
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
            Err((line, (what, "end the statement with `;`")))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_statements_over_lines() {
        let text = "# pins\nLOCATE COMP \"clk\" SITE \"G2\"; # 25 MHz\n\
                    IOBUF PORT \"clk\"\n  IO_TYPE=LVCMOS33; LOCATE COMP \"led\" SITE \"B2\";\n";
        let places = pins(text).unwrap_or_default();
        let found: Vec<_> =
            places.iter().map(|p| (p.line, p.port.as_str(), p.pin.as_str())).collect();
        assert_eq!(found, [(2, "clk", "G2"), (4, "led", "B2")]);
    }

    #[test]
    fn mistakes_are_told_with_their_line() {
        for (text, line, expect) in [
            ("LOCATE COMP \"a\" SITE \"B1\"", 1, "does not end"),
            ("\nLOCATE COMP \"a\";", 2, "not one port and one pin"),
            ("FREQUENCY PORT \"a\" 25 MHZ;", 1, "does not belong here"),
            ("set_io a 3;", 1, "not a constraint"),
            ("IOBUF PORT \"a\" IO_TYPE=LVCMOS33;", 1, "a buffer and no pin"),
        ] {
            let (at, (what, _)) = pins(text).err().unwrap();
            assert_eq!(at, line, "{text}");
            assert!(what.contains(expect), "{text}: {what}");
        }
    }
}
