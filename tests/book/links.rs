//! Links of Markdown files, as a forge or an editor follows them: relative paths, anchors, images, references.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use pulldown_cmark::{BrokenLink, Event, LinkType, Options, Parser, Tag, TagEnd};

use super::{files, is_elsewhere, plain};

/// What a page has to be linked by, and what it links to.
#[derive(Default)]
struct Page {
    anchors: BTreeSet<String>,
    /// Where it stands in the text, and where it leads.
    links: Vec<(usize, String)>,
    /// References without a definition.
    undefined: Vec<(usize, String)>,
}

/// What is wrong with the links of all Markdown files below a folder.
pub(crate) fn complaints(root: &Path) -> Vec<String> {
    let pages: BTreeMap<PathBuf, (String, Page)> = files(root, &["md"])
        .into_iter()
        .map(|path| {
            let text = std::fs::read_to_string(root.join(&path)).unwrap();
            let mut page = read(&text);
            page.anchors.extend(included(&text).flat_map(|file| {
                let file = root.join(&path).parent().unwrap().join(file);
                std::fs::read_to_string(file).map(|text| read(&text).anchors).unwrap_or_default()
            }));
            (path, (text, page))
        })
        .collect();
    let mut complaints = Vec::new();
    for (path, (text, page)) in &pages {
        let line = |at: usize| text[..at].matches('\n').count() + 1;
        let mut say =
            |at, what| complaints.push(format!("{}:{}: {what}", path.display(), line(at)));
        for (at, label) in &page.undefined {
            say(*at, format!("nothing defines [{label}]"));
        }
        for (at, link) in &page.links {
            if let Some(what) = wrong(root, path, link, &pages) {
                say(*at, format!("{link}: {what}"));
            }
        }
    }
    complaints
}

/// Why a link of a page leads nowhere.
fn wrong(
    root: &Path,
    page: &Path,
    link: &str,
    pages: &BTreeMap<PathBuf, (String, Page)>,
) -> Option<String> {
    if is_elsewhere(link) {
        return None;
    }
    let (file, anchor) = link.split_once('#').map_or((link, None), |(f, a)| (f, Some(a)));
    let target = match file {
        "" => Some(page.to_path_buf()),
        file => plain(&page.parent().unwrap().join(file)),
    };
    let Some(target) = target else { return Some("leads out of the repository".to_owned()) };
    if target.starts_with("target") || !root.join(&target).exists() {
        return Some("there is no such file".to_owned());
    }
    match (anchor, pages.get(&target)) {
        (None, _) => None,
        (Some(anchor), Some((_, page))) if page.anchors.contains(anchor) => None,
        (Some(anchor), _) => Some(format!("there is no heading #{anchor}")),
    }
}

/// Reads a page.
fn read(text: &str) -> Page {
    let mut page = Page::default();
    let undefined = |link: BrokenLink<'_>| {
        if link.link_type == LinkType::Reference {
            page.undefined.push((link.span.start, link.reference.to_string()));
        }
        None
    };
    let parser =
        Parser::new_with_broken_link_callback(text, Options::ENABLE_TABLES, Some(undefined));
    // Those that only an included text uses lead somewhere as well.
    let definitions = parser.reference_definitions().iter();
    let definitions = definitions.map(|(_, link)| (link.span.start, link.dest.to_string()));
    let mut links: Vec<_> = definitions.collect();
    let mut heading: Option<String> = None;
    for (event, range) in parser.into_offset_iter() {
        match event {
            Event::Start(Tag::Link { dest_url, .. } | Tag::Image { dest_url, .. }) => {
                links.push((range.start, dest_url.to_string()));
            }
            Event::Start(Tag::Heading { .. }) => heading = Some(String::new()),
            Event::Text(words) | Event::Code(words) => {
                heading.iter_mut().for_each(|heading| heading.push_str(&words));
            }
            Event::End(TagEnd::Heading(_)) => {
                let name = anchor(&heading.take().unwrap());
                let used = |name: &String| page.anchors.contains(name);
                let numbered = (1..).map(|number| format!("{name}-{number}"));
                let free = std::iter::once(name.clone()).chain(numbered).find(|name| !used(name));
                page.anchors.extend(free);
            }
            _ => {}
        }
    }
    page.links = links;
    page
}

/// The files that mdBook puts into a page, relative to its folder.
fn included(text: &str) -> impl Iterator<Item = &str> {
    text.lines().filter_map(|line| {
        let file = line.strip_prefix("{{#include ")?.strip_suffix("}}")?;
        Some(file.split(':').next().unwrap())
    })
}

/// The anchor of a heading: letters, digits, `-` and `_`, in lower case; a blank is a `-`.
fn anchor(heading: &str) -> String {
    let letters = heading.trim().chars().filter_map(|c| match c {
        ' ' => Some('-'),
        '-' | '_' => Some(c),
        c => c.is_alphanumeric().then_some(c),
    });
    letters.flat_map(char::to_lowercase).collect()
}
