use super::*;

const IZHIKEVICH: &str = r#"
method = "euler"
dt = 0.5
threshold = "v >= 30"
[states]
v = { initial = -65, range = [-100, 150] }
u = { initial = -13, range = [-40, 40] }
[parameters]
a = 0.02
b = 0.2
c = -65
d = 8
[equations]
"dv/dt" = "0.04 * v^2 + 5 * v + 140 - u + I"
"du/dt" = "a * (b * v - u)"
[reset]
v = "c"
u = "u + d"
[input]
range = [0, 20]
"#;

fn value(text: &str) -> f64 {
    number(text, &["x", "y"]).unwrap().value(&mut Reals, &[3.0, -2.0]).unwrap()
}

#[test]
fn operators_bind_as_they_do_in_mathematics() {
    for (text, expected) in [
        ("1 + 2 * 3", 7.0),
        ("1 - 2 - 3", -4.0),
        ("8 / 4 / 2", 1.0),
        ("-x^2", -9.0),
        ("(-x)^2", 9.0),
        ("2^-2", 0.25),
        ("x ** 3 * 2", 54.0),
        ("- - x", 3.0),
        ("+x", 3.0),
        ("1.5e1 + .5 + 2.", 17.5),
        ("x > y ? 1 : 2", 1.0),
        ("x < y ? 1 : x == 3 ? 4 : 5", 4.0),
        ("not x > y or x >= 3 and y != 0 ? 1 : 0", 1.0),
        ("x <= 2 || y <= -3 ? 1 : 0", 0.0),
        ("(x > 2) && (y > 2) ? 1 : 0", 0.0),
        ("min(x, y) + max(x, y) * 10 + abs(y) * 100", 228.0),
        ("clip(x, 0, 1) + clip(y, -1, 1) * 10 + clip(0.5, 0, 1)", -8.5),
        ("x^0 + x^1", 4.0),
    ] {
        assert_eq!(value(text), expected, "{text}");
    }
    for (text, expected) in [
        ("exp(x)", 3_f64.exp()),
        ("log(x)", 3_f64.ln()),
        ("sqrt(x)", 3_f64.sqrt()),
        ("tanh(y)", (-2_f64).tanh()),
        ("sigmoid(y)", 1.0 / (1.0 + 2_f64.exp())),
        ("sin(x) + cos(y)", 3_f64.sin() + (-2_f64).cos()),
    ] {
        assert!((value(text) - expected).abs() < 1e-12, "{text}");
    }
}

#[test]
fn what_is_wrong_is_told_with_its_place() {
    for (text, code, from, words) in [
        ("1 +", "syntax", 3, "a number or a name is expected here, not the end"),
        ("1 2", "syntax", 2, "an operator or the end is expected here, not the number 2"),
        ("(1 + x", "syntax", 6, "`)` is expected"),
        ("x > 1", "syntax", 0, "a number is expected here, not a comparison"),
        ("(x > 1) + 2", "syntax", 0, "a number is expected here, not a comparison"),
        ("x ? 1 : 2", "syntax", 0, "a comparison is expected here, not a number"),
        ("x > y ? 1", "syntax", 9, "`:` is expected"),
        ("3 $ 4", "syntax", 2, "not `$`"),
        ("1 + 1.2.3", "syntax", 7, "not the number 0.3"),
        ("1e999", "syntax", 0, "a number is expected here, not `1e999`"),
        ("x + z", "unknown", 4, "nothing is called z"),
        ("2 * tanhh(x)", "function", 4, "there is no function tanhh"),
        ("min(x)", "arity", 0, "min takes 2, not 1"),
        ("exp(x, y)", "arity", 0, "exp takes 1, not 2"),
        ("x ^ y", "exponent", 4, "a whole number"),
        ("x ^ 0.5", "exponent", 4, "a whole number"),
        ("x ^ 17", "exponent", 4, "a whole number"),
        ("and", "syntax", 0, "a number or a name"),
    ] {
        let error = number(text, &["x", "y"]).unwrap_err();
        assert_eq!(error.code(), format!("spikestream::equations::{code}"), "{text}: {error}");
        assert_eq!(error.span.start, from, "{text}: {error}");
        assert!(error.to_string().contains(words), "{text}: {error}");
        assert!(!error.remedy().is_empty());
    }
    assert_eq!(number("x + velocty", &["x", "velocity"]).unwrap_err().remedy(), "write `velocity`");
    let deep = "(".repeat(5000) + "x";
    assert_eq!(number(&deep[..4000], &["x"]).unwrap_err().code(), "spikestream::equations::syntax");
    assert!(number(&deep, &["x"]).unwrap_err().to_string().contains("at most 4096 bytes"));
    assert!(truth("x", &["x"]).is_err() && truth("x > 1", &["x"]).is_ok());
}

#[test]
fn a_description_is_read_whole() {
    let neuron = Equations::from_toml(IZHIKEVICH).unwrap();
    assert_eq!(neuron.states.iter().map(|s| &*s.name).collect::<Vec<_>>(), ["v", "u"]);
    assert_eq!((neuron.dt, neuron.method, neuron.refractory), (0.5, Method::Euler, 0));
    let mut kept = neuron.initial();
    // One step by hand: 0.04 * 4225 - 325 + 140 + 13 + 10 = 7.
    assert!(!neuron.step(&mut kept, 10.0).unwrap());
    assert!((kept.states[0] - (-65.0 + 0.5 * 7.0)).abs() < 1e-12, "{kept:?}");
    assert!((kept.states[1] + 13.0).abs() < 1e-12);
    let spikes = (0..2000).filter(|_| neuron.step(&mut kept, 10.0).unwrap()).count();
    assert!((10..40).contains(&spikes), "{spikes} in a second");
}

#[test]
fn a_spike_resets_all_states_from_those_before_it() {
    let text = IZHIKEVICH.replace("v = \"c\"", "v = \"u\"");
    let neuron =
        Equations::from_toml(&text.replace("dt = 0.5", "dt = 0.5\nrefractory = 2")).unwrap();
    let mut kept = Kept { states: vec![29.0, -10.0], resting: 0 };
    assert!(neuron.step(&mut kept, 20.0).unwrap());
    let u = -10.0 + 0.5 * 0.02 * (0.2 * 29.0 + 10.0);
    assert_eq!(kept, Kept { states: vec![u, u + 8.0], resting: 2 });
    kept.states = vec![150.0, 0.0];
    assert!(!neuron.step(&mut kept, 20.0).unwrap() && kept.resting == 1, "it rests");
    assert_eq!(kept.states[0], 150.0, "a state stays within its range");
}

/// `dx/dt = (I - x) / 10` has the exact solution `I + (x0 - I) e^(-t/10)`.
#[test]
fn methods_are_as_exact_as_their_order() {
    let text = |method: &str| {
        format!(
            "method = \"{method}\"\ndt = 1\nthreshold = \"x > 90\"\n[states]\n\
             x = {{ initial = 5, range = [-100, 100] }}\nn = {{ initial = 0, range = [0, 50] }}\n\
             [parameters]\ntau = 10\n[define]\nway = \"far / tau\"\nfar = \"I - x\"\n\
             [equations]\n\"dx/dt\" = \"way\"\n\"n'\" = \"n + 1\"\n[input]\nrange = [0, 10]\n"
        )
    };
    for (method, bound) in [("euler", 0.2), ("exponential-euler", 1e-12), ("rk4", 1e-5)] {
        let neuron = Equations::from_toml(&text(method)).unwrap();
        let mut kept = neuron.initial();
        for _ in 0..20 {
            assert!(!neuron.step(&mut kept, 2.0).unwrap());
        }
        let exact = 2.0 + 3.0 * (-2.0_f64).exp();
        let error = (kept.states[0] - exact).abs();
        assert!(error < bound && (bound < 1e-10 || error > bound / 100.0), "{method}: {error}");
        assert_eq!(kept.states[1], 20.0, "a map takes one step, whatever the method");
    }
}

#[test]
fn a_slope_is_told_where_there_is_one() {
    let of = |text: &str| {
        let names = ["x", "y", "d"];
        let definition = number("2 * x + y", &names).unwrap();
        let slope = derivative::slope(&number(text, &names).unwrap(), 0, &[(2, definition)]);
        slope.map(|slope| slope.value(&mut Reals, &[3.0, -2.0, 4.0]).unwrap())
    };
    for (text, expected) in [
        ("y", Some(0.0)),
        ("x", Some(1.0)),
        ("-x", Some(-1.0)),
        ("y * x + 3", Some(-2.0)),
        ("(x - y) * y - x", Some(-3.0)),
        ("y - x / 4", Some(-0.25)),
        ("d / 2", Some(1.0)),
        ("y > 0 ? x : 2 * x", Some(2.0)),
        ("exp(y) * 0 + x^1", Some(1.0)),
        ("x * x", None),
        ("x^2", None),
        ("1 / x", None),
        ("exp(x)", None),
        ("x > 0 ? x : y", None),
        ("d * d", None),
    ] {
        assert_eq!(of(text), expected, "{text}");
    }
}

#[test]
fn each_wrong_file_is_told_with_line_and_column() {
    for (from, to, code, place) in [
        ("v >= 30", "v >= w", "unknown", "line 4, column 19"),
        ("5 * v + 140", "5 * v + * 140", "syntax", "line 14, column 33"),
        ("dt = 0.5", "dt = 0", "number", "line 3, column 6"),
        ("dt = 0.5", "dt = nan", "number", "line 3, column 6"),
        ("dt = 0.5", "", "lacks", "line 14, column 1"),
        ("\"euler\"", "\"heun\"", "syntax", "line 2, column 10"),
        ("\"euler\"", "\"exponential-euler\"", "not-linear", "line 14, column 1"),
        ("dt = 0.5", "dt = 0.5\nrefractory = 16", "number", "line 4, column 14"),
        ("a = 0.02", "exp = 0.02", "taken", "line 9, column 1"),
        ("a = 0.02", "I = 0.02", "taken", "line 9, column 1"),
        ("a = 0.02", "v = 0.02", "taken", "line 9, column 1"),
        ("a = 0.02", "a = inf", "number", "line 9, column 1"),
        ("a = 0.02", "\"a b\" = 0.02", "syntax", "line 9, column 1"),
        ("\"du/dt\"", "\"dw/dt\"", "lacks", "line 7, column 1"),
        ("\"du/dt\"", "\"v'\"", "taken", "line 15, column 1"),
        ("u = \"u + d\"", "w = \"u + d\"", "unknown", "line 18, column 1"),
        ("[-100, 150]", "[100, -150]", "number", "line 6, column 5"),
        ("initial = -65", "initial = -165", "number", "line 6, column 5"),
        ("[0, 20]", "[0, inf]", "number", "line 20, column 9"),
        ("range = [0, 20]", "rang = [0, 20]", "toml", "line 20, column 1"),
        ("dt = 0.5", "dt = \"half\"", "toml", "line 3, column 6"),
        (
            "[reset]",
            "[define]\nx = \"y\"\ny = \"z + x\"\nz = \"x\"\n[reset]",
            "loop",
            "line 17, column 1",
        ),
    ] {
        let text = IZHIKEVICH.replace(from, to);
        assert_ne!(text, IZHIKEVICH);
        let error = Equations::from_toml(&text).unwrap_err();
        assert_eq!(error.code(), format!("spikestream::equations::{code}"), "{to}: {error}");
        assert!(error.to_string().starts_with(place), "{to}: {error}");
    }
}

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
