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
