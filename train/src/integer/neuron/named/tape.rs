//! A step in integers over many neurons at once: each node of its program is a row of values.

use spikestream::neuron::arithmetic::Range;
use spikestream::neuron::cell::{Cell, Error, Step};
use spikestream::neuron::program::{Node, Operation, Place, Program};

/// Neurons of a row.
pub(super) const LANES: usize = 64;

/// The values of a node.
pub(super) type Row = [i64; LANES];

/// The program of a step, with where its parts are.
#[derive(Clone, Debug)]
pub(crate) struct Tape {
    pub(super) program: Program,
    /// Whether a node's value changes with states or input as far as gradients see.
    pub(super) moves: Vec<bool>,
    /// What is kept: where it is given, where it is left, and what it begins with, the membrane first.
    pub(super) kept: Vec<Kept>,
    /// Where the steps that are left without input are given, if there are such.
    pub(super) rest: Option<Place>,
    /// Where each input is given, and its values: one, or those of two synapses.
    pub(super) inputs: Vec<(Place, Range)>,
    pub(super) fired: Place,
    pub(super) margin: Place,
    /// What a word of the margin is of the surrogate's x.
    pub(super) scale: f32,
    pub(super) fraction: u32,
}

/// A word that is kept from step to step.
#[derive(Clone, Copy, Debug)]
pub(super) struct Kept {
    pub(super) given: Place,
    pub(super) left: Place,
    pub(super) initial: i64,
    /// Of a word beside the membrane that a spike changes: what it is left as with one, and without.
    pub(super) jump: Option<[Place; 2]>,
}

impl Tape {
    /// The step of a neuron, whose surrogate's x is 1 where the threshold is passed by `margin`.
    ///
    /// # Errors
    /// What the neuron's description refuses.
    pub(crate) fn new(cell: &Cell, margin: f64) -> Result<Self, Error> {
        let step = cell.step()?;
        let scale = 1.0 / (margin * 2_f64.powi(step.fraction() as i32));
        Ok(Self::of(&step, scale as f32))
    }

    fn of(step: &Step, scale: f32) -> Self {
        let program = step.with_margin().clone();
        let given: Vec<Place> = program.given().collect();
        let results: Vec<Place> = program.results().iter().map(|(_, place)| *place).collect();
        let count = step.states().len();
        let (fired, margin) = (results[count], results[count + 1]);
        let ranges = std::iter::once(step.input()).chain(step.inhibition());
        let inputs: Vec<_> = given[step.input_at()..].iter().copied().zip(ranges).collect();
        let behind = |at: usize| if at >= step.input_at() { inputs.len() } else { 0 };
        let kept = step.states().iter().enumerate().map(|(at, word)| Kept {
            given: given[at + behind(at)],
            left: results[at],
            initial: word.initial,
            jump: (at > 0).then(|| jump(program.nodes(), results[at], fired)).flatten(),
        });
        let kept: Vec<Kept> = kept.collect();
        Self {
            moves: moves(program.nodes()),
            rest: kept.get(step.input_at()).map(|rest| rest.given),
            kept,
            inputs,
            fired,
            margin,
            scale,
            fraction: step.fraction(),
            program,
        }
    }

    /// Rows for all nodes, those of constants filled.
    pub(super) fn rows(&self) -> Vec<Row> {
        let row = |node: &Node| match node.operation {
            Operation::Number(value) => [value; LANES],
            _ => [0; LANES],
        };
        self.program.nodes().iter().map(row).collect()
    }

    /// What is kept as neurons begin.
    pub(super) fn begin(&self, rows: &mut [Row]) {
        self.kept.iter().for_each(|kept| rows[kept.given] = [kept.initial; LANES]);
    }

    /// What was left becomes what is given; `room` has a row for each word that is kept.
    #[inline(always)]
    pub(super) fn carry(&self, rows: &mut [Row], room: &mut [Row]) {
        // All at once: what one word is left as may be what another one was.
        self.kept.iter().zip(&mut *room).for_each(|(kept, room)| *room = rows[kept.left]);
        self.kept.iter().zip(room).for_each(|(kept, room)| rows[kept.given] = *room);
    }

    /// The values of all nodes that are not given.
    #[inline(always)]
    pub(super) fn forward(&self, rows: &mut [Row]) {
        for (place, node) in self.program.nodes().iter().enumerate() {
            let (before, rest) = rows.split_at_mut(place);
            self.evaluate(node.operation, before, &mut rest[0]);
        }
    }

    #[inline(always)]
    fn evaluate(&self, operation: Operation, of: &[Row], out: &mut Row) {
        match operation {
            Operation::Given(_) | Operation::GivenFlag | Operation::Number(_) => {}
            Operation::Add(a, b) => two(&of[a], &of[b], out, |a, b| a + b),
            Operation::Subtract(a, b) => two(&of[a], &of[b], out, |a, b| a - b),
            Operation::Multiply(a, b) => two(&of[a], &of[b], out, |a, b| a * b),
            Operation::Scale(a, bits) => one(&of[a], out, |a| a << bits),
            Operation::Floor(a, bits) => one(&of[a], out, |a| a >> bits),
            Operation::Rest(a, bits) => one(&of[a], out, |a| a & ((1 << bits) - 1)),
            Operation::LookUp(a, list) => {
                let list = &self.program.lists()[list];
                one(&of[a], out, |a| list[a as usize]);
            }
            Operation::Decay(a, 0) | Operation::Known(a) => *out = of[a],
            Operation::Decay(a, shift) => one(&of[a], out, |a| a - (a >> shift)),
            Operation::Saturate(a, bits) => {
                let limit = 1_i64 << (bits - 1);
                one(&of[a], out, |a| a.clamp(-limit, limit - 1));
            }
            Operation::CountDown(a) => one(&of[a], out, |a| a - i64::from(a > 0)),
            Operation::IsPositive(a) => one(&of[a], out, |a| i64::from(a > 0)),
            Operation::Not(a) => one(&of[a], out, |a| 1 - a),
            Operation::Both(a, b) => two(&of[a], &of[b], out, |a, b| a & b),
            Operation::Either(a, b) => two(&of[a], &of[b], out, |a, b| a | b),
            Operation::Select(condition, a, b) => {
                two(&of[a], &of[condition], out, |a, condition| a & -condition);
                let otherwise = of[b].iter().zip(&of[condition]);
                out.iter_mut().zip(otherwise).for_each(|(out, (b, c))| *out |= b & (c - 1));
            }
        }
    }
}

#[inline(always)]
fn one(a: &Row, out: &mut Row, each: impl Fn(i64) -> i64) {
    out.iter_mut().zip(a).for_each(|(out, a)| *out = each(*a));
}

#[inline(always)]
fn two(a: &Row, b: &Row, out: &mut Row, each: impl Fn(i64, i64) -> i64) {
    out.iter_mut().zip(a.iter().zip(b)).for_each(|(out, (a, b))| *out = each(*a, *b));
}

/// Whether each node changes with what is given, truths and places on tables aside.
fn moves(nodes: &[Node]) -> Vec<bool> {
    let mut moves: Vec<bool> = Vec::with_capacity(nodes.len());
    for node in nodes {
        moves.push(match node.operation {
            Operation::Given(_) => true,
            Operation::Number(_) | Operation::LookUp(..) | Operation::CountDown(_) => false,
            Operation::Select(_, a, b) => moves[a] || moves[b],
            operation => {
                !node.is_flag() && operation.operands().into_iter().any(|place| moves[place])
            }
        });
    }
    moves
}

/// The two words between which the spike chooses at a place, if it does.
fn jump(nodes: &[Node], place: Place, fired: Place) -> Option<[Place; 2]> {
    match nodes[place].operation {
        Operation::Known(a) => jump(nodes, a, fired),
        Operation::Select(condition, a, b) if condition == fired => Some([a, b]),
        _ => None,
    }
}
