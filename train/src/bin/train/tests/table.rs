//! Tests of training on a table: what the network keeps of it, and what it then makes of others.

use super::*;
use spikestream::data::load_for;
use spikestream::spec::Inputs;

/// Two classes by two measurements in units of their own, and noise.
fn table(rows: impl Iterator<Item = usize>, header: &str) -> String {
    let row = |n: usize| {
        let (fir, wave) = (n % 2, n * 7919 % 89);
        let girth = 0.01 * (wave + 60 * fir) as f64;
        let height = 900 + 40 * wave + 2000 * fir;
        format!("{girth},{height},{},{}\n", n * 104_729 % 97, ["elm", "fir"][fir])
    };
    format!("{header}\n{}", rows.map(row).collect::<String>())
}

#[test]
fn a_network_takes_other_tables_by_the_ranges_that_it_learnt() {
    let folder = tempfile::tempdir().unwrap();
    let put = |name: &str, text: String| {
        let path = folder.path().join(name);
        fs::write(&path, text).unwrap();
        path.display().to_string()
    };
    let header = "girth,height,noise,kind";
    let trees = put("trees.csv", table(0..200, header));
    let data = format!("{trees},label=kind,scale=column");
    let out = folder.path().join("out");
    train_into(&out, &format!("--data {data} --hidden 16 --epochs 8")).unwrap();
    let net = Net::load(&out).unwrap();
    let inputs = net.inputs.clone().unwrap();
    assert_eq!(
        (inputs.classes.as_slice(), inputs.ranges.len()),
        (&["elm".into(), "fir".into()][..], 3)
    );

    // The training table has the accuracy that was recorded, with its options or without.
    for line in [&data, &format!("{trees},label=kind")] {
        let set = load_for(&net, &line.parse().unwrap(), false).unwrap();
        let accuracy = eval::evaluate(&net, &set.test).unwrap().accuracy();
        assert_eq!(accuracy, net.spec.provenance.accuracy, "{line}");
        assert_eq!(
            set,
            Dataset { notes: set.notes.clone(), ..data::load(&data.parse().unwrap()).unwrap() }
        );
    }
    // Firs alone have other ranges of their own; the network sees the same pixels all the same.
    let firs = put("firs.csv", table((0..200).filter(|n| n % 2 == 1), header));
    let seen = load_for(&net, &firs.parse().unwrap(), true).unwrap();
    let whole = load_for(&net, &trees.parse().unwrap(), true).unwrap();
    let fir = |at: usize| whole.test.images[2 * at + 1].clone();
    assert_eq!(seen.test.images, (0..100).map(fir).collect::<Vec<_>>());
    assert_eq!(seen.test.labels, [1; 100]);

    // A later run on other data leaves nothing of the table.
    assert!(Inputs::beside(&out).unwrap().is_some());
    train_into(&out, SMALL).unwrap();
    assert_eq!((Net::load(&out).unwrap().inputs, Inputs::beside(&out).unwrap()), (None, None));
}

#[test]
fn a_network_in_float_keeps_its_inputs_beside_it() {
    let folder = tempfile::tempdir().unwrap();
    let trees = folder.path().join("trees.csv");
    fs::write(&trees, table(0..60, "girth,height,noise,class")).unwrap();
    let out = folder.path().join("out");
    let line = format!("--data {} --float --hidden 8 --epochs 1", trees.display());
    train_into(&out, &line).unwrap();
    let inputs = Inputs::beside(&out).unwrap().unwrap();
    assert_eq!((inputs.label.as_str(), inputs.columns.len()), ("class", 3));
    // A later network of images has none.
    train_into(&out, "--data digits --float --hidden 8 --epochs 1").unwrap();
    assert_eq!(Inputs::beside(&out).unwrap(), None);
}

#[test]
fn both_tables_are_found_from_anywhere() {
    let here = std::env::current_dir().unwrap();
    let data = config("--data a.csv,test=b.csv").unwrap().data;
    let there = |name: &str| here.join(name).display().to_string();
    assert_eq!((data.source, data.test), (there("a.csv"), Some(there("b.csv"))));
}
