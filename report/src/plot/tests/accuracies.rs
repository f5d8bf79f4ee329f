//! Accuracy against length and rate, read back.

use super::*;

fn accuracies(name: &str, points: &[(usize, f64)]) -> Accuracies {
    let point = |&(at, accuracy): &(usize, f64)| AccuracyPoint {
        at: at as f64,
        accuracy,
        band: None,
        spread: None,
    };
    Accuracies { name: name.into(), points: points.iter().map(point).collect() }
}

#[test]
fn accuracies_lie_in_a_grid_and_a_name_has_one_colour() {
    let lines = vec![
        accuracies("sobol", &[(16, 0.5), (64, 0.75), (256, 1.0)]),
        accuracies("random", &[(16, 0.1), (64, f64::NAN), (256, 0.9)]),
    ];
    let panel = |row: &str, column: &str, lines: &[Accuracies]| AccuracyPanel {
        row: row.into(),
        column: column.into(),
        golden: 0.9861,
        lines: lines.to_vec(),
    };
    let panels = [
        panel("digits: streams, exact", "unipolar", &lines),
        panel("digits: streams, exact", "a <b>", &lines[1..]),
        panel("digits: streams, or", "unipolar", &[]),
    ];
    let svg = accuracy_by_length("Streams & nets", "two", &panels);
    let document = read(&svg);
    let found = with(&document, "class", "panel");
    assert_eq!(found.len(), 3);
    assert_eq!(texts(with(&document, "id", "legend")[0]), ["sobol", "random"]);
    let random = with(&document, "data-line", "random");
    let drawn: Vec<&str> = random.iter().flat_map(|line| paths(*line, "line-1")).collect();
    // Two points of the three are numbers, in both panels, beside each other.
    assert_eq!(drawn.len(), 2);
    assert!(drawn.iter().all(|d| d.matches('L').count() == 1), "{drawn:?}");
    assert_ne!(drawn[0], drawn[1]);
    // The places of the second line: lengths as far apart as their logarithms, shares up the panel.
    let sobol = paths(with(&document, "data-line", "sobol")[0], "line-0")[0];
    let numbers = sobol.split(|c: char| !c.is_ascii_digit() && c != '.').filter(|n| !n.is_empty());
    let numbers: Vec<f64> = numbers.map(|n| n.parse().unwrap()).collect();
    let [x0, y0, x1, y1, x2, y2] = numbers[..] else { panic!("{numbers:?}") };
    assert!((x1 - x0 - (x2 - x1)).abs() < 0.02 && x1 > x0, "{numbers:?}");
    assert!((y0 - y1 - (y1 - y2)).abs() < 0.02 && y0 > y1, "{numbers:?}");
    assert_eq!(with(&document, "data-golden", "98.61").len(), 3);
    read(&accuracy_by_length("nothing", "", &[]));
    let one = panel("r", "c", &[accuracies("x", &[(0, 2.0), (usize::MAX, 0.5)])]);
    read(&accuracy_by_length("odd", "", &[one]));
}

#[test]
fn a_line_has_its_band_and_its_bars_and_decades_are_named() {
    let point = |at: f64, accuracy: f64| AccuracyPoint {
        at,
        accuracy,
        band: Some([accuracy - 0.1, accuracy + 0.1]),
        spread: Some([accuracy - 0.2, accuracy]),
    };
    let rates = [1e-4, 1e-3, 3e-3, 1e-2];
    let line =
        Accuracies { name: "binary".into(), points: rates.map(|at| point(at, 0.5)).to_vec() };
    let panel = AccuracyPanel {
        row: "digits: 16 lanes".into(),
        column: "weights".into(),
        golden: 0.9,
        lines: vec![line],
    };
    let svg = accuracy_by_rate("Faults", "", &[panel]);
    let document = read(&svg);
    let drawn = paths(with(&document, "data-line", "binary")[0], "line-0");
    let heights = |d: &str| -> Vec<f64> {
        let ends = d.split(|c: char| !c.is_ascii_digit() && c != '.').filter(|n| !n.is_empty());
        ends.map(|n| n.parse().unwrap()).collect()
    };
    let [own, low, high, bars] = drawn[..] else { panic!("{drawn:?}") };
    let (own, low, high) = (heights(own)[1], heights(low)[1], heights(high)[1]);
    assert!((low - own - (own - high)).abs() < 0.02 && low > own, "{low} {own} {high}");
    assert_eq!((bars.matches('M').count(), bars.matches('V').count()), (4, 4));
    let [_, from, to] = heights(bars)[..3] else { panic!("{bars}") };
    assert!((from - to - 2.0 * (low - own)).abs() < 0.02 && to == own, "{bars}");
    let axis: Vec<String> = with(&document, "class", "axis").into_iter().flat_map(texts).collect();
    for decade in ["1e-4", "1e-3", "1e-2"] {
        assert!(axis.iter().any(|text| text == decade), "{axis:?}");
    }
    assert!(axis.iter().all(|text| text != "3e-3"), "{axis:?}");
    let none =
        AccuracyPoint { at: f64::NAN, accuracy: 0.5, band: Some([f64::NAN; 2]), spread: None };
    let line = Accuracies { name: "odd".into(), points: vec![none, point(0.0, 2.0)] };
    let panel =
        AccuracyPanel { row: "r".into(), column: "c".into(), golden: 2.0, lines: vec![line] };
    read(&accuracy_by_rate("odd", "", &[panel]));
}
