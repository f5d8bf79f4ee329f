//! What is checked of replies that are whole: whose they are, and whether they can be.

use spikestream::protocol::frame::Answer;
use spikestream::protocol::{PROTOCOL, identity};
use spikestream::spec::Net;

use crate::Error;

/// A board that carries the network.
pub(super) fn ensure_net(net: &Net, found: &[u8], port: &str) -> Result<(), Error> {
    let (wanted, port) = (identity(net), port.to_owned());
    match found {
        found if found == wanted => Ok(()),
        [version, ..] if *version != PROTOCOL => {
            Err(Error::Version { port, found: *version, wanted: PROTOCOL })
        }
        found => Err(Error::OtherNet {
            port,
            found: shown(found),
            wanted: format!("{} ({})", net.spec.name, shown(&wanted)),
            net: net.spec.name.clone(),
        }),
    }
}

/// An identity in words.
fn shown(identity: &[u8]) -> String {
    let [_version, hash @ .., i0, i1, c0, c1, t0, t1] = identity else {
        return format!("something that calls itself {identity:02x?}");
    };
    let hash: String = hash.iter().map(|byte| format!("{byte:02x}")).collect();
    let number = |low: &u8, high: &u8| u16::from_le_bytes([*low, *high]);
    let (inputs, classes, steps) = (number(i0, i1), number(c0, c1), number(t0, t1));
    format!("network {hash} with {inputs} inputs, {classes} classes and {steps} time steps")
}

/// An answer that can be one of this network.
pub(super) fn answer(net: &Net, payload: &[u8], port: &str) -> Result<Answer, Error> {
    let nonsense = |reason: String| Err(Error::Nonsense { port: port.to_owned(), reason });
    let spec = &net.spec;
    let Some(answer) = Answer::parse(payload) else {
        return nonsense(format!("{} bytes are no whole words", payload.len()));
    };
    if answer.counts.len() != spec.classes() {
        return nonsense(format!("{} classes instead of {}", answer.counts.len(), spec.classes()));
    }
    let steps = answer.steps.unwrap_or(spec.time.steps);
    if steps > spec.time.steps {
        return nonsense(format!("{steps} time steps of {}", spec.time.steps));
    }
    if let Some(count) = answer.counts.iter().find(|count| **count > steps) {
        return nonsense(format!("{count} spikes in {steps} time steps"));
    }
    let score = |class: usize| (answer.counts[class], answer.membranes[class]);
    let best = (0..spec.classes()).max_by_key(|&class| (score(class), spec.classes() - class));
    if best != Some(answer.class) {
        return nonsense(format!("class {} is not the one with most spikes", answer.class));
    }
    Ok(answer)
}
