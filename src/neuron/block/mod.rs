//! The neurons of all layers as word operations: what the engine's block computes in a step.

#[cfg(test)]
mod tests;

use super::arithmetic::{Arithmetic, Range};
use super::lif::{Kept, advance, drive};
use super::program::{Program, Recorder, Stages, Value, Word};
use super::{Cells, Neurons, Share};
use crate::spec::{NetSpec, Neuron};

/// Bits of the noise's word.
const NOISE_BITS: u32 = 8;

/// Bits of the count of the steps that a neuron still rests.
pub const REST_BITS: u32 = 4;

/// Bits of the layer's number.
const LAYER_BITS: u32 = 3;

/// A word that the block is given.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Port {
    /// C, the dot product.
    Current,
    /// The part of it that negative weights give, without its sign.
    Inhibition,
    /// What is kept as the membrane.
    Membrane,
    /// The bias.
    Bias,
    /// The noise.
    Noise,
    /// `Theta << F`, the layer's.
    Threshold,
    /// What else is kept, from this bit on.
    Others(u32),
    /// Whether the step is an image's first.
    Fresh,
    /// The layer's number.
    Layer,
}

/// The step of all neurons of a network.
///
/// It gives `membrane_next`, an `other_next_I` for each of the other words, I being its lowest bit among them, and
/// `fired`. In a `fresh` step all that is kept is what neurons begin with. Layers of the same neurons and the same
/// threshold share their operations; otherwise what the layer's own neurons give is chosen by its number, which holds
/// still while one of its neurons is inside.
#[derive(Clone, Debug)]
pub struct Block {
    /// The operations.
    pub program: Program,
    /// What each word is that the program is given, in its order.
    pub ports: Vec<Port>,
    /// Bits of each word that is kept beside the membrane, one behind the other.
    pub others: Vec<u32>,
}

/// What the neurons of some layers do.
#[derive(Clone, Debug)]
struct Rule {
    neurons: Own,
    /// What they take of the noise.
    share: Share,
}

/// Neurons of one kind.
#[derive(Clone, Debug)]
enum Own {
    Lif(Neuron),
    Cells(Box<Cells>),
}

impl Rule {
    /// Bits of the words that are kept beside the membrane.
    fn others(&self) -> Vec<u32> {
        match &self.neurons {
            Own::Lif(neuron) if neuron.refractory > 0 => vec![REST_BITS],
            Own::Lif(_) => vec![],
            Own::Cells(cells) => cells.step().states()[1..].iter().map(|w| w.bits).collect(),
        }
    }

    fn membrane_bits(&self) -> u32 {
        match &self.neurons {
            Own::Lif(neuron) => neuron.membrane_bits,
            Own::Cells(cells) => cells.step().states()[0].bits,
        }
    }
}

/// What a step leaves: the membrane, the other words, and whether the neuron fired.
struct After<A: Arithmetic> {
    membrane: A::Word,
    others: Vec<A::Word>,
    fired: A::Truth,
}

impl Block {
    /// The step of a network's neurons, whose dot products fit `current_bits` bits.
    ///
    /// # Panics
    /// If the network is not one that [`NetSpec::check`] takes.
    pub fn of(spec: &NetSpec, current_bits: u32) -> Self {
        let (rules, of_layers) = rules(spec);
        let count = rules.iter().map(|rule| rule.others().len()).max().unwrap_or(0);
        let widest = |slot: usize| {
            let bits = rules.iter().filter_map(|rule| rule.others().get(slot).copied());
            bits.max().unwrap_or(0)
        };
        let others: Vec<u32> = (0..count).map(widest).collect();
        let mut inputs = Inputs::new(&rules, current_bits);
        let mut after = Vec::with_capacity(rules.len());
        for rule in &rules {
            let noise = inputs.noise(rule.share);
            let noise = noise.as_ref();
            after.push(match &rule.neurons {
                Own::Lif(neuron) => inputs.lif(neuron, noise),
                Own::Cells(cells) => inputs.cells(cells, noise, &others),
            });
        }
        inputs.finish(after, &of_layers, others)
    }

    /// Clock cycles from the block's inputs to its results.
    pub fn latency(&self) -> usize {
        Stages::of(&self.program).latency()
    }
}

/// The rules that differ, and which of them each layer has.
fn rules(spec: &NetSpec) -> (Vec<Rule>, Vec<usize>) {
    let (mut rules, mut of_layers, mut known) = (Vec::new(), Vec::new(), Vec::new());
    for (layer, of) in spec.layers.iter().enumerate() {
        let share = Share::of(spec, layer);
        // The threshold of LIF is given, that of a named neuron shifts its input.
        let key = (share, spec.cell(layer).map(|cell| (cell, of.threshold)));
        let found = known.iter().position(|own| *own == key);
        of_layers.push(match found {
            Some(rule) => rule,
            None => {
                known.push(key);
                let neurons = match Neurons::of(spec, layer) {
                    Neurons::Lif(_) => Own::Lif(spec.neuron.clone()),
                    Neurons::Cells(cells) => Own::Cells(cells),
                };
                rules.push(Rule { neurons, share });
                rules.len() - 1
            }
        });
    }
    (rules, of_layers)
}

/// The words that the block is given, as they are asked for.
struct Inputs {
    on: Recorder,
    ports: Vec<Port>,
    current: Word,
    noise: Word,
    fresh: <Recorder as Arithmetic>::Truth,
    threshold: Word,
    layer: Word,
    /// Whether all layers have the same neurons.
    alike: bool,
    /// Words by their ports and ranges.
    sized: Vec<(Port, Range, Word)>,
}

impl Inputs {
    fn new(rules: &[Rule], current_bits: u32) -> Self {
        let bits = rules.iter().map(Rule::membrane_bits).max().unwrap_or(1);
        let mut on = Recorder::default();
        let current = on.given("current", current_bits);
        let membrane = on.given("membrane", bits);
        let bias = on.given("bias", bits);
        let noise = on.given("noise", NOISE_BITS);
        let threshold = on.given_of("threshold", bits, Range::unsigned(bits - 1));
        on.hold(&threshold);
        let fresh = on.given_flag("fresh");
        let layer = on.given_of("layer", LAYER_BITS, Range::unsigned(LAYER_BITS));
        on.hold(&layer);
        use Port::{Bias, Current, Fresh, Layer, Membrane, Noise, Threshold};
        let ports = vec![Current, Membrane, Bias, Noise, Threshold, Fresh, Layer];
        let range = Range::signed(bits);
        let sized = vec![(Membrane, range, membrane), (Bias, range, bias)];
        let alike = rules.len() == 1;
        Self { on, ports, current, noise, fresh, threshold, layer, alike, sized }
    }

    /// The word at a port with these bits and this range.
    fn word(&mut self, port: Port, bits: u32, range: Range) -> Word {
        let found = self.sized.iter().find(|(own, known, _)| *own == port && *known == range);
        if let Some((.., word)) = found {
            return *word;
        }
        let count = self.sized.len();
        let name = match port {
            Port::Membrane => format!("membrane{count}"),
            Port::Bias => format!("bias{count}"),
            Port::Inhibition => "inhibition".to_owned(),
            // What all layers keep there is called as what they leave there.
            Port::Others(low) if self.alike => {
                format!("other_{low}")
            }
            _ => format!("other{count}"),
        };
        let word = self.on.given_of(&name, bits, range);
        self.ports.push(port);
        self.sized.push((port, range, word));
        word
    }

    /// The current of second synapses: no more than a dot product can be below 0.
    fn inhibition(&mut self) -> Word {
        let bits = self.on.range(&self.current).bits();
        self.word(Port::Inhibition, bits, Range::unsigned(bits - 1))
    }

    /// What is kept, or what a neuron begins with.
    fn begun(&mut self, initial: i64, kept: &Word) -> Word {
        let initial = self.on.number(initial);
        self.on.select(&self.fresh, &initial, kept)
    }

    /// What a layer takes of the noise, if anything.
    fn noise(&mut self, share: Share) -> Option<Word> {
        match share {
            Share::Silence => None,
            Share::Floor(bits) => Some(self.on.floor(&self.noise, bits)),
        }
    }

    fn lif(&mut self, neuron: &Neuron, noise: Option<&Word>) -> After<Recorder> {
        let bits = neuron.membrane_bits;
        let [membrane, bias] =
            [Port::Membrane, Port::Bias].map(|port| self.word(port, bits, Range::signed(bits)));
        let membrane = self.begun(0, &membrane);
        let rest = (neuron.refractory > 0).then(|| {
            let rest = self.word(Port::Others(0), REST_BITS, Range::unsigned(REST_BITS));
            self.begun(0, &rest)
        });
        let (current, threshold) = (self.current, self.threshold);
        // A threshold is a positive number of the membrane's.
        let threshold = self.on.known(&threshold, Range::unsigned(bits - 1));
        let on = &mut self.on;
        let drive = drive(neuron, on, &current, &bias, noise);
        let kept = Kept { membrane, rest };
        let (after, fired) = advance(neuron, on, &threshold, &kept, &drive);
        After { membrane: after.membrane, others: after.rest.into_iter().collect(), fired }
    }

    fn cells(&mut self, cells: &Cells, noise: Option<&Word>, others: &[u32]) -> After<Recorder> {
        let step = cells.step();
        let bits = step.states()[0].bits;
        let bias = self.word(Port::Bias, bits, Range::signed(bits));
        let mut given = Vec::new();
        for (index, word) in step.states().iter().enumerate() {
            let port = match index.checked_sub(1) {
                None => Port::Membrane,
                Some(slot) => Port::Others(others[..slot].iter().sum()),
            };
            let kept = self.word(port, word.bits, word.range);
            given.push(Value::Word(self.begun(word.initial, &kept)));
        }
        let inhibition = step.inhibition().map(|range| (self.inhibition(), range));
        let mut current = self.current;
        let on = &mut self.on;
        if let Some((inhibition, _)) = &inhibition {
            // What is left is the sum of the positive weights.
            current = on.add(&current, inhibition);
        }
        let scaled = on.scale(&current, cells.shift());
        let biased = on.add(&scaled, &bias);
        let sum = noise.map_or(biased, |noise| on.add(&biased, noise));
        let mut inputs = vec![Value::Word(on.clip(&sum, step.input()))];
        if let Some((inhibition, range)) = inhibition {
            let scaled = on.scale(&inhibition, cells.shift());
            inputs.push(Value::Word(on.clip(&scaled, range)));
        }
        given.splice(step.input_at()..step.input_at(), inputs);
        let values = step.program().replay(on, &given);
        let count = step.states().len();
        let mut words = Vec::with_capacity(count);
        for (state, (_, place)) in step.states().iter().zip(step.program().results()) {
            let Value::Word(word) = values[*place] else { unreachable!("a state is a word") };
            assert!(on.range(&word).is_within(state.range), "{} is kept as it is read", state.name);
            words.push(word);
        }
        let Value::Truth(fired) = values[step.program().results()[count].1] else {
            unreachable!("what fires is a truth")
        };
        After { membrane: words[0], others: words[1..].to_vec(), fired }
    }

    /// The results: of several rules that of the layer.
    fn finish(
        mut self,
        after: Vec<After<Recorder>>,
        of_layers: &[usize],
        others: Vec<u32>,
    ) -> Block {
        let bounds = bounds(of_layers);
        let layer = self.layer;
        let beyond: Vec<_> = bounds
            .iter()
            .map(|&(last, _)| {
                let last = self.on.number(last as i64);
                let (beyond, _) = self.on.excess(&layer, &last);
                self.on.hold_flag(&beyond);
                beyond
            })
            .collect();
        let last = of_layers.last().copied().unwrap_or_default();
        let on = &mut self.on;
        let mut membrane = after[last].membrane;
        let mut fired = after[last].fired;
        for ((_, rule), beyond) in bounds.iter().zip(&beyond).rev() {
            membrane = on.select(beyond, &membrane, &after[*rule].membrane);
            fired = on.select_truth(beyond, &fired, &after[*rule].fired);
        }
        on.result("membrane_next", membrane);
        for slot in 0..others.len() {
            let zero = on.number(0);
            let of = |rule: usize| after[rule].others.get(slot).copied().unwrap_or(zero);
            let mut word = of(last);
            for ((_, rule), beyond) in bounds.iter().zip(&beyond).rev() {
                word = on.select(beyond, &word, &of(*rule));
            }
            let low: u32 = others[..slot].iter().sum();
            on.result(&format!("other_next_{low}"), word);
        }
        on.result_flag("fired", fired);
        Block { program: self.on.program(), ports: self.ports, others }
    }
}

/// The last layer of each run of layers with one rule, and that rule; but for the last run.
fn bounds(of_layers: &[usize]) -> Vec<(usize, usize)> {
    let pairs = of_layers.windows(2).enumerate();
    pairs.filter(|(_, pair)| pair[0] != pair[1]).map(|(layer, pair)| (layer, pair[0])).collect()
}
