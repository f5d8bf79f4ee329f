//! Spikes, membranes and states of every cell against the recurrence in f64.

use super::super::Neurons;
use super::*;
use crate::testing::devices;

/// Whether numbers agree to 1e-4, relatively where they are above 1.
fn assert_near(what: &str, found: &[f32], expected: &[f64]) {
    assert_eq!(found.len(), expected.len());
    for (at, (a, b)) in found.iter().zip(expected).enumerate() {
        let error = (f64::from(*a) - b).abs();
        assert!(error < 1e-4 * b.abs().max(1.0), "{what} at {at}: {a} for {b}");
    }
}

fn assert_spikes(what: &str, found: Tensor<3>, expected: &[f64]) {
    let found: Vec<f64> = to_vec(found).into_iter().map(f64::from).collect();
    assert_eq!(found, expected, "{what}");
}

/// Every setting of every kind, with both resets.
fn cases() -> impl Iterator<Item = (String, Case)> {
    let all = SETTINGS.into_iter().flat_map(|(kind, lines, range)| {
        ["subtract", "zero"].map(|reset| (kind, format!("{lines}\nreset = \"{reset}\""), range))
    });
    all.map(|(kind, lines, range)| (format!("{kind} with {lines}"), Case::new(kind, &lines, range)))
}

#[test]
fn the_drives_make_every_cell_fire_and_rest() {
    for (what, case) in cases() {
        let rate = case.expected.spikes.iter().sum::<f64>() / case.expected.spikes.len() as f64;
        assert!((0.04..0.5).contains(&rate), "{what}: {rate}");
    }
}

#[test]
fn each_step_is_that_of_the_equations() {
    let near = |what: &str, t: usize, found: Tensor<2>, expected: &[f64]| {
        let frame = &expected[t * BATCH * NEURONS..][..BATCH * NEURONS];
        assert_near(&format!("{what}, step {t}"), &to_vec(found), frame);
    };
    for (what, case) in cases() {
        for device in devices().into_iter().flat_map(|d| [d.clone(), d.autodiff()]) {
            let (cell, drive) = (case.cell(&device), case.drive(&device));
            let mut state = cell.begin(BATCH, &device);
            for t in 0..STEPS {
                let current = drive.clone().narrow(0, t, 1).squeeze_dim::<2>(0);
                let (spikes, after) = cell.step(current, state);
                near(&what, t, spikes, &case.expected.spikes);
                near(&what, t, after.membrane.clone(), &case.expected.membranes);
                for (found, expected) in after.aux.iter().zip(&case.expected.states) {
                    near(&what, t, found.clone(), expected);
                }
                state = after;
            }
            let (spikes, _) = stepwise(&cell, &drive);
            assert_spikes(&what, spikes, &case.expected.spikes);
        }
    }
}

#[test]
fn all_steps_at_once_are_the_same() {
    for (what, case) in cases() {
        for device in devices().into_iter().flat_map(|d| [d.clone(), d.autodiff()]) {
            let (cell, drive) = (case.cell(&device), case.drive(&device));
            let Some((spikes, membranes)) = fused(&cell, &drive) else {
                assert_eq!(cell.name(), "recurrent-lif");
                continue;
            };
            assert_spikes(&what, spikes, &case.expected.spikes);
            assert_near(&what, &to_vec(membranes), &case.expected.membranes);
        }
    }
}

#[test]
fn sums_and_spikes_alone_are_those_of_all_steps() {
    for (what, case) in cases() {
        for device in devices() {
            let cell = case.cell(&device);
            let run = |out| {
                let drive = Drive { x: case.drive(&device), weights: None, window: None };
                cell.fused(drive, STEPS, out).ok()
            };
            let Some(spikes) = run(Output::Spikes) else { continue };
            assert_spikes(&what, spikes, &case.expected.spikes);
            let frame = BATCH * NEURONS;
            let sum = |numbers: &[f64]| -> Vec<f64> {
                (0..frame).map(|k| numbers.iter().skip(k).step_by(frame).sum()).collect()
            };
            let mut expected = sum(&case.expected.spikes);
            expected.extend(sum(&case.expected.membranes));
            expected.extend(&case.expected.membranes[(STEPS - 1) * frame..]);
            assert_near(&what, &to_vec(run(Output::Totals).unwrap()), &expected);
        }
    }
}

#[test]
fn a_membrane_at_the_threshold_does_not_fire() {
    for device in devices() {
        for (value, spikes) in [(1.0, 0.0), (1.0 + f32::EPSILON, 1.0)] {
            let cell = config("if", "").init(1, 0, &device).unwrap();
            let drive = tensor(&[value], [1, 1, 1], &device);
            let (stepped, _) = cell.step(drive.clone().squeeze_dim(0), cell.begin(1, &device));
            assert_eq!(to_vec(stepped), [spikes]);
            let all = cell
                .fused(Drive { x: drive, weights: None, window: None }, 1, Output::Spikes)
                .unwrap();
            assert_eq!(to_vec(all), [spikes]);
        }
    }
}
