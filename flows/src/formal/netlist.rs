//! A module of Verilog as SMT-LIB: one step of its clock, from its inputs and what its registers hold.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::Path;

use super::error::Error;
use super::lists::{commands, items, names, of_constants, primed};
use crate::base::error::FlowError;
use crate::base::files;
use crate::run::plan::Plan;
use crate::run::{self, Options};
use crate::tool::{Tool, Tools};

/// What Yosys writes.
const FORMULAS: &str = "module.smt2";

/// A constant or a definition.
#[derive(Debug, Clone)]
struct Symbol {
    name: String,
    sort: String,
    /// What it is; a constant is anything.
    is: Option<String>,
}

/// A module's wires as terms over its inputs and its registers, each a word of bits; a wire may be cut, so that
/// those behind it see any word in its place.
#[derive(Debug, Clone)]
pub struct Netlist {
    module: String,
    symbols: Vec<Symbol>,
    /// What registers hold after the edge of the clock.
    after: Vec<Symbol>,
    /// What registers hold in the first cycle.
    first: BTreeMap<String, String>,
    /// Symbols that are cut; what drives one is another.
    cuts: BTreeSet<String>,
}

impl Netlist {
    /// Reads a module out of a text of Verilog.
    ///
    /// # Errors
    /// Whatever [`run::run`] reports.
    pub fn read(
        verilog: &str,
        module: &str,
        tools: &Tools,
        folder: &Path,
    ) -> Result<Self, FlowError> {
        // A list stays a choice, since a read-only memory would be an array. Nothing is swept out, so that each name of
        // the text is there.
        let script = format!(
            "read_verilog module.v\nhierarchy -check -top {module}\nproc -norom\nflatten\n\
             write_smt2 -wires {FORMULAS}\n"
        );
        let mut plan = Plan::default();
        plan.file("module.v", verilog)?;
        plan.file("formulas.ys", script)?;
        plan.step("formulas", Tool::YOSYS, ["-q", "-s", "formulas.ys"])?;
        plan.product(FORMULAS)?;
        run::run(&plan, tools, folder, &Options { quiet: true, ..Options::default() })?;
        Ok(Self::parse(module, &files::read_text(&folder.join(FORMULAS))?))
    }

    fn parse(module: &str, text: &str) -> Self {
        let mut netlist = Self {
            module: module.to_owned(),
            symbols: Vec::new(),
            after: Vec::new(),
            first: BTreeMap::new(),
            cuts: BTreeSet::new(),
        };
        for command in commands(text) {
            netlist.take(&items(&command));
        }
        netlist
    }

    fn take(&mut self, command: &[&str]) {
        let (name, sort, is) = match *command {
            ["declare-fun", name, _, sort] => (name, sort, None),
            ["define-fun", name, _, sort, is] => (name, sort, Some(of_constants(is))),
            _ => return,
        };
        let name = name.trim_matches('|');
        match (name.strip_prefix(&self.module), &is) {
            (Some("_i"), Some(is)) => {
                let firsts = equations(is).into_iter();
                self.first.extend(firsts.map(|(register, value)| (bare(&register), value)));
            }
            (Some("_t"), Some(is)) => {
                for (value, register) in equations(is) {
                    let name = bare(&register);
                    let of = self.symbols.iter().find(|own| format!("{}'", own.name) == name);
                    let sort = of.map_or_else(|| "Bool".to_owned(), |own| own.sort.clone());
                    self.after.push(Symbol { name, sort, is: Some(value) });
                }
            }
            (Some("_is" | "_a" | "_u" | "_h"), _) => {}
            _ => {
                let (name, sort) = (name.to_owned(), sort.to_owned());
                self.symbols.push(Symbol { name, sort, is });
            }
        }
    }

    /// Declarations and definitions of all that the terms name.
    pub fn text(&self) -> String {
        let mut text = String::new();
        for Symbol { name, sort, is } in self.symbols.iter().chain(&self.after) {
            match is {
                None => writeln!(text, "(declare-fun |{name}| () {sort})"),
                Some(is) => writeln!(text, "(define-fun |{name}| () {sort} {is})"),
            }
            .unwrap_or_default();
        }
        text
    }

    /// Cuts wires: what reads one sees any word in its place. One that nothing drives but a port or a register, or
    /// part of another wire, stays as it is.
    pub fn cut<'a>(&mut self, wires: impl IntoIterator<Item = &'a str>) {
        for wire in wires {
            let Some(driver) = self.driver(wire) else { continue };
            let Some(at) = self.symbols.iter().position(|own| own.name == driver) else { continue };
            if self.symbols[at].is.is_none() || !self.cuts.insert(driver.clone()) {
                continue;
            }
            let driven = format!("{driver} driven");
            let seen = Symbol { is: None, ..self.symbols[at].clone() };
            self.symbols[at].name = driven;
            self.symbols.insert(at + 1, seen);
        }
    }

    /// The symbol that is the whole of a wire.
    fn driver(&self, wire: &str) -> Option<String> {
        let is = self.wire(wire)?.is.as_deref()?;
        let bare = is.strip_prefix('|')?.strip_suffix('|')?;
        (!bare.contains('|')).then(|| bare.to_owned())
    }

    fn wire(&self, name: &str) -> Option<&Symbol> {
        let name = format!("{}_n {name}", self.module);
        self.symbols.iter().find(|symbol| symbol.name == name)
    }

    /// The inputs and registers that terms follow from, by the shortest name of each.
    pub fn free(&self, terms: &str) -> Vec<String> {
        let of: BTreeMap<&str, &Symbol> =
            self.symbols.iter().chain(&self.after).map(|symbol| (&*symbol.name, symbol)).collect();
        let (mut seen, mut open) = (BTreeSet::new(), names(terms).collect::<Vec<_>>());
        while let Some(name) = open.pop() {
            if seen.insert(name) {
                let is = of.get(name).and_then(|symbol| symbol.is.as_deref());
                open.extend(names(is.unwrap_or_default()));
            }
        }
        let prefix = format!("{}_n ", self.module);
        let mut found: BTreeMap<&str, String> = BTreeMap::new();
        for symbol in &self.symbols {
            let name = symbol.name.strip_prefix(&prefix).filter(|name| !name.starts_with('$'));
            let is = symbol.is.as_deref().unwrap_or_default();
            // A register of one bit is a word, and what it shows a truth.
            let bare =
                is.strip_prefix("(= ((_ extract 0 0) ").and_then(|is| is.strip_suffix(") #b1)"));
            let bare = bare.unwrap_or(is).strip_prefix('|').and_then(|is| is.strip_suffix('|'));
            let is_free = |is: &&str| of.get(is).is_some_and(|symbol| symbol.is.is_none());
            let is = bare.filter(is_free).filter(|is| seen.contains(is));
            let (Some(name), Some(is)) = (name, is) else { continue };
            let is_shorter = found.get(is).is_none_or(|other| name.len() < other.len());
            if is_shorter {
                found.insert(is, name.to_owned());
            }
        }
        found.into_values().collect()
    }

    /// A memory as an array of words, before the edge of the clock and after it.
    ///
    /// # Errors
    /// [`Error::Name`].
    pub fn memory(&self, name: &str) -> Result<[String; 2], FlowError> {
        let of = format!("{}_m {name}", self.module);
        let held = self.symbols.iter().find(|symbol| symbol.name == of);
        let held = held.and_then(|symbol| symbol.is.as_deref());
        let held = held.ok_or_else(|| self.lacks("memory", name))?;
        Ok([held.to_owned(), primed(held)])
    }

    fn known(&self, name: &str) -> Result<&Symbol, FlowError> {
        self.wire(name).ok_or_else(|| self.lacks("wire", name).into())
    }

    fn lacks(&self, what: &'static str, name: &str) -> Error {
        Error::Name { module: self.module.clone(), what, name: name.to_owned() }
    }

    /// The bits of a wire, if there is such.
    pub fn bits(&self, wire: &str) -> Option<usize> {
        Some(match items(&self.wire(wire)?.sort)[..] {
            ["_", "BitVec", bits] => bits.parse().ok()?,
            _ => 1,
        })
    }

    /// What a wire is driven to.
    ///
    /// # Errors
    /// [`Error::Name`].
    pub fn driven(&self, wire: &str) -> Result<String, FlowError> {
        let symbol = self.known(wire)?;
        Ok(match self.driver(wire).filter(|driver| self.cuts.contains(driver)) {
            Some(driver) => word(&symbol.sort, &format!("|{driver} driven|")),
            None => self.term(symbol),
        })
    }

    /// A wire as those see it that read it: any word, if it is cut.
    ///
    /// # Errors
    /// [`Error::Name`].
    pub fn seen(&self, wire: &str) -> Result<String, FlowError> {
        self.known(wire).map(|symbol| self.term(symbol))
    }

    /// The factors of a wire that is driven by a product, in as many bits as it has.
    pub fn factors(&self, wire: &str) -> Option<[String; 2]> {
        let (driver, bits) = (self.driver(wire)?, self.bits(wire)?);
        let driven = [format!("{driver} driven"), driver];
        let symbol = self.symbols.iter().find(|symbol| driven.contains(&symbol.name))?;
        let is = items(symbol.is.as_deref()?);
        // Where a factor is longer than the product, the product is cut.
        let product = match is[..] {
            [cut, product] if items(cut)[..] == ["_", "extract", &(bits - 1).to_string(), "0"] => {
                items(product)
            }
            _ => is,
        };
        let [operation, a, b] = product[..] else { return None };
        let cut = |term: &str| format!("((_ extract {} 0) {term})", bits - 1);
        (operation == "bvmul").then(|| [cut(a), cut(b)])
    }

    fn term(&self, symbol: &Symbol) -> String {
        word(&symbol.sort, &format!("|{}|", symbol.name))
    }

    /// What a register holds after the edge of the clock; of a wire made of registers, what it then shows.
    ///
    /// # Errors
    /// [`Error::Name`], also for what is no register.
    pub fn after(&self, register: &str) -> Result<String, FlowError> {
        let symbol = self.known(register)?;
        let is = symbol.is.as_deref().unwrap_or_default();
        let held =
            names(is).all(|name| self.after.iter().any(|own| own.name == format!("{name}'")));
        if names(is).next().is_none() || !held {
            return Err(self.lacks("register", register).into());
        }
        Ok(word(&symbol.sort, &primed(is)))
    }

    /// What a register holds in the first cycle.
    ///
    /// # Errors
    /// [`Error::Name`] for what is no register with a first value.
    pub fn first(&self, register: &str) -> Result<String, FlowError> {
        let driver = self.known(register)?;
        let is = driver.is.as_deref().unwrap_or_default();
        let value = names(is).next().and_then(|name| self.first.get(name));
        let value = value.ok_or_else(|| self.lacks("register with a first value", register))?;
        Ok(match value.as_str() {
            "true" => "#b1".to_owned(),
            "false" => "#b0".to_owned(),
            _ => value.clone(),
        })
    }
}

/// The two sides of each equation of a conjunction.
fn equations(text: &str) -> Vec<(String, String)> {
    let all = match items(text)[..] {
        ["and", ref all @ ..] => all.to_vec(),
        _ => vec![text],
    };
    let sides = all.into_iter().filter_map(|one| match items(one)[..] {
        ["=", left, right] => Some((left.to_owned(), right.to_owned())),
        _ => None,
    });
    sides.collect()
}

/// The name of the symbol that a term is about.
fn bare(term: &str) -> String {
    names(term).next().unwrap_or_default().to_owned()
}

/// A term as a word of bits.
fn word(sort: &str, term: &str) -> String {
    if sort == "Bool" { format!("(ite {term} #b1 #b0)") } else { term.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What Yosys wrote of `wire [1:0] sum = a + b;` behind a register, shortened.
    const TEXT: &str = "\
(declare-sort |m_s| 0)
(declare-fun |m_is| (|m_s|) Bool)
(declare-fun |m#0| (|m_s|) (_ BitVec 2)) ; \\a
(define-fun |m_n a| ((state |m_s|)) (_ BitVec 2) (|m#0| state))
(declare-fun |m#1| (|m_s|) (_ BitVec 2)) ; \\held
(define-fun |m_n held| ((state |m_s|)) (_ BitVec 2) (|m#1| state))
(declare-fun |m#2| (|m_s|) (_ BitVec 1)) ; \\ready
(define-fun |m_n ready| ((state |m_s|)) Bool (= ((_ extract 0 0) (|m#2| state)) #b1))
(define-fun |m#3| ((state |m_s|)) (_ BitVec 2) (bvadd (|m#0| state) (|m#1| state))) ; $add
(define-fun |m_n sum| ((state |m_s|)) (_ BitVec 2) (|m#3| state))
(define-fun |m_a| ((state |m_s|)) Bool true)
(define-fun |m_i| ((state |m_s|)) Bool (and
  (= (= ((_ extract 0 0) (|m#2| state)) #b1) false) ; ready
  (= (|m#1| state) #b10) ; held
))
(define-fun |m_t| ((state |m_s|) (next_state |m_s|)) Bool (and
  (= (|m#3| state) (|m#1| next_state)) ; $procdff
  (= #b1 (|m#2| next_state)) ; $procdff
)) ; end of module m
";

    #[test]
    fn a_step_is_read_and_cut() {
        let mut netlist = Netlist::parse("m", TEXT);
        assert_eq!((netlist.bits("sum"), netlist.bits("ready")), (Some(2), Some(1)));
        assert_eq!(netlist.bits("none"), None);
        assert_eq!(netlist.seen("sum").unwrap(), netlist.driven("sum").unwrap());
        assert!(netlist.text().contains("(define-fun |m#1'| () (_ BitVec 2) |m#3|)"));
        assert_eq!(netlist.after("held").unwrap(), "|m#1'|");
        assert_eq!(netlist.first("held").unwrap(), "#b10");
        assert_eq!(netlist.first("ready").unwrap(), "#b0");
        let after = "(ite (= ((_ extract 0 0) |m#2'|) #b1) #b1 #b0)";
        assert_eq!(netlist.after("ready").unwrap(), after);

        assert_eq!(netlist.free("(= |m_n sum| |m#2'|)"), ["a", "held"]);
        assert_eq!(netlist.free("|m#2|"), ["ready"]);

        netlist.cut(["sum", "a", "sum"]);
        assert_eq!(netlist.driven("sum").unwrap(), "|m#3 driven|");
        assert_eq!(netlist.driven("a").unwrap(), "|m_n a|", "a port stays");
        let text = netlist.text();
        assert!(text.contains("(define-fun |m#3 driven| () (_ BitVec 2) (bvadd |m#0| |m#1|))"));
        assert!(text.contains("(declare-fun |m#3| () (_ BitVec 2))"), "{text}");
    }

    /// As long as the longer factor, or cut to the product.
    #[test]
    fn the_factors_of_a_product_are_found() {
        let cut = |term: &str| format!("((_ extract 1 0) {term})");
        let of = |is: &str| {
            let text = TEXT.replace("(bvadd (|m#0| state) (|m#1| state))", is);
            Netlist::parse("m", &text).factors("sum")
        };
        let product = "(bvmul (|m#0| state) (|m#1| state))";
        assert_eq!(of(product), Some([cut("|m#0|"), cut("|m#1|")]));
        let longer = "((_ extract 1 0) (bvmul (concat #b0 (|m#0| state)) #b101))";
        assert_eq!(of(longer), Some([cut("(concat #b0 |m#0|)"), cut("#b101")]));
        assert_eq!(of("(bvadd (|m#0| state) (|m#1| state))"), None);
        let mut netlist = Netlist::parse("m", &TEXT.replace("bvadd", "bvmul"));
        netlist.cut(["sum"]);
        assert_eq!(netlist.factors("sum"), Some([cut("|m#0|"), cut("|m#1|")]));
    }

    #[test]
    fn a_wrong_name_is_an_error() {
        let netlist = Netlist::parse("m", TEXT);
        for error in [netlist.driven("x"), netlist.after("sum"), netlist.first("a")] {
            assert_eq!(error.unwrap_err().code(), "flows::formal::name");
        }
    }
}
