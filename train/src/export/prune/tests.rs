//! What is said of a network that lost neurons is what it then is.

use super::*;
use spikestream::data;
use spikestream::spec::example;

#[test]
fn the_report_counts_what_is_gone() {
    let mut net = example(&[64, 20, 10]);
    net.layers[0].weights[..3 * 64].fill(-1);
    net.layers[0].biases[..3].fill(0);
    let digits = data::digits();
    let (left, report) = PruneReport::of(&net, &digits.train, &digits.test).unwrap();
    assert_eq!(report.layers[0].bounded, 3);
    let outputs = left.spec.layers[0].outputs;
    assert_eq!((outputs, report.removed()), (report.layers[0].left(), 20 - outputs));
    assert_eq!(report.weights, [20 * 74, outputs * 74]);
    let wide = report.engines.iter().find(|engine| engine.lanes == 64).unwrap();
    // 16 steps; 4 planes of a word of the 64 inputs, and of the 20, for each neuron.
    assert_eq!(wide.cycles[0] - wide.cycles[1], (16 * 4 * (20 - outputs)) as u64);
    assert!(wide.memory_bits[1] < wide.memory_bits[0]);
    let accuracy = [&net, &left].map(|net| eval::evaluate(net, &digits.test).unwrap().accuracy());
    assert_eq!(report.accuracy, accuracy);
    let text = report.to_string();
    assert!(text.contains("of the 20 neurons of layer 0: 0 unheard, 3 cannot fire"), "{text}");
}

#[test]
fn a_network_without_hidden_layers_stays_whole() {
    let (net, digits) = (example(&[64, 10]), data::digits());
    let (left, report) = PruneReport::of(&net, &digits.train, &digits.test).unwrap();
    assert_eq!((&left, report.removed(), report.differing), (&net, 0, 0));
}

#[test]
fn a_layer_that_never_fires_keeps_a_neuron_and_is_told() {
    let mut net = example(&[64, 3, 10]);
    net.layers[0].weights.fill(-1);
    net.layers[0].biases.fill(0);
    let digits = data::digits();
    let (left, report) = PruneReport::of(&net, &digits.train, &digits.test).unwrap();
    assert_eq!((left.spec.layers[0].outputs, report.removed()), (1, 2));
    assert!(report.to_string().contains("nothing of layer 0 counts: one neuron stays"), "{report}");
    // The one that stays is news as well, where it was alone.
    let (again, report) = PruneReport::of(&left, &digits.train, &digits.test).unwrap();
    assert_eq!((&again, report.removed(), report.is_news()), (&left, 0, true));
}

#[test]
fn noise_or_the_wish_to_keep_them_leaves_every_neuron() {
    let mut net = example(&[64, 5, 10]);
    net.layers[0].weights[..64].fill(-1);
    net.layers[0].biases[0] = 0;
    let digits = data::digits();
    let asked = |silent, net: &Net| PruneReport::asked(silent, net.clone(), &digits).unwrap();
    assert_eq!(asked(Silent::Keep, &net), (net.clone(), None));
    assert!(asked(Silent::Remove, &net).1.unwrap().removed() > 0);
    net.spec.neuron.noise_bits = 4;
    let (left, report) = asked(Silent::Remove, &net);
    assert_eq!((left, report.map(|report| report.is_news())), (net, Some(false)));
}
