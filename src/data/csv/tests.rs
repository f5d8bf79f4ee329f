//! Tests with tables made for them.

mod by_name;
mod doubtful;
mod written;

use proptest::prelude::*;

use super::*;

fn load(table: impl AsRef<[u8]>, options: &str) -> Result<Dataset, Error> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("table.csv");
    std::fs::write(&path, table).unwrap();
    crate::data::load(&format!("{}{options}", path.display()).parse()?)
}

fn is(table: impl AsRef<[u8]>, options: &str, code: &str, words: &[&str]) -> Error {
    let error = load(table, options).unwrap_err();
    assert_eq!(error.code(), format!("spikestream::data::{code}"), "{error}");
    words.iter().for_each(|word| assert!(error.to_string().contains(word), "{word} in {error}"));
    error
}

/// Two training rows and a test row, the second training row ending in `cell`.
fn with_cell(cell: &str) -> String {
    format!("split,label,a,b\ntrain,0,0,4\ntrain,1,2,{cell}\ntest,2,9,-1\n")
}

#[test]
fn a_table_with_its_split_is_read() {
    let set = load(with_cell("1"), "").unwrap();
    assert_eq!(set.scale, [[0.0, 4.0]]); // of the training rows only
    assert_eq!(set.train.images, [[0, 255], [128, 64]]);
    assert_eq!(set.test.images, [[255, 0]]); // clamped
    assert_eq!((set.train.labels, set.test.labels, set.classes), (vec![0, 1], vec![2], 3));
    assert_eq!(set.shape, ImageShape { channels: 1, height: 1, width: 2 });
    let set = load(with_cell("1"), ",scale=column").unwrap();
    assert_eq!(set.scale, [[0.0, 2.0], [1.0, 4.0]]);
    assert_eq!(set.train.images, [[0, 255], [255, 0]]);
    let set = load(with_cell("1"), ",range=0:8,shape=2x1x1,classes=7").unwrap();
    assert_eq!((set.scale, set.classes, set.shape.channels), (vec![[0.0, 8.0]], 7, 2));
    assert_eq!(set.train.images, [[0, 128], [64, 32]]);
}

#[test]
fn the_digits_are_the_same_as_a_table() {
    let set = load(include_str!("../digits.csv"), "").unwrap();
    assert_eq!(
        (set.scale, set.columns.len(), set.columns[63].as_str()),
        (vec![[0.0, 16.0]], 64, "p63")
    );
    // Its narrow and its constant columns are the edges of images, and no cause for a note.
    assert_eq!(set.notes, [""; 0]);
    let digits = crate::data::digits();
    assert!(set.train == digits.train && set.test == digits.test && set.names == digits.names);
}

#[test]
fn without_the_column_a_share_is_the_test() {
    let rows: String =
        (0..20).map(|n| format!("{n},{}\n", if n < 10 { "cat" } else { "ant" })).collect();
    let table = format!("x,species\n{rows}");
    let set = load(&table, ",label=species").unwrap();
    assert_eq!((set.train.images.len(), set.test.images.len()), (16, 4));
    assert_eq!(set.names, ["ant", "cat"]); // in the order of the names
    assert_eq!(set.test.labels.iter().filter(|l| **l == 0).count(), 2);
    assert_eq!(set, load(&table, ",label=species,seed=1,split=0.2").unwrap());
    assert_ne!(set, load(&table, ",label=species,seed=2").unwrap());
    is(&table, ",label=species,split=0.01", "no-part", &["test"]);
    is(&table, ",label=species,split=0.99", "no-part", &["train"]);
    is(with_cell("1"), ",split=0.5", "unused-option", &["split"]);
    is("split,y,a\ntrain,1,2\n", "", "no-part", &["test"]);
}

#[test]
fn spaces_quotes_and_marks_are_as_in_other_programs() {
    let table = "\u{feff}split , Label,\"a, b\"\r\n train,3.0, 1e2 \r\ntest,\"0\",-.5\r\ntrain,1,0";
    let set = load(table, "").unwrap();
    assert_eq!((set.train.labels, set.test.labels), (vec![3, 1], vec![0]));
    assert_eq!(set.scale, [[0.0, 100.0]]);
}

#[test]
fn the_label_column_must_be_clear() {
    let table = "label,class,a\n0,1,2\n";
    is(table, "", "label-column", &["\"label\" and \"class\"", "label, class, a"]);
    assert_eq!(is(table, ",label=a", "no-part", &[]).code(), "spikestream::data::no-part");
    let error =
        is("labl,a\n0,1\n", ",label=label", "label-column", &["no column \"label\"", "labl, a"]);
    assert!(error.remedy().starts_with("did you mean `labl`?"), "{}", error.remedy());
    let error = is("0,5,7\n1,5,7\n", "", "label-column", &["label, class, target, y", "0, 5, 7"]);
    assert!(error.remedy().contains("without a header"), "{}", error.remedy());
    is("y,y,a\n0,1,2\n", ",label=y", "label-column", &["more than one column \"y\""]);
    let wide: Vec<String> = (0..100).map(|n| format!("c{n}")).collect();
    is(
        format!("{}\n{}1\n", wide.join(","), "1,".repeat(99)),
        "",
        "label-column",
        &["c19, and 80 more"],
    );
}

#[test]
fn bad_cells_are_named_by_line_and_column() {
    for cell in ["nan", "NaN", "inf", "-inf", "", "x", "1.2.3", "1e999", "0x10"] {
        is(with_cell(cell), "", "cell", &["line 3", "\"b\"", "a finite number", cell]);
    }
    // Test rows are looked at as well, and lines are counted through blank ones and quoted breaks.
    is(with_cell("1").replace("-1", "bad"), "", "cell", &["line 4", "bad"]);
    is("\n\nsplit,y,a\n\ntrain,1,\"2\n\"\ntrain,1,3\n\ntest,1,x\n", "", "cell", &["line 9"]);
    for end in ["\n", "\r\n", "\r", "\n\n", "\r\n\r\n"] {
        let lines = end.replace("\r\n", "\n").len();
        let table = format!("\u{feff}{}", with_cell("x").replace('\n', end));
        is(table, "", "cell", &[&format!("line {},", 1 + 2 * lines)]);
    }
    is(with_cell("1").replace("test", "Test"), "", "cell", &["line 4", "train or test", "Test"]);
    is(with_cell("1,5"), "", "row-width", &["line 3", "5 cells", "has 4"]);
    is("y,a\n1,2\n3\n", "", "row-width", &["line 3", "1 cells"]);
}

#[test]
fn bad_labels_are_named_by_line() {
    let with = |label: &str| with_cell("1").replace("train,1,", &format!("train,{label},"));
    for label in ["-1", "0.5", "256", "nan", "inf", "1e300"] {
        let error = is(with(label), "", "label", &["line 3", "\"label\"", label, "0..=255"]);
        // Whoever follows the remedy is not refused once more.
        assert!(error.remedy().contains("256 at most, numbered from 0"), "{}", error.remedy());
    }
    is(with(""), "", "label", &["line 3", "a class"]);
    is(with("l"), "", "label", &["line 3", "a whole number, as in the rows before"]);
    is(with("3"), ",classes=3", "label", &["line 3", "0..=2"]);
    is("y,a\ncat,1\n7,2\n", "", "label", &["line 3", "a name, as"]);
    let many: String = (0..257).map(|n| format!("c{n},{n}\n")).collect();
    is(format!("y,a\n{many}"), "", "classes", &["256", "\"y\""]);
    is(
        "y,a\ncat,1\nant,2\nbee,3\ncat,4\nant,5\nbee,6\n",
        ",classes=2,split=0.5",
        "option",
        &["classes"],
    );
}

#[test]
fn tables_with_nothing_in_them_are_refused() {
    is("", "", "empty", &["rows"]);
    is("y,a\n", "", "empty", &["rows"]);
    is("y,split\n1,train\n", "", "empty", &["feature columns"]);
    is("split,y,a,b\ntrain,0,3,4\ntrain,1,3,4\ntest,1,2,2\n", "", "constant", &["same features"]);
    let error = load(b"y,a\n1,\xff\n", "").unwrap_err();
    assert_eq!(error.code(), "spikestream::file::text");
    assert!(error.to_string().contains("line 2 is not UTF-8"), "{error}");
    is(b"PK\x03\x04", "", "table", &["workbook"]);
    is([0, 0, 8, 1, 0, 0, 0, 1, 7], "", "table", &["IDX files whose folder"]);
    is([0x1f, 0x8b, 8, 0], "", "table", &["packed"]);
    is(with_cell("1"), ",range=0:1,scale=column", "unused-option", &["scale"]);
}

proptest! {
    #[test]
    fn no_bytes_make_it_panic(bytes in proptest::collection::vec(any::<u8>(), 0..80)) {
        let _ = load(bytes, "");
    }

    /// Text made of what tables are made of gets further than any bytes.
    #[test]
    fn no_table_makes_it_panic(rows in "(split,)?(y|label)(,a|,b|,\"c\")*(\n[-0-9.e,\"a-z]{0,9})*") {
        if let Ok(set) = load(rows, "") {
            prop_assert!(set.train.images.iter().all(|i| i.len() == set.shape.pixels()));
        }
    }

    /// With the range of bytes, numbers are pixels as they are.
    #[test]
    fn bytes_come_through(
        rows in proptest::collection::vec((0_u8..3, any::<[u8; 4]>()), 2..20),
    ) {
        let line = |(n, (label, p)): (usize, &(u8, [u8; 4]))| {
            let part = if n % 2 == 0 { "train" } else { "test" };
            format!("{part},{label},{},{},{},{}\n", p[0], p[1], p[2], p[3])
        };
        let lines: String = rows.iter().enumerate().map(line).collect();
        let set = load(format!("split,label,a,b,c,d\n{lines}"), ",range=0:255").unwrap();
        let (mut train, mut test) = (set.train.images.iter(), set.test.images.iter());
        for (n, (_, pixels)) in rows.iter().enumerate() {
            let image = if n % 2 == 0 { train.next() } else { test.next() };
            prop_assert_eq!(image.unwrap(), &pixels.to_vec());
        }
        prop_assert_eq!(set.shape, ImageShape { channels: 1, height: 2, width: 2 });
    }
}
