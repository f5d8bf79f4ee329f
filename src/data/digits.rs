//! The 1,797 8x8 digits that scikit-learn ships, with the split that the reference system uses.

use super::{Dataset, ImageShape, Split};

/// The file of the digits: part, label and 64 pixels of 0 to 16 a row.
pub const DIGITS_CSV: &str = include_str!("digits.csv");

/// The digits: 1,437 training and 360 test images of 64 pixels, 10 classes.
///
/// A pixel `p` of 0..=16 becomes `round(p * 255 / 16)`.
pub fn digits() -> Dataset {
    let (mut train, mut test) = (Split::default(), Split::default());
    for line in DIGITS_CSV.lines().skip(1) {
        let mut fields = line.split(',');
        let split = if fields.next() == Some("train") { &mut train } else { &mut test };
        let mut numbers = fields.map(|f| f.parse::<u32>().unwrap_or_default());
        split.labels.push(numbers.next().unwrap_or_default() as u8);
        split.images.push(numbers.map(pixel).collect());
    }
    Dataset::new(train, test, ImageShape { channels: 1, height: 8, width: 8 })
}

fn pixel(p: u32) -> u8 {
    ((p * 255 + 8) / 16) as u8
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_split_and_every_row_are_whole() {
        let set = digits();
        assert_eq!((set.train.images.len(), set.test.images.len()), (1437, 360));
        assert_eq!((set.classes, set.shape.pixels(), set.names[9].as_str()), (10, 64, "9"));
        for split in [&set.train, &set.test] {
            assert_eq!(split.images.len(), split.labels.len());
            assert!(split.images.iter().all(|i| i.len() == 64));
            assert!(split.labels.iter().all(|&l| l < 10));
        }
        let rows = DIGITS_CSV.lines().skip(1);
        assert!(rows.flat_map(|r| r.split(',').skip(1)).all(|f| f.parse::<u8>().is_ok()));
    }

    #[test]
    fn pixels_are_rounded_to_eight_bits() {
        assert_eq!([0, 1, 8, 15, 16].map(pixel), [0, 16, 128, 239, 255]);
    }
}
