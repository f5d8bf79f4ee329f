//! Which kinds of connections have hardware, on which schedule.

use super::events::Fan;
use super::{Limit, On};
use crate::sc::schedule::Schedule;
use crate::spec::NetSpec;

/// Which connections there are: of another kind nothing else can be said.
pub(super) const LIMIT: Limit = Limit {
    field: "layers[].kind",
    takes: "on schedule `events` all kinds; behind averages of 2^p places in all there is one connection, and a `max` only where \
            p is less than B; an input that several connections or delays hear stands before at most 7 layers with neurons or \
            `max`. On the others `dense`, and no further connections",
    exceeded: unbuilt,
    remedy: |spec| match Fan::of(spec) {
        Ok(_) => "take schedule `events`",
        Err(_) => "run the network in software (`eval`), or train one of other layers for a board",
    },
};

/// Whether a schedule has the connections of a network.
pub fn connects(spec: &NetSpec, schedule: Schedule) -> bool {
    unbuilt(spec, On::of(schedule, 1)).is_none()
}

/// The first connection that the engine does not have, in words.
fn unbuilt(spec: &NetSpec, on: On) -> Option<String> {
    match Fan::of(spec) {
        Err(unbuilt) => Some(unbuilt),
        Ok(fan) if on.schedule == Schedule::Events || fan.is_dense() => None,
        Ok(_) => Some(format!("more than dense layers, on schedule `{}`", on.schedule.name())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::hardware::{EVENT_LANES, ensure_buildable, ensure_buildable_on};
    use crate::layer::kinds::Described;
    use crate::spec::{ConnectionSpec, arbitrary, with_every_kind};

    #[test]
    fn what_the_engine_has_is_taken_and_all_else_is_refused_by_layer_and_kind() {
        let (mut refused, mut more) = (0, 0);
        for seed in 0..200 {
            let spec = arbitrary(seed).spec;
            let told = |no: crate::hardware::Unsupported| no.all[0].field == "layers[].kind";
            let fan = Fan::of(&spec);
            assert_eq!(ensure_buildable(&spec).is_err_and(told), fan.is_err(), "seed {seed}");
            let planes = ensure_buildable_on(&spec, On::planes(16)).is_err_and(told);
            let dense = fan.as_ref().is_ok_and(Fan::is_dense);
            assert_eq!(planes, !dense, "seed {seed}");
            let events = On::of(Schedule::Events, EVENT_LANES[0]);
            assert_eq!(ensure_buildable_on(&spec, events).is_err_and(told), fan.is_err());
            refused += usize::from(fan.is_err());
            more += usize::from(fan.is_ok() && !dense);
        }
        assert!((1..40).contains(&refused) && more > 100, "{refused} refused, {more} more");
    }

    #[test]
    fn the_first_that_is_not_there_is_named() {
        let mut spec = with_every_kind().spec;
        let told = |spec: &NetSpec| ensure_buildable(spec).map_err(|no| no.to_string());
        told(&spec).unwrap();
        // The last layer hears the average, and then another layer, too.
        let last = spec.layers.len() - 1;
        let also = ConnectionSpec { of: Described::default(), from: Some(0) };
        spec.layers[last].connections.push(also);
        let error = told(&spec).unwrap_err();
        let place = "`delay` in layers[4] behind an average, beside another";
        assert!(error.contains(&format!("layers[].kind = {place}")), "{error}");
        // An input with a relay of its own changes no number that is told.
        let again = ConnectionSpec { of: spec.layers[0].first.clone(), from: None };
        spec.layers[0].connections.push(again);
        assert!(told(&spec).unwrap_err().contains(place));
        spec.layers[0].connections.pop();
        spec.layers.drain(1..);
        told(&spec).unwrap();
        let planes = ensure_buildable_on(&spec, On::planes(16)).unwrap_err();
        assert!(planes.to_string().contains("more than dense layers, on schedule `planes`"));
        assert_eq!(planes.remedy(), "take schedule `events`");
        spec.layers[0].first = Described::default();
        spec.layers[0].connections.clear();
        ensure_buildable_on(&spec, On::planes(16)).unwrap();
        spec.layers[0].outputs = 4097;
        assert!(told(&spec).unwrap_err().contains("layers[].outputs = 4097"));
    }
}
