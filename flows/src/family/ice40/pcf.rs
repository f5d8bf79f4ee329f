//! Lines of a PCF file, the format of nextpnr-ice40: `set_io [OPTION ...] PORT PIN` and
//! `set_frequency NET MHZ`.

use crate::family::pins::{Frequency, Pins, Place, Refused, Wrong, number};

const SET_IO: &str = "write `set_io PORT PIN`";
const SET_FREQUENCY: &str = "write `set_frequency PORT MHZ`, or take the line out";

/// What a text says, for a part.
pub(super) fn read(text: &str, part: &str, flags: &[String]) -> Result<Pins, Refused> {
    let part = Part {
        name: part,
        resistors: flags.iter().any(|flag| flag == "--up5k" || flag == "--up3k"),
    };
    let mut found = Pins::default();
    for (index, line) in text.lines().enumerate() {
        let words: Vec<&str> =
            line.split('#').next().unwrap_or_default().split_whitespace().collect();
        add(&mut found, index + 1, &words, &part).map_err(|wrong| (index + 1, wrong))?;
    }
    Ok(found)
}

/// What of a part decides which options a pin has.
struct Part<'a> {
    name: &'a str,
    /// Whether the strength of a pin's pull-up can be chosen.
    resistors: bool,
}

fn add(found: &mut Pins, line: usize, words: &[&str], part: &Part<'_>) -> Result<(), Wrong> {
    let wrong = |what: &str, remedy: &str| {
        Err((format!("`{}` {what}", words.join(" ")), remedy.to_owned()))
    };
    match words {
        [] => Ok(()),
        ["set_io", rest @ ..] => match options(rest, part)? {
            [port, pin, behind @ ..] => {
                if let Some(option) = behind.iter().find(|word| word.starts_with("-pullup")) {
                    let what = format!("has `{option}` behind the pin, where it is not read");
                    return wrong(&what, "write the options before the port");
                }
                let (port, pin) = ((*port).to_owned(), (*pin).to_owned());
                found.places.push(Place { line, port, pin });
                Ok(())
            }
            _ => wrong("is not one port and one pin", SET_IO),
        },
        ["set_frequency", net, mhz, ..] => match number(mhz) {
            Some(mhz) => {
                found.frequencies.push(Frequency { line, net: (*net).to_owned(), mhz });
                Ok(())
            }
            None => wrong("has no frequency", SET_FREQUENCY),
        },
        ["set_frequency", ..] => wrong("is not a port and its frequency", SET_FREQUENCY),
        _ => wrong("is not a constraint", SET_IO),
    }
}

/// The words behind the options of `set_io`. One that is not known is passed over, with a warning.
fn options<'a>(mut words: &'a [&'a str], part: &Part<'_>) -> Result<&'a [&'a str], Wrong> {
    while let [option, rest @ ..] = words
        && option.starts_with('-')
    {
        let (legal, length): (&[&str], usize) = match *option {
            "-pullup" => (&["yes", "no", "1", "0"], 1),
            "-pullup_resistor" => (&["3P3K", "6P8K", "10K", "100K"], 1),
            _ => (&[], 0),
        };
        if *option == "-pullup_resistor" && !part.resistors {
            let what = format!("`{option}` is not for {}", part.name);
            return Err((what, "write `-pullup yes`".to_owned()));
        }
        let value = rest.first().copied().unwrap_or_default();
        if length == 1 && !legal.contains(&value) {
            let what = format!("`{option}` has the value `{value}`");
            return Err((what, format!("choose one of: {}", legal.join(", "))));
        }
        words = rest.get(length..).unwrap_or_default();
    }
    Ok(words)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(text: &str, part: &str) -> Result<Pins, (usize, String)> {
        let flag = if part.contains("up5k") { "--up5k" } else { "--hx8k" };
        read(text, part, &[flag.to_owned()]).map_err(|(line, (what, remedy))| {
            (
                line,
                format!(
                    "{what}
{remedy}"
                ),
            )
        })
    }

    /// Each of these was given to nextpnr-ice40, which takes them.
    #[test]
    fn takes_what_the_tool_takes() {
        for line in [
            "set_io led 9",
            "\tset_io\t-nowarn  led \t9 # blue",
            "set_io --warn-no-port led 9",
            "set_io -pullup yes led 9",
            "set_io -pullup 0 -nowarn led 9",
            "set_io -pullup_resistor 10K led 9",
            "set_io -whatever led 9",
            "set_io led 9 and more",
        ] {
            let found = told(line, "ice40up5k-sg48").unwrap().places;
            assert_eq!((found[0].port.as_str(), found[0].pin.as_str()), ("led", "9"), "{line}");
        }
        for line in ["set_frequency clk 12", "set_frequency clk 12 MHz", "set_frequency clk 12MHz"]
        {
            let found = told(line, "ice40up5k-sg48").unwrap().frequencies;
            assert_eq!((found[0].net.as_str(), found[0].mhz), ("clk", 12.0), "{line}");
        }
    }

    /// And these, which it refuses, or drops half of.
    #[test]
    fn mistakes_are_told_with_their_line() {
        for (text, line, expect) in [
            ("set_io led", 1, "not one port and one pin"),
            ("\nset_io", 2, "not one port and one pin"),
            ("set_io -pullup maybe led 9", 1, "choose one of: yes, no, 1, 0"),
            ("set_io -pullup led 9", 1, "choose one of: yes, no, 1, 0"),
            ("set_io -pullup", 1, "has the value ``"),
            ("set_io -pullup_resistor 11K led 9", 1, "3P3K, 6P8K, 10K, 100K"),
            ("set_io led 9 -pullup yes", 1, "before the port"),
            ("set_frequency clk", 1, "not a port and its frequency"),
            ("set_frequency clk fast", 1, "has no frequency"),
            ("# pins\n// led", 2, "not a constraint"),
            ("LOCATE COMP \"led\" SITE \"9\";", 1, "not a constraint"),
        ] {
            let (at, said) = told(text, "ice40up5k-sg48").unwrap_err();
            assert_eq!(at, line, "{text}");
            assert!(said.contains(expect), "{text}: {said}");
        }
        let text = "set_io -pullup_resistor 10K led 9";
        assert!(told(text, "ice40hx8k-ct256").unwrap_err().1.contains("not for ice40hx8k-ct256"));
    }
}
