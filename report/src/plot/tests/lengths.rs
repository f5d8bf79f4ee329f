//! Accuracy against length, read back.

use super::*;

fn accuracies(name: &str, points: &[(usize, f64)]) -> Accuracies {
    Accuracies { name: name.into(), points: points.to_vec() }
}

#[test]
fn accuracies_lie_in_a_grid_and_a_name_has_one_colour() {
    let lines = vec![
        accuracies("sobol", &[(16, 0.5), (64, 0.75), (256, 1.0)]),
        accuracies("random", &[(16, 0.1), (64, f64::NAN), (256, 0.9)]),
    ];
    let panel = |row: &str, column: &str, lines: &[Accuracies]| LengthPanel {
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
