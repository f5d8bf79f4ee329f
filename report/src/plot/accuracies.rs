//! Accuracy against the length of streams or the rate of faults: small panels side by side, a line for each of what is
//! compared.

use super::axis::{Axis, drawable};
use super::sheet::{EDGE, SUBTITLE, finish, percent, sheet, upright};
use crate::markup::{Element, element, label, number, path, width};

/// A line: the accuracy, 0 to 1, at each length or rate.
#[derive(Debug, Clone, PartialEq)]
pub struct Accuracies {
    /// Its name; lines of one name have one colour in all panels.
    pub name: String,
    /// Its points.
    pub points: Vec<AccuracyPoint>,
}

/// A point of a line.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct AccuracyPoint {
    /// The length, or the rate.
    pub at: f64,
    /// The accuracy.
    pub accuracy: f64,
    /// How sure that is: faint lines below and above.
    pub band: Option<[f64; 2]>,
    /// The least and the most that was seen: a bar.
    pub spread: Option<[f64; 2]>,
}

/// A panel.
#[derive(Debug, Clone, PartialEq)]
pub struct AccuracyPanel {
    /// What the panels of its row have in common.
    pub row: String,
    /// What the panels of its column have in common.
    pub column: String,
    /// The accuracy that lines are held against.
    pub golden: f64,
    /// Its lines.
    pub lines: Vec<Accuracies>,
}

/// What stands at the foot of the panels.
struct Foot {
    name: &'static str,
    /// What is written at a place, if something is.
    text: fn(f64) -> Option<String>,
}

/// Colours that there are, as classes of the sheet.
const COLOURS: [&str; 9] =
    ["line-0", "line-1", "line-2", "line-3", "line-4", "line-5", "line-6", "line-7", "line-8"];

/// A panel's size, the space around it, and where the first begins.
const PANEL: (f64, f64) = (212.0, 104.0);
const BETWEEN: (f64, f64) = (40.0, 22.0);
const LEFT: f64 = 84.0;
const LEGEND: f64 = 20.0;

/// Panels over the cycles of a stream as SVG, in a grid of their rows and columns.
///
/// Any number of panels, lines and points is good, none included.
pub fn accuracy_by_length(title: &str, subtitle: &str, panels: &[AccuracyPanel]) -> String {
    let foot = Foot { name: "cycles of a stream", text: |length| Some(length.to_string()) };
    grid(title, subtitle, panels, &foot)
}

/// Panels over the rate of faults, as [`accuracy_by_length`].
pub fn accuracy_by_rate(title: &str, subtitle: &str, panels: &[AccuracyPanel]) -> String {
    grid(title, subtitle, panels, &Foot { name: "rate", text: decade })
}

/// Decades alone: what lies between them has no room.
fn decade(rate: f64) -> Option<String> {
    let power = rate.log10();
    let text = if rate == 1.0 { "1".to_owned() } else { format!("{rate:e}") };
    ((power - power.round()).abs() < 1e-6).then_some(text)
}

fn grid(title: &str, subtitle: &str, panels: &[AccuracyPanel], foot: &Foot) -> String {
    let rows = distinct(panels.iter().map(|panel| panel.row.as_str()));
    let columns = distinct(panels.iter().map(|panel| panel.column.as_str()));
    let lines = panels.iter().flat_map(|panel| &panel.lines);
    let names = distinct(lines.clone().map(|line| line.name.as_str()));
    let places = lines.flat_map(|line| &line.points).map(|point| point.at);
    let places = distinct(places.filter(|at| drawable(Some(*at)).is_some()));
    let wide = LEFT + columns.len().max(3) as f64 * (PANEL.0 + BETWEEN.0);
    let (legend, top) = legend(&names, wide);
    let bottom = top + rows.len() as f64 * (PANEL.1 + BETWEEN.1);
    let mut sheet = sheet(wide, bottom + 44.0, title, subtitle).child(legend);
    let left = |column: usize| LEFT + column as f64 * (PANEL.0 + BETWEEN.0);
    for (at, column) in columns.iter().enumerate() {
        sheet = sheet.child(label("ink middle name", left(at) + PANEL.0 / 2.0, top - 10.0, column));
        let feet = feet(&places, foot, left(at), bottom - BETWEEN.1 + 18.0);
        sheet = sheet.child(feet);
    }
    for (at, row) in rows.iter().enumerate() {
        let (from, name) = (top + at as f64 * (PANEL.1 + BETWEEN.1), row);
        let (net, rest) = name.split_once(": ").unwrap_or(("", name));
        let middle = from + PANEL.1 / 2.0;
        sheet = sheet.child(upright("ink", EDGE + 5.0, middle, net));
        sheet = sheet.child(upright("soft", EDGE + 22.0, middle, rest));
        for panel in panels.iter().filter(|panel| panel.row == *name) {
            let column = columns.iter().position(|column| *column == panel.column).unwrap_or(0);
            sheet = sheet.child(drawn(panel, &names, &places, (left(column), from)));
        }
    }
    let middle = f64::midpoint(LEFT, wide);
    finish(&sheet.child(label("ink middle", middle, bottom + 22.0, foot.name)))
}

/// Each value once, in the order of their first.
fn distinct<T: PartialEq>(values: impl Iterator<Item = T>) -> Vec<T> {
    values.fold(Vec::new(), |mut all, value| {
        if !all.contains(&value) {
            all.push(value);
        }
        all
    })
}

/// The names of the lines, and where the panels' headings end.
fn legend(names: &[&str], wide: f64) -> (Element, f64) {
    let (mut x, mut y) = (EDGE, SUBTITLE + 26.0);
    let mut group = element("g").with("id", "legend");
    for (at, name) in names.iter().enumerate() {
        let taken = 31.0 + width(name) * 13.0 + 20.0;
        if x > EDGE && x + taken > wide - EDGE {
            (x, y) = (EDGE, y + LEGEND);
        }
        let d = format!("M{} {}h24", number(x), number(y - 4.5));
        group = group.child(path(colour(at), d)).child(label("ink", x + 31.0, y, name));
        x += taken;
    }
    (group, y + 44.0)
}

fn colour(at: usize) -> &'static str {
    COLOURS[at % COLOURS.len()]
}

/// Places stand as far apart as their logarithms are.
fn across(places: &[f64], left: f64) -> impl Fn(f64) -> f64 {
    let logarithm = |at: f64| at.max(1e-12).log2();
    let least = places.iter().map(|at| logarithm(*at)).fold(f64::INFINITY, f64::min);
    let most = places.iter().map(|at| logarithm(*at)).fold(least, f64::max);
    let inner = PANEL.0 - 16.0;
    move |at| {
        let share = if least < most { (logarithm(at) - least) / (most - least) } else { 0.5 };
        left + 8.0 + inner * share
    }
}

/// What is written below a column, as much as has room.
fn feet(places: &[f64], foot: &Foot, left: f64, y: f64) -> Element {
    let place = across(places, left);
    let texts: Vec<(f64, String)> =
        places.iter().filter_map(|at| Some((*at, (foot.text)(*at)?))).collect();
    let every = texts.len().div_ceil(8).max(1);
    let text = |(at, text): &(f64, String)| label("soft middle", place(*at), y, text);
    element("g").class("axis").children(texts.iter().step_by(every).map(text))
}

fn drawn(
    panel: &AccuracyPanel,
    names: &[&str],
    places: &[f64],
    (left, top): (f64, f64),
) -> Element {
    let (right, bottom) = (left + PANEL.0, top + PANEL.1);
    let axis = Axis::exact(0.0, 100.0, bottom - 4.0, top + 4.0, 2);
    let place = across(places, left);
    let frame = path("frame", format!("M{left} {top}V{bottom}H{right}"));
    let group =
        element("g").class("panel").with("data-name", format!("{}, {}", panel.row, panel.column));
    let golden = share(panel.golden).map(|golden| {
        let y = number(axis.place(100.0 * golden));
        path("kept", format!("M{left} {y}H{right}")).with("data-golden", percent(golden, 2))
    });
    let line = |line: &Accuracies| {
        let at = names.iter().position(|name| *name == line.name).unwrap_or(0);
        line.drawn(colour(at), &place, &axis)
    };
    group
        .child(axis.down_the_side(left, right))
        .child(frame)
        .children(golden)
        .children(panel.lines.iter().map(line))
}

fn share(accuracy: f64) -> Option<f64> {
    drawable(Some(accuracy)).filter(|a| (0.0..=1.0).contains(a))
}

impl Accuracies {
    fn drawn(&self, class: &str, place: &dyn Fn(f64) -> f64, axis: &Axis) -> Element {
        let at = |point: &AccuracyPoint| drawable(Some(point.at)).map(place);
        let up = |accuracy: f64| share(accuracy).map(|accuracy| axis.place(100.0 * accuracy));
        let along = |value: &dyn Fn(&AccuracyPoint) -> Option<f64>| {
            let mut d = String::new();
            for point in &self.points {
                let (Some(x), Some(y)) = (at(point), value(point).and_then(up)) else { continue };
                let verb = if d.is_empty() { 'M' } else { 'L' };
                d.push_str(&format!("{verb}{} {}", number(x), number(y)));
            }
            d
        };
        let bar = |point: &AccuracyPoint| {
            let [least, most] = point.spread?.map(up);
            Some(format!("M{} {}V{}", number(at(point)?), number(least?), number(most?)))
        };
        let band = |end: usize| along(&|point| point.band.map(|band| band[end]));
        let bars: String = self.points.iter().filter_map(bar).collect();
        let parts = [
            (along(&|point| Some(point.accuracy)), 1.0),
            (band(0), 0.4),
            (band(1), 0.4),
            (bars, 0.7),
        ];
        let drawn = |(d, opacity): (String, f64)| {
            let line = path(class, d);
            if opacity < 1.0 { line.at("stroke-opacity", opacity) } else { line }
        };
        let group = element("g").with("data-line", &self.name);
        group.children(parts.into_iter().filter(|(d, _)| !d.is_empty()).map(drawn))
    }
}
