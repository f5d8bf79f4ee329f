//! A map of the graph as a connection of the chip: its kind, and its weights in the order of the chip's units.

use super::NirError;
use super::link::{Link, Map};
use super::part::Conv as OfGraph;
use crate::layer::kinds::{
    Connect, Conv, Delay, Full, LONGEST_DELAY, Pattern, Recurrent, Skip, Volume,
};
use crate::spec::LayerSpec;

/// A connection with its numbers.
#[derive(Debug)]
pub(super) struct Realised {
    kind: Kind,
    /// Weights in the shape of the kind.
    pub(super) weights: Vec<f32>,
    /// The channel that each of them leads to.
    pub(super) rows: Vec<u32>,
    /// Delays, where the kind has them.
    pub(super) delays: Vec<u8>,
}

/// The kinds that maps become.
#[derive(Debug)]
enum Kind {
    Full(Full),
    Delay(Delay),
    Conv(Conv),
    Recurrent(Recurrent),
    Skip(Skip),
}

/// A link as a connection from the shape `from` to a population of the shape `to`; `order` has the place in the graph
/// of each unit that it hears.
///
/// # Errors
/// What no kind of connection can do, by the name of the population.
pub(super) fn realised(
    link: &Link,
    from: Volume,
    to: Volume,
    order: Vec<usize>,
    node: &str,
) -> Result<Realised, NirError> {
    let refused = |why: &str, remedy: &str| {
        let name = link.nodes.last().map_or(node, String::as_str);
        Err(NirError::unsupported(name, why, remedy))
    };
    match &link.map {
        Map::Dense { rows, columns, weights, delays } => {
            let late = !delays.is_empty();
            if late && link.late {
                let remedy = "leave the delay out: a recurrence is heard a step later";
                return refused("it delays a recurrence", remedy);
            }
            let longest = delays.iter().max().copied().unwrap_or_default();
            if longest > LONGEST_DELAY as usize {
                let why = format!(
                    "a delay is {longest} time steps, and the chip has at most {LONGEST_DELAY}"
                );
                return refused(&why, "train with shorter delays, or give a longer --dt");
            }
            let turned = |row: usize| order.iter().map(move |column| row * columns + column);
            let places = || (0..*rows).flat_map(turned);
            let kind = match (link.late, late) {
                (true, _) => Kind::Recurrent(Recurrent { pattern: Pattern::AllToAll }),
                (false, true) => Kind::Delay(Delay { longest: longest as u32 }),
                (false, false) => Kind::Full(Full {}),
            };
            Ok(Realised {
                kind,
                weights: places().map(|at| weights[at]).collect(),
                rows: places().map(|at| (at / columns) as u32).collect(),
                delays: places().filter(|_| late).map(|at| delays[at] as u8).collect(),
            })
        }
        Map::Conv(_) if link.late => {
            let remedy = "let a Linear or a Scale lead from the neurons to themselves";
            refused("a recurrence by a convolution", remedy)
        }
        Map::Conv(conv) => {
            let OfGraph { channels, kernel, stride, padding, groups, weights, .. } = conv;
            let own = weights.len() / channels;
            let kind = Conv {
                channels: *channels,
                kernel: *kernel,
                stride: *stride,
                padding: *padding,
                groups: *groups,
            };
            let rows = (0..weights.len()).map(|at| (at / own) as u32).collect();
            Ok(Realised { kind: Kind::Conv(kind), weights: weights.clone(), rows, delays: vec![] })
        }
        Map::Each(each) => {
            let own: Vec<f32> = order.iter().map(|at| each[*at]).collect();
            each_to_each(own, from, to, link.late)
                .or_else(|why| refused(why, "put a Linear there, or give each channel one scale"))
        }
    }
}

/// Each unit to the one in its place, by weights in the order of the chip.
fn each_to_each(
    own: Vec<f32>,
    from: Volume,
    to: Volume,
    late: bool,
) -> Result<Realised, &'static str> {
    if from.units() != to.units() {
        return Err("it leads to a population of another size");
    }
    let rows = (0..own.len()).map(|unit| (unit % from.channels) as u32).collect();
    if late {
        let kind = Kind::Recurrent(Recurrent { pattern: Pattern::OneToOne });
        return Ok(Realised { kind, weights: own, rows, delays: Vec::new() });
    }
    let channels = from.channels;
    if own.iter().enumerate().any(|(unit, weight)| *weight != own[unit % channels]) {
        return Err("its scale differs within a channel");
    }
    let kind = Kind::Conv(Conv { groups: channels, ..Conv::new(channels, [1, 1]) });
    let weights = own[..channels].to_vec();
    Ok(Realised { kind, weights, rows: (0..channels as u32).collect(), delays: Vec::new() })
}

impl Realised {
    /// Makes it the first connection of a layer, and returns the layer's shape.
    pub(super) fn first(
        &self,
        from: Volume,
        layer: &mut LayerSpec,
        node: &str,
    ) -> Result<Volume, NirError> {
        let fresh = LayerSpec::new(0, 0, 0);
        let flat = Volume::flat(self.rows.iter().max().map_or(0, |row| *row as usize + 1));
        let reach = |kind: &dyn Connect| {
            kind.reach(from, flat).map_err(|misfit| NirError::misfit(node, &misfit))
        };
        match &self.kind {
            Kind::Full(_) => Ok(flat), // as net.toml has it, without a name
            Kind::Delay(kind) => {
                *layer = fresh.of(kind);
                reach(kind)
            }
            Kind::Conv(kind) => {
                *layer = fresh.of(kind);
                reach(kind)
            }
            Kind::Recurrent(_) | Kind::Skip(_) => Ok(flat), // those stand beside alone
        }
    }

    /// Adds it to the connections of a layer.
    /// `even` is whether one weight for all neurons is one after their thresholds are folded in.
    pub(super) fn beside(&mut self, layer: &mut LayerSpec, from: Option<usize>, even: bool) {
        // One weight for all is a kind of its own.
        let whole = matches!(self.kind, Kind::Conv(Conv { kernel: [1, 1], groups, channels, .. })
            if groups == channels && channels == self.weights.len());
        if even && whole && self.weights.iter().all(|weight| *weight == self.weights[0]) {
            self.kind = Kind::Skip(Skip {});
            self.weights.truncate(1);
            self.rows.truncate(1);
        }
        let grown = layer.clone();
        *layer = match &self.kind {
            Kind::Full(kind) => grown.with(kind, from),
            Kind::Delay(kind) => grown.with(kind, from),
            Kind::Conv(kind) => grown.with(kind, from),
            Kind::Recurrent(kind) => grown.with(kind, None),
            Kind::Skip(kind) => grown.with(kind, from),
        };
    }
}
