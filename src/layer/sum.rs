//! The sums of a layer's connections, as the golden model takes them.
//!
//! A connection in which every unit reaches every neuron is summed neuron by neuron, 64 synapses a word. Every other
//! one is walked spike by spike along its address program. Both take streams bit by bit, or what they weigh.

use super::kinds::{Program, Volume};
use super::signal::{Past, Signal};
use crate::sc::dot::Streams;
use crate::sc::schedule::Schedule;
use crate::spec::{Connection, Layer, Net, Numbers, Stream, Wired};

/// What the connections of a layer give in a time step, a number a neuron.
#[derive(Clone, Debug, Default)]
pub struct Sums {
    /// C.
    pub currents: Vec<i32>,
    /// The part of it that negative weights give, without its sign; of no meaning where no neuron takes it.
    pub inhibitions: Vec<i32>,
}

/// The sums of one layer.
#[derive(Clone, Debug)]
pub struct Sum {
    connections: Vec<Of>,
    /// Bits by which sums are shifted up.
    scale: u32,
    /// Whether neurons take the negative part.
    inhibited: bool,
}

/// The sum of one connection.
#[derive(Clone, Debug)]
struct Of {
    source: usize,
    lag: u32,
    shift: u32,
    way: Way,
}

#[derive(Clone, Debug)]
enum Way {
    /// Row by row.
    Rows(Streams),
    /// Spike by spike.
    Walk(Box<Walk>),
}

/// A connection that is walked.
#[derive(Clone, Debug)]
struct Walk {
    program: Program,
    weights: Vec<i8>,
    delays: Vec<u8>,
    longest: u32,
    tables: Tables,
}

/// What each weight counts: one table a cycle of the stream, or one for all cycles of a time step.
#[derive(Clone, Debug)]
struct Tables {
    /// By cycle or by time step, and by weight from -128.
    all: Vec<[i16; 256]>,
    stream: Stream,
    schedule: Schedule,
}

impl Sum {
    /// Prepares the weights' streams or planes.
    ///
    /// # Panics
    /// If the layer has fewer numbers than [`Net::check`] takes.
    pub fn new(
        net: &Net,
        wired: &Wired,
        layer: &Layer,
        schedule: Schedule,
        inhibited: bool,
    ) -> Self {
        let of = |(connection, numbers): (&Connection, Numbers<'_>)| Of {
            source: connection.source,
            lag: connection.lag,
            shift: connection.shift,
            way: Way::new(net, connection, wired.volume, numbers, schedule),
        };
        let connections = wired.numbers(layer).map(of).collect();
        Self { connections, scale: net.spec.stream.scale, inhibited }
    }

    /// What all connections give at time step `step`, of the signals of the input and of each layer.
    pub fn take(&self, past: &[Past], step: u32, neurons: usize, sums: &mut Sums) {
        let Sums { currents, inhibitions } = sums;
        for all in [&mut *currents, &mut *inhibitions] {
            all.clear();
            all.resize(neurons, 0);
        }
        for Of { source, lag, shift, way } in &self.connections {
            let past = &past[*source];
            match way {
                Way::Rows(streams) => {
                    let heard = past.of(step, *lag).and_then(Signal::packed);
                    let Some(spikes) = heard else { continue };
                    for neuron in 0..neurons {
                        currents[neuron] += streams.dot(neuron, spikes, step);
                        if self.inhibited {
                            inhibitions[neuron] += streams.negative(neuron, spikes, step);
                        }
                    }
                }
                Way::Walk(walk) if *shift == 0 => {
                    walk.sum(past, *lag, step, currents, inhibitions);
                }
                Way::Walk(walk) => {
                    // The sum is whole before it is shifted.
                    let (mut own, mut negative) = (vec![0; neurons], vec![0; neurons]);
                    walk.sum(past, *lag, step, &mut own, &mut negative);
                    for (all, own) in [(&mut *currents, own), (&mut *inhibitions, negative)] {
                        all.iter_mut().zip(own).for_each(|(all, own)| *all += own >> shift);
                    }
                }
            }
        }
        if self.scale > 0 {
            currents.iter_mut().chain(inhibitions).for_each(|sum| *sum <<= self.scale);
        }
    }
}

impl Way {
    fn new(
        net: &Net,
        connection: &Connection,
        to: Volume,
        numbers: Numbers<'_>,
        schedule: Schedule,
    ) -> Self {
        let (stream, steps) = (&net.spec.stream, net.spec.time.steps);
        let Connection { program, counted, longest, .. } = connection;
        if program.is_full(connection.from, to) && !counted && longest.is_none() {
            let rows = numbers.weights.chunks_exact(connection.from.units());
            return Self::Rows(match schedule {
                Schedule::Stream => Streams::generate(stream, rows),
                Schedule::Planes | Schedule::Events => Streams::planes(stream, steps, rows),
            });
        }
        Self::Walk(Box::new(Walk {
            program: program.clone(),
            weights: numbers.weights.to_vec(),
            delays: numbers.delays.to_vec(),
            longest: longest.unwrap_or(0),
            tables: Tables::new(stream, steps, schedule),
        }))
    }
}

impl Walk {
    /// Adds what the spikes of a source give, the negative part apart as well.
    fn sum(&self, past: &Past, lag: u32, step: u32, own: &mut [i32], negative: &mut [i32]) {
        for table in self.tables.of(step) {
            for delay in 0..=self.longest {
                let Some(heard) = past.of(step, lag + delay) else { break };
                heard.each(|unit, count| {
                    self.program.walk(unit, &mut |weight, target| {
                        let is_late = self.delays.get(weight).map_or(0, |d| u32::from(*d));
                        if is_late == delay {
                            let value = count * i32::from(table[index(self.weights[weight])]);
                            own[target] += value;
                            negative[target] += (-value).max(0);
                        }
                    });
                });
            }
        }
    }
}

fn index(weight: i8) -> usize {
    (i32::from(weight) + 128) as usize
}

impl Tables {
    fn new(stream: &Stream, steps: u32, schedule: Schedule) -> Self {
        let signed = |of: &dyn Fn(u32) -> u32| {
            let value = |at: usize| {
                let q = at as i32 - 128;
                // A magnitude beyond B bits is no weight.
                let m = q.unsigned_abs();
                if m < stream.period() { q.signum() as i16 * of(m) as i16 } else { 0 }
            };
            std::array::from_fn(value)
        };
        let all = match schedule {
            Schedule::Stream => {
                let bit = |k, m| u32::from(stream.generator.bit(stream.bits, m, k));
                (0..stream.period()).map(|k| signed(&|m| bit(k, m))).collect()
            }
            Schedule::Planes | Schedule::Events => {
                let windows = stream.phases().min(steps as usize) as u32;
                let window = |t| {
                    let window = stream.window(t);
                    signed(&|m| window[m as usize])
                };
                (0..windows).map(window).collect()
            }
        };
        Self { all, stream: stream.clone(), schedule }
    }

    /// Those of a time step, of which the sum is a weight's share.
    fn of(&self, step: u32) -> impl Iterator<Item = &[i16; 256]> {
        let (first, count) = match self.schedule {
            Schedule::Stream => (self.stream.start(step) as usize, self.stream.length as usize),
            Schedule::Planes | Schedule::Events => (step as usize, 1),
        };
        (first..first + count).map(|at| &self.all[at % self.all.len()])
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::layer::Dense;
    use crate::spec::example;

    #[test]
    fn every_input_reaches_every_neuron_by_its_own_weight() {
        let net = example(&[70, 3, 2]);
        let sizes = Dense::of(&net.spec.layers[0]);
        let rows: Vec<&[i8]> = sizes.rows(&net.layers[0].weights).collect();
        assert_eq!((rows.len(), rows.concat().len()), (3, sizes.weights()));
        let wired = &net.spec.wiring().unwrap()[0];
        for schedule in [Schedule::Stream, Schedule::Planes] {
            let sum = Sum::new(&net, wired, &net.layers[0], schedule, true);
            let mut sums = Sums::default();
            for input in 0..70 {
                let mut past = [Past::new(70, false, 0)];
                past[0].begin(3).add(input, 1);
                sum.take(&past, 3, 3, &mut sums);
                let weights = rows.iter().map(|row| i32::from(row[input]));
                assert!(weights.clone().eq(sums.currents.iter().copied()), "{schedule:?}");
                assert!(weights.map(|q| (-q).max(0)).eq(sums.inhibitions.iter().copied()));
            }
        }
    }
}
