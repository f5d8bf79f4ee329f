//! The nearest legal name to one that is not, for errors that can offer it.

/// The name of `legal` that is the fewest edits away from `given`, if it is near enough to be
/// what was meant: at most a third of the letters, or two.
pub fn nearest<'a>(given: &str, legal: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let limit = (given.chars().count() / 3).max(2);
    legal
        .into_iter()
        .map(|name| (edits(given, name), name))
        .filter(|(distance, _)| *distance <= limit)
        .min()
        .map(|(_, name)| name)
}

/// Levenshtein distance, ignoring case.
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

/// A remedy that lists the legal names and offers the nearest one.
pub(crate) fn offer(given: &str, legal: &[String]) -> String {
    let list = if legal.is_empty() { "none".to_owned() } else { legal.join(", ") };
    match nearest(given, legal.iter().map(String::as_str)) {
        Some(name) => format!("did you mean `{name}`? There are: {list}"),
        None => format!("choose one of: {list}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn offers_only_what_is_near() {
        let boards = ["icebreaker", "ulx3s"];
        assert_eq!(nearest("icebraker", boards), Some("icebreaker"));
        assert_eq!(nearest("ULX3", boards), Some("ulx3s"));
        assert_eq!(nearest("arty", boards), None);
        assert_eq!(edits("kitten", "sitting"), 3);
    }
}
