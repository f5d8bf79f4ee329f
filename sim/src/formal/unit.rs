//! A unit of the engine on its way through the solver, and what is claimed of it.

use std::path::Path;
use std::time::Instant;

use spikestream_flows::FlowError;
use spikestream_flows::formal::{Answer, Claim, Logic, Netlist, Question, decide, values};
use spikestream_flows::progress::Heartbeat;
use spikestream_flows::tool::Tools;

use super::{Error, Proved};

/// Seconds for a claim.
const LIMIT: u32 = 60;

/// Where the proofs of an engine are made.
#[derive(Clone, Copy, Debug)]
pub struct Site<'a> {
    /// The text of the design.
    pub verilog: &'a str,
    /// With [`spikestream_flows::formal::TOOLS`].
    pub tools: &'a Tools,
    /// Where what the solver is asked lies.
    pub folder: &'a Path,
}

/// A unit and claims of it.
pub(super) struct Unit<'a> {
    name: &'a str,
    pub(super) netlist: Netlist,
    /// Constants of the claims' own, declared, and what holds of them.
    given: String,
    /// Their names.
    own: Vec<String>,
    claims: Vec<(String, Claim)>,
    site: Site<'a>,
}

impl<'a> Unit<'a> {
    /// A unit whose module is in the design.
    pub(super) fn read(site: Site<'a>, name: &'a str, module: &str) -> Result<Self, FlowError> {
        let text = with_below(site.verilog, module);
        let netlist = Netlist::read(&text, module, site.tools, &site.folder.join(name))?;
        let (given, own, claims) = (String::new(), Vec::new(), Vec::new());
        Ok(Self { name, netlist, given, own, claims, site })
    }

    /// A constant of so many bits that all claims may speak of.
    pub(super) fn constant(&mut self, name: &str, bits: usize) -> String {
        self.given += &format!("(declare-const {name} (_ BitVec {bits}))\n");
        self.own.push(name.to_owned());
        name.to_owned()
    }

    /// What all claims from here on may take for granted.
    pub(super) fn assume(&mut self, term: &str) {
        self.given += &format!("(assert {term})\n");
    }

    /// Claims a term, for all values of what it names.
    pub(super) fn claim(&mut self, says: &str, holds: String) {
        self.claim_in(Logic::Words, says, self.given.clone(), holds);
    }

    /// The same in another logic, with a declaration of its own.
    pub(super) fn claim_in(&mut self, logic: Logic, says: &str, given: String, holds: String) {
        self.claims.push((says.to_owned(), Claim { given, holds, logic }));
    }

    /// The same where memories are named.
    pub(super) fn claim_of_memories(&mut self, says: &str, holds: String) {
        self.claim_in(Logic::Memories, says, self.given.clone(), holds);
    }

    /// A wire.
    pub(super) fn now(&self, wire: &str) -> Result<String, FlowError> {
        self.netlist.seen(wire)
    }

    /// What a register holds after the edge.
    pub(super) fn after(&self, register: &str) -> Result<String, FlowError> {
        self.netlist.after(register)
    }

    /// Bits of a wire; of one that is not there, 1: whoever asks for its value hears that it is not.
    pub(super) fn bits(&self, wire: &str) -> usize {
        self.netlist.bits(wire).unwrap_or(1)
    }

    /// Decides all claims.
    pub(super) fn prove(&self, what: &str, over: String) -> Result<Proved, FlowError> {
        let begin = Instant::now();
        let _heartbeat = Heartbeat::start(self.name);
        let (tools, folder) = (self.site.tools, self.site.folder.join(self.name));
        let question = Question { tools, folder: &folder, limit: LIMIT };
        let text = self.netlist.text();
        let claims: Vec<Claim> = self.claims.iter().map(|(_, claim)| claim.clone()).collect();
        let answers = decide(&text, &claims, "claims", question)?;
        for ((says, claim), answer) in self.claims.iter().zip(answers) {
            let (unit, says) = (self.name.to_owned(), says.clone());
            match answer {
                Answer::Proved => {}
                Answer::Unknown => {
                    return Err(Error::Open { unit, claim: says, seconds: LIMIT }.into());
                }
                Answer::Broken => {
                    let values = self.against(&text, claim, question)?;
                    return Err(Error::Broken { unit, claim: says, values }.into());
                }
            }
        }
        Ok(Proved {
            unit: self.name.to_owned(),
            what: what.to_owned(),
            over,
            claims: claims.len(),
            seconds: begin.elapsed().as_secs_f64(),
        })
    }

    /// Values of inputs and registers for which a claim does not hold.
    fn against(
        &self,
        text: &str,
        claim: &Claim,
        question: Question<'_>,
    ) -> Result<String, FlowError> {
        if claim.logic == Logic::Integers {
            return Ok(String::new());
        }
        let named = |name: &&String| claim.given.contains(&format!("(declare-const {name} "));
        let own = self.own.iter().filter(named).cloned();
        let mut shown: Vec<(String, String)> = own.map(|name| (name.clone(), name)).collect();
        for name in self.netlist.free(&format!("{}{}", claim.given, claim.holds)) {
            shown.push((self.netlist.seen(&name)?, name));
        }
        let terms: Vec<String> = shown.iter().map(|(term, _)| term.clone()).collect();
        let found = values(text, claim, &terms, "against", question)?;
        let lines =
            shown.iter().zip(found).map(|((_, name), value)| format!("\n  {name} = {value}"));
        Ok(lines.collect())
    }
}

/// The modules of a text from one down: those below it have names that begin with its own.
pub(super) fn with_below(verilog: &str, module: &str) -> String {
    let (mut made, mut within) = (String::new(), false);
    for line in verilog.lines() {
        if let Some(rest) = line.strip_prefix("module ") {
            let name = rest.split(|c: char| !c.is_ascii_alphanumeric() && c != '_').next();
            let below = name.and_then(|name| name.strip_prefix(module));
            within = below.is_some_and(|below| below.is_empty() || below.starts_with('_'));
        }
        if within {
            made += line;
            made.push('\n');
        }
        if line.starts_with("endmodule") {
            within = false;
        }
    }
    made
}

/// A number as a word.
pub(super) fn number(bits: usize, value: u128) -> String {
    format!("(_ bv{value} {bits})")
}

/// A word of `own` bits, longer by zeros or by its sign.
pub(super) fn extended(term: &str, own: usize, bits: usize, is_signed: bool) -> String {
    let way = if is_signed { "sign_extend" } else { "zero_extend" };
    if bits == own { term.to_owned() } else { format!("((_ {way} {}) {term})", bits - own) }
}

/// The sum of words.
pub(super) fn sum(terms: impl IntoIterator<Item = String>) -> String {
    let terms = terms.into_iter();
    terms.reduce(|sum, term| format!("(bvadd {sum} {term})")).unwrap_or_default()
}

/// The value of a list at a place, both as words: its last behind its end.
pub(super) fn listed(place: &str, place_bits: usize, bits: usize, list: &[u128]) -> String {
    let Some((last, before)) = list.split_last() else { return number(bits, 0) };
    before.iter().enumerate().rev().fold(number(bits, *last), |rest, (i, &value)| {
        let (at, value) = (number(place_bits, i as u128), number(bits, value));
        format!("(ite (= {place} {at}) {value} {rest})")
    })
}
