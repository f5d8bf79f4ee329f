//! What a design's outputs did from power-up, in four states.

use super::Design;
use crate::SimError;
use crate::dut::Transition;

/// The level of a pin.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Level {
    /// 0.
    Low,
    /// 1.
    High,
    /// Nobody can tell: `x`.
    Unknown,
    /// Nobody drives it: `z`.
    Floating,
}

impl Level {
    /// The level of a bit.
    pub fn of(bit: bool) -> Self {
        if bit { Self::High } else { Self::Low }
    }

    /// Verilog's letter for it.
    pub fn letter(self) -> char {
        match self {
            Self::Low => '0',
            Self::High => '1',
            Self::Unknown => 'x',
            Self::Floating => 'z',
        }
    }

    fn parse(letter: char) -> Option<Self> {
        let all = [Self::Low, Self::High, Self::Unknown, Self::Floating];
        all.into_iter().find(|level| level.letter() == letter)
    }
}

/// The outputs of a run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recording {
    design: String,
    outputs: Vec<String>,
    cycles: u64,
    /// The cycles in which an output differs from the cycle before, and the first.
    rows: Vec<(u64, Vec<Level>)>,
}

impl Recording {
    /// Reads what the test bench printed. A run that stopped early printed less than it must, but a
    /// simulator that fails says so; here only the form is checked.
    pub(super) fn parse(text: &str, design: &Design<'_>, cycles: u64) -> Result<Self, String> {
        let row = |line: &str| {
            let (cycle, letters) = line.split_once(' ')?;
            // The last output is printed first.
            let levels: Option<Vec<Level>> = letters.chars().rev().map(Level::parse).collect();
            let levels = levels.filter(|levels| levels.len() == design.outputs.len())?;
            Some((cycle.parse().ok()?, levels))
        };
        let rows = text.lines().map(|line| row(line).ok_or_else(|| format!("it says {line:?}")));
        let rows: Vec<_> = rows.collect::<Result<_, String>>()?;
        match rows.first() {
            Some((0, _)) => {}
            _ => return Err("it does not begin with cycle 0".to_owned()),
        }
        Ok(Self { design: design.top.to_owned(), outputs: design.outputs.clone(), cycles, rows })
    }

    /// Cycles run.
    pub fn cycles(&self) -> u64 {
        self.cycles
    }

    /// What the outputs did from a cycle on, up to another. It begins with the levels that they had then.
    pub fn between(&self, from: u64, to: u64) -> Self {
        let after = self.rows.partition_point(|(row, _)| *row <= from).max(1);
        let end = self.rows.partition_point(|(row, _)| *row < to).max(after);
        let first = (from, self.rows[after - 1].1.clone());
        let rows = std::iter::once(first).chain(self.rows[after..end].iter().cloned()).collect();
        Self { rows, ..self.clone() }
    }

    /// The level of an output in a cycle.
    ///
    /// # Errors
    /// [`SimError::NoPort`].
    pub fn level(&self, output: &str, cycle: u64) -> Result<Level, SimError> {
        let place = self.place(output)?;
        let after = self.rows.partition_point(|(row, _)| *row <= cycle);
        // The first row is that of cycle 0.
        Ok(self.rows[after.max(1) - 1].1[place])
    }

    /// That every output was 0 or 1 in every cycle, the first included.
    ///
    /// # Errors
    /// [`SimError::Unknown`] for the first that was not.
    pub fn ensure_known(&self) -> Result<(), SimError> {
        let known = |level: &Level| matches!(level, Level::Low | Level::High);
        for (cycle, levels) in &self.rows {
            if let Some(place) = levels.iter().position(|level| !known(level)) {
                return Err(self.unknown(*cycle, place, levels[place]));
            }
        }
        Ok(())
    }

    /// The changes of an output, its level in cycle 0 included.
    ///
    /// # Errors
    /// [`SimError::NoPort`], and [`SimError::Unknown`] for an output that was not 0 or 1 throughout.
    pub fn transitions(&self, output: &str) -> Result<Vec<Transition>, SimError> {
        let place = self.place(output)?;
        let mut changes: Vec<Transition> = Vec::new();
        for (cycle, levels) in &self.rows {
            let value = match levels[place] {
                Level::Low => 0,
                Level::High => 1,
                level @ (Level::Unknown | Level::Floating) => {
                    return Err(self.unknown(*cycle, place, level));
                }
            };
            if changes.last().is_none_or(|last| last.value != value) {
                changes.push(Transition { cycle: *cycle, value });
            }
        }
        Ok(changes)
    }

    fn place(&self, output: &str) -> Result<usize, SimError> {
        let place = self.outputs.iter().position(|name| name == output);
        place.ok_or_else(|| SimError::NoPort {
            design: self.design.clone(),
            port: output.to_owned(),
            ports: self.outputs.clone(),
        })
    }

    fn unknown(&self, cycle: u64, place: usize, level: Level) -> SimError {
        SimError::Unknown {
            design: self.design.clone(),
            pin: self.outputs[place].clone(),
            level: level.letter(),
            cycle,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn recording(text: &str) -> Result<Recording, String> {
        let design = Design {
            verilog: "",
            top: "top",
            clock: "clk",
            inputs: Vec::new(),
            outputs: ["tx", "led"].map(str::to_owned).to_vec(),
        };
        Recording::parse(text, &design, 20)
    }

    #[test]
    fn levels_hold_until_they_change() {
        let recording = recording("0 01\n5 11\n9 10\n").unwrap();
        recording.ensure_known().unwrap();
        assert_eq!(recording.level("tx", 8).unwrap(), Level::High);
        assert_eq!(recording.level("tx", 9).unwrap(), Level::Low);
        assert_eq!(recording.level("led", 4).unwrap(), Level::Low);
        assert_eq!(recording.level("led", 19).unwrap(), Level::High);
        let change = |cycle, value| Transition { cycle, value };
        assert_eq!(recording.transitions("tx").unwrap(), [change(0, 1), change(9, 0)]);
        assert_eq!(recording.level("rx", 0).unwrap_err().code(), "sim::port::unknown");
    }

    #[test]
    fn a_part_begins_with_the_levels_of_its_first_cycle() {
        let part = recording("0 x1\n5 11\n9 10\n12 x1\n").unwrap().between(7, 12);
        part.ensure_known().unwrap();
        let change = |cycle, value| Transition { cycle, value };
        assert_eq!(part.transitions("led").unwrap(), [change(7, 1)]);
        assert_eq!(part.transitions("tx").unwrap(), [change(7, 1), change(9, 0)]);
    }

    #[test]
    fn what_is_not_known_is_named_with_its_first_cycle() {
        let recording = recording("0 01\n5 x1\n6 zx\n").unwrap();
        let error = recording.ensure_known().unwrap_err();
        assert_eq!(error.code(), "sim::fourstate::unknown");
        assert_eq!(error.to_string(), "`led` of `top` is x in cycle 5, counted from power-up");
        let error = recording.transitions("tx").unwrap_err();
        assert_eq!(error.to_string(), "`tx` of `top` is x in cycle 6, counted from power-up");
    }

    #[test]
    fn what_the_simulator_did_not_print_is_no_recording() {
        for text in ["", "1 01\n", "0 011\n", "0 0q\n", "0 01\nERROR: no\n"] {
            assert!(recording(text).is_err(), "{text:?}");
        }
    }
}
