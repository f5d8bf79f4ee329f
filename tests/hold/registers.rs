//! The registers of the emitted text, and the list of what becomes of them.

use std::collections::BTreeSet;

use spikestream::spec::{arbitrary_in_hardware, example, with_every_kind, with_relays};
use spikestream_hw::reset::REGISTERS;

use super::{EARLY, EVENTS, PLANES, built, digits, loaded, many_steps};

/// The seed of a network whose input has several channels, rows and columns.
const IMAGE: u64 = 257;

/// Every register of a text, as the list names it: the module's path below the top, and the register's
/// own name unless it is all that the module holds.
pub(super) fn registers(verilog: &str) -> BTreeSet<(String, String)> {
    let mut found = BTreeSet::new();
    // Others than the design's own say what a family's cells do.
    let modules = verilog.split("\nmodule ").skip(1).filter(|module| module.starts_with("top"));
    for module in modules {
        let (name, body) = module.split_once('(').unwrap();
        let body = body.split("endmodule").next().unwrap();
        // A comparison stands in brackets; an assignment in a clocked block begins its statement.
        for (at, _) in body.match_indices(" <= ") {
            let before = body[..at].rsplit([' ', '\n', ')']).next().unwrap();
            let register = before.split('[').next().unwrap();
            let clocked = body[..at].rsplit("always @").next().unwrap().starts_with("(posedge");
            if clocked && !register.ends_with("memory") && !register.is_empty() {
                found.insert((name.to_owned(), register.to_owned()));
            }
        }
    }
    found
}

/// Paths are compared with `_` for `.`, as the text has them.
fn listed(module: &str, register: &str) -> String {
    let path = module.strip_prefix("top_").unwrap();
    let staged = register.rsplit_once('_').filter(|(_, end)| end.parse::<u32>().is_ok());
    match register {
        _ if matches!(path, "engine_neurons" | "engine_current") && staged.is_some() => {
            let enable = staged.is_some_and(|(name, _)| name == "enable");
            format!("{path}_{}", if enable { "enable_*" } else { "*_*" })
        }
        "q" | "state" => path.to_owned(),
        "word" => "engine_*_word".to_owned(),
        _ => format!("{path}_{register}"),
    }
}

#[test]
fn every_register_has_its_decision() {
    let list: BTreeSet<String> = REGISTERS.iter().map(|(path, _)| path.replace('.', "_")).collect();
    assert_eq!(list.len(), REGISTERS.len(), "none is there twice");
    // Of neurons that do not rest, which others may not end early.
    let early = built(&digits(), EARLY, 8).verilog;
    for net in [digits(), many_steps(), example(&[8, 5, 1])] {
        let [planes, events] = [PLANES, EVENTS].map(|on| built(&net, on, 8).verilog);
        // What hears more than the layer before it, one of an image of several channels.
        let [every, relays, image] =
            [with_every_kind(), with_relays(), arbitrary_in_hardware(IMAGE)]
                .map(|net| built(&net, EVENTS, 8).verilog);
        let texts = [planes, early.clone(), events, loaded(&net, 8).verilog, every, relays, image];
        let found: BTreeSet<String> = texts
            .iter()
            .flat_map(|text| registers(text))
            .map(|(module, register)| listed(&module, &register))
            .collect();
        let undecided: Vec<&String> = found.difference(&list).collect();
        assert!(undecided.is_empty(), "add them to hw/src/reset.rs: {undecided:?}");
        let gone: Vec<&String> = list.difference(&found).collect();
        assert!(gone.is_empty(), "take them out of hw/src/reset.rs: {gone:?}");
    }
}

#[test]
fn a_new_register_is_seen() {
    let text = built(&digits(), PLANES, 8).verilog;
    let before = registers(&text).len();
    let more = super::in_module(
        &text,
        "top_engine_neurons",
        "ready <= enable_2;",
        "ready <= enable_2;\n   late[3:0] <= 4'd0;",
    );
    assert_eq!(registers(&more).len(), before + 1);
    assert!(registers(&more).contains(&("top_engine_neurons".to_owned(), "late".to_owned())));
}
