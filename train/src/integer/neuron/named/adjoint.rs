//! The step backwards: from the gradients of what a step leaves to those of what it was given.
//!
//! | operation | its slope |
//! |---|---|
//! | floors, rounding, saturation | that of the number before it: passed straight through |
//! | a table | that of the segment where it is read |
//! | a choice | that of the side that was chosen |
//! | the spike as a condition | 0 |

use super::tape::{LANES, Row, Tape};
use spikestream::neuron::program::{Operation, Place};

/// The gradients of a node.
pub(super) type Slopes = [f32; LANES];

impl Tape {
    /// Gradients of all nodes from those of the results, which lie in `slopes` at their places; all others are 0.
    #[inline(always)]
    pub(super) fn backward(&self, rows: &[Row], slopes: &mut [Slopes]) {
        for (place, node) in self.program.nodes().iter().enumerate().rev() {
            if self.moves[place] {
                let (before, rest) = slopes.split_at_mut(place);
                self.pass(node.operation, rows, &rest[0], before);
            }
        }
    }

    #[inline(always)]
    fn pass(&self, operation: Operation, rows: &[Row], grad: &Slopes, to: &mut [Slopes]) {
        let mut add = |place: Place, by: f32| {
            if self.moves[place] {
                to[place].iter_mut().zip(grad).for_each(|(to, grad)| *to += by * grad);
            }
        };
        match operation {
            Operation::Add(a, b) => {
                add(a, 1.0);
                add(b, 1.0);
            }
            Operation::Subtract(a, b) => {
                add(a, 1.0);
                add(b, -1.0);
            }
            Operation::Scale(a, bits) => add(a, (bits as f32).exp2()),
            Operation::Floor(a, bits) => add(a, (-(bits as f32)).exp2()),
            Operation::Decay(a, 0) => add(a, 1.0),
            Operation::Decay(a, shift) => add(a, 1.0 - (-(shift as f32)).exp2()),
            // Where on a table stands still while the way from there moves.
            Operation::Rest(a, _) | Operation::Saturate(a, _) | Operation::Known(a) => add(a, 1.0),
            Operation::Multiply(a, b) => {
                for (place, other) in [(a, b), (b, a)] {
                    if self.moves[place] {
                        let each = grad.iter().zip(&rows[other]);
                        let to = to[place].iter_mut();
                        to.zip(each).for_each(|(to, (grad, x))| *to += grad * *x as f32);
                    }
                }
            }
            Operation::Select(condition, a, b) => {
                for (place, wanted) in [(a, 1), (b, 0)] {
                    if self.moves[place] {
                        let each = grad.iter().zip(&rows[condition]);
                        to[place].iter_mut().zip(each).for_each(|(to, (grad, chosen))| {
                            *to += if *chosen == wanted { *grad } else { 0.0 };
                        });
                    }
                }
            }
            Operation::Given(_)
            | Operation::GivenFlag
            | Operation::Number(_)
            | Operation::LookUp(..)
            | Operation::CountDown(_)
            | Operation::IsPositive(_)
            | Operation::Not(_)
            | Operation::Both(..)
            | Operation::Either(..) => {}
        }
    }
}
