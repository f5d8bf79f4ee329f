//! Tests of what every kind of data has in common.

use super::*;

fn load(text: &str) -> Result<Dataset, Error> {
    super::load(&text.parse()?)
}

#[test]
fn the_digits_are_loaded_by_name_and_may_be_reshaped() {
    assert_eq!(load("digits").unwrap(), digits());
    let set = load("digits,shape=4x4x4,classes=12").unwrap();
    assert_eq!(set.shape, ImageShape { channels: 4, height: 4, width: 4 });
    assert_eq!((set.classes, set.names.len(), set.names[11].as_str()), (12, 12, "11"));
    assert_eq!(set.train, digits().train);
}

#[test]
fn options_without_use_are_refused() {
    for option in [
        "label=x",
        "range=0:1",
        "scale=column",
        "split=0.5",
        "seed=3",
        "ignore=x",
        "test=x",
        "set=x",
    ] {
        let error = load(&format!("digits,{option}")).unwrap_err();
        assert_eq!(error.code(), "spikestream::data::unused-option", "{option}");
        assert!(option.starts_with(error.remedy().trim_start_matches("leave out ")), "{option}");
    }
    for option in ["shape=1x8x9", "shape=99999999999x99999999999x99999999999", "classes=9"] {
        let error = load(&format!("digits,{option}")).unwrap_err();
        assert_eq!(error.code(), "spikestream::data::option", "{option}");
    }
}

#[test]
fn an_unknown_name_says_what_could_be_given() {
    let error = load("digit").unwrap_err();
    assert_eq!(error.code(), "spikestream::data::unknown");
    assert!(error.to_string().contains("no folder or file"), "{error}");
    assert!(error.remedy().starts_with("did you mean `digits`?"), "{}", error.remedy());
    assert!(load("no/such/file.csv").unwrap_err().remedy().contains("(digits)"));
    assert_eq!(load("").unwrap_err().code(), "spikestream::data::unknown");
}

#[test]
fn a_row_of_pixels_is_a_square_where_it_can_be() {
    let side = |height, width| ImageShape { channels: 1, height, width };
    assert_eq!(ImageShape::of(784), side(28, 28));
    assert_eq!(ImageShape::of(13), side(1, 13));
    assert_eq!(ImageShape::of(1), side(1, 1));
}
