//! The Verilog that asks SAT: from any state in which the claims hold, do the pins do the same, and do the
//! claims hold in the next cycle? Registers and memories are cut out, so that a state is a value of ports.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use super::claims::{Claims, MUTANT, names};
use super::flat::{Cell, Flat, Kind, RESETTABLE};

/// The sound design, the mutant, and what asks.
pub(super) const SOUND: &str = "gold";
pub(super) const MUTATED: &str = "gate";
pub(super) const TOP: &str = "proof";
/// The output that may be assumed, and the one that is proved.
pub(super) const ASSUMED: &str = "assumed";
pub(super) const PROVED: &str = "proved";

/// The outputs in the order in which they are watched: the first says when the others count.
pub(super) type Watched<'a> = &'a [String];

/// What asks whether all invariants are such. The text has an output for each ([`broken`]).
pub(super) fn of_invariants(flat: &Flat, claims: &Claims) -> String {
    let mut text = invariants(flat, claims);
    let (mut ports, mut body) = sound(flat);
    let count = claims.invariant.len();
    let _ = writeln!(body, "wire {0} now, after, begin_;", range(count.max(1)));
    for (state, out) in [("s", "now"), ("sd", "after"), ("first", "begin_")] {
        body += &call(flat, "invariants", out, &[("", state)]);
    }
    for place in 0..count {
        let _ =
            writeln!(body, "assign holds_{place} = begin_[{place}] & (after[{place}] | ~&now);");
        ports.push(format!("output holds_{place}"));
    }
    let _ = writeln!(body, "assign {ASSUMED} = 1;\nassign {PROVED} = &begin_ & (&after | ~&now);");
    text += &module(ports, &body);
    text
}

/// Which invariants SAT broke, by what it printed.
pub(super) fn broken(printed: &str, claims: &Claims) -> Vec<String> {
    let is_broken = |place: usize| {
        let name = format!("\\holds_{place}");
        let mut lines = printed.lines().map(|line| line.split_whitespace().collect::<Vec<_>>());
        lines.any(|words| words.len() > 1 && words[0] == name && words[1] == "0")
    };
    let all = claims.invariant.iter().enumerate();
    all.filter(|(place, _)| is_broken(*place)).map(|(_, one)| one.says.clone()).collect()
}

/// What asks whether a mutant does the same: `name` is its number and place.
pub(super) fn of_mutant(flat: &Flat, watched: Watched<'_>, claims: &Claims, name: &str) -> String {
    let relation = claims.relation(name);
    let is_free = |cell: &Cell| relation.is_some_and(|r| r.registers.contains(&cell.shows.0));
    let mut text = invariants(flat, claims);
    text += &of_two(flat, claims, relation.map_or("1", |relation| &relation.holds));
    let (mut ports, mut body) = sound(flat);
    body += &instance(flat, MUTATED, "m");
    let mut same = outputs(flat, watched);
    same.extend(flat.cells.iter().map(told_alike));
    for cell in states(flat) {
        let (name, bits) = (&cell.name, range(cell.width));
        body += &next_of_mutant(cell, &mut ports);
        if is_free(cell) {
            ports.push(format!("input {bits} m_{name}"));
        } else {
            let _ = writeln!(body, "wire {bits} m_{name} = s_{name};");
            same.push(format!("sd_{name} == md_{name}"));
        }
    }
    body += &(vectors(flat, "m") + &vectors(flat, "md"));
    let bits = range(claims.invariant.len().max(1));
    let _ = writeln!(body, "wire {bits} now;\nwire related, related_after, related_first;");
    body += &call(flat, "invariants", "now", &[("", "s")]);
    for (sound, mutant, out) in
        [("s", "m", "related"), ("sd", "md", "related_after"), ("first", "first", "related_first")]
    {
        body += &call(flat, "relation", out, &[("", sound), (MUTANT, mutant)]);
    }
    let _ = writeln!(
        body,
        "assign {ASSUMED} = &now & related;\nassign {PROVED} = related_first && related_after && {};",
        same.join("\n  && ")
    );
    text += &module(ports, &body);
    text
}

/// The sound design with its states, what they hold next and what they hold first: ports and text.
fn sound(flat: &Flat) -> (Vec<String>, String) {
    let mut ports = inputs(flat);
    let mut body = instance(flat, SOUND, "s");
    for cell in states(flat) {
        ports.push(format!("input {} s_{}", range(cell.width), cell.name));
        body += &next(cell, &mut ports);
        body += &first(cell);
    }
    for state in ["s", "sd", "first"] {
        body += &vectors(flat, state);
    }
    (ports, body)
}

/// What a cell must be told alike in both designs, beside what a register holds next.
fn told_alike(cell: &Cell) -> String {
    let name = &cell.name;
    let clock = format!("sc_{name} == mc_{name}");
    match cell.kind {
        Kind::Register => clock,
        Kind::Read(RESETTABLE) => {
            format!("{clock} && !{{sr_{name}, st_{name}, mr_{name}, mt_{name}}}")
        }
        Kind::Read(_) => clock,
        Kind::Write => format!(
            "{clock} && se_{name} == me_{name} && !((sd_{name} ^ md_{name}) & se_{name}) \
             && (!se_{name} || sa_{name} == ma_{name})"
        ),
    }
}

fn states(flat: &Flat) -> impl Iterator<Item = &Cell> {
    flat.cells.iter().filter(|cell| cell.is_state())
}

fn range(width: usize) -> String {
    format!("[{}:0]", width - 1)
}

fn inputs(flat: &Flat) -> Vec<String> {
    let inputs = flat.ports.iter().filter(|port| port.is_input);
    inputs.map(|port| format!("input {} \\{} ", range(port.width), port.name)).collect()
}

fn module(ports: Vec<String>, body: &str) -> String {
    let ports = ports.join(", ");
    format!("module {TOP}({ports}, output {ASSUMED}, output {PROVED});\n{body}endmodule\n")
}

/// A design with its states as ports: what they hold is `s_`, what they are told is `sd_`, addresses are `sa_`,
/// enables `se_` and clocks `sc_`.
fn instance(flat: &Flat, of: &str, prefix: &str) -> String {
    let (mut text, mut joined) = (String::new(), Vec::new());
    for port in &flat.ports {
        let name = &port.name;
        let to = if port.is_input { format!("\\{name} ") } else { format!("{prefix}_out_{name}") };
        if !port.is_input {
            let _ = writeln!(text, "wire {} {to};", range(port.width));
        }
        joined.push(format!(".\\{name} ({to})"));
    }
    for Cell { name, kind, width, bits, .. } in &flat.cells {
        let mut join = |port: &str, wire: &str| {
            joined.push(format!(".\\{name}.{port} ({prefix}{wire}_{name})"));
        };
        let _ = writeln!(text, "wire {} {prefix}d_{name};\nwire {prefix}c_{name};", range(*width));
        join("CLK", "c");
        if *kind == Kind::Register {
            join("Q", "");
            join("D", "d");
            continue;
        }
        let enables = if *kind == Kind::Write { *width } else { 1 };
        let (enables, addresses) = (range(enables), range(*bits));
        let _ =
            writeln!(text, "wire {enables} {prefix}e_{name};\nwire {addresses} {prefix}a_{name};");
        join("EN", "e");
        join("ADDR", "a");
        if let Kind::Read(RESETTABLE) = kind {
            join("ARST", "r");
            join("SRST", "t");
            let _ = writeln!(text, "wire {prefix}r_{name}, {prefix}t_{name};");
        }
        join("DATA", if *kind == Kind::Write { "d" } else { "" });
    }
    let _ = writeln!(text, "{of} {of}_({});", joined.join(",\n  "));
    text
}

/// What the sound design's state holds next, where the netlist does not say it: the word of a memory is any.
fn next(cell: &Cell, ports: &mut Vec<String>) -> String {
    let Cell { name, kind: Kind::Read(_), width, .. } = cell else { return String::new() };
    ports.push(format!("input {} word_{name}", range(*width)));
    match cell.is_clocked {
        true => format!("assign sd_{name} = se_{name} ? word_{name} : s_{name};\n"),
        false => format!("assign sd_{name} = word_{name};\n"),
    }
}

/// The same of the mutant: the word of another address is any other.
fn next_of_mutant(cell: &Cell, ports: &mut Vec<String>) -> String {
    let Cell { name, kind: Kind::Read(_), width, .. } = cell else { return String::new() };
    ports.push(format!("input {} other_{name}", range(*width)));
    let word = format!("sa_{name} == ma_{name} ? word_{name} : other_{name}");
    match cell.is_clocked {
        true => format!("assign md_{name} = !me_{name} ? m_{name} : se_{name} && {word};\n"),
        // Its address alone says which word it is.
        false => format!("assign md_{name} = {word};\n"),
    }
}

/// What a state holds in the first cycle: where that is not said, anything, but the same in both.
fn first(cell: &Cell) -> String {
    let Cell { name, width, init, .. } = cell;
    let value = init.as_ref().map_or(format!("s_{name}"), |init| format!("{width}'b{init}"));
    format!("wire {} first_{name} = {value};\n", range(*width))
}

/// The wires that show a state, put together from the cells: `s.fill.state` from `s_state_3`.
fn vectors(flat: &Flat, state: &str) -> String {
    let mut text = String::new();
    for (name, width) in flat.held() {
        let _ = writeln!(text, "wire {} \\{state}.{name} ;", range(width));
    }
    for Cell { name, width, shows: (wire, low), .. } in states(flat) {
        let high = low + width - 1;
        let _ = writeln!(text, "assign \\{state}.{wire} [{high}:{low}] = {state}_{name};");
    }
    text
}

/// Calls a module of claims on states.
fn call(flat: &Flat, module: &str, out: &str, states: &[(&str, &str)]) -> String {
    let join = |(prefix, state): &(&str, &str)| {
        let held = flat.held();
        let ports = held.keys().map(|name| format!(".\\{prefix}{name} (\\{state}.{name} )"));
        ports.collect::<Vec<_>>().join(", ")
    };
    let joined: Vec<String> = states.iter().map(join).collect();
    format!("{module} {module}_{out}({}, .holds({out}));\n", joined.join(", "))
}

/// The module that says of a state which invariants hold.
fn invariants(flat: &Flat, claims: &Claims) -> String {
    let all: Vec<String> =
        claims.invariant.iter().rev().map(|one| escaped(&one.holds, "")).collect();
    let body = format!(
        "assign holds = {{{}}};\n",
        if all.is_empty() {
            "1'b1".to_owned()
        } else {
            all.iter().map(|one| format!("|({one})")).collect::<Vec<_>>().join(",\n  ")
        }
    );
    claim(flat, claims, ("invariants", all.len().max(1)), &[""], &body)
}

/// The module that says whether a relation holds between two states.
fn of_two(flat: &Flat, claims: &Claims, holds: &str) -> String {
    let body = format!("assign holds = |({});\n", escaped(holds, ""));
    claim(flat, claims, ("relation", 1), &["", MUTANT], &body)
}

/// A module of claims with what is defined.
fn claim(
    flat: &Flat,
    claims: &Claims,
    (name, width): (&str, usize),
    prefixes: &[&str],
    body: &str,
) -> String {
    let held = flat.held();
    let of = |prefix: &&str| {
        let port =
            |(name, width): (&&str, &usize)| format!("input {} \\{prefix}{name} ", range(*width));
        held.iter().map(port).collect::<Vec<_>>()
    };
    let ports: Vec<String> = prefixes.iter().flat_map(of).collect();
    let mut text = format!("module {name}({}, output {} holds);\n", ports.join(", "), range(width));
    for prefix in prefixes {
        for one in &claims.define {
            let _ = writeln!(
                text,
                "wire [31:0] \\{prefix}{} = {};",
                one.name,
                escaped(&one.is, prefix)
            );
        }
    }
    text + body + "endmodule\n"
}

/// An expression whose names are those of wires, which may have dots.
fn escaped(text: &str, prefix: &str) -> String {
    let (mut escaped, mut at) = (String::new(), 0);
    for (begin, name) in names(text) {
        let _ = write!(escaped, "{}\\{prefix}{name} ", &text[at..begin]);
        at = begin + name.len();
    }
    escaped + &text[at..]
}

/// The outputs that must be the same.
fn outputs(flat: &Flat, watched: Watched<'_>) -> Vec<String> {
    let names = flat.ports.iter().filter(|port| !port.is_input).map(|port| &port.name);
    let counts = watched.split_first();
    let of = |name: &String| {
        let same = format!("s_out_{name} == m_out_{name}");
        match counts {
            Some((first, rest)) if rest.contains(name) => format!("(!s_out_{first} || {same})"),
            _ => same,
        }
    };
    names.map(of).collect()
}

/// The kinds of cells that are cut out, once each.
pub(super) fn kinds(flat: &Flat) -> Vec<(Kind, usize, usize)> {
    let all = flat.cells.iter().map(|cell| ((cell.kind, cell.width, cell.bits), ()));
    all.collect::<BTreeMap<_, _>>().into_keys().collect()
}
