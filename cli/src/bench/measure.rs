//! Timing programs that train an epoch for each line: alternating, after a warm-up each.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use spikestream_flows::FlowError;
use spikestream_flows::progress::Heartbeat;
use spikestream_flows::run::Stage;
use spikestream_flows::run::talk::Talk;

/// What a program says once it is ready.
#[derive(Debug, Clone, Deserialize)]
struct Greeting {
    name: String,
    version: String,
    /// What it computes with.
    on: String,
    threads: usize,
}

/// What a program says after an epoch.
#[derive(Debug, Clone, Deserialize)]
struct Epoch {
    /// Of the epoch alone, without the test.
    seconds: f64,
    /// Mean over the epoch, while the weights moved.
    loss: f64,
    /// On the test images, afterwards.
    accuracy: f64,
    /// The most memory that the process has had so far.
    peak_bytes: u64,
}

/// What was measured of one program.
#[derive(Debug, Clone, Serialize)]
pub(super) struct Timing {
    pub(super) name: String,
    pub(super) version: String,
    pub(super) on: String,
    /// Every timed epoch.
    pub(super) seconds: Vec<f64>,
    pub(super) median_seconds: f64,
    pub(super) minimum_seconds: f64,
    /// The median over the rounds of its time to that of the first program.
    pub(super) ratio: f64,
    pub(super) peak_bytes: u64,
    /// On the test images, after the warm-up and all rounds.
    pub(super) accuracy: f64,
}

/// Times an epoch of every program in every round; the first one is what the others are compared
/// with. No start and no epoch may take longer than `limit`.
///
/// # Errors
/// A program that does not start, answer, keep to the threads or learn.
pub(super) fn rounds(
    stages: &[Stage],
    threads: usize,
    rounds: usize,
    limit: Duration,
) -> Result<Vec<Timing>, FlowError> {
    let mut systems = Vec::new();
    for stage in stages {
        systems.push(System::start(stage, threads, limit)?);
    }
    for round in 1..=rounds {
        for system in &mut systems {
            system.epoch(&format!("round {round} of {rounds}"))?;
        }
    }
    let first: Vec<f64> = systems.first().map(System::seconds).unwrap_or_default();
    systems.iter().map(|system| system.timing(&first)).collect()
}

/// A program that is being timed.
struct System {
    talk: Talk,
    greeting: Greeting,
    limit: Duration,
    warm_up: Epoch,
    epochs: Vec<Epoch>,
}

impl System {
    fn start(stage: &Stage, threads: usize, limit: Duration) -> Result<Self, FlowError> {
        let heartbeat = Heartbeat::start(&format!("starting {}", stage.name));
        let (mut talk, greeting) = Talk::start::<Greeting>(stage, limit)?;
        drop(heartbeat);
        if greeting.threads != threads {
            let reason = format!("{threads} were asked for");
            return Err(talk.wrong(format!("{} threads", greeting.threads), reason));
        }
        let warm_up = epoch(&mut talk, &format!("warm-up of {}", greeting.name), limit)?;
        Ok(Self { talk, greeting, limit, warm_up, epochs: Vec::new() })
    }

    fn epoch(&mut self, label: &str) -> Result<(), FlowError> {
        let label = format!("{label}: {}", self.greeting.name);
        let epoch = epoch(&mut self.talk, &label, self.limit)?;
        self.epochs.push(epoch);
        Ok(())
    }

    fn seconds(&self) -> Vec<f64> {
        self.epochs.iter().map(|epoch| epoch.seconds).collect()
    }

    fn timing(&self, first: &[f64]) -> Result<Timing, FlowError> {
        let last = self.epochs.last().unwrap_or(&self.warm_up);
        if last.loss.is_nan() || last.loss >= self.warm_up.loss {
            // What does not learn may leave out anything; its time says nothing.
            let losses = format!("losses from {} to {}", self.warm_up.loss, last.loss);
            return Err(self.talk.wrong(losses, "that is not training"));
        }
        let seconds = self.seconds();
        let ratios: Vec<f64> = seconds.iter().zip(first).map(|(own, first)| own / first).collect();
        let Greeting { name, version, on, .. } = self.greeting.clone();
        Ok(Timing {
            name,
            version,
            on,
            median_seconds: median(&seconds),
            minimum_seconds: seconds.iter().copied().fold(f64::INFINITY, f64::min),
            ratio: median(&ratios),
            peak_bytes: last.peak_bytes,
            accuracy: last.accuracy,
            seconds,
        })
    }
}

fn epoch(talk: &mut Talk, label: &str, limit: Duration) -> Result<Epoch, FlowError> {
    let _heartbeat = Heartbeat::start(label);
    let epoch: Epoch = talk.ask("epoch", limit)?;
    if epoch.seconds > 0.0 {
        return Ok(epoch);
    }
    Err(talk.wrong(format!("{} seconds", epoch.seconds), "an epoch takes longer than no time"))
}

/// The middle value, or the mean of the two in the middle.
pub(super) fn median(values: &[f64]) -> f64 {
    let mut values = values.to_vec();
    values.sort_by(f64::total_cmp);
    let middle = values.len() / 2;
    match values.len() {
        0 => f64::NAN,
        n if n % 2 == 1 => values[middle],
        _ => (values[middle - 1] + values[middle]) / 2.0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::path::Path;

    const LIMIT: Duration = Duration::from_secs(60);

    fn fake(kind: &str) -> Stage {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
        Stage {
            name: kind.to_owned(),
            program: root.join("flows/fake-tools/talkers/trainer"),
            args: vec![kind.to_owned()],
            env: Vec::new(),
            folder: root,
        }
    }

    #[test]
    fn the_middle_of_odd_and_even() {
        assert_eq!(median(&[3.0, 1.0, 2.0]), 2.0);
        assert_eq!(median(&[4.0, 1.0, 2.0, 3.0]), 2.5);
        assert!(median(&[]).is_nan());
    }

    #[test]
    fn compares_round_by_round() {
        // The first takes 2, 4, 6 and 8 s, the second ten times as long and 30 s in the third.
        let timings = rounds(&[fake("first"), fake("second")], 2, 4, LIMIT).unwrap();
        let [first, second] = &timings[..] else { panic!("{timings:?}") };
        assert_eq!((first.name.as_str(), first.version.as_str()), ("first", "1.2.3"));
        assert_eq!(first.seconds, [2.0, 4.0, 6.0, 8.0], "without the warm-up");
        assert_eq!((first.median_seconds, first.minimum_seconds), (5.0, 2.0));
        assert_eq!(first.ratio, 1.0);
        assert_eq!(second.seconds, [20.0, 40.0, 30.0, 80.0]);
        // Of 10, 10, 5 and 10; the ratio of the medians would be 7.
        assert_eq!(second.ratio, 10.0);
        assert_eq!((second.peak_bytes, second.accuracy), (4000, 0.9));
    }

    #[test]
    fn refuses_what_is_no_measurement() {
        for (kind, threads, code, part) in [
            ("first", 3, "flows::talk::answer", "3 were asked for"),
            ("stuck", 2, "flows::talk::answer", "not training"),
            ("instant", 2, "flows::talk::answer", "longer than no time"),
            ("crashing", 2, "flows::talk::ended", "ModuleNotFoundError"),
            ("old", 2, "flows::talk::answer", "accuracy"),
        ] {
            let error = rounds(&[fake("first"), fake(kind)], threads, 2, LIMIT).unwrap_err();
            assert_eq!(error.code(), code, "{kind}");
            assert!(error.to_string().contains(part), "{kind}: {error}");
        }
    }
}
