//! What an engine leaves out of a run, where it is built to: time steps, and cycles of streams.

use crate::spec::{Net, NetSpec, Phase, Stream};
use std::borrow::Cow;

/// What is left out of an image's run.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Shortcuts {
    /// The time steps behind the first one after which no class can catch the one that leads, by the rule of
    /// [`Golden::infer_early`](crate::sc::network::Golden::infer_early).
    pub early: bool,
    /// Cycles of the streams; none where a time step runs as many as the network says.
    pub short: Option<Short>,
}

/// Streams that are cut short.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Short {
    /// L, the cycles that a time step runs.
    pub length: u32,
    /// Where a time step takes the stream up.
    pub phase: Phase,
}

impl Shortcuts {
    /// Nothing is left out.
    pub const NONE: Self = Self { early: false, short: None };

    /// The streams of a network as they are run: where they are cut short, with sums in the units of the network's own,
    /// so that thresholds and biases stay what they are.
    ///
    /// A network whose own L is `L'` counts about `L' / L` times as much in a step as one that is cut to L. So the sums of
    /// that are multiplied by `L' / L`, a shift ([`Stream::scale`]), and 1 where L does not divide `L'`, which no engine
    /// takes.
    pub fn stream(&self, own: &Stream) -> Stream {
        let Some(Short { length, phase }) = self.short else { return own.clone() };
        let scale = own.length.checked_div(length).filter(|times| times * length == own.length);
        Stream { length, phase, scale: scale.map_or(0, u32::trailing_zeros), ..own.clone() }
    }

    /// A network without its numbers as it is run.
    pub fn spec<'a>(&self, spec: &'a NetSpec) -> Cow<'a, NetSpec> {
        match self.short {
            None => Cow::Borrowed(spec),
            Some(_) => Cow::Owned(NetSpec { stream: self.stream(&spec.stream), ..spec.clone() }),
        }
    }

    /// The same with its numbers.
    pub fn net<'a>(&self, net: &'a Net) -> Cow<'a, Net> {
        match self.spec(&net.spec) {
            Cow::Borrowed(_) => Cow::Borrowed(net),
            Cow::Owned(spec) => Cow::Owned(Net { spec, ..net.clone() }),
        }
    }
}

/// Cycles from the last cycle of a step to the last one of a run that ends with it, though steps remain: whether it ends
/// is known when the next step has begun.
pub(super) const fn ending(events: bool) -> u64 {
    // On schedule `events` a step's end is passed on a cycle later.
    if events { 3 } else { 2 }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sc::network::{Golden, Schedule};
    use crate::spec::example;

    fn cut(length: u32, phase: Phase) -> Shortcuts {
        Shortcuts { short: Some(Short { length, phase }), ..Shortcuts::NONE }
    }

    #[test]
    fn a_short_stream_counts_in_the_units_of_the_whole_one() {
        let net = example(&[30, 4, 2]);
        assert!(matches!(Shortcuts::NONE.net(&net), Cow::Borrowed(_)));
        for phase in [Phase::Restart, Phase::RunOn] {
            let short = cut(4, phase).net(&net);
            let stream = &short.spec.stream;
            assert_eq!((stream.length, stream.phase, stream.scale), (4, phase, 2));
            let golden = Golden::of(Cow::Borrowed(&short), Schedule::Planes);
            let image: Vec<u8> = (0..30).map(|i| i * 8).collect();
            golden.infer_observed(&image, |update| {
                if update.layer == 0 {
                    // Each weight to two bits and back, by the window of its step.
                    let weigh = |q: i8| {
                        let ones = stream.window(update.step)[q.unsigned_abs() as usize];
                        4 * i32::from(q.signum()) * ones as i32
                    };
                    let r = net.spec.encoder.generator.threshold(16, update.step);
                    let row = net.row(0, update.neuron).iter().zip(&image);
                    let sum: i32 = row.filter(|(_, x)| **x > r).map(|(q, _)| weigh(*q)).sum();
                    assert_eq!(update.current, sum);
                }
            });
        }
    }

    /// The ruler's first L cycles are the upper planes and the next one: a weight is rounded to k bits.
    #[test]
    fn a_restarted_stream_of_the_ruler_rounds_weights() {
        let net = example(&[2, 2]);
        for k in 0..=4_u32 {
            let stream = cut(1 << k, Phase::Restart).stream(&net.spec.stream);
            let rounded = |m: u32| if k == 4 { m } else { (m >> (3 - k)).div_ceil(2) };
            assert!((0..16).map(rounded).eq(stream.window(3)), "{k}");
            // Run on, it is rounded at another place in each step, and right in the mean of the steps of a whole stream.
            let run_on = Stream { phase: Phase::RunOn, ..stream };
            let steps = 16 >> k;
            for m in 0..16 {
                assert_eq!((0..steps).map(|step| run_on.window(step)[m]).sum::<u32>(), m as u32);
            }
        }
    }

    #[test]
    fn a_length_that_does_not_divide_has_no_scale() {
        let own = example(&[2, 2]).spec.stream;
        for length in [0, 3, 32] {
            assert_eq!(cut(length, Phase::Restart).stream(&own).scale, 0);
        }
    }
}
