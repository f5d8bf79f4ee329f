//! The neurons of all layers as word operations: what the engine's block computes in a step.

mod rule;
#[cfg(test)]
mod tests;

use super::arithmetic::{Arithmetic, Range};
use super::lif::{Kept, advance, drive};
use super::program::{Flag, Program, Recorder, Stages, Value, Word};
use super::{Cells, Share};
use crate::spec::{NetSpec, Neuron};
use rule::{Own, Rule, bounds, rules};

/// Bits of the noise's word.
const NOISE_BITS: u32 = 8;

/// Bits of the count of the steps that a neuron still rests.
pub const REST_BITS: u32 = 4;

/// Bits of the layer's number.
const LAYER_BITS: u32 = 3;

/// The most layers with neurons.
pub const MOST_LAYERS: usize = 1 << LAYER_BITS;

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
/// `fired`. In a `fresh` step all that is kept is what neurons begin with. Layers of the same neurons share their
/// operations; where their thresholds or noises differ, what drives them is chosen by the layer's number, and of other
/// neurons what they give. The number holds still while a neuron of its layer is inside.
#[derive(Clone, Debug)]
pub struct Block {
    /// The operations.
    pub program: Program,
    /// What each word is that the program is given, in its order.
    pub ports: Vec<Port>,
    /// Bits of each word that is kept beside the membrane, one behind the other.
    pub others: Vec<u32>,
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
            let noise = rule.shares().map(|shares| inputs.chosen(&shares, Inputs::noise));
            after.push(match &rule.neurons {
                Own::Lif(neuron) => inputs.lif(neuron, noise.as_ref()),
                Own::Cells(cells) => inputs.cells(cells, &rule.shifts(), noise.as_ref(), &others),
            });
        }
        inputs.finish(after, &of_layers, others)
    }

    /// Clock cycles from the block's inputs to its results, products being sums.
    pub fn latency(&self) -> usize {
        Stages::of(&self.program).latency()
    }
}

/// The words that the block is given, as they are asked for.
struct Inputs {
    on: Recorder,
    ports: Vec<Port>,
    current: Word,
    noise: Word,
    fresh: Flag,
    threshold: Word,
    layer: Word,
    /// Whether all layers have the same neurons.
    alike: bool,
    /// Whether the layer's number is above others.
    bounds: Vec<(usize, Flag)>,
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
        let bounds = Vec::new();
        Self { on, ports, current, noise, fresh, threshold, layer, alike, bounds, sized }
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

    /// What a layer takes of the noise.
    fn noise(&mut self, share: Share) -> Word {
        match share {
            Share::Silence => self.on.number(0),
            Share::Floor(bits) => self.on.floor(&self.noise, bits),
        }
    }

    /// Whether the layer's number is above `last`, which stands still while one of its neurons is inside.
    fn beyond(&mut self, last: usize) -> Flag {
        if let Some((_, flag)) = self.bounds.iter().find(|(own, _)| *own == last) {
            return *flag;
        }
        let number = self.on.number(last as i64);
        let (beyond, _) = self.on.excess(&self.layer, &number);
        self.on.hold_flag(&beyond);
        self.bounds.push((last, beyond));
        beyond
    }

    /// What is made of that which a layer has, which may differ from layer to layer.
    fn chosen<K: Copy + PartialEq>(
        &mut self,
        of_layers: &[K],
        make: impl Fn(&mut Self, K) -> Word,
    ) -> Word {
        let mut known: Vec<K> = Vec::new();
        let mut words = Vec::new();
        let places = of_layers.iter().map(|&own| {
            known.iter().position(|other| *other == own).unwrap_or_else(|| {
                known.push(own);
                words.push(make(self, own));
                known.len() - 1
            })
        });
        let places: Vec<usize> = places.collect();
        self.of_layer(&places, &words)
    }

    /// The word of the layer, of each layer's place among words.
    fn of_layer(&mut self, places: &[usize], words: &[Word]) -> Word {
        let last = places.last().copied().unwrap_or_default();
        bounds(places).into_iter().rev().fold(words[last], |word, (bound, place)| {
            let beyond = self.beyond(bound);
            self.on.select(&beyond, &word, &words[place])
        })
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

    fn cells(
        &mut self,
        cells: &Cells,
        shifts: &[u32],
        noise: Option<&Word>,
        others: &[u32],
    ) -> After<Recorder> {
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
        let current = match &inhibition {
            // What is left is the sum of the positive weights.
            Some((inhibition, _)) => self.on.add(&self.current, inhibition),
            None => self.current,
        };
        let scaled = |of: Word| move |own: &mut Self, shift| own.on.scale(&of, shift);
        let first = self.chosen(shifts, scaled(current));
        let second = inhibition.map(|(word, range)| (self.chosen(shifts, scaled(word)), range));
        let on = &mut self.on;
        let biased = on.add(&first, &bias);
        let sum = noise.map_or(biased, |noise| on.add(&biased, noise));
        let mut inputs = vec![Value::Word(on.clip(&sum, step.input()))];
        inputs.extend(second.map(|(word, range)| Value::Word(on.clip(&word, range))));
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
        let membranes: Vec<Word> = after.iter().map(|after| after.membrane).collect();
        let membrane = self.of_layer(of_layers, &membranes);
        let last = of_layers.last().copied().unwrap_or_default();
        let fired =
            bounds(of_layers).into_iter().rev().fold(after[last].fired, |fired, (bound, rule)| {
                let beyond = self.beyond(bound);
                self.on.select_truth(&beyond, &fired, &after[rule].fired)
            });
        self.on.result("membrane_next", membrane);
        let zero = self.on.number(0);
        for slot in 0..others.len() {
            let of = |after: &After<Recorder>| after.others.get(slot).copied().unwrap_or(zero);
            let words: Vec<Word> = after.iter().map(of).collect();
            let word = self.of_layer(of_layers, &words);
            let low: u32 = others[..slot].iter().sum();
            self.on.result(&format!("other_next_{low}"), word);
        }
        self.on.result_flag("fired", fired);
        Block { program: self.on.program(), ports: self.ports, others }
    }
}
