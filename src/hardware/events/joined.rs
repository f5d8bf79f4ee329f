//! The program of a connection behind layers that have no neurons, by the coordinates of who spikes.

use crate::layer::kinds::{Merge, Program, Volume, program::Axis, program::Span};
use crate::spec::{Connection, Wired};

/// How a connection stands whose program knows no rows and columns of what it hears.
pub(super) const FOLDED: &str = "behind a `flatten`";

/// Whose spikes a connection hears through the layers that `passes` says pass them on, and its program by their
/// coordinates.
pub(super) fn joined(
    wiring: &[Wired],
    connection: &Connection,
    passes: &dyn Fn(usize) -> bool,
) -> Result<(usize, Program), &'static str> {
    let (mut source, mut program) = (connection.source, connection.program.clone());
    while let Some(layer) = source.checked_sub(1).filter(|layer| passes(*layer)) {
        let (before, via) = (&wiring[layer], &wiring[layer].connections[0]);
        if before.relay.is_some_and(|relay| relay.merge == Merge::Or) {
            return Err("behind a `max` of averages of more places than a weight can be");
        }
        program = behind(&program, (&via.program, via.from), before.volume).ok_or(FOLDED)?;
        source = via.source;
    }
    Ok((source, program))
}

/// A program behind a layer that passes spikes on to it: by the coordinates of who is heard instead.
fn behind(next: &Program, (relay, from): (&Program, Volume), mid: Volume) -> Option<Program> {
    if from.area() > 1 && mid == Volume::flat(from.units()) {
        return unfolded(next, from);
    }
    let strides = [mid.width * mid.channels, mid.channels, 1];
    let axis = |at: usize| {
        let (next, relay) = (&next.axes[at], &relay.axes[at]);
        let span = |span: &Span| match span.count {
            0 => Some(Span { weight: 0, target: 0, count: 0 }),
            1 => Some(next.spans[span.target / strides[at]]),
            _ => None,
        };
        let spans = relay.spans.iter().map(span).collect::<Option<_>>()?;
        Some(Axis { spans, ..next.clone() })
    };
    Some(Program { axes: [axis(0)?, axis(1)?, axis(2)?] })
}

/// A program of units that lie in no image, by their rows, columns and channels in one: if all reach the same, by weights
/// that follow each other.
fn unfolded(flat: &Program, image: Volume) -> Option<Program> {
    let [rows, columns, units] = &flat.axes;
    let (row, column) = (rows.spans.first()?, columns.spans.first()?);
    let (first, second) = (*units.spans.first()?, units.spans.get(1)?);
    let stride = second.weight.checked_sub(first.weight)?;
    let same =
        |(at, span): (usize, &Span)| *span == Span { weight: first.weight + at * stride, ..first };
    if !units.spans.iter().enumerate().all(same) || (row.count, column.count) != (1, 1) {
        return None;
    }
    let span = |channel| Span {
        weight: row.weight + column.weight + first.weight + channel * stride,
        target: row.target + column.target + first.target,
        count: first.count,
    };
    let along = |size, units| Axis::linear(size, units * stride, 0).spans;
    Some(Program {
        axes: [
            Axis { spans: along(image.height, image.width * image.channels), ..rows.clone() },
            Axis { spans: along(image.width, image.channels), ..columns.clone() },
            Axis { spans: (0..image.channels).map(span).collect(), ..units.clone() },
        ],
    })
}
