//! The layers of a network with their shapes: which connection hears which layer, and by which addresses.

use super::layers::place;
use super::{LayerSpec, NetSpec};
use crate::Error;
use crate::layer::kinds::{
    Connect, Described, Error as Wrong, Merge, Program, Relay, Role, Volume,
};

/// A layer whose connections go with each other.
#[derive(Debug)]
pub struct Wired {
    /// Its shape.
    pub volume: Volume,
    /// What it passes on instead of spikes of its own; none if it has neurons.
    pub relay: Option<Relay>,
    /// Whether it can pass on several spikes of one unit.
    pub counted: bool,
    /// Bits by which a sum over it is shifted right, with floor.
    pub shift: u32,
    /// Its connections, the first before the others.
    pub connections: Vec<Connection>,
}

/// A connection of a layer.
#[derive(Debug)]
pub struct Connection {
    /// The name of its kind.
    pub kind: String,
    /// Where it stands in `net.toml`.
    pub place: String,
    /// What is heard: 0 is the network's input, `l + 1` is layer `l`.
    pub source: usize,
    /// Time steps after which the source is heard: 1 by the layer itself, otherwise 0.
    pub lag: u32,
    /// The shape of the source.
    pub from: Volume,
    /// Whether the source can pass on several spikes of one unit.
    pub counted: bool,
    /// Bits by which the sum is shifted right, with floor.
    pub shift: u32,
    /// The shape of its tensor of weights; no length where it has none.
    pub weights: Vec<usize>,
    /// The longest delay of a synapse; none if its synapses have no delay.
    pub longest: Option<u32>,
    /// Which neurons a spike reaches, by which weight.
    pub program: Program,
}

impl Connection {
    /// How many weights there are.
    pub fn weight_count(&self) -> usize {
        match self.weights.is_empty() {
            true => 0,
            false => self.weights.iter().product(),
        }
    }

    /// Bits of its weights, a sign and `magnitude` bits each, and of their delays.
    pub fn bits(&self, magnitude: u32) -> usize {
        let delay = self.longest.map_or(0, |longest| u32::BITS - longest.leading_zeros());
        self.weight_count() * (magnitude as usize + 1) + self.delay_count() * delay as usize
    }

    /// How many delays there are: one a weight, where synapses have a delay.
    pub fn delay_count(&self) -> usize {
        self.longest.map_or(0, |_| self.weight_count())
    }
}

impl Wired {
    /// Its neurons.
    pub fn neurons(&self) -> usize {
        if self.relay.is_some() { 0 } else { self.volume.units() }
    }

    /// Its biases: one a channel, of layers with neurons.
    pub fn biases(&self) -> usize {
        if self.relay.is_some() { 0 } else { self.volume.channels }
    }

    /// How many weights its connections have together.
    pub fn weight_count(&self) -> usize {
        self.connections.iter().map(Connection::weight_count).sum()
    }

    /// How many delays.
    pub fn delay_count(&self) -> usize {
        self.connections.iter().map(Connection::delay_count).sum()
    }
}

impl NetSpec {
    /// The shape of the network's input: that of `[input]`, or a channel for each input.
    pub fn input_volume(&self) -> Volume {
        self.input.unwrap_or_else(|| Volume::flat(self.inputs()))
    }

    /// The neurons of each layer; none at all where [`Self::wiring`] finds a fault.
    pub fn populations(&self) -> Vec<usize> {
        self.wiring().unwrap_or_default().iter().map(Wired::neurons).collect()
    }

    /// The same with the layers alone that have neurons: for what is asked of neurons by the number of their layer.
    #[must_use]
    pub fn populated(&self) -> Self {
        let mut own = self.clone();
        let mut neurons = self.populations().into_iter();
        own.layers.retain(|_| neurons.next().is_none_or(|neurons| neurons > 0));
        own
    }

    /// Bits of the biases of a layer: one a channel, as wide as its membranes.
    pub fn bias_bits(&self, layer: usize, wired: &Wired) -> usize {
        wired.biases() * self.membrane_bits(layer) as usize
    }

    /// Refuses a last layer without neurons.
    pub(super) fn check_last(&self, wiring: &[Wired]) -> Result<(), Error> {
        let Some(last) = wiring.len().checked_sub(1).filter(|last| wiring[*last].relay.is_some())
        else {
            return Ok(());
        };
        Err(Error::layer(Wrong::Place {
            place: place(last, 0),
            kind: self.layers[last].first.name().into(),
            what: "has no neurons, and is the last layer",
            remedy: "let a layer with neurons be the last: the class is read off them",
        }))
    }

    /// All layers with their shapes and connections.
    ///
    /// # Errors
    /// The first kind, field, size or source that does not go with the others.
    ///
    /// # Panics
    /// If there are no layers.
    pub fn wiring(&self) -> Result<Vec<Wired>, Error> {
        let mut wired = Vec::with_capacity(self.layers.len());
        for (index, layer) in self.layers.iter().enumerate() {
            let at = At { spec: self, before: &wired, index, layer };
            let of_this = at.wired().map_err(Error::layer)?;
            wired.push(of_this);
        }
        Ok(wired)
    }
}

/// A layer behind others that are wired.
struct At<'a> {
    spec: &'a NetSpec,
    before: &'a [Wired],
    index: usize,
    layer: &'a LayerSpec,
}

/// What a connection hears.
struct Heard {
    source: usize,
    lag: u32,
    from: Volume,
    counted: bool,
    shift: u32,
}

impl At<'_> {
    fn wired(&self) -> Result<Wired, Wrong> {
        let place = place(self.index, 0);
        let kind = self.layer.first.kind(&place)?;
        let relay = self.relay(kind.role(), &place)?;
        let heard = self.heard(self.index);
        self.size(&place, "inputs", self.layer.inputs, heard.from.units(), "the layer before")?;
        let wish = Volume::flat(self.layer.outputs);
        let volume = self.reach(&*kind, &self.layer.first, &place, &heard, wish)?;
        let why = format!("its shape, {volume}");
        self.size(&place, "outputs", self.layer.outputs, volume.units(), &why)?;
        let (counted, shift) = match relay {
            None => (false, 0),
            Some(Relay { merge: Merge::None, shift }) => (heard.counted, heard.shift + shift),
            Some(Relay { merge: Merge::Or, shift }) => (false, shift),
            Some(Relay { merge: Merge::Count, shift }) => (true, heard.shift + shift),
        };
        let first = connection(&*kind, &self.layer.first, place, heard, volume);
        let further = (1..=self.layer.connections.len()).map(|number| self.further(number, volume));
        let connections = std::iter::once(Ok(first)).chain(further).collect::<Result<_, _>>()?;
        Ok(Wired { volume, relay, counted, shift, connections })
    }

    /// A connection beside the first, by its number from 1.
    fn further(&self, number: usize, own: Volume) -> Result<Connection, Wrong> {
        let place = place(self.index, number);
        let of = &self.layer.connections[number - 1];
        let kind = of.of.kind(&place)?;
        let name = || of.of.name().to_owned();
        let heard = match kind.role() {
            Role::Relay(_) => {
                return Err(Wrong::Place {
                    place,
                    kind: name(),
                    what: "has no neurons to connect",
                    remedy: "make it the kind of a layer of its own",
                });
            }
            Role::Own if of.from.is_some() => {
                return Err(Wrong::Place {
                    place,
                    kind: name(),
                    what: "has `from`, and hears its own layer",
                    remedy: "leave out `from`",
                });
            }
            Role::Own => {
                Heard { source: self.index + 1, lag: 1, from: own, counted: false, shift: 0 }
            }
            Role::Any | Role::Beside => match of.from {
                None => self.heard(self.index),
                Some(from) if from < self.index => self.heard(from + 1),
                Some(from) => {
                    return Err(Wrong::Source { place, kind: name(), from, layer: self.index });
                }
            },
        };
        let reached = self.reach(&*kind, &of.of, &place, &heard, own)?;
        if reached != own {
            let source_name = match heard.source {
                0 => "the input".to_owned(),
                source => format!("layer {}", source - 1),
            };
            return Err(Wrong::Shape { place, kind: name(), source_name, reached, own });
        }
        Ok(connection(&*kind, &of.of, place, heard, own))
    }

    /// Source 0, the network's input, or `l + 1`, layer `l`.
    fn heard(&self, source: usize) -> Heard {
        let (from, counted, shift) = match source.checked_sub(1) {
            None => (self.spec.input_volume(), false, 0),
            Some(layer) => {
                let Wired { volume, counted, shift, .. } = &self.before[layer];
                (*volume, *counted, *shift)
            }
        };
        Heard { source, lag: 0, from, counted, shift }
    }

    fn reach(
        &self,
        kind: &dyn Connect,
        of: &Described,
        place: &str,
        heard: &Heard,
        wish: Volume,
    ) -> Result<Volume, Wrong> {
        kind.reach(heard.from, wish).map_err(|misfit| Wrong::Misfit {
            place: place.into(),
            kind: of.name().into(),
            from: heard.from,
            misfit: Box::new(misfit),
        })
    }

    fn size(
        &self,
        place: &str,
        field: &'static str,
        found: usize,
        expected: usize,
        why: &str,
    ) -> Result<(), Wrong> {
        if found == expected {
            return Ok(());
        }
        let (place, kind, why) = (place.into(), self.layer.first.name().into(), why.into());
        Err(Wrong::Size { place, field, kind, found, expected, why })
    }

    /// What a layer passes on, if it has no neurons; then it has nothing that neurons have.
    fn relay(&self, role: Role, place: &str) -> Result<Option<Relay>, Wrong> {
        let kind = self.layer.first.name();
        let wrong = |what, remedy| {
            Err(Wrong::Place { place: place.into(), kind: kind.into(), what, remedy })
        };
        let LayerSpec { threshold, neuron, noise_bits, connections, .. } = self.layer;
        match role {
            Role::Any => Ok(None),
            Role::Own | Role::Beside => wrong(
                "cannot be the first connection of a layer",
                "give the layer another kind, and this one in [[layers.connections]]",
            ),
            Role::Relay(_) if !connections.is_empty() => wrong(
                "has no neurons, and other connections",
                "leave out its [[layers.connections]]",
            ),
            Role::Relay(_) if *threshold != 0 || neuron.is_some() || noise_bits.is_some() => wrong(
                "has no neurons, and a threshold, a neuron or noise",
                "leave out threshold, neuron and noise_bits",
            ),
            Role::Relay(relay) => Ok(Some(relay)),
        }
    }
}

fn connection(
    kind: &dyn Connect,
    of: &Described,
    place: String,
    heard: Heard,
    to: Volume,
) -> Connection {
    let Heard { source, lag, from, counted, shift } = heard;
    Connection {
        kind: of.name().into(),
        place,
        source,
        lag,
        from,
        counted,
        shift,
        weights: kind.weights(from, to),
        longest: kind.longest(),
        program: kind.program(from, to),
    }
}
