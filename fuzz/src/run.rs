//! Gives each reader of a table its inputs, on all cores, and fails with what it found.

#![allow(clippy::print_stdout)] // a test prints its table

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use fastrand::Rng;

use crate::workers::{self, WORKER};
use crate::{Given, INPUTS, MEMORY, Reader, heap, mutate};

/// Inputs that a worker takes at a time.
const PIECE: u64 = 250;

/// An input that takes longer is kept for a closer look.
const SLOW: Duration = Duration::from_secs(2);

/// Faults of a reader that are shown; more are counted.
const SHOWN: usize = 5;

/// What came of a reader's inputs.
#[derive(Default)]
struct Tally {
    inputs: u64,
    accepted: u64,
    codes: BTreeSet<String>,
    busy: Duration,
    /// The longest that an input took, and its number.
    slowest: (Duration, u64),
    most: usize,
    faults: BTreeMap<String, Vec<u64>>,
}

impl Tally {
    fn add(&mut self, other: Self) {
        self.inputs += other.inputs;
        self.accepted += other.accepted;
        self.codes.extend(other.codes);
        self.busy += other.busy;
        self.slowest = self.slowest.max(other.slowest);
        self.most = self.most.max(other.most);
        for (fault, inputs) in other.faults {
            self.faults.entry(fault).or_default().extend(inputs);
        }
    }
}

/// A number from the environment.
fn asked(name: &str) -> Option<u64> {
    let text = std::env::var(name).ok()?;
    let number = text.parse();
    assert!(number.is_ok(), "{name} is a number, not {text:?}");
    number.ok()
}

/// Runs every reader of a table on its seeds and on odd inputs made from them, prints what came of each,
/// and keeps inputs that show a fault in `folder`.
///
/// # Panics
/// If a reader does what it must not, with its inputs by number.
pub fn run(readers: &[Reader], folder: &Path) {
    let seed = asked("FUZZ_SEED").unwrap_or(1);
    let only = std::env::var("FUZZ_READER").ok();
    let readers: Vec<&Reader> =
        readers.iter().filter(|r| only.as_ref().is_none_or(|only| only == r.name)).collect();
    assert!(!readers.is_empty(), "there is no reader {only:?}");
    let inputs = match asked("FUZZ_INPUT") {
        Some(input) => input..input + 1,
        None => 0..asked("FUZZ_INPUTS").unwrap_or(INPUTS),
    };
    let seeds: Vec<Vec<Vec<u8>>> = readers.iter().map(|reader| (reader.seeds)()).collect();
    workers::keep_panics();
    workers::watch();
    let pieces: Vec<(usize, u64)> = (inputs.start..inputs.end)
        .step_by(PIECE as usize)
        .flat_map(|from| (0..readers.len()).map(move |reader| (reader, from)))
        .collect();
    let (next, tallies) = (AtomicUsize::new(0), Mutex::new(BTreeMap::<usize, Tally>::new()));
    let work = |worker: usize| {
        let scratch = tempfile::tempdir_in(folder);
        let Ok(scratch) = scratch else { panic!("{}: {scratch:?}", folder.display()) };
        while let Some((reader, from)) = pieces.get(next.fetch_add(1, Ordering::Relaxed)) {
            let place = scratch.path().join(reader.to_string());
            let numbers = *from..(from + PIECE).min(inputs.end);
            let tally = piece(readers[*reader], &seeds[*reader], numbers, seed, &place, worker);
            let mut all = tallies.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
            all.entry(*reader).or_default().add(tally);
        }
        workers::is_at(worker, None);
    };
    std::thread::scope(|scope| {
        for worker in 0..std::thread::available_parallelism().map_or(2, usize::from) {
            let named = std::thread::Builder::new().name(format!("{WORKER}-{worker}"));
            let started = named.spawn_scoped(scope, move || work(worker));
            assert!(started.is_ok(), "{started:?}");
        }
    });
    let tallies = tallies.into_inner().unwrap_or_else(|poisoned| poisoned.into_inner());
    let named = || readers.iter().zip(tallies.values());
    println!("{}", table(named().map(|(reader, tally)| (reader.name, tally)), seed));
    let found: String =
        named().map(|(reader, tally)| faults(reader, tally, seed, folder)).collect();
    assert!(found.is_empty(), "seed {seed}\n{found}");
}

/// Some inputs of one reader.
fn piece(
    reader: &Reader,
    seeds: &[Vec<u8>],
    numbers: std::ops::Range<u64>,
    seed: u64,
    folder: &Path,
    worker: usize,
) -> Tally {
    let mut tally = Tally::default();
    for number in numbers {
        let bytes = input(reader, seeds, seed, number);
        let words = format!("`{}`, input {number} of seed {seed},", reader.name);
        workers::is_at(worker, Some(words));
        let (given, begin) = (Given { bytes: &bytes, folder }, Instant::now());
        let (result, most) = heap::most_held(|| workers::caught(|| (reader.read)(&given)));
        let taken = begin.elapsed();
        let fault = match &result {
            Err(panic) => Some(panic.clone()),
            Ok(Err(refusal)) => refusal.fault(reader.has_file.then_some(folder)),
            Ok(Ok(())) => None,
        };
        let fault = fault.or_else(|| (most > MEMORY).then(|| "too much memory".to_owned()));
        let place = folder.to_string_lossy();
        if let Some(fault) = fault.map(|fault| kind(&fault.replace(&*place, "."))) {
            tally.faults.entry(fault).or_default().push(number);
        }
        tally.inputs += 1;
        tally.accepted += u64::from(matches!(result, Ok(Ok(()))));
        tally.codes.extend(result.ok().and_then(Result::err).map(|refusal| refusal.code));
        tally.busy += taken;
        tally.slowest = tally.slowest.max((taken, number));
        tally.most = tally.most.max(most);
    }
    tally
}

/// Input N of a seed: the first ones are the reader's seeds as they are.
fn input(reader: &Reader, seeds: &[Vec<u8>], seed: u64, number: u64) -> Vec<u8> {
    if let Some(bytes) = seeds.get(number as usize) {
        return bytes.clone();
    }
    let name = reader.name.bytes().fold(seed, |sum, b| sum.wrapping_mul(31) + u64::from(b));
    let mut random = Rng::with_seed(name ^ number.wrapping_mul(0x9e37_79b9_7f4a_7c15));
    mutate::odd(seeds, &mut random)
}

/// A fault without its numbers, so that those of a kind are told once.
fn kind(fault: &str) -> String {
    let mut kind = String::new();
    for c in fault.chars().take(300) {
        match c.is_ascii_digit() {
            true if kind.ends_with('0') => {}
            true => kind.push('0'),
            false => kind.push(c),
        }
    }
    kind
}

fn table<'a>(rows: impl Iterator<Item = (&'a str, &'a Tally)>, seed: u64) -> String {
    let mut text = format!(
        "seed {seed}\n\n| reader | inputs | accepted | codes of refusals | most ms | of input | most KiB | s |\n\
         |---|---|---|---|---|---|---|---|\n"
    );
    for (name, tally) in rows {
        let Tally { inputs, accepted, codes, slowest, most, busy, .. } = tally;
        let _ = writeln!(
            text,
            "| {name} | {inputs} | {accepted} | {} | {} | {} | {} | {:.1} |",
            codes.len(),
            slowest.0.as_millis(),
            slowest.1,
            most.div_ceil(1024),
            busy.as_secs_f64()
        );
    }
    text
}

/// An input for a closer look.
fn keep(reader: &Reader, seed: u64, number: u64, folder: &Path) -> PathBuf {
    let plain = reader.name.replace(|c: char| !c.is_alphanumeric(), "-");
    let file = folder.join(format!("{plain}-{seed}-{number}"));
    let _ = std::fs::write(&file, input(reader, &(reader.seeds)(), seed, number));
    file
}

/// A reader's faults in words, with one input of each kept.
fn faults(reader: &Reader, tally: &Tally, seed: u64, folder: &Path) -> String {
    let mut text = String::new();
    let (slowest, number) = tally.slowest;
    if slowest > SLOW {
        let file = keep(reader, seed, number, folder);
        println!("`{}`, input {number}: {slowest:.1?}, kept as {}", reader.name, file.display());
    }
    for (fault, inputs) in tally.faults.iter().take(SHOWN) {
        let number = inputs.iter().min().copied().unwrap_or_default();
        let file = keep(reader, seed, number, folder);
        let _ = writeln!(
            text,
            "`{}`, {} inputs such as {number}, kept as {}: {fault}",
            reader.name,
            inputs.len(),
            file.display()
        );
    }
    // A single input may well be refused.
    if tally.accepted == 0 && tally.inputs > 1 {
        let _ =
            writeln!(text, "`{}` accepts none of its inputs, so nothing is tested", reader.name);
    }
    let more = tally.faults.len().saturating_sub(SHOWN);
    if more > 0 {
        let _ = writeln!(text, "`{}`: {more} more kinds", reader.name);
    }
    text
}
