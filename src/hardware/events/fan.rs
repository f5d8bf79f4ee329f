//! What hears what on schedule `events`: the connections of a network, with the layers that have no neurons taken out.
//!
//! A network is taken as the engine runs it ([`lowered`]). A spike goes through a pool or a `flatten` to the synapses behind it. So their address programs are joined, and what
//! is left are paths from the input, or from a population of neurons, to a population.

use super::joined::joined;
use super::lowered::{layers_before, lowered};
use crate::layer::kinds::{Program, Volume};
use crate::neuron::block::MOST_LAYERS;
use crate::spec::{Connection, NetSpec, Wired, place};

/// The paths of a network, whatever the number of lanes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fan {
    /// The shape of the input, then of each population.
    pub volumes: Vec<Volume>,
    /// Which layer of the network that the engine runs each population is.
    pub layers: Vec<usize>,
    /// In the order in which they are walked: by source.
    pub paths: Vec<Path>,
}

/// A way from spikes to neurons.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Path {
    /// Whose spikes: 0 is the input, `p + 1` is population `p`.
    pub source: usize,
    /// The population that is reached.
    pub target: usize,
    /// Which of its layer's connections has the weights.
    pub number: usize,
    /// How many weights there are.
    pub weights: usize,
    /// Which neurons a spike reaches, by which weight.
    pub program: Program,
    /// Time steps after which a spike is heard: 1 by its own population, otherwise 0.
    pub lag: usize,
    /// The longest delay of a synapse; none if its synapses have no delay.
    pub longest: Option<usize>,
    /// Bits by which the sum is shifted right, with floor.
    pub shift: u32,
}

impl Fan {
    /// That of fully connected layers of these widths, the first the input's.
    pub fn dense(widths: &[usize]) -> Self {
        let volumes: Vec<Volume> = widths.iter().map(|&width| Volume::flat(width)).collect();
        let path = |(layer, pair): (usize, &[Volume])| Path {
            source: layer,
            target: layer,
            number: 0,
            weights: pair[0].units() * pair[1].units(),
            program: Program::full(pair[0], pair[1]),
            lag: 0,
            longest: None,
            shift: 0,
        };
        let paths = volumes.windows(2).enumerate().map(path).collect();
        Self { layers: (0..volumes.len().saturating_sub(1)).collect(), paths, volumes }
    }

    /// That of a network.
    ///
    /// # Errors
    /// In words, the first connection that schedule `events` does not have.
    pub fn of(spec: &NetSpec) -> Result<Self, String> {
        let before = layers_before(spec);
        let spec = &*lowered(spec);
        let wiring = spec.wiring().map_err(|error| error.to_string())?;
        let own: Vec<usize> = (0..wiring.len()).filter(|&l| wiring[l].relay.is_none()).collect();
        if own.len() > MOST_LAYERS {
            let what = "layers of neurons, one of which passes on the input";
            return Err(format!("{} {what}", own.len()));
        }
        let mut volumes = vec![spec.input_volume()];
        volumes.extend(own.iter().map(|&layer| wiring[layer].volume));
        let mut paths = Vec::new();
        for (target, &layer) in own.iter().enumerate() {
            let connections = &wiring[layer].connections;
            for (number, connection) in connections.iter().enumerate() {
                // Where it stands in the network's own file.
                let unbuilt = |how: &str| {
                    let place = place(layer.saturating_sub(before), number);
                    format!("`{}` in {place} {how}", connection.kind)
                };
                let path = path(&wiring, &own, (target, number), connection);
                let path = path.map_err(unbuilt)?;
                if path.shift > 0 && connections.len() > 1 {
                    return Err(unbuilt("behind an average, beside another"));
                }
                paths.push(path);
            }
        }
        paths.sort_by_key(|path| path.source);
        // Where all pixels reach all neurons, it does not matter where they lie.
        let to = volumes[1 + paths[0].target];
        if paths[0].program.is_full(volumes[0], to) {
            volumes[0] = Volume::flat(volumes[0].units());
            paths[0].program = Program::full(volumes[0], to);
        }
        Ok(Self { volumes, layers: own, paths })
    }

    /// Whether all layers are fully connected, each to the next and to no other.
    pub fn is_dense(&self) -> bool {
        let widths: Vec<usize> = self.volumes.iter().map(|volume| volume.units()).collect();
        self.paths.len() == self.layers.len() && *self == Self::dense(&widths)
    }

    /// Bits of a delay beside a weight; 0 where no synapse has one.
    pub fn delay_bits(&self) -> usize {
        let longest = self.paths.iter().filter_map(|path| path.longest).max();
        (usize::BITS - longest.unwrap_or(0).leading_zeros()) as usize
    }

    /// The shape of a path's source, and that of its population.
    pub fn ends(&self, path: &Path) -> [Volume; 2] {
        [self.volumes[path.source], self.volumes[path.target + 1]]
    }

    /// The largest magnitude of a sum of weights of at most `most`: of what a neuron can hear in a time step.
    pub fn largest_sum(&self, most: usize) -> usize {
        let populations = 0..self.volumes.len() - 1;
        let largest = |target: usize| {
            let mut heard = vec![0_usize; self.volumes[target + 1].units()];
            for path in self.paths.iter().filter(|path| path.target == target) {
                let [from, to] = self.ends(path);
                if path.program.is_full(from, to) {
                    heard.iter_mut().for_each(|count| *count += from.units());
                } else {
                    let reached = |unit| path.program.walk(unit, &mut |_, at| heard[at] += 1);
                    (0..from.units()).for_each(reached);
                }
            }
            heard.into_iter().max().unwrap_or(0)
        };
        populations.map(largest).max().unwrap_or(0) * most
    }
}

/// The way that a connection of a population makes.
fn path(
    wiring: &[Wired],
    own: &[usize],
    (target, number): (usize, usize),
    connection: &Connection,
) -> Result<Path, &'static str> {
    let (source, program) = joined(wiring, connection, &|layer| wiring[layer].relay.is_some())?;
    let source = match source.checked_sub(1) {
        None => 0,
        Some(layer) => 1 + own.iter().position(|own| *own == layer).unwrap_or_default(),
    };
    let longest = connection.longest.map(|longest| longest as usize);
    let (lag, shift) = (connection.lag as usize, connection.shift);
    let weights = connection.weight_count();
    Ok(Path { source, target, number, weights, program, lag, longest, shift })
}
