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
    assert!(text.contains("of the 20 neurons of layer 0: 3 cannot fire"), "{text}");
}

#[test]
fn a_network_without_hidden_layers_stays_whole() {
    let (net, digits) = (example(&[64, 10]), data::digits());
    let (left, report) = PruneReport::of(&net, &digits.train, &digits.test).unwrap();
    assert_eq!((&left, report.removed(), report.differing), (&net, 0, 0));
}
