//! The confusion matrix: which class was taken for which.

use std::fmt::Write;

use super::sheet::{EDGE, finish, grouped, percent, sheet, upright};
use crate::markup::{Element, element, label, number, path, shortened, width};

/// Shades of a cell by its share of its row.
const SHADES: usize = 12;

/// The strongest shade: the numbers in the cells stay legible on it, light or dark.
const STRONGEST: f64 = 0.6;

/// A name has at most this many characters.
const LONGEST: usize = 14;

/// Where the names of the columns begin, under title, subtitle and the columns' heading.
const NAMES: f64 = 86.0;

/// The side of a large matrix; a small one has cells of [`LARGEST`].
const SIDE: f64 = 680.0;
const LARGEST: f64 = 48.0;

/// The size of a text in a cell, and of everything else.
const FONT: f64 = 13.0;

/// A matrix of numbers with a name for each class, made square.
struct Table {
    counts: Vec<Vec<u64>>,
    names: Vec<String>,
    cell: f64,
    font: f64,
    left: f64,
    top: f64,
    upright_names: bool,
}

/// The matrix as a heat map with numbers, as SVG: `matrix[i][j]` images of class i were taken for
/// class j. Right ones are blue, wrong ones orange, each the stronger the larger its share of its row;
/// recall stands right of a row, precision below a column.
///
/// There are as many classes as rows, columns or names, whichever is most: a missing count is 0, and
/// a class without a name is called by its index. From 33 classes on, the numbers are left out.
pub fn confusion(matrix: &[Vec<u32>], names: &[String]) -> String {
    let table = Table::of(matrix, names);
    let side = table.side();
    let (right, all) = (table.right(), table.counts.iter().flatten().sum::<u64>());
    let title = "Confusion matrix";
    let share = if all == 0 { "none".into() } else { format!("{} %", rate(right, all, 2)) };
    let summary = format!("{} of {} right: {share}", grouped(right), grouped(all));
    let foot = if table.has_margins() { 54.0 } else { EDGE };
    let beside = if table.has_margins() { 90.0 } else { EDGE };
    let wide = table.left + side + beside;
    let wide = wide.max(2.0 * EDGE + FONT * width(&summary)).ceil();
    let high = (table.top + side + foot).ceil();
    let mut sheet = sheet(wide, high, title, &summary)
        .children([1, 2].map(|kind| table.cells(kind == 1)))
        .child(table.lines())
        .child(table.labels());
    if table.has_numbers() {
        sheet = sheet.child(table.numbers());
    }
    if table.has_margins() {
        sheet = sheet.child(table.margins());
    }
    finish(&sheet)
}

fn rate(part: u64, all: u64, decimals: usize) -> String {
    if all == 0 { "–".into() } else { percent(part as f64 / all as f64, decimals) }
}

impl Table {
    fn of(matrix: &[Vec<u32>], names: &[String]) -> Self {
        let widest = matrix.iter().map(Vec::len).max().unwrap_or(0);
        let classes = widest.max(matrix.len()).max(names.len());
        let count = |i: usize, j: usize| matrix.get(i).and_then(|row| row.get(j)).copied();
        let row = |i| (0..classes).map(|j| u64::from(count(i, j).unwrap_or(0))).collect();
        let name = |i: usize| names.get(i).map_or(i.to_string(), |name| shortened(name, LONGEST));
        let names: Vec<String> = (0..classes).map(name).collect();
        let longest = names.iter().map(|name| width(name) * FONT).fold(0.0, f64::max);
        let cell = (SIDE / classes.max(1) as f64).clamp(2.5, LARGEST);
        let upright_names = longest > cell - 4.0;
        Self {
            counts: (0..classes).map(row).collect(),
            names,
            cell,
            font: (cell * 0.4).clamp(9.0, FONT),
            left: EDGE + 30.0 + longest,
            top: NAMES + if upright_names { longest + 6.0 } else { FONT } + 8.0,
            upright_names,
        }
    }

    fn classes(&self) -> usize {
        self.counts.len()
    }

    fn side(&self) -> f64 {
        self.cell * self.classes() as f64
    }

    fn right(&self) -> u64 {
        (0..self.classes()).map(|i| self.counts[i][i]).sum()
    }

    /// Whether there is room for numbers in the cells.
    fn has_numbers(&self) -> bool {
        self.classes() <= 32
    }

    /// Whether there is room for recall and precision.
    fn has_margins(&self) -> bool {
        self.has_numbers() && self.classes() > 0
    }

    /// The middle of a row or a column.
    fn middle(&self, start: f64, i: usize) -> f64 {
        start + (i as f64 + 0.5) * self.cell
    }

    /// The cells of the diagonal, or all others: one path a shade.
    fn cells(&self, diagonal: bool) -> Element {
        let mut paths = vec![String::new(); SHADES + 1];
        for (i, row) in self.counts.iter().enumerate() {
            let all: u64 = row.iter().sum();
            for (j, count) in
                row.iter().enumerate().filter(|(j, c)| (*j == i) == diagonal && **c > 0)
            {
                let share = *count as f64 / all as f64;
                // Mistakes are few: the root tells one from two.
                let share = if diagonal { share } else { share.sqrt() };
                let shade = (share * SHADES as f64).ceil() as usize;
                let _ = write!(paths[shade.clamp(1, SHADES)], "M{j} {i}h1v1h-1z");
            }
        }
        let place = format!("translate({} {})", number(self.left), number(self.top));
        let place = format!("{place}scale({:.4})", self.cell);
        let class = if diagonal { "right" } else { "wrong" };
        let shades =
            paths.into_iter().enumerate().filter(|(_, d)| !d.is_empty()).map(|(s, d)| {
                path(class, d).at("fill-opacity", s as f64 / SHADES as f64 * STRONGEST)
            });
        element("g").with("transform", place).children(shades)
    }

    /// The lines between the cells, if they are not too many, and the frame.
    fn lines(&self) -> Element {
        let (left, top, side) = (self.left, self.top, self.side());
        let mut d = String::new();
        for i in (0..=self.classes()).filter(|i| self.has_numbers() || i % self.classes() == 0) {
            let at = i as f64 * self.cell;
            let (x, y, side) = (number(left + at), number(top + at), number(side));
            let _ = write!(d, "M{x} {}v{side}M{} {y}h{side}", number(top), number(left));
        }
        path("grid", d)
    }

    /// The names of the classes, as many as there is room for, and of the axes.
    fn labels(&self) -> Element {
        let every = ((FONT + 3.0) / self.cell).ceil().max(1.0) as usize;
        let middle = f64::midpoint(self.left, self.left + self.side()).max(self.left + 20.0);
        let centre = f64::midpoint(self.top, self.top + self.side());
        let mut group = element("g")
            .with("id", "names")
            .child(label("ink name middle", middle, NAMES - 7.0, "taken for"))
            .child(upright("ink name", EDGE + 11.0, centre, "class"));
        for (i, name) in self.names.iter().enumerate().step_by(every) {
            let y = self.middle(self.top, i) + 4.5;
            group = group.child(label("ink end", self.left - 8.0, y, name));
            let x = self.middle(self.left, i);
            group = group.child(if self.upright_names {
                let (x, y) = (number(x + 4.5), number(self.top - 8.0));
                let turn = format!("rotate(-90 {x} {y})");
                element("text")
                    .class("ink")
                    .with("x", x)
                    .with("y", y)
                    .with("transform", turn)
                    .text(name)
            } else {
                label("ink middle", x, self.top - 8.0, name)
            });
        }
        group
    }

    /// The counts in the cells; none where nothing was counted.
    fn numbers(&self) -> Element {
        let mut group = element("g").with("id", "counts").at("font-size", self.font);
        for (i, row) in self.counts.iter().enumerate() {
            for (j, count) in row.iter().enumerate().filter(|(_, count)| **count > 0) {
                let (x, y) = (self.middle(self.left, j), self.middle(self.top, i));
                let text = self.fitting(*count);
                group = group.child(label("ink middle", x, y + self.font * 0.35, text));
            }
        }
        group
    }

    /// A count as it fits into a cell: 12345, 12k or 12M.
    fn fitting(&self, count: u64) -> String {
        let text = count.to_string();
        match count {
            _ if width(&text) * self.font <= self.cell - 2.0 => text,
            0..1_000_000 => format!("{}k", (count + 500) / 1000),
            _ => format!("{}M", (count + 500_000) / 1_000_000),
        }
    }

    /// Recall right of the rows and precision below the columns, in percent.
    fn margins(&self) -> Element {
        let mut group = element("g").with("id", "rates").at("font-size", self.font);
        let (end, bottom) = (self.left + self.side(), self.top + self.side());
        let short = self.cell < 36.0;
        for i in 0..self.classes() {
            let taken: u64 = self.counts.iter().map(|row| row[i]).sum();
            let own = self.counts[i][i];
            let recall = rate(own, self.counts[i].iter().sum(), 1);
            let y = self.middle(self.top, i) + self.font * 0.35;
            group = group.child(label("soft end", end + 66.0, y, recall));
            // A narrow column has no room for a decimal.
            let precision = rate(own, taken, usize::from(!short));
            let x = self.middle(self.left, i);
            group = group.child(label("soft middle", x, bottom + 18.0, precision));
        }
        let heading = |class: &str, x: f64, y: f64, name: &str| {
            label(class, x, y, name).at("font-size", FONT)
        };
        let middle = self.left + self.side() / 2.0;
        group.child(heading("soft", end + 10.0, self.top - 8.0, "recall, %")).child(heading(
            "soft middle",
            middle,
            bottom + 38.0,
            "precision, %",
        ))
    }
}
