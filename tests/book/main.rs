//! The guide: it builds as a book, every link in every Markdown file leads somewhere, and README.md shows the
//! guide's own results.
//!
//! Links to the web are not followed, since tests have no network.

#![allow(clippy::unwrap_used)] // a test stops at the first error

mod built;
mod links;
mod mentions;
mod planted;

use std::collections::BTreeMap;
use std::path::{Component, Path, PathBuf};

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap()
}

/// Every file of the workspace with one of some extensions, by its path from the root; no build products.
fn files(root: &Path, extensions: &[&str]) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut folders = vec![PathBuf::new()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(root.join(&folder)).unwrap() {
            let name = PathBuf::from(entry.unwrap().file_name());
            let path = folder.join(&name);
            let hidden = name == Path::new("target") || name.to_string_lossy().starts_with('.');
            let skipped = hidden || root.join(&path).is_symlink(); // what it leads to is met elsewhere
            if root.join(&path).is_dir() && !skipped {
                folders.push(path);
            } else if extensions.iter().any(|e| path.extension().is_some_and(|x| x == *e)) {
                found.push(path);
            }
        }
    }
    found.sort();
    found
}

/// A path without `.` and `..`; none if it leads out of the root.
fn plain(path: &Path) -> Option<PathBuf> {
    let mut plain = PathBuf::new();
    for component in path.components() {
        match component {
            Component::Normal(name) => plain.push(name),
            Component::CurDir => {}
            Component::ParentDir if plain.pop() => {}
            _ => return None,
        }
    }
    Some(plain)
}

/// Whether a link leads to another machine, or to none.
fn is_elsewhere(link: &str) -> bool {
    let scheme = link.split_once(':').map_or("", |(scheme, _)| scheme);
    !scheme.is_empty() && scheme.chars().all(|c| c.is_ascii_alphabetic())
}

/// Fails with every complaint.
fn none(complaints: &[String]) {
    assert!(complaints.is_empty(), "\n{}", complaints.join("\n"));
}

#[test]
fn every_link_of_every_markdown_file_leads_somewhere() {
    let pages = files(root(), &["md"]);
    assert!(pages.len() > 15, "only {} pages: the walk is broken", pages.len());
    none(&links::complaints(root()));
}

#[test]
fn every_page_that_is_named_is_there() {
    none(&mentions::complaints(root()));
}

#[test]
fn the_guide_builds_as_a_book_that_is_whole() {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("book");
    let before = files(root(), &["md", "html"]);
    none(&built::complaints(&root().join("docs"), &folder));
    assert!(folder.join("index.html").is_file());
    assert_eq!(files(root(), &["md", "html"]), before, "the book was built into the sources");
}

/// The cells of a table's rows by the row's first, which names a board; of two tables that name it, the first.
fn rows(page: &str, of: std::ops::RangeFrom<usize>) -> BTreeMap<String, Vec<String>> {
    let text = std::fs::read_to_string(root().join(page)).unwrap();
    let rows = text.lines().filter_map(|line| {
        let cells: Vec<_> = line.trim_matches('|').split('|').map(str::trim).collect();
        let board = cells[0].strip_prefix('`')?.strip_suffix('`')?;
        Some((board.to_owned(), cells.get(of.clone())?.iter().map(ToString::to_string).collect()))
    });
    let mut first = BTreeMap::new();
    rows.for_each(|(board, cells)| {
        first.entry(board).or_insert(cells);
    });
    first
}

/// Both are written by people, after `synth --all`.
#[test]
fn the_results_of_the_readme_are_those_of_the_guide() {
    let few = rows("README.md", 3..);
    let all = rows("docs/results.md", 2..);
    assert!(few.len() > 2 && few.len() < all.len(), "{} of {}", few.len(), all.len());
    for (board, numbers) in few {
        assert!(numbers.len() > 3, "{board}");
        assert_eq!(all[&board][..numbers.len()], numbers, "{board}");
    }
}
