//! The split of data that comes without one.

use sha2::{Digest, Sha256};

/// Which rows become the test part: `share` of each class (rounded), chosen by the seed.
///
/// They are the first in the order of the SHA-256 of seed and row, which is as good as random and
/// will be the same for ever.
pub(super) fn test_rows(labels: &[u8], share: f64, seed: u64) -> Vec<bool> {
    let mut rows: [Vec<([u8; 32], usize)>; 256] = std::array::from_fn(|_| Vec::new());
    for (row, label) in labels.iter().enumerate() {
        let hash = Sha256::new().chain_update(seed.to_le_bytes());
        let hash = hash.chain_update((row as u64).to_le_bytes()).finalize();
        rows[usize::from(*label)].push((hash.into(), row));
    }
    let mut test = vec![false; labels.len()];
    for mut class in rows {
        class.sort_unstable();
        let count = (class.len() as f64 * share).round() as usize;
        class[..count].iter().for_each(|(_, row)| test[*row] = true);
    }
    test
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_class_gives_its_share_and_the_seed_chooses() {
        let labels: Vec<u8> = (0..100).map(|row| u8::from(row >= 80) * 7).collect();
        let test = test_rows(&labels, 0.25, 1);
        assert_eq!(test[..80].iter().filter(|t| **t).count(), 20);
        assert_eq!(test[80..].iter().filter(|t| **t).count(), 5);
        assert_eq!(test, test_rows(&labels, 0.25, 1));
        assert_ne!(test, test_rows(&labels, 0.25, 2));
    }

    #[test]
    fn a_seed_chooses_the_same_rows_in_every_version() {
        let test = test_rows(&[0; 12], 0.25, 1);
        let chosen: Vec<usize> = (0..12).filter(|row| test[*row]).collect();
        assert_eq!(chosen, [2, 4, 7]);
    }
}
