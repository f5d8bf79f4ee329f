//! A program of word operations as the Verilog of a block, cut into its stages by registers.

use super::products::{Term, added};
use crate::prim::{index_bits, literal, range};
use spikestream::neuron::arithmetic::Range;
use spikestream::neuron::program::{FACTOR_BITS, Node, Operation, Place, Plan, Program, digits};
use std::fmt::Write;
use std::ops::RangeInclusive;

/// The module that a product of a multiplier with registers inside is an instance of; a family of FPGAs has one of its
/// own in its place.
pub const MULTIPLIER: &str = include_str!("multiplier.v");

/// The name of that module.
pub const MULTIPLIER_MODULE: &str = "multiplier";

/// Names of what is in an instance of it, once the hierarchy is flat.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Inside {
    /// The factors as they come.
    pub given: [String; 2],
    /// The registers that take them.
    pub factors: [String; 2],
    /// Their product, which the register behind it takes.
    pub made: String,
}

impl Inside {
    /// The instance for the product of a name.
    pub fn of(product: &str) -> Self {
        let of = |own| format!("{}.{own}", instance(product));
        Self {
            given: ["a", "b"].map(of),
            factors: ["a_inside", "b_inside"].map(of),
            made: of("made"),
        }
    }
}

fn instance(product: &str) -> String {
    format!("{MULTIPLIER_MODULE}_{product}")
}

/// The text inside a module whose ports have the names of what the program is given and gives, and which has
/// the ports `clock`, `enable` and, `latency` cycles behind it, `ready`.
///
/// `ports` has the bits of each result's port; a result is extended to them with its sign. A multiplier with registers
/// inside is an instance of [`MULTIPLIER`], which the text does not have.
pub(super) fn verilog(plan: &Plan, ports: &[usize]) -> String {
    let program = &plan.program;
    let count = program.nodes().len();
    let mut block = Block { program, plan, held: vec![0; count], numbers: vec![false; count] };
    let needed = (0..count).zip(program.needed()).filter(|(_, needed)| *needed);
    let wires: String = needed.map(|(place, _)| block.wire(place)).collect();
    let last = plan.stages.latency() - 1;
    let mut clocked = String::new();
    for ((name, place), &bits) in program.results().iter().zip(ports) {
        let value = block.value(*place, bits, last);
        clocked += &format!("   {name} <= {value};\n");
    }
    let Registers { declared, mut zeros, moves } = block.registers();
    for (name, _) in program.results() {
        zeros += &format!("   {name} = 0;\n");
    }
    let (lists, numbers) = (block.lists(), block.numbers());
    format!(
        "{declared}{lists}{numbers}{wires}initial begin\n{zeros}   ready = 0;\nend\n\
         always @(posedge clock) begin\n{moves}{clocked}end\n"
    )
}

/// A program on its way to text.
struct Block<'a> {
    program: &'a Program,
    plan: &'a Plan,
    /// The registers behind each node that are read so far.
    held: Vec<usize>,
    /// Whether a constant is read as a wire, bit by bit.
    numbers: Vec<bool>,
}

impl Block<'_> {
    fn node(&self, place: Place) -> &Node {
        &self.program.nodes()[place]
    }

    /// What a node is called: a port, or a wire.
    fn name(&self, place: Place) -> String {
        self.program.called(place)
    }

    /// The name of a node's value as a stage sees it, behind as many registers as there are stages between.
    fn seen(&mut self, place: Place, stage: usize) -> String {
        if let Operation::Known(of) = self.node(place).operation {
            return self.seen(of, stage);
        }
        let name = self.name(place);
        self.numbers[place] |= matches!(self.node(place).operation, Operation::Number(_));
        let registers = stage - self.plan.stages.stage(place);
        if registers == 0 || self.node(place).held {
            return name;
        }
        self.held[place] = self.held[place].max(registers);
        format!("{name}_{registers}")
    }

    /// A node's value in `bits` bits, extended or cut.
    fn value(&mut self, place: Place, bits: usize, stage: usize) -> String {
        if let Operation::Number(number) = self.node(place).operation {
            return literal(bits, number as u128 & (u128::MAX >> (128 - bits)));
        }
        self.bits_from(place, 0, bits, stage)
    }

    /// `bits` bits of a node's value, from bit `low`; those behind its last are its sign.
    fn bits_from(&mut self, place: Place, low: usize, bits: usize, stage: usize) -> String {
        let (width, is_signed) = (self.width(place), self.is_signed(place));
        let (name, high) = (self.seen(place, stage), low + bits);
        let sign = if is_signed { format!("{name}[{}]", width - 1) } else { "1'b0".into() };
        if low >= width {
            return format!("{{{bits}{{{sign}}}}}");
        }
        let own = format!("{name}[{}:{low}]", high.min(width) - 1);
        if high <= width { own } else { format!("{{{{{}{{{sign}}}}}, {own}}}", high - width) }
    }

    fn width(&self, place: Place) -> usize {
        self.node(place).bits() as usize
    }

    fn is_signed(&self, place: Place) -> bool {
        self.node(place).is_signed()
    }

    /// The declaration of a node's wire; nothing where it needs none.
    fn wire(&mut self, place: Place) -> String {
        let operation = self.node(place).operation;
        use Operation::{Given, GivenFlag, Known, Number};
        if matches!(operation, Given(_) | GivenFlag | Known(_) | Number(_)) {
            return String::new();
        }
        let (bits, stage) = (self.width(place), self.plan.stages.stage(place));
        if let (true, Operation::Multiply(a, b)) = (self.plan.is_registered(place), operation) {
            return self.instance(place, [a, b], stage - 1);
        }
        let (before, value) = match operation {
            Operation::Multiply(a, b) if self.plan.sums[place] => self.summed(place, [a, b], stage),
            operation => (String::new(), self.expression(operation, bits, stage)),
        };
        let keep = if self.is_kept(place) { "(* keep *) " } else { "" };
        format!("{before}{keep}wire {} {} = {value};\n", range(bits), self.name(place))
    }

    /// Whether synthesis is to keep a sum as it is. One whose sign is looked at in its own stage would be taken apart
    /// into more logic than it saves. Who looks reads all of its bits: a wire of which some are read by nobody must not
    /// be kept, since Yosys 0.70 then may drop what drives the others (`abc9`).
    fn is_kept(&self, place: Place) -> bool {
        use Operation::{Add, Decay, IsPositive, Saturate, Subtract};
        let is_sum = matches!(self.node(place).operation, Add(..) | Subtract(..) | Decay(..));
        let looks =
            |operation| matches!(operation, Saturate(of, _) | IsPositive(of) if of == place);
        let mut nodes = self.program.nodes().iter().enumerate();
        let stage = self.plan.stages.stage(place);
        is_sum
            && nodes.any(|(at, node)| self.plan.stages.stage(at) == stage && looks(node.operation))
    }

    fn expression(&mut self, operation: Operation, bits: usize, stage: usize) -> String {
        let mut value = |place| self.value(place, bits, stage);
        match operation {
            Operation::Add(a, b) => format!("{} + {}", value(a), value(b)),
            Operation::Subtract(a, b) => format!("{} - {}", value(a), value(b)),
            Operation::Select(condition, a, b) => {
                let (a, b) = (value(a), value(b));
                format!("{} ? {a} : {b}", self.seen(condition, stage))
            }
            Operation::Multiply(a, b) => self.multiplied(a, b, bits, stage),
            Operation::Floor(a, by) => self.bits_from(a, by as usize, bits, stage),
            Operation::Rest(a, _) => self.bits_from(a, 0, bits, stage),
            Operation::LookUp(index, list) => {
                format!("list_{list}({})", self.place(index, list, stage))
            }
            Operation::Scale(a, by) => {
                let by = by as usize;
                if by == 0 {
                    return value(a);
                }
                format!("{{{}, {}}}", self.value(a, bits - by, stage), literal(by, 0))
            }
            Operation::Decay(a, shift) => {
                let whole = value(a);
                format!("{whole} - {}", self.bits_from(a, shift as usize, bits, stage))
            }
            Operation::CountDown(a) => {
                let (left, one) = (value(a), literal(bits, 1));
                format!("|{} ? {left} - {one} : {}", self.seen(a, stage), literal(bits, 0))
            }
            Operation::Saturate(a, to) => self.saturated(a, to as usize, bits, stage),
            Operation::IsPositive(a) => self.is_positive(a, stage),
            Operation::Not(a) => format!("~{}", self.seen(a, stage)),
            Operation::Both(a, b) => format!("{} & {}", self.seen(a, stage), self.seen(b, stage)),
            Operation::Either(a, b) => format!("{} | {}", self.seen(a, stage), self.seen(b, stage)),
            Operation::Given(_)
            | Operation::GivenFlag
            | Operation::Known(_)
            | Operation::Number(_) => unreachable!("has no wire"),
        }
    }

    /// Signed factors as they are, so that synthesis finds its multipliers; the product's own bits are enough.
    fn multiplied(&mut self, a: Place, b: Place, bits: usize, stage: usize) -> String {
        let mut factor = |place| {
            let width = self.width(place) + usize::from(!self.is_signed(place));
            format!("$signed({})", self.value(place, width.min(bits), stage))
        };
        let (a, b) = (factor(a), factor(b));
        format!("{a} * {b}")
    }

    /// A product of a multiplier that takes its factors from a stage and has the product's register inside, too.
    fn instance(&mut self, product: Place, factors: [Place; 2], stage: usize) -> String {
        let (bits, name) = (self.width(product), self.name(product));
        let [a, b] = factors.map(|factor| self.value(factor, FACTOR_BITS as usize, stage));
        format!(
            "wire {} {name}_1;\n{MULTIPLIER_MODULE} #(.BITS({bits})) {}(.clock(clock), .a({a}), .b({b}), \
             .product({name}_1));\n",
            range(bits),
            instance(&name),
        )
    }

    /// A product as a sum: the wires of its parts, and its value.
    fn summed(&mut self, product: Place, [a, b]: [Place; 2], stage: usize) -> (String, String) {
        let (bits, name) = (self.width(product), self.name(product));
        // A constant, or else the shorter factor, says what of the other is added.
        let is_number = |place| matches!(self.node(place).operation, Operation::Number(_));
        let is_first = is_number(a) || (!is_number(b) && self.width(a) < self.width(b));
        let (by, of) = if is_first { (a, b) } else { (b, a) };
        let shifted = |block: &mut Self, power: usize| match power {
            0 => block.value(of, bits, stage),
            power => format!("{{{}, {}}}", block.value(of, bits - power, stage), literal(power, 0)),
        };
        let mut terms = Vec::new();
        if let Operation::Number(number) = self.node(by).operation {
            for (power, is_negative) in digits(number) {
                // What lies behind the product's own bits does not matter.
                if (power as usize) < bits {
                    terms.push(Term { text: shifted(self, power as usize), is_negative });
                }
            }
        } else {
            let (width, is_signed) = (self.width(by), self.is_signed(by));
            let factor = self.seen(by, stage);
            for power in 0..width.min(bits) {
                let row = shifted(self, power);
                let text = format!("({{{bits}{{{factor}[{power}]}}}} & {row})");
                terms.push(Term { text, is_negative: is_signed && power + 1 == width });
            }
        }
        added(terms, bits, &name)
    }

    /// The lists as functions of the place in them, each in the bits that all of its values need.
    fn lists(&self) -> String {
        let nodes = self.program.nodes();
        let needed = self.program.needed();
        let list = |(i, list): (usize, &Vec<i64>)| {
            let asks =
                |node: &Node| matches!(node.operation, Operation::LookUp(_, own) if own == i);
            nodes.iter().zip(&needed).find(|(node, needed)| **needed && asks(node))?;
            let places = index_bits(list.len());
            let bits = list.iter().map(|&value| Range { low: value, high: value }.bits()).max()?;
            let mask = u128::MAX >> (128 - bits);
            let bits = bits as usize;
            let rows = list.iter().enumerate().map(|(place, &value)| {
                let (place, value) =
                    (literal(places, place as u128), literal(bits, value as u128 & mask));
                format!("      {place}: list_{i} = {value};\n")
            });
            let rows: String = rows.collect();
            Some(format!(
                "function {r} list_{i}(input {p} place);\n   case (place)\n{rows}      \
                 default: list_{i} = {zero};\n   endcase\nendfunction\n",
                r = range(bits),
                p = range(places),
                zero = literal(bits, 0),
            ))
        };
        self.program.lists().iter().enumerate().filter_map(list).collect()
    }

    /// The place in a list, in the bits that its function takes.
    fn place(&mut self, index: Place, list: usize, stage: usize) -> String {
        self.value(index, index_bits(self.program.lists()[list].len()), stage)
    }

    /// The constants that are read as wires.
    fn numbers(&self) -> String {
        let named = (0..self.numbers.len()).filter(|&place| self.numbers[place]);
        let wire = |place: Place| match self.node(place).operation {
            Operation::Number(number) => {
                let bits = self.width(place);
                let value = literal(bits, number as u128 & (u128::MAX >> (128 - bits)));
                format!("wire {} {} = {value};\n", range(bits), self.name(place))
            }
            _ => String::new(),
        };
        named.map(wire).collect()
    }

    /// A sum fits if its bits from the sign of what it becomes to its own are alike.
    fn saturated(&mut self, a: Place, to: usize, bits: usize, stage: usize) -> String {
        let (width, name, own) = (self.width(a), self.seen(a, stage), self.value(a, bits, stage));
        assert!(self.is_signed(a), "what cannot be negative is not saturated as two's complement");
        let (top, sign) =
            (format!("{name}[{}:{}]", width - 1, to - 1), format!("{name}[{}]", width - 1));
        format!("(&{top}) | (~|{top}) ? {own} : {{{sign}, {{{}{{~{sign}}}}}}}", to - 1)
    }

    fn is_positive(&mut self, a: Place, stage: usize) -> String {
        let (width, name) = (self.width(a), self.seen(a, stage));
        if self.is_signed(a) {
            format!("~{name}[{}] & (|{name})", width - 1)
        } else {
            format!("|{name}")
        }
    }

    /// The registers between the stages.
    fn registers(&self) -> Registers {
        let mut all = Registers::default();
        for (place, &count) in self.held.iter().enumerate() {
            let (name, bits) = (self.name(place), self.width(place));
            // A port may be wider than the word that it carries.
            let from = match self.node(place).operation {
                Operation::Given(_) => format!("{name}[{}:0]", bits - 1),
                _ => name.clone(),
            };
            match self.plan.is_registered(place) {
                true => all.chain((&name, &format!("{name}_1")), bits, 2..=count),
                false => all.chain((&name, &from), bits, 1..=count),
            };
        }
        let enabled = all.chain(("enable", "enable"), 1, 1..=self.plan.stages.latency() - 1);
        let _ = writeln!(all.moves, "   ready <= {enabled};");
        all
    }
}

/// The text of registers.
#[derive(Default)]
struct Registers {
    declared: String,
    /// From what they start.
    zeros: String,
    /// What moves through them with each edge.
    moves: String,
}

impl Registers {
    /// Registers of a name, one behind the other, the first of which takes `from`; returns the last one's.
    fn chain(
        &mut self,
        (name, from): (&str, &str),
        bits: usize,
        numbers: RangeInclusive<usize>,
    ) -> String {
        let mut before = from.to_owned();
        for i in numbers {
            let register = format!("{name}_{i}");
            let _ = writeln!(self.declared, "reg {} {register};", range(bits));
            let _ = writeln!(self.zeros, "   {register} = 0;");
            let _ = writeln!(self.moves, "   {register} <= {before};");
            before = register;
        }
        before
    }
}
