//! Tests of whole runs: what is learnt, what chooses, seeds, resuming, stopping, and what is refused.

mod resume;

use super::*;
use crate::{
    AlifConfig, CellConfig, EncoderConfig, Input, Layers, LossConfig, Network, NetworkConfig,
    Regulariser, ScConfig, ScheduleConfig, SpikingNet, SpikingNetConfig, TrainConfig, TrainError,
    device, rate_encode,
};
use burn::tensor::{Device, Tensor};
use spikestream::Error;
use spikestream::data::{self, Dataset};
use spikestream::export;
use spikestream::sc::network::{Golden, Schedule};
use spikestream::spec::Net;
use std::ops::ControlFlow;

/// A small SC-aware run: a second of training.
fn small() -> TrainConfig {
    let mut config = TrainConfig::shipped();
    config.network = NetworkConfig::sc_aware(&[24]);
    config.run.epochs = 5.into();
    config
}

/// A small run in float.
fn float() -> TrainConfig {
    let mut config = TrainConfig {
        network: NetworkConfig::of(&[24], &Default::default()),
        encoder: EncoderConfig::Direct { steps: 8 },
        ..TrainConfig::default()
    };
    config.run.epochs = 4.into();
    config
}

/// Every CPU backend that is compiled in.
fn devices() -> Vec<Device> {
    vec![
        Device::flex(),
        #[cfg(feature = "ndarray")]
        #[allow(deprecated)] // by its authors; the feature asks for it
        Device::ndarray(),
    ]
}

/// Watches nothing.
fn go_on(_: Event<'_>) -> ControlFlow<()> {
    ControlFlow::Continue(())
}

fn run(config: &TrainConfig, data: &Dataset, device: &Device) -> Result<Trained, Error> {
    fit(config, data, device, None, &mut go_on)
}

fn verdict(config: &TrainConfig, trained: &Trained, data: &Dataset) -> Verdict {
    let test = Samples::all(&data.test).unwrap();
    let decide = config.sc.is_some();
    evaluate(&trained.model, &test, &config.encoder(), &config.loss, decide).unwrap()
}

fn integers(config: &TrainConfig, trained: &Trained) -> Net {
    let layers = config.network.layers(10);
    let sizes = [64, layers[0].neurons, 10];
    let sc = config.sc.as_ref().unwrap();
    let spec = sc.skeleton("small", &sizes, config.encoder.steps(), &layers).unwrap();
    export::net(&spec, &trained.model.to_floats()).unwrap().0
}

/// The bits of every parameter.
fn bits(trained: &Trained) -> Vec<u32> {
    let floats = trained.model.to_floats();
    let numbers = floats.iter().flat_map(|l| l.weights.iter().chain(&l.biases));
    numbers.map(|w| w.to_bits()).collect()
}

#[test]
fn a_trained_network_is_judged_as_the_golden_model_judges_it() {
    let (config, digits) = (small(), data::digits());
    for device in devices() {
        let trained = run(&config, &digits, &device).unwrap();
        let verdict = verdict(&config, &trained, &digits);
        assert!(verdict.evaluation.accuracy() > 0.8, "it learnt");
        let net = integers(&config, &trained);
        let golden = Golden::new(&net, Schedule::Stream);
        let classes = digits.test.images.iter().map(|image| golden.infer(image).class);
        assert_eq!(verdict.predicted, classes.collect::<Vec<_>>());
        assert_eq!(verdict.rates.len(), 2);
    }
}

/// From training to files and back: the accuracy of a net with named neurons is the same at every stage.
#[test]
fn a_network_of_named_neurons_is_saved_and_judged_alike() {
    let (mut config, digits) = (small(), data::digits());
    let alif = AlifConfig { beta: 0.9375, rho: 0.9375, adaptation: 0.234375, ..Default::default() };
    config.network.hidden[0].cell = CellConfig::Alif(alif);
    let trained = run(&config, &digits, &devices()[0]).unwrap(); // no GPU trains these
    let verdict = verdict(&config, &trained, &digits);
    assert!(verdict.evaluation.accuracy() > 0.8, "it learnt");
    let model = trained.model;
    let sc = config.sc.as_ref().unwrap();
    let (net, _) = model.to_net(sc, "small", config.encoder.steps()).unwrap();
    assert_eq!(net.spec.neurons["alif"].parameters["step"], 0.25);
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path().join("net");
    net.save(&folder).unwrap();
    let net = Net::load(&folder).unwrap();
    let golden = Golden::new(&net, Schedule::Stream);
    let classes = digits.test.images.iter().map(|image| golden.infer(image).class);
    assert_eq!(verdict.predicted, classes.collect::<Vec<_>>());
    let judged = spikestream::eval::evaluate(&net, &digits.test).unwrap();
    assert_eq!(judged.accuracy(), verdict.evaluation.accuracy());
    // Other words of states are other integers.
    let other = ScConfig { state_fraction: 11, ..sc.clone() };
    let error = model.to_net(&other, "small", config.encoder.steps()).unwrap_err();
    assert_eq!(error.code(), "spikestream::train::no-integers");
}

#[test]
fn a_seed_gives_the_same_bits_again_and_another_seed_others() {
    let (mut config, digits) = (small(), data::digits());
    config.run.epochs = 2.into();
    for device in devices() {
        config.run.seed = 1;
        let first = bits(&run(&config, &digits, &device).unwrap());
        assert_eq!(bits(&run(&config, &digits, &device).unwrap()), first);
        config.run.seed = 2;
        assert_ne!(bits(&run(&config, &digits, &device).unwrap()), first);
    }
}

#[test]
fn the_test_images_choose_nothing() {
    let (config, mut digits) = (small(), data::digits());
    let honest = run(&config, &digits, &device()).unwrap();
    digits.test.labels.reverse();
    digits.test.images.iter_mut().for_each(|i| i.fill(255));
    let other = run(&config, &digits, &device()).unwrap();
    assert_eq!((bits(&honest), honest.kept), (bits(&other), other.kept));
}

#[test]
fn training_stops_early_and_keeps_the_best_epoch() {
    let (mut config, digits) = (float(), data::digits());
    config.run.epochs = 40.into();
    (config.run.patience, config.run.holdout) = (3, 0.1);
    config.optimizer.learning_rate = 0.02;
    config.optimizer.schedule = ScheduleConfig::Constant;
    let trained = run(&config, &digits, &device()).unwrap();
    let scores: Vec<f64> = trained.history.iter().filter_map(|e| e.holdout_accuracy).collect();
    assert!(scores.len() < 40, "it went on for all epochs");
    assert_eq!(scores.len(), trained.kept + 3);
    let best = scores.iter().copied().fold(0.0, f64::max);
    assert_eq!(scores[trained.kept - 1], best);
    assert!(scores[trained.kept..].iter().all(|s| *s < best));
}

#[test]
fn every_loss_and_encoder_learns() {
    let digits = data::digits();
    let losses = [
        LossConfig::SpikeCount { smoothing: 0.0 },
        LossConfig::Membrane { smoothing: 0.0 },
        LossConfig::SpikeRate { target_rate: 0.8 },
    ];
    let direct = EncoderConfig::Direct { steps: 8 };
    let runs = losses.into_iter().map(|loss| (loss, direct.clone()));
    let encoders = [
        EncoderConfig::Rate { steps: 8 },
        EncoderConfig::Latency { steps: 8, tau: 5.0 },
        EncoderConfig::Hardware { steps: 8 },
    ];
    let runs = runs.chain(encoders.into_iter().map(|e| (LossConfig::default(), e)));
    for (loss, encoder) in runs {
        let mut config = float();
        (config.loss, config.encoder) = (loss, encoder);
        let trained = run(&config, &digits, &device()).unwrap();
        let accuracy = verdict(&config, &trained, &digits).evaluation.accuracy();
        assert!(accuracy > 0.5, "{:?} {:?}: {accuracy}", config.loss, config.encoder);
    }
}

#[test]
fn regularisers_make_a_layer_fire_less_or_more() {
    let digits = data::digits();
    let mut config = float();
    let free = run(&config, &digits, &device()).unwrap();
    config.regularisers =
        vec![Regulariser { layer: Layers::One(0), l1: 2.0, l2: 2.0, ..Default::default() }];
    let held = run(&config, &digits, &device()).unwrap();
    let rate = |c: &TrainConfig, t: &Trained| verdict(c, t, &digits).rates[0];
    let (free, held) = (rate(&config, &free), rate(&config, &held));
    assert!(held < 0.6 * free, "{held} of {free}");
    config.regularisers =
        vec![Regulariser { layer: Layers::One(0), floor: 2.0, least: 0.9, ..Default::default() }];
    let woken = run(&config, &digits, &device()).unwrap();
    let woken = rate(&config, &woken);
    assert!(woken > free, "{woken} of {free}");
}

#[test]
fn a_floor_wakes_hidden_neurons() {
    let digits = data::digits();
    let silent = |config: &TrainConfig| {
        let trained = run(config, &digits, &device()).unwrap();
        verdict(config, &trained, &digits).silent[0]
    };
    let mut config = TrainConfig::shipped();
    config.run.epochs = 3.into();
    let (woken, free) = (silent(&config.clone().with_floor(1.0)), silent(&config));
    assert!(2 * woken < free, "{woken} silent neurons, {free} without the floor");
}

#[test]
fn an_epoch_takes_batches_that_were_encoded_before() {
    let digits = data::digits();
    let (samples, device) = (Samples::all(&digits.train).unwrap(), device());
    let encoder = Encoder {
        config: EncoderConfig::Direct { steps: 1 },
        generator: spikestream::spec::Generator::Ruler,
    };
    let batches = samples.in_order(16).into_iter().map(|indices| {
        let batch = samples.batch(&indices, &encoder, 0, &device)?;
        let Input::Still(x, _) = batch.input else { unreachable!() };
        Ok(Batch { input: rate_encode(&x, 16, 1)?.into(), labels: batch.labels })
    });
    let net = SpikingNetConfig::new(64, 64, 10, 1).init(1, &device.clone().autodiff()).unwrap();
    let mut optimizer = Optimizer::new(&Default::default(), 90, 1);
    let options = EpochOptions { number: 1, loss: &LossConfig::default(), regularisers: &[] };
    let (_, loss, accuracy) = train_epoch(net, batches, &mut optimizer, &options).unwrap();
    assert!(loss < 2.0 && accuracy > 0.4, "{loss} {accuracy}");
}

/// A small network before one step of the optimiser, and a function from its config and the loss's factor to it after.
fn stepped()
-> (Vec<export::FloatLayer>, impl Fn(crate::OptimizerConfig, f32) -> Vec<export::FloatLayer>) {
    let device = device().autodiff();
    let net = SpikingNetConfig::new(3, 4, 2, 1).init(1, &device).unwrap();
    let before = net.to_floats();
    let step = move |config: crate::OptimizerConfig, factor: f32| {
        let mut optimizer = Optimizer::new(&config, 10, 1);
        let x = Tensor::<2>::ones([2, 3], &device).inner();
        let pass = net.run(Input::Still(x, 4), crate::Record::Sums).unwrap();
        let loss = LossConfig::default().of(&pass, &[0, 0]).unwrap().mul_scalar(factor);
        optimizer.step(net.clone(), &loss).to_floats()
    };
    (before, step)
}

#[test]
fn the_clipped_gradient_has_the_norm_it_may_have() {
    let (before, after) = stepped();
    let step = |clip: f64| {
        after(crate::OptimizerConfig { clip, weight_decay: 0.0, ..Default::default() }, 1e-9)
    };
    // Adam moves by its rate whatever the gradient, unless that is small beside epsilon.
    assert_ne!(step(0.0), before);
    assert_eq!(step(0.0), step(1.0), "a small gradient is left alone");
    let moved = |after: Vec<export::FloatLayer>| {
        let pairs = before.iter().zip(&after).flat_map(|(a, b)| a.weights.iter().zip(&b.weights));
        pairs.map(|(a, b)| f64::from((a - b).abs())).sum::<f64>()
    };
    assert!(moved(step(1e-12)) < 0.1 * moved(step(0.0)), "a large one is not");
}

#[test]
fn decay_takes_its_share_of_weights_and_nothing_of_biases() {
    let (before, after) = stepped();
    let step = |weight_decay: f64| {
        after(crate::OptimizerConfig { weight_decay, ..Default::default() }, 1.0)
    };
    let (without, with) = (step(0.0), step(20.0));
    assert_ne!(before, without);
    for (without, with) in without.iter().zip(&with) {
        assert_eq!(without.biases, with.biases);
        for (without, with) in without.weights.iter().zip(&with.weights) {
            // The rate is 5e-3, and a step of it takes a tenth.
            assert!((0.9 * without - with).abs() < 1e-6, "{without} {with}");
        }
    }
}

#[test]
fn a_diverging_run_stops_with_its_epoch_and_layer() {
    let digits = data::digits();
    let mut config = small();
    config.optimizer.learning_rate = 1.0;
    config.sc.as_mut().unwrap().membrane_bits = 8; // a bias above eight thresholds does not fit
    let error = run(&config, &digits, &device()).unwrap_err();
    assert_eq!(error.code(), "spikestream::train::diverged");
    assert!(error.to_string().contains("epoch 1, at layer"), "{error}");
    assert!(error.remedy().contains("learning rate"), "{}", error.remedy());
}

#[test]
fn weights_that_are_no_numbers_are_found_though_they_never_spike() {
    let device = device();
    let samples = Samples::all(&data::digits().test).unwrap();
    let net = SpikingNetConfig::new(64, 4, 10, 1).init(1, &device.clone().autodiff()).unwrap();
    let broken = net.map_dense(|index, mut layer| {
        if index == 1 {
            layer.connection = layer.connection.map_linear(|linear| {
                let (rows, bias) = linear.to_rows();
                linear.with_rows(&vec![f32::NAN; rows.len()], bias.as_deref())
            });
        }
        layer
    });
    let encoder = float().encoder();
    let batch = samples.batch(&[0, 1], &encoder, 0, &device);
    let mut optimizer = Optimizer::new(&Default::default(), 1, 1);
    let options = EpochOptions { number: 3, loss: &LossConfig::default(), regularisers: &[] };
    let error = train_epoch(broken, [batch], &mut optimizer, &options).unwrap_err();
    assert_eq!(error.code(), "spikestream::train::diverged");
    assert!(error.to_string().contains("layers.1"), "{error}");
}

#[test]
fn data_that_cannot_be_learnt_from_is_refused() {
    let mut digits = data::digits();
    let code = |e: Result<Samples, TrainError>| e.unwrap_err().code();
    assert_eq!(
        code(Samples::new(vec![0.1, f32::NAN], 2, vec![0])),
        "spikestream::train::not-finite"
    );
    assert_eq!(code(Samples::new(vec![0.1; 3], 2, vec![0])), "spikestream::train::shape");
    assert_eq!(code(Samples::new(vec![], 2, vec![])), "spikestream::train::shape");
    digits.train.labels[5] = 10;
    let error = run(&small(), &digits, &device()).unwrap_err();
    assert_eq!(error.code(), "spikestream::train::label");
    assert!(error.to_string().contains("label 10 of sample 5"), "{error}");
}

/// How many samples go at once is a matter of memory alone.
#[test]
fn samples_are_judged_alike_however_many_go_at_once() {
    for config in [small(), float()] {
        let digits = data::digits();
        let model = SpikingNet::described(&config, &digits, &devices()[0]).unwrap();
        let test = Samples::all(&digits.test).unwrap();
        let (encoder, decide) = (config.encoder(), config.sc.is_some());
        let by = |chunk| {
            super::evaluate::in_chunks(chunk, &model, &test, &encoder, &config.loss, decide)
                .unwrap()
        };
        let (one, many) = (by(7), by(256));
        assert!((one.loss - many.loss).abs() < 1e-5, "{} {}", one.loss, many.loss);
        assert_eq!(Verdict { loss: many.loss, ..one }, many);
    }
}
