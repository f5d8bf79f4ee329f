//! A board in simulation behind a real pseudo-terminal, and the client at the other end of it:
//! through noise, half frames, restarts, and a hundred images.

#![allow(clippy::unwrap_used)] // a test stops at the first error

use std::io;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process};
use spikestream::data;
use spikestream::protocol::frame;
use spikestream::random::Random;
use spikestream::sc::network::{Golden, Schedule};
use spikestream::spec::Net;
use spikestream_flows::estimate::Engine;
use spikestream_flows::place::Place;
use spikestream_flows::run::background::Background;
use spikestream_host::{self as host, Client, Line, Patience, Serial};
use spikestream_sim::emit::emit;
use spikestream_sim::verify::{self, Level, Request};

mod disturbed;
mod programs;

const BAUD: u32 = 1_000_000;

/// Generous: the machine may be busy with other things.
const PATIENCE: Patience = Patience { timeout: Duration::from_secs(5), tries: 6 };

fn shipped() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../nets/digits")
}

fn net() -> Net {
    Net::load(&shipped()).unwrap()
}

/// The folder of products that the tests share.
fn products() -> &'static Path {
    static FOLDER: OnceLock<PathBuf> = OnceLock::new();
    FOLDER.get_or_init(|| Path::new(env!("CARGO_TARGET_TMPDIR")).join("board"))
}

/// The folder with the emitted design.
fn design() -> PathBuf {
    let folder = products().join("digits/icebreaker");
    let board = Place::find(None).unwrap().board("icebreaker").unwrap();
    let engine = Engine::to_simulate(&shipped(), &board, &folder);
    emit(&shipped(), &board, &engine, None, &folder).unwrap();
    folder
}

/// Switches a board on; its terminal is found under `link`.
fn board(link: &Path) -> Background {
    board_with(link, &[])
}

fn board_with(link: &Path, more: &[&str]) -> Background {
    let args = board_words(link).into_iter().chain(more.iter().map(|word| (*word).to_owned()));
    let program = Path::new(env!("CARGO_BIN_EXE_spikestream"));
    let started = Background::start(program, args).unwrap();
    assert_eq!(Path::new(&started.first_line), link);
    started
}

/// What switches a board on, after the program's name.
fn board_words(link: &Path) -> Vec<String> {
    let mut words: Vec<String> =
        ["board", "--sim", "--board", "icebreaker", "--net", "digits"].map(str::to_owned).to_vec();
    words.extend(["--out".to_owned(), products().display().to_string()]);
    words.extend(["--link".to_owned(), link.display().to_string()]);
    words
}

fn link(folder: &tempfile::TempDir) -> PathBuf {
    folder.path().join("board")
}

/// A line on which other bytes come between those of the client.
struct Noisy {
    inner: Serial,
    random: Random,
}

impl Noisy {
    fn noise(&mut self, most: u64) -> Vec<u8> {
        let count = self.random.below(most);
        (0..count).map(|_| self.random.below(256) as u8).collect()
    }
}

impl Line for Noisy {
    fn send(&mut self, bytes: &[u8]) -> io::Result<()> {
        let mut all = bytes.to_vec();
        // Before the frame in an eighth of the cases, inside it in a sixteenth.
        if self.random.below(8) == 0 {
            let noise = self.noise(40);
            all.splice(0..0, noise);
        }
        if self.random.below(16) == 0 {
            let (at, noise) = (self.random.below(all.len() as u64) as usize, self.noise(4));
            all.splice(at..at, noise);
        }
        self.inner.send(&all)
    }

    fn receive(&mut self, wait: Duration) -> io::Result<Vec<u8>> {
        self.inner.receive(wait)
    }

    fn reopen(&mut self) -> Result<(), host::Error> {
        self.inner.reopen()
    }

    fn name(&self) -> String {
        self.inner.name()
    }
}

/// Runs test images; every answer must be the golden model's.
fn all_right<L: Line>(client: &mut Client<'_, L>, images: std::ops::Range<usize>) {
    let net = net();
    let golden = Golden::new(&net, Schedule::Planes);
    let test = data::digits().test;
    for index in images {
        let answer = client.infer(&test.images[index]).unwrap();
        let expected = golden.infer(&test.images[index]);
        let got = (answer.class, answer.counts, answer.membranes);
        assert_eq!(got, (expected.class, expected.counts, expected.membranes), "image {index}");
    }
}

/// Sends bytes, and reads whatever comes back until the line is silent.
fn disturb(link: &Path, pieces: impl IntoIterator<Item = Vec<u8>>) {
    let mut line = Serial::open(link, BAUD).unwrap();
    for piece in pieces {
        line.send(&piece).unwrap();
        while !line.receive(Duration::from_millis(1)).unwrap().is_empty() {}
    }
    while !line.receive(Duration::from_millis(300)).unwrap().is_empty() {}
}

fn a_few(link: &Path, from: usize) {
    let net = net();
    let line = Serial::open(link, BAUD).unwrap();
    let mut client = Client::connect(&net, line, PATIENCE).unwrap();
    all_right(&mut client, from..from + 5);
}

#[test]
fn a_hundred_images_and_the_level() {
    let folder = tempfile::tempdir().unwrap();
    let _board = board(&link(&folder));
    let request = Request {
        net: shipped(),
        level: Level::Board,
        board_dir: design(),
        images: Some(100),
        pins: None,
        trace: None,
        data: None,
        device: None,
        port: Some((link(&folder), BAUD)),
        out: folder.path().to_owned(),
    };
    let report = verify::run(&request).unwrap();
    assert!(report.agrees());
    assert_eq!(report.images, 100);
    // 10 counts, 10 membranes, a class and the cycles of each image.
    assert_eq!(report.stages[0].compared_values, 2200);
    assert!(folder.path().join("verify-board.json").is_file());
}

#[test]
fn noise_and_half_frames_are_survived() {
    let folder = tempfile::tempdir().unwrap();
    let link = link(&folder);
    let _board = board(&link);
    let mut random = Random::new(5);
    let mut bytes =
        |count: u64| -> Vec<u8> { (0..count).map(|_| random.below(256) as u8).collect() };

    // Long enough for the board to fall asleep, and still be there for whoever comes.
    std::thread::sleep(Duration::from_secs(2));
    a_few(&link, 0);
    disturb(&link, bytes(10_000).chunks(100).map(<[u8]>::to_vec));
    a_few(&link, 0);

    // Nobody waits for what comes of it, and the board is still at it when the client comes.
    Serial::open(&link, BAUD).unwrap().send(&bytes(10_000)).unwrap();
    a_few(&link, 0);

    let whole = frame::encode(frame::INFER, &bytes(64));
    disturb(&link, [whole[..30].to_vec()]);
    a_few(&link, 5);

    let frames: Vec<Vec<u8>> = (0..1000).map(|index| random_frame(index, &mut bytes)).collect();
    disturb(&link, frames);
    a_few(&link, 10);

    let net = net();
    let inner = Serial::open(&link, BAUD).unwrap();
    let line = Noisy { inner, random: Random::new(3) };
    let patience = Patience { timeout: Duration::from_secs(1), tries: 40 };
    let mut client = Client::connect(&net, line, patience).unwrap();
    all_right(&mut client, 20..40);
    assert!(client.troubles().retries > 0, "{:?}", client.troubles());
}

/// Frames of every kind: right ones with any command and length, and damaged ones.
fn random_frame(index: u64, bytes: &mut impl FnMut(u64) -> Vec<u8>) -> Vec<u8> {
    let dice = bytes(4);
    let command = if dice[0] < 128 { dice[0] % 4 } else { dice[0] };
    let length = if index.is_multiple_of(3) { 64 } else { u64::from(dice[1] % 40) };
    let mut frame = frame::encode(command, &bytes(length));
    match dice[2] % 4 {
        0 => frame.truncate(frame.len() / 2),
        1 => frame[usize::from(dice[3]) % 4] ^= 1 << (dice[3] % 8),
        _ => {}
    }
    frame
}

#[test]
fn a_killed_board_comes_back() {
    let folder = tempfile::tempdir().unwrap();
    let link = link(&folder);
    let first = board(&link);
    let net = net();
    let line = Serial::open(&link, BAUD).unwrap();
    let mut client = Client::connect(&net, line, PATIENCE).unwrap();
    all_right(&mut client, 0..3);
    drop(first);
    let restarted = std::thread::spawn({
        let link = link.clone();
        move || {
            std::thread::sleep(Duration::from_millis(300));
            board(&link)
        }
    });
    all_right(&mut client, 3..8);
    assert!(client.troubles().reconnects > 0);
    drop(restarted.join().unwrap());
}

#[test]
fn a_board_that_is_asked_to_end_takes_its_own_link_along() {
    let folder = tempfile::tempdir().unwrap();
    let (first, second) = (link(&folder), folder.path().join("second"));
    let end = |mut board: Background| {
        let process = Pid::from_raw(board.id() as i32).unwrap();
        kill_process(process, Signal::TERM).unwrap();
        assert!(board.wait().unwrap());
    };
    end(board(&first));
    assert!(!first.is_symlink());

    let (older, newer) = (board(&second), board(&second));
    end(older);
    assert!(second.is_symlink());
    a_few(&second, 0);
    end(newer);
    assert!(!second.is_symlink());
}

#[test]
fn a_port_serves_one_client_at_a_time() {
    let folder = tempfile::tempdir().unwrap();
    let link = link(&folder);
    let _board = board(&link);
    let held = Serial::open(&link, BAUD).unwrap();
    let busy = Serial::open(&link, BAUD).unwrap_err();
    assert_eq!(busy.code(), "sim::client::busy", "{busy}");
    drop(held);
    a_few(&link, 0);
}
