//! Single cells so far from all others of their column that these come to the same pixel or two: mostly a
//! slip (1e12, 99999 for a missing number), of which training would say nothing.

use super::extremes::Outlier;
use super::survey::Survey;
use super::table::Table;
use crate::data::DataError;

impl Survey {
    /// Tells each cell of the training rows that squeezes its column, with its line.
    pub(super) fn tell_outliers(
        &self,
        table: &Table,
        places: &[usize],
        notes: &mut Vec<String>,
    ) -> Result<(), DataError> {
        let columns = places.iter().zip(self.extremes());
        let found: Vec<(usize, Outlier)> =
            columns.filter_map(|(place, extremes)| Some((*place, extremes.outlier()?))).collect();
        if found.is_empty() {
            return Ok(());
        }
        let mut index = 0;
        table.each(|row| {
            for (place, Outlier { number, rest: [low, high], .. }) in
                found.iter().filter(|(_, outlier)| outlier.row == index)
            {
                notes.push(format!(
                    "{}, {}: {number} leaves the other training rows ({low} to {high}) hardly more than \
                     one of 256 levels; correct it, or give the numbers that matter as range=LOW:HIGH",
                    table.path().display(),
                    row.at(*place)
                ));
            }
            index += 1;
            Ok(())
        })
    }
}
