//! Tests of the neurons that a run takes out: the silent ones at its end, and a share of all on its way.

use super::*;

/// The float weights keep every neuron, so that the integers can be made with them later.
#[test]
fn silent_neurons_are_taken_out_or_kept_as_asked() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path();
    train_into(out, "--data digits --hidden 64 --epochs 1").unwrap();
    let whole = Net::load(out).unwrap();
    assert_eq!(whole.spec.layers[0].outputs, 64);
    assert!(json(&read(out, "summary.json"))["pruned"].is_null());
    let run = json(&read(out, "summary.json"))["run"].clone();

    let printed = printed(&format!("--resume {} --silent remove", out.display())).unwrap();
    let (net, summary) = (Net::load(out).unwrap(), json(&read(out, "summary.json")));
    let gone = &summary["pruned"]["layers"][0];
    let gone = gone["bounded"].as_u64().unwrap() + gone["quiet"].as_u64().unwrap();
    assert!(gone > 0, "{summary}");
    assert_eq!(net.spec.layers[0].outputs as u64, 64 - gone);
    assert!(printed.contains(&format!("taken out    {gone} of the 64 neurons")), "{printed}");
    let digits = data::digits();
    let of = |net: &Net| eval::predict(net, &digits.train.images).unwrap();
    assert_eq!(of(&net), of(&whole));
    let golden = eval::evaluate(&net, &digits.test).unwrap().accuracy();
    assert_eq!(net.spec.provenance.accuracy, golden);
    assert_eq!(summary["integers"]["test"], golden);
    assert_eq!(summary["run"], run, "what was learnt is the same");
    assert!(net.spec.provenance.command.ends_with("--silent remove"));

    super::printed(&format!("--resume {} --silent keep", out.display())).unwrap();
    assert_eq!(Net::load(out).unwrap().hash(), whole.hash());
}

#[test]
fn a_share_of_the_hidden_layer_is_taken_out_while_it_is_trained() {
    let folder = tempfile::tempdir().unwrap();
    let line = "--data digits --hidden 24 --epochs 3 --steps 4 --prune 0.5";
    let printed = train_into(folder.path(), line).unwrap();
    assert!(printed.contains("0.5 of each hidden layer taken out"), "{printed}");
    let (net, summary) =
        (Net::load(folder.path()).unwrap(), json(&read(folder.path(), "summary.json")));
    assert!(net.spec.layers[0].outputs <= 12, "{printed}");
    assert!(summary["pruned"]["layers"][0]["unheard"].as_u64().unwrap() >= 12, "{summary}");
    assert_eq!(summary["kept"], 3, "the share is out from the third epoch on");
    assert!(net.spec.provenance.command.ends_with("--prune 0.5"));
    for (line, field) in [
        ("--prune 1", "--prune"),
        ("--prune half", "--prune"),
        ("--prune 0.5 --silent keep", "--silent"),
        ("--prune 0.5 --hidden 8 --cell recurrent-lif --float", "--prune"),
    ] {
        let error = config(&format!("--data digits {line}")).unwrap_err();
        assert_eq!(error.code(), "spikestream::train::option", "{line}");
        assert!(error.to_string().contains(field), "{line}: {error}");
    }
}

/// Bits that ship stay; whoever brings data gets the smaller network.
#[test]
fn silent_neurons_stay_only_where_networks_ship_with_them() {
    let silent = |line: &str| config(line).unwrap().prune.silent;
    assert_eq!(silent("--data digits"), Silent::Keep);
    assert_eq!(silent("--data digits --silent remove"), Silent::Remove);
    assert_eq!(silent("--data table.csv,label=kind"), Silent::Remove);
    assert_eq!(silent("--data table.csv --silent keep"), Silent::Keep);
    assert_eq!(silent("--config ../nets/recipes/mnist.toml --data idx"), Silent::Keep);
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("run.toml");
    let of = |prune: &str| {
        fs::write(&file, format!("[data]\nsource = \"digits\"\n[prune]\n{prune}\n")).unwrap();
        config(&format!("--config {}", file.display()))
    };
    assert_eq!(of("").unwrap().prune.silent, Silent::Remove);
    assert_eq!(of("silent = \"keep\"").unwrap().prune.silent, Silent::Keep);
    for (bad, meant) in [("silent = \"kept\"", "keep"), ("silnt = \"keep\"", "silent")] {
        let error = of(bad).unwrap_err();
        assert_eq!(error.code(), "spikestream::train::config");
        assert!(error.remedy().contains(meant), "{}", error.remedy());
    }
    let error = config("--data digits --silent some").unwrap_err();
    assert_eq!(error.code(), "spikestream::train::option");
    assert!(error.to_string().contains("--silent"), "{error}");
}
