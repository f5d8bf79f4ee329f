//! Mutants of the logic that change nothing, shown by SAT.
//!
//! All registers and memories are taken out of the sound netlist and of one with a single fault: what they
//! hold becomes inputs of both, and what they are told becomes outputs. If no values of the inputs make an
//! output differ, the two do the same in every cycle, as they begin with the same.
//!
//! From any state whatever this is more than is needed: a fault may show only in states that are never
//! reached, or be made good by a register that holds another number. So a file may state invariants of the
//! sound design, and what registers of a mutant have to do with its own ([`Claims`]). SAT proves the
//! invariants by induction, then each mutant from the states in which invariants and relation hold.

mod claims;
mod flat;
mod text;

pub use claims::Claims;

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;

use super::{Mutant, Mutants, SOUND};
use crate::base::error::FlowError;
use crate::base::files;
use crate::mutants::Error;
use crate::run::plan::Plan;
use crate::run::{self, Options};
use crate::tool::{Tool, Tools};
use flat::{Flat, Kind};

/// Seconds for one proof.
const TIMEOUT: &str = "120";

/// What `sat` prints where nothing differs.
const PROVED: &str = "SAT proof finished - no model found: SUCCESS!";

/// The file of the proof of the invariants.
const INVARIANTS: &str = "invariants";

/// Which of these mutants change nothing. Those of memories' first contents are never among them.
///
/// # Errors
/// Whatever [`run::run`] reports; [`Error::HardwareForm`] for claims of registers that there are not, and
/// [`Error::Invariant`] for an invariant that SAT does not prove.
pub fn prove(
    mutants: &Mutants,
    numbers: &[usize],
    claims: &Claims,
    tools: &Tools,
    root: &Path,
) -> Result<Vec<usize>, FlowError> {
    let of_logic = |&number: &usize| match &mutants.all[number - 1] {
        Mutant::Logic(options) => Some((number, options.as_str())),
        Mutant::Contents(_) => None,
    };
    let faults: Vec<(usize, &str)> = numbers.iter().filter_map(of_logic).collect();
    if faults.is_empty() {
        return Ok(Vec::new());
    }
    let flat = Flat::read(&mutants.netlist);
    claims.ensure_known(&flat.named())?;
    let plan = plan(mutants, &flat, claims, &faults)?;
    let folder = root.join(format!("proofs-{}", &plan.digest()[..16]));
    run::run(&plan, tools, &folder, &Options::default())?;
    let printed = |name: &str| files::read_text(&folder.join(proof(name)));
    if !claims.invariant.is_empty() {
        ensure_proved(&printed(INVARIANTS)?, claims)?;
    }
    let mut proved = Vec::new();
    for (number, _) in faults {
        if printed(&number.to_string())?.contains(PROVED) {
            proved.push(number);
        }
    }
    Ok(proved)
}

fn ensure_proved(printed: &str, claims: &Claims) -> Result<(), FlowError> {
    if printed.contains(PROVED) {
        return Ok(());
    }
    let broken = text::broken(printed, claims);
    let says = match broken.is_empty() {
        true => "all together, in time".to_owned(),
        false => broken.join(" "),
    };
    Err(Error::Invariant { path: claims.path.clone(), says }.into())
}

/// The file of a proof, and of what it asks.
fn proof(name: &str) -> String {
    format!("proof-{name}.txt")
}

fn question(name: &str) -> String {
    format!("proof-{name}.v")
}

fn plan(
    mutants: &Mutants,
    flat: &Flat,
    claims: &Claims,
    faults: &[(usize, &str)],
) -> Result<Plan, FlowError> {
    let mut boxes = String::new();
    let mut cuts = [text::SOUND, text::MUTATED].map(|design| format!("dffunmap {design}\n"));
    for kind in text::kinds(flat) {
        let (name, text) = boxed(kind);
        boxes.push_str(&text);
        for (cut, design) in cuts.iter_mut().zip([text::SOUND, text::MUTATED]) {
            let _ = writeln!(cut, "chtype -set \\{name} {}", selected(kind, design));
        }
    }
    for (cut, design) in cuts.iter_mut().zip([text::SOUND, text::MUTATED]) {
        let _ = writeln!(cut, "expose -evert {design}/t:box_*\nopt_clean {design}");
    }
    let mut plan = Plan::default();
    let mut script = format!(
        "read_rtlil {SOUND}\nread_verilog boxes.v\nrename {} {sound}\ndelete {sound}/t:$meminit*\n\
         copy {sound} {mutated}\nscript cut-sound.ys\ndesign -save both\n",
        mutants.top,
        sound = text::SOUND,
        mutated = text::MUTATED
    );
    if !claims.invariant.is_empty() {
        plan.file(&question(INVARIANTS), text::of_invariants(flat, claims))?;
        let _ = writeln!(script, "design -load both\ndelete {}", text::MUTATED);
        script += &ask(INVARIANTS, "-show-ports");
        plan.product(&proof(INVARIANTS))?;
    }
    for (number, options) in faults {
        let name = super::name(*number, &mutants.all[number - 1].place());
        let text = text::of_mutant(flat, &mutants.watched, claims, &name);
        let name = number.to_string();
        plan.file(&question(&name), text)?;
        let fault = renamed(options, &flat.names);
        let _ = writeln!(script, "design -load both\nmutate {fault}\nscript cut-mutant.ys");
        script += &ask(&name, "");
        plan.product(&proof(&name))?;
    }
    let [sound, mutant] = cuts;
    plan.file(SOUND, flat.text.as_str())?;
    plan.file("boxes.v", boxes)?;
    plan.file("cut-sound.ys", sound)?;
    plan.file("cut-mutant.ys", mutant)?;
    plan.file("prove.ys", script)?;
    plan.step("prove", Tool::YOSYS, ["-q", "-l", "yosys.txt", "-s", "prove.ys"])?;
    Ok(plan)
}

/// The commands that ask SAT one question.
fn ask(name: &str, show: &str) -> String {
    let top = text::TOP;
    format!(
        "read_verilog {}\nhierarchy -check -top {top}\nproc\nflatten\nopt_clean\n\
         tee -q -o {} sat -timeout {TIMEOUT} {show} -set {} 1 -prove {} 1 {top}\n",
        question(name),
        proof(name),
        text::ASSUMED,
        text::PROVED
    )
}

/// A module that a kind of cells becomes: its name and its text.
fn boxed((kind, width, bits): (Kind, usize, usize)) -> (String, String) {
    let name = format!("box_{}_{width}_{bits}", &kind.cell()[1..]);
    let (data, at) = (width.saturating_sub(1), bits.saturating_sub(1));
    let ports = match kind {
        Kind::Write => format!("input CLK, input [{data}:0] EN, DATA, input [{at}:0] ADDR"),
        // The older of the two has no ARST and no SRST.
        Kind::Read(_) => {
            format!("input CLK, EN, ARST, SRST, input [{at}:0] ADDR, output [{data}:0] DATA")
        }
        Kind::Register => format!("input CLK, input [{data}:0] D, output [{data}:0] Q"),
    };
    let text = format!("(* blackbox *) module {name}({ports}); endmodule\n");
    (name, text)
}

/// What selects the cells of a kind in a design.
fn selected((kind, width, bits): (Kind, usize, usize), design: &str) -> String {
    let mut select = format!("{design}/t:{} {design}/r:WIDTH={width} %i", kind.cell());
    if bits > 0 {
        let _ = write!(select, " {design}/r:ABITS={bits} %i");
    }
    select
}

/// The options of a fault for the copy with the new names.
fn renamed(options: &str, names: &BTreeMap<String, String>) -> String {
    let mut words: Vec<&str> = options.split(' ').collect();
    for place in 1..words.len() {
        match words[place - 1] {
            "-module" => words[place] = text::MUTATED,
            "-cell" => words[place] = names.get(words[place]).map_or(words[place], String::as_str),
            _ => {}
        }
    }
    words.join(" ")
}
