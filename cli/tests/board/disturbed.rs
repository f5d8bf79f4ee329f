//! A line that disturbs bytes both ways, from a seed: no wrong answer at any rate, and what it costs.
//!
//! `LINE_IMAGES=360 cargo test -p spikestream-cli --test board disturbed -- --nocapture` makes the table
//! of `docs/checks.md`; `LINE_SEED` takes another seed.

use std::time::{Duration, Instant};

use spikestream_host::Troubles;

use super::*;

/// Shares of disturbed bytes, and how many images the tests send at each.
const RATES: [(f64, usize); 5] = [(0.0, 40), (1e-4, 40), (1e-3, 80), (3e-3, 40), (1e-2, 10)];

/// What came of the images at one rate.
struct Row {
    rate: f64,
    images: usize,
    wrong: usize,
    given_up: usize,
    each: Duration,
    troubles: Troubles,
}

/// A number from the environment.
fn asked(name: &str) -> Option<u64> {
    std::env::var(name).ok().map(|text| text.parse().unwrap())
}

fn row(rate: f64, images: usize, seed: u64) -> Row {
    let folder = tempfile::tempdir().unwrap();
    let (net, link) = (net(), link(&folder));
    let (rate_word, seed_word) = (rate.to_string(), seed.to_string());
    let _board = board_with(&link, &["--disturb", &rate_word, "--seed", &seed_word]);
    let line = Serial::open(&link, BAUD).unwrap();
    let mut client = Client::connect(&net, line, Patience::default()).unwrap();
    let golden = Golden::new(&net, Schedule::Planes);
    let test = data::digits().test;
    let (mut wrong, mut given_up, mut taken) = (0, 0, Duration::ZERO);
    for index in 0..images {
        let image = &test.images[index % test.images.len()];
        let begin = Instant::now();
        let answer = client.infer(image);
        taken += begin.elapsed();
        match answer {
            Ok(answer) => {
                let expected = golden.infer(image);
                let got = (answer.class, answer.counts, answer.membranes);
                wrong += usize::from(got != (expected.class, expected.counts, expected.membranes));
            }
            Err(error) => {
                assert_eq!(error.code(), "sim::client::no-answer", "{error}");
                given_up += 1;
            }
        }
    }
    let each = taken / images as u32;
    Row { rate, images, wrong, given_up, each, troubles: client.troubles() }
}

#[test]
fn disturbed_lines_cost_time_and_no_answer() {
    let seed = asked("LINE_SEED").unwrap_or(1);
    let images = asked("LINE_IMAGES").map(|images| images as usize);
    println!("seed {seed}");
    println!(
        "| disturbed | images | wrong | given up | retries | silent | spoilt | refused | ms an image | time |"
    );
    println!("|---|---|---|---|---|---|---|---|---|---|");
    let mut clean = None;
    for (rate, few) in RATES {
        let row = row(rate, images.unwrap_or(few), seed);
        let clean = *clean.get_or_insert(row.each.as_secs_f64());
        let Troubles { retries, silent, spoilt, refused, .. } = row.troubles;
        let each = row.each.as_secs_f64();
        println!(
            "| {:e} | {} | {} | {} | {retries} | {silent} | {spoilt} | {refused} | {:.1} | {:.2} |",
            row.rate,
            row.images,
            row.wrong,
            row.given_up,
            1e3 * each,
            each / clean
        );
        assert_eq!((row.wrong, row.given_up), (0, 0), "at {rate}, seed {seed}");
        // A client that does not come back into step asks hundreds of times before it gives up.
        assert!(retries < 20 * row.images as u64, "out of step at {rate}, seed {seed}");
        assert!(rate < 1e-3 || retries > 0, "nothing was disturbed at {rate}, seed {seed}");
    }
}
