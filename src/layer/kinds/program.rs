//! Address programs: nested counters that walk what a spike reaches.
//!
//! A source's unit (c, y, x) has a coordinate on each of three axes: its row, its column and its channel. On each axis the
//! coordinate gives where a counter begins and how often it counts; how far a count moves the two addresses is the
//! axis's own. So the synapses of the unit with the coordinates `x_a` are, for each combination of `n_a` in
//! `0..count_a(x_a)`,
//!
//! ```text
//! weight address = sum_a weight_a(x_a) + n_a weight stride_a
//! target         = sum_a target_a(x_a) + n_a target stride_a
//! ```
//!
//! A table a coordinate and an adder an address are all that hardware needs to walk it.

use super::Volume;

/// How a connection's synapses are found from the unit that spikes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Program {
    /// The counters of the source's rows, of its columns and of its channels, each within the one before.
    pub axes: [Axis; 3],
}

/// One counter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Axis {
    /// What it does for each coordinate of a unit on this axis.
    pub spans: Vec<Span>,
    /// What a count adds to the weight's address.
    pub weight: isize,
    /// What a count adds to the target.
    pub target: isize,
}

/// A counter's run for one coordinate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Span {
    /// Its part of the first weight's address.
    pub weight: usize,
    /// Its part of the first target.
    pub target: usize,
    /// How often it counts; 0 reaches nothing.
    pub count: usize,
}

impl Axis {
    /// A counter that counts once for each coordinate, whose parts are so many times it.
    pub fn linear(size: usize, weight: usize, target: usize) -> Self {
        let span = |at| Span { weight: at * weight, target: at * target, count: 1 };
        Self { spans: (0..size).map(span).collect(), weight: 0, target: 0 }
    }
}

impl Program {
    /// Every unit of `from` reaches all of `to`, place by place; weights lie `[units of to][units of from]`.
    pub fn full(from: Volume, to: Volume) -> Self {
        let mut places = Axis::linear(from.width, from.channels, 0);
        places.spans.iter_mut().for_each(|span| span.count = to.area());
        (places.weight, places.target) =
            ((to.channels * from.units()) as isize, to.channels as isize);
        let mut channels = Axis::linear(from.channels, 1, 0);
        channels.spans.iter_mut().for_each(|span| span.count = to.channels);
        (channels.weight, channels.target) = (from.units() as isize, 1);
        let rows = Axis::linear(from.height, from.width * from.channels, 0);
        Self { axes: [rows, places, channels] }
    }

    /// Each unit of `from` reaches the one of its number; weight `i` is its own, or all share the first.
    pub fn each(from: Volume, shared: bool) -> Self {
        let axis = |size, stride| Axis::linear(size, if shared { 0 } else { stride }, stride);
        Self {
            axes: [
                axis(from.height, from.width * from.channels),
                axis(from.width, from.channels),
                axis(from.channels, 1),
            ],
        }
    }

    /// Units of the source.
    pub fn units(&self) -> usize {
        self.axes.iter().map(|axis| axis.spans.len()).product()
    }

    /// Whether it is that of [`Self::full`]: then sums can be taken row by row.
    pub fn is_full(&self, from: Volume, to: Volume) -> bool {
        *self == Self::full(from, to)
    }

    /// Calls `visit` with the weight's address and the target of each synapse of a unit.
    ///
    /// # Panics
    /// If the source has no such unit.
    pub fn walk(&self, unit: usize, visit: &mut impl FnMut(usize, usize)) {
        assert!(unit < self.units(), "unit {unit} of {}", self.units());
        walk(&self.axes, unit, self.units(), (0, 0), visit);
    }

    /// The synapses of all units.
    pub fn synapses(&self) -> usize {
        let of_axis = |axis: &Axis| axis.spans.iter().map(|span| span.count).sum::<usize>();
        self.axes.iter().map(of_axis).product()
    }
}

/// `units` is how many units the axes have together, `at` the addresses so far.
fn walk(
    axes: &[Axis],
    unit: usize,
    units: usize,
    at: (isize, isize),
    visit: &mut impl FnMut(usize, usize),
) {
    let Some((axis, inner)) = axes.split_first() else {
        return visit(at.0 as usize, at.1 as usize);
    };
    let below = units / axis.spans.len();
    let span = axis.spans[unit / below];
    let (mut weight, mut target) = (at.0 + span.weight as isize, at.1 + span.target as isize);
    for _ in 0..span.count {
        match inner {
            [] => visit(weight as usize, target as usize),
            _ => walk(inner, unit % below, below, (weight, target), visit),
        }
        weight += axis.weight;
        target += axis.target;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn synapses(program: &Program, unit: usize) -> Vec<(usize, usize)> {
        let mut all = Vec::new();
        program.walk(unit, &mut |weight, target| all.push((weight, target)));
        all
    }

    #[test]
    fn a_full_program_reaches_every_neuron_by_a_weight_of_its_row() {
        let flat = Volume::flat(3);
        let program = Program::full(flat, Volume::flat(2));
        assert_eq!(synapses(&program, 1), [(1, 0), (4, 1)]);
        assert!(program.is_full(flat, Volume::flat(2)) && !program.is_full(flat, flat));
        assert_eq!((program.units(), program.synapses()), (3, 6));
        let image = Volume { channels: 2, height: 3, width: 4 };
        for to in [Volume::flat(5), Volume { channels: 3, height: 1, width: 2 }] {
            let program = Program::full(image, to);
            for unit in 0..24 {
                let expected = (0..to.units()).map(|output| (output * 24 + unit, output));
                assert_eq!(synapses(&program, unit), expected.collect::<Vec<_>>());
            }
        }
    }

    #[test]
    fn one_to_one_reaches_one() {
        let image = Volume { channels: 3, height: 2, width: 2 };
        for unit in 0..12 {
            assert_eq!(synapses(&Program::each(image, false), unit), [(unit, unit)]);
            assert_eq!(synapses(&Program::each(image, true), unit), [(0, unit)]);
        }
        assert!(!Program::each(image, false).is_full(image, image));
    }

    #[test]
    fn counters_nest_and_may_count_down_or_not_at_all() {
        let outer = Axis {
            spans: vec![
                Span { weight: 10, target: 0, count: 2 },
                Span { weight: 0, target: 5, count: 0 },
            ],
            weight: 100,
            target: 50,
        };
        let inner =
            Axis { spans: vec![Span { weight: 2, target: 1, count: 3 }], weight: -1, target: 1 };
        let program = Program { axes: [outer, Axis::linear(1, 0, 0), inner] };
        assert_eq!(
            synapses(&program, 0),
            [(12, 1), (11, 2), (10, 3), (112, 51), (111, 52), (110, 53)]
        );
        assert_eq!(synapses(&program, 1), []);
        assert_eq!((program.units(), program.synapses()), (2, 6));
    }
}
