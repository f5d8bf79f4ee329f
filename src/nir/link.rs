//! What leads from one population to another, as one map: linear nodes are multiplied with each other, scales and
//! delays go into the weights.

use super::NirError;
use super::float::steps;
use super::part::{Conv, Dense, Flatten, Part, Pool, Shaped, of_unit, units};
use super::plan::Plan;

/// The most ways from populations to another.
const MOST_PATHS: usize = 64;

/// The most weights of a map that is made of others.
const MOST_WEIGHTS: usize = 1 << 24;

/// A way through nodes without neurons.
#[derive(Debug)]
struct Path {
    source: usize,
    late: bool,
    /// From the source on.
    nodes: Vec<usize>,
}

/// What a population hears of another one, or of itself.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Link {
    /// The node that it begins at.
    pub(super) source: usize,
    /// Whether its spikes are those of the step before.
    pub(super) late: bool,
    /// The nodes that it was made of, by their names.
    pub(super) nodes: Vec<String>,
    /// Pools before any weight, by the names of their nodes.
    pub(super) pools: Vec<(String, Pool)>,
    /// The shape that the map hears.
    pub(super) from: Vec<usize>,
    /// The map.
    pub(super) map: Map,
    /// What it adds: one a row or a channel, or nothing.
    pub(super) biases: Vec<f32>,
}

/// A map of spikes to currents.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Map {
    /// Each unit by a weight of its own.
    Each(Vec<f32>),
    /// Weights `[rows, columns]`, and delays in steps, or none.
    Dense { rows: usize, columns: usize, weights: Vec<f32>, delays: Vec<usize> },
    /// A kernel.
    Conv(Conv),
}

/// All that a population hears; what comes of one source by dense maps is one link, where no synapse has two delays.
///
/// # Errors
/// Nodes that the chip cannot have on such a way.
pub(super) fn links(plan: &Plan, population: usize, dt: f64) -> Result<Vec<Link>, NirError> {
    let mut links: Vec<Link> = Vec::new();
    for path in paths(plan, population)? {
        let link = compose(plan, &path, dt)?;
        let joined = links.iter().enumerate().find_map(|(at, own)| Some((at, own.merged(&link)?)));
        match joined {
            Some((at, both)) => links[at] = both,
            None => links.push(link),
        }
    }
    Ok(links)
}

/// Every way that leads to a population from another one or from the input.
fn paths(plan: &Plan, population: usize) -> Result<Vec<Path>, NirError> {
    let (mut found, mut open) = (Vec::new(), vec![(population, Vec::new())]);
    while let Some((node, nodes)) = open.pop() {
        for &(from, late) in plan.nodes[node].heard.iter().rev() {
            let placed = &plan.nodes[from];
            if placed.neuron().is_some() || matches!(placed.part, Part::Input(_)) {
                found.push(Path { source: from, late, nodes: nodes.clone() });
            } else {
                let more = std::iter::once(from).chain(nodes.iter().copied());
                open.push((from, more.collect()));
            }
        }
        if found.len() + open.len() > MOST_PATHS {
            return Err(NirError::unsupported(
                &plan.nodes[population].name,
                format!("more than {MOST_PATHS} ways lead to it"),
                "join what leads to one population in one Linear",
            ));
        }
    }
    Ok(found)
}

/// A link on the way.
struct Way<'a> {
    link: Link,
    /// A weight for each unit of the source, while there is no other map.
    each: bool,
    /// Seconds by which each unit is late before the map, and behind it.
    before: Vec<f64>,
    behind: Vec<f64>,
    node: &'a str,
}

fn compose(plan: &Plan, path: &Path, dt: f64) -> Result<Link, NirError> {
    let Path { source, late, .. } = *path;
    let from = plan.nodes[source].shape.clone();
    let count = units(&from);
    let name = |node: &usize| plan.nodes[*node].name.clone();
    let link = Link {
        source,
        late,
        nodes: path.nodes.iter().map(name).collect(),
        pools: Vec::new(),
        from,
        map: Map::Each(vec![1.0; count]),
        biases: Vec::new(),
    };
    let (before, behind) = (vec![0.0; count], Vec::new());
    let mut way = Way { link, each: false, before, behind, node: &plan.nodes[source].name };
    for &node in &path.nodes {
        let placed = &plan.nodes[node];
        way.node = &placed.name;
        way.take(&placed.part, &placed.shape)?;
    }
    way.finished(dt)
}

impl Way<'_> {
    fn refused(&self, why: &str, remedy: &str) -> NirError {
        NirError::unsupported(self.node, why, remedy)
    }

    /// Whether nothing but pools came so far.
    fn is_plain(&self) -> bool {
        !self.each && matches!(self.link.map, Map::Each(_)) && self.before.iter().all(|d| *d == 0.0)
    }

    fn take(&mut self, part: &Part, shape: &[usize]) -> Result<(), NirError> {
        match part {
            Part::Dense(dense) => self.dense(dense),
            Part::Conv(conv) => self.conv(conv),
            Part::Scale(scale) => self.scale(scale),
            Part::Delay(delay) => self.delay(delay),
            Part::Pool(pool) => {
                if !self.is_plain() {
                    return Err(self.refused(
                        "it pools currents, and the chip pools spikes",
                        "put neurons before the pool, or leave it out and widen the stride of the convolution",
                    ));
                }
                self.link.pools.push((self.node.to_owned(), *pool));
                self.link.from = shape.to_vec();
                self.link.map = Map::Each(vec![1.0; units(shape)]);
                self.before = vec![0.0; units(shape)];
                Ok(())
            }
            // The order of the units stays as it is.
            Part::Flatten(Flatten { .. }) | Part::Pass | Part::Output(_) => Ok(()),
            Part::Input(_) | Part::Neuron(_) => Ok(()), // a way has none
        }
    }

    fn dense(&mut self, of: &Dense) -> Result<(), NirError> {
        let Dense { rows, columns, weights, biases } = of;
        let (rows, columns) = (*rows, *columns);
        match &self.link.map {
            Map::Each(each) => {
                let scaled = weights.iter().enumerate().map(|(at, w)| w * each[at % columns]);
                let weights = scaled.collect();
                self.link.map = Map::Dense { rows, columns, weights, delays: Vec::new() };
                self.link.biases = biases.clone();
            }
            Map::Dense { rows: middle, columns: first, weights: before, .. } => {
                if self.behind.iter().any(|delay| *delay != 0.0) {
                    let remedy = "put the delay before the first or behind the last Linear";
                    return Err(self.refused("a delay stands between two maps", remedy));
                }
                let (middle, first) = (*middle, *first);
                if rows.saturating_mul(first) > MOST_WEIGHTS {
                    return Err(self.refused(
                        "with the map before it it has too many weights",
                        "put neurons between",
                    ));
                }
                let mut product = vec![0.0_f32; rows * first];
                for row in 0..rows {
                    for k in 0..middle {
                        let w = weights[row * columns + k];
                        let sums = &mut product[row * first..][..first];
                        let other = &before[k * first..][..first];
                        sums.iter_mut().zip(other).for_each(|(sum, other)| *sum += w * other);
                    }
                }
                let bias = |row: usize| {
                    let heard = self.link.biases.iter().enumerate();
                    let sum: f32 = heard.map(|(k, b)| weights[row * columns + k] * b).sum();
                    sum + biases.get(row).copied().unwrap_or_default()
                };
                let biases = (0..rows).map(bias).collect();
                let delays = Vec::new();
                self.link.map = Map::Dense { rows, columns: first, weights: product, delays };
                self.link.biases = biases;
            }
            Map::Conv(_) => {
                let remedy = "put neurons between the convolution and the Linear";
                return Err(self.refused("it hears a convolution without neurons between", remedy));
            }
        }
        self.behind = vec![0.0; rows];
        Ok(())
    }

    fn conv(&mut self, of: &Conv) -> Result<(), NirError> {
        if of.dilation != [1, 1] {
            let why =
                format!("its dilation is {:?}, and kernels of the chip have none", of.dilation);
            return Err(self.refused(&why, "write the kernel out, with zeros between its weights"));
        }
        let Map::Each(each) = &self.link.map else {
            let remedy = "put neurons between the two, or join them in one";
            return Err(self.refused("it hears another map without neurons between", remedy));
        };
        if self.before.iter().any(|delay| *delay != 0.0) {
            let remedy = "put the delay before a Linear";
            return Err(self.refused("it hears a delay, and only dense synapses have one", remedy));
        }
        let mut conv = of.clone();
        if self.each {
            let channels = conv.seen * conv.groups;
            let area = (each.len() / channels).max(1);
            let scales: Vec<f32> = each.chunks(area).map(|scale| scale[0]).collect();
            if each.iter().enumerate().any(|(unit, scale)| *scale != scales[unit / area]) {
                let remedy = "give each channel one scale";
                return Err(self.refused("a scale before it differs within a channel", remedy));
            }
            let taps = conv.kernel[0] * conv.kernel[1];
            let own = (conv.channels / conv.groups).max(1);
            for (at, w) in conv.weights.iter_mut().enumerate() {
                let (channel, seen) = (at / taps / conv.seen, at / taps % conv.seen);
                *w *= scales[channel / own * conv.seen + seen];
            }
        }
        self.link.biases = conv.biases.clone();
        self.link.map = Map::Conv(conv);
        Ok(())
    }

    fn scale(&mut self, of: &Shaped) -> Result<(), NirError> {
        let number = |unit: usize| of_unit(&of.numbers, unit) as f32;
        match &mut self.link.map {
            Map::Each(each) => {
                each.iter_mut().enumerate().for_each(|(unit, weight)| *weight *= number(unit));
                self.each = true;
            }
            Map::Dense { columns, weights, .. } => {
                let columns = *columns;
                weights.iter_mut().enumerate().for_each(|(at, w)| *w *= number(at / columns));
                let biases = self.link.biases.iter_mut().enumerate();
                biases.for_each(|(row, bias)| *bias *= number(row));
            }
            Map::Conv(conv) => {
                let area = (of.numbers.len() / conv.channels).max(1);
                let scales: Vec<f32> = (0..conv.channels).map(|c| number(c * area)).collect();
                if of.numbers.len() > 1
                    && of.numbers.iter().enumerate().any(|(at, s)| *s as f32 != scales[at / area])
                {
                    let remedy = "give each channel one scale";
                    return Err(self.refused("its scale differs within a channel", remedy));
                }
                let kernel = (conv.weights.len() / conv.channels).max(1);
                let weights = conv.weights.iter_mut().enumerate();
                weights.for_each(|(at, w)| *w *= scales[at / kernel]);
                self.link.biases.iter_mut().zip(&scales).for_each(|(bias, scale)| *bias *= scale);
            }
        }
        Ok(())
    }

    fn delay(&mut self, of: &Shaped) -> Result<(), NirError> {
        let late = match &self.link.map {
            Map::Each(_) => &mut self.before,
            Map::Dense { .. } => &mut self.behind,
            Map::Conv(_) => {
                let why = "it hears a convolution, and only dense synapses have a delay";
                return Err(self.refused(why, "put neurons between, and a Linear behind the delay"));
            }
        };
        late.iter_mut().enumerate().for_each(|(unit, late)| *late += of_unit(&of.numbers, unit));
        if self.link.biases.iter().any(|bias| *bias != 0.0) {
            let remedy = "put the delay before the Affine";
            return Err(self.refused("it delays a bias", remedy));
        }
        Ok(())
    }

    /// The link, its delays in steps of `dt` seconds.
    fn finished(mut self, dt: f64) -> Result<Link, NirError> {
        let none = |late: &[f64]| late.iter().all(|delay| *delay == 0.0);
        if none(&self.before) && none(&self.behind) {
            return Ok(self.link);
        }
        if let Map::Each(each) = &self.link.map {
            // Only dense synapses have delays, so each unit gets a row of them.
            let count = each.len();
            if count.saturating_mul(count) > MOST_WEIGHTS {
                return Err(self.refused(
                    "it delays too many units without a Linear",
                    "put a Linear behind it",
                ));
            }
            let mut weights = vec![0.0; count * count];
            each.iter().enumerate().for_each(|(unit, w)| weights[unit * (count + 1)] = *w);
            self.link.map = Map::Dense { rows: count, columns: count, weights, delays: Vec::new() };
            self.behind = vec![0.0; count];
        }
        if let Map::Dense { rows, columns, delays, .. } = &mut self.link.map {
            let late = |late: &[f64]| {
                late.iter().map(|delay| steps(self.node, *delay, dt)).collect::<Result<Vec<_>, _>>()
            };
            let (before, behind) = (late(&self.before)?, late(&self.behind)?);
            *delays = (0..*rows * *columns)
                .map(|at| before[at % *columns] + behind[at / *columns])
                .collect();
        }
        Ok(self.link)
    }
}

impl Link {
    /// Both in one, if they are dense maps of the same spikes and no synapse would have two delays.
    fn merged(&self, other: &Self) -> Option<Self> {
        let like = |of: &Self| (of.source, of.late, of.pools.clone(), of.from.clone());
        let (
            Map::Dense { rows, columns, weights, delays },
            Map::Dense { weights: w, delays: d, .. },
        ) = (&self.map, &other.map)
        else {
            return None;
        };
        if like(self) != like(other) || weights.len() != w.len() {
            return None;
        }
        let late = |delays: &[usize], at: usize| delays.get(at).copied().unwrap_or_default();
        let mut sums = weights.clone();
        let mut lates: Vec<usize> = (0..sums.len()).map(|at| late(delays, at)).collect();
        for at in 0..sums.len() {
            if w[at] != 0.0 && sums[at] != 0.0 && late(d, at) != lates[at] {
                return None;
            }
            if w[at] != 0.0 || sums[at] == 0.0 {
                lates[at] = late(d, at);
            }
            sums[at] += w[at];
        }
        let mut biases = self.biases.clone();
        biases.resize(if other.biases.is_empty() { biases.len() } else { *rows }, 0.0);
        biases.iter_mut().zip(&other.biases).for_each(|(bias, more)| *bias += more);
        let delays = if delays.is_empty() && d.is_empty() { Vec::new() } else { lates };
        let map = Map::Dense { rows: *rows, columns: *columns, weights: sums, delays };
        let nodes = self.nodes.iter().chain(&other.nodes).cloned().collect();
        Some(Self { map, biases, nodes, ..self.clone() })
    }
}
