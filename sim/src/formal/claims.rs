//! What is claimed of a block, as the solver takes it: deeper and deeper, until it is proved.

use std::collections::BTreeSet;

use spikestream::neuron::program::{
    FACTOR_BITS, Formulas, Multipliers, Node, Operation, Place, Plan, Program,
};
use spikestream_flows::FlowError;
use spikestream_flows::formal::{Answer, Claim, Logic, Netlist, Question, decide};
use spikestream_flows::progress::Heartbeat;
use spikestream_hw::neuron::Inside;

use super::context::{Context, DEPTHS, Depth};

/// Seconds for a claim at each depth.
pub(super) const LIMITS: [u32; DEPTHS.len()] = [10, 10, 20, 30, 120];

/// A block and what it should do.
#[derive(Clone, Copy, Debug)]
pub struct Block<'a> {
    /// What it is called.
    pub unit: &'a str,
    /// Text with its module.
    pub verilog: &'a str,
    /// The module.
    pub module: &'a str,
    /// What it should compute.
    pub program: &'a Program,
    /// What makes its products.
    pub multipliers: Multipliers,
}

/// What is claimed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Subject {
    /// What is computed in the place of a node of the function is that: where a part multiplies, a product may be a
    /// sum of narrower ones.
    Same(Place),
    /// A word of the program is in its range.
    Range(Place),
    /// A wire is a word of the program.
    Wire(Place),
    /// A factor that a multiplier with registers inside is given is the product's, the first or the second.
    Factor(Place, usize),
    /// A register holds what another wire was.
    Register(String, String),
    /// A result is a word of the program, by its place among the results.
    Result(usize),
}

/// A block on its way through the solver.
pub(super) struct Work<'a> {
    /// With the program that the part computes.
    pub(super) block: Block<'a>,
    /// What the block should compute.
    pub(super) function: &'a Program,
    pub(super) plan: &'a Plan,
    pub(super) formulas: Formulas<'a>,
    /// With every wire of the program cut.
    pub(super) netlist: Netlist,
    /// As it is.
    pub(super) uncut: Netlist,
    pub(super) question: Question<'a>,
    /// Words of which more is known than their operation says, where that is proved.
    pub(super) known: BTreeSet<Place>,
    /// The most that had to be taken along.
    pub(super) deepest: Depth,
}

impl Work<'_> {
    pub(super) fn node(&self, place: Place) -> &Node {
        &self.block.program.nodes()[place]
    }

    /// Asks all claims, each as deep as it needs. Returns the first that is not proved even with all that is known.
    pub(super) fn open(
        &mut self,
        name: &str,
        subjects: &[Subject],
    ) -> Result<Option<(Subject, Claim, Answer)>, FlowError> {
        let _heartbeat = Heartbeat::start(&format!("{}: {name}", self.block.unit));
        let before = self.netlist.text();
        let mut open: Vec<(&Subject, Claim, Answer)> = Vec::new();
        for (i, depth) in DEPTHS.into_iter().enumerate() {
            let mut asked = Vec::new();
            let mut settled = Vec::new();
            let again: Vec<&Subject> = match i {
                0 => subjects.iter().collect(),
                _ => open.iter().map(|(subject, ..)| *subject).collect(),
            };
            for (k, subject) in again.into_iter().enumerate() {
                let claim = self.claim(subject, depth)?;
                match open
                    .get(k)
                    .filter(|(_, old, answer)| (old, *answer) == (&claim, Answer::Broken))
                {
                    Some(old) => settled.push(old.clone()),
                    None => asked.push((subject, claim)),
                }
            }
            let claims: Vec<Claim> = asked.iter().map(|(_, claim)| claim.clone()).collect();
            let text = if name == "ranges" { "" } else { &before };
            let question = Question { limit: LIMITS[i], ..self.question };
            let answers = decide(text, &claims, &format!("{name}-{i}"), question)?;
            if !asked.is_empty() && i > 0 {
                self.deepest = depth;
            }
            open = settled;
            for ((subject, claim), answer) in asked.into_iter().zip(answers) {
                match (answer, subject) {
                    (Answer::Proved, Subject::Range(place)) => drop(self.known.insert(*place)),
                    (Answer::Proved, _) => {}
                    _ => open.push((subject, claim, answer)),
                }
            }
        }
        let first = open.into_iter().next();
        Ok(first.map(|(subject, claim, answer)| (subject.clone(), claim, answer)))
    }

    /// A claim as the solver takes it.
    fn claim(&self, subject: &Subject, depth: Depth) -> Result<Claim, FlowError> {
        let (program, formulas) = (self.block.program, &self.formulas);
        let words = |given, holds| Ok(Claim { given, holds, logic: Logic::Words });
        match *subject {
            Subject::Same(place) => {
                let (given, holds) = self.same(place);
                Ok(Claim { given, holds, logic: Logic::Integers })
            }
            Subject::Range(place) => {
                if let Some((given, holds)) =
                    self.divided(place).or_else(|| formulas.integers(place))
                {
                    return Ok(Claim { given, holds, logic: Logic::Integers });
                }
                let context = Context::of(program, place, depth);
                let given =
                    context.text(program, formulas, |own| own != place && self.is_in_range(own));
                words(given, formulas.within(place, self.node(place).range))
            }
            Subject::Wire(place) => {
                let (name, bits) = (self.wire(place), self.bits(place));
                let stage = self.plan.stages.stage(place);
                if let Operation::Multiply(a, b) = self.node(place).operation {
                    let context = Context::behind(program, &[a, b], depth);
                    let given =
                        self.tied(&context, stage, Some(place))? + &self.factors_of(place)?;
                    // Of equal factors, products are equal; nothing else is tried at first.
                    let factors = self.netlist.factors(&name).filter(|_| depth == DEPTHS[0]);
                    let holds = match factors {
                        Some([x, y]) => {
                            let (a, b) = (formulas.lowest(a, bits), formulas.lowest(b, bits));
                            format!("(and (= {x} {a}) (= {y} {b}))")
                        }
                        None => {
                            let (wire, product) =
                                (self.netlist.driven(&name)?, formulas.product(a, b, bits));
                            format!("(= {wire} {product})")
                        }
                    };
                    return words(given, holds);
                }
                let given = self.tied(&Context::of(program, place, depth), stage, Some(place))?;
                let (wire, word) = (self.netlist.driven(&name)?, formulas.lowest(place, bits));
                words(given, format!("(= {wire} {word})"))
            }
            Subject::Factor(place, which) => {
                let factor = self.node(place).operation.operands()[which];
                let context = Context::behind(program, &[factor], depth);
                let given = self.tied(&context, self.plan.stages.stage(place) - 1, None)?;
                let wire = self.netlist.seen(&Inside::of(&program.called(place)).given[which])?;
                words(given, format!("(= {wire} {})", formulas.lowest(factor, FACTOR_BITS)))
            }
            Subject::Register(ref register, ref before) => {
                let (after, seen) = (self.netlist.after(register)?, self.netlist.seen(before)?);
                let [own, port] = [register, before].map(|name| self.netlist.bits(name));
                // A port may be wider than the word that it carries.
                let taken = match own {
                    Some(bits) if own < port => format!("((_ extract {} 0) {seen})", bits - 1),
                    _ => seen,
                };
                words(String::new(), format!("(= {after} {taken})"))
            }
            Subject::Result(number) => {
                let (name, place) = &program.results()[number];
                let context = Context::behind(program, &[*place], depth);
                let given = self.tied(&context, self.plan.stages.latency() - 1, None)?;
                let bits = self.netlist.bits(name).unwrap_or(1) as u32;
                let (after, word) = (self.netlist.after(name)?, formulas.lowest(*place, bits));
                words(given, format!("(= {after} {word})"))
            }
        }
    }

    /// Whether what is in the place of a node of the function is the same operation of the same nodes.
    pub(super) fn is_alike(&self, place: Place) -> bool {
        let node = &self.function.nodes()[place];
        let own = self.node(self.plan.places[place]);
        own.operation == self.moved(node.operation) && own.range == node.range
    }

    /// An operation of the function's nodes as one of those in their places.
    fn moved(&self, operation: Operation) -> Operation {
        operation.map(|of| self.plan.places[of])
    }

    /// What is given and what follows, that a sum in the place of a product of the function is in its range: the product
    /// is, and the sum is the product.
    fn divided(&self, place: Place) -> Option<(String, String)> {
        let is_there = |&of: &Place| self.plan.places[of] == place && !self.is_alike(of);
        let product = (0..self.plan.places.len()).find(is_there)?;
        let (given, holds) = Formulas::of(self.function).integers(product)?;
        let (_, same) = self.same(product);
        Some((given, format!("(and {holds} {same})")))
    }

    /// What is given and what follows, that a sum in the place of a product of the function is that.
    fn same(&self, place: Place) -> (String, String) {
        let (node, own) = (&self.function.nodes()[place], self.plan.places[place]);
        let product = match self.moved(node.operation) {
            Operation::Multiply(a, b) if self.node(own).range.is_within(node.range) => {
                self.formulas.is_product(own, [a, b])
            }
            _ => None,
        };
        product.unwrap_or_else(|| (String::new(), "false".to_owned()))
    }

    /// Whether a word's range may be taken for granted.
    fn is_in_range(&self, place: Place) -> bool {
        !matches!(self.node(place).operation, Operation::Known(_)) || self.known.contains(&place)
    }

    /// What is known of the words of a context, and that each is what a wire or a register shows while the step is in
    /// a stage; not of the word whose wire it is about.
    fn tied(
        &self,
        context: &Context,
        stage: usize,
        of: Option<Place>,
    ) -> Result<String, FlowError> {
        let (program, formulas) = (self.block.program, &self.formulas);
        let mut text = context.text(program, formulas, |place| self.is_in_range(place));
        for place in context.places().filter(|&place| Some(place) != of) {
            let (node, name) = (self.node(place), program.called(place));
            let Some(behind) = stage.checked_sub(self.plan.stages.stage(place)) else { continue };
            let name = match behind {
                0 => name,
                _ if node.held => name,
                _ => format!("{name}_{behind}"),
            };
            if self.netlist.bits(&name).is_some() {
                let (seen, bits) = (self.netlist.seen(&name)?, self.bits(place));
                let own = format!("((_ extract {} 0) {seen})", bits - 1);
                // An equation with the whole word, so that the solver puts one for the other.
                let equal = match node.is_flag() {
                    true => format!("(= {} (= {own} #b1))", formulas.symbol(place)),
                    false => {
                        let word = formulas.extended(&own, bits, formulas.bits(), node.is_signed());
                        format!("(= {} {word})", formulas.symbol(place))
                    }
                };
                text += &format!("(assert {equal})\n");
            }
        }
        Ok(text)
    }

    /// That the registers before a product of a multiplier that has them inside hold its factors.
    fn factors_of(&self, product: Place) -> Result<String, FlowError> {
        if !self.plan.is_registered(product) {
            return Ok(String::new());
        }
        let Inside { factors, .. } = Inside::of(&self.block.program.called(product));
        let held = |(register, factor): (&String, Place)| {
            let (held, word) =
                (self.netlist.seen(register)?, self.formulas.lowest(factor, FACTOR_BITS));
            Ok(format!("(assert (= {held} {word}))\n"))
        };
        factors.iter().zip(self.node(product).operation.operands()).map(held).collect()
    }

    /// The wire that a node's value is made in.
    pub(super) fn wire(&self, place: Place) -> String {
        wire(self.plan, place)
    }

    /// Bits of a node's wire.
    pub(super) fn bits(&self, place: Place) -> u32 {
        if self.node(place).is_flag() { 1 } else { self.node(place).bits() }
    }
}

/// The wire that a node's value is made in.
pub(super) fn wire(plan: &Plan, place: Place) -> String {
    let name = plan.program.called(place);
    if plan.is_registered(place) { Inside::of(&name).made } else { name }
}
