//! No circle of imports: files of a package do not import each other, by whatever way round, but for a module
//! and what lies below it.
//!
//! Read off the `use` lines and the paths that begin with `crate` or `super`; tests inside a file do not count.

#![allow(clippy::unwrap_used)] // a test stops at the first error

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

/// The folders of sources, each of one package.
const SOURCES: [&str; 10] = [
    "src",
    "hw/src",
    "flows/src",
    "sim/src",
    "host/src",
    "report/src",
    "train/src",
    "fuzz/src",
    "cli/src",
    "xtask/dev/src",
];

/// A module by the names above it; none for the root.
type Module = Vec<String>;

/// The text of each module of a package.
fn modules(folder: &Path) -> BTreeMap<Module, String> {
    let mut found = BTreeMap::new();
    let mut folders = vec![folder.to_path_buf()];
    while let Some(next) = folders.pop() {
        for entry in fs::read_dir(&next).unwrap() {
            let path = entry.unwrap().path();
            let shown = path.strip_prefix(folder).unwrap().with_extension("");
            let mut names: Module =
                shown.iter().map(|name| name.to_string_lossy().into_owned()).collect();
            if path.is_dir() {
                // Each program is a root of its own.
                if names != ["bin"] {
                    folders.push(path);
                }
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                let last = names.last().unwrap().as_str();
                if last == "mod" || names.len() == 1 && ["lib", "main"].contains(&last) {
                    names.pop();
                }
                found.insert(names, fs::read_to_string(&path).unwrap());
            }
        }
    }
    found
}

/// A file's code: without comments, and without the tests at its end.
fn code(text: &str) -> String {
    let text = text.split("\n#[cfg(test)]\nmod tests {").next().unwrap();
    let lines = text.lines().map(|line| match line.find("//") {
        // A `//` in a text is rare, and only cuts that line short.
        Some(at) => &line[..at],
        None => line,
    });
    lines.collect::<Vec<_>>().join("\n")
}

/// The paths of a `use` tree, in full: `a::{b, c::{d}}` is `a::b` and `a::c::d`.
fn expanded(tree: &str) -> Vec<String> {
    let Some((before, rest)) = tree.split_once('{') else {
        return vec![tree.split(" as ").next().unwrap().trim().to_owned()];
    };
    let inside = &rest[..rest.rfind('}').unwrap_or(rest.len())];
    let (mut depth, mut parts, mut part) = (0, Vec::new(), String::new());
    for letter in inside.chars() {
        depth += i32::from(letter == '{') - i32::from(letter == '}');
        match letter {
            ',' if depth == 0 => parts.push(std::mem::take(&mut part)),
            _ => part.push(letter),
        }
    }
    parts.push(part);
    let parts = parts.iter().filter(|part| !part.trim().is_empty());
    let all = parts.flat_map(|part| expanded(part.trim()));
    all.map(|path| format!("{}{path}", before.trim())).collect()
}

/// The paths that a file's code says: those of its `use` items, and others that begin with `crate` or `super`.
fn paths(code: &str) -> Vec<String> {
    let mut found = Vec::new();
    for (at, _) in code.match_indices("use ") {
        let line = code[..at].rsplit('\n').next().unwrap();
        let begins = line.trim().is_empty() || line.trim_start().starts_with("pub");
        if let (true, Some((tree, _))) = (begins, code[at + 4..].split_once(';')) {
            found.extend(expanded(tree));
        }
    }
    for start in ["crate::", "super::"] {
        let ends = |c: char| !(c.is_alphanumeric() || c == '_' || c == ':');
        let all = code.match_indices(start).map(|(at, _)| &code[at..]);
        found.extend(all.map(|rest| rest.split(ends).next().unwrap().to_owned()));
    }
    found
}

/// The module that a path said in `here` leads to, if it is one of the package's.
fn target(path: &str, here: &Module, modules: &BTreeMap<Module, String>) -> Option<Module> {
    let mut names: Vec<&str> = path.split("::").collect();
    let mut from = here.clone();
    match *names.first()? {
        "crate" => from.clear(),
        "self" => {}
        "super" => {}
        // A child's name, or another crate's.
        name if modules.contains_key(&[here.as_slice(), &[name.to_owned()]].concat()) => {}
        _ => return None,
    }
    while names.first() == Some(&"super") {
        from.pop();
        names.remove(0);
    }
    let names = names.into_iter().filter(|name| !["crate", "self"].contains(name));
    from.extend(names.map(str::to_owned));
    (0..=from.len()).rev().map(|length| from[..length].to_vec()).find(|m| modules.contains_key(m))
}

/// Which modules each imports, but for those above and below it, and the root.
fn imports(modules: &BTreeMap<Module, String>) -> BTreeMap<Module, BTreeSet<Module>> {
    let of = |(here, text): (&Module, &String)| {
        let paths = paths(&code(text));
        let targets = paths.iter().filter_map(|path| target(path, here, modules));
        let apart = |other: &Module| !other.starts_with(here) && !here.starts_with(other);
        (here.clone(), targets.filter(apart).collect())
    };
    modules.iter().map(of).collect()
}

/// A way from a module back to itself, if there is one.
fn circle(from: &Module, imports: &BTreeMap<Module, BTreeSet<Module>>) -> Option<Vec<Module>> {
    let mut ways = vec![vec![from.clone()]];
    let mut seen = BTreeSet::new();
    while let Some(way) = ways.pop() {
        for next in &imports[way.last().unwrap()] {
            if next == from {
                return Some(way);
            }
            if seen.insert(next.clone()) {
                ways.push([way.as_slice(), std::slice::from_ref(next)].concat());
            }
        }
    }
    None
}

/// The circles of a package, each once, as one line.
fn circles(modules: &BTreeMap<Module, String>) -> Vec<String> {
    let imports = imports(modules);
    let mut told: BTreeSet<Module> = BTreeSet::new();
    let mut lines = Vec::new();
    for module in modules.keys() {
        if told.contains(module) {
            continue;
        }
        if let Some(way) = circle(module, &imports) {
            let names = way.iter().chain([module]).map(|names| names.join("::"));
            lines.push(names.collect::<Vec<_>>().join(" -> "));
            told.extend(way);
        }
    }
    lines
}

#[test]
fn no_files_import_each_other_all_the_way_round() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut all = Vec::new();
    for folder in SOURCES {
        let modules = modules(&root.join(folder));
        assert!(imports(&modules).values().any(|targets| !targets.is_empty()), "{folder}");
        all.extend(circles(&modules).iter().map(|circle| format!("{folder}: {circle}")));
    }
    assert!(all.is_empty(), "\n{}", all.join("\n"));
}

fn package(files: &[(&str, &str)]) -> BTreeMap<Module, String> {
    let names =
        |path: &str| path.split("::").filter(|n| !n.is_empty()).map(str::to_owned).collect();
    files.iter().map(|(path, text)| (names(path), (*text).to_owned())).collect()
}

#[test]
fn a_planted_circle_is_told_however_it_is_written() {
    let three = |last: &str| {
        let root = ("", "mod a; mod b; mod c;");
        package(&[root, ("a", "use crate::b::{self, Other};"), ("b", "use crate::c;"), ("c", last)])
    };
    assert_eq!(circles(&three("fn alone() {}")), Vec::<String>::new());
    for last in [
        "use crate::a;",
        "use super::a::Thing;",
        "use crate::{\n    b::Other,\n    a::{Thing, More},\n};",
        "fn f() { crate::a::g() }",
        "pub(crate) use crate::a as other;",
    ] {
        assert_eq!(circles(&three(last)), ["a -> b -> c -> a"], "{last}");
    }
    for fine in [
        "// use crate::a;\n",
        "#[cfg(test)]\nuse crate::a;",
        "\n#[cfg(test)]\nmod tests { use crate::a; }",
    ] {
        let quiet = circles(&three(fine)).is_empty();
        assert_eq!(quiet, !fine.starts_with("#["), "{fine}");
    }
}

#[test]
fn a_module_and_what_lies_below_it_may_import_each_other() {
    let up =
        package(&[("", "mod a;"), ("a", "mod b; use b::Thing;"), ("a::b", "use super::Other;")]);
    assert_eq!(circles(&up), Vec::<String>::new());
    let siblings = package(&[
        ("", "mod a;"),
        ("a", "mod b; mod c;"),
        ("a::b", "use super::c::Thing;"),
        ("a::c", "use super::b::Other;"),
    ]);
    assert_eq!(circles(&siblings), ["a::b -> a::c -> a::b"]);
}
