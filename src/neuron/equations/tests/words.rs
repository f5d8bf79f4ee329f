//! Equations in words: near the real ones as proved, and refused where nothing can be proved.

use super::*;

/// From random states, one step in words is as near to the real one as was proved.
fn ensure_bounded(neuron: &Equations, compiled: &Compiled) {
    // A bound through four evaluations of RK4 takes each error at its largest.
    let loose = if neuron.method == Method::RungeKutta { 1000.0 } else { 50.0 };
    let mut random = crate::random::Random::new(7);
    let mut worst = vec![0.0_f64; neuron.states.len()];
    for _ in 0..2000 {
        let mut within = |bounds: Bounds| {
            let share = random.below(1 << 20) as f64 / f64::from(1 << 20);
            compiled.word(bounds.low + share * (bounds.high - bounds.low))
        };
        let words: Vec<i64> = neuron.states.iter().map(|state| within(state.bounds)).collect();
        let input = within(neuron.input);
        let mut kept = Kept { states: words.clone(), resting: 0 };
        let fired = compiled.step(neuron, &mut kept, input);
        let states: Vec<f64> = words.iter().map(|&word| compiled.number(word)).collect();
        let mut real = Kept { states, resting: 0 };
        // Beside the threshold the two may differ: one has fired and the other has not.
        if neuron.step(&mut real, compiled.number(input)).unwrap() != fired {
            continue;
        }
        for (i, worst) in worst.iter_mut().enumerate() {
            let apart = (compiled.number(kept.states[i]) - real.states[i]).abs();
            assert!(
                apart <= compiled.errors[i] * (1.0 + 1e-9),
                "{i}: {apart}, {:?}",
                compiled.errors
            );
            *worst = worst.max(apart);
        }
    }
    for (worst, bound) in worst.iter().zip(&compiled.errors) {
        assert!(*worst >= bound / loose, "the bound {bound} is far from {worst}");
    }
}

#[test]
fn words_are_as_near_as_was_proved() {
    let neuron = Equations::from_toml(IZHIKEVICH).unwrap();
    let compiled = neuron.compile(Format { bits: 18, fraction: 9 }, 6).unwrap();
    assert!(compiled.errors.iter().all(|error| *error < 0.1), "{:?}", compiled.errors);
    ensure_bounded(&neuron, &compiled);
    let moved: Vec<f64> = compiled.moved.iter().map(|moved| moved.from).collect();
    assert!(moved.contains(&0.02) && !moved.contains(&5.0), "{moved:?}");
    for method in ["rk4", "exponential-euler"] {
        let text = IZHIKEVICH.replace("0.04 * v^2 + 5 * v + 140 - u + I", "(I - v) / 20 - u / 8");
        let neuron = Equations::from_toml(&text.replace("euler", method)).unwrap();
        ensure_bounded(&neuron, &neuron.compile(Format { bits: 18, fraction: 9 }, 6).unwrap());
    }
}

#[test]
fn functions_become_tables_with_a_bound() {
    for f in [
        "exp(v / 50)",
        "log(v + 110)",
        "sqrt(v + 100)",
        "tanh(v / 20)",
        "sigmoid(v / 10)",
        "sin(v / 9)",
        "cos(v / 9)",
        "min(v, u)",
        "max(v, u)",
        "abs(v)",
        "clip(v, -10, 10)",
        "1 / (v + 130)",
        "v^3 / 9999",
        "v > 0 ? v / 3 : u",
        "u / (abs(v) + 20)",
        "(v + 0.1)^-2 * 0 + u",
    ] {
        let text = IZHIKEVICH.replace("a * (b * v - u)", &format!("{f} - u"));
        let neuron = Equations::from_toml(&text).unwrap();
        match neuron.compile(Format { bits: 18, fraction: 9 }, 8) {
            Ok(compiled) => ensure_bounded(&neuron, &compiled),
            Err(error) => assert!(f.contains("^-2"), "{f}: {error}"),
        }
    }
}

#[test]
fn what_cannot_be_proved_is_refused() {
    let try_with = |from: &str, to: &str, bits, fraction| {
        let text = IZHIKEVICH.replace(from, to);
        Equations::from_toml(&text).unwrap().compile(Format { bits, fraction }, 6).map(|_| ())
    };
    for (to, code, words) in [
        ("1 / v", "zero", "a divisor from -100 to 150 can be 0"),
        ("v / 0", "zero", "can be 0"),
        ("log(v)", "domain", "log takes numbers above 0, and here come -100 to 150"),
        ("sqrt(-1)", "domain", "sqrt takes numbers from 0"),
        ("exp(v)", "wide", "a value from -100 to 150"),
        ("v^16", "wide", "bits"),
    ] {
        let error = try_with("a * (b * v - u)", to, 18, 9).unwrap_err();
        assert_eq!(error.code(), format!("spikestream::equations::{code}"), "{to}: {error}");
        assert!(error.to_string().contains(words), "{to}: {error}");
    }
    let error = try_with("x", "x", 12, 6).unwrap_err();
    assert!(error.to_string().contains("v from -100 to 150 does not fit Q6.6"), "{error}");
    assert!(try_with("x", "x", 40, 20).is_err() && try_with("x", "x", 8, 8).is_err());
}

#[test]
fn the_fewest_bits_are_found() {
    let neuron = Equations::from_toml(IZHIKEVICH).unwrap();
    for tolerance in [1e-3, 1e-4, 1e-5] {
        let found = neuron.compile_within(tolerance, 6).unwrap();
        assert!(found.shares(&neuron).all(|share| share <= tolerance), "{found:?}");
        let Format { bits, fraction } = found.format;
        let less = neuron.compile(Format { bits: bits - 1, fraction: fraction - 1 }, 6).unwrap();
        assert!(less.shares(&neuron).any(|share| share > tolerance));
    }
    assert!(neuron.compile_within(1e-12, 6).unwrap_err().to_string().contains("least share"));
}

#[test]
fn a_rest_is_kept_in_words_too() {
    let text = IZHIKEVICH.replace("dt = 0.5", "dt = 0.5\nrefractory = 2");
    let neuron = Equations::from_toml(&text).unwrap();
    let compiled = neuron.compile(Format { bits: 18, fraction: 9 }, 6).unwrap();
    let (mut kept, mut real) = (compiled.initial(&neuron), neuron.initial());
    let mut seen = [0, 0];
    for _ in 0..1000 {
        seen[0] += u32::from(compiled.step(&neuron, &mut kept, compiled.word(15.0)));
        seen[1] += u32::from(neuron.step(&mut real, 15.0).unwrap());
        assert!(kept.resting <= 2);
    }
    assert!(seen[0] > 5 && seen[0].abs_diff(seen[1]) <= 1, "{seen:?}");
}

/// The equations that ship.
fn shipped(name: &str) -> Equations {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("neurons");
    let text = std::fs::read_to_string(folder.join(name).with_extension("toml")).unwrap();
    Equations::from_toml(&text).unwrap_or_else(|e| panic!("{name}: {e}"))
}

/// The steps between one spike and the next, of the real equations and of those in words.
fn intervals(neuron: &Equations, compiled: &Compiled, input: f64, steps: usize) -> [Vec<usize>; 2] {
    let (mut real, mut words) = (neuron.initial(), compiled.initial(neuron));
    let mut fired = [vec![], vec![]];
    for step in 0..steps {
        if neuron.step(&mut real, input).unwrap() {
            fired[0].push(step);
        }
        if compiled.step(neuron, &mut words, compiled.word(input)) {
            fired[1].push(step);
        }
    }
    fired.map(|steps| steps.windows(2).map(|pair| pair[1] - pair[0]).collect())
}

#[test]
fn all_that_ship_fire_in_words_as_they_do_in_reals() {
    for (name, input, bits, fraction) in [
        ("izhikevich-regular", 10.0, 20, 12),
        ("izhikevich-bursting", 10.0, 20, 12),
        ("izhikevich-chattering", 10.0, 20, 12),
        ("izhikevich-fast", 10.0, 20, 12),
        ("fitzhugh-nagumo", 0.5, 16, 12),
        ("hindmarsh-rose", 3.0, 20, 14),
        ("morris-lecar", 100.0, 24, 15),
        ("adaptive-threshold", 3.0, 16, 11),
        ("quadratic-integrate-and-fire", 0.5, 16, 11),
        ("lif", 3.0, 12, 4),
    ] {
        let neuron = shipped(name);
        let compiled =
            neuron.compile(Format { bits, fraction }, 7).unwrap_or_else(|e| panic!("{name}: {e}"));
        let [real, words] = intervals(&neuron, &compiled, input, 4000);
        let mean = |of: &[usize]| of.iter().sum::<usize>() as f64 / of.len() as f64;
        assert!(real.len() > 8 && (mean(&real) / mean(&words) - 1.0).abs() < 0.02, "{name}");
        for (real, words) in real.iter().zip(&words).take(8) {
            assert!(real.abs_diff(*words) <= 1, "{name}: {real} and {words}");
        }
        ensure_bounded(&neuron, &compiled);
    }
}

/// The four classes of the paper's figure 2, at a step of current, by the intervals between spikes in ms.
#[test]
fn izhikevichs_neurons_fire_as_they_were_published() {
    let patterns = |name: &str| {
        let neuron = shipped(name);
        let compiled = neuron.compile(Format { bits: 20, fraction: 12 }, 7).unwrap();
        let of = |steps: Vec<usize>| steps.iter().map(|&n| n as f64 * 0.5).collect::<Vec<_>>();
        intervals(&neuron, &compiled, 10.0, 2000).map(of)
    };
    for ms in patterns("izhikevich-regular") {
        assert!(ms[0] < 0.7 * ms[1], "it slows down: {ms:?}");
        assert!(ms[1..].iter().all(|ms| (40.0..55.0).contains(ms)), "and stays: {ms:?}");
    }
    for ms in patterns("izhikevich-bursting") {
        assert!(ms[..2].iter().all(|ms| *ms < 10.0), "a burst: {ms:?}");
        assert!(ms[3..].iter().all(|ms| (25.0..45.0).contains(ms)), "then single spikes: {ms:?}");
    }
    for ms in patterns("izhikevich-chattering") {
        let (within, between): (Vec<f64>, Vec<f64>) = ms.iter().partition(|ms| **ms < 15.0);
        assert!(between.len() >= 8 && between.iter().all(|ms| *ms > 30.0), "{ms:?}");
        assert!(within.len() >= 2 * between.len(), "bursts of three spikes and more: {ms:?}");
    }
    for ms in patterns("izhikevich-fast") {
        assert!(ms.len() > 90 && ms[2..].iter().all(|ms| (6.0..12.0).contains(ms)), "{ms:?}");
    }
}

/// Numbers that no word holds are refused, and those that leave nothing are nothing.
#[test]
fn factors_and_constants_of_any_size_are_taken_or_refused() {
    let compile = |next: &str| {
        let text = format!(
            "threshold = \"x > 1\"\n[states]\nx = {{ initial = 0, range = [-2, 2] }}\n[equations]\n\"x'\" = \"{next}\"\n\
             [input]\nrange = [-1, 1]\n"
        );
        Equations::from_toml(&text).unwrap().compile(Format { bits: 12, fraction: 8 }, 4)
    };
    for next in
        ["x + 1e300", "x * 1e300 + I", "x + 1e200 * 1e200", "1e18 * x * 1e18", "(x + 1e9) * 1e9"]
    {
        let error = compile(next).unwrap_err();
        assert_eq!(error.code(), "spikestream::equations::wide", "{next}: {error}");
        assert!(error.to_string().len() < 200, "{error}");
    }
    let tiny = compile("x + I * 1e-300").unwrap();
    assert_eq!(tiny.program.evaluate(&[100, 256])[0], 100);
    assert!(tiny.errors[0] < 0.01);
}
