//! The shape of a network on disk, and what goes over the line for it.

use std::path::Path;

use spikestream::hardware::{connects, ensure_buildable_by, line};
use spikestream::spec::NetSpec;

use super::{Error, Schedule, Shape, UNASKED};
use crate::base::error::FlowError;
use crate::board::line::Exchange;

/// The sizes of the network whose `net.toml` lies in a folder, for each schedule that may be taken: the one that is
/// asked for, or those that are taken unasked; and as it is loaded, where no schedule is asked for or the one that loads.
///
/// # Errors
/// As [`read`].
pub fn read_for(folder: &Path, asked: Option<Schedule>) -> Result<Vec<Shape>, FlowError> {
    let spec = NetSpec::read(folder)?;
    let mut schedules = asked.map_or_else(|| UNASKED.to_vec(), |schedule| vec![schedule]);
    // Nobody asked for those that have no engine for its layers or its streams.
    let built = |schedule: &Schedule| {
        connects(&spec, *schedule) && (*schedule != Schedule::Events || spec.stream.is_full())
    };
    if asked.is_none() && UNASKED.iter().any(built) {
        schedules.retain(built);
    }
    let mut shapes: Vec<Shape> =
        schedules.iter().map(|schedule| read(folder, *schedule)).collect::<Result<_, _>>()?;
    if schedules.contains(&Schedule::Events) {
        shapes.push(Shape { loaded: true, ..read(folder, Schedule::Events)? });
    }
    Ok(shapes)
}

/// The shape of the network whose `net.toml` lies in a folder.
///
/// # Errors
/// [`FlowError::Net`] when it is not right, [`Error::Unsupported`] for a network that no engine is
/// built for.
pub fn read(folder: &Path, schedule: Schedule) -> Result<Shape, FlowError> {
    let spec = NetSpec::read(folder)?;
    ensure_buildable_by(&spec, schedule).map_err(Error::Unsupported)?;
    Ok(Shape::of(&spec, schedule))
}

/// What goes over the serial line for an image, which the engine works on for so many microseconds.
pub fn exchange(shape: &Shape, engine_us: f64) -> Exchange {
    let bytes = |of: fn(usize) -> usize, count: u64| of(count as usize) as u64;
    let inputs = shape.widths.first().copied().unwrap_or_default();
    let request_bytes = bytes(line::request_bytes, inputs);
    Exchange { request_bytes, reply_bytes: bytes(line::reply_bytes, shape.classes()), engine_us }
}

#[cfg(test)]
mod tests {
    use super::*;
    use spikestream::spec::example;

    #[test]
    fn short_streams_have_no_events() {
        let folder = tempfile::tempdir().unwrap();
        let mut net = example(&[5, 3]);
        let schedules = |net: &spikestream::spec::Net| {
            net.save(folder.path()).unwrap();
            let shapes = read_for(folder.path(), None).unwrap();
            shapes.iter().map(|shape| (shape.schedule, shape.loaded)).collect::<Vec<_>>()
        };
        assert_eq!(schedules(&net).len(), 3);
        net.spec.stream.length = 4;
        assert_eq!(schedules(&net), [(Schedule::Planes, false)]);
    }

    #[test]
    fn a_network_that_no_engine_takes_is_told_with_all_the_reasons() {
        let folder = tempfile::tempdir().unwrap();
        let mut net = example(&[5, 3]);
        net.spec.neuron.membrane_bits = 24;
        net.spec.stream.length = 3;
        net.save(folder.path()).unwrap();
        let error = read(folder.path(), Schedule::Planes).unwrap_err();
        assert_eq!(error.code(), "spikestream::hardware::unsupported");
        let text = error.to_string();
        assert!(text.contains("membrane_bits = 24") && text.contains("length = 3"), "{text}");
        let nowhere = read(Path::new("nonexistent"), Schedule::Planes).unwrap_err();
        assert_eq!(nowhere.code(), "spikestream::file::read");
    }
}
