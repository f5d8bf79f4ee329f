//! Configs of cells: text that reads back, and what is refused.

use super::*;
use crate::TrainError;
use spikestream::neuron::equations::Format;

#[test]
fn every_config_reads_back_from_its_text() {
    for (kind, lines, _) in SETTINGS {
        for more in [
            "",
            "learn_threshold = true",
            "per_neuron = true\nreset = \"zero\"\nsurrogate = \"fast-sigmoid(10)\"",
        ] {
            let config = config(kind, &format!("{lines}\n{more}"));
            assert_eq!(config.name(), kind);
            let text = toml::to_string(&config).unwrap();
            assert_eq!(toml::from_str::<CellConfig>(&text).unwrap(), config, "{text}");
        }
    }
    for (config, kind) in CellConfig::all().into_iter().zip(super::super::kind::KINDS) {
        assert_eq!(self::config(kind, ""), config, "the defaults");
    }
}

#[test]
fn keys_that_a_cell_has_not_are_refused() {
    let refused = |text: &str, named: &str| {
        let error = toml::from_str::<CellConfig>(text).unwrap_err().to_string();
        assert!(error.contains(named), "{text}: {error}");
    };
    for kind in super::super::kind::KINDS {
        refused(&format!("kind = \"{kind}\"\nthresold = 1.0"), "thresold");
        refused(&format!("kind = \"{kind}\"\nreset = \"hard\""), "hard");
        refused(&format!("kind = \"{kind}\"\nsurrogate = \"atn\""), "atn");
    }
    for (kind, key) in [
        ("lif", "tau"),
        ("if", "beta"),
        ("if", "learn_beta"),
        ("lapicque", "learn_beta"),
        ("synaptic", "alpha_exc"),
        ("exp-if", "rho"),
    ] {
        refused(&format!("kind = \"{kind}\"\n{key} = 1.0"), key);
    }
    refused("kind = \"leaky\"", "leaky");
    refused("beta = 0.9", "kind");
}

#[test]
fn constants_outside_their_range_are_refused() {
    let shares = ["-0.1", "1.1", "nan", "inf"];
    let positive = ["0.0", "-1.0", "nan", "inf", "-inf"];
    let finite = ["nan", "inf", "-inf"];
    let mut checked = 0;
    let mut refused = |kind: &str, field: &str, values: &[&str]| {
        for value in values {
            let config = config(kind, &format!("{field} = {value}"));
            let error = config.init(3, 0, &Device::flex()).unwrap_err();
            assert_eq!(error.code(), "spikestream::train::constant", "{kind} {field} = {value}");
            let TrainError::Constant { cell, field: found, .. } = &error else { panic!("{error}") };
            let cell = if *cell == "lif" && kind == "recurrent-lif" { kind } else { cell };
            assert_eq!((cell, *found), (kind, field), "{value}");
            assert!(error.remedy().contains(field));
            checked += 1;
        }
    };
    for kind in super::super::kind::KINDS {
        refused(kind, "threshold", &positive);
        if !matches!(kind, "if" | "lapicque") {
            refused(kind, "beta", &shares);
        }
    }
    for (kind, field) in [
        ("synaptic", "alpha"),
        ("second-order-lif", "alpha"),
        ("alpha", "alpha_exc"),
        ("alpha", "alpha_inh"),
        ("alif", "rho"),
        ("adex", "rho"),
    ] {
        refused(kind, field, &shares);
    }
    refused("alif", "adaptation", &["-0.1", "nan", "inf"]);
    for kind in ["exp-if", "adex"] {
        refused(kind, "delta", &positive);
        refused(kind, "rheobase", &finite);
    }
    for field in ["coupling", "increment", "rest"] {
        refused("adex", field, &finite);
    }
    for field in ["tau", "resistance"] {
        refused("lapicque", field, &positive);
    }
    refused("lapicque", "dt", &["0.0", "-1.0", "20.5", "nan"]);
    refused("lapicque", "rest", &["1.0", "2.0", "nan", "-inf"]);
    assert_eq!(checked, 50 + 32 + 24 + 3 + 16 + 9 + 10 + 8);
}

#[test]
fn constants_at_the_ends_of_their_range_are_taken() {
    for (kind, lines) in [
        ("lif", "beta = 0.0\nlearn_beta = true"),
        ("lif", "beta = 1.0\nlearn_beta = true"),
        ("alif", "rho = 1.0\nadaptation = 0.0"),
        ("lapicque", "dt = 20.0"),
        ("synaptic", "alpha = 0.0"),
    ] {
        let cell = config(kind, lines).init(2, 0, &Device::flex()).unwrap();
        let beta = to_vec(cell.membrane().beta(&Device::flex()));
        assert!(beta.iter().all(|b| (0.0..=1.0).contains(b)), "{kind} {lines}: {beta:?}");
    }
}

/// What a layer learnt is what its neurons in integers have.
#[test]
fn constants_that_changed_are_those_of_the_integers() {
    let format = Format { bits: 16, fraction: 12 };
    for cell in CellConfig::all().into_iter().filter(CellConfig::has_integers) {
        let described = cell.clone().with_constants(0.375, 1.5).described(format).unwrap();
        assert_eq!(described.parameters["theta"], 1.5, "{cell:?}");
        // An integrator and one that has a time constant instead learn none.
        let own = ["if", "lapicque"].contains(&cell.name());
        let beta = described.parameters.get("beta").filter(|_| !own);
        assert_eq!(beta, if own { None } else { Some(&0.375) }, "{cell:?}");
    }
}
