//! Tests of how tables are written: separators, decimal commas, blanks and ends of lines.

use super::*;

/// The same four rows in many hands.
const PLAIN: &str = "acidity,alcohol,quality\n7.4,9.4,5\n7.8,9.8,6\n6.1,10.2,5\n6.6,11.0,6\n";
const OPTIONS: &str = ",label=quality,split=0.5";

#[test]
fn semicolons_tabs_and_decimal_commas_are_read() {
    let expected = load(PLAIN, OPTIONS).unwrap();
    assert_eq!((expected.train.images.len(), &expected.notes), (2, &vec![]));
    let semicolons = PLAIN.replace(',', ";");
    let quoted =
        semicolons.replace("acidity;alcohol;quality", "\"acidity\";\"alcohol\";\"quality\"");
    let named = format!("sep=;\r\n{semicolons}");
    for text in [semicolons.clone(), quoted, named, PLAIN.replace(',', "\t")] {
        assert_eq!(load(&text, OPTIONS).unwrap(), expected, "{text}");
    }
    let commas = semicolons.replace('.', ",");
    for text in [commas.clone(), commas.replace(';', "\t")] {
        let set = load(&text, OPTIONS).unwrap();
        assert!(set.notes[0].ends_with("numbers are read with decimal commas"), "{:?}", set.notes);
        assert_eq!(Dataset { notes: vec![], ..set }, expected);
    }
}

#[test]
fn commas_and_points_in_one_table_are_refused() {
    let text = "a;b;y\n1,5;2;0\n1;2.5;1\n";
    let error = is(text, "", "decimals", &["a comma in line 2", "a point in line 3"]);
    assert!(error.remedy().contains("none between thousands"), "{}", error.remedy());
    // With both in one number nobody needs to guess that the one is for thousands.
    is("split;a;y\ntrain;1.234,5;0\ntest;2;1\n", "", "cell", &["line 2", "1.234,5"]);
    let error = is("split,a,y\ntrain,\"3,5\",0\ntest,2,1\n", "", "cell", &["line 2", "3,5"]);
    assert!(error.remedy().contains("with a point (3.5)"), "{}", error.remedy());
}

#[test]
fn blanks_of_any_kind_and_ends_of_lines_do_not_count() {
    let expected = load(PLAIN, OPTIONS).unwrap();
    let blanks = PLAIN.replace("7.8", "\u{a0}7.8\u{a0}").replace("9.8", "\u{200b} 9.8\u{202f}");
    let blanks = blanks.replace("alcohol", "\u{feff}alcohol\u{a0}");
    for text in [blanks, PLAIN.replace('\n', "\r\n"), PLAIN.replace('\n', "\r")] {
        for mark in ["", "\u{feff}"] {
            assert_eq!(load(format!("{mark}{text}"), OPTIONS).unwrap(), expected, "{text:?}");
        }
    }
    let utf16: Vec<u8> = "\u{feff}a\tb\n".encode_utf16().flat_map(u16::to_le_bytes).collect();
    let error = load(utf16, "").unwrap_err();
    assert!(error.to_string().contains("UTF-16"), "{error}");
}

#[test]
fn a_table_that_is_parted_otherwise_says_what_is_there() {
    let error = is("a|b|y\n1|2|0\n", "", "label-column", &["a|b|y"]);
    let remedy = error.remedy();
    assert!(remedy.contains("semicolons or tabs") && remedy.contains("\"a|b|y\""), "{remedy}");
}

/// Forty rows of three species, with a stray quote before two of the names, before one, or in a table that
/// has names in quotes.
#[test]
fn a_stray_quote_is_told_by_the_line_on_which_it_opens() {
    let rows: Vec<String> =
        (0..40).map(|n| format!("{n},{},{}\n", n * 3 % 7, ["cat", "dog", "emu"][n % 3])).collect();
    let with = |stray: &[usize]| {
        let mut rows = rows.clone();
        for &n in stray {
            rows[n] = rows[n].replace(",dog", ",\"dog").replace(",emu", ",\"emu");
        }
        format!("a,b,species\n{}", rows.concat())
    };
    assert!(load(with(&[]), ",label=species").is_ok());
    let amid = ["line 6:", "closes in the middle of a cell"];
    let error = is(with(&[4, 8]), ",label=species", "quote", &amid);
    assert!(error.remedy().contains("take out that quote"), "{}", error.remedy());
    is(with(&[4]), ",label=species", "quote", &["line 6:", "is never closed"]);
    let quoted = "a,b,k\n0,0,\"cat\"\n7,0,\"dog\n4,5,\"dog\"\n8,3,\"emu\"\n";
    is(quoted, ",label=k", "quote", &["line 3:"]);
    is("a,b,\"k\n0,0,cat\n", "", "quote", &["line 1:"]);
    // The other table of a pair is one as well.
    let folder = tempfile::tempdir().unwrap();
    let other = folder.path().join("test.csv");
    std::fs::write(&other, with(&[4])).unwrap();
    let options = format!(",label=species,test={}", other.display());
    is(with(&[]), &options, "quote", &["test.csv, line 6:"]);
}

/// Inches, or a name whose first quote was lost: it is taken as it is, and told.
#[test]
fn a_quote_that_only_ends_a_cell_is_part_of_it_and_told() {
    let set = load("a,k\n1,cat\n2,dog\"\n3,cat\n4,dog\"\n5,cat\n6,dog\"\n", ",label=k").unwrap();
    assert_eq!(set.names, ["cat", "dog\""]);
    let told = "table.csv, line 3: 3 cells end with a quote and no quote opens";
    assert!(set.notes.iter().any(|note| note.contains(told)), "{:?}", set.notes);
}

/// A quote that closes at the end of another row's cell is a name of several lines.
#[test]
fn a_class_is_named_in_one_line() {
    let table = "a,k\n1,cat\n2,\"dog\n3,cat\n4,emu\"\n5,cat\n6,dog\n";
    is(table, ",label=k,split=0.3", "cell", &["line 3", "\"k\"", "a class in one line"]);
    is(table.replace('\n', "\r"), ",label=k,split=0.3", "cell", &["line 3", "one line"]);
}

/// Anomalies are often marked so.
#[test]
fn minus_one_and_one_are_two_classes() {
    let table = |other: &str| {
        let label = |n: usize| if n.is_multiple_of(3) { "-1" } else { other };
        let rows: String = (0..12).map(|n| format!("{n},{}\n", label(n))).collect();
        format!("a,y\n{rows}")
    };
    for one in ["1", "1.0", "+1"] {
        let set = load(table(one), "").unwrap();
        assert_eq!((set.names, set.classes), (vec!["-1".into(), "1".into()], 2));
        assert_eq!(set.train.labels.iter().chain(&set.test.labels).filter(|l| **l == 0).count(), 4);
    }
    // A later table is read by these names.
    let inputs = load(table("1"), "").unwrap().inputs().unwrap();
    assert_eq!([inputs.class_of("-1"), inputs.class_of("1.0")], [Some(0), Some(1)]);
    for other in ["0", "2", "-2"] {
        is(table(other), "", "label", &["line 2", "-1"]);
    }
    is(table("1"), ",classes=1", "option", &["classes"]);
}
