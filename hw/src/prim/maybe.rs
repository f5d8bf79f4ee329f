//! Parts and ports that some designs lack: of those nothing stands in a design's text.
//!
//! rust-hdl makes Verilog of the fields of a type, and of the statements of its `update`, so both are there or not by
//! type. [`Maybe`] hides a field that is not there, and [`without`] takes the statements that name it out of a block's
//! text. In simulation all statements run,
//! and a part that is not there rests: its outputs are 0, so that a statement with it must then leave all as it is.

use rust_hdl::core::ast::{
    VerilogBlock, VerilogBlockOrConditional, VerilogCase, VerilogConditional, VerilogExpression,
    VerilogMatch, VerilogStatement,
};
use rust_hdl::prelude::*;
use std::ops::{Deref, DerefMut};

/// A part or a port that is there or not.
#[derive(Clone, Debug)]
pub struct Maybe<B> {
    part: B,
    is_there: bool,
}

impl<B> Maybe<B> {
    /// The part, if it is there.
    pub fn new(part: B, is_there: bool) -> Self {
        Self { part, is_there }
    }

    /// Whether it is there.
    pub fn is_there(&self) -> bool {
        self.is_there
    }

    /// These names, if it is not there.
    pub(crate) fn lacks(&self, names: &[&'static str]) -> Vec<&'static str> {
        if self.is_there { Vec::new() } else { names.to_vec() }
    }
}

impl<B> Deref for Maybe<B> {
    type Target = B;

    fn deref(&self) -> &B {
        &self.part
    }
}

impl<B> DerefMut for Maybe<B> {
    fn deref_mut(&mut self) -> &mut B {
        &mut self.part
    }
}

impl<B: Block> Logic for Maybe<B> {
    fn update(&mut self) {}

    fn connect(&mut self) {
        self.part.connect();
    }
}

impl<B: Block> Block for Maybe<B> {
    fn connect_all(&mut self) {
        self.part.connect_all();
    }

    fn update_all(&mut self) {
        if self.is_there {
            self.part.update_all();
        }
    }

    fn has_changed(&self) -> bool {
        self.is_there && self.part.has_changed()
    }

    fn accept(&self, name: &str, probe: &mut dyn Probe) {
        if self.is_there {
            self.part.accept(name, probe);
        }
    }
}

/// What `hdl_gen` makes of a block some of whose statements may be taken out. A trait of its own, since the text and
/// the connections of [`Logic`] are asked for from outside.
pub(crate) mod wires {
    /// See the module.
    pub(crate) trait Wires {
        fn update(&mut self);
        fn connect(&mut self);
        fn hdl(&self) -> rust_hdl::prelude::Verilog;
    }
}

/// The [`Logic`] of a block whose `update` stands in [`wires::Wires`]: without the statements that name a part or port that
/// it lacks, each as it is called in the text.
macro_rules! logic {
    ([$($generics:tt)*] $block:ty, $lacks:expr) => {
        impl $($generics)* Logic for $block {
            fn update(&mut self) {
                $crate::prim::wires::Wires::update(self);
            }

            fn connect(&mut self) {
                $crate::prim::wires::Wires::connect(self);
            }

            fn hdl(&self) -> Verilog {
                let text = $crate::prim::wires::Wires::hdl(self);
                let lacks: fn(&Self) -> Vec<&'static str> = $lacks;
                $crate::prim::without(text, &lacks(self))
            }
        }
    };
}
pub(crate) use logic;

/// A block's text without the statements that name any of these parts or ports.
pub(crate) fn without(text: Verilog, names: &[&str]) -> Verilog {
    match text {
        Verilog::Combinatorial(block) => Verilog::Combinatorial(kept(block, names)),
        other => other,
    }
}

fn kept(block: VerilogBlock, names: &[&str]) -> VerilogBlock {
    block.into_iter().filter_map(|statement| kept_of(statement, names)).collect()
}

/// A statement without those in it that name a part; nothing of one that does so itself.
fn kept_of(statement: VerilogStatement, names: &[&str]) -> Option<VerilogStatement> {
    let named = |of: &VerilogExpression| names_any(of, names);
    match statement {
        VerilogStatement::Assignment(to, from) if named(&to) || named(&from) => None,
        VerilogStatement::If(of) if named(&of.test) => None,
        VerilogStatement::If(VerilogConditional { test, then, otherwise }) => {
            let otherwise = match otherwise {
                VerilogBlockOrConditional::Block(block) => {
                    VerilogBlockOrConditional::Block(kept(block, names))
                }
                VerilogBlockOrConditional::Conditional(next) => match kept_of(*next, names) {
                    Some(next) => VerilogBlockOrConditional::Conditional(Box::new(next)),
                    None => VerilogBlockOrConditional::None,
                },
                VerilogBlockOrConditional::None => VerilogBlockOrConditional::None,
            };
            let then = kept(then, names);
            Some(VerilogStatement::If(VerilogConditional { test, then, otherwise }))
        }
        VerilogStatement::Match(VerilogMatch { test, cases }) => {
            let case = |VerilogCase { condition, block }| VerilogCase {
                condition,
                block: kept(block, names),
            };
            let cases = cases.into_iter().map(case).collect();
            Some(VerilogStatement::Match(VerilogMatch { test, cases }))
        }
        VerilogStatement::Macro(block) => Some(VerilogStatement::Macro(kept(block, names))),
        other => Some(other),
    }
}

/// Whether an expression names a part, or a port of it.
fn names_any(of: &VerilogExpression, names: &[&str]) -> bool {
    struct Search<'a>(&'a [&'a str], bool);
    impl VerilogVisitor for Search<'_> {
        fn visit_signal(&mut self, signal: &str) {
            let signal = signal.trim_end_matches("$next");
            let is = |name: &&str| {
                signal
                    .strip_prefix(*name)
                    .is_some_and(|rest| rest.is_empty() || rest.starts_with('$'))
            };
            self.1 |= self.0.iter().any(is);
        }
    }
    let mut search = Search(names, false);
    search.visit_expression(of);
    search.1
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Doubles its input, or passes it on.
    #[derive(Clone, Debug, LogicBlock)]
    struct Outer {
        given: Signal<In, Bits<8>>,
        gives: Signal<Out, Bits<8>>,
        more: Maybe<Signal<Out, Bit>>,
        twice: Maybe<Twice>,
    }

    #[derive(Clone, Debug, Default, LogicBlock)]
    struct Twice {
        given: Signal<In, Bits<8>>,
        doubled: Signal<Out, Bits<8>>,
    }

    impl Logic for Twice {
        #[hdl_gen]
        fn update(&mut self) {
            self.doubled.next = self.given.val() << 1;
        }
    }

    impl wires::Wires for Outer {
        #[hdl_gen]
        fn update(&mut self) {
            self.twice.given.next = self.given.val();
            self.gives.next = self.given.val();
            if self.given.val().any() {
                self.gives.next = self.twice.doubled.val();
            }
            if self.twice.doubled.val().get_bit(1) {
                self.gives.next = bits::<8>(1);
            }
            self.more.next = self.given.val().any();
        }
    }

    logic!([] Outer, |outer| outer.twice.lacks(&["twice", "more"]));

    fn outer(is_there: bool) -> Outer {
        let mut outer = Outer {
            given: Signal::default(),
            gives: Signal::default(),
            more: Maybe::new(Signal::default(), is_there),
            twice: Maybe::new(Twice::default(), is_there),
        };
        outer.connect_all();
        outer
    }

    #[test]
    fn what_is_not_there_is_in_no_text() {
        let text = |is_there| crate::emit::verilog(&outer(is_there), "unit").unwrap();
        let (with, lacking) = (text(true), text(false));
        for word in ["unit_twice twice(", "twice_doubled", "output reg  more", "8'hff"] {
            assert!(with.contains(word) && !lacking.contains(word), "{word}: {with}{lacking}");
        }
        // The block of an `if` that is kept is empty.
        assert_eq!(lacking.matches("gives = ").count(), 1, "{lacking}");
        assert!(lacking.contains("if (|given) begin"), "{lacking}");
    }

    #[test]
    fn a_part_that_is_there_works() {
        let mut outer = outer(true);
        for (given, gives) in [(0_u64, 0_u64), (2, 4), (3, 1)] {
            outer.given.next = Bits::from(given);
            assert!(rust_hdl::core::simulate::simulate(&mut outer, 10));
            assert_eq!(outer.gives.val(), Bits::from(gives));
            assert_eq!(outer.more.val(), given > 0);
        }
    }
}
