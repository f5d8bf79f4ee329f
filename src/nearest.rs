//! The nearest legal name to one that is not, for errors that can offer it.

/// The name of `legal` that is the fewest edits (Levenshtein, ignoring case) away from `given`, if
/// it is near enough to be what was meant: at most a third of the letters, or two.
pub fn nearest<'a>(given: &str, legal: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let limit = (given.chars().count() / 3).max(2);
    let measured = legal.into_iter().map(|name| (edits(given, name), name));
    measured.filter(|(distance, _)| *distance <= limit).min().map(|(_, name)| name)
}

/// "did you mean `x`?", or nothing when no legal name is near: the start of a remedy.
pub fn did_you_mean<'a>(given: &str, legal: impl IntoIterator<Item = &'a str>) -> Option<String> {
    nearest(given, legal).map(|name| format!("did you mean `{name}`?"))
}

fn edits(a: &str, b: &str) -> usize {
    let (a, b) = (a.to_lowercase(), b.to_lowercase());
    let mut row: Vec<usize> = (0..=b.chars().count()).collect();
    for (i, x) in a.chars().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, y) in b.chars().enumerate() {
            let replaced = diagonal + usize::from(x != y);
            diagonal = row[j + 1];
            row[j + 1] = replaced.min(row[j] + 1).min(row[j + 1] + 1);
        }
    }
    row[b.chars().count()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_near_is_offered() {
        let options = ["--epochs", "--seed", "--data"];
        assert_eq!(nearest("--epoch", options), Some("--epochs"));
        assert_eq!(nearest("--SEED", options), Some("--seed"));
        assert_eq!(nearest("--nonsense", options), None);
        assert_eq!(nearest("x", []), None);
        assert_eq!(did_you_mean("--dta", options).unwrap(), "did you mean `--data`?");
        assert_eq!(edits("kitten", "sitting"), 3);
    }
}
