//! Curves, read back.

use super::*;

#[test]
fn a_line_goes_through_means_with_bars_to_the_ends() {
    let curve =
        |name: &str, points: &[(f64, f64)]| Curve { name: name.into(), points: points.to_vec() };
    let one = curve("one", &[(2.0, 1.0), (1.0, 0.0), (2.0, 0.0), (f64::NAN, 4.0), (3.0, 1.0)]);
    let svg = curves("A & b", "s", ("seed", "accuracy"), &[one, curve("", &[])]);
    let document = read(&svg);
    let drawn = paths(with(&document, "data-line", "one")[0], "line-0");
    let numbers = |d: &str| -> Vec<f64> {
        let ends = d.split(|c: char| !c.is_ascii_digit() && c != '.').filter(|n| !n.is_empty());
        ends.map(|n| n.parse().unwrap()).collect()
    };
    let [x0, y0, x1, y1, x2, y2] = numbers(drawn[0])[..] else { panic!("{drawn:?}") };
    assert!((x1 - x0 - (x2 - x1)).abs() < 0.02 && x1 > x0, "{drawn:?}");
    assert!((y0 - y1 - (y1 - y2)).abs() < 0.02 && y0 > y1, "{drawn:?}");
    // The bar of the middle place reaches from the lowest to the highest of all.
    assert!(drawn[1].contains(&format!("V{}", number_of(y2))), "{drawn:?}");
    assert_eq!(texts(with(&document, "id", "legend")[0]), ["one"]);
    read(&curves("", "", ("", ""), &[]));
    let odd = curve("o", &[(1e-9, 1.0), (1e9, f64::INFINITY), (1e8, -1.0)]);
    read(&curves("odd", "", ("x", "y"), &[odd]));
}

/// A number as the picture has it.
fn number_of(value: f64) -> String {
    crate::markup::number(value).to_string()
}
