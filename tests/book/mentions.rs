//! Markdown files that messages, comments and prose name by their path: what is named must be there.

use std::path::Path;

use super::files;

/// History names what was there.
const HISTORY: &str = "CHANGELOG.md";

/// Names that are examples, by the file that says them.
const OWN: &str = "tests/book";

/// What is named and is not there.
pub(crate) fn complaints(root: &Path) -> Vec<String> {
    let mut complaints = Vec::new();
    let mut named = 0;
    for file in files(root, &["rs", "toml", "md", "py", "sh", "yml", "v"]) {
        if file.starts_with(OWN) || file == Path::new(HISTORY) {
            continue;
        }
        let text = std::fs::read_to_string(root.join(&file)).unwrap();
        for (number, line) in text.lines().enumerate() {
            for name in names(line) {
                named += 1;
                // From the root, from the file's own folder, or from its package's.
                let folders = file.ancestors().skip(1);
                if !folders.into_iter().any(|folder| root.join(folder).join(name).is_file()) {
                    complaints.push(format!("{}:{}: {name}", file.display(), number + 1));
                }
            }
        }
    }
    assert!(named > 0, "no page is named: the search is broken");
    complaints
}

/// The paths of Markdown files in a line, without those of the web.
fn names(line: &str) -> impl Iterator<Item = &str> {
    let part = |c: char| c.is_ascii_alphanumeric() || "_-./:".contains(c);
    let words = line.split(move |c| !part(c));
    words.filter(|word| word.ends_with(".md") && word.contains('/') && !word.contains(':'))
}

#[test]
fn paths_are_found_in_a_line() {
    let line = "see `docs/a.md`, (b/c.md), README.md and https://host/d.md; \"e/f.md\"";
    assert_eq!(names(line).collect::<Vec<_>>(), ["docs/a.md", "b/c.md", "e/f.md"]);
}
