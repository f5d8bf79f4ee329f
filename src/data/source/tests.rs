//! Tests of the one-line form and of the config's table.

use super::*;
use proptest::prelude::*;

fn code(text: &str) -> &'static str {
    let source = text.parse::<Source>().and_then(|s| Ok(s.check()?));
    source.map_or_else(|e| e.code(), |()| "ok")
}

#[test]
fn options_follow_the_source() {
    let text = "a,b.csv,label=a,b,ignore=c,d,ignore=e+f,test=t.csv,set=s,split=0.3,seed=7,range=-1:2.5,scale=column,shape=1x2x3,classes=4";
    let source: Source = text.parse().unwrap();
    let expected = Source {
        source: "a,b.csv".into(),
        label: Some("a,b".into()),
        ignore: vec!["c,d".into(), "e+f".into()],
        test: Some("t.csv".into()),
        set: Some("s".into()),
        split: Some(0.3),
        seed: Some(7),
        range: Some([-1.0, 2.5]),
        scale: Some(ScaleBy::Column),
        shape: Some([1, 2, 3]),
        classes: Some(4),
    };
    assert_eq!(source, expected);
    assert_eq!(source.to_string(), text);
}

#[test]
fn a_file_whose_name_looks_like_options_is_a_file() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("x,label=y");
    std::fs::write(&path, "").unwrap();
    let path = path.to_str().unwrap();
    assert_eq!(path.parse::<Source>().unwrap(), Source::new(path));
}

#[test]
fn bad_options_are_refused() {
    assert_eq!(code("x"), "ok");
    for option in [
        "split=0",
        "split=1",
        "split=NaN",
        "split=x",
        "seed=-1",
        "seed=",
        "range=1",
        "range=2:1",
        "range=1:1",
        "range=0:inf",
        "range=a:b",
        "range=1:2:3",
        "scale=row",
        "shape=1x2",
        "shape=0x2x2",
        "shape=1xax2",
        "classes=0",
        "classes=257",
        "classes=x",
        "test=",
        "set=",
    ] {
        assert_eq!(code(&format!("x,{option}")), "spikestream::data::option", "{option}");
    }
    let error = "x,lable=y".parse::<Source>().unwrap_err();
    assert_eq!(error.code(), "spikestream::data::unknown-option");
    assert!(error.remedy().starts_with("did you mean `label`?"), "{}", error.remedy());
}

#[test]
fn the_config_table_holds_the_same_keys() {
    let table = "source = \"x.csv\"\nlabel = \"y\"\nignore = [\"a\", \"b\"]\n\
                 test = \"t.csv\"\nset = \"s\"\nsplit = 0.3\nseed = 7\nrange = [0.0, 16.0]\n\
                 scale = \"column\"\nshape = [1, 2, 3]\nclasses = 4\n";
    let source: Source = toml::from_str(table).unwrap();
    let line = "x.csv,label=y,ignore=a,ignore=b,test=t.csv,set=s,split=0.3,seed=7,range=0:16,scale=column,shape=1x2x3,classes=4";
    assert_eq!(source, line.parse().unwrap());
    assert_eq!(toml::to_string(&source).unwrap(), table);
    let keys: toml::Table = table.parse().unwrap();
    assert!(keys.len() == KEYS.len() && KEYS.iter().all(|key| keys.contains_key(*key)));
    assert_eq!(toml::from_str::<Source>("source = \"x\"").unwrap(), Source::new("x"));
    assert!(toml::from_str::<Source>("source = \"x\"\nlable = \"y\"").is_err());
    assert!(toml::from_str::<Source>("label = \"y\"").is_err());
}

#[test]
fn every_key_has_its_row_in_the_guide() {
    let guide = include_str!("../README.md");
    for key in &KEYS[1..] {
        assert!(guide.contains(&format!("\n| `{key}` |")), "{key}");
    }
    assert_eq!(guide.matches("\n| `").count(), KEYS.len() - 1 + 1); // and the row of `digits`
}

#[test]
fn a_name_is_one_that_networks_may_have() {
    for (source, name) in [
        ("digits", "digits"),
        ("../data/mnist 10k/", "mnist-10k"),
        ("sets/Iris.v2.csv", "Iris-v2"),
        ("äöü.csv", "data"),
        ("", "data"),
    ] {
        assert_eq!(Source::new(source).name(), name, "{source}");
    }
}

#[test]
fn only_paths_move_with_a_folder() {
    let from = |source: &str| Source::new(source).relative_to(Path::new("configs")).source;
    assert_eq!(from("digits"), "digits");
    assert_eq!(Path::new(&from("x.csv")), Path::new("configs/x.csv"));
    let absolute = std::env::current_dir().unwrap().join("x.csv");
    assert_eq!(Path::new(&from(absolute.to_str().unwrap())), absolute);
    let two = "x.csv,test=t.csv".parse::<Source>().unwrap().relative_to(Path::new("configs"));
    assert_eq!(Path::new(&two.test.unwrap()), Path::new("configs/t.csv"));
}

proptest! {
    #[test]
    fn any_text_is_read_without_panic(text in "\\PC*") {
        let _ = text.parse::<Source>();
    }

    #[test]
    fn what_is_shown_is_read_back(
        path in "[a-z0-9 ./,-]{1,20}\\.csv",
        label in proptest::option::of("[A-Za-z0-9 =]{1,9}"),
        ignore in proptest::collection::vec("[A-Za-z0-9 +=]{1,9}", 0..3),
        test in proptest::option::of("[a-z0-9 ./-]{1,20}"),
        split in proptest::option::of(0.0..1.0),
        seed in proptest::option::of(any::<u64>()),
        range in proptest::option::of((any::<f32>(), -1e9..1e9)),
        shape in proptest::option::of(any::<[usize; 3]>()),
    ) {
        let range = range.filter(|r| r.0.is_finite()).map(|(a, b)| [f64::from(a), b]);
        let source = Source { label, ignore, test, split, seed, range, shape, ..Source::new(path) };
        prop_assert_eq!(source.to_string().parse::<Source>().unwrap(), source);
    }
}

#[test]
fn the_same_data_is_known_by_another_path_and_with_its_defaults() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("table.csv");
    std::fs::write(&path, "a,label\n1,0\n").unwrap();
    let source = |text: &str| text.parse::<Source>().unwrap();
    let one = source(&format!("{},label=a", path.display()));
    let again = folder.path().join(".").join("table.csv");
    let other = source(&format!("{},label=a,split=0.2,seed=1,scale=table", again.display()));
    assert!(one.is_same(&other));
    for more in ["split=0.3", "seed=2", "scale=column", "range=0:16", "classes=9"] {
        let other = source(&format!("{},label=a,{more}", path.display()));
        assert!(!one.is_same(&other), "{more}");
    }
    assert!(source("digits").is_same(&source("digits")));
    assert!(!source("digits").is_same(&source("digits,classes=12")));
    assert!(!source("digits").is_same(&one));
}

#[test]
fn data_on_a_command_line_is_a_name_or_a_path_with_its_options() {
    let here = std::env::current_dir().unwrap();
    let from_here = |text: &str| Source::from_here(text).unwrap().to_string();
    for name in ["digits", "digits,classes=12", "digits,label=a/b"] {
        assert_eq!(from_here(name), name);
    }
    assert!(Source::from_here("x.csv,lable=y").is_err());
    assert_eq!(from_here("./mnist"), here.join("mnist").display().to_string());
    for path in ["x.csv", "sets/mnist", "x.csv,label=a,split=0.3", "x.csv,ignore=a,ignore=b/c"] {
        assert_eq!(from_here(path), here.join(path).display().to_string());
    }
    let both = from_here("x.csv,label=a,test=sets/t.csv,classes=3");
    let [one, other] = ["x.csv", "sets/t.csv"].map(|path| here.join(path).display().to_string());
    assert_eq!(both, format!("{one},label=a,test={other},classes=3"));
}
