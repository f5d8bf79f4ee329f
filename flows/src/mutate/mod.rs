//! Yosys' `mutate` over a Verilog text: many small faults in one netlist, each behind a number on a port.
//!
//! The text is read, flattened and simplified, so that no fault lands in logic that drives nothing. `mutate`
//! lists faults: a bit of a cell's port inverted, stuck, or inverted where another bit of that cell has one
//! value. All of them are then built into one netlist, each active where the port [`PORT`] holds its number;
//! number 0 is the sound design. So one model of a simulator holds them all.
//!
//! What a memory begins with is constant in a netlist, so a fault there cannot be behind a port of it. It
//! becomes a line of its own in the Verilog, which changes the bit before the first cycle.

mod prove;
mod record;

pub use prove::{Claims, prove};
pub use record::{Accepted, Record};

use std::fmt::Write as _;
use std::path::Path;

use serde::{Deserialize, Serialize};

use crate::base::error::FlowError;
use crate::base::files;
use crate::run::plan::Plan;
use crate::run::{self, Options};
use crate::tool::{Tool, Tools};

/// The port that chooses the fault.
pub const PORT: &str = "mutant";

/// A port beside it: a number above 0 inverts bits of memories, which the caller names, before the first cycle.
/// So a mutant can be looked at in a design with other contents.
pub const VARIANT: &str = "variant";

/// The bits of [`VARIANT`].
const VARIANT_BITS: usize = 4;

/// The bits of [`PORT`].
pub const PORT_BITS: usize = 12;

/// The tools that this takes.
pub const TOOLS: [Tool; 1] = [Tool::YOSYS];

/// The sound netlist, in the folder of the first run.
const SOUND: &str = "sound.il";
/// The lists of faults, there too.
const LOGIC: &str = "logic.txt";
const CONTENTS: &str = "contents.txt";
/// The netlist with the faults, in the folder of the second.
const MUTANTS: &str = "mutants.v";

/// What faults are planted in.
#[derive(Debug, Clone, Copy)]
pub struct Design<'a> {
    /// The text, all modules.
    pub verilog: &'a str,
    /// Its top.
    pub top: &'a str,
    /// Wires of the top that become ports, so that they can be watched. The first says when the others count.
    pub watched: &'a [&'a str],
    /// What the numbers of [`VARIANT`] from 1 on invert, at most 15 of them.
    pub variants: &'a [Vec<Bit>],
}

/// A bit of what a memory begins with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bit {
    /// The memory, by its name in the flat netlist.
    pub memory: String,
    /// The word.
    pub word: usize,
    /// The bit of the word.
    pub bit: usize,
}

/// How many faults, and which.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Choice {
    /// Faults of the logic.
    pub logic: usize,
    /// Faults of what memories begin with that are looked for. Those that change nothing are left out.
    pub contents: usize,
    /// Where Yosys' choice begins.
    pub seed: u32,
}

/// A fault.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Mutant {
    /// In the logic: the options of `mutate`.
    Logic(String),
    /// In what a memory begins with: an inverted bit.
    Contents(Bit),
}

impl Mutant {
    /// The fault in words that name its place by the design's own names, where Yosys has kept them.
    pub fn place(&self) -> String {
        match self {
            Self::Contents(Bit { memory, word, bit }) => {
                format!("{memory}[{word}] bit {bit} inverted")
            }
            Self::Logic(options) => {
                let of = |name: &str| {
                    let mut words = options.split(' ').skip_while(|word| *word != name);
                    words.nth(1).unwrap_or_default()
                };
                let cell = of("-cell").rsplit('\\').next().unwrap_or_default();
                let wire = of("-wire");
                let wire = match wire.is_empty() {
                    true => String::new(),
                    false => format!(", {wire}[{}]", of("-wirebit")),
                };
                let (mode, port, bit) = (of("-mode"), of("-port"), of("-portbit"));
                format!("{mode} at {port}[{bit}] of {cell}{wire}")
            }
        }
    }
}

/// A mutant's number and place, as lists name it.
pub fn name(number: usize, place: &str) -> String {
    format!("{number}: {place}")
}

/// The mutants of a design.
#[derive(Debug, Clone)]
pub struct Mutants {
    /// The mutants: number `n + 1` is at place `n`.
    pub all: Vec<Mutant>,
    /// The design's top.
    top: String,
    /// The wires that are watched.
    watched: Vec<String>,
    /// The sound netlist in Yosys' own format.
    netlist: String,
}

/// Lists the mutants of a design, working below `root`.
///
/// # Errors
/// Whatever [`run::run`] reports, and [`FlowError::Unreadable`] for more mutants than [`PORT`] has numbers
/// for.
pub fn list(
    design: &Design<'_>,
    choice: Choice,
    tools: &Tools,
    root: &Path,
) -> Result<Mutants, FlowError> {
    let plan = list_plan(design, choice)?;
    let folder = root.join(format!("mutate-{}", &plan.digest()[..16]));
    run::run(&plan, tools, &folder, &Options::default())?;
    let netlist = files::read_text(&folder.join(SOUND))?;
    let logic = files::read_text(&folder.join(LOGIC))?;
    let contents = files::read_text(&folder.join(CONTENTS))?;
    let logic = logic.lines().filter_map(options).map(Mutant::Logic);
    let contents = contents.lines().filter_map(|line| in_memory(&netlist, line));
    let all: Vec<Mutant> = logic.chain(contents).collect();
    if all.len() >= 1 << PORT_BITS {
        return Err(FlowError::Unreadable {
            path: folder.join(LOGIC),
            reason: format!("{} faults are more than the port has numbers for", all.len()),
        });
    }
    let watched = design.watched.iter().map(|wire| (*wire).to_owned()).collect();
    Ok(Mutants { all, top: design.top.to_owned(), watched, netlist })
}

impl Mutants {
    /// The Verilog that holds some of the mutants, by number: its top has the design's ports, [`PORT`] and
    /// [`VARIANT`].
    ///
    /// # Errors
    /// Whatever [`run::run`] reports.
    pub fn verilog(
        &self,
        numbers: &[usize],
        design: &Design<'_>,
        tools: &Tools,
        root: &Path,
    ) -> Result<String, FlowError> {
        let chosen: Vec<(usize, &Mutant)> =
            numbers.iter().map(|&number| (number, &self.all[number - 1])).collect();
        let plan = apply_plan(&self.netlist, &chosen)?;
        let folder = root.join(format!("mutants-{}", &plan.digest()[..16]));
        run::run(&plan, tools, &folder, &Options::default())?;
        Ok(with_contents(&files::read_text(&folder.join(MUTANTS))?, design.variants, &chosen))
    }
}

/// `memory_dff`: a read port without an enable may not be given one by a fault, one with a register may.
fn list_plan(design: &Design<'_>, choice: Choice) -> Result<Plan, FlowError> {
    let top = design.top;
    let watched = design.watched.iter().map(|wire| format!("expose w:{wire}\n"));
    let watched: String = watched.collect();
    let Choice { logic, contents, seed } = choice;
    let mut plan = Plan::default();
    plan.file("top.v", design.verilog)?;
    plan.file(
        "list.ys",
        format!(
            "read_verilog top.v\nhierarchy -top {top}\nproc\nflatten\n{watched}opt -full\nmemory_dff\n\
             wreduce\npeepopt\nopt -full\nopt_clean -purge\nwrite_rtlil {SOUND}\nselect t:$meminit* %n\n\
             mutate -list {logic} -seed {seed} -o {LOGIC}\nselect t:$meminit*\n\
             mutate -list {contents} -seed {seed} -o {CONTENTS}\n"
        ),
    )?;
    plan.step("list", Tool::YOSYS, ["-q", "-l", "yosys.txt", "-s", "list.ys"])?;
    for product in [SOUND, LOGIC, CONTENTS] {
        plan.product(product)?;
    }
    Ok(plan)
}

fn apply_plan(netlist: &str, chosen: &[(usize, &Mutant)]) -> Result<Plan, FlowError> {
    let mut script = format!("read_rtlil {SOUND}\n");
    if chosen.iter().all(|(_, mutant)| matches!(mutant, Mutant::Contents(_))) {
        // The first fault of the logic makes the port otherwise.
        let _ = writeln!(script, "add -input {PORT} {PORT_BITS}");
    }
    for (number, mutant) in chosen {
        if let Mutant::Logic(options) = mutant {
            let _ = writeln!(script, "mutate -ctrl {PORT} {PORT_BITS} {number} {options}");
        }
    }
    let _ = writeln!(
        script,
        "add -input {VARIANT} {VARIANT_BITS}\nopt_clean\nwrite_verilog -noattr -noparallelcase {MUTANTS}"
    );
    let mut plan = Plan::default();
    plan.file(SOUND, netlist)?;
    plan.file("apply.ys", script)?;
    plan.step("apply", Tool::YOSYS, ["-q", "-l", "yosys.txt", "-s", "apply.ys"])?;
    plan.product(MUTANTS)?;
    Ok(plan)
}

/// The options of a line of a list that say what to change; not those that say where it was written.
fn options(line: &str) -> Option<String> {
    let options = line.strip_prefix("mutate ")?;
    let options = options.split(" -src ").next()?;
    (!options.starts_with("-mode none")).then(|| options.to_owned())
}

/// A fault of a memory's first contents as a changed bit, if it is one of the data and changes it.
fn in_memory(netlist: &str, line: &str) -> Option<Mutant> {
    let words: Vec<&str> = line.split(' ').collect();
    let of = |name: &str| words.iter().skip_while(|word| **word != name).nth(1).copied();
    if of("-port")? != "DATA" {
        return None;
    }
    let begin = format!(" {}\n", of("-cell")?);
    let cell = netlist.split_once(&begin)?.1.split_once("\n  end\n")?.0;
    let value = |name: &str| cell.lines().find_map(|line| line.trim().strip_prefix(name));
    let memory = value("parameter \\MEMID \"\\\\")?.strip_suffix('"')?.to_owned();
    let number = |text: &str| text.split_once('\'').map(|(_, digits)| digits.to_owned());
    let word = usize::from_str_radix(&number(value("connect \\ADDR ")?)?, 2).ok()?;
    let data = number(value("connect \\DATA ")?)?;
    let bit: usize = of("-portbit")?.parse().ok()?;
    let held = data.chars().rev().nth(bit)?;
    let changes = match of("-mode")? {
        "inv" => true,
        "const0" => held == '1',
        "const1" => held == '0',
        // Against another bit of the same word, which is constant as well.
        "cnot0" | "cnot1" => {
            let other = data.chars().rev().nth(of("-ctrlbit")?.parse().ok()?)?;
            (other == '1') == (of("-mode")? == "cnot1")
        }
        _ => false,
    };
    changes.then_some(Mutant::Contents(Bit { memory, word, bit }))
}

/// Adds the lines that change what memories begin with.
fn with_contents(verilog: &str, variants: &[Vec<Bit>], chosen: &[(usize, &Mutant)]) -> String {
    let mut lines = "  initial begin\n".to_owned();
    let mut invert = |port: &str, number: usize, Bit { memory, word, bit }: &Bit| {
        let at = format!("\\{memory} [{word}][{bit}]");
        let _ = writeln!(lines, "    if ({port} == {number}) {at} = ~{at};");
    };
    for (variant, bits) in (1..).zip(variants) {
        bits.iter().for_each(|bit| invert(VARIANT, variant, bit));
    }
    for (number, mutant) in chosen {
        if let Mutant::Contents(bit) = mutant {
            invert(PORT, *number, bit);
        }
    }
    lines.push_str("  end\nendmodule");
    // The last module is the top; flat, it is the only one.
    match verilog.rfind("endmodule") {
        Some(at) => verilog[..at].to_owned() + &lines + &verilog[at + "endmodule".len()..],
        None => verilog.to_owned(),
    }
}
