//! The learning curve: loss, accuracies and learning rate against the epoch.

use super::axis::{Axis, drawable, extent};
use super::sheet::{EDGE, SUBTITLE, WIDTH, finish, percent, sheet, upright};
use crate::markup::{Element, element, label, number, path, width};

/// What is known after an epoch. What is absent, no number, or no share is a gap in its line.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct CurvePoint {
    /// The epoch, usually from 1.
    pub epoch: usize,
    /// Mean training loss of the epoch.
    pub loss: Option<f64>,
    /// Loss on the held-out images after it.
    pub holdout_loss: Option<f64>,
    /// Share of training images that are right, 0 to 1.
    pub accuracy: Option<f64>,
    /// Share of held-out images that are right, 0 to 1.
    pub holdout_accuracy: Option<f64>,
    /// Share of test images that are right, 0 to 1.
    pub test_accuracy: Option<f64>,
    /// Learning rate at the end of the epoch.
    pub learning_rate: Option<f64>,
    /// Whether the weights of this epoch are those that were kept.
    pub kept: bool,
}

/// The left and the right end of every panel.
const LEFT: f64 = 84.0;
const RIGHT: f64 = WIDTH - 24.0;

/// Where the first panel begins, and the space between panels.
const TOP: f64 = 112.0;
const BETWEEN: f64 = 22.0;

/// Up to so many epochs each has a dot.
const DOTS: usize = 25;

/// From this ratio of the largest to the smallest loss on, the axis is logarithmic.
const DECADES: f64 = 200.0;

/// A line: its class, its name and its values.
struct Line {
    class: &'static str,
    name: &'static str,
    value: fn(&CurvePoint) -> Option<f64>,
}

/// Lines that share an axis.
struct Panel {
    name: &'static str,
    height: f64,
    lines: &'static [Line],
    axis: fn((f64, f64), f64, f64, f64) -> Axis,
}

const LOSS: Panel = Panel {
    name: "loss",
    height: 190.0,
    lines: &[
        Line { class: "train", name: "train", value: |p| p.loss },
        Line { class: "held-out", name: "held out", value: |p| p.holdout_loss },
    ],
    axis: loss_axis,
};

const ACCURACY: Panel = Panel {
    name: "accuracy, %",
    height: 230.0,
    lines: &[
        Line { class: "train", name: "train", value: |p| hundredfold(p.accuracy) },
        Line { class: "held-out", name: "held out", value: |p| hundredfold(p.holdout_accuracy) },
        Line { class: "test", name: "test", value: |p| hundredfold(p.test_accuracy) },
    ],
    axis: accuracy_axis,
};

const RATE: Panel = Panel {
    name: "learning rate",
    height: 90.0,
    lines: &[Line { class: "rate", name: "learning rate", value: |p| p.learning_rate }],
    axis: rate_axis,
};

fn hundredfold(share: Option<f64>) -> Option<f64> {
    share.filter(|share| (0.0..=1.0).contains(share)).map(|share| share * 100.0)
}

/// From 0 up, or in decades if some values are far smaller than others. `least` is the smallest
/// value above 0.
fn loss_axis((low, high): (f64, f64), least: f64, from: f64, to: f64) -> Axis {
    if low >= 0.0 && high > DECADES * least {
        return Axis::decades(least, high, from, to, 6);
    }
    Axis::rounded(low.min(0.0), high.max(0.0), from, to, 5)
}

/// As narrow as the values allow, and within 0 to 100 % as they are.
fn accuracy_axis((low, high): (f64, f64), _: f64, from: f64, to: f64) -> Axis {
    let low = if high - low < 1.0 { (high - 1.0).max(low.min(0.0)) } else { low };
    Axis::rounded(low, high.max(low + 1.0), from, to, 6)
}

fn rate_axis((low, high): (f64, f64), _: f64, from: f64, to: f64) -> Axis {
    let high = if high > 0.0 { high } else { 1.0 };
    Axis::rounded(low.min(0.0), high, from, to, 2)
}

/// The learning curve of a run as SVG: a panel for the loss, one for the accuracies, and one for the
/// learning rate if any point has it; the epoch that was kept is marked.
///
/// Any number of points is good, none included.
pub fn learning_curve(points: &[CurvePoint]) -> String {
    let panels: Vec<Panel> = [LOSS, ACCURACY, RATE]
        .into_iter()
        .filter(|p| p.name != RATE.name || p.any(points))
        .collect();
    let below: f64 = panels.iter().map(|panel| panel.height + BETWEEN).sum();
    let bottom = TOP + below - BETWEEN;
    let epochs = extent(points.iter().map(|point| point.epoch as f64)).unwrap_or((0.0, 1.0));
    let across = Axis::whole(epochs.0, epochs.1, LEFT + 10.0, RIGHT - 10.0, 12);
    let mut sheet = sheet(WIDTH, bottom + 54.0, "Learning curve", &summary(points));
    sheet = sheet.child(legend(points));
    let mut top = TOP;
    for panel in &panels {
        sheet = sheet.child(panel.drawn(points, &across, top));
        top += panel.height + BETWEEN;
    }
    if let Some(kept) = points.iter().find(|point| point.kept) {
        sheet = sheet.child(mark(kept, &across, bottom));
    }
    finish(&sheet.child(across.along_the_foot(bottom, "epoch")))
}

/// The values of the epoch that was kept, or of the last one.
fn summary(points: &[CurvePoint]) -> String {
    let kept = points.iter().find(|point| point.kept);
    let Some(point) = kept.or(points.last()) else {
        return "no epoch yet".into();
    };
    let which = if kept.is_some() { "kept" } else { "the last" };
    let mut out = format!("epoch {}, {which}: ", point.epoch);
    let loss = |value: Option<f64>| {
        let readable = |v: f64| v == 0.0 || (1e-3..1e6).contains(&v.abs());
        drawable(value).map(|v| if readable(v) { format!("{v:.4}") } else { format!("{v:.3e}") })
    };
    let share = |value: Option<f64>| {
        let possible = drawable(value).filter(|v| (0.0..=1.0).contains(v));
        possible.map(|v| format!("{} %", percent(v, 2)))
    };
    let values = [
        ("loss", loss(point.loss)),
        ("held-out loss", loss(point.holdout_loss)),
        ("train", share(point.accuracy)),
        ("held out", share(point.holdout_accuracy)),
        ("test", share(point.test_accuracy)),
    ];
    let values = values.into_iter().filter_map(|(name, value)| Some(format!("{name} {}", value?)));
    let values: Vec<String> = values.collect();
    out.push_str(if values.is_empty() { "no values" } else { "" });
    out + &values.join(", ")
}

/// A piece of every line that is drawn, with its name.
fn legend(points: &[CurvePoint]) -> Element {
    let y = SUBTITLE + 26.0;
    let mut x = EDGE;
    let mut group = element("g").with("id", "legend");
    // The accuracies have every line that the loss may have.
    for line in ACCURACY.lines {
        let drawn = LOSS.lines.iter().chain(ACCURACY.lines).filter(|l| l.class == line.class);
        if !drawn.into_iter().any(|l| points.iter().any(|p| drawable((l.value)(p)).is_some())) {
            continue;
        }
        let d = format!("M{} {}h24", number(x), number(y - 4.5));
        group = group.child(path(line.class, d)).child(label("ink", x + 31.0, y, line.name));
        x += 31.0 + width(line.name) * 13.0 + 20.0;
    }
    group
}

/// A line down through all panels at the epoch that was kept, with its name above.
fn mark(kept: &CurvePoint, across: &Axis, bottom: f64) -> Element {
    let x = across.place(kept.epoch as f64);
    let name = format!("kept: {}", kept.epoch);
    let half = width(&name) * 13.0 / 2.0;
    let line = path("kept", format!("M{} {}V{}", number(x), number(TOP - 6.0), number(bottom)));
    let middle = x.clamp(LEFT + half, RIGHT - half);
    let name = label("ink middle", middle, TOP - 11.0, name);
    element("g").with("id", "kept").child(line).child(name)
}

impl Panel {
    fn any(&self, points: &[CurvePoint]) -> bool {
        self.values(points).next().is_some()
    }

    fn values<'a>(&'a self, points: &'a [CurvePoint]) -> impl Iterator<Item = f64> + 'a {
        let of = |line: &'a Line| points.iter().filter_map(|p| drawable((line.value)(p)));
        self.lines.iter().flat_map(of)
    }

    fn drawn(&self, points: &[CurvePoint], across: &Axis, top: f64) -> Element {
        let bottom = top + self.height;
        let group = element("g").class("panel").with("data-name", self.name);
        let middle = f64::midpoint(top, bottom);
        let group = group.child(upright("ink", EDGE + 13.0, middle, self.name));
        let frame = path("frame", format!("M{LEFT} {top}V{bottom}H{RIGHT}"));
        let Some(range) = extent(self.values(points)) else {
            let nothing = label("soft middle", f64::midpoint(LEFT, RIGHT), middle, "no values");
            return group.child(frame).child(nothing);
        };
        let above = extent(self.values(points).filter(|v| *v > 0.0)).unwrap_or((1.0, 1.0)).0;
        let axis = (self.axis)(range, above, bottom, top);
        let lines = self.lines.iter().map(|line| line.drawn(points, across, &axis));
        group
            .child(axis.down_the_side(LEFT, RIGHT))
            .child(across.lines_down(top, bottom))
            .child(frame)
            .children(lines)
    }
}

impl Line {
    /// The line, broken where it has no value; dots where there is no line to see, or on every point
    /// if there are few.
    fn drawn(&self, points: &[CurvePoint], across: &Axis, axis: &Axis) -> Element {
        let places: Vec<Option<(f64, f64)>> = points
            .iter()
            .map(|point| {
                let value = drawable((self.value)(point)).filter(|v| axis.has(*v))?;
                Some((across.place(point.epoch as f64), axis.place(value)))
            })
            .collect();
        let mut d = String::new();
        let mut dots = Vec::new();
        for (i, place) in places.iter().enumerate() {
            let Some((x, y)) = *place else { continue };
            let neighbour = |i: Option<usize>| i.and_then(|i| *places.get(i)?).is_some();
            let (before, after) = (neighbour(i.checked_sub(1)), neighbour(Some(i + 1)));
            let verb = if before { 'L' } else { 'M' };
            d.push_str(&format!("{verb}{} {}", number(x), number(y)));
            if points.len() <= DOTS || points[i].kept || !(before || after) {
                let radius = if points[i].kept { 4.5 } else { 2.5 };
                let dot = element("circle").class(self.class).at("cx", x).at("cy", y);
                dots.push(dot.at("r", radius));
            }
        }
        let group = element("g").with("data-line", self.name);
        if d.is_empty() { group } else { group.child(path(self.class, d)).children(dots) }
    }
}
