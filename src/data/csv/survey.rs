//! What a look over all features of a table shows: their ranges, and what a user should be told of
//! before training on them.

use super::extremes::Extremes;
use super::table::Table;
use crate::data::error::listed;
use crate::data::{DataError, ScaleBy};

/// From this factor between the widest range and the narrowest on, a single range leaves the narrowest
/// column fewer than ten of 256 levels.
const MUCH: f64 = 32.0;

/// Fewer features than these are no image.
const LEAST_PIXELS: usize = 16;

/// A feature over all rows, and its range over the training rows.
struct Feature {
    name: String,
    range: [f64; 2],
    all: [f64; 2],
    whole: bool,
    extremes: Extremes,
    /// Each class's only value, while there is one.
    of_class: Option<Vec<Option<f64>>>,
}

/// The features of a table.
pub(super) struct Survey {
    features: Vec<Feature>,
    rows: usize,
}

impl Survey {
    /// Reads the columns at `places`. What the test rows hold shapes no range.
    pub(super) fn of(
        table: &Table,
        places: &[usize],
        labels: &[u8],
        is_test: &[bool],
    ) -> Result<Self, DataError> {
        let classes = labels.iter().max().map_or(0, |most| usize::from(*most) + 1);
        let feature = |place: &usize| Feature::new(&table.header[*place], classes);
        let mut features: Vec<Feature> = places.iter().map(feature).collect();
        let mut rows = labels.iter().zip(is_test).enumerate();
        table.each(|row| {
            let Some((index, (class, is_test))) = rows.next() else { return Ok(()) };
            for (feature, place) in features.iter_mut().zip(places) {
                let number = row.number(*place)?;
                feature.see(number, usize::from(*class), *is_test);
                if !is_test {
                    feature.extremes.see(number, index);
                }
            }
            Ok(())
        })?;
        Ok(Self { features, rows: labels.len() })
    }

    /// Whether the training rows are all the same.
    pub(super) fn is_constant(&self) -> bool {
        self.features.iter().all(Feature::is_constant)
    }

    /// The training rows' smallest and largest number: of all features, or of each.
    pub(super) fn ranges(&self, by: ScaleBy) -> Vec<[f64; 2]> {
        match by {
            ScaleBy::Column => self.features.iter().map(|feature| feature.range).collect(),
            ScaleBy::Table => vec![self.whole()],
        }
    }

    /// The outermost numbers of each feature's training rows.
    pub(super) fn extremes(&self) -> impl Iterator<Item = &Extremes> {
        self.features.iter().map(|feature| &feature.extremes)
    }

    fn whole(&self) -> [f64; 2] {
        let ranges = self.features.iter().map(|feature| feature.range);
        ranges.fold([f64::INFINITY, f64::NEG_INFINITY], join)
    }

    /// Whether the features look like the pixels of images: they begin at the same number, and most
    /// go far up. Some of those at the edge are narrow or constant in any set of images.
    fn is_of_pixels(&self) -> bool {
        let [low, high] = self.whole();
        let wide = |f: &&Feature| width(f.range) >= (high - low) / 2.0;
        let same = self.features.iter().all(|feature| feature.range[0] == low);
        let enough = self.features.len() >= LEAST_PIXELS;
        enough && same && 2 * self.features.iter().filter(wide).count() >= self.features.len()
    }

    /// What a single range does to the narrow features, unless the user chose it.
    pub(super) fn tell_ranges(&self, notes: &mut Vec<String>) {
        let varied = || self.features.iter().filter(|feature| !feature.is_constant());
        let by_width = |a: &&Feature, b: &&Feature| width(a.range).total_cmp(&width(b.range));
        let (Some(widest), Some(narrowest)) =
            (varied().max_by(by_width), varied().min_by(by_width))
        else {
            return;
        };
        let factor = width(widest.range) / width(narrowest.range);
        if factor < MUCH || self.is_of_pixels() {
            return;
        }
        let span = |f: &Feature| format!("{:?} {} to {}", f.name, f.range[0], f.range[1]);
        notes.push(format!(
            "columns differ in range by a factor of {factor:.0} ({}, {}); scale=column gives each its \
             own, scale=table keeps one for all without this note",
            span(narrowest),
            span(widest)
        ));
    }

    /// Features that say nothing, and those that may say what only the label should.
    pub(super) fn tell_doubtful(
        &self,
        table: &Table,
        places: &[usize],
        notes: &mut Vec<String>,
    ) -> Result<(), DataError> {
        let named = |is: &dyn Fn(&Feature) -> bool| -> Vec<String> {
            self.features.iter().filter(|f| is(f)).map(|f| format!("{:?}", f.name)).collect()
        };
        if !self.is_of_pixels() {
            let constant = named(&Feature::is_constant);
            if !constant.is_empty() {
                let names = listed(&constant);
                notes.push(format!("the same in all training rows, so of no use: {names}"));
            }
        }
        for (feature, place) in self.features.iter().zip(places) {
            if feature.may_count(self.rows) && counts(table, *place, feature.all[0], self.rows)? {
                notes.push(format!(
                    "column {:?} counts the rows, which may give away their class; if it is no \
                     feature, leave it out with ignore={}",
                    feature.name, feature.name
                ));
            } else if feature.tells_class(self.rows) {
                notes.push(format!(
                    "column {:?} has one value for each class; if it is the class in other words, \
                     leave it out with ignore={}",
                    feature.name, feature.name
                ));
            }
        }
        Ok(())
    }
}

impl Feature {
    fn new(name: &str, classes: usize) -> Self {
        let none = [f64::INFINITY, f64::NEG_INFINITY];
        let of_class = Some(vec![None; classes]);
        let extremes = Extremes::default();
        Self { name: name.to_owned(), range: none, all: none, whole: true, extremes, of_class }
    }

    fn see(&mut self, number: f64, class: usize, is_test: bool) {
        self.all = join(self.all, [number; 2]);
        if !is_test {
            self.range = join(self.range, [number; 2]);
        }
        self.whole &= number.fract() == 0.0;
        if let Some(values) = &mut self.of_class
            && *values[class].get_or_insert(number) != number
        {
            self.of_class = None;
        }
    }

    fn is_constant(&self) -> bool {
        self.range[0] == self.range[1]
    }

    /// Whether as many whole numbers as rows lie in its range.
    fn may_count(&self, rows: usize) -> bool {
        self.whole && rows > 2 && width(self.all) == (rows - 1) as f64
    }

    /// Whether each class has a value of its own, in enough rows to be no chance.
    fn tells_class(&self, rows: usize) -> bool {
        let values: Vec<f64> = self.of_class.iter().flatten().flatten().copied().collect();
        let mut distinct = values.clone();
        distinct.sort_by(f64::total_cmp);
        distinct.dedup();
        values.len() > 1 && distinct.len() == values.len() && rows >= 5 * values.len()
    }
}

/// Whether a column has every whole number from `first` on once, in whatever order.
fn counts(table: &Table, place: usize, first: f64, rows: usize) -> Result<bool, DataError> {
    let mut seen = vec![false; rows];
    table.each(|row| {
        if let Some(seen) = seen.get_mut((row.number(place)? - first) as usize) {
            *seen = true;
        }
        Ok(())
    })?;
    Ok(seen.iter().all(|seen| *seen))
}

fn width([low, high]: [f64; 2]) -> f64 {
    high - low
}

fn join(a: [f64; 2], b: [f64; 2]) -> [f64; 2] {
    [a[0].min(b[0]), a[1].max(b[1])]
}
