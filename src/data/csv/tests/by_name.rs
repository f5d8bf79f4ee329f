//! Tests of tables that are read by the columns, ranges and classes of another.

use super::*;
use crate::data::{load_as, load_for};
use crate::spec::{Net, example};

const TRAINING: &str = "split,kind,a,b\ntrain,elm,0,100\ntrain,fir,10,300\ntest,elm,5,200\n";

fn inputs(options: &str) -> Inputs {
    load(TRAINING, options).unwrap().inputs().unwrap()
}

/// A table as a network takes it.
fn read(table: &str, inputs: &Inputs, options: &str, whole: bool) -> Result<Dataset, Error> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("other.csv");
    std::fs::write(&path, table).unwrap();
    let source = format!("{}{options}", path.display()).parse()?;
    load_as(&source, &Reading { inputs: Some(inputs), whole, ..Reading::default() })
}

#[test]
fn a_training_table_says_what_its_inputs_are() {
    let inputs = inputs(",label=kind,scale=column");
    assert_eq!(inputs.label, "kind");
    assert_eq!(inputs.classes, ["elm", "fir"]);
    assert_eq!(inputs.columns, ["a", "b"]);
    assert_eq!(inputs.ranges, [[0.0, 10.0], [100.0, 300.0]]);
    assert_eq!(crate::data::digits().inputs(), None);
}

#[test]
fn another_table_is_scaled_by_the_ranges_of_training() {
    let inputs = inputs(",label=kind,scale=column");
    // Its own ranges are others, its columns in another order, its only class the second.
    let set = read("b,a,kind\n200,5,fir\n300,10,fir\n", &inputs, "", true).unwrap();
    assert_eq!(set.test.images, [[128, 128], [255, 255]]);
    assert_eq!((set.test.labels, set.train.images.len()), (vec![1, 1], 0));
    assert_eq!((set.classes, set.names), (2, inputs.classes.clone()));
    assert_eq!(set.notes, [""; 0]);
    // The training table is parted as before.
    let again = read(TRAINING, &inputs, "", false).unwrap();
    let expected = load(TRAINING, ",label=kind,scale=column").unwrap();
    assert_eq!(again, expected);
}

#[test]
fn rows_without_labels_are_all_to_be_run() {
    let inputs = inputs(",label=kind");
    let set = read("a;b\n2,5;100\n10;0\n", &inputs, "", false).unwrap();
    assert_eq!(set.test.images, [[2, 85], [9, 0]]);
    assert!(set.test.labels.is_empty() && set.train.images.is_empty() && !set.drawn);
    let parted = read("split,a,b\ntest,1,2\ntrain,3,4\n", &inputs, "", false).unwrap();
    assert_eq!((parted.test.images.len(), parted.train.images.len()), (1, 1));
}

#[test]
fn columns_that_lack_or_are_too_many_are_named() {
    let inputs = inputs(",label=kind");
    let error = read("a,B\n1,2\n", &inputs, "", true).unwrap_err();
    assert_eq!(error.code(), "spikestream::data::lacking-columns");
    assert!(error.to_string().contains("lacks the columns b; its columns are: a, B"), "{error}");
    assert!(error.remedy().starts_with("did you mean `B`?"), "{}", error.remedy());
    let error = read("1,2\n3,4\n", &inputs, "", true).unwrap_err();
    assert!(error.remedy().ends_with("as its first line: a, b"), "{}", error.remedy());
    let error = read("a,b,b\n1,2,3\n", &inputs, "", true).unwrap_err();
    assert_eq!(error.code(), "spikestream::data::repeated-column");
    let table = ",a,b,c,class\n0,1,2,3,elm\n";
    let set = read(table, &inputs, "", true).unwrap();
    assert!(set.test.labels.is_empty());
    assert!(set.notes[0].contains("number 1, \"c\", \"class\""), "{:?}", set.notes);
    assert!(set.notes[0].ends_with("give label=class"), "{:?}", set.notes);
    let set = read(table, &inputs, ",label=class,ignore=c", true).unwrap();
    assert_eq!((set.test.labels.as_slice(), set.notes.len()), (&[0][..], 1));
}

#[test]
fn a_class_that_is_unknown_is_named() {
    let inputs = inputs(",label=kind");
    let error = read("a,b,kind\n1,2,elm\n3,4,firr\n", &inputs, "", true).unwrap_err();
    assert_eq!(error.code(), "spikestream::data::no-class");
    assert!(error.to_string().contains("line 3, column \"kind\": \"firr\""), "{error}");
    assert!(error.to_string().ends_with("none of the classes elm, fir"), "{error}");
    assert!(error.remedy().starts_with("did you mean `fir`?"), "{}", error.remedy());
}

#[test]
fn another_scale_than_the_networks_is_told() {
    let inputs = inputs(",label=kind");
    for (option, notes) in [(",scale=column", 1), (",scale=table", 0), (",range=0:1", 1)] {
        let set = read(TRAINING, &inputs, option, false).unwrap();
        assert_eq!((set.notes.len(), &set.scale), (notes, &inputs.ranges), "{option}");
    }
}

#[test]
fn a_second_table_is_the_test_part() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).display().to_string();
    let both = |test: &str, options: &str| {
        std::fs::write(path("train.csv"), ",x,y,kind\n0,0,1,elm\n1,8,2,fir\n").unwrap();
        std::fs::write(path("test.csv"), test).unwrap();
        let line = format!("{},test={},label=kind{options}", path("train.csv"), path("test.csv"));
        crate::data::load(&line.parse()?)
    };
    let set = both("y,x,kind\n4,2,fir\n", "").unwrap();
    assert_eq!((set.test.images, set.test.labels), (vec![vec![64, 128]], vec![1]));
    assert_eq!((set.train.labels, set.drawn), (vec![0, 1], false));
    assert_eq!((set.scale, set.names), (vec![[0.0, 8.0]], vec!["elm".to_owned(), "fir".into()]));
    let code = |test: &str, options: &str| both(test, options).unwrap_err().code();
    assert_eq!(code("x,y,kind\n1,2,oak\n", ""), "spikestream::data::no-class");
    assert_eq!(code("x,y\n1,2\n", ""), "spikestream::data::label-column");
    assert_eq!(code("x,kind\n1,elm\n", ""), "spikestream::data::lacking-columns");
    assert_eq!(code("x,y,kind\n1,2,elm\n", ",split=0.5"), "spikestream::data::unused-option");
    // What is ignored in the one need not be in the other.
    let set = both("x,kind\n4,fir\n", ",ignore=y").unwrap();
    assert_eq!((set.columns, set.test.images), (vec!["x".to_owned()], vec![vec![128]]));
    let line = format!("{},test={},label=kind", path("train.csv"), path("nowhere.csv"));
    let error = crate::data::load(&line.parse().unwrap()).unwrap_err();
    assert_eq!(error.code(), "spikestream::file::read");
    let marked = with_cell("1") + "test,2,1,1\n";
    std::fs::write(path("marked.csv"), marked).unwrap();
    let line = format!("{},test={}", path("marked.csv"), path("marked.csv"));
    let error = crate::data::load(&line.parse().unwrap()).unwrap_err();
    assert_eq!(error.code(), "spikestream::data::unused-option");
    assert!(error.to_string().contains("ignore=split"), "{error}");
}

#[test]
fn numbers_are_classes_too() {
    let table = "y,a,b\n0,1,2\n1,3,4\n";
    let inputs =
        load(format!("{table}0,7,8\n1,9,1\n"), ",split=0.5,range=0:255,classes=3").unwrap();
    let inputs = inputs.inputs().unwrap();
    assert_eq!(inputs.classes, ["0", "1", "2"]); // as many as were declared
    let set = read("b,a,y\n1,2,1.0\n", &inputs, "", true).unwrap();
    assert_eq!((set.test.images, set.test.labels), (vec![vec![2, 1]], vec![1]));
}

#[test]
fn a_network_is_told_what_it_does_not_know() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("t.csv");
    let rows: String = (0..10).map(|n| format!("{},{},{}\n", n % 2, n * n, 3 * n)).collect();
    std::fs::write(&path, format!("y,a,b\n{rows}")).unwrap();
    let source: Source = path.display().to_string().parse().unwrap();
    let mut net = Net { inputs: None, ..example(&[2, 2]) };
    let notes = |net: &Net, whole| load_for(net, &source, whole).unwrap().notes;
    let told = notes(&net, false);
    assert!(told[0].contains("the table's own smallest and largest"), "{told:?}");
    assert!(told[1].contains("2 of its 10 rows") && told[1].contains("--split all"), "{told:?}");
    assert_eq!(notes(&net, true).len(), 1);
    net.inputs = crate::data::load(&source).unwrap().inputs();
    assert_eq!((notes(&net, false).len(), notes(&net, true).len()), (1, 0));
    net.spec.provenance.data = source.to_string();
    assert_eq!(notes(&net, false), [""; 0]);
    let digits = load_for(&net, &Source::new("digits"), true).unwrap();
    assert_eq!((digits.test.images.len(), digits.train.images.len()), (1797, 0));
    assert!(digits.notes[0].contains("its ranges are not applied"), "{:?}", digits.notes);
}
