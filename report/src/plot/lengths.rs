//! Accuracy against the length of streams: small panels side by side, a line a generator.

use super::axis::{Axis, drawable};
use super::sheet::{EDGE, SUBTITLE, finish, percent, sheet, upright};
use crate::markup::{Element, element, label, number, path, width};

/// A line: the accuracy, 0 to 1, at each length.
#[derive(Debug, Clone, PartialEq)]
pub struct Accuracies {
    /// Its name; lines of one name have one colour in all panels.
    pub name: String,
    /// Length and accuracy.
    pub points: Vec<(usize, f64)>,
}

/// A panel.
#[derive(Debug, Clone, PartialEq)]
pub struct LengthPanel {
    /// What the panels of its row have in common.
    pub row: String,
    /// What the panels of its column have in common.
    pub column: String,
    /// The accuracy that lines are held against.
    pub golden: f64,
    /// Its lines.
    pub lines: Vec<Accuracies>,
}

/// Colours that there are, as classes of the sheet.
const COLOURS: [&str; 9] =
    ["line-0", "line-1", "line-2", "line-3", "line-4", "line-5", "line-6", "line-7", "line-8"];

/// A panel's size, the space around it, and where the first begins.
const PANEL: (f64, f64) = (212.0, 104.0);
const BETWEEN: (f64, f64) = (40.0, 22.0);
const LEFT: f64 = 84.0;
const LEGEND: f64 = 20.0;

/// The panels as SVG, in a grid of their rows and columns.
///
/// Any number of panels, lines and points is good, none included.
pub fn accuracy_by_length(title: &str, subtitle: &str, panels: &[LengthPanel]) -> String {
    let rows = distinct(panels.iter().map(|panel| panel.row.as_str()));
    let columns = distinct(panels.iter().map(|panel| panel.column.as_str()));
    let lines = panels.iter().flat_map(|panel| &panel.lines);
    let names = distinct(lines.clone().map(|line| line.name.as_str()));
    let lengths = distinct(lines.flat_map(|line| &line.points).map(|(length, _)| *length));
    let wide = LEFT + columns.len().max(3) as f64 * (PANEL.0 + BETWEEN.0);
    let (legend, top) = legend(&names, wide);
    let bottom = top + rows.len() as f64 * (PANEL.1 + BETWEEN.1);
    let mut sheet = sheet(wide, bottom + 44.0, title, subtitle).child(legend);
    let left = |column: usize| LEFT + column as f64 * (PANEL.0 + BETWEEN.0);
    for (at, column) in columns.iter().enumerate() {
        sheet = sheet.child(label("ink middle name", left(at) + PANEL.0 / 2.0, top - 10.0, column));
        let foot = feet(&lengths, left(at), bottom - BETWEEN.1 + 18.0);
        sheet = sheet.child(foot);
    }
    for (at, row) in rows.iter().enumerate() {
        let (from, name) = (top + at as f64 * (PANEL.1 + BETWEEN.1), row);
        let (net, rest) = name.split_once(": ").unwrap_or(("", name));
        let middle = from + PANEL.1 / 2.0;
        sheet = sheet.child(upright("ink", EDGE + 5.0, middle, net));
        sheet = sheet.child(upright("soft", EDGE + 22.0, middle, rest));
        for panel in panels.iter().filter(|panel| panel.row == *name) {
            let column = columns.iter().position(|column| *column == panel.column).unwrap_or(0);
            sheet = sheet.child(drawn(panel, &names, &lengths, (left(column), from)));
        }
    }
    let middle = f64::midpoint(LEFT, wide);
    finish(&sheet.child(label("ink middle", middle, bottom + 22.0, "cycles of a stream")))
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

/// Lengths stand as far apart as their logarithms are.
fn across(lengths: &[usize], left: f64) -> impl Fn(usize) -> f64 {
    let logarithm = |length: usize| (length.max(1) as f64).log2();
    let least = lengths.iter().map(|length| logarithm(*length)).fold(f64::INFINITY, f64::min);
    let most = lengths.iter().map(|length| logarithm(*length)).fold(least, f64::max);
    let inner = PANEL.0 - 16.0;
    move |length| {
        let share = if least < most { (logarithm(length) - least) / (most - least) } else { 0.5 };
        left + 8.0 + inner * share
    }
}

/// The lengths below a column, as many as have room.
fn feet(lengths: &[usize], left: f64, y: f64) -> Element {
    let place = across(lengths, left);
    let every = lengths.len().div_ceil(8).max(1);
    let text = |length: &usize| label("soft middle", place(*length), y, length);
    element("g").class("axis").children(lengths.iter().step_by(every).map(text))
}

fn drawn(
    panel: &LengthPanel,
    names: &[&str],
    lengths: &[usize],
    (left, top): (f64, f64),
) -> Element {
    let (right, bottom) = (left + PANEL.0, top + PANEL.1);
    let axis = Axis::exact(0.0, 100.0, bottom - 4.0, top + 4.0, 2);
    let place = across(lengths, left);
    let frame = path("frame", format!("M{left} {top}V{bottom}H{right}"));
    let group =
        element("g").class("panel").with("data-name", format!("{}, {}", panel.row, panel.column));
    let share = |accuracy: f64| drawable(Some(accuracy)).filter(|a| (0.0..=1.0).contains(a));
    let golden = share(panel.golden).map(|golden| {
        let y = number(axis.place(100.0 * golden));
        path("kept", format!("M{left} {y}H{right}")).with("data-golden", percent(golden, 2))
    });
    let line = |line: &Accuracies| {
        let at = names.iter().position(|name| *name == line.name).unwrap_or(0);
        let mut d = String::new();
        for (length, accuracy) in &line.points {
            let Some(accuracy) = share(*accuracy) else { continue };
            let verb = if d.is_empty() { 'M' } else { 'L' };
            let (x, y) = (place(*length), axis.place(100.0 * accuracy));
            d.push_str(&format!("{verb}{} {}", number(x), number(y)));
        }
        let group = element("g").with("data-line", &line.name);
        if d.is_empty() { group } else { group.child(path(colour(at), d)) }
    };
    group
        .child(axis.down_the_side(left, right))
        .child(frame)
        .children(golden)
        .children(panel.lines.iter().map(line))
}
