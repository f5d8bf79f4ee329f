//! Mutants of the logic that change nothing, shown by SAT.
//!
//! All registers and memories are taken out of the sound netlist and of one with a single fault: what they
//! hold becomes inputs of both, the same for both, and what they are told becomes outputs. If no values of
//! the inputs make an output differ, the two do the same in every cycle from every state, as they begin with
//! the same. This is more than is needed: a fault that only shows in states that are never reached is not
//! proved.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;

use super::{Mutant, Mutants, SOUND};
use crate::base::error::FlowError;
use crate::base::files;
use crate::run::plan::Plan;
use crate::run::{self, Options};
use crate::tool::{Tool, Tools};

/// Cells that hold something: registers as they are after `dffunmap`, and before.
const REGISTERS: [&str; 5] = ["$dff", "$dffe", "$sdff", "$sdffe", "$sdffce"];
const READS: [&str; 2] = ["$memrd_v2", "$memrd"];
const WRITE: &str = "$memwr_v2";

/// Seconds for one proof.
const TIMEOUT: &str = "60";

/// What `sat` prints where nothing differs.
const PROVED: &str = "SAT proof finished - no model found: SUCCESS!";

/// A netlist whose cells that hold something have names of their own, and the kinds of them.
struct Named {
    netlist: String,
    /// The names by those in the netlist that it was made from.
    names: BTreeMap<String, String>,
    /// Type, width, and bits of the address.
    kinds: Vec<(&'static str, usize, usize)>,
}

/// Which of these mutants change nothing. Those of memories' first contents are never among them.
///
/// # Errors
/// Whatever [`run::run`] reports.
pub fn prove(
    mutants: &Mutants,
    numbers: &[usize],
    tools: &Tools,
    root: &Path,
) -> Result<Vec<usize>, FlowError> {
    let of_logic = |&number: &usize| match &mutants.all[number - 1] {
        Mutant::Logic(options) => Some((number, options.as_str())),
        Mutant::Contents { .. } => None,
    };
    let faults: Vec<(usize, &str)> = numbers.iter().filter_map(of_logic).collect();
    if faults.is_empty() {
        return Ok(Vec::new());
    }
    let plan = plan(mutants, &faults)?;
    let folder = root.join(format!("proofs-{}", &plan.digest()[..16]));
    run::run(&plan, tools, &folder, &Options::default())?;
    let mut proved = Vec::new();
    for (number, _) in faults {
        if files::read_text(&folder.join(proof(number)))?.contains(PROVED) {
            proved.push(number);
        }
    }
    Ok(proved)
}

/// The file of a proof.
fn proof(number: usize) -> String {
    format!("proof-{number}.txt")
}

fn plan(mutants: &Mutants, faults: &[(usize, &str)]) -> Result<Plan, FlowError> {
    let Named { netlist, names, kinds } = named(&mutants.netlist);
    let mut cut = String::new();
    let mut boxes = String::new();
    for kind in &kinds {
        let (name, text, select) = boxed(*kind);
        boxes.push_str(&text);
        let _ = writeln!(cut, "select -set cut {select}\nchtype -set \\{name} @cut");
    }
    let mut script = format!(
        "read_rtlil {SOUND}\nread_verilog boxes.v\nrename {} gold\n\
         delete gold/t:$meminit*\ndesign -save sound\n",
        mutants.top
    );
    for (number, options) in faults {
        let _ = writeln!(
            script,
            "design -load sound\ncopy gold gate\nmutate {}\ndffunmap gold gate\nscript cut.ys\n\
             expose -evert gold gate\nopt_clean gold gate\nmiter -equiv -flatten gold gate miter\n\
             tee -q -o {} sat -timeout {TIMEOUT} -prove trigger 0 miter",
            renamed(options, &names),
            proof(*number)
        );
    }
    let mut plan = Plan::default();
    plan.file(SOUND, netlist)?;
    plan.file("boxes.v", boxes)?;
    plan.file("cut.ys", cut)?;
    plan.file("prove.ys", script)?;
    plan.step("prove", Tool::YOSYS, ["-q", "-l", "yosys.txt", "-s", "prove.ys"])?;
    for (number, _) in faults {
        plan.product(&proof(*number))?;
    }
    Ok(plan)
}

/// Gives the cells that hold something names that Yosys does not take for its own.
fn named(netlist: &str) -> Named {
    let mut named = Named { netlist: String::new(), names: BTreeMap::new(), kinds: Vec::new() };
    let mut within: Option<(&'static str, usize, usize)> = None;
    for line in netlist.lines() {
        let words: Vec<&str> = line.split_whitespace().collect();
        match (words.as_slice(), &mut within) {
            (["cell", kind, name], _) => {
                within = cut_type(kind).map(|kind| (kind, 0, 0));
                if within.is_some() {
                    let new = format!("\\state_{}", named.names.len());
                    let _ = writeln!(named.netlist, "  cell {kind} {new}");
                    named.names.insert((*name).to_owned(), new);
                    continue;
                }
            }
            (["parameter", "\\WIDTH", width], Some(kind)) => kind.1 = width.parse().unwrap_or(0),
            (["parameter", "\\ABITS", bits], Some(kind)) => kind.2 = bits.parse().unwrap_or(0),
            (["end"], _) => named.kinds.extend(within.take()),
            _ => {}
        }
        let _ = writeln!(named.netlist, "{line}");
    }
    named.kinds.sort_unstable();
    named.kinds.dedup();
    named
}

/// The type under which a cell is cut out: a register's after `dffunmap`.
fn cut_type(kind: &str) -> Option<&'static str> {
    match kind {
        WRITE => Some(WRITE),
        _ if READS.contains(&kind) => READS.into_iter().find(|read| *read == kind),
        _ => REGISTERS.contains(&kind).then_some(REGISTERS[0]),
    }
}

/// A module that a kind of cells becomes: its name, its text, and what selects the cells.
fn boxed((kind, width, bits): (&str, usize, usize)) -> (String, String, String) {
    let name = format!("box_{}_{width}_{bits}", &kind[1..]);
    let (data, at) = (width.saturating_sub(1), bits.saturating_sub(1));
    let ports = match kind {
        WRITE => format!("input CLK, input [{data}:0] EN, DATA, input [{at}:0] ADDR"),
        _ if READS.contains(&kind) => {
            // The older of the two has no ARST and no SRST, which are then 0 in both netlists.
            format!("input CLK, EN, ARST, SRST, input [{at}:0] ADDR, output [{data}:0] DATA")
        }
        _ => format!("input CLK, input [{data}:0] D, output [{data}:0] Q"),
    };
    let text = format!("(* blackbox *) module {name}({ports}); endmodule\n");
    let mut select = format!("gold/t:{kind} gate/t:{kind} %u */r:WIDTH={width} %i");
    if bits > 0 {
        let _ = write!(select, " */r:ABITS={bits} %i");
    }
    (name, text, select)
}

/// The options of a fault for the copy with the new names.
fn renamed(options: &str, names: &BTreeMap<String, String>) -> String {
    let mut words: Vec<&str> = options.split(' ').collect();
    for place in 1..words.len() {
        match words[place - 1] {
            "-module" => words[place] = "gate",
            "-cell" => words[place] = names.get(words[place]).map_or(words[place], String::as_str),
            _ => {}
        }
    }
    words.join(" ")
}
