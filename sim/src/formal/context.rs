//! What of a program a claim about one of its words takes into account: operations before it, to some depth.

use std::collections::{BTreeMap, BTreeSet};

use spikestream::neuron::program::{Formulas, Operation, Place, Program};

/// How far back a claim looks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Depth {
    /// Operations, one behind the other; what costs no logic is none.
    pub(super) operations: usize,
    /// Whether products are looked behind as well.
    pub(super) products: bool,
}

/// From the operation alone to all that there is. Most claims need no more than the first.
pub(super) const DEPTHS: [Depth; 5] = [
    Depth { operations: 1, products: false },
    Depth { operations: 3, products: false },
    Depth { operations: 8, products: false },
    Depth { operations: usize::MAX, products: false },
    Depth { operations: usize::MAX, products: true },
];

/// The words of a program that a claim speaks of.
#[derive(Clone, Debug, Default)]
pub(super) struct Context {
    /// All of them, and how far behind each is looked.
    left: BTreeMap<Place, usize>,
    /// Those that are what their operation makes of others; the others are any words of their ranges.
    pub(super) defined: BTreeSet<Place>,
}

impl Context {
    /// That of a word that is defined itself.
    pub(super) fn of(program: &Program, root: Place, depth: Depth) -> Self {
        let mut context = Self::default();
        context.look(program, root, depth.operations, depth.products, true);
        context
    }

    /// That of words that are used: each is looked behind one operation less.
    pub(super) fn behind(program: &Program, used: &[Place], depth: Depth) -> Self {
        let mut context = Self::default();
        for &place in used {
            context.look(program, place, depth.operations - 1, depth.products, false);
        }
        context
    }

    fn look(&mut self, program: &Program, place: Place, left: usize, products: bool, root: bool) {
        if self.left.get(&place).is_some_and(|&seen| seen >= left) {
            return;
        }
        self.left.insert(place, left);
        let operation = program.nodes()[place].operation;
        let is_product = matches!(operation, Operation::Multiply(..));
        let has_wire = !matches!(operation, Operation::Number(_) | Operation::Known(_));
        if (has_wire && left == 0) || (is_product && !products && !root) {
            return;
        }
        self.defined.insert(place);
        let left = if is_free(operation) { left } else { left.saturating_sub(1) };
        for operand in operation.operands() {
            self.look(program, operand, left, products, false);
        }
    }

    /// All words.
    pub(super) fn places(&self) -> impl Iterator<Item = Place> + '_ {
        self.left.keys().copied()
    }

    /// Whether all of them follow from what is given.
    pub(super) fn is_whole(&self, program: &Program) -> bool {
        let is_given = |place: Place| {
            matches!(program.nodes()[place].operation, Operation::Given(_) | Operation::GivenFlag)
        };
        self.places().all(|place| is_given(place) || self.defined.contains(&place))
    }

    /// Declares them, and says what is known of each: its operation, and its range where `has_range` says so.
    pub(super) fn text(
        &self,
        program: &Program,
        formulas: &Formulas<'_>,
        has_range: impl Fn(Place) -> bool,
    ) -> String {
        let mut text: String = self.places().map(|place| formulas.declaration(place)).collect();
        for place in self.places() {
            if self.defined.contains(&place)
                && let Some(definition) = formulas.definition(place)
            {
                text += &format!("(assert {definition})\n");
            }
            let node = &program.nodes()[place];
            if !node.is_flag() && has_range(place) {
                text += &format!("(assert {})\n", formulas.within(place, node.range));
            }
        }
        text
    }
}

/// Whether an operation is wires alone.
fn is_free(operation: Operation) -> bool {
    use Operation::{Floor, Known, Not, Number, Rest, Scale};
    matches!(operation, Number(_) | Known(_) | Floor(..) | Rest(..) | Scale(..) | Not(_))
}
