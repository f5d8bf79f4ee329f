//! The checks of what a board file puts into `board.v` word for word, and of keys that would be
//! without effect.

use super::check::Check;
use super::file::{BoardFile, ClockFile};
use super::{Clock, PORTS, SHARED, Source};
use crate::base::error::FlowError;
use crate::family::both_ways::{DRIVE, OUT};
use crate::family::clock::{CORE_CLOCK, LOCKED};
use crate::family::{self, Family};

/// What the wrapper calls its own nets and instances.
const TAKEN: [&str; 5] = [CORE_CLOCK, LOCKED, "core", "pll", "oscillator"];

impl Check<'_> {
    /// The description is a comment of one line there.
    pub(super) fn ensure_description_is_one_line(&self, text: &str) -> Result<(), FlowError> {
        if !text.trim().is_empty() && !text.contains(char::is_control) {
            return Ok(());
        }
        let what = format!("description = {text:?} is not one line of text");
        self.fail(what, "write what is printed on the board")
    }

    /// The ports that the file names are names of Verilog, and each is one port.
    pub(super) fn ensure_names_are_free(
        &self,
        clock: &Clock,
        raw: &BoardFile,
    ) -> Result<(), FlowError> {
        let clock = clock.port().map(|port| ("clock.port", port));
        let high = raw.high.iter().map(|port| ("high", port.as_str()));
        let low = raw.low.iter().map(|port| ("low", port.as_str()));
        let mut seen: Vec<&str> = Vec::new();
        for (key, port) in clock.into_iter().chain(high).chain(low) {
            let taken = if !is_name(port) {
                "is no name: letters, digits and _"
            } else if PORTS.contains(&port) {
                "is a port of every design"
            } else if TAKEN.contains(&port) || is_of_a_pin(port) {
                "is what board.v calls something of its own"
            } else if seen.contains(&port) {
                "is named twice"
            } else {
                seen.push(port);
                continue;
            };
            let remedy = "give the port another name, there and in the constraints";
            return self.fail(format!("{key}: `{port}` {taken}"), remedy);
        }
        Ok(())
    }

    /// A key that changes nothing on this board is likely meant for another.
    pub(super) fn ensure_keys_have_effect(
        &self,
        clock: &Clock,
        family: &dyn Family,
        raw: &BoardFile,
    ) -> Result<(), FlowError> {
        let ClockFile { pll, .. } = raw.clock;
        let crystal = matches!(clock.source, Source::Crystal { .. });
        let loops = format!("{} with a crystal", family::that_take("pll"));
        let idle = [
            ("clock.pll", pll.is_some() && !(family.takes("pll") && crystal), loops),
            ("pack", !raw.pack.is_empty() && !family.takes("pack"), family::that_take("pack")),
            ("svf", raw.svf && !family.takes("svf"), family::that_take("svf")),
        ];
        match idle.into_iter().find(|(_, without_effect, _)| *without_effect) {
            Some((key, _, only)) => {
                self.fail(format!("{key} is only for {only}"), format!("leave out `{key}`"))
            }
            None => Ok(()),
        }
    }
}

/// Whether it is a net beside a pin that goes both ways.
fn is_of_a_pin(port: &str) -> bool {
    port.strip_prefix(SHARED).is_some_and(|end| [OUT, DRIVE].contains(&end))
}

fn is_name(port: &str) -> bool {
    port.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
        && port.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
}
