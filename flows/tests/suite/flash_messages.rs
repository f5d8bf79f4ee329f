//! Every message that a programmer is known to print in trouble is told for what it is.

use std::collections::BTreeSet;

use serde::Deserialize;
use spikestream_flows::board::programmer;
use spikestream_flows::flash::Wish;

use crate::flash_world::Bench;
use crate::world::told;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Message {
    programmer: String,
    text: String,
    exit: i32,
    there: String,
    /// None: this is what it says when all is well.
    code: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Messages {
    message: Vec<Message>,
}

fn messages() -> Vec<Message> {
    toml::from_str::<Messages>(include_str!("../messages.toml")).unwrap().message
}

/// A board that the programmer flashes.
fn board(programmer: &str) -> &'static str {
    match programmer {
        "iceprog" => "icebreaker",
        "icesprog" => "icesugar",
        "tinyprog" => "tinyfpga-bx",
        "openFPGALoader" | "fujprog" => "ulx3s-85f",
        "dfu-util" => "orangecrab-25f",
        "ecpdap" => "colorlight-i5",
        other => panic!("no board for {other}"),
    }
}

#[test]
fn every_message_is_told_for_what_it_is() {
    for message in messages() {
        // A system that keeps no list cannot say anything before the programmer does.
        let bench = Bench::of(board(&message.programmer));
        if message.there == "yes" {
            bench.plug_in("3-1", 7, Some("one"), "open");
        }
        bench.says(&message.text, message.exit);
        let wish = Wish { programmer: Some(&message.programmer), ..Wish::default() };
        let found = match message.there.as_str() {
            "yes" | "no" => bench.flash(wish),
            "closed" => bench.flash_while(wish, |bench| bench.plug_in("3-1", 7, None, "closed")),
            other => panic!("there = {other}"),
        };
        let context = format!("{}: {}", message.programmer, message.text);
        match (&message.code, found) {
            (None, Ok(_)) => {}
            (None, Err(error)) => panic!("{context}\nis no trouble, but: {error}"),
            (Some(code), Ok(_)) => panic!("{context}\nis {code}, but was let pass"),
            (Some(code), Err(error)) => {
                let (found, text) = told(&error);
                assert_eq!(found, format!("flows::flash::{code}"), "{context}\n{text}");
                let (sentence, remedy) = (error.to_string(), error.remedy());
                let first = sentence.lines().next().unwrap();
                assert!(!first.ends_with('.') && !remedy.is_empty(), "{text}");
            }
        }
    }
}

/// A phrase that no known message holds would be a guess.
#[test]
fn every_phrase_stands_in_a_message_that_is_known() {
    let messages = messages();
    for name in programmer::names() {
        let programmer = programmer::find(&name).unwrap();
        for (trouble, phrase) in programmer.phrases() {
            let holds = |m: &&Message| m.programmer == name && m.text.contains(phrase);
            let decides = |m: &Message| m.code.is_some() && programmer.trouble(&m.text).is_some();
            let known = messages.iter().filter(holds).any(decides);
            assert!(known, "{name} says \"{phrase}\" ({trouble:?}): add it to tests/messages.toml");
        }
    }
    let told: BTreeSet<&str> = messages.iter().filter_map(|m| m.code.as_deref()).collect();
    assert!(told.len() >= 9, "kinds of trouble that are told apart: {told:?}");
}
