//! The smallest and the largest numbers of a column, and whether one of them squeezes all others.

/// A column is squeezed where without one cell its range is narrower by this factor: of 256 levels the
/// others are left less than one step.
const SQUEEZED: f64 = 255.0;

/// The two smallest and the two largest numbers of a column, and the rows of the outer ones.
#[derive(Debug)]
pub(super) struct Extremes {
    low: [f64; 2],
    high: [f64; 2],
    rows: [usize; 2],
}

impl Default for Extremes {
    fn default() -> Self {
        Self { low: [f64::INFINITY; 2], high: [f64::NEG_INFINITY; 2], rows: [0; 2] }
    }
}

/// A cell that squeezes its column.
#[derive(Debug, PartialEq)]
pub(super) struct Outlier {
    /// Its row, from 0.
    pub(super) row: usize,
    pub(super) number: f64,
    /// The range of all others.
    pub(super) rest: [f64; 2],
}

impl Extremes {
    pub(super) fn see(&mut self, number: f64, row: usize) {
        if number < self.low[0] {
            (self.low, self.rows[0]) = ([number, self.low[0]], row);
        } else {
            self.low[1] = self.low[1].min(number);
        }
        if number > self.high[0] {
            (self.high, self.rows[1]) = ([number, self.high[0]], row);
        } else {
            self.high[1] = self.high[1].max(number);
        }
    }

    /// The cell that squeezes the column, if one does. Where all others are the same there is nothing to
    /// squeeze: a column that marks one row is such.
    pub(super) fn outlier(&self) -> Option<Outlier> {
        let ([low, second], [high, last]) = (self.low, self.high);
        let sides = [(self.rows[0], low, [second, high]), (self.rows[1], high, [low, last])];
        sides.into_iter().find_map(|(row, number, rest)| {
            // Halved, so that the distance of the two largest numbers is still one.
            let [all, rest_of_it] = [high / 2.0 - low / 2.0, rest[1] / 2.0 - rest[0] / 2.0];
            let squeezed = rest_of_it > 0.0 && rest_of_it * SQUEEZED < all;
            squeezed.then_some(Outlier { row, number, rest })
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn outlier(numbers: &[f64]) -> Option<Outlier> {
        let mut extremes = Extremes::default();
        numbers.iter().enumerate().for_each(|(row, number)| extremes.see(*number, row));
        extremes.outlier()
    }

    #[test]
    fn one_cell_squeezes_a_column_from_a_factor_of_255_on() {
        let one = |row, number, rest| Some(Outlier { row, number, rest });
        assert_eq!(outlier(&[1.0, 0.0, 1e12, 0.5]), one(2, 1e12, [0.0, 1.0]));
        assert_eq!(outlier(&[-1e12, 1.0, 0.0]), one(0, -1e12, [0.0, 1.0]));
        assert_eq!(outlier(&[0.0, 1.0, 255.5]), one(2, 255.5, [0.0, 1.0]));
        assert_eq!(outlier(&[1.0, 0.0, f64::MAX]), one(2, f64::MAX, [0.0, 1.0]));
        for fine in [
            &[0.0, 1.0, 255.0][..],
            &[0.0, 0.0, 9.0, 0.0],
            &[1e12, 0.0, 1e12, 1.0],
            &[1.0, 2.0],
            &[3.0],
            &[],
        ] {
            assert_eq!(outlier(fine), None, "{fine:?}");
        }
    }
}
