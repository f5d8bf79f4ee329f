//! A program as a part computes it: cut into stages, with its products in multipliers or as sums.

use super::{Multipliers, Operation, Own, Place, Program, Stages, multiplied};

/// A program cut into stages, and who makes its products.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Plan {
    /// The stages.
    pub stages: Stages,
    /// For each node whether it is a product that is written as a sum.
    pub sums: Vec<bool>,
    /// The registers that each node has for itself.
    own: Vec<Own>,
}

impl Plan {
    /// The plan for a part. Registers inside multipliers cost stages, through which other words wait; so there are as
    /// many of these as cost the fewest cells.
    pub fn of(program: &Program, multipliers: Multipliers) -> Self {
        let products = program.products();
        let all = products.len() as u64;
        let least = if multipliers.are_registered { 0 } else { multipliers.count };
        let most = multipliers.count.min(least.max(all));
        let plans = (least..=most)
            .rev()
            .map(|count| Self::with(program, Multipliers { count, ..multipliers }));
        let cells = |plan: &Self| {
            let sums = products.iter().filter(|product| plan.sums[product.place]);
            plan.waiting(program) + sums.map(|product| product.cost).sum::<u64>()
        };
        plans.min_by_key(cells).unwrap_or_else(|| Self::with(program, multipliers))
    }

    fn with(program: &Program, multipliers: Multipliers) -> Self {
        let products = program.products();
        let made = multiplied(&products, multipliers);
        let mut sums = vec![false; program.nodes().len()];
        products.iter().for_each(|product| sums[product.place] = true);
        made.iter().for_each(|product| sums[product.place] = false);
        let mut own = vec![Own::None; sums.len()];
        for product in made.into_iter().filter(|_| multipliers.are_registered) {
            own[product.place] = Own::Both;
            // Block RAM needs the register that the multiplier would take from a list.
            for factor in product.factors.map(|factor| known(program, factor)) {
                if matches!(program.nodes()[factor].operation, Operation::LookUp(..)) {
                    own[factor] = Own::Behind;
                }
            }
        }
        Self { stages: Stages::around(program, &own), sums, own }
    }

    /// Logic cells that hold nothing but a register.
    pub fn waiting(&self, program: &Program) -> u64 {
        self.stages.cells(program, &self.own)
    }

    /// Whether a node is a product of a multiplier that has registers inside.
    pub fn is_registered(&self, place: Place) -> bool {
        self.own[place] == Own::Both
    }

    /// How many multipliers with registers inside there are.
    pub fn registered(&self) -> usize {
        (0..self.own.len()).filter(|&place| self.is_registered(place)).count()
    }
}

/// The node of which more is known.
fn known(program: &Program, place: Place) -> Place {
    match program.nodes()[place].operation {
        Operation::Known(of) => known(program, of),
        _ => place,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::neuron::arithmetic::Arithmetic;
    use crate::neuron::program::Recorder;

    /// Of 16 bits by 16 and of 20 by 16, and a sum that waits for them.
    #[test]
    fn registers_inside_are_for_products_of_one_multiplier_and_where_they_pay() {
        let mut on = Recorder::default();
        let [wide, a, b] = [("wide", 20), ("a", 16), ("b", 16)].map(|(n, bits)| on.given(n, bits));
        let [whole, parts] = [(&a, &b), (&wide, &a)].map(|(a, b)| on.multiply(a, b));
        on.result("whole", whole);
        on.result("parts", parts);
        let program = on.program();
        let [whole, parts] = [0, 1].map(|result| program.results()[result].1);
        let registered = Multipliers { are_registered: true, ..Multipliers::ENOUGH };
        let plan = Plan::of(&program, registered);
        assert!(plan.is_registered(whole) && !plan.is_registered(parts));
        assert!(plan.sums[parts] && !plan.sums[whole]);
        assert_eq!(plan.registered(), 1);
        assert_eq!(Plan::of(&program, Multipliers::ENOUGH).registered(), 0);

        // A sum of two costs less than what the other words wait in.
        let mut on = Recorder::default();
        let words = ["a", "b", "c", "d"].map(|name| on.given(name, 8));
        let factor = on.number(5);
        let product = on.multiply(&words[0], &factor);
        on.result("product", product);
        words.into_iter().enumerate().for_each(|(i, word)| on.result(&format!("{i}"), word));
        let few = Multipliers { count: 8, ..registered };
        assert_eq!(Plan::of(&on.program(), few).registered(), 0);
    }
}
