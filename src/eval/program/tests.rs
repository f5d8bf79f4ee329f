//! The evaluation program on shipped and changed networks, on tables with labels and without.

use super::*;

#[derive(clap::Parser)]
#[command(args_override_self = true)]
struct Line {
    #[command(flatten)]
    request: Request,
}

fn asked<'a>(given: impl Iterator<Item = &'a str>) -> Result<String, Error> {
    let line = <Line as clap::Parser>::try_parse_from(std::iter::once("eval").chain(given));
    run(&line.unwrap().request, None)
}

fn shipped(net: &str, more: &[&str]) -> Result<String, Error> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("nets").join(net);
    let folder = folder.display().to_string();
    let given = ["--net", &folder, "--data", "digits"].into_iter().chain(more.iter().copied());
    asked(given)
}

#[test]
fn the_shipped_networks_are_as_right_as_they_say() {
    for name in ["digits", "digits-tiny", "digits-delay", "digits-recurrent"] {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("nets").join(name);
        let provenance = Net::load(&folder).unwrap().spec.provenance;
        for (split, noted) in [("train", provenance.train_accuracy), ("test", provenance.accuracy)]
        {
            let text = shipped(name, &["--split", split, "--json"]).unwrap();
            let report: serde_json::Value = serde_json::from_str(&text).unwrap();
            let right = noted * report["images"].as_f64().unwrap();
            assert_eq!(report["right"].as_f64().unwrap(), right.round(), "{name} {split}");
            // As text, because a JSON reader may be off by a last bit.
            assert!(text.contains(&format!("\"accuracy\":{noted:?},")), "{name}: {text}");
            assert_eq!(report["layers"].as_array().unwrap().len(), 2);
            let table = shipped(name, &["--split", split]).unwrap();
            assert!(table.contains(&format!("accuracy {:.2} %", 100.0 * noted)), "{table}");
        }
    }
}

/// Weights in another order are a network of the same form, and another one.
#[test]
fn another_accuracy_than_the_recorded_one_is_told() {
    let shipped_net = Path::new(env!("CARGO_MANIFEST_DIR")).join("nets/digits");
    let mut net = Net::load(&shipped_net).unwrap();
    net.layers[0].weights.reverse();
    let folder = tempfile::tempdir().unwrap();
    net.save(folder.path()).unwrap();
    let own = folder.path().display().to_string();
    let said = |more: &[&str]| shipped("digits", &[&["--net", &own], more].concat()).unwrap();
    for (split, field) in [("test", "accuracy"), ("train", "train_accuracy")] {
        let table = said(&["--split", split]);
        let last = table.lines().last().unwrap();
        assert!(last.starts_with("note: net.toml records "), "{table}");
        assert!(last.contains(&format!("(provenance.{field})")), "{table}");
        let json = said(&["--split", split, "--json"]);
        let json: serde_json::Value = serde_json::from_str(&json).unwrap();
        assert!(last.ends_with(json["note"].as_str().unwrap()), "{json}");
    }
    // Of other data nothing is recorded.
    assert!(!said(&["--data", "digits,classes=10,shape=1x4x16"]).contains("note:"));
    assert!(!shipped("digits", &[]).unwrap().contains("note:"));
    assert!(!shipped("digits", &["--json"]).unwrap().contains("note"));
}

/// A network of two inputs that a table named, and an evaluation of it on another.
fn on_a_table(table: &str, more: &[&str]) -> Result<String, Error> {
    let folder = tempfile::tempdir().unwrap();
    let mut net = crate::spec::example(&[2, 2]);
    net.inputs = Some(Inputs {
        label: "kind".into(),
        classes: vec!["elm".into(), "fir".into()],
        columns: vec!["a".into(), "b".into()],
        ranges: vec![[0.0, 10.0], [0.0, 1.0]],
    });
    net.save(folder.path()).unwrap();
    let path = folder.path().join("rows.csv");
    std::fs::write(&path, table).unwrap();
    let own = folder.path().display().to_string();
    let data = path.display().to_string();
    let given = ["--net", &own, "--data", &data].into_iter().chain(more.iter().copied());
    asked(given)
}

#[test]
fn rows_without_labels_get_the_names_of_classes() {
    let rows = "b,a\n0.5,3\n1,10\n0,0\n";
    let text = on_a_table(rows, &["--json"]).unwrap();
    let report: serde_json::Value = serde_json::from_str(&text).unwrap();
    let net = crate::spec::example(&[2, 2]);
    let images = [vec![77, 128], vec![255, 255], vec![0, 0]];
    let classes = eval::predict(&net, &images).unwrap();
    for (image, class) in classes.iter().enumerate() {
        let found = &report["predictions"][image];
        assert_eq!(found["class"], *class);
        assert_eq!(found["name"], ["elm", "fir"][*class]);
    }
    let table = on_a_table(rows, &[]).unwrap();
    assert!(table.contains("3 rows of") && table.contains("without labels"), "{table}");
    assert!(table.contains(&format!("0      {}", ["elm", "fir"][classes[0]])), "{table}");
}

#[test]
fn rows_with_labels_are_judged_whole_if_asked() {
    let rows: String = (0..10).map(|n| format!("{n},0.{n},{}\n", ["elm", "fir"][n % 2])).collect();
    let rows = format!("a,b,kind\n{rows}");
    let text = on_a_table(&rows, &["--split", "all"]).unwrap();
    assert!(text.contains("in integers, 10 images of"), "{text}");
    assert!(text.contains("classes: 0 elm, 1 fir"), "{text}");
    assert!(on_a_table(&rows, &[]).unwrap().contains("2 test images of"));
    let few = on_a_table("a,b,kind\n1,2,elm\n", &[]).unwrap_err();
    assert_eq!(few.code(), "spikestream::data::no-rows");
    assert!(few.remedy().contains("--split all"), "{}", few.remedy());
    let other = on_a_table("a,c,kind\n1,2,elm\n", &[]).unwrap_err();
    assert_eq!(other.code(), "spikestream::data::lacking-columns");
}

#[test]
fn what_cannot_be_is_refused() {
    let code = |result: Result<String, Error>| result.map_or_else(|e| e.code(), |_| "ok");
    assert_eq!(code(shipped("nowhere", &[])), "spikestream::file::read");
    assert_eq!(code(shipped("digits", &["--data", "digts"])), "spikestream::data::unknown");
    let mut table = tempfile::NamedTempFile::with_suffix(".csv").unwrap();
    std::io::Write::write_all(&mut table, b"a,label\n1,0\n2,1\n3,0\n4,1\n5,0\n6,1\n").unwrap();
    let table = table.path().display().to_string();
    assert_eq!(code(shipped("digits", &["--data", &table])), "spikestream::net::shape");
}

#[test]
fn early_answers_are_told_where_they_are_asked_for() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("nets/digits");
    let asked = |early, json| {
        let request = Request {
            net: folder.display().to_string(),
            data: "digits".into(),
            split: "test".into(),
            json,
            early,
        };
        run(&request, None).unwrap()
    };
    let text = asked(true, false);
    let last = text.lines().last().unwrap();
    assert!(
        last.starts_with("early answers: ") && last.contains(" of 16 steps in the mean"),
        "{last}"
    );
    assert!(last.ends_with("360 of 360 classes as in the whole run"), "{last}");
    let json: serde_json::Value = serde_json::from_str(&asked(true, true)).unwrap();
    assert_eq!(json["early"]["alike"], 360);
    assert!(json["early"]["saved"].as_f64().unwrap() > 0.0, "{json}");
    assert!(!asked(false, false).contains("early") && !asked(false, true).contains("early"));
}
