//! A program as a part computes it: cut into stages, with its products in multipliers or as sums.

use super::{Multipliers, Operation, Own, Place, Program, Stages, multiplied};

/// A program cut into stages, and who makes its products.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Plan {
    /// What is computed: the same function as that of the program that is planned.
    pub program: Program,
    /// Where each node of that program is in this one.
    pub places: Vec<Place>,
    /// The stages.
    pub stages: Stages,
    /// For each node whether it is a product that is written as a sum.
    pub sums: Vec<bool>,
    /// The registers that each node has for itself.
    own: Vec<Own>,
}

impl Plan {
    /// The plan for a part. Registers inside multipliers cost stages, through which other words wait; so there are as
    /// many of these as cost the fewest cells, with wide factors cut for them or not.
    pub fn of(program: &Program, multipliers: Multipliers) -> Self {
        let whole = (program.clone(), (0..program.nodes().len()).collect());
        if !multipliers.are_registered {
            return Self::with(whole, multipliers);
        }
        let plans = [whole, program.divided(multipliers.bits)].into_iter().flat_map(|way| {
            let most = multipliers.count.min(way.0.products().len() as u64);
            let counts = (0..=most).rev();
            counts.map(move |count| Self::with(way.clone(), Multipliers { count, ..multipliers }))
        });
        plans.min_by_key(Self::cells).expect("that without a multiplier is one")
    }

    fn with((program, places): (Program, Vec<Place>), multipliers: Multipliers) -> Self {
        let products = program.products();
        let made = multiplied(&products, multipliers);
        let mut sums = vec![false; program.nodes().len()];
        products.iter().for_each(|product| sums[product.place] = true);
        made.iter().for_each(|product| sums[product.place] = false);
        let mut own = vec![Own::None; sums.len()];
        for product in made.into_iter().filter(|_| multipliers.are_registered) {
            own[product.place] = Own::Both;
            // Block RAM needs the register that the multiplier would take from a list.
            for factor in product.factors.map(|factor| source(&program, factor)) {
                if matches!(program.nodes()[factor].operation, Operation::LookUp(..)) {
                    own[factor] = Own::Behind;
                }
            }
        }
        Self { stages: Stages::around(&program, &own), program, places, sums, own }
    }

    /// Logic cells, about: the tables of what no multiplier makes, and cells that hold nothing but a register.
    pub fn cells(&self) -> u64 {
        let made = self.program.products().into_iter().filter(|product| !self.sums[product.place]);
        let saved: u64 = made.map(|product| product.cost).sum();
        self.program.tables().saturating_sub(saved) + self.stages.cells(&self.program, &self.own)
    }

    /// How many multipliers of so many bits make products.
    pub fn multipliers(&self, bits: u32) -> u64 {
        let made = self.program.products().into_iter().filter(|product| !self.sums[product.place]);
        made.map(|product| product.tiles(bits)).sum()
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

/// The node whose bits a node is, or some of them.
fn source(program: &Program, place: Place) -> Place {
    match program.nodes()[place].operation {
        Operation::Known(of) | Operation::Floor(of, _) | Operation::Rest(of, _) => {
            source(program, of)
        }
        _ => place,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::neuron::arithmetic::{Arithmetic, Range};
    use crate::neuron::program::Recorder;

    /// Of 16 bits by 16 and of 20 by 16, and a sum that waits for them.
    #[test]
    fn registers_inside_are_where_they_pay_and_wide_factors_are_cut() {
        let mut on = Recorder::default();
        let [wide, a] = [("wide", 20), ("a", 16)].map(|(n, bits)| on.given(n, bits));
        let b = on.given_of("b", 15, Range::unsigned(15));
        let [whole, parts] = [(&a, &b), (&wide, &b)].map(|(a, b)| on.multiply(a, b));
        on.result("whole", whole);
        on.result("parts", parts);
        let program = on.program();
        let [whole, parts] = [0, 1].map(|result| program.results()[result].1);
        let registered = Multipliers::registered;
        let plan = Plan::of(&program, registered(8));
        assert!(plan.is_registered(plan.places[whole]));
        assert_eq!((plan.registered(), plan.multipliers(16)), (3, 3));
        assert_ne!(plan.program, program, "the wide factor is cut");
        assert!(!plan.is_registered(plan.places[parts]), "it is the sum of two");
        // With one there is no use in cutting.
        let plan = Plan::of(&program, registered(1));
        assert_eq!((plan.registered(), &plan.program), (1, &program));
        assert!(plan.sums[parts] && !plan.sums[whole]);
        assert_eq!(Plan::of(&program, Multipliers::ENOUGH).registered(), 0);

        // A sum of two costs less than what the other words wait in.
        let mut on = Recorder::default();
        let words = ["a", "b", "c", "d"].map(|name| on.given(name, 8));
        let factor = on.number(5);
        let product = on.multiply(&words[0], &factor);
        on.result("product", product);
        words.into_iter().enumerate().for_each(|(i, word)| on.result(&format!("{i}"), word));
        assert_eq!(Plan::of(&on.program(), registered(8)).registered(), 0);
    }
}
