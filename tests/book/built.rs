//! The built book: every page of the guide is a chapter, every include was found, and every link, picture,
//! style and script of the HTML is there.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use mdbook_driver::MDBook;
use mdbook_driver::book::BookItem;

use super::{files, is_elsewhere, plain};

/// mdBook's own page for what is not there, whose links count from a server's root.
const MISSING: &str = "404.html";

/// Builds a book into a folder, and says what is wrong with it.
pub(crate) fn complaints(docs: &Path, folder: &Path) -> Vec<String> {
    if folder.exists() {
        std::fs::remove_dir_all(folder).unwrap(); // what is left of another build would be found
    }
    let book = MDBook::load(docs).and_then(|mut book| {
        book.config.build.build_dir = folder.to_path_buf();
        book.build()?;
        Ok(book)
    });
    match book {
        Err(error) => vec![format!("the book does not build: {error:#}")],
        Ok(book) => unlisted(docs, &book).into_iter().chain(dead(folder)).collect(),
    }
}

/// Pages of the guide that are in no chapter.
fn unlisted(docs: &Path, book: &MDBook) -> Vec<String> {
    let chapters: BTreeSet<PathBuf> = book
        .iter()
        .filter_map(|item| match item {
            BookItem::Chapter(chapter) => chapter.source_path.clone(),
            _ => None,
        })
        .chain(["SUMMARY.md".into()])
        .collect();
    let pages = files(docs, &["md"]).into_iter().filter(|page| !chapters.contains(page));
    pages.map(|page| format!("docs/{}: SUMMARY.md does not list it", page.display())).collect()
}

/// What the HTML links to that is not there.
fn dead(folder: &Path) -> Vec<String> {
    let pages: BTreeMap<PathBuf, String> = files(folder, &["html"])
        .into_iter()
        .filter(|page| page != Path::new(MISSING))
        .map(|page| (page.clone(), std::fs::read_to_string(folder.join(page)).unwrap()))
        .collect();
    let names: BTreeMap<&Path, BTreeSet<&str>> =
        pages.iter().map(|(page, html)| (page.as_path(), values(html, "id").collect())).collect();
    let mut complaints = Vec::new();
    for (page, html) in &pages {
        if html.contains("{{#") {
            complaints.push(format!("{}: an include was not found", page.display()));
        }
        for link in values(html, "href").chain(values(html, "src")).filter(|l| !is_elsewhere(l)) {
            let (file, anchor) = link.split_once('#').map_or((link, ""), |(f, a)| (f, a));
            let target = match file {
                "" => Some(page.clone()),
                file => plain(&page.parent().unwrap().join(file)),
            };
            let names = target.as_deref().and_then(|target| names.get(target));
            let named = anchor.is_empty() || names.is_some_and(|names| names.contains(anchor));
            if !named || !target.is_some_and(|target| folder.join(target).exists()) {
                complaints.push(format!("{}: {link} leads nowhere", page.display()));
            }
        }
    }
    complaints
}

/// The values of an attribute. mdBook writes them in double quotes.
fn values<'a>(html: &'a str, attribute: &str) -> impl Iterator<Item = &'a str> {
    let open = format!(" {attribute}=\"");
    let starts: Vec<usize> = html.match_indices(&open).map(|(at, _)| at + open.len()).collect();
    starts.into_iter().filter_map(|start| html[start..].split('"').next())
}
