//! Programs that answer lines, and those that do not.

use std::time::{Duration, Instant};

use serde::Deserialize;
use spikestream_flows::FlowError;
use spikestream_flows::run::Stage;
use spikestream_flows::run::talk::Talk;

use crate::world::{fakes, folder, told};

const SOON: Duration = Duration::from_secs(20);
const AT_ONCE: Duration = Duration::from_millis(300);

#[derive(Debug, Deserialize)]
struct Said {
    name: String,
}

fn start(kind: &str, limit: Duration) -> Result<(Talk, Said), FlowError> {
    let here = folder();
    Talk::start(
        &Stage {
            name: "the talker".to_owned(),
            program: fakes("talkers").join("talker"),
            args: vec![kind.to_owned()],
            env: Vec::new(),
            folder: here.path().to_path_buf(),
        },
        limit,
    )
}

#[test]
fn answers_line_for_line() {
    let (mut talk, said) = start("good", SOON).unwrap();
    assert_eq!(said.name, "talker");
    for word in ["one", "two", "three"] {
        let said: Said = talk.ask(word, SOON).unwrap();
        assert_eq!(said.name, word);
    }
}

#[test]
fn its_end_is_told_with_its_last_words() {
    let (mut talk, _) = start("dies", SOON).unwrap();
    let (code, text) = told(&talk.ask::<Said>("go", SOON).unwrap_err());
    assert_eq!(code, "flows::talk::ended");
    for part in ["the talker", "exit status: 3", "out of neurons", "5000", "talker dies"] {
        assert!(text.contains(part), "{part}: {text}");
    }
    assert!(text.lines().count() < 20, "not all of it: {text}");

    let (code, text) = told(&start("dies-early", SOON).unwrap_err());
    assert_eq!(code, "flows::talk::ended");
    assert!(text.contains("no module named torch"), "{text}");
}

#[test]
fn one_that_does_not_answer_is_killed() {
    let (mut talk, _) = start("silent", SOON).unwrap();
    let begin = Instant::now();
    let (code, text) = told(&talk.ask::<Said>("go", AT_ONCE).unwrap_err());
    assert_eq!(code, "flows::talk::silent");
    assert!(text.contains("still thinking"), "{text}");
    // Killed: what comes next is its end, not another wait.
    let (code, text) = told(&talk.ask::<Said>("go", SOON).unwrap_err());
    assert_eq!(code, "flows::talk::ended");
    assert!(text.contains("signal: 9"), "{text}");
    assert!(begin.elapsed() < Duration::from_secs(15));
}

#[test]
fn one_that_closes_its_output_does_not_hold_us() {
    let (mut talk, _) = start("closes", SOON).unwrap();
    let (code, text) = told(&talk.ask::<Said>("go", SOON).unwrap_err());
    assert_eq!(code, "flows::talk::ended");
    assert!(text.contains("closed its output"), "{text}");
}

#[test]
fn what_is_no_answer_is_shown() {
    let (code, text) = told(&start("babbles", SOON).unwrap_err());
    assert_eq!(code, "flows::talk::answer");
    assert!(text.contains("Welcome!") && text.contains("talker babbles"), "{text}");
}

#[test]
fn a_program_that_is_not_there_is_named() {
    let missing = Stage {
        name: "nobody".to_owned(),
        program: fakes("talkers").join("nobody"),
        args: Vec::new(),
        env: Vec::new(),
        folder: folder().path().to_path_buf(),
    };
    let (code, text) = told(&Talk::start::<Said>(&missing, SOON).unwrap_err());
    assert_eq!(code, "flows::tool::not-started");
    assert!(text.contains("nobody"), "{text}");
}
