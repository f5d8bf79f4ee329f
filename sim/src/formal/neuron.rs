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

use spikestream::neuron::program::{Formulas, Node, Operation, Place, Program, Stages};
use spikestream_flows::FlowError;
use spikestream_flows::formal::{Answer, Claim, Logic, Netlist, Question, decide};
use spikestream_flows::progress::Heartbeat;
use spikestream_flows::tool::Tools;

use super::context::{Context, DEPTHS, Depth};
use super::{Error, Proved, broken};

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
}

/// How a proof went.
#[derive(Clone, Debug, PartialEq)]
pub struct Proof {
    /// What was proved.
    pub proved: Vec<Proved>,
    /// How it was split, a sentence.
    pub split: String,
}

/// What is claimed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Subject {
    /// A word of the program is in its range.
    Range(Place),
    /// A wire is a word of the program.
    Wire(Place),
    /// A register holds what another wire was.
    Register(String, String),
    /// A result is a word of the program, by its place among the results.
    Result(usize),
}

/// A block on its way through the solver.
pub(super) struct Work<'a> {
    pub(super) block: Block<'a>,
    pub(super) stages: Stages,
    pub(super) formulas: Formulas<'a>,
    /// With every wire of the program cut.
    pub(super) netlist: Netlist,
    /// As it is.
    pub(super) uncut: Netlist,
    pub(super) question: Question<'a>,
    /// Words of which more is known than their operation says, where that is proved.
    known: BTreeSet<Place>,
    /// The most that had to be taken along.
    deepest: Depth,
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
    let verilog = spikestream_hw::neuron::module(module, program);
    prove(Block { unit, verilog: &verilog, module, program }, tools, folder)
}

/// Proves it.
///
/// # Errors
/// [`Error`] where it is not proved, and whatever the tools report.
pub fn prove(block: Block<'_>, tools: &Tools, folder: &Path) -> Result<Proof, FlowError> {
    let program = block.program;
    let mut netlist = Netlist::read(block.verilog, block.module, tools, &folder.join("formulas"))?;
    let names: Vec<String> = computed(program).map(|place| program.called(place)).collect();
    let uncut = netlist.clone();
    netlist.cut(names.iter().map(String::as_str));
    let mut work = Work {
        block,
        stages: Stages::of(program),
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
    fn node(&self, place: Place) -> &Node {
        &self.block.program.nodes()[place]
    }

    /// Every word stays in its range, and so in its bits.
    fn ranges(&mut self) -> Result<Proved, FlowError> {
        let begin = Instant::now();
        let program = self.block.program;
        let claimed: Vec<Subject> = computed(program)
            .filter(|&place| !self.node(place).is_flag())
            .chain(self.told())
            .map(Subject::Range)
            .collect();
        self.prove_all("ranges", &claimed)?;
        self.ensure_kept()?;
        Ok(Proved {
            unit: self.block.unit.to_owned(),
            what: "no word wraps, and no state leaves its range".to_owned(),
            over: self.given(),
            claims: claimed.len(),
            seconds: begin.elapsed().as_secs_f64(),
        })
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
            let state = name.strip_suffix("_next");
            let given = program.given().find(|&given| Some(&*program.called(given)) == state);
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
        let registers = self.registers().into_iter();
        claimed.extend(registers.map(|(register, before)| Subject::Register(register, before)));
        let enabled = match self.stages.latency() {
            1 => "enable".to_owned(),
            latency => format!("enable_{}", latency - 1),
        };
        claimed.push(Subject::Register("ready".to_owned(), enabled));
        claimed.extend((0..program.results().len()).map(Subject::Result));
        self.prove_all("wires", &claimed)?;
        Ok(Proved {
            unit: self.block.unit.to_owned(),
            what: format!("the Verilog is the function, {} cycles later", self.stages.latency()),
            over: self.given(),
            claims: claimed.len(),
            seconds: begin.elapsed().as_secs_f64(),
        })
    }

    /// The registers between the stages, and what each takes.
    pub(super) fn registers(&self) -> Vec<(String, String)> {
        let program = self.block.program;
        let held = program.given().chain(computed(program)).map(|place| program.called(place));
        let mut registers = Vec::new();
        for name in held.chain(["enable".to_owned()]) {
            let mut before = name.clone();
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

    /// All claims, each as deep as it needs.
    fn prove_all(&mut self, name: &str, subjects: &[Subject]) -> Result<(), FlowError> {
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
                match open.get(k).filter(|(_, old, _)| *old == claim) {
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
        match open.into_iter().next() {
            None => Ok(()),
            Some((subject, claim, answer)) => Err(broken::told(self, subject, &claim, answer)?),
        }
    }

    /// A claim as the solver takes it.
    fn claim(&self, subject: &Subject, depth: Depth) -> Result<Claim, FlowError> {
        let (program, formulas) = (self.block.program, &self.formulas);
        let words = |given, holds| Ok(Claim { given, holds, logic: Logic::Words });
        match *subject {
            Subject::Range(place) => {
                if let Some((given, holds)) = formulas.integers(place) {
                    return Ok(Claim { given, holds, logic: Logic::Integers });
                }
                let context = Context::of(program, place, depth);
                let given =
                    context.text(program, formulas, |own| own != place && self.is_in_range(own));
                words(given, formulas.within(place, self.node(place).range))
            }
            Subject::Wire(place) => {
                let node = self.node(place);
                let bits = node.bits();
                let (context, word) = match node.operation {
                    Operation::Multiply(a, b) => {
                        let context = Context::behind(program, &[a, b], depth);
                        (context, formulas.product(a, b, bits))
                    }
                    _ => (Context::of(program, place, depth), formulas.lowest(place, bits)),
                };
                let stage = self.stages.stage(place);
                let given = self.tied(&context, stage, Some(place))?;
                let wire = self.netlist.driven(&program.called(place))?;
                words(given, format!("(= {wire} {word})"))
            }
            Subject::Register(ref register, ref before) => {
                let (after, before) = (self.netlist.after(register)?, self.netlist.seen(before)?);
                words(String::new(), format!("(= {after} {before})"))
            }
            Subject::Result(number) => {
                let (name, place) = &program.results()[number];
                let context = Context::behind(program, &[*place], depth);
                let given = self.tied(&context, self.stages.latency() - 1, None)?;
                let bits = self.netlist.bits(name).unwrap_or(1) as u32;
                let (after, word) = (self.netlist.after(name)?, formulas.lowest(*place, bits));
                words(given, format!("(= {after} {word})"))
            }
        }
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
            let Some(behind) = stage.checked_sub(self.stages.stage(place)) else { continue };
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

    /// Bits of a node's wire.
    pub(super) fn bits(&self, place: Place) -> u32 {
        if self.node(place).is_flag() { 1 } else { self.node(place).bits() }
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
            self.stages.latency()
        )
    }
}
