//! The flows estimate a design from sizes alone; the hardware is what they have to agree with.

use spikestream::hardware::FEWEST_WORDS;
use spikestream::hardware::layout::Layout;
use spikestream::hardware::{On, Shortcuts};
use spikestream::spec::{Net, example};
use spikestream_flows::estimate::{self, Memory, Shape};
use spikestream_hw::emit::self_test;
use spikestream_hw::engine::LANES;
use spikestream_hw::prim::index_bits;

/// Networks whose widths fill their words, miss them by one, or are a single input or output.
fn networks() -> Vec<Net> {
    let widths: [&[usize]; 8] = [
        &[64, 128, 10],
        &[64, 64, 10],
        &[1, 1],
        &[17, 1, 2],
        &[63, 65, 64, 3],
        &[129, 16, 33],
        &[5, 200, 4, 40],
        &[300, 12],
    ];
    let mut nets: Vec<Net> = widths.into_iter().map(example).collect();
    for (number, net) in nets.iter_mut().enumerate() {
        net.spec.time.steps = 1 << (number % 9);
        net.spec.neuron.refractory = (number % 2) as u32;
        net.spec.neuron.membrane_bits = 12 + (number % 5) as u32;
    }
    nets
}

/// The sizes of a network, as the flows read them from its file.
fn shape(net: &Net, schedule: estimate::Schedule) -> Shape {
    let folder = tempfile::tempdir().unwrap();
    net.save(folder.path()).unwrap();
    estimate::read(folder.path(), schedule).unwrap()
}

#[test]
fn the_memories_are_those_of_the_layout() {
    for net in networks() {
        let shape = shape(&net, estimate::Schedule::Planes);
        for lanes in LANES {
            let layout =
                Layout::new(&net, On::planes(lanes), &self_test(&net, Shortcuts::NONE)).unwrap();
            let state = net.spec.neuron.membrane_bits as usize;
            let counts = index_bits(net.spec.time.steps as usize + 1);
            let mut expected = vec![
                ("planes", lanes, layout.words("planes").len(), false),
                ("signs", lanes, layout.words("signs").len(), false),
                ("spikes", lanes, layout.spike_words, true),
                ("parameters", state, layout.parameters.len(), false),
                ("pixels", 8, layout.page.len(), true),
                ("membranes", state, layout.neurons, true),
                ("counts", counts, net.spec.classes(), true),
            ];
            if net.spec.neuron.refractory > 0 {
                expected.push(("others", 4, layout.neurons, true));
            }
            // As the memories are made.
            for (_, _, depth, _) in &mut expected {
                *depth = (*depth).max(FEWEST_WORDS);
            }
            let told = shape.memories(lanes as u64);
            let told: Vec<_> = told
                .iter()
                .map(|&Memory { name, width, depth, written }| {
                    (name, width as usize, depth as usize, written)
                })
                .collect();
            assert_eq!(told, expected, "{lanes} lanes");
        }
    }
}
