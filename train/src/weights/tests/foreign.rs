//! Names without numbers, square matrices, constants of other neurons: the order is certain or refused.

use super::*;
use crate::RecurrentLifConfig;

const LEARNT: &[u8] = include_bytes!("../files/learnt.safetensors");
const FC_OUT: &[u8] = include_bytes!("../files/fc_out.safetensors");

/// A net of 64-32-32-10.
fn net(learn: bool) -> SpikingNet {
    let cell = LifConfig { learn_beta: learn, learn_threshold: learn, ..Default::default() };
    let config = SpikingNetConfig::of(64, &[32, 32, 10], &CellConfig::Lif(cell));
    config.init(1, &Device::flex()).unwrap()
}

fn numbers(bytes: &[u8], name: &str) -> Vec<f32> {
    let file = SafeTensors::deserialize(bytes).unwrap();
    let words = file.tensor(name).unwrap().data().as_chunks().0.iter();
    words.map(|word| f32::from_le_bytes(*word)).collect()
}

fn assert_near(found: &[f32], expected: f32) {
    assert!(found.len() == 1 && (found[0] - expected).abs() < 1e-6, "{found:?} for {expected}");
}

#[test]
fn neurons_without_a_number_are_of_the_layer_that_is_left() {
    let parameters = parameters(&net(true).with_safetensors(LEARNT).unwrap());
    for (layer, [beta, theta]) in [[0.5, 1.0], [0.7, 1.5], [0.9, 2.0]].into_iter().enumerate() {
        let raw = &parameters[&format!("layers.{layer}.cell.beta_logit")];
        let betas: Vec<f32> = raw.iter().map(|raw| 1.0 / (1.0 + (-raw).exp())).collect();
        assert_near(&betas, beta);
        let raw = &parameters[&format!("layers.{layer}.cell.theta_log")];
        assert_near(&raw.iter().map(|raw| raw.exp()).collect::<Vec<_>>(), theta);
        let weight = numbers(LEARNT, &format!("fc{}.weight", layer + 1));
        assert_eq!(parameters[&format!("layers.{layer}.linear.weight")], weight);
    }
}

#[test]
fn a_matrix_without_a_number_goes_where_its_shape_fits() {
    let parameters = parameters(&net(false).with_safetensors(FC_OUT).unwrap());
    for (layer, name) in ["fc1", "fc2", "fc_out"].into_iter().enumerate() {
        for part in ["weight", "bias"] {
            let own = &parameters[&format!("layers.{layer}.linear.{part}")];
            assert_eq!(*own, numbers(FC_OUT, &format!("{name}.{part}")), "{name}.{part}");
        }
    }
    let bytes = file(&[f32s("readout.weight", &[2, 4]), f32s("entry.weight", &[4, 3])]);
    let mut config = SpikingNetConfig::of(3, &[4, 2], &CellConfig::default());
    config.layers.iter_mut().for_each(|layer| layer.bias = false);
    assert!(config.init(1, &Device::flex()).unwrap().with_safetensors(&bytes).is_ok());
}

/// What a net of four inputs and three layers of four neurons says to a file.
fn squares(tensors: &[(&'static str, Dtype, &'static [usize], Vec<u8>)]) -> Result<(), String> {
    let mut config = SpikingNetConfig::of(4, &[4, 4, 4], &CellConfig::default());
    config.layers.iter_mut().for_each(|layer| layer.bias = false);
    let net = config.init(1, &Device::flex()).unwrap().with_safetensors(&file(tensors));
    net.map(drop).map_err(|error| format!("{}: {error}", error.code()))
}

#[test]
fn square_matrices_are_not_ordered_by_chance() {
    let weight = |name| f32s(name, &[4, 4]);
    assert!(squares(&["fc1.weight", "fc3.weight", "fc10.weight"].map(weight)).is_ok());
    let error = squares(&["fc1.weight", "fc2.weight", "fc_out.weight"].map(weight)).unwrap_err();
    let [one, two, out] = ["fc1", "fc2", "fc_out"].map(|fc| format!("{fc}.weight [4, 4]"));
    assert_eq!(
        error,
        format!(
            "spikestream::train::order: the order of the tensors in the file is not certain: shapes \
             and numbers in names leave several orders: {one}, {two}, {out}; or {one}, {out}, {two}; \
             or {out}, {one}, {two}"
        )
    );
    let error = squares(&["a.weight", "b.weight", "c.weight"].map(weight)).unwrap_err();
    assert!(error.ends_with("; or more"), "{error}");
}

#[test]
fn shapes_against_the_order_of_the_numbers_are_refused() {
    let bytes = file(&[f32s("fc2.weight", &[4, 3]), f32s("fc1.weight", &[2, 4])]);
    let error = small(false).with_safetensors(&bytes).unwrap_err();
    assert_eq!(error.code(), "spikestream::train::order");
    assert!(error.to_string().ends_with("fc1.weight [2, 4], fc2.weight [4, 3]"), "{error}");
    assert!(error.remedy().contains("fc1 and lif1"), "{}", error.remedy());
}

#[test]
fn recurrent_weights_go_with_their_neurons() {
    let cell = CellConfig::RecurrentLif(RecurrentLifConfig::default());
    let mut config = SpikingNetConfig::of(4, &[4, 4], &cell);
    config.layers.iter_mut().for_each(|layer| layer.bias = false);
    let own = |name, first: f32| {
        let bytes = (0..16).flat_map(|i| (first + i as f32).to_le_bytes()).collect();
        (name, Dtype::F32, &[4, 4][..], bytes)
    };
    let bytes = |second| {
        file(&[
            own("fc1.weight", 0.0),
            own("fc2.weight", 20.0),
            own("lif1.recurrent.weight", 40.0),
            own(second, 60.0),
        ])
    };
    let net = || config.init(1, &Device::flex()).unwrap();
    for second in ["lif_out.recurrent.weight", "lif2.recurrent.weight"] {
        let parameters = parameters(&net().with_safetensors(&bytes(second)).unwrap());
        assert_eq!(parameters["layers.0.cell.recurrent.weight"][0], 40.0);
        assert_eq!(parameters["layers.1.cell.recurrent.weight"][0], 60.0);
    }
    for (second, what) in [("lif1.rec.weight", "module"), ("rec1.weight", "layer")] {
        let error = net().with_safetensors(&bytes(second)).unwrap_err();
        assert_eq!(error.code(), "spikestream::train::order", "{error}");
        assert!(error.to_string().ends_with(&format!("are the same of one {what}")), "{error}");
    }
}

#[test]
fn neurons_that_may_be_of_several_layers_are_refused_unless_it_changes_nothing() {
    let load = |a: f32, b: f32| {
        let constants = [scalar("hidden.beta", a), scalar("last.beta", b)];
        small(true).with_safetensors(&net_with(&[&constants[..], &thresholds()].concat()))
    };
    let error = load(0.5, 0.7).unwrap_err();
    assert_eq!(error.code(), "spikestream::train::order");
    let orders = "hidden of fc1, last of fc2; or last of fc1, hidden of fc2";
    assert!(error.to_string().ends_with(orders), "{error}");
    assert!(load(0.5, 0.5).is_ok());
    let twice = net_with(&[scalar("lif1.beta", 0.9), scalar("lif1._beta_val", 0.8)]);
    let error = small(false).with_safetensors(&twice).unwrap_err().to_string();
    assert!(error.ends_with("lif1._beta_val and lif1.beta are the same of one module"), "{error}");
}

fn thresholds() -> [(&'static str, Dtype, &'static [usize], Vec<u8>); 2] {
    [scalar("hidden.threshold", 1.0), scalar("last.threshold", 1.0)]
}

#[test]
fn what_is_left_out_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("net.safetensors");
    let more = [scalar("lif1.tau", 0.25), scalar("epoch", 7.0), f32s("fc1._history", &[2, 4])];
    fs::write(&path, net_with(&[&more[..], &[scalar("lif1.beta", 0.9)]].concat())).unwrap();
    let (_, unread) = small(false).load_noting(&path).unwrap();
    let told: Vec<_> = unread.iter().map(|u| (u.to_string(), u.of_neurons, u.state)).collect();
    let place = "has no place in the network";
    assert_eq!(
        told,
        [
            (format!("epoch [], 7, {place}"), false, false),
            (format!("fc1._history [2, 4] {place}"), false, true),
            (format!("lif1.tau [], 0.25, {place}"), true, false),
        ]
    );
    // Without being asked to, a network leaves nothing out but state.
    let refused = |more: &[_]| small(false).with_safetensors(&net_with(more)).err();
    assert!(refused(&[f32s("fc1._history", &[2, 4])]).is_none());
    for (name, tensor) in [
        ("lif1.tau [], 0.25, ", scalar("lif1.tau", 0.25)),
        ("lif1.tau [4] ", f32s("lif1.tau", &[4])),
    ] {
        let error = refused(&[tensor]).unwrap();
        assert_eq!(error.code(), "spikestream::train::weights");
        assert!(error.to_string().ends_with(&format!("{name}{place}")), "{error}");
    }
    assert_eq!(small(false).load(&path).unwrap_err().code(), "spikestream::train::weights");
}

#[test]
fn one_number_holds_for_every_neuron_and_a_leak_is_a_share() {
    let cell = LifConfig { learn_beta: true, per_neuron: true, ..Default::default() };
    let net = || {
        let config = SpikingNetConfig::of(3, &[4, 2], &CellConfig::Lif(cell.clone()));
        config.init(1, &Device::flex()).unwrap()
    };
    let bytes = |beta| net_with(&[scalar("lif1.beta", 0.5), scalar("lif2.beta", beta)]);
    let parameters = parameters(&net().with_safetensors(&bytes(0.5)).unwrap());
    assert_eq!(parameters["layers.0.cell.beta_logit"], [0.0; 4]);
    assert_eq!(parameters["layers.1.cell.beta_logit"], [0.0; 2]);
    let error = net().with_safetensors(&bytes(1.5)).unwrap_err().to_string();
    assert!(error.ends_with("lif2.beta holds 1.5, not a leak of 0 to 1"), "{error}");
}
