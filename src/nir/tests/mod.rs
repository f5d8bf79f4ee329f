//! Files of others: what they hold, and whether a run in float is what their own framework came to.

mod counts;
mod networks;
mod odd;
mod refusals;

use super::{Graph, NirError, Plan};
use std::path::PathBuf;

/// A file of `src/nir/files`.
fn file(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("src/nir/files").join(name)
}

fn plan(name: &str) -> Plan {
    let graph = Graph::read(&file(name)).unwrap_or_else(|e| panic!("{e}"));
    Plan::of(&graph).unwrap_or_else(|e: NirError| panic!("{name}: {e}"))
}

#[test]
fn every_file_is_read_whatever_its_version() {
    for (name, inputs, populations) in [
        ("lif_norse.nir", 1, vec![("1", 1)]),
        ("lif_rockpool.nir", 1, vec![("1_LIFNeuronTorch", 1)]),
        ("two_lif_neurons.nir", 1, vec![("lif1", 1), ("lif2", 1)]),
        ("snntorch_leaky.nir", 64, vec![("1", 64), ("3", 10)]),
        ("snntorch_synaptic.nir", 64, vec![("1", 64), ("3", 10)]),
        ("braille_noDelay_bias_zero.nir", 12, vec![("lif1.lif", 38), ("lif2", 7)]),
    ] {
        let plan = plan(name);
        assert_eq!((plan.inputs(), plan.populations()), (inputs, populations), "{name}");
        assert_eq!(plan.notes, [""; 0], "{name}");
    }
}

#[test]
fn what_is_written_is_read() {
    for name in ["braille_noDelay_bias_zero.nir", "snntorch_synaptic.nir", "two_lif_neurons.nir"] {
        let graph = Graph::read(&file(name)).unwrap();
        assert_eq!(Graph::decode(&graph.encode().unwrap()).unwrap(), graph, "{name}");
    }
}
