//! A small guide without faults, and one fault at a time: each must be told.

use super::{built, links, mentions};

/// Files of the guide that is sound.
const SOUND: [(&str, &str); 6] = [
    ("README.md", "# Top\n\n[it][a] [web](https://host/x.md)\n\n[a]: docs/a.md#more-to-say\n"),
    ("docs/book.toml", "[book]\nsrc = \".\"\n[build]\ncreate-missing = false\n"),
    ("docs/SUMMARY.md", "- [A](a.md)\n- [B](b.md)\n"),
    ("docs/a.md", "# A\n\n## More, `to` say\n\n[b](b.md#top) [own](#a) ![p](p.svg)\n"),
    ("docs/b.md", "[a]: a.md\n\n{{#include ../README.md}}\n\nSee `docs/a.md`.\n"),
    ("docs/p.svg", "<svg xmlns=\"http://www.w3.org/2000/svg\"/>\n"),
];

/// What is said of the sound guide with one file written, or one removed.
fn said(file: &str, text: Option<&str>) -> String {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path();
    std::fs::create_dir(root.join("docs")).unwrap();
    for (file, text) in SOUND {
        std::fs::write(root.join(file), text).unwrap();
    }
    match text {
        Some(text) => std::fs::write(root.join(file), text).unwrap(),
        None => std::fs::remove_file(root.join(file)).unwrap(),
    }
    let book = built::complaints(&root.join("docs"), &root.join("target/book"));
    [links::complaints(root), mentions::complaints(root), book].concat().join("\n")
}

#[test]
fn each_fault_is_told() {
    assert_eq!(said("README.md", Some(SOUND[0].1)), "");
    for (file, text, expect) in [
        ("README.md", "[x](docs/c.md)", "README.md:1: docs/c.md: there is no such file"),
        (
            "README.md",
            "\n\n[x](docs/a.md#less)",
            "README.md:3: docs/a.md#less: there is no heading #less",
        ),
        ("README.md", "![x](docs/q.svg)", "README.md:1: docs/q.svg: there is no such file"),
        ("README.md", "[x](../other.md)", "README.md:1: ../other.md: leads out of the repository"),
        ("README.md", "[x][y]", "README.md:1: nothing defines [y]"),
        ("README.md", "[y]: docs/c.md", "README.md:1: docs/c.md: there is no such file"),
        ("README.md", "[x](target/book/a.html)", "there is no such file"),
        ("docs/c.md", "# C", "docs/c.md: SUMMARY.md does not list it"),
        ("docs/a.md", "[x](../README.md)", "a.html: ../README.html leads nowhere"),
        ("docs/a.md", "<a href=\"#nowhere\">x</a>", "a.html: #nowhere leads nowhere"),
        ("docs/a.md", "{{#include ../none.md}}", "a.html: an include was not found"),
        ("docs/a.md", "# A\n\n`docs/none.md`", "docs/a.md:3: docs/none.md"),
    ] {
        let said = said(file, Some(text));
        assert!(said.contains(expect), "{text}: {said}");
    }
    let said = said("docs/a.md", None);
    assert!(said.contains("the book does not build") && said.contains("a.md"), "{said}");
}

#[test]
fn headings_have_the_anchors_of_a_forge() {
    let folder = tempfile::tempdir().unwrap();
    let text = "# Same\n\n## Same\n\n## `x_y` -- 2, ä!\n\n[](#same) [](#same-1) [](#x_y----2-ä) [](#same-2)\n";
    std::fs::write(folder.path().join("a.md"), text).unwrap();
    assert_eq!(links::complaints(folder.path()), ["a.md:7: #same-2: there is no heading #same-2"]);
}
