//! The states of a neuron against time: real numbers and words, and how far they are apart.

use super::axis::{Axis, drawable, extent};
use super::sheet::{EDGE, SUBTITLE, WIDTH, finish, sheet, upright};
use crate::markup::{Element, element, label, number, path, width};

/// One state.
#[derive(Debug, Clone, Copy)]
pub struct Trace<'a> {
    /// Its name.
    pub name: &'a str,
    /// Its values in real numbers.
    pub real: &'a [f64],
    /// Its values as words.
    pub words: &'a [f64],
}

/// The left and the right end of every panel.
const LEFT: f64 = 84.0;
const RIGHT: f64 = WIDTH - 24.0;

/// Where the first panel begins, and the space between panels.
const TOP: f64 = 112.0;
const BETWEEN: f64 = 18.0;

/// The heights of a state's panel and of that of its distance.
const STATE: f64 = 130.0;
const DISTANCE: f64 = 54.0;

/// Of so many steps on, a line shows the least and the greatest value of each column.
const COLUMNS: usize = 1500;

/// The traces of a run as SVG: two panels a state, the values over each other and the distance between them, and
/// the spikes of both.
///
/// Any number of steps is good, none included.
pub fn traces(title: &str, subtitle: &str, states: &[Trace<'_>], spikes: [&[usize]; 2]) -> String {
    let steps = states.iter().map(|trace| trace.real.len()).max().unwrap_or(0);
    let height = TOP + states.len() as f64 * (STATE + DISTANCE + 2.0 * BETWEEN);
    let across = Axis::whole(0.0, steps.max(1) as f64, LEFT, RIGHT, 12);
    let mut sheet = sheet(WIDTH, height + 54.0, title, subtitle).child(legend());
    let mut top = TOP;
    for trace in states {
        let lines = [("train", trace.real), ("held-out", trace.words)];
        sheet = sheet.child(panel(trace.name, &lines, (top, STATE), &across));
        top += STATE + BETWEEN;
        let apart: Vec<f64> =
            trace.real.iter().zip(trace.words).map(|(a, b)| (a - b).abs()).collect();
        let lines = [("rate", apart.as_slice())];
        sheet = sheet.child(panel("apart", &lines, (top, DISTANCE), &across));
        top += DISTANCE + BETWEEN;
    }
    for (class, spikes, y) in [("train", spikes[0], top), ("held-out", spikes[1], top + 8.0)] {
        sheet = sheet.child(marks(class, spikes, y, &across));
    }
    finish(&sheet.child(across.along_the_foot(top + 14.0, "step")))
}

fn legend() -> Element {
    let y = SUBTITLE + 26.0;
    let mut x = EDGE;
    let mut group = element("g").with("id", "legend");
    for (class, name) in
        [("train", "real numbers"), ("held-out", "words"), ("rate", "their distance")]
    {
        let d = format!("M{} {}h24", number(x), number(y - 4.5));
        group = group.child(path(class, d)).child(label("ink", x + 31.0, y, name));
        x += 31.0 + width(name) * 13.0 + 20.0;
    }
    group
}

/// A panel of so much height from `top`, with lines of a class each.
fn panel(
    name: &str,
    lines: &[(&'static str, &[f64])],
    (top, height): (f64, f64),
    across: &Axis,
) -> Element {
    let bottom = top + height;
    let middle = f64::midpoint(top, bottom);
    let group = element("g").class("panel").with("data-name", name);
    let group = group.child(upright("ink", EDGE + 13.0, middle, name));
    let frame = path("frame", format!("M{LEFT} {top}V{bottom}H{RIGHT}"));
    let values = lines.iter().flat_map(|(_, values)| values.iter());
    let Some((low, high)) = extent(values.filter_map(|&value| drawable(Some(value)))) else {
        let nothing = label("soft middle", f64::midpoint(LEFT, RIGHT), middle, "no values");
        return group.child(frame).child(nothing);
    };
    let axis = Axis::rounded(low, high, bottom, top, if height < 100.0 { 2 } else { 5 });
    let drawn = lines.iter().map(|(class, values)| path(class, line(values, across, &axis)));
    group
        .child(axis.down_the_side(LEFT, RIGHT))
        .child(across.lines_down(top, bottom))
        .child(frame)
        .children(drawn)
}

/// A line through values, one a step; of many, through the ends of each column.
fn line(values: &[f64], across: &Axis, axis: &Axis) -> String {
    let together = values.len().div_ceil(COLUMNS).max(1);
    let mut d = String::new();
    let mut verb = 'M';
    for (column, values) in values.chunks(together).enumerate() {
        let Some((low, high)) = extent(values.iter().filter_map(|&v| drawable(Some(v)))) else {
            verb = 'M';
            continue;
        };
        let x = number(across.place((column * together) as f64));
        for end in if low < high { vec![low, high] } else { vec![low] } {
            d.push_str(&format!("{verb}{x} {}", number(axis.place(end))));
            verb = 'L';
        }
    }
    d
}

/// A short stroke for each spike.
fn marks(class: &str, spikes: &[usize], y: f64, across: &Axis) -> Element {
    let stroke =
        |&step: &usize| format!("M{} {}v6", number(across.place(step as f64)), number(y - 12.0));
    path(class, spikes.iter().map(stroke).collect()).with("data-spikes", spikes.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_state_has_two_panels_and_odd_numbers_no_place() {
        let real = [0.0, 1.0, f64::NAN, 3.0];
        let words = [0.0, 1.5, 2.0, 3.0];
        let trace = Trace { name: "v<", real: &real, words: &words };
        let svg = traces("A & B", "two", &[trace, Trace { name: "u", ..trace }], [&[1, 3], &[3]]);
        let tree = roxmltree::Document::parse(&svg).unwrap();
        let panels = tree.descendants().filter(|node| node.attribute("class") == Some("panel"));
        let names: Vec<_> = panels.filter_map(|node| node.attribute("data-name")).collect();
        assert_eq!(names, ["v<", "apart", "u", "apart"]);
        let spikes = tree.descendants().filter_map(|node| node.attribute("data-spikes"));
        assert_eq!(spikes.collect::<Vec<_>>(), ["2", "1"]);
        assert!(!svg.contains("NaN"));
        assert!(
            traces("", "", &[Trace { name: "v", real: &[], words: &[] }], [&[], &[]])
                .contains("no values")
        );
    }

    #[test]
    fn a_long_run_keeps_its_spikes() {
        let mut real = vec![0.0; 100_000];
        real[54_321] = 7.0;
        let svg = traces("", "", &[Trace { name: "v", real: &real, words: &real }], [&[], &[]]);
        assert!(svg.len() < 200_000, "{}", svg.len());
        let axis = Axis::rounded(0.0, 7.0, TOP + STATE, TOP, 5);
        assert!(svg.contains(&format!(" {}L", number(axis.place(7.0)))), "the peak is drawn");
    }
}
