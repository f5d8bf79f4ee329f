//! What a node does, whatever its type: the few parts that all types of NIR are made of.

/// A node as a step needs it.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Part {
    /// Where the graph is driven: the shape of its input.
    Input(Vec<usize>),
    /// Where the graph is read.
    Output(Vec<usize>),
    /// What it hears, as it is: the ends of a subgraph.
    Pass,
    /// Every unit to every other, each by a weight.
    Dense(Dense),
    /// A kernel that slides over rows and columns.
    Conv(Conv),
    /// Each unit times a number of its own.
    Scale(Shaped),
    /// Axes of the shape become one.
    Flatten(Flatten),
    /// The sum or the mean of each window.
    Pool(Pool),
    /// Each unit so many seconds later.
    Delay(Shaped),
    /// Neurons.
    Neuron(Box<Neuron>),
}

/// Weights `[rows, columns]`, and a bias a row.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Dense {
    pub(super) rows: usize,
    pub(super) columns: usize,
    pub(super) weights: Vec<f32>,
    /// One a row, or none at all.
    pub(super) biases: Vec<f32>,
}

/// Weights `[channels, seen, rows, columns]`, and a bias a channel.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Conv {
    pub(super) channels: usize,
    /// Channels of the source that a channel sees: all over the groups.
    pub(super) seen: usize,
    pub(super) kernel: [usize; 2],
    pub(super) stride: [usize; 2],
    pub(super) padding: [usize; 2],
    pub(super) dilation: [usize; 2],
    pub(super) groups: usize,
    pub(super) weights: Vec<f32>,
    pub(super) biases: Vec<f32>,
    /// Whether it slides along one axis alone, so that its shapes have no rows.
    pub(super) flat: bool,
}

/// Numbers of a shape: a single one is that of all units.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Shaped {
    pub(super) shape: Vec<usize>,
    pub(super) numbers: Vec<f64>,
}

/// From which axis to which; negative ones count from the end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Flatten {
    pub(super) first: i64,
    pub(super) last: i64,
}

/// Windows that slide over rows and columns.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Pool {
    pub(super) kernel: [usize; 2],
    pub(super) stride: [usize; 2],
    pub(super) padding: [usize; 2],
    pub(super) average: bool,
}

/// Neurons, by the constants of their equations in seconds; an array has one number for each neuron or one for all:
///
/// ```text
/// tau_syn di/dt = -i + w_in x
/// tau     dv/dt = v_leak - v + r i
/// ```
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Neuron {
    /// The type of its node.
    pub(super) kind: &'static str,
    /// The shape of the population; none where every array has a single number.
    pub(super) shape: Vec<usize>,
    /// tau_syn and w_in; none where what it hears is the current.
    pub(super) synapse: Option<[Vec<f64>; 2]>,
    /// tau; none where the membrane forgets nothing.
    pub(super) tau: Option<Vec<f64>>,
    /// r; of a membrane that forgets nothing, what a step adds of a current.
    pub(super) r: Vec<f64>,
    /// v_leak; none is 0.
    pub(super) rest: Vec<f64>,
    /// The threshold; none where it does not fire and passes its membrane on.
    pub(super) threshold: Option<Vec<f64>>,
    /// v_reset; none is 0.
    pub(super) reset: Vec<f64>,
    /// Whether its membrane is but what it hears in a step.
    pub(super) forgets: bool,
}

/// The units of a shape.
pub(super) fn units(shape: &[usize]) -> usize {
    shape.iter().fold(1, |all, n| all.saturating_mul(*n))
}

/// A shape without its axes of length 1.
pub(super) fn bare(shape: &[usize]) -> Vec<usize> {
    shape.iter().copied().filter(|n| *n != 1).collect()
}

/// Whether two shapes are of the same units in the same order.
pub(super) fn alike(one: &[usize], other: &[usize]) -> bool {
    bare(one) == bare(other)
}

/// The number of a unit, where one may stand for all.
pub(super) fn of_unit(numbers: &[f64], unit: usize) -> f64 {
    numbers[if numbers.len() == 1 { 0 } else { unit }]
}
