//! Tests of runs whose neurons are equations of one's own, in a file beside the config.

use super::*;

/// A leaky neuron whose threshold tires, as nobody ships it.
const OWN: &str = "threshold = \"v > 1 + a\"\n[states]\nv = { initial = 0, range = [-8, 8] }\n\
                   a = { initial = 0, range = [0, 4] }\n[equations]\n\"v'\" = \"0.75 * v + I\"\n\
                   \"a'\" = \"0.5 * a\"\n[reset]\nv = \"0\"\na = \"a + 0.25\"\n[input]\nrange = [-8, 8]\n";

/// The options of a config in a folder, with these equations beside it.
fn line(folder: &Path) -> String {
    fs::write(folder.join("own.toml"), OWN).unwrap();
    let path = folder.join("run.toml");
    let text = "encoder = { kind = \"hardware\", steps = 16 }\n[data]\nsource = \"digits\"\n[sc]\n\
                [network]\noutput = { cell = { kind = \"lif\", beta = 0.9375 } }\n\
                hidden = [{ neurons = 16, cell = { kind = \"equations\", file = \"own.toml\" } }]\n\
                [run]\nepochs = 2\n";
    fs::write(&path, text).unwrap();
    format!("--config {}", path.display())
}

#[test]
fn a_run_holds_its_equations_and_goes_on_without_the_file() {
    let folder = tempfile::tempdir().unwrap();
    let (line, out) = (line(folder.path()), folder.path().join("out"));
    let begun = config(&line).unwrap();
    let shown = printed(&format!("{line} --print-config")).unwrap();
    let told = train_into(&out, &line).unwrap();
    assert!(told.contains("64-16-10 of equations, lif"), "{told}");
    fs::remove_file(folder.path().join("own.toml")).unwrap();
    let again = folder.path().join("shown.toml");
    fs::write(&again, shown).unwrap();
    assert_eq!(TrainConfig::load(&again).unwrap(), begun);
    let written = TrainConfig::of_results(&out).unwrap();
    assert_eq!(TrainConfig { results: None, ..written }, begun);
    printed(&format!("--resume {} --epochs 3", out.display())).unwrap();
    let net = Net::load(&out).unwrap();
    assert_eq!(net.spec.neurons["equations"].equations.as_deref(), Some(OWN));
    let golden = eval::evaluate(&net, &data::digits().test).unwrap().accuracy();
    assert_eq!(net.spec.provenance.accuracy, golden);
    assert!(golden > 0.5, "{golden}");
}

#[test]
fn options_that_equations_do_not_take_are_refused() {
    let folder = tempfile::tempdir().unwrap();
    let line = line(folder.path());
    for option in ["--float", "--export"] {
        assert_eq!(code(&format!("{line} {option}")), "spikestream::train::no-float");
    }
    assert_eq!(code(&format!("{line} --reset zero")), "spikestream::train::option");
    assert_eq!(code(&format!("{line} --surrogate atan(3) --hidden 8,8")), "ok");
    assert_eq!(code(&format!("{line} --reset zero --cell alif")), "ok");
}
