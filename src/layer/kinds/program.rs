//! Address programs: nested counters that walk what a spike reaches.
//!
//! A source's unit has one coordinate on each axis of a program. On each axis the coordinate gives where a counter
//! begins and how often it counts; how far a count moves the two addresses is the axis's own. So the synapses of
//! unit `i` with the coordinates `x_a` are, for each combination of `n_a` in `0..count_a(x_a)`,
//!
//! ```text
//! weight address = sum_a weight_a(x_a) + n_a weight stride_a
//! target         = sum_a target_a(x_a) + n_a target stride_a
//! ```
//!
//! A table a coordinate and an adder an address are all that hardware needs to walk it.

/// How a connection's synapses are found from the unit that spikes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Program {
    /// The nested counters, the outermost first.
    pub axes: Vec<Axis>,
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

impl Program {
    /// Every unit reaches all of `outputs` neurons; weights lie `[outputs][inputs]`.
    pub fn full(inputs: usize, outputs: usize) -> Self {
        let span = |input| Span { weight: input, target: 0, count: outputs };
        let spans = (0..inputs).map(span).collect();
        Self { axes: vec![Axis { spans, weight: inputs as isize, target: 1 }] }
    }

    /// Each unit reaches the one of its number; weight `i` is its own, or all share the first.
    pub fn each(units: usize, shared: bool) -> Self {
        let weight = |unit| if shared { 0 } else { unit };
        let span = |unit| Span { weight: weight(unit), target: unit, count: 1 };
        Self { axes: vec![Axis { spans: (0..units).map(span).collect(), weight: 0, target: 0 }] }
    }

    /// Units of the source.
    pub fn units(&self) -> usize {
        self.axes.iter().map(|axis| axis.spans.len()).product()
    }

    /// Whether it is that of [`Self::full`]: then sums can be taken row by row.
    pub fn is_full(&self, outputs: usize) -> bool {
        let [axis] = &self.axes[..] else { return false };
        let (inputs, mut spans) = (axis.spans.len(), axis.spans.iter().enumerate());
        let whole = |(input, span): (usize, &Span)| {
            *span == Span { weight: input, target: 0, count: outputs }
        };
        axis.weight == inputs as isize && axis.target == 1 && spans.all(whole)
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
        let program = Program::full(3, 2);
        assert_eq!(synapses(&program, 1), [(1, 0), (4, 1)]);
        assert!(program.is_full(2) && !program.is_full(1));
        assert_eq!((program.units(), program.synapses()), (3, 6));
    }

    #[test]
    fn one_to_one_reaches_one() {
        assert_eq!(synapses(&Program::each(3, false), 2), [(2, 2)]);
        assert_eq!(synapses(&Program::each(3, true), 2), [(0, 2)]);
        assert!(!Program::each(3, false).is_full(3));
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
        let program = Program { axes: vec![outer, inner] };
        assert_eq!(
            synapses(&program, 0),
            [(12, 1), (11, 2), (10, 3), (112, 51), (111, 52), (110, 53)]
        );
        assert_eq!(synapses(&program, 1), []);
        assert_eq!((program.units(), program.synapses()), (2, 6));
    }
}
