//! Equations as they are read, and as they run in real numbers.

mod words;

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
