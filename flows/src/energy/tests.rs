//! The figures of the table against what was measured and is not in it, and an estimate by hand.

use super::*;
use crate::base::error::Told;
use crate::board::{self, part};

fn constants() -> Constants {
    Constants::of(&of(&part::find("ice40up5k-sg48").unwrap(), &[]).unwrap().0)
}

fn near(value: f64, expected: f64, share: f64) {
    assert!((value - expected).abs() <= share * expected, "{value}, and {expected} is expected");
}

#[test]
fn energies_are_differences_of_currents() {
    let constants = constants();
    near(constants.flip_flop_pj, 1.219 * 27.8 / 12.0 / 196.0, 1e-9);
    let product = 1.219 * 351.0 / 12.0;
    near(64.17 * constants.toggle_pj + 16.0 * constants.flip_flop_pj, product, 1e-9);
    let counter = constants.cycle_pj + 24.0 * constants.flip_flop_pj + 4.0 * constants.toggle_pj;
    near(counter, 1.219 * 1795.6 / 42.0, 1e-9);
    near(constants.static_mw, (1.219 * 92.1 + 3.283 * 6.2) / 1e3, 1e-9);
}

/// Rows of the same source that no constant was made from: clock, flip-flops of a counter, the core's current. The
/// oscillator in the part takes about 40 microamperes, which an external clock does not.
#[test]
fn currents_that_were_not_used_are_met() {
    for (mhz, flip_flops, oscillator, ua) in [
        (12.0, 24.0, 40.0, 645.0),
        (24.0, 24.0, 40.0, 1162.0),
        (12.0, 28.0, 0.0, 613.5),
        (12.0, 56.0, 0.0, 616.65),
        (12.0, 112.0, 0.0, 624.2),
    ] {
        near(constants().core_ua(mhz, flip_flops, 4.0) + oscillator, ua, 0.02);
    }
}

#[test]
fn a_loop_lies_between_those_that_were_measured() {
    let constants = constants();
    let [slow, mean, fast] = [16.0, 24.0, 32.0].map(|mhz| constants.loop_mw(mhz));
    near(mean, f64::midpoint(slow, fast), 1e-9);
    assert_eq!((constants.loop_mw(1.0), constants.loop_mw(99.0)), (slow, constants.loop_mw(48.0)));
    // 1419 microamperes of the core at 16 MHz, less those of the counter, and 138.6 of the loop's own rail.
    let counter = constants.core_ua(16.0, 24.0, 4.0);
    near(slow, 1.219 * (1419.0 - counter + 138.6) / 1e3, 1e-9);
}

#[test]
fn an_image_takes_what_its_events_take() {
    let constants = constants();
    let count = |class, event| Count { class, event };
    let activity = Activity {
        cycles: 2400.0,
        mhz: 24.0,
        counts: vec![
            (count(Class::Table, Event::Toggle), 5e5),
            (count(Class::Carry, Event::Toggle), 9e9),
            (count(Class::Ram, Event::Toggle), 1e5),
            (count(Class::Ram, Event::Read), 7e4),
        ],
        cells: vec![(Class::FlipFlop, 1000), (Class::Loop, 1)],
    };
    let estimate = Estimate::new(&constants, &activity);
    let during = 0.1 * (constants.static_mw + constants.loop_mw(24.0));
    let clock = 2400.0 * (constants.cycle_pj + 1000.0 * constants.flip_flop_pj) / 1e6;
    near(estimate.uj(), during + clock + 0.6 * constants.toggle_pj, 1e-9);
    near(estimate.mw(), 10.0 * estimate.uj(), 1e-9);
    near(estimate.us, 100.0, 1e-9);
    assert_eq!(activity.toggles_a_cycle(), 250.0);
    near(estimate.uj_a_pj_of_access(), 0.07, 1e-9);
    let uncovered: Vec<Count> = estimate.uncovered.iter().map(|(count, _)| *count).collect();
    let expected = [count(Class::Carry, Event::Toggle), count(Class::Ram, Event::Read)];
    assert_eq!(uncovered, expected);
}

#[test]
fn a_part_of_which_nothing_is_published_is_refused() {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let folders = board::Folders::with(&root, None).unwrap();
    let boards = ["hx8k-evn", "icebreaker"].map(|name| board::load(&folders, name).unwrap());
    for name in ["lfe5u-25f-cabga381", "ice40hx8k-ct256", "gw2ar-18c-qn88"] {
        let error = of(&part::find(name).unwrap(), &boards).unwrap_err();
        let error = error.of::<Error>().unwrap();
        assert_eq!(error.code(), "flows::energy::unknown");
        assert!(error.to_string().contains(name), "{error}");
        assert!(error.remedy().contains("another part: icebreaker;"), "{}", error.remedy());
    }
}
