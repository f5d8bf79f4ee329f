//! The programs of the board and of its client: what they print, and how they end.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process};
use spikestream::data;
use spikestream::sc::network::Golden;
use spikestream_flows::run::background::Background;
use spikestream_flows::run::{Captured, Stage, capture, stage_to};
use spikestream_sim::verify::Built;

use crate::{board, board_words, design, link, net};

/// The program's words when a board goes away after its first answer, and how many answers it printed.
fn loses(signal: Signal) -> (String, usize) {
    let folder = tempfile::tempdir().unwrap();
    let link = link(&folder);
    let board = board(&link);
    let process = Pid::from_raw(board.id() as i32).unwrap();
    let (reader, writer) = std::io::pipe().unwrap();
    let counts = std::thread::spawn(move || {
        let mut lines = BufReader::new(reader).lines().map(Result::unwrap);
        let first = lines.next().unwrap_or_default();
        kill_process(process, signal).unwrap();
        std::iter::once(first).chain(lines).filter(|line| line.starts_with("image ")).count()
    });
    let port = link.display().to_string();
    let args =
        ["infer", "--port", &port, "--data", "digits", "--split", "train", "--timeout", "0.5"];
    let said = printing_to(writer, &args);
    assert!(said.code == Some(1) && said.stderr.contains(&port), "{}", said.stderr);
    (said.stderr, counts.join().unwrap())
}

#[test]
fn a_board_that_goes_away_leaves_its_counts() {
    // It hangs, or it is unplugged.
    for (signal, code) in [(Signal::STOP, "no-answer"), (Signal::TERM, "lost")] {
        let (error, answers) = loses(signal);
        assert!(answers > 0, "{error}");
        assert!(error.contains(&format!("error[sim::client::{code}]")), "{error}");
        assert!(error.contains(&format!(", after {answers} answer")), "{error}");
        assert!(
            error.contains(" retr") && error.contains("the answers before are right"),
            "{error}"
        );
    }
}

/// The program.
const PROGRAM: &str = env!("CARGO_BIN_EXE_spikestream");

fn infer(args: &[&str]) -> Captured {
    let args = ["infer", "--net", "digits"].into_iter().chain(args.iter().copied());
    capture(Path::new(PROGRAM), args).unwrap()
}

/// The cycles of the first images, by the golden model.
fn cycles(images: usize) -> Vec<u64> {
    let net = net();
    let built = Built::read(&design(), &net).unwrap();
    let (cycles, golden) = (built.cycles(&net), Golden::new(&net, built.schedule));
    data::digits().test.images[..images]
        .iter()
        .map(|image| cycles.infer(&golden, image).1)
        .collect()
}

#[test]
fn the_client_program_prints_answers_and_tells_what_is_wrong() {
    let folder = tempfile::tempdir().unwrap();
    let link = link(&folder);
    let _board = board(&link);
    let port = link.display().to_string();

    let said = infer(&["--port", &port, "--data", "digits", "--images", "4", "--json"]);
    assert!(said.success, "{}", said.stderr);
    let lines: Vec<serde_json::Value> =
        said.stdout.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(lines.len(), 4);
    assert_eq!(lines[3]["image"], 3);
    let counted: Vec<u64> = lines.iter().map(|line| line["cycles"].as_u64().unwrap()).collect();
    assert_eq!(counted, cycles(4));
    assert!(lines.iter().all(|line| line["seconds"].as_f64().unwrap() > 0.0));
    let said = infer(&["--port", &port, "--data", "digits", "--images", "4"]);
    let last = said.stdout.lines().last().unwrap();
    let rate = last.strip_suffix(" images a second").and_then(|text| text.rsplit(' ').next());
    assert!(
        last.starts_with("end to end: ") && rate.unwrap().parse::<f64>().unwrap() > 0.0,
        "{last}"
    );

    let image = folder.path().join("three.txt");
    std::fs::write(&image, "1 2 3").unwrap();
    let image = image.display().to_string();
    for (args, code, help) in [
        (&["--port", &port, "--image", &image][..], "sim::client::image", "0 to 255"),
        (&["--port", "nowhere", "--data", "digits"], "sim::client::no-port", "board --sim"),
        (&["--port", "/dev/null", "--data", "digits"], "sim::client::not-serial", "another port"),
        (
            &["--port", &port, "--data", "digits", "--images", "361"],
            "sim::verify::option",
            "--images",
        ),
        (&["--port", &port, "--data", "digits", "--timeout", "0"], "cli::usage", "0.001"),
        (&["--port", &port], "cli::usage", "--image"),
        (&["--port", &port, "--data", "mnist"], "spikestream::data::unknown", "digits"),
    ] {
        let said = infer(args);
        assert!(!said.success, "{args:?}");
        assert!(
            said.stderr.contains(code) && said.stderr.contains(help),
            "{args:?}: {}",
            said.stderr
        );
    }
}

/// Starts the program, which prints to `stdout`.
fn printing_to(stdout: impl Into<std::process::Stdio>, args: &[&str]) -> Captured {
    let args = args.iter().map(|word| (*word).to_owned()).collect();
    let (name, program) = ("spikestream".to_owned(), PROGRAM.into());
    stage_to(stdout, &Stage { name, program, args, env: Vec::new(), folder: ".".into() }).unwrap()
}

/// The client stops at the first answer that cannot be printed, and says so; where nobody reads, it ends.
#[cfg(target_os = "linux")] // which has a device that is always full
#[test]
fn answers_that_cannot_be_printed_are_told() {
    let full = || std::fs::File::options().write(true).open("/dev/full").unwrap();
    let told = |said: &Captured| {
        let code = "error[spikestream::output::write]";
        assert!(said.code == Some(1) && said.stderr.contains(code), "{said:?}");
    };
    let folder = tempfile::tempdir().unwrap();
    let link = link(&folder);
    let _board = board(&link);
    let port = link.display().to_string();
    let other = folder.path().join("other");
    let words = board_words(&other);
    told(&printing_to(full(), &words.iter().map(String::as_str).collect::<Vec<_>>()));

    let args = ["infer", "--port", &port, "--data", "digits", "--json"];
    told(&printing_to(full(), &args));
    told(&printing_to(full(), &args[..5]));
    let (reader, writer) = std::io::pipe().unwrap();
    drop(reader);
    let closed = printing_to(writer, &args[..5]);
    assert_eq!((closed.code, closed.stderr.as_str()), (Some(0), ""));
}

/// Killed, the program that started it cannot ask it to end.
#[test]
fn a_board_ends_with_the_program_that_started_it() {
    let folder = tempfile::tempdir().unwrap();
    let link = link(&folder);
    // A shell that starts the board as a script does, and waits for it.
    let starter = "SPIKESTREAM_PARENT=$$ \"$0\" \"$@\"; exit";
    let args = ["-c", starter, PROGRAM].map(str::to_owned).into_iter().chain(board_words(&link));
    let started = Background::start(Path::new("sh"), args).unwrap();
    std::thread::sleep(Duration::from_millis(500));
    assert!(link.is_symlink(), "it runs while its starter does");
    drop(started); // kills the shell alone
    let begin = std::time::Instant::now();
    while link.is_symlink() {
        assert!(begin.elapsed() < Duration::from_secs(20), "the board goes on");
        std::thread::sleep(Duration::from_millis(50));
    }
}
