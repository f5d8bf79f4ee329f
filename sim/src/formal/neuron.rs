//! A neuron's block: its Verilog is its program, for all states and inputs of a step, and no word wraps.
//!
//! The proof goes from word to word. That a word of the program is in its range, and that the wire of the Verilog is
//! that word, is proved from the words that it is made of, which are by then in their ranges and equal to wires of
//! their own; each may be any such word. Where that is not enough, operations before it are taken along, ever more of
//! them. A product of the Verilog is one of equal factors, and is from there on any number in its range.
//!
//! A register holds what its wire was a cycle before. So a wire is what the program has for the step that is in its
//! stage, and the results are those of the step that began as many cycles before as there are stages.

use std::collections::BTreeSet;
use std::path::Path;
use std::time::Instant;

use spikestream::neuron::program::{Formulas, Multipliers, Node, Operation, Place, Plan, Program};
use spikestream_flows::FlowError;
use spikestream_flows::formal::{Netlist, Question};
use spikestream_flows::tool::Tools;
use spikestream_hw::neuron::Inside;

use super::broken;
pub use super::claims::Block;
use super::claims::{LIMITS, Subject, Work, wire};
use super::context::{DEPTHS, Depth};
use super::{Error, Proved};

/// How a proof went.
#[derive(Clone, Debug, PartialEq)]
pub struct Proof {
    /// What was proved.
    pub proved: Vec<Proved>,
    /// How it was split, a sentence.
    pub split: String,
}

/// Proves the block that is made of a program.
///
/// # Errors
/// As [`prove`].
pub fn prove_program(
    unit: &str,
    program: &Program,
    tools: &Tools,
    folder: &Path,
) -> Result<Proof, FlowError> {
    let module = "neuron";
    let multipliers = Multipliers::ENOUGH;
    let verilog = spikestream_hw::neuron::module(module, program, multipliers);
    prove(Block { unit, verilog: &verilog, module, program, multipliers }, tools, folder)
}

/// Proves it.
///
/// # Errors
/// [`Error`] where it is not proved, and whatever the tools report.
pub fn prove(block: Block<'_>, tools: &Tools, folder: &Path) -> Result<Proof, FlowError> {
    let function = block.program;
    let plan = &Plan::of(function, block.multipliers);
    let program = &plan.program;
    let moved = function.results().iter().map(|(name, place)| (name.clone(), plan.places[*place]));
    assert!(
        moved.eq(program.results().iter().cloned()),
        "a plan gives the results of its function"
    );
    let block = Block { program, ..block };
    let mut netlist = Netlist::read(block.verilog, block.module, tools, &folder.join("formulas"))?;
    let names: Vec<String> = computed(program).map(|place| wire(plan, place)).collect();
    let uncut = netlist.clone();
    netlist.cut(names.iter().map(String::as_str));
    let mut work = Work {
        block,
        function,
        plan,
        formulas: Formulas::of(program),
        netlist,
        uncut,
        question: Question { tools, folder, limit: LIMITS[0] },
        known: BTreeSet::new(),
        deepest: DEPTHS[0],
    };
    let ranges = work.ranges()?;
    let wires = work.wires()?;
    Ok(Proof { split: work.split(), proved: vec![ranges, wires] })
}

/// The words that operations make, and that some result follows from.
fn computed(program: &Program) -> impl Iterator<Item = Place> + '_ {
    use Operation::{Given, GivenFlag, Known, Number};
    let nodes = program.nodes();
    let mut used = BTreeSet::new();
    let mut open: Vec<Place> = program.results().iter().map(|(_, place)| *place).collect();
    while let Some(place) = open.pop() {
        if used.insert(place) {
            open.extend(nodes[place].operation.operands());
        }
    }
    used.into_iter()
        .filter(|&p| !matches!(nodes[p].operation, Given(_) | GivenFlag | Known(_) | Number(_)))
}

impl Work<'_> {
    /// Every word stays in its range, and so in its bits.
    fn ranges(&mut self) -> Result<Proved, FlowError> {
        let begin = Instant::now();
        let program = self.block.program;
        let divided = computed(self.function).filter(|&place| !self.is_alike(place));
        let words = computed(program).filter(|&place| !self.node(place).is_flag());
        let words = words.chain(self.told()).map(Subject::Range);
        let claimed: Vec<Subject> = divided.map(Subject::Same).chain(words).collect();
        self.ensure("ranges", &claimed)?;
        self.ensure_kept()?;
        Ok(Proved {
            unit: self.block.unit.to_owned(),
            what: "no word wraps, and no state leaves its range".to_owned(),
            over: self.given(),
            claims: claimed.len(),
            seconds: begin.elapsed().as_secs_f64(),
        })
    }

    /// Proves all claims, or tells of the first that is not proved.
    fn ensure(&mut self, name: &str, claimed: &[Subject]) -> Result<(), FlowError> {
        match self.open(name, claimed)? {
            None => Ok(()),
            Some((subject, claim, answer)) => Err(broken::told(self, &subject, &claim, answer)?),
        }
    }

    /// Words of which more is known wherever they are used; one that is only chosen is known by what it is chosen for.
    fn told(&self) -> impl Iterator<Item = Place> + '_ {
        let nodes = self.block.program.nodes();
        let used = |place: Place| {
            let uses = |node: &Node| {
                !matches!(node.operation, Operation::Select(..))
                    && node.operation.operands().contains(&place)
            };
            nodes.iter().any(uses)
        };
        let is_known = move |&place: &Place| matches!(nodes[place].operation, Operation::Known(_));
        (0..nodes.len()).filter(is_known).filter(move |&place| used(place))
    }

    /// A state that is given back is in the range in which it is taken.
    fn ensure_kept(&self) -> Result<(), FlowError> {
        let program = self.block.program;
        for (name, place) in program.results() {
            let state = match name.strip_prefix("other_next_") {
                Some(low) => Some(format!("other_{low}")),
                None => name.strip_suffix("_next").map(str::to_owned),
            };
            let given = program.given().find(|&given| Some(program.called(given)) == state);
            let (Some(given), range) = (given, self.node(*place).range) else { continue };
            if !range.is_within(self.node(given).range) {
                let claim = format!("that `{name}` stays in the range of what it was");
                let values = format!(
                    "\n  its range is {} to {}, that of what is kept {} to {}",
                    range.low,
                    range.high,
                    self.node(given).range.low,
                    self.node(given).range.high
                );
                let unit = self.block.unit.to_owned();
                return Err(Error::Broken { unit, claim, values }.into());
            }
        }
        Ok(())
    }

    /// Every wire is a word of the program, every register a wire of the cycle before, every port a result.
    fn wires(&mut self) -> Result<Proved, FlowError> {
        let begin = Instant::now();
        let program = self.block.program;
        let mut claimed: Vec<Subject> = computed(program).map(Subject::Wire).collect();
        let factors = self.registered().flat_map(|place| [0, 1].map(|which| (place, which)));
        claimed.extend(factors.map(|(place, which)| Subject::Factor(place, which)));
        let registers = self.registers().into_iter();
        claimed.extend(registers.map(|(register, before)| Subject::Register(register, before)));
        let enabled = match self.plan.stages.latency() {
            1 => "enable".to_owned(),
            latency => format!("enable_{}", latency - 1),
        };
        claimed.push(Subject::Register("ready".to_owned(), enabled));
        claimed.extend((0..program.results().len()).map(Subject::Result));
        self.ensure("wires", &claimed)?;
        Ok(Proved {
            unit: self.block.unit.to_owned(),
            what: format!(
                "the Verilog is the function, {} cycles later",
                self.plan.stages.latency()
            ),
            over: self.given(),
            claims: claimed.len(),
            seconds: begin.elapsed().as_secs_f64(),
        })
    }

    /// The registers between the stages, and what each takes.
    pub(super) fn registers(&self) -> Vec<(String, String)> {
        let program = self.block.program;
        let held = program.given().chain(computed(program));
        let held = held.map(|place| (program.called(place), self.wire(place)));
        let mut registers = Vec::new();
        for place in self.registered() {
            let Inside { given, factors, .. } = Inside::of(&program.called(place));
            registers.extend(factors.into_iter().zip(given));
        }
        for (name, mut before) in held.chain([("enable".to_owned(), "enable".to_owned())]) {
            for i in 1.. {
                let register = format!("{name}_{i}");
                if self.netlist.bits(&register).is_none() {
                    break;
                }
                registers.push((register.clone(), before));
                before = register;
            }
        }
        registers
    }

    /// The products of multipliers that have registers inside.
    fn registered(&self) -> impl Iterator<Item = Place> + '_ {
        computed(self.block.program).filter(|&place| self.plan.is_registered(place))
    }

    /// What the proof is over.
    fn given(&self) -> String {
        let program = self.block.program;
        let names: Vec<String> = program.given().map(|place| program.called(place)).collect();
        format!("every {} in its range", names.join(", "))
    }

    fn split(&self) -> String {
        let program = self.block.program;
        let product = |node: &&Node| matches!(node.operation, Operation::Multiply(..));
        let words = computed(program).count();
        let products = program.nodes().iter().filter(product).count();
        let taken = match self.deepest {
            Depth { operations: 1, .. } => {
                "no claim needs the operations before its own".to_owned()
            }
            Depth { operations: usize::MAX, products: false } => {
                "some claims need all operations before their own, but for those behind products"
                    .to_owned()
            }
            Depth { operations: usize::MAX, products: true } => {
                "some claims need all operations before their own".to_owned()
            }
            Depth { operations, .. } => {
                format!("no claim needs more than the {operations} operations up to its own")
            }
        };
        format!(
            "split at each of {words} words, and by registers into {} stages; {products} products, each proved \
             from equal factors and then any number in its range; {taken}",
            self.plan.stages.latency()
        )
    }
}
