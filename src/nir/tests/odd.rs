//! Files that were damaged in a few places are read or refused, and never more.

use super::file;
use crate::nir::{Converted, Graph, Integers, Plan};
use crate::random::Random;
use crate::spec::{Reset, example, with_every_kind};

/// What comes of bytes, however far they are a network.
fn through(bytes: &[u8]) -> bool {
    let Ok(graph) = Graph::decode(bytes) else { return false };
    graph.encode().and_then(|bytes| Graph::decode(&bytes)).unwrap();
    let Ok(plan) = Plan::of(&graph) else { return false };
    let _ = graph.network();
    let own = Converted::of(&plan, 1e-4, Reset::Subtract, &Integers::default());
    own.and_then(|own| own.to_net()).is_ok()
}

#[test]
fn damaged_files_are_read_or_refused() {
    let own = |net| Graph::of_net(&net).unwrap().encode().unwrap();
    let mut files: Vec<Vec<u8>> = ["lif_norse.nir", "two_lif_neurons.nir"]
        .map(|name| std::fs::read(file(name)).unwrap())
        .into();
    files.extend([own(example(&[5, 4, 3])), own(with_every_kind())]);
    let mut random = Random::new(1);
    let mut taken = 0;
    for (at, whole) in files.iter().enumerate() {
        assert!(through(whole), "file {at}");
        for _ in 0..400 {
            let mut bytes = whole.clone();
            for _ in 0..1 + random.below(4) {
                let place = random.below(bytes.len() as u64) as usize;
                bytes[place] = random.corner_value(8) as u8;
            }
            bytes.truncate(bytes.len() - random.below(2) as usize * random.below(300) as usize);
            taken += usize::from(through(&bytes));
        }
    }
    assert!((100..1600).contains(&taken), "{taken}");
}
