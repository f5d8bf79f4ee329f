//! What is driven into a design from power-up, all of it said beforehand.

use spikestream_flows::simulate::icarus::Event;

use super::{Design, Level};
use crate::SimError;
use crate::dut::Segment;

/// What is driven, cycle by cycle.
#[derive(Clone, Debug, Default)]
pub struct Stimulus {
    now: u64,
    driven: Vec<(u64, String, Level)>,
}

impl Stimulus {
    /// The cycle that what follows begins in; at the end, how many cycles are run.
    pub fn now(&self) -> u64 {
        self.now
    }

    /// Drives an input from now on.
    pub fn drive(&mut self, input: &str, level: Level) {
        self.drive_at(self.now, input, level);
    }

    /// Drives an input from a cycle on, which may be past or to come. Of two levels for one input and
    /// cycle the one that was said last holds.
    pub fn drive_at(&mut self, cycle: u64, input: &str, level: Level) {
        self.driven.push((cycle, input.to_owned(), level));
    }

    /// Lets cycles pass.
    pub fn wait(&mut self, cycles: u64) {
        self.now += cycles;
    }

    /// Drives an input with levels one after the other, and lets the time pass that they take.
    pub fn play(&mut self, input: &str, segments: &[Segment]) {
        for segment in segments {
            self.drive(input, Level::of(segment.value != 0));
            self.wait(segment.cycles);
        }
    }

    /// The events for a design, in the order of the cycles.
    pub(super) fn events(&self, design: &Design<'_>) -> Result<Vec<Event>, SimError> {
        let event = |(cycle, name, level): &(u64, String, Level)| {
            let place = design.inputs.iter().position(|input| input == name);
            let input = place.ok_or_else(|| SimError::NoPort {
                design: design.top.to_owned(),
                port: name.clone(),
                ports: design.inputs.clone(),
            })?;
            Ok(Event { cycle: *cycle, input, level: level.letter() })
        };
        let mut events = self.driven.iter().map(event).collect::<Result<Vec<_>, SimError>>()?;
        events.sort_by_key(|event| event.cycle);
        Ok(events)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn events_come_in_the_order_of_their_cycles() {
        let design = Design {
            verilog: "",
            top: "top",
            clock: "clk",
            inputs: ["hold", "rx"].map(str::to_owned).to_vec(),
            outputs: Vec::new(),
        };
        let mut stimulus = Stimulus::default();
        stimulus.drive("hold", Level::High);
        stimulus.play("rx", &[Segment { value: 1, cycles: 3 }, Segment { value: 0, cycles: 2 }]);
        stimulus.drive_at(1, "hold", Level::Unknown);
        assert_eq!(stimulus.now(), 5);
        let event = |cycle, input, level| Event { cycle, input, level };
        let expected = [event(0, 0, '1'), event(0, 1, '1'), event(1, 0, 'x'), event(3, 1, '0')];
        assert_eq!(stimulus.events(&design).unwrap(), expected);
        stimulus.drive("tx", Level::Low);
        assert_eq!(stimulus.events(&design).unwrap_err().code(), "sim::port::unknown");
    }
}
