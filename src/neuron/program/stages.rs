//! Where registers cut a program: a stage is what happens between two edges of the clock.

use super::{Node, Operation, Program};

/// What a stage may take, in twelfths of a lookup table and the way to the next: as much as the rest of the engine
/// takes between two edges.
pub const TARGET: u32 = 90;

/// The delay of one lookup table and the way to the next.
const LEVEL: u32 = 12;

/// The delay of one bit of a carry chain.
const CARRY: u32 = 1;

/// More than any stage may take.
const FULL: u32 = 1 << 20;

/// The registers that a node has for itself.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Own {
    /// None.
    #[default]
    None,
    /// One that its value leaves by: who needs it is in a later stage.
    Behind,
    /// Some that what it needs comes by, too, from the stage before: it has a stage for itself.
    Both,
}

/// A program cut into stages.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stages {
    /// The stage of each node, from 0.
    of: Vec<usize>,
    /// How many there are: clock cycles from what is given to the results.
    latency: usize,
}

impl Stages {
    /// As few stages as [`TARGET`] allows; among those the cut whose registers cost least, and of such the one whose
    /// slowest stage is fastest.
    pub fn of(program: &Program) -> Self {
        Self::around(program, &vec![Own::None; program.nodes.len()])
    }

    /// The same where some nodes have registers of their own.
    pub fn around(program: &Program, own: &[Own]) -> Self {
        let nodes = program.nodes.iter().zip(own).filter(|(_, own)| **own != Own::Both);
        let slowest = nodes.map(|(node, _)| delay(program, node)).max().unwrap_or(0);
        let cut = Cut { program, own };
        let fewest = cut.within(TARGET);
        let cuts = |limit| [cut.within(limit), cut.late(limit)];
        let cuts = (slowest..TARGET).flat_map(cuts);
        let cuts = cuts.filter(|cut| cut.latency == fewest.latency);
        // Of equals the first, which has the lowest limit.
        cuts.min_by_key(|stages| cut.cells(stages)).unwrap_or(fewest)
    }

    /// Logic cells that hold nothing but a register, where some nodes have registers of their own.
    pub fn cells(&self, program: &Program, own: &[Own]) -> u64 {
        Cut { program, own }.cells(self)
    }

    /// The stage of a node.
    pub fn stage(&self, place: usize) -> usize {
        self.of[place]
    }

    /// Clock cycles from what is given to the results.
    pub fn latency(&self) -> usize {
        self.latency
    }
}

/// What is cut.
#[derive(Clone, Copy)]
struct Cut<'a> {
    program: &'a Program,
    /// The registers that each node has for itself.
    own: &'a [Own],
}

impl Cut<'_> {
    /// Each node as early as it can be when no stage takes more than `limit`, or than one node alone.
    fn within(self, limit: u32) -> Stages {
        let program = self.program;
        // The stage of each node, and when its value stands within it.
        let mut done: Vec<(usize, u32)> = Vec::with_capacity(program.nodes.len());
        for (place, node) in program.nodes.iter().enumerate() {
            let operands = node.operation.operands().into_iter();
            let moving = operands.filter(|&place| !program.nodes[place].held);
            let (stage, since) = moving.map(|place| done[place]).max().unwrap_or((0, 0));
            let takes = delay(program, node);
            let late = since > 0 && since + takes > limit;
            let begun = stage + usize::from(late);
            done.push(match self.own[place] {
                Own::None if late => (begun, takes),
                Own::None => (begun, since + takes),
                Own::Behind => (begun, FULL),
                // What is full leaves in the stage behind its own.
                Own::Both => (stage + 1 + usize::from(since == FULL), FULL),
            });
        }
        let ends = |place: usize| done[place].0 + usize::from(self.own[place] != Own::None);
        let last = program.results.iter().map(|(_, place)| ends(*place)).max();
        Stages {
            of: done.into_iter().map(|(stage, _)| stage).collect(),
            latency: last.unwrap_or(0) + 1,
        }
    }

    /// Each node as late as it can be, but for what is given and what is held, which come at once.
    fn late(self, limit: u32) -> Stages {
        let program = self.program;
        let count = program.nodes.len();
        // The stage of each node from the last on, and how long before its end the node begins.
        let mut begun: Vec<Option<(usize, u32)>> = vec![None; count];
        program.results.iter().for_each(|(_, place)| begun[*place] = Some((0, 0)));
        let mut at_once = vec![false; count];
        for (place, node) in program.nodes.iter().enumerate().rev() {
            at_once[place] |=
                node.held || matches!(node.operation, Operation::Given(_) | Operation::GivenFlag);
            if let Some((stage, until)) = begun[place] {
                let takes = delay(program, node);
                let early = until > 0 && until + takes > limit;
                // Who is full takes it from the stage before its own.
                let before = stage + 1 + usize::from(until == FULL);
                begun[place] = Some(match self.own[place] {
                    Own::None if early => (stage + 1, takes),
                    Own::None => (stage, until + takes),
                    Own::Behind => (before, takes),
                    Own::Both => (before, FULL),
                });
            }
            for of in node.operation.operands() {
                at_once[of] |= at_once[place];
                if !program.nodes[of].held {
                    begun[of] = begun[of].max(begun[place]);
                }
            }
        }
        let last = begun.iter().flatten().map(|(stage, _)| *stage).max().unwrap_or(0);
        let stage = |place: usize| match begun[place] {
            _ if at_once[place] => 0,
            Some((stage, _)) => last - stage,
            None => last, // nobody waits for it
        };
        Stages { of: (0..count).map(stage).collect(), latency: last + 1 }
    }

    /// Logic cells that hold nothing but a register. The first register behind a table shares its cell, unless the
    /// table is read in its own stage, too.
    fn cells(self, stages: &Stages) -> u64 {
        let program = self.program;
        let needed = program.needed();
        let mut held = vec![0; program.nodes.len()];
        let mut at_once = vec![false; program.nodes.len()];
        let mut read = |place: usize, stage: usize| {
            let mut place = place;
            while let Operation::Known(of) = program.nodes[place].operation {
                place = of;
            }
            held[place] = held[place].max(stage - stages.of[place]);
            at_once[place] |= stage == stages.of[place];
        };
        let nodes = program.nodes.iter().enumerate().filter(|(place, _)| needed[*place]);
        for (place, node) in nodes {
            if !matches!(node.operation, Operation::Known(_)) {
                // A register of its own is none of these.
                let stage = stages.of[place] - usize::from(self.own[place] == Own::Both);
                node.operation.operands().into_iter().for_each(|of| read(of, stage));
            }
        }
        program.results.iter().for_each(|(_, place)| read(*place, stages.latency - 1));
        let cells = |(place, node): (usize, &Node)| {
            let shared =
                (self.own[place] != Own::None || delay(program, node) > 0) && !at_once[place];
            let alone = held[place].saturating_sub(usize::from(shared)) as u64;
            if node.held { 0 } else { u64::from(node.bits()) * alone }
        };
        program.nodes.iter().enumerate().map(cells).sum()
    }
}

/// How long a node takes, in lookup tables of four inputs and carry chains.
fn delay(program: &Program, node: &Node) -> u32 {
    let bits = |place: usize| program.nodes[place].bits();
    match node.operation {
        Operation::Given(_) | Operation::GivenFlag | Operation::Number(_) => 0,
        Operation::Scale(..) | Operation::Floor(..) | Operation::Rest(..) => 0,
        Operation::Known(_) | Operation::Not(_) => 0,
        // In logic, a sum for every doubling of the shorter factor.
        Operation::Multiply(a, b) => {
            let sums = u32::BITS - bits(a).min(bits(b)).leading_zeros();
            sums * (LEVEL + CARRY * node.bits() / 2)
        }
        Operation::LookUp(index, _) => LEVEL * bits(index).saturating_sub(2).max(1),
        Operation::Add(..) | Operation::Subtract(..) | Operation::Decay(..) => {
            LEVEL + CARRY * node.bits()
        }
        Operation::CountDown(_) | Operation::Select(..) => LEVEL,
        Operation::Both(..) | Operation::Either(..) => LEVEL,
        Operation::Saturate(a, to) => LEVEL * (levels(bits(a) - to + 1) + 1),
        Operation::IsPositive(a) => LEVEL * levels(bits(a)),
    }
}

/// Levels of lookup tables that join so many bits into one.
fn levels(bits: u32) -> u32 {
    if bits <= 1 { 0 } else { 1 + levels(bits.div_ceil(4)) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::neuron::arithmetic::Arithmetic;
    use crate::neuron::block::Block;
    use crate::neuron::program::{Recorder, Word};
    use crate::spec::{Reset, example};

    /// A program in which no node has a stage for itself.
    fn plain(program: &Program) -> Cut<'_> {
        Cut { program, own: &[Own::None; 64][..program.nodes.len()] }
    }

    /// So many additions of words of 16 bits, one behind the other.
    fn sums(count: usize) -> Program {
        let mut on = Recorder::default();
        let [a, b]: [Word; 2] = ["a", "b"].map(|name| on.given(name, 16));
        let sum = (0..count).fold(a, |sum, _| {
            let sum = on.add(&sum, &b);
            on.saturate(&sum, 16)
        });
        on.result("sum", sum);
        on.program()
    }

    /// A sum of 17 bits and its saturation, whose three highest bits need a table, take 29 and 24.
    #[test]
    fn a_stage_is_full_when_the_next_operation_does_not_fit() {
        for (count, latency) in [(1, 1), (2, 2), (3, 2), (4, 3)] {
            let (program, limit) = (sums(count), 29 + 24 + 29);
            assert_eq!(plain(&program).within(limit).latency(), latency, "{count} sums");
        }
        assert_eq!(plain(&sums(2)).within(29 + 24 + 29 - 1).latency(), 2);
        assert_eq!(plain(&sums(3)).within(29 + 24 + 29 - 1).latency(), 3);
    }

    /// One that alone takes longer than a stage has one for itself.
    #[test]
    fn nothing_is_cut_in_two() {
        assert_eq!(plain(&sums(1)).within(1).latency(), 2);
        assert_eq!(plain(&Program::default()).within(1).latency(), 1);
    }

    /// A product of 8 by 16 bits has four rounds of sums, each of half of its 24 bits; a list of 256 has tables for six
    /// bits of its place, and one of four a single level.
    #[test]
    fn products_and_lists_take_as_long_as_their_logic() {
        let mut on = Recorder::default();
        let [a, b] = [("a", 8), ("b", 16)].map(|(name, bits)| on.given(name, bits));
        let product = on.multiply(&a, &b);
        let look_up = |on: &mut Recorder, name: &str, bits: u32| {
            let index = on.given_of(name, bits, crate::neuron::arithmetic::Range::unsigned(bits));
            on.look_up(&index, &(0..1 << bits).collect::<Vec<i64>>())
        };
        let [long, short] = [("i", 8), ("j", 2)].map(|(name, bits)| look_up(&mut on, name, bits));
        for (name, word) in [("product", product), ("long", long), ("short", short)] {
            on.result(name, word);
        }
        let program = on.program();
        let delays = program.results().iter().map(|(_, at)| delay(&program, &program.nodes()[*at]));
        assert_eq!(delays.collect::<Vec<_>>(), [4 * (12 + 12), 6 * 12, 12]);
    }

    #[test]
    fn tables_of_four_inputs_join_bits() {
        for (bits, expected) in [(1, 0), (2, 1), (4, 1), (5, 2), (16, 2), (17, 3), (64, 3)] {
            assert_eq!(levels(bits), expected, "{bits}");
        }
    }

    /// No register goes back in time, and what is held needs none.
    #[test]
    fn a_node_comes_after_those_that_it_needs() {
        let mut spec = example(&[1, 1]).spec;
        for (refractory, reset) in [(0, Reset::Subtract), (5, Reset::Zero)] {
            (spec.neuron.refractory, spec.neuron.reset) = (refractory, reset);
            let program = Block::of(&spec, 24).program;
            let stages = Stages::of(&program);
            for (place, node) in program.nodes().iter().enumerate() {
                for operand in node.operation.operands() {
                    assert!(stages.stage(operand) <= stages.stage(place), "{place}");
                }
            }
            let last = program.results().iter().map(|(_, place)| stages.stage(*place)).max();
            assert_eq!(last, Some(stages.latency() - 1));
        }
    }

    /// Where that costs no register the cut is even: a lower limit would cost another stage.
    #[test]
    fn the_slowest_stage_is_as_fast_as_it_can_be() {
        let program = sums(3);
        let stages = Stages::of(&program);
        let cuts = |limit| [plain(&program).within(limit), plain(&program).late(limit)];
        let limit = (1..TARGET).find(|&limit| cuts(limit).contains(&stages)).unwrap();
        assert_eq!(stages.latency(), plain(&program).within(TARGET).latency());
        assert!(cuts(limit - 1).iter().all(|cut| cut.latency() > stages.latency()));
    }

    /// A word that is read both at once and later takes cells of its own for waiting; one that only waits has that of
    /// its table.
    #[test]
    fn the_cut_is_where_registers_share_cells() {
        let mut on = Recorder::default();
        let [a, b, c]: [Word; 3] = ["a", "b", "c"].map(|name| on.given(name, 16));
        let sum = on.add(&a, &b);
        let narrow = on.saturate(&sum, 16);
        on.hold(&c);
        let (over, above) = on.excess(&narrow, &c);
        let end = on.select(&over, &above, &narrow);
        on.name(&narrow, "narrow");
        on.result("end", end);
        let program = on.program();
        // 29 and 24; 29, 36 and 12: as even as can be they are cut behind the difference.
        let (even, plain) = (plain(&program).within(29 + 24 + 29), plain(&program));
        assert_eq!((even.latency(), plain.cells(&even)), (2, 16));
        let cut = Stages::of(&program);
        assert_eq!((cut.latency(), plain.cells(&cut)), (2, 0));
    }

    /// A product of a sum and of an entry of a list, multiplied again and given back: registers of their own lie before
    /// and behind the products and behind the list, whatever else is in the program.
    #[test]
    fn registers_of_its_own_lie_around_a_node() {
        let mut on = Recorder::default();
        let [a, b]: [Word; 2] = ["a", "b"].map(|name| on.given(name, 8));
        let sum = on.add(&a, &b);
        let index = on.given_of("i", 2, crate::neuron::arithmetic::Range::unsigned(2));
        let entry = on.look_up(&index, &[3, 1, 4, 1]);
        let product = on.multiply(&sum, &entry);
        let square = on.multiply(&product, &product);
        let floor = on.floor(&square, 4);
        let more = on.add(&floor, &a);
        on.result("more", more);
        on.result("square", square);
        let program = on.program();
        let nodes = program.nodes();
        let own = |node: &Node| match node.operation {
            Operation::Multiply(..) => Own::Both,
            Operation::LookUp(..) => Own::Behind,
            _ => Own::None,
        };
        let own: Vec<Own> = nodes.iter().map(own).collect();
        let cut = Cut { program: &program, own: &own };
        let all = (1..TARGET).flat_map(|limit| [cut.within(limit), cut.late(limit)]);
        for stages in all.chain([Stages::around(&program, &own)]) {
            for (place, node) in nodes.iter().enumerate() {
                for of in node.operation.operands() {
                    let [before, behind] =
                        [own[place] == Own::Both, own[of] != Own::None].map(usize::from);
                    let least = stages.stage(of) + before + behind;
                    assert!(least <= stages.stage(place), "{place}: {stages:?}");
                }
            }
            let product = own.iter().rposition(|&own| own == Own::Both).unwrap();
            assert!(stages.stage(product) + 1 < stages.latency(), "{stages:?}");
        }
        let stages = Stages::around(&program, &own);
        // The list, its product, the square two stages behind it, and what comes behind that. The sum waits for a stage
        // in the cell of its table, and `a` for five.
        assert_eq!((stages.latency(), stages.cells(&program, &own)), (6, 40));
    }
}
