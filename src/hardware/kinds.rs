//! Which kinds of connections have hardware: the list that an engine for another kind makes longer.

use super::Limit;
use crate::spec::NetSpec;

/// The kinds that the engine has as a layer's only connection.
pub const BUILT: [&str; 1] = ["dense"];

/// Which connections there are: of another kind nothing else can be said.
pub(super) const LIMIT: Limit = Limit {
    field: "layers[].kind",
    takes: "`dense`, and no further connections",
    exceeded: |spec, _| unbuilt(spec),
    remedy: |_| "run the network in software (`eval`), or train one of fully connected layers for a board",
};

/// The first connection that the engine does not have, in words.
fn unbuilt(spec: &NetSpec) -> Option<String> {
    spec.layers.iter().enumerate().find_map(|(index, layer)| {
        let (first, further) = (layer.first.name(), layer.connections.first());
        match further {
            _ if !BUILT.contains(&first) => Some(format!("`{first}` in layer {index}")),
            Some(further) => {
                let name = further.of.name();
                Some(format!("`{first}` in layer {index} with `{name}` beside it"))
            }
            None => None,
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::hardware::ensure_buildable;
    use crate::layer::kinds::KINDS;
    use crate::spec::{arbitrary, with_every_kind};

    #[test]
    fn what_the_engine_has_is_taken_and_all_else_is_refused_by_layer_and_kind() {
        assert!(BUILT.iter().all(|name| KINDS.iter().any(|kind| kind.name == *name)));
        let mut refused = 0;
        for seed in 0..200 {
            let net = arbitrary(seed);
            let layers = &net.spec.layers;
            let built = layers
                .iter()
                .all(|of| BUILT.contains(&of.first.name()) && of.connections.is_empty());
            let no = ensure_buildable(&net.spec).err();
            let told = no.is_some_and(|no| no.all[0].field == "layers[].kind");
            assert_eq!(told, !built, "seed {seed}");
            refused += usize::from(told);
        }
        assert!((50..200).contains(&refused), "{refused}");
    }

    #[test]
    fn the_first_that_is_not_there_is_named() {
        let mut spec = with_every_kind().spec;
        let told = |spec: &NetSpec| ensure_buildable(spec).unwrap_err().to_string();
        let expected = "the engine does not take layers[].kind = `conv` in layer 0 (it takes `dense`, and no \
                        further connections)";
        assert_eq!(told(&spec), expected);
        spec.layers.drain(1..);
        spec.layers[0].first = crate::layer::kinds::Described::default();
        assert!(
            told(&spec).contains("`dense` in layer 0 with `recurrent` beside it"),
            "{}",
            told(&spec)
        );
        spec.layers[0].connections.clear();
        ensure_buildable(&spec).unwrap();
        spec.layers[0].outputs = 4097;
        assert!(told(&spec).contains("layers[].outputs = 4097"), "{}", told(&spec));
    }
}
