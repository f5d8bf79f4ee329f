//! Weights out and in again, in our names and in those of other libraries, and what is refused.

use super::*;
use crate::network::Connection;
use crate::{
    CellConfig, ConvConfig, DelayConfig, Input, LayerConfig, LifConfig, Network, Record,
    SpikingNetConfig,
};
use burn::tensor::{Device, Tensor, TensorData, bf16, f16};
use safetensors::{Dtype, SafeTensors, tensor::TensorView};
use spikestream::layer::kinds::Volume;
use spikestream::spec::Reset;

/// Every backend that is compiled in.
#[allow(deprecated)] // ndarray, by its authors
fn devices() -> Vec<Device> {
    vec![
        Device::flex(),
        #[cfg(feature = "ndarray")]
        Device::ndarray(),
    ]
}

fn nothing() -> BTreeMap<String, String> {
    BTreeMap::new()
}

/// Its constants learnt, one a neuron.
fn learning(cell: &CellConfig) -> CellConfig {
    let mut value = serde_json::to_value(cell).unwrap();
    for key in ["learn_beta", "learn_threshold", "per_neuron"] {
        if let Some(switch) = value.get_mut(key) {
            *switch = true.into();
        }
    }
    serde_json::from_value(value).unwrap()
}

/// What a net answers to some input.
fn answer<N: Network>(net: &N) -> Vec<f32> {
    let (steps, batch, inputs) = (9, 3, net.inputs());
    let x = (0..steps * batch * inputs).map(|i| ((i * 7919) % 11) as f32 / 5.0).collect();
    let x = TensorData::new::<f32, _>(x, [steps, batch, inputs]);
    let x = Tensor::<3>::from_data(x, &net.device().inner());
    let pass = net.run(Input::Steps(x), Record::Sums).unwrap();
    let numbers = [pass.spike_counts, pass.membrane_acc].map(crate::network::to_vec);
    numbers.concat()
}

/// Saves one net, no two of whose numbers are equal, and loads it into another.
fn round_trip<N: Network + FloatWeights>(saved: N, other: N) {
    let mut values = parameters(&saved);
    for (at, number) in values.values_mut().flatten().enumerate() {
        *number += at as f32 / 1024.0;
    }
    let saved = saved.with(&values).unwrap();
    assert_eq!(parameters(&saved), values);
    let bytes = saved.to_safetensors(&nothing()).unwrap();
    let loaded = other.with_safetensors(&bytes).unwrap();
    assert_eq!(parameters(&loaded), values);
    assert_eq!(loaded.to_safetensors(&nothing()).unwrap(), bytes);
    assert_eq!(answer(&loaded), answer(&saved));
}

/// Delays are in files as weights are, neuron by neuron.
#[test]
fn delays_are_rows_of_neurons() {
    let mut config = SpikingNetConfig::new(3, 1, 2, 0);
    config.layers[0].delay = Some(DelayConfig::default());
    let delay =
        |d: [f32; 6]| ("fc.delay", Dtype::F32, &[2, 3][..], d.map(f32::to_le_bytes).concat());
    let bytes = file(&[
        f32s("fc.weight", &[2, 3]),
        f32s("fc.bias", &[2]),
        delay([0.0, 1.0, 2.0, 3.0, 4.0, 5.0]),
    ]);
    let net = config.init(1, &Device::flex()).unwrap().with_safetensors(&bytes).unwrap();
    let Connection::Delay(delay) = &net.dense().next().unwrap().connection else {
        panic!("no delays")
    };
    assert_eq!(delay.whole_delays(), [0, 1, 2, 3, 4, 5]);
}

#[test]
fn every_cell_goes_out_and_comes_in_as_it_was() {
    for device in devices() {
        for cell in CellConfig::all().iter().flat_map(|cell| [cell.clone(), learning(cell)]) {
            let mut config = SpikingNetConfig::of(6, &[5, 4, 3], &cell);
            config.layers[0].bias = false;
            config.layers[1].delay = Some(DelayConfig::default());
            let device = device.clone().autodiff();
            let net = |seed| config.init(seed, &device).unwrap();
            round_trip(net(1), net(2));
        }
    }
}

#[test]
fn convolutions_go_out_and_come_in_as_they_were() {
    for device in devices() {
        let block = |channels| ConvConfig {
            channels,
            kernel: 3,
            cell: learning(&CellConfig::default()),
            ..Default::default()
        };
        let layers = vec![LayerConfig { neurons: 3, ..Default::default() }];
        let input = Volume { channels: 2, height: 10, width: 11 };
        let config = SpikingNetConfig { input, blocks: vec![block(3), block(2)], layers, sc: None };
        round_trip(config.init(1, &device).unwrap(), config.init(2, &device).unwrap());
    }
}

/// What is loaded learns on, with its numbers as a start.
#[test]
fn what_was_loaded_has_gradients() {
    let device = Device::flex().autodiff();
    let config = SpikingNetConfig::of(6, &[4], &learning(&CellConfig::default()));
    let net = |seed| config.init(seed, &device).unwrap();
    let bytes = net(1).to_safetensors(&nothing()).unwrap();
    let loaded = net(2).with_safetensors(&bytes).unwrap();
    let x = Tensor::<3>::ones([3, 2, 6], &device.inner());
    let grads = loaded.forward(x).unwrap().1.sum().backward();
    let only = loaded.dense().next().unwrap();
    let weight = only.connection.linear().values().0;
    assert!(weight.grad(&grads).is_some());
    let raw = only.cell.membrane().constants().0.raw().unwrap().val();
    assert!(raw.grad(&grads).is_some());
}

mod foreign;
mod import;

/// A file as another library writes it.
fn file(tensors: &[(&str, Dtype, &[usize], Vec<u8>)]) -> Vec<u8> {
    let views = tensors.iter().map(|(name, dtype, shape, bytes)| {
        (name.to_string(), TensorView::new(*dtype, shape.to_vec(), bytes).unwrap())
    });
    safetensors::serialize(views, None).unwrap()
}

fn f32s(
    name: &'static str,
    shape: &'static [usize],
) -> (&'static str, Dtype, &'static [usize], Vec<u8>) {
    let numbers = 0..shape.iter().product::<usize>();
    let bytes = numbers.flat_map(|i| (i as f32 * 0.5 - 1.0 + shape.len() as f32).to_le_bytes());
    (name, Dtype::F32, shape, bytes.collect())
}

fn scalar(name: &'static str, value: f32) -> (&'static str, Dtype, &'static [usize], Vec<u8>) {
    (name, Dtype::F32, &[], value.to_le_bytes().to_vec())
}

fn small(learn: bool) -> SpikingNet {
    let cell = LifConfig { learn_beta: learn, learn_threshold: learn, ..Default::default() };
    let config = SpikingNetConfig::of(3, &[4, 2], &CellConfig::Lif(cell));
    config.init(1, &Device::flex()).unwrap()
}

/// The parameters of a net by name.
fn parameters(net: &impl FloatWeights) -> BTreeMap<String, Vec<f32>> {
    let slots = net.slots().into_iter();
    let learnt = slots.filter_map(|slot| match slot.content {
        layout::Content::Learnt(numbers) => Some((slot.name, numbers)),
        layout::Content::Fixed(_) => None,
    });
    learnt.collect()
}

#[test]
fn names_of_other_libraries_go_by_their_numbers() {
    let nets = [["linears.9.", "linears.10."], ["net.fc1.", "net.fc2."], ["0.", "2."]];
    for [first, second] in nets {
        let named = [
            (format!("{second}bias"), f32s("", &[2])),
            (format!("{second}weight"), f32s("", &[2, 4])),
            (format!("{first}bias"), f32s("", &[4])),
            (format!("{first}weight"), f32s("", &[4, 3])),
        ];
        let tensors: Vec<_> =
            named.iter().map(|(name, (_, d, s, b))| (name.as_str(), *d, *s, b.clone())).collect();
        let parameters = parameters(&small(false).with_safetensors(&file(&tensors)).unwrap());
        let expected =
            |n: usize, first: f32| -> Vec<f32> { (0..n).map(|i| i as f32 * 0.5 + first).collect() };
        assert_eq!(parameters["layers.0.linear.weight"], expected(12, 1.0));
        assert_eq!(parameters["layers.0.linear.bias"], expected(4, 0.0));
        assert_eq!(parameters["layers.1.linear.weight"], expected(8, 1.0));
        assert_eq!(parameters["layers.1.linear.bias"], expected(2, 0.0));
    }
}

/// The tensors of `fc1`, `fc2` and more.
fn net_with(more: &[(&'static str, Dtype, &'static [usize], Vec<u8>)]) -> Vec<u8> {
    let mut tensors = vec![f32s("fc1.weight", &[4, 3]), f32s("fc1.bias", &[4])];
    tensors.extend([f32s("fc2.weight", &[2, 4]), f32s("fc2.bias", &[2])]);
    tensors.extend_from_slice(more);
    file(&tensors)
}

#[test]
fn learnt_constants_come_as_values_and_as_what_is_behind_them() {
    let values = [scalar("lif1.beta", 0.5), scalar("lif2._beta_val", 0.75)];
    let logs = [scalar("lif1._threshold_log", 0.0), scalar("lif2.threshold", 2.0)];
    let switch = ("lif1.reset_mechanism_val", Dtype::I64, &[][..], vec![0; 8]);
    let bytes = net_with(&[&values[..], &logs, &[switch]].concat());
    let parameters = parameters(&small(true).with_safetensors(&bytes).unwrap());
    assert_eq!(parameters["layers.0.cell.beta_logit"], [0.0]);
    assert_eq!(parameters["layers.1.cell.beta_logit"], [3.0_f32.ln()]);
    assert_eq!(parameters["layers.0.cell.theta_log"], [0.0]);
    assert_eq!(parameters["layers.1.cell.theta_log"], [2.0_f32.ln()]);
}

#[test]
fn other_widths_are_converted() {
    let numbers = [0.5_f32, -3.0, 0.25, 2.0, 1.5, 0.0];
    let bytes = |dtype| -> Vec<u8> {
        let bytes = |w: &f32| match dtype {
            Dtype::F64 => f64::from(*w).to_le_bytes().to_vec(),
            Dtype::F16 => f16::from_f32(*w).to_le_bytes().to_vec(),
            _ => bf16::from_f32(*w).to_le_bytes().to_vec(),
        };
        numbers.iter().flat_map(bytes).collect()
    };
    let mut config = SpikingNetConfig::new(3, 1, 2, 0);
    config.layers[0].bias = false;
    for dtype in [Dtype::F64, Dtype::F16, Dtype::BF16] {
        let net = config.init(1, &Device::flex()).unwrap();
        let bytes = file(&[("out.weight", dtype, &[2, 3], bytes(dtype))]);
        let net = net.with_safetensors(&bytes).unwrap();
        assert_eq!(net.to_floats()[0].weights, numbers, "{dtype:?}");
    }
}

#[test]
fn what_does_not_fit_is_named() {
    let refused = |bytes: &[u8]| {
        let error = small(false).with_safetensors(bytes).unwrap_err();
        assert_eq!(error.code(), "spikestream::train::weights");
        error.to_string().trim_start_matches("the file does not fit the network: ").to_owned()
    };
    let missing = file(&[f32s("fc1.weight", &[4, 3]), f32s("fc1.bias", &[4])]);
    assert_eq!(refused(&missing), "layers.1.linear.weight [2, 4] is missing");
    let third = net_with(&[f32s("fc3.weight", &[2, 2])]);
    assert_eq!(refused(&third), "fc3.weight [2, 2] has no place in the network");
    let norm = net_with(&[f32s("norm.running_mean", &[4])]);
    assert_eq!(refused(&norm), "norm.running_mean [4] has no place in the network");
    let stray = net_with(&[f32s("lif1.recurrent.bias", &[4])]);
    assert_eq!(refused(&stray), "lif1.recurrent.bias [4] has no place in the network");
    let wide = file(&[f32s("fc1.weight", &[4, 5])]);
    let expected = "fc1.weight is [4, 5], not the [4, 3] of layers.0.linear.weight";
    assert_eq!(refused(&wide), expected);
    let own = file(&[f32s("layers.0.linear.weight", &[3, 4])]);
    assert_eq!(refused(&own), "layers.0.linear.weight is [3, 4], not the [4, 3]");
    let mut holed = f32s("fc3.weight", &[1, 3]);
    holed.3[4..8].copy_from_slice(&f32::NAN.to_le_bytes());
    assert_eq!(refused(&net_with(&[holed])), "fc3.weight holds NaN at 1, not a finite number");
    let integers = net_with(&[("fc3.weight", Dtype::I8, &[2, 2], vec![0; 4])]);
    assert_eq!(refused(&integers), "fc3.weight is of I8, not F32, F64, F16 or BF16");
    assert!(refused(b"PK").starts_with("it is no safetensors file: "));
    let own = small(false).to_safetensors(&nothing()).unwrap();
    assert!(refused(&own[..own.len() - 1]).starts_with("it is no safetensors file: "));
}

#[test]
fn fixed_constants_must_be_the_files() {
    let net =
        |more: &[_]| small(false).with_safetensors(&net_with(more)).map_err(|e| e.to_string());
    assert!(net(&[scalar("lif1.beta", 0.9), scalar("lif2.beta", 0.9)]).is_ok());
    assert!(net(&[scalar("lif1._beta_logit", 9.0_f32.ln())]).is_ok());
    for (name, value, what) in [
        ("lif1.beta", 0.8, "lif1.beta is 0.8, but the config has a fixed beta of 0.9"),
        ("lif1.threshold", 2.0, "a fixed threshold of 1"),
        ("lif1.reset_mechanism_val", 1.0, "reset (0 subtracts, 1 clears) 0"),
        ("lif1.graded_spikes_factor", 0.5, "spikes of 1"),
    ] {
        let error = net(&[scalar(name, value)]).err().unwrap();
        assert!(error.ends_with(what), "{error}");
    }
    let cell = LifConfig { reset: Reset::Zero, ..Default::default() };
    let config = SpikingNetConfig::of(3, &[4, 2], &CellConfig::Lif(cell));
    let clearing = config.init(1, &Device::flex()).unwrap();
    let bytes = net_with(&[scalar("lif1.reset_mechanism_val", 1.0)]);
    assert!(clearing.with_safetensors(&bytes).is_ok());
    let error = small(true).with_safetensors(&net_with(&[])).unwrap_err().to_string();
    assert!(error.ends_with("layers.0.cell.beta_logit [1] is missing"), "{error}");
    let zero = net_with(&[
        scalar("lif1.beta", 0.9),
        scalar("lif2.beta", 0.9),
        scalar("lif1.threshold", 0.0),
    ]);
    let error = small(true).with_safetensors(&zero).unwrap_err().to_string();
    assert!(error.ends_with("lif1.threshold holds 0, not a threshold above 0"), "{error}");
}

#[test]
fn kernels_and_matrices_go_apart() {
    let layers = vec![LayerConfig { neurons: 3, ..Default::default() }];
    let block = ConvConfig { channels: 2, kernel: 3, pool: 1, ..Default::default() };
    let input = Volume { channels: 1, height: 4, width: 4 };
    let config = SpikingNetConfig { input, blocks: vec![block], layers, sc: None };
    let bytes = file(&[
        f32s("conv1.weight", &[2, 1, 3, 3]),
        f32s("conv1.bias", &[2]),
        f32s("fc1.weight", &[3, 8]),
        f32s("fc1.bias", &[3]),
        scalar("lif1._beta_val", 0.9),
        scalar("lif2._beta_val", 0.9),
    ]);
    let net = config.init(1, &Device::flex()).unwrap().with_safetensors(&bytes).unwrap();
    let parameters = parameters(&net);
    assert_eq!(parameters["blocks.0.conv.weight"][..2], [3.0, 3.5]);
    assert_eq!(parameters["layers.0.linear.weight"][..2], [1.0, 1.5]);
}

#[test]
fn files_are_the_same_and_keep_what_they_are_told() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("float.safetensors");
    let metadata: BTreeMap<_, _> =
        (0..9).map(|i| (format!("key {i}"), "\"value\"\n".to_string())).collect();
    small(false).save(&path, &metadata).unwrap();
    let bytes = fs::read(&path).unwrap();
    assert_eq!(small(false).to_safetensors(&metadata).unwrap(), bytes);
    let (_, header) = SafeTensors::read_metadata(&bytes).unwrap();
    let found: BTreeMap<_, _> = header.metadata().clone().unwrap().into_iter().collect();
    assert_eq!(found, metadata);
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    let loaded = small(false).load(&path).unwrap();
    assert_eq!(loaded.to_safetensors(&metadata).unwrap(), bytes);
    let absent = small(false).load(&folder.path().join("absent")).unwrap_err();
    assert_eq!(absent.code(), "spikestream::file::read");
    let error = small(false).save(&folder.path().join("no/folder"), &metadata).unwrap_err();
    assert_eq!(error.code(), "spikestream::file::write");
    // A folder in the way: what was written beside it goes again.
    std::fs::create_dir(folder.path().join("taken")).unwrap();
    let error = small(false).save(&folder.path().join("taken"), &metadata).unwrap_err();
    assert_eq!(error.code(), "spikestream::file::write");
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 2);
}
