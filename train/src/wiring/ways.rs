//! An address program of the core crate as training walks it: runs of synapses that lie side by side.

use spikestream::layer::kinds::Program;
use spikestream::spec::Connection;

/// The synapses of a connection, spike by spike.
///
/// Weights lie as `[inputs of a channel, channels]`, so that those of a place's channels, or of all neurons of a dense
/// layer, are a run: file and golden model have a channel's weights side by side instead.
#[derive(Clone, Debug)]
pub(crate) struct Ways {
    /// Where the runs of each unit begin, and the end.
    starts: Vec<u32>,
    runs: Vec<Run>,
    neurons: usize,
    /// The longest delay of a synapse, if they have delays.
    longest: Option<u32>,
}

/// Synapses with weights and targets that follow each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Run {
    pub(super) weight: usize,
    pub(super) target: usize,
    pub(super) count: usize,
}

impl Ways {
    /// Those of a connection that reaches so many neurons, or places to pass spikes on.
    pub(crate) fn new(of: &Connection, neurons: usize) -> Self {
        let [inputs, channels] = matrix(&of.weights);
        let place = |address: usize| address % inputs * channels + address / inputs;
        Self { longest: of.longest, ..Self::of_program(&of.program, neurons, place) }
    }

    fn of_program(program: &Program, neurons: usize, place: impl Fn(usize) -> usize) -> Self {
        let (mut starts, mut runs) = (vec![0], Vec::<Run>::new());
        for unit in 0..program.units() {
            let first = runs.len();
            program.walk(unit, &mut |address, target| {
                let weight = place(address);
                let follows = |run: &&mut Run| {
                    (run.weight + run.count, run.target + run.count) == (weight, target)
                };
                match runs[first..].last_mut().filter(follows) {
                    Some(run) => run.count += 1,
                    None => runs.push(Run { weight, target, count: 1 }),
                }
            });
            starts.push(runs.len() as u32);
        }
        Self { starts, runs, neurons, longest: None }
    }

    /// Units of the source.
    pub(super) fn units(&self) -> usize {
        self.starts.len() - 1
    }

    /// Neurons, or places, that are reached.
    pub(super) fn neurons(&self) -> usize {
        self.neurons
    }

    /// The longest delay of a synapse, if they have delays.
    pub(crate) fn longest(&self) -> Option<u32> {
        self.longest
    }

    /// What a spike of a unit reaches.
    #[inline(always)]
    pub(super) fn of(&self, unit: usize) -> &[Run] {
        &self.runs[self.starts[unit] as usize..self.starts[unit + 1] as usize]
    }
}

/// A tensor of weights as a matrix: `[inputs of a channel, channels]`.
pub(crate) fn matrix(shape: &[usize]) -> [usize; 2] {
    match shape.split_first() {
        Some((channels, inputs)) => [inputs.iter().product(), *channels],
        None => [1, 1],
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use spikestream::spec::{arbitrary, with_every_kind};

    /// Each synapse once, with its weight where the transposed tensor has it.
    #[test]
    fn runs_are_the_synapses_of_the_program() {
        let nets = (0..60).map(arbitrary).chain([with_every_kind()]);
        let mut lengths = Vec::new();
        for net in nets {
            for wired in net.spec.wiring().unwrap() {
                for of in &wired.connections {
                    let ways = Ways::new(of, wired.volume.units());
                    let [inputs, channels] = matrix(&of.weights);
                    assert_eq!(ways.units(), of.from.units());
                    for unit in 0..ways.units() {
                        let mut expected = Vec::new();
                        of.program.walk(unit, &mut |weight, target| {
                            let (channel, input) = (weight / inputs, weight % inputs);
                            expected.push((input * channels + channel, target));
                        });
                        let each = |run: &Run| {
                            let Run { weight, target, count } = *run;
                            (0..count).map(move |i| (weight + i, target + i))
                        };
                        let found: Vec<_> = ways.of(unit).iter().flat_map(each).collect();
                        assert_eq!(found, expected, "{of:?}, unit {unit}");
                        lengths.extend(ways.of(unit).iter().map(|run| run.count));
                    }
                }
            }
        }
        assert!(lengths.iter().any(|count| *count > 8), "no run is long");
    }
}
