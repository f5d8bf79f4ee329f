//! Numbers against a number: a line for each of what is compared, through the means of its points.

use super::axis::{Axis, drawable, extent};
use super::sheet::{EDGE, SUBTITLE, WIDTH, finish, sheet, upright};
use crate::markup::{Element, element, label, number, path, width};

/// A line and its points, several at a place if there are.
#[derive(Debug, Clone, PartialEq)]
pub struct Curve {
    /// Its name.
    pub name: String,
    /// Along the foot, and up.
    pub points: Vec<(f64, f64)>,
}

/// Colours that there are, as classes of the sheet.
const COLOURS: usize = 9;

const LEFT: f64 = 84.0;
const RIGHT: f64 = WIDTH - 24.0;
const TOP: f64 = 96.0;
const BOTTOM: f64 = 336.0;

/// Curves as SVG: at each place the mean of the points there, with a bar from the least to the most. `names` are those of the
/// axes. What is no number is left out.
///
/// ```
/// use spikestream_report::plot::{Curve, curves};
///
/// let curve = Curve { name: "sobol".into(), points: vec![(16.0, 0.9), (64.0, 0.95), (64.0, 0.97)] };
/// assert!(curves("Lengths", "", ("length", "accuracy"), &[curve]).starts_with("<svg "));
/// ```
pub fn curves(title: &str, subtitle: &str, names: (&str, &str), curves: &[Curve]) -> String {
    let good: Vec<Vec<Place>> = curves.iter().map(places).collect();
    let all = || good.iter().flatten();
    let across = extent(all().map(|place| place.at)).unwrap_or((0.0, 1.0));
    let up = extent(all().flat_map(|place| [place.least, place.most])).unwrap_or((0.0, 1.0));
    let wide = across.0 > 0.0 && across.1 > 20.0 * across.0;
    let (left, right) = (LEFT + 10.0, RIGHT - 10.0);
    let across = if wide {
        Axis::decades(across.0, across.1, left, right, 8)
    } else {
        Axis::exact(across.0, across.1, left, right, 8)
    };
    let up = Axis::rounded(up.0, up.1, BOTTOM, TOP, 6);
    let mut group = element("g").class("panel").child(up.down_the_side(LEFT, RIGHT));
    group = group.child(path("frame", format!("M{LEFT} {TOP}V{BOTTOM}H{RIGHT}")));
    for (index, (curve, places)) in curves.iter().zip(&good).enumerate() {
        let class = format!("line-{}", index % COLOURS);
        group = group.child(drawn(&curve.name, &class, places, (&across, &up)));
    }
    let sheet = sheet(WIDTH, BOTTOM + 54.0, title, subtitle).child(legend(curves)).child(group);
    let sheet = sheet.child(upright("ink", EDGE + 13.0, f64::midpoint(TOP, BOTTOM), names.1));
    finish(&sheet.child(across.along_the_foot(BOTTOM, names.0)))
}

/// All points at one place.
struct Place {
    at: f64,
    mean: f64,
    least: f64,
    most: f64,
}

fn places(curve: &Curve) -> Vec<Place> {
    let number = |(at, value): &(f64, f64)| Some((drawable(Some(*at))?, drawable(Some(*value))?));
    let mut points: Vec<(f64, f64)> = curve.points.iter().filter_map(number).collect();
    points.sort_by(|a, b| a.0.total_cmp(&b.0));
    let alike = points.chunk_by(|a, b| a.0 == b.0);
    let place = |points: &[(f64, f64)]| {
        let values = || points.iter().map(|(_, value)| *value);
        let (least, most) = extent(values())?;
        let mean = values().sum::<f64>() / points.len() as f64;
        Some(Place { at: points[0].0, mean, least, most })
    };
    alike.filter_map(place).collect()
}

fn drawn(name: &str, class: &str, places: &[Place], (across, up): (&Axis, &Axis)) -> Element {
    let (mut line, mut bars) = (String::new(), String::new());
    for place in places {
        let (x, verb) = (number(across.place(place.at)), if line.is_empty() { 'M' } else { 'L' });
        line.push_str(&format!("{verb}{x} {}", number(up.place(place.mean))));
        let [least, most] = [place.least, place.most].map(|value| number(up.place(value)));
        // A short mark across where there is no more to see.
        bars.push_str(&format!("M{x} {least}V{most}M{x} {}h4h-8", number(up.place(place.mean))));
    }
    let group = element("g").with("data-line", name);
    if line.is_empty() {
        return group;
    }
    group.child(path(class, line)).child(path(class, bars).at("stroke-opacity", 0.7))
}

/// A piece of every line, with its name; a single line without one has none.
fn legend(curves: &[Curve]) -> Element {
    let (mut x, y) = (EDGE, SUBTITLE + 26.0);
    let mut group = element("g").with("id", "legend");
    for (index, curve) in curves.iter().enumerate().filter(|(_, curve)| !curve.name.is_empty()) {
        let d = format!("M{} {}h24", number(x), number(y - 4.5));
        group = group.child(path(&format!("line-{}", index % COLOURS), d));
        group = group.child(label("ink", x + 31.0, y, &curve.name));
        x += 31.0 + width(&curve.name) * 13.0 + 20.0;
    }
    group
}
