//! snnTorch's own spike counts and membranes, of 360 images.

use super::plan;
use crate::data;
use crate::nir::{Answer, Float, Rule, Timing};

/// Steps that snnTorch ran.
const STEPS: usize = 16;

/// The numbers of an array of numpy, of ten a row.
fn array(name: &str) -> Vec<Vec<f32>> {
    let bytes = std::fs::read(super::file(name)).unwrap();
    assert_eq!(&bytes[..8], b"\x93NUMPY\x01\x00", "{name}");
    let head = usize::from(u16::from_le_bytes([bytes[8], bytes[9]]));
    assert!(
        String::from_utf8_lossy(&bytes[10..10 + head]).contains("'<f4', 'fortran_order': False")
    );
    let numbers = bytes[10 + head..].chunks_exact(4);
    let numbers: Vec<f32> =
        numbers.map(|four| f32::from_le_bytes(four.try_into().unwrap())).collect();
    numbers.chunks_exact(10).map(<[f32]>::to_vec).collect()
}

/// What a graph comes to on the test images of the digits, whose pixels / 255 are its currents.
fn answers(name: &str, rule: Rule) -> Vec<Answer> {
    let plan = plan(name);
    let float = Float::new(&plan, Timing { dt: 1e-4, rule }).unwrap();
    let images = &data::digits().test.images;
    let answer = |image: &Vec<u8>| {
        float.run(STEPS, |_, input| {
            input.iter_mut().zip(image).for_each(|(x, pixel)| *x = f32::from(*pixel) / 255.0);
        })
    };
    images.iter().map(answer).collect()
}

fn accuracy(answers: &[Answer]) -> f64 {
    let labels = &data::digits().test.labels;
    let right =
        answers.iter().zip(labels).filter(|(answer, label)| answer.class() == usize::from(**label));
    right.count() as f64 / labels.len() as f64
}

/// Every count of every image is snnTorch's, and every membrane to the last bits.
#[test]
fn counts_are_those_that_snntorch_has() {
    for (name, right) in [("snntorch_leaky", 353), ("snntorch_synaptic", 334)] {
        let own = answers(&format!("{name}.nir"), Rule::Snntorch);
        let counts = array(&format!("{name}.counts.npy"));
        let membranes = array(&format!("{name}.membranes.npy"));
        assert_eq!((counts.len(), own.len()), (360, 360));
        let same = own.iter().zip(&counts).filter(|(own, counts)| own.counts == **counts).count();
        assert_eq!(same, 360, "{name}");
        for (own, membranes) in own.iter().zip(&membranes) {
            let far = own.membranes.iter().zip(membranes).map(|(own, other)| (own - other).abs());
            assert!(far.fold(0.0, f32::max) < 1e-5, "{name}: {own:?} {membranes:?}");
        }
        assert_eq!((accuracy(&own) * 360.0).round() as u32, right, "{name}");
    }
}

/// The other rules are other networks, so a file that does not say which must be asked about.
#[test]
fn another_rule_is_seen() {
    let counts = array("snntorch_leaky.counts.npy");
    for (rule, most, right) in [(Rule::Zero, 100, 349), (Rule::Subtract, 250, 353)] {
        let own = answers("snntorch_leaky.nir", rule);
        let same = own.iter().zip(&counts).filter(|(own, counts)| own.counts == **counts).count();
        assert!(same < most, "{rule:?}: {same} of 360");
        assert_eq!((accuracy(&own) * 360.0).round() as u32, right, "{rule:?}");
    }
}
