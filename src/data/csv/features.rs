//! Numbers into pixels: `x -> round(255 (x - low) / (high - low))`, clamped to 0..=255.

use super::columns::Columns;
use super::table::{Row, Table};
use crate::data::{DataError, ScaleBy, Source};

/// The pairs `[low, high]`: one for all columns, or one a feature.
pub(super) struct Scales {
    pub(super) pairs: Vec<[f64; 2]>,
}

impl Scales {
    /// One pair that the user gave.
    pub(super) fn given(range: [f64; 2], source: &Source) -> Result<Self, DataError> {
        if source.scale.is_some() {
            let (data, why) = (source.source.clone(), "`range` is given");
            return Err(DataError::Unused { option: "scale", data, why });
        }
        Ok(Self { pairs: vec![range] })
    }

    /// Smallest and largest of the training rows: what the test rows hold must shape nothing.
    pub(super) fn of(
        table: &Table,
        columns: &Columns,
        is_test: &[bool],
        by: ScaleBy,
    ) -> Result<Self, DataError> {
        let mut pairs = vec![[f64::INFINITY, f64::NEG_INFINITY]; columns.features.len()];
        let mut is_test = is_test.iter();
        table.each(|row| {
            if is_test.next() != Some(&false) {
                return Ok(());
            }
            for (pair, column) in pairs.iter_mut().zip(&columns.features) {
                let number = row.number(*column)?;
                *pair = [pair[0].min(number), pair[1].max(number)];
            }
            Ok(())
        })?;
        if pairs.iter().all(|[low, high]| low == high) {
            return Err(DataError::Constant { path: table.path() });
        }
        if by == ScaleBy::Table {
            let join = |a: [f64; 2], b: [f64; 2]| [a[0].min(b[0]), a[1].max(b[1])];
            pairs = pairs.into_iter().reduce(join).into_iter().collect();
        }
        Ok(Self { pairs })
    }

    /// A row's features as pixels.
    pub(super) fn pixels(&self, row: &Row, columns: &Columns) -> Result<Vec<u8>, DataError> {
        let pairs = self.pairs.iter().cycle();
        let cells = columns.features.iter().zip(pairs);
        cells.map(|(column, pair)| Ok(pixel(row.number(*column)?, *pair))).collect()
    }
}

/// A column of one value is 0 in every training row.
fn pixel(x: f64, [low, high]: [f64; 2]) -> u8 {
    // Halved, so that the distance of the two largest numbers is still one.
    let share = (x / 2.0 - low / 2.0) / (high / 2.0 - low / 2.0);
    (share * 255.0).round() as u8 // saturates; 0 for 0 / 0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_scale_is_linear_and_clamps() {
        let pixels = |pair, xs: [f64; 5]| xs.map(|x| pixel(x, pair));
        assert_eq!(pixels([0.0, 16.0], [0.0, 1.0, 8.0, 15.0, 16.0]), [0, 16, 128, 239, 255]);
        assert_eq!(pixels([-1.0, 1.0], [-9.0, -1.0, 0.0, 1.0, 9.0]), [0, 0, 128, 255, 255]);
        let most = f64::MAX;
        assert_eq!(pixels([-most, most], [-most, most, 0.0, 1.0, -1.0]), [0, 255, 128, 128, 128]);
        assert_eq!(pixels([3.0, 3.0], [3.0; 5]), [0; 5]);
    }
}
