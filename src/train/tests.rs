//! Tests of training as a whole: exact forward pass, gradient, seeds, and what may choose.

use super::*;
use crate::data;
use crate::sc::network::{Golden, Schedule};
use crate::spec::Reset;
use burn::tensor::Tensor;

/// A small network, a few epochs: a second of training.
fn small() -> (NetSpec, Recipe) {
    (skeleton("small", &[64, 24, 10]), Recipe { epochs: 5, ..Recipe::default() })
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

/// The trainer's answers to all test images against the golden model's, value for value.
fn assert_golden(model: &SpikingNet, spec: &NetSpec) {
    let (net, _) = export::net(spec, &model.to_floats()).unwrap();
    let golden = Golden::new(&net, Schedule::Planes);
    let test = data::digits().test;
    let part = Part::of(&test, 0..test.images.len());
    let outcomes = model.infer(spec, &part.images).unwrap();
    assert_eq!(outcomes.len(), 360);
    for (image, (outcome, pixels)) in outcomes.iter().zip(&test.images).enumerate() {
        assert_eq!(*outcome, golden.infer(pixels), "image {image}");
    }
}

#[test]
fn a_trained_network_answers_as_the_golden_model_for_every_test_image() {
    let (mut spec, recipe) = small();
    let pairs = |d: Device| [(d.clone(), Reset::Subtract), (d, Reset::Zero)];
    for (device, reset) in devices().into_iter().flat_map(pairs) {
        spec.neuron.reset = reset;
        let trained = train_on(&device, &spec, &recipe, &data::digits()).unwrap();
        assert_golden(&trained.model, &spec);
        assert!(trained.net.spec.provenance.accuracy > 0.8, "it learnt");
        let (net, test) = (&trained.net, data::digits().test);
        let golden = Golden::new(net, Schedule::Stream);
        let pairs = test.images.iter().zip(&test.labels);
        let right = pairs.filter(|(i, l)| golden.infer(i).class == usize::from(**l)).count();
        assert_eq!(right as f64 / 360.0, net.spec.provenance.accuracy);
    }
}

#[test]
fn the_forward_pass_is_exact_at_the_corners_of_the_spec() {
    for (membrane_bits, fraction_bits, leak, bits, steps) in
        [(8, 2, 4, 7, 16), (24, 8, 1, 7, 4), (12, 0, 0, 1, 32), (16, 4, 15, 4, 1), (9, 5, 3, 2, 8)]
    {
        let mut spec = skeleton("corner", &[64, 20, 10]);
        spec.time.steps = steps;
        spec.stream.bits = bits;
        spec.stream.length = 1 << bits;
        spec.neuron.membrane_bits = membrane_bits;
        spec.neuron.fraction_bits = fraction_bits;
        spec.neuron.leak = leak;
        spec.check().unwrap();
        for reset in [Reset::Subtract, Reset::Zero] {
            spec.neuron.reset = reset;
            let config = SpikingNetConfig { sizes: vec![64, 20, 10] };
            for device in devices() {
                assert_golden(&config.init(7, &device.autodiff()), &spec);
            }
        }
    }
}

#[test]
fn a_seed_gives_the_same_bits_again_and_another_seed_others() {
    let (spec, mut recipe) = small();
    let bits = |device: &Device, recipe: &Recipe| {
        let trained = train_on(device, &spec, recipe, &data::digits()).unwrap();
        let floats = trained.model.to_floats();
        let numbers = floats.iter().flat_map(|l| l.weights.iter().chain(&l.biases));
        (numbers.map(|w| w.to_bits()).collect::<Vec<_>>(), trained.net)
    };
    for device in devices() {
        let first = bits(&device, &recipe);
        assert_eq!(bits(&device, &recipe), first);
        recipe.seed += 1;
        assert_ne!(bits(&device, &recipe).0, first.0);
    }
}

#[test]
fn the_test_images_choose_nothing() {
    let (spec, recipe) = small();
    let mut data = data::digits();
    let honest = train(&spec, &recipe, &data).unwrap();
    data.test.labels.reverse();
    data.test.images.iter_mut().for_each(|i| i.fill(255));
    let other = train(&spec, &recipe, &data).unwrap();
    assert_eq!(honest.net.layers, other.net.layers);
    assert_eq!(honest.history, other.history);
    assert_ne!(honest.net.spec.provenance.accuracy, other.net.spec.provenance.accuracy);
}

#[test]
fn held_out_images_are_not_learnt_from() {
    let data = data::digits();
    let (learn, held) = learn::hold_out(&data.train, 0.1, 1);
    assert_eq!((learn.images.len(), held.images.len()), (1293, 144));
    let address = |i: &&[u8]| i.as_ptr();
    let learnt: std::collections::HashSet<_> = learn.images.iter().map(address).collect();
    assert_eq!(learnt.len(), 1293);
    assert!(held.images.iter().all(|i| !learnt.contains(&address(i))));
}

#[test]
fn the_gradient_is_that_of_the_leaky_filter_times_the_slope() {
    let mut spec = skeleton("one", &[1, 1]);
    spec.time.steps = 2;
    let device = device().autodiff();
    let model = SpikingNetConfig { sizes: vec![1, 1] }.init(3, &device);
    let float = &model.to_floats()[0];
    let int = export::layer(&spec, 0, float).unwrap();
    let pixels = Tensor::<2>::from_floats([[255.0]], &device); // spikes at both steps
    let counts = model.forward(&spec, &pixels).unwrap().counts;
    let (weight, bias) = model.gradients(counts.sum());

    // U(1) = drive, and U(2) follows the leak; the slopes are taken at both.
    let theta = f64::from(int.threshold << 4);
    let drive = f64::from((i32::from(int.layer.weights[0]) << 4) + int.layer.biases[0]);
    let slope = |u: f64| 1.0 / (1.0 + (std::f64::consts::PI * (u / theta - 1.0)).powi(2));
    let reset = if drive > theta { theta } else { 0.0 };
    let v = drive - reset;
    let second = v - (v / 16.0).floor() + drive;
    let expected = slope(drive) + slope(second) * (1.0 + 15.0 / 16.0);
    assert!((f64::from(weight) - expected).abs() < 1e-5, "{weight} for {expected}");
    assert!((f64::from(bias) - expected).abs() < 1e-5, "{bias} for {expected}");
}

#[test]
fn a_diverging_run_stops_with_its_epoch() {
    let (mut spec, mut recipe) = small();
    spec.neuron.membrane_bits = 8; // a bias above eight thresholds does not fit
    recipe.learning_rate = 1.0;
    let error = train(&spec, &recipe, &data::digits()).unwrap_err();
    assert_eq!(error.code(), "spikestream::train::diverged");
    assert!(error.to_string().contains("epoch 1"), "{error}");
}

#[test]
fn data_of_another_shape_and_noise_are_refused() {
    let (mut spec, recipe) = small();
    let code = |spec: &NetSpec| train(spec, &recipe, &data::digits()).unwrap_err().code();
    assert_eq!(code(&skeleton("x", &[63, 10])), "spikestream::net::shape");
    assert_eq!(code(&skeleton("x", &[64, 9])), "spikestream::net::shape");
    spec.neuron.noise_bits = 2;
    assert_eq!(code(&spec), "spikestream::train::unsupported");
}
